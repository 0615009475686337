"""What the command line asks for, put together: a brief, and a storyboard when there is one.

Start reading at `wish_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from astragen.cli.brief_options import brief_from, flag_of, said
from astragen.cli.source import SCREENPLAYS, read_source
from astragen.errors import BriefError
from astragen.model.brief import Brief
from astragen.model.film import FilmReport
from astragen.model.storyboard import Storyboard
from astragen.model.written import Written

PROMPT_ONLY = ("scenes", "is_script")  # a storyboard has its scenes and its lines already
STORYBOARD_SUFFIX = ".storyboard.json"  # of the storyboard that a film leaves beside it


class Wish(NamedTuple):
    """The film that is wanted; `storyboard` is None while nobody wrote it."""

    brief: Brief
    storyboard: Storyboard | None


def wish_of(source: str, wishes: Mapping[str, Any]) -> Wish:
    """The wish of the command line *source* and flags.

    A film's own storyboard is filmed as that film was, as it was asked for, where no flag says otherwise.

    Raises:
        InputError: the source cannot be read, or a flag has a value out of its limits.
    """
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
    try:
        report = FilmReport.model_validate_json(
            Path(source.removesuffix(STORYBOARD_SUFFIX) + ".report.json").read_bytes()
        )
    except (OSError, ValueError):  # no report, or of something else: as if it were not there
        return {}
    return report.brief.model_dump(exclude={"version", "prompt", "language", "style", "look", "lut", *PROMPT_ONLY})


def _is_screenplay(source: str, text: str, wishes: Mapping[str, Any]) -> bool:
    """Whether *text* is to be read as a screenplay: its file says so, or its headings and no flag for prompts."""
    from astragen.plan.fountain import is_screenplay

    return source.endswith(SCREENPLAYS) or (is_screenplay(text) and not any(field in wishes for field in PROMPT_ONLY))


def _of_screenplay(text: str, wishes: Mapping[str, Any]) -> Wish:
    """The screenplay *text* as a storyboard, as long as it plays where no flag says otherwise.

    Raises:
        BriefError: it is longer than any film.
    """
    from astragen.builtin.writer.language import detect
    from astragen.model.brief import PROMPT_MAX
    from astragen.plan.screenplay import natural_seconds, storyboard_of

    if len(text) > PROMPT_MAX:
        raise BriefError(
            f"The screenplay has {len(text)} characters; at most {PROMPT_MAX} make one film.",
            hint="Film it scene by scene: put some of its scenes into a file of their own.",
        )
    storyboard = storyboard_of(text, language=detect(text))
    return _of_storyboard(storyboard, wishes, as_before={"seconds": natural_seconds(storyboard)})


def _of_storyboard(storyboard: Storyboard, wishes: Mapping[str, Any], *, as_before: Mapping[str, Any]) -> Wish:
    """*storyboard* with the flags that change it folded in, and a brief with the others."""
    from astragen.face import brief_for
    from astragen.plan.look import with_look
    from astragen.plan.sources import anchored

    for field in PROMPT_ONLY:
        if field in wishes:
            raise BriefError(
                f"{flag_of(field)} is for prompts; the scenes and lines of a storyboard are in its file.",
                hint="Leave the flag out, or edit the file.",
            )
    beside = brief_for(storyboard)
    fields = beside.model_dump(exclude={"version", "prompt", *PROMPT_ONLY})
    if wishes.get("music") is False:
        as_before = {**as_before, "music_file": ""}  # of the film before, which had music
    brief = brief_from(beside.prompt, {**fields, **as_before, **wishes})
    if "seconds" in wishes:
        storyboard = _without_lengths(storyboard)
    if "style" in wishes:
        storyboard = storyboard.model_copy(update={"bible": storyboard.bible.model_copy(update={"style": brief.style})})
    if "language" in wishes and brief.language != "auto":
        storyboard = storyboard.model_copy(update={"language": brief.language})
    return Wish(brief, anchored(with_look(storyboard, brief), Path.cwd()))


def _without_lengths(storyboard: Storyboard) -> Storyboard:
    """Let every shot be paced anew: a length for the film means none for its shots."""
    scenes = tuple(
        scene.model_copy(update={"shots": tuple(shot.model_copy(update={"frames": None}) for shot in scene.shots)})
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes})
