"""Which room of the painter's a place is, and whether anything falls or drifts there: words only, no pixels."""

from __future__ import annotations

from typing import Final

from astragen.builtin.painter.tables import read_table
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Weather

OPEN_AIR: Final = frozenset(  # rooms that have a sky over them
    {"city", "falls", "forest", "monument", "mountain", "neighbourhood", "ocean", "river", "route", "volcano"}
)
INDOORS: Final = frozenset({"room", "cave"})

_FALLS: Final = (Weather.FOG, Weather.RAIN, Weather.STORM, Weather.SNOW)


def room_for(setting: str) -> str | None:
    """The room that paints *setting*, or None when no word of it is known."""
    words = setting.lower().replace("-", " ").split()
    rooms: dict[str, str] = read_table("settings.json")
    for candidate in (" ".join(words), *reversed(words)):
        for form in (candidate, candidate.removesuffix("s"), candidate.removesuffix("es")):
            if form in rooms:
                return rooms[form]
    return None


def has_overlay(recipe: Recipe) -> bool:
    """Whether a picture of *recipe* that somebody else made has anything laid over it: weather, motes, or its title."""
    if recipe.title or recipe.is_plain:
        return bool(recipe.title)
    room = room_for(recipe.setting)
    return room in INDOORS or room == "volcano" or (room in OPEN_AIR and recipe.weather in _FALLS)
