"""Frames of a still picture whose near parts move more than its far parts.

Each place of the picture has a `q`, 1 / distance in stage units, as layers of a painted scene have.
A frame pixel X shows the picture's point A + q B, where A and B follow from the camera's pose alone:
the camera is moved as among layers, but over one unbroken sheet. Nothing is cut out, so nothing tears,
doubles or leaves a hole; what must not happen is stretching, so `q` may change from place to place only
as fast as STRETCH allows, and what is far gives way to what is near. Start reading at `moving_still`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

import cv2
import numpy as np
from PIL import Image

from astragen.builtin.painter.figures.words import is_surely_person, kind_named
from astragen.errors import RenderError
from astragen.media.colour import black, planes_of
from astragen.media.cues import F32
from astragen.media.depth import BELIEVED, Depth, depth_by_cues
from astragen.media.frames.still import MAX_OVERSCAN, StillFrames
from astragen.media.kernels import bend
from astragen.model.planes import U8, Planes
from astragen.model.recipe import Recipe
from astragen.model.view import View
from astragen.model.vocabulary import Move, ShotSize

DISPARITY_MAX: Final = 0.016  # frame widths that any place is shifted from where the middle distance is, at most
STRETCH: Final = 0.16  # how much longer or shorter, or how far aslant, any stretch of the picture is shown, at most
FAR, NEAR = 0.05, 0.62  # q of nearness 0 and 1: 20 stage units, beyond a hill, and 1.6, nearer than any subject

MOVES: Final = frozenset(  # a camera that turns on the spot shows no parallax, and one that stands hardly any
    {
        *(Move.PUSH_IN, Move.PULL_OUT, Move.TRUCK_LEFT, Move.TRUCK_RIGHT),
        *(Move.PEDESTAL_UP, Move.PEDESTAL_DOWN, Move.ORBIT, Move.DOLLY_ZOOM),
    }
)
Pixels = TypeVar("Pixels", U8, F32)

_WIDE: Final = frozenset({ShotSize.EXTREME_WIDE, ShotSize.WIDE, ShotSize.FULL})

_CELL: Final = 8  # px between the places where a frame's map is computed; linear between them
_FINE: Final = 2  # picture samples a frame pixel: so finely that linear interpolation is as sharp as cubic
_ROUNDS: Final = 4  # q is of the point that is shown, which depends on q; each round leaves STRETCH of the error
_HALF_FINE: Final = (_FINE - 1) / 2  # px by which a sample's place moves when the plane is made finer
_SOFT: Final = 1.2  # cells that the sheet is smoothed by: its creases would show as bent lines
_EYE = (0.4, 0.6)  # frame heights from the top between which the camera's eye level may lie
_SOME: Final = 16  # views that tell how far all of them move
_MARGIN: Final = 3  # composed px around what is shown, for the filters


def moving_still(
    picture: U8,
    recipe: Recipe | None,
    views: Sequence[View],
    *,
    first: int,
    width: int,
    height: int,
    depth: Depth | None = None,
) -> StillFrames | ParallaxFrames:
    """The frames of *picture* under *views*: in depth where its depth is believed, else as a flat picture.

    recipe: the shot's; None: flat. depth: of the whole picture, by a depth model; else cues are looked for.
    See `StillFrames` for the rest.

    Raises:
        RenderError: the picture is no uint8 RGB, or there are no views.
    """
    flat = {"first": first, "width": width, "height": height}
    if recipe is None or recipe.framings is not None or recipe.move not in MOVES or _shows_somebody_near(recipe):
        return StillFrames(picture, views, **flat)
    if depth is not None:
        found = depth._replace(nearness=_covering(depth.nearness, width, height))
    else:
        found = depth_by_cues(_covering(picture, width, height), is_wide=recipe.size in _WIDE)
    if found.confidence < BELIEVED or min(picture.shape[:2]) < _CELL:
        return StillFrames(picture, views, **flat)
    source = ParallaxFrames(picture, found, views, **flat)
    return source if source.overscan <= MAX_OVERSCAN else StillFrames(picture, views, **flat)


def _shows_somebody_near(recipe: Recipe) -> bool:
    """Whether a face may fill a good part of the picture: no depth by cues is good enough for that."""
    return recipe.size not in _WIDE and any(
        subject.character is not None
        or is_surely_person(subject.noun)
        or (kind_named(subject.noun, subject.phrase) or {}).get("figure") == "person"
        for subject in recipe.subjects
    )


def _covering(picture: Pixels, width: int, height: int) -> Pixels:
    """The middle of *picture*, of the frame's shape."""
    cover = min(picture.shape[1] / width, picture.shape[0] / height)
    columns, rows = max(1, round(cover * width)), max(1, round(cover * height))
    left, top = (picture.shape[1] - columns) // 2, (picture.shape[0] - rows) // 2
    return picture[top : top + rows, left : left + columns]


class _Box(NamedTuple):
    """A part of the picture in composed px: pixels of the frame where nothing is moved, (0, 0) its top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class ParallaxFrames:
    """A `FrameSource`: one picture with depth, seen from one view a frame."""

    def __init__(
        self, picture: U8, depth: Depth, views: Sequence[View], *, first: int, width: int, height: int
    ) -> None:
        """Prepare *picture*, (h, w, 3) uint8 sRGB, to be seen from *views*; see `StillFrames`.

        depth: of the middle of the picture that has the frame's shape.

        `box` is what any frame may show, `q` the sheet: 1 / distance all over it; `middle` the q that shifts are
        counted from. `overscan` is how much the picture was cropped to make room; above MAX_OVERSCAN its edge
        would show.

        Raises:
            RenderError: there are no views.
        """
        if not views:
            raise RenderError("A still has no views; it needs one for each frame.")
        self._views, self._first, self._size = tuple(views), first, (width, height)
        self._eye = (width / 2, height * float(np.clip(depth.horizon, *_EYE)))
        self.box = self._shown()
        self.overscan = self._crop(picture.shape)
        self.q = self._sheet(depth)
        self._levels, self._density = self._prepared(picture)
        self._out: Planes | None = None  # made when it is needed: what is kept for other jobs has none

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call.

        Raises:
            RenderError: no view was given for *n*.
        """
        if self._out is None:
            self._out = black(*self._size)
        self.draw(n, self._out)
        return self._out

    def draw(self, n: int, out: Planes) -> None:
        """Draw frame *n* on *out*, which has its size; raises as `frame`."""
        x, y = self.points(n)
        x, y = self._density[0] * (x - self.box.left), self._density[1] * (y - self.box.top)
        bend(self._levels.y, out.y, _FINE * x - 0.5, _FINE * y - 0.5, _CELL)
        # Left-sited: sample (i, j) lies at luma (2 i, 2 j + 1/2); `bend` would put it half a pixel to the right.
        across = x - 0.5 / _CELL * float(np.mean(np.diff(x[:1]))) - 0.5
        left, top = (np.asarray(0.5 * _FINE * axis + _HALF_FINE, np.float32) for axis in (across, y - 1))
        for plane, target in zip(self._levels[1:], out[1:], strict=True):
            bend(plane, target, left, top, _CELL // 2)

    def points(self, n: int) -> tuple[F32, F32]:
        """Which point of the picture (x, y in composed px) each node of frame *n* shows; see `_nodes`.

        Raises:
            RenderError: no view was given for *n*.
        """
        if not 0 <= n - self._first < len(self._views):
            last = self._first + len(self._views) - 1
            raise RenderError(f"Frame {n} of a still was asked for; it has frames {self._first} to {last}.")
        still, travel = self._path(self._views[n - self._first], *_nodes(*self._size))
        x, y = still
        for _ in range(_ROUNDS):
            q = self._q_at(x, y)
            x, y = still[0] + q * travel[0], still[1] + q * travel[1]
        return x, y

    def _path(self, view: View, x: F32, y: F32) -> tuple[tuple[F32, F32], tuple[F32, F32]]:
        """(A, B): what frame points (*x*, *y*), px, show at infinity, and how far from there at q = 1: composed px.

        The inverse of `Stage.project`: x - eye = zoom / (1 - q dolly) (point - eye - q truck) - pan.
        """
        height, (across, down) = self._size[1], self._eye
        away = (x - across + view.pan * height) / view.zoom, (y - down + view.tilt * height) / view.zoom
        travel = view.truck * height - view.dolly * away[0], view.pedestal * height - view.dolly * away[1]
        return (across + away[0], down + away[1]), travel

    def _q_at(self, x: F32, y: F32) -> F32:
        """The sheet at points of the picture."""
        rows, columns = self.q.shape
        across = (x - self.box.left) * np.float32((columns - 1) / (self.box.right - self.box.left))
        down = (y - self.box.top) * np.float32((rows - 1) / (self.box.bottom - self.box.top))
        return np.asarray(
            cv2.remap(self.q, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
        )

    def _shown(self) -> _Box:
        """What the views may show, however near or far it is."""
        width, height = self._size
        corners = np.array([0, width], np.float32), np.array([0, height], np.float32)
        paths = [self._path(view, *corners) for view in self._views]
        x, y = ([still[axis] + q * travel[axis] for still, travel in paths for q in (FAR, NEAR)] for axis in (0, 1))
        return _Box(
            float(np.min(x)) - _MARGIN,
            float(np.min(y)) - _MARGIN,
            float(np.max(x)) + _MARGIN,
            float(np.max(y)) + _MARGIN,
        )

    def _crop(self, shape: Sequence[int]) -> float:
        """The least crop under which the box lies in a picture of *shape*, but for its margin."""
        (width, height), box = self._size, self.box
        cover = min(shape[1] / width, shape[0] / height)
        reach = max(width / 2 - box.left, box.right - width / 2), max(height / 2 - box.top, box.bottom - height / 2)
        return max(1.0, *(2 * (one - _MARGIN) * cover / side for one, side in zip(reach, shape[1::-1], strict=True)))

    def _sheet(self, depth: Depth) -> F32:
        """1 / distance over the box: as deep as *depth* is believed, DISPARITY_MAX and STRETCH allow."""
        width, height = self._size
        box = self.box
        columns = max(2, round((box.right - box.left) / _CELL) + 1)
        rows = max(2, round((box.bottom - box.top) / _CELL) + 1)
        x, y = np.meshgrid(
            np.linspace(box.left, box.right, columns, dtype=np.float32),
            np.linspace(box.top, box.bottom, rows, dtype=np.float32),
        )
        size = depth.nearness.shape
        across = ((x - width / 2) / (self.overscan * width) + 0.5) * size[1] - 0.5
        down = ((y - height / 2) / (self.overscan * height) + 0.5) * size[0] - 0.5
        nearness = cv2.remap(depth.nearness, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        q = FAR + (NEAR - FAR) * min(1.0, depth.confidence) * np.asarray(nearness, np.float32)
        travel = self._most_travel(x, y)
        middle = np.float32(np.median(q))
        self.middle = float(middle)
        shift = float(np.max(np.abs(q - middle) * travel))
        q = middle + (q - middle) * np.float32(min(1.0, DISPARITY_MAX * width / max(shift, 1e-6)))
        cell = (box.right - box.left) / (columns - 1), (box.bottom - box.top) / (rows - 1)
        slope = np.asarray(STRETCH / np.sqrt(2) / np.maximum(travel, 1e-3), np.float32)
        return np.asarray(cv2.GaussianBlur(draped(q, slope * cell[0], slope * cell[1]), (0, 0), _SOFT), np.float32)

    def _most_travel(self, x: F32, y: F32) -> F32:
        """How far each point moves at q = 1, in the view that moves it most: composed px."""
        some = self._views[:: max(1, len(self._views) // _SOME)]
        travels = (self._path(view, x, y)[1] for view in (*some, self._views[-1]))
        return np.asarray(np.max([np.hypot(*travel) for travel in travels], axis=0), np.float32)

    def _prepared(self, picture: U8) -> tuple[Planes, tuple[float, float]]:
        """The box as fine planes, and how many pixels a composed px it had before they were made finer."""
        (width, height), (rows, columns) = self._size, picture.shape[:2]
        scale = min(columns / width, rows / height) / self.overscan
        left, right = (columns / 2 + scale * (at - width / 2) for at in (self.box.left, self.box.right))
        top, bottom = (rows / 2 + scale * (at - height / 2) for at in (self.box.top, self.box.bottom))
        part = max(left, 0.0), max(top, 0.0), min(right, float(columns)), min(bottom, float(rows))
        self.box = _Box(
            *(
                side / 2 + (at - whole / 2) / scale
                for at, side, whole in zip(
                    part, (width, height, width, height), (columns, rows, columns, rows), strict=True
                )
            )
        )
        growth = max(view.zoom / (1 - max(view.dolly, 0.0) * NEAR) for view in self._views)
        size = [
            2 * max(1, round(growth * length / 2))
            for length in (self.box.right - self.box.left, self.box.bottom - self.box.top)
        ]
        scaled = Image.fromarray(picture).resize((size[0], size[1]), Image.Resampling.LANCZOS, part)
        planes = planes_of(np.asarray(scaled, np.uint8))
        fine = Planes(
            *(
                np.asarray(cv2.resize(plane, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC), np.uint8)
                for plane in planes
            )
        )
        return fine, (size[0] / (self.box.right - self.box.left), size[1] / (self.box.bottom - self.box.top))


def _nodes(width: int, height: int) -> tuple[F32, F32]:
    """(x, y) of the frame's places whose points are computed: every _CELL px, from half a cell outside to beyond."""
    across = _CELL * (np.arange(-(-width // _CELL) + 2, dtype=np.float32) - 0.5)
    down = _CELL * (np.arange(-(-height // _CELL) + 2, dtype=np.float32) - 0.5)
    x, y = np.meshgrid(across, down)
    return x, y


def draped(q: F32, across: F32, down: F32) -> F32:
    """The lowest sheet over *q* that changes by at most *across* and *down* from a column or row to the next.

    What is near keeps its q, and what is far beside it is lifted: outlines stay with what they bound.
    """
    for _ in range(2):  # once for the rows, again for what the columns did to them
        q = _draped_rows(_draped_rows(q, across).T, down.T).T
    return np.ascontiguousarray(q, np.float32)


def _draped_rows(q: F32, step: F32) -> F32:
    fall = np.cumsum((step + np.roll(step, 1, axis=1)) / 2, axis=1, dtype=np.float64)
    left = np.maximum.accumulate(q + fall, axis=1) - fall
    right = np.maximum.accumulate((q - fall)[:, ::-1], axis=1)[:, ::-1] + fall
    return np.asarray(np.maximum(left, right), np.float32)
