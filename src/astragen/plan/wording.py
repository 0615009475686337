"""What words a text is made of: its terms, its sentences, and how long it takes to say.

Enough to compare a storyboard with the prompt it was written from: stems by rule, a stop
list from data/critique/words.json, and no grammar. Pure. Start reading at `terms`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LETTERS_PER_WORD = 4.9  # of an English word; other alphabets are counted in these (10 letters a second are 2.05 words)
SIGNS_PER_WORD = 2.0  # Han and kana signs that take as long to say as one English word
THAI_PER_WORD = 5.0  # Thai letters, likewise
LONG_TERM = 4  # letters from which a word counts as a term in a language without a stop list

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_THAI = re.compile(r"[\u0e01-\u0e4e]")
_END = re.compile(r"[.!?…]+[\"'”’»)]*(?:\s+|$)|[。！？؟।]+[”’»）]*\s*")
_VOWELS = re.compile(r"[aeiouy]+")


@cache
def table(name: str) -> Mapping[str, Any]:
    """The document data/<name>/words.json; callers must not change it."""
    path = resources.files("astragen") / "data" / name / "words.json"
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def known_nouns() -> Mapping[str, tuple[str, str]]:
    """Stems of a noun's words -> (the English noun, its kind), of about 1,900 things to see.

    From the writer's and the painter's own tables; of kind "" where only the painter knows the word.
    """
    folder = resources.files("astragen") / "data"
    writer = json.loads((folder / "writer" / "nouns.json").read_text(encoding="utf-8"))
    painter = json.loads((folder / "painter" / "subjects.json").read_text(encoding="utf-8"))
    listed = [(kind, word) for kind, homes in writer.items() for word in " ".join(homes.values()).split()]
    listed += [("", word) for row in painter["kinds"] for word in row["names"].split()]
    found: dict[str, tuple[str, str]] = {}
    for kind, word in listed:
        parts = word.split("_")
        found.setdefault(" ".join(map(stem, parts)), (" ".join(parts), kind))
    return found


def nouns_in(text: str) -> list[tuple[str, str, int]]:
    """(noun, kind, count) of the known things that *text* names, in order, the longest name of each; each once."""
    known, said = known_nouns(), words(text)
    cut = [stem(word) for word in said]
    found: dict[str, tuple[str, str, int]] = {}
    index = 0
    while index < len(cut):
        length = next((size for size in (3, 2, 1) if " ".join(cut[index : index + size]) in known), 0)
        if length:
            noun, kind = known[" ".join(cut[index : index + length])]
            last = said[min(index + length, len(said)) - 1]
            is_many = last != noun.split()[-1] and last.endswith("s")
            found.setdefault(noun, (noun, kind, 3 if is_many else 1))
        index += max(1, length)
    return list(found.values())


def primary(language: str) -> str:
    """The primary subtag: "de" of "de-AT"."""
    return language.split("-")[0].lower()


def is_unspaced(language: str) -> bool:
    """Whether *language* is written without spaces between words."""
    return primary(language) in table("critique")["unspaced"].split()


def words(text: str) -> list[str]:
    """The words of *text* in lower case, in order; possessive endings taken off."""
    return [word.casefold().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]


def terms(text: str, language: str) -> dict[str, str]:
    """Stem -> word as written first, of every word of *text* that may name something to see, in order.

    In languages without spaces, every pair of neighbouring signs.
    """
    if is_unspaced(language):
        return {pair: pair for pair in _pairs(text)}
    stop = _stop_words(primary(language))
    kept = [part for word in words(text) for part in _parts(word, stop) if _is_term(part, stop)]
    found: dict[str, str] = {}
    for word in kept:
        found.setdefault(stem(word), word)
    return found


def stems(text: str, language: str) -> frozenset[str]:
    """The stems of all words of *text*, stop words too; the signs' pairs in languages without spaces."""
    if is_unspaced(language):
        return frozenset(_pairs(text))
    return frozenset(stem(part) for word in words(text) for part in (word.replace("-", ""), *word.split("-")))


def stem(word: str) -> str:
    """*word* without the endings of English plurals and verbs: "planets", "planet's" and "planet" are one."""
    same = table("critique")["same"].get(word)
    if same:
        return str(same)
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            bare = word.removesuffix(ending)
            return bare[:-1] if bare[-1] == bare[-2] and bare[-1] not in "ls" else bare.removesuffix("e")
    return table("critique")["same"].get(word, word.removesuffix("e") if len(word) > 4 else word)  # type: ignore[no-any-return]


def sentences(text: str) -> list[str]:
    """*text* cut after end marks."""
    return [one.strip() for one in _END.split(text) if one and one.strip()]


def spoken_words(text: str, language: str) -> float:
    """How many English words take as long to say as *text*."""
    signs, thai = len(_SIGN.findall(text)), len(_THAI.findall(text))
    found = words(_THAI.sub(" ", _SIGN.sub(" ", text)))
    count = len(found) if primary(language) == "en" else sum(len(word) for word in found) / LETTERS_PER_WORD
    return count + signs / SIGNS_PER_WORD + thai / THAI_PER_WORD


def syllables(word: str) -> int:
    """Syllables of an English *word* by its groups of vowels; a silent e at the end is none."""
    groups = len(_VOWELS.findall(word))
    is_silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - is_silent)


def _parts(word: str, stop: frozenset[str]) -> list[str]:
    """What a hyphen joins, each for itself; with a first part that names nothing, one word: "eco-system"."""
    parts = word.split("-")
    if word in stop or parts[-1] in stop:
        return []
    return ["".join(parts)] if parts[0] in stop else parts


def _is_term(word: str, stop: frozenset[str]) -> bool:
    if word in stop or word.endswith("ly") or not any(letter.isalpha() for letter in word):
        return False
    return len(word) > 1 if stop else len(word) >= LONG_TERM


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(table("critique")["stop"].get(language, "").split())


def _pairs(text: str) -> list[str]:
    runs = re.findall(r"[^\W\d_]+", text)
    return [run[index : index + 2] for run in runs for index in range(max(1, len(run) - 1))]
