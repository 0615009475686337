"""What stands along a way: poles with wires, barriers, lamps, signals, signs, at true distances.

Models and rows are in data/painter/routes.json. Everything is cut into slices by distance,
so that it passes truly when the camera moves. Start reading at `raise_wayside`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from astragen.builtin.painter.houses import Mark
from astragen.builtin.painter.roadway import Course, frame_of_way
from astragen.builtin.painter.solids import Face, Row, model_faces, model_marks
from astragen.builtin.painter.stonework import Build, raised
from astragen.builtin.painter.tables import read_table

_MARKS = ("lamp", "beacon", "signal", "edge")


def raise_wayside(course: Course, rows: Sequence[Row]) -> tuple[list[Face], list[Mark]]:
    """Faces and marks, in plot coordinates, of rows (model, x beside the course, first d, last d, step in m)."""
    faces: list[Face] = []
    marks: list[Mark] = []
    models: dict[str, Any] = read_table("routes.json")["models"]
    for name, x, first, last, step in rows:
        if name == "wire":
            continue
        for d in np.arange(first, last + 0.01, step).tolist():
            middle, turn = frame_of_way(course, d)
            build = Build(
                model_faces(models[name]), [[kind, *row] for kind in _MARKS for row in model_marks(models[name], kind)]
            )
            faces += raised(build.faces, 0.0, x=middle + x, d=d, turn=turn)
            marks += placed_marks(build, middle + x, 0.0, d)
    return faces, marks


def placed_marks(build: Build, x: float, y: float, d: float) -> list[Mark]:
    """The marks of *build*, moved to plot (x, y, d)."""
    return [Mark(kind, (x + px, y + py, d + pd), tuple(rest), (1.0, 0.0)) for kind, px, py, pd, *rest in build.marks]


def wires(course: Course, rows: Sequence[Row]) -> list[Face]:
    """Sagging wires along the course, of rows ("wire", x, first d, last d, step, [heights])."""
    made: list[Face] = []
    for _, x, first, last, (step, highs) in rows:
        poles = np.arange(first, last + 0.01, step).tolist()
        for a, b in pairwise(poles):
            for aside, high in highs:
                made += _wire(course, x + aside, (a, b), high)
    return made


def _wire(course: Course, x: float, span: tuple[float, float], high: float) -> list[Face]:
    a, b = span
    made: list[Face] = []
    for u, v in pairwise(np.linspace(0, 1, 5).tolist()):
        ends = []
        for part in (u, v):
            d = a + (b - a) * part
            ends.append((float(course.x(d)) + x, high - 0.9 * 4 * part * (1 - part), d))
        made += model_faces([["rod", ends[0], ends[1], 0.045, "wire"]])[:2]
    return made
