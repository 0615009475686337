"""Where people live, seen from outside: streets, gardens, villages, markets, farms, camps.

A place is a row of data/painter/neighbourhood.json: patches of ground, models that
stand on it, trees, what hangs between posts. The place's seed chooses houses and their
colours; the shot's seed moves the camera. Start reading at `compose`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from astragen.builtin.painter.backdrop import hang_backdrop
from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.colour import mix, rgb
from astragen.builtin.painter.fairground import bunting
from astragen.builtin.painter.grove import hang_frame, hang_trees, plant, shades_of
from astragen.builtin.painter.houses import Thing, is_white, raise_things, table
from astragen.builtin.painter.lawn import hang_lawn
from astragen.builtin.painter.lighting import Lamp, Lighting
from astragen.builtin.painter.movers import POSES, Fire, Posed, Smoke, StringLights, hang_glow
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.plot import GROUND_Z, Plot
from astragen.builtin.painter.poses import Paint
from astragen.builtin.painter.raster import picture_of
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.weather import embers, fireflies, mist, petals, weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

_CALM = (Weather.CLEAR, Weather.CLOUDY, Weather.FOG)
_LAMP, _FIRE = "#ffb765", "#ff8a3c"
_LEAF_FALL = {Season.SPRING: "#f4b8c8", Season.AUTUMN: "#c8702a"}


def place_of(setting: str) -> str:
    """The kind of place that *setting* names by its last known word; a street of houses when it names none."""
    rows = table()
    words: dict[str, str] = {**rows["more_words"], **rows["words"]}
    said = setting.lower().replace("-", " ").split()
    forms = [form for word in (" ".join(said), *reversed(said)) for form in (word, word.removesuffix("s"))]
    return next((words[form] for form in forms if form in words), "street")


def compose(stage: Stage, recipe: Recipe) -> None:
    """Lay out the place, light it, hang it far to near, and set the stand."""
    site: dict[str, Any] = table()["places"][place_of(recipe.setting)]
    plot = Plot(stage, recipe, turn=site["turn"], roam=site["roam"])
    hang_sky(stage, recipe, magnify=plot.focal / (1.15 * stage.height))
    hang_backdrop(plot, recipe, hills=site["hills"], belt=site["belt"], conifers=site["conifers"])
    things = raise_things(recipe, stage.light, site["things"], grassy=site["grassy"])
    planted = plant(plot, recipe, site["trees"])
    lighting = Lighting(plot, stage.light, is_white=is_white(recipe))
    faces = [made for thing in things for made in thing.faces]
    lighting.cast(
        [made for made in faces if made.lift == 0 and made.surface != "tuft"],
        things[0].brush,
        shades_of(plot, lighting, planted),
    )
    _light_lamps(plot, lighting, things, site)
    hang_lawn(plot, recipe, lighting, site["ground"], faces, [(one.x, one.d, 0.42 * one.tall) for one in planted])
    for thing in things:
        piece = picture_of(plot, thing.faces, thing.brush, lighting)
        if piece is not None:
            stage.plate(piece.picture, plot.z(piece.depth), x=piece.x, y=piece.y)
    hang_trees(plot, recipe, lighting, planted)
    _hang_life(plot, recipe, lighting, things)
    _hang_lines(plot, recipe, lighting, site)
    _hang_air(stage, recipe, site)
    hang_frame(plot, recipe)
    stage.stand = plot.stand()
    weather(stage, recipe)


def _light_lamps(plot: Plot, lighting: Lighting, things: Sequence[Thing], site: dict[str, Any]) -> None:
    """Give the lighting every lamp that burns at this hour; fires always do."""
    dark = plot.stage.light.dark
    for thing in things:
        for kind, place, rest, _ in thing.marks:
            spot = plot.world(np.array(place, np.float32))
            if kind in ("lamp", "spill") and dark > 0.4:
                lighting.lamps.append(Lamp(spot, rgb(_LAMP), rest[0], rest[1] * dark))
            elif kind == "fire":
                lighting.lamps.append(
                    Lamp(spot + np.array([0, 0.5, 0], np.float32), rgb(_FIRE), 4.6, 0.35 + 1.1 * dark)
                )
    if dark > 0.4:
        for start, end, _ in site.get("lights", ()):
            for part in (0.2, 0.5, 0.8):
                spot = plot.world(np.array([a + (b - a) * part for a, b in zip(start, end, strict=True)], np.float32))
                lighting.lamps.append(Lamp(spot, rgb(_LAMP), 5.5, 0.75 * dark))


def _hang_life(plot: Plot, recipe: Recipe, lighting: Lighting, things: Sequence[Thing]) -> None:
    """Everything that moves on its own: what the things' marks ask for."""
    stage, dark = plot.stage, plot.stage.light.dark
    paint = Paint(lighting)
    smoke = np.clip(mix(stage.light.fog_shade, stage.light.fog_sun, 0.5) * (1.0 - 0.25 * dark) + 0.06, 0, 1).astype(
        np.float32
    )
    for number, thing in enumerate(things):
        for index, mark in enumerate(thing.marks):
            seed = stable_seed(recipe.place_seed, mark.kind, number, index)
            if mark.kind == "washing_line" and (is_white(recipe) or recipe.weather not in _CALM):
                continue
            if mark.kind in POSES:
                nearer = 0.0 if mark.kind == "rope_swing" else 0.35  # its ropes go up into the leaves
                _add(stage, Posed(plot, mark.place, POSES[mark.kind](mark, paint, seed), nearer=nearer))
            elif mark.kind == "smoke" and (seed % 3 > 0 or recipe.season is Season.WINTER):
                _add(stage, Smoke(plot, mark.place, seed, colour=smoke, strength=0.62))
            elif mark.kind == "lamp" and dark > 0.4:
                hang_glow(
                    stage,
                    plot,
                    mark.place,
                    reach=0.55 * mark.rest[0],
                    colour=_LAMP,
                    strength=0.62 * dark,
                    flicker=0.0,
                    seed=seed,
                )
            elif mark.kind == "fire":
                _hang_fire(plot, mark.place, seed)


def _hang_fire(plot: Plot, place: tuple[float, float, float], seed: int) -> None:
    stage = plot.stage
    _add(stage, Fire(plot, place, 1.25, seed))
    strength = 0.35 + 0.45 * stage.light.dark
    hang_glow(
        stage,
        plot,
        (place[0], place[1] + 0.5, place[2]),
        reach=3.6,
        colour=_FIRE,
        strength=strength,
        flicker=1.0,
        seed=seed,
    )
    embers(stage, seed, 0.22)
    _add(
        stage,
        Smoke(
            plot,
            (place[0], place[1] + 1.2, place[2]),
            seed,
            colour=np.asarray(stage.light.fog_shade * 0.9, np.float32),
            strength=0.28,
            size=0.55,
        ),
    )


def _hang_lines(plot: Plot, recipe: Recipe, lighting: Lighting, site: dict[str, Any]) -> None:
    """Bunting and strings of lights between their posts."""
    paint = Paint(lighting)
    for index, (start, end, sag) in enumerate(site.get("bunting", ())):
        pose = bunting((start, end), sag, paint, stable_seed(recipe.place_seed, "bunting", index))
        middle = [(a + b) / 2 for a, b in zip(start, end, strict=True)]
        _add(plot.stage, Posed(plot, middle, pose))
    for index, (start, end, sag) in enumerate(site.get("lights", ())):
        _add(plot.stage, StringLights(plot, (start, end), sag, paint, stable_seed(recipe.place_seed, "lights", index)))


def _add(stage: Stage, layer: Posed | Smoke | Fire | StringLights) -> None:
    if layer.is_seen:
        stage.add(layer)


def _hang_air(stage: Stage, recipe: Recipe, site: dict[str, Any]) -> None:
    """Mist before the hills; birds by day, fireflies in warm evenings, blossom and leaves in the wind."""
    light = stage.light
    mist(
        stage, stable_seed(recipe.place_seed, "mist"), z=GROUND_Z * 1.02, below=0.005, height=0.030, cover=0.42, speed=7
    )
    if recipe.weather not in _CALM:
        return
    if light.dark < 0.4:
        stage.add(Birds(stage, recipe.place_seed, count=7, down=0.20))
    elif recipe.season in (Season.SPRING, Season.SUMMER) and recipe.weather is Weather.CLEAR:
        fireflies(stage, recipe.seed, site["fireflies"])
    if recipe.season in _LEAF_FALL:
        petals(stage, recipe.seed, 0.8, _LEAF_FALL[recipe.season])
