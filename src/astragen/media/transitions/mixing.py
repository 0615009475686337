"""Weights and mixes that all transitions are made of.

Mixing happens on gamma-encoded values, where equal steps of weight look about equal.
Weights come from a *field*: when each sample turns, from 0 (first) to 1 (last), at the
samples' own sites, so that luma and chroma turn together. Start reading at `reveal`.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.media.colour import BLACK
from astragen.model.planes import U8, Planes

F32 = NDArray[np.float32]

_STRIP = 32  # rows mixed at once: their 16-bit products stay in a core's cache (1.7 ms a 1080p plane, 6 in one go)


class Fields(NamedTuple):
    """When each luma and each chroma sample turns: float32 in [0, 1] that broadcasts to its plane."""

    luma: F32
    chroma: F32


class Sites(NamedTuple):
    """Where a plane's samples lie, in luma pixels from the frame's corner: (1, columns) and (rows, 1) float32."""

    x: F32
    y: F32


def smoothstep(x: float) -> float:
    """3x² - 2x³ of *x* held to [0, 1]: 0 to 1 with level ends."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def smootherstep(x: float) -> float:
    """Perlin's 6x⁵ - 15x⁴ + 10x³ of *x* held to [0, 1]: travel that starts and stops without a jerk."""
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (x * (6.0 * x - 15.0) + 10.0)


def speed(moment: float) -> float:
    """How fast `smootherstep` goes at *moment*, beside its fastest: 0 at both ends, 1 in the middle."""
    return (4.0 * moment * (1.0 - moment)) ** 2


def ramp(x: float, low: float, high: float) -> float:
    """0 up to *low*, 1 from *high*, eased between."""
    return smoothstep((x - low) / (high - low))


def luma_sites(planes: Planes) -> Sites:
    """The centres of the luma samples."""
    height, width = planes.y.shape
    return Sites(np.arange(width, dtype=np.float32)[None] + 0.5, np.arange(height, dtype=np.float32)[:, None] + 0.5)


def chroma_sites(planes: Planes) -> Sites:
    """The left-sited chroma samples: on the even luma columns, between two luma rows."""
    height, width = planes.u.shape
    return Sites(
        np.arange(width, dtype=np.float32)[None] * 2 + 0.5, np.arange(height, dtype=np.float32)[:, None] * 2 + 1.0
    )


def dissolve(a: Planes, b: Planes, weight: float, out: Planes) -> None:
    """Write (1 - *weight*) of *a* and *weight* of *b* into *out*, which may be either of them."""
    for first, second, target in zip(a, b, out, strict=True):
        cv2.addWeighted(first, 1.0 - weight, second, weight, 0.0, dst=target)


def fade(a: Planes, weight: float, out: Planes) -> None:
    """Write *weight* of *a* over limited-range black into *out*, which may be *a*."""
    for plane, level, target in zip(a, BLACK, out, strict=True):
        cv2.addWeighted(plane, weight, plane, 0.0, level * (1.0 - weight), dst=target)


def blend(a: U8, b: U8 | int, weights: U8, out: U8) -> None:
    """Write *a* with weights / 255 of *b* over it into *out*, which may be *a* or *b*; rounded to the nearest.

    *weights* and *b* broadcast to *a*, (rows, columns).
    """
    over, shares = np.broadcast_to(np.asarray(b, np.uint8), a.shape), np.broadcast_to(weights, a.shape)
    for first in range(0, a.shape[0], _STRIP):
        rows = slice(first, first + _STRIP)
        share = shares[rows]
        mixed = np.multiply(a[rows], 255 - share, dtype=np.uint16)
        mixed += np.multiply(over[rows], share, dtype=np.uint16)
        mixed += 128
        mixed += mixed >> 8  # with the shift below: a division by 255, exact for sums of products of bytes
        np.right_shift(mixed, 8, out=mixed)
        np.copyto(out[rows], mixed, casting="unsafe")


def turned(field: F32, progress: float, soft: float) -> U8:
    """How far the samples of *field* have turned at *progress* in [0, 1], in 255ths, from 0 to 255 without easing.

    *soft*: how much of the field is turning at once.
    """
    reach = progress * (1.0 + soft)
    return np.asarray(cv2.addWeighted(field, -255.0 / soft, field, 0.0, 255.0 * reach / soft, dtype=cv2.CV_8U))


def table(values: NDArray[np.floating]) -> U8:
    """A look-up table for bytes: *values* (256,) rounded."""
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def looked_up(plane: U8, table: U8) -> U8:
    """*plane* through *table*."""
    return np.asarray(cv2.LUT(plane, table), np.uint8).reshape(plane.shape)


_SHARES = np.arange(256) / 255.0
EASED = table(255.0 * _SHARES * _SHARES * (3.0 - 2.0 * _SHARES))  # smoothstep of weights in 255ths


def reveal(fields: Fields, progress: float, soft: float, before: Planes, after: Planes, out: Planes) -> None:
    """Write *before* with *after* over it where *fields* has turned into *out*; the edge is eased.

    *progress*: 0 shows only *before*, 1 only *after*.
    """
    luma, chroma = (looked_up(turned(field, progress, soft), EASED) for field in fields)
    for first, second, weights, target in zip(before, after, (luma, chroma, chroma), out, strict=True):
        blend(first, second, weights, target)
