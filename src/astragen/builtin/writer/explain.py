"""Explainers: what the knowledge table knows, and honest questions where it knows nothing.

No fact comes from anywhere but the table or the prompt. Start at `explainer_draft`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from astragen.builtin.writer.diagrams import diagrams, sides
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.forms import form_moments, plain_draft
from astragen.builtin.writer.idea import COMPARISON, Idea, concrete, sentence_of
from astragen.builtin.writer.inflect import article, plural
from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.lines import moment_of
from astragen.builtin.writer.nouns import NounPhrase, read
from astragen.builtin.writer.scenery import settings_of
from astragen.builtin.writer.script import LONG_FACT, LONG_LINE, so_far
from astragen.builtin.writer.sentences import clauses, sentences
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.tales import tale_lines
from astragen.builtin.writer.titles import TITLE_WORDS, headline, title_of
from astragen.builtin.writer.visuals import wanted
from astragen.builtin.writer.vocabulary import vocabulary
from astragen.model.vocabulary import Intent, Layout, Mood

RELATED_FROM = 450.0  # spoken words wanted (a film of about 220 s) from which related topics follow the main one
EXAMPLES = 4  # things that belong to a lesson's subjects, in all
RELATED_UNTIL = 0.7  # of the words wanted: with as many, no further topic follows


def explainer_draft(idea: Idea, seed: int, words_wanted: float) -> Draft:
    """An explainer: from the knowledge table, or as an inquiry."""
    idea = replace(idea, intent=Intent.EXPLAINER)
    if idea.topic:
        return _topic_draft(idea, seed, words_wanted)
    moments = with_facts(form_moments(_form(idea), idea, seed, _parts(idea)), idea)
    settings = settings_of(idea, None) if idea.nouns else ("workshop",)
    if idea.is_lesson:
        settings = _classroom(idea)
    return plain_draft(
        idea, seed, [replace(one, place=one.place or settings[0]) for one in moments], settings, idea.mood
    )


def with_facts(moments: Sequence[Moment], idea: Idea) -> list[Moment]:
    """*moments* around what the prompt itself states: its sentences, word for word, over the diagrams they call for.

    Lines that ask for what the prompt already says, and the pictures of method, give way.
    """
    texts = sentences(idea.text, "en")
    found = diagrams(texts)
    if not found or all(one.layout is Layout.COMPARE for one in found.values()):
        return list(moments)
    told: list[Moment] = []
    for index, text in enumerate(texts):
        shown = wanted(concrete(read(text)[1]))[:4]
        lines = _fact_lines(sentence_of(text))
        for place, line in enumerate(lines):
            drawn = so_far(found.get(index), lines[: place + 1])
            told.append(Moment(line=line, beat="obstacle", weight=0, tableau=drawn, subjects=shown, is_event=True))
    hook = [one for one in moments if one.is_event] if idea.title else []
    others = [one for one in moments if not one.is_event and (one.tableau is None or one.beat == "end")]
    return [*hook, *told, *others]


def _fact_lines(text: str) -> list[str]:
    """*text* over one diagram, or over several when it is long."""
    if spoken_words(text) <= LONG_FACT:
        return [text]
    lines: list[str] = []
    for clause in clauses(text):
        if lines and spoken_words(lines[-1]) + spoken_words(clause) <= LONG_LINE:
            lines[-1] += " " + clause
        else:
            lines.append(clause)
    return lines


def _form(idea: Idea) -> str:
    """Which questions a subject calls for that the table does not know."""
    text = (idea.title or idea.text).lower()
    if idea.is_lesson:
        return "lesson"
    if re.match(r"how (?:to|do (?:i|you|we)|can (?:i|you|we))\b", text):
        return "howto"
    if COMPARISON.search(f"{text} {idea.text}"):
        return "compare"
    return "history" if re.search(r"\b(?:history|origins?|story|fall|rise|legacy) of\b", text) else "inquiry"


def _classroom(idea: Idea) -> tuple[str, ...]:
    """Where a lesson is given: in the prompt's places, else where what it is about is at home."""
    if idea.settings:
        return idea.settings
    at = next((table("examples")[one.noun]["at"] for one in idea.nouns if one.noun in table("examples")), "")
    has_home = any(one.noun in vocabulary() and vocabulary()[one.noun].home for one in idea.nouns)
    return (at,) if at else settings_of(idea, None) if has_home else ("classroom",)


def _parts(idea: Idea) -> dict[str, str]:
    """The things a question is about: as text, as text when there are several, and as nouns."""
    phrases: list[NounPhrase] = [one for one in idea.nouns if one.category != "hour"][:4]
    names = [_name(one) for one in phrases]
    compared = sides(idea.text) if COMPARISON.search(idea.text) else ()
    if compared:
        return {"parts": " and ".join(compared), "pieces": " and ".join(compared), "part_nouns": ", ".join(compared)}
    if not names:
        return {}
    nouns = [one.noun for one in phrases]
    if idea.is_lesson:
        examples = {one: noun for noun in nouns for one in _examples(noun, EXAMPLES // len(nouns)) if one not in nouns}
        pieces = [f"{article(one)} {one}" for one in examples] if len(examples) > 1 else names if len(names) > 1 else []
        seen = [noun for noun in nouns if noun in vocabulary() or noun not in examples.values()]
        told = [f"{one}~{noun}" for one, noun in examples.items()]
        return {"parts": _row(names), "pieces": _row(pieces), "part_nouns": ", ".join(_between(seen, told))}
    pieces = names if len(names) > 1 else []
    return {"parts": _row(names), "pieces": _row(pieces), "part_nouns": ", ".join(nouns)}


def _row(names: Sequence[str]) -> str:
    """The names as a row: cats, dogs and mice."""
    return " and ".join(one for one in (", ".join(names[:-1]), *names[-1:]) if one)


def _examples(noun: str, most: int) -> list[str]:
    """What belongs to *noun*, nearest first, at most *most*."""
    entry = table("examples").get(noun)
    return [one.replace("_", " ") for one in entry["see"].split()][:most] if entry else []


def _between(nouns: Sequence[str], examples: Sequence[str]) -> list[str]:
    """Every example after one of *nouns*, in turn: what the film is about comes back, in other company."""
    if len(examples) < len(nouns) or not nouns:
        return [*nouns, *examples]
    return [one for index, example in enumerate(examples) for one in (nouns[index % len(nouns)], example)]


def _name(phrase: NounPhrase) -> str:
    if phrase.is_name or phrase.noun in words("grammar_words", "no_article"):
        return phrase.text
    if any(letter.isupper() for letter in phrase.text):  # "the Eiffel Tower"
        return f"the {phrase.text}"
    return plural(phrase.noun) if phrase.is_plural else f"the {phrase.noun}"


def _topic_draft(idea: Idea, seed: int, words_wanted: float) -> Draft:
    topics = {entry["id"]: entry for entry in table("topics")}
    main = topics[idea.topic]
    moments = with_facts(_moments(main), replace(idea, title=idea.title or main["name"]))
    if words_wanted > RELATED_FROM:
        moments += _related(main, topics, RELATED_UNTIL * words_wanted - _spoken(moments))
    is_short = len(idea.text.split()) <= TITLE_WORDS
    title = idea.title or (title_of(idea) if is_short else headline(main["name"]))
    settings = tuple(dict.fromkeys(one.place for one in moments if one.place)) or ("space",)
    return replace(plain_draft(idea, seed, moments, settings, Mood(main["mood"])), title=title)


def _related(main: Mapping[str, Any], topics: Mapping[str, Mapping[str, Any]], room: float) -> list[Moment]:
    """Topics next to *main*, nearest first, as far as *room* words go, each after a line that leads to it."""
    links = iter(table("looks")["topic_links"])
    queue, done = list(main["also"]), {main["id"]}
    found: list[Moment] = []
    while queue and _spoken(found) < room:
        name = queue.pop(0)
        if name in done:
            continue
        done.add(name)
        link = next(links, "")
        found += [Moment(line=link, beat="want", weight=2)] if link else []
        found += [replace(one, weight=max(1, one.weight)) for one in _moments(topics[name])]
        queue += topics[name]["also"]
    return found


def _moments(topic: Mapping[str, Any]) -> list[Moment]:
    return [moment_of(line, line.say[0], {}) for line in tale_lines(topic["moments"])]


def _spoken(moments: list[Moment]) -> float:
    return sum(spoken_words(one.line) for one in moments)
