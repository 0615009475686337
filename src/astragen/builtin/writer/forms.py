"""Films that are no stories: explainers, promos, mood pieces.

An explainer says only what the knowledge table or the prompt says; where neither
knows, it asks. Start at `explainer_draft`, `promo_draft`, `mood_draft`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.chance import number
from astragen.builtin.writer.characters import characters
from astragen.builtin.writer.details import details
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.idea import Idea, sentence_of
from astragen.builtin.writer.inflect import plural
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.nouns import NounPhrase
from astragen.builtin.writer.phrasing import fill, slots
from astragen.builtin.writer.sentences import clauses
from astragen.builtin.writer.story import airs_of, settings_of, things_said, with_airs
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.tales import TaleLine, tale_lines
from astragen.builtin.writer.titles import headline, title_of
from astragen.builtin.writer.visuals import subjects, tableau, wanted
from astragen.model.vocabulary import Intent, Mood

RELATED_FROM = 450.0  # spoken words wanted (about 220 s) from which related topics follow the main one
_LINKS = (
    "Pull one thread, and another one moves.",
    "It does not stand alone.",
    "Next door to this, there is something else.",
    "And that leads somewhere.",
)


def explainer_draft(idea: Idea, seed: int, words: float) -> Draft:
    """An explainer: from the knowledge table, or as an inquiry."""
    if idea.topic:
        return _topic_draft(idea, seed, words)
    is_howto = bool(re.match(r"how (?:to|do (?:i|you|we)|can (?:i|you|we))\b", idea.text.lower()))
    moments = _form_moments("howto" if is_howto else "inquiry", idea, seed, _parts_slots(idea))
    settings = settings_of(idea, None) if idea.nouns else ("workshop",)
    return _draft(idea, seed, [replace(one, place=one.place or settings[0]) for one in moments], settings, idea.mood)


def _topic_draft(idea: Idea, seed: int, words: float) -> Draft:
    topics = {entry["id"]: entry for entry in table("topics")}
    main = topics[idea.topic]
    moments = _topic_moments(main)
    queue = list(main.get("also", []))
    seen_topics = {idea.topic}
    while queue and words > RELATED_FROM and _words(moments) < 0.7 * words:
        name = queue.pop(0)
        if name in seen_topics:
            continue
        seen_topics.add(name)
        link = Moment(line=_LINKS[(len(seen_topics) - 2) % len(_LINKS)], beat="want", weight=2)
        further = [replace(one, weight=max(1, one.weight)) for one in _topic_moments(topics[name])]
        moments += [link, *further] if len(seen_topics) - 2 < len(_LINKS) else further
        queue += topics[name].get("also", [])
    title = idea.title or (title_of(idea) if len(idea.text.split()) <= 9 else headline(main["name"]))
    settings = tuple(dict.fromkeys(one.place for one in moments if one.place)) or ("space",)
    return replace(_draft(idea, seed, moments, settings, Mood(main["mood"])), title=title)


def _topic_moments(topic: Mapping[str, Any]) -> list[Moment]:
    return [_plain_moment(line, line.say[0]) for line in tale_lines(topic["moments"])]


def _plain_moment(line: TaleLine, text: str, see: str | None = None, drawn: str | None = None) -> Moment:
    time, weather, season = airs_of(line.air)
    notation = line.tableau if drawn is None else drawn
    return Moment(
        line=text,
        beat=line.beat,
        weight=line.weight,
        place=line.place,
        subjects=subjects(line.see if see is None else see, {}),
        tableau=tableau(notation) if notation else None,
        time=time,
        weather=weather,
        season=season,
    )


def promo_draft(idea: Idea, seed: int, words: float) -> Draft:
    """A promo: what the prompt says of the thing, and an ordinary day around it; no claims of its own."""
    name = _brand(idea)
    moments = _form_moments("promo", idea, seed, {"name": name})
    settings = settings_of(idea, idea.thing)
    placed = [replace(one, place=one.place or settings[0]) for one in moments]
    return _draft(idea, seed, _with_details(placed, settings, seed, idea, words), settings, idea.mood)


def _brand(idea: Idea) -> str:
    quoted = re.search(r"[\"“]([^\"”]{2,40})[\"”]", idea.text)
    if quoted:
        return quoted[1]
    name = next((one.text for one in idea.nouns if one.is_name), "")
    product = next((one for one in idea.nouns if not one.is_name and not one.is_living), None)
    called = re.search(r"\b(?:called|named)\s+([A-Z][\w\-]+(?:\s+[A-Z][\w\-]+)?)", idea.text)
    if called:
        return called[1]
    if name and (product is None or idea.text.lower().startswith(name.lower())):
        return name
    return f"the {product.noun}" if product else name or "this"


def mood_draft(idea: Idea, seed: int, words: float) -> Draft:
    """A mood piece: the prompt's own picture, then small true things seen in such places."""
    settings = settings_of(idea, None)
    moments = _form_moments("mood", idea, seed, {})
    placed = with_airs([replace(one, place=one.place or settings[0]) for one in moments], idea, seed)
    said = [replace(one, weight=1, place=settings[0]) for one in things_said(idea, seed)]
    placed[1:1] = said
    return _draft(idea, seed, _with_details(placed, settings, seed, idea, words), settings, idea.mood)


def _with_details(
    moments: list[Moment], settings: tuple[str, ...], seed: int, idea: Idea, words: float
) -> list[Moment]:
    """Weave details of the places between the lines, as many as the film has words for."""
    room = words - _words([one for one in moments if one.weight <= 1])
    found: list[Moment] = []
    for index, setting in enumerate(settings):
        share = room * (index + 1) / len(settings)
        for detail in details(setting, idea.time, idea.weather, idea.season, (seed, idea.text)):
            if _words(found) >= share:
                break
            found.append(replace(detail, weight=1))
    woven: list[Moment] = []
    step = max(1, len(moments) - 2)
    for index, moment in enumerate(moments):
        woven.append(moment)
        if index < len(moments) - 1:
            part = found[index * len(found) // step : (index + 1) * len(found) // step]
            woven += [replace(one, beat=moment.beat) for one in part]
    return woven


def _form_moments(form: str, idea: Idea, seed: int, extra: Mapping[str, str]) -> list[Moment]:
    """The lines of a form, filled; the prompt's own sentence first where the form asks for it."""
    cast: dict[str, Actor | None] = {"hero": idea.hero, "other": idea.other, "thing": idea.thing}
    fillers = slots(cast, extra)
    lines = tale_lines(next(entry for entry in table("forms") if entry["id"] == form)["moments"])
    things = [one for one in idea.nouns if one.category not in ("weather", "hour", "place") and not one.is_name]
    if form == "promo" and not things:
        things = [one for one in idea.nouns if one.category == "place"][:1]
    scenery = ", ".join(f"{one.count} {one.noun}" for one in things[:3])
    parts = extra.get("part_nouns", "")
    moments: list[Moment] = []
    is_living = any(one.is_living for one in idea.nouns)
    for position, line in enumerate(lines):
        if line.condition and (line.condition == "living") != is_living:
            continue
        see = line.see.replace("scenery", scenery).replace("parts", parts).replace("thing", parts or scenery)
        drawn = line.tableau.replace("parts", parts.replace(", ", ",").replace(" ", "+"))
        drawn = "" if drawn.endswith(":") else drawn
        if line.say[0] == "{phrase}":
            for index, piece in enumerate(_own_words(idea)):
                moments.append(replace(_plain_moment(line, piece, see, drawn if not index else ""), is_event=True))
            continue
        key = line.beat if line.beat in ("hook", "end") else position
        start = number(seed, idea.text, form, key)
        texts = (fill(line.say[(start + step) % len(line.say)], fillers, cast) for step in range(len(line.say)))
        text = next((one for one in texts if one is not None), None)
        if text is not None:
            moments.append(_plain_moment(line, text, see, drawn))
    return moments


def _own_words(idea: Idea) -> list[str]:
    """The prompt's sentence, cut at clauses when it is long."""
    if spoken_words(idea.phrase) <= 14:
        return [idea.phrase]
    pieces: list[str] = []
    for clause in clauses(idea.phrase):
        if pieces and spoken_words(pieces[-1]) + spoken_words(clause) <= 14:
            pieces[-1] += " " + clause
        else:
            pieces.append(clause)
    return pieces


def _parts_slots(idea: Idea) -> dict[str, str]:
    """The things a question is about, as text and as nouns."""
    phrases: list[NounPhrase] = [one for one in idea.nouns if one.category not in ("hour",)][:4]
    names = [plural(one.noun) if one.is_plural else f"the {one.noun}" if not one.is_name else one.text for one in phrases]
    if not names:
        return {}
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return {"parts": text, "part_nouns": ", ".join(one.noun for one in phrases)}


def _draft(idea: Idea, seed: int, moments: list[Moment], settings: tuple[str, ...], mood: Mood) -> Draft:
    actors = [one for one in (idea.hero, idea.other) if one is not None]
    return Draft(
        title=title_of(idea),
        logline=sentence_of(idea.text)[:600],
        language="en",
        intent=idea.intent,
        mood=mood,
        moments=tuple(moments),
        characters=characters(actors, seed) if idea.intent is not Intent.EXPLAINER else (),
        settings=settings,
        time=idea.time,
        weather=idea.weather,
        season=idea.season,
        keep=wanted(idea.nouns),
    )


def _words(moments: list[Moment]) -> float:
    return sum(spoken_words(one.line) for one in moments)

