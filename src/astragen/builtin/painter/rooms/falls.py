"""Waterfalls: water over a cliff into a pool, seen from the bank.

The setting's words choose a kind (`data/painter/falls.json`): one plunge, a curtain of many
strands, or a cascade over ledges; the camera's height decides how much of the rim and of the
pool is seen. People stand on the bank before the pool.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.cascade import Droplets, Falling, Sheet, Spray, rainbow, water_tones
from astragen.builtin.painter.cliffs import Site, grow, grown_about, hang_cliff, hang_wings
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.current import Course, Current, Flow, mirror_of, rings
from astragen.builtin.painter.ground import BEHIND, hang_ground
from astragen.builtin.painter.landform import Relief, rugged, texels
from astragen.builtin.painter.lookout import Lookout, look, said
from astragen.builtin.painter.materials import in_season, is_white, material
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plants import (
    Swaying,
    broad_leaves,
    fern,
    framing_size,
    hang_framing,
    in_air,
    leaves_of,
    table,
)
from astragen.builtin.painter.rock import boulder, lamp_of, stone
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage, air_at
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.terrain import Cut, Range, hang_ranges
from astragen.builtin.painter.weather import mist, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, ShotSize, TimeOfDay, Weather

Row = dict[str, Any]

_HORIZON = 0.54
# The camera's height over the pool, as a part of the fall's.
_EYE = {Angle.LOW: 0.10, Angle.EYE: 0.24, Angle.HIGH: 0.46, Angle.AERIAL: 1.0}
_TIERS = {1: (1.0,), 2: (0.62, 0.38), 3: (0.40, 0.34, 0.26)}  # each tier's part of the height
_IS_NEAR = (ShotSize.MEDIUM, ShotSize.CLOSE, ShotSize.EXTREME_CLOSE)


def kind_for(setting: str) -> str:
    """The kind of fall that *setting* names: "cascade", "curtain" or "plunge"."""
    words = setting.lower().replace("-", " ").split()
    kinds = read_table("falls.json")["kinds"]
    return next((name for name, row in kinds.items() if set(words) & set(row["words"])), "plunge")


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang sky, cliff, water, pool, bank and what grows on them."""
    if recipe.time_of_day is TimeOfDay.DAY:  # the high sun stands over the frame, behind the viewer's shoulder
        stage.light = stage.light._replace(sun_y=0.85)
    camera = look(stage, recipe, horizon=_HORIZON)
    hang_sky(stage, recipe, magnify=camera.magnify)
    site = grown_about(stage, recipe, _site(stage, recipe, camera))
    _hang_hills(stage, recipe, camera, site)
    hang_cliff(stage, recipe, site)
    _hang_sheets(stage, recipe, site)
    hang_wings(stage, recipe, site)
    _hang_pool(stage, recipe, camera, site)
    _hang_bank(stage, recipe, camera, site)
    _hang_air(stage, recipe, site)
    weather(stage, recipe)


def _site(stage: Stage, recipe: Recipe, camera: Lookout) -> Site:
    row = dict(read_table("falls.json")["kinds"][kind_for(recipe.setting)])
    words = said(recipe.setting)
    tables = read_table("falls.json")
    if words & set(tables["tropical"]):
        row["trees"] = "palm"
    elif words & set(tables["rugged"]):
        row.update(trees="pine", stone="granite")
    random = np.random.default_rng(stable_seed(recipe.place_seed, "falls"))
    flip = int(random.choice([-1, 1]))
    strands = row["strands"][int(random.integers(len(row["strands"])))]
    row["strands"] = [(flip * middle, wide, body) for middle, wide, body in strands]
    row["tiers"] = row["tiers"][int(random.integers(len(row["tiers"])))]
    tall = row["tall"] * (0.92 + 0.16 * random.random()) * stage.height * min(1.7, camera.magnify)
    eye = _EYE[recipe.angle]
    foot = stage.horizon + eye * tall
    x = stage.vanishing_x + stage.light.side * (0.05 + 0.10 * random.random()) * stage.width * camera.magnify
    x -= 0.07 * camera.aside * stage.width
    x = float(np.clip(x, stage.x(0.24), stage.x(0.76)))
    reach = camera.feet - stage.horizon
    down = foot - stage.horizon
    front = 0.5 if recipe.time_of_day in (TimeOfDay.DAY, TimeOfDay.NIGHT) else 0.24
    lamp = lamp_of(stage.light, front=front, snow=0.85 if is_white(recipe) else 0.0)
    return Site(
        rim=foot - tall,
        foot=foot,
        tall=tall,
        x=x,
        metre=camera.metre * down / reach,
        z=camera.z * reach / down,
        water_z=min(0.88 * camera.z * reach / down, BEHIND * camera.z - 0.05),
        row=row,
        lamp=lamp,
    )


def _hang_hills(stage: Stage, recipe: Recipe, camera: Lookout, site: Site) -> None:
    """Wooded land behind the rim, up to the sky."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "hills"))
    ranges = []
    for row in read_table("falls.json")["ranges"]:
        at = random.random(2) * row["tile"]
        shape = rugged(row["map"], row["fine"], row["amount"], texels(stage))
        relief = Relief(shape, tile_m=row["tile"], height_m=row["height"], light=stage.light)
        above = max(0.0, stage.horizon - site.rim) / stage.unit * 0.7
        cut = Cut(
            near=row["near"],
            far=row["far"],
            eye=row["eye"] if above > 0 else row["eye"] * 2.2,
            x=float(at[0]) + 120 * camera.aside,
            z=float(at[1]),
            stage_z=site.z + row["stage_z"],
            peak=max(0.05, above * row["peak"] * 2.6 / camera.magnify),
            haze=1 - (1 - row["haze"]) ** stage.light.haze,
            mist=row["mist"],
            carve=row["carve"],
        )
        ranges.append(Range(relief, in_season(material(row["material"]), recipe), cut))
    hang_ranges(stage, camera, ranges, floor=site.rim + 0.06 * site.tall)
    mist(
        stage,
        stable_seed(recipe.place_seed, "rim-mist"),
        z=site.z + 20,
        below=(site.rim - stage.horizon) / stage.height,
        height=0.07,
        cover=min(0.85, 0.5 * stage.light.haze),
        speed=9,
    )


def _hang_sheets(stage: Stage, recipe: Recipe, site: Site) -> None:
    """The falling water, strand by strand, with spray at every ledge."""
    light = stage.light
    white = mix(
        mix(light.key, "#ffffff", 0.55),
        light.ambient,
        0.12 + 0.10 * light.dark + 0.2 * (1 - light.strength) * (1 - light.dark),
    )
    white = white * (0.82 if light.is_night else 0.98)
    shade = mix(light.ambient, white, 0.25)
    tones = water_tones(shade * 0.9, mix(shade, white, 0.5), white)
    tiers = site.row["tiers"]
    random = np.random.default_rng(stable_seed(recipe.place_seed, "sheets"))
    for index, (middle, wide, body) in enumerate(site.row["strands"]):
        x, top = site.x + middle * site.tall, site.rim
        for tier in range(tiers):
            share = _TIERS[tiers][tier]
            tall = share * site.tall
            shift = (0.0, 0.07, -0.05)[tier % 3] * site.tall * stage.light.side
            spread = wide * site.tall * (1 + 0.45 * tier)
            sheet = Sheet(
                x=x + shift,
                top=top,
                foot=top + tall + 0.012 * site.tall,
                lip=spread * 0.92,
                base=spread * (1.22 if tiers == 1 else 1.3),
                seconds=(0.62 + 1.1 * share) * (0.8 + 0.4 * body),
                lean=0.02 * site.tall * float(random.standard_normal()),
                body=body,
                z=site.z - 0.01 * (tier + 1),
                lobes=max(2, round(spread / (0.05 * site.tall))),
            )
            stage.add(Falling(stage, sheet, tones, seed=stable_seed(recipe.place_seed, "sheet", index, tier)))
            top += tall
    _hang_spray(stage, recipe, site, white)


def _hang_spray(stage: Stage, recipe: Recipe, site: Site, white: F32) -> None:
    colour = mix(white, air_at(stage, np.asarray(site.x, np.float32)), 0.45)
    for index, (middle, wide, body) in enumerate(site.row["strands"]):
        if body < 0.4:
            continue
        x = site.x + middle * site.tall
        seed = stable_seed(recipe.place_seed, "spray", index)
        reach = (0.16 + 0.75 * wide) * site.tall
        for far, cover in ((0.05, 1.0), (-0.35, 0.62)):
            stage.add(
                Spray(
                    stage,
                    x=x,
                    y=site.foot + 0.03 * site.tall,
                    wide=reach * (1.0 if far > 0 else 1.5),
                    tall=(0.34 if far > 0 else 0.17) * site.tall * (0.6 + 0.5 * body),
                    cover=cover * body,
                    z=site.water_z - (0.01 if far > 0 else 0.02),
                    colour=colour,
                    seed=seed,
                )
            )
        stage.add(
            Droplets(
                stage,
                x=x,
                y=site.foot + 0.01 * site.tall,
                wide=0.7 * wide * site.tall + 0.03 * site.tall,
                tall=0.10 * site.tall,
                count=round(90 * body),
                z=site.water_z - 0.015,
                colour=white * 0.7,
                seed=seed,
            )
        )


def _hang_pool(stage: Stage, recipe: Recipe, camera: Lookout, site: Site) -> None:
    """Ground from the cliff's foot to the viewer, the pool that lies in it, and stones in both."""
    rise = (camera.feet - site.foot) / stage.height + 0.01
    stuff = in_season(material("rock").model_copy(update={"cover_amount": 0.35}), recipe)
    hang_ground(stage, recipe, camera, stuff, relief="rocky", tile_m=24, height_m=1.3, rise=max(0.03, rise), haze=0.05)
    is_near = recipe.size in _IS_NEAR
    near = stage.canvas_height if is_near else min(camera.feet - 0.005 * stage.height, stage.y(0.86))
    near = max(near, site.foot + 0.10 * stage.height)
    course = _pool(stage, recipe, camera, site, near + (3.0 * stage.height if is_near else 0.0))
    seed = stable_seed(recipe.place_seed, "pool")
    stage.add(Current(stage, course, _flow(stage), mirror_of(stage), z=site.water_z, seed=seed))
    _hang_boulders(stage, recipe, camera, site, near)
    _hang_stones(stage, recipe, camera, site, near)


def _pool(stage: Stage, recipe: Recipe, camera: Lookout, site: Site, near: float) -> Course:
    """The pool from the cliff's foot to about canvas y *near*, nearer on the sun's side."""
    top = int(site.foot - 0.004 * stage.height)
    bottom = max(top + 8, min(stage.canvas_height, int(near + 0.24 * stage.height)))
    div = max(1.5, stage.height / 360)
    along, across, down = rings(stage, x=site.x, foot=site.foot, metre=site.metre, top=top, bottom=bottom, div=div)
    rows, columns = along.shape
    x = (np.arange(columns, dtype=np.float32)[None] + 0.5) * div
    y = top + (np.arange(rows, dtype=np.float32)[:, None] + 0.5) * div
    bays = value_noise(2, columns, 9, seed=stable_seed(recipe.place_seed, "bays"), octaves=4)[:1] - 0.5
    slant = 0.42 * stage.light.side * (x - stage.vanishing_x) / stage.width
    shore = (near - y) / stage.height + 0.07 * bays + slant
    cover = smoothstep(-0.004, 0.075, shore) * smoothstep(0, 2.0 * div, y - site.foot + 1.5 * div)
    froth = np.maximum(
        0.42 * np.exp(-((along / min(9.0, stage.width / site.metre)) ** 2)), 0.40 * np.exp(-((shore / 0.012) ** 2))
    )
    for middle, wide, body in site.row["strands"]:
        aside = (x - site.x - middle * site.tall) / (wide * site.tall * 0.9)
        froth = np.maximum(froth, body * np.exp(-(aside**2) - (y - site.foot) / (0.055 * stage.height)))
    return Course(
        top=top,
        div=div,
        along=along,
        across=across,
        cover=np.asarray(cover, np.float32),
        foam=np.asarray(froth, np.float32),
        edge=np.full((rows, columns), site.foot, np.float32),
        down=down,
        still=np.asarray(smoothstep(2, 16, along) * 0.6, np.float32),
        reach=camera.z * max(1.0, camera.feet - stage.horizon),
    )


def _flow(stage: Stage) -> Flow:
    """How the pool's water looks at this hour."""
    light = stage.light
    deep = mix(light.ambient, "#0d4a4c", 0.62) * (0.72 - 0.25 * light.dark)
    white = mix(mix(light.key, "#ffffff", 0.5), light.ambient, 0.35 + 0.25 * light.dark)
    return Flow(
        speed=1.1,
        rough=0.62,
        deep=deep,
        shallow=mix(deep, "#5d8a72", 0.45 * (1 - 0.6 * light.dark)),
        foam=white * (0.6 if light.is_night else 0.92),
        glint=light.key,
        wave_m=2.4,
    )


def _hang_boulders(stage: Stage, recipe: Recipe, camera: Lookout, site: Site, near: float) -> None:
    """Stones in the pool and along its bank."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "boulders"))
    reach = camera.z * (camera.feet - stage.horizon)
    spots = []
    for _ in range(26):
        away, part, size = 2 * random.random() - 1, random.random(), 0.4 + random.random() ** 2
        shape, seed = 0.5 + 0.25 * random.random(), int(random.integers(1 << 30))
        spots.append((part**0.8, away, size, shape, seed))
    for part, away, size, shape, seed in sorted(spots):
        y = site.foot + (near - site.foot) * (0.12 + 0.95 * part)
        x = site.x + away * (0.30 + 0.5 * part) * stage.width * 1.15
        if abs(x - site.x) < (0.18 + 0.14 * part) * site.tall * (1.4 - part) or y > stage.y(1.08):
            continue
        grown = (y - stage.horizon) / max(1.0, near - stage.horizon)
        wide = round(0.13 * size * grown * stage.height * min(1.6, camera.magnify))
        if wide < 8 or not -wide < x < stage.canvas_width + wide:
            continue
        made = boulder(
            wide, max(6, round(shape * wide)), stone(site.row["stone"]), site.lamp, seed=seed, scale=stage.scale
        )
        air = air_at(stage, np.asarray(x, np.float32))
        made = in_air(made, air, min(0.5, 0.12 * (1 - part) * stage.light.haze + 0.02))
        stage.plate(made, reach / max(1.0, y - stage.horizon), x=round(x - wide / 2), y=round(y - made.shape[0] * 0.88))


def _hang_stones(stage: Stage, recipe: Recipe, camera: Lookout, site: Site, near: float) -> None:
    """Small stones strewn over the bank, thickest at the water's edge; nearer ones are dark."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "stones"))
    reach = camera.z * (camera.feet - stage.horizon)
    kinds = []
    for _ in range(6):
        wide, shape = round(0.07 * stage.height), 0.45 + 0.3 * random.random()
        seed = int(random.integers(1 << 30))
        kinds.append(
            boulder(wide, round(shape * wide), stone(site.row["stone"]), site.lamp, seed=seed, scale=stage.scale)
        )
    spots = sorted(
        (random.random() ** 2.6, random.random(), random.random() ** 2.5, int(random.integers(6))) for _ in range(60)
    )
    bottom = stage.y(1.10)
    for part, across, size, pick in spots:
        y = near - 0.02 * stage.height + part * (bottom - near)
        slant = (
            0.42 * stage.light.side * (stage.x(1.3 * across - 0.15) - stage.vanishing_x) / stage.width * stage.height
        )
        y += max(-0.04 * stage.height, slant) * (1 - part)
        down = y - stage.horizon
        if abs(y - camera.feet) < 0.012 * stage.height or down < 4:
            continue
        grown = (0.12 + 0.9 * size) * down / (near - stage.horizon)
        if grown * min(kinds[pick].shape[:2]) < 3:
            continue
        flags = cv2.INTER_AREA if grown < 1 else cv2.INTER_LINEAR
        made = cv2.resize(kinds[pick], None, fx=grown, fy=grown, interpolation=flags)
        x = stage.x(1.3 * across - 0.15)
        dark = 1 - 0.5 * part
        made = np.asarray(made, np.float32) * np.array([dark, dark, dark, 1], np.float32)
        stage.plate(
            np.asarray(made, np.float32),
            reach / down,
            x=round(x - made.shape[1] / 2),
            y=round(y - 0.85 * made.shape[0]),
        )


def _hang_bank(stage: Stage, recipe: Recipe, camera: Lookout, site: Site) -> None:
    """Dark plants close to the camera, and a bough on the side away from the sun."""
    if recipe.size in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        return
    random = np.random.default_rng(stable_seed(recipe.place_seed, "bank"))
    shades = table()["jungle"] if site.row["trees"] == "palm" else leaves_of(recipe.season, random)
    if not is_white(recipe):
        for _ in range(7):
            tall = round((0.10 + 0.12 * random.random()) * stage.unit)
            across = (0.22 * random.random() - 0.06) if random.random() < 0.5 else 1 - (0.22 * random.random() - 0.06)
            seed = int(random.integers(1 << 30))
            sprout = fern if random.random() < 0.7 else broad_leaves
            plant = sprout(tall, seed=seed, light=stage.light, shades=shades) * np.array(
                [0.5, 0.5, 0.52, 1], np.float32
            )
            stage.add(
                Swaying(
                    stage,
                    np.asarray(plant, np.float32),
                    2.0 + random.random(),
                    x=stage.x(across) - plant.shape[1] / 2,
                    y=stage.y(1.05 + 0.04 * random.random()) - plant.shape[0],
                    seed=seed,
                    reach=0.05 * tall,
                )
            )
    seed = stable_seed(recipe.place_seed, "bough")
    bough = grow(stage, recipe, site, framing_size(stage) // 2, np.random.default_rng(seed))
    bough = np.asarray(cv2.resize(bough, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), np.float32)  # out of focus
    hang_framing(stage, bough, seed=seed, into=0.10)


def _hang_air(stage: Stage, recipe: Recipe, site: Site) -> None:
    """Birds, and a bow in the spray when the sun can make one."""
    is_bright = recipe.weather in (Weather.CLEAR, Weather.CLOUDY) and not stage.light.is_night
    if is_bright and recipe.time_of_day is TimeOfDay.DAY:
        bow = rainbow(
            stage,
            x=site.x + 0.20 * stage.light.side * site.tall,
            y=site.foot + 0.14 * site.tall,
            radius=0.46 * site.tall,
            strength=0.075 * stage.light.strength,
        )
        stage.plate(blur(bow, 2 * stage.scale), site.z * 0.9, is_light=True)
    if is_bright:
        stage.add(Birds(stage, recipe.place_seed, count=6, down=0.16, span=14))
