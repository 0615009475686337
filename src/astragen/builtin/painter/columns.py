"""Columns: a temple of the ancients on its steps, and what is left of one.

The front is at (0, 0, 0) and faces the viewer. Start reading at `greek_temple` and `ruins`.
"""

from __future__ import annotations

import math

import numpy as np

from astragen.builtin.painter.solids import Face, Row, Span, face
from astragen.builtin.painter.stonework import SUNK, Build, lifted, parts, raised

_SIDES = 10  # of a column: more is not seen from afar
_SLIM = 0.86  # of its radius at the top
_TAPER = ((0.5 - _SLIM / 2, 0.0), (0.5 + _SLIM / 2, 0.0), (1.0, 1.0), (0.0, 1.0))


def column(x: float, d: float, foot: float, tall: float, radius: float, *, broken: bool = False) -> list[Face]:
    """A fluted column; whole ones have base and capital, *broken* ones end in a slanting break."""
    made = _shaft(x, d, foot, tall, radius, slant=0.7 * radius if broken else 0.0)
    base = 1.35 * radius
    made += parts(
        ["box", (x - base, x + base), (foot - 0.1, foot + 0.45 * radius), (d - base, d + base), "marble", "wall"]
    )
    if not broken:
        top, cap = foot + tall, 1.5 * radius
        made += parts(
            ["box", (x - cap, x + cap), (top - 0.4 * radius, top), (d - cap, d + cap), "marble", "wall"],
            ["drum", (x, d), (top - 0.95 * radius, top - 0.4 * radius), (1.2 * radius, 1.2 * radius), "plain", "wall"],
        )
    return made


def _shaft(x: float, d: float, foot: float, tall: float, radius: float, *, slant: float) -> list[Face]:
    """The drum of a column, a little slimmer above; its top slants by *slant* m."""
    made = []
    for index in range(_SIDES):
        first, last = (math.tau * (index + k) / _SIDES for k in (0, 1))
        a, b = (np.array([math.sin(w), 0, -math.cos(w)]) * radius for w in (first, last))
        up = tall + slant * math.sin((first + last) / 2 + x)
        across, inward = b - a, (a + b) / 2 * (_SLIM - 1)
        corner = np.array([x, foot + up, d]) + a + inward
        down = np.array([0, -up, 0]) - inward
        made.append(face(corner, across, down, "fluted", "wall", outline=_TAPER))
    return made


def greek_temple(random: np.random.Generator) -> Build:
    """A temple: three steps, six by eleven columns, frieze and pediments; braziers before it."""
    half, deep, tall = float(random.uniform(12.5, 14.5)), float(random.uniform(30, 36)), float(random.uniform(9, 10.5))
    foot = 1.8
    made: list[Face] = []
    for index in range(3):
        out = 2.6 - 0.8 * index
        low = 0.6 * index if index else -SUNK
        made += parts(
            ["box", (-half - out, half + out), (low, 0.6 * index + 0.6), (-out, deep + out), "marble", "wall"]
        )
    made += parts(["box", (-half + 4, half - 4), (foot, foot + tall), (5, deep - 5), "marble", "shade"])
    made += lifted(parts(["on", "front", 5, 0, foot, (4.2, 7.2), "portal", "wall"]), 0.2)
    for x in np.linspace(-half + 0.9, half - 0.9, 6):
        made += column(float(x), 0.9, foot, tall, 0.92)
    for d in np.linspace(0.9, deep - 0.9, 9)[1:]:
        for x_ in (-half + 0.9, half - 0.9):
            made += column(x_, float(d), foot, tall, 0.92)
    made += _roof((-half, half), foot + tall, (0, deep))
    marks: list[Row] = [["fire", x_, 2.5, -5.5] for x_ in (-half + 3, half - 3)]
    for x_ in (-half + 3, half - 3):
        made += parts(
            ["drum", (x_, -5.5), (0, 1.9), (0.5, 0.35), "marble", "wall"],
            ["drum", (x_, -5.5), (1.9, 2.4), (0.8, 0.8), "plain", "shade"],
        )
    return Build(made, marks)


def _roof(x: Span, top: float, d: Span) -> list[Face]:
    """Entablature, gable roof and acroteria."""
    outer = (x[0] - 0.5, x[1] + 0.5)
    rise = 0.17 * (x[1] - x[0])
    return parts(
        ["box", x, (top, top + 1.2), d, "marble", "wall"],
        ["box", outer, (top + 1.2, top + 2.5), (d[0] - 0.5, d[1] + 0.5), "frieze", "wall"],
        ["box", (outer[0] - 0.4, outer[1] + 0.4), (top + 2.5, top + 2.9), (d[0] - 0.9, d[1] + 0.9), "plain", "wall"],
        [
            "gable",
            outer,
            (top + 2.9, top + 2.9 + rise),
            (d[0] - 0.5, d[1] + 0.5),
            "d",
            0.7,
            ["tile", "roof"],
            ["plain", "shade"],
        ],
        ["drum", (0, d[0] - 0.2), (top + 2.9 + rise, top + 4.6 + rise), (0.55, 0.1), "plain", "wall"],
    )


def ruins(random: np.random.Generator) -> Build:
    """Two rows of columns, some under what is left of their beam, most broken; fallen drums, an arch, a wall."""
    made = parts(["box", (-10, 10), (-0.6, 0.35), (-1.5, 34), "marble", "wall"])
    tall = 7.2
    for row, x in ((0, -7.2), (1, 7.2)):
        whole = int(random.integers(1, 3))
        for index, d in enumerate(np.linspace(1, 31, 8)):
            stands = whole <= index <= whole + 2 - row
            if stands or random.random() < 0.75:
                high = tall if stands else float(random.uniform(0.9, 5.6))
                made += column(x, float(d), 0.35, high, 0.72, broken=not stands)
        step = 30 / 7
        start, end = 1 + whole * step - 0.9, 1 + (whole + 2 - row) * step + 0.9
        made += parts(["box", (x - 0.9, x + 0.9), (0.35 + tall, 1.5 + tall), (start, end), "frieze", "wall"])
    made += _arch(0.0, 35.0, 13.0, 10.5) + _fallen(random) + _broken_wall(random)
    return Build(made, [])


def _arch(x: float, d: float, wide: float, tall: float) -> list[Face]:
    """A gateway that still stands: two piers and the ring of stones between them."""
    pier = 0.26 * wide
    made: list[Face] = []
    for side in (-1, 1):
        ends = sorted((x + side * wide / 2, x + side * (wide / 2 - pier)))
        made += parts(["box", (ends[0], ends[1]), (-1, tall), (d, d + 3), "ashlar", "wall"])
    radius, spring = wide / 2 - pier, tall - (wide / 2 - pier) - 0.6
    steps = 10
    for index in range(steps):
        a, b = (math.pi * (index + k) / steps for k in (0, 1))
        corner = [x - radius * math.cos(a), spring + radius * math.sin(a), d]
        across = [radius * (math.cos(a) - math.cos(b)), radius * (math.sin(b) - math.sin(a)), 0]
        made.append(face(corner, across, (0, 0, 3), "plain", "shade", is_thin=True))
        high = spring + radius * min(math.sin(a), math.sin(b))
        top = tall + 0.9 * (0.5 + 0.5 * math.sin(index * 2.3))
        made.append(face((corner[0], top, d), (across[0], 0, 0), (0, high - top, 0), "ashlar", "wall", is_thin=True))
    return made


def _fallen(random: np.random.Generator) -> list[Face]:
    """Drums and blocks where they fell."""
    made: list[Face] = []
    for _ in range(7):
        x, d, turn = float(random.uniform(-13, 13)), float(random.uniform(2, 26)), float(random.uniform(0, 3.1))
        if abs(x) < 3.2:
            continue
        way = np.array([math.cos(turn), 0, math.sin(turn)]) * random.uniform(0.8, 1.8)
        start = np.array([x, 0.75, d])
        made += parts(["log", start.tolist(), (start + way).tolist(), 0.72, "fluted", "wall", "wall"])
    for _ in range(9):
        x, d = float(random.uniform(-14, 14)), float(random.uniform(-3, 28))
        size = random.uniform(0.5, 1.3, 3)
        if abs(x) > 3.4:
            block = parts(["box", (-size[0], size[0]), (-0.3, 0.8 * size[1]), (0, size[2] * 1.4), "marble", "wall"])
            made += raised(block, 0.0, x=x, d=d, turn=float(random.uniform(-1, 1)))
    return made


def _broken_wall(random: np.random.Generator) -> list[Face]:
    """A wall with windows, its top eaten away in steps."""
    side = 1 if random.random() < 0.5 else -1
    made: list[Face] = []
    high = 8.5
    for index in range(7):
        a = side * (15 + 2.4 * index) if side > 0 else side * (15 + 2.4 * (index + 1))
        made += parts(["box", (a, a + 2.4), (-1, high), (22, 23.4), "ashlar", "wall"])
        if high > 5 and index % 2:
            made += lifted(parts(["on", "front", 22, a + 1.2, 1.8, (1.2, 2.6), "lancet", "wall"]), 0.1)
        high = max(1.2, high - float(random.uniform(-0.4, 2.2)))
    return made
