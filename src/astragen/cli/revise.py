"""`astragen revise`: a storyboard changed as one says, by a language model."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from astragen.cli.writer_options import writer_options

if TYPE_CHECKING:
    from astragen.plan.revision import Changes

MAX_COST = "The most that the model may charge for this, in US dollars. [default: 0.25]"


@click.command(
    short_help="Change a storyboard as one says.",
    epilog='For example: astragen revise board.json "make the ending hopeful" -o board-2.json',
)
@click.argument("source")
@click.argument("instruction")
@click.option("-o", "--out", metavar="PATH", help="The JSON file to write. [default: stdout]")
@click.option("--max-cost", type=click.FloatRange(0, 10_000), metavar="X", default=0.25, help=MAX_COST)
@writer_options
def revise(
    *, source: str, instruction: str, out: str | None, max_cost: float, writer: str | None, writer_model: str
) -> None:
    """Change the storyboard SOURCE (board.json, or - for stdin) as INSTRUCTION says; needs a language model.

    Shots that the change does not concern stay as they are, so that their takes are reused.
    """
    import anyio

    from astragen.cli.output import check_folder, write_text
    from astragen.cli.source import read_storyboard
    from astragen.cli.wish import as_before
    from astragen.face import revise as revised
    from astragen.plan.wish import brief_for

    if out is not None:
        check_folder(Path(out).parent)
    storyboard = read_storyboard(source, act="revised")
    brief = brief_for(storyboard).model_copy(update=as_before(source) | {"max_cost_usd": max_cost})
    work = partial(revised, storyboard, instruction, brief=brief, writer=writer or "", writer_model=writer_model)
    done = anyio.run(work)
    text = done.storyboard.model_dump_json(indent=2)
    if out is None:
        click.echo(text)
    else:
        write_text(Path(out), f"{text}\n")
        click.echo(out)
    click.echo(f"{told(done.changes, len(storyboard.shots))}; by {done.made_by}", err=True)


def told(changes: Changes, shots: int) -> str:
    """What changed, for people; *shots*: how many there were."""
    rows = (("changed", changes.changed), ("added", changes.added), ("removed", changes.removed))
    said = [f"{what} {', '.join(names)}" for what, names in rows if names]
    stayed = shots - len(changes.changed) - len(changes.removed)
    return "; ".join([*said, f"{stayed} of {shots} shots stay as they were"])
