"""Undergrowth: grass, ferns, jungle leaves, weeds of the sea, grown from a seed like trees."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, Colour, mix
from astragen.builtin.painter.easel import (
    FRACTION,
    SHIFT,
    Easel,
    Real,
    Shades,
    leaf_outline,
    lit_tones,
)
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import smoothstep


def grass(
    width: int,
    height: int,
    *,
    seed: int,
    light: Light,
    shades: Shades,
    density: float = 1.0,
    lean: float = 0.25,
    flowers: Sequence[Colour] = (),
) -> F32:
    """A strip of blades *width* px wide, rooted along its lower edge, up to *height* px tall."""
    random = np.random.default_rng(seed)
    easel = Easel(width, height, lit_tones(shades, light))
    blade = max(1.2, height * 0.022)
    count = int(width / blade * 3.2 * density)
    patches = smoothstep(0.75 - density, 1.05 - 0.6 * density, random.random(40))  # thin grass grows in patches
    clump = np.interp(np.linspace(0, 1, 512), np.linspace(0, 1, 40), (0.5 + 0.5 * random.random(40)) * patches)
    root_x = random.random(count) * width
    root_x = root_x[clump[(root_x / width * 511).astype(np.int64)] > 0.12]
    count = root_x.size
    rise = height * (0.14 + 0.38 * random.random(count) ** 1.5) * clump[(root_x / width * 511).astype(np.int64)]
    bend = rise * lean * (random.standard_normal(count) + 0.5 * light.side)
    tone = 0.22 + 0.46 * random.random(count)
    root_y = height + blade - random.random(count) ** 1.3 * height * 0.5
    order = np.argsort(root_y)
    foot = np.column_stack([root_x, root_y])[order]
    bend, rise, tone = bend[order], rise[order], tone[order]
    mid, tip = foot + np.column_stack([bend * 0.28, -rise * 0.55]), foot + np.column_stack([bend, -rise])
    half = np.column_stack([blade * (0.45 + 0.3 * tone), np.zeros(count)])
    lower = np.stack([foot - half, mid - half * 0.7, mid + half * 0.7, foot + half], 1)
    upper = np.stack([mid - half * 0.7, tip, tip, mid + half * 0.7], 1)
    # Each blade is a dark lower and a bright upper part, laid together so that nearer blades cover both.
    easel.dabs(np.stack([lower, upper], 1).reshape(-1, 4, 2), np.column_stack([tone - 0.18, tone + 0.12]).ravel())
    if flowers:
        _flowers(easel, width, height, flowers, light, random)
    return easel.picture()


def _flowers(
    easel: Easel, width: int, height: int, colours: Sequence[Colour], light: Light, random: np.random.Generator
) -> None:
    size = max(1.6, 0.035 * height)
    palette = [lit_tones((mix(colour, "#000000", 0.4), colour, colour), light) for colour in colours]
    for _ in range(int(width / size * 0.09)):
        centre = np.array([random.random() * width, height * (0.25 + 0.6 * random.random())])
        tones = palette[int(random.integers(len(palette)))]
        for petal in range(5):
            angle = petal * 2 * math.pi / 5 + random.random()
            at = centre + size * 0.55 * np.array([math.cos(angle), 0.7 * math.sin(angle)])
            outline = at + leaf_outline() * size * 0.5
            colour = (*(tones[8 - petal % 3] * 255).tolist(), 255.0)
            cv2.fillConvexPoly(easel.pixels, np.round(outline * FRACTION).astype(np.int32), colour, cv2.LINE_AA, SHIFT)


def fern(height: int, *, seed: int, light: Light, shades: Shades, fronds: int = 9) -> F32:
    """A tuft of arching, feathered fronds."""
    random = np.random.default_rng(seed)
    width = int(height * 2.2)
    easel = Easel(width, height, lit_tones(shades, light))
    root = np.array([width / 2, height - 1.0])
    for angle in sorted(
        np.linspace(0.25, np.pi - 0.25, fronds) + 0.12 * random.standard_normal(fronds), key=lambda a: -abs(math.cos(a))
    ):
        _feather(easel, root, float(angle), height * (0.85 + 0.3 * random.random()), light.side, random)
    return easel.picture()


def _feather(easel: Easel, root: Real, angle: float, length: float, side: int, random: np.random.Generator) -> None:
    along = np.linspace(0, 1, 22)
    x = root[0] + math.cos(angle) * length * along
    y = root[1] - math.sin(angle) * length * along + (0.25 + 0.45 * abs(math.cos(angle))) * length * along**2.2
    heading = np.arctan2(np.gradient(y), np.gradient(x))
    tone = 0.42 + 0.25 * math.cos(angle) * side + 0.08 * random.standard_normal()
    for index in range(2, 22):
        leaf = length * 0.20 * (1 - along[index]) ** 0.7 * min(1.0, 4 * along[index]) + 1
        for way, shade in ((1, -0.10), (-1, 0.12)):
            turn = heading[index] + way * 1.15
            base = np.array([x[index], y[index]])
            tip = base + leaf * np.array([math.cos(turn), math.sin(turn)]) + [0, 0.12 * leaf]
            across = max(0.7, 0.13 * leaf) * np.array([-math.sin(turn), math.cos(turn)])
            mid = base + (tip - base) * 0.45
            easel.dab(np.array([base, mid - across, tip, mid + across]), tone + shade)


def kelp(height: int, *, seed: int, light: Light, shades: Shades) -> F32:
    """Long weeds of the sea: swaying stems with narrow blades on both sides."""
    random = np.random.default_rng(seed)
    width = round(0.42 * height)
    easel = Easel(width, height, lit_tones(shades, light))
    for _ in range(7):
        foot, tall = width * (0.2 + 0.6 * random.random()), height * (0.45 + 0.53 * random.random())
        along = np.linspace(0, 1, 26)
        phase, bend = 2 * np.pi * random.random(), 0.05 * width * (0.5 + random.random())
        x = foot + bend * (0.3 + along) * np.sin(5 * along + phase) + 0.12 * width * along * random.standard_normal()
        y = height - tall * along
        for index in range(1, 26):
            blade = 0.085 * height * (1.1 - 0.7 * along[index])
            for way in (-1, 1):
                root = np.array([x[index], y[index]])
                lift = 0.75 + 0.4 * random.random()
                tip = root + blade * np.array([way * (0.8 + 0.3 * random.random()), -lift])
                across = np.array([0.10 * blade, 0.08 * blade * way])
                middle = root + (tip - root) * 0.5
                tone = 0.35 + 0.25 * way * light.side + 0.15 * random.random()
                easel.dab(np.array([root, middle - across, tip, middle + across]), tone)
        half = np.column_stack([np.full(26, max(0.8, 0.006 * height)), np.zeros(26)])
        line = np.column_stack([x, y])
        easel.shape(np.concatenate([line - half, (line + half)[::-1]]), 0.5)
    return easel.picture()


def broad_leaves(height: int, *, seed: int, light: Light, shades: Shades, count: int = 7) -> F32:
    """A jungle plant: large arching leaves on stalks, with ribs."""
    random = np.random.default_rng(seed)
    width = int(height * 1.9)
    easel = Easel(width, height, lit_tones(shades, light))
    root = np.array([width / 2, height - 1.0])
    for angle in sorted(
        np.linspace(0.2, np.pi - 0.2, count) + 0.15 * random.standard_normal(count), key=lambda a: -abs(math.cos(a))
    ):
        length = height * (0.75 + 0.35 * random.random())
        along = np.linspace(0, 1, 15)
        x = root[0] + math.cos(angle) * length * along
        y = root[1] - math.sin(angle) * length * along + (0.15 + 0.40 * abs(math.cos(angle))) * length * along**2
        heading = np.arctan2(np.gradient(y), np.gradient(x))
        half = length * 0.17 * np.sin(np.pi * np.clip((along - 0.22) / 0.78, 0, 1)) ** 0.75
        normal = np.column_stack([-np.sin(heading), np.cos(heading)])
        line = np.column_stack([x, y])
        tone = 0.42 + 0.22 * math.cos(angle) * light.side + 0.09 * random.standard_normal()
        easel.shape(np.concatenate([line, (line + normal * half[:, None])[::-1]]), tone - 0.16)
        easel.shape(np.concatenate([line, (line - normal * half[:, None])[::-1]]), tone + 0.14)
        rib = max(0.8, 0.006 * length)
        easel.shape(np.concatenate([line - normal * rib, (line + normal * rib)[::-1]]), tone + 0.34)
    return easel.picture()
