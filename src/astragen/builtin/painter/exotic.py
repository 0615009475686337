"""What lives and moves on other worlds: crystals that glow, dust devils, a satellite passing."""

from __future__ import annotations

import math
from itertools import pairwise

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, mix, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.lookout import Lookout
from astragen.builtin.painter.noise import blur, padded, sample_padded, smoothstep, spectral, stable_seed
from astragen.builtin.painter.stage import INFINITE, Moment, Motion, Stage, air_at
from astragen.model.recipe import Recipe


def hang_crystals(stage: Stage, recipe: Recipe, camera: Lookout, colour: Colour) -> None:
    """Clusters of crystals at several distances and a large dark one that frames; they breathe light."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "crystals"))
    shot = np.random.default_rng(stable_seed(recipe.seed, "crystals"))
    side = stage.light.side
    spots = [
        (0.5 + side * float(random.uniform(0.20, 0.46)), 0.45),
        (0.5 - side * float(random.uniform(0.12, 0.40)), 0.62),
    ]
    spots += [(float(random.uniform(0.02, 0.98)), float(random.uniform(0.3, 0.55))) for _ in range(3)]
    for index, (across, near) in enumerate(spots):
        foot = stage.horizon + (camera.feet - stage.horizon) * near + 0.02 * stage.height
        tall = int(0.30 * stage.unit * near * camera.magnify**0.5 * float(random.uniform(0.75, 1.15)))
        z = camera.z / near
        cluster, glow = _cluster(tall, stable_seed(recipe.place_seed, "cluster", index), stage.light, colour)
        x = stage.x(across) + 0.02 * camera.aside * stage.width / z
        fade = min(0.55, 0.12 * stage.light.haze / near)
        _hang(stage, cluster, glow, (x, foot), z, fade, phase=float(shot.uniform(0, 6.28)))
    big = int(0.62 * stage.unit)
    cluster, glow = _cluster(big, stable_seed(recipe.place_seed, "frame"), stage.light, colour)
    cluster[..., :3] *= 0.55
    across = -0.03 if side > 0 else 1.03
    _hang(stage, cluster, glow * 0.7, (stage.x(across), stage.y(1.14)), 2.4, 0.0, phase=1.0)


def _hang(
    stage: Stage, cluster: F32, glow: F32, foot: tuple[float, float], z: float, fade: float, *, phase: float
) -> None:
    """Hang a cluster with its foot at canvas *foot*, and the light in it."""
    height, width = cluster.shape[:2]
    x, y = foot[0] - width / 2, foot[1] - height
    alpha = cluster[..., 3:]
    air = air_at(stage, np.arange(width, dtype=np.float32)[None] + np.float32(x))
    cluster[..., :3] = cluster[..., :3] * (1 - fade) + air * fade * alpha
    stage.plate(cluster, z, x=x, y=y)
    stage.plate(
        glow * (1 - 0.5 * fade),
        z * 0.995,
        x=x,
        y=y,
        is_light=True,
        motion=lambda t: Motion(gain=0.66 + 0.34 * math.sin(1.1 * t + phase)),
    )


def _cluster(tall: int, seed: int, light: Light, colour: Colour) -> tuple[F32, F32]:
    """(matter, light): a cluster of prisms about *tall* px high, (h, w, 4) premultiplied and (h, w, 3)."""
    random = np.random.default_rng(seed)
    tall = max(12, tall)
    width, height = int(tall * 1.5), int(tall * 1.08)
    matter, glow = np.zeros((height, width, 4), np.float32), np.zeros((height, width), np.float32)
    leans = np.sort(np.abs(random.uniform(-0.75, 0.75, 9)))[::-1] * random.choice([-1, 1], 9)
    for lean in leans.tolist():
        long = tall * float(random.uniform(0.45, 1.0)) * (1 - 0.5 * abs(lean))
        wide = long * float(random.uniform(0.09, 0.16))
        foot = np.array([width / 2 + lean * tall * 0.35, height - 1.0])
        _prism(matter, glow, foot, lean, long, wide, light, rgb(colour))
    soft = blur(glow, 0.05 * tall)
    matter *= smoothstep(height, 0.93 * height, np.arange(height, dtype=np.float32) + 0.5)[:, None, None]
    shine = rgb(colour) * (0.30 * glow + (0.40 + 0.35 * light.dark) * soft)[..., None] * (0.55 + 0.45 * light.dark)
    return np.clip(matter, 0, 1), shine.astype(np.float32)


def _prism(
    matter: F32, glow: F32, foot: np.ndarray, lean: float, long: float, wide: float, light: Light, colour: F32
) -> None:
    """One prism with three faces, in place: the one toward the light is bright, its core glows."""
    way, across = np.array([math.sin(lean), -math.cos(lean)]), np.array([math.cos(lean), math.sin(lean)])
    tip, shoulder = foot + way * long, foot + way * long * 0.80
    ridge = 0.18 * light.side
    edges = (-1.0, ridge - 0.25, ridge + 0.30, 1.0)
    stone = mix(colour, light.ambient, 0.55)
    for left, right in pairwise(edges):
        facing = (left + right) / 2 * light.side
        level = float(np.clip(0.30 + 0.55 * facing, 0.08, 1))
        tone = stone * (light.ambient * 0.9 + 0.16 + light.key * level * light.strength)
        outline = np.stack(
            [
                foot + across * wide * left,
                shoulder + across * wide * left,
                tip,
                shoulder + across * wide * right,
                foot + across * wide * right,
            ]
        )
        points = [np.round(outline * 16).astype(np.int32)]
        cv2.fillPoly(matter, points, (*np.clip(tone, 0, 1).tolist(), 1.0), cv2.LINE_AA, 4)
    core = np.stack([foot + way * 0.05 * long, shoulder - across * wide * 0.35, tip, shoulder + across * wide * 0.35])
    cv2.fillPoly(glow, [np.round(core * 16).astype(np.int32)], (0.55,), cv2.LINE_AA, 4)


class DustDevil:
    """A whirl of dust that wanders over the plain."""

    def __init__(self, stage: Stage, camera: Lookout, seed: int, index: int) -> None:
        random = np.random.default_rng(seed)
        self.z = 4.2 * camera.z + 24 + 12 * index
        self._tall = int(stage.unit * (0.30 - 0.09 * index) * camera.magnify)
        self._x = stage.x(0.5 + (1 if index else -1) * stage.light.side * float(random.uniform(0.12, 0.34)))
        self._y = stage.horizon + 0.035 * stage.height
        self._speed, self._phase = float(random.uniform(6, 11)) * stage.scale, float(random.uniform(0, 6.28))
        self._noise = padded(spectral(128, 128, seed=seed % 1000, slope=2.0, low=3, stretch=0.5))
        self._colour = mix(mix(stage.light.fog_shade, stage.light.fog_sun, 0.6), stage.light.key, 0.25)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Twist the column by its height and the moment, at half size."""
        k, tx, ty = stage.project(self.z, moment.view)
        rows, columns = max(8, int(self._tall * k) // 2), max(8, int(self._tall * k * 0.7) // 2)
        up = 1 - (np.arange(rows, dtype=np.float32)[:, None] + 0.5) / rows
        across = ((np.arange(columns, dtype=np.float32)[None] + 0.5) / columns - 0.5) * 2
        t = moment.seconds
        bend = 0.22 * np.sin(2.3 * up + 0.7 * t + self._phase) * up
        half = 0.10 + 0.34 * up**1.4
        at = (across - bend) / half
        body = np.exp(-(at**4) * 0.8) * (0.55 + 0.45 * np.abs(at))
        turn = np.arcsin(np.clip(at, -1, 1)) * 20 - 46 * t
        down = np.broadcast_to(up * 90 + 12 * t, turn.shape)
        grain = sample_padded(self._noise, np.asarray(turn + 40 * up, np.float32), np.asarray(down, np.float32))
        cover = body * (0.46 + 0.20 * grain) * smoothstep(0.0, 0.10, up) * smoothstep(1.0, 0.45, up)
        skirt = np.exp(-((up / 0.07) ** 2) - (across / 0.5) ** 2) * 0.4
        small = np.clip((cover + skirt) * 235, 0, 255).astype(np.uint8)
        mask: U8 = np.asarray(cv2.resize(small, (columns * 2, rows * 2), interpolation=cv2.INTER_LINEAR), np.uint8)
        x = (self._x + self._speed * t) * k + tx - columns
        canvas.tint(mask, self._colour, round(x), round(self._y * k + ty) - 2 * rows)


class Satellite:
    """A point of light that crosses the stars, blinking."""

    z = INFINITE * 0.5

    def __init__(self, stage: Stage, seed: int) -> None:
        random = np.random.default_rng(stable_seed("satellite", seed))
        self._x, self._y = stage.x(float(random.uniform(0.1, 0.6))), stage.y(float(random.uniform(0.08, 0.24)))
        self._speed = stage.width * 0.022, stage.height * 0.004
        size = max(3, int(7 * stage.scale))
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32) / size
        self._mask: U8 = np.clip(np.exp(-(x * x + y * y) * 9) * 255, 0, 255).astype(np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shine it where it is by now."""
        k, tx, ty = stage.project(self.z, moment.view)
        half = self._mask.shape[0] // 2
        x, y = self._x + self._speed[0] * moment.seconds, self._y + self._speed[1] * moment.seconds
        gain = 0.55 + 0.45 * math.sin(5.0 * moment.seconds) ** 8
        canvas.shine(self._mask, "#f4f2e8", round(x * k + tx) - half, round(y * k + ty) - half, gain)
