"""Things on a plot: models from the table, each with its own colours, chance and lights.

`raise_things` reads the rows of a place; the place's seed chooses among a group's
models and palettes, so a street has different houses and every shot of it the same ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.painter import fences, openings  # noqa: F401  (they register their surfaces)
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.plants import table as plant_table
from astragen.builtin.painter.solids import Face, face, model_faces, model_marks
from astragen.builtin.painter.surfaces import Brush
from astragen.builtin.painter.tables import read_table
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

Row = Sequence[Any]

MARKS = (
    "lamp",
    "spill",
    "smoke",
    "flag",
    "sails",
    "fan",
    "wheel",
    "swing",
    "seesaw",
    "washing_line",
    "fire",
    "rope_swing",
    "jet",
)
_DARK_WEATHER = (Weather.RAIN, Weather.STORM, Weather.SNOW, Weather.FOG)
_TUFT_M = 0.20


class Mark(NamedTuple):
    """Where something moves, shines or smokes: kind, plot point, its own numbers, which way is across (x, d)."""

    kind: str
    place: tuple[float, float, float]
    rest: tuple[Any, ...]
    across: tuple[float, float]


class Thing(NamedTuple):
    """A model on the plot: faces in plot coordinates, marks, and how it is painted."""

    faces: list[Face]
    marks: list[Mark]
    brush: Brush


def table() -> dict[str, Any]:
    """Words, palettes, groups, models and places."""
    return read_table("neighbourhood.json")


def is_white(recipe: Recipe) -> bool:
    """Snow lies."""
    return recipe.season is Season.WINTER or recipe.weather is Weather.SNOW


def lit_share(recipe: Recipe, light: Light) -> float:
    """The share of windows with somebody behind them."""
    gloom = 0.30 if recipe.weather in _DARK_WEATHER else 0.0
    return max(gloom, 0.70 * min(1.0, light.dark * 1.4)) if light.dark > 0.2 or gloom else 0.0


def raise_things(recipe: Recipe, light: Light, rows: Sequence[Row], *, grassy: bool) -> list[Thing]:
    """The things of *rows* (model or group, x, d, turn in degrees, palette); *grassy*: tufts grow at their feet."""
    return [
        _raise(recipe, light, row, stable_seed(recipe.place_seed, "thing", i), grassy) for i, row in enumerate(rows)
    ]


def _raise(recipe: Recipe, light: Light, row: Row, seed: int, grassy: bool) -> Thing:
    name, x, d, degrees, palette = row
    random = np.random.default_rng(seed)
    group = table()["groups"].get(name)
    parts: Sequence[Row] = table()["models"][str(random.choice(group)) if group else name]
    mirror = -1.0 if group and random.random() < 0.5 else 1.0
    brush = Brush(
        colours=_colours(recipe, palette, random),
        light=light,
        season=recipe.season,
        is_white=is_white(recipe),
        lit=lit_share(recipe, light),
        random=random,
        seed=seed,
    )
    faces = model_faces(parts)
    if grassy:
        faces += [tuft for made in faces for tuft in _tufts(made)]
    turn = math.radians(degrees)
    placed = [made.moved(x, d, turn, mirror) for made in faces]
    return Thing(placed, _marks(parts, x, d, turn, mirror), brush)


def _colours(recipe: Recipe, palette: str, random: np.random.Generator) -> Mapping[str, str]:
    palettes = table()["palettes"]
    row = palettes[palette][int(random.integers(len(palettes[palette])))]
    lawn = plant_table()["grass"][recipe.season.value][1] if not is_white(recipe) else "#dfe6f3"
    return {**palettes["yard"][0], "lawn": lawn, **row}


def _tufts(made: Face) -> list[Face]:
    """Grass along the foot of a wall, a little before it."""
    foot = made.corner + made.down
    tall, wide = float(-made.down[1]), float(np.linalg.norm(made.across))
    is_wall = abs(float(foot[1])) < 0.05 and tall > 0.3 and wide > 0.5 and float(np.abs(made.down[[0, 2]]).max()) < 1e-3
    if not is_wall or made.surface == "canvas":
        return []
    out = made.normal * 0.07
    up = np.array([0, _TUFT_M, 0], np.float32)
    return [Face(foot + out + up, made.across, -up, "tuft", "lawn", is_thin=True, lift=0.02)]


def _marks(parts: Sequence[Row], x: float, d: float, turn: float, mirror: float) -> list[Mark]:
    marks = []
    for kind in MARKS:
        for mx, my, md, *rest in model_marks(parts, kind):
            spot = face((mx, my, md), (1, 0, 0), (0, -1, 0), "", "").moved(x, d, turn, mirror)
            place = spot.corner + (spot.across if mirror < 0 else 0)
            across = spot.across
            marks.append(
                Mark(
                    kind,
                    (float(place[0]), float(place[1]), float(place[2])),
                    tuple(rest),
                    (float(across[0]), float(across[2])),
                )
            )
    return marks
