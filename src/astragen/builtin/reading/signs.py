"""Abbreviations, acronyms and signs: "z. B.", "USB", "&". Pure. Start at `rules`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from astragen.builtin.reading.tongue import ROMAN, Match, Part, Rule, Tongue, around, table

_SPELLED_MAX = 3  # letters; longer capitals are read as a word when they have a vowel


def rules(tongue: Tongue) -> list[Rule]:
    """The rules for a language, in order."""
    return [
        *_abbreviations(tongue),
        *_acronyms(tongue),
        *_signs(tongue),
    ]


def _abbreviations(tongue: Tongue) -> list[Rule]:
    found: list[Rule] = []
    tables = (
        ("number_abbreviations", r"(?=\s?\d)"),
        ("noun_abbreviations", r"(?=\s?[^\W_a-zà-ÿа-яё])"),
        ("abbreviations", ""),
    )
    for name, following in tables:
        said: Mapping[str, str] = tongue.row(name)
        if said:
            written = "|".join(re.escape(one).replace(r"\ ", r"\s") for one in sorted(said, key=len, reverse=True))
            pattern = re.compile(rf"(?<![\w.])(?:{written})(?!\w){following}")
            found.append((pattern, partial(_long_form, said)))
    return found


def _long_form(said: Mapping[str, str], match: Match) -> list[Part]:
    """The words for an abbreviation; its dot may also end the sentence."""
    written = re.sub(r"\s", " ", match[0])
    rest = match.string[match.end() :]
    is_last = not rest.strip() or (written in table()["closing"] and rest.lstrip()[:1].isupper())
    ends = written.endswith(".") and is_last
    space = " " if rest[:1].isalnum() else ""
    return [Part(said[written] + ("." if ends else space), 0)]


def _acronyms(tongue: Tongue) -> list[Rule]:
    words = frozenset(table()["read_as_words"])
    own = tongue.row("spelled")

    def letters(match: Match) -> list[Part] | None:
        token = match[1]
        if own and token not in own:
            return None
        if not own and (token in words or not _is_spelled(token)):
            return None
        if re.fullmatch(ROMAN, token) or _is_shouted(match):
            return None
        return [Part(letter if not index else f" {letter}", index) for index, letter in enumerate(token)]

    return [(re.compile(r"(?<![\w.-])([A-ZÄÖÜÉ]{2,5})(?![\w]|\.\w)"), letters)]


def _is_spelled(token: str) -> bool:
    """Whether readers would name the letters: few, or no vowel among them."""
    return len(token) <= _SPELLED_MAX or not re.search("[AEIOUYÄÖÜÉ]", token)


def _is_shouted(match: Match) -> bool:
    """Whether a neighbour is in capitals as well: then it is a loud word, no acronym."""
    before = re.search(r"([^\W\d_]+)\s+\Z", match.string[: match.start()])
    after = re.match(r"\s+([^\W\d_]+)", match.string[match.end() :])
    return any(near and len(near[1]) > 1 and near[1].isupper() for near in (before, after))


def _signs(tongue: Tongue) -> list[Rule]:
    pairs = [
        (r"(?<=\w)\s?&\s?(?=\w)", "and"),
        (r"(?<=\w)\s?=\s?(?=[\w-])", "equals"),
        (r"(?<!\w)[~≈]\s?(?=\d)", "about"),
        (r"(?<=[^\W\d])²", "squared"),
        (r"(?<=[^\W\d])³", "cubed"),
        (r"(?<=[^\W\d_]{2})/(?=[^\W\d_]{2})", "or"),
    ]
    found: list[Rule] = [
        (re.compile(pattern), partial(_said_sign, tongue.word(name))) for pattern, name in pairs if tongue.word(name)
    ]
    if tongue.word("decimal"):
        found.append((re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))"), partial(_said_sign, tongue.word("decimal"))))
    return [
        *found,
        (re.compile(r"\s*(?:[→⇒⟶➜]|=>|->)\s*"), lambda match: [Part(", ", 0)]),
        (re.compile(r"--+"), lambda match: [Part("—", 0)]),
        (re.compile(r"(?<=\d)\s?\*\s?(?=\d)"), lambda match: [Part(" × ", 0)]),
        (re.compile(r"(?:[*_|^\\<>{}\[\]~•·]|(?<!\w)#)+"), lambda match: [Part(" ", 0)]),
        (re.compile(r"[\u4e00-\u9fff]+"), partial(_foreign_han, tongue)),
    ]


def _said_sign(word: str, match: Match) -> list[Part]:
    return around(word, len(match[0]) - len(match[0].lstrip()))


def _foreign_han(tongue: Tongue, match: Match) -> list[Part] | None:
    """Chinese characters in another language's line would be said as "Chinese letter": nothing is said."""
    return None if tongue.code in ("zh", "yue", "hak", "ja") else [Part(" ", 0)]
