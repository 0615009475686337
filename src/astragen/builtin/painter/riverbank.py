"""What stands on a river's banks: trees in planes, reeds and grass that sway, the walls of a gorge.

Everything is set out by the place's seed in metres along a `Valley`, so it stays where it is
in every shot. Rows of `data/painter/rivers.json` say how much of it there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, Colour
from astragen.builtin.painter.greenery import Foliage, bush, foliage_of, tree
from astragen.builtin.painter.lookout import Lookout
from astragen.builtin.painter.materials import is_white
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed
from astragen.builtin.painter.plants import (
    Shades,
    Swaying,
    broadleaf,
    fern,
    framing_size,
    grass,
    hang_framing,
    in_air,
    leaves_of,
    pine,
    stand,
    table,
)
from astragen.builtin.painter.rock import Lamp, facets, jagged, lamp_of, lit_rock, rounded, stone
from astragen.builtin.painter.stage import Stage, air_at
from astragen.builtin.painter.valley import Bed, Valley
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, ShotSize

Row = dict[str, Any]

FAR_M = 420.0  # where the valley's ground ends in haze
_PLANES = ((420.0, 150.0), (150.0, 80.0), (80.0, 46.0), (46.0, 28.0), (28.0, 17.0))  # m; trees of a plane share a plate


def step_aside(camera: Lookout) -> float:
    """M that the camera stands to the side in this shot."""
    return 1.2 * camera.aside


def _tree(stage: Stage, recipe: Recipe, kind: str, tall: int, random: np.random.Generator) -> F32:
    seed = int(random.integers(1 << 30))
    light = stage.light
    if kind == "mixed":
        kind = "pine" if random.random() < 0.45 else "broadleaf"
    if kind == "pine":
        needles = table()["needles"][recipe.season.value]
        return pine(round(1.2 * tall), seed=seed, light=light, shades=needles, snow=0.85 if is_white(recipe) else 0.0)
    if recipe.season is Season.WINTER and kind != "jungle":
        return broadleaf(tall, seed=seed, light=light, shades=leaves_of(recipe.season, random), fullness=0.0)
    return tree(tall, seed=seed, foliage=_foliage(stage, recipe, kind, random), wide=0.8 + 0.2 * random.random())


def _foliage(stage: Stage, recipe: Recipe, kind: str, random: np.random.Generator) -> Foliage:
    season = Season.SUMMER if kind == "jungle" else recipe.season
    return foliage_of(season, stage.light, random, blossom=0.2, snow=0.8 if is_white(recipe) else 0.0)


def hang_trees(stage: Stage, recipe: Recipe, camera: Lookout, valley: Valley, bed: Bed, row: Row) -> None:
    """Trees and bushes on both banks, in planes one behind the other, each with its shadow."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "bank-trees"))
    grown = [_tree(stage, recipe, row["tree"], round(0.25 * stage.height), random) for _ in range(4)]
    foliage = _foliage(stage, recipe, row["tree"], random)
    bushes = [bush(round(0.09 * stage.height), seed=int(random.integers(1 << 30)), foliage=foliage) for _ in range(2)]
    spots = _tree_spots(stage, valley, row, random)
    air = air_at(stage, np.arange(stage.canvas_width, dtype=np.float32))
    for last, first in _PLANES:
        picture = np.zeros((stage.canvas_height, stage.canvas_width, 4), np.float32)
        for z, x, y, size, which, pick in sorted((spot for spot in spots if first <= spot[0] < last), reverse=True):
            is_bush = which < 0.30
            kinds, tall_m = (bushes, 1.0 + 1.4 * size) if is_bush else (grown, 5.0 + 6.5 * size)
            kind = kinds[int(pick * len(kinds))]
            scale = tall_m * bed.focal / z / kind.shape[0]
            if scale * kind.shape[0] < 3:
                continue
            flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            plant = np.asarray(cv2.resize(kind, None, fx=scale, fy=scale, interpolation=flags), np.float32)
            dark = 0.62 + 0.38 * (pick * 7 % 1)
            at = bed.x(stage, x - step_aside(camera), z), bed.y(stage, z, y)
            _shadow(stage, picture, plant.shape[1] * (0.9 if is_bush else 0.6), *at)
            stand(
                picture,
                plant[:, :: 1 if which * 50 % 1 < 0.5 else -1] * np.array([dark, dark, dark, 1], np.float32),
                *at,
            )
        rows, columns = np.flatnonzero(picture[..., 3].any(1)), np.flatnonzero(picture[..., 3].any(0))
        if rows.size:
            part = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            far = float(np.sqrt(first * last))
            haze = 1 - (1 - 0.16) ** (stage.light.haze * far / 60)
            part = in_air(part, air[columns[0] : columns[-1] + 1], min(0.8, float(haze)))
            stage.plate(part, min(far * bed.stage_z, 4.1 * camera.z + far), x=int(columns[0]), y=int(rows[0]))


def _tree_spots(stage: Stage, valley: Valley, row: Row, random: np.random.Generator) -> list[tuple[float, ...]]:
    """(z, x, ground's height) in m of each tree, its size, and two numbers to choose its kind by."""
    count = row["trees"]
    z = 18 + (FAR_M - 30) * random.random(count) ** 1.5
    side = np.where(random.random(count) < 0.5, -1, 1)
    beside = random.random(count) ** 1.5 * (5 + row["spread"] * z) + 1.2
    x = np.empty(count)
    for index in range(count):
        middle, edge = banks(valley, float(z[index]))
        x[index] = middle + side[index] * (edge + beside[index])
    # The view stays open where people stand.
    is_open = (z < 34) & (side != stage.light.side)
    at = x[None].astype(np.float32), z[None].astype(np.float32)
    high = valley.height(*at, 4)[0]
    spots = np.column_stack([z, x, high - 0.05, random.random((count, 3))])[~is_open]
    return [tuple(spot) for spot in spots.tolist()]


def _shadow(stage: Stage, picture: F32, wide: float, x: float, y: float) -> None:
    """A soft dark patch on the ground."""
    columns, rows = round(wide * 1.5), round(wide * 0.28)
    if columns < 4 or rows < 2:
        return
    across, down = np.linspace(-1, 1, columns)[None], np.linspace(-1, 1, rows)[:, None]
    alpha = 0.5 * smoothstep(1.0, 0.2, across**2 + down**2)
    shade = stage.light.ambient * 0.25
    stand(
        picture,
        np.dstack([np.broadcast_to(shade, (*alpha.shape, 3)) * alpha[..., None], alpha]).astype(np.float32),
        x,
        y + rows / 2,
    )


def banks(valley: Valley, z: float) -> tuple[float, float]:
    """(middle of the bed, m from there to its edge along x) at *z* m."""
    at = np.array([[z, z + 0.5]], np.float32)
    zero = np.zeros((1, 2), np.float32)
    _, across, _ = valley.along(zero, at)
    one = valley.along(zero + 1, at)[1]
    per = float(one[0, 0] - across[0, 0])
    return float(-across[0, 0] / per), 0.5 * valley.bend.wide * 1.1 / per


def hang_reeds(stage: Stage, recipe: Recipe, camera: Lookout, valley: Valley, bed: Bed, row: Row) -> None:
    """Reeds and grass at the water's edge, in clumps that sway; ferns close by in woods."""
    if not row["reeds"] or is_white(recipe):
        return
    random = np.random.default_rng(stable_seed(recipe.place_seed, "reeds"))
    shades = table()["grass"][recipe.season.value]
    flowers = (
        table()["flowers"] if row["ground"] == "meadow" and recipe.season in (Season.SPRING, Season.SUMMER) else ()
    )
    tall = round(0.16 * stage.height)
    kinds = [_tuft(stage, round(1.5 * tall), tall, shades, flowers if i % 2 else (), random) for i in range(4)]
    if row["tree"] in ("mixed", "jungle") and row["trees"] > 100:
        leaves = table()["jungle"] if row["tree"] == "jungle" else leaves_of(recipe.season, random)
        kinds += [fern(tall, seed=int(random.integers(1 << 30)), light=stage.light, shades=leaves) for _ in range(3)]
    for z in sorted((6.0 + 44 * random.random(row["reeds"]) ** 1.7).tolist(), reverse=True):
        middle, edge = banks(valley, z)
        side, out = int(random.choice([-1, 1])), 0.05 + 1.6 * random.random() ** 2
        kind, size = kinds[int(random.integers(len(kinds)))], 0.35 + 0.5 * random.random()
        scale = size * bed.focal / z / tall
        x = bed.x(stage, middle + side * (edge + out) - step_aside(camera), z)
        y = bed.y(stage, z, 0.5 * valley.bend.deep * min(1.0, out))
        wide = scale * kind.shape[1]
        if scale * tall < 4 or not -wide < x < stage.canvas_width + wide or scale > 3:
            continue
        plant = np.asarray(
            cv2.resize(kind, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR),
            np.float32,
        )
        plant[-max(1, plant.shape[0] // 6) :] *= np.linspace(1, 0, max(1, plant.shape[0] // 6), dtype=np.float32)[
            :, None, None
        ]
        stage.add(
            Swaying(
                stage,
                plant,
                min(4.17 * camera.z, z * bed.stage_z),
                x=x - wide / 2,
                y=y - plant.shape[0] * 0.9,
                seed=int(random.integers(1 << 30)),
                reach=0.10 * plant.shape[0],
            )
        )


def hang_bough(stage: Stage, recipe: Recipe, row: Row) -> None:
    """A tree close to the camera, dark, on the side away from the sun."""
    if recipe.size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE) or row["walls"]:
        return
    seed = stable_seed(recipe.place_seed, "bough")
    near = _tree(stage, recipe, row["tree"], round(0.55 * framing_size(stage)), np.random.default_rng(seed))
    near = np.asarray(
        cv2.resize(near, None, fx=2.1, fy=2.1, interpolation=cv2.INTER_LINEAR), np.float32
    )  # out of focus
    hang_framing(stage, near, seed=seed, into=0.07 + 0.05 * (seed % 7) / 7, dark=0.42)


def _tuft(
    stage: Stage, width: int, height: int, shades: Shades, flowers: Sequence[Colour], random: np.random.Generator
) -> F32:
    """A clump of grass: thinner and lower to both sides."""
    seed = int(random.integers(1 << 30))
    clump = grass(width, height, seed=seed, light=stage.light, shades=shades, density=0.9, flowers=flowers)
    across, down = np.linspace(-1, 1, clump.shape[1])[None], np.linspace(0, 1, clump.shape[0])[:, None]
    low = np.sqrt(np.clip(1 - across**2, 0, 1))
    return np.asarray(clump * smoothstep(1.0, 1.12, down + low * 1.05)[..., None], np.float32)


def hang_walls(stage: Stage, recipe: Recipe, camera: Lookout, bed: Bed, row: Row) -> None:
    """The gorge: cliffs to both sides, one behind the other."""
    lamp = lamp_of(stage.light, snow=0.85 if is_white(recipe) else 0.0)
    for index, (far, high, gap) in enumerate(((150.0, 62.0, 10.0), (78.0, 46.0, 9.0), (40.0, 34.0, 9.0))):
        for side in (-1, 1):
            seed = stable_seed(recipe.place_seed, "wall", index, side)
            random = np.random.default_rng(seed)
            metre = bed.focal / far
            foot = bed.y(stage, far)
            tall = high * metre * (0.75 + 0.5 * random.random()) * (1.15 if side == stage.light.side else 0.85)
            inner = bed.x(stage, side * gap * (0.8 + 0.5 * random.random()) - step_aside(camera), far)
            reach = inner - side * 0.16 * tall  # room for what leans inward
            left, right = (0, int(reach)) if side < 0 else (int(reach), stage.canvas_width)
            left, right = max(0, left), min(stage.canvas_width, right)
            top, bottom = max(0, int(foot - 1.5 * tall)), min(stage.canvas_height, int(foot + 0.03 * tall))
            if right - left < 16 or bottom - top < 16:
                continue
            picture = _wall(stage, row, lamp, (top, bottom, left, right), inner, foot, tall, side, seed)
            air = air_at(stage, np.arange(left, right, dtype=np.float32))
            picture = in_air(picture, air, min(0.75, (0.34, 0.2, 0.1)[index] * stage.light.haze))
            stage.plate(picture, far * bed.stage_z, x=left, y=top)


def _wall(
    stage: Stage,
    row: Row,
    lamp: Lamp,
    box: tuple[int, int, int, int],
    inner: float,
    foot: float,
    tall: float,
    side: int,
    seed: int,
) -> F32:
    """The rock of one wall in canvas *box* (top, bottom, left, right); far, so painted at part of the size."""
    small = max(1.0, stage.height / 560)
    top, bottom, left, right = (round(value / small) for value in box)
    inner, foot, tall = inner / small, foot / small, tall / small
    y = np.arange(top, bottom, dtype=np.float32)[:, None]
    x = np.arange(left, right, dtype=np.float32)
    lean = blur(0.06 * jagged(bottom - top, seed=seed + 1, step=0.2 * tall)[:, None], 0.02 * tall)
    out = np.clip((x[None] - inner) * side / tall + lean, 0, None)
    rough = np.interp(out * tall, np.arange(4096), jagged(4096, seed=seed, step=0.3 * tall))
    line = foot - tall * (0.9 * (1 - np.exp(-out / 0.20)) + 0.5 * out + 0.12 * rough * smoothstep(0, 0.08, out))
    under = y - line
    cell = 0.17 * tall
    ground = facets(bottom - top, right - left, cell, seed=seed, tall=2.0, levels=4)
    cover = np.clip(under + 0.5, 0, 1) * smoothstep(foot + 0.02 * tall, foot - 0.02 * tall, y)
    ground = ground + rounded(np.asarray(cover, np.float32), cell) * (0.4 * cell)
    made_of, height, scale = stone(row["stone"]), np.asarray(ground, np.float32), stage.scale / small
    picture = lit_rock(height, np.asarray(cover, np.float32), made_of, lamp, scale=scale)
    size = (box[3] - box[2], box[1] - box[0])
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)
