"""Bodies of the sky: worlds that turn, their rings, stars in depth.

One light shines on all of them, from the stage's side. Start reading at `Globe`.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, YCC, YCC_OFFSET, mix, ramp, rgb
from astragen.builtin.painter.noise import blur, sample_tile, smoothstep, spectral, stable_seed
from astragen.builtin.painter.sprite import Sprite, premultiply, sprite
from astragen.builtin.painter.stage import INFINITE, Moment, Stage, placed

WORLDS = {  # kind: dark, middle, light, air ("" is none)
    "banded": ("#4a2c22", "#b07a52", "#ecd2a6", "#ffcf9a"),
    "ocean": ("#0d2f52", "#2f6a52", "#b9a878", "#7fc4ff"),
    "rocky": ("#3a2420", "#a0553a", "#e0a878", "#ff9f78"),
    "ice": ("#274a70", "#86b4d2", "#f2f8ff", "#b4e0ff"),
    "moon": ("#3c3e46", "#84868e", "#cfd0d2", ""),
}


class Stars:
    """Stars at many distances, so that the near ones pass before the far ones when the camera moves."""

    z = INFINITE * 0.97

    def __init__(self, stage: Stage, seed: int, *, count: int = 260, nearest: float = 14.0) -> None:
        random = np.random.default_rng(stable_seed("stars in depth", seed))
        self._x = random.random(count) * stage.canvas_width
        self._y = random.random(count) * stage.canvas_height
        self._z = nearest / np.maximum(random.random(count), 0.04)
        self._bright = np.minimum(1.0, 0.20 + 0.20 * random.pareto(1.8, count))
        self._pace, self._phase = random.uniform(0.8, 3.0, count), random.uniform(0, 6.28, count)
        self._sigma = max(0.6, 0.85 * stage.scale)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Scatter them on one mask, each as a small Gaussian at its own distance, and add it."""
        view = moment.view
        k = view.zoom * self._z / (self._z - view.dolly)
        middle_x, middle_y = stage.vanishing_x, stage.horizon
        shift_x, shift_y = view.truck * stage.height / self._z, view.pedestal * stage.height / self._z
        x = middle_x - stage.ox - view.pan * stage.height + k * (self._x - middle_x - shift_x) - 0.5
        y = middle_y - stage.oy - view.tilt * stage.height + k * (self._y - middle_y - shift_y) - 0.5
        peak = self._bright * (0.8 + 0.2 * np.sin(self._pace * moment.seconds + self._phase)) * 255
        canvas.shine(_points((canvas.height, canvas.width), x, y, peak, self._sigma), "#e6ecff")


def _points(size: tuple[int, int], x: np.ndarray, y: np.ndarray, peak: np.ndarray, sigma: float) -> U8:
    """Small Gaussians of *sigma* px and *peak* at (x, y): (h, w) uint8."""
    picture: U8 = np.zeros(size, np.uint8)
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    reach = math.ceil(2 * sigma)
    for step_y in range(-reach, reach + 2):
        for step_x in range(-reach, reach + 2):
            rows, columns = row + step_y, column + step_x
            inside = (rows >= 0) & (rows < size[0]) & (columns >= 0) & (columns < size[1])
            far = (columns - x) ** 2 + (rows - y) ** 2
            level = np.minimum(peak * np.exp(-far / (2 * sigma * sigma)), 255)[inside].astype(np.uint8)
            np.maximum.at(picture, (rows[inside], columns[inside]), level)
    return picture


def star_sky(size: tuple[int, int], count: int, scale: float, seed: int) -> F32:
    """(h, w, 3) light of *count* far stars of all colours on a sky of *size* (w, h) px."""
    random = np.random.default_rng(seed)
    width, height = size
    sky = np.zeros((height, width, 3), np.float32)
    rows, columns = random.integers(0, height, count), random.integers(0, width, count)
    brightness = np.minimum(1.3, 0.20 + random.pareto(1.9, count) * 0.28).astype(np.float32)
    sky[rows, columns] = mix("#9fc0ff", "#ffd9b0", random.random(count, dtype=np.float32)) * brightness[:, None]
    sigma = max(0.45, 0.75 * scale)
    return np.asarray(np.clip(cv2.GaussianBlur(sky, (0, 0), sigma) * np.float32(6.0 * sigma * sigma), 0, 1), np.float32)


class Globe:
    """A world that turns: a texture wrapped on a sphere, lit from the sun's side."""

    def __init__(
        self,
        stage: Stage,
        kind: str,
        centre: tuple[float, float],
        radius: float,
        z: float,
        seed: int,
        *,
        veil: float = 0.0,
    ) -> None:
        """*centre*, *radius*: canvas px. *veil*: how much of it the air before it hides, 0 to 1."""
        self.z, self._veil = z, veil
        *colours, air = WORLDS[kind]
        self._texture = _world_texture(kind, [rgb(colour) for colour in colours], seed, 1024 if radius > 420 else 512)
        half = int(radius) + 3
        self._x, self._y = centre[0] - half - 0.5, centre[1] - half - 0.5
        top, bottom = (int(np.clip(edge, 0, 2 * half + 1)) for edge in (-self._y, stage.canvas_height - self._y))
        left, right = (int(np.clip(edge, 0, 2 * half + 1)) for edge in (-self._x, stage.canvas_width - self._x))
        self._x, self._y = self._x + left, self._y + top
        y, x = np.mgrid[-half : half + 1, -half : half + 1][:, top:bottom, left:right].astype(np.float32) / radius
        x, y = x.astype(np.float32), y.astype(np.float32)
        reach = np.hypot(x, y)
        inside = np.clip((1 - reach) * radius + 0.5, 0, 1)
        depth = np.sqrt(np.clip(1 - reach * reach, 0, 1))
        tilt = 0.32
        up = y * math.cos(tilt) - x * math.sin(tilt)
        across = y * math.sin(tilt) + x * math.cos(tilt)
        rows, columns = self._texture.shape[:2]
        self._latitude = ((np.arcsin(np.clip(up, -1, 1)) / math.pi + 0.5) * (rows - 1)).astype(np.float32)
        self._longitude = (np.arctan2(across, depth) / (2 * math.pi) * columns).astype(np.float32)
        side = stage.light.side
        lit = np.clip(x * 0.78 * side - y * 0.32 + depth * 0.46, -1, 1)
        shade = (smoothstep(-0.12, 0.85, lit) * 0.985 + 0.015) * (0.55 + 0.45 * depth)
        if veil > 0:  # by day the air shines as brightly before the dark side as beside it
            inside = inside * (0.04 + 0.96 * smoothstep(0.0, 0.4, shade))
        self._inside: U8 = (inside * 255).astype(np.uint8)
        self._shade_bytes: U8 = np.clip(shade * inside * 255, 0, 255).astype(np.uint8)
        self._columns = columns
        self._speed = columns * 0.0045
        if air and right > left and bottom > top:
            self._hang_air(stage, rgb(air) * (1 - veil), centre, radius)

    def _hang_air(self, stage: Stage, air: F32, centre: tuple[float, float], radius: float) -> None:
        """A thin glow around the lit limb, warm where day ends; painted at half size where it is large."""
        half = int(radius * 1.14) + 3
        x0, x1 = (int(np.clip(edge, -half, half)) for edge in (-centre[0], stage.canvas_width - centre[0]))
        y0, y1 = (int(np.clip(edge, -half, half)) for edge in (-centre[1], stage.canvas_height - centre[1]))
        if x1 - x0 < 2 or y1 - y0 < 2:
            return
        y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32) / np.float32(radius)
        reach, side = np.hypot(x, y), stage.light.side
        depth = np.sqrt(np.clip(1 - reach * reach, 0, 1))
        inside = reach < 1
        fringe = np.exp(-np.maximum(reach - 1, 0) * 30) * ~inside * smoothstep(1.14, 1.10, reach)
        limb = np.clip(1 - depth, 0, 1) ** 3.4 * inside * 0.8
        toward = x * 0.8 * side - y * 0.35
        day = smoothstep(-0.25, 0.7, toward + 0.25)
        dusk = np.exp(-(((toward + 0.05) / 0.22) ** 2)) * 0.5
        glow = (air * day[..., None] + rgb("#ff8a50") * (0.6 * dusk)[..., None]) * (fringe * 0.75 + limb)[..., None]
        stage.plate(glow.astype(np.float32), self.z * 0.999, x=centre[0] + x0, y=centre[1] + y0, is_light=True)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Turn the texture, darken it by the sun, lay it through the camera."""
        if self._inside.size == 0:
            return
        turned = np.mod(self._longitude + moment.seconds * self._speed, self._columns).astype(np.float32)
        surface = cv2.remap(self._texture, turned, self._latitude, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        y, u, v, _ = cv2.split(surface)
        luma = cv2.add(
            cv2.multiply(y, self._shade_bytes, scale=1 / 255),
            cv2.convertScaleAbs(self._inside, alpha=16 / 255),
        )
        pixels = cv2.merge(
            [
                luma,
                _dimmed(u, self._shade_bytes, self._inside),
                _dimmed(v, self._shade_bytes, self._inside),
                self._inside,
            ]
        )
        piece = Sprite(np.asarray(pixels, np.uint8), self._x, self._y, opaque=False, light=False)
        k, tx, ty = stage.project(self.z, moment.view)
        canvas.lay(piece, placed(self._x, self._y, (0.0, 0.0), 1.0, 0.0, k, tx, ty), 1 - self._veil)


def _dimmed(chroma: np.ndarray, shade: U8, inside: U8) -> np.ndarray:
    """Premultiplied chroma whose distance from grey fades with *shade*."""
    away = cv2.multiply(chroma, shade, scale=1 / 255)
    grey = cv2.convertScaleAbs(cv2.subtract(inside, shade), alpha=128 / 255)
    return np.asarray(cv2.add(away, grey))


def _world_texture(kind: str, colours: list[F32], seed: int, rows: int) -> U8:
    """An equirectangular surface as packed (Y - 16, Cb, Cr, 255) bytes: rows x 2 rows."""
    columns = 2 * rows
    dark, middle, pale = colours
    fine = spectral(rows, columns, seed=seed, slope=2.0, low=3)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    if kind == "banded":
        level = _belts(y, x, rows, columns, fine, seed)
    elif kind == "moon":
        seas = smoothstep(0.2, 1.2, spectral(rows, columns, seed=seed + 1, slope=3.0, low=2))
        level = np.clip(0.56 + 0.11 * fine - 0.26 * seas + _craters(rows, columns, seed), 0, 1)
    else:
        land = spectral(rows, columns, seed=seed + 1, slope=2.7, low=2)
        level = np.clip(0.46 + 0.32 * land + 0.07 * fine, 0, 1)
    if kind == "ocean":
        shore, hills = mix(dark, middle, 0.35), mix(middle, pale, 0.6)
        picture = ramp([(0, dark * 0.7), (0.49, dark), (0.525, shore), (0.55, middle), (0.72, hills), (1, pale)], level)
        bend = spectral(rows, columns, seed=seed + 6, slope=3.2, high=9)
        cloud = spectral(rows, columns, seed=seed + 5, slope=2.3, low=3, stretch=1.9)
        cloud = smoothstep(0.35, 1.5, sample_tile(cloud, x + bend * 14, y + bend * 9))[..., None]
        picture = picture * (1 - 0.92 * cloud) + 0.97 * 0.92 * cloud
    else:
        picture = ramp([(0, dark), (0.5, middle), (1, pale)], level)
    cap = smoothstep(0.42, 0.48, np.abs(y / rows - 0.5) + 0.016 * fine)
    if kind in ("ocean", "rocky", "ice"):
        picture = picture * (1 - cap[..., None]) + np.float32(0.93) * cap[..., None]
    packed = np.clip(picture, 0, 1) @ YCC.T + YCC_OFFSET * np.array([0, 1, 1], np.float32)
    return np.dstack([np.clip(packed + 0.5, 0, 255), np.full((rows, columns), 255)]).astype(np.uint8)


def _belts(y: F32, x: F32, rows: int, columns: int, fine: F32, seed: int) -> F32:
    """A giant's belts, their edges torn into eddies, and one great storm; 0 to 1."""
    random = np.random.default_rng(seed)
    shear = np.interp(np.linspace(0, 1, rows), np.linspace(0, 1, 22), random.uniform(0.2, 1, 22))[:, None]
    swirl = spectral(rows, columns, seed=seed + 1, slope=2.6, low=4, stretch=2.2)
    curl = spectral(rows, columns, seed=seed + 2, slope=2.2, low=10, stretch=1.5)
    storm_y, storm_x = rows * float(random.uniform(0.58, 0.66)), columns * float(random.uniform(0.1, 0.9))
    far_y, far_x = (
        (y - storm_y) / (0.045 * rows),
        ((x - storm_x + columns / 2) % columns - columns / 2) / (0.045 * columns),
    )
    storm = np.exp(-(far_x * far_x + far_y * far_y) * 0.8)
    belts = np.interp(np.linspace(0, 1, rows), np.linspace(0, 1, 34), random.random(34)).astype(np.float32)
    belts = np.repeat(belts[:, None], columns, 1)
    bent = y + (swirl * 0.010 + curl * 0.006 * shear) * rows + storm * far_y * rows * 0.03
    level = sample_tile(np.ascontiguousarray(belts, np.float32), x, bent.astype(np.float32))
    return np.asarray(np.clip(0.15 + 0.7 * level + 0.07 * fine - 0.3 * storm, 0, 1), np.float32)


def _craters(rows: int, columns: int, seed: int) -> F32:
    random = np.random.default_rng(seed)
    ground = np.zeros((rows, columns), np.float32)
    most = rows // 9
    for _ in range(120):
        radius = int((4 + random.pareto(1.6) * 6) * rows / 512)
        if radius > most:
            continue
        row, column = int(random.integers(most, rows - most)), int(random.integers(0, columns))
        y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1] / radius
        reach = np.hypot(x, y)
        bowl = np.where(reach < 1, (reach**3 - 0.75) * 0.34, 0) * smoothstep(1.0, 0.85, reach)
        top = max(0, row - radius)
        columns_at = np.mod(np.arange(column - radius, column + radius + 1), columns)
        part = bowl[top - (row - radius) :][: rows - top]
        ground[top : top + part.shape[0], columns_at] += part
    return ground


class Ring:
    """One half (behind or in front) of a ring around a world."""

    def __init__(
        self, stage: Stage, centre: tuple[float, float], radius: float, z: float, *, is_front: bool, veil: float = 0.0
    ) -> None:
        self.z = z
        half_width, half_height = int(radius * 2.3), int(radius * 1.2)
        y, x = np.mgrid[-half_height : half_height + 1, -half_width : half_width + 1].astype(np.float32)
        angle, flat = -0.30, 0.20
        along = x * math.cos(angle) + y * math.sin(angle)
        across = (-x * math.sin(angle) + y * math.cos(angle)) / flat
        reach = np.hypot(along, across) / radius
        grooves = np.random.default_rng(7).random(64, dtype=np.float32)
        bands = np.interp(reach, np.linspace(1.35, 2.15, 64), grooves).astype(np.float32)
        alpha = smoothstep(1.34, 1.38, reach) * smoothstep(2.16, 2.08, reach) * (0.25 + 0.6 * bands)
        alpha *= 1 - 0.8 * smoothstep(0.02, 0.0, np.abs(reach - 1.84))  # the gap between two rings
        keep = across > 0 if is_front else across <= 0
        alpha *= keep * (1 - veil)
        shadow = 1 - 0.85 * smoothstep(0.15, 0.0, np.abs(across / radius + stage.light.side * 0.3) - 0.75) * (
            (along * stage.light.side < 0) & (not is_front)
        )
        colour = mix("#8a6a4c", "#f4dfb8", np.clip(bands, 0, 1)) * (0.85 * shadow)[..., None]
        stage.plate(
            premultiply(colour.astype(np.float32), alpha.astype(np.float32)),
            z,
            x=centre[0] - half_width - 0.5,
            y=centre[1] - half_height - 0.5,
        )

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """The ring is a plate; nothing more moves."""


class Debris:
    """Rocks that drift and tumble at several distances."""

    def __init__(
        self, stage: Stage, count: int, seed: int, *, z: float = 9.0, top: float = 0.1, bottom: float = 1.05
    ) -> None:
        """*z* orders them; *top*, *bottom*: the part of the frame they drift in."""
        self.z = z
        random = np.random.default_rng(stable_seed("debris", seed))
        self._rocks = [_rock(int(max(5, size * stage.scale)), stage.light.side, random) for size in (14, 22, 34, 50)]
        self._drift = [
            (
                random.uniform(-0.1, 1.1),
                float(np.clip(random.normal(0.35 * top + 0.65 * bottom, 0.17 * (bottom - top)), top, bottom)),
                float(random.uniform(4.0, 30.0)),
                random.uniform(-0.012, 0.012),
                random.uniform(-0.5, 0.5),
                int(random.integers(4)),
            )
            for _ in range(count)
        ]
        self._drift.sort(key=lambda rock: -rock[2])

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay every rock at its own distance."""
        for across, down, z, speed, spin, kind in self._drift:
            k, tx, ty = stage.project(z, moment.view)
            piece = self._rocks[kind]
            x = stage.x(across + speed * moment.seconds)
            y = stage.y(down)
            half = piece.pixels.shape[0] / 2
            matrix = placed(x - half, y - half, (half, half), 5.0 / z, spin * moment.seconds + kind, k, tx, ty)
            canvas.lay(piece, matrix)


def _rock(size: int, side: int, random: np.random.Generator) -> Sprite:
    """A pitted stone, *size* px in radius, lit from *side*."""
    half = size + 4
    y, x = np.mgrid[-half:half, -half:half].astype(np.float32) + 0.5
    angle = np.arctan2(y, x * random.uniform(0.7, 1.0))
    edge = 0.0 * angle
    for n, most in ((1, 0.10), (2, 0.13), (3, 0.07), (5, 0.03), (8, 0.012)):
        edge = edge + random.uniform(0.4, 1) * most * np.sin(n * angle + random.uniform(0, 6.28))
    reach = np.hypot(x, y) / (size * (0.78 + edge))
    cover = np.clip((1 - reach) * size * 0.8 + 0.5, 0, 1)
    round_ = np.sqrt(np.clip(1 - np.minimum(reach, 1) ** 2, 0, 1))
    height = (
        round_ * size * 0.8
        + blur(random.standard_normal(x.shape).astype(np.float32), max(0.9, size * 0.10)) * size * 0.5
    )
    for _ in range(5):
        at = random.uniform(-0.6, 0.6, 2) * size
        pit = np.hypot(x - at[0], y - at[1]) / (size * random.uniform(0.12, 0.30))
        height = height - size * 0.07 * np.exp(-pit * pit * 1.5) + size * 0.03 * np.exp(-(((pit - 1.1) / 0.3) ** 2))
    height = cv2.GaussianBlur(height.astype(np.float32), (0, 0), max(0.7, 0.03 * size))
    slope_y, slope_x = np.gradient(height)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    lit = np.clip((-slope_x * side * 0.78 + slope_y * 0.36 + 0.42) / length, 0, 1)
    colour = mix("#08090d", "#b5a08a", np.asarray(lit**1.2, np.float32))
    return sprite(premultiply(colour, cover.astype(np.float32)))
