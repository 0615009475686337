"""Pyramids: smooth ones in a desert, and the stepped temple of a jungle."""

from __future__ import annotations

import math

import numpy as np

from astragen.builtin.painter.solids import Face, Row, face
from astragen.builtin.painter.stonework import SUNK, Build, lifted, parts, raised

_FACES = 4


def pyramid(x: float, d: float, half: float, tall: float, *, cap: float) -> list[Face]:
    """A pyramid about (x, d); its top *cap* share keeps its casing."""
    made: list[Face] = []
    for index in range(_FACES):
        turn = index * math.pi / 2
        flank = face(
            (-half, tall, 0), (2 * half, 0, 0), (0, -tall, -half), "pyramid", "wall", outline=((0.5, 0), (1, 1), (0, 1))
        )
        tip = face(
            (-half * cap, tall, 0), (2 * half * cap, 0, 0), (0, -tall * cap, -half * cap - 0.4), "plain", "cap",
            outline=((0.5, 0), (1, 0.93), (0.72, 1), (0.4, 0.95), (0, 1)), lift=0.8,
        )  # fmt: skip
        made += [one.moved(0, 0, turn, 1.0) for one in ((flank, tip) if cap else (flank,))]
    return raised(made, -1.0, x=x, d=d)


def giza(random: np.random.Generator) -> Build:
    """Three great pyramids and small ones, an avenue of pylons, obelisks and sphinxes before them."""
    side = 1 if random.random() < 0.5 else -1
    made = pyramid(-side * 20, 300, 80, 102, cap=0.16)
    made += pyramid(side * 185, 430, 84, 106, cap=0.0)
    made += pyramid(-side * 190, 400, 56, 68, cap=0.0)
    for index in range(3):
        made += pyramid(side * (86 + 34 * index), 232 - 8 * index, 13, 17, cap=0.0)
    marks: list[Row] = []
    for x in (-11, 11):
        made += _obelisk(x, 46, float(random.uniform(15, 18)))
        for d in (12, 26):
            made += _sphinx(x, float(d))
        made += parts(
            ["drum", (x * 0.8, 38), (0, 1.4), (0.5, 0.4), "sandstone", "wall"],
            ["drum", (x * 0.8, 38), (1.4, 1.9), (0.75, 0.75), "plain", "wall"],
        )
        marks.append(["fire", x * 0.8, 1.9, 38])
    return Build(made + _pylon(56), marks)


def _obelisk(x: float, d: float, tall: float) -> list[Face]:
    made: list[Face] = []
    for index in range(_FACES):
        shaft = face((-0.8, tall, -0.8), (1.6, 0, 0), (0, -tall, -0.5), "carved", "wall")
        tip = face(
            (-0.8, tall + 1.7, 0), (1.6, 0, 0), (0, -1.7, -0.8), "plain", "gold", outline=((0.5, 0), (1, 1), (0, 1))
        )
        made += [one.moved(0, 0, index * math.pi / 2, 1.0) for one in (shaft, tip)]
    base = parts(["box", (-1.9, 1.9), (-1, 1.2), (-1.9, 1.9), "sandstone", "wall"])
    return raised(made + base, 0.6, x=x, d=d)


def _sphinx(x: float, d: float) -> list[Face]:
    """A lying lion with a king's head, in blocks: it looks across the avenue's end to the viewer."""
    made = parts(
        ["box", (-1.5, 1.5), (-0.6, 0.9), (-3.2, 4.2), "sandstone", "wall"],
        ["log", (0, 1.7, -0.8), (0, 1.7, 3.6), 1.0, "sandstone", "wall", "wall"],
        ["box", (-1.0, -0.4), (0.9, 1.5), (-3.0, -0.4), "plain", "wall"],
        ["box", (0.4, 1.0), (0.9, 1.5), (-3.0, -0.4), "plain", "wall"],
        ["box", (-0.46, 0.46), (2.5, 3.75), (-1.55, -0.6), "plain", "cap"],
        ["drum", (0, -0.55), (2.1, 3.5), (1.15, 0.78), "plain", "wall"],
        ["drum", (0, -0.55), (3.5, 4.1), (0.78, 0.4), "plain", "gold"],
    )
    return raised(made, 0.0, x=x, d=d)


def _leaning(low: list[float], high: list[float]) -> tuple[tuple[float, float], ...]:
    """A wall's outline between its spans below and above."""
    wide = low[1] - low[0]
    return ((high[0] - low[0]) / wide, 0), (1 - (low[1] - high[1]) / wide, 0), (1, 1), (0, 1)


def _pylon(d: float) -> list[Face]:
    """A temple's gate: two sloping towers and the door between them."""
    made: list[Face] = []
    for side in (-1, 1):
        low, high = (sorted((side * 3.0, side * 16.0)), sorted((side * 3.0, side * 14.6)))
        slope = face((low[0], 13, d + 1.2), (low[1] - low[0], 0, 0), (0, -14, -1.2), "sandstone", "wall",
                     outline=_leaning(low, high))  # fmt: skip
        made.append(slope)
        made += parts(["box", (high[0], high[1]), (-1, 13), (d + 1.2, d + 5), "sandstone", "wall"])
        made += parts(["box", (high[0] - 0.5, high[1] + 0.5), (13, 14.4), (d + 0.8, d + 5.4), "carved", "wall"])
    made += parts(["box", (-3.2, 3.2), (8.5, 10.6), (d + 1.0, d + 4), "carved", "wall"])
    return made


def step_temple(random: np.random.Generator) -> Build:
    """A stepped pyramid with a stair up its front and a house of the gods on top; fires on its terraces."""
    tiers = int(random.integers(7, 9))
    half, rise = float(random.uniform(24, 27)), 3.1
    shrink = (half - 7.0) / tiers
    made: list[Face] = []
    for index in range(tiers):
        out, low = half - shrink * index, rise * index
        made += parts(
            [
                "box",
                (-out, out),
                (low if index else -SUNK, low + rise - 0.7),
                (half - out, half + out),
                "overgrown",
                "wall",
            ],
            [
                "box",
                (-out - 0.25, out + 0.25),
                (low + rise - 0.7, low + rise),
                (half - out - 0.25, half + out),
                "carved",
                "trim",
            ],
        )
    top, front = tiers * rise, shrink * tiers
    made += _stair(3.6, top, front)
    made += parts(
        ["box", (-5.2, 5.2), (top, top + 4.6), (half - 4.6, half + 4), "overgrown", "trim"],
        ["box", (-5.8, 5.8), (top + 4.6, top + 6.0), (half - 5.2, half + 4.6), "carved", "trim"],
        ["box", (-3.6, 3.6), (top + 6.0, top + 9.8), (half - 2.0, half - 0.4), "carved", "trim"],
    )
    for x in (-3.0, 0.0, 3.0):
        made += lifted(parts(["on", "front", half - 4.6, x, top, (1.7, 3.4), "portal", "wall"]), 0.15)
    marks: list[Row] = []
    for x in (-5.0, 5.0):
        made += parts(["box", (x - 0.9, x + 0.9), (-1, 1.8), (-3.6, -1.8), "carved", "trim"])
        marks += [["fire", x, 1.8, -2.7], ["fire", 1.3 * x, top + 0.1, front - 0.6]]
    return Build(made, marks)


def _stair(half: float, top: float, front: float) -> list[Face]:
    """The flight and the ramps beside it, from before the lowest tier to the platform."""
    start = -2.2
    flight = face(
        (-half, top, front - 1.0), (2 * half, 0, 0), (0, -top, start - front + 1.0), "stairs", "trim", lift=0.5
    )
    made = [flight]
    for x in (-half - 0.9, half):
        made.append(
            face(
                (x, top + 0.5, front - 1.2), (0.9, 0, 0), (0, -top, start - front + 1.0), "overgrown", "wall", lift=0.7
            )
        )
        for side in (x, x + 0.9):
            made.append(
                face((side, top, start), (0, 0, front - 1.0 - start), (0, -top, 0), "overgrown", "wall",
                     outline=((1, 0), (1, 1), (0, 1)), is_thin=True, lift=0.2)
            )  # fmt: skip
    return made
