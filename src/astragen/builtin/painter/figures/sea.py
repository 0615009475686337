"""What swims: fish and whales with a wave through their bodies, and soft things with arms.

Rows of `data/painter/figures/swimmers.json`: outlines in body lengths, nose at x = 0.5,
tail at -0.5, facing right. The same wave bends the body and everything on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.figure import Figure, Glow, Wave
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import curve, ellipse, tube, turned
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.tables import read_table

TAU = 2 * math.pi
_INK = np.array([0.08, 0.07, 0.09], np.float32)
Row = Mapping[str, Any]


def _bent(points: F32, phase: float, amount: float) -> F32:
    """*points* on the wave that runs from nose to tail and grows toward it."""
    along = 0.5 - points[:, 0]
    rise = amount * np.clip(along, 0, 1.3) ** 1.7 * np.sin(TAU * (phase - 0.62 * along))
    return np.column_stack([points[:, 0], points[:, 1] + rise]).astype(np.float32)


def _swimmer(row: Row, body: F32, phase: float) -> list[Part]:
    """A fish or whale at *phase*, one body length long."""
    amount = float(row["wave"])

    def bent(points: Any) -> F32:  # noqa: ANN401  (JSON or an array)
        return _bent(curve(points, 6), phase, amount)

    parts = []
    for fin in row.get("far_fins", []):
        parts.append(
            Part((_fin(fin, phase + 0.1, amount),), rgb(fin["colour"]) * 0.7 if "colour" in fin else body * 0.66, 0.02)
        )
    for fin in row["tail"]:
        shape = curve(fin, 6)
        if row.get("sideways"):
            # A fish's tail beats toward the viewer: seen from the side it narrows.
            squeeze = np.array([0.62 + 0.38 * math.cos(TAU * phase + 1), 1], np.float32)
            root = np.array([-0.42, 0], np.float32)
            shape = (shape - root) * squeeze + root
        parts.append(
            Part(
                (_bent(shape.astype(np.float32), phase, amount),), rgb(row["fin"]) if "fin" in row else body * 0.9, 0.03
            )
        )
    parts.append(Part((bent(row["body_shape"]),), body, 0.10, contact=0.01))
    for mark in row.get("marks", []):
        parts.append(Part((bent(mark["points"]),), rgb(mark["colour"]), clip=True, soft=float(mark.get("soft", 0.012))))
    if "grooves" in row:
        lines = tuple(
            _bent(line, phase, amount)
            for k in range(5)
            for line in tube(
                [(0.44, -0.03 - 0.016 * k), (0.2, -0.06 - 0.019 * k), (-0.02, -0.075 - 0.016 * k)],
                [0.002, 0.003, 0.001],
            )
        )
        parts.append(Part(lines, rgb(row["grooves"]), clip=True))
    x, y, r = row["eye"]
    eye = _bent(ellipse(x, y, r, r, steps=14), phase, amount)
    if row.get("white_eye"):
        parts.append(
            Part((_bent(ellipse(x, y, r * 1.5, r * 1.5, steps=16), phase, amount),), rgb("#f4f2ea"), clip=True)
        )
    parts.append(Part((eye,), _INK, clip=True))
    mouth = tube(row["mouth"], [0.002, 0.005, 0.003][: len(row["mouth"])])
    parts.append(Part(tuple(_bent(line, phase, amount) for line in mouth), body * 0.4, clip=True))
    for fin in row.get("fins", []):
        parts.append(
            Part(
                (_fin(fin, phase, amount),), rgb(fin["colour"]) if "colour" in fin else body * 0.86, 0.03, contact=0.012
            )
        )
    return parts


def _fin(fin: Row, phase: float, amount: float) -> F32:
    """A fin that beats about its root."""
    points = curve(fin["points"], 6)
    x, y = fin["points"][0]
    beat = float(fin.get("beat", 0.0)) * math.sin(TAU * phase + 0.8)
    return _bent(turned(points, beat, (x, y)), phase, amount)


def swimmer_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """A swimmer; said: species, and optionally body (colour), scale and members (a school)."""
    row: Row = read_table("figures/swimmers.json")[said["species"]]
    long = float(row["length"]) * float(said.get("scale", 1.0))
    body = rgb(str(said.get("body", row["body"])))
    tall = float(row["tall"]) * long
    members = int(said.get("members", 1))
    spots = _school(who, members, long)
    span_x, span_y = _span(spots, long, tall)
    period = float(row["period"])
    # A whole body bends after painting; tails that beat sideways and flippers are drawn pose by pose.
    bends = members == 1 and not row.get("sideways") and not row.get("flippers")
    wave = Wave(long, float(row["wave"]) * long, period) if bends else None
    still = {**row, "wave": 0.0} if bends else row

    def draw(phase: float, reach: float) -> list[Part]:
        parts: list[Part] = []
        for x, y, size, ahead in spots:
            sway = 0.06 * long * math.sin(TAU * (phase + ahead))
            shift = np.array([x + 0.3 * sway, y + sway * (members > 1) + 0.5 * span_y], np.float32)
            parts += [part.grown(long * size, shift) for part in _swimmer(still, body, phase + ahead)]
        return parts

    return Figure(
        draw=draw, height=span_y, length=span_x, period=period, stride=float(row["speed"]) * long * period,
        focus=(0.32 * long, 0.5 * span_y), motion="bob" if long > 3 else "hover", medium="air",
        poses=1 if wave else 22, wave=wave,
    )  # fmt: skip


def _school(who: str, members: int, long: float) -> list[tuple[float, float, float, float]]:
    """(x, y, size, phase) of each fish: loose rows, the leader in front."""
    if members == 1:
        return [(0.0, 0.0, 1.0, 0.0)]
    random = np.random.default_rng(stable_seed("school", who))
    found = []
    for _ in range(members):
        x = (random.random() - 0.5) * 1.1 * members**0.6 * long
        y = (random.random() - 0.5) * 0.62 * members**0.6 * long
        found.append((x, y, 0.7 + 0.5 * random.random(), random.random()))
    return sorted(found, key=lambda spot: spot[2])


def _span(spots: list[tuple[float, float, float, float]], long: float, tall: float) -> tuple[float, float]:
    xs, ys = [spot[0] for spot in spots], [spot[1] for spot in spots]
    return max(xs) - min(xs) + long, max(ys) - min(ys) + tall


def _arms(
    count: int, spread: float, root: tuple[float, float], long: float, thick: float, phase: float, *, wide: float
) -> list[tuple[F32, ...]]:
    """Arms that hang and curl with a travelling wave."""
    found = []
    for index in range(count):
        share = (index / max(1, count - 1) - 0.5) * 2
        t = np.linspace(0, 1, 7)
        curl = np.sin(TAU * (phase + 0.13 * index) - 3.2 * t) * 0.10 * t * long
        x = root[0] + share * wide + share * spread * t**1.2 * long + curl
        y = root[1] - t * long * (1 - 0.25 * abs(share))
        found.append(tube(np.column_stack([x, y]), list(thick * (1 - 0.86 * t))))
    return found


def _octopus(body: F32, phase: float) -> list[Part]:
    pulse = 1 + 0.03 * math.sin(TAU * phase)
    back = [Part(arm, body * 0.72, 0.03) for arm in _arms(4, 0.5, (0, 0.45), 0.42, 0.055, phase + 0.4, wide=0.12)]
    head = curve(
        [
            (-0.2, 0.44),
            (-0.28, 0.62),
            (-0.26, 0.84),
            (-0.1, 0.98),
            (0.1, 0.98),
            (0.26, 0.84),
            (0.28, 0.62),
            (0.2, 0.44),
            (0, 0.38),
        ]
    )
    head = ((head - [0, 0.6]) * [pulse, 1 / pulse] + [0, 0.6]).astype(np.float32)
    front = [Part(arm, body, 0.035, contact=0.015) for arm in _arms(5, 0.62, (0, 0.47), 0.46, 0.062, phase, wide=0.19)]
    eyes = [Part((ellipse(x, 0.55, 0.055, 0.06),), rgb("#f4f0e4"), 0.03) for x in (-0.02, 0.16)]
    pupils = [Part((ellipse(x, 0.55, 0.026, 0.036),), _INK, clip=True) for x in (0.0, 0.18)]
    spots = Part(
        tuple(ellipse(x, y, 0.03, 0.024) for x, y in ((-0.15, 0.8), (0.02, 0.86), (0.15, 0.78), (-0.04, 0.72))),
        body * 0.8,
        clip=True,
    )
    return [*back, Part((head,), body, 0.2), spots, *front, eyes[0], pupils[0], eyes[1], pupils[1]]


def _jellyfish(body: F32, phase: float) -> list[Part]:
    pulse = 1 + 0.10 * math.sin(TAU * phase)
    arms = [
        Part(arm, body * 0.9, 0.02, opacity=0.55)
        for arm in _arms(7, 0.15, (0, 0.62), 0.60, 0.02, phase, wide=0.24 * pulse)
    ]
    frills = [
        Part(arm, mix(body, "#ffffff", 0.3), 0.02, opacity=0.6)
        for arm in _arms(3, 0.1, (0, 0.62), 0.42, 0.05, phase + 0.3, wide=0.1)
    ]
    bell = curve(
        [
            (-0.36, 0.6),
            (-0.34, 0.76),
            (-0.2, 0.94),
            (0, 1.0),
            (0.2, 0.94),
            (0.34, 0.76),
            (0.36, 0.6),
            (0.24, 0.64),
            (0.12, 0.59),
            (0, 0.64),
            (-0.12, 0.59),
            (-0.24, 0.64),
        ]
    )
    bell = ((bell - [0, 0.62]) * [pulse, 1 / pulse] + [0, 0.62]).astype(np.float32)
    inner = curve([(-0.2, 0.66), (-0.16, 0.82), (0, 0.88), (0.16, 0.82), (0.2, 0.66), (0, 0.7)])
    return [
        *arms,
        *frills,
        Part((bell,), body, 0.2, glow=0.35, opacity=0.8),
        Part((inner,), mix(body, "#ffffff", 0.5), glow=0.5, clip=True, soft=0.04),
    ]


def soft_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """An octopus, squid or jellyfish; said: species, and optionally body (colour) and scale."""
    is_jelly = said["species"] == "jellyfish"
    tall = (0.8 if is_jelly else 1.2) * float(said.get("scale", 1.0))
    body = rgb(str(said.get("body", "#d9a8e0" if is_jelly else "#c8603f")))
    grow = _jellyfish if is_jelly else _octopus

    def draw(phase: float, reach: float) -> list[Part]:
        return [part.grown(tall) for part in grow(body, phase)]

    def glows(phase: float) -> list[Glow]:
        return [Glow(0, 0.75 * tall, 0.9 * tall, "#d9b0ff", 0.5, 0.1)] if is_jelly else []

    return Figure(draw=draw, height=tall, length=1.1 * tall, period=3.0, stride=0.12 * tall, focus=(0, 0.65 * tall),
    motion="hover",
                  medium="air", poses=20, play="blend", glows=glows)  # fmt: skip
