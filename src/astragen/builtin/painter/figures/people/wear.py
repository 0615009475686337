"""Clothes on a skeleton: trunk, sleeves, trousers, shoes.

Each function gives parts in body heights, far to near; rows of `outfits` in
`data/painter/figures/people.json` say which of them somebody wears.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.drape import on_skirt, skirt_outline
from astragen.builtin.painter.figures.people.look import Look, people
from astragen.builtin.painter.figures.people.pose import Pose
from astragen.builtin.painter.figures.people.skeleton import Limb, Skeleton
from astragen.builtin.painter.figures.shape import Point, Shape, curve, ellipse, placed, polygon, tube

_FRONT = 0.22  # of the shoulder's width: where the middle of the chest is, turned three quarters
_ARM = (0.031, 0.029, 0.024, 0.022, 0.016)  # half-widths: shoulder, upper arm, elbow, forearm, wrist
_LEG = (0.066, 0.060, 0.042, 0.040, 0.023)  # hip, thigh, knee, calf, ankle
_TROUSER = (0.068, 0.063, 0.050, 0.046, 0.038)
_SHOE = ((-0.034, 0.012), (-0.037, -0.028), (-0.032, -0.045), (-0.032, -0.045), (0.062, -0.045), (0.100, -0.044),
         (0.106, -0.028), (0.074, -0.012), (0.034, 0.004), (0.024, 0.022), (-0.024, 0.022))  # fmt: skip


def trunk(look: Look, bones: Skeleton, swing: float) -> list[Part]:
    """Pelvis and upper body with what is worn on them; a dress or coat goes on to its hem in one piece."""
    outfit = look.outfit
    top = look.colour(str(outfit.get("top", "top")))
    wide = 1.0 + 0.35 * (float(outfit.get("wide", 1.0)) - 1.0)
    s, w, h = bones.shoulder * wide, bones.waist * wide, bones.hips * wide
    if outfit.get("puff"):
        w, h = max(w, s * 0.86), max(h, s * 0.8)
    right = [
        bones.at(x, y)
        for x, y in (
            (s * 0.36, 1.02),
            (s * 0.72, 0.975),
            (s * 0.95, 0.89),
            (s * 0.97, 0.76),
            (s * 0.88, 0.6),
            (w, 0.36),
        )
    ]
    left = [
        bones.at(x, y)
        for x, y in (
            (-s * 0.36, 1.02),
            (-s * 0.72, 0.975),
            (-s * 0.95, 0.89),
            (-s * 0.97, 0.76),
            (-s * 0.88, 0.6),
            (-w, 0.36),
        )
    ]
    neckline = [bones.at(-0.030, 1.0), bones.at(0.008, 0.965), bones.at(0.034, 1.0)]
    is_long = "skirt" in outfit and "skirt_colour" not in outfit
    low = skirt_outline(look, bones, swing) if is_long else [bones.at(x, y) for x, y in _hem_points(look, h)]
    body = Part((curve([*neckline, *right, *low, *reversed(left)], 6),), top, 0.075, contact=0.012, hangs=True)
    parts = [] if is_long else [_pelvis(look, bones, w, h)]
    parts += [body, *_on_trunk(look, bones, top)]
    return [*parts, *(on_skirt(look, bones, swing, top) if is_long else [])]


def _pelvis(look: Look, bones: Skeleton, waist: float, hip: float) -> Part:
    corners = (
        (-waist, 0.3),
        (waist, 0.3),
        (hip, 0.04),
        (hip * 0.98, -0.12),
        (0.0, -0.2),
        (-hip * 0.98, -0.12),
        (-hip, 0.04),
    )
    return Part((curve([bones.at(x, y) for x, y in corners]),), _leg_colour(look), 0.06)


def _hem_points(look: Look, hip: float) -> list[Point]:
    drop = 0.02
    if "hem" in look.outfit:
        drop = (look.build.hip_y - float(look.outfit["hem"])) / (look.build.neck - look.build.hip_y) + 0.06
    return [
        (hip * 0.98, 0.06),
        (hip, -drop + 0.03),
        (hip * 0.9, -drop),
        (0.0, -drop - 0.012),
        (-hip * 0.9, -drop),
        (-hip, -drop + 0.03),
        (-hip * 0.98, 0.06),
    ]


def _on_trunk(look: Look, bones: Skeleton, top: F32) -> list[Part]:
    """Creases and markings of the upper body, as the outfit says."""
    outfit, s, w = look.outfit, bones.shoulder, bones.waist
    parts = [_fold(bones, ((-w * 0.9, 0.3), (-w * 0.2, 0.2), (w * 0.5, 0.24)), top)]
    parts += _neckline(look, bones, top)
    for name, row in people()["markings"].items():
        if name in outfit:
            colour = mix(look.colour(outfit[name]), row.get("toward", top), float(row.get("mixed", 0.0)))
            parts.append(Part(_marking(bones, row), colour, clip=True))
    if outfit.get("pads"):
        parts += [_fold(bones, ((-s, y), (0, y - 0.06), (s, y)), top) for y in (0.5, 0.28)]
    return parts


def _neckline(look: Look, bones: Skeleton, top: F32) -> list[Part]:
    """A collar in its colour, or the skin of a low neck."""
    name = look.outfit.get("collar")
    if name is None:
        return []
    if name == "skin":
        x = _FRONT * bones.shoulder
        throat = curve([bones.at(x - 0.03, 1.08), bones.at(x + 0.03, 1.08), bones.at(x + 0.005, 0.86)])
        return [Part((throat,), look.colour("skin"), clip=True)]
    edge = [(-0.05, 1.06), (-0.030, 1.0), (0.008, 0.96), (0.034, 1.0), (0.055, 1.06)]
    ring = tube([bones.at(x, y) for x, y in edge], [0.012] * 5)
    return [Part(ring, top * 0.8 if name == "top" else look.colour(str(name)), clip=True)]


def _marking(bones: Skeleton, row: Mapping[str, Any]) -> Shape:
    """The outlines of a marking: x from the middle of the front, in body heights or widths of the body."""
    unit = {"shoulder": bones.shoulder, "waist": bones.waist}.get(str(row.get("unit")), 1.0)
    middle = _FRONT * bones.shoulder if row.get("front", True) else 0.0
    outline = [bones.at(middle + x * unit, y) for x, y in row.get("poly", [])]
    straps = [
        tube([bones.at(middle + x * unit, y) for x, y in strap], [0.013] * len(strap))
        for strap in row.get("straps", [])
    ]
    dots = [ellipse(*bones.at(middle + x * unit, y), 0.007, 0.007, steps=8) for x, y in row.get("dots", [])]
    return (*([polygon(outline)] if outline else []), *(line for strap in straps for line in strap), *dots)


def _fold(bones: Skeleton, points: Sequence[Point], colour: F32) -> Part:
    """A soft crease."""
    return Part(tube([bones.at(x, y) for x, y in points], [0.004, 0.009, 0.003]), colour * 0.72, clip=True, soft=0.006)


def _leg_colour(look: Look) -> F32:
    name = str(look.outfit["legs"])
    return look.colour({"shorts": "bottom"}.get(name, name))


def leg(look: Look, limb: Limb, pose: Pose, pitch: float, *, is_far: bool) -> list[Part]:
    """One leg with its trouser and shoe."""
    outfit, thick = look.outfit, look.build.limb
    shade = 0.80 if is_far else 1.0
    name = str(outfit["legs"])
    is_bare = name in ("skin", "tights", "shorts")
    widths = _LEG if is_bare else _TROUSER
    puff = float(outfit.get("wide", 1.0)) * 0.92 if outfit.get("puff") else 1.0
    spine = _spine(limb)
    colour = look.colour("skin") if name == "shorts" else _leg_colour(look)
    parts = [Part(tube(spine, [w * thick * puff for w in widths]), colour * shade, 0.045 * puff, contact=0.012)]
    if name == "shorts":
        parts.append(
            Part(tube(spine[:3], [0.074 * thick, 0.07 * thick, 0.06 * thick]), _leg_colour(look) * shade, 0.045)
        )
    elif not is_bare:
        crease = tube([spine[1], limb.middle, spine[3]], [0.004, 0.008, 0.004])
        parts.append(Part(crease, colour * shade * 0.75, clip=True, soft=0.008))
    parts += _shoe(look, limb, pose, pitch, shade)
    return parts


def _spine(limb: Limb) -> list[Point]:
    (x0, y0), (x1, y1), (x2, y2) = limb
    return [limb.root, ((x0 + x1) / 2, (y0 + y1) / 2), limb.middle, ((x1 + x2) / 2, (y1 + y2) / 2), limb.end]


def _shoe(look: Look, limb: Limb, pose: Pose, pitch: float, shade: float) -> list[Part]:
    outfit, thick = look.outfit, 0.5 + 0.5 * look.build.limb
    colour = look.colour(str(outfit.get("boots_colour", "shoes"))) * shade
    sole = np.array(_SHOE, np.float32) * np.array([1.0 - 0.22 * pose.turn, 1.0], np.float32)
    big = (1.12 if look.is_child else 1.0) * (1.3 if outfit.get("puff") else 1.0) * thick
    parts = []
    if outfit.get("boots"):
        top = _spine(limb)[3]
        width = 0.05 * thick * (1.5 if outfit.get("puff") else 1.0)
        parts.append(Part(tube([top, limb.end], [width, width * 0.8]), colour, 0.03))
    foot = placed(curve(sole * np.array([big, 1.0], np.float32), 5), limb.end, 1.0, pitch)
    parts.append(Part((foot,), colour, 0.025))
    return parts


def sleeve(look: Look, limb: Limb, *, is_far: bool) -> list[Part]:
    """One arm with its sleeve and hand."""
    outfit, thick = look.outfit, look.build.limb
    shade = 0.82 if is_far else 1.0
    wide = float(outfit.get("wide", 1.0))
    skin = look.colour("skin") * shade
    cloth = look.colour(str(outfit.get("sleeve_colour", outfit.get("top", "top")))) * shade
    spine = _spine(limb)
    covered = float(outfit["sleeve"])
    hand_colour = look.colour(str(outfit["gloves"])) * shade if "gloves" in outfit else skin
    parts = _hand(limb, hand_colour, 1.35 if outfit.get("puff") else 0.5 + 0.5 * thick)
    if covered < 1:
        parts.append(Part(tube(spine, [w * thick for w in _ARM]), skin, 0.03, contact=0.012))
    if covered > 0:
        count = 5 if covered >= 1 else 4 if covered > 0.55 else 3
        flare = float(outfit.get("sleeve_flare", 0.0))
        widths = [w * thick * wide * 1.12 * (1 + flare * (i / 4) ** 2 * 1.6) for i, w in enumerate(_ARM[:count])]
        parts.append(Part(tube(spine[:count], widths), cloth, 0.035, contact=0.014))
        crease = tube([spine[1], limb.middle], [0.003, 0.008])
        parts.append(Part(crease, cloth * 0.76, clip=True, soft=0.006))
    if outfit.get("bands"):
        middle = spine[1]
        parts.append(
            Part(
                tube([(middle[0] - 0.06, middle[1]), (middle[0] + 0.06, middle[1])], [0.012, 0.012]),
                look.colour(outfit["bands"]),
                clip=True,
            )
        )
    if outfit.get("pads"):
        ball = placed(curve([(-1, 0), (-0.5, 0.9), (0.6, 0.9), (1.1, 0), (0.3, -0.9)]), limb.root, 0.056)
        parts.append(Part((ball,), cloth * 1.08, 0.04, contact=0.01))
    return parts


def _hand(limb: Limb, colour: F32, size: float) -> list[Part]:
    dx, dy = limb.end[0] - limb.middle[0], limb.end[1] - limb.middle[1]
    length = max(1e-6, math.hypot(dx, dy))
    dx, dy = dx / length, dy / length
    x, y = limb.end
    palm = [
        (x - dx * 0.012, y - dy * 0.012),
        (x + dx * 0.022, y + dy * 0.022),
        (x + dx * 0.054 * size, y + dy * 0.054 * size),
    ]
    thumb = [(x + dx * 0.008, y + dy * 0.008), (x + dx * 0.03 - dy * 0.02, y + dy * 0.03 + dx * 0.02)]
    gaps = []
    for across in (-0.0085, 0.0, 0.0085):
        root = (x + dx * 0.030 * size - dy * across * size, y + dy * 0.030 * size + dx * across * size)
        tip = (x + dx * 0.062 * size - dy * across * 0.8 * size, y + dy * 0.062 * size + dx * across * 0.8 * size)
        gaps.append(
            polygon([root, (tip[0] - dy * 0.0014, tip[1] + dx * 0.0014), (tip[0] + dy * 0.0014, tip[1] - dx * 0.0014)])
        )
    return [
        Part(
            (*tube(palm, [0.017 * size, 0.025 * size, 0.013 * size]), *tube(thumb, [0.010 * size, 0.007 * size])),
            colour,
            0.018,
        ),
        Part(tuple(gaps), colour * 0.62, clip=True, soft=0.0012, fine=True),
    ]
