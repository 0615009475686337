"""Sizing: a draft becomes as many shots as the film has time for.

Shots last about as long as the mood's pace; narration takes WORDS_PER_S of the film,
so that a voice at its normal speed has room to breathe. Start at `fit`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from astragen.builtin.writer.chance import pick
from astragen.builtin.writer.details import details, near
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.tables import table
from astragen.model.vocabulary import Intent, TimeOfDay

WORDS_PER_S = 2.05  # of film; the voice says about 2.45 a second, the rest is breath between shots
SHOT_WORDS = 20.0  # spoken over one shot at most when short lines are put together: about 8 s
OVER = 1.1  # narration may exceed its share by this factor: the voice's breaths give way
LINE_MAX = 1_900  # characters; a shot's line holds 2,000
SHOT_S_MAX = 5.5  # seconds; the longest that shots last on average
SHOTS_MAX = 40 * 80  # what a storyboard holds


def words_for(seconds: float) -> float:
    """Spoken words that a film of *seconds* has room for."""
    return WORDS_PER_S * seconds


def shots_for(seconds: float, pace_s: float, scenes: int) -> int:
    """Number of shots: one for each *pace_s* seconds, one at least for each scene."""
    return max(1, scenes, min(SHOTS_MAX, int(seconds / pace_s + 0.5)))


def fit(draft: Draft, shots: int, words: float, seed: int, *, least: int) -> list[Moment]:
    """*draft* in *shots* moments of about *words* spoken words in all.

    With fewer lines than that it takes *least* shots, or as many as lines: rather a
    longer shot than one more without words.
    """
    moments = _placed(draft.moments, draft)
    if not draft.is_verbatim:
        moments = _unique(moments)
        taken = _chosen(moments, words)
        shots = min(shots, max(least, len(taken) + 1))
        moments = _with_silent(moments, taken, shots, draft)
    return _padded(_merged(moments, shots), draft, shots, words, seed)


def _unique(moments: Sequence[Moment]) -> list[Moment]:
    """*moments* without those that say what was said before."""
    first = {one.line: index for index, one in reversed(list(enumerate(moments)))}
    return [one for index, one in enumerate(moments) if not one.line or first[one.line] == index]


def _chosen(moments: Sequence[Moment], words: float) -> set[int]:
    """Indices of the moments that matter most and fit; in each weight, those farthest from what is there already."""
    order = range(len(moments))
    taken: set[int] = set()
    total = 0.0
    for index in _first_choice(moments, words):
        taken.add(index)
        total += spoken_words(moments[index].line)
    for weight in range(4):
        left = [index for index in order if index not in taken and moments[index].weight == weight]
        missed = False
        while left:
            index = max(
                left,
                key=lambda one: (moments[one].is_event, min((abs(one - other) for other in taken), default=0), -one),
            )
            left.remove(index)
            length = spoken_words(moments[index].line)
            if total + length <= words * OVER:
                taken.add(index)
                total += length
            else:
                missed = True
        if missed:  # what matters less may speak of what was left out
            break
    return taken


def _with_silent(moments: Sequence[Moment], taken: set[int], shots: int, draft: Draft) -> list[Moment]:
    """The taken moments, and where shots are left, pictures of the others without their words."""
    chosen = set(taken)
    shown = [index for index, one in enumerate(moments) if index not in taken and _is_picture(one, draft)]
    while len(chosen) < shots and shown:
        index = max(shown, key=lambda one: (min(abs(one - other) for other in chosen), -one))
        if min(abs(index - other) for other in chosen) < 2 and len(chosen) > 1 and draft.intent is not Intent.EXPLAINER:
            break
        shown.remove(index)
        chosen.add(index)
    return [
        moments[index] if index in taken else replace(moments[index], line="", heading="", is_event=False)
        for index in sorted(chosen)
    ]


def _is_picture(moment: Moment, draft: Draft) -> bool:
    """Whether *moment* can stand without words: a diagram in an explainer, a place with something in it elsewhere."""
    if draft.intent is Intent.EXPLAINER:
        return moment.tableau is not None or bool(moment.subjects)
    return bool(moment.subjects) and moment.tableau is None and moment.beat != "end"


def _first_choice(moments: Sequence[Moment], words: float) -> list[int]:
    """What even the shortest film says: the event and the ending where they fit, else one line."""
    vital = [index for index, one in enumerate(moments) if one.weight == 0]
    if not vital:
        return [min(range(len(moments)), key=lambda index: spoken_words(moments[index].line))]
    events = [index for index in vital if moments[index].is_event]
    fitting = [index for index in [*events[:1], vital[0], vital[-1]] if spoken_words(moments[index].line) <= words]
    if fitting:
        return fitting[:1]
    short = [index for index, one in enumerate(moments) if one.weight <= 1 and spoken_words(one.line) <= words]
    if short:
        return [max(short, key=lambda index: spoken_words(moments[index].line))]
    return [min(vital, key=lambda index: spoken_words(moments[index].line))]


def _placed(moments: Sequence[Moment], draft: Draft) -> list[Moment]:
    """Every moment with a place and an hour of its own: what it leaves out is that of the one before."""
    place = draft.settings[0] if draft.settings else "meadow"
    placed: list[Moment] = []
    for moment in moments:
        place = moment.place or place
        placed.append(replace(moment, place=place))
    return placed


def _merged(moments: list[Moment], shots: int) -> list[Moment]:
    """Neighbours put together, shortest first, until there are at most *shots*; no line grows past LINE_MAX."""
    merged = list(moments)
    costs = [_cost_of_joining(*pair) for pair in pairwise(merged)]
    while len(merged) > shots:
        index = costs.index(min(costs))
        if math.isinf(costs[index]):
            break
        merged[index : index + 2] = [_joined(merged[index], merged[index + 1])]
        del costs[index]
        for near_by in (index - 1, index):
            if 0 <= near_by < len(costs):
                costs[near_by] = _cost_of_joining(merged[near_by], merged[near_by + 1])
    return merged


def _cost_of_joining(first: Moment, second: Moment) -> float:
    """How long the two are together, and what else speaks against it, in words."""
    if len(first.line) + len(second.line) >= LINE_MAX:
        return float("inf")
    ends = second.beat == "end" and second.weight == 0 and bool(first.line)  # an ending wants a shot of its own
    mixes = first.is_event != second.is_event and bool(first.line and second.line)
    cost = spoken_words(first.line) + spoken_words(second.line) + 8.0 * ends + 3.0 * mixes
    return cost + 6.0 * (first.place != second.place) + 4.0 * bool(second.heading) + 3.0 * (first.beat != second.beat)


def _joined(first: Moment, second: Moment) -> Moment:
    glue = "" if first.line.endswith(("。", "！", "？", "，", "、", "；", "：")) else " "
    shown = {(one.noun, one.character): one for one in [*second.subjects, *first.subjects]}
    return replace(
        first,
        line=f"{first.line}{glue}{second.line}".strip(),
        weight=min(first.weight, second.weight),
        subjects=tuple(shown.values())[:6],
        tableau=second.tableau or first.tableau,
        is_event=first.is_event or second.is_event,
    )


def _padded(moments: list[Moment], draft: Draft, shots: int, words: float, seed: int) -> list[Moment]:
    """Breathing shots between the others, with a line of the place while there are words left."""
    missing = shots - len(moments)
    if missing <= 0:
        return moments
    room = (
        words - sum(spoken_words(one.line) for one in moments)
        if draft.speaks_english and not draft.is_verbatim
        else 0.0
    )
    spoken = {one.line for one in moments}
    used: dict[str, int] = {}
    padded: list[Moment] = []
    gaps = max(1, len(moments) - 1)  # the last words stay last
    for index, moment in enumerate(moments):
        padded.append(moment)
        count = missing * (index + 1) // gaps - missing * index // gaps if index < gaps else 0
        for _ in range(count):
            pad = _pad(moment, draft, used, spoken, room, seed)
            room -= spoken_words(pad.line)
            spoken.add(pad.line)
            padded.append(pad)
    return padded


def _pad(moment: Moment, draft: Draft, used: dict[str, int], spoken: set[str], room: float, seed: int) -> Moment:
    """The next detail of the moment's place, said if there is room and it was not said before."""
    time = moment.time or draft.hours.get(moment.beat, TimeOfDay.DAY)
    weather = moment.weather or draft.weather
    for setting in (moment.place, *near(moment.place)):
        found = details(setting, time, weather, moment.season or draft.season, (seed, draft.title, setting))
        fresh = [one for one in found if one.line not in spoken]
        if fresh and room >= spoken_words(fresh[0].line):
            return replace(fresh[0], beat=moment.beat, time=moment.time, weather=moment.weather, season=moment.season)
    position = used[moment.place] = used.get(moment.place, -1) + 1
    if draft.intent is Intent.EXPLAINER and moment.line and not draft.is_verbatim:
        return replace(moment, line="", is_event=False, heading="")
    found = details(moment.place, time, weather, moment.season or draft.season, (seed, draft.title, moment.place))
    if draft.is_verbatim and moment.subjects and (position % 2 == 0 or not found):
        shown = moment.subjects[position // 2 % len(moment.subjects)]
        return replace(moment, line="", heading="", tableau=None, subjects=(shown,))
    if found:
        detail = found[position % len(found)]
        return replace(
            detail, line="", beat=moment.beat, time=moment.time, weather=moment.weather, season=moment.season
        )
    return replace(moment, line="", tableau=None, is_event=False, heading="", subjects=moment.subjects[:1])


def pace_of(draft: Draft) -> float:
    """Seconds a shot of this mood lasts."""
    return float(table("looks")["pace_s"][draft.mood.value])


def scene_count(shots: int, wanted: int | str, seed: int) -> int:
    """As many scenes as the brief says; else about the square root of the shots (7 shots: 3 scenes)."""
    if isinstance(wanted, int):
        return wanted
    nearest = max(1, round(math.sqrt(shots)))
    return min(40, nearest if shots < 12 else pick((nearest, nearest, nearest + 1), seed, "scenes"))
