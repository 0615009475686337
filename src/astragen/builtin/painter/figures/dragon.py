"""A dragon: long neck and tail, horns, four legs, wings of skin."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Shape, curve, ellipse, placed, tube

TAU = 2 * math.pi
_GIRTH = ([0, 0.25, 0.5, 0.62, 0.75, 0.9, 1.0], [0.006, 0.05, 0.115, 0.125, 0.085, 0.055, 0.05])  # tail to head
_INK = np.array([0.10, 0.09, 0.10], np.float32)


def _bat_wing(up: float, size: float) -> F32:
    """A wing of skin over fingers, raised at up 1, lowered at -1."""
    tip = (-0.30 * size, 0.95 * size * up)
    elbow = (0.12 * size, 0.62 * size * up)
    points = [
        (0.14, 0.0), elbow, elbow, tip, tip, (-0.24 * size, 0.52 * size * up), (-0.50 * size, 0.46 * size * up),
        (-0.50 * size, 0.46 * size * up),
        (-0.32 * size, 0.22 * size * up), (-0.46 * size, 0.06 * up), (-0.46 * size, 0.06 * up), (-0.18, -0.04),
    ]  # fmt: skip
    return curve(points, 6)


def dragon(body: F32, phase: float) -> list[Part]:
    """A winged serpent of a dragon, flying: long neck and tail, horns, four legs."""
    beat = math.sin(TAU * phase)
    t = np.linspace(0, 1, 11)
    x = -0.95 + 1.75 * t
    y = (
        0.45
        - 0.04 * beat
        + 0.09 * np.sin(TAU * (phase - 0.8 * t)) * (1 - t)
        + 0.24 * np.clip(t - 0.66, 0, 1) / 0.34
        - 0.05 * np.sin(np.pi * t)
    )
    widths = np.interp(t, *_GIRTH).astype(np.float32)
    spine = np.column_stack([x, y]).astype(np.float32)
    head = (float(x[-1]), float(y[-1]))
    shoulder = np.array([float(x[6]), float(y[6]) + 0.04])

    def wing_bone(points: Sequence[Sequence[float]], widths: Sequence[float]) -> Shape:
        return tube(shoulder + np.asarray(points), widths, 3)

    belly = np.column_stack([x, y - widths * 0.85])
    up = 0.22 + 0.78 * beat
    far_wing = (_bat_wing(up * 0.9 + 0.08, 0.92) + shoulder + [0.10, 0.02]).astype(np.float32)
    near_wing = (_bat_wing(up, 1.0) + shoulder).astype(np.float32)
    parts = [Part((far_wing,), mix(body * 0.5, "#7a2f2a", 0.4), 0.05), *_dragon_legs(spine, body * 0.7, 0.05, phase)]
    spade = [(0.0, 0.0), (-0.05, 0.055), (-0.14, 0.0), (-0.14, 0.0), (-0.05, -0.055)]
    parts.append(Part((placed(curve(spade), (float(x[0]), float(y[0]))),), body * 0.9, 0.02))
    ridge = [_spike(spine, widths, k) for k in range(2, 10)]
    parts += [
        Part(tuple(ridge), mix(body, "#2a1a1a", 0.45), 0.02),
        Part(tube(spine, list(widths), 6), body, 0.08, contact=0.01),
    ]
    parts.append(Part(tube(belly[2:], list(widths[2:] * 0.5), 5), mix(body, "#f0d8a0", 0.6), clip=True, soft=0.012))
    parts += _dragon_head(head, body, phase)
    parts += _dragon_legs(spine, body, 0.0, phase)
    parts.append(Part((near_wing,), mix(body * 0.8, "#a8453a", 0.35), 0.05, contact=0.02))
    fingers = tuple(
        line
        for x_end, y_end in ((-0.24, 0.52), (-0.50, 0.46))
        for line in wing_bone([(0.12, 0.62 * up), (x_end, y_end * up)], [0.010, 0.004])
    )
    arm = wing_bone([(0.06, 0.0), (0.12, 0.62 * up), (-0.30, 0.95 * up)], [0.03, 0.022, 0.006])
    return [*parts, Part(fingers, body * 0.7, 0.008), Part(arm, body * 1.05, 0.015)]


def _spike(spine: F32, widths: F32, k: int) -> F32:
    x, y, w = float(spine[k][0]), float(spine[k][1]), float(widths[k])
    return curve(
        [(x + 0.045, y + w * 0.7), (x - 0.02, y + w + 0.055), (x - 0.02, y + w + 0.055), (x - 0.045, y + w * 0.7)], 3
    )


def _dragon_legs(spine: F32, colour: F32, ahead: float, phase: float) -> list[Part]:
    found = []
    for k, long in ((4, 0.17), (7, 0.14)):
        x, y = float(spine[k][0]) + ahead, float(spine[k][1]) - 0.06
        swing = 0.03 * math.sin(TAU * phase + k)
        leg = tube([(x, y + 0.03), (x + 0.05, y - 0.08), (x - 0.05 + swing, y - long)], [0.06, 0.035, 0.018])
        claws = tube([(x - 0.05 + swing, y - long), (x + 0.02 + swing, y - long - 0.025)], [0.018, 0.006])
        found.append(Part((*leg, *claws), colour, 0.03))
    return found


def _dragon_head(at: tuple[float, float], body: F32, phase: float) -> list[Part]:
    jaw = 0.06 + 0.05 * math.sin(TAU * phase)
    lower = [(0.0, -0.02), (0.12, -0.05 - jaw * 0.5), (0.24, -0.04 - jaw), (0.23, -0.015 - jaw), (0.1, 0.0)]
    upper = [
        (-0.09, 0.0),
        (-0.06, 0.07),
        (0.03, 0.095),
        (0.10, 0.07),
        (0.2, 0.06),
        (0.275, 0.035),
        (0.27, -0.005),
        (0.14, -0.015),
        (0.0, -0.05),
        (-0.07, -0.045),
    ]
    horns = [
        line
        for dx in (0.03, 0.0)
        for line in tube([(dx - 0.01, 0.07), (dx - 0.10, 0.13), (dx - 0.2, 0.14)], [0.024, 0.018, 0.003])
    ]
    return [
        Part((placed(curve(lower), at),), body * 0.85, 0.02),
        Part(tuple(placed(line, at) for line in horns), rgb("#e6d8b8"), 0.015),
        Part((placed(curve(upper), at),), body, 0.05),
        Part((placed(ellipse(0.065, 0.045, 0.020, 0.018), at),), rgb("#ffd23f"), glow=0.9, clip=True),
        Part((placed(ellipse(0.07, 0.045, 0.006, 0.016), at),), _INK, clip=True),
        Part((placed(ellipse(0.25, 0.035, 0.010, 0.008), at),), _INK, clip=True),
    ]
