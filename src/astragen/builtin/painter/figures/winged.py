"""Wings that are not a bird's: butterflies, bees, dragonflies, bats; and what crawls.

Each is drawn one unit high or long, facing right, and grown to its size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.dragon import dragon
from astragen.builtin.painter.figures.figure import Figure, Glow
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Points, curve, ellipse, path, placed, tube

TAU = 2 * math.pi
_INK = np.array([0.10, 0.09, 0.10], np.float32)


def _hinged(points: Points, open_share: float, side: int, tilt: float = 0.35) -> F32:
    """A wing drawn open to the right of x = 0, seen *open_share* open, on *side*."""
    shape = curve(points, 6)
    shape[:, 0] *= side * open_share
    shape[:, 1] += 0.25 * tilt * np.abs(shape[:, 0])
    return shape


def _butterfly(body: F32, phase: float) -> list[Part]:
    """Seen from above and behind, wings opening and closing."""
    share = 0.28 + 0.72 * (0.5 + 0.5 * math.cos(TAU * phase)) ** 0.8
    fore = [(0.02, 0.56), (0.16, 0.86), (0.44, 1.0), (0.56, 0.92), (0.48, 0.66), (0.26, 0.50), (0.05, 0.48)]
    hind = [(0.03, 0.50), (0.24, 0.50), (0.42, 0.40), (0.42, 0.20), (0.26, 0.08), (0.10, 0.24), (0.03, 0.42)]
    spots = [(0.43, 0.88, 0.035), (0.49, 0.82, 0.026), (0.46, 0.74, 0.022)]
    parts = []
    for side, shade in ((-1, 0.82), (1, 1.0)):
        for wing, centre in ((hind, (0.2, 0.34)), (fore, (0.26, 0.72))):
            parts.append(Part((_hinged(wing, share, side),), mix(body * 0.35, _INK, 0.5), 0.05))
            inner = (np.asarray(wing) - centre) * 0.78 + centre
            parts.append(Part((_hinged(inner, share, side),), body * shade, clip=True, soft=0.006))
        dots = tuple(_hinged(ellipse(x, y, r, r, steps=10), share, side) for x, y, r in spots)
        parts.append(Part(dots, rgb("#f6f0e0"), clip=True))
    trunk = tube([(0, 0.24), (0, 0.5), (0, 0.64), (0, 0.7)], [0.012, 0.03, 0.032, 0.022])
    feelers = [
        line
        for side in (-1, 1)
        for line in tube([(0, 0.7), (side * 0.05, 0.82), (side * 0.10, 0.90)], [0.006, 0.005, 0.009])
    ]
    return [*parts, Part((*trunk, *feelers), _INK * 1.6, 0.02)]


def _bee(body: F32, phase: float) -> list[Part]:
    beat = math.sin(TAU * phase * 3)
    wings = []
    for dx, shade in ((0.08, 0.8), (0.0, 1.0)):
        wing = curve([(0.05, 0.62), (-0.02, 0.9), (-0.2, 1.05), (-0.32, 0.96), (-0.22, 0.74)])
        wings.append(Part((placed(wing, (dx, 0.0), 1.0, 0.25 * beat),), rgb("#dfeaf2") * shade, 0.05, opacity=0.62))
    trunk = curve(
        [
            (-0.46, 0.42),
            (-0.3, 0.62),
            (-0.02, 0.68),
            (0.2, 0.62),
            (0.28, 0.46),
            (0.18, 0.30),
            (-0.06, 0.22),
            (-0.32, 0.27),
        ]
    )
    bands = tuple(curve([(x, 0.8), (x + 0.09, 0.8), (x + 0.05, 0.1), (x - 0.05, 0.1)]) for x in (-0.34, -0.16, 0.02))
    head = ellipse(0.34, 0.46, 0.14, 0.14)
    feelers = [
        line
        for dx in (0, 0.07)
        for line in tube([(0.38 + dx, 0.56), (0.46 + dx, 0.70), (0.54 + dx, 0.72)], [0.012, 0.01, 0.014])
    ]
    legs = tuple(
        line
        for x in (-0.1, 0.04, 0.16)
        for line in tube([(x, 0.28), (x - 0.02, 0.16), (x + 0.03, 0.08)], [0.014, 0.012, 0.008])
    )
    return [
        Part(legs, _INK, 0.01), Part((trunk,), body, 0.18), Part(bands, _INK * 1.4, clip=True, soft=0.01),
        Part((head,), _INK * 1.5, 0.1),
        Part((ellipse(0.40, 0.49, 0.035, 0.045),), rgb("#f4f0e4"), clip=True), Part(tuple(feelers), _INK, 0.01), *wings,
    ]  # fmt: skip


def _dragonfly(body: F32, phase: float) -> list[Part]:
    beat = math.sin(TAU * phase * 3)
    parts = []
    for angle, shade in ((0.55, 0.7), (0.15, 0.8), (-0.25, 0.95), (-0.6, 1.0)):
        wing = curve([(0, 0), (0.06, 0.16), (0.05, 0.42), (0, 0.5), (-0.06, 0.4), (-0.04, 0.14)])
        shape = placed(wing, (0.12, 0.52), 1.0, angle * 0.8 + 0.2 * beat)
        parts.append(Part((shape,), mix("#dff0f4", body, 0.15) * shade, 0.03, glow=0.08, opacity=0.6))
    trunk = tube([(-0.55, 0.42), (-0.2, 0.47), (0.06, 0.5), (0.2, 0.52), (0.3, 0.52)], [0.02, 0.026, 0.04, 0.065, 0.05])
    rings = tuple(ellipse(x, 0.45, 0.006, 0.06) for x in (-0.44, -0.34, -0.24, -0.14, -0.04))
    return [
        *parts,
        Part(trunk, body, 0.04),
        Part(rings, body * 0.5, clip=True),
        Part((ellipse(0.36, 0.53, 0.07, 0.07),), body * 0.7, 0.06),
        Part((ellipse(0.39, 0.55, 0.03, 0.035),), _INK, clip=True),
    ]


def _bat(body: F32, phase: float) -> list[Part]:
    """Seen from the front, both wings beating."""
    up = 0.25 + 0.75 * math.sin(TAU * phase)
    wing = [
        (0.06, 0.56), (0.30, 0.60 + 0.22 * up), (0.34, 0.66 + 0.24 * up), (0.62, 0.56 + 0.34 * up),
        (0.80, 0.40 + 0.30 * up), (0.80, 0.40 + 0.30 * up),
        (0.64, 0.42 + 0.16 * up), (0.56, 0.28 + 0.16 * up), (0.56, 0.28 + 0.16 * up), (0.42, 0.38 + 0.06 * up),
        (0.30, 0.26 + 0.06 * up),
        (0.30, 0.26 + 0.06 * up), (0.18, 0.38), (0.06, 0.34),
    ]  # fmt: skip
    parts = []
    for side in (-1.0, 1.0):
        parts.append(
            Part((curve(np.asarray(wing, np.float32) * np.array([side, 1], np.float32), 5),), body * 0.8, 0.04)
        )
        for x, y in ((0.80, 0.40 + 0.30 * up), (0.56, 0.28 + 0.16 * up), (0.30, 0.26 + 0.06 * up)):
            finger = tube([(0.33 * side, 0.65 + 0.24 * up), (x * side, y)], [0.012, 0.004])
            parts.append(Part(finger, body * 0.6, clip=True))
    ears = tuple(curve([(x - 0.05, 0.66), (x, 0.86), (x, 0.86), (x + 0.05, 0.66)]) for x in (-0.06, 0.06))
    trunk = tube([(0, 0.30), (0, 0.45), (0, 0.56), (0, 0.66)], [0.05, 0.1, 0.09, 0.10])
    eyes = (ellipse(-0.04, 0.68, 0.018, 0.02), ellipse(0.04, 0.68, 0.018, 0.02))
    return [
        *parts,
        Part((*trunk, *ears), body * 1.1, 0.07, contact=0.02),
        Part(eyes, rgb("#f0d060"), glow=0.7, clip=True),
    ]


def _snake(body: F32, phase: float) -> list[Part]:
    """Gliding in curves, head raised."""
    t = np.linspace(0, 1, 15)
    x = -0.9 + 1.6 * t
    y = (
        0.09
        + 0.05 * (1 + np.sin(TAU * (phase - 1.6 * t))) * (1 - np.clip((t - 0.75) / 0.25, 0, 1))
        + 0.28 * np.clip((t - 0.8) / 0.2, 0, 1) ** 1.4
    )
    widths = np.interp(t, [0, 0.3, 0.8, 0.94, 1], [0.01, 0.06, 0.06, 0.05, 0.06])
    spine = np.column_stack([x, y])
    dense = path(np.column_stack([spine, widths]), 4)
    marks = tuple(ellipse(float(px), float(py) + float(w) * 0.4, 0.028, float(w) * 0.5) for px, py, w in dense[4:-8:4])
    head = (float(x[-1]) + 0.03, float(y[-1]) + 0.02)
    flick = 0.06 * max(0.0, math.sin(TAU * phase * 3)) ** 4
    return [
        Part(tube([head, (head[0] + 0.1 + flick, head[1] - 0.01)], [0.006, 0.003]), rgb("#c23a34"), 0.0),
        Part(tube(spine, list(widths), 5), body, 0.045), Part(marks, mix(body, _INK, 0.55), clip=True),
        Part((placed(curve([(-0.08, 0), (-0.03, 0.06), (0.07, 0.04), (0.11, 0), (0.06, -0.04), (-0.05, -0.05)]),
        head),), body * 1.05, 0.03),
        Part((placed(ellipse(0.035, 0.022, 0.014, 0.014), head),), _INK, clip=True),
    ]  # fmt: skip


def _caterpillar(body: F32, phase: float) -> list[Part]:
    parts = []
    for k in range(7):
        x = -0.66 + 0.2 * k
        y = 0.16 + 0.10 * max(0.0, math.sin(TAU * (phase + k / 7)))
        legs = tube([(x, y - 0.08), (x - 0.01, 0.0)], [0.03, 0.02])
        parts += [
            Part(legs, body * 0.55, 0.01),
            Part((ellipse(x, y, 0.14, 0.145),), body * (1.08 if k % 2 else 0.92), 0.12, contact=0.015),
        ]
    x, y = 0.66, 0.28
    feelers = [
        line for dx in (-0.03, 0.07) for line in tube([(x + dx, y + 0.12), (x + dx * 1.6, y + 0.28)], [0.012, 0.018])
    ]
    return [*parts, Part(tuple(feelers), _INK, 0.01), Part((ellipse(x, y, 0.17, 0.17),), mix(body, "#e06a3a", 0.55),
    0.15, contact=0.02),
            Part((ellipse(x + 0.03, y + 0.03, 0.03, 0.04), ellipse(x + 0.12, y + 0.03, 0.03, 0.04)),
            _INK, clip=True)]  # fmt: skip


def _firefly(body: F32, phase: float) -> list[Part]:
    parts = _bee(body, phase)
    return [*parts, Part((ellipse(-0.30, 0.42, 0.2, 0.16),), rgb("#f4f08a"), glow=1.0)]


class _Kind(NamedTuple):
    draw: Callable[[F32, float], list[Part]]
    size: float
    tall: float
    long: float
    period: float
    body: str
    motion: str
    medium: str
    speed: float


_KINDS: Mapping[str, _Kind] = {
    "butterfly": _Kind(_butterfly, 0.12, 1.0, 1.2, 0.6, "#e08a2f", "flutter", "air", 0.0),
    "moth": _Kind(_butterfly, 0.10, 1.0, 1.2, 0.45, "#b5a58a", "flutter", "air", 0.0),
    "bee": _Kind(_bee, 0.05, 1.0, 1.1, 0.5, "#e6b02f", "flutter", "air", 0.0),
    "firefly": _Kind(_firefly, 0.05, 1.0, 1.1, 0.5, "#5a4a3a", "flutter", "air", 0.0),
    "dragonfly": _Kind(_dragonfly, 0.10, 1.0, 1.2, 0.5, "#3f9aa0", "flutter", "air", 0.0),
    "bat": _Kind(_bat, 0.35, 0.9, 1.6, 0.38, "#4a4048", "flutter", "air", 0.0),
    "dragon": _Kind(dragon, 6.0, 1.3, 2.1, 1.5, "#4f8a5a", "soar", "air", 0.35),
    "snake": _Kind(_snake, 1.0, 0.45, 1.7, 1.5, "#6f8a45", "still", "ground", 0.25),
    "caterpillar": _Kind(_caterpillar, 0.08, 0.55, 1.5, 1.4, "#7fb04a", "still", "ground", 0.2),
}


def winged_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """A creature of this file; said: species, and optionally body (colour) and scale."""
    kind = _KINDS[str(said["species"])]
    size = kind.size * float(said.get("scale", 1.0))
    body = rgb(str(said.get("body", kind.body)))

    def draw(phase: float, reach: float) -> list[Part]:
        return [part.grown(size) for part in kind.draw(body, phase)]

    def glows(phase: float) -> list[Glow]:
        return [Glow(-0.3 * size, 0.42 * size, 1.6 * size, "#f0f07a", 0.9, 0.6)] if said["species"] == "firefly" else []

    moves = action not in ("stand", "sit", "lie", "look") or kind.medium == "air"
    return Figure(
        draw=draw, height=kind.tall * size, length=kind.long * size, period=kind.period,
        stride=kind.speed * size * kind.period if moves else 0.0, focus=(0.3 * size, 0.55 * size),
        motion=kind.motion, medium="air" if kind.medium == "air" else "ground", poses=18, glows=glows,
    )  # fmt: skip
