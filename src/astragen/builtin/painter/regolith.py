"""The ground of other worlds: craters of all sizes, boulders, a horizon that curves away.

`hang_regolith` paints the ground people stand on and sets the stand; `craters` gives the
relief of a cratered tile to whoever wants it. Start reading at `hang_regolith`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.landform import Relief
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.lookout import Lookout, stand_at
from astragen.builtin.painter.materials import Material
from astragen.builtin.painter.noise import blur, smoothstep, spectral, stable_seed
from astragen.builtin.painter.plot import Ground
from astragen.builtin.painter.sprite import over, premultiply
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.terrain import Cut, Range, march, paint_range
from astragen.model.recipe import Recipe

_BEHIND = 4.2  # times a subject's distance: where the ground is hung, so that subjects stand before it


@cache
def craters(seed: int, amount: float, size: int = 512) -> F32:
    """(size, size) heights in [0, 1], tileable: old ground, with craters of all sizes when *amount* is 1."""
    random = np.random.default_rng(stable_seed("craters", seed))
    ground = 0.020 * spectral(size, size, seed=seed, slope=3.2, low=1, high=24)
    ground = ground + 0.0012 * spectral(size, size, seed=seed + 1, slope=1.6, low=16)
    count = round(190 * amount)
    radii = np.sort(np.minimum(5 + 6 * random.pareto(1.5, count), size / 5.5))[::-1]
    for radius in radii.tolist():
        reach = int(radius * 1.9) + 1
        row, column = (int(value) for value in random.integers(0, size, 2))
        y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32) / np.float32(radius)
        far = np.hypot(x, y * float(random.uniform(0.92, 1.08)))
        old = float(random.uniform(0.25, 1.0))
        bowl = np.where(far < 1, (far * far - 1) * 0.30, 0) + 0.085 * np.exp(-(((far - 1.02) / 0.16) ** 2))
        skirt = 0.045 * np.exp(-(((far - 1.0) / 0.42) ** 2)) * (far > 1)
        lines, columns = (
            np.arange(row - reach, row + reach + 1) % size,
            np.arange(column - reach, column + reach + 1) % size,
        )
        ground[np.ix_(lines, columns)] += (bowl + skirt) * (old * radius / size * 1.6) * smoothstep(1.9, 1.4, far)
    ground -= ground.min()
    return np.asarray(ground / ground.max(), np.float32)


class _Camera:
    """Where the ground is seen from, as `plot.Ground` wants it."""

    def __init__(self, horizon: float, eye: float, focal: float) -> None:
        self.horizon, self.eye, self.focal = horizon, eye, focal


def hang_regolith(
    stage: Stage, recipe: Recipe, camera: Lookout, stuff: Material, relief: dict[str, float], *, bend: float, rocks: int
) -> None:
    """Paint the near ground with its boulders and let subjects stand on it.

    relief: craters (0 to 1), tile and height in m. bend: how near the horizon is; 1 is a moon's.
    """
    shape = craters(stable_seed(recipe.place_seed, "ground") % 7, relief["craters"])
    rise = float(np.clip(stage.light.sun_y * 1.3 + 0.16, 0.18, 0.6))
    ground = Relief(shape, tile_m=relief["tile"], height_m=relief["height"], light=stage.light, elevation=rise)
    cut = _cut(stage, recipe, camera, ground, bend)
    part = Range(ground, stuff, cut)
    picture, top = paint_range(stage, camera, part, march(stage, camera, part), stage.canvas_height)
    if picture is not None:
        rows = np.arange(top, top + picture.shape[0], dtype=np.float32)[:, None, None]
        picture[..., :3] *= 1 - 0.45 * smoothstep(stage.y(0.80), stage.y(1.10), rows)  # a dark foot frames the view
        _strew(stage, recipe, picture, top, cut, camera, stuff, rocks)
        metre_z = camera.z / cut.pivot
        eye = max(0.4, (camera.feet - stage.horizon) / camera.metre)
        seen = _Camera(stage.horizon, eye, camera.focal)
        stage.add(Ground(seen, picture, top, metre_z=metre_z, z=cut.stage_z))
    stage.stand = stand_at(stage, camera)._replace(
        ground=_line(stage, camera, ground, cut), shade=0.02 * stage.light.haze
    )


def _cut(stage: Stage, recipe: Recipe, camera: Lookout, ground: Relief, bend: float) -> Cut:
    """Where the ground lies: level to the feet, then falling away in a parabola to a near horizon."""
    eye, feet = max(0.4, (camera.feet - stage.horizon) / camera.metre), camera.focal / camera.metre
    below = camera.feet - stage.horizon
    crest_y = max(min(camera.feet - 0.10 * stage.height, stage.y(0.80)), stage.horizon + 0.03 * stage.height)
    crest = max(1.3, 2 * below / (crest_y - stage.horizon) - 1)
    random = np.random.default_rng(stable_seed(recipe.place_seed, "ground-at"))
    near = max(0.3, 0.55 * feet * below / max(stage.canvas_height - stage.horizon, 1.0))
    x, z, level = _level_place(ground, random, (near, feet), 5 * camera.aside)
    return Cut(
        near=near,
        far=feet * crest * 4,
        eye=eye + level,
        x=x,
        z=z,
        stage_z=_BEHIND * camera.z,
        taper=0.0,
        bend=min(3.0, 0.5 + 0.5 * bend) * eye / ((crest * crest - 1) * feet * feet),
        pivot=feet,
        roll=stable_seed(recipe.place_seed, "roll"),
        steps=420,
    )


def _level_place(
    ground: Relief, random: np.random.Generator, reach: tuple[float, float], aside: float
) -> tuple[float, float, float]:
    """(x, z, height at the feet) of the place, among a few, where least stands between camera and feet; m."""
    far = np.linspace(reach[0], 1.4 * reach[1], 24, dtype=np.float32)[:, None]
    across = far * np.linspace(-0.8, 0.8, 17, dtype=np.float32)[None]
    best = (np.inf, 0.0, 0.0, 0.0)
    for x, z in (random.random((14, 2)) * ground.tile_m).tolist():
        high = ground.height(across + np.float32(x + aside), np.broadcast_to(far + np.float32(z), across.shape), 4)
        level = float(high[16, 8])
        best = min(best, (float(high.max()) - level, x + aside, z, level))
    return best[1], best[2], best[3]


def _line(stage: Stage, camera: Lookout, ground: Relief, cut: Cut) -> Callable[[float], float]:
    """Canvas x -> canvas y of the ground along the feet line."""
    columns = np.arange(stage.canvas_width, dtype=np.float32)
    x = (columns - stage.vanishing_x) / camera.focal * cut.pivot + cut.x
    high = ground.height(x[None], np.full((1, columns.size), cut.z + cut.pivot, np.float32), 4)[0]
    line = stage.horizon + (cut.eye - high) * camera.focal / cut.pivot
    soft = np.asarray(blur(np.asarray(line[None], np.float32), 12 * stage.scale)[0], np.float32)
    return lambda across: float(np.interp(across, columns, soft))


def _strew(
    stage: Stage, recipe: Recipe, picture: F32, top: int, cut: Cut, camera: Lookout, stuff: Material, count: int
) -> None:
    """Lay *count* boulders with their shadows on *picture*, far ones first."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "boulders"))
    nearest, farthest = cut.near * 1.5, cut.pivot * 3.2
    spots = [
        (float(nearest * (farthest / nearest) ** random.random()), float(random.uniform(-1, 1)), float(random.random()))
        for _ in range(count)
    ]
    kinds = [boulder(96, int(random.integers(1 << 30)), stage.light, stuff) for _ in range(4)]
    for far, aside, luck in sorted(spots, reverse=True):
        px = camera.focal / far
        size = (0.10 + 0.55 * luck**4) * px * min(1.0, cut.pivot / 5)
        x = stage.vanishing_x + aside * 0.62 * stage.canvas_width
        beyond = max(0.0, far - cut.pivot)
        y = stage.horizon + ((camera.feet - stage.horizon) / camera.metre + cut.bend * beyond * beyond) * px - top
        if 2.0 < size < 0.16 * stage.height and abs(x - stage.vanishing_x) > 0.4 * size:
            _lay(picture, kinds[int(luck * 997) % len(kinds)], x, y, size, stage.light)


def _lay(picture: F32, kind: F32, x: float, y: float, size: float, light: Light) -> None:
    """One boulder *size* px tall with its foot at (x, y), and the shadow it throws aside."""
    factor = size / kind.shape[0]
    small = np.asarray(cv2.resize(kind, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32)
    height, width = small.shape[:2]
    long = float(np.clip(0.9 / (light.sun_y + 0.16), 1.2, 3.2)) * height
    reach = int(long + width)
    left, right = max(0, int(x - reach)), min(picture.shape[1], int(x + reach))
    upper, lower = max(0, int(y - height)), min(picture.shape[0], int(y + 0.3 * height) + 2)
    if right - left < 4 or lower - upper < 4:
        return
    v, u = np.mgrid[upper:lower, left:right].astype(np.float32)
    along = -(u - x) * light.side / long
    shadow = smoothstep(1.0, 0.75, along) * smoothstep(-0.25, 0.05, along)
    shadow = shadow * np.exp(-(((v - y + 0.02 * height) / (0.13 * height * (1.1 - 0.6 * np.clip(along, 0, 1)))) ** 2))
    picture[upper:lower, left:right, :3] *= (1 - 0.78 * min(1.0, light.strength) * shadow)[..., None]
    x0, y0 = int(x - width / 2), int(y - 0.88 * height)
    a, b = max(0, x0), max(0, y0)
    c, d = min(picture.shape[1], x0 + width), min(picture.shape[0], y0 + height)
    if c > a and d > b:
        picture[b:d, a:c] = over(small[b - y0 : d - y0, a - x0 : c - x0], picture[b:d, a:c])


def boulder(size: int, seed: int, light: Light, stuff: Material) -> F32:
    """A stone about *size* px tall, (h, w, 4) premultiplied, lit from the stage's side, flat where it lies."""
    random = np.random.default_rng(seed)
    half = size // 2
    y, x = np.mgrid[-half:half, int(-1.4 * half) : int(1.4 * half)].astype(np.float32) + 0.5
    angle = np.arctan2(y, x * 0.75)
    edge = sum(
        random.uniform(0.4, 1) * most * np.sin(n * angle + random.uniform(0, 6.28))
        for n, most in ((2, 0.10), (3, 0.08), (5, 0.04))
    )
    reach = np.hypot(x * 0.75, y) / (half * (0.82 + edge))
    cover = np.clip((1 - reach) * half * 0.8, 0, 1) * smoothstep(0.98, 0.86, y / half + 0.05 * np.sin(x * 0.2))
    noise = blur(random.standard_normal(x.shape).astype(np.float32), 0.10 * size) * size * 1.3
    fine = blur(random.standard_normal(x.shape).astype(np.float32), 2.0) * 3.0
    height = np.sqrt(np.clip(1 - np.minimum(reach, 1) ** 2, 0, 1)) * half + noise + fine
    # Broken stone: its roundness falls into a few flat faces.
    slope_y, slope_x = np.gradient(cv2.GaussianBlur(height.astype(np.float32), (0, 0), 1.2))
    slope_x, slope_y = (np.round(slope * 1.6) / 1.6 * 0.6 + slope * 0.4 for slope in (slope_x, slope_y))
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    lit = np.clip((-slope_x * light.side * 0.80 + slope_y * 0.40 + 0.35) / length, 0, 1)
    ambient = light.ambient * 0.75 + 0.05 * (1 - light.dark)
    albedo = mix(stuff.steep, stuff.high, np.asarray(np.clip(0.5 + 0.1 * fine, 0, 1), np.float32))
    colour = albedo * (
        ambient * (0.6 + 0.4 * (1 - (y / half + 1) / 2))[..., None]
        + light.key * (0.95 * light.strength * lit)[..., None]
    )
    return premultiply(np.clip(colour, 0, 1).astype(np.float32), np.asarray(cover, np.float32))
