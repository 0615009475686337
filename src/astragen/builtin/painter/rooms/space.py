"""Deep space: stars in depth, nebulae, turning worlds, a comet, drifting rock.

One sun lights every world from the same side. The place seed decides the nebula and
the worlds; size, angle and the shot's seed decide where the camera is among them.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, mix, ramp, rgb
from astragen.builtin.painter.cosmos import Debris, Globe, Ring, Stars, star_sky
from astragen.builtin.painter.lookout import said
from astragen.builtin.painter.noise import sample_tile, smoothstep, spectral, stable_seed
from astragen.builtin.painter.sprite import light, premultiply
from astragen.builtin.painter.stage import INFINITE, Moment, Motion, Stage, Stand, placed
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, ShotSize

_NEBULAE = (  # deep, body, bright, second: chosen by place
    ("#04060f", "#2a2566", "#c070b8", "#3a7ec0"),
    ("#030812", "#103c5c", "#58c8c0", "#b06a8a"),
    ("#08050e", "#56204a", "#f09a6a", "#5a6ad0"),
    ("#04060f", "#22347a", "#8ab0ff", "#d06a9a"),
)
_MAIN = ("banded", "ocean", "rocky", "ice")
_RADIUS = {  # of the main world, in frame heights
    ShotSize.EXTREME_WIDE: 0.16,
    ShotSize.WIDE: 0.30,
    ShotSize.FULL: 0.34,
    ShotSize.MEDIUM: 0.46,
    ShotSize.CLOSE: 0.66,
    ShotSize.EXTREME_CLOSE: 0.9,
}
_WORDS = {
    "comet": "comet",
    "asteroid": "belt",
    "belt": "belt",
    "meteor": "belt",
    "galaxy": "galaxy",
    "nebula": "galaxy",
}
_BELT = {"belt": 60, "galaxy": 0}


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang a sky of stars, a nebula and worlds on *stage*."""
    place = np.random.default_rng(stable_seed("space", recipe.place_seed))
    shot = np.random.default_rng(stable_seed("space-shot", recipe.seed))
    kinds = {kind for word, kind in _WORDS.items() if word in said(recipe.setting)}
    stage.horizon = stage.y(0.5)
    _hang_nebula(stage, recipe, place)
    stage.add(Stars(stage, recipe.place_seed))
    stage.add(Twinkle(stage, recipe.seed))
    if "galaxy" not in kinds:
        _hang_worlds(stage, recipe, place, shot, stage.light.side)
    if "comet" in kinds or recipe.place_seed % 3 == 0:
        stage.add(Comet(stage, recipe.seed))
    count = max((_BELT.get(kind, 0) for kind in kinds), default=14)
    if count:
        stage.add(Debris(stage, count, recipe.seed))
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
    """Clouds of gas in two colours, lanes of dust before them, stars behind: painted at a third of the size."""
    deep, body, bright, second = (rgb(colour) for colour in _NEBULAE[int(place.integers(len(_NEBULAE)))])
    if recipe.palette:
        body = mix(body, rgb(recipe.palette[0]), 0.4)
        bright = mix(bright, rgb(recipe.palette[-1]), 0.4)
    density, dust, warm = _gas(
        stable_seed("nebula", recipe.place_seed), float(place.uniform(-0.5, 0.5)), 0.5 - 0.17 * stage.light.side
    )
    glow = mix(bright, second, warm)
    picture = ramp([(0, deep), (0.55, body), (1, mix(body, bright, 0.35))], density * 0.8)
    picture = picture + glow * (0.55 * density**3)[..., None]
    picture = picture * (1 - 0.80 * dust)[..., None]
    size = (stage.canvas_width, stage.canvas_height)
    large = np.asarray(cv2.resize(np.clip(picture, 0, 1), size, interpolation=cv2.INTER_CUBIC), np.float32)
    large += star_sky(size, 1700, stage.scale, stable_seed(recipe.place_seed, "far stars"))
    stage.plate(premultiply(np.clip(large, 0, 1), np.ones(large.shape[:2], np.float32)), INFINITE)
    wisp = (np.clip(density - 0.45, 0, 1) ** 2 * (1 - 0.7 * dust)).astype(np.float32)
    part = cv2.resize(wisp[96:288, 192:576], (round(0.62 * size[0]), round(0.62 * size[1])))
    edge_y, edge_x = (
        smoothstep(0, 0.3, np.minimum(line, 1 - line)) for line in (np.linspace(0, 1, n) for n in part.shape)
    )
    stage.plate(
        np.asarray(bright * (0.5 * part * edge_y[:, None] * edge_x[None])[..., None], np.float32),
        90.0,
        x=0.19 * size[0],
        y=0.19 * size[1],
        is_light=True,
        motion=lambda t: Motion(dx=4 * t * stage.scale, gain=0.8 + 0.2 * math.sin(0.7 * t)),
    )


def _gas(seed: int, angle: float, middle: float) -> tuple[F32, F32, F32]:
    """(density, dust, which of the two colours), each (384, 768) about [0, 1]; brightest at *middle* across."""
    rows, columns = 384, 768
    wander_x = spectral(rows, columns, seed=seed + 1, slope=3.0, high=12)
    wander_y = spectral(rows, columns, seed=seed + 2, slope=3.0, high=12)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    bent_x, bent_y = x + wander_x * columns * 0.009, y + wander_y * rows * 0.016
    folds = sample_tile(spectral(rows, columns, seed=seed, slope=2.6, low=1), bent_x, bent_y)
    filaments = 1 - np.abs(sample_tile(spectral(rows, columns, seed=seed + 3, slope=2.1, low=2), bent_x, bent_y))
    band = np.exp(-((((y / rows - 0.5) - (x / columns - 0.5) * math.tan(angle) * 0.5) / 0.28) ** 2))
    focus = 0.42 + 0.58 * np.exp(-(((x / columns - middle) / 0.26) ** 2))
    density = np.clip((0.46 + 0.30 * folds + 0.24 * filaments) * band * focus, 0, 1.1)
    lanes = sample_tile(spectral(rows, columns, seed=seed + 4, slope=2.3, low=3), bent_x, bent_y)
    dust = smoothstep(0.3, 1.5, lanes) * band
    return (
        density.astype(np.float32),
        np.asarray(dust, np.float32),
        smoothstep(-0.8, 1.0, np.roll(folds, columns // 3, 1)),
    )


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
    order = [_MAIN[int(index)] for index in place.permutation(len(_MAIN))]
    radius = _RADIUS[recipe.size] * stage.unit * float(shot.uniform(0.92, 1.1))
    across = 0.5 + side * float(shot.uniform(0.16, 0.24))
    down = 0.46 + float(shot.uniform(-0.06, 0.04))
    if recipe.angle is Angle.AERIAL or recipe.size is ShotSize.EXTREME_CLOSE:
        across, down, radius = 0.5 + side * 0.08, 1.42, stage.unit * 1.05
    elif recipe.angle is Angle.LOW:
        down = 0.34
    centre = (stage.x(across), stage.y(down))
    main = Globe(stage, order[0], centre, radius, 22.0, stable_seed("world", recipe.place_seed))
    if order[0] == "banded" and down < 1:
        stage.add(Ring(stage, centre, radius, 22.2, is_front=False))
        stage.add(Ring(stage, centre, radius, 21.9, is_front=True))
    stage.add(main)
    far = (stage.x(0.5 - side * float(shot.uniform(0.22, 0.34))), stage.y(float(shot.uniform(0.2, 0.34))))
    stage.add(Globe(stage, "moon", far, radius * 0.16, 40.0, stable_seed("moon", recipe.place_seed)))
    if recipe.size in (ShotSize.EXTREME_WIDE, ShotSize.WIDE):
        third = (stage.x(0.5 - side * 0.4), stage.y(float(shot.uniform(0.62, 0.8))))
        stage.add(Globe(stage, order[1], third, radius * 0.3, 50.0, stable_seed("3", recipe.place_seed)))


class Comet:
    """A comet that crosses slowly: a small bright head, a long tail away from the sun, dust beside it."""

    z = 70.0

    def __init__(self, stage: Stage, seed: int) -> None:
        random = np.random.default_rng(stable_seed("comet", seed))
        side = stage.light.side
        self._start = stage.x(0.5 - side * float(random.uniform(0.05, 0.3))), stage.y(float(random.uniform(0.16, 0.3)))
        self._way = side * 0.006 * stage.width, 0.0035 * stage.height
        long, half = int(0.42 * stage.unit), int(0.10 * stage.unit)
        y, x = np.mgrid[-half : half + 1, 0:long].astype(np.float32)
        along, angle = x / long, 0.42
        self._angle = angle if side > 0 else math.pi - angle
        wide = half * (0.05 + 0.5 * along)
        streaks = 0.75 + 0.25 * np.cos(y / np.maximum(wide, 1) * 9 + 2 * along)
        tail = np.exp(-((y / wide) ** 2)) * (1 - along) ** 1.6 * streaks * smoothstep(0.0, 0.02, along)
        curved = np.exp(-(((y - half * 0.9 * along**1.6) / (wide * 1.2)) ** 2)) * (1 - along) ** 2.2
        head = np.exp(-((np.hypot(x - 4, y) / (0.014 * stage.unit)) ** 2))
        picture = rgb("#8fd0ff") * (0.55 * tail)[..., None] + rgb("#ffe2b8") * (0.32 * curved)[..., None]
        self._piece = light(np.clip(picture + head[..., None], 0, 1).astype(np.float32))
        self._pivot = (4.0 - self._piece.x, half - self._piece.y)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the comet where it is by now."""
        k, tx, ty = stage.project(self.z, moment.view)
        x, y = (start + way * moment.seconds for start, way in zip(self._start, self._way, strict=True))
        turn = math.pi + self._angle if stage.light.side > 0 else self._angle - math.pi
        matrix = placed(x - self._pivot[0], y - self._pivot[1], self._pivot, 1.0, turn, k, tx, ty)
        canvas.lay(self._piece, matrix, 0.92 + 0.08 * math.sin(2.3 * moment.seconds))


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
