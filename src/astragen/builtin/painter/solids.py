"""Solids: what people build, as flat faces in metres, read from a table of parts.

A model is a list of parts (rows of data/painter/neighbourhood.json); each part becomes
faces with a surface (siding, tiles, glass ...) and a colour slot. Own coordinates:
x right, y up, d away, the foot of the front at (0, 0, 0). Start reading at `model_faces`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.colour import F32

Row = Sequence[Any]
Span = tuple[float, float]
Numbers = Sequence[float] | NDArray[np.floating[Any]]


class Face(NamedTuple):
    """A flat picture in space.

    corner: its top left as seen from outside, m; across, down: its edges from there, m.
    surface, colour: how it is painted.
    outline: corners inside the unit square where the face is not a whole rectangle.
    is_thin: seen from both sides. lift: m that it wins in front of what lies in its plane.
    """

    corner: F32
    across: F32
    down: F32
    surface: str
    colour: str
    outline: tuple[tuple[float, float], ...] = ()
    is_thin: bool = False
    lift: float = 0.0

    @property
    def corners(self) -> F32:
        """Top left, top right, bottom right, bottom left of its rectangle: (4, 3)."""
        c, a, d = self.corner, self.across, self.down
        return np.stack([c, c + a, c + a + d, c + d]).astype(np.float32)

    def shape(self, quad: F32) -> F32:
        """The corners of its true shape, from those of its rectangle wherever it was projected."""
        if not self.outline:
            return quad
        across, down = quad[1] - quad[0], quad[3] - quad[0]
        return np.stack([quad[0] + across * u + down * v for u, v in self.outline]).astype(np.float32)

    @property
    def normal(self) -> F32:
        """The unit normal, outward."""
        (ax, ay, ad), (bx, by, bd) = self.across.tolist(), self.down.tolist()
        x, y, d = ay * bd - ad * by, ad * bx - ax * bd, ax * by - ay * bx
        length = max(math.sqrt(x * x + y * y + d * d), 1e-9)
        return np.array([x / length, y / length, d / length], np.float32)

    def moved(self, x: float, d: float, turn: float, mirror: float) -> Face:
        """The face at plot (x, d), turned about the upright (radians) and mirrored when *mirror* is -1."""
        cos, sin = math.cos(turn), math.sin(turn)
        matrix = np.array([[cos * mirror, 0, sin], [0, 1, 0], [-sin * mirror, 0, cos]], np.float32)
        corner, across, down = self.corner, self.across, self.down
        outline = self.outline
        if mirror < 0:
            corner, across = corner + across, -across
            outline = tuple((1 - u, v) for u, v in outline)
        place = np.array([x, 0, d], np.float32)
        return self._replace(
            corner=matrix @ corner + place, across=matrix @ across, down=matrix @ down, outline=outline
        )


def plane_through(spots: F32, values: NDArray[np.floating[Any]]) -> tuple[float, float, float] | None:
    """(a, b, c) with value = a x + b y + c through the corners of a flat quad; None when they are one line."""
    (x0, y0), (x1, y1), (x2, y2) = spots[[0, 1, 3]].astype(np.float64).tolist()
    v0, v1, v2 = values[[0, 1, 3]].astype(np.float64).tolist()
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    if abs(area) < 1e-6:
        return None
    a = ((v1 - v0) * (y2 - y0) - (v2 - v0) * (y1 - y0)) / area
    b = ((v2 - v0) * (x1 - x0) - (v1 - v0) * (x2 - x0)) / area
    return a, b, v0 - a * x0 - b * y0


def plane_over(plane: tuple[float, float, float], low: NDArray[np.int64], high: NDArray[np.int64]) -> F32:
    """The plane's values at the pixel centres of a window."""
    a, b, c = plane
    x = np.arange(low[0], high[0], dtype=np.float32) + np.float32(0.5)
    y = np.arange(low[1], high[1], dtype=np.float32) + np.float32(0.5)
    return np.asarray(np.float32(a) * x[None] + (np.float32(b) * y + np.float32(c))[:, None], np.float32)


def face(
    corner: Numbers,
    across: Numbers,
    down: Numbers,
    surface: str,
    colour: str,
    *,
    outline: tuple[tuple[float, float], ...] = (),
    is_thin: bool = False,
    lift: float = 0.0,
) -> Face:
    """A face from plain numbers."""
    a, b, c = (np.asarray(value, np.float32) for value in (corner, across, down))
    return Face(a, b, c, surface, colour, outline, is_thin, lift)


def model_faces(parts: Sequence[Row]) -> list[Face]:
    """The faces of all *parts* that are built; rows of other kinds (marks) are left out."""
    return [made for kind, *rest in parts if kind in _PARTS for made in _PARTS[kind](rest)]


def model_marks(parts: Sequence[Row], kind: str) -> list[Row]:
    """The rows of *kind*: places where something moves, shines or smokes."""
    return [rest for name, *rest in parts if name == kind]


def _box(row: Row) -> list[Face]:
    (x0, x1), (y0, y1), (d0, d1), surface, colour = row
    wide, tall, deep = x1 - x0, y1 - y0, d1 - d0
    down = (0, -tall, 0)
    return [
        face((x0, y1, d0), (wide, 0, 0), down, surface, colour),
        face((x0, y1, d1), (0, 0, -deep), down, surface, colour),
        face((x1, y1, d0), (0, 0, deep), down, surface, colour),
        face((x1, y1, d1), (-wide, 0, 0), down, surface, colour),
        face((x0, y1, d1), (wide, 0, 0), (0, 0, -deep), "plain", colour),
    ]


def _gable(row: Row) -> list[Face]:
    """Two slopes over a rectangle, its ridge along "x" or "d", and the walls under them."""
    (x0, x1), (y0, y1), (d0, d1), axis, over, (roof, tint), (wall, paint) = row
    if axis == "d":
        turned = _gable([(d0, d1), (y0, y1), (-x1, -x0), "x", over, (roof, tint), (wall, paint)])
        return [_swap(made) for made in turned]
    middle, half = (d0 + d1) / 2, (d1 - d0) / 2
    slope = (y1 - y0) / half
    low = y0 - slope * over
    wide = x1 - x0 + 2 * over
    faces = []
    for way in (-1, 1):
        edge = middle + way * (half + over)
        across, corner = (wide, 0, 0), (x0 - over, y1, middle)
        if way > 0:
            across, corner = (-wide, 0, 0), (x1 + over, y1, middle)
        faces += _roof_slab(corner, across, (0, low - y1, edge - middle), roof, tint)
    for x, way in ((x0, -1), (x1, 1)):
        corner, across = ((x, y1, d1), (0, 0, d0 - d1)) if way < 0 else ((x, y1, d0), (0, 0, d1 - d0))
        triangle = ((0.5, 0.0), (1.0, 1.0), (0.0, 1.0))
        faces.append(face(corner, across, (0, y0 - y1, 0), wall, paint, outline=triangle))
    return faces


def _swap(made: Face) -> Face:
    """Turn a face a quarter: (x, y, d) -> (-d, y, x)."""
    corner, across, down = (np.array([-v[2], v[1], v[0]], np.float32) for v in (made.corner, made.across, made.down))
    return made._replace(corner=corner, across=across, down=down)


def _roof_slab(
    corner: Sequence[float],
    across: Sequence[float],
    down: Sequence[float],
    roof: str,
    tint: str,
    thick: float = 0.0,
    *,
    is_thin: bool = False,
) -> list[Face]:
    """A slope with its boards along the eave and the two rakes."""
    c, a, v = (np.asarray(value, np.float32) for value in (corner, across, down))
    thick = thick or (0.38 if roof == "thatch" else 0.16)
    drop = np.array([0, -thick, 0], np.float32)
    edge, board = ("plain", "trim") if roof != "thatch" else ("thatch", tint)
    slanted = [
        Face(c, a, v, roof, tint, is_thin=is_thin),
        Face(c + v, a, drop, edge, board, is_thin=True),
        _rake(c, v, drop, edge, board),
        _rake(c + a, v, drop, edge, board),
    ]
    return slanted if is_thin else slanted + _undersides(c, a, v, edge, board)


def _undersides(corner: F32, across: F32, down: F32, surface: str, colour: str) -> list[Face]:
    """What is seen of a slope from below: strips along its rakes and its eave."""
    strip = np.asarray(across * min(0.5, 0.6 / float(np.linalg.norm(across))), np.float32)
    hem = np.asarray(down * min(0.5, 0.6 / float(np.linalg.norm(down))), np.float32)
    sunk = np.array([0, -0.03, 0], np.float32)
    return [
        Face(corner + strip + sunk, -strip, down, surface, colour),
        Face(corner + across + sunk, -strip, down, surface, colour),
        Face(corner + across + down - hem + sunk, -across, hem, surface, colour),
    ]


def _rake(top: F32, slope: F32, drop: F32, surface: str, colour: str) -> Face:
    """The board along a slanting edge: a parallelogram."""
    return Face(top, slope, drop, surface, colour, is_thin=True)


def _hip(row: Row) -> list[Face]:
    """Four slopes over a rectangle; the ridge is shorter by *inset* at both ends (half the width: a pyramid)."""
    (x0, x1), (y0, y1), (d0, d1), inset, over, roof, tint = row
    x0, x1, d0, d1 = x0 - over, x1 + over, d0 - over, d1 + over
    middle = (d0 + d1) / 2
    part = min(0.5, (inset + over) / (x1 - x0))
    trapeze = ((part, 0.0), (1 - part, 0.0), (1.0, 1.0), (0.0, 1.0))
    triangle = ((0.5, 0.0), (1.0, 1.0), (0.0, 1.0))
    ends = part * (x1 - x0)
    fall = y0 - y1
    faces = [
        face((x0, y1, middle), (x1 - x0, 0, 0), (0, fall, d0 - middle), roof, tint, outline=trapeze),
        face((x1, y1, middle), (x0 - x1, 0, 0), (0, fall, d1 - middle), roof, tint, outline=trapeze),
        face((x0 + ends, y1, d1), (0, 0, d0 - d1), (-ends, fall, 0), roof, tint, outline=triangle),
        face((x1 - ends, y1, d0), (0, 0, d1 - d0), (ends, fall, 0), roof, tint, outline=triangle),
    ]
    eaves = _box([(x0, x1), (y0 - 0.14, y0), (d0, d1), "plain", "trim"])
    return faces + eaves[:4]


def _slab(row: Row) -> list[Face]:
    """A sloping plate: *y0* high along its front edge, *y1* along its back."""
    (x0, x1), (y0, y1), (d0, d1), thick, surface, colour = row
    return _roof_slab((x0, y1, d1), (x1 - x0, 0, 0), (0, y0 - y1, d0 - d1), surface, colour, thick, is_thin=True)


def _drum(row: Row) -> list[Face]:
    """An upright cylinder or cone about (x, d)."""
    (x, d), (y0, y1), (low, high), surface, colour = row
    sides = 18
    angle = np.linspace(0, 2 * math.pi, sides + 1)
    faces = []
    share = high / low if low else 0.0
    outline = ((0.5 - share / 2, 0.0), (0.5 + share / 2, 0.0), (1.0, 1.0), (0.0, 1.0)) if share < 0.99 else ()
    for first, last in pairwise(angle):
        a = np.array([x - low * math.cos(first), 0, d + low * math.sin(first)])
        b = np.array([x - low * math.cos(last), 0, d + low * math.sin(last)])
        across = a - b  # seen from outside, left to right
        foot = b + np.array([0, y0, 0])
        top = foot + (np.array([x, y1, d]) - (foot + across / 2)) * [1 - share, 0, 1 - share] + [0, y1 - y0, 0]
        faces.append(face(top, across, foot - top, surface, colour, outline=outline))
    return faces


def _rod(row: Row) -> list[Face]:
    """A thin beam between two points."""
    a, b, thick, colour = row
    start, end = np.asarray(a, np.float32), np.asarray(b, np.float32)
    way = end - start
    way = way / max(float(np.linalg.norm(way)), 1e-6)
    helper = np.array([0, 0, 1], np.float32) if abs(way[2]) < 0.7 else np.array([1, 0, 0], np.float32)
    side = np.cross(way, helper)
    side = side / np.linalg.norm(side) * thick / 2
    other = np.cross(way, side)
    other = other / np.linalg.norm(other) * thick / 2
    turns = ((side, other), (other, -side), (-side, -other), (-other, side))
    return [face(start + u - v, 2 * v, end - start, "plain", colour, is_thin=True) for u, v in turns]


def _log(row: Row) -> list[Face]:
    """A round thing lying along a line: log or bale, with its cut ends."""
    a, b, radius, surface, colour, end_colour = row
    start, end = np.asarray(a, np.float32), np.asarray(b, np.float32)
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    up = np.array([0, 1, 0], np.float32)
    side = np.cross(way, up)
    side = side / np.linalg.norm(side)
    sides = 12
    ring = [
        radius * (math.cos(i * math.tau / sides) * side + math.sin(i * math.tau / sides) * up) for i in range(sides + 1)
    ]
    faces = [face(start + ring[i], end - start, ring[i + 1] - ring[i], surface, colour) for i in range(sides)]
    circle = tuple(
        (0.5 + 0.5 * math.cos(i * math.tau / 20), 0.5 + 0.5 * math.sin(i * math.tau / 20)) for i in range(20)
    )
    for centre, across in ((start, -side), (end, side)):
        corner = centre - across * radius + up * radius
        faces.append(
            face(corner, across * 2 * radius, -up * 2 * radius, "rings", end_colour, outline=circle, is_thin=True)
        )
    return faces


def _sheet(row: Row) -> list[Face]:
    """A parallelogram from three corners (top left, top right, bottom left), or a triangle with a fourth word."""
    a, b, c, surface, colour, *rest = row
    start = np.asarray(a, np.float32)
    across, down = np.asarray(b, np.float32) - start, np.asarray(c, np.float32) - start
    outline = {"": (), "tent": ((0.5, 0.0), (1.0, 1.0), (0.0, 1.0))}[rest[0] if rest else ""]
    return [Face(start, across, down, surface, colour, outline=outline, is_thin=True)]


_SIDES: Mapping[str, tuple[Span, Span]] = {
    "front": ((1.0, 0.0), (0.0, -1.0)),
    "left": ((0.0, -1.0), (-1.0, 0.0)),
    "right": ((0.0, 1.0), (1.0, 0.0)),
}  # (x, d) of "left to right" and of "outward", seen from outside


def _opening(row: Row) -> list[Face]:
    """Window, door or clock on a wall: side, plane, middle along the wall, foot, (wide, tall), style, colour."""
    side, plane, along, foot, (wide, tall), style, colour = row
    (ax, ad), (ox, od) = _SIDES[side]
    x, d = (along, plane) if side == "front" else (plane, along)
    out = 0.04
    corner = (x - ax * wide / 2 + ox * out, foot + tall, d - ad * wide / 2 + od * out)
    return [face(corner, (ax * wide, 0, ad * wide), (0, -tall, 0), style, colour, lift=0.05)]


def _run(row: Row) -> list[Face]:
    """A fence or hedge along a line of plot points, in panels of at most 3 m; *thick* ones have a top and ends."""
    points, tall, surface, colour, *rest = row
    thick = float(rest[0]) if rest else 0.0
    faces: list[Face] = []
    for (xa, da), (xb, db) in pairwise(points):
        count = max(1, math.ceil(math.hypot(xb - xa, db - da) / 3.0))
        along = np.linspace(0, 1, count + 1)
        tops = [np.array([xa + (xb - xa) * u, tall, da + (db - da) * u], np.float32) for u in along]
        for start, end in pairwise(tops):
            faces += _panel(start, end, tall, surface, colour, thick)
        if thick:
            faces += [
                _end(tops[0], tops[1], tall, surface, colour, thick),
                _end(tops[-1], tops[-2], tall, surface, colour, thick),
            ]
    return faces


def _aside(start: F32, end: F32, thick: float) -> F32:
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    return np.array([way[2] * thick / 2, 0, -way[0] * thick / 2], np.float32)


def _panel(start: F32, end: F32, tall: float, surface: str, colour: str, thick: float) -> list[Face]:
    down = np.array([0, -tall, 0], np.float32)
    if thick == 0:
        return [Face(start, end - start, down, surface, colour, is_thin=True)]
    aside = _aside(start, end, thick)
    sunk = np.array(
        [0, 0.06 if surface in ("hedge", "flowers") else 0.0, 0], np.float32
    )  # under the ragged edge of leaves
    return [
        Face(start + aside, end - start, down, surface, colour, is_thin=True),
        Face(start - aside, end - start, down, surface, colour, is_thin=True),
        Face(start - aside - sunk, end - start, 2 * aside, surface + "_top", colour, is_thin=True),
    ]


def _end(start: F32, end: F32, tall: float, surface: str, colour: str, thick: float) -> Face:
    aside = _aside(start, end, thick)
    return Face(start + aside, -2 * aside, np.array([0, -tall, 0], np.float32), surface, colour, is_thin=True)


_PARTS: Mapping[str, Callable[[Row], list[Face]]] = {
    "box": _box,
    "gable": _gable,
    "hip": _hip,
    "slab": _slab,
    "drum": _drum,
    "rod": _rod,
    "log": _log,
    "sheet": _sheet,
    "on": _opening,
    "run": _run,
}
