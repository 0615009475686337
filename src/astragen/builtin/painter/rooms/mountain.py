"""Mountains and open land: ranges behind ranges, and the near ground that people stand on.

The setting's words choose a land (`data/painter/lands.json`): alps, hills, desert, canyon
or arctic; winter and snowfall whiten it. Ranges keep their place by the place's seed;
the camera steps, rises and changes lenses by the shot.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.ground import BEHIND, Floor, hang_grass, hang_ground
from astragen.builtin.painter.landform import Relief, heights, rugged, texels
from astragen.builtin.painter.lookout import Lookout, look, said
from astragen.builtin.painter.materials import in_season, is_white, material
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.plants import (
    Shades,
    broadleaf,
    framing_size,
    hang_framing,
    in_air,
    leaves_of,
    pine,
    stand,
    table,
)
from astragen.builtin.painter.sky import Aurora, hang_sky
from astragen.builtin.painter.stage import Stage, air_at
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.weather import dust, mist, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, ShotSize, Weather

Row = dict[str, Any]

_STEP_ASIDE_M = 350.0  # how far the camera walks between two shots of a place


def _lands() -> dict[str, Row]:
    return read_table("lands.json")


def land_for(setting: str) -> str:
    """The land that *setting* names; the alps when it only says mountains."""
    words = said(setting)
    for name, land in _lands().items():
        if words & set(land["words"]):
            return name
    return "alps"


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang sky, ranges, mist, near ground and what grows on it."""
    name = land_for(recipe.setting)
    land = _lands()[name]
    camera = look(stage, recipe, horizon=land["horizon"])
    hang_sky(stage, recipe, magnify=camera.magnify)
    if name == "arctic" and stage.light.is_night and recipe.weather in (Weather.CLEAR, Weather.CLOUDY):
        stage.add(Aurora(stage, recipe.place_seed))
    outlines = hang_ranges(stage, camera, _ranges(stage, recipe, camera, land))
    _hang_mist(stage, recipe, camera, land)
    if land["grove"] > 0:
        _hang_grove(stage, recipe, camera, land, outlines[-1])
    near = land["ground"]
    floor = hang_ground(
        stage,
        recipe,
        camera,
        in_season(material(near["material"]), recipe),
        relief=near["relief"],
        tile_m=near["tile"],
        height_m=near["height"],
    )
    _hang_plants(stage, recipe, camera, land, floor)
    if land["birds"] and recipe.weather not in (Weather.STORM, Weather.RAIN) and not stage.light.is_night:
        stage.add(Birds(stage, recipe.place_seed, count=land["birds"], down=0.24))
    if near["material"] in ("dunes", "sand"):
        dust(stage, recipe.seed, 0.9, mix(stage.light.fog_sun, stage.light.key, 0.5))
    weather(stage, recipe)


def _ranges(stage: Stage, recipe: Recipe, camera: Lookout, land: Row) -> list[Range]:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "ranges"))
    ranges = []
    for row in land["ranges"]:
        shape = rugged(row["map"], row["fine"], row["amount"], texels(stage)) if "fine" in row else heights(row["map"])
        at = random.random(2) * row["tile"]
        grown = 0.85 + 0.3 * random.random()
        peak = row["peak"] * (grown if row["peak"] > 0 else 1.0)
        step = camera.aside * _STEP_ASIDE_M * row["near"] / (row["near"] + 3000)
        step += camera.turn * math.sqrt(row["near"] * row["far"])
        cut = Cut(
            near=row["near"],
            far=row["far"],
            eye=row["eye"] * (1 + 0.35 * (camera.eye - 1)),
            x=float(at[0]) + step,
            z=float(at[1]),
            stage_z=BEHIND * camera.z + row["stage_z"],
            peak=peak,
            haze=1 - (1 - row["haze"]) ** stage.light.haze,
            mist=min(0.95, row.get("mist", 0.0) * (0.7 + 0.3 * stage.light.haze)),
            carve=row.get("carve", 0.0),
            taper=row.get("taper", 0.3),
        )
        relief = Relief(shape, tile_m=row["tile"], height_m=row["height"], light=stage.light)
        ranges.append(Range(relief, in_season(material(row["material"]), recipe), cut))
    return ranges


def _hang_mist(stage: Stage, recipe: Recipe, camera: Lookout, land: Row) -> None:
    """Sheets between the ranges, in the valleys, drifting against each other."""
    for index, row in enumerate(land["ranges"][1:]):
        mist(
            stage,
            stable_seed(recipe.place_seed, "mist", index),
            z=BEHIND * camera.z + 1.2 * row["stage_z"],
            below=0.015 + 0.035 * index,
            height=0.05 + 0.015 * index,
            cover=min(0.9, (0.52 - 0.08 * index) * stage.light.haze**0.5),
            speed=(9 + 5 * index) * (1 if index % 2 else -1),
        )


def _hang_grove(stage: Stage, recipe: Recipe, camera: Lookout, land: Row, outline: F32) -> None:
    """Trees in small groups on the nearest hills."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "grove"))
    z = BEHIND * camera.z + 10
    picture = np.zeros((stage.canvas_height, stage.canvas_width, 4), np.float32)
    kinds = [
        _tree(stage, recipe, round(0.05 * stage.unit * camera.magnify), seed, leaves_of(recipe.season, random))
        for seed in random.integers(1 << 30, size=10).tolist()
    ]
    rows = [(random.random() * 1.3 - 0.15, 0.02 + 0.10 * random.random(), int(random.integers(2, 8))) for _ in range(9)]
    for middle, spread, count in rows:
        for _ in range(count):
            across = (
                0.5
                + (middle + spread * random.standard_normal() - 0.5) * camera.magnify
                - 0.02 * camera.aside
                + camera.shift(stage)
            )
            x, size = stage.x(across), 0.4 + 0.65 * random.random()
            tree = kinds[int(random.integers(len(kinds)))][:, :: int(random.choice([-1, 1]))]
            down = (0.002 + 0.022 * random.random()) * stage.height
            if not 0 <= x < stage.canvas_width:
                continue
            small = cv2.resize(tree, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
            dark = np.asarray(small, np.float32) * np.array([0.72, 0.72, 0.76, 1], np.float32)
            stand(picture, dark, x, float(outline[int(x)]) + down)
    air = air_at(stage, np.arange(stage.canvas_width, dtype=np.float32))
    stage.plate(in_air(picture, air, min(0.85, 0.17 * stage.light.haze)), z)


def _tree(stage: Stage, recipe: Recipe, tall: int, seed: int, shades: Shades) -> F32:
    """A leaf tree as the season leaves it."""
    fullness = 0.0 if recipe.season is Season.WINTER else 1.0
    return broadleaf(tall, seed=seed, light=stage.light, shades=shades, crown=0.8, spread=0.72, fullness=fullness)


def _hang_plants(stage: Stage, recipe: Recipe, camera: Lookout, land: Row, floor: Floor) -> None:
    """Grass on the near ground and a tree that frames the picture on the side away from the sun."""
    near = land["ground"]
    shades = table()["grass"][recipe.season.value]
    if near["grass"] > 0 and not is_white(recipe):
        is_flowering = near.get("flowers") and recipe.season in (Season.SPRING, Season.SUMMER)
        flowers = table()["flowers"] if is_flowering else ()
        hang_grass(stage, recipe, floor, shades, density=near["grass"], flowers=flowers)
    if land["framing"] == "none" or recipe.size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        return
    tall, seed = framing_size(stage), stable_seed(recipe.place_seed, "framing")
    if land["framing"] == "pine":
        needles = table()["needles"][recipe.season.value]
        snow = 0.9 if is_white(recipe) else 0.0
        tree = pine(round(1.25 * tall), seed=seed, light=stage.light, shades=needles, snow=snow)
        hang_framing(stage, tree, seed=seed, into=0.08 * camera.into, side=camera.frames)
    else:
        leaves = leaves_of(recipe.season, np.random.default_rng(seed))
        tree = _tree(stage, recipe, tall, seed, leaves)
        hang_framing(stage, tree, seed=seed, into=0.16 * camera.into, side=camera.frames)
