"""Volcanoes: the cone as a landform, lava that runs down it and along the ground, smoke that rises.

Lava is drawn by its heat: a table takes it from black crust over red to yellow. Crust moves
with the flow; the glow around it is part of the layer, so it follows the camera.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, mix
from astragen.builtin.painter.current import Course
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.stage import Moment, Motion, Stage
from astragen.builtin.painter.tones import Tones, as_byte, lay_reduced, put_level

HEAT: Sequence[tuple[float, Colour]] = (
    (0.0, "#1a0a08"), (0.22, "#4a0e06"), (0.42, "#b02a08"), (0.64, "#ff6a12"), (0.84, "#ffb53a"), (1.0, "#fff0b0"),
)  # fmt: skip
"""Colours of lava from crust to melt."""

RIM = 0.075  # radius of the crater's rim, as a part of the cone's


def cone(size: int, *, seed: int, torn: float = 0.16) -> F32:
    """A cone with crater and gullies *torn* into it: (size, size) heights in [0, 1], 0 along the edges."""
    y, x = (np.mgrid[0:size, 0:size].astype(np.float32) + 0.5) / size * 2 - 1
    warp = spectral(size, size, seed=seed, slope=3.0, high=12)
    radius = np.hypot(x, y) * (1 + 0.05 * warp)
    angle = np.arctan2(y, x)
    tile = padded(spectral(256, 256, seed=seed + 1, slope=2.0, low=3, stretch=1.0))
    turn = (angle / (2 * np.pi) + 0.5) * 256
    gullies = np.abs(sample_padded(tile, turn + 5 * warp, radius * 46)) + 0.6 * np.abs(
        sample_padded(tile, turn * 2 + 9 * warp, radius * 80)
    )
    slope = np.clip(1 - radius, 0, 1) ** 2.15  # ash cones are concave
    rough = spectral(size, size, seed=seed + 2, slope=2.2, low=6)
    height = slope * (1 - torn * gullies * smoothstep(RIM, 0.25, radius)) + 0.012 * rough * smoothstep(1.0, 0.7, radius)
    rim = np.clip(1 - RIM, 0, 1) ** 2.15
    dip = smoothstep(RIM * 1.05, RIM * 0.5, radius)
    height = height * (1 - dip) + (rim - 0.10) * dip
    height = np.asarray(cv2.GaussianBlur(height.astype(np.float32), (0, 0), size / 700), np.float32)
    height = np.maximum(height, 0)
    return np.asarray(height / height.max(), np.float32)


class Streams:
    """Lava that runs down a far slope: lines of heat whose crust moves downhill."""

    def __init__(self, stage: Stage, paths: Sequence[F32], *, z: float, power: float, seed: int) -> None:
        """*paths*: (n, 3) each: canvas x, canvas y, width in px, from the crater down. *power*: 0 to 1."""
        self.z, self._power = z, power
        self._div = max(1.0, stage.height / 540)
        every = np.concatenate(list(paths))
        margin = 0.10 * stage.height
        x0, y0 = every[:, 0].min() - margin, every[:, 1].min() - margin
        self._x, self._y = float(x0), float(y0)
        columns = max(8, int((every[:, 0].max() + margin - x0) / self._div))
        rows = max(8, int((every[:, 1].max() + margin - y0) / self._div))
        heat = np.zeros((rows, columns), np.float32)
        self._run = np.zeros((rows, columns), np.float32)
        for path in paths:
            self._draw(heat, path)
        self._heat = np.asarray(cv2.GaussianBlur(heat, (0, 0), 0.7), np.float32)
        wide = cv2.GaussianBlur(heat, (0, 0), 0.012 * stage.height / self._div)
        wider = cv2.GaussianBlur(heat, (0, 0), 0.035 * stage.height / self._div)
        self._glow = np.asarray(np.clip(1.3 * wide + 1.9 * wider, 0, 1) * (0.34 + 0.30 * stage.light.dark), np.float32)
        self._tile = padded(spectral(128, 128, seed=seed, slope=1.9, low=3))
        self._tones = Tones(HEAT)

    def _draw(self, heat: F32, path: F32) -> None:
        spots = (path[:, :2] - np.array([self._x, self._y])) / self._div
        run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(spots, axis=0).T))]) * self._div
        last = len(path) - 1
        for index in range(last):
            a, b = (tuple(int(v) for v in np.round(spots[i] * 16)) for i in (index, index + 1))
            wide = max(1, round(float(path[index, 2]) / self._div))
            share = 1 - 0.45 * (index / last) ** 2
            cv2.line(heat, a, b, share, wide, cv2.LINE_AA, 4)
            cv2.line(self._run, a, b, float(run[index]), wide + 4, cv2.LINE_8, 4)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Heat with its moving crust over the glow on the slope."""
        seconds = moment.seconds
        size = 0.30 / stage.scale
        across = np.broadcast_to(
            np.arange(self._heat.shape[1], dtype=np.float32)[None] * np.float32(0.9 * self._div * size),
            self._heat.shape,
        )
        along = (self._run - np.float32(16 * stage.scale * seconds)) * np.float32(size)
        crust = sample_padded(self._tile, np.ascontiguousarray(across), along)
        pulse = 0.92 + 0.05 * math.sin(1.7 * seconds) + 0.03 * math.sin(4.1 * seconds + 1)
        heat = self._heat * (0.78 + 0.20 * crust) * np.float32(pulse)
        cover = np.maximum(smoothstep(0.05, 0.5, self._heat), self._glow * np.float32(pulse)) * np.float32(self._power)
        bright = np.maximum(heat, 0.46 * (cover > 0))
        pixels = self._tones.pack(as_byte(bright), as_byte(cover))
        lay_reduced(canvas, stage, moment, pixels, x=self._x, y=self._y, div=self._div, z=self.z)


class LavaFlow:
    """A river of lava on level ground: melt between plates of crust that drift with it."""

    def __init__(self, stage: Stage, course: Course, *, z: float, speed: float, seed: int) -> None:
        self.z, self._course, self._speed = z, course, speed
        plates = spectral(256, 256, seed=seed, slope=2.4, low=5, high=40)
        veins = np.abs(spectral(256, 256, seed=seed + 1, slope=2.0, low=5, high=60))
        tile = np.dstack([plates, veins, plates, veins]).astype(np.float32)
        self._tile = padded(tile)
        self._hot = np.asarray(smoothstep(0.0, 0.85, course.cover), np.float32)
        wide = cv2.GaussianBlur(course.cover, (0, 0), 0.02 * stage.height / course.div)
        wider = cv2.GaussianBlur(course.cover, (0, 0), 0.07 * stage.height / course.div)
        self._glow = np.asarray(
            np.clip(0.45 * wide + 0.60 * wider, 0, 1) * (0.60 + 0.40 * stage.light.dark), np.float32
        )
        self._tones = Tones(HEAT)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Crust and melt at reduced size, then through the camera."""
        course, seconds = self._course, moment.seconds
        along = course.along - np.float32(self._speed * seconds)
        first = sample_padded(self._tile, course.across * np.float32(17), along * np.float32(11))
        second = sample_padded(
            self._tile,
            course.across * np.float32(43) + 31,
            (course.along - np.float32(1.15 * self._speed * seconds)) * np.float32(29),
        )
        crust = smoothstep(-0.1, 1.0, first[..., 0] + 0.35 * second[..., 0] + 0.9 * (1 - self._hot))
        melt = 0.64 + 0.18 * np.exp(-3.5 * first[..., 1]) + 0.12 * np.exp(-4 * second[..., 1])
        pulse = np.float32(0.96 + 0.04 * math.sin(2.3 * seconds))
        heat = melt * (1 - 0.62 * crust) * (0.55 + 0.45 * self._hot) * pulse
        cover = np.maximum(course.cover, self._glow * pulse)
        share = np.clip(course.cover / np.maximum(cover, 1e-3), 0, 1)
        bright = heat * share + 0.50 * (1 - share)
        pixels = self._tones.pack(as_byte(bright), as_byte(cover))
        put_level(canvas, stage, moment, pixels, x=0, y=course.top, div=course.div, reach=course.reach)


class Plume:
    """Smoke that rises from a crater, leans with the wind, and is lit by the sun and by what glows under it."""

    def __init__(
        self,
        stage: Stage,
        *,
        x: float,
        y: float,
        wide: float,
        tall: float,
        z: float,
        cover: float,
        ash: float,
        glow: float,
        seed: int,
    ) -> None:
        """From canvas (x, y), *wide* px there, *tall* px high.

        ash: 0 white steam, 1 dark. glow: of the crater's fire on it.
        """
        self.z, self._cover = z, cover
        light = stage.light
        self._div = max(2.0, stage.height / 216)
        lean = -1.25 * light.side * tall  # away from the sun: its lit side is seen
        half = 0.95 * tall + abs(lean)
        self._x, self._y = x - half, y - 1.04 * tall
        rows, columns = max(6, round(1.1 * tall / self._div)), max(6, round(2 * half / self._div))
        down, across = np.mgrid[0:rows, 0:columns].astype(np.float32)
        up = np.clip((y - (self._y + (down + 0.5) * self._div)) / tall, -0.1, 1.1)
        middle = lean * np.maximum(up, 0) ** 1.9
        spread = wide / tall * 0.5 + 0.04 + 0.42 * np.maximum(up, 0) ** 0.9
        tilt = np.arctan(1.9 * lean / tall * np.maximum(up, 0) ** 0.9)  # of the column from upright
        off = (self._x + (across + 0.5) * self._div - x - middle) / tall
        aside = off * np.sqrt(np.cos(tilt)) / spread
        way = np.maximum(up + np.abs(middle) / tall * 0.6 + 0.5 * off * np.sin(tilt), 0.5 * up)
        self._body = np.asarray(1.1 - aside**2 * 1.35 - 0.75 * smoothstep(0.5, 1.04, up), np.float32)
        self._fade = np.asarray(smoothstep(1.04, 0.72, up) * smoothstep(-0.09, -0.02, up), np.float32)
        # The noise grows with the column: read at the logarithm of the way risen.
        self._rise = np.asarray(np.log(0.10 + np.maximum(way, 0)) * 24, np.float32)
        self._aside = np.asarray(aside * 9, np.float32)
        self._lit = np.asarray(0.42 + 0.26 * light.side * aside + 0.14 * up, np.float32)
        self._heat = np.asarray(glow * np.exp(-np.maximum(up, 0) / 0.16) * (1 - 0.35 * aside**2), np.float32)
        self._tile = padded(spectral(256, 256, seed=seed, slope=2.6, low=4))
        dark = mix(light.ambient, "#1c1a1c", 0.5 * ash + 0.2)
        pale = mix(mix(light.key, light.horizon, 0.4), "#8a8078", 0.55 * ash) * (0.55 if light.is_night else 0.95)
        self._tones = Tones(((0.0, dark), (0.45, mix(dark, pale, 0.45)), (1.0, pale)))
        self._fire = Tones(((0.0, "#3a0c04"), (0.5, "#c8420e"), (1.0, "#ffae4a")))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Boil, light and lay the smoke; then the fire's light on its underside."""
        seconds = np.float32(moment.seconds)
        first = sample_padded(self._tile, self._aside, self._rise - 4.4 * seconds)
        second = sample_padded(self._tile, self._aside * 2.3 + 61 - 0.8 * seconds, self._rise * 2.3 - 12.5 * seconds)
        boil = 0.62 * first + 0.34 * second
        thick = self._body + 0.40 * boil
        cover = smoothstep(0.02, 0.42, thick) * self._fade * np.float32(self._cover)
        shift = np.roll(boil, 2 * stage.light.side, 1) * 0.5 + np.roll(boil, -2, 0) * 0.5
        bright = np.asarray(self._lit + 0.48 * (boil - shift) + 0.12 * boil, np.float32)
        pixels = self._tones.pack(as_byte(bright), as_byte(cover))
        lay_reduced(canvas, stage, moment, pixels, x=self._x, y=self._y, div=self._div, z=self.z)
        if self._heat.max() > 0.02:
            flicker = np.float32(0.9 + 0.10 * math.sin(3.1 * float(seconds)) * math.sin(7.3 * float(seconds) + 1))
            fire = np.clip(self._heat * flicker * (0.75 + 0.5 * boil), 0, 1)
            pixels = self._fire.pack(as_byte(fire), as_byte(np.asarray(fire * cover, np.float32)))
            lay_reduced(canvas, stage, moment, pixels, x=self._x, y=self._y, div=self._div, z=self.z)


def flicker(seconds: float) -> Motion:
    """The unrest of a fire's light."""
    return Motion(
        gain=0.84 + 0.08 * math.sin(2.9 * seconds) + 0.06 * math.sin(7.1 * seconds + 2) * math.sin(1.3 * seconds)
    )


def glow(stage: Stage, radius: float, colour: Colour) -> F32:
    """A round glow to add, (2 radius, 2 radius, 3)."""
    size = max(4, round(2 * radius))
    at = (np.arange(size, dtype=np.float32) + 0.5) / size * 2 - 1
    far = np.hypot(at[None], at[:, None])
    fall = np.exp(-4.0 * far) * smoothstep(1.0, 0.5, far)
    return np.asarray(fall[..., None] * mix(colour, colour, 0.0), np.float32)
