"""Cliffs that water falls from: the face with its wooded rim, and the nearer slopes that frame it.

All of it is placed about a `Site`; outlines and plants come from the place's seed, so every
shot of a place shows the same rock. Start at `hang_cliff` and `hang_wings`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.greenery import Foliage, bush, foliage_of, tree
from astragen.builtin.painter.materials import is_white
from astragen.builtin.painter.noise import smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plants import broadleaf, in_air, leaves_of, palm, pine, stand, table
from astragen.builtin.painter.rock import Lamp, facets, jagged, lit_rock, rounded, stone
from astragen.builtin.painter.stage import Stage, air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season

_WINGS = ((0.80, 0.52, 0.62), (0.60, 0.84, 0.9))  # distance, as part of the cliff's; falls' heights out, and up


class Site(NamedTuple):
    """Where a fall stands. Canvas px but for z.

    rim, foot: y of its lip and of the pool. tall: between them. x: its middle. metre: px of a metre at its
    foot. z: distance on the stage; water_z: of the pool, which lies on the bank's ground. row: of its kind
    in falls.json. lamp: the light on its rock. trees, bushes: what grows about it, to be scaled.
    """

    rim: float
    foot: float
    tall: float
    x: float
    metre: float
    z: float
    water_z: float
    row: dict[str, Any]
    lamp: Lamp
    trees: tuple[F32, ...] = ()
    bushes: tuple[F32, ...] = ()


def grown_about(stage: Stage, recipe: Recipe, site: Site) -> Site:
    """*site* with its trees and bushes grown."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "grown"))
    size = max(12, round(0.26 * min(site.tall, 0.6 * stage.height)))
    foliage = _foliage(stage, recipe, site, random)
    bushes = [
        bush(max(8, size // 2), seed=int(random.integers(1 << 30)), foliage=foliage, wide=1.1 + 0.7 * random.random())
        for _ in range(4)
    ]
    trees = [grow(stage, recipe, site, size, random) for _ in range(5)]
    return site._replace(trees=tuple(trees), bushes=tuple(bushes))


def grow(stage: Stage, recipe: Recipe, site: Site, tall: int, random: np.random.Generator) -> F32:
    """One of the site's trees, about *tall* px high."""
    kind, seed, light = site.row["trees"], int(random.integers(1 << 30)), stage.light
    if kind == "mixed":
        kind = "pine" if random.random() < 0.5 else "broadleaf"
    if kind == "palm" and random.random() < 0.5:
        return palm(tall, seed=seed, light=light, lean=0.2 * (random.random() - 0.5))
    if kind == "pine":
        needles = table()["needles"][recipe.season.value]
        return pine(round(1.15 * tall), seed=seed, light=light, shades=needles, snow=0.8 if is_white(recipe) else 0.0)
    if recipe.season is Season.WINTER and kind != "palm":
        return broadleaf(tall, seed=seed, light=light, shades=leaves_of(recipe.season, random), fullness=0.0)
    return tree(round(1.2 * tall), seed=seed, foliage=_foliage(stage, recipe, site, random), wide=0.8, trunk=0.26)


def _foliage(stage: Stage, recipe: Recipe, site: Site, random: np.random.Generator) -> Foliage:
    season = Season.SUMMER if site.row["trees"] == "palm" else recipe.season
    return foliage_of(season, stage.light, random, snow=0.8 if is_white(recipe) else 0.0)


def hang_cliff(stage: Stage, recipe: Recipe, site: Site) -> None:
    """The face that the water falls down, and the wood on its rim."""
    line = _rim_line(stage, recipe, site)
    top = max(0, int(line.min() - 0.30 * site.tall))
    bottom = min(stage.canvas_height, int(site.foot + 0.05 * site.tall))
    if bottom - top < 8:
        return
    columns = stage.canvas_width
    picture = np.zeros((bottom - top, columns, 4), np.float32)
    _plant_rim(stage, recipe, site, picture, line - top)
    picture = in_air(picture, air_at(stage, np.arange(columns, dtype=np.float32)), min(0.6, 0.22 * stage.light.haze))
    face = _face(stage, recipe, site, line, top, bottom)
    picture = face + picture * (1 - face[..., 3:])
    _plant_ledges(stage, recipe, site, picture, line - top)
    stage.plate(np.asarray(picture, np.float32), site.z, y=top)


def _rim_line(stage: Stage, recipe: Recipe, site: Site) -> F32:
    """Canvas y of the cliff's rim by column: a notch where the water comes, shoulders to both sides."""
    columns = np.arange(stage.canvas_width, dtype=np.float32)
    away = (columns - site.x) / site.tall
    count = 2 * stage.canvas_width
    rough = jagged(count, seed=stable_seed(recipe.place_seed, "rim"), step=0.30 * site.tall)
    rough = np.interp(columns - site.x + count / 2, np.arange(count), rough)
    inside = np.zeros_like(columns)
    for middle, wide, _ in site.row["strands"]:
        inside = np.maximum(inside, smoothstep(0.62 * wide + 0.10, 0.55 * wide, np.abs(away - middle)))
    rise = 0.10 * np.minimum(np.abs(away), 2.2) ** 1.4 + 0.035 * rough + 0.03
    return np.asarray(site.rim - site.tall * rise * (1 - inside), np.float32)


def _face(stage: Stage, recipe: Recipe, site: Site, line: F32, top: int, bottom: int) -> F32:
    """The rock of the cliff, premultiplied, from canvas y *top* to *bottom*; far, so painted at part of the size."""
    small = max(1.0, stage.height / 620)
    rows, columns = round((bottom - top) / small), round(stage.canvas_width / small)
    seed = stable_seed(recipe.place_seed, "face")
    cell = 0.25 * site.tall / small
    y = top + (np.arange(rows, dtype=np.float32)[:, None] + 0.5) * small
    x = (np.arange(columns, dtype=np.float32)[None] + 0.5) * small
    away = (x - site.x) / site.tall
    pillars = value_noise(rows, columns, columns / (1.9 * cell), seed=seed + 1, octaves=3, squash=0.16)
    ground = facets(rows, columns, cell, seed=seed, tall=1.9) + (pillars - 0.5) * (2.2 * cell)
    ground = np.asarray(ground - 0.9 * cell * np.exp(-((away / 0.34) ** 2)), np.float32)  # an alcove behind the water
    edge = np.interp(x[0], np.arange(line.size), line)[None]
    cover = np.clip((y - edge) / small + 0.5, 0, 1).astype(np.float32)
    down = (y - site.rim) / site.tall
    wet = np.clip(np.exp(-((away / 0.24) ** 2)) * 0.75 + 0.35 * smoothstep(0.78, 1.0, down), 0, 0.9)
    reach = np.asarray(1 - 0.45 * np.exp(-((away / 0.30) ** 2)) + 0 * y, np.float32)
    lamp = site.lamp._replace(reach=reach)
    picture = lit_rock(ground, cover, stone(site.row["stone"]), lamp, scale=stage.scale / small, wet=wet)
    # Mist stands before the foot.
    amount = np.clip((0.10 + 0.24 * smoothstep(0, 1, down)[..., None]) * stage.light.haze, 0, 0.75).astype(np.float32)
    picture[..., :3] += (air_at(stage, x[0])[None] * picture[..., 3:] - picture[..., :3]) * amount
    size = (stage.canvas_width, bottom - top)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _plant_rim(stage: Stage, recipe: Recipe, site: Site, picture: F32, line: F32) -> None:
    """Trees along the rim, none where the water comes."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "rim-trees"))
    size = 0.20 * site.tall
    for _ in range(round(11.0 * site.tall / size)):
        away = 3.0 * (2 * random.random() - 1)
        tall, kind = size * (0.45 + 0.6 * random.random()), site.trees[int(random.integers(len(site.trees)))]
        x = site.x + away * site.tall
        if abs(away) > 0.16 and 0 <= x < stage.canvas_width:
            _plant(picture, kind, tall, x, float(line[int(x)]) + 0.05 * size, 0.8)


def _plant_ledges(stage: Stage, recipe: Recipe, site: Site, picture: F32, line: F32) -> None:
    """Bushes that hang on the face; under snow they are part of it."""
    if is_white(recipe):
        return
    random = np.random.default_rng(stable_seed(recipe.place_seed, "ledges"))
    for _ in range(34):
        away = 2.4 * (2 * random.random() - 1)
        down, tall = random.random() ** 1.4, 0.10 * site.tall * (0.4 + 0.7 * random.random())
        kind, dark = site.bushes[int(random.integers(len(site.bushes)))], 0.55 + 0.25 * random.random()
        x = site.x + away * site.tall
        if abs(away) > 0.2 and 0 <= x < stage.canvas_width:
            _plant(picture, kind, tall, x, float(line[int(x)]) + (0.08 + 0.8 * down) * site.tall, dark)


def _plant(picture: F32, kind: F32, tall: float, x: float, y: float, dark: float) -> None:
    """Lay *kind* into *picture*, *tall* px high, its foot at (x, y), darkened by the factor *dark*."""
    scale = max(3.0, tall) / kind.shape[0]
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    plant = cv2.resize(kind, None, fx=scale, fy=scale, interpolation=flags)
    stand(picture, np.asarray(plant, np.float32) * np.array([dark, dark, dark, 1], np.float32), x, y)


def hang_wings(stage: Stage, recipe: Recipe, site: Site) -> None:
    """Nearer slopes to both sides, darker: they frame the fall."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "wings"))
    for index, (near, out, high) in enumerate(_WINGS):
        for side in (-1, 1):
            inner = site.x + side * (out + 0.20 * random.random()) * site.tall
            grown = high * (0.75 + 0.5 * random.random())
            _hang_wing(stage, site, side, inner, near, grown, stable_seed(recipe.place_seed, "wing", index, side))


def _hang_wing(stage: Stage, site: Site, side: int, inner: float, near: float, high: float, seed: int) -> None:
    """A slope that rises from canvas x *inner* outward, *high* falls tall at the end of its first shoulder."""
    foot = stage.horizon + (site.foot - stage.horizon) / near
    start = inner - side * 0.16 * site.tall  # room for what leans inward
    span = (0.0, start) if side < 0 else (start, float(stage.canvas_width))
    left, right = (int(np.clip(value, 0, stage.canvas_width)) for value in (span[0], span[1] + 1))
    if right - left < 0.1 * site.tall:
        return
    x = left + np.arange(right - left, dtype=np.float32)
    line = _shoulder(stage, site, (x - inner) * side / site.tall, foot, high, seed)
    top, bottom = max(0, int(line.min() - 0.2 * site.tall)), min(stage.canvas_height, int(foot + 0.05 * site.tall))
    if bottom - top < 12:
        return
    picture = np.zeros((bottom - top, x.size, 4), np.float32)
    random = np.random.default_rng(seed)
    for _ in range(round(8.5 * x.size / site.tall)):
        at = int(random.random() * x.size)
        kind, tall = site.trees[int(random.integers(len(site.trees)))], site.tall * (0.10 + 0.18 * random.random())
        _plant(picture, kind, tall, at, float(line[at]) - top + 0.01 * site.tall, 0.6 + 0.3 * random.random())
    face = _slope(site, line - top, bottom - top, near, foot - top, seed, stage.scale)
    picture = np.asarray(face + picture * (1 - face[..., 3:]), np.float32)
    _plant_slope(site, picture, line - top, random)
    shade = 0.72 * near**1.2
    picture = np.asarray(picture * np.array([shade, shade, shade * 1.03, 1], np.float32), np.float32)
    picture = in_air(picture, air_at(stage, x), min(0.5, 0.12 * near * stage.light.haze))
    stage.plate(picture, site.z * near, x=left, y=top)


def _shoulder(stage: Stage, site: Site, out: F32, foot: float, high: float, seed: int) -> F32:
    """Canvas y of a wing's ridge, *out* falls' heights outward of where it starts."""
    far = jagged(stage.canvas_width, seed=seed, step=0.24 * site.tall)
    clear = np.clip(out, 0, None)
    rough = np.interp(clear * site.tall, np.arange(far.size), far)
    rise = high * (1 - np.exp(-clear / 0.34)) + 0.40 * clear + 0.10 * rough * smoothstep(0, 0.10, clear)
    return np.asarray(foot - site.tall * rise + np.where(out > 0, 0, 0.3 * site.tall), np.float32)


def _slope(site: Site, line: F32, rows: int, near: float, foot: float, seed: int, scale: float) -> F32:
    """The rock of a wing under *line* (picture rows), fading into the ground at its *foot*."""
    y = np.arange(rows, dtype=np.float32)[:, None]
    under = y - line[None]
    cell = 0.26 * site.tall / near
    ragged = value_noise(1, line.size, line.size / (0.12 * site.tall), seed=seed + 2, octaves=3) - 0.5
    sinks = smoothstep(foot + 0.03 * site.tall, foot - 0.02 * site.tall, y + 0.10 * site.tall * ragged)
    cover = np.asarray(np.clip(under + 0.5, 0, 1) * sinks, np.float32)
    ground = facets(rows, line.size, cell, seed=seed, tall=1.3) + rounded(cover, 0.6 * cell) * (0.4 * cell)
    return lit_rock(np.asarray(ground, np.float32), cover, stone(site.row["stone"]), site.lamp, scale=1.3 * scale)


def _plant_slope(site: Site, picture: F32, line: F32, random: np.random.Generator) -> None:
    """Bushes on a wing."""
    low = picture.shape[0] - 0.06 * site.tall
    for _ in range(round(13 * picture.shape[1] / site.tall)):
        x, down = random.random() * picture.shape[1], random.random() ** 1.6
        kind, tall = site.bushes[int(random.integers(len(site.bushes)))], site.tall * (0.05 + 0.09 * random.random())
        dark = 0.6 + 0.3 * random.random()
        y = float(line[int(x)]) + (0.1 + 0.85 * down) * (low - float(line[int(x)]))
        if float(line[int(x)]) < y < low:
            _plant(picture, kind, tall, x, y, dark)
