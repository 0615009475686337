"""Noise and blur: the painter's brushes that are not drawn by hand.

Everything is seeded and tileable where it says so; nothing reads a clock.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike

from astragen.builtin.painter.colour import F32


def smoothstep(low: float, high: float, x: ArrayLike) -> F32:
    """0 below *low*, 1 above *high*, 3t^2 - 2t^3 between; *low* > *high* falls instead."""
    t = np.clip((np.asarray(x, np.float32) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def spectral(
    rows: int,
    columns: int,
    *,
    seed: int,
    slope: float = 2.4,
    low: float = 1,
    high: float | None = None,
    stretch: float = 1.0,
) -> F32:
    """Tileable power-law noise: (rows, columns) float32, zero mean, unit deviation.

    slope: power falls as frequency ** -slope; 0 is white, 2.4 clouds, 3 hills.
    low, high: band in cycles a tile. stretch: above 1, features lie wider than tall.
    """
    random = np.random.default_rng(seed)
    fy = np.fft.fftfreq(rows)[:, None] * rows * stretch
    fx = np.fft.rfftfreq(columns)[None] * columns
    k = np.sqrt(fy * fy + fx * fx)
    k[0, 0] = 1
    amplitude = k ** (-slope / 2)
    amplitude[k < low] = 0
    if high is not None:
        amplitude *= np.exp(-((k / high) ** 4))
    amplitude[0, 0] = 0
    white = np.fft.rfft2(random.standard_normal((rows, columns), np.float32))
    field = np.fft.irfft2(white * amplitude, s=(rows, columns)).astype(np.float32)
    return np.asarray(field / field.std(), np.float32)


def value_noise(
    height: int, width: int, cells: float, *, seed: int, octaves: int = 5, gain: float = 0.5, squash: float = 1.0
) -> F32:
    """Smooth noise on a canvas: (height, width) float32 in about [0, 1]; *cells* across the width.

    squash: above 1, features lie flatter (more cells down than across).
    """
    random = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        across = cells * 2**octave
        down = max(1.0, across * height / width * squash)
        if octave > 0 and across > width:
            break
        grid = random.random((int(down) + 4, int(across) + 4), dtype=np.float32)
        matrix = np.array([[across / width, 0, 1], [0, down / height, 1]], np.float32)
        total += weight * cv2.warpAffine(
            grid,
            matrix,
            (width, height),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT,
        )
        weights += weight
        weight *= gain
    return np.asarray(total / np.float32(weights), np.float32)


def padded(tile: F32) -> F32:
    """A tileable *tile* with its first row and column again at the end: what `sample_padded` reads."""
    return np.asarray(cv2.copyMakeBorder(tile, 0, 1, 0, 1, cv2.BORDER_WRAP), np.float32)


def sample_padded(tile: F32, x: F32, y: F32) -> F32:
    """Sample a `padded` tile at pixel coordinates *x*, *y* (any size), bilinear, wrapping.

    Folding the coordinates first keeps OpenCV on its fast path: 0.3 ms against 5.4 ms
    with BORDER_WRAP for 640 x 200 px of a four-channel tile (one and four channels are
    fast, two and three are not).
    """
    rows, columns = tile.shape[0] - 1, tile.shape[1] - 1
    maps = []
    for at, size in ((x, columns), (y, rows)):
        turns = np.asarray(at, np.float32) * np.float32(1 / size)
        maps.append((turns - np.floor(turns)) * np.float32(size))
    return np.asarray(cv2.remap(tile, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def sample_tile(tile: F32, x: F32, y: F32) -> F32:
    """Sample a tileable *tile* at pixel coordinates *x*, *y* (any size), bilinear, wrapping."""
    return sample_padded(padded(tile), x, y)


def blur(picture: F32, sigma: float) -> F32:
    """Gaussian blur of *sigma* pixels; large ones run on a reduced copy (about 30x cheaper)."""
    if sigma <= 0.3:
        return picture
    if sigma <= 6:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    factor = max(2, int(sigma / 3))
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def stable_seed(*parts: object) -> int:
    """A 31-bit seed from *parts*, equal on every machine and run (FNV-1a over their text)."""
    value = 0xCBF29CE484222325
    for byte in "\x1f".join(str(part) for part in parts).encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return (value ^ (value >> 32)) & 0x7FFFFFFF
