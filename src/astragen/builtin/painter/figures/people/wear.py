"""Clothes on a skeleton: trunk, skirts and coats, sleeves, trousers, shoes, capes.

Each function gives parts in body heights, far to near; rows of `outfits` in
`data/painter/figures/people.json` say which of them somebody wears.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.look import Look
from astragen.builtin.painter.figures.people.pose import Pose
from astragen.builtin.painter.figures.people.skeleton import Limb, Skeleton
from astragen.builtin.painter.figures.shape import Point, curve, placed, polygon, tube

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
    right = [bones.at(x, y) for x, y in ((s * 0.36, 1.02), (s * 0.72, 0.975), (s * 0.95, 0.89), (s * 0.97, 0.76), (s * 0.88, 0.6), (w, 0.36))]
    left = [bones.at(x, y) for x, y in ((-s * 0.36, 1.02), (-s * 0.72, 0.975), (-s * 0.95, 0.89), (-s * 0.97, 0.76), (-s * 0.88, 0.6), (-w, 0.36))]
    neckline = [bones.at(-0.030, 1.0), bones.at(0.008, 0.965), bones.at(0.034, 1.0)]
    is_long = "skirt" in outfit and "skirt_colour" not in outfit
    low = _skirt_outline(look, bones, swing) if is_long else [bones.at(x, y) for x, y in _hem_points(look, h)]
    body = Part((curve([*neckline, *right, *low, *reversed(left)], 6),), top, 0.075, contact=0.012, hangs=True)
    parts = [] if is_long else [_pelvis(look, bones, w, h)]
    parts += [body, *_on_trunk(look, bones, top)]
    return [*parts, *(_on_skirt(look, bones, swing, top) if is_long else [])]


def _pelvis(look: Look, bones: Skeleton, waist: float, hip: float) -> Part:
    corners = ((-waist, 0.3), (waist, 0.3), (hip, 0.04), (hip * 0.98, -0.12), (0.0, -0.2), (-hip * 0.98, -0.12), (-hip, 0.04))
    return Part((curve([bones.at(x, y) for x, y in corners]),), _leg_colour(look), 0.06)


def _hem_points(look: Look, hip: float) -> list[Point]:
    drop = 0.02
    if "hem" in look.outfit:
        drop = (look.build.hip_y - float(look.outfit["hem"])) / (look.build.neck - look.build.hip_y) + 0.06
    return [(hip * 0.98, 0.06), (hip, -drop + 0.03), (hip * 0.9, -drop), (0.0, -drop - 0.012), (-hip * 0.9, -drop), (-hip, -drop + 0.03), (-hip * 0.98, 0.06)]


def _on_trunk(look: Look, bones: Skeleton, top: F32) -> list[Part]:
    """Markings: neckline, shirt front, tie, bib, apron, belt, buttons."""
    outfit, s, w, h = look.outfit, bones.shoulder, bones.waist, bones.hips
    front = 0.22 * s
    at = bones.at
    parts = [_fold(bones, ((-w * 0.9, 0.3), (-w * 0.2, 0.2), (w * 0.5, 0.24)), top)]
    if outfit.get("collar") not in (None, "skin"):
        name = str(outfit["collar"])
        edge = tube([at(-0.05, 1.06), at(-0.030, 1.0), at(0.008, 0.96), at(0.034, 1.0), at(0.055, 1.06)], [0.012] * 5)
        parts.append(Part(edge, top * 0.8 if name == "top" else look.colour(name), clip=True))
    if outfit.get("collar") == "skin":
        parts.append(Part((curve([at(front - 0.03, 1.08), at(front + 0.03, 1.08), at(front + 0.005, 0.86)]),), look.colour("skin"), clip=True))
    if "vee" in outfit:
        shirt = [at(front - 0.036, 1.08), at(front + 0.036, 1.08), at(front + 0.012, 0.52), at(front + 0.004, 0.48)]
        parts.append(Part((polygon(shirt),), look.colour(outfit["vee"]), clip=True))
    if "tie" in outfit:
        tie = [at(front - 0.010, 1.0), at(front + 0.012, 1.0), at(front + 0.018, 0.64), at(front + 0.004, 0.54), at(front - 0.008, 0.64)]
        parts.append(Part((polygon(tie),), look.colour(outfit["tie"]), clip=True))
    if "open" in outfit:
        strip = [at(front - 0.01, 0.96), at(front + 0.03, 0.96), at(front + 0.05, 0.3), at(front + 0.05, -0.3), at(front - 0.02, -0.3), at(front - 0.01, 0.3)]
        parts.append(Part((polygon(strip),), mix(look.colour(outfit["open"]), top, 0.15), clip=True))
    if "bib" in outfit:
        bib = [at(front - s * 0.55, 0.72), at(front + s * 0.55, 0.72), at(s * 1.2, 0.36), at(s * 1.2, -0.3), at(-s * 1.2, -0.3), at(-s * 1.2, 0.36)]
        straps = [tube([at(front + x * 0.9, 0.7), at(front * 0.6 + x, 1.04)], [0.013, 0.013]) for x in (-0.42 * s, 0.42 * s)]
        parts += [Part((polygon(bib), *straps[0], *straps[1]), look.colour(outfit["bib"]), clip=True)]
    if "panel" in outfit:
        panel = [at(front - 0.045, 0.66), at(front + 0.045, 0.66), at(front + 0.045, 0.44), at(front - 0.045, 0.44)]
        parts.append(Part((polygon(panel),), mix("#59636e", look.colour(outfit["panel"]), 0.35), clip=True))
    if "buttons" in outfit:
        dots = tuple(placed(curve([(-1, 0), (0, 1), (1, 0), (0, -1)]), at(front, y), 0.007) for y in (0.84, 0.66, 0.48, 0.3))
        parts.append(Part(dots, look.colour(outfit["buttons"]), clip=True))
    if "belt" in outfit:
        belt = [at(-w * 1.5, 0.27), at(0, 0.235), at(w * 1.5, 0.27), at(w * 1.5, 0.17), at(0, 0.135), at(-w * 1.5, 0.17)]
        parts.append(Part((polygon(belt),), look.colour(outfit["belt"]), clip=True))
    if outfit.get("pads"):
        parts += [_fold(bones, ((-s, y), (0, y - 0.06), (s, y)), top) for y in (0.5, 0.28)]
    return parts


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
        parts.append(Part(tube(spine[:3], [0.074 * thick, 0.07 * thick, 0.06 * thick]), _leg_colour(look) * shade, 0.045))
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
        parts.append(Part(tube([(middle[0] - 0.06, middle[1]), (middle[0] + 0.06, middle[1])], [0.012, 0.012]), look.colour(outfit["bands"]), clip=True))
    if outfit.get("pads"):
        ball = placed(curve([(-1, 0), (-0.5, 0.9), (0.6, 0.9), (1.1, 0), (0.3, -0.9)]), limb.root, 0.056)
        parts.append(Part((ball,), cloth * 1.08, 0.04, contact=0.01))
    return parts


def _hand(limb: Limb, colour: F32, size: float) -> list[Part]:
    dx, dy = limb.end[0] - limb.middle[0], limb.end[1] - limb.middle[1]
    length = max(1e-6, math.hypot(dx, dy))
    dx, dy = dx / length, dy / length
    x, y = limb.end
    palm = [(x - dx * 0.012, y - dy * 0.012), (x + dx * 0.022, y + dy * 0.022), (x + dx * 0.054 * size, y + dy * 0.054 * size)]
    thumb = [(x + dx * 0.008, y + dy * 0.008), (x + dx * 0.03 - dy * 0.02, y + dy * 0.03 + dx * 0.02)]
    return [
        Part((*tube(palm, [0.017 * size, 0.025 * size, 0.013 * size]), *tube(thumb, [0.010 * size, 0.007 * size])), colour, 0.018)
    ]


def _on_leg(limb: Limb, share: float) -> Point:
    """The point *share* of the way down a leg."""
    half = 0.51
    start, end, part = (limb.root, limb.middle, share / half) if share < half else (limb.middle, limb.end, (share - half) / (1 - half))
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


class _Hem(NamedTuple):
    """Where a skirt ends."""

    left: float
    right: float
    low: float

    @property
    def middle(self) -> float:
        """Between the sides."""
        return (self.left + self.right) / 2


def _hem(look: Look, bones: Skeleton, swing: float) -> _Hem:
    outfit = look.outfit
    hem, flare = float(outfit["skirt"]), float(outfit["flare"])
    share = min(1.0, (look.build.hip_y - hem * look.build.hip_y / 0.5) / (look.build.hip_y - 0.03))
    feet = [_on_leg(limb, share) for limb in bones.legs]
    room = 0.052 * look.build.limb + flare * 0.9
    low = min(foot[1] for foot in feet) - (0.035 if share > 0.9 else 0.0)
    return _Hem(
        min(foot[0] for foot in feet) - room + swing, max(foot[0] for foot in feet) + room + swing * 0.6, low
    )


def _skirt_outline(look: Look, bones: Skeleton, swing: float) -> list[Point]:
    """From the right hip round the hem to the left hip."""
    hem = _hem(look, bones, swing)
    h = bones.hips * 1.1
    hip_left, hip_right = bones.at(-h, -0.02), bones.at(h, -0.02)
    left, right, low, middle = hem.left, hem.right, hem.low, hem.middle
    return [
        hip_right, (hip_right[0] * 0.42 + right * 0.58, hip_right[1] * 0.45 + low * 0.55), (right, low + 0.022), (right - 0.010, low + 0.002),
        (middle + (right - middle) * 0.5, low - 0.010), (middle, low - 0.014), (middle - (middle - left) * 0.5, low - 0.010),
        (left + 0.010, low + 0.002), (left, low + 0.022), (hip_left[0] * 0.42 + left * 0.58, hip_left[1] * 0.45 + low * 0.55), hip_left,
    ]  # fmt: skip


def _on_skirt(look: Look, bones: Skeleton, swing: float, colour: F32) -> list[Part]:
    """Folds, trim, the opening of a coat, a sash."""
    outfit, hem = look.outfit, _hem(look, bones, swing)
    w, h, start, flare = bones.waist, bones.hips, float(outfit["from"]), float(outfit["flare"])
    left, right, low, middle = hem.left, hem.right, hem.low, hem.middle
    parts = []
    for across in (-0.45, 0.05, 0.5):
        fold = [bones.at(h * across * 0.7, -0.1), (middle + (right - left) * across * 0.5, low)]
        parts.append(Part(tube(fold, [0.003, 0.006 + 0.08 * flare]), colour * 0.78, clip=True, soft=0.010))
    if "trim" in outfit:
        edge = [(left - 0.05, low + 0.012), (middle, low + 0.0), (right + 0.05, low + 0.012)]
        parts.append(Part(tube(edge, [0.012, 0.012, 0.012]), look.colour(outfit["trim"]), clip=True))
    if "open" in outfit:
        front = bones.at(0.3 * w, 0.0)
        x = middle + (right - middle) * 0.35
        gap = [(front[0] - 0.005, front[1] + 0.06), (front[0] + 0.012, front[1] + 0.06), (x + 0.05, low - 0.03), (x - 0.01, low - 0.03)]
        parts.append(Part((polygon(gap),), look.colour(outfit["open"]) * 0.7, clip=True))
    if "sash" in outfit:
        belt = tube([bones.at(-w * 1.3, start), bones.at(0, start - 0.03), bones.at(w * 1.3, start)], [0.016, 0.016, 0.016])
        parts.append(Part(belt, look.colour(outfit["sash"]), clip=True))
    return parts


def skirt(look: Look, bones: Skeleton, swing: float) -> list[Part]:
    """A skirt of its own colour, over the trunk: from the waist to its hem, pushed by the legs."""
    if "skirt_colour" not in look.outfit:
        return []
    colour = look.colour(str(look.outfit["skirt_colour"]))
    w, start = bones.waist * 1.05, float(look.outfit["from"])
    waist = [bones.at(-w, start), bones.at(-w, start), bones.at(w, start), bones.at(w, start)]
    outline = [*waist, *_skirt_outline(look, bones, swing)]
    return [Part((curve(outline, 6),), colour, 0.07, contact=0.012, hangs=True), *_on_skirt(look, bones, swing, colour)]


def apron(look: Look, bones: Skeleton) -> list[Part]:
    """An apron over the front of trunk and thighs."""
    if "apron" not in look.outfit:
        return []
    colour, s, h = look.colour(look.outfit["apron"]), bones.shoulder, bones.hips
    legs = [_on_leg(limb, 0.42) for limb in bones.legs]
    low = min(point[1] for point in legs)
    left, right = min(point[0] for point in legs), max(point[0] for point in legs)
    front = 0.14 * s
    outline = [
        bones.at(front - s * 0.42, 0.78), bones.at(front + s * 0.42, 0.78), bones.at(front + s * 0.5, 0.4), bones.at(h * 1.02, 0.2),
        bones.at(h * 1.06, -0.05), (right + 0.045, low), (right + 0.045, low), (left - 0.01, low), (left - 0.01, low), bones.at(-h * 0.72, -0.05),
        bones.at(-h * 0.62, 0.2), bones.at(front - s * 0.5, 0.4),
    ]  # fmt: skip
    return [Part((curve(outline, 5),), colour, 0.05, contact=0.01, hangs=True)]


def cape(look: Look, bones: Skeleton, swing: float) -> list[Part]:
    """A cape or cloak behind the body."""
    if "cape" not in look.outfit:
        return []
    colour = look.colour(str(look.outfit.get("cape_colour", "top"))) * 0.86
    s, low = bones.shoulder, float(look.outfit["cape"]) * look.build.hip_y
    left, right = bones.at(-s * 1.02, 0.92), bones.at(s * 0.9, 0.92)
    x = bones.hip[0]
    outline = [
        left, bones.at(0, 1.04), right, (x + s * 1.02, bones.hip[1] * 0.7), (x + s * 0.85 + swing, low + 0.01), (x + s * 0.85 + swing, low + 0.01),
        (x - 0.2 * s + swing, low - 0.01), (x - s * 1.5 + swing * 1.4, low + 0.02), (x - s * 1.5 + swing * 1.4, low + 0.02),
        (x - s * 1.36 + swing * 0.5, bones.hip[1] * 0.62), bones.at(-s * 1.18, 0.4),
    ]  # fmt: skip
    return [Part((curve(outline, 6),), colour, 0.06, hangs=True)]


def pack(look: Look, bones: Skeleton) -> list[Part]:
    """A tank or life-support pack on the back."""
    if "pack" not in look.outfit:
        return []
    s = bones.shoulder
    outline = [bones.at(-s * 1.12, 1.0), bones.at(s * 0.5, 1.02), bones.at(s * 0.5, 0.2), bones.at(-s * 1.12, 0.2)]
    doubled = [point for point in outline for _ in (0, 1)]
    return [Part((curve(doubled, 4),), look.colour(look.outfit["pack"]), 0.05)]
