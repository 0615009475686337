"""Outside: what the windows of a room show, and what falls or passes by beyond the glass."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, mix, ramp, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import smoothstep, spectral, value_noise
from astragen.builtin.painter.sprite import premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.model.vocabulary import Weather

_Z = 220.0  # stage distance of what is outside
_SPEED = 0.42  # frame heights a second that scenery passes a train's window


class Box(NamedTuple):
    """Canvas px of all that windows can show."""

    left: int
    top: int
    right: int
    bottom: int


def hang_outside(stage: Stage, light: Light, box: Box, *, view: str, weather: Weather, seed: int) -> None:
    """Hang what lies beyond the windows: "hills", "street", "garden", "space" or "passing" (seen from a train)."""
    passes = _SPEED * stage.height if view in ("passing", "road") else 0.004 * stage.height
    columns, rows = box.right - box.left, box.bottom - box.top
    wide = round(max(1.2 * columns, 11 * passes)) // 2 * 2  # nothing comes back within 10 s
    picture = _scene(light, rows, wide, (stage.horizon - box.top) / rows, view, seed, stage.scale)
    stage.add(_Beyond(picture, box, passes if view != "space" else 0.0, light.side))
    if weather in (Weather.RAIN, Weather.STORM, Weather.SNOW) and view != "space":
        stage.add(_Falling(stage, box, light, weather, seed))


def _scene(light: Light, rows: int, wide: int, level: float, view: str, seed: int, scale: float) -> F32:
    """(rows / 2, wide / 2, 3) sRGB that wraps sideways: sky, clouds, then land or houses, all a little out of focus."""
    height, width = max(4, rows // 2), max(8, wide // 2)
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, width, endpoint=False, dtype=np.float32)[None]
    if view == "space":
        colour = _stars(height, width, seed)
    else:
        level = float(np.clip(level + (0.12 if view in ("passing", "road") else 0.0), 0.25, 1.1))
        stops = ((0.0, light.middle), (0.55, light.low), (1.0, light.horizon))
        colour = np.repeat(ramp(stops, np.clip(y[:, 0] / level, 0, 1))[:, None], width, 1)
        cloud = spectral(max(8, height), width, seed=seed, slope=2.6, stretch=2.0)[:height]
        cover = smoothstep(0.2, 1.6, cloud + 1.2 * (light.clouds - 0.5)) * 0.6
        colour = mix(colour, mix(light.horizon, "#ffffff", 0.5 * (1 - light.dark)), cover)
        if light.dark > 0.8:
            colour = colour + _stars(height, width, seed) * (0.5 * light.stars)
        if view == "street":
            colour = _houses(colour, light, y, x, level, seed)
        else:
            colour = _land(colour, light, y, x, level, view, seed)
    bright = 1.14 - 0.10 * light.dark if view != "space" else 1.0  # from indoors the day is dazzling
    return np.asarray(np.clip(colour * bright, 0, 1), np.float32)


def _waves(x: F32, seed: int, count: int) -> F32:
    """A wrapping outline in about [-1, 1] along *x* (turns)."""
    random = np.random.default_rng(seed)
    total = np.zeros_like(x)
    for octave in range(count):
        pace = (octave + 1) * 2 + int(random.integers(2))
        total += np.sin(2 * np.pi * pace * x + random.uniform(0, 6.28)) / (octave + 1.4)
    return np.asarray(total, np.float32)


def _land(colour: F32, light: Light, y: F32, x: F32, level: float, view: str, seed: int) -> F32:
    """Hills behind hills, trees on the nearest ones."""
    near = view in ("passing", "garden", "road")
    for index, (rise, air) in enumerate(((0.13, 0.80), (0.07, 0.55), (0.015, 0.25))):
        line = level - rise * (1 + 0.8 * _waves(x, seed + index, 4 + index)) - 0.01
        if index == 2 and near:
            crowns = np.abs(_waves(x * 3 % 1, seed + 9, 9)) + 0.4 * np.abs(_waves(x * 7 % 1, seed + 5, 9))
            line = line - (0.10 if view == "garden" else 0.06) * crowns
        tone = mix(mix("#4c7030", light.ambient, 0.25), mix(light.fog_shade, light.fog_sun, 0.4), air)
        if index == 2:
            tone = tone * (0.40 + 0.30 * light.strength) * (1 - 0.4 * light.dark) + 0.05 * light.key * light.strength
        land = np.clip((y - line) * colour.shape[0] + 0.5, 0, 1)[..., None]
        shade = 1 + 0.10 * _waves(x, seed + 40 + index, 12)[..., None] - 0.2 * (y - line)[..., None]
        colour = np.asarray(colour + (tone * shade - colour) * land, np.float32)
    return colour


def _houses(colour: F32, light: Light, y: F32, x: F32, level: float, seed: int) -> F32:
    """A row of house fronts with windows, lit when it is dark."""
    random = np.random.default_rng(seed)
    edges = np.sort(np.concatenate([[0.0], random.uniform(0.03, 0.97, 9), [1.0]]))
    for left, right in pairwise(edges.tolist()):
        if right - left < 0.02:
            continue
        roof = level - random.uniform(0.16, 0.55)
        inside = (x >= left) & (x < right) & (y > roof)
        tint = mix(str(random.choice(["#a8684a", "#c8b490", "#8a8f98", "#b07a5a", "#d0c0a8"])), light.fog_shade, 0.35)
        wall = tint * (0.30 + 0.9 * light.ambient + 0.35 * light.key * light.strength * (1 - light.dark))
        u, v = (x - left) / (right - left) * max(2, round((right - left) * 26)), (y - roof) * 11
        pane = (np.abs(u % 1 - 0.5) < 0.22) & (np.abs(v % 1 - 0.55) < 0.27) & inside & (v > 0.25)
        lit = (np.sin(np.floor(u) * 12.9 + np.floor(v) * 78.2 + seed) > 0.1 - 0.6 * light.dark) & pane
        glass = mix(light.middle, "#1c2430", 0.5)
        colour = np.where(inside[..., None], wall, colour)
        colour = np.where(pane[..., None], glass, colour)
        colour = np.where(lit[..., None], mix(glass, "#ffcf8a", 0.25 + 0.75 * light.dark), colour)
    return np.asarray(colour, np.float32)


def _stars(height: int, width: int, seed: int) -> F32:
    """Deep space: a blue haze and points of light."""
    random = np.random.default_rng(seed)
    haze = value_noise(height, width, 4, seed=seed, octaves=5)
    colour = mix("#050814", "#243a78", smoothstep(0.35, 0.85, haze) * 0.8)
    points = np.zeros((height, width), np.float32)
    count = height * width // 260
    points[random.integers(height, size=count), random.integers(width, size=count)] = 0.3 + random.pareto(2.2, count)
    soft = cv2.GaussianBlur(np.minimum(points, 3.0), (0, 0), 0.7) * 2.2
    return np.asarray(np.clip(colour + soft[..., None], 0, 1), np.float32)


class _Beyond:
    """A picture at half the size that wraps sideways behind the windows and passes by."""

    def __init__(self, picture: F32, box: Box, speed: float, side: int) -> None:
        self.z = _Z
        self._box, self._speed, self._wide = box, -side * speed / 2, picture.shape[1]
        self._columns = (box.right - box.left) // 2 + 4
        tiled = np.concatenate([picture, picture[:, : self._columns + 2]], 1)
        self._piece = sprite(premultiply(tiled, np.ones(tiled.shape[:2], np.float32)), 0, 0, seed=5)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Cut the stretch that is in sight now and lay it."""
        k, tx, ty = stage.project(self.z, moment.view)
        gone = (-self._speed * moment.seconds) % self._wide
        first = math.floor(gone)
        pixels = np.ascontiguousarray(self._piece.pixels[:, first : first + self._columns])
        part = self._piece._replace(pixels=pixels, cover=None)
        x = self._box.left - 2 * (gone - first)
        canvas.lay(part, placed(x, self._box.top, (0, 0), 2.0, 0.0, k, tx, ty))


class _Falling:
    """Rain or snow before the windows, in their part of the frame only."""

    def __init__(self, stage: Stage, box: Box, light: Light, weather: Weather, seed: int) -> None:
        self.z = _Z * 0.9
        random = np.random.default_rng(seed)
        rows, columns = box.bottom - box.top, box.right - box.left
        tile = np.zeros((rows, columns), np.uint8)
        is_snow = weather is Weather.SNOW
        for _ in range(max(12, rows * columns // (900 if is_snow else 1400))):
            x, y = random.random() * columns, random.random() * rows
            long = 0.0 if is_snow else (14 + 26 * random.random()) * stage.scale
            thick = max(1, round((3.0 if is_snow else 1.4) * stage.scale * (0.6 + 0.8 * random.random())))
            ends = [(round(x * 16), round((y + part) * 16)) for part in (0.0, long)]
            cv2.line(tile, ends[0], ends[1], int(70 + 110 * random.random()), thick, cv2.LINE_AA, 4)
        self._tile: U8 = np.ascontiguousarray(np.concatenate([tile, tile]))
        self._rows, self._box = rows, box
        self._colour = mix(light.fog_sun, "#ffffff", 0.45 if is_snow else 0.2) * (1 - 0.4 * light.dark)
        self._speed = (95 if is_snow else 900) * stage.scale

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Cut the window out of the falling tile and lay it."""
        _, tx, ty = stage.project(self.z, moment.view)
        top = self._rows - 1 - int(self._speed * moment.seconds) % self._rows
        part = np.ascontiguousarray(self._tile[top : top + self._rows])
        canvas.tint(part, rgb(self._colour), round(self._box.left + tx), round(self._box.top + ty))
