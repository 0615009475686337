"""English word forms: articles, plurals, verbs.

Regular rules, with the exceptions in `grammar_words.json` and `verbs.json`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from astragen.builtin.writer.tables import table, words

_VOWELS = "aeiou"


def article(phrase: str) -> str:
    """The article "a" or "an", by the sound that *phrase* begins with."""
    first = re.split(r"[\s\-]", phrase.strip().lower(), maxsplit=1)[0]
    if first in words("grammar_words", "consonant_sounds"):
        return "a"
    if first in words("grammar_words", "vowel_sounds") or first[:1] in _VOWELS:
        return "an"
    return "an" if re.fullmatch(r"[aefhilmnorsx]", first) or first in ("8", "11", "18") else "a"


def plural(noun: str) -> str:
    """The plural of *noun*; of a compound, of its last word."""
    head, _, last = noun.rpartition(" ")
    irregular = table("grammar_words")["plurals"].get(last)
    if irregular is None:
        if last.endswith(("s", "x", "z", "ch", "sh")):
            irregular = last + "es"
        elif last.endswith("y") and last[-2:-1] not in _VOWELS:
            irregular = last[:-1] + "ies"
        elif last.endswith("man") and last != "human":
            irregular = last[:-3] + "men"
        else:
            irregular = last + "s"
    return f"{head} {irregular}".strip()


def third_person(base: str) -> str:
    """The third person of *base*: "walks", "is", "has"."""
    special = {"be": "is", "have": "has", "do": "does", "go": "goes"}.get(base)
    if special:
        return special
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def plain_present(form: str) -> str:
    """The plural of a third-person form: "walks" -> "walk", "is" -> "are"."""
    special = {"is": "are", "has": "have", "does": "do", "goes": "go", "was": "were"}.get(form.lower())
    if special:
        return special
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith(("sses", "xes", "zzes", "ches", "shes")):
        return form[:-2]
    return form[:-1] if form.endswith("s") else form


class VerbForm(NamedTuple):
    """A verb as it stands in a text."""

    base: str
    form: str
    """"base", "s", "ing" or "past"."""


@cache
def verb_forms() -> dict[str, VerbForm]:
    """Every form of every verb known, lower case, to its base; base forms win over others."""
    forms: dict[str, VerbForm] = {}
    for base in known_verbs():
        past = _past_forms(base)
        for form, kind in ((third_person(base), "s"), (_gerund(base), "ing"), *((one, "past") for one in past)):
            forms.setdefault(form, VerbForm(base, kind))
    for base in known_verbs():
        forms.setdefault(base, VerbForm(base, "base"))
    return forms


@cache
def known_verbs() -> frozenset[str]:
    """Base forms of all verbs in the table."""
    document = table("verbs")
    lists = [*document["arcs"].values(), *document["actions"].values(), document["light"], document["other"]]
    return frozenset(word for words_ in lists for word in words_.split() if "_" not in word)


def _past_forms(base: str) -> list[str]:
    irregular = table("verbs")["irregular"].get(base)
    if irregular:
        return irregular.split()  # type: ignore[no-any-return]
    if base.endswith("e"):
        return [base + "d"]
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return [base[:-1] + "ied"]
    return [(base + base[-1] if base in words("verbs", "doubling") else base) + "ed"]


def _gerund(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be":
        return base[:-1] + "ing"
    return (base + base[-1] if base in words("verbs", "doubling") else base) + "ing"
