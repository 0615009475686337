"""Hollows: rock all about, with an opening to look through; light from one spot in it.

A `Ring` is a wall of rock with an arch cut out: stalactites hang from the arch, stalagmites
stand on its floor. Hung one behind the other they make a cave; each is lit from the cave's
lamp, which lies behind the near ones (they show as dark shapes with bright edges).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, rgb
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.rock import Lamp, Stone, facets, jagged, lit_rock
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.tones import as_byte


class Ring(NamedTuple):
    """A wall with an arch. Canvas px.

    x, top, floor: middle, highest point and floor of the arch. half: half its width at the floor.
    spikes: length of the longest stalactite. stumps: of the tallest stalagmite. z: distance.
    depth: how far the lamp lies toward the viewer from it, in frame heights; negative: behind it.
    """

    x: float
    top: float
    floor: float
    half: float
    spikes: float
    stumps: float
    z: float
    depth: float


class Source(NamedTuple):
    """Where a cave's light comes from: canvas x, y; colour; px within which it is strong; what reaches every corner."""

    x: float
    y: float
    colour: F32
    reach: float
    ambient: F32


class Cave(NamedTuple):
    """A cave as its furnishers see it.

    floor: canvas y where the back wall stands. wall: its distance. source: of the light. row, name: of the kind.
    scale: of its parts, by the lens. random: the place's.
    """

    name: str
    row: dict[str, Any]
    floor: float
    wall: float
    source: Source
    scale: float
    random: np.random.Generator


def arch(stage: Stage, ring: Ring, *, seed: int) -> F32:
    """Cover of the ring's rock on the whole canvas: (canvas_height, canvas_width) in [0, 1]."""
    width, height = stage.canvas_width, stage.canvas_height
    x = np.arange(width, dtype=np.float32)
    away = (x - ring.x) / ring.half
    rough = jagged(3 * width, seed=seed, step=0.16 * stage.height)
    rough = np.interp(x - ring.x + 1.5 * width, np.arange(rough.size), rough)
    line = ring.top + (ring.floor - ring.top) * (np.abs(away) ** 2.4 + 0.05 * rough)
    line = np.asarray(line + _spikes(stage, ring, seed), np.float32)
    y = np.arange(height, dtype=np.float32)[:, None]
    lean = (
        0.02
        * stage.height
        * cv2.GaussianBlur(
            jagged(height, seed=seed + 1, step=0.12 * stage.height)[:, None],
            (1, 0),
            sigmaX=1,
            sigmaY=3 * stage.scale + 0.5,
        )
    )
    line_at = np.interp((x[None] + lean).clip(0, width - 1).ravel(), x, line).reshape(height, width)
    cover = np.clip(line_at - y + 0.5, 0, 1)
    if ring.stumps > 0:
        cover = np.maximum(
            cover, np.clip(y - _stumps(stage, ring, seed)[None] + 0.5, 0, 1) * (y < ring.floor + 0.01 * stage.height)
        )
    return np.asarray(cover, np.float32)


def _spikes(stage: Stage, ring: Ring, seed: int) -> F32:
    """How far stalactites hang below the arch, by canvas column."""
    random = np.random.default_rng(seed)
    x = np.arange(stage.canvas_width, dtype=np.float32)
    total = np.zeros_like(x)
    if ring.spikes <= 0:
        return total
    groups = ring.x + ring.half * (2 * random.random(7) - 1)
    for _ in range(46):
        at = float(random.choice(groups)) + 0.16 * ring.half * random.standard_normal()
        long = ring.spikes * (0.15 + 0.85 * random.random() ** 2.2)
        wide = 0.05 * ring.spikes + 0.12 * long
        total = np.maximum(total, long * np.clip(1 - np.abs(x - at) / wide, 0, 1) ** 1.5)
    return total


def _stumps(stage: Stage, ring: Ring, seed: int) -> F32:
    """Canvas y of the stalagmites' outline; along the arch's foot, none in its middle."""
    random = np.random.default_rng(seed + 9)
    x = np.arange(stage.canvas_width, dtype=np.float32)
    total = np.zeros_like(x)
    for _ in range(18):
        side = random.choice([-1, 1])
        at = ring.x + side * ring.half * (1.05 - 0.28 * random.random() ** 2)
        tall = ring.stumps * (0.2 + 0.8 * random.random() ** 2)
        wide = 0.07 * ring.stumps + 0.22 * tall
        total = np.maximum(total, tall * np.clip(1 - np.abs(x - at) / wide, 0, 1) ** 1.25)
    return np.asarray(ring.floor - total + (total <= 0) * 9e3, np.float32)


def paint_ring(
    stage: Stage, ring: Ring, cover: F32, made_of: Stone, source: Source, *, seed: int, cell: float, wet: float = 0.25
) -> F32:
    """The ring's rock as a premultiplied picture of the whole canvas; painted at part of the size, grown back."""
    small = max(1.0, stage.height / 560)
    size = (round(stage.canvas_width / small), round(stage.canvas_height / small))
    mask = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)
    solid = (mask > 0.5).astype(np.uint8)
    inward = np.minimum(cv2.distanceTransform(solid, cv2.DIST_L2, 3), 9e3) * np.float32(small)
    round_ = np.sqrt(np.clip(inward / (0.55 * cell), 0, 1)) * (0.34 * cell / small)
    ground = facets(size[1], size[0], cell / small, seed=seed, tall=1.25, levels=4) + round_
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32) * np.float32(small)
    right, down, near = source.x - x, source.y - y, np.float32(ring.depth * stage.height)
    far = np.sqrt(right * right + down * down + near * near)
    reach = np.asarray(np.minimum(1.2 / (1 + (far / source.reach) ** 2), 0.85), np.float32)
    toward = np.asarray(cv2.merge([right / far, down / far, near / far]), np.float32)
    lamp = Lamp(toward, source.colour, source.ambient, reach)
    picture = lit_rock(
        np.asarray(ground, np.float32), np.ones_like(mask), made_of, lamp, scale=stage.scale / small, wet=wet
    )
    if ring.depth < 0:  # light behind: it wraps about the edge
        edge = np.clip(1 - inward / (0.016 * stage.height), 0, 1) * (mask > 0.02)
        rim = np.asarray(0.45 * (edge * reach) ** 1.5, np.float32)
        picture += cv2.transform(rim, np.append(source.colour, np.float32(0))[:, None])
    np.minimum(picture, 1, out=picture)
    grown = cv2.resize(picture, (stage.canvas_width, stage.canvas_height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown * cover[..., None], np.float32)


class Beam:
    """Light that falls through an opening: a slanting column in which haze drifts."""

    _DIV = 5

    def __init__(
        self,
        stage: Stage,
        *,
        start: tuple[float, float],
        end: tuple[float, float],
        wide: tuple[float, float],
        z: float,
        colour: Colour,
        gain: float,
        seed: int,
        rise: float = 0.05,
    ) -> None:
        """From canvas *start* to *end*, *wide* px across at both; it has its strength *rise* of the way down."""
        self.z, self._colour, self._gain = z, rgb(colour), gain
        self._div = max(1.5, self._DIV * stage.height / 1080)
        rows, columns = -(-stage.canvas_height // round(self._div)) + 1, -(-stage.canvas_width // round(self._div)) + 1
        self._div = float(round(self._div))
        y, x = (np.mgrid[0:rows, 0:columns].astype(np.float32) + 0.5) * self._div
        way = np.array([end[0] - start[0], end[1] - start[1]], np.float32)
        long = float(np.hypot(*way))
        way /= long
        along = ((x - start[0]) * way[0] + (y - start[1]) * way[1]) / long
        aside = -(x - start[0]) * way[1] + (y - start[1]) * way[0]
        half = 0.5 * (wide[0] + (wide[1] - wide[0]) * np.clip(along, 0, 1.2))
        self._across = np.asarray(aside / half, np.float32)
        body = (
            smoothstep(1.05, 0.35, np.abs(self._across))
            * smoothstep(-0.05, rise, along)
            * smoothstep(1.16, 0.90, along)
        )
        self._body = np.asarray(body * (1.0 - 0.55 * np.clip(along, 0, 1)), np.float32)
        self._along = np.asarray(along * 26, np.float32)
        self._rays = padded(spectral(64, 64, seed=seed, slope=1.8, low=2))
        self._haze = padded(spectral(128, 128, seed=seed + 1, slope=2.5, low=3))
        self._at = (np.asarray(x * (17 / stage.height), np.float32), np.asarray(y * (17 / stage.height), np.float32))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Rays that shift, haze that drifts, at a fifth of the size."""
        seconds = np.float32(moment.seconds)
        rays = sample_padded(self._rays, self._across * 5 + 0.5 * seconds, np.zeros_like(self._across) + 0.35 * seconds)
        haze = sample_padded(self._haze, self._at[0] + 0.9 * seconds, self._at[1] + 1.6 * seconds)
        mask = self._body * np.clip(0.80 + 0.10 * rays + 0.13 * haze, 0, 1.2)
        k, tx, ty = stage.project(self.z, moment.view)
        size = self._div * k
        place = np.array([[size, 0, tx + size / 2 - 0.5], [0, size, ty + size / 2 - 0.5]], np.float32)
        grown = cv2.warpAffine(as_byte(mask), place, (canvas.width, canvas.height), flags=cv2.INTER_LINEAR)
        canvas.shine(np.asarray(grown, np.uint8), self._colour, gain=self._gain)


class Drips:
    """Drops that let go of the stalactites one by one and fall."""

    def __init__(self, stage: Stage, tips: F32, floor: float, *, z: float, colour: Colour, seed: int) -> None:
        """*tips*: (n, 2) canvas positions. *floor*: canvas y where they end."""
        self.z, self._tips, self._floor, self._colour = z, tips, floor, rgb(colour)
        random = np.random.default_rng(seed)
        self._period = 2.2 + 3.5 * random.random(len(tips))
        self._phase = random.random(len(tips))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """A short bright streak for each drop under way; a flash where it strikes."""
        k, tx, ty = stage.project(self.z, moment.view)
        pull = 2.2 * stage.height  # px/s^2
        mask = np.zeros((canvas.height, canvas.width), np.uint8)
        is_any = False
        for (x, y), period, phase in zip(self._tips.tolist(), self._period.tolist(), self._phase.tolist(), strict=True):
            since = math.fmod(moment.seconds + 1000 * period + phase * period, period)
            fallen, fall = 0.5 * pull * since**2, math.sqrt(2 * max(1.0, self._floor - y) / pull)
            at_x = (x * k + tx) * 16
            if since < fall:
                low, high = (y + fallen) * k + ty, (y + fallen - min(fallen, 0.02 * pull * since)) * k + ty
                cv2.line(
                    mask,
                    (round(at_x), round(high * 16)),
                    (round(at_x), round(low * 16)),
                    190,
                    max(1, round(2 * stage.scale)),
                    cv2.LINE_AA,
                    4,
                )
                is_any = True
            elif since < fall + 0.35:
                part = (since - fall) / 0.35
                axes = (round(16 * (4 + 26 * part) * stage.scale * k), round(16 * (1 + 7 * part) * stage.scale * k))
                spot = (round(at_x), round((self._floor * k + ty) * 16))
                cv2.ellipse(
                    mask,
                    spot,
                    axes,
                    0,
                    0,
                    360,
                    round(150 * (1 - part)),
                    max(1, round(1.6 * stage.scale)),
                    cv2.LINE_AA,
                    4,
                )
                is_any = True
        if is_any:
            canvas.shine(mask, self._colour, gain=0.8)
