"""`astragen translate`: a storyboard in other languages, by a language model; nothing is filmed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from astragen.cli.writer_options import writer_options
from astragen.errors import SettingsError

LANGUAGES = "BCP 47 tags, as es or es,ja,ar."
OUT = "The JSON file to write; of several languages each puts its tag before the ending. Or a folder. [default: stdout]"
MAX_COST = "The most that the model may charge for each language, in US dollars. [default: 0.25]"
SUFFIX = ".json"


@click.command(
    short_help="Translate a storyboard.", epilog="For example: astragen translate board.json --language es,ja"
)
@click.argument("source")
@click.option("--language", metavar="TAGS", required=True, help=LANGUAGES)
@click.option("-o", "--out", metavar="PATH", help=OUT)
@click.option("--max-cost", type=click.FloatRange(0, 10_000), metavar="X", default=0.25, help=MAX_COST)
@writer_options
def translate(
    *, source: str, language: str, out: str | None, max_cost: float, writer: str | None, writer_model: str
) -> None:
    """Put the words of the storyboard SOURCE (board.json, or - for stdin) into other languages.

    Needs a language model. Lines, titles and the words in diagrams are translated; what pictures are made of stays, so
    that their takes are used again.
    """
    import anyio

    from astragen.cli.languages import tags
    from astragen.cli.output import write_text
    from astragen.cli.source import read_storyboard
    from astragen.cli.wish import as_before
    from astragen.face import translate as translated
    from astragen.plan.wish import brief_for

    languages = tags(language)
    storyboard = read_storyboard(source, act="translated")
    paths = _paths(languages, out, storyboard.title)
    brief = brief_for(storyboard).model_copy(update=as_before(source) | {"max_cost_usd": max_cost})
    for tag in languages:
        work = partial(translated, storyboard, tag, brief=brief, writer=writer or "", writer_model=writer_model)
        done = anyio.run(work)
        text = done.storyboard.model_dump_json(indent=2)
        if out is None:
            click.echo(text)
        else:
            write_text(paths[tag], f"{text}\n")
            click.echo(paths[tag])
        click.echo(f"{tag}: by {done.made_by}", err=True)


def _paths(languages: Sequence[str], out: str | None, title: str) -> dict[str, Path]:
    """The file of each language; that each can be written is seen to.

    Raises:
        SettingsError: one cannot, or several are to go to standard output.
    """
    from astragen.cli.languages import paths_for
    from astragen.cli.output import check_folder, slug

    if out is None and len(languages) > 1:
        raise SettingsError(
            f"{len(languages)} storyboards do not fit on standard output.",
            hint=f"Name a file with --out: board.json becomes board.{languages[0]}.json and so on.",
        )
    if out is not None and len(languages) == 1 and not Path(out).is_dir():
        paths = {languages[0]: Path(out)}
    else:
        paths = paths_for(languages, out, slug(title), SUFFIX)
    for path in paths.values():
        check_folder(path.parent)
    return paths
