"""A tale's line as a moment: its words filled in, its pictures named."""

from __future__ import annotations

from collections.abc import Mapping

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.draft import Moment
from astragen.builtin.writer.phrasing import fill
from astragen.builtin.writer.tales import TaleLine
from astragen.builtin.writer.visuals import subjects, tableau
from astragen.model.vocabulary import Season, TimeOfDay, Weather

Cast = Mapping[str, Actor | None]


def said(line: TaleLine, fillers: Mapping[str, str], cast: Cast, start: int) -> str | None:
    """The variant of *line* that *start* points at, or the next one whose slots have fillers; None without any."""
    for step in range(len(line.say)):
        text = fill(line.say[(start + step) % len(line.say)], fillers, cast)
        if text is not None:
            return text
    return None


def moment_of(line: TaleLine, text: str, cast: Cast, place: str = "") -> Moment:
    """*line* as a moment that says *text* at *place* ("": the line's own)."""
    time, weather, season = airs_of(line.air)
    return Moment(
        line=text,
        beat=line.beat,
        weight=line.weight,
        place=place or line.place,
        subjects=subjects(line.see, cast),
        tableau=tableau(line.tableau) if line.tableau else None,
        time=time,
        weather=weather,
        season=season,
    )


def airs_of(air: str) -> tuple[TimeOfDay | None, Weather | None, Season | None]:
    """The time, weather and season among the words of *air*."""
    found = air.split()
    return (
        next((TimeOfDay(word) for word in found if word in [one.value for one in TimeOfDay]), None),
        next((Weather(word) for word in found if word in [one.value for one in Weather]), None),
        next((Season(word) for word in found if word in [one.value for one in Season]), None),
    )
