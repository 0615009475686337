"""What moves on a plot: smoke, flags, washing, swings, sails, lights, fire.

Most are made of polygons in metres that are posed anew for each frame and seen through
the camera, so they turn and swing in space; their colours are lit once. Every pose is a
function of seconds of any sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, mix, rgb
from astragen.builtin.painter.houses import Mark
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.raster import Lighting
from astragen.builtin.painter.sprite import Sprite, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Motion, Stage, placed

_FRACTION = 16  # of a pixel, in OpenCV's drawing calls


class Part(NamedTuple):
    """Polygons of one colour: (n, k, 3) plot points; is_light adds instead of covering."""

    colour: F32
    points: np.ndarray
    is_light: bool = False


Pose = Callable[[float], list[Part]]


class Posed:
    """Polygons in space that take a new pose each frame."""

    def __init__(self, plot: Plot, place: Sequence[float], pose: Pose, *, nearer: float = 0.0) -> None:
        """*place*: plot point that says how far it is; *nearer*: m that it is drawn in front of that."""
        self._plot, self._pose = plot, pose
        depth = float(plot.world(np.asarray(place, np.float32))[2])
        self.is_seen = depth > 1.5
        self.z = plot.z(max(1.0, depth - nearer))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Pose, project and fill."""
        k, tx, ty = stage.project(self.z, moment.view)
        for colour, points, is_light in self._pose(moment.seconds):
            spots = self._plot.canvas(self._plot.world(np.asarray(points, np.float32))) * k + np.array([tx, ty], np.float32)
            _fill(canvas, spots, colour, is_light=is_light)


def _fill(canvas: Canvas, spots: F32, colour: F32, *, is_light: bool) -> None:
    low, high = np.floor(spots.min((0, 1))).astype(int) - 1, np.ceil(spots.max((0, 1))).astype(int) + 2
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(canvas.width, int(high[0])), min(canvas.height, int(high[1]))
    if right <= left or bottom <= top:
        return
    mask = np.zeros((bottom - top, right - left), np.uint8)
    outlines = np.round((spots - (left, top)) * _FRACTION).astype(np.int32)
    for outline in outlines:
        cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA, 4)
    (canvas.shine if is_light else canvas.tint)(mask, colour, left, top)


def bar(start: F32, end: F32, thick: float, aside: F32) -> F32:
    """(4, 3): a strip from *start* to *end*, *thick* m wide along *aside*."""
    half = aside * (thick / 2)
    return np.stack([start - half, end - half, end + half, start + half]).astype(np.float32)


def _frame(mark: Mark) -> tuple[F32, F32, F32]:
    """The mark's point, the thing's unit vector across, and the one away from its front."""
    across = np.array([mark.across[0], 0, mark.across[1]], np.float32)
    return np.asarray(mark.place, np.float32), across, np.array([-mark.across[1], 0, mark.across[0]], np.float32)


_UP = np.array([0, 1, 0], np.float32)


class Paint(NamedTuple):
    """Lit colours for what moves: albedo -> colour, in sun or in shade."""

    lighting: Lighting

    def sun(self, colour: Colour) -> F32:
        """The colour where the light falls on it."""
        light = self.lighting
        return np.clip(rgb(colour) * (light.sky * 0.85 + light.key * 0.62 + 0.03), 0, 1).astype(np.float32)

    def shade(self, colour: Colour) -> F32:
        """The colour on the side away from the light."""
        light = self.lighting
        return np.clip(rgb(colour) * (light.sky * 0.80 + light.key * 0.16), 0, 1).astype(np.float32)

    def warm(self, colour: Colour, amount: float) -> F32:
        """Between shade and sun."""
        return np.asarray(self.shade(colour) * (1 - amount) + self.sun(colour) * amount, np.float32)


def flag(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A flag on a pole: waves run along it, each strip lit by its slope."""
    root, across, away = _frame(mark)
    length, tall, colour = mark.rest
    steps = 11
    phase = stable_seed(seed, "flag") % 7
    tones = [paint.warm(colour, value) for value in np.linspace(0, 1, 6)]
    bands = [paint.warm("#f4ecd8", value) for value in np.linspace(0, 1, 6)]

    def pose(t: float) -> list[Part]:
        u = np.linspace(0, 1, steps)
        wave = 0.11 * length * u * np.sin(7.5 * u - 4.2 * t + phase) + 0.04 * length * u * np.sin(13 * u - 6.9 * t)
        drop = 0.05 * length * u * (1 + 0.6 * np.sin(1.7 * t + phase)) + 0.25 * wave
        spine = root + across * (length * u * 0.96)[:, None] + away * (wave * 0.8)[:, None] - _UP * drop[:, None]
        slope = np.gradient(wave) * steps / length
        parts = []
        for i in range(steps - 1):
            tone = int(np.clip(3.0 + 4.5 * slope[i], 0, 5))
            for low, high, shades in ((0.0, 0.36, tones), (0.36, 0.64, bands), (0.64, 1.0, tones)):
                quad = np.stack([spine[i] - _UP * low * tall, spine[i + 1] - _UP * low * tall, spine[i + 1] - _UP * high * tall, spine[i] - _UP * high * tall])
                parts.append(Part(shades[tone], quad[None]))
        return parts

    return pose


_CLOTHES = (  # outline (u across, v down, in m), colour
    (((0.0, 0.0), (1.15, 0.0), (1.15, 1.15), (0.0, 1.15)), "#f4f0e6"),
    (((0.0, 0.16), (0.16, 0.0), (0.30, 0.0), (0.38, 0.07), (0.46, 0.0), (0.60, 0.0), (0.76, 0.16), (0.66, 0.28), (0.58, 0.2), (0.58, 0.75), (0.18, 0.75), (0.18, 0.2), (0.1, 0.28)), "#d8563e"),
    (((0.0, 0.0), (0.46, 0.0), (0.50, 0.95), (0.31, 0.95), (0.23, 0.3), (0.16, 0.95), (-0.04, 0.95)), "#4a6f96"),
    (((0.0, 0.0), (0.62, 0.0), (0.62, 0.8), (0.0, 0.8)), "#e8b84a"),
    (((0.0, 0.1), (0.2, 0.0), (0.34, 0.0), (0.54, 0.1), (0.44, 0.3), (0.62, 0.95), (-0.08, 0.95), (0.1, 0.3)), "#6fa08a"),
)


def washing_line(mark: Mark, paint: Paint, seed: int) -> Pose:
    """Clothes on a sagging line, swinging together and each for itself."""
    root, across, away = _frame(mark)
    (length,) = mark.rest
    gap = 0.12
    cord = paint.shade("#e8e2d4")

    def sag(x: np.ndarray) -> np.ndarray:
        return 0.16 * (1 - (2 * x / length - 1) ** 2)

    def pose(t: float) -> list[Part]:
        u = np.linspace(0, length, 13)
        line = root + across * u[:, None] - _UP * sag(u)[:, None]
        parts = [Part(cord, np.stack([bar(line[i], line[i + 1], 0.018, _UP) for i in range(12)]))]
        x = 0.28
        for index, (outline, colour) in enumerate(_CLOTHES):
            shape = _dense(np.array(outline, np.float32))
            gust = 0.55 + 0.45 * math.sin(0.9 * t - 0.5 * x + 1)
            swing = 0.20 * gust * math.sin(1.7 * t - 0.8 * x + index) + 0.16 * gust
            ripple = 0.05 * np.sin(5 * shape[:, 1] - 3.4 * t + index * 2 + 3 * shape[:, 0])
            push = (swing * shape[:, 1] + ripple * shape[:, 1])[:, None]
            at = root + across * (x + shape[:, :1]) - _UP * (sag(np.array([x + 0.3])) + shape[:, 1:] * math.cos(swing)) + across * push * 0.75 + away * push * 0.5
            lift = 0.5 + 0.5 * math.sin(1.7 * t - 0.8 * x + index + 0.6) * gust
            parts.append(Part(paint.warm(colour, 0.45 + 0.5 * lift), at[None]))
            fold = _fold(outline, at, shape)
            if fold is not None:
                parts.append(Part(paint.warm(colour, 0.18 + 0.35 * lift), fold[None]))
            x += max(p[0] for p in outline) + gap
        return parts

    return pose


def _dense(outline: F32) -> F32:
    """The outline with two more points on every edge, so that it can bend."""
    nexts = np.roll(outline, -1, 0)
    return np.concatenate([np.stack([a, a + (b - a) / 3, a + (b - a) * 2 / 3]) for a, b in zip(outline, nexts, strict=True)]).astype(np.float32)


def _fold(outline: Sequence[tuple[float, float]], at: F32, shape: F32) -> F32 | None:
    """A shadowed strip down the cloth's leeward third."""
    if len(outline) != 4:
        return None
    wide = max(p[0] for p in outline)
    top, low = shape[:, 1].min(), shape[:, 1].max()
    corners = [(0.62 * wide, top), (0.80 * wide, top), (0.74 * wide, low), (0.66 * wide, low)]
    u = np.array([shape[int(np.argmin(np.hypot(shape[:, 0] - a, shape[:, 1] - b)))] for a, b in corners])
    near = [int(np.argmin(np.hypot(shape[:, 0] - a, shape[:, 1] - b))) for a, b in u]
    return np.asarray(at[near], np.float32) if len(set(near)) == 4 else None


def swing(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A seat on two chains, going to and fro on its own."""
    root, across, away = _frame(mark)
    length, phase = mark.rest
    pace = math.sqrt(9.81 / length)
    chain, seat = paint.shade("#9aa0a4"), paint.sun("#b8502f")

    def pose(t: float) -> list[Part]:
        angle = 0.46 * math.sin(pace * t + phase * 2)
        fall = away * math.sin(angle) - _UP * math.cos(angle)
        ends = [root + across * side * 0.24 for side in (-1, 1)]
        chains = np.stack([bar(end, end + fall * length, 0.028, across) for end in ends])
        board = away * math.cos(angle) + _UP * math.sin(angle)
        middle = root + fall * length
        plate = np.stack([middle - across * 0.32 - board * 0.13, middle + across * 0.32 - board * 0.13, middle + across * 0.32 + board * 0.13, middle - across * 0.32 + board * 0.13])
        edge = np.stack([plate[0], plate[1], plate[1] - _UP * 0.05, plate[0] - _UP * 0.05])
        return [Part(chain, chains), Part(seat * 0.6, edge[None]), Part(seat, plate[None])]

    return pose


def rope_swing(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A board on ropes from a branch, stirred by the wind, seen from its side."""
    root, across, away = _frame(mark)
    (length,) = mark.rest
    rope, seat = paint.shade("#c9b48a"), paint.warm("#94643a", 0.7)
    pace = math.sqrt(9.81 / length)

    def pose(t: float) -> list[Part]:
        angle = 0.30 * math.sin(pace * t + 0.4) * (0.8 + 0.2 * math.sin(0.31 * t))
        fall = across * math.sin(angle) - _UP * math.cos(angle) + away * 0.1 * math.sin(angle)
        ropes = np.stack([bar(root + across * s * 0.28, root + across * s * 0.28 + fall * length, 0.035, across) for s in (-1, 1)])
        middle = root + fall * length
        tilt = across * math.cos(angle) + _UP * math.sin(angle)
        board = np.stack([middle - tilt * 0.36, middle + tilt * 0.36, middle + tilt * 0.36 - _UP * 0.06, middle - tilt * 0.36 - _UP * 0.06])
        top = np.stack([middle - tilt * 0.36, middle + tilt * 0.36, middle + tilt * 0.34 + away * 0.22, middle - tilt * 0.34 + away * 0.22])
        return [Part(rope, ropes), Part(seat, top[None]), Part(seat * 0.6, board[None])]

    return pose


def seesaw(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A plank that tips slowly over its foot."""
    root, across, away = _frame(mark)
    length, phase = mark.rest
    top, side, grip = paint.sun("#f0b030"), paint.shade("#d08a20"), paint.shade("#35506a")

    def pose(t: float) -> list[Part]:
        angle = 0.22 * math.sin(0.9 * t + phase) * (0.85 + 0.15 * math.sin(0.23 * t))
        way = across * math.cos(angle) + _UP * math.sin(angle)
        ends = root - way * length / 2, root + way * length / 2
        deep = away * 0.16
        plank = np.stack([ends[0] - deep, ends[1] - deep, ends[1] + deep, ends[0] + deep])
        front = np.stack([ends[0] - deep, ends[1] - deep, ends[1] - deep - _UP * 0.07, ends[0] - deep - _UP * 0.07])
        handles = [bar(root + way * s * length * 0.36, root + way * s * length * 0.36 + _UP * 0.34, 0.05, across) for s in (-1, 1)]
        bars = [bar(root + way * s * length * 0.36 + _UP * 0.32 - away * 0.16, root + way * s * length * 0.36 + _UP * 0.32 + away * 0.16, 0.05, _UP) for s in (-1, 1)]
        return [Part(top, plank[None]), Part(side, front[None]), Part(grip, np.stack(handles + bars))]

    return pose


def sails(mark: Mark, paint: Paint, seed: int) -> Pose:
    """The four sails of a mill: lattices with cloth."""
    hub, across, _ = _frame(mark)
    reach, pace = mark.rest
    beam, cloth, dim = paint.shade("#5a4230"), paint.sun("#efe4cc"), paint.shade("#e2d4b8")

    def pose(t: float) -> list[Part]:
        beams, cloths, bars = [], [], []
        for blade in range(4):
            angle = pace * t + 0.35 + blade * math.pi / 2
            out = across * math.cos(angle) + _UP * math.sin(angle)
            aside = -across * math.sin(angle) + _UP * math.cos(angle)
            beams.append(bar(hub, hub + out * reach, 0.17, aside))
            root, tip = hub + out * reach * 0.2, hub + out * reach * 0.98
            cloths.append(np.stack([root + aside * 0.08, tip + aside * 0.08, tip + aside * 1.25, root + aside * 1.05]))
            for part in np.linspace(0.2, 0.98, 8):
                bars.append(bar(hub + out * reach * part, hub + out * reach * part + aside * 1.25, 0.06, out))
            bars.append(bar(root + aside * 0.62, tip + aside * 0.68, 0.06, aside))
        disc = _ring(hub, across, _UP, 0.42, 14)
        return [Part(dim * 0.5 + cloth * 0.5, np.stack(cloths)), Part(beam, np.stack(bars)), Part(beam, np.stack(beams)), Part(beam, disc[None])]

    return pose


def _ring(centre: F32, u: F32, v: F32, radius: float, count: int, start: float = 0.0) -> F32:
    angle = start + np.linspace(0, 2 * math.pi, count + 1)[:-1]
    return np.asarray(centre + (u * np.cos(angle)[:, None] + v * np.sin(angle)[:, None]) * radius, np.float32)


def fan(mark: Mark, paint: Paint, seed: int) -> Pose:
    """The many-bladed rotor of a wind pump."""
    hub, across, away = _frame(mark)
    reach, pace = mark.rest
    blade_lit, blade_dim, hub_colour = paint.sun("#dfe2e0"), paint.shade("#c4c8c6"), paint.shade("#7a3a30")

    def pose(t: float) -> list[Part]:
        lit, dim = [], []
        for index in range(12):
            angle = pace * t + index * math.pi / 6
            out = across * math.cos(angle) + _UP * math.sin(angle)
            aside = -across * math.sin(angle) + _UP * math.cos(angle)
            quad = np.stack([hub + out * reach * 0.28 - aside * 0.06, hub + out * reach - aside * 0.19, hub + out * reach + aside * 0.19, hub + out * reach * 0.28 + aside * 0.06])
            (lit if math.cos(angle - 0.8) > -0.1 else dim).append(quad)
        return [Part(blade_lit, np.stack(lit)), Part(blade_dim, np.stack(dim)), Part(hub_colour, _ring(hub, across, _UP, 0.26, 10)[None])]

    return pose


_GONDOLAS = ("#d8452e", "#f0b030", "#2f8aa8", "#6a9a4a", "#c85a8a", "#e87a3a")


def wheel(mark: Mark, paint: Paint, seed: int) -> Pose:
    """A ferris wheel: two rims, spokes, gondolas that hang, bulbs at night."""
    hub, across, away = _frame(mark)
    reach, pace = mark.rest
    rim, spoke = paint.sun("#e8e0d0"), paint.shade("#cfc6b8")
    tints = [paint.warm(colour, 0.75) for colour in _GONDOLAS]
    dark = paint.lighting.light.dark
    count = 12

    def pose(t: float) -> list[Part]:
        turn = pace * t
        outer, inner = (_ring(hub, across, _UP, r, 48, turn) for r in (reach, reach * 0.93))
        rings = np.stack([np.stack([outer[i], outer[(i + 1) % 48], inner[(i + 1) % 48], inner[i]]) for i in range(48)])
        angles = turn + np.arange(count) * 2 * math.pi / count
        outs = [across * math.cos(a) + _UP * math.sin(a) for a in angles]
        asides = [-across * math.sin(a) + _UP * math.cos(a) for a in angles]
        spokes = np.stack([bar(hub, hub + o * reach * 0.95, 0.10, s) for o, s in zip(outs, asides, strict=True)])
        parts = [Part(spoke, spokes), Part(rim, rings), Part(spoke, _ring(hub, across, _UP, 0.7, 16)[None])]
        for index, tint in enumerate(tints):
            cabins = []
            for o in outs[index :: len(tints)]:
                top = hub + o * reach - _UP * 0.25
                cabins.append(np.stack([top - across * 0.62, top + across * 0.62, top + across * 0.5 - _UP * 0.85, top - across * 0.5 - _UP * 0.85]))
            parts.append(Part(tint, np.stack(cabins)))
        if dark > 0.4:
            bulbs = np.stack([_ring(hub + o * reach * part, across, _UP, 0.13, 6) for o in outs for part in (0.5, 0.75, 0.99)])
            parts.append(Part(rgb("#ffdf9a") * np.float32(dark * (0.85 + 0.15 * math.sin(3 * t))), bulbs, is_light=True))
        return parts

    return pose


_PENNANTS = ("#d8452e", "#f0b030", "#2f8aa8", "#6a9a4a", "#e8e0cc")


def bunting(ends: tuple[Sequence[float], Sequence[float]], sag: float, paint: Paint, seed: int) -> Pose:
    """Pennants on a cord between two plot points, fluttering."""
    start, end = (np.asarray(point, np.float32) for point in ends)
    length = float(np.linalg.norm(end - start))
    way = (end - start) / max(length, 1e-6)
    count = max(5, int(length / 0.52))
    cord = paint.shade("#8a7a68")
    tints = [(paint.sun(colour), paint.shade(colour)) for colour in _PENNANTS]
    phase = np.random.default_rng(seed).uniform(0, 6.28, count)
    away = np.array([-way[2], 0, way[0]], np.float32)

    def pose(t: float) -> list[Part]:
        sway = sag * (1 + 0.10 * math.sin(1.1 * t + phase[0]))
        u = np.linspace(0, 1, count + 1)
        line = start + (end - start) * u[:, None] - _UP * (4 * sway * u * (1 - u))[:, None] + away * (0.12 * np.sin(1.3 * t + 5 * u) * 4 * u * (1 - u))[:, None]
        parts = [Part(cord, np.stack([bar(line[i], line[i + 1], 0.022, _UP) for i in range(count)]))]
        for index, (lit, dim) in enumerate(tints):
            for is_lit in (True, False):
                flags = []
                for i in range(index, count, len(tints)):
                    flap = math.sin(2.6 * t + phase[i]) * 0.5 + 0.3 * math.sin(4.1 * t + 2 * phase[i])
                    if (flap > -0.1) is not is_lit:
                        continue
                    a, b = line[i] + (line[i + 1] - line[i]) * 0.08, line[i] + (line[i + 1] - line[i]) * 0.92
                    flags.append(np.stack([a, b, (a + b) / 2 - _UP * (0.48 - 0.05 * abs(flap)) + away * flap * 0.16 + way * flap * 0.05]))
                if flags:
                    parts.append(Part(lit if is_lit else dim, np.stack(flags)))
        return parts

    return pose


def jet(mark: Mark, paint: Paint, seed: int) -> Pose:
    """Drops of a fountain, rising and falling in arcs."""
    root, across, away = _frame(mark)
    random = np.random.default_rng(seed)
    count = 70
    angle, start = random.random(count) * 2 * math.pi, random.random(count)
    throw = 0.75 + 0.35 * random.random(count)
    rise, flight = 3.4, 0.9
    water = np.clip(paint.sun("#d8e8f0") * 1.15, 0, 1).astype(np.float32)

    def pose(t: float) -> list[Part]:
        age = np.mod(t / flight + start, 1.0) * flight
        out = throw * age
        up = rise * age - 4.905 * age * age * 0.9
        at = root + across * (np.cos(angle) * out)[:, None] + away * (np.sin(angle) * out)[:, None] + _UP * up[:, None]
        size = 0.035
        drops = np.stack([at - across * size, at + _UP * size * 2.4, at + across * size, at - _UP * size * 2.4], 1)
        return [Part(water, drops)]

    return pose


class Smoke:
    """Smoke from a chimney: puffs that swell, lean with the wind and thin out."""

    _PUFFS = 8
    _LIFE = 7.0  # s

    def __init__(self, plot: Plot, place: Sequence[float], seed: int, *, colour: F32, strength: float) -> None:
        self._plot = plot
        x, y, self._metre, depth = plot.at(*place)
        self._at = (x, y)
        self.is_seen = depth > 2
        self.z = plot.z(depth) * 0.999
        self._strength = strength
        random = np.random.default_rng(seed)
        self._phase = random.random(self._PUFFS)
        self._puffs = [_puff(72, int(random.integers(1 << 30)), colour) for _ in range(3)]

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the puffs, old ones first."""
        k, tx, ty = stage.project(self.z, moment.view)
        wind = -stage.light.side
        ages = np.mod(moment.seconds / self._LIFE + np.arange(self._PUFFS) / self._PUFFS, 1.0)
        for index in np.argsort(-ages):
            age, phase = float(ages[index]), float(self._phase[index]) * 6.28
            gain = self._strength * float(smoothstep(0, 0.12, age) * (1 - age) ** 1.3)
            if gain < 0.02:
                continue
            up = 3.6 * age**0.85
            aside = wind * (2.2 * age**1.4) + 0.16 * math.sin(phase + 5 * age)
            scale = (0.34 + 1.5 * age) * self._metre / 36
            puff = self._puffs[int(index) % 3]
            x, y = self._at[0] + aside * self._metre - 36, self._at[1] - up * self._metre - 36
            matrix = placed(x, y, (36, 36), scale, phase + 0.5 * age * wind, k, tx, ty)
            canvas.lay(puff, matrix, gain)


def _puff(size: int, seed: int, colour: F32) -> Sprite:
    v, u = (np.mgrid[0:size, 0:size].astype(np.float32) + 0.5) / size * 2 - 1
    noise = value_noise(size, size, 4, seed=seed, octaves=3)
    cover = smoothstep(1.0, 0.15, np.hypot(u, v) + 0.5 * (noise - 0.5))
    shade = 1 - 0.16 * smoothstep(-0.5, 0.8, v)
    return sprite(premultiply((colour * shade[..., None]).astype(np.float32), (cover * 0.8).astype(np.float32)))


class Fire:
    """A campfire: tongues of three colours, and sparks of its own light on what is near."""

    def __init__(self, plot: Plot, place: Sequence[float], height: float, seed: int) -> None:
        self._plot = plot
        self._x, self._y, metre, depth = plot.at(*place)
        self.is_seen = depth > 2
        self.z = plot.z(depth) * 0.995
        self._size = height * metre
        self._phase = np.random.default_rng(seed).uniform(0, 6.28, 12)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Fill the tongues from outer to inner."""
        k, tx, ty = stage.project(self.z, moment.view)
        for tall, wide, colour, gain in ((1.0, 0.40, "#e8521c", 0.9), (0.78, 0.28, "#ff9a2a", 0.9), (0.5, 0.17, "#ffe08a", 1.0)):
            spots = np.stack([self._tongue(moment.seconds, tall, wide, i) for i in range(3)]) * k + np.array([tx, ty])
            _fill_soft(canvas, np.asarray(spots, np.float32), rgb(colour), gain, max(0.8, 0.03 * self._size * k))

    def _tongue(self, t: float, tall: float, wide: float, index: int) -> F32:
        v = np.linspace(0, 1, 12)
        a, b = self._phase[index], self._phase[index + 3]
        lift = tall * (0.80 + 0.13 * math.sin(5.1 * t + a) + 0.10 * math.sin(8.7 * t + b)) * (1.0, 0.74, 0.66)[index]
        lean = (0.0, -0.16, 0.17)[index] * wide * 2
        middle = lean * (1 - 0.4 * v) + 0.10 * v * np.sin(6.5 * t - 4.5 * v + a) + 0.05 * v * np.sin(11 * t - 7 * v + b)
        half = wide * (0.55, 0.4, 0.4)[index] * np.sqrt(np.clip(np.sin(math.pi * (0.12 + 0.88 * v) ** 0.62), 0, 1)) * (1 - v**2.2)
        x = np.concatenate([middle - half, (middle + half)[::-1]])
        y = np.concatenate([v * lift, (v * lift)[::-1]])
        return np.stack([self._x + x * self._size, self._y - y * self._size], -1).astype(np.float32)


def _fill_soft(canvas: Canvas, spots: F32, colour: F32, gain: float, sigma: float) -> None:
    pad = math.ceil(3 * sigma)
    low, high = np.floor(spots.min((0, 1))).astype(int) - pad, np.ceil(spots.max((0, 1))).astype(int) + pad
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(canvas.width, int(high[0])), min(canvas.height, int(high[1]))
    if right <= left or bottom <= top:
        return
    mask: U8 = np.zeros((bottom - top, right - left), np.uint8)
    for outline in np.round((spots - (left, top)) * _FRACTION).astype(np.int32):
        cv2.fillPoly(mask, [outline], round(255 * gain), cv2.LINE_AA, 4)
    canvas.tint(np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.uint8), colour, left, top)


def hang_glow(stage: Stage, plot: Plot, place: Sequence[float], *, reach: float, colour: Colour, strength: float, flicker: float, seed: int) -> None:
    """A soft halo about a light, *reach* m wide; *flicker* 0 steady, 1 like fire."""
    x, y, metre, depth = plot.at(*place)
    radius = int(min(reach * metre, 0.5 * stage.height))
    if depth < 1.5 or radius < 3:
        return
    step = max(1, radius // 90)
    v, u = np.mgrid[-radius : radius + 1 : step, -radius : radius + 1 : step].astype(np.float32) / radius
    far = np.hypot(u, v)
    fall = (np.exp(-far * 4.6) + 0.5 * np.exp(-far * far * 60)) * smoothstep(1.0, 0.55, far) * strength
    picture = np.asarray(rgb(colour) * fall[..., None], np.float32)
    size = (2 * radius + 1, 2 * radius + 1)
    picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)
    phase = stable_seed(seed, "glow") % 628 / 100

    def motion(t: float) -> Motion:
        slow = math.sin(2.1 * t + phase) * math.sin(0.83 * t + 2 * phase)
        quick = 0.6 * math.sin(9.3 * t + phase) + 0.4 * math.sin(14.9 * t + 2 * phase)
        return Motion(gain=1 - 0.04 + 0.04 * slow * (1 - flicker) + flicker * 0.14 * (quick - 0.4))

    stage.plate(picture, plot.z(depth) * 0.985, x=x - radius, y=y - radius, motion=motion, is_light=True)


class StringLights:
    """Bulbs on a sagging cord between two plot points; they sway, and glow after sunset."""

    _TINTS = ("#ffd27a", "#ff9a6a", "#ffe6a8", "#9fd8c0", "#ff8a8a")

    def __init__(self, plot: Plot, ends: tuple[Sequence[float], Sequence[float]], sag: float, paint: Paint, seed: int) -> None:
        self._plot = plot
        self._start, self._end = (np.asarray(point, np.float32) for point in ends)
        middle = plot.world((self._start + self._end) / 2)
        self.is_seen = float(middle[2]) > 2
        self.z = plot.z(float(middle[2]))
        self._sag, self._paint = sag, paint
        self._dark = paint.lighting.light.dark
        self._count = max(6, int(float(np.linalg.norm(self._end - self._start)) / 0.55))
        self._phase = np.random.default_rng(seed).uniform(0, 6.28, self._count + 1)
        radius = 40
        v, u = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32) / radius
        far = np.hypot(u, v)
        self._halo: U8 = np.clip((1.3 * np.exp(-far * far * 70) + 0.42 * np.exp(-far * 5.5)) * smoothstep(1, 0.6, far) * 255, 0, 255).astype(np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Cord first, then bulbs, then their light."""
        k, tx, ty = stage.project(self.z, moment.view)
        t = moment.seconds
        u = np.linspace(0, 1, self._count + 1)
        arch = 4 * u * (1 - u)
        sway = self._sag * (1 + 0.06 * math.sin(0.9 * t + self._phase[0])) * arch
        line = self._start + (self._end - self._start) * u[:, None] - _UP * sway[:, None]
        line = line + np.array([0.10, 0, 0.06], np.float32) * (np.sin(1.1 * t + 4 * u + self._phase[0]) * arch)[:, None]
        world = self._plot.world(line.astype(np.float32))
        spots = self._plot.canvas(world) * k + np.array([tx, ty], np.float32)
        cord = np.stack([np.stack([spots[i], spots[i + 1], spots[i + 1] + (0, max(1.0, 1.6 * stage.scale)), spots[i] + (0, max(1.0, 1.6 * stage.scale))]) for i in range(self._count)])
        _fill(canvas, np.asarray(cord, np.float32), self._paint.shade("#3a342e"), is_light=False)
        for i in range(1, self._count):
            tint = self._TINTS[i % len(self._TINTS)]
            radius = 0.075 * self._plot.focal / float(world[i, 2]) * k
            bulb = spots[i] + np.array([0, 1.6 * radius], np.float32)
            ring = bulb + np.stack([np.cos(_ROUND), np.sin(_ROUND) * 1.25], -1) * max(radius, 0.9)
            lit = mix(self._paint.sun(tint), mix(tint, "#ffffff", 0.35), self._dark)
            _fill(canvas, np.asarray(ring[None], np.float32), lit, is_light=False)
            if self._dark > 0.3:
                self._shine(canvas, bulb, radius * 11, tint, self._dark * (0.62 + 0.12 * math.sin(1.7 * t + self._phase[i])))

    def _shine(self, canvas: Canvas, at: F32, reach: float, tint: str, gain: float) -> None:
        size = max(5, round(2 * reach))
        halo = np.asarray(cv2.resize(self._halo, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
        canvas.shine(halo, tint, round(float(at[0]) - size / 2), round(float(at[1]) - size / 2), gain)


_ROUND = np.linspace(0, 2 * math.pi, 9)[:-1]
POSES: dict[str, Callable[[Mark, Paint, int], Pose]] = {
    "flag": flag,
    "washing_line": washing_line,
    "swing": swing,
    "rope_swing": rope_swing,
    "seesaw": seesaw,
    "sails": sails,
    "fan": fan,
    "wheel": wheel,
    "jet": jet,
}
