"""A caption's rows: their size and where they stand, inside the safe area of the frame.

Rows that are too wide are set smaller or broken again; a caption over a diagram keeps to
its band. Characters that no font has are left out. Start reading at `typeset`.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from astragen.builtin.fonts import legible
from astragen.builtin.lettering import Lettering, clean, letter, measure, wrap
from astragen.model.safe_area import caption_area, captions_top
from astragen.model.timeline import Cue

SIZE: Final = 0.046  # em, of the frame's height
SIZE_LARGE: Final = 0.085  # of words that jump in
SIZE_WIDTHS: Final = 1.2  # a tall frame counts as no higher than this many widths
SIZE_MIN: Final = 8.0  # px; below it no letter can be told from another
SHRINK: Final = 0.75  # rows a little too wide are set smaller, down to this; wider ones are broken again
HEIGHT_MAX: Final = 0.5  # of the frame's height
LOW: Final = 0.72  # of the safe area's height, where large words stand: clear of faces and of the lower third

# All in em:
LEADING: Final = 1.28
ROW_GAP: Final = 0.08  # at least, between the ink of two rows: tall scripts are set wider
ASCENT, DESCENT = 0.95, 0.28  # of a row on the plate; the last baseline is always at the same height
PAD_X, PAD_Y = 0.5, 0.16  # of the plate around the rows


class Screen(NamedTuple):
    """What a caption is drawn for; *place* and *lift* are the cue's."""

    width: int
    height: int
    language: str = "en"
    place: Literal["free", "band"] = "free"
    lift: float = 0.0

    def of(self, cue: Cue) -> Screen:
        """The same screen, with the place that *cue* has."""
        return self._replace(place=cue.place, lift=cue.lift)


class Type(NamedTuple):
    """Letters: *size* is the largest, in em of the frame's height."""

    size: float
    weight: int


class Row(NamedTuple):
    """A row of text with the pen's start, frame px."""

    text: str
    x: int
    baseline: int


class Block(NamedTuple):
    """Rows of *size* px to an em, in order; *top* and *bottom* are the plate's edges, frame px."""

    size: float
    rows: tuple[Row, ...]
    left: float
    top: float
    right: float
    bottom: float


def readable_rows(text: str, language: str) -> list[str]:
    """The rows of *text*, without what cannot be drawn, and without empty rows."""
    rows = (clean(legible(row, language)).strip() for row in text.split("\n"))
    return [row for row in rows if row]


@lru_cache(maxsize=64)
def typeset(text: str, kind: Type, screen: Screen) -> Block | None:
    """The rows of *text*, parted by newlines, on *screen*; None when there is nothing to see.

    A caption whose place is "band" is set smaller until it keeps to it.
    """
    asked = readable_rows(text, screen.language)
    size = max(SIZE_MIN, kind.size * min(screen.height, SIZE_WIDTHS * screen.width))
    while True:
        block = _block(*_fitted(asked, size, kind, screen), kind, screen)
        if block is None or size <= SIZE_MIN or _is_inside(block, screen):
            return block
        size = max(SIZE_MIN, 0.9 * size)


def _is_inside(block: Block, screen: Screen) -> bool:
    if screen.place == "band":
        return block.top >= captions_top(screen.width, screen.height) * screen.height
    is_low = block.bottom - block.top <= HEIGHT_MAX * screen.height
    return is_low and block.top >= caption_area(screen.width, screen.height, lift=screen.lift).top * screen.height


def _fitted(asked: list[str], size: float, kind: Type, screen: Screen) -> tuple[float, list[str]]:
    """Size in px, at most *size*, and rows that are not too wide."""
    area = caption_area(screen.width, screen.height)
    room = (area.right - area.left) * screen.width - 2 * PAD_X * size

    def width(row: str) -> float:
        return measure(row, size, weight=kind.weight, language=screen.language)[0]

    widest = max(map(width, asked), default=0.0)
    if room < widest <= room / SHRINK:
        return size * room / widest, asked
    rows = [part for row in asked for part in wrap(row, size, room, weight=kind.weight, language=screen.language)]
    return size, rows[: max(1, int(HEIGHT_MAX * screen.height / (LEADING * size)))] if size <= SIZE_MIN else rows


def _block(size: float, rows: list[str], kind: Type, screen: Screen) -> Block | None:
    drawn = [letter(row, size, weight=kind.weight, language=screen.language) for row in rows]
    if not any(row.coverage.size for row in drawn):
        return None
    depth = max(measure(row, size, weight=kind.weight, language=screen.language)[2] for row in rows)
    baselines = _baselines(drawn, size, _last_baseline(size, max(depth, DESCENT * size), len(drawn), kind, screen))
    across = max(row.coverage.shape[1] for row in drawn) + 2 * PAD_X * size
    return Block(
        size,
        tuple(
            Row(text, _centred(row, screen.width), baseline)
            for text, row, baseline in zip(rows, drawn, baselines, strict=True)
        ),
        left=(screen.width - across) / 2,
        top=baselines[0] - max(ASCENT * size, drawn[0].top) - PAD_Y * size,
        right=(screen.width + across) / 2,
        bottom=baselines[-1] + max(DESCENT * size, _depth(drawn[-1])) + PAD_Y * size,
    )


def _last_baseline(size: float, depth: float, rows: int, kind: Type, screen: Screen) -> float:
    """Of the last row; the same for all captions of one script, so that rows do not jump.

    *depth*: how far letters of the script reach below the baseline, px.
    """
    is_free = screen.place == "free"
    area = caption_area(screen.width, screen.height, lift=screen.lift if is_free else 0.0)
    lowest = area.bottom * screen.height - depth - PAD_Y * size
    if kind.size <= SIZE or not is_free:
        return lowest
    middle = (area.top + (area.bottom - area.top) * LOW) * screen.height
    return min(lowest, middle + ((rows - 1) * LEADING + ASCENT - DESCENT) / 2 * size)


def _baselines(drawn: list[Lettering], size: float, last: float) -> list[int]:
    baselines = [last]
    for lower, upper in pairwise(reversed(drawn)):
        baselines.append(baselines[-1] - max(LEADING * size, _depth(upper) + lower.top + ROW_GAP * size))
    return [round(baseline) for baseline in reversed(baselines)]


def _centred(row: Lettering, width: int) -> int:
    """Where the pen starts so that the ink is centred: Chinese and Japanese marks end in empty space."""
    return (width - int(row.coverage.shape[1])) // 2 - row.left


def _depth(row: Lettering) -> int:
    """How far the ink reaches below the baseline, px."""
    return int(row.coverage.shape[0]) - row.top
