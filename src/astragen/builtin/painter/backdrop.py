"""What lies behind a plot: two or three rounded hills with fields and woods, and a belt of trees.

Hills keep their shape by the place's seed and their bearing; the lens magnifies them.
"""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.greenery import bare_tree, foliage_of, tree
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plants import in_air, pine, stand, table
from astragen.builtin.painter.plot import GROUND_Z, Plot
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

_RANGES = ((150.0, 0.185, 2.1, 0.64), (100.0, 0.115, 3.4, 0.44), (64.0, 0.055, 5.0, 0.28))  # z, height, waves, air

_AWAY_M, _BELT_M, _TREES = 75.0, 260.0, 84  # the belt: distance from the camera, length, trees


def hang_backdrop(plot: Plot, recipe: Recipe, *, hills: float = 1.0, belt: float = 1.0, conifers: float = 0.1) -> None:
    """Hang the hills (*hills* times their usual height) and the belt of trees (*belt* times theirs)."""
    for index, (z, tall, waves, air) in enumerate(_RANGES):
        _hang_hill(plot, recipe, index, z, tall * hills, waves, air)
    if belt > 0:
        _hang_belt(plot, recipe, belt, conifers)


def _is_white(recipe: Recipe) -> bool:
    return recipe.season is Season.WINTER or recipe.weather is Weather.SNOW


def _ridge(plot: Plot, bearing: F32, seed: int, waves: float) -> F32:
    """Height of the outline, about 0.25 to 1, by bearing in radians."""
    random = np.random.default_rng(seed)
    total = np.zeros_like(bearing)
    for octave in range(5):
        pace = waves * 1.9**octave
        total += np.sin(bearing * pace + random.uniform(0, 6.28)) * 0.60**octave
    return np.asarray(0.62 + 0.22 * total, np.float32)


def _hang_hill(plot: Plot, recipe: Recipe, index: int, z: float, tall: float, waves: float, air: float) -> None:
    stage, light = plot.stage, plot.stage.light
    seed = stable_seed(recipe.place_seed, "hill", index)
    magnify = plot.focal / (1.15 * stage.height)
    columns = np.arange(stage.canvas_width, dtype=np.float32) + 0.5
    bearing = (columns - stage.vanishing_x) / plot.focal + 0.004 * plot.aside
    outline = plot.horizon - _ridge(plot, bearing, seed, waves) * tall * stage.unit * magnify**0.6
    top = max(0, int(outline.min()) - 2)
    bottom = min(stage.canvas_height, int(plot.horizon + 0.05 * stage.height))
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5
    alpha = np.clip(rows - outline[None] + 0.5, 0, 1).astype(np.float32)
    # Its colours are soft behind the air: they are painted at half size.
    columns, outline, rows = columns[::2], outline[::2], rows[::2]
    deep = (rows - outline[None]) / (tall * stage.unit + 1)
    colour = _hill_colour(recipe, seed, deep, outline, magnify)
    slope = np.gradient(outline, 2.0) * light.side
    facing = np.clip(0.62 + 1.1 * slope[None] - 0.20 * deep, 0.15, 1.1)
    ambient = light.ambient * 0.85 + 0.12 * (1 - 0.85 * light.dark) + 0.2 * (1 - light.strength) * (1 - light.dark)
    lit = ambient + light.key * (light.strength * 0.62 * facing)[..., None]
    colour = np.asarray(colour * lit, np.float32)
    thick = 1 - (1 - air) ** (0.55 + 0.45 * light.haze)
    thick = np.clip(thick + 0.22 * smoothstep(0.2, 1.1, deep), 0, 0.96)[..., None]
    veil = mix(air_at(stage, columns), light.fog_shade, np.full(columns.shape, 0.35, np.float32))
    colour = colour + (veil[None] - colour) * thick
    large = cv2.resize(np.clip(colour, 0, 1).astype(np.float32), alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
    stage.plate(premultiply(np.asarray(large, np.float32), alpha), z, y=top)


def _hill_colour(recipe: Recipe, seed: int, deep: F32, outline: F32, magnify: float) -> F32:
    """Albedo: a quilt of fields, woods along the tops, hedgerows."""
    height, width = deep.shape
    _, body, lit = (rgb(colour) for colour in table()["grass"][recipe.season.value])
    if _is_white(recipe):
        body, lit = rgb("#cfd8e8"), rgb("#e4eaf4")
    quilt = value_noise(height, width, 9 / magnify, seed=seed, octaves=2, squash=3.2)
    fields = np.floor(quilt * 9)
    own = np.abs(np.sin(fields * 12.9898 + seed % 97)) * 43758.5 % 1
    shade = blur(np.asarray(0.3 + 0.4 * own, np.float32), max(0.8, height / 120))
    grain = value_noise(height, width, 60 / magnify, seed=seed + 4, octaves=3, squash=2.5)
    colour = body + (lit - body) * (shade + 0.30 * (grain - 0.5))[..., None]
    if not _is_white(recipe):
        ripe = rgb("#c9ab58") if recipe.season is not Season.SPRING else rgb("#a9c04e")
        colour = colour + (ripe - colour) * (smoothstep(0.56, 0.68, shade) * 0.30)[..., None]
    edge = np.exp(-((np.abs(quilt * 9 - np.round(quilt * 9)) / 0.07) ** 2))
    leaf = table()["leaves"][recipe.season.value][0]
    wood_colour = mix(leaf[0], leaf[1], 0.55) if not _is_white(recipe) else rgb("#8f98a4")
    clump = value_noise(height, width, 26 / magnify, seed=seed + 1, octaves=4, squash=2.4)
    large = value_noise(height, width, 5 / magnify, seed=seed + 2, octaves=3, squash=2.0)
    wood = smoothstep(0.52, 0.60, 0.55 * clump + 0.50 * large + 0.10 * smoothstep(0.35, 0.0, deep))
    wood = np.maximum(wood, edge * smoothstep(0.42, 0.5, clump) * 0.8)
    texture = 0.80 + 0.5 * value_noise(height, width, 90 / magnify, seed=seed + 3, octaves=2, squash=1.2)
    return np.asarray(colour + (wood_colour * texture[..., None] - colour) * wood[..., None], np.float32)


def _hang_belt(plot: Plot, recipe: Recipe, belt: float, conifers: float) -> None:
    """Trees and bushes a stone's throw behind the plot, with gaps through which the hills show."""
    stage = plot.stage
    random = np.random.default_rng(stable_seed(recipe.place_seed, "belt"))
    px = plot.focal / _AWAY_M
    kinds = _belt_trees(plot, recipe, random, px * belt, conifers)
    tall = max(kind.shape[0] for kind in kinds)
    foot = plot.horizon + plot.eye * px
    top = max(0, int(foot - tall - 4))
    picture = np.zeros((max(4, int(foot + 3 - top)), stage.canvas_width, 4), np.float32)
    for _ in range(_TREES):
        across, kind, lower = (float(value) for value in random.random(3))
        x, *_ = plot.at((across - 0.5) * _BELT_M, 0.0, _AWAY_M - plot.away)
        if 0.45 < (across * 7.1 + 0.2) % 1 < 0.60:
            continue
        stand(picture, kinds[int(kind * len(kinds))], x, foot - top + (0.6 * lower - 0.4) * px)
    if belt > 0.3:
        _undergrowth(plot, recipe, picture, px, foot - top)
    columns = np.arange(stage.canvas_width, dtype=np.float32)
    fade = float(np.clip(plot.fade(np.float32(_AWAY_M)) * 1.25, 0, 0.9))
    stage.plate(in_air(picture, air_at(stage, columns), fade), GROUND_Z * 0.985, y=top)


def _belt_trees(plot: Plot, recipe: Recipe, random: np.random.Generator, px: float, conifers: float) -> list[F32]:
    light = plot.stage.light
    kinds = []
    snow = 0.8 if _is_white(recipe) else 0.0
    for _ in range(7):
        seed = int(random.integers(1 << 30))
        tall = max(8, int(px * random.uniform(6, 11)))
        if random.random() < conifers:
            needles = table()["needles"][recipe.season.value]
            kinds.append(pine(int(tall * 1.25), seed=seed, light=light, shades=needles, snow=snow))
        elif recipe.season is Season.WINTER:
            kinds.append(bare_tree(tall, seed=seed, light=light, snow=snow))
        else:
            foliage = foliage_of(recipe.season, light, random, blossom=0.2, snow=snow)
            kinds.append(tree(tall, seed=seed, foliage=foliage, wide=float(random.uniform(0.85, 1.05)), trunk=0.16))
    return kinds


def _undergrowth(plot: Plot, recipe: Recipe, picture: F32, px: float, foot: float) -> None:
    """A dark hem of bushes along the belt's foot."""
    height, width = picture.shape[:2]
    noise = value_noise(1, width, 40, seed=stable_seed(recipe.place_seed, "hem"), octaves=3)[0]
    reach = (1.0 + 2.6 * noise) * px
    rows = np.arange(height, dtype=np.float32)[:, None] + 0.5
    cover = np.clip(rows - (foot - reach)[None] + 0.5, 0, 1) * np.clip(foot - rows + 0.5, 0, 1)
    leaf = table()["leaves"][recipe.season.value][0]
    light = plot.stage.light
    tone = mix(leaf[0], leaf[1], 0.45) if not _is_white(recipe) else rgb("#9aa4b2")
    lit = tone * (light.ambient + 0.1 * (1 - light.dark) + light.key * 0.35 * light.strength)
    under = premultiply(np.asarray(lit, np.float32), cover.astype(np.float32))
    picture[:] = picture + under * (1 - picture[..., 3:])
