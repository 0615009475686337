"""Weather: what falls, drifts, glows and flashes between the layers of a room.

`weather` adds what a recipe asks for; the other functions add one kind each. All are
layers at several distances, so they show parallax and pass behind near things. Every
position is a function of seconds alone (of any sign), and nothing repeats visibly.
Rows of `data/painter/weather.json` are in px and px/s at 1080p; counts are for 16:9.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, YCC, YCC_OFFSET, Colour, luma, mix, rgb
from astragen.builtin.painter.lightning import lightning
from astragen.builtin.painter.noise import smoothstep, spectral, stable_seed
from astragen.builtin.painter.specks import specks
from astragen.builtin.painter.sprite import Sprite, light, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.builtin.painter.tables import read_table
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Weather

Row = dict[str, Any]

Real = NDArray[np.floating[Any]]


_FEW = 200  # so many motes cost less one by one than a mask of the whole frame

_SLANT = {Weather.RAIN: 0.10, Weather.STORM: 0.27}  # px sideways for each px of fall


def _rows() -> dict[str, Any]:
    return read_table("weather.json")


def weather(stage: Stage, recipe: Recipe) -> None:
    """Add the falling, drifting and flashing that *recipe*'s weather asks for."""
    seed = stable_seed(recipe.seed, "weather")
    asked = recipe.weather
    if asked is Weather.FOG:
        fog_sheets(stage, seed, 1.0)
    elif asked is Weather.RAIN:
        fog_sheets(stage, seed, 0.35)
        rain(stage, seed, 0.6)
    elif asked is Weather.STORM:
        fog_sheets(stage, seed, 0.3)
        lightning(stage, recipe.seed)
        rain(stage, seed, 1.0, slant=_SLANT[Weather.STORM])
    elif asked is Weather.SNOW:
        fog_sheets(stage, seed, 0.4)
        snow(stage, seed, 1.0)


def rain(
    stage: Stage,
    seed: int,
    strength: float = 0.6,
    colour: Colour | None = None,
    *,
    slant: float = _SLANT[Weather.RAIN],
) -> None:
    """Add rain at three distances; *strength* 0.3 drizzle, 1 downpour. The wind comes from the sun's side."""
    shade = mix(stage.light.fog_sun, "#ffffff", 0.25) if colour is None else rgb(colour)
    for index, row in enumerate(_rows()["rain"]):
        sheet = _RainSheet(stage, row, stable_seed(seed, "rain", index), strength, slant * stage.light.side)
        sheet.colour = shade * (row["gain"] * (0.45 + 0.55 * strength))
        stage.add(sheet)


def snow(stage: Stage, seed: int, strength: float = 1.0, colour: Colour | None = None) -> None:
    """Add falling snow from fine and far to soft and near; *strength* 0.3 a few flakes, 1.5 a blizzard."""
    air = mix(stage.light.fog_sun, stage.light.horizon, 0.4)
    bright = mix(0.4 * air + 0.6 * float(luma(air)), "#ffffff", 0.12 if stage.light.is_night else 0.4)
    _add_motes(stage, "snow", seed, strength, bright if colour is None else rgb(colour))


def dust(stage: Stage, seed: int, strength: float = 1.0, colour: Colour | None = None) -> None:
    """Add motes that hang in the light."""
    _add_motes(stage, "dust", seed, strength, stage.light.key if colour is None else rgb(colour))


def fireflies(stage: Stage, seed: int, strength: float = 1.0, colour: Colour = "#ffe27a") -> None:
    """Add lights that wander and blink in the lower part of the frame."""
    _add_motes(stage, "fireflies", seed, strength, rgb(colour))


def embers(stage: Stage, seed: int, strength: float = 1.0, colour: Colour = "#ff8a3a") -> None:
    """Add sparks that rise."""
    _add_motes(stage, "embers", seed, strength, rgb(colour))


def bubbles(stage: Stage, seed: int, strength: float = 1.0, colour: Colour = "#bfeaf2") -> None:
    """Add bubbles that rise through water."""
    _add_motes(stage, "bubbles", seed, strength, rgb(colour))


def petals(stage: Stage, seed: int, strength: float = 1.0, colour: Colour = "#f4b8c8") -> None:
    """Add petals, or leaves in another *colour*, that tumble down."""
    for index, row in enumerate(_rows()["petals"]):
        shade = mix(colour, stage.light.ambient, 0.12 + 0.14 * index)
        stage.add(_Petals(stage, row, stable_seed(seed, "petals", index), strength, shade))


def fog_sheets(stage: Stage, seed: int, strength: float = 1.0, colour: Colour | None = None) -> None:
    """Add drifting mist about the horizon at four distances, in the colours of the air unless one is given."""
    rows = _rows()["fog"]
    for index, row in enumerate(rows if strength >= 0.5 else rows[:3]):
        stage.add(_FogSheet(stage, row, stable_seed(seed, "fog", index), strength, colour))


def mist(
    stage: Stage,
    seed: int,
    *,
    z: float,
    below: float,
    height: float,
    cover: float,
    speed: float = 10.0,
    colour: Colour | None = None,
) -> None:
    """Add one drifting band of mist at distance *z*.

    below: frame heights under the horizon of its middle. height: half its thickness, frame
    heights. cover: 0 to 1. speed: px/s at 1080p. colour: the air's, unless one is given.
    """
    row = {"z": z, "below": below, "height": height, "cover": cover, "speed": speed}
    stage.add(_FogSheet(stage, row, seed, 1.0, colour))


def _add_motes(stage: Stage, kind: str, seed: int, strength: float, colour: F32) -> None:
    row = _rows()["motes"][kind]
    for index, depth in enumerate(row["depths"]):
        stage.add(_Motes(stage, {**row, **depth}, stable_seed(seed, kind, index), strength, colour))


class _RainSheet:
    """Streaks on a tile that falls; each pass of the tile has its own sideways offset, so none repeats."""

    def __init__(self, stage: Stage, row: Row, seed: int, strength: float, slant: float) -> None:
        self.z = float(row["z"])
        self.colour: F32 = np.ones(3, np.float32)
        self._seed, self._slant = seed, slant
        self._speed = float(row["speed"]) * stage.scale
        self._rows, self._columns = round(760 * stage.scale), round(1280 * stage.scale)
        tile = _streaks(self._rows, self._columns, row, stage.scale, seed, 0.35 + 0.65 * strength, slant)
        repeats = -(-stage.width // self._columns) + 1
        self._tile: U8 = np.ascontiguousarray(np.tile(tile, (1, repeats)))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Cut the frame out of the falling tile and add it."""
        view = moment.view
        fallen = moment.seconds * self._speed
        down = math.floor(fallen - (view.pedestal / self.z + view.tilt) * stage.height)
        across = math.floor(fallen * self._slant + (view.truck / self.z + view.pan) * stage.height)
        mask = np.empty((canvas.height, canvas.width), np.uint8)
        top = 0
        while top < canvas.height:
            tile, inner = divmod(top - down, self._rows)
            part = min(self._rows - inner, canvas.height - top)
            left = (across + stable_seed(self._seed, tile)) % self._columns
            mask[top : top + part] = self._tile[inner : inner + part, left : left + canvas.width]
            top += part
        canvas.shine(mask, self.colour)


def _streaks(rows: int, columns: int, row: Row, scale: float, seed: int, amount: float, slant: float) -> U8:
    """(rows, columns) uint8 of falling streaks, brighter at their lower end, wrapping sideways."""
    random = np.random.default_rng(seed)
    tile = np.zeros((rows, columns), np.uint8)
    thickness = max(1, round(row["thickness"] * scale))
    faint = min(1.0, 0.15 + row["thickness"] * scale * 0.85)  # a line cannot be thinner than a pixel, but fainter
    for _ in range(round(row["count"] * amount)):
        length = row["length"] * scale * (0.5 + random.random())
        x, y = random.random() * columns, length + random.random() * max(1.0, rows - length)
        bright = (70 + 150 * random.random()) * faint
        for offset in (-columns, 0, columns):
            for part, share in ((1.0, 0.45), (0.6, 0.8)):
                start = (round((x + offset) * 16), round(y * 16))
                end = (round((x + offset + length * part * slant) * 16), round((y - length * part) * 16))
                cv2.line(tile, start, end, int(bright * share), thickness, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(tile, (0, 0), 0.5 + 0.25 * thickness), np.uint8)


class _Motes:
    """Soft discs scattered in a box as large as the canvas; they wrap outside the frame."""

    def __init__(self, stage: Stage, row: Row, seed: int, strength: float, colour: F32) -> None:
        self.z = float(row["z"])
        self._row, self._colour = row, colour
        random = np.random.default_rng(seed)
        area = stage.canvas_width * stage.canvas_height / (1.9 * 1.26 * (1080 * stage.scale) ** 2)
        count = max(1, round(row["count"] * strength * area))
        self._home = random.random((2, count)) * [[stage.canvas_width], [stage.height]]
        self._phase = random.random((4, count)) * 2 * np.pi
        self._pace = 0.7 + 0.6 * random.random((2, count))
        self._peak = 0.35 + 0.65 * random.random(count)
        self._side = stage.light.side
        self._div = 4 if row["radius"] >= 6 else 2 if stage.scale > 0.5 else 1
        true = row["radius"] * stage.scale * 0.6
        sigma = max(0.72 * self._div, true)
        self._faint = (min(sigma, true) / sigma) ** 1.2  # smaller than a pixel: fainter instead
        self._mote = _disc(colour, sigma, row["is_light"]) if count <= _FEW else None

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay each of a few motes as a sprite; scatter many on one reduced mask, tint or add it."""
        x, y, peak = self._where(stage, moment.seconds)
        k, tx, ty = stage.project(self.z, moment.view)
        if self._mote is not None:
            half = self._mote.pixels.shape[1] / 2
            for at_x, at_y, gain in zip(x.tolist(), y.tolist(), (peak * self._faint).tolist(), strict=True):
                canvas.lay(self._mote, placed(at_x - half, at_y - half, (half, half), 1.0, 0.0, k, tx, ty), gain)
            return
        size = (canvas.height // self._div, canvas.width // self._div)
        true = self._row["radius"] * stage.scale * k / self._div * 0.6
        sigma = max(0.72, true)  # smaller than a pixel: fainter instead
        peak = peak * (255 * (min(sigma, true) / sigma) ** 1.2)
        small = specks(size, (x * k + tx) / self._div - 0.5, (y * k + ty) / self._div - 0.5, peak, sigma)
        mask = cv2.resize(small, (canvas.width, canvas.height))
        if self._row["is_light"]:
            canvas.shine(np.asarray(mask, np.uint8), self._colour)
        else:
            canvas.tint(np.asarray(mask, np.uint8), self._colour)

    def _where(self, stage: Stage, seconds: float) -> tuple[F32, F32, F32]:
        """Canvas x, y and brightness of each mote at *seconds*."""
        row, scale = self._row, stage.scale
        wander = row["wander"] * scale
        swing = np.sin(0.55 * self._pace[0] * seconds + self._phase[0])
        swing = swing + 0.5 * np.sin(1.27 * self._pace[1] * seconds + self._phase[1])
        bob = np.sin(0.43 * self._pace[1] * seconds + self._phase[2]) + 0.5 * np.sin(
            1.13 * self._pace[0] * seconds + self._phase[3]
        )
        x = self._home[0] - row["dx"] * scale * self._side * self._pace[0] * seconds + wander * swing
        y = self._home[1] + row["dy"] * scale * self._pace[1] * seconds + wander * 0.6 * bob
        low, high = stage.y(row["top"] - 0.13 * (row["top"] == 0)), stage.y(row["bottom"] + 0.13 * (row["bottom"] == 1))
        blink = 0.5 + 0.5 * np.sin(1.9 * self._pace[1] * seconds + self._phase[1])
        peak = row["peak"] * self._peak * (1 - row["twinkle"] * (1 - blink**2))
        x, y = np.mod(x, stage.canvas_width), low + np.mod(y - low, high - low)
        if row["top"] > 0:  # motes that live low: fade where they wrap
            peak = peak * smoothstep(low, low + 0.08 * stage.height, y)
        return x.astype(np.float32), y.astype(np.float32), peak.astype(np.float32)


def _disc(colour: F32, sigma: float, is_light: bool) -> Sprite:
    """A soft disc of *colour*: light to add, or matter."""
    reach = math.ceil(2.6 * sigma) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    fall = np.exp((x * x + y * y) * (-0.5 / sigma**2)).astype(np.float32)
    return light((colour * fall[..., None]).astype(np.float32)) if is_light else sprite(premultiply(colour, fall))


class _Petals:
    """Small leaves that tumble: flat ovals seen from a turning side."""

    def __init__(self, stage: Stage, row: Row, seed: int, strength: float, colour: F32) -> None:
        self.z = float(row["z"])
        self._row, self._colour = row, colour
        random = np.random.default_rng(seed)
        count = max(1, round(row["count"] * strength * stage.canvas_width / (1.9 * 1080 * stage.scale)))
        self._home = random.random((2, count)) * [[stage.canvas_width], [stage.canvas_height]]
        self._phase = random.random((3, count)) * 2 * np.pi
        self._pace = 0.6 + 0.8 * random.random((2, count))
        self._size = row["radius"] * stage.scale * (0.7 + 0.6 * random.random(count))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Fill all ovals in one call and tint them."""
        seconds, row, scale = moment.seconds, self._row, stage.scale
        sway = np.sin(1.3 * self._pace[0] * seconds + self._phase[0])
        x = self._home[0] - row["dx"] * scale * stage.light.side * self._pace[0] * seconds
        y = self._home[1] + row["dy"] * scale * self._pace[1] * seconds
        x = np.mod(x + row["wander"] * scale * sway, stage.canvas_width)
        y = np.mod(y + row["wander"] * 0.3 * scale * np.cos(2 * self._phase[0] + 2.6 * seconds), stage.canvas_height)
        turn = self._phase[1] + 0.8 * seconds * self._pace[1] + 0.7 * sway
        flat = 0.22 + 0.5 * np.abs(np.sin(self._phase[2] + 1.9 * seconds * self._pace[0]))
        k, tx, ty = stage.project(self.z, moment.view)
        round_ = np.linspace(0, 2 * np.pi, 11)[:-1]
        tip = 1 + 0.35 * np.cos(round_) ** 8  # pointed at both ends
        along = (self._size[:, None] * np.cos(round_) * tip) * k
        aside = (self._size * flat)[:, None] * np.sin(round_) * k
        cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
        outline_x = x[:, None] * k + tx + along * cos - aside * sin
        outline_y = y[:, None] * k + ty + along * sin + aside * cos
        outlines = np.round(np.stack([outline_x, outline_y], -1) * 16).astype(np.int32)
        mask = np.zeros((canvas.height, canvas.width), np.uint8)
        cv2.fillPoly(mask, list(outlines), 235, cv2.LINE_AA, 4)
        sigma = (row["radius"] - 12) * 0.18 * scale
        if sigma > 0.5:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.uint8)
        canvas.tint(mask, self._colour)


class _FogSheet:
    """A band of mist: two noises that drift against each other, so that it boils while it passes."""

    _DIV = 8

    def __init__(self, stage: Stage, row: Row, seed: int, strength: float, colour: Colour | None) -> None:
        self.z = float(row["z"])
        self._row, self._strength = row, strength
        self._noises = [spectral(64, 128, seed=seed + i, slope=2.6, stretch=2.2) for i in range(2)]
        self._planes = _air(stage, colour)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Make the band's cover at an eighth of the size and lay the air's colour through it."""
        k, tx, ty = stage.project(self.z, moment.view)
        middle = (stage.horizon + self._row["below"] * stage.height) * k + ty
        tall = self._row["height"] * stage.height * k
        top = max(0, math.floor((middle - 2.1 * tall) / self._DIV) * self._DIV)
        bottom = min(canvas.height, math.ceil(middle + 2.1 * tall) // 2 * 2)
        if bottom - top < self._DIV:
            return
        rows, columns = -(-(bottom - top) // self._DIV), -(-canvas.width // self._DIV)
        y = top + (np.arange(rows, dtype=np.float32) + 0.5) * self._DIV
        band = np.exp(-(((y - middle) / tall) ** 2))[:, None]
        cloud = self._cloud(stage, moment.seconds, (rows, columns), (top, k, tx, ty))
        cover = band * (0.35 + 0.65 * cloud) * (255 * self._row["cover"] * min(1.0, self._strength))
        size = (columns * self._DIV, rows * self._DIV)
        mask = cv2.resize(cover.astype(np.uint8), size)[: bottom - top, : canvas.width]
        luma, blue, red = self._planes
        halves = blue[top // 2 : bottom // 2], red[top // 2 : bottom // 2]
        canvas.blend((luma[top:bottom], *halves), np.ascontiguousarray(mask, np.uint8), 0, top)

    def _cloud(
        self, stage: Stage, seconds: float, size: tuple[int, int], place: tuple[float, float, float, float]
    ) -> F32:
        top, k, tx, ty = place
        total = np.zeros(size, np.float32)
        for index, noise in enumerate(self._noises):
            cell = (24.0, 15.0)[index] * stage.scale * min(1.6, 0.55 + 3 / self.z)
            drift = (1.0, -0.55)[index] * self._row["speed"] * stage.scale * seconds
            step = self._DIV / (k * cell)
            matrix = np.array(
                [
                    [step, 0, ((self._DIV / 2 - tx) / k - drift) / cell],
                    [0, step, ((top + self._DIV / 2 - ty) / k - 0.1 * drift) / cell],
                ],
                np.float32,
            )
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            total += cv2.warpAffine(noise, matrix, (size[1], size[0]), flags=flags, borderMode=cv2.BORDER_WRAP)
        return smoothstep(-1.5, 1.9, total)


def _air(stage: Stage, colour: Colour | None) -> tuple[U8, U8, U8]:
    """The air's colour over the frame as (Y, Cb, Cr), chroma at half size: brighter and warmer toward the sun."""
    away = (np.arange(stage.width, dtype=np.float32) + stage.ox - stage.sun[0]) / (0.34 * stage.width)
    if colour is None:
        across = mix(stage.light.fog_shade, stage.light.fog_sun, 0.15 + 0.8 * np.exp(-(away**2)))
    else:
        across = np.broadcast_to(rgb(colour), (stage.width, 3))
    rows = np.clip(np.round(across @ YCC.T + YCC_OFFSET), 0, 255).astype(np.uint8)
    height, half = stage.height, stage.height // 2
    y = np.ascontiguousarray(np.broadcast_to(rows[:, 0], (height, stage.width)))
    u, v = (np.ascontiguousarray(np.broadcast_to(rows[::2, i], (half, stage.width // 2))) for i in (1, 2))
    return y, u, v
