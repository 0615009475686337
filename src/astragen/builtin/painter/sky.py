"""The sky: gradient, sun or moon, stars that twinkle, a cloud deck that flows.

`hang_sky` is for every outdoor room; set `stage.horizon` before. The deck lies flat
overhead and is seen in perspective, so near clouds pass faster than far ones. Cover,
colours and the light's place come from `stage.light`.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, mix, ramp, rgb, ycc
from astragen.builtin.painter.noise import (
    padded,
    sample_padded,
    sample_tile,
    smoothstep,
    spectral,
    stable_seed,
    value_noise,
)
from astragen.builtin.painter.specks import specks
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Moment, Stage
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import TimeOfDay, Weather

Real = NDArray[np.floating[Any]]

_TALL = 0.72  # frame heights from the horizon to the zenith's colour
_OVERLAP = 0.14  # frame heights that the sky goes on below the horizon, under whatever the room puts there
_OVERCAST = (Weather.RAIN, Weather.STORM, Weather.SNOW)


def hang_sky(stage: Stage, recipe: Recipe, *, magnify: float = 1.0, clouds: bool = True) -> None:
    """Hang the sky of *recipe* behind everything.

    magnify: how much longer than normal the lens is; sun and clouds grow with it.
    clouds: False where the room has no use for them, such as between high walls.
    """
    # A bright sky is no lamp: only what is brighter than it may spill.
    threshold = max(stage.grade.bloom_threshold, 0.86 - 0.16 * stage.light.dark)
    is_murky = recipe.weather in _OVERCAST and recipe.weather is not Weather.SNOW
    murk = 0.62 * stage.light.dark if is_murky else 0.22 * stage.light.dark  # the eye opens in a dark storm
    contrast = stage.grade.contrast * (
        1 + (0.16 + 0.10 * stage.light.dark) * is_murky
    )  # rain flattens, the eye does not
    update = {"bloom_threshold": threshold, "exposure": stage.grade.exposure * (1 + murk), "contrast": contrast}
    stage.grade = stage.grade.model_copy(update=update)
    stage.plate(_heavens(stage, recipe, magnify), INFINITE)
    if stage.light.stars > 0:
        stage.add(_Stars(stage, stable_seed(recipe.place_seed, "stars"), stage.light.stars))
    if clouds and stage.light.clouds > 0:
        stage.add(_Deck(stage, recipe, magnify))


def _heavens(stage: Stage, recipe: Recipe, magnify: float) -> F32:
    """The opaque ground of the sky: gradient, glow, disc; (h, w, 4)."""
    low = stage.horizon + _OVERLAP * stage.height
    if stage.horizon < stage.y(0.42):  # from high up the haze under the horizon shows between what stands there
        low = stage.canvas_height
    height = min(stage.canvas_height, max(8, round(low)))
    width = stage.canvas_width
    y, x = (grid.astype(np.float32) * 2 + 1 for grid in np.mgrid[0 : -(-height // 2), 0 : -(-width // 2)])
    light = stage.light
    stops = ((0.0, light.zenith), (0.45, light.middle), (0.82, light.low), (1.0, light.horizon))
    rows = 1 - (stage.horizon - y[:, 0]) / (_TALL * stage.height)
    picture = np.broadcast_to(ramp(stops, rows)[:, None], (*y.shape, 3)).astype(np.float32)
    if light.stars > 0.5:
        picture = picture + _galaxy(stage, y, x, recipe.place_seed)
    picture = _glow(picture, stage, y, x, recipe.weather)
    picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    if recipe.weather not in _OVERCAST:
        _disc(picture, stage, recipe, magnify)
    return premultiply(np.minimum(picture, 1), np.ones((height, width), np.float32))


def _glow(picture: F32, stage: Stage, y: F32, x: F32, weather: Weather) -> F32:
    """Light scattered about the sun: wide and soft, then narrow and bright."""
    sun_x, sun_y = stage.sun
    far = np.hypot((x - sun_x) * 0.85, (y - sun_y) * 1.25) / stage.height
    strength = (0.42 if stage.light.is_night else 0.48 if stage.light.dark == 0 else 0.78) * (
        0.5 if weather in _OVERCAST else 1.0
    )
    reach = 0.20 if stage.light.is_night else 0.32
    wide = np.exp(far * (-2.2 / reach))[..., None] * (strength * 0.8)
    is_day = stage.light.dark == 0  # a high sun burns its surroundings out
    narrow = np.exp(far * ((-8 if is_day else -9) / reach))[..., None] * (strength * (1.1 if is_day else 0.7))
    if weather in (Weather.STORM, Weather.RAIN):  # the one gap in the clouds, low under the sun or moon
        low = np.exp(-(((stage.horizon - y) / (0.055 * stage.height)) ** 2) - ((x - sun_x) / (0.45 * stage.width)) ** 2)
        gap = mix(stage.light.key, stage.light.glow, 0.5) * (0.72 if stage.light.is_night else 1.0)
        share = (0.8 if weather is Weather.STORM else 0.45) * (0.8 if stage.light.is_night else 1.0)
        picture = np.asarray(picture + (gap - picture) * (share * low)[..., None], np.float32)
    core = mix(stage.light.glow, "#ffffff", 0.6)
    return np.asarray(picture * (1 - wide) + stage.light.glow * wide + core * narrow, np.float32)


def _galaxy(stage: Stage, y: F32, x: F32, place_seed: int) -> F32:
    """A faint band of far stars, (h, w, 3) to add."""
    tilt = -0.45 * stage.light.side
    across = (y - stage.y(0.22)) / stage.height - tilt * (x - stage.x(0.5)) / stage.width
    noise = value_noise(y.shape[0], y.shape[1], 7, seed=stable_seed(place_seed, "galaxy"), octaves=6)
    band = np.exp(-((across + 0.12 * (noise - 0.5)) ** 2) / 0.012) * smoothstep(0.30, 0.75, noise)
    return np.asarray(band[..., None] * rgb("#2a3558") * 0.55, np.float32)


def _disc(picture: F32, stage: Stage, recipe: Recipe, magnify: float) -> None:
    """Paint the sun or moon into *picture*."""
    light = stage.light
    radius = (33 if light.is_night else 30) * stage.scale * min(2.2, magnify)
    sun_x, sun_y = stage.sun
    reach = math.ceil(radius) + 2
    top, left = max(0, round(sun_y) - reach), max(0, round(sun_x) - reach)
    part = picture[top : round(sun_y) + reach, left : round(sun_x) + reach]
    if part.size == 0:
        return
    y, x = (grid.astype(np.float32) + 0.5 for grid in np.mgrid[top : top + part.shape[0], left : left + part.shape[1]])
    far = np.hypot(x - sun_x, y - sun_y)
    cover = np.clip((radius - far) + 0.5, 0, 1)[..., None]
    cover = cover * (0.35 if recipe.weather is Weather.FOG else 1.0)
    if light.is_night:
        seas = value_noise(far.shape[0], far.shape[1], 3.2, seed=9, octaves=4)
        surface = mix("#aab8dc", "#f4f6ff", smoothstep(0.32, 0.62, seas)) * (1 - 0.25 * (far / radius)[..., None] ** 3)
    else:
        surface = mix("#ffffff", light.glow, 0.05 if recipe.time_of_day is TimeOfDay.DAY else 0.22)
    part[:] = part * (1 - cover) + surface * cover


class Aurora:
    """Northern lights: curtains that fold, wander and flare, green below and violet above."""

    _DIV = 6
    _CURTAINS = 3

    def __init__(self, stage: Stage, seed: int) -> None:
        """Choose the folds; hang it behind the clouds of a clear night."""
        self.z = INFINITE * 0.9
        random = np.random.default_rng(stable_seed(seed, "aurora"))
        self._fold = random.random((self._CURTAINS, 4)) * 2 * np.pi
        self._rays = random.random((self._CURTAINS, 256))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw the curtains at a sixth of the size and add them in two colours."""
        k, tx, ty = stage.project(self.z, moment.view)
        bottom = min(canvas.height, round((stage.horizon - 0.03 * stage.height) * k + ty))
        if bottom < self._DIV:
            return
        rows, columns = -(-bottom // self._DIV), -(-canvas.width // self._DIV)
        up = (stage.horizon - ((np.arange(rows) + 0.5) * self._DIV - ty) / k)[:, None] / stage.height
        across = ((((np.arange(columns) + 0.5) * self._DIV - tx) / k) - stage.vanishing_x)[None] / stage.height
        low, high = np.zeros((rows, columns)), np.zeros((rows, columns))
        for index in range(self._CURTAINS):
            light, foot = self._curtain(index, across, moment.seconds)
            over = up - foot
            rise = smoothstep(-0.015, 0.03, over) * light
            low += rise * np.exp(-np.maximum(over, 0) / 0.10)
            high += rise * np.exp(-np.maximum(over, 0) / 0.26) * 0.5
        for part, colour in ((low, "#36f07c"), (high, "#8a50e0")):
            small = np.clip(part * smoothstep(0.02, 0.16, up) * 165, 0, 255).astype(np.uint8)
            size = (columns * self._DIV, rows * self._DIV)
            mask = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)[:bottom, : canvas.width]
            canvas.shine(np.ascontiguousarray(mask, np.uint8), colour, gain=1.0)

    def _curtain(self, index: int, across: Real, seconds: float) -> tuple[Real, Real]:
        """(brightness, height of the lower edge over the horizon) along *across*, both (1, columns)."""
        a, b, c, d = self._fold[index]
        foot = 0.17 + 0.11 * index + 0.055 * np.sin(2.1 * across + 0.17 * seconds + a)
        foot = foot + 0.022 * np.sin(6.3 * across - 0.31 * seconds + b)
        wave = 38 * across + 3.0 * np.sin(1.7 * across + 0.23 * seconds + c) + 1.1 * seconds
        rays = np.interp(np.mod(wave + 100, 256), np.arange(256), self._rays[index], period=256)
        swell = 0.5 + 0.5 * np.sin(1.3 * across - 0.21 * seconds + d)
        return (0.35 + 0.65 * rays) * swell * (1.0 - 0.2 * index), foot


class _Stars:
    """Points of light, each twinkling at its own pace, fewer toward the horizon."""

    def __init__(self, stage: Stage, seed: int, strength: float) -> None:
        self.z = INFINITE * 0.95
        random = np.random.default_rng(seed)
        count = round(1000 * strength * stage.canvas_width / (1.9 * 1080 * stage.scale))
        self._x = random.random(count) * stage.canvas_width
        self._y = random.random(count) ** 0.85 * max(1.0, stage.horizon - 0.03 * stage.height)
        self._bright = np.minimum(0.10 + 0.13 * random.pareto(1.5, count), 1.3) * min(1.0, strength + 0.2)
        self._bright *= smoothstep(0, 0.30, (stage.horizon - self._y) / stage.height)
        away = np.hypot(self._x - stage.sun[0], self._y - stage.sun[1]) / stage.height
        self._bright *= smoothstep(0.05, 0.34, away)  # the moon outshines its neighbours
        self._pace = 1.5 + 4.0 * random.random(count)
        self._phase = random.random(count) * 2 * np.pi
        self._sigma = max(0.62, 0.85 * stage.scale)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Scatter the stars on a mask, each as a small Gaussian, and add them."""
        k, tx, ty = stage.project(self.z, moment.view)
        height = min(canvas.height, math.ceil(stage.horizon * k + ty))
        if height < 1:
            return
        twinkle = 0.72 + 0.28 * np.sin(self._pace * moment.seconds + self._phase) * np.sin(
            0.37 * self._pace * moment.seconds + 2 * self._phase
        )
        x, y = self._x * k + tx - 0.5, self._y * k + ty - 0.5
        mask = specks((height, canvas.width), x, y, self._bright * twinkle * 255, self._sigma)
        canvas.shine(mask, "#e6ecff")


class _Deck:
    """A flat layer of cloud overhead, seen in perspective, drifting and slowly changing."""

    _ROWS, _COLUMNS = 512, 1024  # of the tile

    def __init__(self, stage: Stage, recipe: Recipe, magnify: float) -> None:
        self.z = INFINITE * 0.8
        self._magnify = magnify
        self._div = 4 if stage.height > 900 else 2  # clouds are soft, and chroma wants an even step
        self._is_heavy = recipe.weather in (Weather.RAIN, Weather.STORM)
        seed = stable_seed(recipe.place_seed, "clouds")
        tile = _cloud_tile(self._ROWS, self._COLUMNS, seed, stage.light.clouds, stage.light.side)
        self._tile = padded(tile)
        self._far_tile = padded(np.asarray(cv2.GaussianBlur(tile, (0, 0), 3.5), np.float32))
        self._detail = padded(spectral(256, 256, seed=seed + 5, slope=1.7, low=6))
        self._offset = 1000 * np.random.default_rng(stable_seed(seed, recipe.seed)).random(2)  # clouds move on
        speed = 9.0 if recipe.weather is Weather.STORM else 6.0 if self._is_heavy else 4.0
        self._wind = (-0.8 * speed * stage.light.side, -0.6 * speed)
        self._tables = _cloud_colours(stage, recipe)
        self._strength = 0.97 if self._is_heavy else 0.40 if recipe.weather is Weather.FOG else 0.86
        self._veil = 0.72 if self._is_heavy else 0.45 if recipe.weather is Weather.SNOW else 0.0

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Sample the deck at reduced size, colour it through tables, blend it."""
        k, tx, ty = stage.project(self.z, moment.view)
        low = (stage.horizon - 0.010 * stage.height) * k + ty
        bottom = min(canvas.height, math.floor(low)) // 2 * 2
        if bottom < 8:
            return
        div = self._div
        rows, columns = -(-bottom // div), -(-canvas.width // div)
        y = ((np.arange(rows, dtype=np.float32) + 0.5) * div - ty) / k
        x = ((np.arange(columns, dtype=np.float32) + 0.5) * div - tx) / k
        cover, lit = self._sample(stage, y, x, moment.seconds)
        colours = [np.asarray(cv2.LUT(lit, table), np.uint8) for table in self._tables]
        full, half = (columns * div, rows * div), (columns * div // 2, rows * div // 2)
        mask, luma = (
            np.ascontiguousarray(cv2.resize(part, full)[:bottom, : canvas.width], np.uint8)
            for part in (cover, colours[0])
        )
        blue, red = (
            np.ascontiguousarray(cv2.resize(part, half)[: bottom // 2, : canvas.width // 2], np.uint8)
            for part in colours[1:]
        )
        canvas.blend((luma, blue, red), mask)

    def _sample(self, stage: Stage, y: F32, x: F32, seconds: float) -> tuple[U8, U8]:
        """(cover, brightness) of the deck at canvas rows *y* and columns *x*, each uint8."""
        up = np.maximum((stage.horizon - y) / (stage.height * self._magnify), 0)
        depth = 1 / (up + 0.026)
        across = (x - stage.vanishing_x) / (stage.unit * 1.78 * self._magnify)
        map_x = np.outer(depth, across * 190).astype(np.float32)
        map_x += np.float32((self._offset[0] + self._wind[0] * seconds) % self._COLUMNS)
        map_y = np.repeat((depth * 62)[:, None], x.size, 1).astype(np.float32)
        map_y += np.float32((self._offset[1] + self._wind[1] * seconds) % self._ROWS)
        near, far = sample_padded(self._tile, map_x, map_y), sample_padded(self._far_tile, map_x, map_y)
        sharp = smoothstep(0.03, 0.17, up)[:, None, None]
        both = far + (near - far) * sharp
        # The detail moves at its own pace, so edges change while the deck passes.
        detail = sample_padded(self._detail, map_x * 1.9 + np.float32(2.4 * seconds), map_y * 1.9)
        body = both[..., 0] + detail * (0.10 * sharp[..., 0])
        thick = smoothstep(0.0, 1.0, body)
        cover = self._veil + (1 - self._veil) * thick
        cover *= (255 * self._strength * smoothstep(0.015, 0.15 + 0.12 * self._veil, up))[:, None]
        sun_x, sun_y = stage.sun
        glow = np.outer(
            np.exp(-(((y - sun_y) / (0.30 * stage.height)) ** 2)), np.exp(-(((x - sun_x) / (0.42 * stage.height)) ** 2))
        )
        strength = stage.light.strength
        lit = 30 + 150 * both[..., 1] * (0.55 + 0.45 * strength) + 130 * strength * glow + 14 * detail
        lit += (110 * self._veil) * (0.6 - thick)  # thin places of an overcast are the bright ones
        return np.clip(cover, 0, 255).astype(np.uint8), np.clip(lit, 0, 255).astype(np.uint8)


def _cloud_tile(rows: int, columns: int, seed: int, cover: float, side: int) -> F32:
    """(rows, columns, 4): twice density before its threshold (0 edge, 1 solid) and the light let through; tileable."""
    noise = spectral(rows, columns, seed=seed, slope=2.6, low=2, stretch=1.7)
    warp_x, warp_y = (spectral(rows, columns, seed=seed + i, slope=3.0, high=20) for i in (1, 2))
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    noise = sample_tile(noise, x + warp_x * (0.008 * columns), y + warp_y * (0.008 * rows))
    noise = noise + 0.16 * spectral(rows, columns, seed=seed + 3, slope=1.9, low=12)
    density = (noise - (0.95 - 1.9 * cover)) / 1.1
    solid = smoothstep(0, 1, density)
    through = np.zeros_like(solid)
    taps = 5
    for tap in range(1, taps + 1):
        reach = 4.0 * tap * (1 + 0.12 * tap)
        moved = np.array([[1, 0, 0.4 * side * reach], [0, 1, 0.9 * reach]], np.float32)
        softer = cv2.GaussianBlur(solid, (0, 0), 0.6 + 0.5 * tap)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        through += cv2.warpAffine(softer, moved, (columns, rows), flags=flags, borderMode=cv2.BORDER_WRAP)
    light = np.exp(-2.6 * through / taps)
    return np.dstack([density, light, density, light]).astype(np.float32)  # four channels: OpenCV's fast path


def _cloud_colours(stage: Stage, recipe: Recipe) -> list[U8]:
    """Brightness 0-255 -> Y, Cb, Cr tables: shaded belly, body, lit edge, edge toward the sun."""
    light = stage.light
    stops: tuple[tuple[float, Colour], ...]
    if light.is_night:
        stops = (
            (0.0, mix(light.zenith, light.middle, 0.5)),
            (0.5, light.low),
            (0.85, mix(light.horizon, light.glow, 0.35)),
            (1.0, mix(light.horizon, light.glow, 0.6)),
        )
    elif recipe.weather is Weather.STORM:
        stops = (
            (0.0, mix(light.zenith, "#10141f", 0.55)),
            (0.45, mix(light.zenith, light.middle, 0.6)),
            (1.0, light.horizon),
        )
    else:
        stops = (
            (0.0, mix(mix(light.middle, light.ambient, 0.5), light.low, 0.15)),
            (0.45, mix(light.low, light.middle, 0.45)),
            (0.8, mix(light.horizon, "#ffffff", 0.22)),
            (1.0, mix(light.glow, "#ffffff", 0.65 if recipe.time_of_day is TimeOfDay.DAY else 0.25)),
        )
    colours = ramp(stops, np.linspace(0, 1, 256).astype(np.float32))
    table = np.array([ycc(colour) for colour in np.clip(colours, 0, 1)], np.float32)
    return [np.clip(np.round(table[:, i]), 0, 255).astype(np.uint8) for i in range(3)]
