"""The stadium: a mown pitch inside a bowl of people, under floodlights when it is dark.

The bowl is an ellipse in metres about the pitch; every pixel of it is found by its bearing
and height. Start reading at `hang_stadium`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, mix, rgb
from astragen.builtin.painter.facades import daylight, table
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plot import Ground
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import Moment, Motion, Stage, Stand, air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Lens, Season, ShotSize, Weather

_HALF_X, _HALF_Z = 82.0, 66.0  # m; the bowl's inner edge about the pitch's middle
_PITCH = (52.5, 34.0)  # m; half its length and width
_TIERS = (1.4, 11.5, 13.2, 25.0, 29.5)  # m: lower tier's foot and top, upper tier's foot and top, the roof's edge
_Z = 0.42  # stage units a metre
_FOCAL = {Lens.WIDE: 0.92, Lens.NORMAL: 1.12, Lens.TELE: 1.5}
_BODY = {ShotSize.FULL: 1.7, ShotSize.MEDIUM: 2.6, ShotSize.CLOSE: 4.0, ShotSize.EXTREME_CLOSE: 5.0}
_FLASH_S = 0.16


class _Seat:
    """The camera: m above the pitch, m before its middle, px of one radian."""

    def __init__(self, stage: Stage, recipe: Recipe) -> None:
        shot = np.random.default_rng(stable_seed("stadium-shot", recipe.seed))
        rise = {Angle.LOW: 0.10, Angle.HIGH: -0.14, Angle.AERIAL: -0.26}.get(recipe.angle, 0.0)
        self.horizon = stage.horizon = stage.y(0.57 + rise)
        self.eye = {Angle.LOW: 1.3, Angle.HIGH: 7.0, Angle.AERIAL: 15.0}.get(recipe.angle, 2.5)
        self.focal = _FOCAL[recipe.lens] * stage.height * min(1.6, _BODY.get(recipe.size, 1.0) ** 0.5)
        self.x, self.z = float(shot.uniform(-16, 16)), -46.0
        self.middle = stage.vanishing_x

    def bowl(self, x: F32) -> tuple[F32, F32]:
        """(distance along the axis, bearing about the pitch's middle) of the bowl's inner edge by canvas x."""
        slope = (x - self.middle) / self.focal
        a = slope * slope / _HALF_X**2 + 1 / _HALF_Z**2
        b = self.x * slope / _HALF_X**2 + self.z / _HALF_Z**2
        c = self.x**2 / _HALF_X**2 + self.z**2 / _HALF_Z**2 - 1
        far = (-b + np.sqrt(b * b - a * c)) / a
        return far.astype(np.float32), np.arctan2(self.x + slope * far, (self.z + far) * _HALF_X / _HALF_Z).astype(
            np.float32
        )


def hang_stadium(stage: Stage, recipe: Recipe) -> None:
    """Hang sky, bowl, pitch, floodlights and what the crowd does; set the stand."""
    seat = _Seat(stage, recipe)
    hang_sky(stage, recipe)
    flood = float(smoothstep(0.2, 0.7, stage.light.dark))
    line = _hang_bowl(stage, seat, recipe, flood)
    _hang_pitch(stage, seat, recipe, flood)
    stage.add(_Flashes(stage, line, recipe.seed))
    if flood > 0.1:
        _hang_floodlights(stage, seat, flood)
    elif recipe.weather in (Weather.CLEAR, Weather.CLOUDY):
        stage.add(Birds(stage, recipe.seed, count=7, down=0.16))
    depth = 13.0 / _BODY.get(recipe.size, 1.0)
    feet = seat.horizon + seat.eye * seat.focal / depth
    stage.stand = Stand(
        ground=lambda _: feet,
        z=max(1.6, depth * _Z),
        metre=seat.focal / depth,
        is_water=False,
        sky=(stage.y(0.06), stage.y(0.30)),
        shade=0.02,
        air=air_at(stage, np.asarray(stage.x(0.5), np.float32)),
    )


def _hang_bowl(stage: Stage, seat: _Seat, recipe: Recipe, flood: float) -> tuple[F32, F32]:
    """Paint the stands; return (canvas y of the upper tier's top, of the lower tier's foot) by canvas column."""
    columns = np.arange(stage.canvas_width, dtype=np.float32)
    far, bearing = seat.bowl(columns)
    scale = seat.focal / far
    edge, foot = (seat.horizon + (seat.eye - level) * scale for level in (_TIERS[4] + 1.5, 0.0))
    top, bottom = max(0, int(edge.min()) - 2), min(stage.canvas_height, int(foot.max()) + 3)
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5
    high = seat.eye + (seat.horizon - rows) / scale[None]
    sky, key = daylight(stage.light)
    colour = _crowd(bearing[None] * 78, high, recipe.place_seed)
    side = np.clip(0.5 - 0.5 * stage.light.side * np.sin(bearing), 0, 1)[None]  # the stand that faces the sun
    sun = side * smoothstep(23, 17, high + 6 * (1 - side)) * stage.light.strength
    lit = sky * 0.85 + key * (0.85 * sun)[..., None] + rgb("#e8f0ff") * (0.42 * flood)
    colour = colour * lit
    board = smoothstep(_TIERS[1], _TIERS[1] + 0.15, high) * smoothstep(_TIERS[2], _TIERS[2] - 0.15, high)
    panels = np.stack([rgb(name) for name in table()["neon"]])[(np.floor(bearing * 11)).astype(int) % 7]
    glow = panels[None] * (0.30 + 0.50 * flood) * (0.7 + 0.3 * np.sin(bearing * 190))[None, :, None]
    colour = colour + (glow - colour) * board[..., None]
    roof = smoothstep(_TIERS[3], _TIERS[3] + 0.4, high)
    ribs = 0.7 + 0.3 * (np.abs(bearing * 24 % 1 - 0.5) < 0.06)[None]
    steel = (
        mix("#2a2e34", "#b8bec4", smoothstep(_TIERS[4] - 1.2, _TIERS[4], high)) * (sky + 0.4 * key) * ribs[..., None]
    )
    colour = colour + (steel - colour) * roof[..., None]
    fade = (1 - np.exp(-far * stage.light.haze / 420))[None, :, None]
    colour = colour + (air_at(stage, columns)[None] - colour) * fade
    cover = np.clip(rows - edge[None] + 0.5, 0, 1) * np.clip(foot[None] + 2 - rows, 0, 1)
    stage.plate(premultiply(np.clip(colour, 0, 1).astype(np.float32), cover.astype(np.float32)), 40.0, y=top)
    return seat.horizon + (seat.eye - _TIERS[3]) * scale, seat.horizon + (seat.eye - _TIERS[0]) * scale


def _crowd(along: F32, high: F32, seed: int) -> F32:
    """Albedo of the stands at m *along* them and *high*: people in rows, stairs between the blocks."""
    seat, row = np.floor(along / 0.62), np.floor(high / 0.78)
    luck = np.abs(np.sin(seat * 12.9898 + row * 78.233 + seed % 17) * 43758.547) % 1
    names = [*table()["cars"], *table()["awnings"], "#e8d8c0", "#f0f0ea", "#c8a488", "#d8b090"]
    shirts = np.stack([rgb(name) for name in names])[(luck * 9973).astype(int) % len(names)]
    empty = luck < 0.10
    head = np.hypot((along / 0.62 % 1 - 0.5), (high / 0.78 % 1 - 0.68) * 1.2)
    people = np.where((head < 0.26)[..., None], rgb("#d8a888"), shirts)
    people = np.where(empty[..., None], rgb("#39465a"), people)
    stairs = np.abs(along / 17 % 1 - 0.5) > 0.46
    colour = np.where(stairs[..., None], rgb("#8a8a88"), people * (0.62 + 0.38 * (high / 0.78 % 1))[..., None])
    wall = high < _TIERS[0]
    return np.asarray(np.where(wall[..., None], rgb("#2c4a66"), colour), np.float32)


def _hang_pitch(stage: Stage, seat: _Seat, recipe: Recipe, flood: float) -> None:
    """Grass in mown stripes with white lines, a running track of dust round it; one picture under a homography."""
    top = max(0, int(seat.horizon))
    y, x = np.mgrid[top : stage.canvas_height, 0 : stage.canvas_width].astype(np.float32) + 0.5
    depth = np.minimum(seat.eye * seat.focal / np.maximum(y - seat.horizon, 0.4), 400)
    across, away = (x - seat.middle) * depth / seat.focal + seat.x, depth + seat.z
    soft = np.maximum(depth / seat.focal, 0.012)
    stripe = smoothstep(-0.06, 0.06, np.sin(across * math.pi / 5.25))
    grain = value_noise(y.shape[0], y.shape[1], 160, seed=6, octaves=3, squash=0.5)
    blades = 0.84 + 0.32 * grain
    is_white = recipe.season is Season.WINTER and recipe.weather is Weather.SNOW
    first, second = ("#c8d2dc", "#d8e0e8") if is_white else ("#3f7a30", "#579440")
    grass = mix(first, second, stripe) * blades[..., None]
    field = np.maximum(np.abs(across) - _PITCH[0] - 3, np.abs(away) - _PITCH[1] - 3)
    track = mix("#a8553c", "#b8684a", grain)
    albedo = grass + (track - grass) * np.clip(field / (2 * soft) + 0.5, 0, 1)[..., None]
    white = _lines(np.abs(across), np.abs(away), soft)
    albedo = albedo + (rgb("#f0f2ee") - albedo) * (0.88 * white)[..., None]
    sky, key = daylight(stage.light)
    shade = smoothstep(-34, -24, away * 0.4 - stage.light.side * across * 0.9)  # what the roof on the sun's side shades
    lit = sky * 0.95 + key * (0.80 * stage.light.strength * shade)[..., None] + rgb("#f0f6ff") * (0.62 * flood)
    fade = (1 - np.exp(-depth * stage.light.haze / 520))[..., None]
    colour = albedo * lit
    colour = colour + (air_at(stage, x[0])[None] - colour) * fade
    cover = np.ones(y.shape, np.float32)
    picture = premultiply(np.clip(colour, 0, 1).astype(np.float32), cover)
    far, _ = seat.bowl(x[0])
    edge = seat.horizon + seat.eye * seat.focal / far
    picture *= np.clip(y - edge[None] + 0.5, 0, 1)[..., None]
    stage.add(Ground(seat, picture, top, metre_z=_Z, z=39.0))


def _lines(across: F32, away: F32, soft: F32) -> F32:
    """Coverage of the pitch's white lines; *across*, *away*: m from its middle, not signed."""
    half = 0.07
    long, wide = _PITCH
    marks = (
        np.maximum(np.abs(away - wide), across - long),
        np.maximum(np.abs(across - long), away - wide),
        np.maximum(across, away - wide),
        np.abs(np.hypot(across, away) - 9.15),
        np.maximum(np.abs(across - (long - 16.5)), away - 20.16),
        np.maximum(np.abs(away - 20.16), np.abs(across - long + 8.25) - 8.25),
    )
    fine = np.clip(0.14 / soft, 0.15, 1)
    return np.asarray(
        np.maximum.reduce([np.clip((half - mark) / soft + 0.5, 0, 1) for mark in marks]) * fine, np.float32
    )


def _hang_floodlights(stage: Stage, seat: _Seat, flood: float) -> None:
    """Two banks of lamps over the roof, their glare and their shafts of lit air."""
    size = int(0.34 * stage.unit)
    y, x = np.mgrid[-size:size, -size:size].astype(np.float32) / size
    far = np.hypot(x, y)
    glare = np.exp(-far * 7) * 0.75 + np.exp(-((y / 0.014) ** 2)) * np.exp(-np.abs(x) * 4.2) * 0.35
    lamps = np.clip(1 - np.maximum(np.abs(x) / 0.13, np.abs(y) / 0.05), 0, 1) > 0
    grid = ((x * 62) % 1 > 0.3) & ((y * 62) % 1 > 0.3)
    picture = rgb("#e6f0ff") * ((glare + 0.8 * lamps * grid) * smoothstep(1.0, 0.5, far) * flood)[..., None]
    for across in (0.16, 0.84):
        column = np.array([stage.x(across)], np.float32)
        distance, _ = seat.bowl(column)
        high = seat.horizon + (seat.eye - _TIERS[4] - 9) * seat.focal / float(distance[0])
        stage.plate(
            picture.astype(np.float32),
            38.0,
            x=stage.x(across) - size,
            y=max(high, stage.y(0.05)) - size,
            motion=_hum(across * 9),
            is_light=True,
        )


def _hum(phase: float) -> Callable[[float], Motion]:
    return lambda t: Motion(gain=0.93 + 0.07 * math.sin(1.3 * t + phase))


class _Flashes:
    """Cameras that flash among the people, and a wave of arms that runs round the stands."""

    z = 39.5

    def __init__(self, stage: Stage, line: tuple[F32, F32], seed: int) -> None:
        random = np.random.default_rng(stable_seed("flashes", seed))
        self._top, self._foot = line
        count = 44
        self._across = random.random(count)
        self._up = random.random(count)
        self._period, self._phase = random.uniform(1.6, 5.2, count), random.uniform(0, 5, count)
        size = max(3, int(10 * stage.scale))
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32) / size
        self._spark: U8 = np.clip(np.exp(-np.hypot(x, y) * 5) * 255, 0, 255).astype(np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shine the flashes of this moment, then the wave."""
        k, tx, ty = stage.project(40.0, moment.view)
        half = self._spark.shape[0] // 2
        since = (moment.seconds + self._phase) % self._period
        for index in np.flatnonzero(since < _FLASH_S).tolist():
            column = int(self._across[index] * (self._top.size - 1))
            x, y = (
                column * k + tx,
                (self._top[column] + (self._foot[column] - self._top[column]) * self._up[index]) * k + ty,
            )
            gain = 1.0 - float(since[index]) / _FLASH_S
            canvas.shine(self._spark, "#f4f8ff", round(x) - half, round(float(y)) - half, gain)
        self._wave(canvas, stage, moment.seconds, (k, tx, ty))

    def _wave(self, canvas: Canvas, stage: Stage, seconds: float, camera: tuple[float, float, float]) -> None:
        k, tx, ty = camera
        middle = ((0.05 * seconds) % 1.6 - 0.3) * self._top.size
        left, right = int(max(0, middle - 0.09 * stage.width)), int(min(self._top.size, middle + 0.09 * stage.width))
        if right - left < 8:
            return
        columns = np.arange(left, right, 4)
        top, bottom = float(self._top[left:right].min()), float(self._foot[left:right].max())
        rows = np.arange(top, bottom, 4, dtype=np.float32)[:, None]
        inside = smoothstep(0, 6, rows - self._top[columns][None]) * smoothstep(0, 6, self._foot[columns][None] - rows)
        bump = np.exp(-(((columns - middle) / (0.045 * stage.width)) ** 2))[None]
        flicker = 0.6 + 0.4 * np.sin(columns * 0.9 / max(stage.scale, 0.2) + rows * 0.7 + 9 * seconds)
        small = np.clip(inside * bump * flicker * 58, 0, 255).astype(np.uint8)
        size = (max(1, round(small.shape[1] * 4 * k)), max(1, round(small.shape[0] * 4 * k)))
        mask = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        canvas.shine(mask, "#fff2e0", round(left * k + tx), round(top * k + ty))
