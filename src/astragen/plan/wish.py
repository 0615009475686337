"""What is wished for, put together: a brief, and a storyboard when there is one. Pure.

A storyboard is filmed with what was said beside it folded in; a prompt that is a screenplay becomes a storyboard.
Faces differ in how they say a brief's faults, so they hand in what makes a brief of its fields.
Start reading at `storyboard_wish`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from astragen.errors import BriefError
from astragen.model.brief import PROMPT_MAX, Brief
from astragen.model.storyboard import Storyboard
from astragen.plan.fountain import is_screenplay
from astragen.plan.look import with_look
from astragen.plan.screenplay import natural_seconds, storyboard_of

PROMPT_ONLY: Final = ("scenes", "is_script")  # a storyboard has its scenes and its lines already
_CARRIED: Final = frozenset({"version", "prompt", "language", "style", "look", "lut", *PROMPT_ONLY})

Fields = Mapping[str, Any]
Make = Callable[[dict[str, Any]], Brief]


class Wish(NamedTuple):
    """The film that is wanted; `storyboard` is None while nobody wrote it."""

    brief: Brief
    storyboard: Storyboard | None


def brief_for(storyboard: Storyboard) -> Brief:
    """The brief of a bare storyboard: the lengths that its shots say, or the default length."""
    default = Brief(prompt=storyboard.title if any(map(str.isalnum, storyboard.title)) else "film")
    lengths = [shot.frames for shot in storyboard.shots]
    said = sum(length for length in lengths if length is not None) / default.fps
    if None in lengths or not 5 <= said <= 600:
        return default
    return default.model_copy(update={"seconds": said})


def as_before(brief: Brief) -> dict[str, Any]:
    """What was asked of the film of *brief*, but for what its storyboard carries."""
    return brief.model_dump(exclude=set(_CARRIED))


def storyboard_wish(storyboard: Storyboard, said: Fields, *, before: Fields, make: Make) -> Wish:
    """*storyboard* with what was *said* folded in, and a brief with the rest.

    *before*: fields of the brief that hold where nothing is said. *make*: the brief of its fields; raises as its
    face does. Fields of `PROMPT_ONLY` are not for storyboards: whoever takes them in refuses them.
    """
    beside = brief_for(storyboard)
    if said.get("music") is False:
        before = {**before, "music_file": ""}  # of the film before, which had music
    fields = beside.model_dump(exclude={"version", *PROMPT_ONLY})
    brief = make({**fields, **before, **said})
    if "seconds" in said:
        storyboard = _without_lengths(storyboard)
    if "style" in said:
        storyboard = storyboard.model_copy(update={"bible": storyboard.bible.model_copy(update={"style": brief.style})})
    if "language" in said and brief.language != "auto":
        storyboard = storyboard.model_copy(update={"language": brief.language})
    return Wish(brief, with_look(storyboard, brief))


def reads_as_screenplay(prompt: str, said: Fields) -> bool:
    """Whether *prompt* is to be read as a screenplay: it has such headings, and nothing said is for prompts only."""
    return is_screenplay(prompt) and not any(field in said for field in PROMPT_ONLY)


def screenplay_wish(text: str, said: Fields, *, language: str, make: Make) -> Wish:
    """The screenplay *text* as a storyboard, as long as it plays where nothing else is *said*; see `storyboard_wish`.

    *language*: of its lines.

    Raises:
        BriefError: it is longer than any film.
    """
    if len(text) > PROMPT_MAX:
        raise BriefError(
            f"The screenplay has {len(text)} characters; at most {PROMPT_MAX} make one film.",
            hint="Film it scene by scene: put some of its scenes into a file of their own.",
        )
    storyboard = storyboard_of(text, language=language)
    return storyboard_wish(storyboard, said, before={"seconds": natural_seconds(storyboard)}, make=make)


def _without_lengths(storyboard: Storyboard) -> Storyboard:
    """Let every shot be paced anew: a length for the film means none for its shots."""
    scenes = tuple(
        scene.model_copy(update={"shots": tuple(shot.model_copy(update={"frames": None}) for shot in scene.shots)})
        for scene in storyboard.scenes
    )
    return storyboard.model_copy(update={"scenes": scenes, "speech_rate": None})
