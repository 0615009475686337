"""Fire: flames that lick and loop, alone or on logs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.figure import Figure, Glow
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import curve, ellipse, tube

TAU = 2 * math.pi


def _tongue(x: float, wide: float, tall: float, phase: float, ahead: float) -> F32:
    """A flame from a base at (x, 0); whole turns of the phase, so that it loops."""
    lick = 0.18 * math.sin(TAU * (phase + ahead)) + 0.10 * math.sin(TAU * (2 * phase + 1.7 * ahead))
    rise = tall * (1 + 0.12 * math.sin(TAU * (phase * 2 + ahead)) + 0.06 * math.sin(TAU * (3 * phase + ahead)))
    side = wide * (1 + 0.08 * math.sin(TAU * (2 * phase + ahead + 0.3)))
    return curve(
        [
            (x, 0), (x + side * 0.75, 0.04 * rise), (x + side, 0.22 * rise), (x + side * (0.62 + 0.5 * lick),
            0.48 * rise),
            (x + side * (0.30 + 1.2 * lick), 0.74 * rise), (x + side * 1.6 * lick, rise), (x + side * 1.6 * lick, rise),
            (x + side * (-0.34 + 1.1 * lick), 0.66 * rise), (x + side * (-0.66 + 0.4 * lick), 0.44 * rise),
            (x - side, 0.22 * rise), (x - side * 0.75, 0.04 * rise),
        ]
    )  # fmt: skip


def _flames(phase: float, tall: float) -> list[Part]:
    parts = []
    for colour, scale, places in (
        ("#d9481f", 1.0, ((-0.22, 0.7, 0.0), (0.2, 0.78, 0.35), (0.0, 1.0, 0.6))),
        ("#ff9a2f", 0.74, ((-0.16, 0.72, 0.15), (0.16, 0.75, 0.5), (0.0, 1.0, 0.8))),
        ("#ffe27a", 0.46, ((-0.08, 0.8, 0.3), (0.08, 0.9, 0.7))),
    ):
        shape = tuple(
            _tongue(x * tall * scale, 0.22 * tall * scale, tall * scale * high, phase, ahead)
            for x, high, ahead in places
        )
        parts.append(Part(shape, rgb(colour), glow=1.0))
    return parts


def _sparks(phase: float, tall: float) -> Part:
    random = np.random.default_rng(7)
    dots = []
    for _ in range(9):
        at = (phase + random.random()) % 1.0
        x = (random.random() - 0.5) * 0.6 * tall + 0.08 * tall * math.sin(TAU * (at + random.random()))
        dots.append(
            ellipse(
                x,
                tall * (0.6 + 1.0 * at),
                0.012 * tall * (1 - at) + 0.002 * tall,
                0.016 * tall * (1 - at) + 0.002 * tall,
                steps=8,
            )
        )
    return Part(tuple(dots), rgb("#ffb44a"), glow=1.0)


def _logs(tall: float) -> list[Part]:
    wood, end = rgb("#5a3d2a"), rgb("#a8784a")
    parts = []
    for x0, y0, x1, y1 in ((-0.6, 0.02, 0.42, 0.2), (0.6, 0.02, -0.4, 0.22), (-0.5, 0.06, 0.5, 0.05)):
        parts.append(
            Part(
                tube(
                    [(x0 * tall, y0 * tall + 0.06 * tall), (x1 * tall, y1 * tall + 0.06 * tall)],
                    [0.075 * tall, 0.07 * tall],
                ),
                wood,
                0.05 * tall,
                contact=0.02 * tall,
            )
        )
        parts.append(Part((ellipse(x0 * tall, y0 * tall + 0.06 * tall, 0.04 * tall, 0.07 * tall),), end, 0.02 * tall))
    stones = tuple(
        ellipse(x * tall, 0.03 * tall, 0.11 * tall, 0.07 * tall) for x in (-0.78, -0.52, -0.22, 0.12, 0.42, 0.72)
    )
    return [*parts, Part(stones, rgb("#7d7670"), 0.05 * tall)]


def fire_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """A campfire (said["logs"]) or a bare flame."""
    tall = float(said.get("height", 1.0)) * float(said.get("scale", 1.0))
    has_logs = bool(said.get("logs"))

    def draw(phase: float, reach: float) -> list[Part]:
        flames = [_sparks(phase, tall), *_flames(phase, tall * 0.9)]
        if has_logs:
            lifted = [
                part._replace(shape=tuple(outline + np.array([0, 0.1 * tall], np.float32) for outline in part.shape))
                for part in flames
            ]
            logs = _logs(tall)
            return [*logs[:4], *lifted, *logs[4:]]
        return flames

    def glows(phase: float) -> list[Glow]:
        return [
            Glow(0, 0.45 * tall, 2.6 * tall, "#ff9a45", 0.75, 0.4),
            Glow(0, 0.3 * tall, 1.1 * tall, "#ffd08a", 0.5, 0.5),
        ]

    return Figure(
        draw=draw, height=1.15 * tall, length=1.4 * tall, period=1.3, focus=(0, 0.5 * tall), poses=24, glows=glows
    )
