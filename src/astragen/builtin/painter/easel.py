"""The easel: how plants are painted, dab by dab, in tones from shade to light.

Colours are rows of `data/painter/plants.json`, each (shade, body, lit), light not yet
applied; `lit_tones` applies it. Start reading at `Easel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.colour import F32, U8, Colour, luma, ramp
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.tables import read_table
from astragen.model.vocabulary import Season

Real = NDArray[np.floating[Any]]

Shades = Sequence[Colour]  # shade, body, lit

TONES = 12  # steps between shade and light that dabs are painted in

FRACTION = 16  # of a pixel, in OpenCV's drawing calls

SHIFT = 4


def table() -> dict[str, Any]:
    """The colours of plants."""
    return read_table("plants.json")


def leaves_of(season: Season, random: np.random.Generator) -> Shades:
    """One of the season's leaf colours."""
    rows: list[Shades] = table()["leaves"][season.value]
    return rows[int(random.integers(len(rows)))]


def hexed(colour: Real) -> str:
    """(3,) sRGB as "#rrggbb"."""
    return "#" + "".join(f"{round(float(np.clip(value, 0, 1)) * 255):02x}" for value in colour)


def lit_tones(shades: Shades, light: Light) -> F32:
    """(TONES, 3): *shades* from full shade to full sun under *light*."""
    part = np.linspace(0, 1, TONES).astype(np.float32)
    albedo = ramp(((0.0, shades[0]), (0.55, shades[1]), (1.0, shades[2])), part)
    shade = 0.6 * light.ambient + 0.4 * float(luma(light.ambient))  # leaves bounce light among themselves: less blue
    ambient = shade * 0.72 + 0.13 * (1 - 0.8 * light.dark) + 0.16 * (1 - light.strength) * (1 - light.dark)
    tint = ambient + light.key * (part * light.strength * 0.66)[:, None]
    return np.asarray(np.clip(albedo * tint * 1.25, 0, 1), np.float32)


class Easel:
    """A picture under the brush: colours are laid as anti-aliased dabs, later ones on top."""

    def __init__(self, width: int, height: int, tones: F32) -> None:
        self.pixels: U8 = np.zeros((height, width, 4), np.uint8)
        self._colours = [(*(float(round(value * 255)) for value in tone), 255.0) for tone in tones]

    def dab(self, outline: Real, tone: float) -> None:
        """Fill the convex *outline* ((n, 2) px) in the colour at *tone*, 0 shade to 1 light."""
        colour = self._colours[min(TONES - 1, max(0, int(tone * TONES)))]
        cv2.fillConvexPoly(self.pixels, (outline * FRACTION).astype(np.int32), colour, cv2.LINE_AA, SHIFT)

    def dabs(self, outlines: Real, tones: Real) -> None:
        """Fill many convex *outlines* ((m, n, 2) px), in order, each at its tone."""
        points = (outlines * FRACTION).astype(np.int32)
        steps = np.clip(tones * TONES, 0, TONES - 1).astype(np.int64).tolist()
        for outline, step in zip(points, steps, strict=True):
            cv2.fillConvexPoly(self.pixels, outline, self._colours[step], cv2.LINE_AA, SHIFT)

    def shape(self, outline: Real, tone: float) -> None:
        """Fill any simple *outline*."""
        colour = self._colours[min(TONES - 1, max(0, int(tone * TONES)))]
        cv2.fillPoly(self.pixels, [np.round(outline * FRACTION).astype(np.int32)], colour, cv2.LINE_AA, SHIFT)

    def picture(self) -> F32:
        """Premultiplied float picture."""
        return np.asarray(self.pixels.astype(np.float32) * np.float32(1 / 255), np.float32)


def leaf_outline() -> F32:
    """A leaf of half length 1 about the origin: (7, 2)."""
    around = np.linspace(0, 2 * np.pi, 8)[:-1]
    return np.column_stack([np.cos(around), 0.62 * np.sin(around)]).astype(np.float32)
