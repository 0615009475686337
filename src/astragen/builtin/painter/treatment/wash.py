"""Watercolour: flat washes that darken at their borders, pigment in the paper's grain, a bare margin."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import U8, ycc
from astragen.builtin.painter.treatment.flatten import Flatten, detail_table, detailed
from astragen.builtin.painter.treatment.paper import clouds, margin, signed, tooth
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import (
    curve,
    evened,
    halved,
    mapped,
    mixed,
    saturated,
    scaled,
    shifted,
    table,
    weakened,
)
from astragen.builtin.painter.treatment.warp import wandering

_PAPER = "#f6f1e4"


class Watercolour:
    """Transparent washes on white paper."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        radius: float = 13.0,
        bleed: float = 3.0,
        edge: float = 1.0,
        granulation: float = 12.0,
        colour: float = 1.25,
        border: float = 26.0,
    ) -> None:
        """*radius*: size of what flattens into a wash, px at 1080p. *bleed*: how far borders wander, px.

        *edge*: darkening at borders. *granulation*: pigment in the grain. *border*: bare paper, px.
        """
        self._flatten = Flatten(sheet, radius)
        self._bleed = wandering(sheet, bleed, 30, "bleed", octaves=3)
        self._edge, self._sigma = edge, max(0.8, 3.2 * sheet.scale)
        self._detail = detail_table(22, 60)
        self._tone = curve(lambda t: 0.17 + 0.83 * t**0.82)
        self._colour = saturated(colour)
        blotches = clouds(sheet, 7, "blotches") * 0.62 + clouds(sheet, 30, "cauliflowers") * 0.38
        self._pigment = signed(blotches + 0.55 * tooth(sheet, 3.2), granulation)
        self._tooth = signed(tooth(sheet, 3.2), 2.6)
        self._dilution = halved(signed(-blotches, 12))
        self._painted = np.round(255 * margin(sheet, border, 4.5)).astype(np.uint8) if border > 0 else None
        self._rim = None if self._painted is None else _rim(self._painted, 5 * sheet.scale)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Paint the frame."""
        lit = evened(y, 0.35, 150)
        flat, blue, red = self._flatten(*self._bleed(halved(lit), u, v))
        washed = mapped(detailed(lit, self._edged(flat), self._detail), self._tone)
        washed = weakened(washed, self._pigment)
        blue, red = (scaled_chroma(mapped(plane, self._colour), self._dilution) for plane in (blue, red))
        self._on_paper(y, u, v, washed, (blue, red))

    def _edged(self, flat: U8) -> U8:
        """Pigment gathers where a wash ends: the darker side gets darker still, the lighter a pale rim."""
        around = cv2.GaussianBlur(flat, (0, 0), self._sigma)
        return np.asarray(cv2.addWeighted(flat, 1 + self._edge, around, -self._edge, 0), np.uint8)

    def _on_paper(self, y: U8, u: U8, v: U8, washed: U8, chroma: tuple[U8, U8]) -> None:
        paper_y, paper_u, paper_v = (round(value) for value in ycc(_PAPER))
        if self._painted is not None and self._rim is not None:
            washed = weakened(washed, self._rim, one=200)
            washed = mixed(np.full_like(y, paper_y), washed, self._painted)
        np.copyto(y, np.clip(shifted(washed, self._tooth), 16, 235))
        cover = None if self._painted is None else halved(self._painted)
        for plane, new, bare in zip((u, v), chroma, (paper_u, paper_v), strict=True):
            np.copyto(plane, new if cover is None else mixed(np.full_like(plane, bare), new, cover))


def scaled_chroma(plane: U8, gain: U8) -> U8:
    """Chroma about 128 times signed bytes that count 128 as 1."""
    none = np.full_like(plane, 128)
    more = scaled(np.asarray(cv2.subtract(plane, none), np.uint8), gain, one=128)
    less = scaled(np.asarray(cv2.subtract(none, plane), np.uint8), gain, one=128)
    return np.asarray(cv2.subtract(cv2.add(more, none), less), np.uint8)


def _rim(painted: U8, sigma: float) -> U8:
    """Darkening along the inside of the painted border; 200 is none."""
    soft = cv2.GaussianBlur(painted, (0, 0), max(0.6, sigma))
    return mapped(np.asarray(cv2.subtract(painted, soft), np.uint8), table(lambda code: 200 + 0.35 * code))
