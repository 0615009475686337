"""Caves: rock all about, and one light in the dark.

The setting's words choose a kind (`data/painter/caves.json`): a cave seen toward its mouth, a
grotto or ice cave under a hole in its roof, crystals that glow, a mine with lanterns. The hour
and the weather are outside: they colour the light that comes in.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.current import Course, Current, Flow, mirror_of
from astragen.builtin.painter.farland import hang_far_land
from astragen.builtin.painter.furnishings import LANTERN, hang_crystals, hang_timber
from astragen.builtin.painter.ground import BEHIND, hang_ground
from astragen.builtin.painter.hollow import Beam, Cave, Drips, Ring, Source, arch, paint_ring
from astragen.builtin.painter.lava import glow
from astragen.builtin.painter.lookout import Lookout, look, said
from astragen.builtin.painter.materials import material
from astragen.builtin.painter.noise import blur, smoothstep, stable_seed, value_noise
from astragen.builtin.painter.plants import fern, hang_framing, leaves_of
from astragen.builtin.painter.rock import Lamp, boulder, stone
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.weather import dust, fireflies, mist, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import ShotSize, TimeOfDay, Weather

Row = dict[str, Any]

_HORIZON = 0.53


def kind_for(setting: str) -> str:
    """The kind of cave that *setting* names; a den or a mine by its noun, the rest by what it is full of."""
    words = said(setting)
    rows = {name: row for name, row in read_table("caves.json").items() if isinstance(row, dict)}
    return next((name for name, row in rows.items() if words & set(row["words"])), "cave")


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang what is outside, the walls, floor and pool, the light, and what hangs and drips."""
    name = kind_for(recipe.setting)
    row = read_table("caves.json")[name]
    camera = look(stage, recipe, horizon=_HORIZON)
    cave = _cave(stage, recipe, camera, name, row)
    if row["light"] == "mouth":
        _hang_outside(stage, recipe, camera, cave)
    _go_inside(stage, cave)
    _hang_back(stage, recipe, camera, cave)
    _hang_floor(stage, recipe, camera, cave)
    if row["timber"]:
        hang_timber(stage, recipe, camera, cave)
    _hang_rings(stage, recipe, camera, cave)
    if row["pool"]:
        _hang_pool(stage, recipe, camera, cave)
    if row["light"] == "crystal":
        hang_crystals(stage, recipe, camera, cave)
    _hang_stones(stage, recipe, camera, cave)
    _hang_light(stage, recipe, camera, cave)


def _cave(stage: Stage, recipe: Recipe, camera: Lookout, name: str, row: Row) -> Cave:
    random = np.random.default_rng(stable_seed(recipe.place_seed, "cave"))
    scale = float(np.clip(camera.magnify, 0.85, 1.7))
    floor = min(
        stage.horizon + 0.085 * stage.height * scale,
        max(camera.feet - 0.05 * stage.height, stage.horizon + 0.05 * stage.height),
    )
    light, side = stage.light, stage.light.side
    x = (
        stage.vanishing_x
        + side * (0.05 + 0.10 * random.random()) * stage.width * scale
        - 0.10 * camera.aside * stage.width
    )
    outside = mix(light.horizon, light.key, 0.45) * (1.0 - 0.35 * light.dark)
    if row["light"] == "mouth":
        y, colour, reach = floor - 0.17 * stage.height * scale, outside, 0.36
    elif row["light"] == "lantern":
        y, colour, reach = floor - 0.16 * stage.height * scale, rgb(LANTERN), 0.34
    elif row["light"] == "crystal":
        colours = read_table("caves.json")["crystal_colours"]
        y, colour, reach = floor - 0.03 * stage.height, rgb(colours[recipe.place_seed % len(colours)]), 0.46
    else:
        y, colour, reach = (
            stage.horizon - 0.34 * stage.height * scale,
            mix(outside, "#bfe4ff", 0.45 if name == "ice" else 0.1),
            0.5,
        )
    dim = 0.72 if recipe.weather in (Weather.STORM, Weather.RAIN) and row["light"] in ("mouth", "sky") else 1.0
    shade = mix(mix(light.ambient, "#3a3c48", 0.5), colour, 0.25) * (0.84 if not light.is_night else 1.0)
    if row["light"] in ("crystal", "lantern"):
        shade = mix(shade, colour * 0.5, 0.3) * 1.4
    if name == "ice":
        shade = mix(shade, "#4a8cc0", 0.5) * 1.25
    source = Source(
        x, y, np.asarray(colour * dim, np.float32), reach * stage.height * scale, np.asarray(shade, np.float32)
    )
    wall = BEHIND * camera.z + 6
    return Cave(name, row, floor, wall, source, scale, random)


def _hang_outside(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """The country before the cave's mouth, and its weather."""
    hang_sky(stage, recipe, magnify=camera.magnify)
    rows = read_table("lands.json")["alps" if recipe.place_seed % 3 == 0 else "woods"]["ranges"][::2]
    hang_far_land(stage, recipe, camera, rows, behind=cave.wall + 20, floor=cave.floor + 0.02 * stage.height)
    before = len(stage.layers)
    weather(stage, recipe)
    for layer in stage.layers[before:]:
        layer.z = max(layer.z, cave.wall + 2)  # what falls stays outside


def _go_inside(stage: Stage, cave: Cave) -> None:
    """The cave's own light for whatever follows."""
    light, source = stage.light, cave.source
    dark = source.ambient * 0.55
    stage.light = light._replace(
        key=source.colour,
        glow=source.colour,
        ambient=np.asarray(source.ambient * 0.9, np.float32),
        fog_shade=np.asarray(dark, np.float32),
        fog_sun=mix(dark, source.colour, 0.35),
        horizon=mix(dark, source.colour, 0.25),
        low=np.asarray(dark, np.float32),
        middle=np.asarray(dark * 0.8, np.float32),
        zenith=np.asarray(dark * 0.6, np.float32),
        sun_x=(source.x - stage.ox) / stage.width,
        sun_y=max(0.04, (stage.horizon - source.y) / stage.height),
        strength=0.85,
        haze=0.8,
        dark=max(light.dark, 0.35),
    )


def _hang_back(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """The far wall: whole, or with the mouth in it."""
    seed = stable_seed(recipe.place_seed, "back")
    tall = stage.height * cave.scale
    is_mouth = cave.row["light"] == "mouth"
    small = 0.7 if cave.name == "den" else 1.0
    ring = Ring(
        x=cave.source.x,
        top=cave.floor - (0.40 if is_mouth else 0.0) * tall * small,
        floor=cave.floor + 0.01 * stage.height,
        half=0.34 * tall * small,
        spikes=0.4 * cave.row["spikes"] * tall,
        stumps=0.0,
        z=cave.wall,
        depth=-0.12 if is_mouth else 0.34,
    )
    cover = arch(stage, ring, seed=seed) if is_mouth else np.ones((stage.canvas_height, stage.canvas_width), np.float32)
    picture = paint_ring(stage, ring, cover, stone(cave.row["stone"]), cave.source, seed=seed, cell=0.17 * tall)
    stage.plate(picture, cave.wall)


def _hang_floor(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """The ground, and the dark that lies on it away from the light."""
    names = {"ice": "snow", "mine": "soil", "den": "soil"}
    stuff = material(names.get(cave.name, "rock")).model_copy(update={"cover_amount": 0.0, "snow": 0.0})
    rise = max(0.04, (camera.feet - cave.floor) / stage.height + 0.012)
    hang_ground(stage, recipe, camera, stuff, relief="rocky", tile_m=20, height_m=1.2, rise=rise, haze=0.02)
    small = 4
    y, x = np.mgrid[0 : stage.canvas_height : small, 0 : stage.canvas_width : small].astype(np.float32)
    far = np.hypot((x - cave.source.x) * 0.8, (y - cave.floor) * 1.1) / (1.5 * cave.source.reach)
    alpha = np.clip(1 - 1.15 / (1 + far**2), 0, 0.74) * smoothstep(
        cave.floor - 0.03 * stage.height, cave.floor + 0.05 * stage.height, y
    )
    murk = np.dstack([np.broadcast_to(cave.source.ambient * 0.18, (*y.shape, 3)) * alpha[..., None], alpha])
    size = (stage.canvas_width, stage.canvas_height)
    _hang_pool_of_light(stage, camera, cave)
    stage.plate(np.asarray(cv2.resize(murk.astype(np.float32), size), np.float32), BEHIND * camera.z - 0.05)


def _hang_pool_of_light(stage: Stage, camera: Lookout, cave: Cave) -> None:
    """Where the light falls on the floor."""
    wide, tall = round(1.5 * cave.source.reach), round(0.42 * cave.source.reach)
    spot = cv2.resize(glow(stage, 32, cave.source.colour), (2 * wide, 2 * tall), interpolation=cv2.INTER_CUBIC)
    y = cave.floor + 0.07 * stage.height
    shown = np.clip(spot * 0.75, 0, 1).astype(np.float32)
    shown *= smoothstep(
        cave.floor - 0.01 * stage.height, cave.floor + 0.03 * stage.height, y - tall + np.arange(2 * tall)
    )[:, None, None]
    stage.plate(shown, BEHIND * camera.z - 0.06, x=round(cave.source.x - wide), y=round(y - tall), is_light=True)


def _rings(stage: Stage, camera: Lookout, cave: Cave) -> list[Ring]:
    """Three walls between the back and the camera, each arch wider than the one behind it."""
    reach = camera.z * (camera.feet - stage.horizon)
    tall = stage.height * cave.scale
    spikes = cave.row["spikes"] * tall
    rings = []
    for z, wide, high, out, depth in (
        (2.1, 0.60, 0.44, 0.25, -0.10),
        (1.25, 0.86, 0.54, 0.1, -0.22),
        (0.42, 1.10, 0.62, 0.0, -0.4),
    ):
        far = max(1.6, z * camera.z)
        foot = stage.horizon + reach / far
        shift = out * (cave.source.x - stage.vanishing_x) + (cave.random.random() - 0.5) * 0.10 * stage.width
        shift -= 0.16 * camera.aside * stage.width / max(1.0, z * 1.2)
        rings.append(
            Ring(
                x=stage.vanishing_x + shift,
                top=stage.horizon - high * tall * cave.row["room"] * (0.92 + 0.16 * cave.random.random()),
                floor=foot if z > 0.5 else stage.y(1.5),
                half=wide * cave.row["room"] ** 0.35 * max(tall, 0.56 * stage.width),
                spikes=spikes * (0.8 + 0.5 / max(z, 0.5)),
                stumps=spikes * 0.8 if z > 0.5 else 0.0,
                z=far,
                depth=depth,
            )
        )
    return rings


def _hang_rings(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    tips = []
    for index, ring in enumerate(_rings(stage, camera, cave)):
        seed = stable_seed(recipe.place_seed, "ring", index)
        cover = arch(stage, ring, seed=seed)
        source = cave.source._replace(ambient=np.asarray(cave.source.ambient * (0.8, 0.55, 0.28)[index], np.float32))
        picture = paint_ring(
            stage,
            ring,
            cover,
            stone(cave.row["stone"]),
            source,
            seed=seed,
            cell=(0.2, 0.26, 0.34)[index] * stage.height,
        )
        if index == 2:
            picture = blur(picture, 2.4 * stage.scale)
        stage.plate(picture, ring.z)
        if index < 2 and cave.row["spikes"] > 0.1:
            tips.append((ring, _tips(cover, ring, seed)))
    for ring, spots in tips:
        if len(spots):
            floor = ring.floor + 0.02 * stage.height
            colour = mix(cave.source.colour, "#ffffff", 0.4)
            stage.add(
                Drips(
                    stage,
                    spots,
                    floor,
                    z=ring.z - 0.01,
                    colour=colour,
                    seed=stable_seed(recipe.place_seed, "drips", ring.z),
                )
            )


def _tips(cover: F32, ring: Ring, seed: int) -> F32:
    """(n, 2) the lowest points of a ring's stalactites, canvas px."""
    solid = cover > 0.5
    line = np.where(solid.all(0), 0, solid.argmin(0)).astype(np.float32)
    soft = blur(line[None], 2.0)[0]
    inside = np.abs(np.arange(line.size) - ring.x) < 0.75 * ring.half
    peaks = np.flatnonzero((soft[1:-1] > soft[:-2]) & (soft[1:-1] >= soft[2:]) & inside[1:-1]) + 1
    random = np.random.default_rng(seed)
    chosen = random.permutation(peaks)[:6]
    return np.column_stack([chosen, line[chosen]]).astype(np.float32)


def _hang_pool(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """Still water on the floor under the light; it mirrors the walls."""
    div = max(1.5, stage.height / 300)
    top, bottom = int(cave.floor), stage.canvas_height
    rows, columns = max(2, round((bottom - top) / div)), round(stage.canvas_width / div)
    y = top + (np.arange(rows, dtype=np.float32)[:, None] + 0.5) * np.float32(div)
    x = (np.arange(columns, dtype=np.float32)[None] + 0.5) * np.float32(div)
    under = np.maximum(y - stage.horizon, 1.0)
    eye = max(0.6, (camera.feet - stage.horizon) / camera.metre)
    far = np.asarray(eye * camera.focal / under, np.float32)
    aside = (x - cave.source.x) / camera.focal * far
    middle = eye * camera.focal / (0.55 * (cave.floor - stage.horizon) + 0.45 * (camera.feet - stage.horizon))
    rough = value_noise(rows, columns, 12, seed=stable_seed(recipe.place_seed, "pool"), octaves=4) - 0.5
    long = abs(eye * camera.focal / (cave.floor - stage.horizon) - middle)
    away = np.hypot(aside / (0.62 * middle), (far - middle) / (0.75 * long)) + 0.35 * rough
    cover = smoothstep(1.0, 0.86, away) * (0.6 + 0.4 * smoothstep(0.9, 0.5, away))
    light = stage.light
    tint = {"ice": "#2a7ab0", "crystal": "#123048", "grotto": "#0f5a5c"}.get(cave.name, "#16343a")
    deep = mix(tint, cave.source.ambient, 0.35) * (0.8 - 0.35 * light.dark)
    course = Course(
        top=top,
        div=div,
        along=np.hypot(aside, far - middle).astype(np.float32),
        across=(np.arctan2(aside, far - middle + 1e-3) * 8).astype(np.float32),
        cover=np.asarray(cover, np.float32),
        foam=np.zeros((rows, columns), np.float32),
        edge=np.full((rows, columns), cave.floor, np.float32),
        down=(under / camera.focal).astype(np.float32),
        still=np.zeros((rows, columns), np.float32),
        reach=camera.z * max(1.0, camera.feet - stage.horizon),
    )
    flow = Flow(
        speed=0.28, rough=0.16, deep=deep, shallow=mix(deep, cave.source.colour, 0.25), foam=cave.source.colour,
        glint=cave.source.colour, wave_m=1.6, lace=0.0,
    )  # fmt: skip
    stage.add(
        Current(
            stage,
            course,
            flow,
            mirror_of(stage),
            z=BEHIND * camera.z - 0.1,
            seed=stable_seed(recipe.place_seed, "pool"),
        )
    )


def _hang_stones(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """Blocks that fell from the roof, dark against the light."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "blocks"))
    reach = camera.z * (camera.feet - stage.horizon)
    spots = sorted(random.random((16, 4)).tolist())
    for part, across, size, pick in spots:
        y = cave.floor + (stage.y(1.04) - cave.floor) * (0.06 + 0.94 * part**1.3)
        x = stage.vanishing_x + (2 * across - 1) * 0.66 * stage.width
        if abs(x - cave.source.x) < 0.20 * stage.width or abs(y - camera.feet) < 0.02 * stage.height:
            continue
        wide = round(
            (0.025 + 0.05 * size) * stage.height * cave.scale * (y - stage.horizon) / (cave.floor - stage.horizon)
        )
        if not 6 <= wide < 0.45 * stage.height:
            continue
        toward = np.array([cave.source.x - x, cave.source.y - y, -0.2 * stage.height], np.float32)
        far = float(np.linalg.norm(toward))
        lamp = Lamp(
            toward / far,
            cave.source.colour,
            cave.source.ambient * 0.6,
            reach=1.2 / (1 + (far / (1.4 * cave.source.reach)) ** 2),
        )
        made = boulder(
            wide,
            max(5, round(0.6 * wide)),
            stone(cave.row["stone"]),
            lamp,
            seed=int(pick * 1e9),
            scale=stage.scale,
            wet=0.2,
        )
        z = min(reach / max(1.0, y - stage.horizon), BEHIND * camera.z - 0.2)
        stage.plate(made, z, x=round(x - wide / 2), y=round(y - 0.85 * made.shape[0]))


def _hang_light(stage: Stage, recipe: Recipe, camera: Lookout, cave: Cave) -> None:
    """Beams, haze and what drifts in them."""
    source, kind = cave.source, cave.row["light"]
    seed = stable_seed(recipe.place_seed, "beam")
    z = BEHIND * camera.z * 0.8
    is_dull = recipe.weather in (Weather.RAIN, Weather.STORM, Weather.FOG)
    gain = (0.36 if is_dull else 0.68) * (0.75 if recipe.time_of_day is TimeOfDay.NIGHT else 1.0)
    side = stage.light.side
    tall = stage.height
    if kind == "sky":
        start = (source.x + 0.10 * side * tall, stage.y(-0.16))
        end = (source.x - 0.10 * side * tall, camera.feet - 0.4 * (camera.feet - cave.floor))
        wide = (0.20 * tall * cave.scale, 0.50 * tall * cave.scale)
        stage.add(Beam(stage, start=start, end=end, wide=wide, z=z, colour=source.colour, gain=gain, seed=seed))
    elif kind == "mouth":
        start, wide = (source.x + 0.04 * side * tall, source.y - 0.10 * tall), (0.24 * tall, 0.46 * tall)
        for index in range(2):
            end = (source.x - side * (0.30 + 0.35 * index) * tall, stage.y(0.95 - 0.06 * index))
            beam = Beam(
                stage,
                start=start,
                end=end,
                wide=wide,
                z=z + index,
                colour=source.colour,
                gain=0.62 * gain,
                seed=seed + index,
                rise=0.5,
            )
            stage.add(beam)
    dust(stage, stable_seed(recipe.seed, "dust"), 1.1, mix(source.colour, "#ffffff", 0.2))
    cover = 0.55 if recipe.weather is Weather.FOG else 0.26
    mist(
        stage,
        seed,
        z=BEHIND * camera.z * 0.7,
        below=(cave.floor - stage.horizon) / stage.height,
        height=0.05,
        cover=cover,
        speed=7,
        colour=mix(stage.light.fog_shade, source.colour, 0.4),
    )
    if stage.light.is_night and cave.name in ("grotto", "crystal", "cave"):
        fireflies(stage, stable_seed(recipe.seed, "glow"), 0.7, "#9fe8c8")
    if kind == "sky" and cave.name == "grotto" and recipe.size not in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        leaves = leaves_of(recipe.season, np.random.default_rng(seed))
        plant = fern(round(0.34 * stage.unit), seed=seed, light=stage.light, shades=leaves)
        hang_framing(stage, plant, seed=seed, into=0.12, z=2.0, dark=0.5)
