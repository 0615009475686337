"""The ground of a plot: lawn, paths, paving and fields, in true perspective and shadow.

Patches are rows of data/painter/neighbourhood.json in plot metres; later ones lie over
earlier ones. The whole is one picture for `plot.Ground`. Start reading at `hang_lawn`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.plants import table
from astragen.builtin.painter.plot import Ground, Plot
from astragen.builtin.painter.solids import Face
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

Row = Sequence[Any]

_END = 130.0  # m; where the plot gives way to the hills behind it, unless one looks down from so high
_RIM = 0.022  # that this is farther than so many frame heights under the horizon
_TILE = 512
_BLADES = 0.11  # m; height of a row of grass blades


class _Spots(NamedTuple):
    """Where the ground's pixels are: plot x and d, depth from the camera, m a pixel, canvas x."""

    x: F32
    d: F32
    depth: F32
    soft: F32
    column: F32


@cache
def _noise() -> F32:
    """(n + 1, n + 1, 4): soft, rough, fine noise and soft again, deviation 1, wrapping."""
    parts = [
        spectral(_TILE, _TILE, seed=31 + i, slope=slope, low=low)
        for i, (slope, low) in enumerate(((2.6, 2), (1.8, 8), (0.9, 24)))
    ]
    return padded(np.dstack([*parts, parts[0]]).astype(np.float32))


def _sample(x: F32, d: F32, size: float) -> F32:
    """(..., 4) noise whose tile is *size* m wide."""
    k = np.float32(_TILE / size)
    return sample_padded(_noise(), x * k, d * k)


def hang_lawn(
    plot: Plot,
    recipe: Recipe,
    lighting: Lighting,
    rows: Sequence[Row],
    faces: Sequence[Face],
    litter: Sequence[tuple[float, float, float]],
) -> None:
    """Paint and hang the ground; *faces* darken it where they stand, *litter* (x, d, radius) lies under trees."""
    stage = plot.stage
    top = max(0, int(plot.horizon) - 1)
    y, x = np.mgrid[top : stage.canvas_height, 0 : stage.canvas_width].astype(np.float32) + 0.5
    across, depth = plot.on_ground(x, y)
    depth = np.minimum(depth, 900)
    plot_x, plot_d = plot.from_world(across, depth)
    spots = _Spots(plot_x, plot_d, depth, depth / plot.focal, x - stage.vanishing_x)
    albedo, hard = _albedo(plot, recipe, rows, spots, litter)
    openness = 1 - 0.62 * _shelter(faces, plot_x, plot_d)
    world = np.stack([across, np.zeros_like(depth), depth], -1).astype(np.float32)
    colour = lighting.shade_ground(albedo, world, openness)
    if recipe.weather in (Weather.RAIN, Weather.STORM):
        colour = _wet(plot, spots, colour, hard)
    fade = np.clip(plot.fade(depth) * 1.05, 0, 1)[..., None]
    colour = colour + (air_at(stage, x[0])[None] - colour) * fade
    near = smoothstep(stage.y(0.86), stage.y(1.12), y)[..., None]
    colour = colour * (1 - 0.30 * near)
    end = max(_END, plot.eye * plot.focal / (_RIM * stage.height))
    alpha = smoothstep(end, 0.55 * end, depth)
    stage.add(Ground(plot, premultiply(np.clip(colour, 0, 1).astype(np.float32), alpha), top))


def _albedo(
    plot: Plot, recipe: Recipe, rows: Sequence[Row], spots: _Spots, litter: Sequence[tuple[float, float, float]]
) -> tuple[F32, F32]:
    """Albedo of the ground before light, and how hard (paved) it is, 0 to 1."""
    is_white = recipe.season is Season.WINTER or recipe.weather is Weather.SNOW
    noise = _sample(spots.x, spots.d, 14.0)
    albedo = _grass(plot, recipe, spots, noise)
    if litter and recipe.season is Season.AUTUMN:
        albedo = _leaves(spots, albedo, litter)
    if is_white:
        albedo = _snow(spots, albedo, noise)
    hard = np.zeros(spots.x.shape, np.float32)
    for kind, *rest in rows:
        far, stuff = _SHAPES[kind](rest, spots), str(rest[-1])
        ragged = (
            0.05 * noise[..., 1] + 0.03 * noise[..., 2]
            if stuff in ("earth", "gravel", "sand", "crops")
            else 0.008 * noise[..., 1]
        )
        cover = np.clip((far + ragged) / np.maximum(spots.soft, 0.02) + 0.5, 0, 1)
        window = _window(cover > 0)
        if window is None:
            continue
        part = _Spots(*(field[window] for field in spots))
        colour = _stuff(stuff, recipe, part, noise[window], is_white=is_white)
        lip = np.exp(-(((far[window] - 0.02) / 0.06) ** 2)) * 0.22 * np.clip(0.06 / np.maximum(part.soft, 1e-4), 0, 1)
        below = albedo[window]
        below *= 1 - lip[..., None]
        below += (colour - below) * cover[window][..., None]
        if stuff in ("paving", "asphalt", "cobble"):
            hard = np.maximum(hard, cover)
    return np.asarray(albedo, np.float32), hard


def _window(wanted: np.ndarray) -> tuple[slice, slice] | None:
    """The smallest window that holds all of *wanted*; None when there is none."""
    rows, columns = np.flatnonzero(wanted.any(1)), np.flatnonzero(wanted.any(0))
    if rows.size == 0:
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _stuff(name: str, recipe: Recipe, spots: _Spots, noise: F32, *, is_white: bool) -> F32:
    """Albedo of the stuff *name*, half under snow where snow lies."""
    colour = _STUFFS[name](recipe, spots, noise)
    if not is_white:
        return colour
    bare = 0.75 if name != "crops" else 0.25
    trodden = smoothstep(-0.4, 1.3, noise[..., 0] + 0.5 * noise[..., 1])[..., None] * bare
    return np.asarray(_snow(spots, colour, noise) * (1 - trodden) + colour * trodden, np.float32)


def _grass(plot: Plot, recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    """A lawn: clumps, mown stripes, rows of blades that grow with nearness, daisies."""
    shade, body, lit = (rgb(colour) for colour in table()["grass"][recipe.season.value])
    large = _sample(spots.x, spots.d, 55.0)[..., 0]
    clear = np.clip(1 - spots.depth / 60, 0, 1)
    tone = 0.50 + 0.11 * large + (0.10 * noise[..., 0] + 0.09 * noise[..., 1]) * clear
    stripe = np.sin((spots.d + 0.12 * spots.x) / 1.1 * math.pi)
    tone = tone + 0.045 * smoothstep(-0.4, 0.4, stripe) * np.clip(1 - spots.depth / 45, 0, 1)
    tone = tone + _blades(plot, spots) * np.clip(1.25 - spots.depth / 22, 0, 1)
    albedo = _by_tone(shade, body, lit).take(_step(np.asarray(tone, np.float32)), axis=0)
    near = _window(spots.depth < 22)
    if near is not None and recipe.season in (Season.SPRING, Season.SUMMER):
        albedo[near] = _daisies(_Spots(*(field[near] for field in spots)), albedo[near])
    return albedo


_TONES = 1024  # from shade to light


def _step(tone: F32) -> np.ndarray:
    """The row of `_by_tone` for each *tone*, 0 to 1."""
    return np.clip(tone * _TONES, 0, _TONES - 1).astype(np.int32)


def _by_tone(shade: F32, body: F32, lit: F32) -> F32:
    """(_TONES, 3) colours from *shade* through *body* to *lit*."""
    tone = np.linspace(0, 1, _TONES, dtype=np.float32)
    lower, upper = smoothstep(0.0, 0.5, tone)[:, None], smoothstep(0.5, 1.0, tone)[:, None]
    return np.asarray(shade + (body - shade) * lower + (lit - body) * upper, np.float32)


def _blades(plot: Plot, spots: _Spots) -> F32:
    """Upright blades in rows one behind another: lit tips, dark roots."""
    rows = np.log(spots.depth[:, :1]) * (plot.eye / _BLADES)
    total = np.zeros(spots.x.shape, np.float32)
    for offset in (0.0, 0.5):
        index = np.floor(rows + offset)
        up = rows + offset - index
        depth = np.exp((index + 0.5 - offset) * (_BLADES / plot.eye))
        shift = np.abs(np.sin(index * 12.9898 + offset)) * 43758.5 % 1
        u = spots.column * (depth / plot.focal) / 0.55 + shift * 7 + plot.aside
        v = np.repeat(up * 0.035 + shift, spots.column.shape[1], 1)
        fine = sample_padded(_noise(), np.asarray(u * _TILE / 2, np.float32), np.asarray(v * _TILE, np.float32))[..., 2]
        total += fine * (0.35 + 0.65 * up) * 0.085 + (up - 0.5) * 0.07
    return total


def _daisies(spots: _Spots, albedo: F32) -> F32:
    """White and yellow dots in loose drifts near the viewer."""
    cell = 0.30
    u, v = spots.x / cell, spots.d / cell
    across, along, (chance, jitter_x, jitter_y) = _by_cell(u, v, (0.0, 1.7, 3.1))
    drift = smoothstep(0.2, 1.2, _sample(spots.x, spots.d, 22.0)[..., 0])
    across, along = across - 0.2 - 0.6 * jitter_x, along - 0.2 - 0.6 * jitter_y
    far = np.sqrt(across * across + along * along) * cell
    size = 0.022
    dot = (
        np.clip((size - far) / np.maximum(spots.soft, 0.004) + 0.5, 0, 1)
        * (chance < 0.30 * drift)
        * np.clip(1.6 - spots.depth / 14, 0, 1)
    )
    yellow = (jitter_x > 0.6)[..., None]
    bloom = np.where(yellow, rgb("#f0d048"), rgb("#f4f2ea"))
    return np.asarray(albedo + (bloom - albedo) * (dot * 0.9)[..., None], np.float32)


def _by_cell(u: F32, v: F32, salts: Sequence[float]) -> tuple[F32, F32, list[F32]]:
    """Where in its cell of a unit grid each (u, v) lies, right and down, and chances of the cell, one a salt."""
    column, row = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
    left, top = int(column.min()), int(row.min())
    size = (int(row.max()) - top + 1, int(column.max()) - left + 1)
    if size[0] * size[1] < u.size:  # fewer cells than pixels: each cell's chances are found once
        rows, columns = (np.arange(at, at + n, dtype=np.float32) for at, n in zip((top, left), size, strict=True))
        seed = columns * np.float32(127.1) + rows[:, None] * np.float32(311.7)
        which = (row - top) * size[1] + (column - left)
        chances = [_chance(seed + np.float32(salt)).take(which) for salt in salts]
    else:
        seed = column * np.float32(127.1) + row * np.float32(311.7)
        chances = [_chance(seed + np.float32(salt)) for salt in salts]
    return np.asarray(u - column, np.float32), np.asarray(v - row, np.float32), chances


def _chance(seed: F32) -> F32:
    return np.asarray(np.abs(np.sin(seed)) * 43758.5 % 1, np.float32)


def _leaves(spots: _Spots, albedo: F32, litter: Sequence[tuple[float, float, float]]) -> F32:
    """Fallen leaves, thick under the trees."""
    amount = np.full(spots.x.shape, 0.06, np.float32)
    for x, d, radius in litter:
        amount = np.maximum(amount, np.exp(-((spots.x - x) ** 2 + (spots.d - d) ** 2) / (radius * radius)))
    tints = [rgb(colour) for colour in ("#c8641e", "#d89a2e", "#a83c22", "#b87a30")]
    for index, cell in enumerate((0.17, 0.13, 0.11)):
        u, v = spots.x / cell + index * 7.3, spots.d / cell + index * 3.9
        across, along, (chance, which) = _by_cell(u, v, (index, index + 2.3))
        reach = np.hypot(across - 0.5, along - 0.5) * cell
        dot = np.clip((0.055 - reach) / np.maximum(spots.soft, 0.006) + 0.5, 0, 1) * (chance < 0.75 * amount)
        dot = dot * np.clip(cell / np.maximum(spots.soft, 1e-4) - 0.5, 0.25, 1)
        tint = np.stack(tints).take((which * 4).astype(np.int32) % 4, axis=0) * (0.8 + 0.35 * chance[..., None])
        albedo = albedo + (tint - albedo) * (dot * 0.9)[..., None]
    return np.asarray(albedo, np.float32)


def _snow(spots: _Spots, albedo: F32, noise: F32) -> F32:
    """Snow over what is there: soft drifts, some blades showing through."""
    white = rgb("#dfe6f3") * (1 + 0.045 * noise[..., 0] + 0.02 * noise[..., 1])[..., None]
    shows = (
        smoothstep(1.5, 2.6, noise[..., 1] + 0.5 * noise[..., 2])[..., None]
        * np.clip(1.2 - spots.depth / 18, 0, 1)[..., None]
    )
    return np.asarray(white + (albedo - white) * shows * 0.55, np.float32)


def _wet(plot: Plot, spots: _Spots, colour: F32, hard: F32) -> F32:
    """Rain darkens the ground and makes paving a dull mirror of the sky, puddles a clear one."""
    light = plot.stage.light
    grazing = np.clip(spots.depth / (spots.depth + 10), 0, 1)
    pools = smoothstep(0.45, 1.25, _sample(spots.x, spots.d, 30.0)[..., 0]) * (0.30 + 0.70 * hard)
    sheen = np.clip((0.14 + 0.36 * grazing) * hard * 0.7 + pools * (0.16 + 0.40 * grazing), 0, 0.7)[..., None]
    mirror = mix(light.low, light.middle, 0.35) * (0.92 - 0.1 * light.dark)
    return np.asarray(colour * (1 - 0.20 * hard[..., None] - 0.10) * (1 - sheen) + mirror * sheen, np.float32)


_SHELTER_PX = 6.0  # px a metre of the map of what stands on the ground


def _shelter(faces: Sequence[Face], x: F32, d: F32) -> F32:
    """How much of the sky is hidden near what stands on the ground, 0 to 1."""
    lines = []
    for made in faces:
        foot = made.corner + made.down
        if foot[1] < 0.12 and abs(made.down[1]) > 0.25 and made.surface != "tuft":
            lines.append((foot[[0, 2]], (foot + made.across)[[0, 2]], min(1.0, abs(float(made.down[1])) / 1.2)))
    if not lines:
        return np.zeros(x.shape, np.float32)
    ends = np.array([[a, b] for a, b, _ in lines])
    low = ends.min((0, 1)) - 3
    size = np.minimum(np.ceil((ends.max((0, 1)) + 3 - low) * _SHELTER_PX), 1200).astype(int)
    marks = np.zeros((int(size[1]), int(size[0])), np.float32)
    for a, b, strength in lines:
        p, q = (tuple(int(v) for v in np.round((end - low) * _SHELTER_PX * 16)) for end in (a, b))
        cv2.line(marks, p, q, strength, 2, cv2.LINE_AA, 4)
    soft = (
        cv2.GaussianBlur(marks, (0, 0), 0.35 * _SHELTER_PX) * 1.1
        + cv2.GaussianBlur(marks, (0, 0), 1.1 * _SHELTER_PX) * 1.3
    )
    u, v = ((values - at) * _SHELTER_PX for values, at in ((x, low[0]), (d, low[1])))
    found = cv2.remap(soft, np.asarray(u, np.float32), np.asarray(v, np.float32), cv2.INTER_LINEAR)
    return np.asarray(np.clip(found, 0, 1), np.float32)


def _band(rest: Row, spots: _Spots) -> F32:
    d0, d1, _ = rest
    return np.asarray(np.minimum(spots.d - d0, d1 - spots.d), np.float32)


def _rect(rest: Row, spots: _Spots) -> F32:
    (x0, x1), (d0, d1), _ = rest
    across, away = np.minimum(spots.x - x0, x1 - spots.x), np.minimum(spots.d - d0, d1 - spots.d)
    return np.asarray(np.minimum(across, away), np.float32)


def _disc(rest: Row, spots: _Spots) -> F32:
    (x, d), (rx, rd), _ = rest
    return np.asarray((1 - np.hypot((spots.x - x) / rx, (spots.d - d) / rd)) * min(rx, rd), np.float32)


def _lane(rest: Row, spots: _Spots) -> F32:
    """A way along a line of points, rounded at its bends."""
    points, wide, _ = rest
    best = np.full(spots.x.shape, 1e9, np.float32)
    for (xa, da), (xb, db) in pairwise(points):
        vx, vd = xb - xa, db - da
        along = np.clip(((spots.x - xa) * vx + (spots.d - da) * vd) / (vx * vx + vd * vd), 0, 1)
        best = np.minimum(best, np.hypot(spots.x - xa - along * vx, spots.d - da - along * vd))
    return np.asarray(wide / 2 - best, np.float32)


_SHAPES: Mapping[str, Callable[[Row, _Spots], F32]] = {"band": _band, "rect": _rect, "disc": _disc, "lane": _lane}


def _joints(u: F32, v: F32, joint: float, soft: F32) -> F32:
    """Lines between stones, thinning out where they are finer than a pixel."""
    edge = np.minimum(np.minimum(u % 1, 1 - u % 1), np.minimum(v % 1, 1 - v % 1))
    width = np.maximum(joint, 0)
    return np.asarray(np.exp(-((edge / width) ** 2)) * np.clip(0.16 / np.maximum(soft, 1e-4) / 8, 0, 1), np.float32)


def _tinted(colour: str, tone: F32) -> F32:
    return np.asarray(rgb(colour) * tone[..., None], np.float32)


def _paving(recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    row = np.floor(spots.d / 0.75)
    u, v = spots.x / 0.75 + 0.5 * (row % 2), spots.d / 0.75
    stone = np.abs(np.sin(np.floor(u) * 12.9 + row * 78.2)) * 43758.5 % 1
    tone = 0.92 + 0.16 * (stone - 0.5) + 0.05 * noise[..., 0] + 0.04 * noise[..., 2]
    return _tinted("#b9ab98", tone * (1 - 0.34 * _joints(u, v, 0.03, spots.soft)))


def _cobble(recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    row = np.floor(spots.d / 0.26)
    u, v = spots.x / 0.30 + 0.5 * (row % 2) + 0.15 * noise[..., 1], spots.d / 0.26 + 0.10 * noise[..., 1]
    stone = np.abs(np.sin(np.floor(u) * 12.9 + np.floor(v) * 78.2)) * 43758.5 % 1
    dome = (1 - (2 * (u % 1) - 1) ** 2) * (1 - (2 * (v % 1) - 1) ** 2)
    clear = np.clip(0.10 / np.maximum(spots.soft, 1e-4) / 3, 0, 1)
    tone = 0.86 + 0.22 * (stone - 0.5) * clear + (0.30 * dome - 0.16) * clear + 0.07 * noise[..., 0]
    return _tinted("#a08f80", tone)


def _asphalt(recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    return _tinted("#77767a", 0.95 + 0.07 * noise[..., 0] + 0.06 * noise[..., 2])


def _gravel(recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    return _tinted("#c4ac86", 0.92 + 0.07 * noise[..., 0] + 0.05 * noise[..., 1] + 0.09 * noise[..., 2])


def _earth(recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    return _tinted("#94744f", 0.92 + 0.10 * noise[..., 0] + 0.07 * noise[..., 1] + 0.07 * noise[..., 2])


def _sand(recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    return _tinted("#e2c68e", 0.94 + 0.06 * noise[..., 1] + 0.05 * noise[..., 2])


def _crops(recipe: Recipe, spots: _Spots, noise: F32) -> F32:
    """A field in rows: young green in spring, ripe in summer, stubble in autumn."""
    crop = {"spring": "#7ea63e", "summer": "#d3ae4c", "autumn": "#b08a4a", "winter": "#8a7350"}[recipe.season.value]
    ridge = 0.5 + 0.5 * np.cos((spots.x - 0.25 * spots.d + 0.12 * noise[..., 0]) / 1.1 * 2 * math.pi)
    clear = np.clip(0.5 / np.maximum(spots.soft, 1e-4) / 6, 0, 1)
    part = (0.5 + (ridge - 0.5) * clear + 0.07 * noise[..., 1])[..., None]
    return np.asarray(
        rgb("#7a5c3c") + (rgb(crop) * (0.94 + 0.08 * noise[..., 2:3]) - rgb("#7a5c3c")) * np.clip(part * 1.5, 0, 1),
        np.float32,
    )


_STUFFS: Mapping[str, Callable[[Recipe, _Spots, F32], F32]] = {
    "paving": _paving,
    "cobble": _cobble,
    "asphalt": _asphalt,
    "gravel": _gravel,
    "earth": _earth,
    "sand": _sand,
    "crops": _crops,
}
