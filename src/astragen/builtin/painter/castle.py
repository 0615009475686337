"""Castles, fortresses and palaces as faces: walls, towers, gatehouse, keep, chosen by chance.

The gate is at (0, 0, 0) and faces the viewer. Surfaces are in `masonry`. Start reading at `castle`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from astragen.builtin.painter.solids import Face, Row, Span, face
from astragen.builtin.painter.stonework import SUNK, Build, floor, lifted, on_round, parts


def parapet(x: Span, y: Span, d: Span, colour: str) -> list[Face]:
    """A battlement around a rectangle, seen from both sides."""
    return [made._replace(is_thin=True) for made in parts(["box", x, y, d, "battlement", colour])[:4]]


def tower(
    x: float, d: float, radius: float, tall: float, *, cone: float, windows: Sequence[float], foot: float = 0.0
) -> list[Face]:
    """A round tower *tall* m to its parapet, with a roof *cone* m high (0: none) and lancets at *windows* (heights)."""
    top = radius + 0.55
    made = parts(
        ["drum", (x, d), (foot - SUNK, foot + 2.2), (radius * 1.12, radius), "ashlar", "wall"],
        ["drum", (x, d), (foot + 2.2, tall - 1.2), (radius, radius), "ashlar", "wall"],
        ["drum", (x, d), (tall - 1.2, tall), (top, top), "corbels", "wall"],
    )
    made += [
        part._replace(is_thin=True)
        for part in parts(["drum", (x, d), (tall, tall + 1.7), (top, top), "battlement", "wall"])
    ]
    ring = tuple((0.5 + 0.5 * math.cos(i * math.tau / 16), 0.5 + 0.5 * math.sin(i * math.tau / 16)) for i in range(16))
    made.append(floor((x - top, x + top), tall + 0.1, (d - top, d + top), "wall")._replace(outline=ring))
    if cone > 0:
        made += parts(
            ["drum", (x, d), (tall, tall + 2.6), (radius * 0.86, radius * 0.86), "ashlar", "wall"],
            ["drum", (x, d), (tall + 2.4, tall + 2.4 + cone), (radius * 1.12, 0.0), "shingle", "roof"],
        )
    size = (min(1.3, 0.36 * radius), min(3.0, 0.8 * radius))
    for index, height in enumerate(windows):
        for angle in (-0.75 + 0.25 * (index % 2), 0.15 * (-1) ** index, 0.8 - 0.2 * (index % 2)):
            made.append(on_round(x, d, radius, angle, height, size, "lancet", "trim"))
    return made


def block(
    x: Span, tall: float, d: Span, *, foot: float = 0.0, roof: float = 0.0, rows: Sequence[float] = ()
) -> list[Face]:
    """A square tower or hall *tall* m to its parapet, with lancets in *rows* and a hipped *roof* m high within."""
    made = parts(
        ["box", x, (foot - SUNK, tall), d, "ashlar", "wall"],
        ["box", (x[0] - 0.4, x[1] + 0.4), (tall - 1.2, tall), (d[0] - 0.4, d[1] + 0.4), "corbels", "wall"],
    )
    made += parapet((x[0] - 0.5, x[1] + 0.5), (tall, tall + 1.7), (d[0] - 0.5, d[1] + 0.5), "wall")
    if roof > 0:
        inner = (x[0] + 0.9, x[1] - 0.9)
        inset = min((inner[1] - inner[0]) / 2, (d[1] - d[0]) / 2 - 0.9)
        made += parts(
            ["hip", inner, (tall, tall + roof), (d[0] + 0.9, d[1] - 0.9), inset * 0.96, 0.1, "shingle", "roof"]
        )
    for height in rows:
        made += _windows(x, d, height)
    return made


def _windows(x: Span, d: Span, height: float) -> list[Face]:
    """A row of lancets on three sides of a block."""
    made: list[Face] = []
    for side, plane, (low, high) in (("front", d[0], x), ("left", x[0], d), ("right", x[1], d)):
        count = max(1, round((high - low) / 4.6))
        for index in range(count):
            along = low + (high - low) * (index + 0.5) / count
            made += parts(["on", side, plane, along, height, (1.15, 2.7), "lancet", "trim"])
    return lifted(made, 0.25)


def wall(a: tuple[float, float], b: tuple[float, float], tall: float, *, thick: float = 2.2) -> list[Face]:
    """A curtain wall between two plot points, with slits, a walk and parapets on both edges."""
    (xa, da), (xb, db) = a, b
    long = math.hypot(xb - xa, db - da)
    way = np.array([(xb - xa) / long, 0, (db - da) / long])
    out = np.array([way[2], 0, -way[0]])  # to the viewer's side when it runs to the right
    made: list[Face] = []
    start, span = np.array([xa, 0, da]), way * long
    for side in (1, -1):
        edge = start + out * (side * thick / 2)
        corner, across = (edge, span) if side > 0 else (edge + span, -span)
        lift = np.array([0, tall, 0])
        made.append(face(corner + lift, across, (0, -tall - SUNK, 0), "ashlar", "wall"))
        made.append(
            face(corner + lift + np.array([0, 1.6, 0]), across, (0, -1.6, 0), "battlement", "wall", is_thin=True)
        )
    walk = start - out * thick / 2 + np.array([0, tall + 0.05, 0])
    made.append(face(walk, span, out * thick, "plain", "wall", is_thin=True))
    for index in range(max(1, int(long / 7))):
        at = start + span * ((index + 0.5) / max(1, int(long / 7))) + out * (thick / 2 + 0.06) - way * 0.3
        made.append(face(at + np.array([0, 0.72 * tall, 0]), way * 0.6, (0, -1.9, 0), "slit", "wall", lift=0.25))
    return made


def gatehouse(tall: float, *, cone: float) -> Build:
    """Two drums and the arch between them, with torches and banners beside it."""
    made = block((-4.2, 4.2), tall - 2.5, (-1.0, 7.0), rows=(0.62 * tall,))
    for x in (-5.4, 5.4):
        made += tower(x, 0.6, 2.9, tall, cone=cone, windows=(0.34 * tall, 0.66 * tall))
    made += lifted(parts(["on", "front", -1.0, 0.0, 0.0, (4.8, 6.4), "portal", "wall"]), 0.35)
    marks: list[Row] = [["fire", x, 3.3, -1.8] for x in (-3.1, 3.1)]
    return Build(made, marks)


def castle(kind: str, random: np.random.Generator) -> Build:
    """A stronghold of *kind*: "castle" has pointed roofs, "fortress" none, "palace" wings and domes."""
    return palace(random) if kind == "palace" else _stronghold(random, pointed=kind == "castle")


def _stronghold(random: np.random.Generator, *, pointed: bool) -> Build:
    """Curtain walls round a keep, a great tower off its middle, lesser ones where chance puts them."""
    wide, deep = float(random.uniform(26, 32)), float(random.uniform(34, 42))
    high = float(random.uniform(9.5, 12))
    cone = 9.5 if pointed else 0.0
    gate = gatehouse(high + 6, cone=0.8 * cone)
    made = list(gate.faces)
    left, right = (-wide, 3.0), (wide, 4.0)
    back_left, back_right = (-0.86 * wide, deep), (0.9 * wide, deep)
    ends = ((left, (-7.5, 0.5)), ((7.5, 0.5), right), (back_left, left), (right, back_right), (back_right, back_left))
    for a, b in ends:
        made += wall(a, b, high)
    for (x, d), grown in ((left, 1.0), (right, 1.15), (back_left, 1.2), (back_right, 1.1)):
        tall = high * grown + float(random.uniform(5, 8))
        made += tower(x, d, float(random.uniform(4.0, 5.0)), tall, cone=cone, windows=(0.45 * tall, 0.75 * tall))
    return Build(made + (core := _keep(random, deep, cone)).faces, [*gate.marks, *core.marks, *_flags(wide, high)])


def _keep(random: np.random.Generator, deep: float, cone: float) -> Build:
    """The keep, its hall and its towers; the tallest carries the flag."""
    side = 1 if random.random() < 0.5 else -1
    tall = float(random.uniform(25, 30))
    x, d = side * float(random.uniform(1, 5)), 0.46 * deep
    made = block((x - 9, x + 9), tall, (d, d + 15), foot=3, roof=7.5 if cone else 0.0, rows=(14.5, 0.76 * tall))
    hall = (x - side * 9, x - side * 21)
    made += block(
        (min(hall), max(hall)), 0.62 * tall, (d + 2, d + 12), foot=3, roof=6 if cone else 0, rows=(0.42 * tall,)
    )
    great = tall + float(random.uniform(11, 15))
    spots = (
        (x + side * 9, d + 2, 4.3, great, (0.5 * great, 0.68 * great, 0.86 * great)),
        (x - side * 9, d + 1, 3.0, tall + 4.5, (0.66 * tall, 0.94 * tall)),
        (x - side * 21, d + 3, 3.2, 0.62 * tall + 6, (0.5 * tall,)),
        (x + side * 15, d + 11, 3.4, 0.8 * tall, (0.6 * tall,)),
    )
    for px, pd, radius, height, windows in spots:
        made += tower(px, pd, radius, height, cone=cone * (1.25 if height > tall else 1.0), windows=windows, foot=3)
    colour = str(random.choice(["#b3202a", "#23508c", "#c8922a", "#2f6a4a"]))
    top = great + (2.4 + 1.25 * cone if cone else 2.0)
    made += parts(["rod", (x + side * 9, top - 1, d + 2), (x + side * 9, top + 5.5, d + 2), 0.22, "#3a332c"])
    return Build(made, [["flag", x + side * 9, top + 5.2, d + 2, 5.0, 2.6, colour]])


def _flags(wide: float, high: float) -> list[Row]:
    """Banners on the gate towers' tops."""
    return [["flag", x, high + 18.0, 0.6, 2.8, 1.5, "#b3202a"] for x in (-5.4, 5.4)] if wide > 29 else []


_DOME = ((1.06, 0.0), (1.06, 0.22), (1.0, 0.42), (0.76, 0.64), (0.38, 0.82), (0.08, 0.94), (0.0, 1.14))


def dome(x: float, d: float, foot: float, radius: float, tall: float, colour: str) -> list[Face]:
    """A dome with a spire."""
    rows: list[Row] = [
        ["drum", (x, d), (foot + low * tall, foot + high * tall), (a * radius, b * radius), "metal", colour]
        for (a, low), (b, high) in pairwise(_DOME)
    ]
    return parts(*rows)


def palace(random: np.random.Generator) -> Build:
    """A front of two wings and a domed middle, rows of tall windows, terraces before it."""
    tall, half = float(random.uniform(15, 17.5)), float(random.uniform(33, 40))
    made = _wing((-half, half), tall, 8.0)
    made += _wing((-half - 5, -half + 5), tall + 3.5, 5.0)
    made += _wing((half - 5, half + 5), tall + 3.5, 5.0)
    made += _wing((-9, 9), tall + 4.5, 3.5)
    made += parts(
        ["sheet", (-9.5, tall + 9.5, 3.3), (9.5, tall + 9.5, 3.3), (-9.5, tall + 4.5, 3.3), "marble", "trim", "tent"],
        ["drum", (0, 13), (tall + 3, tall + 11), (6.6, 6.6), "marble", "wall"],
        ["on", "front", 3.4, 0, 0.4, (3.6, 5.4), "portal", "wall"],
    )
    for angle in np.linspace(-1.2, 1.2, 5):
        made.append(on_round(0, 13, 6.6, float(angle), tall + 4.6, (1.5, 4.4), "lancet", "trim"))
    made += dome(0, 13, tall + 11, 7.0, 13.0, "roof")
    for x in (-half, half):
        made += parts(["drum", (x, 10), (tall + 3, tall + 7.5), (2.7, 2.7), "marble", "wall"])
        made += dome(x, 10, tall + 7.5, 3.0, 6.0, "roof")
    for x in np.linspace(-7.2, 7.2, 6):
        made += parts(["drum", (float(x), 2.2), (0.6, tall + 3.5), (0.55, 0.5), "fluted", "trim"])
    made += parts(
        ["box", (-half - 7, half + 7), (-SUNK, 0.6), (-3.0, 6), "marble", "trim"],
        ["box", (-10, 10), (tall + 3.5, tall + 4.6), (1.4, 4), "frieze", "trim"],
    )
    marks: list[Row] = [["flag", 0, tall + 29.5, 13, 4.2, 2.2, "#23508c"]]
    made += parts(["rod", (0, tall + 24, 13), (0, tall + 29.8, 13), 0.2, "#c8a850"])
    return Build(made, marks)


def _wing(x: Span, tall: float, d: float) -> list[Face]:
    """A wing: plaster, two rows of windows, a cornice, a slate roof."""
    deep = 16.0
    made = parts(
        ["box", x, (-SUNK, tall), (d, d + deep), "plaster", "wall"],
        ["box", (x[0] - 0.5, x[1] + 0.5), (tall - 0.9, tall + 0.4), (d - 0.5, d + deep + 0.5), "frieze", "trim"],
        ["hip", x, (tall + 0.4, tall + 6.4), (d, d + deep), 7.0, 0.2, "shingle", "roof"],
    )
    count = max(2, round((x[1] - x[0]) / 3.6))
    for index in range(count):
        along = x[0] + (x[1] - x[0]) * (index + 0.5) / count
        for foot, high in ((1.6, 4.2), (0.52 * tall, 3.6)):
            made += lifted(parts(["on", "front", d, along, foot, (1.7, high), "lancet", "trim"]), 0.3)
    return made
