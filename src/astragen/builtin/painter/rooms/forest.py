"""Woods: deep ones under a closed canopy, open ones with sky between the trees.

The setting's words choose a row of `data/painter/woods.json`. Deep: trunks in planes,
leaves overhead, light shafts, ferns (forest, jungle, bamboo, birch). Open: rows of trees
on open ground (pines, park and garden, orchard). From the air a deep wood is wooded land.
In winter a forest is one of snowed pines.
"""

from __future__ import annotations

from typing import Any

from astragen.builtin.painter.deep_wood import hang_deep_wood
from astragen.builtin.painter.lookout import said
from astragen.builtin.painter.materials import is_white
from astragen.builtin.painter.open_wood import hang_open_wood
from astragen.builtin.painter.rooms.mountain import compose as compose_land
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.weather import weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle

Row = dict[str, Any]


def _woods() -> dict[str, Row]:
    return read_table("woods.json")


def wood_for(recipe: Recipe) -> str:
    """The wood that the recipe's setting names; in snow a forest is one of pines."""
    words = said(recipe.setting)
    named = [name for name, row in _woods().items() if words & set(row["words"])]
    name = named[0] if named else "forest"
    return "pine" if name == "forest" and is_white(recipe) else name


def compose(stage: Stage, recipe: Recipe) -> None:
    """Hang the wood that the setting names, then its weather."""
    row = _woods()[wood_for(recipe)]
    if row["kind"] == "deep" and recipe.angle is Angle.AERIAL:
        compose_land(stage, recipe)  # over the trees it is wooded land
        return
    if row["kind"] == "deep":
        hang_deep_wood(stage, recipe, row)
    else:
        hang_open_wood(stage, recipe, row)
    weather(stage, recipe)
