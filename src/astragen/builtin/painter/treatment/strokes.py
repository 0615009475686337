"""Brush strokes: a picture laid on dab by dab, the dabs fixed to the sheet.

Every pixel belongs to the topmost dab over it and takes its colour from near that dab's
middle. The dabs never move, and the picture under them is smooth, so their colours slide
and never jump; the relief of the bristles is painted once.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.noise import value_noise
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.warp import Warp

_COVER = 3.6  # dabs over every place: fewer leave gaps between strokes (here 3 %), more only cost time
_MOST = 16_000  # dabs, however small the brush: 0.1 s


class _Layout(NamedTuple):
    """Dabs of a sheet at half size: owner of each pixel (-1: none), and each dab's middle and direction."""

    owner: np.ndarray
    x: F32
    y: F32
    angle: F32


class Strokes:
    """The dabs of one brush: *length* and *breadth* in px at 1080p."""

    def __init__(self, sheet: Sheet, length: float, breadth: float, *, pull: float, what: str = "strokes") -> None:
        """*pull*: 0 leaves every pixel where it is, 1 gives each dab a single colour."""
        size = (max(3.0, length * sheet.scale / 2), max(1.6, breadth * sheet.scale / 2))
        layout = _laid(sheet, size, what)
        width, height = sheet.half
        at_y, at_x = np.mgrid[0:height, 0:width].astype(np.float32)
        is_bare = layout.owner < 0  # between the dabs the picture shows as it is
        off_x = np.where(is_bare, 0, layout.x[layout.owner] - at_x).astype(np.float32)
        off_y = np.where(is_bare, 0, layout.y[layout.owner] - at_y).astype(np.float32)
        self._warp = Warp(pull * off_x, pull * off_y)
        self.relief = _relief(layout, off_x, off_y, size[1], sheet.seed_of(what + " relief"))
        """(height / 2, width / 2) float32 in about [-1, 1]: the light on the bristles' tracks, from the top left."""

    def __call__(self, *planes: U8) -> list[U8]:
        """Half-size *planes* as these strokes would paint them."""
        return self._warp(*planes)


def _laid(sheet: Sheet, size: tuple[float, float], what: str) -> _Layout:
    width, height = sheet.half
    random = np.random.default_rng(sheet.seed_of(what))
    length, breadth = size
    count = int(min(_MOST, _COVER * width * height / (length * breadth * np.pi / 4)))
    x = (random.random(count, np.float32) * width).astype(np.float32)
    y = (random.random(count, np.float32) * height).astype(np.float32)
    flow = value_noise(height, width, 3.5, seed=sheet.seed_of(what + " flow"), octaves=2)
    angle = 2.2 * np.pi * flow[y.astype(int), x.astype(int)] + 0.35 * random.standard_normal(count, np.float32)
    grow = random.uniform(0.7, 1.25, count)
    owner = np.full((height, width), -1, np.int32)
    for i in range(count):
        axes = (grow[i] * length * 8, grow[i] * breadth * 8)  # half axes, 1/16 px
        cv2.ellipse(
            owner,
            (round(x[i] * 16), round(y[i] * 16)),
            (round(axes[0]), round(axes[1])),
            float(np.rad2deg(angle[i])),
            0,
            360,
            i,
            -1,
            shift=4,
        )
    return _Layout(owner, x, y, angle.astype(np.float32))


def _relief(layout: _Layout, off_x: F32, off_y: F32, breadth: float, seed: int) -> F32:
    """Light from the top left over dabs that are ridged along and rounded across."""
    angle = layout.angle[layout.owner]
    across = (off_x * np.sin(angle) - off_y * np.cos(angle)) / np.float32(breadth)
    tracks = np.random.default_rng(seed).standard_normal((layout.x.size, 16), np.float32)
    track = np.clip(((across + 0.75) * 10.5).astype(np.int32), 0, 15)
    height = 0.6 * (1 - 2 * np.abs(across)) + 0.22 * tracks[layout.owner, track]
    height = cv2.GaussianBlur(height.astype(np.float32), (0, 0), 0.6)
    slope = height - cv2.warpAffine(
        height, np.array([[1, 0, 1], [0, 1, 1]], np.float32), height.shape[::-1], borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.clip(slope / (2.5 * slope.std()), -0.55, 1), np.float32)
