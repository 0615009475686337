"""The prompt's own plot as moments: what happens, told and shown.

Start at `told`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.clause import Event
from astragen.builtin.writer.draft import Moment
from astragen.builtin.writer.idea import Idea, sentence_of
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.visuals import action_of, actor_subjects, seen
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import Weather

Cast = Mapping[str, Actor | None]

LONG_EVENT = 17  # words; a longer event is told over two shots
_JOINTS = re.compile(r",? (?=(?:until|while|before|after|when|because|so that|in order to|as soon as) )")


def told(events: Iterable[Event], beat: str, place: str, idea: Idea, cast: Cast) -> Iterable[Moment]:
    """A moment for each event, two for a long one; the film is lost without them."""
    for event in events:
        text = event_sentence(event, cast.get("hero"))
        shown = _subjects(event, idea, cast)
        weather = idea.weather if any(one in text.lower() for one in _words_of(idea.weather)) else None
        for piece in _pieces(text):
            yield Moment(line=piece, beat=beat, weight=0, place=place, subjects=shown, weather=weather, is_event=True)


def _words_of(weather: Weather | None) -> list[str]:
    """The words that name *weather*."""
    return table("grammar_words")["weather"][weather.value].split() if weather else []


def event_sentence(event: Event, hero: Actor | None) -> str:
    """The event as a sentence, "The keeper befriends a whale"."""
    if event.own_subject or hero is None:
        return sentence_of(event.text)
    return sentence_of(f"{hero.short} {event.text}").replace(" can not ", " cannot ")


def _pieces(text: str) -> list[str]:
    if spoken_words(text) <= LONG_EVENT:
        return [text]
    cut = _JOINTS.split(text, maxsplit=1)
    if len(cut) < 2 or spoken_words(cut[0]) < 4:
        return [text]
    return [cut[0].rstrip(",") + ",", cut[1]]


def _subjects(event: Event, idea: Idea, cast: Cast) -> tuple[Subject, ...]:
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
