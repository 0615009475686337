"""The body of a four-legged animal: trunk with its coat, legs, tail, mane."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.figures.beasts.rig import Rig, along
from astragen.builtin.painter.figures.ink import Part
from astragen.builtin.painter.figures.shape import Point, curve, ellipse, placed, polygon, tube, turned

TAU = 2 * math.pi


def trunk(rig: Rig, body: F32, seed: int) -> list[Part]:
    """Trunk and neck in one, with belly, back, pattern and collar."""
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
        parts.append(
            Part(
                tube([(x, y - 0.3), (x - 0.02, y), (x - 0.06, y + 0.4)], [0.16, 0.15, 0.13]),
                rgb(row["band"]),
                clip=True,
                soft=0.02,
            )
        )
    if not row.get("pillar") and not row.get("fleece"):
        parts += _fur(rig, body, seed)
    parts += _pattern(rig, seed)
    if "collar" in row:
        a, b = spine[4], spine[5]
        across = np.array([-(b - a)[1], (b - a)[0]]) / np.hypot(*(b - a)) * widths[4] * 1.1
        at = a * 0.35 + b * 0.65
        parts.append(
            Part(tube([tuple(at - across), tuple(at + across)], [0.032, 0.032]), rgb(row["collar"]), clip=True)
        )
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


def _fur(rig: Rig, body: F32, seed: int) -> list[Part]:
    """Strokes of the coat, darker and lighter, swept back and down."""
    widths: list[float] = rig.row["widths"]
    random = np.random.default_rng(seed + 1)
    is_short = "hoof" in rig.row
    parts = []
    for tint in (body * 0.72, mix(body, "#fff2dc", 0.22)):
        strokes = []
        for place in random.uniform(0.15, len(widths) - 1.1, 34):
            x, y, w, normal = along(rig.spine, widths, float(place))
            across = random.uniform(-0.85, 0.85)
            px, py = x + normal[0] * w * across, y + normal[1] * w * across
            long = random.uniform(0.05, 0.10) * (0.6 if is_short else 1.0)
            tip = (px - long, py - long * random.uniform(0.15, 0.65))
            strokes.append(polygon([(px, py + 0.006), tip, (px + 0.004, py - 0.008)]))
        parts.append(Part(tuple(strokes), tint, clip=True, soft=0.005, opacity=0.55, fine=True))
    return parts


def _pattern(rig: Rig, seed: int) -> list[Part]:
    """Stripes, patches or spots on the trunk."""
    row, spine = rig.row, rig.spine
    widths: list[float] = row["widths"]
    random = np.random.default_rng(seed)
    parts = []
    at = np.linspace(0, len(spine) - 1.001, 300)
    if "stripes" in row:
        for place in np.linspace(0.25, len(spine) - 1.4, 17):
            x, y, w, normal = along(spine, widths, place)
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
            x, y, w, normal = along(spine, widths, float(place))
            across = random.uniform(-0.9, 0.95)
            r = radius * random.uniform(0.6, 1.25) * (1.0 if place < 3.6 else 0.6)
            wobble = r * (1 + 0.28 * random.standard_normal(7)).clip(0.5, 1.5)
            ring = np.linspace(0, TAU, 7, endpoint=False)
            dots.append(
                curve(
                    np.column_stack(
                        [
                            x + normal[0] * w * across + np.cos(ring) * wobble,
                            y + normal[1] * w * across + np.sin(ring) * wobble,
                        ]
                    ),
                    4,
                )
            )
        parts.append(Part(tuple(dots), rgb(row[name]), clip=True))
    return parts


def leg(
    row: Mapping[str, Any], bones: list[Point], colours: Mapping[str, F32], *, is_hind: bool, shade: float
) -> list[Part]:
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
            Part(
                tube([(d[0] - 0.2, y), (d[0] + 0.2, y + 0.02)], [0.014, 0.014]), rgb(row["stripes"]) * shade, clip=True
            )
            for y in np.linspace(0.12, a[1] * 0.75, 6)
        ]
    foot = 0.052 * max(thick, 0.55)
    if "hoof" in row:
        hoof = [(-0.8, 0.9), (0.55, 0.95), (1.0, -0.2), (-0.95, -0.2)]
        parts.append(
            Part((placed(polygon(hoof), (d[0] + 0.2 * foot, d[1] + 0.01), foot),), rgb(row["hoof"]) * shade, 0.02)
        )
    else:
        long = 1.15 if row.get("pillar") else 1.5 if not row.get("flat") else 1.35
        paw = curve([(-0.8, 0.2), (-0.3, 0.9), (0.6 * long, 0.75), (long, 0.1), (long * 0.9, -0.25), (-0.75, -0.25)])
        end = rgb(row["socks"]) if "socks" in row else colours["leg"]
        parts.append(Part((placed(paw, (d[0] + 0.1 * foot, d[1] + 0.012), foot),), end * shade, 0.03))
    return parts


def tail(rig: Rig, colours: Mapping[str, F32]) -> list[Part]:
    """The tail, wagging; it lies on the ground when the animal sits."""
    row, wag = rig.row, rig.stance.wag
    points = np.asarray(row["tail"], np.float32) * float(row.get("tail_scale", 1.0))
    part = np.linspace(0, 1, len(points))
    base = rig.spine[0]
    swung = np.array(
        [
            turned(point[None], wag * share + rig.tail_angle * (1 - 0.7 * share))[0]
            for point, share in zip(points, part, strict=True)
        ]
    )
    at = swung + base + np.array([-0.02, 0.3 * row["widths"][0]], np.float32)
    if rig.stance.sits or rig.stance.lies:
        at[:, 1] = np.maximum(at[:, 1], 0.05)
    widths: list[float] = row["tail_widths"]
    parts = [Part(tube(at, widths, 7), colours["tail"], 0.08)]
    if "tail_tip" in row:
        tip = [tuple(at[-2] * 0.75 + at[-3] * 0.25), tuple(at[-1] * 1.3 - at[-2] * 0.3)]
        parts.append(Part(tube(tip, [max(widths), max(widths)]), rgb(row["tail_tip"]), clip=True, soft=0.03))
    return parts


def mane(rig: Rig, colour: F32) -> list[Part]:
    """Locks along the crest of the neck."""
    spine = rig.spine
    widths: list[float] = rig.row["widths"]
    locks: list[F32] = []
    for index, place in enumerate(np.linspace(3.4, len(spine) - 1.02, 13)):
        x, y, w, normal = along(spine, widths, float(place))
        top = (x + normal[0] * w * 0.95, y + normal[1] * w * 0.95)
        fall = 0.16 + 0.02 * (index % 3) + 0.03 * rig.stance.wag
        locks += tube([top, (top[0] - 0.05, top[1] - 0.04), (top[0] - 0.07, top[1] - fall)], [0.055, 0.06, 0.012])
    x, y = rig.head_at
    locks += tube([(x - 0.01, y + 0.08), (x + 0.07, y + 0.07), (x + 0.11, y - 0.04)], [0.04, 0.035, 0.008])
    return [Part(tuple(locks), colour, 0.04)]


def ruff(rig: Rig, colour: F32) -> list[Part]:
    """A lion's mane: rings of uneven locks round the face, longer below, lighter toward it."""
    x, y = rig.head_at
    unit = float(rig.row["head_length"])
    random = np.random.default_rng(11)
    middle = np.array([x - 0.05 * unit, y - 0.10 * unit])
    parts = []
    for reach, tint in ((0.94, colour * 0.66), (0.82, colour * 0.86), (0.68, mix(colour, "#d08a44", 0.30))):
        locks = [curve(_lock(middle, float(turn), reach * unit, random), 4) for turn in np.linspace(0, TAU, 22)[:-1]]
        core = ellipse(float(middle[0]), float(middle[1]), 0.80 * reach * unit, 0.86 * reach * unit)
        parts.append(Part((core, *locks), tint, 0.14 * unit, contact=0.02))
    return parts


def _lock(middle: np.ndarray, turn: float, reach: float, random: np.random.Generator) -> np.ndarray:
    """A leaf-shaped lock of hair from *middle* outward, bent a little down."""
    turn += random.uniform(-0.10, 0.10)
    long = reach * random.uniform(0.88, 1.10) * (1 + 0.26 * max(0.0, -math.sin(turn)))
    way, side = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    bend = -0.10 * reach * math.cos(turn) * side
    wide = 0.20 * reach
    root, belly, tip = middle + 0.3 * long * way, middle + 0.66 * long * way + 0.5 * bend, middle + long * way + bend
    near = (root + side * wide, belly + side * wide * 0.95)
    return np.stack([*near, tip + side * wide * 0.25, tip - side * wide * 0.3, belly - side * wide, root - side * wide])


def humps(rig: Rig, body: F32) -> list[Part]:
    """A camel's hump."""
    x, y, w, _ = along(rig.spine, rig.row["widths"], 2.1)
    hump = curve([(x - 0.26, y + w * 0.6), (x - 0.1, y + w + 0.16), (x + 0.06, y + w + 0.18), (x + 0.26, y + w * 0.6)])
    return [Part((hump,), body * 0.95, 0.1)]
