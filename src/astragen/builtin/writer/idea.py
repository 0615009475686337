"""What an English prompt is about: hero, plot, places, weather, mood, theme.

Everything here is found in the user's words or in the tables; nothing is invented.
Start at `read_idea`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from astragen.builtin.writer.cast import Actor, actor
from astragen.builtin.writer.clause import Event, Plot, plot
from astragen.builtin.writer.nouns import NounPhrase, Token, read, singular
from astragen.builtin.writer.parse import Parsed, Shape
from astragen.builtin.writer.tables import table, words
from astragen.model.vocabulary import Intent, Mood, Season, TimeOfDay, Weather

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_AUDIENCE = re.compile(
    r"[,\s]+(?:for|to|aimed at|like i'm) (?:an? )?(?:young |small |curious |complete )?(?:kids?|child(?:ren)?|toddlers?|students?|beginners?"
    r"|adults?|everyone|everybody|teens?|teenagers?|five|(?:five|six|seven|ten)[- ]year[- ]olds?|dummies)\s*(?=[.?!]?$)",
    re.IGNORECASE,
)
_BROAD = frozenset("family friendship love time learning change joy".split())  # their words come up in other themes' prompts
_SMALL = frozenset("the a an of and how why what is are do does work works we have our".split())
_MOOD_ORDER = (
    Mood.EPIC,
    Mood.TENSE,
    Mood.SAD,
    Mood.MYSTERIOUS,
    Mood.JOYFUL,
    Mood.CALM,
    Mood.CURIOUS,
    Mood.HOPEFUL,
)
_INTENT_MOOD = {Intent.EXPLAINER: Mood.CURIOUS, Intent.PROMO: Mood.JOYFUL, Intent.MOOD: Mood.CALM}
_PROMO = frozenset(
    "promo ad advert advertisement commercial product brand launch launching introducing startup app discount buy sale"
    " sponsor marketing campaign".split()
)
_AIRS = ("weather", "hour", "celestial")


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


def read_idea(parsed: Parsed) -> Idea:
    """Understand an English idea or question."""
    gloss = re.sub(r"^(?:how|of how|when|where|in which|that)\s+(?=(?:an?|the|two|three|his|her|my)\b)", "", parsed.text, flags=re.I)
    gloss = gloss if parsed.shape is not Shape.QUESTION else parsed.text
    whole = f"{parsed.title}. {gloss}" if parsed.title else gloss
    nouns = concrete([*_title_phrases(parsed.title), *read(gloss)[1]])
    gloss = _AUDIENCE.sub("", gloss).strip() or gloss
    story = plot(gloss)
    themes = find_themes(parsed.title, gloss)
    hero, other, thing = _cast(story, nouns, gloss)
    topic = find_topic(parsed, gloss, story)
    intent = find_intent(parsed, hero, story, topic, themes)
    return Idea(
        text=gloss,
        title=parsed.title,
        phrase=sentence_of(gloss),
        intent=intent,
        mood=find_mood(whole, themes, intent),
        hero=hero,
        other=other,
        thing=thing,
        events=story.events,
        themes=themes,
        nouns=nouns,
        settings=_located(nouns, read(gloss)[0]) or find_settings(whole),
        time=_closed_word(whole, "times", TimeOfDay),
        weather=_closed_word(whole, "weather", Weather),
        season=_closed_word(whole, "seasons", Season),
        topic=topic,
    )


def _title_phrases(title: str) -> list[NounPhrase]:
    """Known nouns of a title; its capitals say nothing about names."""
    lowered = " ".join(word.lower() if word[1:].islower() else word for word in title.split())
    return [phrase for phrase in read(lowered)[1] if phrase.category]


def concrete(phrases: Iterable[NounPhrase]) -> tuple[NounPhrase, ...]:
    """The phrases that name something to see, each noun once; modifiers such as "lighthouse" stay inside theirs."""
    dull = words("grammar_words", "meta") | words("grammar_words", "abstract") | words("grammar_words", "not_nouns")
    found: dict[str, NounPhrase] = {}
    for phrase in phrases:
        noun = phrase.noun.lower()
        unknown = not phrase.category and not phrase.is_name
        if noun in dull or singular(noun) in dull or (unknown and _sounds_abstract(noun)):
            continue
        found.setdefault(noun, phrase)
    return tuple(found.values())


def _sounds_abstract(noun: str) -> bool:
    return noun.endswith(("ness", "ity", "tion", "sion", "ment", "ship", "ance", "ence", "ism", "hood", "ing", "acy", "ics", "ude", "ion"))


def _cast(story: Plot, nouns: tuple[NounPhrase, ...], text: str) -> tuple[Actor | None, Actor | None, Actor | None]:
    """(hero, other, thing): who acts, whom it meets, what it is about."""
    subject = story.subject
    hint = _pronoun_hint(text)
    hero = (
        actor(subject, hint=hint, name=story.name, joint=story.joint, joint_text=story.joint_text)
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
    things = [phrase for phrase in [*objects, *rest] if phrase in rest and not phrase.is_living and not phrase.is_name and phrase.category not in (*_AIRS, "place")]
    if not things:  # a place can be what is made or crossed: "plants a garden"
        things = [phrase for phrase in objects if phrase in rest and phrase.category == "place"]
    return hero, actor(others[0]) if others else None, actor(things[0]) if things else None


def _pronoun_hint(text: str) -> str:
    found = {word.lower() for word in _WORD.findall(text)}
    if found & {"she", "her", "hers", "herself"}:
        return "she"
    if found & {"he", "his", "him", "himself"}:
        return "he"
    return ""


@cache
def _theme_keys() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    keys: list[tuple[str, re.Pattern[str], float]] = []
    for theme, entry in table("themes").items():
        for key in entry["keys"].split():
            spaced = key.replace("_", " ")
            pattern = re.compile(rf"(?<![\w\-]){re.escape(spaced)}(?![\w\-])", re.IGNORECASE)
            keys.append((theme, pattern, 1.0 + 0.6 * spaced.count(" ")))
    return tuple(keys)


def find_themes(title: str, gloss: str) -> tuple[tuple[str, float], ...]:
    """Themes whose words the text holds, strongest first; the title counts double."""
    scores: dict[str, float] = {}
    gloss, title = gloss.replace("’", "'"), title.replace("’", "'")
    for theme, pattern, weight in _theme_keys():
        found = 2.0 * bool(pattern.search(title)) + 1.0 * bool(pattern.search(gloss))
        if found:
            scores[theme] = scores.get(theme, 0.0) + weight * found * (0.6 if theme in _BROAD else 1.0)
    return tuple(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))


def find_topic(parsed: Parsed, gloss: str, story: Plot) -> str:
    """The topic of the knowledge table that the prompt asks to have explained, or ""."""
    text = f"{parsed.title} {gloss}".lower().strip()
    asks = parsed.shape is Shape.QUESTION or parsed.kind in ("explainer", "tutorial", "documentary", "explainers")
    asks = asks or bool(re.match(r"(?:how|why|what|the science of|understanding|introduction to|the basics of)\b", text))
    acts = story.subject is not None and story.subject.is_living and bool(story.events)
    for topic in table("topics"):
        for key in topic["keys"]:
            if not re.search(rf"(?<![\w\-]){re.escape(key)}(?![\w\-])", text):
                continue
            is_all = len([word for word in _WORD.findall(text) if word not in _SMALL]) <= len(key.split())
            if is_all or (asks and not acts):
                return str(topic["id"])
    return ""


def find_intent(
    parsed: Parsed, hero: Actor | None, story: Plot, topic: str, themes: tuple[tuple[str, float], ...]
) -> Intent:
    """Story, explainer, promo or mood piece."""
    found = {word.lower() for word in _WORD.findall(f"{parsed.kind} {parsed.text} {parsed.title}")}
    if found & _PROMO and not (hero is not None and story.events and not parsed.kind):
        return Intent.PROMO
    if re.search(r"\b(?:our|my) (?:new|latest|first|own)\b", parsed.text, re.IGNORECASE) and not story.events:
        return Intent.PROMO
    if topic or parsed.shape is Shape.QUESTION or parsed.kind in ("explainer", "tutorial"):
        return Intent.EXPLAINER
    if re.match(r"(?:how to|how \w+ (?:works?|is|are)|why|the science|the history|history of)\b", parsed.text, re.IGNORECASE):
        return Intent.EXPLAINER
    if themes or (hero is not None and (hero.is_living or story.events)):
        ambient = found & {"ambient", "mood", "atmosphere", "atmospheric", "relaxing", "poem", "lullaby"}
        return Intent.MOOD if ambient and not story.events else Intent.STORY
    return Intent.MOOD


def find_mood(text: str, themes: tuple[tuple[str, float], ...], intent: Intent) -> Mood:
    """The mood that most words of *text* speak for; a theme's own mood counts as three of them."""
    found = [word.lower() for word in _WORD.findall(text)]
    scores = dict.fromkeys(_MOOD_ORDER, 0.0)
    for mood in _MOOD_ORDER:
        listed = table("grammar_words")["moods"][mood.value].split()
        scores[mood] += sum(word in listed for word in found)
    if themes:
        scores[Mood(table("themes")[themes[0][0]]["mood"])] += 3
    if intent in _INTENT_MOOD:
        scores[_INTENT_MOOD[intent]] += 0.5
    best = max(scores.values())
    return next(mood for mood in _MOOD_ORDER if scores[mood] == best) if best else Mood.HOPEFUL


@cache
def _settings_by_word() -> dict[str, str]:
    found: dict[str, str] = {}
    for setting, listed in table("settings")["words"].items():
        for word in listed.split():
            found.setdefault(word.replace("_", " "), setting)
    return found


def find_settings(text: str) -> tuple[str, ...]:
    """Settings named in *text*, in order; words that only might be places count when no better one is there."""
    text = re.sub(r"\b(?:personal|own|free) space\b", "", text, flags=re.IGNORECASE)
    lowered = [word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]
    weak = words("settings", "weak")
    strong_found: list[str] = []
    weak_found: list[str] = []
    index = 0
    while index < len(lowered):
        step = 1
        for length in (2, 1):
            term = " ".join(lowered[index : index + length])
            known = _settings_by_word()
            setting = known.get(term) or known.get(singular(term) if length == 1 else term)
            if setting:
                (weak_found if term in weak or singular(term) in weak else strong_found).append(setting)
                step = length
                break
        index += step
    return tuple(dict.fromkeys(strong_found or weak_found))


_LOCATIVE = frozenset("in on at through across by near under over above inside into onto along beyond among around down up toward towards".split())


def _located(nouns: tuple[NounPhrase, ...], tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Places that something is said to be in or on, "on Mars", before those only spoken of, "plants a garden"."""
    found: list[str] = []
    for phrase in nouns:
        if phrase.first and phrase.first <= len(tokens) and tokens[phrase.first - 1].low in _LOCATIVE:
            found += find_settings(phrase.text)
    rest = find_settings(" ".join(token.text for token in tokens))
    strong = [one for one in rest if one not in found]
    return tuple(dict.fromkeys([*found, *strong])) if found else ()


def _closed_word(text: str, key: str, kind: type[TimeOfDay] | type[Weather] | type[Season]) -> TimeOfDay | Weather | Season | None:
    found = {word.lower() for word in _WORD.findall(text)}
    for value, listed in table("grammar_words")[key].items():
        if found & set(listed.split()):
            return kind(value)
    return None


def sentence_of(text: str) -> str:
    """*text* with a capital and a full stop."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…”\"" else text + "."
