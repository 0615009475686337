"""A shot as the prompt for one artist or camera, from the same storyboard as the painter's recipe.

Words come from `picture_parts`, what fits from `picture_fit`, size and length from
`picture_size`; what an artist can do is data (`model/capability.py`). Pure.
Start at `picture_prompt`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from astragen.model.brief import Brief
from astragen.model.capability import ArtistCapability, ClipRule
from astragen.model.requests import PicturePrompt
from astragen.model.storyboard import Framing, Shot, Storyboard
from astragen.plan.picture_fit import Part, fitted, fitted_list, url_bytes
from astragen.plan.picture_parts import OPENING, View, free_words, shot_parts, view_of
from astragen.plan.picture_size import PictureSize, clip_seconds, picture_size
from astragen.plan.picture_words import table
from astragen.plan.plain_words import plain
from astragen.plan.seeds import seed_of

CROPPED = 0.02  # a picture whose shape differs more than this from the film's is said to be cropped
MOVING = ("motion", "action")  # kinds of parts that a clip made from a picture still has to be told


def picture_prompt(shot: Shot, storyboard: Storyboard, *, artist: ArtistCapability, brief: Brief) -> PicturePrompt:
    """Return the prompt of *shot* for *artist*: words within its limits, and a size and a length that it makes.

    *shot* is as the storyboard has it; *brief* gives the film's size, rate and seed.

    Raises:
        ValueError: the storyboard has no such shot, it has no length and *artist* is a camera, or
            the artist makes no size of anything like the film's shape.
    """
    view = view_of(shot, storyboard, artist)
    seconds = None if artist.clip is None else _seconds(shot, brief)
    parts = shot_parts(view, artist.wording, seconds)
    negative = _negative(view, artist)
    if negative:  # says it already
        parts = tuple(part for part in parts if part.kind != "clean")
    fit = fitted(parts, artist, taken=url_bytes(negative))
    size = picture_size(artist.size, brief.width, brief.height)
    return PicturePrompt(
        text=fit.text,
        negative=negative,
        **size._asdict(),
        seed=seed_of(brief.seed, shot.id, shot.seed) if artist.supports_seed else None,
        references=_references(shot, artist),
        **({} if artist.clip is None or seconds is None else _clip(shot, parts, artist, artist.clip, seconds)),
        left_out=fit.left_out,
        notes=(*_notes(view, fit.text), *_misfits(size, brief, artist, seconds)),
    )


def _seconds(shot: Shot, brief: Brief) -> float:
    if shot.frames is None:
        raise ValueError(f'shot "{shot.id}" has no length; pace the storyboard first')
    return shot.frames / brief.fps


def _negative(view: View, artist: ArtistCapability) -> str:
    """What must not be seen, the most harmful first; empty when *artist* takes no negative prompt."""
    if not artist.supports_negative:
        return ""
    words = table("prompts/camera")
    people = words["never_people"] if view.has_people else ""
    listed = ", ".join(one for one in (words["never"], people, view.style.avoid) if one)
    return fitted_list(listed.split(", "), artist)


def _references(shot: Shot, artist: ArtistCapability) -> tuple[str, ...]:
    """Characters of *shot*, the first named first, as many as a request may carry."""
    seen = dict.fromkeys(subject.character for subject in shot.subjects if subject.character is not None)
    return tuple(seen)[: artist.references_max]


def _clip(
    shot: Shot, parts: tuple[Part, ...], artist: ArtistCapability, rule: ClipRule, seconds: float
) -> dict[str, object]:
    """The fields of a clip: what moves, its length, and the pictures at its ends."""
    moving = [
        part._replace(text=f"{part.about} {part.text}".strip(), sentence=f"{part.kind} of {part.about}")
        for part in parts
        if part.kind in MOVING and part.text
    ]
    ends = shot.framings
    return {
        "motion": fitted(moving, artist).text,
        "seconds": clip_seconds(rule, seconds),
        "start": (ends.start if ends else Framing()) if rule.takes_start else None,
        "end": ends.end if ends and rule.takes_end else None,
    }


def _notes(view: View, text: str) -> Iterator[str]:
    if OPENING in text:
        yield f"words that seem not to be English ({view.language}) stay as written, between « and »"
    if any(_letters(words) != _letters(plain(words)) for words in free_words(view)):
        yield "words of the storyboard that are not for a picture (markup, addresses, orders) were left out"


def _misfits(size: PictureSize, brief: Brief, artist: ArtistCapability, seconds: float | None) -> Iterator[str]:
    wider = size.width / size.height * brief.height / brief.width
    if abs(wider - 1) > CROPPED:
        sides = "left and right" if wider > 1 else "top and bottom"
        yield f"made {size.width}x{size.height} for a film of {brief.width}x{brief.height}: {sides} are cropped"
    if artist.clip is not None and seconds is not None:
        longest = clip_seconds(artist.clip, seconds)
        if longest < seconds - 1e-6:
            yield f"the longest clip is {longest:g} s, the shot lasts {seconds:.1f} s"


def _letters(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
