"""The backdrop of a tableau: a field of colour with one light, a motif, and slow life.

The seed chooses the motif, where the light stands and what drifts; the mood chooses the
colours. All that stands still is baked into one plate. Start reading at `hang_backdrop`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, mix, ramp
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Moment, Motion, Stage

_REDUCED = 8  # the moving light is computed at an eighth of the size


class _Field(NamedTuple):
    """The backdrop's canvas: pixel coordinates, the light's canvas position, what the motif draws with."""

    y: F32
    x: F32
    spot: tuple[float, float]
    random: np.random.Generator
    unit: float


def hang_backdrop(desk: Desk) -> None:
    """Hang the plate, a breathing light, discs out of focus, and sheets of paper along the foot."""
    stage = desk.stage
    random = np.random.default_rng(stable_seed("backdrop", desk.recipe.place_seed, desk.recipe.seed))
    y, x = stage.grid()
    across = 0.5 + desk.side * float(random.uniform(0.05, 0.26))
    field = _Field(y, x, (stage.x(across), stage.y(float(random.uniform(0.16, 0.46)))), random, stage.unit)
    colour = _ground(desk, field)
    motif = tuple(MOTIFS)[int(random.integers(len(MOTIFS)))]
    colour = MOTIFS[motif](desk, field, colour)
    colour = colour * (1 + 0.04 * _paper(desk, y.shape))[..., None]
    stage.plate(premultiply(np.clip(colour, 0, 1).astype(np.float32), np.ones(y.shape, np.float32)), INFINITE)
    stage.add(_Breath(desk, field))
    _discs(desk, random)
    if motif not in ("sun", "facets"):
        phase = float(random.uniform(0, 6.28))
        for index in range(2):
            _sheet(desk, index, phase)


def _paper(desk: Desk, shape: tuple[int, ...]) -> F32:
    return value_noise(shape[0], shape[1], shape[1] / (5 * desk.stage.scale + 1), seed=3, octaves=2) - 0.5


def _ground(desk: Desk, field: _Field) -> F32:
    """The colours of the palette about the light, softly folded."""
    height, width = field.y.shape
    reach = np.hypot((field.x - field.spot[0]) / (0.95 * width), (field.y - field.spot[1]) / (0.80 * height))
    level = np.exp(-((reach / 0.62) ** 1.4))
    seed = int(field.random.integers(1 << 30))
    fold = value_noise(height, width, 2.4, seed=seed, octaves=4, squash=1.4) - 0.5
    lit = mix(desk.body, desk.spot, 0.8 if desk.is_light else 0.44)
    stops = [(0.0, desk.deep), (0.45, mix(desk.deep, desk.body, 0.75)), (0.8, desk.body), (1.0, lit)]
    return ramp(stops, (level + 0.14 * fold).astype(np.float32))


def _toned(colour: F32, toward: F32, amount: F32) -> F32:
    return np.asarray(colour + (toward - colour) * amount[..., None], np.float32)


def _plain(desk: Desk, field: _Field, colour: F32) -> F32:
    """Large soft clouds of the second colour."""
    height, width = field.y.shape
    cloud = value_noise(height, width, 3.2, seed=int(field.random.integers(1 << 30)), octaves=4)
    return _toned(colour, mix(desk.body, desk.second, 0.5), 0.34 * smoothstep(0.5, 0.85, cloud))


def _rays(desk: Desk, field: _Field, colour: F32) -> F32:
    """Soft wedges of light about the spot."""
    angle = np.arctan2(field.y - field.spot[1], field.x - field.spot[0])
    count = int(field.random.integers(7, 12))
    phase = float(field.random.uniform(0, 6.28))
    wave = 0.6 * np.sin(angle * count + phase) + 0.4 * np.sin(angle * (count + 5) - 2 * phase)
    far = np.hypot(field.x - field.spot[0], field.y - field.spot[1]) / (1.1 * field.unit)
    amount = smoothstep(0.0, 0.9, wave) * np.exp(-far) * smoothstep(0.0, 0.25, far) * 0.30
    return _toned(colour, desk.spot, amount.astype(np.float32))


def _grid(desk: Desk, field: _Field, colour: F32) -> F32:
    """A drawing board: fine lines, every fourth stronger, fading away from the light."""
    cell = field.unit / float(field.random.integers(16, 24))
    amount = np.zeros_like(field.x)
    for at, size in ((field.x, 1), (field.y, 1), (field.x, 4), (field.y, 4)):
        off = np.abs((at / (cell * size) + 0.5) % 1 - 0.5) * cell * size
        amount += np.clip(1.2 * desk.stage.scale + 0.3 - off, 0, 1) * 0.10
    far = np.hypot(field.x - field.spot[0], field.y - field.spot[1]) / field.unit
    return _toned(colour, desk.hue(0), (amount * np.exp(-(far**2) / 0.9)).astype(np.float32))


def _rings(desk: Desk, field: _Field, colour: F32) -> F32:
    """Circles about the light, unevenly far apart."""
    far = np.hypot(field.x - field.spot[0], field.y - field.spot[1]) / field.unit
    amount = np.zeros_like(far)
    radius = 0.14
    for index in range(9):
        width = float(field.random.uniform(0.8, 1.8)) * 1.4 / 1080
        amount += np.clip(1.5 - np.abs(far - radius) / width, 0, 1) * (0.22 - 0.018 * index)
        if index % 3 == 0:
            amount += smoothstep(radius + 0.10, radius, far) * smoothstep(radius - 0.002, radius, far) * 0.10
        radius *= float(field.random.uniform(1.18, 1.42))
    return _toned(colour, desk.hue(1), np.asarray(amount, np.float32))


def _stars(desk: Desk, field: _Field, colour: F32) -> F32:
    """A fine dust of points, thicker along a band."""
    height, width = field.y.shape
    slope = float(field.random.uniform(-0.5, 0.5))
    band = np.exp(-(((field.y - field.spot[1] - slope * (field.x - field.spot[0])) / (0.30 * height)) ** 2))
    cloud = value_noise(height, width, 5, seed=int(field.random.integers(1 << 30)), octaves=5)
    colour = _toned(
        colour, mix(desk.body, desk.hue(1), 0.6), (0.5 * band * smoothstep(0.35, 0.8, cloud)).astype(np.float32)
    )
    points = np.zeros((height, width), np.float32)
    count = 420
    rows = field.random.integers(0, height, count)
    columns = field.random.integers(0, width, count)
    points[rows, columns] = field.random.random(count, dtype=np.float32) ** 3
    scale = max(0.7, 1.1 * desk.stage.scale)
    soft = blur(points, scale) * (6.3 * scale * scale) + blur(points, 3.5 * scale) * (7 * scale * scale)
    return _toned(colour, desk.ink if not desk.is_light else desk.hue(0), np.clip(soft, 0, 0.85).astype(np.float32))


def _sun(desk: Desk, field: _Field, colour: F32) -> F32:
    """A large flat disc behind everything, with hills of paper before it."""
    height = field.y.shape[0]
    far = np.hypot(field.x - field.spot[0], field.y - field.spot[1]) / field.unit
    radius = float(field.random.uniform(0.24, 0.34))
    edge = np.clip((radius - far) * field.unit + 0.5, 0, 1)
    down = np.clip((field.y - field.spot[1]) / (radius * field.unit) * 0.5 + 0.5, 0, 1)
    disc = mix(mix(desk.body, desk.hue(0), 0.50), mix(desk.body, desk.spot, 0.12), down)
    colour = _toned(
        colour, desk.spot, (0.26 * np.exp(-np.maximum(far - radius, 0) / 0.12) * (1 - edge)).astype(np.float32)
    )
    colour = np.asarray(colour + (disc - colour) * (0.62 * edge)[..., None], np.float32)
    for index in range(3):
        phase = float(field.random.uniform(0, 6.28))
        base = desk.stage.y(0.74 + 0.10 * index)
        wave = 0.05 * np.sin(field.x[0] / field.unit * (2.2 + index) + phase) + 0.02 * np.sin(
            field.x[0] / field.unit * 6 + phase
        )
        rim = base + height * 0.8 * wave
        cover = np.clip(field.y - rim[None] + 0.5, 0, 1)
        light = np.exp(-np.maximum(field.y - rim[None], 0) / (0.03 * field.unit)) * 0.10
        tone = mix(desk.body, desk.deep, 0.30 + 0.25 * index)
        hill = tone + (desk.spot - tone) * light[..., None]
        colour = np.asarray(colour + (hill - colour) * cover[..., None], np.float32)
    return colour


def _facets(desk: Desk, field: _Field, colour: F32) -> F32:
    """Folded paper: broad planes that meet in straight creases."""
    height, width = field.y.shape
    count = 9
    at = np.stack([field.random.uniform(-0.1, 1.1, count) * width, field.random.uniform(-0.1, 1.1, count) * height], 1)
    small_y, small_x = (cv2.resize(part, (width // 2, height // 2)) for part in (field.y, field.x))
    near = np.stack([(small_x - x) ** 2 + ((small_y - y) * 1.3) ** 2 for x, y in at.astype(np.float32)])
    order = np.argmin(near, 0)
    tilt = field.random.uniform(-1, 1, (count, 2)).astype(np.float32)
    level = field.random.uniform(-0.5, 0.5, count).astype(np.float32)
    u, v = small_x / width - 0.5, small_y / height - 0.5
    shade = level[order] * 0.5 + tilt[order, 0] * u + tilt[order, 1] * v
    shade = cv2.resize(cv2.GaussianBlur(shade, (0, 0), 0.6), (width, height))
    lift = np.clip(shade, 0, 1) * 0.30
    colour = _toned(colour, mix(desk.body, desk.spot, 0.75), lift.astype(np.float32))
    return _toned(colour, desk.deep, (np.clip(-shade, 0, 1) * 0.42).astype(np.float32))


MOTIFS: Mapping[str, Callable[[Desk, _Field, F32], F32]] = {
    "plain": _plain,
    "rays": _rays,
    "grid": _grid,
    "rings": _rings,
    "stars": _stars,
    "sun": _sun,
    "facets": _facets,
}


class _Breath:
    """Two pools of light that wander and breathe about the spot, at reduced size."""

    z = 80.0

    def __init__(self, desk: Desk, field: _Field) -> None:
        self._colour = mix(desk.spot, desk.accent, 0.4) * (0.10 if desk.is_light else 0.24)
        x, y = field.spot
        self._at = (x - desk.stage.ox, y - desk.stage.oy)
        self._radius = 0.42 * desk.unit / _REDUCED
        self._reach = 0.16 * desk.unit
        self._phase = float(field.random.uniform(0, 6.28))
        size = int(3 * self._radius)
        grid_y, grid_x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32) / self._radius
        self._pool = (np.exp(-(grid_x**2 + grid_y**2) * 1.2) * 200).astype(np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Add the light."""
        t, half = moment.seconds, self._pool.shape[0] / 2
        for index in range(2):
            phase = self._phase + 2.1 * index
            x = self._at[0] + self._reach * math.sin(0.31 * t + phase)
            y = self._at[1] + 0.5 * self._reach * math.sin(0.23 * t + 1.7 * phase)
            gain = 0.55 + 0.25 * math.sin(0.7 * t + 2.3 * phase)
            left, top = x / _REDUCED - half, y / _REDUCED - half
            whole = (math.floor(left), math.floor(top))
            shift = np.array([[1, 0, left - whole[0]], [0, 1, top - whole[1]]], np.float32)
            pool = cv2.warpAffine(self._pool, shift, self._pool.shape[::-1])
            size = (pool.shape[1] * _REDUCED, pool.shape[0] * _REDUCED)
            mask = np.asarray(cv2.resize(pool, size), np.uint8)
            canvas.shine(mask, self._colour, whole[0] * _REDUCED, whole[1] * _REDUCED, gain)


def _discs(desk: Desk, random: np.random.Generator) -> None:
    """Soft discs of light at several distances."""
    stage = desk.stage
    for index in range(int(random.integers(4, 8))):
        radius = float(random.uniform(20, 74)) * stage.scale
        size = int(radius * 1.1) + 2
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32)
        reach = np.hypot(x, y) / radius
        level = smoothstep(1.02, 0.9, reach) * (0.55 + 0.45 * reach) * float(random.uniform(0.04, 0.11))
        at_x, at_y = stage.x(float(random.uniform(-0.05, 1.05))), stage.y(float(random.uniform(0.0, 0.8)))
        motion = _wander(float(random.uniform(-9, 9)) * stage.scale, float(random.uniform(0, 6.28)), 4 * stage.scale)
        where = (float(random.uniform(8, 40)), at_x - size, at_y - size)
        if desk.is_light:
            disc = premultiply(desk.hue(index), (level * 1.2).astype(np.float32))
            stage.plate(disc, where[0], x=where[1], y=where[2], motion=motion)
        else:
            glow = (desk.hue(index) * level[..., None]).astype(np.float32)
            stage.plate(glow, where[0], x=where[1], y=where[2], is_light=True, motion=motion)


def _wander(speed: float, phase: float, sway: float) -> Callable[[float], Motion]:
    """Sideways for ever, up and down a little, breathing."""
    return lambda t: Motion(
        dx=speed * t, dy=sway * math.sin(0.6 * t + phase), gain=0.8 + 0.2 * math.sin(0.9 * t + phase)
    )


def _sheet(desk: Desk, index: int, phase: float) -> None:
    """A sheet of cut paper along the foot, drifting."""
    stage = desk.stage
    y, x = stage.grid()
    column = x[0] / stage.canvas_width
    edge = stage.y(0.87 + 0.055 * index) + stage.height * (
        0.026 * np.sin(column * (4 + 1.7 * index) + phase) + 0.012 * np.sin(column * 11 + 2 * phase)
    )
    first = max(0, int(edge.min()) - 2)
    below = y[first:] - edge[None]
    alpha = np.clip(below + 0.5, 0, 1)
    light = np.exp(-np.maximum(below, 0) / (22 * stage.scale)) * alpha
    tone = mix(desk.body, desk.deep, 0.45 + 0.3 * index)
    colour = tone + (desk.spot - tone) * (0.07 * light)[..., None]
    picture = premultiply(np.clip(colour, 0, 1).astype(np.float32), alpha.astype(np.float32))
    stage.plate(
        picture, 12.0 - 3 * index, y=first, motion=lambda t: Motion(dx=10 * math.sin(0.5 * t + index) * stage.scale)
    )
