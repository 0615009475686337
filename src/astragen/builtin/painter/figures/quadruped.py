"""Four-legged animals: one rig, a row of `data/painter/figures/quadrupeds.json` for each.

Lengths count in heights at the withers; the animal faces right. The trunk and neck are one
tapered tube from tail to head, so that the outline flows; the head is a drawn outline.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.gait import Footfall, footfall, stride_of
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point, curve, ellipse, joint, placed, polygon, tube, turned
from astragen.builtin.painter.figures.table import table
from astragen.builtin.painter.noise import stable_seed

TAU = 2 * math.pi
_FAR = 0.74  # the far legs lie in the body's shade
_INK = np.array([0.10, 0.08, 0.08], np.float32)


class Stance(NamedTuple):
    """The animal at one moment.

    feet: near hind, far hind, near fore, far fore, from their rests. rise: of the trunk. pitch: of the trunk
    about its middle, nose up positive. neck: turn of neck and head, up positive. nod: of the head alone.
    sits: 0 stands, 1 sits. lies: the same. wag: of the tail, radians. flick: of the ears, radians.
    """

    feet: tuple[Footfall, Footfall, Footfall, Footfall]
    rise: float = 0.0
    pitch: float = 0.0
    neck: float = 0.0
    nod: float = 0.0
    sits: float = 0.0
    lies: float = 0.0
    wag: float = 0.0
    flick: float = 0.0


_REST = Footfall(0.0, 0.0, 0.0)
_STANDING = (Footfall(-0.04, 0, 0), Footfall(0.12, 0, 0), Footfall(0.03, 0, 0), Footfall(-0.09, 0, 0))


def _walk(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    duty, lift = 0.64, 0.10
    feet = tuple(footfall(phase + ahead, 0.21 * reach, duty, lift) for ahead in (0.0, 0.5, 0.25, 0.75))
    return Stance(
        (feet[0], feet[1], feet[2], feet[3]),
        rise=-0.008 + 0.008 * math.cos(2 * TAU * phase),
        pitch=0.010 * math.sin(2 * TAU * phase),
        neck=-0.04 + 0.05 * math.sin(2 * TAU * phase + 0.6),
        wag=0.22 * math.sin(TAU * phase),
        flick=0.1 * math.sin(TAU * phase),
    )


def _gallop(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    duty, lift = 0.34, 0.20
    feet = tuple(footfall(phase + ahead, 0.34 * reach, duty, lift) for ahead in (0.0, 0.09, 0.46, 0.55))
    return Stance(
        (feet[0], feet[1], feet[2], feet[3]),
        rise=0.02 + 0.05 * math.sin(TAU * phase + 0.9),
        pitch=0.10 * math.sin(TAU * phase - 0.6),
        neck=-0.16 - 0.10 * math.sin(TAU * phase - 0.6),
        wag=0.55 + 0.15 * math.sin(TAU * phase),
        flick=0.45,
    )


def _hop(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    air = math.sin(math.pi * min(1.0, max(0.0, (phase - 0.3) / 0.55)))
    feet = tuple(footfall(phase + ahead, 0.30 * reach, 0.4, 0.22) for ahead in (0.0, 0.04, 0.5, 0.54))
    return Stance(
        (feet[0], feet[1], feet[2], feet[3]),
        rise=0.16 * air,
        pitch=0.22 * math.sin(TAU * phase - 0.9),
        flick=0.35 * air,
    )


def _stand(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    slow = math.sin(TAU * phase)
    return Stance(
        _STANDING,
        rise=0.006 * math.sin(2 * TAU * phase),
        neck=0.05 * slow,
        nod=0.07 * math.sin(TAU * phase + 1.1),
        wag=0.25 * math.sin(2 * TAU * phase),
        flick=0.25 * max(0.0, math.sin(3 * TAU * phase + 0.5)) ** 6,
    )


def _graze(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    slow = math.sin(TAU * phase)
    return _stand(phase, row, reach)._replace(neck=-1.30 + 0.05 * slow, nod=0.62 + 0.08 * math.sin(3 * TAU * phase))


def _sit(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    return _stand(phase, row, reach)._replace(sits=1.0, wag=0.3 * math.sin(2 * TAU * phase))


def _lie(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    return _stand(phase, row, reach)._replace(lies=1.0, neck=-0.25 + 0.03 * math.sin(TAU * phase), wag=0.1)


def _look(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    return _stand(phase, row, reach)._replace(neck=0.35 + 0.04 * math.sin(TAU * phase), nod=0.25)


def _pounce(phase: float, row: Mapping[str, Any], reach: float) -> Stance:
    air = math.sin(math.pi * min(1.0, max(0.0, (phase - 0.25) / 0.5)))
    tuck = Footfall(-0.10 * air, 0.44 * air, 0.8 * air)
    fore = Footfall(0.16 * air, 0.52 * air, 0.5 * air)
    return Stance((tuck, tuck, fore, fore), rise=0.42 * air - 0.06 * (phase < 0.25), pitch=0.25 * math.cos(math.pi * phase) * air,
                  neck=0.1, wag=0.4 * air, flick=0.3 * air)  # fmt: skip


class _Rig:
    """A row put into a stance: where its joints are."""

    def __init__(self, row: Mapping[str, Any], stance: Stance) -> None:
        self.row, self.stance = row, stance
        spine = np.asarray(row["spine"], np.float32)
        hip, shoulder = np.asarray(row["hip"], np.float32), np.asarray(row["shoulder"], np.float32)
        points = np.concatenate([spine, hip[None], shoulder[None]])
        middle = (float((hip[0] + shoulder[0]) / 2), float((hip[1] + shoulder[1]) / 2))
        points = turned(points, stance.pitch, middle)
        if stance.sits:
            points = turned(points, 0.62 * stance.sits, (float(shoulder[0]), float(shoulder[1])))
            points[:, 1] += 0.02
        drop = stance.rise - stance.lies * (float(shoulder[1]) - 0.30)
        points[:, 1] += drop
        self.hip, self.shoulder = points[-2], points[-1]
        trunk = points[:-2]
        base = trunk[3].copy()
        neck_turn = stance.neck - 0.50 * stance.sits
        trunk[4:] = turned(trunk[4:], neck_turn, (float(base[0]), float(base[1])))
        self.spine = trunk
        self.head_at = (float(trunk[-1][0]), float(trunk[-1][1]))
        self.head_angle = float(row["head_angle"]) + 0.55 * neck_turn + stance.nod + 0.3 * stance.pitch
        self.tail_angle = stance.pitch + 0.62 * stance.sits

    def hind(self, foot: Footfall, rest: float) -> list[Point]:
        """Hip, knee, hock, foot."""
        row, stance = self.row, self.stance
        hip = (float(self.hip[0]), float(self.hip[1]))
        stand = float(row["hip"][1])
        hock = (0.10 if row.get("flat") else 0.30) * stand
        at = (float(row["hip"][0]) + rest + foot.x, foot.y)
        lean = (0.12 if row.get("flat") else 0.26) + 0.9 * foot.fold + 1.0 * max(0.0, -foot.x)
        if stance.sits or stance.lies:
            at, lean = (hip[0] + 0.30, 0.02), 1.35
            hip = (hip[0], max(hip[1], 0.20))
        ankle = (at[0] - hock * math.sin(lean), at[1] + hock * math.cos(lean))
        length = (stand - hock) * (1.03 if row.get("pillar") else 1.10)
        knee, ankle = joint(hip, ankle, length * 0.50, length * 0.56, 1.0)
        return [hip, knee, ankle, at]

    def fore(self, foot: Footfall, rest: float) -> list[Point]:
        """Shoulder, elbow, wrist, foot."""
        row, stance = self.row, self.stance
        shoulder = (float(self.shoulder[0]), float(self.shoulder[1]))
        stand = float(row["shoulder"][1])
        paw = 0.16 * stand
        at = (float(row["shoulder"][0]) + rest + foot.x, foot.y)
        lean = -1.1 * foot.fold
        if stance.lies:
            at, lean = (shoulder[0] + 0.34, 0.03), 1.45
        wrist = (at[0] - paw * math.sin(lean), at[1] + paw * math.cos(lean))
        length = (stand - paw) * (1.01 if row.get("pillar") else 1.04)
        elbow, wrist = joint(shoulder, wrist, length * 0.44, length * 0.58, -1.0)
        return [shoulder, elbow, wrist, at]


def _colours(row: Mapping[str, Any], body: F32) -> Mapping[str, F32]:
    """Named colours; a subject's own colour replaces the coat and leaves the rest."""
    return {
        "body": body,
        "leg": rgb(row["leg_colour"]) if "leg_colour" in row else body,
        "head": rgb(row["head_colour"]) if "head_colour" in row else body,
        "tail": rgb(row["tail_colour"]) if "tail_colour" in row else body * 0.95,
        "ear": rgb(row["ear_colour"]) if "ear_colour" in row else body * 0.9,
    }


def animal(row: Mapping[str, Any], stance: Stance, body: F32, seed: int) -> list[Part]:
    """The parts of an animal in *stance*, in withers heights."""
    rig, colours = _Rig(row, stance), _colours(row, body)
    hind_far, fore_far = rig.hind(stance.feet[1], 0.03), rig.fore(stance.feet[3], 0.03)
    hind, fore = rig.hind(stance.feet[0], 0.0), rig.fore(stance.feet[2], 0.0)
    parts = [
        *_leg(row, hind_far, colours, is_hind=True, shade=_FAR),
        *_leg(row, fore_far, colours, is_hind=False, shade=_FAR),
        *_tail(rig, colours),
        *_ear(rig, colours, is_far=True),
        *(_humps(rig, body) if row.get("humps") else []),
    ]
    near = [*_leg(row, hind, colours, is_hind=True, shade=1.0), *_leg(row, fore, colours, is_hind=False, shade=1.0)]
    trunk = _trunk(rig, body, seed)
    parts += [*near, *trunk] if row.get("fleece") else [*trunk, *near]
    if "ruff" in row:
        parts.append(_ruff(rig, rgb(row["ruff"])))
    if "mane" in row:
        parts += _mane(rig, rgb(row["mane"]))
    return [*parts, *_head(rig, colours), *_ear(rig, colours, is_far=False)]


def _trunk(rig: _Rig, body: F32, seed: int) -> list[Part]:
    row, spine = rig.row, rig.spine
    widths: list[float] = row["widths"]
    shape = tube(spine, widths, 7)
    if row.get("fleece"):
        shape = (*shape, *_wool(spine, widths, seed, spiny=bool(row.get("spiny"))))
    parts = [Part(shape, body, 0.20, contact=0.02)]
    if "back" in row:
        ridge = [(float(x), float(y + w * 0.9)) for (x, y), w in zip(spine, widths, strict=True)]
        parts.append(Part(tube(ridge, [0.6 * w for w in widths]), rgb(row["back"]), clip=True, soft=0.05))
    if "belly" in row:
        low = [(float(x), float(y - w * 0.95)) for (x, y), w in zip(spine[1:], widths[1:], strict=True)]
        parts.append(Part(tube(low, [0.42 * w for w in widths[1:]]), rgb(row["belly"]), clip=True, soft=0.045))
    if "band" in row:
        x, y = rig.shoulder
        parts.append(Part(tube([(x, y - 0.3), (x - 0.02, y), (x - 0.06, y + 0.4)], [0.16, 0.15, 0.13]), rgb(row["band"]), clip=True, soft=0.02))
    parts += _pattern(rig, seed)
    if "collar" in row:
        a, b = spine[4], spine[5]
        across = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a)) * widths[4] * 1.1
        at = a * 0.35 + b * 0.65
        parts.append(Part(tube([tuple(at - across), tuple(at + across)], [0.032, 0.032]), rgb(row["collar"]), clip=True))
    return parts


def _wool(spine: F32, widths: Sequence[float], seed: int, *, spiny: bool) -> list[F32]:
    """Curls (or spines) along the outline of the trunk."""
    random = np.random.default_rng(seed)
    found = []
    for index in range(4):
        (x, y), w = spine[index], widths[index]
        for turn in np.linspace(0, TAU, 11, endpoint=False) + random.random() * 0.4:
            if spiny and math.sin(turn) < -0.1:
                continue
            px, py = x + math.cos(turn) * w * 0.92, y + math.sin(turn) * w * 0.92
            if spiny:
                tip = (px + math.cos(turn + 0.5) * 0.13, py + math.sin(turn + 0.5) * 0.13)
                side = (math.cos(turn + 1.6) * 0.05, math.sin(turn + 1.6) * 0.05)
                found.append(polygon([(px + side[0], py + side[1]), tip, (px - side[0], py - side[1])]))
            else:
                found.append(ellipse(px, py, 0.085 + 0.03 * random.random(), 0.08))
    return found


def _pattern(rig: _Rig, seed: int) -> list[Part]:
    """Stripes, patches or spots on the trunk."""
    row, spine = rig.row, rig.spine
    widths: list[float] = row["widths"]
    random = np.random.default_rng(seed)
    parts = []
    at = np.linspace(0, len(spine) - 1.001, 300)
    if "stripes" in row:
        for place in np.linspace(0.25, len(spine) - 1.4, 17):
            x, y, w, normal = _along(spine, widths, place)
            lean = 0.25 * (random.random() - 0.3)
            top = (x + normal[0] * w * 1.1, y + normal[1] * w * 1.1)
            end = -0.45 + 0.5 * random.random()
            middle = (x + normal[0] * w * 0.3 + lean * 0.2, y + normal[1] * w * 0.3)
            tip = (x + normal[0] * w * end + lean * 0.4, y + normal[1] * w * end)
            parts.append(Part(tube([top, middle, tip], [0.030, 0.024, 0.004]), rgb(row["stripes"]), clip=True))
    size = float(row.get("patch_size", 1.0))
    for name, count, radius in (("patches", int(9 / size), 0.14 * size), ("spots", 70, 0.022)):
        if name not in row:
            continue
        dots = []
        for place in random.choice(at, count, replace=False):
            x, y, w, normal = _along(spine, widths, float(place))
            across = random.uniform(-0.9, 0.95)
            r = radius * random.uniform(0.6, 1.25) * (1.0 if place < 3.6 else 0.6)
            wobble = r * (1 + 0.28 * random.standard_normal(7)).clip(0.5, 1.5)
            ring = np.linspace(0, TAU, 7, endpoint=False)
            dots.append(curve(np.column_stack([x + normal[0] * w * across + np.cos(ring) * wobble, y + normal[1] * w * across + np.sin(ring) * wobble]), 4))
        parts.append(Part(tuple(dots), rgb(row[name]), clip=True))
    return parts


def _along(spine: F32, widths: Sequence[float], place: float) -> tuple[float, float, float, tuple[float, float]]:
    """The spine at a fractional index: x, y, half-width, unit normal (up)."""
    low = min(int(place), len(spine) - 2)
    part = place - low
    a, b = spine[low], spine[low + 1]
    x, y = a + (b - a) * part
    w = widths[low] + (widths[low + 1] - widths[low]) * part
    length = max(1e-6, float(np.hypot(*(b - a))))
    return float(x), float(y), float(w), (-float(b[1] - a[1]) / length, float(b[0] - a[0]) / length)


def _leg(row: Mapping[str, Any], bones: list[Point], colours: Mapping[str, F32], *, is_hind: bool, shade: float) -> list[Part]:
    """One leg, tapering from the thigh to the foot."""
    thick = float(row["leg"])
    haunch = row["widths"][1] * (0.80 if is_hind else 0.62)
    a, b, c, d = bones
    if row.get("pillar"):
        widths = [haunch * 0.7, 0.052 * thick, 0.046 * thick, 0.050 * thick]
    elif is_hind:
        widths = [haunch, max(0.068 * thick, haunch * 0.50), 0.040 * thick, 0.034 * thick]
    else:
        widths = [haunch, max(0.060 * thick, haunch * 0.42), 0.038 * thick, 0.034 * thick]
    colour = colours["leg"] * shade
    # The near leg grows out of the flank: its upper end melts into the trunk.
    melt = None if shade < 1 else (a[1] - 0.75 * haunch, a[1] + 0.30 * haunch)
    parts = [Part(tube([a, b, c, d], widths, 8), colour, 0.06 * max(1.0, thick * 0.7), melt=melt)]
    if "socks" in row:
        top = float(row["socks_at"]) * a[1]
        sock = [(d[0] - 1, top), (d[0] + 1, top), (d[0] + 1, d[1] - 0.2), (d[0] - 1, d[1] - 0.2)]
        parts.append(Part((polygon(sock),), rgb(row["socks"]) * shade, clip=True, soft=0.035))
    if "stripes" in row:
        parts += [
            Part(tube([(d[0] - 0.2, y), (d[0] + 0.2, y + 0.02)], [0.014, 0.014]), rgb(row["stripes"]) * shade, clip=True)
            for y in np.linspace(0.12, a[1] * 0.75, 6)
        ]
    foot = 0.052 * max(thick, 0.55)
    if "hoof" in row:
        hoof = [(-0.8, 0.9), (0.55, 0.95), (1.0, -0.2), (-0.95, -0.2)]
        parts.append(Part((placed(polygon(hoof), (d[0] + 0.2 * foot, d[1] + 0.01), foot),), rgb(row["hoof"]) * shade, 0.02))
    else:
        long = 1.15 if row.get("pillar") else 1.5 if not row.get("flat") else 1.35
        paw = curve([(-0.8, 0.2), (-0.3, 0.9), (0.6 * long, 0.75), (long, 0.1), (long * 0.9, -0.25), (-0.75, -0.25)])
        end = rgb(row["socks"]) if "socks" in row else colours["leg"]
        parts.append(Part((placed(paw, (d[0] + 0.1 * foot, d[1] + 0.012), foot),), end * shade, 0.03))
    return parts


def _tail(rig: _Rig, colours: Mapping[str, F32]) -> list[Part]:
    row, wag = rig.row, rig.stance.wag
    points = np.asarray(row["tail"], np.float32) * float(row.get("tail_scale", 1.0))
    part = np.linspace(0, 1, len(points))
    base = rig.spine[0]
    swung = np.array([turned(point[None], wag * share + rig.tail_angle * (1 - 0.7 * share))[0] for point, share in zip(points, part, strict=True)])
    at = swung + base + np.array([-0.02, 0.3 * row["widths"][0]], np.float32)
    if rig.stance.sits or rig.stance.lies:
        at[:, 1] = np.maximum(at[:, 1], 0.05)
    widths: list[float] = row["tail_widths"]
    parts = [Part(tube(at, widths, 7), colours["tail"], 0.08)]
    if "tail_tip" in row:
        tip = [tuple(at[-2] * 0.75 + at[-3] * 0.25), tuple(at[-1] * 1.3 - at[-2] * 0.3)]
        parts.append(Part(tube(tip, [max(widths), max(widths)]), rgb(row["tail_tip"]), clip=True, soft=0.03))
    return parts


def _head_shape(rig: _Rig, points: Sequence[Sequence[float]] | F32) -> F32:
    return placed(curve(points, 6), rig.head_at, float(rig.row["head_length"]), rig.head_angle)


def _head(rig: _Rig, colours: Mapping[str, F32]) -> list[Part]:
    row = rig.row
    unit = float(row["head_length"])
    parts = []
    if row.get("trunk"):
        parts += _elephant_trunk(rig, colours["head"])
    parts.append(Part((_head_shape(rig, row["head"]),), colours["head"], 0.26 * unit))
    if "cheek" in row:
        cheek = [(0.1, -0.42), (0.42, -0.06), (0.95, -0.02), (1.0, -0.16), (0.6, -0.34)]
        parts.append(Part((_head_shape(rig, cheek),), rgb(row["cheek"]), clip=True, soft=0.05 * unit))
    if "muzzle" in row:
        parts.append(Part((_head_shape(rig, [(0.6, 0.14), (1.1, 0.1), (1.1, -0.3), (0.6, -0.26)]),), rgb(row["muzzle"]), clip=True, soft=0.04 * unit))
    if "eye_patch" in row:
        parts.append(Part((_head_shape(rig, [(0.32, 0.16), (0.52, 0.2), (0.62, 0.02), (0.4, -0.12), (0.28, 0.0)]),), rgb(row["eye_patch"]), clip=True, soft=0.02 * unit))
    parts += _face(rig)
    parts += _horns(rig)
    return parts


def _face(rig: _Rig) -> list[Part]:
    row = rig.row
    unit = float(row["head_length"])
    x = 0.40 if not row.get("trunk") else 0.52
    eye = _head_shape(rig, ellipse(x, 0.12, 0.055, 0.062, steps=12))
    glint = _head_shape(rig, ellipse(x + 0.02, 0.145, 0.018, 0.02, steps=8))
    parts = [
        Part((eye,), rgb(row["eye"]) if "eye" in row else _INK, glow=0.6 if "eye" in row else 0.0, clip=True),
        Part((glint,), np.ones(3, np.float32), glow=0.4, clip=True),
    ]
    if row.get("trunk"):
        return parts
    tip = max(row["head"], key=lambda point: point[0])
    if "snout" in row:
        parts.append(Part((_head_shape(rig, ellipse(tip[0] - 0.02, tip[1], 0.06, 0.15, steps=14)),), rgb(row["snout"]), 0.02 * unit))
    elif "hoof" not in row:
        parts.append(Part((_head_shape(rig, ellipse(tip[0] - 0.03, tip[1] + 0.04, 0.065, 0.055, steps=12)),), _INK, 0.03 * unit))
    else:
        parts.append(Part((_head_shape(rig, ellipse(tip[0] - 0.08, tip[1] + 0.02, 0.035, 0.025, steps=10)),), _INK, clip=True))
    mouth = tube([(0.98, -0.10), (0.78, -0.14), (0.60, -0.12)], [0.010, 0.014, 0.004])
    parts.append(Part(tuple(placed(line, rig.head_at, unit, rig.head_angle) for line in mouth), _INK, clip=True, soft=0.008 * unit))
    return parts


def _ear(rig: _Rig, colours: Mapping[str, F32], *, is_far: bool) -> list[Part]:
    row = rig.row
    if row["ear"] is None:
        return []
    unit = float(row["head_length"])
    points = np.asarray(row["ear"], np.float32)
    base = (points[0] + points[-1]) / 2
    points = (points - base) * float(row.get("ear_scale", 1.0)) + base
    points = turned(points, rig.stance.flick * (0.8 if is_far else 1.0) - rig.stance.nod * 0.2, (float(base[0]), float(base[1])))
    if is_far:
        points = points + np.array([0.10, 0.02], np.float32)
    shape = placed(curve(np.repeat(points, 1, 0), 6), rig.head_at, unit, rig.head_angle)
    shade = 0.78 if is_far else 1.0
    parts = [Part((shape,), colours["ear"] * shade, 0.10 * unit, contact=0.0 if is_far else 0.03 * unit)]
    if not is_far and not row.get("trunk"):
        inner = (points - base) * 0.55 + base + np.array([0.03, 0.06], np.float32)
        parts.append(Part((placed(curve(inner, 6), rig.head_at, unit, rig.head_angle),), mix(colours["ear"], "#7a4a44", 0.45), clip=True, soft=0.02 * unit))
    return parts


def _elephant_trunk(rig: _Rig, colour: F32) -> list[Part]:
    swing = 0.12 * math.sin(rig.stance.wag * 3) + rig.stance.nod * 0.4
    points = [(0.62, -0.10), (0.86, -0.50), (0.92, -0.98), (1.0 + swing, -1.34), (1.16 + 1.4 * swing, -1.52)]
    shape = tuple(placed(line, rig.head_at, float(rig.row["head_length"]), rig.head_angle) for line in tube(points, [0.25, 0.19, 0.13, 0.095, 0.07]))
    return [Part(shape, colour * 0.97, 0.07)]


def _horns(rig: _Rig) -> list[Part]:
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
                strand([(0.08 + dx, 0.18), (-0.16 + dx, 0.62), (-0.04 + dx, 1.1), (0.2 + dx, 1.45)], [0.045, 0.038, 0.03, 0.012], "#b89a72", shade),
                strand([(0.0 + dx, 0.40), (0.2 + dx, 0.62), (0.28 + dx, 0.80)], [0.03, 0.024, 0.008], "#b89a72", shade),
                strand([(-0.14 + dx, 0.75), (0.1 + dx, 0.95), (0.3 + dx, 1.04)], [0.03, 0.022, 0.008], "#b89a72", shade),
                strand([(-0.1 + dx, 0.95), (-0.32 + dx, 1.22), (-0.3 + dx, 1.44)], [0.028, 0.022, 0.008], "#b89a72", shade),
            ]
    if row.get("horns"):
        for dx, shade in ((0.12, 0.75), (0.0, 1.0)):
            parts.append(strand([(0.06 + dx, 0.2), (-0.02 + dx, 0.42), (0.14 + dx, 0.6)], [0.06, 0.05, 0.012], "#d8c8a8", shade))
    if row.get("ossicones"):
        parts += [strand([(0.12 + dx, 0.22), (0.08 + dx, 0.5)], [0.04, 0.06], "#7a5234") for dx in (0.12, 0.0)]
    if row.get("horn"):
        parts.append(strand([(0.22, 0.2), (0.52, 1.0)], [0.055, 0.004], "#f0dca0"))
    if row.get("nose_horn"):
        parts += [strand([(0.9, 0.1), (1.0, 0.36), (1.02, 0.62)], [0.11, 0.07, 0.008], "#c8c0b0"), strand([(0.66, 0.12), (0.72, 0.32)], [0.07, 0.01], "#c8c0b0")]
    if row.get("tusks"):
        lift = 0.0
        big = bool(row.get("trunk"))
        points = [(0.62, -0.34), (0.9, -0.62), (1.22, -0.56)] if big else [(0.8, -0.2), (0.92, -0.1), (0.94, 0.06)]
        parts.append(strand(points, [0.07, 0.055, 0.01] if big else [0.04, 0.03, 0.006], "#efe8d6"))
    if row.get("beard"):
        parts.append(strand([(0.5, -0.2), (0.5, -0.5), (0.44, -0.68)], [0.08, 0.06, 0.01], row["body"], 0.9))
    return parts


def _mane(rig: _Rig, colour: F32) -> list[Part]:
    """Locks along the crest of the neck."""
    spine = rig.spine
    widths: list[float] = rig.row["widths"]
    locks: list[F32] = []
    for index, place in enumerate(np.linspace(3.4, len(spine) - 1.02, 13)):
        x, y, w, normal = _along(spine, widths, float(place))
        top = (x + normal[0] * w * 0.95, y + normal[1] * w * 0.95)
        fall = 0.16 + 0.02 * (index % 3) + 0.03 * rig.stance.wag
        locks += tube([top, (top[0] - 0.05, top[1] - 0.04), (top[0] - 0.07, top[1] - fall)], [0.055, 0.06, 0.012])
    x, y = rig.head_at
    locks += tube([(x - 0.01, y + 0.08), (x + 0.07, y + 0.07), (x + 0.11, y - 0.04)], [0.04, 0.035, 0.008])
    return [Part(tuple(locks), colour, 0.04)]


def _ruff(rig: _Rig, colour: F32) -> Part:
    """A lion's mane."""
    x, y = rig.head_at
    unit = float(rig.row["head_length"])
    turn = np.linspace(0, TAU, 26, endpoint=False)
    r = unit * 0.74 * (1 + 0.07 * np.cos(turn * 13)) * (1 + 0.22 * np.clip(-np.sin(turn), 0, 1))
    at = np.column_stack([x - 0.05 * unit + np.cos(turn) * r * 0.92, y - 0.10 * unit + np.sin(turn) * r])
    return Part((curve(at, 4),), colour, 0.2 * unit, contact=0.02)


def _humps(rig: _Rig, body: F32) -> list[Part]:
    x, y, w, _ = _along(rig.spine, rig.row["widths"], 2.1)
    hump = curve([(x - 0.26, y + w * 0.6), (x - 0.1, y + w + 0.16), (x + 0.06, y + w + 0.18), (x + 0.26, y + w * 0.6)])
    return [Part((hump,), body * 0.95, 0.1)]


def quadruped_figure(who: str, said: Mapping[str, Any], action: str) -> Figure:
    """An animal doing something; said: species, and optionally body (colour) and scale."""
    row: Mapping[str, Any] = table("figures/quadrupeds.json")[said["species"]]
    height = float(row["height"]) * float(said.get("scale", 1.0))
    body = rgb(str(said.get("body", row["body"])))
    seed = stable_seed("animal", who)
    pose, period, reach, duty = _action(row, action)
    stride = 0.0 if reach == 0 else stride_of(reach, duty) * height
    slow = max(0.75, (height / 0.6) ** 0.22)

    def draw(phase: float, share: float) -> list[Part]:
        return [_grown(part, height) for part in animal(row, pose(phase, row, share), body, seed)]

    head = row["spine"][-1]
    top = float(row.get("top", max(1.0, head[1] + 0.25 * row["head_length"])))
    long = float(head[0] + row["head_length"] - row["spine"][0][0] + 0.3)
    return Figure(
        draw=draw, height=top * height, length=long * height, period=period * slow, stride=stride,
        focus=((float(head[0]) + 0.3 * row["head_length"]) * height, float(head[1]) * height),
        poses=24 if period < 2.5 else 14, is_smooth=period >= 2.5,
    )  # fmt: skip


def _action(row: Mapping[str, Any], action: str) -> tuple[Any, float, float, float]:
    """(stance, period in s, reach, duty) of *action* for this animal."""
    runs = (_hop, 0.7, 0.30, 0.4) if row.get("hops") else (_gallop, 0.52, 0.34, 0.34) if row.get("gallop") else (_walk, 0.75, 0.21, 0.64)
    walks = (_hop, 0.95, 0.30, 0.4) if row.get("hops") else (_walk, 1.05, 0.21, 0.64)
    if action in ("walk", "climb", "carry"):
        return walks
    if action in ("run", "fly", "swim", "dance"):
        return runs
    if action in ("jump", "play", "cheer"):
        return (_pounce, 1.2, 0.0, 1.0)
    if action in ("sit", "floor", "kneel", "think") and row.get("sits"):
        return (_sit, 5.0, 0.0, 1.0)
    if action in ("lie", "sit", "floor"):
        return (_lie, 5.0, 0.0, 1.0)
    if action in ("work", "hold") and row.get("grazes"):
        return (_graze, 5.0, 0.0, 1.0)
    if action in ("look", "point", "wave", "reach"):
        return (_look, 5.0, 0.0, 1.0)
    return (_stand, 5.0, 0.0, 1.0)


def _grown(part: Part, height: float) -> Part:
    return part._replace(
        shape=tuple(outline * height for outline in part.shape),
        bulge=part.bulge * height, contact=part.contact * height, soft=part.soft * height,
        melt=None if part.melt is None else (part.melt[0] * height, part.melt[1] * height),
    )  # fmt: skip
