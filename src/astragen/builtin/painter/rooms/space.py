"""Space: stars in depth, a nebula, turning worlds, drifting rock.

One sun lights every world from the same side. The place seed decides the nebula and
the worlds; size, angle and the shot's seed decide where the camera is among them.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, YCC, YCC_OFFSET, mix, ramp, rgb
from astragen.builtin.painter.noise import blur, sample_tile, smoothstep, spectral, stable_seed
from astragen.builtin.painter.sprite import Sprite, premultiply, sprite
from astragen.builtin.painter.stage import INFINITE, Moment, Motion, Stage, Stand, placed
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, ShotSize

_NEBULAE = (  # deep, body, bright: chosen by place
    ("#070a1e", "#2b2a63", "#b06ab0"),
    ("#050d1c", "#14405e", "#4fb2b8"),
    ("#0c0714", "#54234a", "#e08a63"),
    ("#060a16", "#2a3a70", "#7fa0ff"),
)
_WORLDS = (  # kind, dark, middle, light, air
    ("banded", "#4a2c22", "#b07a52", "#ecd2a6", "#ffcf9a"),
    ("ocean", "#0d2f52", "#2f7a6a", "#d8d6b0", "#7fc4ff"),
    ("rocky", "#3a2420", "#a0553a", "#e0a878", "#ff9f78"),
    ("ice", "#274a70", "#86b4d2", "#f2f8ff", "#b4e0ff"),
    ("moon", "#3c3e46", "#84868e", "#cfd0d2", ""),
)
_RADIUS = {  # of the main world, in frame heights
    ShotSize.EXTREME_WIDE: 0.16,
    ShotSize.WIDE: 0.30,
    ShotSize.FULL: 0.34,
    ShotSize.MEDIUM: 0.46,
    ShotSize.CLOSE: 0.66,
    ShotSize.EXTREME_CLOSE: 0.9,
}


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang a sky of stars, a nebula and worlds on *stage*."""
    place = np.random.default_rng(stable_seed("space", recipe.place_seed))
    shot = np.random.default_rng(stable_seed("space-shot", recipe.seed))
    stage.horizon = stage.y(0.5)
    side = stage.light.side
    _hang_nebula(stage, recipe, place)
    for count, z, seed in ((1500, INFINITE, 1), (220, 60.0, 2), (60, 26.0, 3)):
        _hang_stars(stage, count, z, stable_seed(recipe.place_seed, seed))
    stage.add(Twinkle(stage, recipe.seed))
    _hang_worlds(stage, recipe, place, shot, side)
    stage.add(Debris(stage, 26, recipe.seed))
    stage.add(ShootingStar(stage, recipe.seed))
    stage.grade = stage.grade.model_copy(update={"bloom_threshold": 0.6, "contrast": stage.grade.contrast * 1.03})
    stage.stand = Stand(
        ground=lambda _: stage.y(0.74),
        z=5.0,
        metre=0.11 * stage.unit,
        is_water=False,
        sky=(stage.y(0.2), stage.y(0.6)),
        shade=0.0,
        air=rgb("#05070f"),
    )


def _hang_nebula(stage: Stage, recipe: Recipe, place: np.random.Generator) -> None:
    deep, body, bright = (rgb(colour) for colour in _NEBULAE[int(place.integers(len(_NEBULAE)))])
    if recipe.palette:
        body = mix(body, rgb(recipe.palette[0]), 0.4)
        bright = mix(bright, rgb(recipe.palette[-1]), 0.4)
    seed = stable_seed("nebula", recipe.place_seed)
    rows, columns = 384, 768
    folds = spectral(rows, columns, seed=seed, slope=2.7, low=1)
    wander_x = spectral(rows, columns, seed=seed + 1, slope=3.2, high=9)
    wander_y = spectral(rows, columns, seed=seed + 2, slope=3.2, high=9)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    folds = sample_tile(folds, x + wander_x * columns * 0.018, y + wander_y * rows * 0.03)
    filaments = 1 - np.abs(sample_tile(spectral(rows, columns, seed=seed + 3, slope=2.2, low=2), x, y))
    angle = float(place.uniform(-0.5, 0.5))
    band = np.exp(-((((y / rows - 0.5) - (x / columns - 0.5) * math.tan(angle) * 0.5) / 0.26) ** 2))
    density = np.clip((0.5 + 0.42 * folds + 0.22 * filaments) * band, 0, 1.3)
    dust = smoothstep(0.35, 1.6, spectral(rows, columns, seed=seed + 4, slope=2.4, low=2)) * band
    picture = ramp([(0, deep), (0.6, body), (1, mix(body, bright, 0.6))], density * 0.72)
    picture *= (0.92 - 0.7 * dust)[..., None]
    size = (stage.canvas_width, stage.canvas_height)
    large = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.float32)
    stage.plate(premultiply(np.clip(large, 0, 1), np.ones(large.shape[:2], np.float32)), INFINITE)
    wisps = np.asarray(cv2.resize((density**2.6).astype(np.float32), size), np.float32)
    glow = bright * (0.22 * wisps * (0.4 + 0.6 * np.roll(wisps, stage.width // 5, 1)))[..., None]
    stage.plate(
        glow,
        90.0,
        is_light=True,
        motion=lambda t: Motion(dx=4 * t * stage.scale, gain=0.8 + 0.2 * math.sin(0.7 * t)),
    )


def _hang_stars(stage: Stage, count: int, z: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    height, width = stage.canvas_height, stage.canvas_width
    sky = np.zeros((height, width, 3), np.float32)
    rows, columns = random.integers(0, height, count), random.integers(0, width, count)
    brightness = np.minimum(1.3, 0.26 + random.pareto(1.9, count) * 0.3).astype(np.float32)
    heat = random.random(count, dtype=np.float32)
    sky[rows, columns] = mix("#9fc0ff", "#ffd9b0", heat) * brightness[:, None]
    size = max(0.45, 0.75 * stage.scale * (1 if z == INFINITE else 1.5))
    sky = cv2.GaussianBlur(sky, (0, 0), size) * np.float32(6.0 * size * size)
    stage.plate(np.clip(sky, 0, 1), z, is_light=True)


class Twinkle:
    """Some bright stars with a cross of light, each breathing at its own pace."""

    z = INFINITE * 0.99

    def __init__(self, stage: Stage, seed: int) -> None:
        random = np.random.default_rng(stable_seed("twinkle", seed))
        self._stars = [
            (random.random() * stage.canvas_width, random.random() * stage.canvas_height, random.random() * 6.28)
            for _ in range(14)
        ]
        radius = max(6, int(22 * stage.scale))
        y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32) / radius
        arms = np.exp(-np.abs(x) * 26) * np.exp(-np.abs(y) * 4) + np.exp(-np.abs(y) * 26) * np.exp(-np.abs(x) * 4)
        core = np.exp(-(x * x + y * y) * 60)
        fall = np.clip(1 - np.hypot(x, y), 0, 1)
        self._mask: U8 = np.clip((arms * 0.6 + core) * fall * 255, 0, 255).astype(np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shine each star where the sky has it."""
        k, tx, ty = stage.project(self.z, moment.view)
        half = self._mask.shape[0] // 2
        for index, (x, y, phase) in enumerate(self._stars):
            gain = 0.45 + 0.4 * math.sin(moment.seconds * (1.1 + 0.23 * index) + phase)
            canvas.shine(self._mask, "#e4ecff", round(x * k + tx) - half, round(y * k + ty) - half, max(0.05, gain))


def _hang_worlds(
    stage: Stage, recipe: Recipe, place: np.random.Generator, shot: np.random.Generator, side: int
) -> None:
    order = place.permutation(len(_WORLDS) - 1)
    radius = _RADIUS[recipe.size] * stage.unit * float(shot.uniform(0.92, 1.1))
    across = 0.5 + side * float(shot.uniform(0.16, 0.24))
    down = 0.46 + float(shot.uniform(-0.06, 0.04))
    if recipe.angle is Angle.AERIAL or recipe.size is ShotSize.EXTREME_CLOSE:
        across, down, radius = 0.5 + side * 0.08, 1.42, stage.unit * 1.05
    elif recipe.angle is Angle.LOW:
        down = 0.34
    centre = (stage.x(across), stage.y(down))
    main = Globe(stage, _WORLDS[int(order[0])], centre, radius, 22.0, stable_seed("world", recipe.place_seed))
    has_ring = order[0] == 0
    if has_ring:
        stage.add(Ring(stage, centre, radius, 22.2, is_front=False))
    stage.add(main)
    if has_ring:
        stage.add(Ring(stage, centre, radius, 21.9, is_front=True))
    far = (stage.x(0.5 - side * float(shot.uniform(0.22, 0.34))), stage.y(float(shot.uniform(0.2, 0.34))))
    stage.add(Globe(stage, _WORLDS[4], far, radius * 0.16, 40.0, stable_seed("moon", recipe.place_seed)))
    if recipe.size in (ShotSize.EXTREME_WIDE, ShotSize.WIDE):
        third = (stage.x(0.5 - side * 0.4), stage.y(float(shot.uniform(0.62, 0.8))))
        stage.add(Globe(stage, _WORLDS[int(order[1])], third, radius * 0.3, 50.0, stable_seed("3", recipe.place_seed)))


class Globe:
    """A world that turns: a texture wrapped on a sphere, lit from the sun's side."""

    def __init__(
        self,
        stage: Stage,
        world: tuple[str, str, str, str, str],
        centre: tuple[float, float],
        radius: float,
        z: float,
        seed: int,
    ) -> None:
        self.z = z
        kind, *colours = world
        self._texture = _world_texture(kind, [rgb(colour) for colour in colours[:3]], seed)
        air = colours[3]
        half = int(radius * 1.16) + 3
        self._x, self._y = centre[0] - half - 0.5, centre[1] - half - 0.5
        y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32) / np.float32(radius)
        reach = np.hypot(x, y)
        inside = np.clip((1 - reach) * radius + 0.5, 0, 1)
        depth = np.sqrt(np.clip(1 - reach * reach, 0, 1))
        tilt = 0.32
        up = y * math.cos(tilt) - x * math.sin(tilt)
        right = y * math.sin(tilt) + x * math.cos(tilt)
        rows, columns = self._texture.shape[:2]
        self._latitude = ((np.arcsin(np.clip(up, -1, 1)) / math.pi + 0.5) * (rows - 1)).astype(np.float32)
        self._longitude = (np.arctan2(right, depth) / (2 * math.pi) * columns).astype(np.float32)
        side = stage.light.side
        lit = np.clip(x * 0.74 * side - y * 0.32 + depth * 0.50, -1, 1)
        shade = (smoothstep(-0.22, 0.9, lit) * 0.98 + 0.02) * (0.6 + 0.4 * depth)
        self._inside: U8 = (inside * 255).astype(np.uint8)
        self._shade_bytes: U8 = np.clip(shade * inside * 255, 0, 255).astype(np.uint8)
        self._columns = columns
        self._speed = columns * 0.010
        if air:
            fringe = np.exp(-np.maximum(reach - 1, 0) * 22) * (1 - inside)
            rim = np.clip(1 - depth, 0, 1) ** 3.2 * inside * 0.75
            day = smoothstep(-0.25, 0.7, x * 0.8 * side - y * 0.35 + 0.25)
            glow = rgb(air) * ((fringe * 0.75 + rim) * day)[..., None]
            stage.plate(glow.astype(np.float32), z * 0.999, x=self._x, y=self._y, is_light=True)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Turn the texture, darken it by the sun, lay it through the camera."""
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
        half = pixels.shape[0] / 2
        canvas.lay(piece, placed(self._x, self._y, (half, half), 1.0, 0.0, k, tx, ty))


def _dimmed(chroma: np.ndarray, shade: U8, inside: U8) -> np.ndarray:
    """Premultiplied chroma whose distance from grey fades with *shade*."""
    away = cv2.multiply(chroma, shade, scale=1 / 255)
    grey = cv2.convertScaleAbs(cv2.subtract(inside, shade), alpha=128 / 255)
    return np.asarray(cv2.add(away, grey))


def _world_texture(kind: str, colours: list[F32], seed: int) -> U8:
    """An equirectangular surface as packed (Y - 16, Cb, Cr, 255) bytes: 512 x 1024."""
    rows, columns = 512, 1024
    dark, middle, pale = colours
    fine = spectral(rows, columns, seed=seed, slope=2.0, low=2)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    if kind == "banded":
        swirl = spectral(rows, columns, seed=seed + 1, slope=2.6, low=2, stretch=2.5)
        belts = np.interp(np.linspace(0, 1, rows), np.linspace(0, 1, 30), np.random.default_rng(seed).random(30))
        level = sample_tile(np.repeat(belts[:, None], columns, 1).astype(np.float32), x, y + swirl * 6)
        level = np.clip(level + 0.10 * fine, 0, 1)
    elif kind == "moon":
        level = np.clip(0.5 + 0.16 * fine + _craters(rows, columns, seed), 0, 1)
    else:
        land = spectral(rows, columns, seed=seed + 1, slope=2.5, low=2)
        level = np.clip(0.5 + 0.32 * land + 0.07 * fine, 0, 1)
    if kind == "ocean":
        picture = ramp([(0, dark), (0.49, mix(dark, middle, 0.35)), (0.53, middle), (0.75, pale), (1, pale)], level)
        cloud = smoothstep(0.5, 1.6, spectral(rows, columns, seed=seed + 5, slope=2.2, low=2, stretch=1.6))
        picture = picture * (1 - 0.8 * cloud[..., None]) + 0.96 * 0.8 * cloud[..., None]
    else:
        picture = ramp([(0, dark), (0.5, middle), (1, pale)], level)
    cap = smoothstep(0.40, 0.47, np.abs(y / rows - 0.5) + 0.012 * fine)
    if kind in ("ocean", "rocky", "ice"):
        picture = picture * (1 - cap[..., None]) + np.float32(0.93) * cap[..., None]
    packed = np.clip(picture, 0, 1) @ YCC.T + YCC_OFFSET * np.array([0, 1, 1], np.float32)
    return np.dstack([np.clip(packed + 0.5, 0, 255), np.full((rows, columns), 255)]).astype(np.uint8)


def _craters(rows: int, columns: int, seed: int) -> F32:
    random = np.random.default_rng(seed)
    ground = np.zeros((rows, columns), np.float32)
    for _ in range(90):
        radius = int(4 + random.pareto(1.6) * 6)
        if radius > 60:
            continue
        row, column = int(random.integers(60, rows - 60)), int(random.integers(0, columns))
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

    def __init__(self, stage: Stage, centre: tuple[float, float], radius: float, z: float, *, is_front: bool) -> None:
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
        alpha *= keep
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

    z = 9.0

    def __init__(self, stage: Stage, count: int, seed: int) -> None:
        random = np.random.default_rng(stable_seed("debris", seed))
        self._rocks = [_rock(int(max(5, size * stage.scale)), stage.light.side, random) for size in (14, 22, 34, 50)]
        self._drift = [
            (
                random.uniform(-0.1, 1.1),
                float(np.clip(random.normal(0.62, 0.16), 0.1, 1.05)),
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
    """A lumpy stone, *size* px in radius, lit from *side*."""
    half = size + 4
    y, x = np.mgrid[-half:half, -half:half].astype(np.float32) + 0.5
    angle = np.arctan2(y, x)
    edge = sum(random.uniform(0.02, 0.10) * np.sin(n * angle + random.uniform(0, 6.28)) for n in (2, 3, 5, 7))
    reach = np.hypot(x, y) / (size * (0.82 + edge))
    cover = np.clip((1 - reach) * size * 0.8 + 0.5, 0, 1)
    bumps = blur(random.standard_normal(x.shape).astype(np.float32), max(0.8, size * 0.12))
    bumps /= max(1e-6, float(np.abs(bumps).max()))
    lit = np.clip((x * side * 0.8 - y * 0.4) / size + 0.25 + 0.25 * bumps, 0, 1)
    colour = mix("#0d0e16", "#b8a490", lit**1.3)
    return sprite(premultiply(colour, cover.astype(np.float32)))


class ShootingStar:
    """A streak now and then, every four seconds or so, each time elsewhere."""

    z = INFINITE * 0.98
    _PERIOD = 3.7  # s

    def __init__(self, stage: Stage, seed: int) -> None:
        self._seed = seed
        self._length = int(190 * stage.scale)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw the streak while it lasts (0.55 s of each period)."""
        turn, phase = divmod(moment.seconds + 1.9, self._PERIOD)
        if phase > 0.55:
            return
        random = np.random.default_rng(stable_seed("streak", self._seed, int(turn)))
        x0, y0 = random.uniform(0.1, 0.8) * canvas.width, random.uniform(0.05, 0.35) * canvas.height
        travel = phase / 0.55
        dx, dy = stage.light.side * -0.92, 0.39
        head = (x0 + dx * travel * 2.2 * self._length, y0 + dy * travel * 2.2 * self._length)
        pad = self._length + 4
        mask: U8 = np.zeros((2 * pad, 2 * pad), np.uint8)
        for part, level in ((1.0, 40), (0.6, 80), (0.3, 150), (0.1, 255)):
            tail = (pad - dx * self._length * part, pad - dy * self._length * part)
            end = (round(tail[0] * 16), round(tail[1] * 16))
            cv2.line(mask, (pad * 16, pad * 16), end, level, max(1, round(2 * stage.scale)), cv2.LINE_AA, 4)
        canvas.shine(mask, "#dfe8ff", int(head[0]) - pad, int(head[1]) - pad, math.sin(travel * math.pi) * 0.9)
