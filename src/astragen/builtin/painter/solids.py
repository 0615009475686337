"""Solids: what people build, as flat faces in metres, read from a table of parts.

A model is a list of parts (rows of data/painter/neighbourhood.json); each part becomes
faces with a surface (siding, tiles, glass ...) and a colour slot. Own coordinates:
x right, y up, d away, the foot of the front at (0, 0, 0). Start reading at `model_faces`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32

Row = Sequence[Any]
Span = tuple[float, float]


class Face(NamedTuple):
    """A flat picture in space.

    corner: its top left as seen from outside, m; across, down: its edges from there, m.
    surface, colour: how it is painted; extra: what that surface wants to know.
    outline: corners inside the unit square where the face is not a whole rectangle.
    is_thin: seen from both sides. lift: m that it wins in front of what lies in its plane.
    """

    corner: F32
    across: F32
    down: F32
    surface: str
    colour: str
    extra: tuple[Any, ...] = ()
    outline: tuple[tuple[float, float], ...] = ()
    is_thin: bool = False
    lift: float = 0.0

    @property
    def normal(self) -> F32:
        """The unit normal, outward."""
        cross = np.cross(self.across, self.down)
        return np.asarray(cross / max(float(np.linalg.norm(cross)), 1e-9), np.float32)

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
        return self._replace(corner=matrix @ corner + place, across=matrix @ across, down=matrix @ down, outline=outline)


def face(
    corner: Sequence[float], across: Sequence[float], down: Sequence[float], surface: str, colour: str, **more: Any
) -> Face:  # noqa: ANN401  (fields of Face)
    """A face from plain numbers."""
    a, b, c = (np.asarray(value, np.float32) for value in (corner, across, down))
    return Face(a, b, c, surface, colour, **more)


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
    faces = [
        face((x0, y1, d0), (wide, 0, 0), down, surface, colour),
        face((x0, y1, d1), (0, 0, -deep), down, surface, colour),
        face((x1, y1, d0), (0, 0, deep), down, surface, colour),
        face((x1, y1, d1), (-wide, 0, 0), down, surface, colour),
        face((x0, y1, d1), (wide, 0, 0), (0, 0, -deep), "plain", colour),
    ]
    return faces


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
    return made._replace(**{name: np.array([-v[2], v[1], v[0]], np.float32) for name, v in _vectors(made).items()})


def _vectors(made: Face) -> dict[str, F32]:
    return {"corner": made.corner, "across": made.across, "down": made.down}


def _roof_slab(
    corner: Sequence[float], across: Sequence[float], down: Sequence[float], roof: str, tint: str, thick: float = 0.0, *, is_thin: bool = False
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
    return slanted


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
    for first, last in zip(angle[:-1], angle[1:], strict=True):
        a = np.array([x - low * math.cos(first), 0, d + low * math.sin(first)])
        b = np.array([x - low * math.cos(last), 0, d + low * math.sin(last)])
        across = a - b  # seen from outside, left to right
        foot = b + [0, y0, 0]
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
    faces = []
    for u, v in ((side, other), (other, -side), (-side, -other), (-other, side)):
        faces.append(Face(start + u - v, 2 * v, end - start, "plain", colour, is_thin=True))
    return [made._replace(**{k: np.asarray(x, np.float32) for k, x in _vectors(made).items()}) for made in faces]


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
    """Window, door, clock or sign on a wall: (side, plane, middle along the wall, foot), (wide, tall), style, colour."""
    side, plane, along, foot, (wide, tall), style, colour = row
    (ax, ad), (ox, od) = _SIDES[side]
    x, d = (along, plane) if side == "front" else (plane, along)
    out = 0.04
    corner = (x - ax * wide / 2 + ox * out, foot + tall, d - ad * wide / 2 + od * out)
    return [face(corner, (ax * wide, 0, ad * wide), (0, -tall, 0), style, colour, lift=0.05)]


def _run(row: Row) -> list[Face]:
    """A fence or hedge along a line of plot points, in panels of at most 3 m."""
    points, tall, surface, colour, *rest = row
    thick = float(rest[0]) if rest else 0.0
    faces: list[Face] = []
    for (xa, da), (xb, db) in zip(points[:-1], points[1:], strict=True):
        length = math.hypot(xb - xa, db - da)
        count = max(1, math.ceil(length / 3.0))
        for index in range(count):
            u, v = index / count, (index + 1) / count
            start = np.array([xa + (xb - xa) * u, tall, da + (db - da) * u], np.float32)
            end = np.array([xa + (xb - xa) * v, tall, da + (db - da) * v], np.float32)
            faces += _panel(start, end, tall, surface, colour, thick)
    return faces


def _panel(start: F32, end: F32, tall: float, surface: str, colour: str, thick: float) -> list[Face]:
    down = np.array([0, -tall, 0], np.float32)
    if thick == 0:
        return [Face(start, end - start, down, surface, colour, is_thin=True)]
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    aside = np.array([way[2], 0, -way[0]], np.float32) * thick / 2
    sunk = np.array([0, 0.06 if surface == "hedge" else 0.0, 0], np.float32)  # under the ragged edge of the leaves
    return [
        Face(start + aside, end - start, down, surface, colour, is_thin=True),
        Face(start - aside, end - start, down, surface, colour, is_thin=True),
        Face(start - aside - sunk, end - start, 2 * aside, surface + "_top", colour, is_thin=True),
    ]


_PARTS: Mapping[str, Callable[[Row], list[Face]]] = {
    "box": _box,
    "gable": _gable,
    "hip": _hip,
    "slab": _slab,
    "drum": _drum,
    "rod": _rod,
    "sheet": _sheet,
    "on": _opening,
    "run": _run,
}
