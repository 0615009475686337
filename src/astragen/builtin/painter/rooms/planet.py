"""The surface of another world: the moon, Mars, an alien land, an asteroid.

Rows of data/painter/planets.json give each its air, its ranges, what hangs in its sky and
what moves on it. Airless worlds have a black sky of stars at every hour; the others bend
the hour's light to their own colours. Start reading at `compose`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from astragen.builtin.painter.colour import from_oklab, mix, rgb, to_oklab
from astragen.builtin.painter.cosmos import Debris, Globe, Ring, Stars, star_sky
from astragen.builtin.painter.exotic import DustDevil, Satellite, hang_crystals
from astragen.builtin.painter.landform import Relief, heights
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.lookout import Lookout, look, said
from astragen.builtin.painter.materials import material
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.regolith import craters, hang_regolith
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Stage
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.weather import dust, fireflies, mist, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import TimeOfDay, Weather

Row = dict[str, Any]

_TINTED = ("zenith", "middle", "low", "horizon", "glow", "key", "ambient", "fog_shade", "fog_sun")
_HEIGHT_OF_SUN = {"dawn": 0.06, "day": 0.30, "golden": 0.13, "dusk": 0.045, "night": 0.24}  # over an airless horizon


def world_for(setting: str) -> str:
    """The world that *setting* names; an alien one when it only says planet."""
    words, text = said(setting), " ".join(setting.lower().replace("-", " ").split())
    found = {
        name: max((len(word) for word in row["words"] if word in words or (" " in word and word in text)), default=0)
        for name, row in read_table("planets.json").items()
    }
    best = max(found, key=lambda name: (found[name] if name != "alien" else min(found[name], 1), found[name]))
    return best if found[best] else "alien"


def compose(stage: Stage, recipe: Recipe) -> None:
    """Bend the light, hang sky, bodies, ranges and ground, then what moves."""
    name = world_for(recipe.setting)
    world = dict(read_table("planets.json")[name])
    if "palettes" in world:
        world["air"] = world["palettes"][recipe.place_seed % len(world["palettes"])]
        world["material"] = world["air"]["stone"]
    stage.light = airless_light(stage.light, recipe, world) if world["airless"] else native_light(stage.light, world)
    camera = look(stage, recipe, horizon=world["horizon"])
    if world["airless"]:
        _hang_black_sky(stage, recipe)
    else:
        hang_sky(stage, recipe, magnify=camera.magnify, clouds=recipe.weather is not Weather.CLEAR or name == "alien")
    _hang_bodies(stage, recipe, camera, world)
    hang_ranges(stage, camera, _ranges(stage, recipe, camera, world))
    hang_regolith(
        stage,
        recipe,
        camera,
        material(world["material"]),
        world["relief"],
        bend=world["bend"],
        rocks=world["rocks"],
    )
    _hang_life(stage, recipe, camera, world)
    if not world["airless"]:
        _hang_weather(stage, recipe, world)


def native_light(light: Light, world: Row) -> Light:
    """The hour's light with the world's own colours: brightness from the hour, hue from the air."""
    noon = read_table("light.json")["time"]["day"]
    tinted: dict[str, Any] = {}
    for field in _TINTED:
        now, own, day = to_oklab(getattr(light, field)), to_oklab(world["air"][field]), to_oklab(noon[field])
        level = float(now[0] * own[0] / day[0])
        hue = own[1:] * min(1.3, level / float(own[0])) * 0.9 + now[1:] * 0.22
        tinted[field] = np.clip(from_oklab(np.array([level, *hue], np.float32)), 0, 1)
    if "low_sun" in world and light.sun_y < 0.12 and light.dark < 0.9:  # fine dust scatters blue forward
        tinted["glow"] = mix(tinted["glow"], world["low_sun"], 0.75)
    return light._replace(**tinted, haze=light.haze * world["haze"], clouds=min(light.clouds, 0.30))


def airless_light(light: Light, recipe: Recipe, world: Row) -> Light:
    """Sun without air: black sky, hard shade; at night the light of the body in the sky."""
    colours: dict[str, Any] = {field: rgb(world["air"][field]) for field in _TINTED}
    is_night = recipe.time_of_day is TimeOfDay.NIGHT
    if is_night:
        colours["key"], colours["ambient"] = rgb("#8fb0e6"), rgb("#0c1220")
    return light._replace(
        **colours,
        sun_y=_HEIGHT_OF_SUN[recipe.time_of_day.value],
        strength=0.55 if is_night else 1.1,
        haze=world["haze"],
        dark=0.6,
        stars=1.0,
        clouds=0.0,
    )


def _hang_black_sky(stage: Stage, recipe: Recipe) -> None:
    """Stars down to the ground, and a faint band of far ones."""
    size = (stage.canvas_width, min(stage.canvas_height, int(stage.horizon + 0.16 * stage.height)))
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    band = np.exp(-((((y - stage.y(0.24)) / stage.height + 0.5 * stage.light.side * (x / size[0] - 0.5)) / 0.13) ** 2))
    sky = star_sky(size, 2100, stage.scale, stable_seed(recipe.place_seed, "black sky"))
    sky = sky + rgb("#141a30") * (0.55 * band)[..., None] + stage.light.zenith
    stage.plate(premultiply(np.clip(sky, 0, 1).astype(np.float32), np.ones(y.shape, np.float32)), INFINITE)
    stage.add(Stars(stage, recipe.place_seed, count=90, nearest=60.0))
    stage.grade = stage.grade.model_copy(update={"bloom_threshold": 0.72})


def _hang_bodies(stage: Stage, recipe: Recipe, camera: Lookout, world: Row) -> None:
    """What hangs in the sky, away from the sun; a ring around the giant."""
    shot = np.random.default_rng(stable_seed("planet-shot", recipe.seed))
    shift = float(shot.uniform(-0.07, 0.07))
    for index, (kind, across, down, radius, veil) in enumerate(world["bodies"]):
        if veil > 0 and stage.light.is_night:
            veil = veil * 0.4
        size = radius * stage.unit * camera.magnify**0.5
        lift = (stage.horizon - stage.y(0.53)) * 0.8
        centre = (stage.x(0.5 + stage.light.side * across + shift), stage.y(down) + lift)
        seed = stable_seed("body", recipe.place_seed, index)
        z = INFINITE * (0.6 - 0.05 * index)
        if kind == "banded":
            stage.add(Ring(stage, centre, size, z * 1.01, is_front=False, veil=veil))
            stage.add(Ring(stage, centre, size, z * 0.99, is_front=True, veil=veil))
        stage.add(Globe(stage, kind, centre, size, z, seed, veil=veil))


def _ranges(stage: Stage, recipe: Recipe, camera: Lookout, world: Row) -> list[Range]:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "ranges"))
    stuff, ranges = material(world["material"]), []
    for index, row in enumerate(world["ranges"]):
        shape = craters(3 + index, 0.8) if row["map"] == "craters" else heights(row["map"])
        at = random.random(2) * row["tile"]
        rise = float(np.clip(stage.light.sun_y * 1.3 + 0.18, 0.2, 0.7))
        relief = Relief(shape, tile_m=row["tile"], height_m=row["height"], light=stage.light, elevation=rise)
        haze = (0.70, 0.42, 0.2)[min(2, index)] if not world["airless"] else 0.02
        cut = Cut(
            near=row["near"],
            far=row["far"],
            eye=row["eye"] * (1 + 0.35 * (camera.eye - 1)),
            x=float(at[0]) + camera.aside * 0.05 * row["near"],
            z=float(at[1]),
            stage_z=4.2 * camera.z + row["stage_z"],
            peak=row["peak"] * (0.85 + 0.3 * float(random.random())) if row["peak"] > 0 else row["peak"],
            haze=1 - (1 - haze) ** stage.light.haze,
            mist=0.0 if world["airless"] else 0.3,
            carve=0.35,
        )
        ranges.append(Range(relief, stuff, cut))
    return ranges


def _hang_life(stage: Stage, recipe: Recipe, camera: Lookout, world: Row) -> None:
    """What moves and grows: dust and its devils, spores, crystals, a satellite, drifting stones."""
    if world["motes"] == "dust":
        warm = mix(stage.light.fog_sun, stage.light.key, 0.4)
        dust(stage, recipe.seed, 0.8, warm)
        for index in range(2):
            stage.add(DustDevil(stage, camera, stable_seed(recipe.seed, "devil", index), index))
    elif world["motes"] == "spores":
        fireflies(stage, recipe.seed, 0.45 + 0.55 * stage.light.dark, world["air"]["glowing"])
    elif world["motes"] == "debris":
        stage.add(Debris(stage, 30, recipe.seed, z=4.2 * camera.z + 28, top=0.05, bottom=0.5))
    if world["airless"]:
        stage.add(Satellite(stage, recipe.seed))
    if world["growth"] == "crystals":
        hang_crystals(stage, recipe, camera, world["air"]["glowing"])


def _hang_weather(stage: Stage, recipe: Recipe, world: Row) -> None:
    """Dust or mist low over the plain; the sky's own weather where there is water to fall."""
    for index, (z, below) in enumerate(((60.0, 0.01), (34.0, 0.045))):
        mist(
            stage,
            stable_seed(recipe.place_seed, "mist", index),
            z=z,
            below=below,
            height=0.035 + 0.012 * index,
            cover=min(0.85, 0.40 * stage.light.haze),
            speed=12.0 * (1 if index else -1),
        )
    if world["motes"] != "dust":
        weather(stage, recipe)
