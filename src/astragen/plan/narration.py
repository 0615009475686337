"""How much narration a film has room for, and whether a text is in the language asked for.

Room is counted as the time that speech takes (`plan/wording.py`); languages are told apart
by their letters and, in Latin letters, by their small words. Rough on purpose: it catches
an English answer to a German brief, not a clumsy sentence. Start reading at `words_for`.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from astragen.plan.wording import LETTERS_PER_WORD, SIGNS_PER_WORD, THAI_PER_WORD, is_unspaced, primary, words

WORDS_PER_S: Final = 2.05  # of film, counted as English: the voice says 2.45, the rest is breath between shots
_LETTERS_MIN = 12  # letters; a shorter text, a name or a sound, proves nothing
_SCRIPT_SHARE = 0.5  # of the letters; a text in other letters often holds names and terms in Latin ones
_WORDS_MIN = 12  # words, likewise
_SMALL_SHARE = 0.2  # of the words; running text of a language has more of its small words than that
_SMALL_SHARE_ALONE = 0.3  # likewise, where no words of the language itself speak against it


@cache
def language_table() -> Mapping[str, Any]:
    """The document data/prompts/languages.json; callers must not change it."""
    path = resources.files("astragen") / "data" / "prompts" / "languages.json"
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def words_for(seconds: float) -> float:
    """What a film of *seconds* has room for, in spoken words (see `wording.spoken_words`)."""
    return WORDS_PER_S * seconds


def room_in_words(words: float, language: str) -> str:
    """*words* spoken words as a writer of *language* counts them: "61 words", "120 characters"."""
    tag = primary(language)
    if tag == "th":
        return f"{round(words * THAI_PER_WORD)} characters"
    if is_unspaced(language):
        return f"{round(words * SIGNS_PER_WORD)} characters"
    letters = language_table()["letters_per_word"].get(tag, LETTERS_PER_WORD)
    return f"{max(1, round(words * LETTERS_PER_WORD / letters))} words"


def language_name(language: str) -> str:
    """The English name of a BCP 47 tag with the tag: "German (de-AT)"; the tag alone when unknown."""
    name = language_table()["names"].get(primary(language))
    return f"{name} ({language})" if name else language


def wrong_language(text: str, language: str) -> str:
    """Why *text* cannot be in *language*, as the rest of "the narration ..."; "" when nothing speaks against it."""
    return _wrong_letters(text, language) or _wrong_words(text, language)


def _wrong_letters(text: str, language: str) -> str:
    expected = _scripts_of(primary(language))
    counts = Counter(_script(letter) for letter in text if letter.isalpha())
    letters = sum(counts.values())
    if letters < _LETTERS_MIN or sum(counts[one] for one in expected) >= _SCRIPT_SHARE * letters:
        return ""
    found = counts.most_common(1)[0][0]
    return f"is written in {found.capitalize()} letters; write it in {language_name(language)}"


def _wrong_words(text: str, language: str) -> str:
    """Small words of another language, at least twice as many as of *language*.

    A language without a list of its own is told from English alone: its neighbours share too many words.
    """
    tag, said = primary(language), words(text)
    if len(said) < _WORDS_MIN or _scripts_of(tag) != {"LATIN"} or tag not in language_table()["names"]:
        return ""
    rows = _small_words() if tag in _small_words() else {"en": _small_words()["en"]}
    counts = {other: sum(word in small for word in said) for other, small in rows.items()}
    best = max(counts, key=lambda other: counts[other])
    least = _SMALL_SHARE if tag in rows else _SMALL_SHARE_ALONE
    if best == tag or counts[best] < max(least * len(said), 2 * counts.get(tag, 0)):
        return ""
    return f"reads as {language_name(best)}; write it in {language_name(language)}"


@cache
def _scripts_of(tag: str) -> frozenset[str]:
    """The scripts that a language is written in, by their names in Unicode."""
    table = language_table()
    own = {script for script, tags in table["scripts"].items() if tag in tags.split()}
    either = {script for script, tags in table["either"].items() if tag in tags.split()}
    return frozenset(own or {"LATIN", *either})


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    path = resources.files("astragen") / "data" / "writer" / "languages.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["stopwords"]
    return {tag: frozenset(row.split()) for tag, row in rows.items()}


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]
