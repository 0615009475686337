"""Black bars that leave a picture of another shape.

An edge between rows is drawn as it falls: its row is mixed in by the part that is seen,
and a chroma row is the mean of its two luma rows, so that no edge has a coloured fringe.
Start reading at `Bars`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.media.colour import BLACK, black
from astragen.model.planes import U8, Planes


class Box(NamedTuple):
    """A part of the frame in luma pixels, which need not be whole."""

    left: float
    top: float
    width: float
    height: float


def visible(width: int, height: int, shape: float) -> Box:
    """The largest centred picture of *shape*, long side by short side, in a frame; the whole frame at 0.

    In an upright frame the picture stands upright as well: 2.39 is then 1 to 2.39.
    """
    if not shape:
        return Box(0.0, 0.0, width, height)
    aspect = shape if width >= height else 1 / shape
    across, down = min(width, height * aspect), min(height, width / aspect)
    return Box((width - across) / 2, (height - down) / 2, across, down)


class Bars:
    """The bars of one frame size and shape."""

    def __init__(self, width: int, height: int, shape: float) -> None:
        """Lay out bars for frames of *width* by *height*; see `visible` for *shape*."""
        box = visible(width, height, shape)
        self._rows = _seen(box.top, box.height, height)
        self._columns = _seen(box.left, box.width, width)
        self.are_seen = bool(min(self._rows.min(), self._columns.min()) < 1)
        self._canvas = black(width, height)

    def over(self, frame: Planes) -> Planes:
        """Return *frame* under the bars, or itself where there are none; the caller's until the next call."""
        if not self.are_seen:
            return frame
        for target, plane in zip(self._canvas, frame, strict=True):
            np.copyto(target, plane)
        self.lay(self._canvas)
        return self._canvas

    def lay(self, frame: Planes) -> None:
        """Draw the bars on *frame*."""
        halves = [side.reshape(-1, 2).mean(axis=1) for side in (self._rows, self._columns)]
        for plane, level, (rows, columns) in zip(
            frame, BLACK, ((self._rows, self._columns), halves, halves), strict=True
        ):
            _mask(plane, rows, level)
            _mask(plane.T, columns, level)


def _seen(start: float, length: float, count: int) -> NDArray[np.float64]:
    """How much of each of *count* pixels lies within a stretch: 0 to 1."""
    edges = np.arange(count + 1)
    inside = np.clip(edges, start, start + length)
    return np.diff(inside)


def _mask(plane: U8, seen: NDArray[np.float64], level: int) -> None:
    """Let as much of each row of *plane* be seen as *seen* says, over *level*."""
    hidden = seen < 1e-3  # less than a level
    plane[hidden] = level
    for row in np.flatnonzero(~hidden & (seen < 1 - 1e-3)):
        plane[row] = np.rint(level + (plane[row].astype(np.float32) - level) * seen[row])
