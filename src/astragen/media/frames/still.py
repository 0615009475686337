"""Frames of a still picture under a camera move.

The picture is scaled once, so that the tightest framing of the move takes about one
of its pixels a frame pixel, and turned into planes once. Each frame then warps the
planes: `source = step * frame + start` on each axis, to within 1/32 px of the ideal
path, so that slow moves do not jitter. Start reading at `StillFrames`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from astragen.errors import RenderError
from astragen.media.colour import planes_of
from astragen.model.planes import U8, Planes
from astragen.model.view import View

PICTURE_DISTANCE = 1.0  # stage units; a flat picture takes the whole of a move, as the nearest layer of a scene does
MAX_OVERSCAN = 1.35  # a still is cropped at most this much to make room for its move; beyond, the move is held

_OVERSAMPLING = 1.03  # picture pixels a frame pixel at the tightest; at exactly 1 no resize has a part-pixel phase
_PAD = 128  # px of replicated border around the picture, even; room for `_span`'s search
_MARGIN = 96  # extra frame pixels that `_span` may resize on each side
_TOLERANCE = 1 / 32  # px; what cv2.warpAffine rounds to, too


class StillFrames:
    """A `FrameSource`: one picture, seen from one view a frame."""

    def __init__(self, picture: U8, views: Sequence[View], *, first: int, width: int, height: int) -> None:
        """Prepare *picture* for a move.

        Args:
            picture: (h, w, 3) uint8 sRGB, any size; it covers the frame, its centre composed.
            views: the camera's pose of each frame, handles included.
            first: the number of the frame that views[0] belongs to; negative for a head.
            width: of the frames, even.
            height: of the frames, even.

        The picture is cropped as far as the move needs room (at most MAX_OVERSCAN);
        a pose that would still show an edge is held at it. `overscan` is then the crop,
        `size` the (height, width) of the picture as scaled, not whole.

        Raises:
            RenderError: the picture is no uint8 RGB, or there are no views.
        """
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
            raise RenderError(f"A still is {picture.dtype} {picture.shape}; it must be uint8 (height, width, 3).")
        if not views:
            raise RenderError("A still has no views; it needs one for each frame.")
        self._views, self._first = tuple(views), first
        self.overscan = _overscan(picture.shape, self._views, width, height)
        tightest = max(_growth(view) for view in self._views)
        factor = _OVERSAMPLING * tightest * self.overscan / _cover(picture.shape, width, height)
        self.size = (picture.shape[0] * factor, picture.shape[1] * factor)
        scaled = _scaled(picture, factor)
        self._picture = planes_of(np.pad(scaled, ((_PAD, _PAD), (_PAD, _PAD), (0, 0)), mode="edge"))
        half = (height // 2, width // 2)
        self._out = Planes(np.empty((height, width), np.uint8), np.empty(half, np.uint8), np.empty(half, np.uint8))

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call.

        Raises:
            RenderError: no view was given for *n*.
        """
        step, left, top = self.path(n)
        rows, columns = self._picture.y.shape
        left, top = left + (columns - 1) / 2, top + (rows - 1) / 2
        _warp(self._picture[:1], self._out[:1], step, left, top)
        # Left-sited chroma: sample (i, j) lies at luma (2 i, 2 j + 1/2).
        _warp(self._picture[1:], self._out[1:], step, left / 2, (step / 2 + top - 0.5) / 2)
        return self._out

    def path(self, n: int) -> tuple[float, float, float]:
        """(step, left, top) of frame *n*: its pixel (x, y) shows point (step x + left, step y + top).

        Coordinates of the frame are of pixel centres; those of the point are of the
        picture as scaled, from its centre, right and down positive.
        """
        if not 0 <= n - self._first < len(self._views):
            last = self._first + len(self._views) - 1
            raise RenderError(f"Frame {n} of a still was asked for; it has frames {self._first} to {last}.")
        view = self._views[n - self._first]
        height, width = self._out.y.shape
        composed = _cover(self.size, width, height) / self.overscan
        step = composed / _growth(view)
        across, down = _offset(view, height)
        x = _held(composed * across, step * width, self.size[1])
        y = _held(composed * down, step * height, self.size[0])
        return step, x - step * (width - 1) / 2, y - step * (height - 1) / 2


def _growth(view: View) -> float:
    """How much larger than composed the picture is seen."""
    return view.zoom * PICTURE_DISTANCE / (PICTURE_DISTANCE - view.dolly)


def _offset(view: View, height: int) -> tuple[float, float]:
    """Where the frame's centre is against the composed one: right and down, in composed pixels."""
    growth = _growth(view)
    across = view.truck / PICTURE_DISTANCE + view.pan / growth
    down = view.pedestal / PICTURE_DISTANCE + view.tilt / growth
    return across * height, down * height


def _cover(shape: Sequence[float], width: int, height: int) -> float:
    """Picture pixels a frame pixel when the picture just covers the frame."""
    return min(shape[1] / width, shape[0] / height)


def _overscan(shape: Sequence[int], views: Sequence[View], width: int, height: int) -> float:
    """The least crop, from 1 to MAX_OVERSCAN, under which no view leaves the picture."""
    cover = _cover(shape, width, height)
    need = 1.0
    for view in views:
        (across, down), growth = _offset(view, height), _growth(view)
        need = max(need, (2 * abs(across) + width / growth) * cover / shape[1])
        need = max(need, (2 * abs(down) + height / growth) * cover / shape[0])
    return min(need, MAX_OVERSCAN)


def _held(offset: float, extent: float, size: float) -> float:
    """*offset* from the centre of *size*, held so that a window of *extent* about it stays inside."""
    room = max(0.0, (size - extent) / 2)
    return min(max(offset, -room), room)


def _scaled(picture: U8, factor: float) -> U8:
    """*picture* resized by exactly *factor* (Lanczos, antialiased), about its centre.

    The sides are rounded up to even numbers; the edge is replicated into the rest.
    """
    spare = math.ceil(1 / factor) + 1
    padded = np.pad(picture, ((spare, spare), (spare, spare), (0, 0)), mode="edge")
    height, width = (2 * math.ceil(side * factor / 2) for side in picture.shape[:2])
    x, y = padded.shape[1] / 2, padded.shape[0] / 2
    across, down = width / factor / 2, height / factor / 2
    box = (x - across, y - down, x + across, y + down)
    return np.asarray(Image.fromarray(padded).resize((width, height), Image.Resampling.LANCZOS, box), np.uint8)


class _Span(NamedTuple):
    """A stretch [begin, end) of source pixels to resize to `length`, of which the frame begins at `skip`."""

    begin: int
    end: int
    length: int
    skip: int
    error: float


def _span(step: float, start: float, count: int, limit: int) -> _Span:
    """The whole-pixel resize that comes nearest to `source = step * frame + start` for *count* frame pixels.

    cv2.resize of [begin, end) to `length` maps x to (x + 1/2) r - 1/2 + begin with
    r = (end - begin) / length. Both the ratio and the phase are only as fine as whole
    numbers allow, so pixels are added on both sides until some choice fits.
    """
    skip = np.arange(_MARGIN)[:, None]
    length = count + skip + np.arange(_MARGIN)[None]
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
    first = int(begin[row, column])
    return _Span(first, first + int(taken[row, column]), int(length[row, column]), int(row), float(error[row, column]))


def _warp(planes: Sequence[U8], outs: Sequence[U8], step: float, left: float, top: float) -> None:
    """Write `plane[step y + top, step x + left]` into the out of each plane; all planes are of one size."""
    (height, width), (rows, columns) = outs[0].shape, planes[0].shape
    across, down = _span(step, left, width, columns), _span(step, top, height, rows)
    if max(across.error, down.error) > _TOLERANCE:
        matrix = np.array([[step, 0.0, left], [0.0, step, top]])
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        for plane, out in zip(planes, outs, strict=True):
            cv2.warpAffine(plane, matrix, (width, height), dst=out, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return
    for plane, out in zip(planes, outs, strict=True):
        region = plane[down.begin : down.end, across.begin : across.end]
        larger = cv2.resize(region, (across.length, down.length), interpolation=cv2.INTER_CUBIC)
        np.copyto(out, larger[down.skip : down.skip + height, across.skip : across.skip + width])
