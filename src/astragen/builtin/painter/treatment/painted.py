"""Body colour: gouache and oil, laid on in strokes by a broad brush and, where there is detail, a fine one."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.treatment.flatten import Flatten, detail_table, detailed
from astragen.builtin.painter.treatment.lines import Outline
from astragen.builtin.painter.treatment.paper import signed, tooth
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.strokes import Strokes
from astragen.builtin.painter.treatment.tones import (
    curve,
    evened,
    halved,
    mapped,
    mixed,
    saturated,
    shifted,
    sigmoid,
    stairs,
    table,
    weakened,
)

_FINE = 0.38  # size of the fine brush against the broad one


class Painted:
    """Opaque paint in visible strokes."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        radius: float = 9.0,
        length: float = 46.0,
        breadth: float = 17.0,
        relief: float = 14.0,
        ground: float = 2.0,
        line: float = 0.0,
        colour: float = 1.2,
        contrast: float = 2.0,
        even: float = 0.2,
    ) -> None:
        """*length*, *breadth*: the broad brush's stroke, px at 1080p. *relief*: light on its tracks, 8-bit units.

        *ground*: grain of the paper or canvas. *line*: darkness of drawn outlines, 0 to 1.
        """
        self._flatten = Flatten(sheet, radius)
        self._broad = Strokes(sheet, length, breadth, pull=0.9)
        self._fine = Strokes(sheet, length * _FINE, breadth * _FINE, pull=0.85, what="fine strokes")
        self._busy = table(lambda code: 255 * np.clip((code - 5) / 9, 0, 1))
        self._near = (2 * round(breadth * sheet.scale / 3) + 1,) * 2
        self._detail = detail_table(34, 90)
        self._tone = curve(sigmoid(contrast, 0.45))
        self._colour = saturated(colour)
        self._even = even
        light = _grown(0.72 * self._broad.relief + 0.42 * self._fine.relief, sheet)
        self._relief = np.clip(np.round(128 + relief * light + ground * tooth(sheet, 3.4)), 0, 255).astype(np.uint8)
        self._outline = Outline(sheet, 3.4, 2.0, 11.0) if line > 0 else None
        self._ink = table(lambda code: 128 * (1 + 1.1 * line * code / 255))

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Paint the frame."""
        lit = evened(y, self._even, 128)
        flat = self._flatten(halved(lit), u, v)
        paint = self._stroked(flat)
        body = mapped(detailed(lit, paint[0], self._detail), self._tone)
        if self._outline is not None:
            body = weakened(body, mapped(self._outline(flat[0], y), self._ink))
        np.copyto(y, np.clip(shifted(body, self._relief), 16, 235))
        for plane, new in zip((u, v), paint[1:], strict=True):
            np.copyto(plane, mapped(new, self._colour))

    def _stroked(self, flat: list[U8]) -> list[U8]:
        """The broad strokes, and the fine ones where the broad would lose the drawing."""
        broad, fine = self._broad(*flat), self._fine(*flat)
        lost = cv2.boxFilter(cv2.absdiff(flat[0], broad[0]), -1, self._near)
        busy = mapped(np.asarray(lost, np.uint8), self._busy)
        return [mixed(wide, narrow, busy) for wide, narrow in zip(broad, fine, strict=True)]


class Pastel:
    """Few large flat shapes in light colours, without outlines."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        radius: float = 12.0,
        levels: int = 7,
        softness: float = 0.55,
        colour: float = 1.5,
        darkest: float = 0.33,
        ground: float = 1.4,
    ) -> None:
        """*levels*: steps of tone; *softness*: share of a step that is slope. *darkest*: tone that black becomes."""
        self._first, self._second = Flatten(sheet, radius), Flatten(sheet, radius * 0.6)
        self._detail = detail_table(36, 90)
        step = stairs(levels, softness)
        self._tone = curve(lambda t: darkest + (0.98 - darkest) * step(t**0.72))
        self._colour = saturated(colour, reach=62.0)
        self._ground = signed(tooth(sheet, 3.0), ground)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Simplify the frame."""
        lit = evened(y, 0.12, 132)
        first = self._first(halved(lit), u, v)
        flat = [*self._second(first[0]), *first[1:]]
        shapes = mapped(detailed(lit, flat[0], self._detail), self._tone)
        np.copyto(y, np.clip(shifted(shapes, self._ground), 16, 235))
        for plane, new in zip((u, v), flat[1:], strict=True):
            np.copyto(plane, mapped(new, self._colour))


def _grown(field: F32, sheet: Sheet) -> F32:
    return np.asarray(cv2.resize(field, (sheet.width, sheet.height), interpolation=cv2.INTER_CUBIC), np.float32)
