"""Small true things seen in a kind of place: what fills a film without telling more plot."""

from __future__ import annotations

from functools import cache

from astragen.builtin.writer.chance import shuffled
from astragen.builtin.writer.draft import Moment
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.visuals import subjects
from astragen.model.vocabulary import Season, TimeOfDay, Weather


@cache
def family_of(setting: str) -> str:
    """The family of a setting: "ocean" for "harbor"."""
    return next((name for name, listed in table("settings")["families"].items() if setting in listed.split()), "meadow")


def details(
    setting: str, time: TimeOfDay, weather: Weather | None, season: Season | None, key: tuple[object, ...]
) -> list[Moment]:
    """Moments of *setting* that agree with hour, weather (None: clear) and season (None: summer), ordered by *key*."""
    family = family_of(setting)
    said = {time.value, (weather or Weather.CLEAR).value, (season or Season.SUMMER).value}
    fitting = [
        entry
        for entry in table("details")[family]
        if setting in entry.get("at", setting).split() and _agrees(entry.get("if", ""), said)
    ]
    return [
        Moment(line=entry["say"], weight=2, place=setting, subjects=subjects(entry.get("see", ""), {}))
        for entry in shuffled(fitting, *key, family)
    ]


def near(setting: str) -> list[str]:
    """Settings next to *setting*, for films that have said all there is to say of it."""
    document = table("settings")
    return [document["families"][family].split()[0] for family in document["near"].get(family_of(setting), "").split()]


def _agrees(condition: str, said: set[str]) -> bool:
    """Whether every word of *condition* holds: "night", "!winter"."""
    return all((word[1:] not in said) if word.startswith("!") else (word in said) for word in condition.split())
