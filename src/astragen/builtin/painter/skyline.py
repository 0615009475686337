"""The skyline: rows of towers in the air of the city, seen over a roof's edge."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import U8, mix
from astragen.builtin.painter.facades import facade
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.sprite import over, premultiply
from astragen.builtin.painter.stage import Moment, Motion, Stage, Stand, air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle


def hang_skyline(stage: Stage, recipe: Recipe) -> None:
    """Hang four rows of towers with mist between them, and the roof the camera stands on."""
    is_aerial = recipe.angle is Angle.AERIAL
    stage.horizon = stage.y(0.40 if is_aerial else 0.62)
    hang_sky(stage, recipe)
    place = np.random.default_rng(stable_seed("skyline", recipe.place_seed))
    rows = ((120.0, 0.30, 0.10, 46), (62.0, 0.40, 0.13, 34), (30.0, 0.46, 0.17, 22), (14.0, 0.34, 0.30, 12))
    for index, (z, tall, low, count) in enumerate(rows):
        base = stage.horizon + (0.03 + 0.11 * index * (1.7 if is_aerial else 1.0)) * stage.height
        _hang_towers(stage, z, tall, low, count, base, 1 - index / 3.4, place)
        _hang_mist(stage, base, z, index, recipe)
    stage.add(Beacons(stage, recipe.seed))
    if not stage.light.is_night:
        stage.add(Birds(stage, recipe.seed, count=13, down=0.22))
    stage.stand = Stand(
        ground=lambda _: stage.y(0.93),
        z=5.0,
        metre=0.13 * stage.unit,
        is_water=False,
        sky=(stage.y(0.12), stage.y(0.42)),
        shade=0.08,
        air=stage.light.fog_shade,
    )
    _hang_parapet(stage, place)


def _hang_towers(
    stage: Stage, z: float, tall: float, low: float, count: int, base: float, far: float, place: np.random.Generator
) -> None:
    """One row of towers standing on *base*, hidden by air as far as *far* says."""
    height, width = stage.canvas_height, stage.canvas_width
    picture = np.zeros((height, width, 4), np.float32)
    edges = np.sort(place.uniform(-0.05, 1.05, count)) * width
    for left in edges:
        wide = int(width / count * float(place.uniform(0.7, 1.5)))
        lean = math.exp(-(((left + wide / 2 - width * 0.55) / (0.34 * width)) ** 2))
        high = int(
            stage.unit * (low * 0.5 + (tall - low * 0.5) * (0.25 + 0.75 * lean) * float(place.uniform(0.35, 1.0)))
        )
        top, start, foot = int(base) - high, int(left), min(height, int(base + 0.3 * stage.height))
        seeds = np.random.default_rng(int(place.integers(1 << 30)))
        x0, x1, y0 = max(0, start), min(width, start + wide), max(0, top)
        if x1 - x0 < 3 or foot - y0 < 3:
            continue
        pitch, tall_px = max(3.0, 0.011 * stage.unit * (1.6 - far)), foot - top
        floors, bays = max(3, int(tall_px / pitch)), max(2, int(wide / pitch))
        wall = facade(wide, tall_px, floors, bays, stage.light, seeds, facing=0.55)
        part = np.clip(wall.matter + wall.glow * 0.9, 0, 1)[y0 - top :, x0 - start : x1 - start]
        across = np.linspace(-1, 1, wide, dtype=np.float32)[None, x0 - start : x1 - start, None]
        part = part * (0.82 + 0.26 * across * stage.light.side)
        picture[y0:foot, x0:x1, :3] = part
        picture[y0:foot, x0:x1, 3] = 1
        if seeds.random() < 0.4:
            tip = max(0, y0 - int(high * 0.22))
            middle = (x0 + x1) // 2
            mast = (*(float(value) * 0.6 for value in part[0].mean(0)), 1.0)
            cv2.line(picture, (middle, y0), (middle, tip), mast, max(1, wide // 22), cv2.LINE_AA)
    y, x = stage.grid()
    ground = smoothstep(-0.02, 0.10, (y - base) / stage.height)[..., None]
    air = air_at(stage, x)
    picture = over(picture, np.concatenate([air * 0.8 * ground, ground], -1).astype(np.float32))
    down = np.clip((y - (base - tall * stage.unit)) / (tall * stage.unit), 0, 1)
    sunk = smoothstep(-0.05, 0.22, (y - base) / stage.height)
    fog = np.clip(far * (0.42 + 0.5 * down) * min(1.5, 0.6 + 0.4 * stage.light.haze) + 0.9 * sunk, 0, 1)[..., None]
    alpha = picture[..., 3:]
    picture[..., :3] = picture[..., :3] * (1 - fog) + air * fog * alpha
    stage.plate(picture, z)


def _hang_mist(stage: Stage, base: float, z: float, index: int, recipe: Recipe) -> None:
    height, width = stage.canvas_height, stage.canvas_width
    y, x = stage.grid()
    cloud = value_noise(height, width, 3 + index, seed=stable_seed("mist", recipe.place_seed, index), squash=3)
    band = np.exp(-(((y - base) / (0.07 * stage.height)) ** 2))
    alpha = np.clip(band * (0.1 + 1.1 * smoothstep(0.35, 0.7, cloud)) * 0.6 * min(1.6, stage.light.haze), 0, 1)
    stage.plate(
        premultiply(air_at(stage, x), alpha.astype(np.float32)),
        z * 0.97,
        motion=lambda t: Motion(dx=(6 + 5 * index) * (t - 2.5) * stage.scale * (1 if index % 2 else -1)),
    )


def _hang_parapet(stage: Stage, place: np.random.Generator) -> None:
    """The dark roof the camera looks over: it frames the view and gives the figures a floor."""
    y, _ = stage.grid()
    edge = stage.y(0.90)
    wall = np.clip(y - edge + 0.5, 0, 1)
    rim = np.exp(-(((y - edge - 2 * stage.scale) / (3 * stage.scale)) ** 2))
    noise = value_noise(stage.canvas_height, stage.canvas_width, 40, seed=11, octaves=3)
    colour = mix(stage.light.ambient, "#07080c", 0.62) * (0.8 + 0.4 * noise)[..., None]
    colour = colour + stage.light.key * (rim * 0.22 * stage.light.strength)[..., None]
    stage.plate(premultiply(np.clip(colour, 0, 1), wall.astype(np.float32)), 6.0)


class Beacons:
    """Red lamps on the tallest roofs, breathing."""

    z = 13.0

    def __init__(self, stage: Stage, seed: int) -> None:
        random = np.random.default_rng(stable_seed("beacons", seed))
        self._lamps = [
            (random.uniform(0.08, 0.92), random.uniform(0.26, 0.5), random.uniform(0, 6.28)) for _ in range(7)
        ]
        size = max(3, int(9 * stage.scale))
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32) / size
        self._mask: U8 = np.clip(np.exp(-(x * x + y * y) * 8) * 255, 0, 255).astype(np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shine each lamp as bright as its moment says."""
        k, tx, ty = stage.project(self.z, moment.view)
        half = self._mask.shape[0] // 2
        base = 0.9 if stage.light.is_night else 0.35
        for across, down, phase in self._lamps:
            gain = base * max(0.0, math.sin(1.8 * moment.seconds + phase)) ** 2
            x, y = round(stage.x(across) * k + tx) - half, round(stage.y(down) * k + ty) - half
            canvas.shine(self._mask, "#ff3b30", x, y, gain)
