"""Laying a sprite with OpenCV: the twin of `_kernels.c`, where no compiler built it.

The same pixels within a rounding, at two to four times the cost. A frame is three
8-bit planes: luma (height, width), and Cb and Cr of half the size, left-sited (ITU-T
H.273 type 0).
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.colour import U8

MATTER, LIGHT, OPAQUE = 0, 1, 2
BLOCK = 16  # columns of a sprite that share one flag of its cover

Matrix = tuple[float, float, float, float, float, float]


def lay(
    y: U8,
    u: U8,
    v: U8,
    width: int,
    height: int,
    pixels: U8,
    cover: U8 | None,
    columns: int,
    rows: int,
    matrix: Matrix,
    gain: float,
    mode: int,
) -> None:
    """Lay a sprite on a frame.

    pixels: (rows, columns, 4): Y, Cb, Cr premultiplied by alpha, alpha; as LIGHT, Y, Cb
    and Cr as offsets from 128, and any alpha. cover: (rows, ceil(columns / 16)), zero
    where a block of a row is empty; only a hint. matrix: sprite pixel centres -> frame
    pixel centres, row by row. gain: of a light, or 0 to 1 to fade matter. OPAQUE
    sprites go on beyond their edges.

    Raises:
        ValueError: The planes are no 4:2:0 frame of that size.
    """
    del cover
    affine = np.array(matrix, np.float64).reshape(2, 3)
    region = _region(columns, rows, affine, width, height)
    if region is None:
        return
    left, top, right, bottom = region
    affine[:, 2] -= (left - 1, top)  # one column more on the left, for the chroma of the first
    warped = as_bytes(
        cv2.warpAffine(
            pixels.reshape(rows, columns, 4),
            affine,
            (right - left + 1, bottom - top),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE if mode == OPAQUE else cv2.BORDER_CONSTANT,
            borderValue=(0, 128, 128, 0) if mode == LIGHT else (0, 0, 0, 0),
        )
    )
    if left == 0:
        warped[:, 0] = warped[:, 1]
    if mode != LIGHT and gain < 1:
        warped = as_bytes(cv2.convertScaleAbs(warped, alpha=gain))
    half = halved(warped)
    views = [plane[top // k : bottom // k, left // k : right // k] for plane, k in ((y, 1), (u, 2), (v, 2))]
    if mode == LIGHT:
        lights = (cv2.extractChannel(warped[:, 1:], 0), *(cv2.extractChannel(half, k) for k in (1, 2)))
        for view, light, offset in zip(views, lights, (0, 128, 128), strict=True):
            cv2.addWeighted(view, 1, light, gain, -offset * gain, dst=view)
    else:
        _over(views[0], as_bytes(cv2.extractChannel(warped[:, 1:], 0)), as_bytes(cv2.extractChannel(warped[:, 1:], 3)))
        alpha = as_bytes(cv2.extractChannel(half, 3))
        for k in (1, 2):
            _over(views[k], as_bytes(cv2.extractChannel(half, k)), alpha)


def as_bytes(picture: object) -> U8:
    """OpenCV's answer as what it is: no copy, only the type."""
    return np.asarray(picture, np.uint8)


def _over(view: U8, colour: U8, alpha: U8) -> None:
    cv2.add(cv2.multiply(view, cv2.bitwise_not(alpha), scale=1 / 255), colour, dst=view)


def halved(picture: U8) -> U8:
    """(2 h, 2 w + 1, ...) whose first column is left of a chroma sample -> (h, w, ...): [1 2 1] / 4 across."""
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    before = cv2.resize(picture[:, :-1], size, interpolation=cv2.INTER_AREA)
    after = cv2.resize(picture[:, 1:], size, interpolation=cv2.INTER_AREA)
    return as_bytes(cv2.addWeighted(before, 0.5, after, 0.5, 0))


def _region(columns: int, rows: int, affine: np.ndarray, width: int, height: int) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of the frame that the sprite can touch, widened to whole chroma samples."""
    corners = np.array([[-1, -1], [columns, -1], [-1, rows], [columns, rows]], np.float64)
    mapped = corners @ affine[:, :2].T + affine[:, 2]
    left, top = (max(0, math.floor(value)) & ~1 for value in mapped.min(0))
    right = min(width, math.ceil(mapped[:, 0].max()) + 2 & ~1)
    bottom = min(height, math.ceil(mapped[:, 1].max()) + 2 & ~1)
    return (left, top, right, bottom) if right > left and bottom > top else None
