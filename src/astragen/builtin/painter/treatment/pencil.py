"""Pencil, charcoal and chalk: strokes that a tone lays bare, and lines that boil like drawn film."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.treatment.flatten import Flatten, detail_table, detailed
from astragen.builtin.painter.treatment.lines import Outline, Thin
from astragen.builtin.painter.treatment.paper import clouds, signed, streaks, tooth
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import (
    curve,
    evened,
    halved,
    mapped,
    saturated,
    scaled,
    shifted,
    table,
    toned,
    weakened,
)
from astragen.builtin.painter.treatment.warp import wandering

_GRAPHITE = ((0.0, "#2a2a2e"), (1.0, "#f5f2ea"))
_DRAWINGS = 3  # different drawings that follow each other
_HOLD = 3  # frames a drawing is held: 8 drawings a second at 24 frames a second


class Pencil:
    """Hatching by tone, outlines by a hand that is never quite still."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        radius: float = 8.0,
        line: float = 3.2,
        stroke: float = 2.6,
        hatch: float = 27.0,
        boil: float = 1.1,
        paper: float = 0.69,
        colour: float = 0.3,
        inks: Sequence[tuple[float, str]] = _GRAPHITE,
    ) -> None:
        """*line*: width of outlines, *stroke*: of hatching, px at 1080p. *hatch*: its strength, 8-bit units.

        *boil*: how far lines move from drawing to drawing, px. *paper*: the tone left bare.
        *colour*: share of the picture's colour left.
        """
        self._flatten = Flatten(sheet, radius)
        self._detail = detail_table(26, 80)
        self._thin = Thin(sheet)
        self._outline = Outline(sheet, line, 1.4, 6.0, colours=0.7)
        self._drawings = [wandering(sheet, boil, 18, f"drawing {i}") for i in range(_DRAWINGS)] if boil > 0 else []
        leads = 0.75 * streaks(sheet, 90, stroke, 52, "hatching") + 0.45 * streaks(sheet, 70, stroke, 20, "crossing")
        grain = 0.8 * leads + 0.65 * tooth(sheet, 2.6)
        self._hatch = signed(grain / grain.std(), hatch)
        self._tone = curve(lambda t: 0.16 + 0.84 * smoothstep(-0.12, paper, t))
        self._bite = table(lambda code: 128 * (1 + 3.6 * code / 255))
        self._inks = toned(inks)
        self._colour = saturated(colour)
        self._pressure = signed(clouds(sheet, 24, "pressure", octaves=3), 3)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Draw the frame."""
        lit = evened(y, 0.55, 168)
        flat, blue, red = self._flatten(halved(lit), u, v)
        tone = detailed(lit, flat, self._detail)
        strokes = self._thin(y)
        lines = self._thin.instead(self._lines(flat, y, (blue, red), number), strokes)
        drawn = self._drawn(tone, lines, strokes)
        small = halved(drawn)
        np.copyto(y, mapped(drawn, self._inks[0]))
        for plane, glaze, tinge in ((u, blue, self._inks[1]), (v, red, self._inks[2])):
            np.copyto(plane, shifted(mapped(small, tinge), mapped(glaze, self._colour)))

    def _drawn(self, tone: U8, lines: U8, strokes: U8) -> U8:
        """Hatching as dark as the tone asks, none on white paper; then lines, and thin *strokes* in full."""
        drawn = weakened(mapped(shifted(tone, self._hatch), self._tone), mapped(lines, self._bite))
        return np.asarray(cv2.min(drawn, cv2.bitwise_not(strokes)), np.uint8)

    def _lines(self, flat: U8, like: U8, chroma: tuple[U8, U8], number: int) -> U8:
        if self._drawings:
            (flat,) = self._drawings[(number // _HOLD) % _DRAWINGS](flat)
        return self._outline(flat, like, chroma, self._pressure)


class Chalk(Pencil):
    """The same hand with chalk on slate: strokes where it is light, and white lines."""

    def _drawn(self, tone: U8, lines: U8, strokes: U8) -> U8:
        chalked = mapped(shifted(tone, self._hatch), _CHALKED)
        drawn = cv2.addWeighted(chalked, 1, scaled(lines, self._hatch, one=170), 0.85, 0)
        return np.asarray(cv2.max(drawn, strokes), np.uint8)


_CHALKED = curve(lambda t: 0.72 * smoothstep(0.33, 1.15, t))
