"""Facades: the walls of a modern city, by day and by night.

A facade is a flat picture (no perspective): matter and the light of its windows kept
apart, so that fog can cover the one more than the other.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import value_noise

_STONE = ("#8a8078", "#a09284", "#6f7682", "#b0a696", "#7b6a60", "#93a0a8", "#9c6b55")
_GLASS = ("#5d7f98", "#6d94a6", "#4f6a80", "#7fa0ac")
_WINDOWS = ("#ffd28a", "#ffb765", "#ffe6b8", "#9fd4ff", "#ffc48a")


class Facade(NamedTuple):
    """matter, glow: (h, w, 3) float sRGB; glow is emitted light."""

    matter: F32
    glow: F32


def facade(
    width: int, height: int, floors: int, bays: int, sun: Light, random: np.random.Generator, *, facing: float
) -> Facade:
    """Paint a wall of *floors* x *bays* windows; *facing* in [0, 1] is how much sun it gets."""
    width, height = max(4, width), max(4, height)
    is_glass = random.random() < 0.35
    base = rgb(str(random.choice(_GLASS if is_glass else _STONE)))
    lit = sun.ambient * 1.25 + sun.key * (0.16 + 0.72 * facing * sun.strength)
    v = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    tone = base * lit * (1.05 - 0.22 * v)
    grime = value_noise(height, width, 5, seed=int(random.integers(1 << 30)), octaves=4, squash=0.4)[..., None]
    matter = np.broadcast_to(tone, (height, width, 3)) * (0.86 + 0.28 * grime)
    panes, cell = _panes(width, height, floors, bays, is_glass, random)
    sky = mix(sun.middle, sun.horizon, np.clip(1 - v[..., 0] * 1.3, 0, 1))
    mirror = sky * (0.55 + 0.35 * facing) if not sun.is_night else sun.ambient * 0.55
    streak = value_noise(height, width, 3, seed=int(random.integers(1 << 30)), octaves=3, squash=2.5)[..., None]
    glass = mirror * (0.45 + 0.7 * streak) * (1.0 if is_glass else 0.62)
    matter = matter * (1 - panes) + glass * panes
    chance = 0.04 + 0.38 * sun.dark
    glow = _lit_windows(panes, cell, floors, bays, chance, random)
    return Facade(np.clip(matter, 0, 1).astype(np.float32), glow)


def _panes(
    width: int, height: int, floors: int, bays: int, is_glass: bool, random: np.random.Generator
) -> tuple[F32, tuple[F32, F32]]:
    """Coverage of the windows (h, w, 1); each row's floor and each column's bay, with fractions."""
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * bays
    y = (np.arange(height, dtype=np.float32) + 0.5) / height * floors
    share_x, share_y = (0.92, 0.86) if is_glass else (random.uniform(0.42, 0.66), random.uniform(0.5, 0.68))
    soft_x, soft_y = max(1e-3, bays / width), max(1e-3, floors / height)
    across = np.clip((share_x / 2 - np.abs(x % 1 - 0.5)) / soft_x + 0.5, 0, 1)
    down = np.clip((share_y / 2 - np.abs(y % 1 - 0.5)) / soft_y + 0.5, 0, 1)
    panes = (down[:, None] * across[None])[..., None].astype(np.float32)
    return panes, (y.astype(np.float32), x.astype(np.float32))


def _lit_windows(
    panes: F32, cell: tuple[F32, F32], floors: int, bays: int, chance: float, random: np.random.Generator
) -> F32:
    """Light of the windows somebody is behind: whole rows now and then, curtains half drawn."""
    row_mood = random.uniform(0.4, 1.6, (floors + 1, 1))
    is_lit = random.random((floors + 1, bays + 1)) < chance * row_mood
    strength = (is_lit * random.uniform(0.35, 1.0, is_lit.shape)).astype(np.float32)
    colours = np.stack([rgb(colour) for colour in _WINDOWS])[random.integers(0, len(_WINDOWS), is_lit.shape)]
    floor, bay = cell
    rows, columns = np.floor(floor).astype(int), np.floor(bay).astype(int)
    light = (colours * strength[..., None])[rows][:, columns]
    blinds = np.where(random.random(is_lit.shape) < 0.45, random.uniform(0.2, 0.7, is_lit.shape), 0)[rows][:, columns]
    behind = np.where((floor % 1)[:, None] < blinds, 0.45, 1.0) * (1.1 - 0.5 * (floor % 1)[:, None])
    inside = value_noise(panes.shape[0], panes.shape[1], 9, seed=int(random.integers(1 << 30)), octaves=3, squash=1.5)
    return np.asarray(light * panes * (behind * (0.45 + 0.9 * inside))[..., None], np.float32)


def in_perspective(part: F32, quad: np.ndarray, size: tuple[int, int]) -> F32:
    """Map a flat (h, w, c) picture onto *quad* (top left, top right, bottom right, bottom left) of a canvas."""
    height, width = part.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, quad.astype(np.float32))
    return np.asarray(cv2.warpPerspective(part, matrix, size, flags=cv2.INTER_AREA), np.float32)
