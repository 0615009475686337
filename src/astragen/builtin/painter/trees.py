"""Trees: grown from a seed, lit from the scene's sun.

Growers return premultiplied (h, w, 4) pictures whose foot is at the middle of the lower
edge; the same arguments give the same tree, another seed another one.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, ramp
from astragen.builtin.painter.easel import (
    FRACTION,
    SHIFT,
    TONES,
    Easel,
    Real,
    Shades,
    leaf_outline,
    lit_tones,
    table,
)
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import smoothstep, value_noise


def broadleaf(
    height: int,
    *,
    seed: int,
    light: Light,
    shades: Shades,
    bark: Shades | None = None,
    spread: float = 0.8,
    crown: float = 0.62,
    fullness: float = 1.0,
    lean: float = 0.0,
) -> F32:
    """A leaf tree about *height* px tall: by its seed up to a third taller.

    spread: width of the crown over the height. crown: part of the height that is crown.
    fullness: 0 bare branches, 1 dense. lean: sideways, in heights.
    """
    random = np.random.default_rng(seed)
    room = int(1.45 * height)  # for the tallest and widest crown; the picture is cut to what grew
    width = int(height * (spread * 2.4 + 0.7 + abs(lean)))
    foot = np.array([width / 2, room - 1.0])
    wood = Easel(width, room, lit_tones(bark or table()["bark"]["brown"], light))
    tips = _branches(wood, foot, height, random, spread=spread, crown=crown, lean=lean, side=light.side)
    if fullness <= 0:
        return _cut(wood.picture())
    leaves = Easel(width, room, lit_tones(shades, light))
    leaves.pixels = wood.pixels
    middle = tips.mean(0)
    clumps = _clumps(tips, middle, height, spread, crown, random)
    _foliage(leaves, clumps, middle, height, fullness, light.side, random)
    return _cut(leaves.picture())


def _cut(picture: F32) -> F32:
    """*picture* without its empty rows above and as many columns on both sides as are empty: the foot stays central."""
    rows = np.flatnonzero(picture[..., 3].max(1) > 0)
    columns = np.flatnonzero(picture[..., 3].max(0) > 0)
    if rows.size == 0:
        return picture
    width = picture.shape[1]
    spare = max(0, min(int(columns[0]), width - 1 - int(columns[-1])) - 1)
    return np.ascontiguousarray(picture[max(0, int(rows[0]) - 1) :, spare : width - spare])


def _branches(
    wood: Easel,
    foot: Real,
    height: int,
    random: np.random.Generator,
    *,
    spread: float,
    crown: float,
    lean: float,
    side: int,
) -> F32:
    """Draw trunk and branches; return the tips, (n, 2) px."""
    trunk = height * (1 - crown) * (0.95 + 0.25 * random.random())
    top = foot + np.array([lean * height * 0.6 + height * 0.03 * random.standard_normal(), -trunk])
    thick = height * (0.030 + 0.010 * random.random())
    _limb(wood, foot, top, thick * 1.5, thick * 0.8, side, bend=0.04 * random.standard_normal())
    flare = np.array([[-1.5, 0.0], [-0.75, -1.6], [0.75, -1.6], [1.5, 0.0]]) * thick
    wood.shape(foot + flare, 0.24)
    tips = []
    open_ends = [(top, math.pi / 2 - lean, height * crown * 0.46, thick * 0.75, 0)]
    while open_ends:
        start, heading, length, width, depth = open_ends.pop()
        parts = (4, 3, 2)[depth]
        for index in range(parts):
            fan = (index - (parts - 1) / 2) / max(1, parts - 1)
            angle = heading + fan * (1.15, 1.2, 1.0)[depth] * (0.7 + 0.8 * spread) + 0.2 * random.standard_normal()
            reach = length * (0.75 + 0.5 * random.random()) * (1 - 0.15 * abs(fan))
            end = start + np.array([math.cos(angle), -math.sin(angle) * 0.92]) * reach
            _limb(wood, start, end, width * 0.8, width * 0.42, side, bend=0.10 * random.standard_normal())
            tips.append(end)
            if depth < 2:
                open_ends.append((end, 0.75 * angle + 0.25 * math.pi / 2, length * 0.62, width * 0.52, depth + 1))
    return np.array(tips, np.float32)


def _limb(wood: Easel, start: Real, end: Real, first: float, last: float, side: int, *, bend: float) -> None:
    """A tapering, slightly bent branch: shaded body, a lighter strip toward the sun."""
    along = np.linspace(0, 1, 7)[:, None]
    way = end - start
    normal = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-6)
    line = start + way * along + normal * (np.sin(along * np.pi) * bend * np.hypot(*way))
    half = (first + (last - first) * along) / 2
    wood.shape(np.concatenate([line - normal * half, (line + normal * half)[::-1]]), 0.22)
    facing = normal if normal[0] * side > 0 else -normal
    strip = np.concatenate([line + facing * half * 0.15, (line + facing * half * 0.9)[::-1]])
    wood.shape(strip, 0.72)


def _clumps(tips: Real, middle: Real, height: int, spread: float, crown: float, random: np.random.Generator) -> F32:
    """(n, 3): x, y, radius of the balls of leaves, about the tips and inside the crown."""
    size = height * crown * (0.13 + 0.05 * min(1.0, spread))
    inner = middle + (tips - middle) * random.random((len(tips), 1)) * 0.9
    inner[:, 1] -= 0.02 * height
    points = np.concatenate([tips, inner])
    radius = size * (0.7 + 0.6 * random.random(len(points)))
    clumps = np.column_stack([points + 0.2 * size * random.standard_normal(points.shape), radius])
    return np.asarray(clumps, np.float32)


def _foliage(
    leaves: Easel, clumps: Real, middle: Real, height: int, fullness: float, side: int, random: np.random.Generator
) -> None:
    """Dabs of leaves on the clumps, dark and inner ones first, lit ones last."""
    sun = np.array([0.72 * side, -0.70])
    around = np.linspace(0, 2 * np.pi, 13)[:-1]
    for x, y, radius in clumps[np.argsort((clumps[:, :2] - middle) @ sun)]:
        ragged = radius * 0.60 * (0.7 + 0.4 * random.random(12)) * min(1.0, 0.4 + 0.6 * fullness)
        mass = np.column_stack([x + ragged * np.cos(around), y + 0.85 * ragged * np.sin(around)])
        leaves.shape(mass, 0.22 + 0.14 * float(np.clip((np.array([x, y]) - middle) @ sun / (height * 0.38), -1, 1)))
    leaf = float(np.clip(height * 0.0075, 1.4, 6))
    area = float((clumps[:, 2] ** 2).sum()) * math.pi
    count = int(np.clip(area / (leaf * leaf) * 0.62 * fullness, 40, 15000))
    of = random.integers(len(clumps), size=count)
    angle, out = random.random(count) * 2 * np.pi, np.sqrt(random.random(count))
    ball = np.column_stack([np.cos(angle) * out, np.sin(angle) * out * 0.82])
    at = clumps[of, :2] + ball * clumps[of, 2:]
    crown = (at - middle) / (height * 0.38)
    tone = 0.42 + 0.26 * (ball @ sun) + 0.24 * np.clip(crown @ sun, -1.2, 1.2) + 0.09 * random.standard_normal(count)
    outlines = _scattered(at, leaf * (0.65 + 0.7 * random.random(count)), random)
    order = np.argsort(tone + 0.30 * random.random(count))
    leaves.dabs(outlines[order], tone[order])


def canopy(
    width: int,
    height: int,
    *,
    seed: int,
    light: Light,
    shades: Shades,
    leaf: float,
    density: float = 1.0,
    glow_x: float,
) -> F32:
    """Leaves that hang into the picture from above, (height, width) px, brightest about column *glow_x*.

    leaf: px of one leaf. density: 1 closes the upper half.
    """
    random = np.random.default_rng(seed)
    easel = Easel(width, height, lit_tones(shades, light))
    clump = max(6 * leaf, 0.16 * height)
    count = int(width / clump * 9 * density)
    x = random.random(count) * 1.1 * width - 0.05 * width
    hang = np.interp(x / width, np.linspace(-0.1, 1.1, 14), 0.45 + 0.55 * random.random(14))
    y = height * 0.68 * hang * random.random(count) ** 1.7 - 0.35 * clump
    radius = clump * (0.35 + 0.45 * random.random(count)) * (1.1 - 0.6 * np.clip(y / height, 0, 1))
    bright = np.exp(-(((x - glow_x) / (0.30 * width)) ** 2)) * 0.20 + 0.12 * np.clip(y / height, 0, 1)
    around = np.linspace(0, 2 * np.pi, 12)[:-1]
    for index in np.argsort(bright):
        ragged = radius[index] * 0.7 * (0.7 + 0.5 * random.random(11))
        mass = np.column_stack([x[index] + ragged * np.cos(around), y[index] + 0.8 * ragged * np.sin(around)])
        easel.shape(mass, 0.10 + 0.7 * bright[index])
    dabs = int(np.clip(float((radius**2).sum()) * 2.2 / (leaf * leaf), 200, 16000))
    of = random.integers(count, size=dabs)
    angle, out = random.random(dabs) * 2 * np.pi, np.sqrt(random.random(dabs)) * 1.08
    ball = np.column_stack([np.cos(angle) * out, np.sin(angle) * out * 0.85])
    at = np.column_stack([x[of], y[of]]) + ball * radius[of, None]
    toward = np.column_stack([np.sign(glow_x - x[of]) * 0.6, np.full(dabs, -0.5)])
    tone = 0.16 + bright[of] + 0.20 * (ball * toward).sum(1) + 0.10 * random.standard_normal(dabs)
    order = np.argsort(tone + 0.35 * random.random(dabs))
    easel.dabs(_scattered(at, leaf * (0.6 + 0.7 * random.random(dabs)), random)[order], tone[order])
    return easel.picture()


def _scattered(at: Real, size: Real, random: np.random.Generator) -> F32:
    """(n, 7, 2) outlines of leaves of *size* px at *at*, turned at random."""
    turn = random.random(len(at)) * np.pi
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    outlines = np.einsum("pi,nij->npj", leaf_outline(), turned) * size[:, None, None] + at[:, None]
    return np.asarray(outlines, np.float32)


def pine(height: int, *, seed: int, light: Light, shades: Shades, snow: float = 0.0, spread: float = 0.36) -> F32:
    """A conifer *height* px tall; *snow* 0 none, 1 laden."""
    random = np.random.default_rng(seed)
    spread *= 0.85 + 0.35 * random.random()
    width = int(height * spread * 1.25) + 8
    middle = width / 2 + height * 0.01 * random.standard_normal()
    easel = Easel(width, height, lit_tones(shades, light))
    bark = lit_tones(table()["bark"]["brown"], light)
    white = Easel(width, height, lit_tones(("#8a9cc8", "#c6cfe6", "#f4f4fa"), light))
    trunk = np.array([[middle - 0.012 * height, height], [middle, 0.05 * height], [middle + 0.012 * height, height]])
    points = np.round(trunk * FRACTION).astype(np.int32)
    cv2.fillConvexPoly(easel.pixels, points, (*(bark[3] * 255).tolist(), 255.0), cv2.LINE_AA, SHIFT)
    white.pixels = easel.pixels
    tiers = int(np.clip(height / 9, 10, 40))
    bare = 0.05 + 0.10 * random.random()
    for tier in range(tiers):
        part = 1 - tier / (tiers - 1)  # 1 at the lowest, 0 at the tip
        y = height * (0.03 + (0.97 - bare) * part)
        reach = height * spread * 0.5 * (0.06 + 0.94 * part**0.85) * (0.82 + 0.30 * random.random())
        boughs = 4 + int(5 * part) + int(random.integers(2))
        order = np.argsort(np.abs(np.linspace(-1, 1, boughs)))[::-1]
        for slot in order:
            aside = float(np.linspace(-1, 1, boughs)[slot]) + 0.12 * float(random.standard_normal())
            _bough(easel, white, np.array([middle, y]), aside, reach, height / tiers, light.side, snow, random)
    return easel.picture()


def _bough(
    easel: Easel,
    white: Easel,
    root: Real,
    aside: float,
    reach: float,
    tall: float,
    side: int,
    snow: float,
    random: np.random.Generator,
) -> None:
    """One drooping bough seen from *aside* (-1 left, 0 toward the viewer, 1 right), with a ragged lower edge."""
    length = reach * (0.35 + 0.65 * abs(aside)) * (0.85 + 0.3 * random.random())
    way = np.sign(aside) if aside != 0 else 1.0
    droop = tall * (0.5 + 0.9 * random.random()) + 0.22 * length + 0.7 * tall * (1 - abs(aside))
    steps = 6
    along = np.linspace(0, 1, steps)
    x = root[0] + way * length * along * (0.25 + 0.75 * abs(aside))
    back = root[1] + droop * along**1.4 - 0.10 * length * along
    fringe = tall * (0.55 + 0.75 * np.sin(np.pi * np.minimum(along + 0.15, 1))) * (0.75 + 0.5 * random.random(steps))
    ragged = np.where(np.arange(steps) % 2 == 1, 1.0, 0.45)
    upper = np.column_stack([x, back])
    lower = np.column_stack([x - way * 0.06 * length, back + fringe * ragged + 0.2 * tall])
    tone = 0.34 + 0.26 * aside * side - 0.10 * (1 - abs(aside)) + 0.10 * random.standard_normal()
    easel.shape(np.concatenate([upper, lower[::-1]]), tone - 0.14)
    bright = np.concatenate([upper, (upper + (lower - upper) * [[0.25, 0.55]])[::-1]])
    easel.shape(bright, tone + 0.12)
    if snow > 0 and random.random() < 0.35 + 0.65 * snow:
        cap = upper + (lower - upper) * [[0.3, 0.30 + 0.35 * snow]] * (0.8 + 0.4 * random.random((steps, 1)))
        first = 1 if snow < 0.7 else 0
        white.shape(np.concatenate([upper[first:] - [[0, 0.16 * tall]], cap[first:][::-1]]), 0.42 + 0.42 * aside * side)


def palm(height: int, *, seed: int, light: Light, lean: float = 0.15) -> F32:
    """A coconut palm."""
    random = np.random.default_rng(seed)
    width = int(height * (1.0 + abs(lean)))
    easel = Easel(width, height, lit_tones(table()["jungle"], light))
    wood = Easel(width, height, lit_tones(table()["bark"]["palm"], light))
    wood.pixels = easel.pixels
    along = np.linspace(0, 1, 40)[:, None]
    foot = np.array([width / 2, height - 1.0])
    top = foot + np.array([lean * height, -0.68 * height])
    line = foot + (top - foot) * along + np.array([-0.35 * lean * height, 0.0]) * np.sin(along * np.pi)
    half = height * (0.020 - 0.009 * along)
    for index in range(39):
        ring = np.array(
            [
                line[index] - [half[index, 0], 0],
                line[index + 1] - [half[index + 1, 0] * 0.86, 0],
                line[index + 1] + [half[index + 1, 0] * 0.86, 0],
                line[index] + [half[index, 0], 0],
            ]
        )
        wood.dab(ring, 0.32 + 0.12 * (index % 2))
        lit_edge = ring.copy()
        lit_edge[[0, 1] if light.side > 0 else [2, 3], 0] = line[index, 0] + light.side * half[index, 0] * 0.2
        wood.dab(lit_edge, 0.72 + 0.1 * (index % 2))
    fronds = 12
    for angle in sorted(np.linspace(-0.35, np.pi + 0.35, fronds) + 0.10 * random.standard_normal(fronds), key=math.sin):
        _frond(easel, top, float(angle), height * (0.30 + 0.09 * random.random()), light.side, random)
    return easel.picture()


def _frond(easel: Easel, root: Real, angle: float, length: float, side: int, random: np.random.Generator) -> None:
    """An arching rib with hanging leaflets."""
    along = np.linspace(0, 1, 26)
    fall = 0.30 + 0.28 * abs(math.cos(angle)) + 0.1 * random.random()
    x = root[0] + math.cos(angle) * length * along
    y = root[1] - math.sin(angle) * length * 0.75 * along + fall * length * along**2.1
    tone = 0.44 + 0.22 * math.cos(angle) * side + 0.16 * math.sin(angle)
    slope = np.arctan2(np.gradient(y), np.gradient(x))
    for index in range(1, 26):
        leaf = length * 0.26 * math.sin(math.pi * min(1.0, 0.16 + 0.84 * along[index])) + 0.02 * length
        for way, shade in ((1, -0.12), (-1, 0.10)):
            heading = slope[index] + way * (0.95 - 0.35 * along[index]) + 0.08 * random.standard_normal()
            tip = np.array([x[index] + math.cos(heading) * leaf, y[index] + math.sin(heading) * leaf + 0.14 * leaf])
            thick = max(0.6, 0.030 * leaf + 0.002 * length)
            across = np.array([-math.sin(heading), math.cos(heading)]) * thick
            base = np.array([x[index], y[index]])
            mid = base + (tip - base) * 0.5
            easel.dab(np.array([base, mid - across, tip, mid + across]), tone + shade + 0.07 * random.standard_normal())


def trunk(width: int, height: int, *, seed: int, light: Light, shades: Shades, bands: float = 0.0) -> F32:
    """A tree trunk that fills (height, width) px but for its flaring foot; *bands* of dark bark for birches."""
    if width < 24:  # too thin for bark: paint it larger
        large = trunk(24, height, seed=seed, light=light, shades=shades, bands=bands)
        return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA), np.float32)
    tall = np.linspace(0, 1, height)[:, None]
    random = np.random.default_rng(seed)
    sway = 0.06 * np.interp(tall[:, 0], np.linspace(0, 1, 6), random.standard_normal(6))[:, None]
    across = np.linspace(-1, 1, width)[None]
    half = 0.55 + 0.10 * tall + 0.30 * smoothstep(0.86, 1.0, tall) ** 2
    knots = value_noise(height, width, 3, seed=seed, octaves=4, squash=0.35)
    aside = (across - sway) / half + 0.10 * (knots - 0.5)
    cover = np.clip((1 - np.abs(aside)) * half * width / 2, 0, 1)
    bark = value_noise(height, width, 9, seed=seed + 1, octaves=4, squash=0.16)
    ridge = np.abs(2 * value_noise(height, width, 7, seed=seed + 2, octaves=3, squash=0.10) - 1)
    round_ = np.clip(0.5 + 0.62 * aside * light.side, 0, 1) * np.sqrt(np.clip(1 - aside * aside, 0, 1)) * 1.25
    tone = np.clip(0.12 + 0.62 * round_ + 0.34 * (bark - 0.5) + 0.22 * (ridge - 0.3), 0, 1)
    if bands > 0:
        marks = value_noise(height, width, 2.2, seed=seed + 3, octaves=5, squash=7)
        tone = tone * (1 - bands * smoothstep(0.60, 0.68, marks))
    tones = lit_tones(shades, light)
    colour = ramp([(i / (TONES - 1), tones[i]) for i in range(TONES)], tone.astype(np.float32))
    return np.dstack([colour * cover[..., None], cover]).astype(np.float32)
