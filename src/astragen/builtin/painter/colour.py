"""Colour: mixing in OKLab, ramps, and the one conversion to the canvas's YCbCr.

Painters think in sRGB floats in [0, 1]; the canvas holds BT.709 limited-range 8-bit
YCbCr. OKLab is Björn Ottosson's (2020): equal steps look equal, so mixes stay clean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Colour = str | Sequence[float] | F32

# Ottosson 2020: linear sRGB -> LMS, cube-rooted LMS -> Lab.
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_FROM_LMS = np.linalg.inv(_TO_LMS).astype(np.float32)
_FROM_LAB = np.linalg.inv(_TO_LAB).astype(np.float32)

_KR, _KB = 0.2126, 0.0722  # ITU-R BT.709-6, item 3.2
_KG = 1 - _KR - _KB
# sRGB [0, 1] -> limited-range 8-bit units, without the offsets (16, 128, 128).
YCC = np.array(
    [
        [219 * _KR, 219 * _KG, 219 * _KB],
        [-112 * _KR / (1 - _KB), -112 * _KG / (1 - _KB), 112],
        [112, -112 * _KG / (1 - _KR), -112 * _KB / (1 - _KR)],
    ],
    np.float32,
)
YCC_OFFSET = np.array([16, 128, 128], np.float32)


_RAMP_STEPS = 4096  # of a ramp's table: a step is far below an 8-bit level, so none is mixed with the next


def rgb(colour: Colour) -> F32:
    """*colour* ("#rrggbb" or three floats) as (3,) float32 sRGB in [0, 1]."""
    if isinstance(colour, str):
        digits = colour.lstrip("#")
        return np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)
    return np.asarray(colour, np.float32)


def _linear(c: F32) -> F32:
    return np.where(c <= 0.04045, c / 12.92, ((np.maximum(c, 0) + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _gamma(c: F32) -> F32:
    c = np.maximum(c, 0)
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055).astype(np.float32)


def to_oklab(colour: Colour) -> F32:
    """(..., 3) sRGB -> (..., 3) OKLab."""
    return np.asarray(np.cbrt(_linear(rgb(colour)) @ _TO_LMS.T) @ _TO_LAB.T, np.float32)


def from_oklab(lab: F32) -> F32:
    """(..., 3) OKLab -> (..., 3) sRGB, not clipped above 1."""
    return _gamma(((lab @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T)


def mix(a: Colour, b: Colour, t: ArrayLike) -> F32:
    """From *a* (t = 0) to *b* (t = 1) in OKLab.

    Scalar t: (3,). Array t of shape s: s + (3,); *a* and *b* may be (3,) or s + (3,).
    """
    weight = np.asarray(t, np.float32)[..., None]
    first, second = to_oklab(a), to_oklab(b)
    return from_oklab((first + (second - first) * weight).astype(np.float32))


def ramp(stops: Sequence[tuple[float, Colour]], t: F32) -> F32:
    """Colours of *t* (any shape, [0, 1]) on a ramp of (position, colour) *stops*, mixed in OKLab."""
    positions = [position for position, _ in stops]
    labs = np.stack([to_oklab(colour) for _, colour in stops])
    steps = np.linspace(0, 1, _RAMP_STEPS)
    table = from_oklab(np.stack([np.interp(steps, positions, labs[:, i]) for i in range(3)], -1).astype(np.float32))
    at = np.clip(np.asarray(t, np.float32), 0, 1) * np.float32(_RAMP_STEPS - 1) + np.float32(0.5)
    return np.asarray(table.take(at.astype(np.int32), axis=0), np.float32)


def luma(picture: F32) -> F32:
    """BT.709 luma of (..., 3) gamma-encoded sRGB -> (...) in the same range."""
    return np.asarray(picture @ np.array([_KR, _KG, _KB], np.float32), np.float32)


def ycc(colour: Colour) -> tuple[float, float, float]:
    """*colour* as (Y, Cb, Cr) in limited-range 8-bit units, offsets included."""
    y, u, v = YCC @ rgb(colour) + YCC_OFFSET
    return float(y), float(u), float(v)
