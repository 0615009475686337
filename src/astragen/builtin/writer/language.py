"""Which language a text is in: by its script, and for Latin letters by its small words.

Good enough to choose a voice and to know when not to invent English. Start at
`detect`.
"""

from __future__ import annotations

import re
from functools import cache

from astragen.builtin.writer.tables import table
from astragen.builtin.writer.vocabulary import is_noun

_WORD = re.compile(r"[^\W\d_]+")
LONG_WORD = 16  # letters; a longer word takes the time of several
_SHARE = 0.3  # of the letters; texts in other scripts often hold names in Latin ones


@cache
def _scripts() -> tuple[tuple[str, re.Pattern[str], dict[str, str]], ...]:
    return tuple(
        (entry["language"], re.compile(f"[{''.join(entry['ranges'])}]"), entry.get("marks", {}))
        for entry in table("languages")["scripts"]
    )


@cache
def _stopwords() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in table("languages")["stopwords"].items()}


@cache
def _nouns() -> dict[str, frozenset[str]]:
    """The nouns of `foreign.json` for the languages in Latin letters: they help short texts."""
    nouns = table("foreign")
    return {tag: frozenset(re.split(r"[ /]", nouns[tag])) for tag in _stopwords() if tag in nouns}


def detect(text: str) -> str:
    """The BCP 47 primary tag of *text*; English when nothing speaks against it."""
    sample = text[:4000]
    letters = sum(character.isalpha() for character in sample) or 1
    counts = {language: len(pattern.findall(sample)) for language, pattern, _ in _scripts()}
    if counts["ja"] and counts["ja"] + counts["zh"] >= _SHARE * letters:  # Japanese mixes kana with Han signs
        return "ja"
    for language, _, marks in _scripts():
        if counts[language] >= _SHARE * letters:
            return _dialect(sample, language, marks)
    return _latin(sample)


def _dialect(text: str, language: str, marks: dict[str, str]) -> str:
    for other, letters in marks.items():
        if any(letter in text.lower() for letter in letters):
            return other
    return language


def _latin(text: str) -> str:
    lowered = text.lower()
    found = _WORD.findall(lowered)
    scores = {language: float(sum(word in words for word in found)) for language, words in _stopwords().items()}
    for language, nouns in _nouns().items():
        scores[language] += sum(0.6 for word in found if word in nouns)
    scores["en"] += sum(0.7 for word in found if is_noun(word))
    for language, letters in table("languages")["marks"].items():
        scores[language] += min(2, sum(lowered.count(letter) for letter in letters))
    best = max(scores.values())
    if best == 0 or scores["en"] == best:
        return "en"
    return next(language for language, score in scores.items() if score == best)


def primary(tag: str) -> str:
    """The primary subtag: "de" of "de-AT"."""
    return tag.split("-")[0]


def is_unspaced(language: str) -> bool:
    """Whether *language* is written without spaces between words."""
    return primary(language) in table("languages")["unspaced"].split()


def spoken_words(text: str) -> float:
    """How many words *text* counts for in speech.

    Scripts without spaces: two Han or kana signs, or five Thai ones, take about as
    long as one English word (4.1 signs and 10 letters a second against 2.05 words).
    """
    dense = len(re.findall(r"[぀-ヿ一-鿿㐀-䶿]", text))
    thai = len(re.findall(r"[ก-๎]", text))
    rest = re.sub(r"[぀-ヿ一-鿿㐀-䶿ก-๎]", " ", text)
    words = re.findall(r"\w+(?:['’\-]\w+)*", rest)
    return sum(max(1.0, len(word) / LONG_WORD) for word in words) + dense / 2 + thai / 5
