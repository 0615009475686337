"""The nouns that the writer knows: about 1,900 things to see, each with its kind and its home.

About 1,300 are in its own table; to these come the words that the painter has a figure for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from astragen.builtin.writer.inflect import plural, verb_forms
from astragen.builtin.writer.tables import table, words

LIVING = frozenset({"child", "person", "group", "creature", "animal"})
PEOPLE = frozenset({"child", "person", "group"})
_BY_FIGURE = {  # the painter's families of figures -> our categories
    "person": "person", "quadruped": "animal", "bird": "animal", "swimmer": "animal", "soft": "animal",
    "winged": "animal", "plant": "plant", "thing": "object", "glyph": "object", "group": "object",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A noun of the vocabulary."""

    noun: str
    category: str
    home: str
    """The kind of place it is at home in: "ocean", "forest", ...; "" for anywhere."""


@cache
def vocabulary() -> dict[str, Entry]:
    """Singular noun -> entry; compounds have spaces. The first mention in the table wins."""
    entries: dict[str, Entry] = {}
    for category, homes in table("nouns").items():
        for home, listed in homes.items():
            for word in listed.split():
                noun = word.replace("_", " ")
                entries.setdefault(noun, Entry(noun, category, home.strip()))
    for setting, listed in table("settings")["words"].items():
        for word in listed.split():
            entries.setdefault(word.replace("_", " "), Entry(word.replace("_", " "), "place", setting))
    known = frozenset(entries) | {plural(noun) for noun in entries}
    for noun, category in _painted():
        if noun not in known and noun not in dull_words() and noun not in verb_forms():
            entries[noun] = Entry(noun, category, "")
    return entries


def _painted() -> Iterator[tuple[str, str]]:
    """(noun, category) of all that the painter has a figure for, but for words that mostly mean something else."""
    path = resources.files("astragen.data") / "painter" / "subjects.json"
    other = words("grammar_words", "not_painted")
    for kind in json.loads(path.read_text(encoding="utf-8"))["kinds"]:
        for word in kind["names"].split():
            noun = word.replace("_", " ")
            if kind["figure"] in _BY_FIGURE and noun not in other:
                yield noun, _BY_FIGURE[kind["figure"]]


@cache
def singulars() -> dict[str, str]:
    """Every form of every noun of the vocabulary -> its singular."""
    forms = {plural(noun): noun for noun in vocabulary()}
    forms.update({"grandparents": "grandparent", "kids": "kid", "people": "people", "leaves": "leaf", "roofs": "roof"})
    forms.update({noun: noun for noun in vocabulary()})
    return forms


@cache
def longest() -> int:
    """Words in the longest compound."""
    return max(noun.count(" ") for noun in singulars()) + 1


def singular(word: str) -> str:
    """The singular of *word*, by the vocabulary, else by rule."""
    lowered = word.lower()
    known = singulars().get(lowered)
    if known:
        return known
    if lowered.endswith("ies") and len(lowered) > 4:
        return lowered[:-3] + "y"
    if lowered.endswith(("sses", "ches", "shes", "xes")):
        return lowered[:-2]
    return lowered[:-1] if lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")) else lowered


@cache
def dull_words() -> frozenset[str]:
    """Words that name nothing to see, "courage", and those that name the film itself, "story"."""
    return words("grammar_words", "abstract") | words("grammar_words", "meta")


def is_noun(word: str) -> bool:
    """Whether *word* (any form, lower case) is in the vocabulary."""
    return word in singulars()
