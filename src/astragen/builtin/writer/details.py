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
    setting: str, time: TimeOfDay | None, weather: Weather | None, season: Season | None, key: tuple[object, ...]
) -> list[Moment]:
    """Moments of *setting* that agree with the hour and the weather, in an order chosen by *key*.

    Details that need an hour or a weather nobody has set bring it with them.
    """
    family = family_of(setting)
    fitting = [
        entry
        for entry in table("details")[family]
        if setting in entry.get("at", setting).split() and _agrees(entry.get("if", ""), time, weather, season)
    ]
    return [_moment(entry, setting, time, weather) for entry in shuffled(fitting, *key, family)]


def near(setting: str) -> list[str]:
    """Settings next to *setting*, for films that have said all there is to say of it."""
    document = table("settings")
    return [document["families"][family].split()[0] for family in document["near"].get(family_of(setting), "").split()]


def _agrees(condition: str, time: TimeOfDay | None, weather: Weather | None, season: Season | None) -> bool:
    """Whether every word of *condition* holds: "night", "!winter"; what nobody has set may be anything."""
    said = {one.value for one in (time, weather, season) if one is not None}
    open_kinds = [kind for kind, value in ((TimeOfDay, time), (Weather, weather), (Season, season)) if value is None]
    for word in condition.split():
        if word.startswith("!"):
            if word[1:] in said:
                return False
        elif word not in said and not any(word in [one.value for one in kind] for kind in open_kinds):
            return False
    return True


def _moment(entry: dict[str, str], setting: str, time: TimeOfDay | None, weather: Weather | None) -> Moment:
    conditions = entry.get("if", "").split()
    hour = next((one for one in TimeOfDay if one.value in conditions), None)
    sky = next((one for one in Weather if one.value in conditions), None)
    if hour is None and "!night" in conditions:
        hour = TimeOfDay.DAY
    return Moment(
        line=entry["say"],
        weight=2,
        place=setting,
        subjects=subjects(entry.get("see", ""), {}),
        time=hour if time is None else None,
        weather=sky if weather is None else None,
    )
