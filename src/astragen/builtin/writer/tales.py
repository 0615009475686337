"""The tales: small stories written beforehand, chosen by theme or by what happens.

A tale of a theme ("fear") is a whole little story with its own places and things; an
arc of a verb ("befriend") is a frame around the prompt's own events. Start at
`choose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.chance import pick, shuffled
from astragen.builtin.writer.idea import Idea
from astragen.builtin.writer.tables import table


@dataclass(frozen=True)
class TaleLine:
    """A line of a tale as the table has it."""

    weight: int
    beat: str
    say: tuple[str, ...]
    see: str = ""
    tableau: str = ""
    place: str = ""
    air: str = ""
    """Times, weathers and seasons, space-separated."""
    condition: str = ""


@dataclass(frozen=True)
class Tale:
    """A small story, or an arc around the prompt's own events."""

    id: str
    lines: tuple[TaleLine, ...]
    theme: str = ""
    also: tuple[str, ...] = ()
    hero: str = "any"
    """child, person, living, none: whom its lines fit."""
    default: str = "child"
    verbs: tuple[str, ...] = ()
    needs: str = ""
    mood: str = ""
    variables: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_arc(self) -> bool:
        """Whether it frames the prompt's events instead of telling its own."""
        return bool(self.verbs)


def _tale(entry: dict[str, Any]) -> Tale:
    return Tale(
        id=entry["id"],
        lines=tale_lines(entry["moments"]),
        theme=entry.get("theme", ""),
        also=tuple(entry.get("also", ())),
        hero=entry.get("hero", "any"),
        default=entry.get("default", "child"),
        verbs=tuple(entry.get("verbs", ())),
        needs=entry.get("needs", ""),
        mood=entry.get("mood", ""),
        variables=tuple((key, tuple(values)) for key, values in entry.get("vars", {}).items()),
    )


def tale_lines(moments: Iterable[dict[str, Any]]) -> tuple[TaleLine, ...]:
    """The lines of a table's entry; place and air carry over from line to line."""
    lines: list[TaleLine] = []
    place, air = "", ""
    for moment in moments:
        place = moment.get("at", place)
        air = moment.get("air", air)
        lines.append(
            TaleLine(
                moment["w"],
                moment["b"],
                tuple(moment["say"]),
                moment.get("see", ""),
                moment.get("tableau", ""),
                place,
                air,
                moment.get("if", ""),
            )
        )
    return tuple(lines)


@cache
def tales() -> tuple[Tale, ...]:
    """All tales of a theme."""
    return tuple(_tale(entry) for name in ("growing", "family") for entry in table(f"tales/{name}"))


@cache
def arcs() -> dict[str, Tale]:
    """Arc by the class of verb it frames: meet, search, make, ..."""
    return {entry["verbs"][0]: _tale(entry) for entry in table("tales/arcs")}


def choose(idea: Idea, seed: int) -> Tale:
    """The tale that *idea* is told by.

    A theme whose prompt has no concrete event gets a tale; a prompt with a plot gets the
    arc of its verb, so that the plot is the prompt's own.
    """
    if idea.themes and not has_own_plot(idea) and (idea.title or not _shows_more(idea)):
        found = _by_theme(idea)
        if found:
            return pick(found, seed, idea.text, "tale")
    return arcs()[_arc_of(idea)]


def has_own_plot(idea: Idea) -> bool:
    """Whether the prompt tells of something to see happen, rather than of a virtue."""
    dull = {"", "hour", "weather", "group"}
    if idea.title and idea.themes and idea.themes[0][1] >= 2:
        dull |= {"person", "child", "place"}
    if any(event.object is not None and event.object.category not in dull for event in idea.events):
        return True
    return bool(idea.events) and idea.hero is not None and not idea.hero.is_person


def _shows_more(idea: Idea) -> bool:
    """Whether the prompt names things to see that a tale of its theme does not know of."""
    carried = {"child", "person", "group", "hour", "weather"}
    return any(one.category not in carried and not one.owns for one in idea.nouns)


def fits(tale: Tale, hero: Actor | None) -> bool:
    """Whether *tale* can be told of *hero* (None: of its own default)."""
    if hero is None or tale.hero == "none":
        return True
    if tale.hero == "child":
        return hero.is_child
    return hero.is_person if tale.hero == "person" else hero.is_living


def _by_theme(idea: Idea) -> list[Tale]:
    """Tales of the strongest theme that has any for the hero, or in which the hero can be replaced.

    The theme's own tales count twice, those that touch it once: two prompts of a theme seldom share one.
    """
    is_replaceable = idea.hero is None or (bool(idea.title) and idea.hero.is_person)
    for theme, score in idea.themes:
        if score < 0.5 * idea.themes[0][1]:
            break
        own = [tale for tale in tales() if tale.theme == theme]
        near = [tale for tale in tales() if theme in tale.also]
        fitting = [tale for tale in own if fits(tale, idea.hero)]
        fitting_near = [tale for tale in near if fits(tale, idea.hero)]
        if fitting:
            return [*fitting, *fitting, *fitting_near]
        if fitting_near and not own:
            return fitting_near
        if is_replaceable and (own or near):
            return own or near
    return []


def _arc_of(idea: Idea) -> str:
    """The class of the first event whose verb has an arc that fits."""
    for event in idea.events:
        if event.own_subject and len(idea.events) > 1:
            continue
        if re.match(r"(?:learn|practi[sc]e|tr(?:y|ie))s?\b", event.text):
            return "learn"
        if event.verb == "lose" and (event.object is None or not event.object.category):
            return "face"  # confidence, hope: not a thing to mourn but a thing to win back
        if " in love " in f" {event.text} " and _arc_fits("meet", idea):
            return "meet"
        for name, verbs in table("verbs")["arcs"].items():
            if event.verb in verbs.split() and _arc_fits(name, idea):
                return str(name)
    return "together" if idea.hero is not None and idea.hero.is_plural else "portrait"


def _arc_fits(name: str, idea: Idea) -> bool:
    return arcs()[name].needs != "other" or idea.other is not None or idea.thing is not None


def chapters(main: Tale, idea: Idea, hero: Actor | None, seed: int) -> list[Tale]:
    """Further tales of the same hero for a long film, nearest in theme first."""
    wanted = [main.theme, *main.also, *(theme for theme, _ in idea.themes)]
    if main.is_arc:
        others = [
            arcs()[name]
            for name in ("wait", "search", "journey", "portrait", "learn", "lose", "face", "make", "save", "together")
        ]
        fitting = [
            tale for tale in others if tale is not main and (tale.id != "arc-together" or (hero and hero.is_plural))
        ]
        far = [tale for tale in tales() if hero is not None and tale.hero in ("living", "person") and fits(tale, hero)]
        return shuffled(fitting, seed, idea.text, "arcs") + shuffled(far, seed, idea.text, "chapters")
    rest = [tale for tale in tales() if tale is not main and fits(tale, hero) and (tale.hero != "none" or hero is None)]
    mixed = shuffled(rest, seed, idea.text, "chapters")
    return sorted(mixed, key=lambda tale: -sum(theme in wanted for theme in (tale.theme, *tale.also)))
