"""Ideas into stories: a tale, the film's own words in it, and the prompt's plot as its spine.

Start at `story_draft`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from astragen.builtin.writer.cast import Actor, stock
from astragen.builtin.writer.chance import number, pick
from astragen.builtin.writer.characters import characters
from astragen.builtin.writer.clause import Event
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.events import told
from astragen.builtin.writer.hours import hours
from astragen.builtin.writer.idea import Idea
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.lines import Cast, moment_of, said
from astragen.builtin.writer.phrasing import in_place, slots
from astragen.builtin.writer.places import words_of_setting
from astragen.builtin.writer.scenery import place_of, settings_of, with_airs, with_places
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.tales import Tale, TaleLine, chapters, choose
from astragen.builtin.writer.titles import title_of
from astragen.builtin.writer.visuals import wanted
from astragen.model.vocabulary import Mood

ENOUGH = 0.92  # of the words wanted; with as many, no further chapter is offered


def story_draft(idea: Idea, seed: int, words_wanted: float) -> Draft:
    """The story of *idea*; *words_wanted* decides how many chapters are offered."""
    tale = choose(idea, seed)
    hero = hero_of(tale, idea)
    cast: dict[str, Actor | None] = {"hero": hero, "other": idea.other, "thing": idea.thing}
    if tale.needs == "other" and idea.other is None:
        cast["other"], cast["thing"] = idea.thing, None
    settings = settings_of(idea, hero)
    light = hours(idea.time, idea.intent, seed, idea.text)
    main = list(tale_moments(tale, idea, cast, settings, seed))
    main = with_airs(main, idea, seed)
    if tale.is_arc:
        main = with_places(main, idea, light, seed)
    moments = _with_chapters(main, tale, idea, cast, settings, seed, words_wanted)
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
        hours=light,
        keep=wanted(idea.nouns),
    )


def hero_of(tale: Tale, idea: Idea) -> Actor | None:
    """The prompt's hero where the tale can carry it, else the tale's own."""
    if tale.is_arc and idea.events and not idea.events[0].own_subject and idea.hero is None:
        return stock("child", "child")  # "learning to ride a bike" says what, not who
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
    is_relation = hero.noun in words("grammar_words", "relations") and not hero.name and count == 1
    return hero if fitting and hero.companion is None and not is_relation else own


def tale_moments(
    tale: Tale, idea: Idea, cast: Cast, settings: tuple[str, ...], seed: int, *, is_chapter: bool = False
) -> Iterable[Moment]:
    """The tale's lines as moments, with the prompt's events where the tale has room for them.

    A chapter tells no events of the prompt, and speaks of the hero as known.
    """
    chosen = {name: pick(values, seed, idea.text, tale.id, name) for name, values in tale.variables}
    events = [] if is_chapter else list(idea.events)
    if tale.is_arc and len(events) > 1 and events[0].own_subject:  # what sets the plot going, before its hero acts
        yield from told([events.pop(0)], "hook", settings[0], idea, cast)
    for position, line in enumerate(tale.lines):
        if not _applies(line.condition, cast):
            continue
        place = place_of(line.beat, settings) if tale.is_arc else line.place
        if line.say[0].startswith("{event"):
            yield from told(_events_for(line, events), line.beat, place, idea, cast)
            continue
        fillers = {**slots(cast, chosen), **_place_slots(place, idea)}
        if is_chapter and "the" in fillers:
            fillers["a"] = fillers["the"]
        is_tied = line.beat in ("hook", "end") and line.weight == 0  # an ending answers its own opening
        start = number(seed, idea.text, tale.id, "tied" if is_tied else position)
        text = said(line, fillers, cast, start)
        if text is not None:
            yield moment_of(replace(line, see=_with_variables(line.see, chosen)), text, cast, place)


def _events_for(line: TaleLine, events: list[Event]) -> list[Event]:
    """The events of the slot "{event1}", "{event2}", or "{event3}", which takes all that are left."""
    index = int(line.say[0].strip("{}").removeprefix("event")) - 1
    return events[index : index + 4] if index == 2 else events[index : index + 1]


def _with_variables(see: str, chosen: Mapping[str, str]) -> str:
    for name, value in chosen.items():
        see = see.replace(f"{{{name}}}", value)
    return see


def _place_slots(place: str, idea: Idea) -> dict[str, str]:
    document = table("settings")
    nouns = words_of_setting(place)
    described = next(
        (one.text for one in idea.nouns if one.noun.lower() in nouns and " " in one.text and "whole" not in one.text),
        "",
    )
    return {
        "in_place": in_place(place, described, document["in"]),
        "the_place": document["the"].get(place, f"the {place}"),
    }


def _applies(condition: str, cast: Cast) -> bool:
    hero = cast.get("hero")
    checks = {
        "person": hero is None or hero.is_person,
        "living": hero is None or hero.is_living,
        "thing_hero": hero is not None and not hero.is_living,
    }
    return all(checks.get(word, True) for word in condition.split())


def _with_chapters(
    main: list[Moment],
    tale: Tale,
    idea: Idea,
    cast: Cast,
    settings: tuple[str, ...],
    seed: int,
    words_wanted: float,
) -> list[Moment]:
    """*main* and as many further small stories as the film has words for.

    They come after a tale, which is whole, and before the turn of an arc, which they lead up to.
    """
    total = _spoken(main)
    extra: list[Moment] = []
    for index, chapter in enumerate(chapters(tale, idea, cast.get("hero"), seed)):
        if total >= ENOUGH * words_wanted:
            break
        found = _chapter(chapter, index, idea, cast, settings, seed)
        extra += found
        total += _spoken(found)
    if not tale.is_arc:
        return main + extra
    turn = next((index for index, moment in enumerate(main) if moment.beat == "turn"), len(main))
    return main[:turn] + extra + main[turn:]


def _chapter(tale: Tale, index: int, idea: Idea, cast: Cast, settings: tuple[str, ...], seed: int) -> list[Moment]:
    """The moments of a further story, on a day of its own, after a line that leads to it."""
    found = list(tale_moments(tale, idea, cast, settings, seed, is_chapter=True))
    if tale.is_arc:
        light = hours(idea.time, idea.intent, seed, idea.text, tale.id)
        found = [replace(moment, time=light[moment.beat]) for moment in found]
    links = table("looks")["links"]
    if index < len(links) and found:
        line = links[(number(seed, idea.text, "links") + index) % len(links)]
        found.insert(0, Moment(line=line, beat="hook", weight=2, place=found[0].place))
    return [replace(moment, weight=max(1, moment.weight)) for moment in found]


def _spoken(moments: Iterable[Moment]) -> float:
    return sum(spoken_words(moment.line) for moment in moments)
