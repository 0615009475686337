"""Flowers, grass, and what else grows low."""

from __future__ import annotations

import math

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.plants.grown import TAU, Grown
from astragen.builtin.painter.figures.shape import curve, ellipse, placed, tube


def flower(plant: Grown) -> list[Part]:
    """One large bloom on a stem with two leaves."""
    h = plant.height
    lean = 0.04 * math.sin(TAU * plant.phase)
    head = ((0.03 + lean) * h, 0.80 * h)
    stem = tube([(0, 0), (-0.02 * h, 0.35 * h), head], [0.014 * h, 0.012 * h, 0.010 * h])
    leaf = rgb("#4f7d3a")
    parts = [Part(stem, leaf, 0.01 * h)]
    for side, y in ((-1, 0.22), (1, 0.34)):
        blade = [(0, 0), (0.12, 0.10), (0.26, 0.08), (0.34, -0.02), (0.2, -0.06), (0.08, -0.03)]
        parts.append(
            Part(
                (placed(curve(np.asarray(blade, np.float32) * [side, 1]), (-0.015 * h, y * h), h),),
                leaf * (1.1 if side > 0 else 0.9),
                0.03 * h,
            )
        )
    for ring, (count, long, shade) in enumerate(((9, 0.17, 0.82), (8, 0.14, 1.05))):
        for i in range(count):
            turn = TAU * (i + 0.5 * ring) / count
            petal = placed(
                curve([(0.02, 0), (0.5, 0.24), (0.95, 0.16), (1.02, 0), (0.95, -0.16), (0.5, -0.24)]),
                head,
                long * h,
                turn,
            )
            parts.append(Part((petal,), plant.accent * shade, 0.03 * h, contact=0.008 * h))
    parts.append(Part((ellipse(*head, 0.055 * h, 0.055 * h),), rgb("#d9a03a"), 0.04 * h, contact=0.01 * h))
    return parts


def rose(plant: Grown) -> list[Part]:
    """A rose: folded petals."""
    h = plant.height
    lean = 0.03 * math.sin(TAU * plant.phase)
    x, y = (0.02 + lean) * h, 0.84 * h
    parts = flower(plant)[:3]
    for shade, points in (
        (0.7, [(-0.12, 0.02), (-0.08, -0.1), (0, -0.13), (0.08, -0.1), (0.12, 0.02), (0.07, 0.11), (-0.07, 0.11)]),
        (0.92, [(-0.13, 0.05), (-0.09, -0.08), (0, -0.12), (0.02, 0.02), (-0.05, 0.07)]),
        (1.0, [(0.13, 0.05), (0.09, -0.08), (0, -0.12), (-0.02, 0.0), (0.05, 0.06)]),
        (0.85, [(-0.06, 0.1), (0, 0.02), (0.06, 0.1), (0, 0.13)]),
    ):
        parts.append(Part((placed(curve(points), (x, y), h),), plant.accent * shade, 0.05 * h, contact=0.01 * h))
    return parts


def tulip(plant: Grown) -> list[Part]:
    """A tulip: a cup of petals."""
    h = plant.height
    x, y = (0.02 + 0.03 * math.sin(TAU * plant.phase)) * h, 0.74 * h
    parts = flower(plant)[:3]
    for shade, points in (
        (
            0.8,
            [
                (-0.1, 0.0),
                (-0.11, 0.12),
                (-0.06, 0.24),
                (0.0, 0.12),
                (0.06, 0.24),
                (0.11, 0.12),
                (0.1, 0.0),
                (0, -0.05),
            ],
        ),
        (1.05, [(-0.07, -0.02), (-0.06, 0.12), (0, 0.22), (0.06, 0.12), (0.07, -0.02), (0, -0.05)]),
    ):
        parts.append(Part((placed(curve(points), (x, y), h),), plant.accent * shade, 0.05 * h, contact=0.008 * h))
    return parts


def meadow(plant: Grown) -> list[Part]:
    """A stand of grass or corn, with heads in the accent colour."""
    random, h = plant.random, plant.height
    parts = []
    for depth in range(3):
        blades: list[F32] = []
        heads: list[F32] = []
        for x in np.linspace(-1.1, 1.1, 16) + random.uniform(-0.05, 0.05, 16):
            tall = h * random.uniform(0.75, 1.0)
            lean = (0.10 + 0.05 * math.sin(TAU * (plant.phase + x * 0.25 + 0.1 * depth))) * tall
            tip = (x * h + lean, tall)
            blades += tube([(x * h, 0), (x * h + lean * 0.3, tall * 0.55), tip], [0.012 * h, 0.01 * h, 0.006 * h], 3)
            heads.append(ellipse(tip[0], tip[1], 0.025 * h, 0.08 * h, -0.25, steps=10))
        shade = 0.75 + 0.15 * depth
        parts += [Part(tuple(blades), plant.leaf * shade, 0.01 * h), Part(tuple(heads), plant.accent * shade, 0.02 * h)]
    return parts


def cactus(plant: Grown) -> list[Part]:
    """A cactus with two arms."""
    h = plant.height
    shape = [*tube([(0, 0), (0, 0.5 * h), (0, 0.92 * h)], [0.085 * h, 0.09 * h, 0.08 * h])]
    shape += tube([(0, 0.42 * h), (-0.2 * h, 0.44 * h), (-0.24 * h, 0.56 * h), (-0.24 * h, 0.72 * h)], [0.055 * h] * 4)
    shape += tube([(0, 0.34 * h), (0.2 * h, 0.36 * h), (0.25 * h, 0.48 * h), (0.25 * h, 0.6 * h)], [0.05 * h] * 4)
    ribs = tuple(line for x in (-0.04, 0.0, 0.04) for line in tube([(x * h, 0), (x * h, 0.95 * h)], [0.005 * h] * 2))
    bloom = Part(
        (ellipse(0, 0.995 * h, 0.05 * h, 0.03 * h), ellipse(-0.24 * h, 0.78 * h, 0.035 * h, 0.022 * h)),
        plant.accent,
        0.02 * h,
    )
    return [Part(tuple(shape), plant.leaf, 0.07 * h), Part(ribs, plant.leaf * 0.72, clip=True), bloom]


def mushroom(plant: Grown) -> list[Part]:
    """A toadstool."""
    random, h = plant.random, plant.height
    stem = curve(
        [
            (-0.12 * h, 0),
            (-0.10 * h, 0.4 * h),
            (-0.08 * h, 0.6 * h),
            (0.08 * h, 0.6 * h),
            (0.10 * h, 0.4 * h),
            (0.13 * h, 0),
        ]
    )
    cap = curve(
        [
            (-0.46 * h, 0.5 * h),
            (-0.42 * h, 0.74 * h),
            (-0.18 * h, 0.96 * h),
            (0.18 * h, 0.96 * h),
            (0.42 * h, 0.74 * h),
            (0.46 * h, 0.5 * h),
            (0.2 * h, 0.54 * h),
            (-0.2 * h, 0.54 * h),
        ]
    )
    dots = tuple(
        ellipse(random.uniform(-0.34, 0.34) * h, random.uniform(0.58, 0.9) * h, 0.05 * h, 0.04 * h) for _ in range(9)
    )
    return [
        Part((stem,), rgb("#efe6d4"), 0.08 * h),
        Part((cap,), plant.accent, 0.2 * h, contact=0.03 * h),
        Part(dots, rgb("#f6efe2"), clip=True),
    ]


def sprout(plant: Grown) -> list[Part]:
    """Two leaves out of the soil."""
    h = plant.height
    swing = 0.04 * math.sin(TAU * plant.phase) * h
    top = (swing, 0.55 * h)
    parts = [
        Part(tube([(0, 0), (0.01 * h, 0.3 * h), top], [0.035 * h, 0.03 * h, 0.025 * h]), plant.leaf * 1.05, 0.02 * h)
    ]
    blade = np.asarray([(0, 0), (0.14, 0.14), (0.36, 0.2), (0.52, 0.1), (0.34, -0.02), (0.12, -0.04)], np.float32)
    for side, shade in ((-1, 0.85), (1, 1.1)):
        leaf = placed(curve(blade * [side, 1]), top, h, 0.35 * side)
        vein = tuple(
            placed(line * np.array([side, 1], np.float32), top, h, 0.35 * side)
            for line in tube([(0.02, 0), (0.26, 0.09), (0.5, 0.1)], [0.008, 0.006, 0.003])
        )
        parts += [Part((leaf,), plant.leaf * shade, 0.06 * h), Part(vein, plant.leaf * shade * 1.25, clip=True)]
    mound = curve(
        [(-0.4 * h, 0), (-0.2 * h, 0.06 * h), (0, 0.09 * h), (0.2 * h, 0.06 * h), (0.4 * h, 0), (0, -0.03 * h)]
    )
    return [*parts, Part((mound,), rgb("#5a4030"), 0.05 * h)]
