"""Water rooms: the open sea, a coast with a beach, a lake between hills, the world under the surface.

The setting's words choose one (`data/painter/shores.json`). Open sea: subjects float
(`stand.is_water`). Coast and lake: they stand on the beach or bank, unless a subject is
something that floats, such as a boat; then the water comes to the camera.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.ground import BEHIND, Floor, hang_grass, hang_ground
from astragen.builtin.painter.landform import Relief, rugged, texels
from astragen.builtin.painter.lookout import Lookout, look, said, stand_at
from astragen.builtin.painter.materials import in_season, is_white, material
from astragen.builtin.painter.noise import blur, stable_seed
from astragen.builtin.painter.plants import broadleaf, framing_size, hang_framing, leaves_of, palm, table
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.undersea import hang_undersea
from astragen.builtin.painter.water import Shore, Water, WaterStyle
from astragen.builtin.painter.weather import mist, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, ShotSize, Weather

Row = dict[str, Any]

_HORIZON = {"sea": 0.56, "coast": 0.50, "lake": 0.50}
# m over the open water, by shot size: low beside a swimmer, high over a fleet.
_EYE = {
    ShotSize.EXTREME_WIDE: 13.0,
    ShotSize.WIDE: 6.5,
    ShotSize.FULL: 3.0,
    ShotSize.MEDIUM: 2.0,
    ShotSize.CLOSE: 1.6,
    ShotSize.EXTREME_CLOSE: 1.4,
}
_WATER_Z = 46.0


def _shores() -> dict[str, Any]:
    return read_table("shores.json")


def shore_for(setting: str) -> str:
    """The water that *setting* names: "undersea", "coast", "lake" or "sea"."""
    words = said(setting)
    for name in ("undersea", "coast", "lake"):
        if words & set(_shores()[name]["words"]):
            return name
    return "sea"


def floats(recipe: Recipe) -> bool:
    """A subject of the shot belongs on the water."""
    return any(subject.noun.lower().split()[-1] in _shores()["floats"] for subject in recipe.subjects)


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang the water that the setting names."""
    name = shore_for(recipe.setting)
    if name == "undersea":
        hang_undersea(stage, recipe)
        return
    camera = look(stage, recipe, horizon=_HORIZON[name])
    hang_sky(stage, recipe, magnify=camera.magnify)
    if name == "lake":
        _hang_lake(stage, recipe, camera)
    elif name == "coast":
        _hang_coast(stage, recipe, camera)
    else:
        _hang_sea(stage, recipe, camera)
    if recipe.weather not in (Weather.STORM, Weather.SNOW) and not stage.light.is_night:
        stage.add(Birds(stage, recipe.place_seed, count=7, down=0.30, span=17))
    weather(stage, recipe)


def _hang_sea(stage: Stage, recipe: Recipe, camera: Lookout) -> None:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "sea"))
    if random.random() < 0.6:
        _hang_headland(stage, recipe, camera, peak=0.035 + 0.03 * random.random(), carve=0.9)
    eye = _EYE[recipe.size] * min(2.5, camera.eye)
    if recipe.weather is Weather.STORM:
        eye *= 1.4  # above the crests
        stage.grade = stage.grade.model_copy(update={"contrast": stage.grade.contrast * 1.12})
    _hang_water(stage, recipe, camera, _style(stage, recipe.weather.value), eye)
    _float_at(stage, camera, eye)


def _float_at(stage: Stage, camera: Lookout, eye: float) -> None:
    """Subjects float where water seen from *eye* m meets the feet line, at their true size there."""
    feet = max(camera.feet, stage.horizon + 0.10 * stage.height)
    metre = (feet - stage.horizon) / eye
    stage.stand = stand_at(stage, camera._replace(feet=feet, metre=metre), is_water=True)


def _hang_water(
    stage: Stage,
    recipe: Recipe,
    camera: Lookout,
    style: WaterStyle,
    eye: float,
    *,
    z: float | None = None,
    shore: Shore | None = None,
) -> None:
    reach = eye * camera.focal / max(camera.feet - stage.horizon, 0.1 * stage.height)  # m to the feet line
    seed = stable_seed(recipe.place_seed, "waves")
    stage.add(
        Water(
            stage,
            style,
            z=BEHIND * camera.z + _WATER_Z if z is None else z,
            focal=camera.focal,
            eye_m=eye,
            metres=reach / camera.z,
            seed=seed,
            shore=shore,
        )
    )


def _style(stage: Stage, name: str, *, tropical: float = 0.0) -> WaterStyle:
    """Water called *name* in the shores' table, coloured by the hour."""
    light = stage.light
    deep = mix(light.ambient, "#0a2c38", 0.5) * (0.62 - 0.2 * light.dark)
    crest = mix(deep, mix("#3f8f8a", "#49c4bc", tropical), 0.60 - 0.30 * light.dark)
    deep = mix(deep, "#0f6f78", 0.5 * tropical * (1 - light.dark))
    return WaterStyle(deep=deep, crest=crest, haze_m=2900 / light.haze, **_shores()["waters"][name])


def _hang_headland(stage: Stage, recipe: Recipe, camera: Lookout, *, peak: float, carve: float) -> None:
    """Land across the water, open under the sun."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "headland"))
    relief = Relief(rugged("alps_c", "hills", 0.12, texels(stage)), tile_m=15000, height_m=1100, light=stage.light)
    at = random.random(2) * 15000
    cut = Cut(
        near=7000,
        far=12500,
        eye=60,
        x=float(at[0]) + 150 * camera.aside + 9000 * camera.turn,
        z=float(at[1]),
        stage_z=BEHIND * camera.z + 80,
        peak=peak,
        haze=1 - 0.40**stage.light.haze,
        mist=0.35,
        carve=carve,
    )
    hang_ranges(
        stage,
        camera,
        [Range(relief, in_season(material("headland"), recipe), cut)],
        floor=stage.horizon + 0.03 * stage.height,
    )


def _hang_coast(stage: Stage, recipe: Recipe, camera: Lookout) -> None:
    """Cliffs on the side away from the sun, surf, and sand to stand on."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "coast"))
    _hang_headland(stage, recipe, camera, peak=0.05 + 0.05 * random.random(), carve=0.95)
    is_tropical = bool(said(recipe.setting) & set(_shores()["palms"]))
    calm = "clear" if recipe.weather in (Weather.CLEAR, Weather.CLOUDY) else recipe.weather.value
    style = _style(stage, calm, tropical=0.8 if is_tropical else 0.25)
    if floats(recipe):
        eye = _EYE[recipe.size] * min(2.5, camera.eye)
        _hang_water(stage, recipe, camera, style, eye)
        _float_at(stage, camera, eye)
        return
    floor = hang_ground(
        stage,
        recipe,
        camera,
        in_season(material("sand"), recipe),
        relief="ripples",
        tile_m=50,
        height_m=0.9,
        rise=(camera.feet - stage.horizon) / stage.height - 0.05,
    )
    line = _shoreline(stage, camera, recipe)
    far = camera.z * (camera.feet - stage.horizon) / (float(line.mean()) - stage.horizon)
    shore = Shore(line, reach=0.012 * stage.height, z=far)
    _hang_water(stage, recipe, camera, style, max(1.8, floor.eye + 1.2), z=4.1 * camera.z, shore=shore)
    if is_tropical and recipe.size not in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        _hang_palms(stage, recipe, camera)


def _shoreline(stage: Stage, camera: Lookout, recipe: Recipe) -> F32:
    """Canvas y of the water's edge: nearer on the sun's side, behind the feet line everywhere."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "shoreline"))
    across = np.linspace(-1, 1, stage.canvas_width)
    bays = np.interp(across, np.linspace(-1, 1, 9), random.standard_normal(9) * 0.012)
    low = min(camera.feet - 0.09 * stage.height, stage.y(0.80))
    low = max(low, stage.horizon + 0.08 * stage.height)
    slant = 0.035 * stage.light.side * across
    line = low + (slant + bays) * stage.height
    return np.asarray(blur(line[None].astype(np.float32), 0.05 * stage.width)[0], np.float32)


def _hang_palms(stage: Stage, recipe: Recipe, camera: Lookout) -> None:
    """Palms that lean into the picture on the side away from the sun."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "palms"))
    for size, into, z, dark in ((0.66, 0.10, 3.4, 0.72), (1.0, 0.13, 2.3, 0.45)):
        tall, seed = round(size * framing_size(stage)), int(random.integers(1 << 30))
        lean = stage.light.side * camera.frames * (0.14 + 0.12 * random.random())
        tree = palm(tall, seed=seed, light=stage.light, lean=lean)
        into = (into + 0.05 * random.random()) * camera.into
        hang_framing(stage, tree, seed=seed, into=into, z=z, dark=dark, side=camera.frames)


def _hang_lake(stage: Stage, recipe: Recipe, camera: Lookout) -> None:
    """Still water that mirrors mountains and hills; a bank with reeds."""
    _hang_far_shore(stage, recipe, camera)
    name = "calm" if recipe.weather in (Weather.CLEAR, Weather.CLOUDY, Weather.FOG, Weather.SNOW) else "fog"
    mist(
        stage,
        stable_seed(recipe.place_seed, "lake-mist"),
        z=BEHIND * camera.z + _WATER_Z + 4,
        below=0.0,
        height=0.045,
        cover=min(0.8, 0.40 * stage.light.haze),
    )
    if floats(recipe):
        eye = 0.6 * _EYE[recipe.size] * min(2.5, camera.eye)
        _hang_water(stage, recipe, camera, _style(stage, name), eye)
        _float_at(stage, camera, eye)
        return
    stuff = in_season(material("meadow"), recipe)
    floor = hang_ground(stage, recipe, camera, stuff, tile_m=40, height_m=1.4, rise=0.075)
    _hang_water(stage, recipe, camera, _style(stage, name), max(1.8, floor.eye + 1.0))
    _hang_reeds(stage, recipe, camera, floor)


def _hang_far_shore(stage: Stage, recipe: Recipe, camera: Lookout) -> None:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "lake"))
    light = stage.light
    specs = (
        ("alps_b", "alps_a", 23000, 2600, "alps", 9000.0, 15000.0, 0.17, 0.50, 75.0, 0.6),
        ("alps_c", "hills", 13000, 1200, "ridge", 3600.0, 7000.0, 0.085, 0.28, 62.0, 0.55),
        ("hills", "hills", 5000, 420, "ridge", 1300.0, 2900.0, 0.032, 0.14, 52.0, 0.25),
    )
    ranges = []
    for name, fine, tile, height, stuff, near, far, peak, haze, z, carve in specs:
        at = random.random(2) * tile
        relief = Relief(rugged(name, fine, 0.16, texels(stage)), tile_m=tile, height_m=height, light=light)
        cut = Cut(
            near=near,
            far=far,
            eye=height * 0.12,
            x=float(at[0]) + 200 * camera.aside + camera.turn * math.sqrt(near * far),
            z=float(at[1]),
            stage_z=BEHIND * camera.z + z,
            peak=peak * (0.85 + 0.3 * random.random()),
            haze=1 - (1 - haze) ** light.haze,
            mist=0.5,
            carve=carve,
        )
        ranges.append(Range(relief, in_season(material(stuff), recipe), cut))
    hang_ranges(stage, camera, ranges, floor=stage.horizon + 0.05 * stage.height)


def _hang_reeds(stage: Stage, recipe: Recipe, camera: Lookout, floor: Floor) -> None:
    """Reeds on the bank, and a tree that leans over the water."""
    shades = table()["grass"][recipe.season.value]
    if not is_white(recipe):
        hang_grass(stage, recipe, floor, shades, density=0.8, tall_m=0.55)
    if recipe.size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        return
    seed = stable_seed(recipe.place_seed, "bank")
    fullness = 0.0 if recipe.season is Season.WINTER else 1.0
    tree = broadleaf(
        framing_size(stage),
        seed=seed,
        light=stage.light,
        shades=leaves_of(recipe.season, np.random.default_rng(seed)),
        crown=0.72,
        spread=0.7,
        fullness=fullness,
        lean=0.10 * stage.light.side * camera.frames,
    )
    hang_framing(stage, tree, seed=seed, into=0.14 * camera.into, side=camera.frames)
