"""Rivers and streams that wind toward the viewer between their banks.

The setting's words choose a kind (`data/painter/rivers.json`): a wide river under mountains, a
meadow stream, a river through forest or jungle, rapids in a gorge. People stand on the bank;
whatever floats is on the water.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.current import Course, Current, Flow, mirror_of
from astragen.builtin.painter.farland import hang_far_land
from astragen.builtin.painter.lookout import Lookout, look, said, stand_at
from astragen.builtin.painter.materials import in_season, is_white, material
from astragen.builtin.painter.noise import smoothstep, spectral, stable_seed
from astragen.builtin.painter.plants import in_air
from astragen.builtin.painter.riverbank import FAR_M, banks, hang_bough, hang_reeds, hang_trees, hang_walls, step_aside
from astragen.builtin.painter.rock import boulder, lamp_of, stone
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage, air_at
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.valley import Bed, Bend, Valley, hang_valley
from astragen.builtin.painter.weather import fireflies, mist, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Season, ShotSize, Weather

Row = dict[str, Any]

_HORIZON = 0.43


class _Stone(NamedTuple):
    """A stone in the river: m aside, away, size; seed."""

    x: float
    z: float
    size: float
    seed: int


def kind_for(setting: str) -> str:
    """The kind of river that *setting* names."""
    words = said(setting)
    kinds: dict[str, Row] = read_table("rivers.json")["kinds"]
    return next((name for name, row in kinds.items() if words & set(row["words"])), "river")


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang sky, far land, valley, trees, water, stones and reeds."""
    row = read_table("rivers.json")["kinds"][kind_for(recipe.setting)]
    camera = look(stage, recipe, horizon=_HORIZON)
    hang_sky(stage, recipe, magnify=camera.magnify)
    land = read_table("lands.json")[row["land"]]
    hang_far_land(
        stage, recipe, camera, land["ranges"], behind=60.0, rise=1.25, floor=stage.horizon + 0.04 * stage.height
    )
    valley = _valley(stage, recipe, row)
    stuff = material(row["ground"])
    if row["walls"]:
        stuff = stuff.model_copy(update={"cover_amount": 0.2})
    stuff = in_season(stuff, recipe)
    bed = hang_valley(stage, camera, valley, stuff, far=FAR_M, step=step_aside(camera), haze=0.16)
    if row["walls"]:
        hang_walls(stage, recipe, camera, bed, row)
    hang_trees(stage, recipe, camera, valley, bed, row)
    stones = _stones(recipe, valley, row)
    _hang_water(stage, recipe, camera, valley, bed, row, stones)
    _hang_stones(stage, recipe, camera, bed, row, stones)
    hang_reeds(stage, recipe, camera, valley, bed, row)
    hang_bough(stage, recipe, row)
    _hang_air(stage, recipe, camera)
    if _floats(recipe):
        _float(stage, camera, bed)
    weather(stage, recipe)


def _valley(stage: Stage, recipe: Recipe, row: Row) -> Valley:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "bend"))
    side = stage.light.side
    wide = row["wide"] * (0.85 + 0.3 * random.random()) * (1.6 if _floats(recipe) else 1.0)
    bend = Bend(
        wide=wide,
        deep=row["deep"],
        sway=side * (0.17 + 0.08 * random.random()),
        turns=0.62 + 0.16 * random.random(),
        phase=np.pi * (0.55 + 0.3 * random.random()),
        beside=-0.12 * side * wide if _floats(recipe) else side * (0.5 * wide + 1.8),
    )
    seed = stable_seed(recipe.place_seed, "valley")
    shape = 0.5 + 0.18 * spectral(256, 256, seed=seed, slope=3.1, high=40)
    return Valley(
        np.clip(shape, 0, 1).astype(np.float32),
        bend,
        tile_m=70,
        height_m=2.2,
        light=stage.light,
        seed=seed,
        rise=row["rise"],
    )


def _floats(recipe: Recipe) -> bool:
    """A subject of the shot belongs on the water."""
    floats = read_table("shores.json")["floats"]
    return any(subject.noun.lower().split()[-1] in floats for subject in recipe.subjects)


def _float(stage: Stage, camera: Lookout, bed: Bed) -> None:
    """Subjects float at the feet line, which lies on the water there."""
    assert stage.stand is not None
    stage.stand = stand_at(stage, camera, is_water=True)


def _stones(recipe: Recipe, valley: Valley, row: Row) -> list[_Stone]:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "river-stones"))
    stones = []
    for _ in range(row["stones"]):
        z = 5.0 + 50 * random.random() ** 1.8
        middle, edge = banks(valley, z)
        aside = random.choice([-1, 1]) * edge * (1.0 + 0.6 * random.random() ** 2 - 0.75 * random.random() ** 2)
        size = row["stone_m"] * (0.45 + 0.9 * random.random() ** 2)
        stones.append(_Stone(middle + aside, z, size, int(random.integers(1 << 30))))
    return sorted(stones, key=lambda one: -one.z)


def _hang_water(
    stage: Stage, recipe: Recipe, camera: Lookout, valley: Valley, bed: Bed, row: Row, stones: list[_Stone]
) -> None:
    light = stage.light
    inside = smoothstep(0.10, -0.12, bed.out)
    cover = bed.seen * inside * (0.62 + 0.38 * smoothstep(0.0, -0.16 * valley.bend.wide, bed.out))
    foam = np.full(bed.out.shape, row["foam"], np.float32)
    foam += 0.30 * np.exp(-((bed.out / 0.16) ** 2)) * min(1.0, row["speed"] / 2)
    for one in stones:
        foam = np.maximum(foam, _wake(valley, bed, one, row))
    if row["foam"] > 0.2:  # steps in the bed: white water in bars
        bars = 0.5 + 0.5 * np.sin(bed.along / 2.1 + 1.7 * np.sin(bed.across / 1.9) + np.sin(bed.along / 5.3))
        foam += 0.42 * smoothstep(0.55, 1.0, bars)
    down = (bed.eye / bed.far).astype(np.float32)
    deep = mix(row["deep_colour"], light.ambient, 0.25 + 0.35 * light.dark) * (0.95 - 0.45 * light.dark)
    course = Course(
        top=bed.top,
        div=bed.div,
        along=-bed.along,
        across=bed.across,
        cover=np.asarray(cover, np.float32),
        foam=np.asarray(np.clip(foam, 0, 1), np.float32),
        edge=np.full(cover.shape, stage.horizon + 0.02 * stage.height, np.float32),
        down=down,
        still=np.asarray(smoothstep(20, 160, bed.far), np.float32),
        reach=bed.reach,
    )
    flow = Flow(
        speed=row["speed"],
        rough=row["rough"] * (1.35 if recipe.weather in (Weather.RAIN, Weather.STORM) else 1.0),
        deep=deep,
        shallow=mix(deep, row["shallow_colour"], 0.75 * (1 - 0.75 * light.dark)),
        foam=mix(mix(light.key, "#ffffff", 0.55), light.ambient, 0.2 + 0.15 * light.dark)
        * (0.66 if light.is_night else 0.95),
        glint=light.key,
        wave_m=0.9 + 0.22 * valley.bend.wide,
    )
    z = 4.19 * camera.z
    stage.add(Current(stage, course, flow, mirror_of(stage), z=z, seed=stable_seed(recipe.place_seed, "current")))


def _wake(valley: Valley, bed: Bed, one: _Stone, row: Row) -> F32:
    """Foam about a stone: a cushion before it, two arms that open downstream."""
    at = np.full((1, 1), one.x, np.float32), np.full((1, 1), one.z, np.float32)
    along, across, _ = valley.along(*at)
    past = float(along[0, 0]) - bed.along  # downstream of the stone
    beside = np.abs(bed.across - float(across[0, 0]))
    radius = 0.5 * one.size
    arms = np.exp(-(((beside - radius - 0.20 * past) / (0.18 + 0.10 * np.abs(past))) ** 2)) * np.exp(
        -np.maximum(past, 0) / (2.2 * one.size + 0.6)
    )
    arms = arms * (past > -0.2 * radius)
    cushion = np.exp(-(((np.hypot(past, beside) - radius * 1.15) / (0.22 * one.size + 0.05)) ** 2)) * (
        past < 0.3 * radius
    )
    return np.asarray(np.clip(0.35 + 0.15 * row["speed"], 0, 0.9) * np.maximum(arms, cushion), np.float32)


def _hang_stones(stage: Stage, recipe: Recipe, camera: Lookout, bed: Bed, row: Row, stones: list[_Stone]) -> None:
    lamp = lamp_of(stage.light, snow=0.85 if is_white(recipe) else 0.0)
    for one in stones:
        wide = round(1.25 * one.size * bed.focal / one.z)
        x, y = bed.x(stage, one.x - step_aside(camera), one.z), bed.y(stage, one.z)
        if wide < 5 or not -wide < x < stage.canvas_width + wide or y > stage.y(1.25):
            continue
        random = np.random.default_rng(one.seed)
        small = min(1.0, 0.5 * stage.height / wide)
        made = boulder(
            max(6, round(wide * small)),
            max(5, round(wide * small * (0.5 + 0.25 * random.random()))),
            stone(row["stone"]),
            lamp,
            seed=one.seed,
            scale=stage.scale,
            wet=0.8,
        )
        if small < 1:
            made = np.asarray(cv2.resize(made, None, fx=1 / small, fy=1 / small), np.float32)
        haze = 1 - (1 - 0.16) ** (stage.light.haze * one.z / 60)
        made = in_air(made, air_at(stage, np.asarray(x, np.float32)), min(0.8, float(haze)))
        stage.plate(
            made,
            min(4.18 * camera.z, one.z * bed.stage_z),
            x=round(x - made.shape[1] / 2),
            y=round(y - 0.86 * made.shape[0]),
        )


def _hang_air(stage: Stage, recipe: Recipe, camera: Lookout) -> None:
    """Mist over the water at cool hours, birds, and fireflies on summer nights."""
    light = stage.light
    cool = 0.5 if light.sun_y < 0.2 or light.is_night else 0.16
    mist(
        stage,
        stable_seed(recipe.place_seed, "river-mist"),
        z=30.0,
        below=0.035,
        height=0.03,
        cover=min(0.7, cool * light.haze),
        speed=8,
    )
    if recipe.weather in (Weather.CLEAR, Weather.CLOUDY):
        if light.is_night and recipe.season is not Season.WINTER:
            fireflies(stage, recipe.seed, 0.5)
        elif (
            not light.is_night
            and recipe.size not in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE)
            and recipe.angle is not Angle.AERIAL
        ):
            stage.add(Birds(stage, recipe.place_seed, count=6, down=0.2))
