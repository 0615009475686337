"""Settings: which places a text names, and by which words.

Start at `find_settings`.
"""

from __future__ import annotations

import re
from functools import cache

from astragen.builtin.writer.nouns import NounPhrase
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.tagging import Token
from astragen.builtin.writer.vocabulary import singular

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


@cache
def _settings_by_word() -> dict[str, str]:
    found: dict[str, str] = {}
    for setting, listed in table("settings")["words"].items():
        for word in listed.split():
            found.setdefault(word.replace("_", " "), setting)
    return found


def find_settings(text: str, *, weak: bool = True) -> tuple[str, ...]:
    """Settings named in *text*, in order; words that only might be places count when no better one is there.

    weak: whether those count at all.
    """
    text = re.sub(r"\b(?:personal|own|free) space\b", "", text, flags=re.IGNORECASE)
    lowered = [word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]
    doubtful = words("settings", "weak")
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
                (weak_found if term in doubtful or singular(term) in doubtful else strong_found).append(setting)
                step = length
                break
        index += step
    return tuple(dict.fromkeys(strong_found or (weak_found if weak else [])))


def located(nouns: tuple[NounPhrase, ...], tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Places that something is said to be in or on, "on Mars", before those only spoken of, "plants a garden"."""
    found: list[str] = []
    for phrase in nouns:
        if (
            phrase.first
            and phrase.first <= len(tokens)
            and tokens[phrase.first - 1].low in words("grammar_words", "locatives")
        ):
            found += find_settings(phrase.text)
    rest = find_settings(" ".join(token.text for token in tokens))
    strong = [one for one in rest if one not in found]
    return tuple(dict.fromkeys([*found, *strong])) if found else ()


def words_of_setting(setting: str) -> frozenset[str]:
    """The words that mean *setting*."""
    listed = table("settings")["words"].get(setting, setting)
    return frozenset(word.replace("_", " ") for word in listed.split())


def setting_of(noun: str) -> str:
    """The setting that *noun* means, or ""."""
    return next((setting for setting in table("settings")["words"] if noun in words_of_setting(setting)), "")
