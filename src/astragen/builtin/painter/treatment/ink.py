"""Ink: a few washes of one ink on warm paper, and a brush that draws with changing pressure."""

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
    stairs,
    table,
    toned,
    weakened,
)

_INKS = ((0.0, "#17151a"), (0.35, "#5a5654"), (0.7, "#b9b0a2"), (1.0, "#f4ecdc"))


class Ink:
    """Brush and wash."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        radius: float = 9.0,
        washes: int = 5,
        softness: float = 0.52,
        ragged: float = 3.0,
        line: float = 4.0,
        colour: float = 0.22,
        inks: Sequence[tuple[float, str]] = _INKS,
    ) -> None:
        """*washes*: tones of ink, paper included. *ragged*: how far wash borders wander, 8-bit tone units.

        *line*: width of the brush, px at 1080p. *colour*: share of the picture's colour left as a glaze.
        """
        self._flatten = Flatten(sheet, radius)
        self._detail = detail_table(30, 84)
        self._thin = Thin(sheet)
        self._outline = Outline(sheet, line, 1.8, 8.0, colours=0.6)
        blot = 0.9 * clouds(sheet, 7, "blot", octaves=2) + 0.35 * clouds(sheet, 60, "blot edge", octaves=2)
        self._ragged = signed(blot, ragged)
        self._pressure = signed(clouds(sheet, 16, "pressure", octaves=2), 2.5)
        self._dry = signed(0.7 * streaks(sheet, 60, 3, 25, "dry") + 0.7 * tooth(sheet, 3.4), 38)
        self._pool = signed(0.8 * clouds(sheet, 5, "pool", octaves=3) + 0.5 * tooth(sheet, 3.4), 9)
        self._tooth = signed(tooth(sheet, 3.4), 2.2)
        step = stairs(washes, softness)
        self._washes = curve(lambda t: 0.04 + 0.96 * step(np.clip(smoothstep(0.04, 0.74, t) * 0.6 + t * 0.52, 0, 1)))
        self._load = table(lambda code: 128 * (1 + 1.9 * code / 255))
        self._inks = toned(inks)
        self._colour = saturated(colour)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Draw the frame."""
        lit = evened(y, 0.55, 158)
        flat, blue, red = self._flatten(halved(lit), u, v)
        washed = mapped(shifted(detailed(lit, flat, self._detail), self._ragged), self._washes)
        washed = weakened(washed, self._pool)
        brush = scaled(self._outline(flat, y, (blue, red), self._pressure), self._dry, one=128)
        strokes = self._thin(y)
        drawn = weakened(washed, mapped(self._thin.instead(brush, strokes), self._load))
        drawn = np.asarray(cv2.min(drawn, cv2.bitwise_not(strokes)), np.uint8)
        small = halved(drawn)
        np.copyto(y, np.clip(shifted(mapped(drawn, self._inks[0]), self._tooth), 16, 235))
        for plane, glaze, tinge in ((u, blue, self._inks[1]), (v, red, self._inks[2])):
            np.copyto(plane, shifted(mapped(small, tinge), mapped(glaze, self._colour)))
