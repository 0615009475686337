"""Films without a plot: promos and mood pieces, and the forms they share with inquiries.

A form is a list of lines around the prompt's own sentence. Start at `promo_draft` and
`mood_draft`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.chance import number
from astragen.builtin.writer.characters import characters
from astragen.builtin.writer.details import details
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.hours import hours
from astragen.builtin.writer.idea import Idea, sentence_of
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.lines import moment_of, said
from astragen.builtin.writer.nouns import NounPhrase
from astragen.builtin.writer.phrasing import slots
from astragen.builtin.writer.places import find_settings
from astragen.builtin.writer.scenery import settings_of, things_said, with_airs
from astragen.builtin.writer.sentences import clauses
from astragen.builtin.writer.tables import table
from astragen.builtin.writer.tales import TaleLine, tale_lines
from astragen.builtin.writer.titles import title_of
from astragen.builtin.writer.visuals import wanted
from astragen.model.vocabulary import Intent, Mood

TOGETHER = 4  # things that open a film without a plot in one picture
PHRASE_WORDS = 14  # spoken words of the prompt's own sentence over one shot; a longer one is cut at clauses


def promo_draft(idea: Idea, seed: int, words_wanted: float) -> Draft:
    """A promo: what the prompt says of the thing, and an ordinary day around it; no claims of its own."""
    moments = form_moments("promo", idea, seed, {"name": _brand(idea)})
    settings = find_settings(idea.text, weak=False) or ("street",)
    return plain_draft(idea, seed, _with_details(moments, settings, seed, idea, words_wanted), settings, idea.mood)


def _brand(idea: Idea) -> str:
    """What the promo is for: a quoted or capitalised name, else the thing itself."""
    for pattern in (
        r"[\"“]([^\"”]{2,40})[\"”]",
        r"\b(?:called|named)\s+([A-Z][\w\-]+(?:\s+[A-Z][\w\-]+)?)",
        r"^([A-Z][\w\-]+(?: [A-Z][\w\-]+)*)\s*[,:–—]",
    ):
        found = re.search(pattern, idea.text)
        if found:
            return found[1]
    name = next((one.text for one in idea.nouns if one.is_name), "")
    product = next((one for one in idea.nouns if not one.is_name and not one.is_living), None)
    if name and (product is None or idea.text.lower().startswith(name.lower())):
        return name
    return f"the {product.text}" if product else name or "this"


def mood_draft(idea: Idea, seed: int, words_wanted: float) -> Draft:
    """A mood piece: the prompt's own picture, then small true things seen in such places."""
    settings = settings_of(idea, None)
    moments = with_airs(form_moments("mood", idea, seed, {}), idea, seed)
    airs = frozenset(line for lines in table("airs").values() for line in lines)
    moments = [replace(one, weight=min(1, one.weight)) if one.line in airs else one for one in moments]
    for about in things_said(idea, seed):
        moments.insert(_after_naming(moments, about.subjects[0].noun), replace(about, weight=1))
    return plain_draft(idea, seed, _with_details(moments, settings, seed, idea, words_wanted), settings, idea.mood)


def _after_naming(moments: Sequence[Moment], noun: str) -> int:
    """Where a line about *noun* goes: after the prompt's own words that name it."""
    named = [index for index, one in enumerate(moments) if one.is_event and noun in {sub.noun for sub in one.subjects}]
    return named[-1] + 1 if named else 1


def _with_details(
    moments: list[Moment], settings: tuple[str, ...], seed: int, idea: Idea, words_wanted: float
) -> list[Moment]:
    """Weave details of the places between the lines, as many as the film has words for."""
    light = hours(idea.time, idea.intent, seed, idea.text)
    room = words_wanted - _spoken(one for one in moments if one.weight <= 1)
    found: list[Moment] = []
    for index, setting in enumerate(settings):
        share = room * (index + 1) / len(settings)
        for detail in details(setting, light["turn"], idea.weather, idea.season, (seed, idea.text)):
            if _spoken(found) >= share:
                break
            found.append(replace(detail, weight=1))
    placed = [replace(one, place=one.place or settings[0]) for one in moments]
    return _woven(placed, found)


def _woven(moments: Sequence[Moment], between: Sequence[Moment]) -> list[Moment]:
    """*between* spread evenly over the gaps of *moments*; the last stays last."""
    gaps = max(1, len(moments) - 1)
    woven: list[Moment] = []
    for index, moment in enumerate(moments):
        woven.append(moment)
        part = between[index * len(between) // gaps : (index + 1) * len(between) // gaps] if index < gaps else ()
        woven += [replace(one, beat=moment.beat) for one in part]
    return woven


def form_moments(form: str, idea: Idea, seed: int, extra: Mapping[str, str]) -> list[Moment]:
    """The lines of *form*, filled, around the prompt's own sentence.

    *extra* has further slots; its "part_nouns" are the nouns shown for "parts".
    """
    cast: dict[str, Actor | None] = {"hero": idea.hero, "other": idea.other, "thing": idea.thing}
    fillers = slots(cast, extra)
    things = _things(form, idea)
    shown = [f"{one.count} {one.noun}" for one in things[:3]]
    parts = [part for part in extra.get("part_nouns", "").split(", ") if part]
    is_living = any(one.is_living for one in idea.nouns)
    moments: list[Moment] = []
    for position, plain in enumerate(tale_lines(next(one for one in table("forms") if one["id"] == form)["moments"])):
        if plain.condition and (plain.condition == "living") != is_living:
            continue
        line = _with_things(plain, _in_turn(shown, position), _in_turn(parts, position))
        line = replace(line, tableau=_drawn(plain, parts))
        if line.say[0] == "{phrase}":
            moments += _own_words(line, idea, things)
            continue
        is_tied = line.beat in ("hook", "end") and line.weight == 0
        text = said(line, fillers, cast, number(seed, idea.text, form, "tied" if is_tied else position))
        if text is not None:
            moments.append(moment_of(line, text, cast))
    return moments


def _things(form: str, idea: Idea) -> list[NounPhrase]:
    """What a form shows for "scenery" and "thing"; for the promo of a place, the place."""
    things = [one for one in idea.nouns if one.category not in ("weather", "hour", "place") and not one.is_name]
    if form == "promo" and not things:
        return [one for one in idea.nouns if one.category == "place"][:1]
    return things


def _in_turn(names: Sequence[str], position: int) -> str:
    """What the line at *position* shows of *names*: the first TOGETHER at once, then one after the other."""
    if position == 0 or not names:
        return ", ".join(names[:TOGETHER])
    return names[position % len(names)]


def _with_things(line: TaleLine, shown: str, parts: str) -> TaleLine:
    """*line* with the prompt's nouns in its pictures."""
    return replace(
        line, see=line.see.replace("scenery", shown).replace("parts", parts).replace("thing", parts or shown)
    )


def _drawn(line: TaleLine, parts: Sequence[str]) -> str:
    """The diagram of *line* with *parts* in it; "" when it is left empty."""
    drawn = line.tableau.replace("parts", ",".join(parts).replace(" ", "+"))
    return "" if drawn.endswith(":") else drawn


def _own_words(line: TaleLine, idea: Idea, things: Sequence[NounPhrase]) -> list[Moment]:
    """The prompt's sentence, cut where it is long or a list of things; each piece shows what it names."""
    moments: list[Moment] = []
    for index, piece in enumerate(_pieces(idea)):
        named = ", ".join(f"{one.count} {one.noun}" for one in things if one.text.lower() in piece.lower())
        own = replace(line, see=named or line.see, tableau="" if index else line.tableau)
        moments.append(replace(moment_of(own, piece, {}), is_event=True))
    return moments


def _pieces(idea: Idea) -> list[str]:
    if idea.intent is Intent.MOOD and idea.phrase.count(",") >= 2:
        return [sentence_of(part.strip(" ,")) for part in clauses(idea.phrase)]
    pieces: list[str] = []
    for clause in clauses(idea.phrase):
        if pieces and spoken_words(pieces[-1]) + spoken_words(clause) <= PHRASE_WORDS:
            pieces[-1] += " " + clause
        else:
            pieces.append(clause)
    return pieces


def plain_draft(idea: Idea, seed: int, moments: Sequence[Moment], settings: tuple[str, ...], mood: Mood) -> Draft:
    """The draft of a film without a plot."""
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
        hours=hours(idea.time, idea.intent, seed, idea.text),
        keep=wanted(idea.nouns),
    )


def _spoken(moments: Iterable[Moment]) -> float:
    return sum(spoken_words(one.line) for one in moments)
