"""A temple of the East: a gate over the path, stone lanterns, steps, a hall and a pagoda of many roofs."""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.solids import Face, Row, Span
from astragen.builtin.painter.stonework import SUNK, Build, lifted, parts, raised


def eaves(x: Span, y: float, d: Span, *, over: float, rise: float, flat: float) -> list[Face]:
    """A roof with swept eaves: a shallow skirt *over* m wide, a steeper crown that starts *flat* of the rise up."""
    middle, half = (d[0] + d[1]) / 2, (d[1] - d[0]) / 2
    low = (x[0] - over, x[1] + over), (d[0] - over, d[1] + over)
    inner = 0.45 * over
    crown = (x[0] - inner, x[1] + inner), (middle - half - inner, middle + half + inner)
    deep = (low[1][1] - low[1][0]) / 2
    made = parts(
        ["hip", low[0], (y, y + flat * rise * deep / max(over - inner, 0.1)), low[1], deep * 0.98, 0.0, "tile", "roof"],
        [
            "hip",
            crown[0],
            (y + 0.5 * flat * rise, y + rise),
            crown[1],
            (crown[1][1] - crown[1][0]) * 0.46,
            0.0,
            "tile",
            "roof",
        ],
    )
    for px, way in zip(low[0], (-1, 1), strict=True):
        for pd, lean in zip(low[1], (-1, 1), strict=True):
            tip = (px + 0.35 * way, y + 0.55, pd + 0.35 * lean)
            made += parts(["rod", (px - 1.1 * way, y + 0.30, pd - 1.1 * lean), tip, 0.30, "roof"])
    return made


def pagoda(random: np.random.Generator, storeys: int) -> list[Face]:
    """A tower of *storeys* roofs about (0, 8)."""
    made = parts(["box", (-8.2, 8.2), (-SUNK, 1.5), (-0.2, 16.2), "sandstone", "stone"])
    half, y, tall = 5.6, 1.5, 4.4
    for index in range(storeys):
        x, d = (-half, half), (8 - half, 8 + half)
        made += parts(["box", x, (y, y + tall), d, "lattice", "wall"])
        for px in np.linspace(-half, half, 4):
            made += lifted(
                parts(
                    [
                        "box",
                        (float(px) - 0.2, float(px) + 0.2),
                        (y, y + tall),
                        (d[0] - 0.2, d[0] + 0.1),
                        "plain",
                        "wall",
                    ]
                ),
                0.1,
            )
        made += lifted(
            parts(["box", (-half - 0.5, half + 0.5), (y, y + 0.9), (d[0] - 0.5, d[0] - 0.4), "rails", "wall"])[:1], 0.2
        )
        made += eaves(x, y + tall, d, over=2.5, rise=2.3 if index < storeys - 1 else 4.2, flat=0.34)
        y, half, tall = y + tall + 1.5, half * 0.86, tall * 0.88
    made += parts(["drum", (0, 8), (y + 1.5, y + 7.5), (0.28, 0.05), "plain", "gold"])
    for index in range(5):
        made += parts(
            [
                "drum",
                (0, 8),
                (y + 2.4 + 0.8 * index, y + 2.6 + 0.8 * index),
                (0.75 - 0.08 * index, 0.7 - 0.08 * index),
                "plain",
                "gold",
            ]
        )
    made += lifted(parts(["on", "front", 8 - 5.6, 0, 1.5, (2.6, 3.2), "portal", "wall"]), 0.3)
    return made


def torii(x: float, d: float, size: float) -> list[Face]:
    """A gate of two posts and two beams."""
    s = size
    return raised(
        parts(
            ["drum", (-2.4 * s, 0), (-0.5, 4.6 * s), (0.30 * s, 0.24 * s), "plain", "lacquer"],
            ["drum", (2.4 * s, 0), (-0.5, 4.6 * s), (0.30 * s, 0.24 * s), "plain", "lacquer"],
            ["box", (-2.9 * s, 2.9 * s), (3.5 * s, 3.9 * s), (-0.16 * s, 0.16 * s), "plain", "lacquer"],
            ["box", (-3.4 * s, 3.4 * s), (4.6 * s, 4.95 * s), (-0.28 * s, 0.28 * s), "plain", "lacquer"],
            ["box", (-3.7 * s, 3.7 * s), (4.95 * s, 5.2 * s), (-0.36 * s, 0.36 * s), "plain", "roof"],
            ["box", (-0.3 * s, 0.3 * s), (3.9 * s, 4.6 * s), (-0.1 * s, 0.1 * s), "plain", "gold"],
        ),
        0.0,
        x=x,
        d=d,
    )


def lantern(x: float, d: float) -> Build:
    """A stone lantern with a flame in its house."""
    made = parts(
        ["box", (-0.45, 0.45), (0, 0.25), (-0.45, 0.45), "plain", "stone"],
        ["drum", (0, 0), (0.25, 1.15), (0.18, 0.15), "plain", "stone"],
        ["box", (-0.36, 0.36), (1.15, 1.3), (-0.36, 0.36), "plain", "stone"],
        ["box", (-0.25, 0.25), (1.3, 1.7), (-0.25, 0.25), "lattice", "stone"],
        ["hip", (-0.3, 0.3), (1.7, 2.1), (-0.3, 0.3), 0.29, 0.3, "plain", "stone"],
    )
    return Build(raised(made, 0, x=x, d=d), [["lamp", x, 1.5, d, 4.0, 0.9]])


def eastern_temple(random: np.random.Generator) -> Build:
    """The pagoda on its terrace beside a wide hall, steps between walls, lanterns along the path."""
    side = 1 if random.random() < 0.5 else -1
    tower = raised(pagoda(random, int(random.integers(4, 6))), 3.0, x=side * 9, d=6)
    made = tower + raised(_hall(), 3.0, x=-side * 11, d=10)
    made += parts(
        ["box", (-27, -3.4), (-1, 3.0), (0, 34), "sandstone", "stone"],
        ["box", (3.4, 27), (-1, 3.0), (0, 34), "sandstone", "stone"],
        ["box", (-3.4, 3.4), (-1, 3.0), (4.6, 34), "sandstone", "stone"],
        ["sheet", (-3.4, 3.02, 4.7), (3.4, 3.02, 4.7), (-3.4, 0, -1.4), "stairs", "stone"],
    )
    for start, end in ((-27, -3.8), (3.8, 27)):
        made += raised(parts(["box", (start, end), (0, 0.5), (0.1, 0.6), "plain", "stone"]), 3.0)
    made += torii(0, -42, 1.35)
    marks: list[Row] = [["lamp", side * 9, 7.0, 7.0, 9.0, 0.8], ["lamp", -side * 11, 6.0, 9.0, 8.0, 0.8]]
    for x in (-3.6, 3.6):
        for d in (-38, -27, -16, -6):
            one = lantern(x, float(d))
            made += one.faces
            marks += one.marks
    return Build(made, marks)


def _hall() -> list[Face]:
    """A wide hall under one great roof."""
    made = parts(
        ["box", (-9, 9), (0, 0.8), (0, 14), "sandstone", "stone"],
        ["box", (-7.6, 7.6), (0.8, 5.0), (1.6, 12.4), "lattice", "wall"],
    )
    for px in np.linspace(-7.8, 7.8, 7):
        made += parts(["drum", (float(px), 0.9), (0.8, 5.0), (0.26, 0.24), "plain", "wall"])
    return made + eaves((-7.6, 7.6), 5.0, (1.6, 12.4), over=2.8, rise=4.6, flat=0.30)
