"""A bridge seen from the bank of its river: water that mirrors it, its far end in the haze.

Start reading at `hang_crossing`; `river` is also what flows under those who stand on a bridge.
"""

from __future__ import annotations

import math

import numpy as np

from astragen.builtin.painter import ironwork, masonry  # noqa: F401  (they register their surfaces)
from astragen.builtin.painter.backland import hang_backland
from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import mix, rgb
from astragen.builtin.painter.ground import hang_grass, hang_ground
from astragen.builtin.painter.houses import is_white, lit_share
from astragen.builtin.painter.lighting import Lamp
from astragen.builtin.painter.lookout import look
from astragen.builtin.painter.materials import in_season, material
from astragen.builtin.painter.movers import hang_glow
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.plants import broadleaf, framing_size, hang_framing, leaves_of, table
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.raster import picture_of
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.solids import Row
from astragen.builtin.painter.spans import arches, suspension
from astragen.builtin.painter.sprite import sprite
from astragen.builtin.painter.stage import Moment, Plate, Stage
from astragen.builtin.painter.stonework import Build, raised
from astragen.builtin.painter.surfaces import Brush
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.vista import Vista, WideLighting
from astragen.builtin.painter.water import Shore, Water, WaterStyle
from astragen.builtin.painter.weather import mist, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

_WATER_M = 7.0  # m of the camera over the river
_CALM = (Weather.CLEAR, Weather.CLOUDY, Weather.FOG)


def river(plot: Plot, recipe: Recipe, *, eye_m: float, z: float, shore: Shore | None = None) -> Water:
    """The river as a layer, ordered at *z*, seen from *eye_m* above it."""
    light = plot.stage.light
    rows = read_table("shores.json")["waters"]
    row = rows["calm"] | {"height_m": 0.06, "ripple": 0.35, "clarity": 0.75} if recipe.weather in _CALM else rows["fog"]
    deep = mix(light.ambient, "#0d3036", 0.5) * (0.62 - 0.2 * light.dark)
    style = WaterStyle(deep=deep, crest=mix(deep, "#4a8f88", 0.5 - 0.25 * light.dark), haze_m=2600 / light.haze, **row)
    seed = stable_seed(recipe.place_seed, "river")
    return Water(plot.stage, style, z=z, focal=plot.focal, eye_m=eye_m, metres=1 / 0.6, seed=seed, shore=shore)


class _Mirrored:
    """A plate drawn at one distance and ordered at another: it is also shown to the water that mirrors it."""

    def __init__(self, plate: Plate, z: float) -> None:
        self._plate, self.z = plate, z

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw the plate."""
        self._plate.draw(canvas, stage, moment)


def hang_crossing(stage: Stage, recipe: Recipe, *, stone: bool) -> None:
    """Bank, river and bridge, far to near; sets the stand on the bank."""
    plot = Vista(stage, recipe, turn=0.0, roam=0.0)
    camera = look(stage, recipe, horizon=0.53)
    floor = hang_ground(
        stage, recipe, camera, in_season(material("meadow"), recipe), relief="knolls", tile_m=60, height_m=1.2,
        rise=0.07, path_m=2.0,
    )  # fmt: skip
    plot.horizon, plot.focal, plot.feet = stage.horizon, 0.74 * camera.focal, camera.feet
    plot.eye = floor.eye + _WATER_M
    plot.away = 0.0
    hang_sky(stage, recipe, magnify=camera.magnify)
    hang_backland(
        plot, recipe, "alps" if stable_seed(recipe.place_seed, "land") % 3 == 0 else "hills", [0, 1, 2], grown=1.3
    )
    _hang_bridge(plot, recipe, stone=stone)
    hang_grass(stage, recipe, floor, table()["grass"][recipe.season.value], density=0.0 if is_white(recipe) else 0.9)
    _frame(stage, recipe)
    if recipe.weather in _CALM and not stage.light.is_night:
        stage.add(Birds(stage, recipe.place_seed, count=7, down=0.22, z=80))
    weather(stage, recipe)


def _hang_bridge(plot: Vista, recipe: Recipe, *, stone: bool) -> None:
    """The bridge twice, before and behind the water that mirrors it, and mist on the water."""
    stage = plot.stage
    build, far = _build(recipe, stone=stone)
    lighting = WideLighting(plot, stage.light, is_white=is_white(recipe), coarse=0.3)
    brush = _brush(recipe, stage, stone=stone)
    lighting.cast([made for made in build.faces if made.lift == 0 and made.colour != "cable"], brush, [])
    dark = stage.light.dark
    for mark in build.marks:
        if mark[0] in ("lamp", "flood") and dark > 0.4:
            spot = plot.world(np.array(mark[1:4], np.float32))
            lighting.lamps.append(Lamp(spot, rgb("#ffc478"), mark[4], 1.3 * mark[5] * dark))
    piece = picture_of(plot, build.faces, brush, lighting)
    if piece is None:
        return
    z = plot.z(far)
    plate = Plate(sprite(piece.picture, piece.x, piece.y, seed=5), z)
    stage.add(_Mirrored(plate, z + 0.3))
    stage.add(river(plot, recipe, eye_m=plot.eye, z=z + 0.2))
    stage.add(plate)
    mist(
        stage,
        stable_seed(recipe.place_seed, "river-mist"),
        z=z - 0.5,
        below=0.02,
        height=0.022,
        cover=0.34 * stage.light.haze**0.5,
        speed=8,
    )
    for index, mark in enumerate(mark for mark in build.marks if mark[0] != "flood"):
        seed = stable_seed(recipe.place_seed, "lamp", index)
        colour, strength = (
            ("#ffc478", 0.75 * (dark > 0.4) * dark) if mark[0] == "lamp" else ("#ff3a2a", 0.2 + 0.6 * dark)
        )
        if strength > 0.05:
            hang_glow(
                stage,
                plot,
                mark[1:4],
                reach=7.0,
                colour=colour,
                strength=strength,
                flicker=0.0 if mark[0] == "lamp" else 0.5,
                seed=seed,
            )


def _build(recipe: Recipe, *, stone: bool) -> tuple[Build, float]:
    """The bridge turned across the view, and its distance in m; the shot looks at it a little more or less aslant."""
    shot = np.random.default_rng(stable_seed(recipe.seed, "crossing"))
    aslant = 0.70 + 0.22 * float(shot.uniform(-1, 1))
    aside = 14 * float(shot.uniform(-1, 1))
    if stone:
        build, deck, far = arches(9, span=19.0, drop=15.0, half=4.0, start=-86.0, deck=True), 15.0, 104.0
    else:
        build, deck, far = suspension((-118.0, 118.0), (-250.0, 250.0), tall=48.0, drop=20.0, deck=True), 20.0, 250.0
    faces = raised(build.faces, deck, x=aside, d=far, turn=aslant)
    cos, sin = math.cos(aslant), math.sin(aslant)
    marks: list[Row] = [
        [kind, aside + cos * x + sin * d, deck + y, far - sin * x + cos * d, *rest]
        for kind, x, y, d, *rest in build.marks
    ]
    return Build(faces, marks), far


def _brush(recipe: Recipe, stage: Stage, *, stone: bool) -> Brush:
    seed = stable_seed(recipe.place_seed, "bridge-paint")
    palettes = read_table("routes.json")["palettes"]["stone" if stone else "steel"]
    colours = palettes[seed % len(palettes)]
    return Brush(
        colours,
        stage.light,
        recipe.season,
        is_white(recipe),
        lit_share(recipe, stage.light),
        np.random.default_rng(seed),
        seed,
    )


def _frame(stage: Stage, recipe: Recipe) -> None:
    """A tree that leans into the picture on the side away from the sun."""
    seed = stable_seed(recipe.place_seed, "bank-tree")
    leaves = leaves_of(recipe.season, np.random.default_rng(seed))
    fullness = 0.0 if recipe.season is Season.WINTER else 1.0
    tree = broadleaf(
        framing_size(stage), seed=seed, light=stage.light, shades=leaves, crown=0.8, spread=0.72, fullness=fullness
    )
    hang_framing(stage, tree, seed=seed)
