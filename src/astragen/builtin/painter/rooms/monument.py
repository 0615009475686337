"""Places that one great building makes: castles, palaces, temples, ruins, pyramids.

The setting's words choose a kind (`data/painter/monuments.json`): the land behind, the hill
under the building, the way to it, what grows beside. The place's seed builds it; the shot's
seed moves the camera. Start reading at `compose`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter import fences, masonry, openings  # noqa: F401  (they register their surfaces)
from astragen.builtin.painter.backland import hang_backland
from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.castle import castle
from astragen.builtin.painter.colour import mix, rgb
from astragen.builtin.painter.columns import greek_temple, ruins
from astragen.builtin.painter.grove import hang_frame, hang_trees, plant, shades_of
from astragen.builtin.painter.houses import Mark, Thing, is_white, lit_share
from astragen.builtin.painter.lawn import hang_lawn
from astragen.builtin.painter.lighting import Lamp
from astragen.builtin.painter.mound import Mound
from astragen.builtin.painter.movers import Fire, Posed, hang_glow
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.pagoda import eastern_temple
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.poses import Paint, flag
from astragen.builtin.painter.pyramids import giza, step_temple
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.stonework import Build, grounded, raised
from astragen.builtin.painter.surfaces import Brush
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.thicket import hang_thicket, wood_rows
from astragen.builtin.painter.vista import Vista, WideLighting, hang_pieces
from astragen.builtin.painter.weather import dust, fireflies, mist, petals, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

Kind = dict[str, Any]

_FIRE, _LAMP = "#ff8a3c", "#ffb765"
_CALM = (Weather.CLEAR, Weather.CLOUDY, Weather.FOG)
_GROUND_Z = 255.0  # behind all that stands on it, before the land beyond
_BUILDERS: Mapping[str, Callable[[np.random.Generator], Build]] = {
    "castle": lambda random: castle("castle", random),
    "fortress": lambda random: castle("fortress", random),
    "palace": lambda random: castle("palace", random),
    "greek": greek_temple,
    "ruins": ruins,
    "giza": giza,
    "jungle": step_temple,
    "eastern": eastern_temple,
}


class _Site(NamedTuple):
    """A monument in its place: camera, light, its things from far to near, what moves or burns on it."""

    plot: Vista
    lighting: WideLighting
    things: list[Thing]
    marks: list[Mark]


def monument_of(setting: str) -> str:
    """The kind of monument that *setting* names, by the row of the table; a castle when it names none.

    Where two kinds are named ("japanese castle", "ruins of a temple"), the one with the higher rank wins.
    """
    table = read_table("monuments.json")
    said = setting.lower().replace("-", " ").split()
    forms = {form for word in (" ".join(said), *said) for form in (word, word.removesuffix("s"))}
    named = [table["words"][form] for form in forms if form in table["words"]]
    ranks: Sequence[str] = table["ranks"]
    return min(named, key=ranks.index, default="castle")


def compose(stage: Stage, recipe: Recipe) -> None:
    """Lay out the approach, raise the building, hang it far to near, and set the stand."""
    name = monument_of(recipe.setting)
    kind: Kind = read_table("monuments.json")["kinds"][name]
    plot = Vista(stage, recipe, turn=kind["turn"], roam=kind["roam"], swing=kind["swing"])
    hang_sky(stage, recipe, magnify=plot.focal / (1.15 * stage.height))
    hang_backland(plot, recipe, kind["land"], kind["ranges"])
    hill = _hill(plot, recipe, kind)
    site = _raise(plot, recipe, name, kind, hill.top if hill else 0.0)
    planted = plant(plot, recipe, [*kind["trees"], *wood_rows(recipe, kind.get("woods", ()))])
    shades = shades_of(plot, site.lighting, planted)
    faces = [made for thing in site.things for made in thing.faces if made.lift == 0]
    site.lighting.cast(faces, site.things[0].brush, shades)
    _light_fires(site)
    if hill:
        front = kind["at"][1] - 1.5
        hill.hang_far(front)
        hang_pieces(plot, site.things, site.lighting, depth=_depth(plot, *kind["at"]))
        hill.hang_near(front, _way(kind), conifers=kind["conifers"], trees=kind["grove"])
    else:
        hang_pieces(plot, site.things, site.lighting)
    sunlit = site.lighting
    if hill:  # what stands on a hill casts no shadow on the ground before it
        sunlit = WideLighting(plot, stage.light, is_white=is_white(recipe))
        sunlit.cast([], site.things[0].brush, shades)
    litter = [(one.x, one.d, 0.42 * one.tall) for one in planted]
    hang_lawn(plot, recipe, sunlit, kind["ground"], [] if hill else faces, litter)
    stage.layers[-1].z = _GROUND_Z
    hang_trees(plot, recipe, site.lighting, hang_thicket(plot, planted))
    _hang_life(site, recipe)
    _hang_air(stage, recipe, kind)
    if kind["frame"]:
        hang_frame(plot, recipe)
    stage.stand = plot.stand()
    weather(stage, recipe)


def _depth(plot: Plot, x: float, d: float) -> float:
    return float(plot.world(np.array([x, 0, d], np.float32))[2])


def _hill(plot: Plot, recipe: Recipe, kind: Kind) -> Mound | None:
    if kind["hill"] is None:
        return None
    x, d = kind["at"]
    return Mound(plot, recipe, x=x, d=d + 18, **kind["hill"])


def _way(kind: Kind) -> list[tuple[float, float]]:
    """From the hill's foot to the gate, in bends."""
    x, d = kind["at"]
    reach = kind["hill"]["radius"]
    bends = ((6, -1.0), (26, -0.80), (-20, -0.62), (17, -0.44), (-10, -0.26), (2, -0.10), (0, -0.03))
    return [(x + aside * reach / 120, d + along * reach) for aside, along in bends]


def _raise(plot: Vista, recipe: Recipe, name: str, kind: Kind, foot: float) -> _Site:
    """The building on its ground, and what moves or burns on it, in plot coordinates."""
    light, seed = plot.stage.light, stable_seed(recipe.place_seed, "monument", name)
    random = np.random.default_rng(seed)
    palettes = read_table("monuments.json")["palettes"][name]
    colours = palettes[int(random.integers(len(palettes)))]
    build = _BUILDERS[name](random)
    (x, d), turn = kind["at"], kind["angle"]
    faces = raised(build.faces, foot, x=x, d=d, turn=turn)
    if kind["hill"] is None:
        faces = [grounded(made) for made in faces]
    lit = lit_share(recipe, light) if kind["inhabited"] else 0.0
    brush = Brush(colours, light, recipe.season, is_white(recipe), lit, random, seed)
    edges = [-math.inf, *kind.get("split", ()), math.inf]
    sliced = [
        [made for made in faces if low <= float((made.corner + (made.across + made.down) / 2)[2]) - d < high]
        for low, high in pairwise(edges)
    ]
    things = [Thing(part, [], brush) for part in reversed(sliced) if part]
    cos, sin = math.cos(turn), math.sin(turn)
    marks = [
        Mark(what, (x + cos * px + sin * pd, foot + py, d - sin * px + cos * pd), tuple(rest), (1.0, 0.0))
        for what, px, py, pd, *rest in build.marks
    ]
    return _Site(plot, WideLighting(plot, light, is_white=is_white(recipe)), things, marks)


def _light_fires(site: _Site) -> None:
    """Torches and lanterns light what is beside them."""
    dark = site.plot.stage.light.dark
    for mark in site.marks:
        spot = site.plot.world(np.array(mark.place, np.float32))
        if mark.kind == "fire":
            site.lighting.lamps.append(Lamp(spot, rgb(_FIRE), 6.0, 0.15 + 1.5 * dark))
        elif mark.kind == "lamp" and dark > 0.4:
            site.lighting.lamps.append(Lamp(spot, rgb(_LAMP), mark.rest[0], mark.rest[1] * dark))


def _hang_life(site: _Site, recipe: Recipe) -> None:
    """Flags, torches, lanterns and birds."""
    plot, stage, paint = site.plot, site.plot.stage, Paint(site.lighting)
    dark = stage.light.dark
    for index, mark in enumerate(site.marks):
        seed = stable_seed(recipe.place_seed, mark.kind, index)
        if mark.kind == "flag":
            layer = Posed(plot, mark.place, flag(mark, paint, seed), nearer=4.0)
            if layer.is_seen:
                stage.add(layer)
        elif mark.kind == "fire" and recipe.weather in _CALM:
            stage.add(Fire(plot, mark.place, 1.6, seed))
            strength = 0.15 + 0.5 * dark
            hang_glow(stage, plot, mark.place, reach=7.0, colour=_FIRE, strength=strength, flicker=1.0, seed=seed)
        elif mark.kind == "lamp" and dark > 0.4:
            reach = 0.5 * mark.rest[0]
            hang_glow(stage, plot, mark.place, reach=reach, colour=_LAMP, strength=0.5 * dark, flicker=0.2, seed=seed)
    if recipe.weather in _CALM and not stage.light.is_night:
        stage.add(Birds(stage, recipe.place_seed, count=8, down=0.16, z=120, span=11))


def _hang_air(stage: Stage, recipe: Recipe, kind: Kind) -> None:
    """Mist at the building's foot; dust over sand, fireflies in warm nights, blossom and leaves in the wind."""
    for index, row in enumerate(kind.get("mist", ())):
        z, below, height, cover = row
        seed = stable_seed(recipe.place_seed, "veil", index)
        mist(stage, seed, z=z, below=below, height=height, cover=cover, speed=7 * (1 if index % 2 else -1))
    if kind["land"] == "desert":
        dust(stage, recipe.seed, 0.9, mix(stage.light.fog_sun, stage.light.key, 0.5))
    if recipe.weather not in _CALM:
        return
    if kind["leaves"] and recipe.season in (Season.SPRING, Season.AUTUMN):
        petals(stage, recipe.seed, 0.7, "#f4b8c8" if recipe.season is Season.SPRING else "#c8602a")
    elif kind["leaves"] and stage.light.dark > 0.4 and recipe.season is Season.SUMMER:
        fireflies(stage, recipe.seed, 0.5)
