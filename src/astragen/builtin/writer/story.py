"""Ideas into stories: a tale, the film's own words in it, and the prompt's plot as its spine.

Start at `story_draft`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from astragen.builtin.writer.cast import Actor, stock
from astragen.builtin.writer.chance import number, pick
from astragen.builtin.writer.characters import characters
from astragen.builtin.writer.clause import Event
from astragen.builtin.writer.details import details
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.idea import Idea, sentence_of
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.nouns import vocabulary
from astragen.builtin.writer.phrasing import fill, in_place, slots
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.tales import Tale, TaleLine, chapters, choose
from astragen.builtin.writer.titles import title_of
from astragen.builtin.writer.visuals import action_of, actor_subjects, seen, subjects, tableau, wanted
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Mood, Season, TimeOfDay, Weather

Cast = Mapping[str, Actor | None]

_RELATIONS = frozenset(  # somebody's somebody: the other one of a tale, not its hero
    "sibling friend cousin neighbor neighbour parent grandparent classmate family people brother sister baby mother father".split()
)
LONG_EVENT = 17  # words; a longer event is told over two shots
_JOINTS = re.compile(r",? (?=(?:until|while|before|after|when|because|so that|in order to|as soon as) )")
_BY_MOOD = {
    Mood.EPIC: "mountain", Mood.TENSE: "city", Mood.SAD: "beach", Mood.MYSTERIOUS: "forest",
    Mood.JOYFUL: "meadow", Mood.CALM: "lake", Mood.CURIOUS: "garden", Mood.HOPEFUL: "hills",
}  # fmt: skip


def story_draft(idea: Idea, seed: int, words: float) -> Draft:
    """The story of *idea*; *words* wanted decide how many chapters are offered."""
    tale = choose(idea, seed)
    hero = hero_of(tale, idea)
    cast: dict[str, Actor | None] = {"hero": hero, "other": idea.other, "thing": idea.thing}
    settings = settings_of(idea, hero)
    main = list(tale_moments(tale, idea, cast, settings, seed))
    main = with_airs(main, idea, seed)
    if tale.is_arc:
        main = with_places(main, idea, seed)
    moments = _with_chapters(main, tale, idea, cast, settings, seed, words)
    actors = [one for one in (hero, hero.companion if hero else None, idea.other) if one is not None]
    return Draft(
        title=title_of(idea),
        logline=idea.phrase[:600],
        language="en",
        intent=idea.intent,
        mood=Mood(tale.mood) if tale.mood else idea.mood,
        moments=tuple(moments),
        characters=characters(actors, seed),
        settings=settings,
        time=idea.time,
        weather=idea.weather,
        season=idea.season,
        keep=wanted(idea.nouns),
    )


def hero_of(tale: Tale, idea: Idea) -> Actor | None:
    """The prompt's hero where the tale can carry it, else the tale's own."""
    if tale.is_arc:
        return idea.hero or idea.thing
    if tale.hero == "none":
        return None
    category = "group" if tale.default == "family" else "child"
    number_, _, _ = tale.default.partition(" ")
    count = table("grammar_words")["numbers"].get(number_, 1)
    own = stock(tale.default, category, count)
    hero = idea.hero
    if hero is None or (count > 1 and not hero.is_plural):
        return own
    fitting = {"child": hero.is_child, "person": hero.is_person, "living": hero.is_living}[tale.hero]
    is_relation = hero.noun in _RELATIONS and not hero.name and count == 1
    return hero if fitting and hero.companion is None and not is_relation else own


def settings_of(idea: Idea, hero: Actor | None) -> tuple[str, ...]:
    """The prompt's places; without any, where its hero or things are at home."""
    if idea.settings:
        made = words_of_place(idea.thing.noun) if idea.thing is not None and idea.thing.category == "place" else ""
        return tuple(one for one in idea.settings if one != made) or idea.settings
    homes = {"home": "house", "": "", "city": "street", "mountain": "mountain", "room": "room"}
    for noun in [one.noun for one in (hero, idea.thing, idea.other) if one is not None] + [one.noun for one in idea.nouns]:
        entry = vocabulary().get(noun.lower())
        if entry is not None and entry.home:
            return (homes.get(entry.home, entry.home),)
    return (_BY_MOOD[idea.mood],)


def words_of_place(noun: str) -> str:
    """The setting that *noun* means, or ""."""
    return next((setting for setting in table("settings")["words"] if noun in words_of_setting(setting)), "")


def place_of(beat: str, settings: tuple[str, ...]) -> str:
    """Where a beat plays when the prompt names several places: on from the first to the last."""
    step = {"hook": 0.0, "want": 0.0, "obstacle": 0.34, "turn": 0.67, "end": 1.0}[beat]
    return settings[round(step * (len(settings) - 1))]


def tale_moments(
    tale: Tale, idea: Idea, cast: Cast, settings: tuple[str, ...], seed: int, *, is_chapter: bool = False
) -> Iterable[Moment]:
    """The tale's lines as moments, with the prompt's events where the tale has room for them."""
    chosen = {name: pick(values, seed, idea.text, tale.id, name) for name, values in tale.variables}
    events = [] if is_chapter else list(idea.events)
    if tale.is_arc and len(events) > 1 and events[0].own_subject:  # what sets the plot going, before its hero acts
        yield from _told_events([events.pop(0)], "hook", idea, cast, settings[0])
    for position, line in enumerate(tale.lines):
        if not _applies(line.condition, cast):
            continue
        place = line.place if not tale.is_arc else place_of(line.beat, settings)
        if "{event" in line.say[0]:
            yield from _event_moments(line, events, idea, cast, place)
            continue
        fillers = {**slots(cast, chosen), **_place_slots(place, idea)}
        if is_chapter and "the" in fillers:
            fillers["a"] = fillers["the"]
        is_tied = line.beat in ("hook", "end") and line.weight == 0  # an ending answers its own opening
        key = (seed, idea.text, tale.id, "tied" if is_tied else position)
        text = _said(line, fillers, cast, number(*key))
        if text is not None:
            yield _moment(line, text, cast, place, chosen)


def _place_slots(place: str, idea: Idea) -> dict[str, str]:
    document = table("settings")
    noun_of_place = words_of_setting(place)
    described = next((one.text for one in idea.nouns if one.noun.lower() in noun_of_place and " " in one.text), "")
    return {
        "in_place": in_place(place, described, document["in"]),
        "the_place": document["the"].get(place, f"the {place}"),
    }


def words_of_setting(setting: str) -> frozenset[str]:
    """The words that mean *setting*."""
    listed = table("settings")["words"].get(setting, setting)
    return frozenset(word.replace("_", " ") for word in listed.split())


def _said(line: TaleLine, fillers: Mapping[str, str], cast: Cast, start: int) -> str | None:
    """The variant of the line that *start* points at, or the next one whose slots have fillers."""
    for step in range(len(line.say)):
        text = fill(line.say[(start + step) % len(line.say)], fillers, cast)
        if text is not None:
            return text
    return None


def _applies(condition: str, cast: Cast) -> bool:
    hero = cast.get("hero")
    checks = {
        "person": hero is None or hero.is_person,
        "living": hero is None or hero.is_living,
        "thing_hero": hero is not None and not hero.is_living,
    }
    return all(checks.get(word, True) for word in condition.split())


def _moment(line: TaleLine, text: str, cast: Cast, place: str, chosen: Mapping[str, str]) -> Moment:
    see = line.see
    for name, value in chosen.items():
        see = see.replace(f"{{{name}}}", value)
    time, weather, season = airs_of(line.air)
    return Moment(
        line=text,
        beat=line.beat,
        weight=line.weight,
        place=place,
        subjects=subjects(see, cast),
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


def _event_moments(line: TaleLine, events: list[Event], idea: Idea, cast: Cast, place: str) -> Iterable[Moment]:
    index = int(line.say[0].strip("{}").removeprefix("event")) - 1
    told = events[index:] if index == 2 else events[index : index + 1]  # the last slot takes all that are left
    yield from _told_events(told[:4], line.beat, idea, cast, place)


def _told_events(events: Iterable[Event], beat: str, idea: Idea, cast: Cast, place: str) -> Iterable[Moment]:
    for event in events:
        text = event_sentence(event, cast.get("hero"))
        shown = _event_subjects(event, idea, cast)
        weather = idea.weather if any(one in text.lower() for one in words_of_weather(idea.weather)) else None
        for piece in _told(text):
            yield Moment(line=piece, beat=beat, weight=0, place=place, subjects=shown, weather=weather, is_event=True)


def words_of_weather(weather: Weather | None) -> list[str]:
    """The words that name *weather*."""
    return table("grammar_words")["weather"][weather.value].split() if weather else []


def event_sentence(event: Event, hero: Actor | None) -> str:
    """The event as a sentence: "The keeper befriends a whale." """
    if event.own_subject or hero is None:
        return sentence_of(event.text)
    return sentence_of(f"{hero.short} {event.text}")


def _told(text: str) -> list[str]:
    if spoken_words(text) <= LONG_EVENT:
        return [text]
    cut = _JOINTS.split(text, maxsplit=1)
    if len(cut) < 2 or spoken_words(cut[0]) < 4:
        return [text]
    return [cut[0].rstrip(",") + ",", cut[1]]


def _event_subjects(event: Event, idea: Idea, cast: Cast) -> tuple[Subject, ...]:
    hero = cast.get("hero")
    shown: list[Subject] = []
    if hero is not None and not event.own_subject:
        shown += actor_subjects(hero, action_of(event.verb) or "look")
    known = {one.noun for one in shown}
    text = f" {event.text.lower()} "
    other = cast.get("other")
    for phrase in idea.nouns:
        named = re.search(rf"\b{re.escape(phrase.text.lower())}\b", text)
        if not named or phrase.category in ("weather", "hour", "place") or phrase.noun in known:
            continue
        if other is not None and other.noun == phrase.noun.split(" ")[-1]:
            shown += actor_subjects(other)
        else:
            shown.append(seen(phrase))
    return tuple(shown[:5])


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


def with_places(moments: list[Moment], idea: Idea, seed: int) -> list[Moment]:
    """Add what the place and the prompt's own things are like: arcs know people, not places.

    One detail of the place after the hook and one where each beat begins; a line about
    each thing, the one that the event is about just before the event.
    """
    added: list[Moment] = []
    spoken: set[str] = set()
    things = things_said(idea, seed)
    spoken_things = False
    for index, moment in enumerate(moments):
        if moment.is_event and things:
            added.append(replace(things.pop(0), place=moment.place, beat=moment.beat, weight=0 if not spoken_things else 1))
            spoken_things = True
        added.append(moment)
        following = moments[index + 1].beat if index + 1 < len(moments) else ""
        if moment.beat == following and index != 0:
            continue
        found = details(moment.place, idea.time, idea.weather, idea.season, (seed, idea.text, "place"))
        fresh = [one for one in found if one.line not in spoken]
        if fresh and moment.beat != "end":
            spoken.add(fresh[0].line)
            weight = 1 if moment.beat == "hook" and len(spoken) == 1 else 2
            added.append(replace(fresh[0], beat=moment.beat, weight=weight, time=None))
        if things and moment.beat in ("want", "obstacle"):
            added.append(replace(things.pop(0), place=moment.place, beat=moment.beat))
    return added


def things_said(idea: Idea, seed: int) -> list[Moment]:
    """A line for each noun of the prompt that the table has one for, what the plot is about first."""
    about = [one.noun for one in (idea.thing, idea.other) if one is not None]
    hero = idea.hero.noun if idea.hero is not None else ""
    nouns = [*about, *(phrase.noun.lower() for phrase in idea.nouns), hero]
    plural_nouns = {phrase.noun.lower() for phrase in idea.nouns if phrase.is_plural}
    found: list[Moment] = []
    for noun in dict.fromkeys(nouns):
        lines = [
            line for line in table("things").get(noun, []) if noun not in plural_nouns or line.startswith(("A ", "An ", "One "))
        ]
        if lines:
            shown = (Subject(noun=noun, action="look" if noun == hero else ""),)
            found.append(Moment(line=pick(lines, seed, idea.text, noun), weight=2, subjects=shown))
    return found


def _air_of(noun: str) -> tuple[TimeOfDay | None, Weather | None, Season | None]:
    document = table("grammar_words")

    def find(key: str) -> str:
        return next((value for value, listed in document[key].items() if noun in listed.split()), "")

    return airs_of(f"{find('times')} {find('weather')} {find('seasons')}")


def _with_chapters(
    main: list[Moment], tale: Tale, idea: Idea, cast: dict[str, Actor | None], settings: tuple[str, ...], seed: int, words: float
) -> list[Moment]:
    """Offer further small stories until there are enough words for the film."""
    total = sum(spoken_words(moment.line) for moment in main)
    links = list(table("looks")["links"])
    extra: list[Moment] = []
    for index, chapter in enumerate(chapters(tale, idea, cast.get("hero"), seed)):
        if total >= 0.92 * words:
            break
        found = list(tale_moments(chapter, idea, cast, settings, seed, is_chapter=True))
        if index < len(links) and found:
            start = number(seed, idea.text, "links")
            link = Moment(line=links[(start + index) % len(links)], beat="hook", weight=2, place=found[0].place)
            found.insert(0, link)
        extra += [replace(moment, weight=max(1, moment.weight)) for moment in found]
        total += sum(spoken_words(moment.line) for moment in found)
    if not tale.is_arc:
        return main + extra
    turn = next((index for index, moment in enumerate(main) if moment.beat == "turn"), len(main))
    return main[:turn] + extra + main[turn:]


