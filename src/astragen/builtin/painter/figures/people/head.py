"""Heads: a face turned three quarters or to the side, hair, beard and hat.

Shapes are in head units: the centre of the head at (0, 0), its height 2, looking right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.face import Gesture, features
from astragen.builtin.painter.figures.people.look import Look, people
from astragen.builtin.painter.figures.people.pose import Pose
from astragen.builtin.painter.figures.people.skeleton import Skeleton
from astragen.builtin.painter.figures.shape import Point, Points, curve, ellipse, placed, tube

# The same points seen at three quarters and from the side; a turn between is a mix of both.
_FACE = np.array(
    [
        [0.00, 1.00], [0.48, 0.85], [0.70, 0.50], [0.72, 0.20], [0.685, 0.06], [0.735, -0.16], [0.70, -0.38],
        [0.62, -0.62], [0.47, -0.88], [0.28, -0.985], [0.02, -0.90], [-0.26, -0.62], [-0.50, -0.26], [-0.84, 0.26],
        [-0.58, 0.82],
    ],
    np.float32,
)  # fmt: skip
_PROFILE = np.array(
    [
        [0.00, 1.00], [0.52, 0.80], [0.72, 0.40], [0.68, 0.16], [0.93, -0.16], [0.72, -0.27], [0.77, -0.42],
        [0.68, -0.60], [0.66, -0.86], [0.44, -0.99], [-0.04, -0.76], [-0.40, -0.40], [-0.66, -0.26], [-0.84, 0.26],
        [-0.58, 0.82],
    ],
    np.float32,
)  # fmt: skip
_CHILD, _SLIM = np.array([1.06, 0.92], np.float32), np.array([0.88, 1.0], np.float32)
_SHELL = ((0.10, 0.08), (0.02, 0.17), (-0.12, 0.13), (-0.14, -0.04), (-0.06, -0.22), (0.04, -0.26))  # of the ear
_INK = np.array([0.13, 0.09, 0.09], np.float32)


class HeadFrame:
    """Head units -> body heights, for one pose."""

    def __init__(self, look: Look, bones: Skeleton, pose: Pose) -> None:
        self.at = bones.head
        self.scale = look.build.head
        self.angle = -(pose.nod + pose.lean * 0.45) - pose.tilt
        self.profile = float(np.clip((0.62 - pose.turn) / 0.4, 0, 1))

    def curve(self, points: Points) -> F32:
        """A smooth closed outline."""
        return placed(curve(points, 6), self.at, self.scale, self.angle)

    def tube(self, points: Points, widths: list[float]) -> tuple[F32, ...]:
        """A strand."""
        return tuple(placed(outline, self.at, self.scale, self.angle) for outline in tube(points, widths))

    def dot(self, x: float, y: float, rx: float, ry: float) -> F32:
        """An ellipse."""
        return placed(ellipse(x, y, rx, ry, steps=18 if rx < 0.3 else 44), self.at, self.scale, self.angle)

    def point(self, x: float, y: float) -> Point:
        """A single point."""
        found = placed([(x, y)], self.at, self.scale, self.angle)[0]
        return float(found[0]), float(found[1])


def back_of_head(look: Look, frame: HeadFrame, sway: float) -> list[Part]:
    """What hangs behind the body: long hair, a tail; *sway* is its swing, radians."""
    style: Mapping[str, Any] = people()["hair"][look.hair]
    colour = look.colour("hair")
    bulge = 0.3 * frame.scale
    parts = []
    if "back" in style and not _is_hooded(look):
        points = np.array(style["back"], np.float32)
        points[:, 0] += sway * np.minimum(points[:, 1], 0) * -0.6
        parts.append(Part((frame.curve(points),), colour * 0.86, bulge))
    if "tail" in style and not _is_hooded(look):
        points = np.array(style["tail"], np.float32)
        points[:, 0] += sway * np.linspace(0, 1, len(points)) ** 1.5 * 1.6
        parts.append(Part(frame.tube(points, style["tail_widths"]), colour * 0.92, 0.22 * frame.scale))
    return parts


def head(look: Look, frame: HeadFrame, gesture: Gesture) -> list[Part]:
    """Face, ear, hair, beard and hat, far to near."""
    skin = look.colour("skin")
    unit = frame.scale
    outline = _FACE + (_PROFILE - _FACE) * frame.profile
    if look.is_child:
        # Round cheeks, a short chin.
        outline = np.where(outline[:, 1:] < -0.1, outline * _CHILD, outline)
    elif look.is_soft:
        outline = np.where(outline[:, 1:] < -0.5, (outline - [0.28, 0]) * _SLIM + [0.28, 0], outline)
    parts = [Part((frame.curve(outline),), skin, 0.20 * unit, contact=0.16 * unit)]
    parts += features(look, frame, gesture)
    if not _is_hooded(look):
        parts += _ear(look, frame)
    parts += _hair(look, frame)
    parts += hat(look, frame)
    return parts


def _ear(look: Look, frame: HeadFrame) -> list[Part]:
    skin, x = look.colour("skin"), -0.30 - 0.06 * frame.profile
    shell = [
        (x + 0.10, 0.08),
        (x + 0.02, 0.17),
        (x - 0.12, 0.13),
        (x - 0.14, -0.04),
        (x - 0.06, -0.22),
        (x + 0.04, -0.26),
    ]
    inner = [(x + 0.05, 0.05), (x - 0.02, 0.10), (x - 0.08, 0.05), (x - 0.07, -0.06), (x - 0.01, -0.13)]
    return [
        Part((frame.curve(shell),), skin * 0.95, 0.10 * frame.scale, contact=0.05 * frame.scale),
        Part((frame.curve(inner),), mix(skin, "#7a3030", 0.34), clip=True, soft=0.025 * frame.scale),
    ]


def _is_hooded(look: Look) -> bool:
    row = people()["hats"].get(look.hat, {})
    return bool(row.get("hood") or row.get("helm") or row.get("bowl"))


def _hair(look: Look, frame: HeadFrame) -> list[Part]:
    style = people()["hair"][look.hair]
    colour, unit = look.colour("hair"), frame.scale
    parts = []
    if look.beard:
        beard = people()["beards"][look.beard]
        parts.append(Part((frame.curve(beard),), colour, 0.3 * unit, contact=0.08 * unit))
        if frame.profile < 0.6:
            parts.append(
                Part(
                    frame.tube([(0.26, -0.52), (0.40, -0.56), (0.54, -0.52)], [0.01, 0.03, 0.01]),
                    colour * 0.55,
                    clip=True,
                )
            )
    if "cap" in style and not _is_hooded(look):
        cap: tuple[F32, ...] = (frame.curve(style["cap"]),)
        if style.get("curls"):
            cap = (*cap, *(frame.dot(x, y, 0.19, 0.18) for x, y in style["cap"] if x < 0.6))
        parts.append(Part(cap, colour, 0.34 * unit, contact=0.07 * unit))
        parts += _strands(frame, colour)
        shine = [(-0.62, 0.52), (-0.30, 0.86), (0.10, 0.90)]
        parts.append(
            Part(frame.tube(shine, [0.02, 0.09, 0.02]), mix(colour, "#fff2dc", 0.16), clip=True, soft=0.05 * unit)
        )
    return parts


def _strands(frame: HeadFrame, colour: F32) -> list[Part]:
    """Locks that run from the parting round the skull, lighter and darker by turns."""
    parts = []
    for index, part in enumerate(np.linspace(0.0, 1.0, 8)):
        turn = np.linspace(1.30 - 0.3 * part, 3.5 + 0.4 * part, 5)
        r = 0.56 + 0.50 * part
        lock = np.column_stack([0.10 - 0.10 * part + 1.02 * r * np.cos(turn), 0.16 + 0.94 * r * np.sin(turn)])
        tint = colour * 0.74 if index % 2 else mix(colour, "#fff2dc", 0.13)
        parts.append(
            Part(frame.tube(lock, [0.008, 0.026, 0.030, 0.024, 0.006]), tint, clip=True, soft=0.012 * frame.scale)
        )
    return parts


def hat(look: Look, frame: HeadFrame) -> list[Part]:
    """The hat of the look, or nothing."""
    if not look.hat:
        return []
    row: Mapping[str, Any] = people()["hats"][look.hat]
    unit = frame.scale
    if row.get("bowl"):
        return _bowl(look, frame)
    parts = []
    colour = look.colour(str(row.get("colour", "accent")))
    if "plume" in row:
        parts.append(Part((frame.curve(row["plume"]),), look.colour("accent"), 0.2 * unit))
    if row.get("horns"):
        parts += [
            Part(
                frame.tube([(x, 0.7), (x + 0.5 * side, 0.9), (x + 0.62 * side, 1.5)], [0.2, 0.15, 0.03]),
                mix("#e8dcc0", colour, 0.1),
                0.12 * unit,
            )
            for x, side in ((0.55, 1), (-0.72, -1))
        ]
    if "crown" in row:
        parts.append(Part((frame.curve(row["crown"]),), colour, 0.34 * unit, contact=0.09 * unit))
    parts += _trimmings(look, frame, row, colour)
    return parts


def _trimmings(look: Look, frame: HeadFrame, row: Mapping[str, Any], colour: F32) -> list[Part]:
    unit = frame.scale
    parts = []
    if "ribbon" in row:
        band = [(0.64, 0.58), (0.62, 0.82), (-0.1, 0.78), (-0.84, 0.84), (-0.84, 0.60), (-0.1, 0.54)]
        parts.append(Part((frame.curve(band),), look.colour(row["ribbon"]), clip=True))
    if "band" in row:
        parts.append(
            Part((frame.curve(row["band"]),), look.colour(row.get("band_colour", "accent")) * 0.95, 0.12 * unit)
        )
    if "wide" in row:
        parts.append(Part((frame.curve(row["wide"]),), colour * 0.97, 0.1 * unit, contact=0.12 * unit))
    if "brim" in row:
        parts.append(
            Part(
                (frame.curve(row["brim"]),),
                look.colour(row["brim_colour"]) if "brim_colour" in row else colour * 0.8,
                0.08 * unit,
                contact=0.08 * unit,
            )
        )
    if "visor" in row:
        parts.append(Part((frame.curve(row["visor"]),), _INK, clip=True))
    if "badge" in row:
        parts.append(Part((frame.dot(0.36, 0.86, 0.1, 0.12),), look.colour(row["badge"]), 0.05 * unit))
    if row.get("goggles"):
        parts.append(
            Part(frame.tube([(0.74, 0.56), (0.1, 0.64), (-0.92, 0.5)], [0.06, 0.06, 0.06]), _INK * 1.6, 0.04 * unit)
        )
        parts += [Part((frame.dot(x, 0.58, 0.2, 0.18),), mix("#9fd0e0", _INK, 0.3), 0.1 * unit) for x in (0.14, 0.58)]
    if "pompom" in row:
        x, y = row["pompom"]
        parts.append(Part((frame.dot(x, y, 0.22, 0.22),), look.colour("#f4f2ee"), 0.2 * unit))
    return parts


def _bowl(look: Look, frame: HeadFrame) -> list[Part]:
    """A space helmet: white shell, dark golden visor with a highlight."""
    unit = frame.scale
    shift = 0.12 + 0.16 * frame.profile
    shell = look.colour("#eef1f4")
    return [
        Part((frame.dot(-0.02, 0.02, 1.42, 1.42),), shell, 1.0 * unit, contact=0.16 * unit),
        Part((frame.curve([(shift - 0.86, 0.5), (shift - 0.2, 0.92), (shift + 0.74, 0.72), (shift + 1.02, 0.0),
        (shift + 0.72, -0.66), (shift - 0.2, -0.8), (shift - 0.88, -0.44)]),), mix("#2a2436", "#c98a3a", 0.35),
        0.9 * unit),
        Part((frame.curve([(shift - 0.5, 0.52), (shift - 0.1, 0.72), (shift + 0.3, 0.66), (shift + 0.1, 0.5),
        (shift - 0.3, 0.34)]),), mix("#ffe9c0", "#c98a3a", 0.3), glow=0.5, clip=True, soft=0.05 * unit),
        Part((frame.dot(-1.28, 0.0, 0.2, 0.3),), shell * 0.8, 0.2 * unit),
    ]  # fmt: skip


def sway_of(phase: float, speed: float) -> float:
    """How far loose hair and cloth swing at *phase*, radians; *speed* 0 stands, 1 walks."""
    return (0.06 + 0.16 * speed) * math.sin(2 * math.pi * (phase + 0.15)) - 0.12 * speed
