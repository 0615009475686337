"""What stands over a frame: one drawn caption, or one for each state that its words give it.

boxed and clean are drawn once a cue; karaoke once a word, from the cue's own drawing;
kinetic a few times a word, while it jumps in. The last few drawings are kept, for
states come one after another. A pure function of cue, frame and screen. Start reading
at `captions_over`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from astragen.builtin.fonts import legible
from astragen.builtin.lettering import Lettering, clean, letter, letter_part
from astragen.media.captions.ink import (
    ACCENT,
    F32,
    REACH,
    WHITE,
    Box,
    CaptionOverlay,
    Colour,
    Ink,
    even_box,
    halved,
    nothing,
    outline,
    paste,
    plate,
    shadow,
    to_bytes,
    together,
)
from astragen.media.captions.typeset import SIZE, SIZE_LARGE, Block, Screen, Type, readable_rows, typeset
from astragen.media.captions.words import Chunk, Span, chunks, said, spans
from astragen.model.brief import CaptionStyle
from astragen.model.segment import JoinJob, ShotJob
from astragen.model.timeline import Cue

TYPES: Final[dict[CaptionStyle, Type]] = {
    "boxed": Type(SIZE, 600),
    "clean": Type(SIZE, 700),  # without a plate, letters need more body
    "karaoke": Type(SIZE, 600),
    "kinetic": Type(SIZE_LARGE, 800),
}
PLATES: Final[dict[CaptionStyle, float]] = {"boxed": 0.46, "karaoke": 0.62}  # opacity; yellow needs a darker ground

POP_S: Final = 0.15  # in which a word jumps in
POP_FROM: Final = 0.6  # of its size
OVERSHOOT: Final = 1.70158  # R. Penner's back easing: 10 % of the way too far, then back

Placed = tuple[Lettering, int, int]  # with the pen's start and the baseline, frame px


def captions_over(job: ShotJob | JoinJob, frame: int) -> list[CaptionOverlay]:
    """What to blend, in order, over *frame* of a piece of film, counted from the first frame of its cues."""
    screen = Screen(job.profile.width, job.profile.height, job.language)
    return [
        one
        for cue in job.cues
        if cue.start <= frame < cue.end
        for one in overlays(cue, frame, screen=screen, style=job.caption_style, fps=job.profile.fps)
    ]


def overlays(
    cue: Cue, frame: int, *, screen: Screen, style: CaptionStyle = "boxed", fps: int = 24
) -> tuple[CaptionOverlay, ...]:
    """What to blend, in order, over *frame* for *cue*, which is up then; both count from the same frame.

    A cue without words is shown whole in every style.
    """
    at = screen.of(cue)
    texts = tuple(word.text for word in cue.words)
    number = said(cue.words, frame)
    if style == "kinetic" and texts:
        return _kinetic(cue, frame, at, fps)
    if style == "karaoke" and number is not None and (number + 1 < len(texts) or frame < cue.words[-1].end):
        return (_lit(cue.text, texts, number, at),)
    return (_whole(cue.text, style, at),)


def overlay(cue_text: str, width: int, height: int, language: str, *, style: CaptionStyle = "boxed") -> CaptionOverlay:
    """Draw a whole cue's text, rows parted by newlines, for frames of *width* by *height* pixels.

    Rows that are too wide for the safe area are set smaller or broken again.
    """
    return _whole(cue_text, style, Screen(width, height, language))


@lru_cache(maxsize=8)
def _whole(text: str, style: CaptionStyle, screen: Screen) -> CaptionOverlay:
    frame = (screen.width, screen.height)
    kind = TYPES[style]
    block = typeset(text, kind, screen)
    if block is None:
        return nothing(frame)
    drawn = [
        (letter(row.text, block.size, weight=kind.weight, language=screen.language), row.x, row.baseline)
        for row in block.rows
    ]
    reach = REACH * block.size
    box = even_box(block.left - reach, block.top - reach, block.right + reach, block.bottom + reach, frame)
    text_ink = _coverage(drawn, box)
    behind = (
        np.float32(PLATES[style]) * plate(box, (block.left, block.top, block.right, block.bottom), block.size)
        if style in PLATES
        else outline(text_ink, block.size)
    )
    return Ink(box, text_ink, together(behind, shadow(text_ink, block.size))).overlay(WHITE, frame)


def _coverage(drawn: Sequence[Placed], box: Box) -> F32:
    canvas = np.zeros((box.height, box.width), np.float32)
    for row, x, baseline in drawn:
        paste(canvas, row, x - box.x, baseline - box.y)
    return canvas


def _parts(block: Block, where: Sequence[Span], kind: Type, language: str) -> list[Placed]:
    """The letters at *where* in the block's rows, as they stand in the whole."""
    return [
        (
            letter_part(rows.text, span.start, span.end, block.size, weight=kind.weight, language=language),
            rows.x,
            rows.baseline,
        )
        for span in where
        for rows in (block.rows[span.row],)
    ]


def _around(drawn: Sequence[Placed], reach: float, frame: tuple[int, int]) -> Box:
    """The box of the letters' ink and *reach* px more on each side."""
    inked = [(row, x, baseline) for row, x, baseline in drawn if row.coverage.size]
    if not inked:
        return Box(0, 0, 0, 0)
    return even_box(
        min(x + row.left for row, x, _ in inked) - reach,
        min(baseline - row.top for row, _, baseline in inked) - reach,
        max(x + row.left + row.coverage.shape[1] for row, x, _ in inked) + reach,
        max(baseline - row.top + row.coverage.shape[0] for row, _, baseline in inked) + reach,
        frame,
    )


@lru_cache(maxsize=64)
def _readable(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(clean(legible(word, language)) for word in words)


# --- the word being said, lit -----------------------------------------------


@lru_cache(maxsize=4)
def _lit(text: str, words: tuple[str, ...], number: int, screen: Screen) -> CaptionOverlay:
    """The whole caption with one of its words in the accent colour."""
    whole, kind = _whole(text, "karaoke", screen), TYPES["karaoke"]
    block = typeset(text, kind, screen)
    if block is None:
        return whole
    where = spans([row.text for row in block.rows], _readable(words, screen.language))[number]
    drawn = _parts(block, where, kind, screen.language)
    box = _around(drawn, 2, (whole.x + whole.luma.shape[1], whole.y + whole.luma.shape[0]))
    return _recoloured(whole, box, _coverage(drawn, box), ACCENT)


def _recoloured(whole: CaptionOverlay, box: Box, letters: F32, colour: Colour) -> CaptionOverlay:
    """*whole* with the white *letters* in *box* turned to *colour*; a level off at most, for it is rounded twice."""
    if not letters.size:
        return whole
    x, y = box.x - whole.x, box.y - whole.y
    coarse = halved(letters)
    luma, u, v = whole.luma.copy(), whole.u.copy(), whole.v.copy()
    for plane, scale, change, amount in (
        (luma, 1, colour.y - WHITE.y, letters),
        (u, 2, colour.u - WHITE.u, coarse),
        (v, 2, colour.v - WHITE.v, coarse),
    ):
        part = plane[y // scale : (y + box.height) // scale, x // scale : (x + box.width) // scale]
        part[:] = to_bytes(np.asarray(part + change * amount, np.float32))
        plane.setflags(write=False)
    return replace(whole, luma=luma, u=u, v=v)


# --- words that jump in -----------------------------------------------------


def _kinetic(cue: Cue, frame: int, screen: Screen, fps: int) -> tuple[CaptionOverlay, ...]:
    """The words of the moment: those already said in white, the last of them in the accent colour, jumping in."""
    words = _readable(tuple(word.text for word in cue.words), screen.language)
    groups = _groups(cue.text, words, screen.language)
    if not groups:
        return (_whole(cue.text, "kinetic", screen),)
    begun = [group for group in groups if cue.words[group.first].start <= frame]
    group = begun[-1] if begun else groups[0]
    number = min(max(said(cue.words, frame) or 0, group.first), group.last - 1)
    steps = max(1, round(POP_S * fps))
    step = min(max(0, frame - cue.words[number].start), steps)
    inside = words[group.first : group.last]
    newest = _newest(group.text, inside, number - group.first, screen, step=step, steps=steps)
    return (newest,) if number == group.first else (_older(group.text, inside, number - group.first, screen), newest)


@lru_cache(maxsize=32)
def _groups(text: str, words: tuple[str, ...], language: str) -> tuple[Chunk, ...]:
    return chunks(readable_rows(text, language), words)


@lru_cache(maxsize=4)
def _older(text: str, words: tuple[str, ...], number: int, screen: Screen) -> CaptionOverlay:
    """The words of a chunk before the one at *number*."""
    return _outlined(text, words, range(number), screen).overlay(WHITE, (screen.width, screen.height))


@lru_cache(maxsize=4)
def _newest(text: str, words: tuple[str, ...], number: int, screen: Screen, *, step: int, steps: int) -> CaptionOverlay:
    """The word at *number* of a chunk, *step* of *steps* frames after it was begun."""
    frame = (screen.width, screen.height)
    ink = _newest_ink(text, words, number, screen)
    if step >= steps or not ink.text.size:
        return ink.overlay(ACCENT, frame)
    part = (step + 1) / (steps + 1)
    scale = POP_FROM + (1 - POP_FROM) * _back(part)
    return _scaled(ink, scale, min(1.0, 2 * part)).overlay(ACCENT, frame)


@lru_cache(maxsize=4)
def _newest_ink(text: str, words: tuple[str, ...], number: int, screen: Screen) -> Ink:
    return _outlined(text, words, range(number, number + 1), screen)


def _outlined(text: str, words: tuple[str, ...], shown: range, screen: Screen) -> Ink:
    """The words of a chunk that are *shown*, where they stand in it, with their outline."""
    kind = TYPES["kinetic"]
    block = typeset(text, kind, screen)
    where = spans([row.text for row in block.rows], words) if block else ()
    drawn = _parts(block, [one for number in shown for one in where[number]], kind, screen.language) if block else []
    size = block.size if block else 0.0
    box = _around(drawn, 1.5 * REACH * size, (screen.width, screen.height))
    letters = _coverage(drawn, box)
    if not letters.size:
        return Ink(box, letters, letters)
    return Ink(box, letters, together(outline(letters, size), shadow(letters, size)))


def _back(u: float) -> float:
    """From 0 at 0 to 1 at 1, going beyond 1 on the way."""
    return 1 + (OVERSHOOT + 1) * (u - 1) ** 3 + OVERSHOOT * (u - 1) ** 2


def _scaled(ink: Ink, scale: float, opacity: float) -> Ink:
    """*ink* grown about the middle of its box, and fainter."""
    middle_x, middle_y = (ink.box.width - 1) / 2, (ink.box.height - 1) / 2
    matrix = np.array([[scale, 0, (1 - scale) * middle_x], [0, scale, (1 - scale) * middle_y]])
    text, dark = (
        np.asarray(cv2.warpAffine(one, matrix, (ink.box.width, ink.box.height)) * np.float32(opacity), np.float32)
        for one in (ink.text, ink.dark)
    )
    return Ink(ink.box, text, dark)
