"""Scenes: where the film moves on to another place, hour or beat.

Start at `divide`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from astragen.builtin.writer.details import family_of
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.hours import hours
from astragen.builtin.writer.tables import table, words
from astragen.model.vocabulary import Intent, Mood, Season, TimeOfDay, Weather

T = TypeVar("T", TimeOfDay, Weather, Season)

SCENE_SHOTS_MAX = 80  # what a scene of a storyboard holds


@dataclass(frozen=True)
class Air:
    """When a scene plays and how it feels."""

    time: TimeOfDay
    weather: Weather
    season: Season
    mood: Mood


def divide(moments: Sequence[Moment], scenes: int) -> list[list[Moment]]:
    """*moments* cut into exactly *scenes* runs: at changes of heading, place and beat, and of like length.

    By dynamic programming over the last cut, within a band around even lengths. There are
    at least as many moments as scenes.
    """
    count = len(moments)
    ideal = count / scenes
    worst = float("inf")
    gains = [0.0] + [_change(moments[index - 1], moments[index]) for index in range(1, count)]
    reach = min(SCENE_SHOTS_MAX, max(4, int(3 * ideal) + 1))
    best = [[worst] * (count + 1) for _ in range(scenes + 1)]
    cut = [[0] * (count + 1) for _ in range(scenes + 1)]
    best[0][0] = 0.0
    band = max(8, int(2.5 * ideal))  # scenes drift no further than this from even lengths
    for scene in range(1, scenes + 1):
        middle = round(scene * ideal)
        for end in range(max(scene, middle - band), min(count - (scenes - scene), middle + band) + 1):
            for start in range(max(scene - 1, end - reach), end):
                cost = best[scene - 1][start] + ((end - start) / ideal - 1) ** 2 - (gains[start] if start else 0.0)
                if cost < best[scene][end]:
                    best[scene][end], cut[scene][end] = cost, start
    bounds = [count]
    for scene in range(scenes, 0, -1):
        bounds.append(cut[scene][bounds[-1]])
    bounds.reverse()
    return [list(moments[start:end]) for start, end in pairwise(bounds)]


def _change(before: Moment, after: Moment) -> float:
    """How much speaks for a new scene between two moments."""
    gain = 3.0 * bool(after.heading and after.heading != before.heading)
    gain += 1.2 * (before.place != after.place) + 0.5 * (family_of(before.place) != family_of(after.place))
    gain += 0.5 * (before.beat != after.beat) + 0.4 * (before.time != after.time and after.time is not None)
    return gain - 0.8 * (bool(after.line) and not before.line) - 0.6 * before.line.endswith((",", ":"))


def airs(groups: Sequence[Sequence[Moment]], draft: Draft, seed: int) -> list[Air]:
    """Hour, weather, season and mood of each scene."""
    arc = table("looks")["arcs"][draft.mood.value]
    day = draft.hours or hours(draft.time, draft.intent, seed, draft.title)
    return [_air(group, draft, day, arc, position / max(1, len(groups) - 1)) for position, group in enumerate(groups)]


def _air(
    group: Sequence[Moment], draft: Draft, day: Mapping[str, TimeOfDay], arc: Mapping[str, str], progress: float
) -> Air:
    beat = Counter(one.beat for one in group).most_common(1)[0][0]
    time = _most(one.time for one in group) or day[beat]
    weather = _most(one.weather or _weather(draft, one, progress) for one in group) or Weather.CLEAR
    season = _most(one.season for one in group) or draft.season or _season(weather)
    return Air(time, weather, season, Mood(arc[beat]))


def _weather(draft: Draft, moment: Moment, progress: float) -> Weather:
    """The prompt's weather: a storm gathers, breaks and clears; everything else stays."""
    beat = moment.beat
    if draft.weather is Weather.STORM and draft.intent is Intent.STORY:
        if beat in ("obstacle", "turn"):
            return Weather.STORM
        return Weather.CLOUDY if progress < 0.5 else Weather.CLEAR
    if draft.weather is not None:
        return draft.weather
    if beat == "obstacle" and draft.mood in (Mood.TENSE, Mood.SAD):
        return Weather.CLOUDY
    outdoors = moment.place not in words("settings", "indoors") and family_of(moment.place) != "home"
    return Weather.FOG if beat == "hook" and draft.mood is Mood.MYSTERIOUS and outdoors else Weather.CLEAR


def _season(weather: Weather) -> Season:
    return Season.WINTER if weather is Weather.SNOW else Season.SUMMER


def _most(values: Iterable[T | None]) -> T | None:
    """The most frequent value that is said; the first of equals."""
    said = Counter(value for value in values if value is not None)
    return said.most_common(1)[0][0] if said else None
