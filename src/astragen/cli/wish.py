"""What the command line asks for, put together: a brief, and a storyboard when there is one.

Start reading at `wish_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astragen.cli.brief_options import brief_from, flag_of, said
from astragen.cli.source import SCREENPLAYS, read_source
from astragen.errors import BriefError
from astragen.model.brief import Brief
from astragen.model.film import FilmReport
from astragen.model.storyboard import Storyboard
from astragen.model.written import Written

if TYPE_CHECKING:
    from astragen.plan.wish import Wish

STORYBOARD_SUFFIX = ".storyboard.json"  # of the storyboard that a film leaves beside it


def wish_of(source: str, wishes: Mapping[str, Any]) -> Wish:
    """The wish of the command line *source* and flags.

    A film's own storyboard is filmed as that film was, as it was asked for, where no flag says otherwise.

    Raises:
        InputError: the source cannot be read, or a flag has a value out of its limits.
    """
    from astragen.plan.wish import Wish

    read = read_source(source)
    if isinstance(read, str):
        if _is_screenplay(source, read, said(wishes)):
            return _of_screenplay(read, said(wishes))
        return Wish(brief_from(read, wishes), None)
    return _of_storyboard(read, said(wishes), as_before=as_before(source))


def storyboard_of(wish: Wish) -> Storyboard:
    """The storyboard of *wish*, written by the built-in writer when nobody has yet."""
    if wish.storyboard is not None:
        return wish.storyboard
    import anyio

    from astragen.pipeline.crew import builtin_crew

    return finished(anyio.run(builtin_crew().writer.write, wish.brief).storyboard, wish.brief)


def written_of(brief: Brief, writer: str, writer_model: str) -> Written:
    """What *writer* makes of *brief*.

    Raises:
        InputError: there is no such writer, or it has no key.
    """
    import anyio

    from astragen.face import write_storyboard

    return anyio.run(partial(write_storyboard, brief, writer=writer, writer_model=writer_model))


def finished(storyboard: Storyboard, brief: Brief) -> Storyboard:
    """A *storyboard* that was just written, with the seed, the look and the LUT of its *brief* in it."""
    from astragen.plan.look import with_look
    from astragen.plan.requests import seeded
    from astragen.plan.sources import anchored

    return anchored(with_look(seeded(storyboard, brief.seed), brief), Path.cwd())


def as_before(source: str) -> dict[str, Any]:
    """What was asked of the film that the storyboard file *source* lies beside; {} when there is none."""
    if not source.endswith(STORYBOARD_SUFFIX):
        return {}
    from astragen.plan.wish import as_before as before

    try:
        report = FilmReport.model_validate_json(
            Path(source.removesuffix(STORYBOARD_SUFFIX) + ".report.json").read_bytes()
        )
    except (OSError, ValueError):  # no report, or of something else: as if it were not there
        return {}
    return before(report.brief)


def _is_screenplay(source: str, text: str, wishes: Mapping[str, Any]) -> bool:
    """Whether *text* is to be read as a screenplay: its file says so, or its headings and no flag for prompts."""
    from astragen.plan.wish import reads_as_screenplay

    return source.endswith(SCREENPLAYS) or reads_as_screenplay(text, wishes)


def _of_screenplay(text: str, wishes: Mapping[str, Any]) -> Wish:
    """The screenplay *text* as a storyboard, as long as it plays where no flag says otherwise.

    Raises:
        BriefError: it is longer than any film.
    """
    from astragen.builtin.writer.language import detect
    from astragen.plan.wish import screenplay_wish

    _refuse_prompt_only(wishes)
    return _anchored(screenplay_wish(text, wishes, language=detect(text), make=_brief))


def _of_storyboard(storyboard: Storyboard, wishes: Mapping[str, Any], *, as_before: Mapping[str, Any]) -> Wish:
    """*storyboard* with the flags that change it folded in, and a brief with the others."""
    from astragen.plan.wish import storyboard_wish

    _refuse_prompt_only(wishes)
    return _anchored(storyboard_wish(storyboard, wishes, before=as_before, make=_brief))


def _refuse_prompt_only(wishes: Mapping[str, Any]) -> None:
    from astragen.plan.wish import PROMPT_ONLY

    for field in PROMPT_ONLY:
        if field in wishes:
            raise BriefError(
                f"{flag_of(field)} is for prompts; the scenes and lines of a storyboard are in its file.",
                hint="Leave the flag out, or edit the file.",
            )


def _brief(fields: dict[str, Any]) -> Brief:
    return brief_from(fields.pop("prompt"), fields)


def _anchored(wish: Wish) -> Wish:
    """*wish* with paths that count from the current folder."""
    from astragen.plan.sources import anchored

    return wish if wish.storyboard is None else wish._replace(storyboard=anchored(wish.storyboard, Path.cwd()))
