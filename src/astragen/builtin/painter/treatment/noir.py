"""Noir: black and white under one hard lamp."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import curve, evened, halved, mapped, scaled, shifted, sigmoid, toned

_SILVER = ((0.0, "#050506"), (0.5, "#7b7a7b"), (1.0, "#f4f2ee"))


class Noir:
    """Deep shadows, a pool of light, hard modelling."""

    def __init__(
        self, sheet: Sheet, *, slope: float = 4.8, middle: float = 0.44, pool: float = 0.55, hard: float = 1.3
    ) -> None:
        """*slope*, *middle*: of the tone curve. *pool*: darkness away from the lamp. *hard*: modelling of forms."""
        self._tone = curve(sigmoid(slope, middle))
        self._lamp = _lamp(sheet, pool)
        self._hard, self._reach = hard, max(1.0, 14 * sheet.scale / 2)
        self._silver = toned(_SILVER)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Light and print the frame."""
        lit = evened(y, 0.5, 112)
        half = halved(lit)
        around = cv2.GaussianBlur(half, (0, 0), self._reach)
        form = np.asarray(cv2.addWeighted(half, self._hard, around, -self._hard, 128), np.uint8)
        height, width = y.shape
        modelled = shifted(lit, cv2.resize(form, (width, height)), 0.6)
        printed = scaled(mapped(modelled, self._tone), self._lamp, one=255)
        small = halved(printed)
        np.copyto(y, mapped(printed, self._silver[0]))
        np.copyto(u, mapped(small, self._silver[1]))
        np.copyto(v, mapped(small, self._silver[2]))


def _lamp(sheet: Sheet, pool: float) -> U8:
    """A slanting pool of light, upper one third on one side; 255 is full light."""
    down, across = np.mgrid[0 : sheet.height, 0 : sheet.width].astype(np.float32)
    side = -1 if sheet.seed_of("lamp") % 2 else 1
    x = (across - sheet.width / 2) / sheet.height * side
    y = down / sheet.height - 0.5
    along, beside = 0.8 * x + 0.6 * y, -0.6 * x + 0.8 * y
    distance = np.hypot(along / 1.15, (beside + 0.04) / 0.62)
    return np.round(255 * (1 - pool * smoothstep(0.35, 1.35, distance))).astype(np.uint8)
