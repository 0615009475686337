"""Where a film plays, what the air does there, and what its things are like.

Arcs know people; this room adds the places, the weather and the prompt's own things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.chance import pick
from astragen.builtin.writer.details import details
from astragen.builtin.writer.draft import Moment
from astragen.builtin.writer.idea import Idea
from astragen.builtin.writer.lines import airs_of
from astragen.builtin.writer.places import setting_of
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.vocabulary import vocabulary
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Mood, Season, TimeOfDay, Weather

_BY_MOOD = {
    Mood.EPIC: "mountain", Mood.TENSE: "city", Mood.SAD: "beach", Mood.MYSTERIOUS: "forest",
    Mood.JOYFUL: "meadow", Mood.CALM: "lake", Mood.CURIOUS: "garden", Mood.HOPEFUL: "hills",
}  # fmt: skip


def settings_of(idea: Idea, hero: Actor | None) -> tuple[str, ...]:
    """The prompt's places; without any, where its hero or things are at home."""
    if idea.settings:
        made = setting_of(idea.thing.noun) if idea.thing is not None and idea.thing.category == "place" else ""
        return tuple(one for one in idea.settings if one != made) or idea.settings
    homes = {"home": "house", "": "", "city": "street", "mountain": "mountain", "room": "room"}
    for noun in [one.noun for one in (hero, idea.thing, idea.other) if one is not None] + [
        one.noun for one in idea.nouns
    ]:
        entry = vocabulary().get(noun.lower())
        if entry is not None and entry.home:
            return (homes.get(entry.home, entry.home),)
    return (_BY_MOOD[idea.mood],)


def place_of(beat: str, settings: tuple[str, ...]) -> str:
    """Where a beat plays when the prompt names several places: on from the first to the last."""
    step = {"hook": 0.0, "want": 0.0, "obstacle": 0.34, "turn": 0.67, "end": 1.0}[beat]
    return settings[round(step * (len(settings) - 1))]


def with_airs(moments: list[Moment], idea: Idea, seed: int) -> list[Moment]:
    """Add a line for each weather, hour and heavenly body that the prompt names."""
    spoken = " ".join(moment.line.lower() for moment in moments)
    added = list(moments)
    for phrase in idea.nouns:
        lines = table("airs").get(phrase.noun.lower(), [])
        if not lines:
            continue
        missing = phrase.noun.lower() not in spoken
        beat = "obstacle" if phrase.category == "weather" else "hook"
        at = next((index for index, one in enumerate(added) if one.beat == beat), min(1, len(added)))
        at = max(1, at) if beat == "hook" else at
        time, weather, season = _air_of(phrase.noun.lower())
        moment = Moment(
            line=pick(lines, seed, idea.text, phrase.noun),
            beat=beat,
            weight=1 if missing else 2,
            place=added[min(at, len(added) - 1)].place if added else "",
            subjects=(Subject(noun=phrase.noun.lower(), count=phrase.count),) if phrase.category == "celestial" else (),
            time=time,
            weather=weather,
            season=season,
        )
        added.insert(at, moment)
    return added


def with_places(moments: list[Moment], idea: Idea, light: Mapping[str, TimeOfDay], seed: int) -> list[Moment]:
    """Add what the place and the prompt's own things are like: arcs know people, not places.

    One detail of the place after the hook and one where each beat begins; a line about
    each thing, the one that the event is about just before the event.
    """
    added: list[Moment] = []
    spoken: set[str] = set()
    things = things_said(idea, seed)
    about = things.pop(0) if things and any(moment.is_event for moment in moments) else None
    for index, moment in enumerate(moments):
        if about is not None and moment.is_event and about.subjects[0].noun in moment.line.lower():
            added.append(replace(about, place=moment.place, beat=moment.beat, weight=0))
            about = None
        added.append(moment)
        following = moments[index + 1].beat if index + 1 < len(moments) else ""
        if moment.beat == following and index != 0:
            continue
        found = details(moment.place, light[moment.beat], idea.weather, idea.season, (seed, idea.text, "place"))
        fresh = [one for one in found if one.line not in spoken]
        if fresh and moment.beat != "end":
            spoken.add(fresh[0].line)
            weight = 1 if moment.beat == "hook" and len(spoken) == 1 else 2
            added.append(replace(fresh[0], beat=moment.beat, weight=weight))
        if things and moment.beat in ("want", "obstacle"):
            weight = 2 if idea.events else 1  # without a plot, what things are like is the film
            added.append(replace(things.pop(0), place=moment.place, beat=moment.beat, weight=weight))
    return added


def things_said(idea: Idea, seed: int) -> list[Moment]:
    """A line for each noun of the prompt that the table has one for, those of its last events first."""
    texts = [event.text.lower() for event in reversed(idea.events)]
    told = [one.noun.lower() for text in texts for one in idea.nouns if one.text.lower() in text]
    hero = idea.hero.noun if idea.hero is not None else ""
    proper = {one.noun.lower() for one in idea.nouns if any(letter.isupper() for letter in one.text)}
    found: list[Moment] = []
    for noun in dict.fromkeys([*told, *(one.noun.lower() for one in idea.nouns), hero]):
        lines = table("things").get(noun, []) if noun not in proper else []
        if lines:
            shown = (Subject(noun=noun, action="look" if noun == hero else ""),)
            found.append(Moment(line=pick(lines, seed, idea.text, noun), weight=2, subjects=shown))
    return found


def _air_of(noun: str) -> tuple[TimeOfDay | None, Weather | None, Season | None]:
    document = table("grammar_words")

    def find(key: str) -> str:
        return next((value for value, listed in document[key].items() if noun in listed.split()), "")

    return airs_of(f"{find('times')} {find('weather')} {find('seasons')}")
