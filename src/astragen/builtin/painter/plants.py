"""Plants: trees, bushes, grass, each grown from a seed, lit from the scene's sun.

Growers return premultiplied (h, w, 4) pictures whose foot is at the middle of the lower
edge; the same arguments give the same plant, another seed another one. `Swaying` hangs
a picture that moves in the wind. Colours: rows of data/painter/plants.json, each
(shade, body, lit), light not yet applied.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, luma, mix, ramp
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import blur, smoothstep, value_noise
from astragen.builtin.painter.sprite import sprite
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.vocabulary import Season

Real = NDArray[np.floating[Any]]
Shades = Sequence[Colour]  # shade, body, lit
_TONES = 12  # steps between shade and light that dabs are painted in
_FRACTION = 16  # of a pixel, in OpenCV's drawing calls
_SHIFT = 4


@cache
def table() -> dict[str, Any]:
    """The colours of plants."""
    text = (resources.files("astragen") / "data" / "painter" / "plants.json").read_text(encoding="utf-8")
    rows: dict[str, Any] = json.loads(text)
    return rows


def leaves_of(season: Season, random: np.random.Generator) -> Shades:
    """One of the season's leaf colours."""
    rows: list[Shades] = table()["leaves"][season.value]
    return rows[int(random.integers(len(rows)))]


def hexed(colour: Real) -> str:
    """(3,) sRGB as "#rrggbb"."""
    return "#" + "".join(f"{round(float(np.clip(value, 0, 1)) * 255):02x}" for value in colour)


def lit_tones(shades: Shades, light: Light) -> F32:
    """(_TONES, 3): *shades* from full shade to full sun under *light*."""
    part = np.linspace(0, 1, _TONES).astype(np.float32)
    albedo = ramp(((0.0, shades[0]), (0.55, shades[1]), (1.0, shades[2])), part)
    shade = 0.6 * light.ambient + 0.4 * float(luma(light.ambient))  # leaves bounce light among themselves: less blue
    ambient = shade * 0.72 + 0.13 * (1 - 0.8 * light.dark) + 0.16 * (1 - light.strength) * (1 - light.dark)
    tint = ambient + light.key * (part * light.strength * 0.66)[:, None]
    return np.asarray(np.clip(albedo * tint * 1.25, 0, 1), np.float32)


class _Easel:
    """A picture under the brush: colours are laid as anti-aliased dabs, later ones on top."""

    def __init__(self, width: int, height: int, tones: F32) -> None:
        self.pixels: U8 = np.zeros((height, width, 4), np.uint8)
        self._colours = [(*(float(round(value * 255)) for value in tone), 255.0) for tone in tones]

    def dab(self, outline: Real, tone: float) -> None:
        """Fill the convex *outline* ((n, 2) px) in the colour at *tone*, 0 shade to 1 light."""
        colour = self._colours[min(_TONES - 1, max(0, int(tone * _TONES)))]
        cv2.fillConvexPoly(self.pixels, (outline * _FRACTION).astype(np.int32), colour, cv2.LINE_AA, _SHIFT)

    def dabs(self, outlines: Real, tones: Real) -> None:
        """Fill many convex *outlines* ((m, n, 2) px), in order, each at its tone."""
        points = (outlines * _FRACTION).astype(np.int32)
        steps = np.clip(tones * _TONES, 0, _TONES - 1).astype(np.int64).tolist()
        for outline, step in zip(points, steps, strict=True):
            cv2.fillConvexPoly(self.pixels, outline, self._colours[step], cv2.LINE_AA, _SHIFT)

    def shape(self, outline: Real, tone: float) -> None:
        """Fill any simple *outline*."""
        colour = self._colours[min(_TONES - 1, max(0, int(tone * _TONES)))]
        cv2.fillPoly(self.pixels, [np.round(outline * _FRACTION).astype(np.int32)], colour, cv2.LINE_AA, _SHIFT)

    def picture(self) -> F32:
        """Premultiplied float picture."""
        return np.asarray(self.pixels.astype(np.float32) * np.float32(1 / 255), np.float32)


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
    wood = _Easel(width, room, lit_tones(bark or table()["bark"]["brown"], light))
    tips = _branches(wood, foot, height, random, spread=spread, crown=crown, lean=lean, side=light.side)
    if fullness <= 0:
        return _cut(wood.picture())
    leaves = _Easel(width, room, lit_tones(shades, light))
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
    wood: _Easel,
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


def _limb(wood: _Easel, start: Real, end: Real, first: float, last: float, side: int, *, bend: float) -> None:
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
    leaves: _Easel, clumps: Real, middle: Real, height: int, fullness: float, side: int, random: np.random.Generator
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


def _leaf_outline() -> F32:
    around = np.linspace(0, 2 * np.pi, 8)[:-1]
    return np.column_stack([np.cos(around), 0.62 * np.sin(around)]).astype(np.float32)


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
    easel = _Easel(width, height, lit_tones(shades, light))
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
    outlines = np.einsum("pi,nij->npj", _leaf_outline(), turned) * size[:, None, None] + at[:, None]
    return np.asarray(outlines, np.float32)


def pine(height: int, *, seed: int, light: Light, shades: Shades, snow: float = 0.0, spread: float = 0.36) -> F32:
    """A conifer *height* px tall; *snow* 0 none, 1 laden."""
    random = np.random.default_rng(seed)
    spread *= 0.85 + 0.35 * random.random()
    width = int(height * spread * 1.25) + 8
    middle = width / 2 + height * 0.01 * random.standard_normal()
    easel = _Easel(width, height, lit_tones(shades, light))
    bark = lit_tones(table()["bark"]["brown"], light)
    white = _Easel(width, height, lit_tones(("#8a9cc8", "#c6cfe6", "#f4f4fa"), light))
    trunk = np.array([[middle - 0.012 * height, height], [middle, 0.05 * height], [middle + 0.012 * height, height]])
    points = np.round(trunk * _FRACTION).astype(np.int32)
    cv2.fillConvexPoly(easel.pixels, points, (*(bark[3] * 255).tolist(), 255.0), cv2.LINE_AA, _SHIFT)
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
    easel: _Easel,
    white: _Easel,
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
    easel = _Easel(width, height, lit_tones(table()["jungle"], light))
    wood = _Easel(width, height, lit_tones(table()["bark"]["palm"], light))
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


def _frond(easel: _Easel, root: Real, angle: float, length: float, side: int, random: np.random.Generator) -> None:
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


def grass(
    width: int,
    height: int,
    *,
    seed: int,
    light: Light,
    shades: Shades,
    density: float = 1.0,
    lean: float = 0.25,
    flowers: Sequence[Colour] = (),
) -> F32:
    """A strip of blades *width* px wide, rooted along its lower edge, up to *height* px tall."""
    random = np.random.default_rng(seed)
    easel = _Easel(width, height, lit_tones(shades, light))
    blade = max(1.2, height * 0.022)
    count = int(width / blade * 3.2 * density)
    patches = smoothstep(0.75 - density, 1.05 - 0.6 * density, random.random(40))  # thin grass grows in patches
    clump = np.interp(np.linspace(0, 1, 512), np.linspace(0, 1, 40), (0.5 + 0.5 * random.random(40)) * patches)
    root_x = random.random(count) * width
    root_x = root_x[clump[(root_x / width * 511).astype(np.int64)] > 0.12]
    count = root_x.size
    rise = height * (0.14 + 0.38 * random.random(count) ** 1.5) * clump[(root_x / width * 511).astype(np.int64)]
    bend = rise * lean * (random.standard_normal(count) + 0.5 * light.side)
    tone = 0.22 + 0.46 * random.random(count)
    root_y = height + blade - random.random(count) ** 1.3 * height * 0.5
    order = np.argsort(root_y)
    foot = np.column_stack([root_x, root_y])[order]
    bend, rise, tone = bend[order], rise[order], tone[order]
    mid, tip = foot + np.column_stack([bend * 0.28, -rise * 0.55]), foot + np.column_stack([bend, -rise])
    half = np.column_stack([blade * (0.45 + 0.3 * tone), np.zeros(count)])
    lower = np.stack([foot - half, mid - half * 0.7, mid + half * 0.7, foot + half], 1)
    upper = np.stack([mid - half * 0.7, tip, tip, mid + half * 0.7], 1)
    # Each blade is a dark lower and a bright upper part, laid together so that nearer blades cover both.
    easel.dabs(np.stack([lower, upper], 1).reshape(-1, 4, 2), np.column_stack([tone - 0.18, tone + 0.12]).ravel())
    if flowers:
        _flowers(easel, width, height, flowers, light, random)
    return easel.picture()


def _flowers(
    easel: _Easel, width: int, height: int, colours: Sequence[Colour], light: Light, random: np.random.Generator
) -> None:
    size = max(1.6, 0.035 * height)
    palette = [lit_tones((mix(colour, "#000000", 0.4), colour, colour), light) for colour in colours]
    for _ in range(int(width / size * 0.09)):
        centre = np.array([random.random() * width, height * (0.25 + 0.6 * random.random())])
        tones = palette[int(random.integers(len(palette)))]
        for petal in range(5):
            angle = petal * 2 * math.pi / 5 + random.random()
            at = centre + size * 0.55 * np.array([math.cos(angle), 0.7 * math.sin(angle)])
            outline = at + _leaf_outline() * size * 0.5
            colour = (*(tones[8 - petal % 3] * 255).tolist(), 255.0)
            cv2.fillConvexPoly(
                easel.pixels, np.round(outline * _FRACTION).astype(np.int32), colour, cv2.LINE_AA, _SHIFT
            )


def fern(height: int, *, seed: int, light: Light, shades: Shades, fronds: int = 9) -> F32:
    """A tuft of arching, feathered fronds."""
    random = np.random.default_rng(seed)
    width = int(height * 2.2)
    easel = _Easel(width, height, lit_tones(shades, light))
    root = np.array([width / 2, height - 1.0])
    for angle in sorted(
        np.linspace(0.25, np.pi - 0.25, fronds) + 0.12 * random.standard_normal(fronds), key=lambda a: -abs(math.cos(a))
    ):
        _feather(easel, root, float(angle), height * (0.85 + 0.3 * random.random()), light.side, random)
    return easel.picture()


def _feather(easel: _Easel, root: Real, angle: float, length: float, side: int, random: np.random.Generator) -> None:
    along = np.linspace(0, 1, 22)
    x = root[0] + math.cos(angle) * length * along
    y = root[1] - math.sin(angle) * length * along + (0.25 + 0.45 * abs(math.cos(angle))) * length * along**2.2
    heading = np.arctan2(np.gradient(y), np.gradient(x))
    tone = 0.42 + 0.25 * math.cos(angle) * side + 0.08 * random.standard_normal()
    for index in range(2, 22):
        leaf = length * 0.20 * (1 - along[index]) ** 0.7 * min(1.0, 4 * along[index]) + 1
        for way, shade in ((1, -0.10), (-1, 0.12)):
            turn = heading[index] + way * 1.15
            base = np.array([x[index], y[index]])
            tip = base + leaf * np.array([math.cos(turn), math.sin(turn)]) + [0, 0.12 * leaf]
            across = max(0.7, 0.13 * leaf) * np.array([-math.sin(turn), math.cos(turn)])
            mid = base + (tip - base) * 0.45
            easel.dab(np.array([base, mid - across, tip, mid + across]), tone + shade)


def kelp(height: int, *, seed: int, light: Light, shades: Shades) -> F32:
    """Long weeds of the sea: swaying stems with narrow blades on both sides."""
    random = np.random.default_rng(seed)
    width = round(0.42 * height)
    easel = _Easel(width, height, lit_tones(shades, light))
    for _ in range(7):
        foot, tall = width * (0.2 + 0.6 * random.random()), height * (0.45 + 0.53 * random.random())
        along = np.linspace(0, 1, 26)
        phase, bend = 2 * np.pi * random.random(), 0.05 * width * (0.5 + random.random())
        x = foot + bend * (0.3 + along) * np.sin(5 * along + phase) + 0.12 * width * along * random.standard_normal()
        y = height - tall * along
        for index in range(1, 26):
            blade = 0.085 * height * (1.1 - 0.7 * along[index])
            for way in (-1, 1):
                root = np.array([x[index], y[index]])
                lift = 0.75 + 0.4 * random.random()
                tip = root + blade * np.array([way * (0.8 + 0.3 * random.random()), -lift])
                across = np.array([0.10 * blade, 0.08 * blade * way])
                middle = root + (tip - root) * 0.5
                tone = 0.35 + 0.25 * way * light.side + 0.15 * random.random()
                easel.dab(np.array([root, middle - across, tip, middle + across]), tone)
        half = np.column_stack([np.full(26, max(0.8, 0.006 * height)), np.zeros(26)])
        line = np.column_stack([x, y])
        easel.shape(np.concatenate([line - half, (line + half)[::-1]]), 0.5)
    return easel.picture()


def broad_leaves(height: int, *, seed: int, light: Light, shades: Shades, count: int = 7) -> F32:
    """A jungle plant: large arching leaves on stalks, with ribs."""
    random = np.random.default_rng(seed)
    width = int(height * 1.9)
    easel = _Easel(width, height, lit_tones(shades, light))
    root = np.array([width / 2, height - 1.0])
    for angle in sorted(
        np.linspace(0.2, np.pi - 0.2, count) + 0.15 * random.standard_normal(count), key=lambda a: -abs(math.cos(a))
    ):
        length = height * (0.75 + 0.35 * random.random())
        along = np.linspace(0, 1, 15)
        x = root[0] + math.cos(angle) * length * along
        y = root[1] - math.sin(angle) * length * along + (0.15 + 0.40 * abs(math.cos(angle))) * length * along**2
        heading = np.arctan2(np.gradient(y), np.gradient(x))
        half = length * 0.17 * np.sin(np.pi * np.clip((along - 0.22) / 0.78, 0, 1)) ** 0.75
        normal = np.column_stack([-np.sin(heading), np.cos(heading)])
        line = np.column_stack([x, y])
        tone = 0.42 + 0.22 * math.cos(angle) * light.side + 0.09 * random.standard_normal()
        easel.shape(np.concatenate([line, (line + normal * half[:, None])[::-1]]), tone - 0.16)
        easel.shape(np.concatenate([line, (line - normal * half[:, None])[::-1]]), tone + 0.14)
        rib = max(0.8, 0.006 * length)
        easel.shape(np.concatenate([line - normal * rib, (line + normal * rib)[::-1]]), tone + 0.34)
    return easel.picture()


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
    colour = ramp([(i / (_TONES - 1), tones[i]) for i in range(_TONES)], tone.astype(np.float32))
    return np.dstack([colour * cover[..., None], cover]).astype(np.float32)


class Swaying:
    """A picture that moves in the wind: rooted where *loose* is 0, free where it is 1."""

    _DIV = 8

    def __init__(
        self,
        stage: Stage,
        picture: F32,
        z: float,
        *,
        x: float,
        y: float,
        seed: int,
        reach: float,
        loose: F32 | None = None,
        pace: float = 1.0,
    ) -> None:
        """Pack *picture* with its top left at canvas (x, y).

        Args:
            stage: where it will hang.
            picture: premultiplied (h, w, 4).
            z: distance.
            x: canvas x of its left edge.
            y: canvas y of its upper edge.
            seed: of the wind's phases.
            reach: px that its loosest parts move.
            loose: (h, w) in [0, 1]; None: grows with the square of the height over the lower edge.
            pace: 1 a breeze.
        """
        self.z = z
        self.piece = sprite(picture, x, y, seed=seed)
        height, width = picture.shape[:2]
        if loose is None:
            loose = np.repeat(np.linspace(1, 0, height, dtype=np.float32)[:, None] ** 1.6, width, 1)
        left, top = round(self.piece.x - x), round(self.piece.y - y)
        rows, columns = self.piece.pixels.shape[:2]
        cut = loose[top : top + rows, left : left + columns]
        self._size = (max(2, columns // self._DIV), max(2, rows // self._DIV))
        self._loose = np.asarray(cv2.resize(cut, self._size, interpolation=cv2.INTER_AREA), np.float32) * reach
        noise = value_noise(
            self._size[1], self._size[0], min(max(3.0, self._size[0] / 9), float(self._size[0])), seed=seed, octaves=2
        )
        across = np.linspace(0, columns / max(1.0, 260 * stage.scale), self._size[0], dtype=np.float32)
        self._phase = (9 * noise + 2.2 * across[None]).astype(np.float32)
        self._pace = pace

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Warp by the camera and the wind in one remap."""
        k, tx, ty = stage.project(self.z, moment.view)
        rows, columns = self.piece.pixels.shape[:2]
        left, top = self.piece.x * k + tx, self.piece.y * k + ty
        x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
        x1, y1 = min(canvas.width, math.ceil(left + columns * k)), min(canvas.height, math.ceil(top + rows * k))
        if x1 <= x0 or y1 <= y0:
            return
        seconds = moment.seconds * self._pace
        gust = 0.75 + 0.25 * math.sin(0.5 * seconds + 1.3)
        wave = np.sin(1.5 * seconds - self._phase) * gust + 0.35 * np.sin(3.7 * seconds - 2.3 * self._phase)
        push = np.asarray(self._loose * (wave + 0.25), np.float32)
        # Sprite pixel of each frame pixel, then the wind's offset, grown from an eighth of the size.
        size = (x1 - x0, y1 - y0)
        at_x = ((np.arange(x0, x1, dtype=np.float32) + 0.5 - left) / k)[None] - 0.5
        at_y = ((np.arange(y0, y1, dtype=np.float32) + 0.5 - top) / k)[:, None] - 0.5
        cell_x, cell_y = columns / self._size[0], rows / self._size[1]
        grow = np.array(
            [
                [1 / (k * cell_x), 0, (at_x[0, 0] + 0.5) / cell_x - 0.5],
                [0, 1 / (k * cell_y), (at_y[0, 0] + 0.5) / cell_y - 0.5],
            ],
            np.float32,
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        wind = cv2.warpAffine(push, grow, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        map_x = np.asarray(at_x - wind, np.float32)
        map_y = np.asarray(at_y - 0.12 * np.abs(wind), np.float32)
        warped = cv2.remap(self.piece.pixels, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        canvas.put(np.asarray(warped, np.uint8), x0, y0)


def framing_size(stage: Stage) -> int:
    """Height in px that a tree close to the camera is grown to."""
    return round(1.2 * stage.unit)


def hang_framing(stage: Stage, tree: F32, *, seed: int, into: float = 0.16, z: float = 2.4, dark: float = 0.5) -> None:
    """Hang *tree* close to the camera at the edge away from the sun: dark, soft, reaching *into* the frame (widths)."""
    tree = blur(tree * np.array([dark, dark, dark * 1.06, 1], np.float32), 2 * stage.scale)
    height, width = tree.shape[:2]
    columns = np.flatnonzero(tree[..., 3].max(0) > 0.5)
    first, last = (int(columns[0]), int(columns[-1])) if columns.size else (0, width)
    x = stage.x(1 - into) - first if stage.light.side < 0 else stage.x(into) - last
    y = stage.y(1.08) - height
    stage.add(Swaying(stage, tree, z, x=x, y=y, seed=seed, reach=0.010 * height, pace=0.8))


def stand(picture: F32, plant: F32, x: float, y: float) -> None:
    """Lay *plant* into *picture* (both premultiplied) with its foot at (x, y) px, clipped at the edges."""
    height, width = plant.shape[:2]
    left, top = round(x - width / 2), round(y - height)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(picture.shape[1], left + width), min(picture.shape[0], top + height)
    if x1 <= x0 or y1 <= y0:
        return
    part = plant[y0 - top : y1 - top, x0 - left : x1 - left]
    under = picture[y0:y1, x0:x1]
    under *= 1 - part[..., 3:]
    under += part


def in_air(picture: F32, air: F32, amount: float) -> F32:
    """Premultiplied *picture* behind *amount* (0 to 1) of air; *air* is (3,) or (w, 3) along its columns."""
    alpha = picture[..., 3:]
    colour = picture[..., :3] * (1 - amount) + air * (alpha * amount)
    return np.concatenate([colour, alpha], -1).astype(np.float32)


Grower = Callable[[int, int], F32]
"""(height in px, seed) -> a plant."""
