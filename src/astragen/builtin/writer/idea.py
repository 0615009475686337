"""What an English prompt is about: hero, plot, places, weather, mood, theme.

Everything here is found in the user's words or in the tables; nothing is invented.
Start at `read_idea`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from astragen.builtin.writer.cast import Actor, actor
from astragen.builtin.writer.clause import Event, Plot, gerund_event, plot
from astragen.builtin.writer.nouns import NounPhrase, read
from astragen.builtin.writer.parse import Parsed, Shape
from astragen.builtin.writer.places import find_settings, located
from astragen.builtin.writer.request import is_direction
from astragen.builtin.writer.sentences import sentences
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.themes import find_mood, find_themes
from astragen.builtin.writer.vocabulary import dull_words, singular, vocabulary
from astragen.model.vocabulary import Intent, Mood, Season, TimeOfDay, Weather

COMPARISON = re.compile(r"\bvs\.?\s|\bversus\b|\bdifferences? between\b|\bcompared? (?:to|with)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_AUDIENCE = re.compile(
    r"[,\s]+(?:for|to|aimed at|like i'm) (?:an? )?(?:young |small |curious |complete )?(?:kids?|child(?:ren)?|toddlers?"
    r"|students?|beginners?|adults?|everyone|everybody|teens?|teenagers?|five|(?:five|six|seven|ten)[- ]year[- ]olds?"
    r"|dummies)\s*(?=[.?!]?$)",
    re.IGNORECASE,
)
_NOT_HANDLED = frozenset(
    ("", "hour", "weather", "child", "person", "group")
)  # kinds of nouns that plot lines can do without
_AIRS = ("weather", "hour", "celestial")
_CARRIED = frozenset(("", "child", "person", "group", "hour"))  # kinds of nouns that a tale of a virtue has of its own
_LESSON = re.compile(
    r"(?:(?:basic|simple|early|first)\s+)?(?:introduction to|learning about"
    r"|learning to (?:read|identify|name|tell|count)|teaching"
    r"|(?:the )?basics of|(?:basic )?(?:understanding|concepts?)(?: of)?|discovering|exploring|solving"
    r"|the (?:importance|magic|power|wonders?) of)\b",
    re.IGNORECASE,
)
_LEARNS = re.compile(r"\blearns? (?:about|of)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Idea:
    """An English prompt, understood as far as it goes."""

    text: str
    title: str
    """The user's own, or ""."""
    phrase: str
    """The idea as one sentence."""
    intent: Intent
    mood: Mood
    hero: Actor | None
    other: Actor | None
    thing: Actor | None
    events: tuple[Event, ...]
    themes: tuple[tuple[str, float], ...]
    """Themes found, strongest first, with their scores."""
    nouns: tuple[NounPhrase, ...]
    """Concrete nouns, all of which the film must show or speak of."""
    settings: tuple[str, ...]
    time: TimeOfDay | None
    weather: Weather | None
    season: Season | None
    topic: str = ""
    """Id of a topic of the knowledge table, or ""."""
    is_lesson: bool = False
    """About things to know ("Learning about different musical instruments") rather than about somebody."""


def read_idea(parsed: Parsed) -> Idea:
    """Understand an English idea or question."""
    gloss = re.sub(
        r"^(?:how|of how|when|where|in which|that)\s+(?=(?:an?|the|two|three|his|her|my)\b)",
        "",
        parsed.text,
        flags=re.I,
    )
    gloss = gloss if parsed.shape is not Shape.QUESTION else parsed.text
    whole = f"{parsed.title}. {gloss}" if parsed.title else gloss
    nouns = concrete([*_title_phrases(parsed.title), *read(gloss)[1]])
    gloss = _AUDIENCE.sub("", gloss).strip() or gloss
    story = _plot_of(gloss)
    themes = find_themes(parsed.title, gloss)
    if _is_inventory(gloss):
        story = Plot(None, (), story.phrases)
    story = _with_gerunds(story, parsed.title, gloss)
    hero, other, thing = _cast(story, nouns, gloss)
    matter = _matter(nouns, whole, parsed.title.lower()) if teaches(parsed, hero) else ()
    is_lesson = bool(matter) and (not themes or any(_can_be_taught(one) for one in matter))
    nouns = matter if is_lesson else nouns
    topic = find_topic(parsed, gloss, story)
    intent = Intent.EXPLAINER if is_lesson else find_intent(parsed, hero, story, topic, themes)
    return Idea(
        text=gloss,
        title=parsed.title,
        phrase=sentence_of(re.sub(r"\bvs\b\.?", "versus", parsed.title or gloss)),
        intent=intent,
        mood=find_mood(whole, themes, intent),
        hero=hero,
        other=other,
        thing=thing,
        events=story.events,
        themes=themes,
        nouns=nouns,
        settings=located(nouns, read(gloss)[0]) or find_settings(whole),
        time=_closed_word(whole, "times", TimeOfDay),
        weather=_closed_word(whole, "weather", Weather),
        season=_closed_word(whole, "seasons", Season),
        topic=topic,
        is_lesson=is_lesson,
    )


def teaches(parsed: Parsed, hero: Actor | None) -> bool:
    """Whether the prompt is about learning something, and nobody of its own does it."""
    if parsed.kind in ("introduction", "guide", "study"):
        return True
    if hero is None and (_LEARNS.search(parsed.text) or _LESSON.match(parsed.title)):
        return True
    return bool(_LESSON.match(parsed.text))


def _can_be_taught(phrase: NounPhrase) -> bool:
    """Whether *phrase* names what a lesson can show, rather than whom a tale has of its own."""
    return phrase.category not in _CARRIED or phrase.noun in words("grammar_words", "taught")


def _matter(nouns: tuple[NounPhrase, ...], text: str, title: str) -> tuple[NounPhrase, ...]:
    """What a lesson is about: its things to see, without words such as "creature" beside better ones.

    Of the abstract words that a picture can stand for, such as "number", those of the *title*; where
    there is nothing to see, all in *text*, which begins with it.
    """
    vague, taught = words("grammar_words", "vague"), words("grammar_words", "taught")
    exact = [one for one in nouns if one.noun.lower().split(" ")[-1] not in vague and (one.category or not one.is_name)]
    inside = {word for one in exact for word in one.noun.split(" ")[:-1]}  # "human", beside "human body"
    known = tuple(one for one in exact if one.category and one.noun not in inside)
    found = {singular(word): word for word in _WORD.findall(text.lower()) if singular(word) in taught}
    abstract = tuple(
        NounPhrase(word, noun, 3 if word != noun else 1, 0, 0) for noun, word in found.items() if word not in inside
    )
    if any(one.noun in title for one in abstract):
        known = (*(one for one in abstract if one.noun in title), *known)
    if not any(_can_be_taught(one) for one in known):
        known = (*abstract, *known)
    return tuple(sorted(known, key=_can_be_taught, reverse=True)) or tuple(exact) or nouns


def _with_gerunds(story: Plot, title: str, gloss: str) -> Plot:
    """What "Learning to Ride a Bike" says somebody does, first of all; a gloss's gerund when it is all there is."""
    lowered = " ".join(word.lower() if word[1:].islower() else word for word in title.split())
    plural = story.subject is not None and story.subject.is_plural
    for text in (lowered, "" if story.events else gloss):
        event = gerund_event(text, plural=plural)
        if event is None or event.object is None or event.object.category in _NOT_HANDLED:
            continue
        is_object = story.subject is not None and story.subject.noun == event.object.noun
        if is_object:  # "Discovering the creatures of the sea": somebody else does it
            event = gerund_event(text, plural=False) or event
        return replace(story, subject=None if is_object else story.subject, events=(event, *story.events))
    return story


def _plot_of(gloss: str) -> Plot:
    """The plot of the first sentence; what the others say happens as well, in their own words."""
    first, *others = sentences(gloss, "en") or [gloss]
    story = plot(first)
    further = tuple(_whole(one) for one in others if not is_direction(one))
    return replace(story, events=(*story.events, *further), phrases=(*story.phrases, *read(" ".join(others))[1]))


def _whole(sentence: str) -> Event:
    """A sentence as an event that keeps its own words."""
    inner = plot(sentence)
    verb = inner.events[0].verb if inner.events else ""
    about = inner.events[0].object if inner.events else None
    return Event(sentence.rstrip(" ."), verb, own_subject=True, object=about)


def _is_inventory(text: str) -> bool:
    """Whether *text* only names things, one after another: "A whale, a lighthouse, a storm"."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if len(parts) < 3 and not (len(parts) == 2 and len(text.split()) <= 6):
        return False
    return not any(
        token.tag == "X" or token.form in ("s", "past", "base") for one in (text, *parts) for token in read(one)[0]
    )


def _title_phrases(title: str) -> list[NounPhrase]:
    """Known nouns of a title; its capitals say nothing about names."""
    lowered = " ".join(word.lower() if word[1:].islower() else word for word in title.split())
    return [phrase for phrase in read(lowered)[1] if phrase.category or phrase.modifiers]


def concrete(phrases: Iterable[NounPhrase]) -> tuple[NounPhrase, ...]:
    """The phrases that name something to see, each noun once; modifiers such as "lighthouse" stay inside theirs."""
    dull = dull_words() | words("grammar_words", "not_nouns")
    found: dict[str, NounPhrase] = {}
    for phrase in phrases:
        noun = phrase.noun.lower()
        if (noun in dull or singular(noun) in dull) and phrase.modifiers:  # "family members": the family
            noun = phrase.modifiers[-1]
            phrase = replace(phrase, text=noun, noun=noun, count=1, modifiers=phrase.modifiers[:-1], lead="")
            phrase = replace(phrase, category=vocabulary()[noun].category if noun in vocabulary() else "")
        unknown = not phrase.category and not phrase.is_name
        if noun in dull or singular(noun) in dull or (unknown and _sounds_abstract(noun)):
            continue
        found.setdefault(noun, phrase)
    return tuple(found.values())


def _sounds_abstract(noun: str) -> bool:
    return noun.endswith(
        (
            "ness",
            "ity",
            "tion",
            "sion",
            "ment",
            "ship",
            "ance",
            "ence",
            "ism",
            "hood",
            "ing",
            "acy",
            "ics",
            "ude",
            "ion",
        )
    )


def _cast(story: Plot, nouns: tuple[NounPhrase, ...], text: str) -> tuple[Actor | None, Actor | None, Actor | None]:
    """(hero, other, thing): who acts, whom it meets, what it is about."""
    subject = story.subject
    hint = _pronoun_hint(text)
    hero = (
        actor(subject, hint=hint, name=story.name, worn=story.worn, joint=story.joint, joint_text=story.joint_text)
        if subject is not None and subject.noun.lower() not in words("grammar_words", "meta")
        else None
    )
    taken = {subject.noun.lower()} if subject is not None else set()
    if story.name:
        taken.add(story.name.lower())
    rest = [phrase for phrase in nouns if phrase.noun.lower() not in taken and not phrase.owns]
    joint = story.joint_text.lower()
    others = [phrase for phrase in rest if phrase.is_living and phrase.text.lower() not in joint]
    objects = [event.object for event in story.events if event.object is not None]
    things = [
        phrase
        for phrase in [*objects, *rest]
        if phrase in rest and not phrase.is_living and not phrase.is_name and phrase.category not in (*_AIRS, "place")
    ]
    if not things:  # a place can be made or crossed ("plants a garden"), weather can be met ("befriends a storm")
        things = [phrase for phrase in objects if phrase in rest and phrase.category in ("place", *_AIRS)]
    return hero, actor(others[0]) if others else None, actor(things[0]) if things else None


def _pronoun_hint(text: str) -> str:
    found = {word.lower() for word in _WORD.findall(text)}
    if found & {"she", "her", "hers", "herself"}:
        return "she"
    if found & {"he", "his", "him", "himself"}:
        return "he"
    return ""


def find_topic(parsed: Parsed, gloss: str, story: Plot) -> str:
    """The topic of the knowledge table that the prompt asks to have explained, or ""."""
    text = f"{parsed.title} {gloss}".lower().strip()
    asks = parsed.shape is Shape.QUESTION or parsed.kind in ("explainer", "tutorial", "documentary", "explainers")
    asks = asks or bool(_ABOUT.match(text)) or bool(_LESSON.match(parsed.text))
    acts = story.subject is not None and story.subject.is_living and bool(story.events)
    for topic in table("topics"):
        for key in topic["keys"]:
            if not re.search(rf"(?<![\w\-]){re.escape(key)}(?![\w\-])", text):
                continue
            large = [word for word in _WORD.findall(text) if word not in words("grammar_words", "small")]
            is_all = len(large) <= len(key.split())
            if is_all or (asks and not acts):
                return str(topic["id"])
    return ""


def find_intent(
    parsed: Parsed, hero: Actor | None, story: Plot, topic: str, themes: tuple[tuple[str, float], ...]
) -> Intent:
    """Story, explainer, promo or mood piece."""
    found = {word.lower() for word in _WORD.findall(f"{parsed.kind} {parsed.text} {parsed.title}")}
    if found & words("grammar_words", "promo") and not (hero is not None and story.events and not parsed.kind):
        return Intent.PROMO
    if _is_inventory(parsed.text) and not parsed.title:
        return Intent.MOOD
    if re.search(r"\b(?:our|my) (?:new|latest|first|own)\b", parsed.text, re.IGNORECASE) and not story.events:
        return Intent.PROMO
    if re.search(
        r"\bvs\.?\s|\bversus\b|\bdifferences? between\b|\bcompared? (?:to|with)\b", parsed.text, re.IGNORECASE
    ):
        return Intent.EXPLAINER
    if topic or parsed.shape is Shape.QUESTION or parsed.kind in ("explainer", "tutorial"):
        return Intent.EXPLAINER
    if re.match(
        r"(?:how to|how \w+ (?:works?|is|are)|why|the science|the history|history of)\b", parsed.text, re.IGNORECASE
    ):
        return Intent.EXPLAINER
    if re.match(r"(?:our|we)\b", parsed.text, re.IGNORECASE) and (hero is None or not hero.is_living):
        return Intent.PROMO
    if story.subject is not None and story.subject.owns and not story.events and _names_things(story):
        return Intent.MOOD  # "my grandmother's garden in summer" is about the garden
    if themes or story.events or (hero is not None and hero.is_living):
        ambient = found & {"ambient", "mood", "atmosphere", "atmospheric", "relaxing", "poem", "lullaby"}
        return Intent.MOOD if ambient and not story.events else Intent.STORY
    return Intent.MOOD


_ABOUT = re.compile(
    r"(?:how|why|what|all about|facts about|understanding|introduction to"
    r"|(?:the )?(?:secret )?(?:life|lives|world|story|importance|wonders?|magic|power|history|basics|science|journey)"
    r" of)\b"
)


def _names_things(story: Plot) -> bool:
    return any(one.category and not one.is_living and one.category != "hour" for one in concrete(story.phrases))


K = TypeVar("K", TimeOfDay, Weather, Season)


def _closed_word(text: str, key: str, kind: type[K]) -> K | None:
    """The hour, weather or season whose words *text* holds, the first of the table's order."""
    found = {word.lower() for word in _WORD.findall(text)}
    return next(
        (kind(value) for value, listed in table("grammar_words")[key].items() if found & set(listed.split())), None
    )


def sentence_of(text: str) -> str:
    """*text* with a capital and a full stop."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in '.!?…”"' else text + "."
