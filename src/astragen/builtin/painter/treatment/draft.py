"""Blueprint: white lines on blue paper with a grid, tones as hatching."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.treatment.flatten import Flatten, detail_table, detailed
from astragen.builtin.painter.treatment.lines import Outline, Thin
from astragen.builtin.painter.treatment.paper import clouds, rules, tooth
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import curve, evened, halved, mapped, table, toned

_INKS = ((0.0, "#0a2a5c"), (0.30, "#14488c"), (0.55, "#3f7fc2"), (0.8, "#a9d4f2"), (1.0, "#f2faff"))
_MAJOR = 5  # every fifth line of the grid is stronger


class Blueprint:
    """A technical drawing of the picture."""

    def __init__(
        self, sheet: Sheet, *, radius: float = 6.0, line: float = 3.0, pitch: float = 10.0, grid: float = 40.0
    ) -> None:
        """*line*: width of lines, *pitch*: of hatching, *grid*: of the grid, px at 1080p."""
        self._flatten = Flatten(sheet, radius)
        self._detail = detail_table(26, 70)
        self._thin = Thin(sheet)
        self._outline = Outline(sheet, line, 1.4, 6.5, colours=0.5)
        self._ground = curve(lambda t: 0.02 + 0.52 * t)
        self._bright = table(lambda code: 190 * smoothstep(205, 240, code))
        self._rules = [_screen(rules(sheet, pitch, 45)), _screen(rules(sheet, pitch, -45))]
        self._hatching = [_band(0.22, 0.50), _band(0.02, 0.28)]
        self._sheet = _sheet(sheet, grid)
        self._inks = toned(_INKS)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Draw the frame."""
        lit = evened(y, 0.5, 120)
        flat, blue, red = self._flatten(halved(lit), u, v)
        tone = detailed(lit, flat, self._detail)
        drawn = cv2.addWeighted(mapped(tone, self._ground), 1, self._sheet, 1, -128)
        for screen, band in zip(self._rules, self._hatching, strict=True):
            drawn = cv2.add(drawn, cv2.multiply(mapped(tone, band), screen, scale=1 / 255))
        lines = self._thin.instead(self._outline(flat, y, (blue, red)), self._thin(y))
        drawn = cv2.addWeighted(drawn, 1, lines, 0.72, 0)
        drawn = np.asarray(cv2.add(drawn, mapped(y, self._bright)), np.uint8)
        paper = np.asarray(drawn, np.uint8)
        small = halved(paper)
        np.copyto(y, mapped(paper, self._inks[0]))
        np.copyto(u, mapped(small, self._inks[1]))
        np.copyto(v, mapped(small, self._inks[2]))


def _band(low: float, high: float) -> U8:
    """Strength of a set of hatching by tone: full in darks below *low*, none in lights above *high*."""
    return np.asarray(curve(lambda t: smoothstep(high, low, t)) - 16, np.uint8)


def _screen(distance: F32) -> U8:
    """A soft thin line where *distance* (0 on it, 1 midway) is small."""
    return np.round(62 * smoothstep(0.5, 0.1, distance)).astype(np.uint8)


def _sheet(sheet: Sheet, pitch: float) -> U8:
    """Grid and the mottle of the copy, as signed bytes."""
    grid = np.zeros((sheet.height, sheet.width), np.float32)
    for step, strength in ((pitch, 9.0), (pitch * _MAJOR, 12.0)):
        across, down = (_ruled(length, step * sheet.scale, sheet.scale) for length in (sheet.width, sheet.height))
        grid += strength * np.maximum(across[None, :], down[:, None])
    mottle = 5 * clouds(sheet, 5, "mottle") + 2.5 * tooth(sheet, 3)
    return np.clip(np.round(128 + grid + mottle), 0, 255).astype(np.uint8)


def _ruled(length: int, step: float, scale: float) -> F32:
    """Rules along one axis of *length* px, *step* apart: 1 on a rule, 0 between."""
    distance = np.abs((np.arange(length, dtype=np.float32) + step / 2) % step - step / 2)
    return smoothstep(1.4 * max(scale, 0.5), 0.4 * max(scale, 0.5), distance)
