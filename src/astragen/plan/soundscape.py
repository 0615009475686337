"""What is heard in a shot: its place, its weather, what is seen in it and what is done.

The rules are `data/foley/places.json`; levels and places in the stereo picture are added in
`plan/ambience.py`. Pure. Start reading at `beds_of`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Season, TimeOfDay, Weather

MOST_BEDS = 4  # at a time: more are mud
FAIR = (Weather.CLEAR, Weather.CLOUDY, Weather.FOG)
_PERSON_ENDINGS = ("man", "woman", "keeper", "smith", "maker", "er", "or", "ist", "ian")
_ENDINGS = (("ing", ""), ("ing", "e"), ("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"))

Row = Mapping[str, Any]


class Bed(NamedTuple):
    """An ambience under a shot: a kind of sounds.json, and dB against its own level."""

    kind: str
    db: float


class Feet(NamedTuple):
    """How somebody goes: the kind of each step, seconds a cycle, where in it feet fall (0 to 1)."""

    kind: str
    cycle_s: float
    beats: tuple[float, ...]


@cache
def table() -> Row:
    """The document data/foley/places.json; callers must not change it."""
    text = (resources.files("astragen") / "data" / "foley" / "places.json").read_text(encoding="utf-8")
    found: Row = json.loads(text)
    return found


def place_of(setting: str) -> Row | None:
    """The row of `places` for *setting*: the longest end of it that is known, else its last known word."""
    words = re.findall(r"[\w'’]+", setting.casefold())
    known = _places()
    for candidate in (*(" ".join(words[start:]) for start in range(len(words))), *reversed(words)):
        for form in (candidate, candidate.removesuffix("s"), candidate.removesuffix("es")):
            if form in known:
                return known[form]
    return None


def beds_of(recipe: Recipe) -> tuple[Bed, ...]:
    """What lies under a shot of *recipe*, the weightiest first, at most MOST_BEDS; nothing for a diagram."""
    place = place_of(recipe.setting)
    if place is None or recipe.tableau is not None:
        return ()
    weather = table()["weather"].get(recipe.weather.value, {}).get(place["air"], ())
    instead: Mapping[str, str] = table()["instead"].get(recipe.weather.value, {}) if place["air"] == "open" else {}
    asked = [row for row in place["beds"] if _is_time(row, recipe.time_of_day, recipe.season, recipe.weather)]
    # The sea stays before the rain; what is lightest in the place falls away first.
    found: dict[str, float] = {}
    for row in (*asked[:1], *weather, *asked[1:]):
        found.setdefault(instead.get(row["kind"], row["kind"]), float(row.get("db", 0.0)))
    return tuple(Bed(kind, db) for kind, db in found.items())[:MOST_BEDS]


def sound_of(subject: Subject, recipe: Recipe) -> Bed | None:
    """What *subject* of *recipe* itself is heard with, or None."""
    place = place_of(recipe.setting)
    if place is None or recipe.tableau is not None or place["air"] == "none":
        return None
    for row in table()["subjects"]:
        if (
            _named(subject.noun, row["words"])
            and subject.count >= row.get("least", 1)
            and place["air"] in row.get("airs", place["air"]).split()
            and ("actions" not in row or set(stems(subject.action)) & set(row["actions"]))
        ):
            return Bed(row["kind"], float(row.get("db", 0.0)))
    return None


def has_thunder(recipe: Recipe) -> str | None:
    """The kind of thunder that a shot of *recipe* has, or None: near where its flash is seen, far indoors."""
    place = place_of(recipe.setting)
    if place is None or recipe.tableau is not None or recipe.weather is not Weather.STORM:
        return None
    return {"open": "thunder", "rooms": "thunder_far"}.get(place["air"])


def feet_of(subject: Subject, recipe: Recipe) -> Feet | None:
    """How *subject* goes, or None for who does not, cannot be heard to, or goes where nobody sets a foot."""
    walk, place = table()["walk"], place_of(recipe.setting)
    if place is None or recipe.tableau is not None or not place["ground"] or place["air"] == "none":
        return None
    said = set(stems(subject.action))
    gait = next((gait for gait, verbs in walk["verbs"].items() if said & set(verbs)), None)
    is_hooved = _named(subject.noun, walk["feet"]["hooved"]["words"])
    if gait is None or not (is_hooved or is_somebody(subject.noun)):
        return None
    feet = walk["feet"]["hooved" if is_hooved else "shod"]
    is_white = place["air"] == "open" and recipe.weather is Weather.SNOW
    kinds = walk["grounds"]["snow" if is_white else place["ground"]]
    return Feet(kinds[1 if is_hooved else 0], float(feet[gait]), tuple(feet["beats"]))


def reader_of(recipe: Recipe) -> Subject | None:
    """Who turns pages in a shot of *recipe*: who reads, a book that is leafed through, or one with somebody by it."""
    if recipe.tableau is not None:
        return None
    page = table()["page"]
    is_company = any(is_somebody(one.noun) and not set(stems(one.action)) & _going() for one in recipe.subjects)
    for subject in recipe.subjects:
        said = set(stems(subject.action))
        if "read" in said:
            return subject
        if _named(subject.noun, page["words"]) and (is_company or said & set(page["actions"])):
            return subject
    return None


def is_somebody(noun: str) -> bool:
    """The painter shows *noun* as a person, or its ending can only mean one."""
    words = re.findall(r"[\w'’-]+", noun.casefold())
    known = _figures()
    for candidate in (" ".join(words), *words[-1:]):
        for form in (candidate, candidate.removesuffix("s")):
            if form in known:
                return known[form] == "person"
    return bool(words) and len(words[-1]) > 4 and words[-1].endswith(_PERSON_ENDINGS)


def stems(verb: str) -> Iterator[str]:
    """*verb* and each of its words, with what they may be the forms of: "running" is of "run"."""
    words = re.findall(r"[\w'’-]+", verb.casefold())
    for word in (" ".join(words), *words):
        yield word
        for ending, fill in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                stem = word[: -len(ending)] + fill
                yield stem
                if len(stem) > 2 and stem[-1] == stem[-2]:
                    yield stem[:-1]


def _is_time(row: Row, time: TimeOfDay, season: Season, weather: Weather) -> bool:
    return (
        time.value in row.get("times", time.value).split()
        and season.value in row.get("seasons", season.value).split()
        and (weather in FAIR or not row.get("is_fair", False))
    )


def _named(noun: str, names: Sequence[str]) -> bool:
    """*noun*, its last word or a singular of them is one of *names*."""
    words = re.findall(r"[\w'’-]+", noun.casefold())
    candidates = (" ".join(words), *words[-1:])
    return any(one in names or one.removesuffix("s") in names for one in candidates)


@cache
def _going() -> frozenset[str]:
    """The verbs of who goes somewhere."""
    return frozenset(verb for verbs in table()["walk"]["verbs"].values() for verb in verbs)


@cache
def _places() -> Mapping[str, Row]:
    return {word: place for place in table()["places"].values() for word in place["words"]}


@cache
def _figures() -> Mapping[str, str]:
    """Nouns -> the painter's family of figures; see builtin/painter/figures/words.py."""
    text = (resources.files("astragen") / "data" / "painter" / "subjects.json").read_text(encoding="utf-8")
    rows = json.loads(text)["kinds"]
    return {name.replace("_", " "): row["figure"] for row in rows for name in row["names"].split()}
