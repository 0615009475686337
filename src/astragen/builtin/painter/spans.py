"""Bridges along the d axis: a suspension bridge and a bridge of stone arches, deck level at y = 0.

Start reading at `suspension` and `arches`.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from astragen.builtin.painter.solids import Face, Row, face
from astragen.builtin.painter.stonework import Build, parts

HALF = 7.4  # m: half the width between a suspension bridge's cables


def suspension(
    towers: tuple[float, float], ends: tuple[float, float], *, tall: float, drop: float, deck: bool
) -> Build:
    """A suspension bridge: *towers*, *ends* lie along it; *tall* m over the deck, *drop* m down to the water.

    deck: with the roadway's own faces; without, where the way itself is painted as ground.
    """
    made: list[Face] = []
    marks: list[Row] = []
    for d in towers:
        made += _tower(d, tall, drop)
        marks += [
            ["flood", 0.0, 0.25 * tall, d - 9.0, 0.9 * tall, 0.8],
            ["flood", 0.0, -0.5 * drop, d - 9.0, 0.9 * tall, 0.5],
        ]
        marks += [["beacon", x, tall + 1.0, d] for x in (-HALF, HALF)]
    made += _cables(towers, ends, tall)
    made += _edges(ends, deck=deck)
    for d in np.arange(ends[0] + 30, ends[1] - 5, 36.0):
        for x in (-HALF + 0.9, HALF - 0.9):
            made += _lamp_post(x, float(d))
            marks.append(["lamp", x - math.copysign(1.3, x), 6.6, float(d), 9.0, 0.9])
    return Build(made, marks)


def _tower(d: float, tall: float, drop: float) -> list[Face]:
    """A portal: two legs that taper in steps, cross-beams, a foot in the water."""
    made: list[Face] = []
    for x in (-HALF, HALF):
        for low, high, half in ((-drop, 0.0, 2.0), (0.0, 0.5 * tall, 1.6), (0.5 * tall, tall, 1.25)):
            made += parts(
                ["box", (x - half, x + half), (low, high), (d - 1.3 * half, d + 1.3 * half), "painted", "steel"]
            )
        made += parts(["box", (x - 1.5, x + 1.5), (tall, tall + 1.1), (d - 1.9, d + 1.9), "plain", "steel"])
    for y, high in ((0.30 * tall, 2.6), (0.60 * tall, 2.4), (0.90 * tall, 2.8)):
        made += parts(["box", (-HALF, HALF), (y, y + high), (d - 1.0, d + 1.0), "painted", "steel"])
    made += parts(
        ["box", (-HALF - 3, HALF + 3), (-drop - 2, -drop + 3.5), (d - 6, d + 6), "ashlar", "stone"],
        ["box", (-HALF, HALF), (-5.0, -2.4), (d - 1.2, d + 1.2), "painted", "steel"],
    )
    return made


def _height(d: float, towers: tuple[float, float], ends: tuple[float, float], tall: float) -> float:
    """Height of the main cable over the deck at *d*: parabolas between towers and down to the anchors."""
    first, last = towers
    if first <= d <= last:
        u = (d - first) / (last - first) * 2 - 1
        return 2.2 + (tall - 2.2) * u * u
    u = (first - d) / (first - ends[0]) if d < first else (d - last) / (ends[1] - last)
    return float(1.0 + (tall - 1.0) * (1 - u) ** 1.6)


def _cables(towers: tuple[float, float], ends: tuple[float, float], tall: float) -> list[Face]:
    """Main cables in short pieces, and the hangers from them."""
    made: list[Face] = []
    spots = np.arange(ends[0], ends[1] + 0.1, 6.0).tolist()
    for x in (-HALF, HALF):
        for a, b in pairwise(spots):
            ya, yb = (_height(d, towers, ends, tall) for d in (a, b))
            made += parts(["rod", (x, ya, a), (x, yb, b), 0.55, "steel"])
            if ya > 2:
                made += parts(["rod", (x, 0, a), (x, ya, a), 0.11, "cable"])[:2]
    return made


def _edges(ends: tuple[float, float], *, deck: bool) -> list[Face]:
    """Railings, kerbs and the stiffening truss at both edges, in pieces that perspective can cut."""
    made: list[Face] = []
    # From on the bridge, what is near must be short: faces that reach behind the camera are not drawn.
    near = min(ends[1], 36.0) if not deck else ends[0]
    spots = [*np.arange(ends[0], near, 3.0).tolist(), *np.arange(near, ends[1] + 0.1, 12.0).tolist()]
    for a, b in pairwise(spots):
        for x in (-HALF, HALF):
            made += parts(["run", [[x, a], [x, b]], 1.25, "railing", "steel"])
            made += parts(["box", (x - 0.35, x + 0.35), (-3.2, 0.12), (a, b), "truss", "steel"])
        if deck:
            made.append(face((-HALF, 0.0, b), (2 * HALF, 0, 0), (0, 0, a - b), "tarmac", "road", is_thin=True))
    return made


def _lamp_post(x: float, d: float) -> list[Face]:
    arm = x - math.copysign(1.4, x)
    return parts(
        ["rod", (x, 0, d), (x, 6.9, d), 0.16, "steel"],
        ["rod", (x, 6.9, d), (arm, 7.0, d), 0.12, "steel"],
        ["box", (arm - 0.35, arm + 0.35), (6.75, 6.9), (d - 0.15, d + 0.15), "lit", "lamp"],
    )


def arches(spans: int, *, span: float, drop: float, half: float, start: float, deck: bool) -> Build:
    """A bridge of *spans* round arches *span* m wide, piers down *drop* m; its parapets stand on the deck's edges."""
    made: list[Face] = []
    marks: list[Row] = []
    for index in range(spans):
        a = start + span * index
        made += _arch(a, a + span, drop, half)
        for x in (-half, half):
            for low, high in pairwise(np.linspace(a, a + span, max(2, round(span / 2.5))).tolist()):
                made += parts(
                    ["box", (x - 0.25, x + 0.25), (0, 1.15), (low, high), "ashlar", "wall"],
                    ["box", (x - 0.4, x + 0.4), (1.1, 1.3), (low, high), "plain", "trim"],
                )
        if deck:
            made.append(face((-half, 0.0, a + span), (2 * half, 0, 0), (0, 0, -span), "plain", "trim", is_thin=True))
        if index % 2 == 0:
            for x in (-half + 0.1, half - 0.1):
                made += parts(
                    ["rod", (x, 1.2, a), (x, 4.4, a), 0.13, "iron"],
                    ["box", (x - 0.22, x + 0.22), (4.3, 4.95), (a - 0.22, a + 0.22), "lit", "lamp"],
                )
                marks.append(["lamp", x, 4.6, a, 7.0, 0.9])
    return Build(made, marks)


def _arch(a: float, b: float, drop: float, half: float) -> list[Face]:
    """One arch: both spandrels with the opening cut out, the vault, the pier at its near end with cutwaters."""
    span, thick = b - a, 2.2
    radius = (span - thick) / 2
    spring = min(0.92, (radius + 1.6) / drop)
    tops = [
        (0.5 + (0.5 - thick / span / 2) * math.cos(w), spring - (radius / drop) * math.sin(w))
        for w in np.linspace(0, math.pi, 15)
    ]
    edge = thick / span / 2
    outline = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (1 - edge, 1.0), *tops, (edge, 1.0), (0.0, 1.0))
    made = [
        face((-half, 0.0, b), (0, 0, -span), (0, -drop, 0), "ashlar", "wall", outline=outline, is_thin=True),
        face((half, 0.0, a), (0, 0, span), (0, -drop, 0), "ashlar", "wall", outline=outline, is_thin=True),
    ]
    for first, last in pairwise(tops):
        corner = (-half, -drop * first[1], a + span * first[0])
        made.append(
            face(
                corner,
                (2 * half, 0, 0),
                (0, drop * (first[1] - last[1]), span * (last[0] - first[0])),
                "plain",
                "shade",
                is_thin=True,
            )
        )
    made += parts(
        [
            "box",
            (-half - 0.1, half + 0.1),
            (-drop - 1, -spring * drop),
            (a - thick / 2, a + thick / 2),
            "ashlar",
            "wall",
        ],
        [
            "box",
            (-half - 1.6, half + 1.6),
            (-drop - 1, -0.8 * drop),
            (a - 0.8 * thick, a + 0.8 * thick),
            "ashlar",
            "wall",
        ],
    )
    return made
