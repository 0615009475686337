"""Currents: level water that flows, along a river's bends or away from where a fall strikes it.

A `Course` says for every spot of the picture how far along and across the flow it lies, in
metres; waves and foam are read at (across, along - speed x time), so they follow every bend.
What stands above the water was painted before: `mirror_of` makes its reflection once.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, YCC, YCC_OFFSET, Colour, rgb
from astragen.builtin.painter.finish import Finish, Grade, as_rgb
from astragen.builtin.painter.noise import blur, padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.stage import Moment, PaintedScene, Stage
from astragen.builtin.painter.tones import put_level
from astragen.model.view import View

_TILE = 256  # texels of the wave tile
_PLAIN = Grade(contrast=1.0, bloom=0.0, vignette=0.0, grain=0.0)


class Course(NamedTuple):
    """A level water in canvas coordinates, everything (rows, columns) float32 but where said otherwise.

    top: canvas y of its first row. div: canvas px for each of its pixels. along, across: m with and athwart
    the flow. cover: opacity, 0 where there is none. foam: 0 to 1, where it always foams.
    edge: canvas y about which each spot mirrors what stands above. down: tangent of the view's slope, (rows, 1).
    still: 0 to 1, how far the waves die out (far away, in pools). reach: see `tones.level_homography`.
    """

    top: int
    div: float
    along: F32
    across: F32
    cover: F32
    foam: F32
    edge: F32
    down: F32
    still: F32
    reach: float


class Flow(NamedTuple):
    """How it flows and looks: metres a second, height of its waves, colours."""

    speed: float
    rough: float
    deep: Colour
    shallow: Colour
    foam: Colour
    glint: Colour
    wave_m: float = 5.0
    lace: float = 0.5
    glow: float = 0.0


class Current:
    """A course of water as a layer."""

    def __init__(self, stage: Stage, course: Course, flow: Flow, mirror: F32, *, z: float, seed: int) -> None:
        """*mirror*: what `mirror_of` gave for this stage."""
        self.z, self._course, self._flow = z, course, flow
        swell = spectral(_TILE, _TILE, seed=seed, slope=2.3, low=3, high=60, stretch=0.8)
        lace = spectral(_TILE, _TILE, seed=seed + 1, slope=1.7, low=5, stretch=0.45)
        across = np.roll(swell, -1, 1) - np.roll(swell, 1, 1)
        along = np.roll(swell, -1, 0) - np.roll(swell, 1, 0)
        tile = np.dstack([across / across.std(), along / along.std(), 0.62 - np.abs(lace), swell])
        self._tile = padded(tile.astype(np.float32))
        rows, columns = course.cover.shape
        self._mirror_scale = mirror.shape[1] / stage.width
        self._mirror = np.dstack([mirror @ YCC.T, np.zeros(mirror.shape[:2])]).astype(np.float32)
        x = (np.arange(columns, dtype=np.float32) + 0.5) * course.div
        y = course.top + (np.arange(rows, dtype=np.float32) + 0.5) * course.div
        self._seen_x = np.repeat((x - stage.ox)[None], rows, 0)
        self._seen_y = np.asarray(2 * course.edge - y[:, None] - stage.oy, np.float32)
        grazing = 1 - course.down / np.sqrt(1 + course.down**2)
        self._fresnel = np.asarray(0.06 + 0.94 * grazing**3.2, np.float32)
        self._sway = np.asarray(0.028 * stage.height * (0.25 + 3 * course.down), np.float32)
        body = (
            rgb(flow.deep) + (rgb(flow.shallow) - rgb(flow.deep)) * (1 - smoothstep(0.35, 1.0, course.cover))[..., None]
        )
        self._body = np.asarray(body @ YCC.T, np.float32)
        self._white = np.asarray(rgb(flow.foam) @ YCC.T, np.float32)
        self._glint = np.asarray(rgb(flow.glint) @ YCC.T, np.float32)
        self._lively = np.asarray((1 - course.still) * flow.rough, np.float32)
        self._scale = stage.height / 1080

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Waves, reflection, foam at reduced size, then through the camera."""
        course, flow = self._course, self._flow
        waves = self._waves(moment.seconds)
        slope_x, slope_y = waves[..., 0] * self._lively, waves[..., 1] * self._lively
        size = np.float32(self._mirror_scale)
        seen = cv2.remap(
            self._mirror,
            (self._seen_x + slope_x * self._sway) * size - np.float32(0.5),
            (self._seen_y + slope_y * self._sway * 1.6) * size - np.float32(0.5),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )[..., :3]
        fresnel = np.clip(self._fresnel * (1 + 0.55 * slope_y), 0.03, 0.97)
        light = np.clip(1 + 0.28 * slope_y + 0.10 * stage.light.side * slope_x, 0.5, 1.6)
        colour = self._body * light[..., None]
        colour += (seen - colour) * fresnel[..., None]
        sparkle = np.clip(0.55 * slope_y + 0.45 * stage.light.side * slope_x - 1.25, 0, 1) * (
            0.9 * stage.light.strength
        )
        colour += self._glint * sparkle[..., None]
        torn = waves[..., 2] * flow.lace
        foam = smoothstep(0.30, 0.85, course.foam * 1.15 + torn * np.minimum(1, 0.25 + 2.2 * course.foam))
        colour += (self._white - colour) * (0.9 * foam)[..., None]
        cover = np.clip(course.cover + 0.35 * foam * (course.cover > 0.02), 0, 1)
        pixels = np.empty((*cover.shape, 4), np.uint8)
        colour += YCC_OFFSET
        cv2.mixChannels(
            [
                np.clip(colour * cover[..., None] + 0.5, 0, 255).astype(np.uint8),
                np.asarray(cover * 255 + 0.5, np.uint8)[..., None],
            ],
            [pixels],
            [0, 0, 1, 1, 2, 2, 3, 3],
        )
        put_level(canvas, stage, moment, pixels, x=0, y=course.top, div=course.div, reach=course.reach)

    def _waves(self, seconds: float) -> F32:
        """Slopes across and along, foam's lace, height: three sizes of waves at unlike speeds."""
        course, flow = self._course, self._flow
        total = np.zeros((*course.cover.shape, 4), np.float32)
        for size, speed, share in ((1.0, 1.0, 0.55), (0.37, 1.18, 0.55), (2.6, 0.82, 0.5)):
            texel = np.float32(_TILE / (8 * flow.wave_m * size))
            moved = course.along - np.float32(flow.speed * speed * seconds)
            total += share * sample_padded(
                self._tile, course.across * texel + np.float32(37 * size), moved * (texel * 0.6)
            )
        return total


def mirror_of(stage: Stage) -> F32:
    """What the stage shows so far, as (h, w, 3) sRGB of the frame at a third of its size, softened."""
    layers = sorted(stage.layers, key=lambda layer: -layer.z)
    before = Stage(stage.width, stage.height, stage.light)
    before.horizon, before.vanishing_x, before.layers = stage.horizon, stage.vanishing_x, layers
    planes = PaintedScene(before, Finish(stage.width, stage.height, _PLAIN, 1)).frame(0.0, View(), 0)
    size = (max(8, stage.width // 3), max(8, stage.height // 3))
    small = cv2.resize(as_rgb(planes), size, interpolation=cv2.INTER_AREA)
    return blur(np.asarray(small, np.float32), 0.0022 * stage.height)


def rings(
    stage: Stage, *, x: float, foot: float, metre: float, top: int, bottom: int, div: float
) -> tuple[F32, F32, F32]:
    """A pool that spreads from canvas (x, foot): m from there, m athwart, and the tangent of each row's slope.

    metre: px of a metre at the foot line. Rows from canvas y *top* to *bottom*, *div* px apart.
    """
    rows, columns = max(2, round((bottom - top) / div)), round(stage.canvas_width / div)
    y = top + (np.arange(rows, dtype=np.float32)[:, None] + 0.5) * np.float32(div)
    under = np.maximum(y - stage.horizon, 1.0)
    eye = (foot - stage.horizon) / metre
    focal = 1.7 * stage.unit
    aside = ((np.arange(columns, dtype=np.float32)[None] + 0.5) * np.float32(div) - x) * eye / under
    away = eye * focal / (foot - stage.horizon) - eye * focal / under
    away = np.clip(away, 0.0, None) * 0.6
    along = np.hypot(aside, away + 0.4)
    across = np.arctan2(aside, away + 0.4) * 9
    return along.astype(np.float32), across.astype(np.float32), np.asarray(under / focal, np.float32)
