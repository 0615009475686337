"""Neon: the picture sinks into night, and its borders light up in magenta and cyan."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import U8, ycc
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.treatment.flatten import Flatten
from astragen.builtin.painter.treatment.lines import Outline, Thin
from astragen.builtin.painter.treatment.paper import clouds
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import (
    curve,
    evened,
    grown,
    halved,
    mapped,
    mixed,
    saturated,
    shifted,
    table,
    toned,
)

_NIGHT = ((0.0, "#070414"), (0.3, "#1a1046"), (0.6, "#3a2a86"), (0.8, "#8a6ae0"), (1.0, "#ffe2f4"))


class Neon:
    """Glowing borders over a dark ground."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        line: float = 4.0,
        glow: float = 0.95,
        dim: float = 0.72,
        own: float = 0.75,
        first: str = "#ff2fd0",
        second: str = "#20e6ff",
    ) -> None:
        """*line*: width of the tubes, px at 1080p. *glow*: strength of their light. *dim*: of the ground.

        *own*: how much of the picture's own colour stays. *first*, *second*: colours of the tubes.
        """
        self._flatten = Flatten(sheet, 9)
        self._thin = Thin(sheet)
        self._outline = Outline(sheet, line, 2, 8, colours=0.7)
        self._tube = table(lambda code: 255 * smoothstep(2.5, 12.0, np.abs(code - 128) / 4))
        self._glow, self._reach = glow, max(1.0, 9 * sheet.scale)
        self._ground = curve(lambda t: dim * t**1.25 + (1 - dim) * smoothstep(0.82, 1.0, t))
        self._night = toned(_NIGHT)
        self._own = saturated(own * 1.3)
        self._sides = _sides(sheet)
        self._colours = (ycc(first), ycc(second))

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Light the frame."""
        lit = np.asarray(cv2.max(evened(y, 0.3, 110), y), np.uint8)
        flat, blue, red = self._flatten(halved(lit), u, v)
        strokes = self._thin(y)
        tube = self._thin.instead(mapped(self._outline.signed(flat, (blue, red)), self._tube), halved(strokes))
        light = self._haloed(tube)
        ground = mapped(lit, self._ground)
        small = halved(ground)
        side = mapped(shifted(self._sides, red, 1.5), _STEEP)
        shone = cv2.addWeighted(mapped(ground, self._night[0]), 1, strokes, 0.4, 0)
        np.copyto(y, np.clip(cv2.add(shone, grown(self._white(light, tube), y)), 16, 235))
        for plane, own, night, at in ((u, blue, self._night[1], 1), (v, red, self._night[2], 2)):
            base = shifted(mapped(small, night), mapped(own, self._own), 0.75)
            first, second = (colour[at] for colour in self._colours)
            tint = cv2.convertScaleAbs(side, alpha=(first - second) / 255, beta=second)
            np.copyto(plane, mixed(base, np.asarray(tint, np.uint8), light))

    def _haloed(self, tube: U8) -> U8:
        """The tube and the light around it."""
        height, width = tube.shape
        small = halved(tube)
        soft = cv2.GaussianBlur(small, (0, 0), self._reach / 2)
        smaller = halved(halved(np.asarray(soft, np.uint8)))
        wide = cv2.GaussianBlur(smaller, (0, 0), self._reach * 0.4)
        wide = cv2.resize(wide, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_LINEAR)
        halo = cv2.addWeighted(soft, self._glow, wide, self._glow * 0.9, 0)
        return np.asarray(cv2.max(tube, cv2.resize(halo, (width, height))), np.uint8)

    def _white(self, light: U8, tube: U8) -> U8:
        """Luma of the light: coloured in the halo, near white in the tube's core."""
        return np.asarray(cv2.addWeighted(light, 0.36, tube, 0.34, 0), np.uint8)


_STEEP = table(lambda code: 255 * smoothstep(100, 156, code))


def _sides(sheet: Sheet) -> U8:
    """Where the light is of the first colour (high) or the second: broad drifting areas."""
    field = clouds(sheet, 2.5, "sides", octaves=2)
    return halved(np.clip(128 + 26 * field, 0, 255).astype(np.uint8))
