"""Plants: trees, bushes, flowers, grass; grown from a seed, swaying."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point, curve, ellipse, placed, tube
from astragen.builtin.painter.noise import stable_seed

TAU = 2 * math.pi
_SEASONS: Mapping[str, str] = {"spring": "#7fae55", "summer": "#4f7f3f", "autumn": "#c97a34", "winter": "#8f9aa0"}


class Grown(NamedTuple):
    """What a plant is grown from: random numbers of its own, height in m, leaf and accent colours, phase."""

    random: np.random.Generator
    height: float
    leaf: F32
    accent: F32
    phase: float


def _tuft(random: np.random.Generator, x: float, y: float, r: float, squash: float = 0.9) -> F32:
    """A leafy clump: a ring with irregular bumps."""
    turn = np.linspace(0, TAU, 15, endpoint=False)
    radius = r * (1 + 0.13 * random.standard_normal(15)).clip(0.75, 1.3)
    return curve(np.column_stack([x + np.cos(turn) * radius, y + np.sin(turn) * radius * squash]), 4)


def _swayed(outlines: Sequence[F32], amount: float, phase: float, base: float = 0.0) -> tuple[F32, ...]:
    """*outlines* leaning with their height."""
    swing = amount * math.sin(TAU * phase)
    found = []
    for outline in outlines:
        moved = outline.copy()
        moved[:, 0] += swing * np.maximum(moved[:, 1] - base, 0)
        found.append(moved)
    return tuple(found)


def _broadleaf(plant: Grown) -> list[Part]:
    """An old round-crowned tree."""
    random, h = plant.random, plant.height
    bark = rgb("#6b5040")
    trunk = tube([(-0.01 * h, 0), (0.0, 0.16 * h), (0.015 * h, 0.34 * h), (0.0, 0.6 * h)], [0.055 * h, 0.034 * h, 0.028 * h, 0.012 * h])
    root = curve([(-0.11 * h, 0), (-0.04 * h, 0.05 * h), (0.04 * h, 0.05 * h), (0.11 * h, 0), (0, -0.01 * h)])
    limbs = [line for side, y in ((-1, 0.3), (1, 0.36), (-1, 0.44), (1, 0.48)) for line in tube(
        [(0, y * h), (side * 0.1 * h, (y + 0.12) * h), (side * 0.2 * h, (y + 0.2) * h)], [0.02 * h, 0.014 * h, 0.006 * h])]  # fmt: skip
    parts = [Part((*trunk, root, *limbs), bark, 0.03 * h)]
    for depth, (shade, count, spread) in enumerate(((0.68, 9, 1.0), (0.98, 9, 0.86), (1.22, 7, 0.62))):
        clumps = []
        for i in range(count):
            turn = TAU * (i + random.random() * 0.6) / count
            r = spread * (0.25 + 0.08 * random.random()) * h
            clumps.append(_tuft(random, math.cos(turn) * r * 0.92 - 0.02 * depth * h, 0.68 * h + math.sin(turn) * r * 0.62 + 0.03 * depth * h, (0.15 - 0.02 * depth) * h))
        clumps.append(_tuft(random, 0, 0.68 * h, 0.22 * spread * h))
        colour = mix(plant.leaf * shade, plant.accent, 0.10 * depth)
        parts.append(Part(_swayed(clumps, 0.012 + 0.006 * depth, plant.phase + 0.06 * depth, 0.3 * h), colour, 0.09 * h, contact=0.015 * h))
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
        found.append(Part(_swayed(dots, 0.012 + 0.006 * depth, plant.phase + 0.06 * depth, 0.3 * h), colour * shade, clip=True))
    return found


def _pine(plant: Grown) -> list[Part]:
    """A conifer of drooping tiers."""
    random, h = plant.random, plant.height
    parts = [Part(tube([(0, 0), (0, 0.9 * h)], [0.028 * h, 0.006 * h]), rgb("#5a4436"), 0.02 * h)]
    tiers = 9
    for i in range(tiers):
        low = 0.10 + 0.86 * (i / tiers) ** 0.92
        wide = (0.30 * (1 - i / tiers) ** 0.85 + 0.035) * (0.92 + 0.16 * random.random())
        top = low + 0.26 * (1 - 0.55 * i / tiers)
        left = _fringe(random, -wide, low, min(top, 1.0), 6)
        right = [(-x, y) for x, y in reversed(_fringe(random, -wide * (0.92 + 0.16 * random.random()), low, min(top, 1.0), 6))]
        outline = np.asarray([*left, (0.0, min(top, 1.0)), *right], np.float32) * h
        shade = 0.74 + 0.34 * (i / tiers)
        shape = _swayed((curve(outline, 4),), 0.008, plant.phase + 0.02 * i)
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
    return [part if i == 0 else part._replace(colour=mix(part.colour, plant.accent, 0.72)) for i, part in enumerate(parts)]


def _palm(plant: Grown) -> list[Part]:
    random, h = plant.random, plant.height
    top = (0.10 * h, 0.84 * h)
    trunk = [(-0.04 * h, 0), (-0.02 * h, 0.3 * h), (0.03 * h, 0.6 * h), top]
    parts = [Part(tube(trunk, [0.032 * h, 0.022 * h, 0.018 * h, 0.016 * h]), rgb("#8a6a48"), 0.02 * h)]
    rings = tuple(line for i in range(12) for line in tube([(-0.06 * h, 0.07 * h * i), (0.16 * h, 0.07 * h * i + 0.01 * h)], [0.004 * h] * 2))
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
    parts.append(Part((ellipse(top[0], top[1] - 0.015 * h, 0.018 * h, 0.018 * h), ellipse(top[0] + 0.02 * h, top[1] - 0.02 * h, 0.016 * h, 0.016 * h)), rgb("#6b4426"), 0.015 * h))
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
    return np.concatenate([at + across * half * 0.5, (at - across * half - along * half * 0.5)[::-1]]).astype(np.float32)


def _birch(plant: Grown) -> list[Part]:
    random, h = plant.random, plant.height
    parts = [Part(tube([(0, 0), (0.01 * h, 0.5 * h), (0, 0.95 * h)], [0.022 * h, 0.017 * h, 0.006 * h]), rgb("#ece8e0"), 0.02 * h)]
    bark = tuple(ellipse(random.uniform(-0.015, 0.015) * h, y * h, 0.012 * h, 0.004 * h, steps=8) for y in np.linspace(0.05, 0.8, 16))
    parts.append(Part(bark, rgb("#3a3634"), clip=True))
    for depth, shade in enumerate((0.7, 0.9, 1.1)):
        clumps = [
            _tuft(random, random.uniform(-0.16, 0.16) * h * (1.2 - 0.6 * abs(y - 0.62)), y * h, 0.085 * h, 1.2)
            for y in np.linspace(0.38, 0.94, 8)
        ]
        parts.append(Part(_swayed(clumps, 0.016 + 0.006 * depth, plant.phase + 0.05 * depth, 0.2 * h), plant.leaf * shade, 0.05 * h, contact=0.01 * h))
        parts += _leaves(plant._replace(height=h * 0.8), depth, plant.leaf * shade)
    return parts


def _bare(plant: Grown) -> list[Part]:
    """A leafless tree."""
    random, h = plant.random, plant.height
    lines: list[F32] = []

    def branch(x: float, y: float, angle: float, long: float, thick: float, depth: int) -> None:
        end = (x + math.sin(angle) * long, y + math.cos(angle) * long)
        lines.extend(tube([(x, y), ((x + end[0]) / 2 + random.uniform(-0.05, 0.05) * long, (y + end[1]) / 2), end], [thick, thick * 0.8, thick * 0.6], 3))
        if depth:
            for side in (-1, 1, random.choice([-0.4, 0.4])):
                branch(*end, angle + side * random.uniform(0.3, 0.62), long * random.uniform(0.62, 0.78), thick * 0.58, depth - 1)

    branch(0, 0, 0.03, 0.30 * h, 0.035 * h, 4)
    return [Part(_swayed(lines, 0.006, plant.phase, 0.2 * h), rgb("#5a463a"), 0.015 * h)]


def _bush(plant: Grown) -> list[Part]:
    random, h = plant.random, plant.height
    parts = []
    for depth, shade in enumerate((0.68, 0.9, 1.1)):
        clumps = [_tuft(random, x * h * (1 - 0.15 * depth), (0.42 - 0.2 * abs(x) + 0.06 * depth) * h, 0.34 * h) for x in (-0.6, -0.2, 0.2, 0.6)]
        parts.append(Part(_swayed(clumps, 0.02, plant.phase + 0.1 * depth), plant.leaf * shade, 0.15 * h, contact=0.03 * h))
    return parts


def _flower(plant: Grown) -> list[Part]:
    """One large bloom on a stem with two leaves."""
    h = plant.height
    lean = 0.04 * math.sin(TAU * plant.phase)
    head = ((0.03 + lean) * h, 0.80 * h)
    stem = tube([(0, 0), (-0.02 * h, 0.35 * h), head], [0.014 * h, 0.012 * h, 0.010 * h])
    leaf = rgb("#4f7d3a")
    parts = [Part(stem, leaf, 0.01 * h)]
    for side, y in ((-1, 0.22), (1, 0.34)):
        blade = [(0, 0), (0.12, 0.10), (0.26, 0.08), (0.34, -0.02), (0.2, -0.06), (0.08, -0.03)]
        parts.append(Part((placed(curve(np.asarray(blade, np.float32) * [side, 1]), (-0.015 * h, y * h), h),), leaf * (1.1 if side > 0 else 0.9), 0.03 * h))
    for ring, (count, long, shade) in enumerate(((9, 0.17, 0.82), (8, 0.14, 1.05))):
        for i in range(count):
            turn = TAU * (i + 0.5 * ring) / count
            petal = placed(curve([(0.02, 0), (0.5, 0.24), (0.95, 0.16), (1.02, 0), (0.95, -0.16), (0.5, -0.24)]), head, long * h, turn)
            parts.append(Part((petal,), plant.accent * shade, 0.03 * h, contact=0.008 * h))
    parts.append(Part((ellipse(*head, 0.055 * h, 0.055 * h),), rgb("#d9a03a"), 0.04 * h, contact=0.01 * h))
    return parts


def _rose(plant: Grown) -> list[Part]:
    h = plant.height
    lean = 0.03 * math.sin(TAU * plant.phase)
    x, y = (0.02 + lean) * h, 0.84 * h
    parts = _flower(plant)[:3]
    for shade, points in (
        (0.7, [(-0.12, 0.02), (-0.08, -0.1), (0, -0.13), (0.08, -0.1), (0.12, 0.02), (0.07, 0.11), (-0.07, 0.11)]),
        (0.92, [(-0.13, 0.05), (-0.09, -0.08), (0, -0.12), (0.02, 0.02), (-0.05, 0.07)]),
        (1.0, [(0.13, 0.05), (0.09, -0.08), (0, -0.12), (-0.02, 0.0), (0.05, 0.06)]),
        (0.85, [(-0.06, 0.1), (0, 0.02), (0.06, 0.1), (0, 0.13)]),
    ):
        parts.append(Part((placed(curve(points), (x, y), h),), plant.accent * shade, 0.05 * h, contact=0.01 * h))
    return parts


def _tulip(plant: Grown) -> list[Part]:
    h = plant.height
    x, y = (0.02 + 0.03 * math.sin(TAU * plant.phase)) * h, 0.74 * h
    parts = _flower(plant)[:3]
    for shade, points in (
        (0.8, [(-0.1, 0.0), (-0.11, 0.12), (-0.06, 0.24), (0.0, 0.12), (0.06, 0.24), (0.11, 0.12), (0.1, 0.0), (0, -0.05)]),
        (1.05, [(-0.07, -0.02), (-0.06, 0.12), (0, 0.22), (0.06, 0.12), (0.07, -0.02), (0, -0.05)]),
    ):
        parts.append(Part((placed(curve(points), (x, y), h),), plant.accent * shade, 0.05 * h, contact=0.008 * h))
    return parts


def _meadow(plant: Grown) -> list[Part]:
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


def _cactus(plant: Grown) -> list[Part]:
    h = plant.height
    shape = [*tube([(0, 0), (0, 0.5 * h), (0, 0.92 * h)], [0.085 * h, 0.09 * h, 0.08 * h])]
    shape += tube([(0, 0.42 * h), (-0.2 * h, 0.44 * h), (-0.24 * h, 0.56 * h), (-0.24 * h, 0.72 * h)], [0.055 * h] * 4)
    shape += tube([(0, 0.34 * h), (0.2 * h, 0.36 * h), (0.25 * h, 0.48 * h), (0.25 * h, 0.6 * h)], [0.05 * h] * 4)
    ribs = tuple(line for x in (-0.04, 0.0, 0.04) for line in tube([(x * h, 0), (x * h, 0.95 * h)], [0.005 * h] * 2))
    bloom = Part((ellipse(0, 0.995 * h, 0.05 * h, 0.03 * h), ellipse(-0.24 * h, 0.78 * h, 0.035 * h, 0.022 * h)), plant.accent, 0.02 * h)
    return [Part(tuple(shape), plant.leaf, 0.07 * h), Part(ribs, plant.leaf * 0.72, clip=True), bloom]


def _mushroom(plant: Grown) -> list[Part]:
    random, h = plant.random, plant.height
    stem = curve([(-0.12 * h, 0), (-0.10 * h, 0.4 * h), (-0.08 * h, 0.6 * h), (0.08 * h, 0.6 * h), (0.10 * h, 0.4 * h), (0.13 * h, 0)])
    cap = curve([(-0.46 * h, 0.5 * h), (-0.42 * h, 0.74 * h), (-0.18 * h, 0.96 * h), (0.18 * h, 0.96 * h), (0.42 * h, 0.74 * h), (0.46 * h, 0.5 * h), (0.2 * h, 0.54 * h), (-0.2 * h, 0.54 * h)])
    dots = tuple(ellipse(random.uniform(-0.34, 0.34) * h, random.uniform(0.58, 0.9) * h, 0.05 * h, 0.04 * h) for _ in range(9))
    return [Part((stem,), rgb("#efe6d4"), 0.08 * h), Part((cap,), plant.accent, 0.2 * h, contact=0.03 * h), Part(dots, rgb("#f6efe2"), clip=True)]


def _sprout(plant: Grown) -> list[Part]:
    h = plant.height
    swing = 0.04 * math.sin(TAU * plant.phase) * h
    top = (swing, 0.55 * h)
    parts = [Part(tube([(0, 0), (0.01 * h, 0.3 * h), top], [0.035 * h, 0.03 * h, 0.025 * h]), plant.leaf * 1.05, 0.02 * h)]
    blade = np.asarray([(0, 0), (0.14, 0.14), (0.36, 0.2), (0.52, 0.1), (0.34, -0.02), (0.12, -0.04)], np.float32)
    for side, shade in ((-1, 0.85), (1, 1.1)):
        leaf = placed(curve(blade * [side, 1]), top, h, 0.35 * side)
        vein = tuple(placed(line * np.array([side, 1], np.float32), top, h, 0.35 * side) for line in tube([(0.02, 0), (0.26, 0.09), (0.5, 0.1)], [0.008, 0.006, 0.003]))
        parts += [Part((leaf,), plant.leaf * shade, 0.06 * h), Part(vein, plant.leaf * shade * 1.25, clip=True)]
    mound = curve([(-0.4 * h, 0), (-0.2 * h, 0.06 * h), (0, 0.09 * h), (0.2 * h, 0.06 * h), (0.4 * h, 0), (0, -0.03 * h)])
    return [*parts, Part((mound,), rgb("#5a4030"), 0.05 * h)]


class _Species(NamedTuple):
    grow: Callable[[Grown], list[Part]]
    height: float
    width: float
    leaf: str
    accent: str
    is_deciduous: bool = False


_SPECIES: Mapping[str, _Species] = {
    "tree": _Species(_broadleaf, 9.0, 8.0, "#4f7f3f", "#a8b85a", True),
    "blossom_tree": _Species(_broadleaf, 6.0, 5.4, "#e6a8bc", "#f8dce4"),
    "pine": _Species(_pine, 11.0, 7.0, "#2f5a45", "#3f6a4a"),
    "palm": _Species(_palm, 8.0, 6.0, "#4f8a45", "#8a6a3a"),
    "birch": _Species(_birch, 9.0, 4.0, "#7f9f4a", "#c8c060", True),
    "bare_tree": _Species(_bare, 8.0, 6.0, "#5a463a", "#5a463a"),
    "bush": _Species(_bush, 1.4, 2.4, "#4f7a45", "#8aa85a", True),
    "flower": _Species(_flower, 0.9, 0.5, "#4f7d3a", "#d9585a"),
    "sunflower": _Species(_flower, 1.8, 0.9, "#4f7d3a", "#e6b02f"),
    "daisy": _Species(_flower, 0.6, 0.4, "#4f7d3a", "#f2f0ea"),
    "rose": _Species(_rose, 0.8, 0.4, "#4f7d3a", "#c0303f"),
    "tulip": _Species(_tulip, 0.6, 0.35, "#5a8a45", "#d9503f"),
    "grass": _Species(_meadow, 0.6, 1.5, "#6a9a4a", "#9ab060"),
    "wheat": _Species(_meadow, 1.1, 2.6, "#b59a4a", "#dcb85a"),
    "cactus": _Species(_cactus, 3.0, 1.7, "#4f8058", "#d9708a"),
    "mushroom": _Species(_mushroom, 0.22, 0.22, "#efe6d4", "#b8392f"),
    "sprout": _Species(_sprout, 0.3, 0.3, "#6aa84a", "#8ac060"),
}


def plant_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """A plant; said: species, and optionally body (colour of leaf or bloom), scale and season."""
    name = str(said["species"])
    season = str(said.get("season", "summer"))
    if name == "tree" and season == "winter":
        name = "bare_tree"
    species = _SPECIES[name]
    height = species.height * float(said.get("scale", 1.0))
    leaf, accent = rgb(species.leaf), rgb(species.accent)
    if species.is_deciduous and season in ("autumn", "spring"):
        leaf = mix(leaf, _SEASONS[season], 0.75)
        accent = mix(accent, _SEASONS[season], 0.4)
    if name == "pine" and season == "winter":
        accent = rgb("#f2f6fa")
    if "body" in said:
        blooms = species.grow in (_flower, _rose, _tulip, _mushroom)
        leaf, accent = (leaf, rgb(said["body"])) if blooms else (rgb(said["body"]), accent)
    seed = stable_seed("plant", who)

    def draw(phase: float, reach: float) -> list[Part]:
        return species.grow(Grown(np.random.default_rng(seed), height, leaf, accent, phase))

    return Figure(draw=draw, height=height, length=species.width * height / species.height, period=5.0,
                  focus=(0.0, 0.66 * height), poses=8, is_smooth=True)  # fmt: skip
