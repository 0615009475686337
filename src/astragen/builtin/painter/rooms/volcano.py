"""Volcanoes: a cone over dark land; erupting, smoking or asleep, as words, mood and weather have it.

Awake, lava runs down its flanks and winds toward the viewer, whose ground it lights; asleep
it stands in snow or over a lake. People stand on the bank of whatever flows before it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.cascade import Droplets
from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.current import Course, Current, Flow, mirror_of
from astragen.builtin.painter.farland import hang_far_land
from astragen.builtin.painter.landform import Relief, texels
from astragen.builtin.painter.lava import RIM, LavaFlow, Plume, Streams, cone, flicker, glow
from astragen.builtin.painter.lookout import Lookout, look, said
from astragen.builtin.painter.materials import Material, in_season, is_white, material
from astragen.builtin.painter.noise import smoothstep, spectral, stable_seed
from astragen.builtin.painter.plants import framing_size, hang_framing, in_air, pine, table
from astragen.builtin.painter.rock import boulder, lamp_of, stone
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage, air_at
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.valley import Bed, Bend, Valley, hang_valley
from astragen.builtin.painter.weather import embers, mist, snow, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import ShotSize, Weather

_HORIZON = 0.50
_AWAY_M = 9500.0  # to the cone's axis
_WIDE_M = 10500.0  # side of its tile
_PEAK = 0.33  # frame units over the horizon
_FIRE = "#ff7a2c"


class _Site(NamedTuple):
    """The cone: how wild it is (0 asleep to 1), canvas x of its axis, rim's canvas y and half width, relief and cut."""

    power: float
    x: float
    rim: float
    half: float
    relief: Relief
    cut: Cut
    camera: Lookout

    def spot(self, stage: Stage, angle: float, radius: float) -> tuple[float, float]:
        """Canvas position of the slope: *angle* about the axis (-pi / 2 faces the viewer), *radius* in the cone's."""
        reach = radius * _WIDE_M / 2
        x, z = self.relief.tile_m / 2 + reach * np.cos(angle), self.relief.tile_m / 2 + reach * np.sin(angle)
        at = np.full((1, 1), x, np.float32), np.full((1, 1), z, np.float32)
        high = float(self.relief.height(*at, 2.0)[0, 0])
        far = z - self.cut.z
        focal = self.camera.focal
        return stage.vanishing_x + (x - self.cut.x) / far * focal, stage.horizon + (self.cut.eye - high) * focal / far


def power_of(recipe: Recipe) -> float:
    """How wild the volcano is: 0 asleep, 0.6 awake, 1 erupting."""
    tables = read_table("volcanoes.json")
    words = said(recipe.setting)
    if words & {"lava", "magma", "eruption", "erupting"}:
        return 1.0
    if words & set(tables["quiet"]) or recipe.mood.value in tables["quiet_moods"] or recipe.weather is Weather.SNOW:
        return 0.0
    return 1.0 if recipe.mood.value in tables["wild_moods"] else 0.65


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang sky, smoke, cone, lava, land and embers."""
    power = power_of(recipe)
    _light_up(stage, power)
    camera = look(stage, recipe, horizon=_HORIZON)
    hang_sky(stage, recipe, magnify=camera.magnify)
    hang_far_land(
        stage,
        recipe,
        camera,
        read_table("volcanoes.json")["ranges"],
        behind=150.0,
        floor=stage.horizon + 0.05 * stage.height,
    )
    site = _site(stage, recipe, camera, power)
    _hang_smoke(stage, recipe, site)
    _hang_cone(stage, recipe, site)
    bed = _hang_land(stage, recipe, camera, power)
    _hang_boulders(stage, recipe, camera, bed, power)
    if power > 0:
        embers(stage, stable_seed(recipe.seed, "embers"), 0.5 + 0.9 * power)
        if power > 0.9:  # ash falls
            snow(stage, stable_seed(recipe.seed, "ash"), 0.35, mix(stage.light.fog_shade, "#8a8480", 0.5) * 0.6)
    else:
        _hang_bough(stage, recipe)
    if power == 0 and recipe.weather in (Weather.CLEAR, Weather.CLOUDY) and not stage.light.is_night:
        stage.add(Birds(stage, recipe.place_seed, count=7, down=0.22))
    weather(stage, recipe)


def _hang_bough(stage: Stage, recipe: Recipe) -> None:
    """A pine close to the camera, on the side away from the sun."""
    if recipe.size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        return
    seed = stable_seed(recipe.place_seed, "bough")
    needles = table()["needles"][recipe.season.value]
    snowed = 0.85 if is_white(recipe) else 0.0
    tree = pine(round(1.3 * framing_size(stage)), seed=seed, light=stage.light, shades=needles, snow=snowed)
    hang_framing(stage, tree, seed=seed, into=0.09)


def _light_up(stage: Stage, power: float) -> None:
    """The fire's share in the light of the air and of everything under it; more of it the darker the hour."""
    if power == 0:
        return
    light, fire = stage.light, rgb(_FIRE)
    share = power * (0.16 + 0.34 * light.dark)
    stage.light = light._replace(
        fog_sun=mix(light.fog_sun, fire * (1 - 0.45 * light.dark), share),
        fog_shade=mix(light.fog_shade, fire * 0.35, 0.6 * share),
        horizon=mix(light.horizon, fire * (1 - 0.4 * light.dark), 0.8 * share),
        low=mix(light.low, fire * 0.6, 0.5 * share),
        key=mix(light.key, fire, 0.9 * share),
        ambient=mix(light.ambient, fire * 0.4, 0.55 * share),
    )


def _site(stage: Stage, recipe: Recipe, camera: Lookout, power: float) -> _Site:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "cone"))
    seed = stable_seed(recipe.place_seed, "cone-shape")
    eye = 260.0 * (1 + 1.15 * (camera.eye - 1))
    tall = (_PEAK * (0.9 + 0.2 * random.random()) / 1.69) * _AWAY_M + 260.0
    relief = Relief(
        cone(texels(stage), seed=seed, torn=0.16 if power > 0 else 0.05),
        tile_m=_WIDE_M,
        height_m=tall,
        light=stage.light,
    )
    aside = stage.light.side * (0.05 + 0.11 * random.random()) - 0.05 * camera.aside  # frame widths
    x = stage.vanishing_x + aside * stage.width * min(1.3, camera.magnify)
    middle = (x - stage.vanishing_x) / camera.focal * _AWAY_M
    cut = Cut(
        near=_AWAY_M - 0.40 * _WIDE_M,
        far=_AWAY_M + 0.46 * _WIDE_M,
        eye=eye,
        x=relief.tile_m / 2 - middle,
        z=relief.tile_m / 2 - _AWAY_M,
        stage_z=95.0,
        haze=1 - (1 - 0.20) ** stage.light.haze,
        mist=min(0.9, 0.55 * stage.light.haze),
        taper=0.10,
        steps=420,
    )
    site = _Site(power, x, 0.0, 0.0, relief, cut, camera)
    left, right, front = (site.spot(stage, angle, RIM) for angle in (np.pi, 0.0, -np.pi / 2))
    return site._replace(
        x=(left[0] + right[0]) / 2, rim=max(left[1], right[1], front[1]), half=abs(right[0] - left[0]) / 2
    )


def _hang_smoke(stage: Stage, recipe: Recipe, site: _Site) -> None:
    """Behind the rim: the glow of the crater, the fountain, the plume."""
    seed = stable_seed(recipe.place_seed, "plume")
    tall = max(0.30 * stage.height, 1.05 * (site.rim - stage.y(-0.06))) * (0.55 + 0.45 * site.power)
    behind = site.cut.stage_z + 1.0
    y = site.rim + 0.4 * site.half
    cover = 0.96 if site.power > 0 else 0.5 if recipe.weather is not Weather.SNOW else 0.3
    stage.add(
        Plume(
            stage,
            x=site.x,
            y=y,
            wide=1.7 * site.half if site.power > 0 else 0.6 * site.half,
            tall=tall if site.power > 0 else 0.16 * stage.height,
            z=behind + 0.3,
            cover=cover,
            ash=site.power,
            glow=site.power * (0.55 + 0.45 * stage.light.dark),
            seed=seed,
        )
    )
    if site.power == 0:
        return
    radius = (0.20 + 0.10 * site.power) * stage.height
    halo = glow(stage, radius, _FIRE) * (0.55 + 0.35 * stage.light.dark)
    stage.plate(halo, behind + 0.2, x=site.x - radius, y=site.rim - radius, motion=flicker, is_light=True)
    for high, count in ((0.055, 130), (0.12 * site.power, round(90 * site.power))):
        stage.add(
            Droplets(
                stage, x=site.x, y=y, wide=1.1 * site.half, tall=high * stage.height * site.camera.magnify, count=count,
                z=behind + 0.1, colour="#ffb050", seed=seed + count,
            )
        )  # fmt: skip


def _hang_cone(stage: Stage, recipe: Recipe, site: _Site) -> None:
    stuff = material("scoria")
    if site.power == 0:
        stuff = stuff.model_copy(
            update={
                "rough": 0.25,
                "high": "#d4daea",
                "steep": "#8e92a6",
                "snow": 0.95,
                "snow_line": 0.36,
                "cover": "#3c4a34",
                "cover_amount": 0.8,
                "cover_top": 0.3,
            }
        )
    hang_ranges(
        stage,
        site.camera,
        [Range(site.relief, in_season(stuff, recipe), site.cut)],
        floor=stage.horizon + 0.06 * stage.height,
    )
    if site.power > 0:
        paths = _paths(stage, recipe, site)
        stage.add(
            Streams(
                stage,
                paths,
                z=site.cut.stage_z - 0.1,
                power=0.75 + 0.25 * site.power,
                seed=stable_seed(recipe.place_seed, "streams"),
            )
        )
    mist(
        stage, stable_seed(recipe.place_seed, "foot-mist"), z=site.cut.stage_z - 8, below=-0.005, height=0.05,
        cover=min(0.8, 0.5 * stage.light.haze), speed=8,
    )  # fmt: skip


def _paths(stage: Stage, recipe: Recipe, site: _Site) -> list[F32]:
    """Lines of lava on the flank that faces the viewer: (n, 3) canvas x, y, width each."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "lava"))
    count = 3 + round(3 * site.power)
    angles = -np.pi / 2 + np.linspace(-1.15, 1.15, count) + 0.18 * random.standard_normal(count)
    paths = []
    for angle in angles:
        reach = 0.25 + 0.45 * random.random() * (0.4 + 0.6 * site.power)
        radii = np.linspace(RIM * 0.98, reach, 46)
        wander = np.cumsum(random.standard_normal(46)) * 0.018
        wide = (2.0 + 2.6 * random.random()) * stage.scale * site.camera.magnify
        rows = []
        for radius, turn in zip(radii, wander, strict=True):
            x, y = site.spot(stage, angle + turn, float(radius))
            rows.append((x, y, wide * (0.8 + 1.6 * radius)))
        paths.append(np.array(rows, np.float32))
    return paths


def _hang_land(stage: Stage, recipe: Recipe, camera: Lookout, power: float) -> Bed:
    """Hills before the cone, and the valley in which lava or water comes toward the viewer."""
    hang_far_land(
        stage,
        recipe,
        camera,
        read_table("volcanoes.json")["front"],
        behind=58.0,
        floor=stage.horizon + 0.07 * stage.height,
    )
    random = np.random.default_rng(stable_seed(recipe.place_seed, "lava-bed"))
    is_lake = bool(said(recipe.setting) & set(read_table("volcanoes.json")["lake"]))
    side = stage.light.side
    wide = 90.0 if is_lake else 5.5 if power > 0 else 3.2
    bend = Bend(
        wide=wide,
        deep=0.5,
        sway=0.0 if is_lake else side * (0.13 + 0.08 * random.random()),
        turns=0.6 + 0.2 * random.random(),
        phase=np.pi * (0.55 + 0.3 * random.random()),
        beside=side * (0.5 * wide + (1.4 if not is_lake else -24.0)),
        rough=0.16 if not is_lake else 0.05,
    )
    seed = stable_seed(recipe.place_seed, "valley")
    rough, tile_m = (2.5, 46.0) if power > 0 else (3.1, 80.0)
    shape = 0.5 + 0.17 * spectral(256, 256, seed=seed, slope=rough, high=70 if power > 0 else 30)
    valley = Valley(
        np.clip(shape, 0, 1).astype(np.float32),
        bend,
        tile_m=tile_m,
        height_m=2.4,
        light=stage.light,
        seed=seed,
        rise=0.02,
    )
    bed = hang_valley(stage, camera, valley, _ground(recipe, power), far=300.0, step=1.2 * camera.aside, haze=0.14)
    _hang_flow(stage, recipe, camera, bed, power)
    return bed


def _ground(recipe: Recipe, power: float) -> Material:
    stuff = material("scoria" if power > 0 else "meadow")
    return in_season(stuff, recipe)


def _hang_flow(stage: Stage, recipe: Recipe, camera: Lookout, bed: Bed, power: float) -> None:
    light = stage.light
    cover = np.asarray(bed.seen * smoothstep(0.12, -0.25, bed.out), np.float32)
    course = Course(
        top=bed.top, div=bed.div, along=-bed.along, across=bed.across, cover=cover,
        foam=np.asarray(0.3 * np.exp(-((bed.out / 0.2) ** 2)), np.float32),
        edge=np.full(cover.shape, stage.horizon + 0.012 * stage.height, np.float32),
        down=(bed.eye / bed.far).astype(np.float32), still=smoothstep(20, 120, bed.far), reach=bed.reach,
    )  # fmt: skip
    seed = stable_seed(recipe.place_seed, "flow")
    if power > 0:
        stage.add(LavaFlow(stage, course, z=4.19 * camera.z, speed=0.7 + 0.5 * power, seed=seed))
        return
    deep = mix("#123c52", light.ambient, 0.3 + 0.3 * light.dark) * (0.9 - 0.4 * light.dark)
    flow = Flow(
        speed=0.5, rough=0.3, deep=deep, shallow=mix(deep, "#6a8a7c", 0.5 * (1 - 0.7 * light.dark)),
        foam=mix(light.key, light.ambient, 0.5), glint=light.key, wave_m=3.0,
    )  # fmt: skip
    stage.add(Current(stage, course, flow, mirror_of(stage), z=4.19 * camera.z, seed=seed))


def _hang_boulders(stage: Stage, recipe: Recipe, camera: Lookout, bed: Bed, power: float) -> None:
    """Blocks of old lava on the land, near ones dark against the glow."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "blocks"))
    lamp = lamp_of(stage.light, front=0.3, snow=0.85 if is_white(recipe) else 0.0)
    spots = sorted(((float(z), *random.random(4).tolist()) for z in 5.0 + 60 * random.random(30) ** 1.6), reverse=True)
    for z, beside, size, shape, pick in spots:
        across = 1.9 * (beside - 0.5) * (z + 6)
        x, y = bed.x(stage, across - 1.2 * camera.aside, z), bed.y(stage, z, 0.35)
        row, column = round((bed.y(stage, z) - bed.top) / bed.div), round(x / bed.div)
        if not (0 <= row < bed.out.shape[0] and 0 <= column < bed.out.shape[1]) or bed.out[row, column] < 0.6:
            continue
        wide = round((0.35 + 1.3 * size**2) * bed.focal / z)
        if not 6 <= wide < 0.5 * stage.height or abs(y - camera.feet) < 0.03 * stage.height:
            continue
        made = boulder(
            wide,
            max(5, round(wide * (0.45 + 0.3 * shape))),
            stone("basalt"),
            lamp,
            seed=int(pick * 1e9),
            scale=stage.scale,
            wet=0.0,
        )
        haze = 1 - (1 - 0.14) ** (stage.light.haze * z / 60)
        made = in_air(made, air_at(stage, np.asarray(x, np.float32)), min(0.7, float(haze)))
        stage.plate(
            made, min(4.18 * camera.z, z * bed.stage_z), x=round(x - wide / 2), y=round(y - 0.86 * made.shape[0])
        )
