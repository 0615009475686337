"""What moves on a plot: posed polygons, smoke, fire, strings of lights, halos.

All are layers whose drawing is a function of seconds alone. Poses are in `poses`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, mix, rgb, ycc
from astragen.builtin.painter.fairground import fan, jet, sails, wheel
from astragen.builtin.painter.houses import Mark
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.poses import UP, Paint, Pose, flag, rope_swing, seesaw, swing, washing_line
from astragen.builtin.painter.sprite import Sprite, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Motion, Stage, air_at, placed

_FRACTION = 16  # of a pixel, in OpenCV's drawing calls
_ROUND = np.linspace(0, 2 * math.pi, 9)[:-1]  # outline of a bulb


class Posed:
    """Polygons in space that take a new pose each frame."""

    def __init__(self, plot: Plot, place: Sequence[float], pose: Pose, *, nearer: float = 0.0) -> None:
        """*place*: plot point that says how far it is; *nearer*: m that it is drawn in front of that."""
        self._plot, self._pose = plot, pose
        depth = float(plot.world(np.asarray(place, np.float32))[2])
        self.is_seen = depth > 1.5
        self.z = plot.z(max(1.0, depth - nearer))
        across = plot.canvas(plot.world(np.asarray(place, np.float32)))[0]
        self._air = air_at(plot.stage, np.asarray([across], np.float32))[0]
        self._fade = float(plot.fade(np.float32(depth)))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Pose, project all points at once, fill every polygon into one picture and lay it."""
        k, tx, ty = stage.project(self.z, moment.view)
        parts = self._pose(moment.seconds)
        points = np.concatenate([part.points.reshape(-1, 3) for part in parts])
        spots = self._plot.canvas(self._plot.world(points)) * k + np.array([tx, ty], np.float32)
        ends = np.cumsum([part.points.shape[0] * part.points.shape[1] for part in parts])
        shapes = [
            piece.reshape(*part.points.shape[:2], 2)
            for part, piece in zip(parts, np.split(spots, ends[:-1]), strict=True)
        ]
        window = _window(canvas, spots)
        if window is None:
            return
        left, top, right, bottom = window
        pixels = np.zeros((bottom - top, right - left, 4), np.uint8)
        solid = [(part.colour, shape) for part, shape in zip(parts, shapes, strict=True) if not part.is_light]
        for colour, shape in solid:
            # Anti-aliasing over zeros leaves colours multiplied by coverage: packed as a sprite is.
            packed = (*(round(value) for value in ycc(colour + (self._air - colour) * self._fade)), 255)
            for outline in np.round((shape - (left, top)) * _FRACTION).astype(np.int32):
                cv2.fillPoly(pixels, [outline], packed, cv2.LINE_AA, 4)
        canvas.put(pixels, left, top)
        for part, shape in zip(parts, shapes, strict=True):
            if part.is_light:
                _fill(canvas, shape, part.colour, is_light=True)


def _window(canvas: Canvas, spots: F32) -> tuple[int, int, int, int] | None:
    """The part of the frame that holds *spots* (..., 2), with a pixel around: left, top, right, bottom."""
    flat = spots.reshape(-1, 2)
    low, high = np.floor(flat.min(0)).astype(int) - 1, np.ceil(flat.max(0)).astype(int) + 2
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(canvas.width, int(high[0])), min(canvas.height, int(high[1]))
    return (left, top, right, bottom) if right > left and bottom > top else None


def _fill(canvas: Canvas, spots: F32, colour: F32, *, is_light: bool) -> None:
    """Fill polygons, (n, k, 2) frame px, in one colour."""
    window = _window(canvas, spots)
    if window is None:
        return
    left, top, right, bottom = window
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for outline in np.round((spots - (left, top)) * _FRACTION).astype(np.int32):
        cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA, 4)
    (canvas.shine if is_light else canvas.tint)(mask, colour, left, top)


class Smoke:
    """Smoke from a chimney: puffs that swell, lean with the wind and thin out."""

    _PUFFS = 8
    _LIFE = 7.0  # s

    def __init__(
        self, plot: Plot, place: Sequence[float], seed: int, *, colour: F32, strength: float, size: float = 1.0
    ) -> None:
        """*colour*: lit. *strength*: cover of a fresh puff, 0 to 1. *size*: 1 for a chimney."""
        self._plot = plot
        x, y, self._metre, depth = plot.at(*place)
        self._at = (x, y)
        self.is_seen = depth > 2
        self.z = plot.z(depth) * 0.999
        self._strength, self._size = strength, size
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
            if gain < 0.03:
                continue
            up = 3.6 * age**0.85
            aside = wind * (2.2 * age**1.4) + 0.16 * math.sin(phase + 5 * age)
            scale = (0.34 + 1.5 * age) * self._size * self._metre / 36
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
        for tall, wide, colour, gain in (
            (1.0, 0.40, "#e8521c", 0.9),
            (0.78, 0.28, "#ff9a2a", 0.9),
            (0.5, 0.17, "#ffe08a", 1.0),
        ):
            spots = np.stack([self._tongue(moment.seconds, tall, wide, i) for i in range(3)]) * k + np.array([tx, ty])
            _fill_soft(canvas, np.asarray(spots, np.float32), rgb(colour), gain, max(0.8, 0.03 * self._size * k))

    def _tongue(self, t: float, tall: float, wide: float, index: int) -> F32:
        v = np.linspace(0, 1, 12)
        a, b = self._phase[index], self._phase[index + 3]
        lift = tall * (0.80 + 0.13 * math.sin(5.1 * t + a) + 0.10 * math.sin(8.7 * t + b)) * (1.0, 0.74, 0.66)[index]
        lean = (0.0, -0.16, 0.17)[index] * wide * 2
        middle = lean * (1 - 0.4 * v) + 0.10 * v * np.sin(6.5 * t - 4.5 * v + a) + 0.05 * v * np.sin(11 * t - 7 * v + b)
        half = (
            wide
            * (0.55, 0.4, 0.4)[index]
            * np.sqrt(np.clip(np.sin(math.pi * (0.12 + 0.88 * v) ** 0.62), 0, 1))
            * (1 - v**2.2)
        )
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


def hang_glow(
    stage: Stage,
    plot: Plot,
    place: Sequence[float],
    *,
    reach: float,
    colour: Colour,
    strength: float,
    flicker: float,
    seed: int,
) -> None:
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


_BULBS = ("#ffd27a", "#ff9a6a", "#ffe6a8", "#9fd8c0", "#ff8a8a")


class StringLights:
    """Bulbs on a sagging cord between two plot points; they sway, and glow after sunset."""

    def __init__(
        self, plot: Plot, ends: tuple[Sequence[float], Sequence[float]], sag: float, paint: Paint, seed: int
    ) -> None:
        self._plot = plot
        self._start, self._end = (np.asarray(point, np.float32) for point in ends)
        middle = plot.world((self._start + self._end) / 2)
        self.is_seen = float(middle[2]) > 2
        self.z = plot.z(float(middle[2]))
        self._sag = sag
        self._dark = paint.lighting.light.dark
        self._count = max(6, int(float(np.linalg.norm(self._end - self._start)) / 0.55))
        self._phase = np.random.default_rng(seed).uniform(0, 6.28, self._count + 1)
        self._cord = paint.shade("#6a5c4c")
        self._tints = [mix(paint.sun(tint), mix(tint, "#ffffff", 0.35), self._dark) for tint in _BULBS]

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Cord first, then bulbs, then their light."""
        k, tx, ty = stage.project(self.z, moment.view)
        t = moment.seconds
        u = np.linspace(0, 1, self._count + 1)
        arch = 4 * u * (1 - u)
        sway = self._sag * (1 + 0.06 * math.sin(0.9 * t + self._phase[0])) * arch
        line = self._start + (self._end - self._start) * u[:, None] - UP * sway[:, None]
        line = line + np.array([0.10, 0, 0.06], np.float32) * (np.sin(1.1 * t + 4 * u + self._phase[0]) * arch)[:, None]
        world = self._plot.world(line.astype(np.float32))
        spots = self._plot.canvas(world) * k + np.array([tx, ty], np.float32)
        thick = np.array([0, max(0.7, 1.1 * stage.scale)], np.float32)
        cord = np.concatenate([spots, (spots + thick)[::-1]])
        _fill(canvas, cord[None], self._cord, is_light=False)
        radius = np.maximum(0.075 * self._plot.focal / world[1:-1, 2] * k, 0.9)[:, None, None]
        bulbs = spots[1:-1, None] + radius * (np.stack([np.cos(_ROUND), np.sin(_ROUND) * 1.25 + 1.3], -1)[None])
        for index, colour in enumerate(self._tints):
            if len(bulbs[index :: len(self._tints)]):
                _fill(canvas, np.asarray(bulbs[index :: len(self._tints)], np.float32), colour, is_light=False)
        if self._dark > 0.3:
            gain = 0.62 + 0.14 * np.sin(1.7 * t + self._phase[1:-1])
            self._shine(canvas, bulbs.mean(1), float(radius.mean()), gain * self._dark)

    def _shine(self, canvas: Canvas, at: F32, radius: float, gain: np.ndarray) -> None:
        """Add the bulbs' halos, all on one mask of a quarter the size."""
        reach = 12 * radius
        left, top = max(0, math.floor((at[:, 0].min() - reach) / 4)), max(0, math.floor((at[:, 1].min() - reach) / 4))
        right = min(-(-canvas.width // 4), math.ceil((at[:, 0].max() + reach) / 4))
        bottom = min(-(-canvas.height // 4), math.ceil((at[:, 1].max() + reach) / 4))
        if right - left < 2 or bottom - top < 2:
            return
        mask = np.zeros((bottom - top, right - left), np.float32)
        for (x, y), power in zip(at, gain, strict=True):
            centre = (round((float(x) / 4 - left) * 16), round((float(y) / 4 - top) * 16))
            cv2.circle(mask, centre, max(8, round(radius * 6)), float(power), -1, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(mask, (0, 0), max(0.8, 0.4 * radius)) + 0.9 * cv2.GaussianBlur(
            mask, (0, 0), max(1.5, 1.2 * radius)
        )
        full = cv2.resize(
            np.clip(soft * 190, 0, 255).astype(np.uint8), None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR
        )
        canvas.shine(np.asarray(full, np.uint8), "#ffc878", left * 4, top * 4)


POSES: Mapping[str, Callable[[Mark, Paint, int], Pose]] = {
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
