"""Frames of a still picture under a camera move.

The picture is scaled once, so that the tightest framing of the move takes about one
of its pixels a frame pixel, and turned into planes once. Each frame then warps the
planes: `source = step * frame + start` on each axis (`media/warp.py`), so finely that
slow moves do not jitter. A move whose widest framing would alias has a coarser level,
too. What no frame shows is neither scaled nor kept. Start reading at `StillFrames`;
`prepare` does what is done once.
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
from astragen.media.kernels import warp
from astragen.model.planes import U8, Planes
from astragen.model.view import View

PICTURE_DISTANCE = 1.0  # stage units; a flat picture takes the whole of a move, as the nearest layer of a scene does
MAX_OVERSCAN = 1.35  # a still is cropped at most this much to make room for its move; beyond, the move is held

_OVERSAMPLING = 1.03  # picture pixels a frame pixel at the tightest; at exactly 1 no resize has a part-pixel phase
_ALIASING = 1.5  # px a frame pixel from which a frame needs the second level; a named move reads at most 1.5
_FINE = 1.3  # px a frame pixel up to which the first level is shown alone; up to _ALIASING they are blended
_COARSER = 1 / 1.5  # scale of the second level; stated framings read it at 1.4 at most
_REACH = 4  # scaled pixels kept around what is shown, for the filters of warp (2) and chroma (2)
_PAD = 128  # px of replicated border around those, even; the OpenCV twin of the warp needs the room
_LANCZOS = 3  # lobes of Pillow's filter: source pixels on each side, at the coarser of the two scales


class _Level(NamedTuple):
    """The picture at one scale: its planes, and where the centre of their first luma pixel lies from its own centre.

    scale: its pixels a pixel of the picture as scaled.
    """

    planes: Planes
    scale: float
    left: float
    top: float


class PreparedStill(NamedTuple):
    """A picture made ready for a move.

    overscan: the crop that the move needed.
    size: the (height, width) of the picture as scaled, not whole.
    """

    overscan: float
    size: tuple[float, float]
    levels: tuple[_Level, ...]


def prepare(picture: U8, views: Sequence[View], *, width: int, height: int) -> PreparedStill:
    """Make *picture* ready for a move.

    Args:
        picture: (h, w, 3) uint8 sRGB, any size; it covers the frame, its centre composed.
        views: the camera's pose of each frame, handles included.
        width: of the frames, even.
        height: of the frames, even.

    The picture is cropped as far as the move needs room (at most MAX_OVERSCAN).

    Raises:
        RenderError: the picture is no uint8 RGB, or there are no views.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise RenderError(f"A still is {picture.dtype} {picture.shape}; it must be uint8 (height, width, 3).")
    if not views:
        raise RenderError("A still has no views; it needs one for each frame.")
    overscan = _overscan(picture.shape, views, width, height)
    factor = _OVERSAMPLING * max(map(_growth, views)) * overscan / _cover(picture.shape, width, height)
    size = (picture.shape[0] * factor, picture.shape[1] * factor)
    paths = [_path(view, size, overscan, (width, height)) for view in views]
    scales = (1.0, _COARSER) if max(step for step, _, _ in paths) > _ALIASING else (1.0,)
    window = _Window(
        min(left for _, left, _ in paths),
        min(top for _, _, top in paths),
        max(left + step * (width - 1) for step, left, _ in paths),
        max(top + step * (height - 1) for step, _, top in paths),
    )
    return PreparedStill(overscan, size, tuple(_level(picture, factor, scale, window) for scale in scales))


class StillFrames:
    """A `FrameSource`: one picture, seen from one view a frame."""

    def __init__(
        self, still: U8 | PreparedStill, views: Sequence[View], *, first: int, width: int, height: int
    ) -> None:
        """Show *still*.

        Args:
            still: a picture, or what `prepare` made of it for the same views and size.
            views: the camera's pose of each frame, handles included.
            first: the number of the frame that views[0] belongs to; negative for a head.
            width: of the frames, even.
            height: of the frames, even.

        A pose that shows an edge of the picture in spite of the crop is held at it. `overscan`
        is then the crop, `size` the (height, width) of the picture as scaled, not whole; of
        `prepared` other jobs can make the same source.

        Raises:
            RenderError: as `prepare`.
        """
        self.prepared: PreparedStill = (
            still if isinstance(still, PreparedStill) else prepare(still, views, width=width, height=height)
        )
        self.overscan, self.size, self._levels = self.prepared
        self._views, self._first = tuple(views), first
        half = (height // 2, width // 2)
        self._out = Planes(np.empty((height, width), np.uint8), np.empty(half, np.uint8), np.empty(half, np.uint8))

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call.

        Raises:
            RenderError: no view was given for *n*.
        """
        self.draw(n, self._out)
        return self._out

    def draw(self, n: int, out: Planes) -> None:
        """Draw frame *n* on *out*, which has its size; raises as `frame`."""
        step, left, top = self.path(n)
        share = (step - _FINE) / (_ALIASING - _FINE) if len(self._levels) > 1 else 0.0
        if share <= 0 or share >= 1:
            _show(self._levels[0 if share <= 0 else 1], out, step, left, top)
            return
        coarse = Planes(*(np.empty_like(plane) for plane in out))
        for level, target in zip(self._levels, (out, coarse), strict=True):
            _show(level, target, step, left, top)
        for fine, other in zip(out, coarse, strict=True):
            cv2.addWeighted(fine, 1 - share, other, share, 0, dst=fine)

    def path(self, n: int) -> tuple[float, float, float]:
        """(step, left, top) of frame *n*: its pixel (x, y) shows point (step x + left, step y + top).

        Coordinates of the frame are of pixel centres; those of the point are of the
        picture as scaled, from its centre, right and down positive.
        """
        if not 0 <= n - self._first < len(self._views):
            last = self._first + len(self._views) - 1
            raise RenderError(f"Frame {n} of a still was asked for; it has frames {self._first} to {last}.")
        height, width = self._out.y.shape
        return _path(self._views[n - self._first], self.size, self.overscan, (width, height))


def _path(view: View, size: tuple[float, float], overscan: float, frame: tuple[int, int]) -> tuple[float, float, float]:
    """`StillFrames.path` of a frame with *view*; *frame* is (width, height)."""
    width, height = frame
    composed = _cover(size, width, height) / overscan
    step = composed / _growth(view)
    across, down = _offset(view, height)
    x = _held(composed * across, step * width, size[1])
    y = _held(composed * down, step * height, size[0])
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


class _Window(NamedTuple):
    """The outermost points that any frame shows: pixel centres of the picture as scaled, from its centre."""

    left: float
    top: float
    right: float
    bottom: float


def _level(picture: U8, factor: float, scale: float, window: _Window) -> _Level:
    """What *window* shows of *picture* resized by *factor* times *scale*."""
    whole = factor * scale
    across = _shown(scale * window.left, scale * window.right, whole * picture.shape[1])
    down = _shown(scale * window.top, scale * window.bottom, whole * picture.shape[0])
    scaled = _scaled(picture, whole, across, down)
    padded = cv2.copyMakeBorder(scaled, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_REPLICATE)
    planes = planes_of(np.asarray(padded, np.uint8))
    return _Level(planes, scale, across.begin - _PAD + 0.5, down.begin - _PAD + 0.5)


def _show(level: _Level, out: Planes, step: float, left: float, top: float) -> None:
    """Write into *out* what `path` says of *level*."""
    step, left, top = step * level.scale, left * level.scale - level.left, top * level.scale - level.top
    warp(level.planes.y, out.y, step, left, top)
    for chroma, target in zip(level.planes[1:], out[1:], strict=True):
        # Left-sited: sample (i, j) lies at luma (2 i, 2 j + 1/2).
        warp(chroma, target, step, left / 2, (step / 2 + top - 0.5) / 2)


class _Stretch(NamedTuple):
    """Whole pixels [begin, end) of one axis of the scaled picture, from its centre; an even number."""

    begin: int
    end: int


def _shown(low: float, high: float, size: float) -> _Stretch:
    """The pixels about points *low* to *high* of an axis of *size*, as far as it has them."""
    half = math.ceil(size / 2)
    begin, end = max(-half, math.floor(low) - _REACH), min(half, math.ceil(high) + _REACH)
    begin -= (end - begin) % 2 if begin > -half else 0
    return _Stretch(begin, end + (end - begin) % 2)


def _scaled(picture: U8, factor: float, across: _Stretch, down: _Stretch) -> U8:
    """*across* and *down* of *picture* resized by exactly *factor* (Lanczos, antialiased), its edge replicated."""
    columns, left, right = _source(across, picture.shape[1], factor)
    rows, top, bottom = _source(down, picture.shape[0], factor)
    part = picture[rows.begin : rows.end, columns.begin : columns.end]
    room = ((rows.before, rows.after), (columns.before, columns.after), (0, 0))
    size = (across.end - across.begin, down.end - down.begin)
    box = (left, top, right, bottom)
    padded = Image.fromarray(np.pad(part, room, mode="edge") if any(map(any, room)) else part)
    return np.asarray(padded.resize(size, Image.Resampling.LANCZOS, box), np.uint8)


class _Source(NamedTuple):
    """Pixels [begin, end) of one axis of a picture, and how often its first and last come again at either end."""

    begin: int
    end: int
    before: int
    after: int


def _source(stretch: _Stretch, side: int, factor: float) -> tuple[_Source, float, float]:
    """What *stretch* is made of, and where among it the stretch begins and ends."""
    begin, end = (place / factor + side / 2 for place in stretch)
    reach = math.ceil(_LANCZOS * max(1.0, 1.0 / factor))
    first, last = math.floor(begin) - reach, math.ceil(end) + reach
    taken = _Source(max(first, 0), min(last, side), max(-first, 0), max(last - side, 0))
    return taken, begin - first, end - first
