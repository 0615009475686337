"""The city: a street between towers, or a skyline seen from afar.

Extreme wide and aerial shots see the skyline; all others stand in the street.
"""

from __future__ import annotations

from astragen.builtin.painter.skyline import hang_skyline
from astragen.builtin.painter.stage import Stage
from astragen.builtin.painter.street import hang_street
from astragen.builtin.painter.weather import weather
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, ShotSize


def compose(stage: Stage, recipe: Recipe) -> None:
    """Build the street or the skyline."""
    if recipe.size is ShotSize.EXTREME_WIDE or recipe.angle is Angle.AERIAL:
        hang_skyline(stage, recipe)
    else:
        hang_street(stage, recipe)
    weather(stage, recipe)
