"""Stonework: what builders of great buildings share. Own coordinates as in `solids`: the door is at (0, 0, 0)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.solids import Face, Row, Span, face, model_faces

SUNK = 7.0  # m that walls go on below the ground, for a hill to cut off


class Build(NamedTuple):
    """Faces, and rows for what moves or burns: ("flag", x, y, d, length, height, colour), ("fire", x, y, d)."""

    faces: list[Face]
    marks: list[Row]


def parts(*rows: Row) -> list[Face]:
    """The faces of *rows* (see `solids`)."""
    return model_faces(rows)


def lifted(faces: list[Face], lift: float) -> list[Face]:
    """*faces* that win by *lift* m in front of what lies in their plane: they are hung from afar."""
    return [made._replace(lift=lift) for made in faces]


def raised(faces: list[Face], up: float, *, x: float = 0.0, d: float = 0.0, turn: float = 0.0) -> list[Face]:
    """*faces* moved *up*, and to (*x*, *d*), turned by *turn* radians."""
    lift = np.array([0, up, 0], np.float32)
    return [made._replace(corner=made.corner + lift) for made in (one.moved(x, d, turn, 1.0) for one in faces)]


def grounded(made: Face) -> Face:
    """*made* without the part of an upright wall that goes on below the ground."""
    top, drop = float(made.corner[1]), float(made.down[1])
    is_upright = abs(float(made.down[0])) + abs(float(made.down[2])) < 0.02 * abs(drop) and not made.outline
    if not is_upright or top <= 0 or top + drop >= -0.05:
        return made
    return made._replace(down=np.array([0, -top, 0], np.float32))


def on_round(
    x: float, d: float, radius: float, angle: float, foot: float, size: tuple[float, float], style: str, colour: str
) -> Face:
    """An opening on a round wall; *angle* from the front, radians, to the right."""
    wide, tall = size
    out = np.array([math.sin(angle), 0, -math.cos(angle)])
    across = np.array([math.cos(angle), 0, math.sin(angle)])
    centre = np.array([x, 0, d]) + out * (radius + 0.06)
    corner = centre - across * wide / 2 + np.array([0, foot + tall, 0])
    return face(corner, across * wide, (0, -tall, 0), style, colour, lift=0.25)


def floor(x: Span, y: float, d: Span, colour: str) -> Face:
    """A level face seen from above."""
    return face((x[0], y, d[1]), (x[1] - x[0], 0, 0), (0, 0, d[0] - d[1]), "plain", colour)
