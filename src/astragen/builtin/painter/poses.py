"""Poses: flags, washing, swings and seesaws as polygons in metres.

A pose tells for every second (of any sign) which polygons are where; `movers.Posed`
projects and fills them, so they turn and swing in space. Their colours are lit once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, Colour, rgb
from astragen.builtin.painter.houses import Mark
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.noise import stable_seed


class Part(NamedTuple):
    """Polygons of one colour: (n, k, 3) plot points; is_light adds instead of covering."""

    colour: F32
    points: np.ndarray
    is_light: bool = False


Pose = Callable[[float], list[Part]]


def bar(start: F32, end: F32, thick: float, aside: F32) -> F32:
    """(4, 3): a strip from *start* to *end*, *thick* m wide along *aside*."""
    half = aside * (thick / 2)
    return np.stack([start - half, end - half, end + half, start + half]).astype(np.float32)


def frame_of(mark: Mark) -> tuple[F32, F32, F32]:
    """The mark's point, the thing's unit vector across, and the one away from its front."""
    across = np.array([mark.across[0], 0, mark.across[1]], np.float32)
    return np.asarray(mark.place, np.float32), across, np.array([-mark.across[1], 0, mark.across[0]], np.float32)


UP = np.array([0, 1, 0], np.float32)


class Paint(NamedTuple):
    """Lit colours for what moves: albedo -> colour, in sun or in shade."""

    lighting: Lighting

    def sun(self, colour: Colour) -> F32:
        """The colour where the light falls on it."""
        light = self.lighting
        return np.clip(rgb(colour) * (light.sky * 0.85 + light.key * 0.62 + 0.03), 0, 1).astype(np.float32)

    def shade(self, colour: Colour) -> F32:
        """The colour on the side away from the light."""
        light = self.lighting
        return np.clip(rgb(colour) * (light.sky * 0.80 + light.key * 0.16), 0, 1).astype(np.float32)

    def warm(self, colour: Colour, amount: float) -> F32:
        """Between shade and sun."""
        return np.asarray(self.shade(colour) * (1 - amount) + self.sun(colour) * amount, np.float32)


def flag(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A flag on a pole: waves run along it, each strip lit by its slope."""
    root, across, away = frame_of(mark)
    length, tall, colour = mark.rest
    steps = 11
    phase = stable_seed(seed, "flag") % 7
    tones = [paint.warm(colour, value) for value in np.linspace(0, 1, 6)]
    bands = [paint.warm("#f4ecd8", value) for value in np.linspace(0, 1, 6)]

    def pose(t: float) -> list[Part]:
        u = np.linspace(0, 1, steps)
        wave = 0.11 * length * u * np.sin(7.5 * u - 4.2 * t + phase) + 0.04 * length * u * np.sin(13 * u - 6.9 * t)
        drop = 0.05 * length * u * (1 + 0.6 * np.sin(1.7 * t + phase)) + 0.25 * wave
        spine = root + across * (length * u * 0.96)[:, None] + away * (wave * 0.8)[:, None] - UP * drop[:, None]
        slope = np.gradient(wave) * steps / length
        parts = []
        for i in range(steps - 1):
            tone = int(np.clip(3.0 + 4.5 * slope[i], 0, 5))
            for low, high, shades in ((0.0, 0.36, tones), (0.36, 0.64, bands), (0.64, 1.0, tones)):
                quad = np.stack(
                    [
                        spine[i] - UP * low * tall,
                        spine[i + 1] - UP * low * tall,
                        spine[i + 1] - UP * high * tall,
                        spine[i] - UP * high * tall,
                    ]
                )
                parts.append(Part(shades[tone], quad[None]))
        return parts

    return pose


_CLOTHES = (  # outline (u across, v down, in m), colour
    (((0.0, 0.0), (1.15, 0.0), (1.15, 1.15), (0.0, 1.15)), "#f4f0e6"),
    (
        (
            (0.0, 0.16),
            (0.16, 0.0),
            (0.30, 0.0),
            (0.38, 0.07),
            (0.46, 0.0),
            (0.60, 0.0),
            (0.76, 0.16),
            (0.66, 0.28),
            (0.58, 0.2),
            (0.58, 0.75),
            (0.18, 0.75),
            (0.18, 0.2),
            (0.1, 0.28),
        ),
        "#d8563e",
    ),
    (((0.0, 0.0), (0.46, 0.0), (0.50, 0.95), (0.31, 0.95), (0.23, 0.3), (0.16, 0.95), (-0.04, 0.95)), "#4a6f96"),
    (((0.0, 0.0), (0.62, 0.0), (0.62, 0.8), (0.0, 0.8)), "#e8b84a"),
    (
        ((0.0, 0.1), (0.2, 0.0), (0.34, 0.0), (0.54, 0.1), (0.44, 0.3), (0.62, 0.95), (-0.08, 0.95), (0.1, 0.3)),
        "#6fa08a",
    ),
)


def washing_line(mark: Mark, paint: Paint, seed: int) -> Pose:
    """Clothes on a sagging line, swinging together and each for itself."""
    root, across, away = frame_of(mark)
    (length,) = mark.rest
    gap = 0.12
    cord = paint.shade("#e8e2d4")

    def sag(x: np.ndarray) -> np.ndarray:
        return np.asarray(0.16 * (1 - (2 * x / length - 1) ** 2))

    def pose(t: float) -> list[Part]:
        u = np.linspace(0, length, 13)
        line = root + across * u[:, None] - UP * sag(u)[:, None]
        parts = [Part(cord, np.stack([bar(line[i], line[i + 1], 0.018, UP) for i in range(12)]))]
        x = 0.28
        for index, (outline, colour) in enumerate(_CLOTHES):
            shape = _dense(np.array(outline, np.float32))
            gust = 0.55 + 0.45 * math.sin(0.9 * t - 0.5 * x + 1)
            swing = 0.20 * gust * math.sin(1.7 * t - 0.8 * x + index) + 0.16 * gust
            ripple = 0.05 * np.sin(5 * shape[:, 1] - 3.4 * t + index * 2 + 3 * shape[:, 0])
            push = (swing * shape[:, 1] + ripple * shape[:, 1])[:, None]
            at = (
                root
                + across * (x + shape[:, :1])
                - UP * (sag(np.array([x + 0.3])) + shape[:, 1:] * math.cos(swing))
                + across * push * 0.75
                + away * push * 0.5
            )
            lift = 0.5 + 0.5 * math.sin(1.7 * t - 0.8 * x + index + 0.6) * gust
            parts.append(Part(paint.warm(colour, 0.45 + 0.5 * lift), at[None]))
            fold = _fold(outline, at, shape)
            if fold is not None:
                parts.append(Part(paint.warm(colour, 0.18 + 0.35 * lift), fold[None]))
            x += max(p[0] for p in outline) + gap
        return parts

    return pose


def _dense(outline: F32) -> F32:
    """The outline with two more points on every edge, so that it can bend."""
    nexts = np.roll(outline, -1, 0)
    return np.concatenate(
        [np.stack([a, a + (b - a) / 3, a + (b - a) * 2 / 3]) for a, b in zip(outline, nexts, strict=True)]
    ).astype(np.float32)


def _fold(outline: Sequence[tuple[float, float]], at: F32, shape: F32) -> F32 | None:
    """A shadowed strip down the cloth's leeward third."""
    if len(outline) != 4:
        return None
    wide = max(p[0] for p in outline)
    top, low = shape[:, 1].min(), shape[:, 1].max()
    corners = [(0.62 * wide, top), (0.80 * wide, top), (0.74 * wide, low), (0.66 * wide, low)]
    u = np.array([shape[int(np.argmin(np.hypot(shape[:, 0] - a, shape[:, 1] - b)))] for a, b in corners])
    near = [int(np.argmin(np.hypot(shape[:, 0] - a, shape[:, 1] - b))) for a, b in u]
    return np.asarray(at[near], np.float32) if len(set(near)) == 4 else None


def swing(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A seat on two chains, going to and fro on its own."""
    root, across, away = frame_of(mark)
    length, phase = mark.rest
    pace = math.sqrt(9.81 / length)
    chain, seat = paint.shade("#9aa0a4"), paint.sun("#b8502f")

    def pose(t: float) -> list[Part]:
        angle = 0.46 * math.sin(pace * t + phase * 2)
        fall = away * math.sin(angle) - UP * math.cos(angle)
        ends = [root + across * side * 0.24 for side in (-1, 1)]
        chains = np.stack([bar(end, end + fall * length, 0.028, across) for end in ends])
        board = away * math.cos(angle) + UP * math.sin(angle)
        middle = root + fall * length
        plate = np.stack(
            [
                middle - across * 0.32 - board * 0.13,
                middle + across * 0.32 - board * 0.13,
                middle + across * 0.32 + board * 0.13,
                middle - across * 0.32 + board * 0.13,
            ]
        )
        edge = np.stack([plate[0], plate[1], plate[1] - UP * 0.05, plate[0] - UP * 0.05])
        return [Part(chain, chains), Part(seat * 0.6, edge[None]), Part(seat, plate[None])]

    return pose


def rope_swing(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A board on ropes from a branch, stirred by the wind, seen from its side."""
    root, across, away = frame_of(mark)
    (length,) = mark.rest
    rope, seat = paint.shade("#c9b48a"), paint.warm("#94643a", 0.7)
    pace = math.sqrt(9.81 / length)

    def pose(t: float) -> list[Part]:
        angle = 0.30 * math.sin(pace * t + 0.4) * (0.8 + 0.2 * math.sin(0.31 * t))
        fall = across * math.sin(angle) - UP * math.cos(angle) + away * 0.1 * math.sin(angle)
        ropes = np.stack(
            [bar(root + across * s * 0.28, root + across * s * 0.28 + fall * length, 0.035, across) for s in (-1, 1)]
        )
        middle = root + fall * length
        tilt = across * math.cos(angle) + UP * math.sin(angle)
        board = np.stack(
            [
                middle - tilt * 0.36,
                middle + tilt * 0.36,
                middle + tilt * 0.36 - UP * 0.06,
                middle - tilt * 0.36 - UP * 0.06,
            ]
        )
        top = np.stack(
            [
                middle - tilt * 0.36,
                middle + tilt * 0.36,
                middle + tilt * 0.34 + away * 0.22,
                middle - tilt * 0.34 + away * 0.22,
            ]
        )
        return [Part(rope, ropes), Part(seat, top[None]), Part(seat * 0.6, board[None])]

    return pose


def seesaw(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A plank that tips slowly over its foot."""
    root, across, away = frame_of(mark)
    length, phase = mark.rest
    top, side, grip = paint.sun("#f0b030"), paint.shade("#d08a20"), paint.shade("#35506a")

    def pose(t: float) -> list[Part]:
        angle = 0.22 * math.sin(0.9 * t + phase) * (0.85 + 0.15 * math.sin(0.23 * t))
        way = across * math.cos(angle) + UP * math.sin(angle)
        ends = root - way * length / 2, root + way * length / 2
        deep = away * 0.16
        plank = np.stack([ends[0] - deep, ends[1] - deep, ends[1] + deep, ends[0] + deep])
        front = np.stack([ends[0] - deep, ends[1] - deep, ends[1] - deep - UP * 0.07, ends[0] - deep - UP * 0.07])
        handles = [
            bar(root + way * s * length * 0.36, root + way * s * length * 0.36 + UP * 0.34, 0.05, across)
            for s in (-1, 1)
        ]
        bars = [
            bar(
                root + way * s * length * 0.36 + UP * 0.32 - away * 0.16,
                root + way * s * length * 0.36 + UP * 0.32 + away * 0.16,
                0.05,
                UP,
            )
            for s in (-1, 1)
        ]
        return [Part(top, plank[None]), Part(side, front[None]), Part(grip, np.stack(handles + bars))]

    return pose
