"""Cloth that hangs from a body: skirts, coat tails, aprons, capes; and packs.

Parts in body heights, far to near; the legs push skirts out of their way.
"""

from __future__ import annotations

from typing import NamedTuple

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.people.look import Look
from astragen.builtin.painter.figures.people.skeleton import Limb, Skeleton
from astragen.builtin.painter.figures.shape import Point, curve, polygon, tube


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
    return _Hem(min(foot[0] for foot in feet) - room + swing, max(foot[0] for foot in feet) + room + swing * 0.6, low)


def skirt_outline(look: Look, bones: Skeleton, swing: float) -> list[Point]:
    """From the right hip round the hem to the left hip."""
    hem = _hem(look, bones, swing)
    h = bones.hips * 1.1
    hip_left, hip_right = bones.at(-h, -0.02), bones.at(h, -0.02)
    left, right, low, middle = hem.left, hem.right, hem.low, hem.middle
    return [
        hip_right, (hip_right[0] * 0.42 + right * 0.58, hip_right[1] * 0.45 + low * 0.55), (right, low + 0.022),
        (right - 0.010, low + 0.002),
        (middle + (right - middle) * 0.5, low - 0.010), (middle, low - 0.014),
        (middle - (middle - left) * 0.5, low - 0.010),
        (left + 0.010, low + 0.002), (left, low + 0.022),
        (hip_left[0] * 0.42 + left * 0.58, hip_left[1] * 0.45 + low * 0.55), hip_left,
    ]  # fmt: skip


def on_skirt(look: Look, bones: Skeleton, swing: float, colour: F32) -> list[Part]:
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
        gap = [
            (front[0] - 0.005, front[1] + 0.06),
            (front[0] + 0.012, front[1] + 0.06),
            (x + 0.05, low - 0.03),
            (x - 0.01, low - 0.03),
        ]
        parts.append(Part((polygon(gap),), look.colour(outfit["open"]) * 0.7, clip=True))
    if "sash" in outfit:
        belt = tube(
            [bones.at(-w * 1.3, start), bones.at(0, start - 0.03), bones.at(w * 1.3, start)], [0.016, 0.016, 0.016]
        )
        parts.append(Part(belt, look.colour(outfit["sash"]), clip=True))
    return parts


def skirt(look: Look, bones: Skeleton, swing: float) -> list[Part]:
    """A skirt of its own colour, over the trunk: from the waist to its hem, pushed by the legs."""
    if "skirt_colour" not in look.outfit:
        return []
    colour = look.colour(str(look.outfit["skirt_colour"]))
    w, start = bones.waist * 1.05, float(look.outfit["from"])
    waist = [bones.at(-w, start), bones.at(-w, start), bones.at(w, start), bones.at(w, start)]
    outline = [*waist, *skirt_outline(look, bones, swing)]
    return [Part((curve(outline, 6),), colour, 0.07, contact=0.012, hangs=True), *on_skirt(look, bones, swing, colour)]


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
        bones.at(front - s * 0.42, 0.78), bones.at(front + s * 0.42, 0.78), bones.at(front + s * 0.5, 0.4),
        bones.at(h * 1.02, 0.2),
        bones.at(h * 1.06, -0.05), (right + 0.045, low), (right + 0.045, low), (left - 0.01, low), (left - 0.01, low),
        bones.at(-h * 0.72, -0.05),
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
        left, bones.at(0, 1.04), right, (x + s * 1.02, bones.hip[1] * 0.7), (x + s * 0.85 + swing, low + 0.01),
        (x + s * 0.85 + swing, low + 0.01),
        (x - 0.2 * s + swing, low - 0.01), (x - s * 1.5 + swing * 1.4, low + 0.02),
        (x - s * 1.5 + swing * 1.4, low + 0.02),
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


def _on_leg(limb: Limb, share: float) -> Point:
    """The point *share* of the way down a leg."""
    half = 0.51
    start, end, part = (
        (limb.root, limb.middle, share / half) if share < half else (limb.middle, limb.end, (share - half) / (1 - half))
    )
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
