"""One storyboard, several films: `--language es,ja,ar`.

The first film of a prompt is written in the first language; every other is its storyboard, or the one
that was given, translated. A language that cannot be filmed is told, and the others go on. Start
reading at `film_each`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from astragen.errors import AstraGenError, BriefError, ProviderError

if TYPE_CHECKING:
    from astragen.model.brief import Brief
    from astragen.model.film import Film
    from astragen.model.storyboard import Storyboard
    from astragen.plan.wish import Wish
    from astragen.settings import Settings

Making = Callable[["Brief", Path, "Storyboard | None", str], "Film"]
"""Makes the film of a brief at a path: of a storyboard, or None; translated into a language, or as it is for ""."""


class Filmed(NamedTuple):
    """The films that were made, and which languages failed, with why."""

    films: tuple[Film, ...]
    failed: Mapping[str, AstraGenError]


def listed(language: str | None) -> tuple[str, ...]:
    """The tags of a list such as "es,ja,ar", each once; () for a single language, or none.

    Raises:
        BriefError: one of them is no tag.
    """
    if language is None or "," not in language:
        return ()
    return tags(language)


def tags(language: str) -> tuple[str, ...]:
    """The tags of a list of one or more, each once; raises as `listed`."""
    from astragen.cli.brief_options import brief_from

    found = tuple(dict.fromkeys(one.strip() for one in language.split(",") if one.strip()))
    for tag in found:
        if brief_from("film", {"language": tag}).language == "auto":
            raise BriefError('--language has "auto" in its list.', hint="Name each language, as es,ja,ar.")
    if not found:
        raise BriefError("--language has no language in it.", hint="Name one, as es, or several, as es,ja,ar.")
    return found


def paths_for(languages: Sequence[str], out: str | None, stem: str, suffix: str) -> dict[str, Path]:
    """The file of each language: `out.es.mp4` of `out.mp4`; in a folder, or without *out*, a free name from *stem*."""
    from astragen.cli.output import free_path

    if out is None or os.path.isdir(out):
        folder = Path(out or ".")
        return {language: free_path(folder, f"{stem}.{language}", suffix) for language in languages}
    whole = out.removesuffix(suffix) if out.lower().endswith(suffix) else os.path.splitext(out)[0]
    ending = out[len(whole) :]
    return {language: Path(f"{whole}.{language}{ending}") for language in languages}


def check_translator(writer: str | None, writer_model: str, settings: Settings, limit_usd: float) -> None:
    """Pass when a language model can be asked, before anything is made.

    Raises:
        MissingKey: none is configured, or the built-in writer was named.
        InputError, ProviderError, BudgetExceeded: the one that was named cannot be asked.
    """
    from functools import partial

    import anyio

    from astragen.pipeline.translation import no_translator
    from astragen.providers.registry import chosen_chat

    name = writer or settings.writer
    work = partial(chosen_chat, name, settings.access_to, limit_usd=limit_usd, model=writer_model)
    if anyio.run(work) is None:
        raise no_translator()


def to_translate(languages: Sequence[str], wish: Wish) -> tuple[str, ...]:
    """Those of *languages* that *wish* is not, or will not be, written in."""
    if wish.storyboard is None:
        return tuple(languages[1:])
    return tuple(language for language in languages if language != wish.storyboard.language)


def film_each(languages: Sequence[str], wish: Wish, paths: Mapping[str, Path], making: Making) -> Filmed:
    """Make the film of *wish* in each of *languages*; *paths*: where, by language.

    Raises:
        AstraGenError: the first film of a prompt, on whose storyboard the others wait, could not be made.
    """
    from astragen.cli.source import read_file
    from astragen.model.storyboard import Storyboard

    films: list[Film] = []
    failed: dict[str, AstraGenError] = {}
    brief, base = wish
    for language in languages:
        translate_to = "" if base is None or language == base.language else language
        asked = brief.model_copy(update={"language": language})
        try:
            films.append(making(asked, paths[language], base, translate_to))
        except AstraGenError as error:
            if base is None:
                raise
            failed[language] = error
            click.echo(f"{language}: no film: {error}", err=True)
            continue
        if base is None:
            read = read_file(films[0].storyboard)
            base, brief = read if isinstance(read, Storyboard) else None, films[0].report.brief
    return Filmed(tuple(films), failed)


def refuse_failed(filmed: Filmed) -> None:
    """Leave with an error when a language failed: a script that made three films must not take two for all.

    Raises:
        AstraGenError: the only thing that went wrong; ProviderError for several.
    """
    if not filmed.failed:
        return
    if not filmed.films and len(filmed.failed) == 1:
        raise next(iter(filmed.failed.values()))
    count = len(filmed.films) + len(filmed.failed)
    raise ProviderError(
        f"{len(filmed.films)} of {count} films were made; not in {', '.join(filmed.failed)}, as said above.",
        hint="Run the same command again: what is done is kept.",
    )


def wish_in(source: str, wishes: Mapping[str, Any], languages: Sequence[str]) -> Wish:
    """The wish of *source* and *wishes* where several *languages* are asked for: a prompt is written in the first."""
    from astragen.cli.wish import wish_of

    wish = wish_of(source, {**wishes, "language": None})
    if wish.storyboard is not None:
        return wish
    return wish._replace(brief=wish.brief.model_copy(update={"language": languages[0]}))
