"""Places that lead somewhere: roads, railways, bridges, stations, runways.

The setting's words choose a kind (`data/painter/routes.json`): the strips of the way, what
stands along it, who drives on it. The place's seed bends the way; the shot's seed moves the
camera and starts the traffic. Start reading at `compose`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter import fences, ironwork, masonry, openings  # noqa: F401  (they register their surfaces)
from astragen.builtin.painter.backland import hang_backland
from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import mix, rgb
from astragen.builtin.painter.convoy import Ride, hang_convoy
from astragen.builtin.painter.crossing import hang_crossing, river
from astragen.builtin.painter.grove import hang_frame, hang_trees, plant, shades_of
from astragen.builtin.painter.houses import Mark, Thing, is_white, lit_share
from astragen.builtin.painter.lawn import hang_lawn
from astragen.builtin.painter.lighting import Lamp
from astragen.builtin.painter.movers import hang_glow
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.roadway import Course, hang_bed
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.solids import Face, Row
from astragen.builtin.painter.spans import arches, suspension
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.stonework import grounded
from astragen.builtin.painter.surfaces import Brush
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.thicket import hang_thicket, wood_rows
from astragen.builtin.painter.vehicles import car, lorry, train
from astragen.builtin.painter.vista import SLICES, Vista, WideLighting, hang_pieces, sliced
from astragen.builtin.painter.wayside import placed_marks, raise_wayside, wires
from astragen.builtin.painter.weather import mist, petals, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Season, ShotSize, Weather

Kind = dict[str, Any]

_LAMP = {"lamp": "#ffc478", "beacon": "#ff3a2a", "signal": "#38e070", "edge": "#ffe9b0"}
_CALM = (Weather.CLEAR, Weather.CLOUDY, Weather.FOG)
_GROUND_Z, _BED_Z = 255.0, 254.0  # behind all that stands on them, before the land beyond
_LAMPS = 9  # that light something; the others only shine
_WIDE = (ShotSize.EXTREME_WIDE, ShotSize.WIDE)
_TRAINS = ("train", "locomotive", "tram", "engine")


class _Way(NamedTuple):
    """A way in its place."""

    plot: Vista
    lighting: WideLighting
    course: Course
    kind: Kind


def route_of(setting: str) -> str:
    """The kind of way that *setting* names, by the rank of the table; a road when it names none."""
    table = read_table("routes.json")
    said = setting.lower().replace("-", " ").split()
    pairs = [" ".join(said[i : i + 2]) for i in range(len(said))]
    forms = {form for word in (*pairs, *said) for form in (word, word.removesuffix("s"))}
    named = [table["words"][form] for form in forms if form in table["words"]]
    return min(named, key=table["ranks"].index, default="road")


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang the way that the setting names; a bridge is seen from beside in wide shots, from on it in others."""
    name = route_of(recipe.setting)
    if name.endswith("bridge"):
        stone = _is_stone(recipe, name)
        if recipe.size in _WIDE and recipe.angle is not Angle.LOW and "on" not in recipe.setting.lower().split():
            hang_crossing(stage, recipe, stone=stone)
            return
        name = "stone_bridge" if stone else "suspension_bridge"
    _hang_way(stage, recipe, name)


def _is_stone(recipe: Recipe, name: str) -> bool:
    return name == "stone_bridge" or (name == "bridge" and stable_seed(recipe.place_seed, "bridge") % 2 == 0)


def _hang_way(stage: Stage, recipe: Recipe, name: str) -> None:
    kind: Kind = read_table("routes.json")["kinds"][name]
    plot = Vista(
        stage, recipe, turn=_turn(recipe, kind), roam=kind["roam"], swing=kind["swing"], climb=kind.get("climb", 1.0)
    )
    hang_sky(stage, recipe, magnify=plot.focal / (1.15 * stage.height))
    hang_backland(plot, recipe, kind["land"], kind["ranges"])
    bend = (
        0.0
        if not kind["bend"]
        else kind["bend"] * (0.5 + np.random.default_rng(stable_seed(recipe.place_seed, "bend")).random())
    )
    course = Course(kind["aside"], bend, 24.0)
    lighting = WideLighting(plot, stage.light, is_white=is_white(recipe), coarse=0.45)
    way = _Way(plot, lighting, course, kind)
    faces, marks = _stand_along(way, recipe, name)
    planted = plant(plot, recipe, _trees(recipe, kind, course))
    brush = _brush(recipe, stage, kind)
    lighting.cast([made for made in faces if made.lift == 0], brush, shades_of(plot, lighting, planted))
    _light_lamps(way, marks)
    if kind["water"]:
        _hang_water_under(way, recipe, kind["water"])
    else:
        hang_lawn(plot, recipe, lighting, kind["ground"], [], [(one.x, one.d, 0.42 * one.tall) for one in planted])
        stage.layers[-1].z = _GROUND_Z
    hang_bed(plot, recipe, lighting, course, kind["bed"], z=_BED_Z)
    hang_pieces(plot, [Thing(part, [], brush) for part in sliced(plot, faces)], lighting)
    hang_trees(plot, recipe, lighting, hang_thicket(plot, planted))
    rides = _rides(way, recipe)
    if rides:
        hang_convoy(plot, lighting, course, rides, SLICES)
    _hang_glows(way, recipe, marks)
    _hang_air(stage, recipe, kind)
    if kind["frame"]:
        hang_frame(plot, recipe)
    stage.stand = plot.stand()
    weather(stage, recipe)


def _trees(recipe: Recipe, kind: Kind, course: Course) -> list[Row]:
    """Rows of what grows beside the way, wherever it bends."""
    rows: list[Row] = [[what, float(course.x(d)) + x, d, tall] for what, x, d, tall in kind["trees"]]
    return rows + wood_rows(recipe, kind["woods"], lambda d: float(course.x(d)))


def _turn(recipe: Recipe, kind: Kind) -> float:
    """How far the way is turned from straight ahead: its vanishing point lies on either third, by the shot."""
    side = 1 if stable_seed(recipe.seed, "third") % 2 else -1
    return float(kind["turn"]) * side


def _brush(recipe: Recipe, stage: Stage, kind: Kind) -> Brush:
    seed = stable_seed(recipe.place_seed, "way")
    return Brush(
        kind["colours"],
        stage.light,
        recipe.season,
        is_white(recipe),
        lit_share(recipe, stage.light),
        np.random.default_rng(seed),
        seed,
    )


def _stand_along(way: _Way, recipe: Recipe, name: str) -> tuple[list[Face], list[Mark]]:
    """Everything that stands on or beside the way."""
    rows = way.kind["rows"]
    faces, marks = raise_wayside(way.course, rows)
    faces += wires(way.course, [row for row in rows if row[0] == "wire"])
    if name == "suspension_bridge":
        build = suspension((64.0, 300.0), (-48.0, 420.0), tall=46.0, drop=40.0, deck=False)
    elif name == "stone_bridge":
        build = arches(11, span=15.0, drop=9.0, half=4.3, start=-42.0, deck=False)
    else:
        return faces, marks
    x = way.course.aside
    above = [grounded(made) for made in build.faces if float(made.corners[:, 1].max()) > 0.02]
    moved = [made.moved(x, 0.0, 0.0, 1.0) for made in above]
    return faces + moved, marks + placed_marks(build, x, 0.0, 0.0)


def _light_lamps(way: _Way, marks: list[Mark]) -> None:
    """The nearest lamps light what is about them."""
    dark = way.plot.stage.light.dark
    if dark <= 0.4:
        return
    lamps = []
    for mark in marks:
        x, y, d = mark.place
        spot = way.plot.world(np.array([x, 0.55 * y, d], np.float32))  # lower, so that its pool of light is seen
        if mark.kind in ("lamp", "flood") and spot[2] > 0:
            lamps.append(Lamp(spot, rgb(_LAMP["lamp"]), mark.rest[0], 1.5 * mark.rest[1] * dark))
    way.lighting.lamps += sorted(lamps, key=lambda lamp: float(lamp.place[2]) - 2 * lamp.reach)[:_LAMPS]


def _hang_water_under(way: _Way, recipe: Recipe, water: Kind) -> None:
    plot = way.plot
    plot.stage.add(river(plot, recipe, eye_m=plot.eye + water["drop"], z=_GROUND_Z))


def _rides(way: _Way, recipe: Recipe) -> list[Ride]:
    """Cars in their lanes, or the train that comes by; none where the shot brings its own train."""
    random = np.random.default_rng(stable_seed(recipe.seed, "rides"))
    traffic = way.kind["traffic"]
    if traffic["kind"] == "train":
        if any(subject.noun.lower().split()[-1] in _TRAINS for subject in recipe.subjects):
            return []
        paint = traffic["colours"][stable_seed(recipe.place_seed, "train") % len(traffic["colours"])]
        body = train(paint[0], paint[1], traffic["cars"])
        start = float(random.uniform(*traffic["start"]))
        return [Ride(body, traffic["lane"], start, traffic["speed"], traffic["span"], traffic["low"])]
    rides: list[Ride] = []
    for lane, speed in traffic["lanes"]:
        count = traffic["count"]
        for index in range(count):
            colour = str(random.choice(traffic["colours"]))
            body = (
                lorry(colour)
                if random.random() < traffic["lorries"]
                else car(colour, tall=float(random.uniform(1.4, 1.75)))
            )
            start = traffic["span"] * (index + float(random.uniform(0.1, 0.8))) / count
            rides.append(Ride(body, lane, start - 20, speed, traffic["span"], -20.0))
    return rides


def _hang_glows(way: _Way, recipe: Recipe, marks: list[Mark]) -> None:
    """Halos of lamps after dusk, of signals and beacons always a little."""
    dark = way.plot.stage.light.dark
    for index, mark in enumerate(mark for mark in marks if mark.kind in _LAMP):
        seed = stable_seed(recipe.place_seed, mark.kind, index)
        strength = {"lamp": 0.6 * (dark > 0.4) * dark, "edge": 0.75 * dark}.get(mark.kind, 0.25 + 0.55 * dark)
        reach = {"lamp": 3.6, "beacon": 5.0, "signal": 1.6, "edge": 1.5}[mark.kind]
        if strength > 0.05:
            flicker = 0.5 if mark.kind == "beacon" else 0.0
            hang_glow(
                way.plot.stage,
                way.plot,
                mark.place,
                reach=reach,
                colour=_LAMP[mark.kind],
                strength=strength,
                flicker=flicker,
                seed=seed,
            )


def _hang_air(stage: Stage, recipe: Recipe, kind: Kind) -> None:
    """Haze where the way meets the horizon; birds by day, leaves in the wind."""
    mist(stage, stable_seed(recipe.place_seed, "haze"), z=250.0, below=0.006, height=0.022, cover=0.45, speed=6)
    if recipe.weather not in _CALM:
        return
    if not stage.light.is_night:
        stage.add(Birds(stage, recipe.place_seed, count=7, down=0.20, z=90))
    if kind["woods"] and recipe.season is Season.AUTUMN:
        petals(stage, recipe.seed, 0.6, mix("#c8602a", "#d8a03a", float(math.sin(recipe.seed) ** 2)))
