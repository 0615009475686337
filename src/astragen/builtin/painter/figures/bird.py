"""Birds: perched, walking, swimming and flying; rows of `data/painter/figures/birds.json`.

Lengths count in heights of the standing bird, which faces right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.gait import footfall, stride_of
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point, curve, ellipse, joint, placed, tube, turned
from astragen.builtin.painter.tables import read_table

TAU = 2 * math.pi
_INK = np.array([0.10, 0.08, 0.08], np.float32)
Row = Mapping[str, Any]


def _colours(row: Row, body: F32) -> Mapping[str, F32]:
    return {
        "body": body,
        "wing": rgb(row["wing"]) if "wing" in row else body * 0.8,
        "head": rgb(row["head"]) if "head" in row else body,
        "tail": rgb(row["tail_colour"]) if "tail_colour" in row else body * 0.75,
        "beak": rgb(row.get("beak_colour", "#d9a03a")),
        "legs": rgb(row.get("leg_colour", "#c8843a")),
    }


def _head(row: Row, at: Point, angle: float, colours: Mapping[str, F32]) -> list[Part]:
    """Head, beak, eye and what the bird wears on its head."""
    r = float(row["head_radius"])
    long, thick = row["beak"]
    hook = float(row.get("hook", 0.0))
    beak = [
        (0.6, thick),
        (0.9 + long * 0.6, thick * 0.7),
        (0.85 + long, -hook),
        (0.85 + long, -hook),
        (0.9 + long * 0.5, -thick),
        (0.6, -thick),
    ]
    parts = []
    if "crest" in row:
        parts.append(Part((placed(curve(row["crest"]), at, r, angle),), rgb(row["crest_colour"]), 0.1 * r))
    parts.append(Part((placed(curve(beak), at, r, angle),), colours["beak"], 0.2 * r))
    parts.append(Part((placed(ellipse(0, 0, 1.0, 0.95), at, r, angle),), colours["head"], 0.6 * r))
    if "cheek" in row:
        parts.append(
            Part((placed(ellipse(0.35, -0.45, 0.7, 0.5), at, r, angle),), rgb(row["cheek"]), clip=True, soft=0.12 * r)
        )
    parts.append(
        Part(
            (placed(ellipse(0.38, 0.18, 0.17, 0.18, steps=14), at, r, angle),),
            rgb(row["eye"]) if "eye" in row else _INK,
            0.02 * r,
        )
    )
    parts.append(
        Part(
            (placed(ellipse(0.44, 0.25, 0.055, 0.055, steps=8), at, r, angle),),
            np.ones(3, np.float32),
            glow=0.5,
            clip=True,
        )
    )
    if "wattle" in row:
        parts.append(
            Part(
                (placed(curve([(0.75, -0.2), (0.95, -0.8), (0.7, -1.0), (0.55, -0.5)]), at, r, angle),),
                rgb(row["wattle"]),
                0.1 * r,
            )
        )
    return parts


def _body(row: Row, spine: F32, colours: Mapping[str, F32]) -> list[Part]:
    widths: list[float] = row["widths"]
    parts = [Part(tube(spine, widths, 7), colours["body"], 0.16, contact=0.02)]
    if "belly" in row:
        low = [(float(x) + 0.02, float(y) - w * 0.75) for (x, y), w in zip(spine[1:-1], widths[1:-1], strict=True)]
        parts.append(Part(tube(low, [0.6 * w for w in widths[1:-1]]), rgb(row["belly"]), clip=True, soft=0.035))
    return parts


def perched(row: Row, body: F32, phase: float, *, walks: bool) -> list[Part]:
    """Standing, pecking at times, or walking."""
    colours = _colours(row, body)
    spine = np.asarray(row["spine"], np.float32).copy()
    breath = 0.006 * math.sin(2 * TAU * phase)
    glance = 0.12 * math.sin(TAU * phase) + 0.05 * math.sin(3 * TAU * phase)
    spine[1:, 1] += breath
    if walks:
        spine[:, 1] += 0.012 * math.cos(2 * TAU * phase)
        spine[-2:, 0] += 0.03 * math.sin(2 * TAU * phase)
    parts = [] if row.get("floats") else _legs(row, colours, phase, walks=walks)
    tail = np.asarray(row["tail_shape"], np.float32) + spine[0]
    parts.append(
        Part(
            (
                placed(
                    curve(turned(tail - spine[0], 0.06 * math.sin(TAU * phase))),
                    (float(spine[0][0]), float(spine[0][1])),
                ),
            ),
            colours["tail"],
            0.04,
        )
    )
    parts += _body(row, spine, colours)
    wing = np.asarray(row["wing_shape"], np.float32)
    parts.append(Part((curve(wing + np.array([0, breath], np.float32)),), colours["wing"], 0.08, contact=0.025))
    x, y = wing.mean(0)
    feathers = tuple(
        line
        for k in range(3)
        for line in tube(
            [(x + 0.05, y + 0.05 - 0.07 * k), (x - 0.14, y - 0.03 - 0.06 * k), (x - 0.30, y - 0.12 - 0.05 * k)],
            [0.004, 0.010, 0.003],
        )
    )
    parts.append(Part(feathers, colours["wing"] * 0.72, clip=True, soft=0.006))
    at = (float(spine[-1][0]), float(spine[-1][1]))
    return [*parts, *_head(row, at, glance, colours)]


def _legs(row: Row, colours: Mapping[str, F32], phase: float, *, walks: bool) -> list[Part]:
    x, top = row["legs"]
    parts = []
    for ahead, shade in ((0.5, 0.7), (0.0, 1.0)):
        foot = footfall(phase + ahead, 0.13, 0.6, 0.07) if walks else None
        fx, fy = (x + foot.x, foot.y) if foot else (x + (0.05 if shade < 1 else -0.02), 0.0)
        hip = (x - 0.02, top)
        knee, end = joint(hip, (fx, fy), top * 0.52, top * 0.54, -1)
        thin = float(row.get("leg_width", 0.014))
        line = tube([hip, knee, end], [thin * 1.7, thin, thin])
        toes = [
            piece for dx in (0.09, -0.05) for piece in tube([end, (end[0] + dx, end[1] + 0.008)], [thin, thin * 0.6])
        ]
        parts.append(Part((*line, *toes), colours["legs"] * shade, 0.01))
    return parts


def flying(row: Row, body: F32, phase: float) -> list[Part]:
    """In the air, wings beating."""
    colours = _colours(row, body)
    beat = math.sin(TAU * phase)
    lift = -0.05 * beat
    neck = float(row.get("reach", 0.28))
    widths = row["widths"]
    spine = np.asarray(
        [(-0.42, 0.0), (-0.18, -0.01), (0.12, 0.0), (0.12 + 0.6 * neck, 0.05), (0.12 + neck, 0.09)], np.float32
    )
    spine[:, 1] += 0.5 + lift
    body_widths = [0.06, 0.13, 0.15, min(0.12, 0.04 + widths[-2] * 0.6), min(0.11, widths[-1])]
    tail = curve([(0.05, 0.03), (-0.18, 0.07), (-0.40, 0.06), (-0.40, -0.04), (-0.18, -0.06), (0.05, -0.04)])
    parts = [
        Part(
            (_wing(beat, 0.95, far=True) + spine[2] + np.array([0.11, 0.02], np.float32),), colours["wing"] * 0.68, 0.06
        ),
        Part((tail + spine[0],), colours["tail"], 0.04),
        Part(tube(spine, body_widths, 7), colours["body"], 0.12),
    ]
    if "belly" in row:
        parts.append(
            Part(
                tube(spine[1:4] - np.array([0, 0.11], np.float32), [0.07, 0.09, 0.06]),
                rgb(row["belly"]),
                clip=True,
                soft=0.03,
            )
        )
    at = (float(spine[-1][0]), float(spine[-1][1]))
    parts += _head({**row, "head_radius": min(float(row["head_radius"]), 0.12)}, at, 0.0, colours)
    wing = _wing(beat, 1.0, far=False) + spine[2]
    parts.append(Part((wing,), colours["wing"], 0.06, contact=0.02))
    if "tips" in row:
        outer = np.abs(wing[:, 1] - spine[2][1])
        cut = wing[outer > 0.62 * outer.max()] if outer.max() > 0.2 else wing[:0]
        if len(cut) > 3:
            parts.append(Part((cut,), rgb(row["tips"]), clip=True, soft=0.02))
    return parts


def _wing(beat: float, size: float, *, far: bool) -> F32:
    """A wing about its shoulder: raised at beat 1, lowered at -1; the tip lags."""
    up = 0.16 + 0.84 * beat if not far else 0.34 + 0.80 * beat
    back = 0.10 + 0.12 * (1 - abs(beat))
    long = 0.85 * size
    root, elbow, tip = (
        (0.0, 0.02),
        (0.02 - 0.1 * far, 0.52 * up * long),
        (-0.22 - back, (0.86 * up + 0.10 * beat) * long),
    )
    front = [
        (root[0] + 0.13, root[1]),
        (elbow[0] + 0.14, elbow[1]),
        (elbow[0] - 0.02, elbow[1] + 0.20 * up * long),
        tip,
        tip,
    ]
    # The trailing edge: five feathers from the tip back to the flank.
    start, end = np.array([tip[0] - 0.05, tip[1] - 0.10 * up * long]), np.array([root[0] - 0.24, root[1] - 0.03])
    middle = np.array([elbow[0] - 0.30, elbow[1] * 0.78])
    edge = []
    for k in range(5):
        for share, out in ((k / 5, 0.0), ((k + 0.72) / 5, 0.055 * (1 - 0.12 * k))):
            at = start * (1 - share) ** 2 + middle * 2 * share * (1 - share) + end * share**2
            edge.append((float(at[0]) - out, float(at[1]) - 0.3 * out * (1 if up > 0 else -1)))
    return curve([*front, *edge, (float(end[0]), float(end[1]))], 5)


def bird_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """A bird doing something; said: species, and optionally body (colour) and scale."""
    row: Row = read_table("figures/birds.json")[said["species"]]
    height = float(row["height"]) * float(said.get("scale", 1.0))
    body = rgb(str(said.get("body", row["body"])))
    flies = action in ("fly", "float", "jump", "run") and not row.get("flightless")
    floats = bool(row.get("floats")) and not flies
    walks = action in ("walk", "run", "climb", "dance") and not flies and not floats

    def draw(phase: float, reach: float) -> list[Part]:
        parts = flying(row, body, phase) if flies else perched(row, body, phase, walks=walks)
        return [part.grown(height) for part in parts]

    period = float(row.get("beat", 0.42)) if flies else 0.8 if walks else 4.5
    stride = (
        3.0 * height**0.5 * period
        if flies
        else stride_of(0.13, 0.6) * height
        if walks
        else 0.35 * height * period
        if floats and action != "stand"
        else 0.0
    )
    focus = row["spine"][-1]
    return Figure(
        draw=draw, height=height, length=(1.3 if flies else 1.1) * height, period=period, stride=stride,
        focus=(focus[0] * height, focus[1] * height), motion="soar" if flies else "rock" if floats else "still",
        medium="air" if flies else "water" if floats else "ground",
        poses=16 if flies or walks else 12, play="sway" if period > 2.5 else "loop",
    )  # fmt: skip
