"""Scripts, articles, lists and texts in other languages: the user's words are the narration.

Every sentence stays, in order; pictures follow the nouns in it. Start at
`script_draft`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from astragen.builtin.writer.cast import Actor, actor, stock
from astragen.builtin.writer.chance import pick
from astragen.builtin.writer.characters import characters
from astragen.builtin.writer.clause import Plot, plot
from astragen.builtin.writer.diagrams import diagrams, inward_words, symbol
from astragen.builtin.writer.draft import Draft, Moment
from astragen.builtin.writer.foreign import seen_in
from astragen.builtin.writer.idea import concrete, sentence_of
from astragen.builtin.writer.language import is_unspaced, spoken_words
from astragen.builtin.writer.lines import airs_of
from astragen.builtin.writer.nouns import NounPhrase, read
from astragen.builtin.writer.parse import Parsed, Shape
from astragen.builtin.writer.places import find_settings, setting_of
from astragen.builtin.writer.sentences import clauses
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.themes import find_mood, find_themes
from astragen.builtin.writer.titles import TITLE_MAX, headline, shortened
from astragen.builtin.writer.units import Unit
from astragen.builtin.writer.visuals import action_of, actor_subjects, labels, seen
from astragen.builtin.writer.vocabulary import singular, vocabulary
from astragen.model.storyboard import Subject, Tableau
from astragen.model.vocabulary import Intent, Layout, Mood, TimeOfDay, Weather

LONG_FACT = 40.0  # spoken words over one diagram
LONG_LINE = 26.0  # spoken words; a longer sentence is cut at a clause, into shots of its own
FACTS = 0.2  # share of the sentences that diagrams draw from which a text explains rather than tells
INWARD = 0.34  # share of the sentences with a picture of a feeling or value, likewise
BARE_WORDS = 9.0  # an item of as many spoken words, without an end mark, is a phrase rather than a sentence
_ORDINALS = ("First,", "Then", "Then", "And then")


@dataclass(frozen=True)
class _Look:
    """What the text has shown so far, carried from sentence to sentence."""

    setting: str
    hero: Actor | None = None


def script_draft(parsed: Parsed, language: str, seed: int) -> Draft:
    """The user's text as a film: nothing added, nothing lost."""
    speaks_english = parsed.language == "en"
    texts = " ".join(unit.text for unit in parsed.units)
    units = _listed(parsed.units) if parsed.shape is Shape.LIST and speaks_english else parsed.units
    moments = (_english if speaks_english else _other)(units, parsed, seed)
    intent = _intent(parsed, texts) if speaks_english else Intent.STORY
    mood = find_mood(texts, (), intent) if speaks_english else _plain_mood(moments, seed, texts)
    actors = _recurring(parsed.units) if speaks_english else _foreign_actors(moments)
    title, shows = _title(parsed, actors, language)
    return Draft(
        title=title,
        logline=parsed.units[0].text[:600] if parsed.units else title,
        language=language,
        intent=intent,
        mood=mood,
        moments=_with_beats(moments),
        characters=characters(actors, seed),
        shows_title=shows,
        is_verbatim=True,
        speaks_english=False,
        settings=tuple(dict.fromkeys(one.place for one in moments if one.place)) or ("meadow",),
    )


def _listed(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Items that are bare phrases, as sentences of the form "First, flour"."""
    count = sum(unit.is_item for unit in units)
    found: list[Unit] = []
    position = 0
    for unit in units:
        is_bare = unit.is_item and unit.text[-1] not in ".!?…:" and spoken_words(unit.text) <= BARE_WORDS
        found.append(replace(unit, text=_counted(unit.text, position, count)) if is_bare else unit)
        position += unit.is_item
    return tuple(found)


def _counted(text: str, position: int, count: int) -> str:
    if count < 2:
        return sentence_of(text)
    lead = "And last," if position == count - 1 and count > 2 else _ORDINALS[min(position, len(_ORDINALS) - 1)]
    return f"{lead} {_uncapped(text)}."


def _uncapped(text: str) -> str:
    first = text.split()[0]
    keeps = any(letter.isupper() for letter in first[1:]) or first == "I"
    return text if keeps else text[0].lower() + text[1:]


def _english(units: Sequence[Unit], parsed: Parsed, seed: int) -> list[Moment]:
    cast = {key: one for one in _recurring(parsed.units) for key in (one.noun, one.name) if key}
    look = _Look(_first_setting(units, seed, parsed.text), next(iter(cast.values()), None))
    moments: list[Moment] = []
    steps: list[str] = []
    drawn = 0
    facts = diagrams([unit.text for unit in units])
    allowed = (0.34 if _intent(parsed, parsed.text) is Intent.STORY else 0.6) * len(units)
    for position, unit in enumerate(units):
        places = find_settings(f"{unit.heading if unit.opens_section else ''} {unit.text}")
        look = replace(look, setting=places[0] if places else look.setting)
        shown, hero = _shown(unit.text, cast, look.hero)
        look = replace(look, hero=hero)
        steps += [unit.text] if unit.is_item else []
        fact = None if unit.is_item else facts.get(position)
        tableau = fact or _tableau(unit, steps, shown, is_allowed=drawn < allowed)
        drawn += tableau is not None
        if not shown and tableau is None and look.hero is not None:
            shown = tuple(actor_subjects(look.hero, "look"))
        lines = _lines(unit.text, parsed.language, LONG_LINE if fact is None else LONG_FACT)
        for index, line in enumerate(lines):
            own = unit if not index else replace(unit, opens_section=False)
            moments.append(_spoken(line, own, look.setting, shown, so_far(tableau, lines[: index + 1])))
    return moments


def so_far(tableau: Tableau | None, lines: Sequence[str]) -> Tableau | None:
    """*tableau* as far as *lines* have told it: of steps those that were said."""
    if tableau is None or tableau.layout is not Layout.STEPS:
        return tableau
    told = " ".join(lines).casefold()
    said = [item for item in tableau.items if item.rstrip("…").casefold() in told]
    return tableau.model_copy(update={"items": tuple(said)}) if said else tableau


def _spoken(line: str, unit: Unit, setting: str, shown: tuple[Subject, ...], tableau: Tableau | None) -> Moment:
    time, weather, season = airs_of(_air_words(line) + _air_words(unit.heading))
    return Moment(
        line=line,
        place=setting,
        subjects=shown,
        tableau=tableau,
        time=time,
        weather=weather,
        season=season,
        heading=unit.heading if unit.opens_section else "",
    )


def _air_words(line: str) -> str:
    document = table("grammar_words")
    found = set(re.findall(r"[a-z]+", line.lower()))
    return " ".join(
        next((value for value, listed in document[key].items() if found & set(listed.split())), "")
        for key in ("times", "weather", "seasons")
    ).join("  ")


def _lines(text: str, language: str, longest: float = LONG_LINE) -> list[str]:
    """*text*, cut at clauses only when it is too long for a shot."""
    if spoken_words(text) <= longest:
        return [text]
    glue = "" if is_unspaced(language) else " "
    lines: list[str] = []
    for clause in clauses(text):
        if lines and spoken_words(lines[-1]) + spoken_words(clause) <= LONG_LINE * 0.75:
            lines[-1] += glue + clause
        else:
            lines.append(clause)
    return lines


def _shown(text: str, cast: dict[str, Actor], hero: Actor | None) -> tuple[tuple[Subject, ...], Actor | None]:
    """What a sentence shows, and whom the next "she" speaks of."""
    story = plot(text)
    action = _action(text, story)
    shown: list[Subject] = []
    if hero is not None and re.match(r"(?:he|she|they|it|his|her|their)\b", text, re.IGNORECASE):
        shown += actor_subjects(hero, action or "look")
    for phrase in concrete(story.phrases):
        entry = vocabulary().get(singular(phrase.noun.lower()))
        is_place = phrase.category in ("place", "nature") and bool(setting_of(phrase.noun))
        if (entry is None and not phrase.is_name) or phrase.category in ("weather", "hour") or is_place:
            continue
        one = cast.get(phrase.noun.split(" ")[-1]) or cast.get(phrase.noun)
        is_subject = story.subject is not None and phrase.noun == story.subject.noun
        if one is not None:
            shown += actor_subjects(one, action if is_subject else "")
            hero = one
        else:
            shown.append(seen(phrase, action if is_subject else ""))
    kept = {(one.noun, one.character): one for one in shown}
    return tuple(kept.values())[:4], hero


def _action(text: str, story: Plot) -> str:
    """What the sentence's first verb looks like; "wait" when it is denied."""
    if re.search(r"\bnot\b|n['’]t\b", text):
        return "wait"
    if story.events:
        return action_of(story.events[0].verb)
    return next((action_of(token.base) for token in read(text)[0] if token.tag == "V" and action_of(token.base)), "")


def _recurring(units: Sequence[Unit]) -> list[Actor]:
    """Those who live and are named at least twice, or act in the first sentence that has somebody."""
    seen_phrases: dict[str, NounPhrase] = {}
    counts: Counter[str] = Counter()
    for unit in units[:400]:
        for phrase in concrete(read(unit.text)[1]):
            if phrase.is_living or (phrase.is_name and phrase.category == "person"):
                counts[phrase.noun] += 1
                seen_phrases.setdefault(phrase.noun, phrase)
    first = next(iter(counts), None)
    chosen = [noun for noun, count in counts.most_common() if count >= 2 or noun == first][:4]
    return [actor(seen_phrases[noun]) for noun in sorted(chosen, key=lambda one: list(counts).index(one))]


def _first_setting(units: Sequence[Unit], seed: int, text: str) -> str:
    for unit in units:
        places = find_settings(f"{unit.heading} {unit.text}")
        if places:
            return places[0]
        for phrase in concrete(read(unit.text)[1]):
            entry = vocabulary().get(phrase.noun.lower())
            home = {"home": "house"}.get(entry.home, entry.home) if entry is not None else ""
            if home in table("settings")["words"]:
                return home
    return pick(("meadow", "city", "beach", "hills", "forest"), seed, text, "setting")


def _tableau(unit: Unit, steps: Sequence[str], shown: Sequence[Subject], *, is_allowed: bool) -> Tableau | None:
    """The steps so far for a list's item; a symbol or icons for an idea; a short sentence's words."""
    acts = any(one.character and one.character not in inward_words() for one in shown)
    inward = symbol(unit.text) if is_allowed and not acts else None
    if inward is not None and not unit.is_item:
        return inward
    if shown:
        return None
    if unit.is_item:
        names = [re.sub(r"^(?:First,|Then|And then|And last,)\s+", "", one).rstrip(".") for one in steps[-8:]]
        return Tableau(layout=Layout.STEPS, items=labels(names))
    if not is_allowed:
        return None
    themes = find_themes("", unit.text)
    if themes:
        icons = table("themes")[themes[0][0]]["icons"].split()
        return Tableau(layout=Layout.CONSTELLATION, items=tuple(icons[:5]))
    if spoken_words(unit.text) <= 8:
        return Tableau(layout=Layout.TITLE, title=unit.text[:120], emphasis=_emphasis(unit.text))
    return None


def _emphasis(text: str) -> tuple[str, ...]:
    found = [word.strip(".,!?;:\"'“”") for word in text.split()]
    return tuple(sorted(found, key=len, reverse=True)[:1]) if len(found) > 1 else ()


def _other(units: Sequence[Unit], parsed: Parsed, seed: int) -> list[Moment]:
    """Text in another language: pictures from the nouns that the small dictionary knows."""
    first = next((place for unit in units for place in seen_in(unit.text, parsed.language).settings), "")
    setting = first or pick(("meadow", "beach", "hills", "forest", "city"), seed, parsed.text, "setting")
    moments: list[Moment] = []
    facts = diagrams([unit.text for unit in units], parsed.language)
    for position, unit in enumerate(units):
        found = seen_in(unit.text, parsed.language)
        setting = found.settings[0] if found.settings else setting
        is_short = spoken_words(unit.text) <= 8
        tableau = facts.get(position) or (
            Tableau(layout=Layout.TITLE, title=unit.text[:120])
            if is_short and not found.subjects and len(moments) % 3 == 2
            else None
        )
        for index, line in enumerate(_lines(unit.text, parsed.language)):
            moments.append(
                Moment(
                    line=line,
                    place=setting,
                    subjects=found.subjects,
                    tableau=tableau,
                    time=found.time,
                    weather=found.weather,
                    heading=unit.heading if unit.opens_section and not index else "",
                )
            )
    return moments


def _foreign_actors(moments: Sequence[Moment]) -> list[Actor]:
    """The living nouns that the dictionary found, so that they look the same in every shot."""
    nouns = [one.noun for moment in moments for one in moment.subjects if one.character]
    return [stock(noun, vocabulary()[noun].category) for noun in dict.fromkeys(nouns)][:6]


def _plain_mood(moments: Sequence[Moment], seed: int, text: str) -> Mood:
    if any(one.weather is Weather.STORM for one in moments):
        return Mood.TENSE
    if any(one.time is TimeOfDay.NIGHT for one in moments):
        return Mood.MYSTERIOUS
    return pick((Mood.HOPEFUL, Mood.CALM, Mood.CURIOUS), seed, text, "mood")


def _with_beats(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """Beats by position: a fifth for the hook, then want, obstacle, turn, end."""
    beats = ("hook", "want", "obstacle", "turn", "end")
    return tuple(replace(one, beat=beats[min(4, index * 5 // len(moments))]) for index, one in enumerate(moments))


def _intent(parsed: Parsed, text: str) -> Intent:
    if parsed.kind in ("explainer", "tutorial") or parsed.shape is Shape.LIST:
        return Intent.EXPLAINER
    if _is_drawn([unit.text for unit in parsed.units]):
        return Intent.EXPLAINER
    found = re.findall(r"[a-z]+", text.lower())
    if sum(word in words("grammar_words", "reasoning") for word in found) >= max(2, len(found) // 80):
        return Intent.EXPLAINER
    return Intent.STORY


def _is_drawn(texts: Sequence[str]) -> bool:
    """Whether so many sentences state facts, or speak of values, that the film is drawn rather than set in places."""
    return len(diagrams(texts)) >= FACTS * len(texts) or sum(map(bool, map(symbol, texts))) >= INWARD * len(texts)


def _title(parsed: Parsed, actors: Sequence[Actor], language: str) -> tuple[str, bool]:
    """(title, whether it is set on the picture): headings are shown, made-up titles are not."""
    if parsed.title:
        return parsed.title[:TITLE_MAX], True
    heading = next((unit.heading for unit in parsed.units if unit.heading), "")
    if parsed.language == "en" and actors:
        names = [one.name or f"the {one.noun}" for one in actors[:2]]
        return headline(" and ".join(names)), False
    first = parsed.units[0].text if parsed.units else parsed.text
    is_own = parsed.shape is not Shape.SCRIPT and len(parsed.units) == 1
    return (heading or shortened(first))[:TITLE_MAX], is_own and spoken_words(first) <= 12
