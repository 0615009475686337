"""The deep wood: trunks behind trunks in glowing air, leaves overhead, light between them.

Depth comes from air: each plane of trunks is paler and calmer than the one before it,
and everything brightens toward the place where the sun stands behind the leaves.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.ground import BEHIND, Floor, hang_grass, hang_ground
from astragen.builtin.painter.lookout import Lookout, look
from astragen.builtin.painter.materials import material
from astragen.builtin.painter.noise import blur, stable_seed, value_noise
from astragen.builtin.painter.plants import (
    Shades,
    Swaying,
    broad_leaves,
    canopy,
    fern,
    in_air,
    leaves_of,
    lit_tones,
    stand,
    table,
    trunk,
)
from astragen.builtin.painter.shafts import Shafts
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.weather import dust, fireflies, mist, petals
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, ShotSize, Weather

Row = dict[str, Any]

_PLANES = (  # m away, trunks across the frame, air before them
    (85.0, 26, 0.84),
    (58.0, 19, 0.70),
    (40.0, 13, 0.53),
    (27.0, 8, 0.34),
    (18.0, 4, 0.17),
)
_HORIZON = 0.53
_GLOW = 0.17  # frame heights over the horizon: where the sun stands behind the leaves


def hang_deep_wood(stage: Stage, recipe: Recipe, row: Row) -> None:
    """Hang the wood of *row* (data/painter/woods.json)."""
    camera = look(stage, recipe, horizon=_HORIZON)
    random = np.random.default_rng(stable_seed(recipe.place_seed, "wood"))
    leaves = _leaves(recipe, row, random)
    air = _air(stage, leaves)
    stuff = material(row["ground"])
    if recipe.season is Season.AUTUMN:
        stuff = stuff.model_copy(update={"cover": "#8a4f22", "cover_amount": 0.8})
    floor = hang_ground(
        stage, recipe, camera, stuff, relief="rocky", tile_m=40, height_m=1.7, rise=0.17, path_m=row["path"], dapple=0.8
    )
    low = float(floor.crest.max())
    stage.plate(_backdrop(stage, air, round(low + 0.05 * stage.height)), 300.0)
    for index, (far, _, _) in enumerate(_PLANES[:4]):
        z = BEHIND * camera.z + far / 2
        bottom = min(stage.canvas_height, round(low + (0.02 + 0.35 / z) * stage.height))
        stage.plate(_plane(stage, recipe, camera, row, leaves, air, index, bottom), z)
        if index in (0, 2):
            seed, middle = stable_seed(recipe.place_seed, "mist", index), air[stage.canvas_width // 2]
            mist(stage, seed, z=z + 1, below=0.04, height=0.09, cover=0.42, speed=10, colour=middle)
    stage.add(Shafts(stage, stable_seed(recipe.place_seed, "shafts", recipe.seed), z=2.6 * camera.z))
    _hang_undergrowth(stage, recipe, camera, row, leaves, air, floor)
    _hang_framing(stage, recipe, camera, row, leaves)
    _hang_motes(stage, recipe, leaves)


def _leaves(recipe: Recipe, row: Row, random: np.random.Generator) -> Shades:
    if row["leaves"] == "jungle":
        shades: Shades = table()["jungle"]
        return shades
    return leaves_of(recipe.season, random)


def _glow(stage: Stage, x: F32, y: F32) -> F32:
    """How near canvas (x, y) is to the light behind the leaves, 0 to 1."""
    across, down = (
        (x - stage.sun[0]) / (0.34 * stage.width),
        (y - stage.horizon + _GLOW * stage.height) / (0.42 * stage.height),
    )
    return np.asarray(np.exp(-(across**2) - down**2), np.float32)


def _air(stage: Stage, leaves: Shades) -> F32:
    """Colour of the wood's air for each canvas column: (w, 3), green in the shade, bright toward the sun."""
    light = stage.light
    x = np.arange(stage.canvas_width, dtype=np.float32)
    shade = mix(light.fog_shade, leaves[1], 0.34) * (0.74 if light.is_night else 0.82)
    bright = mix(light.fog_sun, mix(light.key, leaves[2], 0.25), 0.35)
    return mix(shade, bright, np.exp(-(((x - stage.sun[0]) / (0.36 * stage.width)) ** 2)))


def _backdrop(stage: Stage, air: F32, bottom: int) -> F32:
    """What is seen between the farthest trunks: glowing air, darker overhead and below."""
    height, width = bottom // 2, stage.canvas_width // 2
    y, x = (grid.astype(np.float32) * 2 for grid in np.mgrid[0:height, 0:width])
    glow = _glow(stage, x, y)
    noise = value_noise(height, width, 22, seed=3, octaves=4)
    colour = air[::2][:width][None] * (0.62 + 0.42 * glow + 0.16 * (noise - 0.5) * (1 - glow))[..., None]
    colour = colour + (stage.light.glow - colour) * (0.55 * stage.light.strength * glow**2.2)[..., None]
    size = (stage.canvas_width, bottom)
    full = np.asarray(cv2.resize(np.clip(colour, 0, 1), size, interpolation=cv2.INTER_LINEAR), np.float32)
    return premultiply(full, np.ones(full.shape[:2], np.float32))


def _plane(
    stage: Stage, recipe: Recipe, camera: Lookout, row: Row, leaves: Shades, air: F32, index: int, bottom: int
) -> F32:
    """One plane of trunks with its leaves overhead and its bushes, behind its air."""
    far, count, thick = _PLANES[index]
    random = np.random.default_rng(stable_seed(recipe.place_seed, "plane", index))
    if recipe.season is Season.AUTUMN and row["leaves"] == "season":
        leaves = leaves_of(recipe.season, random)  # each plane its own red or gold
    width, height = stage.canvas_width, stage.canvas_height
    picture = np.zeros((bottom, width, 4), np.float32)
    metre = camera.focal / far
    foot = stage.horizon + max(1.6, (camera.feet - stage.horizon) / camera.metre) * metre + 0.03 * stage.height
    _stand_trunks(picture, stage, row, round(count * row["stems"] * 1.25), metre, bottom + 4.0, camera, random)
    if row["leaves"] == "jungle":
        _hang_vines(picture, stage, leaves, metre, random)
    leaf = max(1.3, (0.10 + 0.14 / (index + 1)) * metre) * (1.5 if row["leaves"] == "jungle" else 1.0)
    glow_x = stage.sun[0]
    tall = round(min(0.62 * height, (0.30 + 0.10 * row["canopy"] + 0.05 * index) * height))
    seed = stable_seed(recipe.place_seed, "canopy", index, recipe.seed)  # nobody knows a wood by its leaves
    density = 0.62 * row["canopy"]
    if recipe.season is not Season.WINTER:
        above = canopy(
            width, tall, seed=seed, light=stage.light, shades=leaves, leaf=leaf, density=density, glow_x=glow_x
        )
        picture[:tall] = above + picture[:tall] * (1 - above[..., 3:])
    low = round(1.5 * metre + 0.05 * stage.height)
    bush = canopy(width, low, seed=seed + 1, light=stage.light, shades=leaves, leaf=leaf, density=0.5, glow_x=glow_x)[
        ::-1
    ]
    top = min(bottom - 4, round(foot) - round(0.62 * low))
    part = picture[top : top + low]
    part[:] = bush[: part.shape[0]] + part * (1 - bush[: part.shape[0], :, 3:])
    if top + low < bottom:
        last = picture[top + low - 2 : top + low - 1]
        picture[top + low - 1 :] = cv2.blur(last, (round(0.2 * stage.unit) | 1, 1), borderType=cv2.BORDER_REFLECT)
    return _in_glow(
        stage, in_air(picture, air, min(0.93, thick * (0.75 + 0.25 * stage.light.haze))), 0.34 - 0.06 * index
    )


def _hang_vines(picture: F32, stage: Stage, leaves: Shades, metre: float, random: np.random.Generator) -> None:
    """Lianas that sag between the trunks."""
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    along = np.linspace(0, 1, 24)
    for _ in range(9):
        x, reach = width * random.random(), metre * (1.5 + 4 * random.random())
        sag = (0.10 + 0.28 * random.random()) * height
        line = np.column_stack([x + reach * along, 0.12 * height * random.random() + sag * 4 * along * (1 - along)])
        thick = max(1, round(metre * (0.03 + 0.05 * random.random())))
        cv2.polylines(mask, [np.round(line * 16).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 4)
    cover = (mask.astype(np.float32) / 255)[..., None]
    tone = lit_tones(leaves, stage.light)[3]
    picture *= 1 - cover
    picture += np.concatenate([cover * tone, cover], -1)


def _in_glow(stage: Stage, picture: F32, amount: float) -> F32:
    """Light that spills over a plane from behind it."""
    height, width = picture.shape[:2]
    y, x = (grid.astype(np.float32) * 8 for grid in np.mgrid[0 : -(-height // 8), 0 : -(-width // 8)])
    glow = np.asarray(cv2.resize(_glow(stage, x, y) ** 1.6, (width, height)), np.float32)
    spill = glow * amount * stage.light.strength
    picture[..., :3] += (stage.light.glow - 0.4) * 0.9 * (spill * picture[..., 3])[..., None]
    return np.clip(picture, 0, 1)


def _stand_trunks(
    picture: F32,
    stage: Stage,
    row: Row,
    count: int,
    metre: float,
    foot: float,
    camera: Lookout,
    random: np.random.Generator,
    *,
    clearing: float = 0.0,
) -> None:
    """Trunks at uneven steps across *picture*, each lit toward the glow; none within *clearing* of the middle."""
    bark = table()["bark"][row["trunks"]]
    thin = {"bamboo": 0.30, "birch": 0.62}.get(row["trunks"], 1.0)
    bands = 0.75 if row["trunks"] == "birch" else 0.0
    kinds = []
    tall = round(foot) + 2
    for _ in range(min(count, 5)):
        wide = max(3, round(metre * thin * (0.42 + 0.5 * random.random()) / 0.6))
        seed = int(random.integers(1 << 30))
        kinds.append(trunk(wide, tall, seed=seed, light=stage.light, shades=bark, bands=bands))
    for index in range(count):
        across = (index + 0.15 + 0.7 * random.random()) / count
        across = (across + camera.shift(stage)) % 1.0
        across = 0.5 + (across - 0.5) * max(1.0, camera.magnify) - 0.05 * camera.aside * metre / stage.unit
        kind = kinds[int(random.integers(len(kinds)))]
        if abs(across - 0.5) < clearing:
            continue
        x = across * stage.canvas_width
        is_lit_right = x < stage.sun[0]
        if (stage.light.side > 0) != is_lit_right:
            kind = kind[:, ::-1]
        lean = 0.05 * random.standard_normal() * tall
        matrix = np.array([[1, lean / tall, 0], [0, 1, 0]], np.float32)
        shift = max(0.0, -lean)
        matrix[0, 2] = shift
        wide = kind.shape[1] + math.ceil(abs(lean))
        leant = np.asarray(cv2.warpAffine(kind, matrix, (wide, tall), flags=cv2.INTER_LINEAR), np.float32)
        stand(picture, leant, x, foot + 0.01 * stage.height * random.standard_normal())


def _hang_undergrowth(
    stage: Stage, recipe: Recipe, camera: Lookout, row: Row, leaves: Shades, air: F32, floor: Floor
) -> None:
    """Trees and ferns that stand on the near ground, beside the path."""
    far, count, thick = _PLANES[4]
    random = np.random.default_rng(stable_seed(recipe.place_seed, "under"))
    width, height = stage.canvas_width, stage.canvas_height
    picture = np.zeros((height, width, 4), np.float32)
    distance = min(far, 2.2 * floor.feet)
    trees = np.zeros_like(picture)
    stems, metre = max(2, round(count * row["stems"])), floor.metre(distance)
    _stand_trunks(trees, stage, row, stems, metre, floor.y(distance), camera, random, clearing=0.15)
    picture += in_air(trees, air, thick)
    grow = broad_leaves if row["under"] == "broad" else fern
    is_lush = row["under"] == "broad"
    shift = camera.shift(stage)
    plants = [(1.15 + 3.0 * random.random() ** 1.2, random.random()) for _ in range(64 if is_lush else 34)]
    for part, where in sorted(plants, reverse=True):
        across = (where + shift) % 1.0
        away = floor.feet * part
        if abs(across - 0.5) < 0.10 + 0.05 / part:
            continue
        tall = round((0.55 + 0.5 * random.random()) * floor.metre(away) * (1.9 if is_lush else 1.0))
        plant = grow(max(8, min(tall, 500)), seed=int(random.integers(1 << 30)), light=stage.light, shades=leaves)
        stand(picture, in_air(plant, air[width // 2], min(0.5, 0.06 * part)), across * width, floor.y(away))
    stage.plate(picture, min(floor.stage_z(distance), 2.4 * camera.z))
    if recipe.season is not Season.WINTER and recipe.size not in (ShotSize.CLOSE, ShotSize.EXTREME_CLOSE):
        hang_grass(stage, recipe, floor, leaves, density=0.28, tall_m=0.3)


def _hang_framing(stage: Stage, recipe: Recipe, camera: Lookout, row: Row, leaves: Shades) -> None:
    """A dark trunk and leaves close to the camera, away from the light."""
    random = np.random.default_rng(stable_seed(recipe.place_seed, "frame"))
    dark = np.array([0.30, 0.30, 0.34, 1], np.float32)
    bark = table()["bark"][row["trunks"]]
    thin = 0.45 if row["trunks"] == "bamboo" else 0.8 if row["trunks"] == "birch" else 1.0
    wide, tall = round(0.26 * stage.unit * thin), stage.canvas_height
    column = trunk(wide, tall, seed=recipe.place_seed + 3, light=stage.light, shades=bark)
    side = stage.light.side * camera.frames
    across = stage.x(0.5 - side * (0.50 - 0.05 * camera.into + 0.03 * random.random()))
    stage.plate(blur(column * dark, 2 * stage.scale), 2.4, x=across - wide / 2)
    if row["trunks"] == "bamboo":  # it grows in clumps
        for step in (0.13, 0.34):
            x = across + side * step * (0.6 + 0.5 * camera.into) * stage.unit
            stage.plate(blur(column * dark, 2 * stage.scale), 2.5 + step, x=x - wide / 2)
    if recipe.season is not Season.WINTER:
        height = round(0.30 * stage.height)
        leaf = 0.013 * stage.unit * (1.7 if row["leaves"] == "jungle" else 1.0)
        seed = stable_seed(recipe.place_seed, "eaves", recipe.seed)
        eaves = canopy(
            stage.canvas_width,
            height,
            seed=seed,
            light=stage.light,
            shades=leaves,
            leaf=leaf,
            density=0.22 + 0.26 * camera.into,
            glow_x=stage.sun[0],
        )
        loose = np.repeat(np.linspace(0.15, 1, height, dtype=np.float32)[:, None], stage.canvas_width, 1)
        stage.add(
            Swaying(
                stage,
                blur(eaves * np.array([0.5, 0.5, 0.52, 1], np.float32), 1.6 * stage.scale),
                2.6,
                x=0,
                y=-0.01 * stage.height,
                seed=seed,
                reach=9 * stage.scale,
                loose=loose,
            )
        )
    _hang_near_ferns(stage, camera, row, leaves, random)


def _hang_near_ferns(stage: Stage, camera: Lookout, row: Row, leaves: Shades, random: np.random.Generator) -> None:
    grow = broad_leaves if row["under"] == "broad" else fern
    side = stage.light.side * camera.frames
    for across, size in ((0.5 - 0.42 * side, 0.24 + 0.13 * camera.into), (0.5 + 0.46 * side, 0.24)):
        tall = round(size * stage.unit * (0.9 + 0.2 * random.random()))
        seed = int(random.integers(1 << 30))
        plant = grow(tall, seed=seed, light=stage.light, shades=leaves) * np.array([0.40, 0.40, 0.44, 1], np.float32)
        x, y = stage.x(across) - plant.shape[1] / 2, stage.y(1.12) - tall
        plant = blur(plant, 2.4 * stage.scale)
        stage.add(Swaying(stage, plant, 1.9, x=x, y=y, seed=seed, reach=0.035 * tall))


def _hang_motes(stage: Stage, recipe: Recipe, leaves: Shades) -> None:
    """What floats in the air: dust in the light, fireflies, falling leaves."""
    if recipe.weather not in (Weather.CLEAR, Weather.CLOUDY, Weather.FOG):
        return
    if stage.light.is_night:
        if recipe.season in (Season.SPRING, Season.SUMMER):
            fireflies(stage, recipe.seed, 1.0)
        return
    if recipe.season is Season.AUTUMN:
        petals(stage, recipe.seed, 1.0, leaves[1])
    dust(stage, recipe.seed, 1.2)
