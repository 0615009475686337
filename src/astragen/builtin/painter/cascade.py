"""Cascades: water that falls, the spray where it strikes, and the rainbow in the spray.

A sheet's texture is a function of *when* each drop left the lip: a drop that is y below it
left t(y) ago, by the laws of falling. So streaks lengthen as they fall, and never slide.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, rgb
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral, value_noise
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.tones import Tones, as_byte, lay_reduced

_RATE = 74.0  # rows of the texture that leave the lip each second
_ROWS, _COLUMNS = 512, 256  # of the texture; two of unlike pace make it last for minutes


class Sheet(NamedTuple):
    """A falling sheet of water.

    x: canvas x of its middle at the lip. top, foot: canvas y. lip, base: px wide above and
    below. seconds: how long a drop takes. lean: px that the foot lies to the side. body: how
    much water, 0 a veil, 1 a torrent. z: distance on the stage. lobes: strands it parts into.
    """

    x: float
    top: float
    foot: float
    lip: float
    base: float
    seconds: float
    lean: float
    body: float
    z: float
    lobes: int = 3


class Falling:
    """A sheet as a layer."""

    def __init__(self, stage: Stage, sheet: Sheet, tones: Tones, *, seed: int) -> None:
        """Prepare the sheet's cover and the time of each row; *tones* from its shade to its light."""
        self.z = sheet.z
        self._tones = tones
        self._div = max(1.0, stage.height / 500)
        half = 0.62 * max(sheet.lip, sheet.base) + abs(sheet.lean)
        self._x, self._y = sheet.x - half, sheet.top - 0.004 * stage.height
        columns = max(6, round(2 * half / self._div))
        rows = max(6, round((sheet.foot - self._y) / self._div))
        y = (np.arange(rows, dtype=np.float32) + 0.5) * self._div + np.float32(self._y - sheet.top)
        x = (np.arange(columns, dtype=np.float32) + 0.5) * self._div - np.float32(half)
        part = np.clip(y / (sheet.foot - sheet.top), 0, 1)
        wide = sheet.lip + (sheet.base - sheet.lip) * part**0.8
        self._across = (x[None] - sheet.lean * (part**1.5)[:, None]) / wide[:, None]
        # Falling from a start speed: part = a t + (1 - a) t^2 in units of the whole time.
        slow = 0.22
        went = (-slow + np.sqrt(slow * slow + 4 * (1 - slow) * part)) / (2 * (1 - slow))
        self._went = np.asarray(sheet.seconds * went, np.float32)[:, None]
        self._part = part[:, None]
        self._wide = max(4.0, sheet.lip / (5.5 * stage.scale))
        self._cover, self._shade = self._still(stage, sheet, seed)
        tile = spectral(_ROWS, _COLUMNS, seed=seed, slope=1.75, low=3, stretch=5.0)
        fine = spectral(_ROWS, _COLUMNS, seed=seed + 1, slope=1.1, low=12, stretch=4.0)
        self._tiles = [
            padded(np.asarray(part_, np.float32)) for part_ in (tile + 0.35 * fine, tile[::-1, ::-1] + 0.5 * fine)
        ]

    def _still(self, stage: Stage, sheet: Sheet, seed: int) -> tuple[F32, F32]:
        """(cover before the texture tears it, brightness before the texture), both as fine as the layer."""
        rows, columns = self._across.shape
        strands = np.zeros(columns, np.float32)
        random = np.random.default_rng(seed)
        at = (np.arange(columns, dtype=np.float32) + 0.5) / columns * 2 - 1
        for index in range(sheet.lobes):
            middle = (index + 0.5) / sheet.lobes - 0.5 + 0.10 * random.standard_normal() / sheet.lobes
            strands = np.maximum(
                strands,
                (0.75 + 0.3 * random.random()) * np.exp(-(((at / 2 * 1.24 - middle) * sheet.lobes / 0.52) ** 2)),
            )
        straight = np.repeat(strands[None], rows, 0)
        # Strands widen and meet on the way down.
        bulge = value_noise(rows, columns, 5, seed=seed, octaves=3) - 0.5
        thick = straight * (1 - 0.45 * self._part) + 0.42 * self._part + 0.55 * bulge
        ragged = value_noise(rows, columns, max(2.0, columns / 14), seed=seed + 7, octaves=4, squash=0.25) - 0.5
        edge = smoothstep(0.53, 0.30, np.abs(self._across) + (0.10 + 0.34 * self._part) * ragged)
        head = smoothstep(0.0, 0.03, self._part + 0.010 * (1 - 3 * np.abs(self._across)) + 0.012 * ragged)
        tail = smoothstep(1.0, 0.95, self._part + 0.05 * ragged)
        cover = np.clip(edge * (0.30 + 0.95 * thick + 0.35 * (sheet.body - 0.5)), 0, 1.2) * head * tail
        light = stage.light
        shade = 0.50 + 0.16 * light.side * self._across + 0.20 * self._part + 0.24 * bulge + 0.10 * (straight - 0.5)
        return np.asarray(cover, np.float32), np.asarray(shade, np.float32)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Look up when each drop left the lip, colour what left then, lay it."""
        left = (moment.seconds - self._went) * np.float32(_RATE)
        x = self._across * np.float32(self._wide)
        rows = np.broadcast_to(left, x.shape)
        first = sample_padded(self._tiles[0], x, np.ascontiguousarray(rows))
        second = sample_padded(
            self._tiles[1], x * np.float32(0.47) + np.float32(41), np.ascontiguousarray(rows * np.float32(0.79))
        )
        drops = 0.6 * first + 0.4 * second
        torn = 0.16 + 0.30 * self._part
        cover = self._cover + drops * torn * np.minimum(self._cover * 2.2, 1)
        cover = smoothstep(0.10, 0.95, cover)
        bright = self._shade + drops * (0.11 + 0.10 * self._part)
        pixels = self._tones.pack(as_byte(bright), as_byte(cover))
        lay_reduced(canvas, stage, moment, pixels, x=self._x, y=self._y, div=self._div, z=self.z)


class Spray:
    """The cloud that stands where water strikes: it billows up, outward and away."""

    _DIV = 6

    def __init__(
        self,
        stage: Stage,
        *,
        x: float,
        y: float,
        wide: float,
        tall: float,
        cover: float,
        z: float,
        colour: Colour,
        seed: int,
    ) -> None:
        """Centred on canvas (x, y), *wide* px to each side and *tall* px up; *cover* 0 to 1 in its middle."""
        self.z = z
        self._div = max(2.0, self._DIV * stage.height / 1080)
        self._x, self._y = x - 1.5 * wide, y - 1.6 * tall
        columns, rows = round(3.0 * wide / self._div), round(2.0 * tall / self._div)
        down, across = np.mgrid[0 : max(4, rows), 0 : max(4, columns)].astype(np.float32)
        up = (y - (self._y + (down + 0.5) * self._div)) / tall
        aside = (self._x + (across + 0.5) * self._div - x) / wide
        over = np.exp(-(aside**2) * 1.8 / (0.55 + 0.5 * np.clip(up, 0, 1.4))) * np.exp(-np.maximum(up, 0) * 1.9)
        self._shape = np.asarray(
            over * smoothstep(-0.40, 0.05, up) * smoothstep(1.5, 1.1, np.abs(aside)) * smoothstep(1.58, 1.1, up),
            np.float32,
        )
        self._cover = cover
        self._at = (across * self._div / (9 * stage.scale), down * self._div / (9 * stage.scale), aside)
        self._tile = padded(spectral(256, 256, seed=seed, slope=2.5, low=3))
        self._tones = Tones(((0.0, rgb(colour) * 0.82), (1.0, colour)))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Two noises rise at unlike speeds through the cloud's shape."""
        across, down, aside = self._at
        seconds = moment.seconds
        spread = np.asarray(aside * 3, np.float32)
        first = sample_padded(self._tile, across - spread, down + np.float32(11.0 * seconds))
        second = sample_padded(
            self._tile, across * 0.55 + np.float32(90 + 2.0 * seconds), down * 0.6 + np.float32(6.1 * seconds)
        )
        puffs = smoothstep(-1.5, 1.9, 0.6 * first + 0.75 * second)
        cover = self._shape * (0.35 + 0.9 * puffs) * np.float32(self._cover)
        pixels = self._tones.pack(as_byte(puffs), as_byte(cover))
        lay_reduced(canvas, stage, moment, pixels, x=self._x, y=self._y, div=self._div, z=self.z)


class Droplets:
    """Drops thrown up where water strikes, each on its own arc, again and again."""

    def __init__(
        self,
        stage: Stage,
        *,
        x: float,
        y: float,
        wide: float,
        tall: float,
        count: int,
        z: float,
        colour: Colour,
        seed: int,
    ) -> None:
        """Thrown from *wide* px about canvas x, at canvas y, up to *tall* px high."""
        self.z, self._y, self._tall, self._colour = z, y, tall, rgb(colour)
        random = np.random.default_rng(seed)
        self._x = x + wide * random.normal(0, 0.5, count)
        self._aside = wide * random.normal(0, 0.5, count)
        self._high = tall * random.random(count) ** 1.6
        self._period = 0.5 + 0.8 * np.sqrt(self._high / max(tall, 1e-3))
        self._phase = random.random(count)
        self._peak = 0.4 + 0.6 * random.random(count)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Scatter them on a mask and add it."""
        part = np.mod(moment.seconds / self._period + self._phase, 1.0)
        k, tx, ty = stage.project(self.z, moment.view)
        x = (self._x + self._aside * part) * k + tx
        y = (self._y - 4 * self._high * part * (1 - part)) * k + ty
        x0, x1 = max(0, math.floor(x.min()) - 3), min(canvas.width, math.ceil(x.max()) + 4)
        y0, y1 = max(0, math.floor(y.min()) - 3), min(canvas.height, math.ceil(y.max()) + 4)
        if x1 - x0 < 4 or y1 - y0 < 4:
            return
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        radius = max(1, round(1.3 * stage.scale * k * 16))
        bright = (np.sin(np.pi * part) ** 0.5 * self._peak * 200).astype(int)
        for spot_x, spot_y, value in zip(x - x0, y - y0, bright, strict=True):
            cv2.circle(mask, (round(spot_x * 16), round(spot_y * 16)), radius, int(value), -1, cv2.LINE_AA, 4)
        canvas.shine(mask, self._colour, x0, y0, gain=0.8)


def rainbow(stage: Stage, *, x: float, y: float, radius: float, strength: float) -> F32:
    """A bow about canvas (x, y), as light to add: (canvas_height, canvas_width, 3), half the size grown back.

    Red outside, violet inside; a radius of 42 degrees needs the sun behind the viewer.
    """
    rows, columns = -(-stage.canvas_height // 2), -(-stage.canvas_width // 2)
    down, across = np.mgrid[0:rows, 0:columns].astype(np.float32) * 2 + 1
    far = (np.hypot(across - x, down - y) - radius) / (0.055 * radius)
    bands = [np.exp(-(((far - middle) / 0.55) ** 2)) for middle in (0.75, 0.0, -0.8)]
    violet = 0.35 * np.exp(-(((far + 1.35) / 0.45) ** 2))
    fade = smoothstep(0, 0.35 * radius, y - down) * strength
    picture = np.stack([bands[0] + violet, bands[1], bands[2] + 0.6 * violet], -1) * fade[..., None]
    size = (stage.canvas_width, stage.canvas_height)
    return np.asarray(cv2.resize(picture.astype(np.float32), size), np.float32)


def water_tones(shade: Colour, body: Colour, white: Colour) -> Tones:
    """From shaded water to foam in the light."""
    return Tones(((0.0, shade), (0.42, body), (0.8, white), (1.0, white)))
