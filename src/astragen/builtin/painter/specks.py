"""Specks: many small soft points on one mask, for stars, snow and dust."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.colour import U8

Real = NDArray[np.floating[Any]]


def specks(size: tuple[int, int], x: Real, y: Real, peak: Real, sigma: float) -> U8:
    """Small Gaussians of *sigma* px and *peak* (8-bit) at pixel centres (x, y): (h, w) uint8; they add up."""
    height, width = size
    reach = math.ceil(1.8 * sigma)
    seen = (x > -reach - 1) & (x < width + reach) & (y > -reach - 1) & (y < height + reach)
    x, y, peak = x[seen], y[seen], peak[seen]
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    steps = np.arange(-reach, reach + 2)
    rows, columns = row[:, None] + steps, column[:, None] + steps
    down = np.exp((rows - y[:, None]) ** 2 * (-0.5 / sigma**2)) * ((rows >= 0) & (rows < height)) * peak[:, None]
    aside = np.exp((columns - x[:, None]) ** 2 * (-0.5 / sigma**2)) * ((columns >= 0) & (columns < width))
    weight = (down[:, :, None] * aside[:, None, :]).astype(np.float32)
    at = np.clip(rows, 0, height - 1)[:, :, None] * width + np.clip(columns, 0, width - 1)[:, None, :]
    picture = np.bincount(at.ravel(), weights=weight.ravel(), minlength=height * width) if at.size else None
    if picture is None:
        return np.zeros(size, np.uint8)
    return np.minimum(picture, 255).astype(np.uint8).reshape(size)
