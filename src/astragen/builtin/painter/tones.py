"""Tones: animated pictures made of a brightness and a cover, coloured through tables.

Water, smoke and lava are computed at reduced size as two 8-bit planes; `Tones` gives them
their colours in one table look-up, `hang` lays the result through the camera.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, ramp, ycc
from astragen.builtin.painter.sprite import Sprite
from astragen.builtin.painter.stage import Moment, Stage


class Tones:
    """256 colours from dark to bright."""

    def __init__(self, stops: Sequence[tuple[float, Colour]]) -> None:
        """*stops*: (position 0 to 1, colour), mixed in OKLab."""
        colours = np.clip(ramp(stops, np.linspace(0, 1, 256).astype(np.float32)), 0, 1)
        rows = np.array([[*ycc(colour), 255] for colour in colours], np.float32)
        self._table: U8 = np.clip(np.round(rows), 0, 255).astype(np.uint8)[None]

    def pack(self, bright: U8, cover: U8) -> U8:
        """(h, w) brightness and cover -> (h, w, 4) premultiplied pixels, as `Sprite.pixels`."""
        full = cv2.LUT(cv2.merge([bright] * 4), self._table)
        return np.asarray(cv2.multiply(full, cv2.merge([cover] * 4), scale=1 / 255), np.uint8)


def lay_reduced(
    canvas: Canvas, stage: Stage, moment: Moment, pixels: U8, *, x: float, y: float, div: float, z: float
) -> None:
    """Lay *pixels*, each *div* canvas px a side, with their top left at canvas (x, y), seen at distance *z*."""
    k, tx, ty = stage.project(z, moment.view)
    size = div * k
    matrix = np.array([[size, 0, x * k + tx + size / 2 - 0.5], [0, size, y * k + ty + size / 2 - 0.5]], np.float32)
    canvas.lay(Sprite(pixels, 0, 0, opaque=False, light=False), matrix)


def level_homography(stage: Stage, moment: Moment, reach: float) -> NDArray[np.float64]:
    """Canvas px -> frame px of a level plane under the moving camera, (3, 3).

    reach: stage distance times px under the horizon, the same for every row of the plane.
    For a row `down` px under the horizon the distance is reach / down; so trucking shears
    the picture and going forward bends it in perspective.
    """
    view, tall = moment.view, stage.height
    middle, level = stage.vanishing_x - stage.ox - view.pan * tall, stage.horizon - stage.oy - view.tilt * tall
    seen = np.array(
        [
            [view.zoom * reach, -middle * view.dolly - view.zoom * view.truck * tall, middle * reach],
            [0, -level * view.dolly + view.zoom * (reach - view.pedestal * tall), level * reach],
            [0, -view.dolly, reach],
        ]
    )
    moved = np.array([[1, 0, -stage.vanishing_x], [0, 1, -stage.horizon], [0, 0, 1]])
    return np.asarray(seen @ moved, np.float64)


def put_level(
    canvas: Canvas, stage: Stage, moment: Moment, pixels: U8, *, x: float, y: float, div: float, reach: float
) -> None:
    """Lay *pixels* of a level plane (`level_homography`), each *div* canvas px a side, top left at canvas (x, y)."""
    centre = np.array([[div, 0, x + div / 2], [0, div, y + div / 2], [0, 0, 1]])
    back = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    matrix = back @ level_homography(stage, moment, reach) @ centre
    rows, columns = pixels.shape[:2]
    corners = matrix @ np.array([[0, columns, 0, columns], [0, 0, rows, rows], [1, 1, 1, 1]])
    spots = corners[1] / corners[2]
    top, bottom = max(0, int(np.floor(spots.min())) - 1), min(canvas.height, int(np.ceil(spots.max())) + 1)
    if bottom <= top:
        return
    matrix[1] -= top * matrix[2]
    warped = cv2.warpPerspective(pixels, matrix, (canvas.width, bottom - top))
    canvas.put(np.asarray(warped, np.uint8), 0, top)


def as_byte(values: F32) -> U8:
    """Values in [0, 1] -> 8 bits, clipped."""
    return np.asarray(np.clip(values * np.float32(255), 0, 255), np.uint8)
