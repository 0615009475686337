"""What plants have in common: what they are grown from, leafy clumps, swaying."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.figures.shape import curve

TAU = 2 * math.pi


class Grown(NamedTuple):
    """What a plant is grown from: random numbers of its own, height in m, leaf and accent colours, phase."""

    random: np.random.Generator
    height: float
    leaf: F32
    accent: F32
    phase: float


def tuft(random: np.random.Generator, x: float, y: float, r: float, squash: float = 0.9) -> F32:
    """A leafy clump: a ring with irregular bumps."""
    turn = np.linspace(0, TAU, 15, endpoint=False)
    radius = r * (1 + 0.13 * random.standard_normal(15)).clip(0.75, 1.3)
    return curve(np.column_stack([x + np.cos(turn) * radius, y + np.sin(turn) * radius * squash]), 4)


def swayed(outlines: Sequence[F32], amount: float, phase: float, base: float = 0.0) -> tuple[F32, ...]:
    """*outlines* leaning with their height."""
    swing = amount * math.sin(TAU * phase)
    found = []
    for outline in outlines:
        moved = outline.copy()
        moved[:, 0] += swing * np.maximum(moved[:, 1] - base, 0)
        found.append(moved)
    return tuple(found)
