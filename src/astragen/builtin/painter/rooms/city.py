"""The city: a street between houses, a skyline over roofs, the streets from high above, a stadium.

Words of the setting (data/painter/city.json) and the shot's size and angle choose: extreme
wide and aerial shots see the whole city; all others stand in the street.
"""

from __future__ import annotations

from astragen.builtin.painter.facades import table
from astragen.builtin.painter.lookout import said
from astragen.builtin.painter.skyline import hang_skyline
from astragen.builtin.painter.stadium import hang_stadium
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.street import hang_street
from astragen.builtin.painter.weather import weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, ShotSize


def kind_of(recipe: Recipe) -> str:
    """What *recipe* shows of the city: a street, a skyline, a roof or a stadium."""
    words, named = table()["words"], said(recipe.setting)
    if named & set(words["stadium"]):
        return "stadium"
    if named & set(words["roof"]):
        return "roof"
    is_far = recipe.size is ShotSize.EXTREME_WIDE or recipe.angle is Angle.AERIAL
    return "skyline" if is_far or named & set(words["skyline"]) else "street"


def compose(stage: Stage, recipe: Recipe) -> None:
    """Build what the recipe shows."""
    kind = kind_of(recipe)
    if kind == "street":
        hang_street(stage, recipe, neon=1.0)
    elif kind == "stadium":
        hang_stadium(stage, recipe)
    else:
        hang_skyline(stage, recipe, has_roof=kind == "roof")
    weather(stage, recipe)
