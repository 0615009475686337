"""Titles: the user's own, or made of the idea's own words."""

from __future__ import annotations

import re

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.idea import Idea
from astragen.builtin.writer.tables import table, words
from astragen.model.vocabulary import Intent

TITLE_WORDS = 9
TITLE_MAX = 60  # characters that stand on one or two rows of a vertical frame


def title_of(idea: Idea) -> str:
    """The film's title."""
    if idea.title:
        return idea.title[:TITLE_MAX]
    text = idea.text.strip().rstrip(".!")
    if len(text.split()) <= TITLE_WORDS and (idea.intent is not Intent.STORY or len(text.split()) <= 4):
        return headline(text)
    if idea.intent is Intent.STORY and idea.hero is not None:
        return _of_actors(idea.hero, _second(idea))
    return headline(shortened(text))


def _second(idea: Idea) -> Actor | None:
    """Whom or what the title names beside the hero: what the first event is about, else the other one."""
    about = next((event.object.noun for event in idea.events if event.object is not None), "")
    if idea.thing is not None and idea.thing.noun == about:
        return idea.thing
    return idea.other or idea.thing


def _of_actors(hero: Actor, second: Actor | None) -> str:
    first = hero.name or _with_the(hero.phrase)
    is_owned = second is not None and re.match(r"(?:his|her|its|their)\b", second.phrase)
    if second is None or is_owned or hero.companion is not None or len(first.split()) > 5:
        return headline(first)
    return headline(f"{first} and {second.name or _with_the(second.phrase)}")


def _with_the(phrase: str) -> str:
    numbers = table("grammar_words")["numbers"]
    return phrase if phrase.split()[0] in numbers else f"the {_bare(phrase)}"


def _bare(phrase: str) -> str:
    text = re.sub(r"^(?:an?|the|his|her|its|their|my|our|one|every|some)\s+", "", phrase)
    return re.sub(r"\s+(?:named|in|with|wearing)\s+.*$", "", text)


def headline(text: str) -> str:
    """*text* in title case; words with capitals of their own keep them."""
    return " ".join(_cased(word, opens=index == 0) for index, word in enumerate(text.split()))[:TITLE_MAX]


def _cased(word: str, *, opens: bool) -> str:
    if any(letter.isupper() for letter in word[1:]) or "." in word[:-1]:
        return word
    if not opens and word.lower() in words("grammar_words", "title_small"):
        return word.lower()
    return word[:1].upper() + word[1:]


def shortened(text: str, limit: int = 40) -> str:
    """The first clause of *text*, at most *limit* characters, cut between words."""
    first = re.split(r"[,;:.!?，。！？、：؟،।…–—\n]", text.strip(), maxsplit=1)[0].strip() or text.strip()
    if len(first) <= limit:
        return first
    cut = first[:limit].rsplit(" ", 1)[0] if " " in first[:limit] else first[:limit]
    return cut.rstrip(" ,;:") + "…"
