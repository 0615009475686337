"""Trees and bushes."""

from __future__ import annotations

import math

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.plants.grown import TAU, Grown, swayed, tuft
from astragen.builtin.painter.figures.shape import Point, curve, ellipse, tube


def broadleaf(plant: Grown) -> list[Part]:
    """An old round-crowned tree."""
    random, h = plant.random, plant.height
    bark = rgb("#6b5040")
    trunk = tube(
        [(-0.01 * h, 0), (0.0, 0.16 * h), (0.015 * h, 0.34 * h), (0.0, 0.6 * h)],
        [0.055 * h, 0.034 * h, 0.028 * h, 0.012 * h],
    )
    root = curve([(-0.11 * h, 0), (-0.04 * h, 0.05 * h), (0.04 * h, 0.05 * h), (0.11 * h, 0), (0, -0.01 * h)])
    limbs = [line for side, y in ((-1, 0.3), (1, 0.36), (-1, 0.44), (1, 0.48)) for line in tube(
        [(0, y * h), (side * 0.1 * h, (y + 0.12) * h), (side * 0.2 * h, (y + 0.2) * h)],
        [0.02 * h, 0.014 * h, 0.006 * h])]  # fmt: skip
    parts = [Part((*trunk, root, *limbs), bark, 0.03 * h)]
    for depth, (shade, count, spread) in enumerate(((0.68, 9, 1.0), (0.98, 9, 0.86), (1.22, 7, 0.62))):
        clumps = []
        for i in range(count):
            turn = TAU * (i + random.random() * 0.6) / count
            r = spread * (0.25 + 0.08 * random.random()) * h
            clumps.append(
                tuft(
                    random,
                    math.cos(turn) * r * 0.92 - 0.02 * depth * h,
                    0.68 * h + math.sin(turn) * r * 0.62 + 0.03 * depth * h,
                    (0.15 - 0.02 * depth) * h,
                )
            )
        clumps.append(tuft(random, 0, 0.68 * h, 0.22 * spread * h))
        colour = mix(plant.leaf * shade, plant.accent, 0.10 * depth)
        parts.append(
            Part(
                swayed(clumps, 0.012 + 0.006 * depth, plant.phase + 0.06 * depth, 0.3 * h),
                colour,
                0.09 * h,
                contact=0.015 * h,
            )
        )
        parts += _leaves(plant, depth, colour)
    return parts


def _leaves(plant: Grown, depth: int, colour: F32) -> list[Part]:
    """Flecks of light and dark on the last crown."""
    random, h = plant.random, plant.height
    found = []
    for shade, count in ((1.22, 60), (0.74, 40)):
        dots = []
        for _ in range(count):
            turn, r = random.random() * TAU, 0.33 * h * math.sqrt(random.random())
            x, y = math.cos(turn) * r, 0.68 * h + math.sin(turn) * r * 0.72
            dots.append(ellipse(x, y, 0.013 * h, 0.007 * h, random.random() * 3, steps=6))
        found.append(
            Part(swayed(dots, 0.012 + 0.006 * depth, plant.phase + 0.06 * depth, 0.3 * h), colour * shade, clip=True)
        )
    return found


def pine(plant: Grown) -> list[Part]:
    """A conifer of drooping tiers."""
    random, h = plant.random, plant.height
    parts = [Part(tube([(0, 0), (0, 0.9 * h)], [0.028 * h, 0.006 * h]), rgb("#5a4436"), 0.02 * h)]
    tiers = 9
    for i in range(tiers):
        low = 0.10 + 0.86 * (i / tiers) ** 0.92
        wide = (0.30 * (1 - i / tiers) ** 0.85 + 0.035) * (0.92 + 0.16 * random.random())
        top = low + 0.26 * (1 - 0.55 * i / tiers)
        left = _fringe(random, -wide, low, min(top, 1.0), 6)
        right = [
            (-x, y)
            for x, y in reversed(_fringe(random, -wide * (0.92 + 0.16 * random.random()), low, min(top, 1.0), 6))
        ]
        outline = np.asarray([*left, (0.0, min(top, 1.0)), *right], np.float32) * h
        shade = 0.74 + 0.34 * (i / tiers)
        shape = swayed((curve(outline, 4),), 0.008, plant.phase + 0.02 * i)
        parts.append(Part(shape, plant.leaf * shade, 0.10 * h * (1.1 - i / tiers), contact=0.012 * h))
    if float(plant.accent.mean()) > 0.9:
        return _snowed(parts, plant)
    return parts


def _fringe(random: np.random.Generator, wide: float, low: float, top: float, count: int) -> list[Point]:
    """The ragged side of a tier, from the middle of its lower edge out and up to its top."""
    found: list[Point] = []
    for k in range(count):
        across = wide * k / (count - 1)
        droop = 0.035 * (k / (count - 1)) ** 2
        found.append((across * (0.97 + 0.06 * random.random()), low - droop + 0.022 * (k % 2)))
    found.append((wide * 0.52, low + (top - low) * 0.34))
    return found


def _snowed(parts: list[Part], plant: Grown) -> list[Part]:
    return [
        part if i == 0 else part._replace(colour=mix(part.colour, plant.accent, 0.72)) for i, part in enumerate(parts)
    ]


def palm(plant: Grown) -> list[Part]:
    """A palm with feathered leaves."""
    random, h = plant.random, plant.height
    top = (0.10 * h, 0.84 * h)
    trunk = [(-0.04 * h, 0), (-0.02 * h, 0.3 * h), (0.03 * h, 0.6 * h), top]
    parts = [Part(tube(trunk, [0.032 * h, 0.022 * h, 0.018 * h, 0.016 * h]), rgb("#8a6a48"), 0.02 * h)]
    rings = tuple(
        line
        for i in range(12)
        for line in tube([(-0.06 * h, 0.07 * h * i), (0.16 * h, 0.07 * h * i + 0.01 * h)], [0.004 * h] * 2)
    )
    parts.append(Part(rings, rgb("#6b4f36"), clip=True))
    for i, angle in enumerate((2.9, 0.2, 2.5, 0.65, 2.1, 1.05, 1.6)):
        swing = 0.04 * math.sin(TAU * (plant.phase + i * 0.13))
        long = (0.34 + 0.04 * random.random()) * h
        dx, dy = math.cos(angle + swing), math.sin(angle + swing)
        middle = (top[0] + dx * long * 0.55, top[1] + dy * long * 0.5 + 0.03 * h)
        tip = (top[0] + dx * long, top[1] + dy * long * 0.55 - 0.12 * h)
        spine = np.asarray([top, middle, tip], np.float32)
        teeth = _frond(spine, 0.05 * h)
        parts.append(Part((teeth,), plant.leaf * (0.75 + 0.06 * i), 0.02 * h, contact=0.008 * h))
    parts.append(
        Part(
            (
                ellipse(top[0], top[1] - 0.015 * h, 0.018 * h, 0.018 * h),
                ellipse(top[0] + 0.02 * h, top[1] - 0.02 * h, 0.016 * h, 0.016 * h),
            ),
            rgb("#6b4426"),
            0.015 * h,
        )
    )
    return parts


def _frond(spine: F32, wide: float) -> F32:
    """A feathered leaf along a bent spine."""
    t = np.linspace(0, 1, 13, dtype=np.float32)[:, None]
    at = spine[0] * (1 - t) ** 2 + spine[1] * 2 * t * (1 - t) + spine[2] * t * t
    along = np.gradient(at, axis=0)
    along /= np.hypot(along[:, :1], along[:, 1:])
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    half = wide * np.sin(np.pi * np.clip(t, 0.03, 1) ** 0.7) + 0.002
    half = half * np.where(np.arange(13)[:, None] % 2, 1.0, 0.45)
    return np.concatenate([at + across * half * 0.5, (at - across * half - along * half * 0.5)[::-1]]).astype(
        np.float32
    )


def birch(plant: Grown) -> list[Part]:
    """A slender white-barked tree."""
    random, h = plant.random, plant.height
    parts = [
        Part(
            tube([(0, 0), (0.01 * h, 0.5 * h), (0, 0.95 * h)], [0.022 * h, 0.017 * h, 0.006 * h]),
            rgb("#ece8e0"),
            0.02 * h,
        )
    ]
    bark = tuple(
        ellipse(random.uniform(-0.015, 0.015) * h, y * h, 0.012 * h, 0.004 * h, steps=8)
        for y in np.linspace(0.05, 0.8, 16)
    )
    parts.append(Part(bark, rgb("#3a3634"), clip=True))
    for depth, shade in enumerate((0.7, 0.9, 1.1)):
        clumps = [
            tuft(random, random.uniform(-0.16, 0.16) * h * (1.2 - 0.6 * abs(y - 0.62)), y * h, 0.085 * h, 1.2)
            for y in np.linspace(0.38, 0.94, 8)
        ]
        parts.append(
            Part(
                swayed(clumps, 0.016 + 0.006 * depth, plant.phase + 0.05 * depth, 0.2 * h),
                plant.leaf * shade,
                0.05 * h,
                contact=0.01 * h,
            )
        )
        parts += _leaves(plant._replace(height=h * 0.8), depth, plant.leaf * shade)
    return parts


def bare(plant: Grown) -> list[Part]:
    """A leafless tree."""
    random, h = plant.random, plant.height
    lines: list[F32] = []

    def branch(x: float, y: float, angle: float, long: float, thick: float, depth: int) -> None:
        end = (x + math.sin(angle) * long, y + math.cos(angle) * long)
        lines.extend(
            tube(
                [(x, y), ((x + end[0]) / 2 + random.uniform(-0.05, 0.05) * long, (y + end[1]) / 2), end],
                [thick, thick * 0.8, thick * 0.6],
                3,
            )
        )
        if depth:
            for side in (-1, 1, random.choice([-0.4, 0.4])):
                branch(
                    *end,
                    angle + side * random.uniform(0.3, 0.62),
                    long * random.uniform(0.62, 0.78),
                    thick * 0.58,
                    depth - 1,
                )

    branch(0, 0, 0.03, 0.30 * h, 0.035 * h, 4)
    return [Part(swayed(lines, 0.006, plant.phase, 0.2 * h), rgb("#5a463a"), 0.015 * h)]


def bush(plant: Grown) -> list[Part]:
    """A low round bush."""
    random, h = plant.random, plant.height
    parts = []
    for depth, shade in enumerate((0.68, 0.9, 1.1)):
        clumps = [
            tuft(random, x * h * (1 - 0.15 * depth), (0.42 - 0.2 * abs(x) + 0.06 * depth) * h, 0.34 * h)
            for x in (-0.6, -0.2, 0.2, 0.6)
        ]
        parts.append(
            Part(swayed(clumps, 0.02, plant.phase + 0.1 * depth), plant.leaf * shade, 0.15 * h, contact=0.03 * h)
        )
    return parts
