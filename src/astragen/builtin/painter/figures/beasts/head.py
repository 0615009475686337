"""The head of a four-legged animal: face, ears, horns, trunk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.beasts.rig import INK, Rig
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point, curve, ellipse, placed, tube, turned


def head(rig: Rig, colours: Mapping[str, F32], *, lids: float = 1.0) -> list[Part]:
    """Head with its markings, face and horns; *lids*: 1 open, 0 shut."""
    row = rig.row
    unit = float(row["head_length"])
    parts = []
    if row.get("trunk"):
        parts += _elephant_trunk(rig, colours["head"])
    back, front = (placed([point], rig.head_at, unit, rig.head_angle)[0] for point in ((-0.16, -0.08), (0.22, 0.06)))
    fade = None if "ruff" in row else (float(back[0]), float(back[1]), float(front[0]), float(front[1]))
    parts.append(Part((_head_shape(rig, row["head"]),), colours["head"], 0.24 * unit, fade=fade))
    if "cheek" in row:
        cheek = [(0.1, -0.42), (0.42, -0.06), (0.95, -0.02), (1.0, -0.16), (0.6, -0.34)]
        parts.append(Part((_head_shape(rig, cheek),), rgb(row["cheek"]), clip=True, soft=0.05 * unit))
    if "muzzle" in row:
        parts.append(
            Part(
                (_head_shape(rig, [(0.6, 0.14), (1.1, 0.1), (1.1, -0.3), (0.6, -0.26)]),),
                rgb(row["muzzle"]),
                clip=True,
                soft=0.04 * unit,
            )
        )
    if "eye_patch" in row:
        parts.append(
            Part(
                (_head_shape(rig, [(0.32, 0.16), (0.52, 0.2), (0.62, 0.02), (0.4, -0.12), (0.28, 0.0)]),),
                rgb(row["eye_patch"]),
                clip=True,
                soft=0.02 * unit,
            )
        )
    parts += _face(rig, lids)
    parts += _horns(rig)
    return parts


def skull(rig: Rig, colours: Mapping[str, F32]) -> Part:
    """The plain head, to lie under the neck: `head` fades into it from there on."""
    return Part((_head_shape(rig, rig.row["head"]),), colours["head"], 0.24 * float(rig.row["head_length"]))


def _head_shape(rig: Rig, points: Sequence[Sequence[float]] | F32) -> F32:
    return placed(curve(points, 6), rig.head_at, float(rig.row["head_length"]), rig.head_angle)


def _eye(rig: Rig, lids: float) -> list[Part]:
    """A dark-rimmed eye with iris, pupil and glints under a soft brow; a line when it is shut."""
    row, unit = rig.row, float(rig.row["head_length"])
    x, y = (0.40 if not row.get("trunk") else 0.52), 0.115
    big = float(row.get("eye_size", 1.0))
    w, h = 0.074 * big, 0.068 * big
    coat = rgb(row.get("head_colour", row["body"]))
    socket = Part((_head_shape(rig, ellipse(x, y + 0.2 * h, 2.0 * w, 1.7 * h)),), mix(coat, INK, 0.38), clip=True,
                  soft=0.05 * unit, opacity=0.6, fine=True)  # fmt: skip
    if lids < 0.5:
        lid = tube([(x - 1.2 * w, y), (x, y - 0.6 * h), (x + 1.2 * w, y + 0.1 * h)], [0.006, 0.016 * big, 0.006])
        line = tuple(placed(outline, rig.head_at, unit, rig.head_angle) for outline in lid)
        return [socket, Part(line, INK, clip=True)]
    almond = [(x - 1.25 * w, y - 0.1 * h), (x - 0.5 * w, y + 0.9 * h), (x + 0.5 * w, y + 1.0 * h), (x + 1.3 * w, y),
              (x + 0.4 * w, y - 0.9 * h), (x - 0.6 * w, y - 0.8 * h)]  # fmt: skip
    shines = "eye" in row
    iris = rgb(row["eye"]) if shines else mix("#6a3f1c", "#c88a3a", 0.25)
    glint = np.ones(3, np.float32)
    return [
        socket,
        Part((_head_shape(rig, np.array(almond, np.float32)),), INK, clip=True),
        Part((_head_shape(rig, ellipse(x + 0.12 * w, y, 0.80 * w, 0.80 * h, steps=20)),), iris,
             glow=0.6 if shines else 0.0, clip=True, fine=True),
        Part((_head_shape(rig, ellipse(x + 0.20 * w, y, 0.50 * w, 0.62 * h, steps=18)),), INK * 0.5, clip=True),
        Part((_head_shape(rig, ellipse(x + 0.42 * w, y + 0.38 * h, 0.24 * w, 0.26 * h, steps=12)),), glint,
             glow=0.7, clip=True),
        Part((_head_shape(rig, ellipse(x - 0.2 * w, y - 0.4 * h, 0.12 * w, 0.12 * h, steps=10)),), glint, glow=0.4,
             clip=True, opacity=0.7, fine=True),
    ]  # fmt: skip


def _face(rig: Rig, lids: float) -> list[Part]:
    row = rig.row
    unit = float(row["head_length"])
    parts = _eye(rig, lids)
    if row.get("trunk"):
        return parts
    tip = max(row["head"], key=lambda point: point[0])
    if "snout" in row:
        parts.append(
            Part(
                (_head_shape(rig, ellipse(tip[0] - 0.02, tip[1], 0.06, 0.15, steps=14)),),
                rgb(row["snout"]),
                0.02 * unit,
            )
        )
    elif "hoof" not in row:
        parts.append(
            Part((_head_shape(rig, ellipse(tip[0] - 0.03, tip[1] + 0.04, 0.065, 0.055, steps=12)),), INK, 0.03 * unit)
        )
    else:
        parts.append(
            Part((_head_shape(rig, ellipse(tip[0] - 0.08, tip[1] + 0.02, 0.035, 0.025, steps=10)),), INK, clip=True)
        )
    mouth = tube([(0.98, -0.10), (0.78, -0.14), (0.60, -0.12)], [0.010, 0.014, 0.004])
    if row.get("whiskers"):
        hairs = [
            line
            for y in (-0.06, -0.12, -0.18)
            for line in tube([(0.80, -0.08), (0.62, y - 0.02), (0.42, y - 0.04)], [0.004, 0.004, 0.002], 3)
        ]
        parts.append(
            Part(
                tuple(placed(line, rig.head_at, unit, rig.head_angle) for line in hairs),
                np.full(3, 0.92, np.float32),
                clip=True,
            )
        )
    parts.append(
        Part(
            tuple(placed(line, rig.head_at, unit, rig.head_angle) for line in mouth), INK, clip=True, soft=0.008 * unit
        )
    )
    return parts


def ear(rig: Rig, colours: Mapping[str, F32], *, is_far: bool) -> list[Part]:
    """One ear, flicking."""
    row = rig.row
    if row["ear"] is None:
        return []
    unit = float(row["head_length"])
    points = np.asarray(row["ear"], np.float32)
    base = (points[0] + points[-1]) / 2
    points = (points - base) * float(row.get("ear_scale", 1.0)) + base
    points = turned(
        points, rig.stance.flick * (0.8 if is_far else 1.0) - rig.stance.nod * 0.2, (float(base[0]), float(base[1]))
    )
    if is_far:
        points = points + np.array([0.10, 0.02], np.float32)
    shape = placed(curve(np.repeat(points, 1, 0), 6), rig.head_at, unit, rig.head_angle)
    shade = 0.78 if is_far else 1.0
    parts = [Part((shape,), colours["ear"] * shade, 0.10 * unit, contact=0.0 if is_far else 0.03 * unit)]
    if not is_far and not row.get("trunk"):
        inner = (points - base) * 0.55 + base + np.array([0.03, 0.06], np.float32)
        parts.append(
            Part(
                (placed(curve(inner, 6), rig.head_at, unit, rig.head_angle),),
                mix(colours["ear"], "#7a4a44", 0.45),
                clip=True,
                soft=0.02 * unit,
            )
        )
    return parts


def _elephant_trunk(rig: Rig, colour: F32) -> list[Part]:
    swing = 0.12 * math.sin(rig.stance.wag * 3) + rig.stance.nod * 0.4
    points = [(0.62, -0.10), (0.86, -0.50), (0.92, -0.98), (1.0 + swing, -1.34), (1.16 + 1.4 * swing, -1.52)]
    shape = tuple(
        placed(line, rig.head_at, float(rig.row["head_length"]), rig.head_angle)
        for line in tube(points, [0.25, 0.19, 0.13, 0.095, 0.07])
    )
    return [Part(shape, colour * 0.97, 0.07)]


def _horns(rig: Rig) -> list[Part]:
    """Antlers, horns, tusks, whatever the row has."""
    row = rig.row
    unit = float(row["head_length"])

    def strand(points: Sequence[Point], widths: Sequence[float], colour: str, shade: float = 1.0) -> Part:
        shape = tuple(placed(line, rig.head_at, unit, rig.head_angle + lift) for line in tube(points, widths))
        return Part(shape, rgb(colour) * shade, 0.03 * unit)

    parts = []
    lift = -float(row["head_angle"]) * 0.6
    if row.get("antlers"):
        for dx, shade in ((0.10, 0.75), (0.0, 1.0)):
            parts += [
                strand(
                    [(0.08 + dx, 0.18), (-0.16 + dx, 0.62), (-0.04 + dx, 1.1), (0.2 + dx, 1.45)],
                    [0.045, 0.038, 0.03, 0.012],
                    "#b89a72",
                    shade,
                ),
                strand([(0.0 + dx, 0.40), (0.2 + dx, 0.62), (0.28 + dx, 0.80)], [0.03, 0.024, 0.008], "#b89a72", shade),
                strand(
                    [(-0.14 + dx, 0.75), (0.1 + dx, 0.95), (0.3 + dx, 1.04)], [0.03, 0.022, 0.008], "#b89a72", shade
                ),
                strand(
                    [(-0.1 + dx, 0.95), (-0.32 + dx, 1.22), (-0.3 + dx, 1.44)], [0.028, 0.022, 0.008], "#b89a72", shade
                ),
            ]
    if row.get("horns"):
        for dx, shade in ((0.12, 0.75), (0.0, 1.0)):
            parts.append(
                strand([(0.06 + dx, 0.2), (-0.02 + dx, 0.42), (0.14 + dx, 0.6)], [0.06, 0.05, 0.012], "#d8c8a8", shade)
            )
    if row.get("ossicones"):
        parts += [strand([(0.12 + dx, 0.22), (0.08 + dx, 0.5)], [0.04, 0.06], "#7a5234") for dx in (0.12, 0.0)]
    if row.get("horn"):
        parts.append(strand([(0.22, 0.2), (0.52, 1.0)], [0.055, 0.004], "#f0dca0"))
    if row.get("nose_horn"):
        parts += [
            strand([(0.9, 0.1), (1.0, 0.36), (1.02, 0.62)], [0.11, 0.07, 0.008], "#c8c0b0"),
            strand([(0.66, 0.12), (0.72, 0.32)], [0.07, 0.01], "#c8c0b0"),
        ]
    if row.get("tusks"):
        lift = 0.0
        big = bool(row.get("trunk"))
        points = [(0.62, -0.34), (0.9, -0.62), (1.22, -0.56)] if big else [(0.8, -0.2), (0.92, -0.1), (0.94, 0.06)]
        parts.append(strand(points, [0.07, 0.055, 0.01] if big else [0.04, 0.03, 0.006], "#efe8d6"))
    if row.get("beard"):
        parts.append(strand([(0.5, -0.2), (0.5, -0.5), (0.44, -0.68)], [0.08, 0.06, 0.01], row["body"], 0.9))
    return parts
