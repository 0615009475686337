"""The open wood: rows of trees with sky between them, on ground that people walk on.

Pines (snowed in winter), a park or garden with a path and flower beds, an orchard.
Trees are grown in a few kinds a row and stand at true distances; a gap in the middle
keeps the view, and the subject, free.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.ground import BEHIND, Floor, hang_grass, hang_ground
from astragen.builtin.painter.landform import Relief, heights
from astragen.builtin.painter.lookout import Lookout, look
from astragen.builtin.painter.materials import in_season, material
from astragen.builtin.painter.noise import smoothstep, stable_seed
from astragen.builtin.painter.plants import broadleaf, framing_size, hang_framing, in_air, leaves_of, pine, stand, table
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage, air_at
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.weather import dust, fireflies, mist, petals
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, ShotSize, Weather

Row = dict[str, Any]
_Grow = Callable[[int, int], F32]  # height in px, seed -> a tree

_ROWS = (  # m away, trees across the frame, height in m, air before them
    (260.0, 46, 13.0, 0.72),
    (150.0, 30, 13.0, 0.56),
    (85.0, 17, 12.5, 0.38),
    (46.0, 9, 12.0, 0.20),
    (26.0, 4, 12.0, 0.09),
)
_TALL = {"pine": 1.0, "round": 0.72, "fruit": 0.42}  # of the heights above


def hang_open_wood(stage: Stage, recipe: Recipe, row: Row) -> None:
    """Hang the wood of *row* (data/painter/woods.json)."""
    camera = look(stage, recipe, horizon=row["horizon"])
    hang_sky(stage, recipe, magnify=camera.magnify)
    grow = _grower(stage, recipe, row)
    air = air_at(stage, np.arange(stage.canvas_width, dtype=np.float32))
    is_white = recipe.season is Season.WINTER or recipe.weather is Weather.SNOW
    floor = hang_ground(
        stage,
        recipe,
        camera,
        in_season(material("snow" if is_white else row["ground"]), recipe),
        relief="ripples" if is_white else "knolls",
        tile_m=46,
        height_m=2.6 if is_white else 1.6,
        rise=(camera.feet - stage.horizon) / stage.height - 0.10,
        path_m=row["path"],
        dapple=0.0 if row["trees"] == "pine" else 0.25,
    )
    _hang_hills(stage, recipe, camera, float(floor.crest.max()) + 0.06 * stage.height)
    for index in range(5 - row["rows"], 5):
        _hang_row(stage, recipe, camera, row, floor, grow, air, index)
        if index in (1, 2):
            seed = stable_seed(recipe.place_seed, "mist", index)
            mist(
                stage,
                seed,
                z=BEHIND * camera.z + 22.0 - 5 * index,
                below=0.02 + 0.02 * index,
                height=0.05,
                cover=0.38,
                speed=12,
            )
    if row["grass"] and not is_white:
        is_flowering = row.get("flowers") and recipe.season is not Season.AUTUMN
        flowers = table()["flowers"] if is_flowering else ()
        hang_grass(stage, recipe, floor, table()["grass"][recipe.season.value], density=row["grass"], flowers=flowers)
    _hang_framing(stage, recipe, camera, row, grow)
    _hang_life(stage, recipe, row)


def _hang_hills(stage: Stage, recipe: Recipe, camera: Lookout, floor: float) -> None:
    """Hang far hills, seen down to canvas y *floor*."""
    relief = Relief(heights("hills"), tile_m=7000, height_m=620, light=stage.light)
    random = np.random.default_rng(stable_seed(recipe.place_seed, "hills"))
    at = random.random(2) * 7000
    cut = Cut(
        near=4200,
        far=8200,
        eye=320,
        x=float(at[0]) + 200 * camera.aside + 5900 * camera.turn,
        z=float(at[1]),
        stage_z=BEHIND * camera.z + 60,
        peak=0.07,
        haze=1 - 0.30**stage.light.haze,
        mist=0.4,
        carve=0.4,
    )
    hang_ranges(stage, camera, [Range(relief, in_season(material("hills"), recipe), cut)], floor=floor)


def _grower(stage: Stage, recipe: Recipe, row: Row) -> _Grow:
    """What grows here, by height in px and seed."""
    season, light = recipe.season, stage.light
    is_white = season is Season.WINTER or recipe.weather is Weather.SNOW
    if row["trees"] == "pine":
        needles = table()["needles"][season.value]
        return lambda tall, seed: pine(tall, seed=seed, light=light, shades=needles, snow=0.85 if is_white else 0.0)

    def leafy(tall: int, seed: int) -> F32:
        random = np.random.default_rng(seed)
        is_blossom = season is Season.SPRING and (row["trees"] == "fruit" or random.random() < 0.3)
        blossoms = table()["blossom"]
        shades = blossoms[int(random.integers(len(blossoms)))] if is_blossom else leaves_of(season, random)
        spread, crown = (0.85, 0.72) if row["trees"] == "fruit" else (0.6 + 0.35 * random.random(), 0.76)
        fullness = 0.0 if season is Season.WINTER else 1.0
        return broadleaf(tall, seed=seed, light=light, shades=shades, spread=spread, crown=crown, fullness=fullness)

    return leafy


def _hang_row(
    stage: Stage,
    recipe: Recipe,
    camera: Lookout,
    row: Row,
    floor: Floor,
    grow: _Grow,
    air: F32,
    index: int,
) -> None:
    """One row of trees at its distance; rows before the crest stand on the near ground and move with it."""
    far, count, tall_m, thick = _ROWS[index]
    random = np.random.default_rng(stable_seed(recipe.place_seed, "row", index))
    metre = camera.focal / far
    tall = tall_m * _TALL[row["trees"]] * metre
    kinds = [grow(max(6, round(tall)), seed) for seed in random.integers(1 << 30, size=(8, 7, 6, 5, 3)[index]).tolist()]
    picture = np.zeros((stage.canvas_height, stage.canvas_width, 4), np.float32)
    places = np.sort(
        np.linspace(-0.72, 0.72, round(count * 1.5)) + 0.35 / count * random.standard_normal(round(count * 1.5))
    )
    crest_far = floor.feet * 5
    standing: list[tuple[F32, float, float]] = []
    for across in places:
        gap = row["gap"] * (0.35 + 0.65 * min(1.0, 40 / far)) * 0.5
        if abs(across - 0.06 * np.sin(far)) < gap:
            continue
        x = stage.x(
            0.5
            + across * max(0.85, camera.magnify) ** 0.5
            - 0.03 * camera.aside * metre * 10 / stage.unit
            + camera.shift(stage)
        )
        if not -0.3 * tall < x < stage.canvas_width + 0.3 * tall:
            continue
        size = 0.72 + 0.5 * random.random()
        tree = kinds[int(random.integers(len(kinds)))][:, :: int(random.choice([-1, 1]))]
        tree = np.asarray(cv2.resize(tree, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.float32)
        column = int(np.clip(x, 0, stage.canvas_width - 1))
        foot = floor.y(far) if far < crest_far else float(floor.crest[column]) + 0.02 * stage.height
        standing.append((tree, x, foot))
    if far < crest_far:
        for tree, x, foot in standing:
            _cast(picture, stage, x, foot, tree.shape[0])
    for tree, x, foot in standing:
        stand(picture, tree, x, foot + 0.02 * metre)
    picture = in_air(picture, air, min(0.92, 1 - (1 - thick) ** stage.light.haze))
    z = BEHIND * camera.z + far / 12 if far >= crest_far else min(floor.stage_z(far), 4.1 * camera.z)
    stage.plate(picture, z)


def _cast(picture: F32, stage: Stage, x: float, y: float, tall: float) -> None:
    """Lay the shadow of a tree *tall* px high: toward the viewer and away from the sun, long when it is low."""
    light = stage.light
    length = tall * float(np.clip(0.10 / max(light.sun_y, 0.05), 0.25, 1.3))
    aside = float(np.clip((x - stage.sun[0]) / (0.5 * stage.width), -1.2, 1.2)) * 0.8 * length
    wide, deep = 0.10 * tall, 0.30 * length
    outline = np.array(
        [
            [x - wide * 0.5, y],
            [x + wide * 0.5, y],
            [x + aside + wide * 1.5, y + deep],
            [x + aside - wide * 1.5, y + deep],
        ]
    )
    left, top = np.floor(outline.min(0) - 8).astype(int)
    right, bottom = np.ceil(outline.max(0) + 8).astype(int)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(picture.shape[1], right), min(picture.shape[0], bottom)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillConvexPoly(mask, np.round((outline - [x0, y0]) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    fade = smoothstep(y + deep, y - 0.2 * deep, np.arange(y0, y1, dtype=np.float32))[:, None]
    soft = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), max(0.8, 0.012 * tall))
    cover = soft * fade * (0.55 * light.strength)
    part = picture[y0:y1, x0:x1]
    part *= 1 - cover[..., None]
    part += np.dstack([cover[..., None] * (light.ambient * 0.35), cover]).astype(np.float32)


def _hang_framing(stage: Stage, recipe: Recipe, camera: Lookout, row: Row, grow: _Grow) -> None:
    """A large dark tree at the edge away from the sun."""
    if recipe.size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        return
    seed = stable_seed(recipe.place_seed, "framing")
    is_pine = row["trees"] == "pine"
    tree = grow(round(framing_size(stage) * (1.25 if is_pine else 1.0)), seed)
    hang_framing(stage, tree, seed=seed, into=(0.08 if is_pine else 0.16) * camera.into, side=camera.frames)


def _hang_life(stage: Stage, recipe: Recipe, row: Row) -> None:
    """Birds, petals, leaves, fireflies: what the hour and the season bring."""
    if recipe.weather in (Weather.RAIN, Weather.STORM, Weather.SNOW):
        return
    if stage.light.is_night:
        if recipe.season in (Season.SPRING, Season.SUMMER):
            fireflies(stage, recipe.seed, 0.7)
        return
    stage.add(Birds(stage, recipe.place_seed, count=6, down=0.20))
    if row["trees"] != "pine" and recipe.season is Season.SPRING:
        petals(stage, recipe.seed, 0.8)
    elif row["trees"] != "pine" and recipe.season is Season.AUTUMN:
        petals(stage, recipe.seed, 0.9, mix("#c8702a", "#e0a840", 0.4))
    else:
        dust(stage, recipe.seed, 0.8)
