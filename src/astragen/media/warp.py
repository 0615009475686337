"""Resampling a plane under a camera move with OpenCV: the twin of `warp` in `_kernels.c`.

The same pixels within a level, at several times the cost. cv2.warpAffine rounds a
cubic's places to 1/32 px, so a slow move would jitter; cv2.resize does not, but takes
whole-pixel regions only. Start reading at `warp`; `_span` chooses the region.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from astragen.model.planes import U8

_MARGIN = 96  # extra pixels of the result that `_span` may resize on each side
_REACH = 2  # source pixels that a cubic sees on each side; cv2.resize would replicate the region's edge instead
_TOLERANCE = 1 / 64  # px; what cv2.warpAffine is at most off by when it rounds to 1/32
_SPANS = 8  # those of a frame: luma and chroma, across and down


def warp(src: U8, dst: U8, step: float, left: float, top: float) -> None:
    """Write `src[step y + top, step x + left]` into `dst[y, x]`, beyond the edge of *src* its nearest pixel.

    src, dst: (height, width) uint8, any sizes, rows may be strided; they must not overlap.
    step: source pixels a pixel of the result, above 0; nothing is filtered, so above about 1.5 it aliases.
    left, top: where pixel (0, 0) of the result lies, in pixel centres of the source.

    Cubic convolution with a = -0.75. Here places are exact to 1/64 px, in C to 1/16384.

    Raises:
        ValueError: *src* or *dst* is no such plane, or the place is not finite.
    """
    for name, plane in (("source", src), ("result", dst)):
        if plane.ndim != 2 or plane.dtype != np.uint8 or not plane.size:
            raise ValueError(f"the {name} is no plane: it must be uint8 (height, width) with whole rows")
    if not (step > 0 and np.isfinite([step, left, top]).all()):
        raise ValueError("a warp needs a step above 0 and a finite start")
    (height, width), (rows, columns) = dst.shape, src.shape
    across, down = _span(step, left, width, columns), _span(step, top, height, rows)
    if max(across.error, down.error) > _TOLERANCE:
        matrix = np.array([[step, 0.0, left], [0.0, step, top]])
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        cv2.warpAffine(src, matrix, (width, height), dst=dst, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return
    region = src[down.begin : down.end, across.begin : across.end]
    larger = cv2.resize(region, (across.length, down.length), interpolation=cv2.INTER_CUBIC)
    np.copyto(dst, larger[down.skip : down.skip + height, across.skip : across.skip + width])


class _Span(NamedTuple):
    """A stretch [begin, end) of source pixels to resize to `length`, of which the result begins at `skip`."""

    begin: int
    end: int
    length: int
    skip: int
    error: float


@lru_cache(_SPANS)
def _span(step: float, start: float, count: int, limit: int) -> _Span:
    """The whole-pixel resize that comes nearest to `source = step * x + start` for *count* pixels.

    cv2.resize of [begin, end) to `length` maps x to (x + 1/2) r - 1/2 + begin with
    r = (end - begin) / length. Both the ratio and the phase are only as fine as whole
    numbers allow, so pixels are added on both sides until some choice fits.
    """
    reach = math.ceil(_REACH / step)
    skip = reach + np.arange(_MARGIN)[:, None]
    length = count + skip + reach + np.arange(_MARGIN)[None]
    taken = np.rint(length * step)
    ratio = taken / length
    middle = (count - 1) / 2
    wanted = start + step * middle
    reached = (skip + middle + 0.5) * ratio - 0.5
    begin = np.rint(wanted - reached)
    error = np.abs(reached + begin - wanted) + np.abs(ratio - step) * middle
    error = np.where((begin < 0) | (begin + taken > limit), np.inf, error)
    cost = error + 1e-5 * length  # of two good fits, the smaller
    row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    first, extent = int(begin[row, column]), int(taken[row, column])
    return _Span(first, first + extent, int(length[row, column]), reach + int(row), float(error[row, column]))
