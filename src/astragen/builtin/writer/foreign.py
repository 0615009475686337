"""What a text in another language shows: a small dictionary of 68 nouns in 22 languages.

It only chooses pictures; the words spoken stay the user's. Start at `seen_in`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from astragen.builtin.writer.language import is_unspaced, primary
from astragen.builtin.writer.places import setting_of
from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.vocabulary import LIVING, vocabulary
from astragen.model.storyboard import Subject
from astragen.model.vocabulary import TimeOfDay, Weather

SUBJECTS_MAX = 4
_WORD = re.compile(r"[^\W\d_]+(?:[־\u0900-\u0dff\u0e30-\u0e4e][^\W\d_]*)*")
_PREFIXES = {"ar": ("وال", "بال", "كال", "لل", "ال", "و", "ب", "ل"), "he": ("וה", "בה", "ה", "ו", "ב", "ל", "מ", "ש")}
_WEATHERS = {"rain": Weather.RAIN, "snow": Weather.SNOW, "storm": Weather.STORM}
_NUMERALS = tuple("一二三四五六七八九十0123456789")
_COMPOUNDING = ("de", "nl", "sv")


@dataclass(frozen=True)
class Seen:
    """What a sentence shows."""

    subjects: tuple[Subject, ...] = ()
    settings: tuple[str, ...] = ()
    time: TimeOfDay | None = None
    weather: Weather | None = None


def seen_in(text: str, language: str) -> Seen:
    """The nouns of the dictionary that *text* holds, in order, as subjects and settings."""
    nouns = _nouns_in(text.lower(), primary(language))
    settings = _settings(nouns)
    things = [noun for noun in nouns if noun not in _WEATHERS and noun not in words("foreign", "places")]
    return Seen(
        subjects=tuple(Subject(noun=noun, character=_character(noun)) for noun in things[:SUBJECTS_MAX]),
        settings=settings,
        time=TimeOfDay.NIGHT if {"moon", "star"} & set(nouns) else None,
        weather=next((_WEATHERS[noun] for noun in nouns if noun in _WEATHERS), None),
    )


def _character(noun: str) -> str | None:
    entry = vocabulary().get(noun)
    return noun if entry is not None and entry.category in LIVING else None


def _settings(nouns: list[str]) -> tuple[str, ...]:
    """Places named; failing these, where the first thing is at home."""
    named = [setting_of(noun) for noun in nouns if noun in words("foreign", "places") or noun == "lighthouse"]
    if named:
        return tuple(dict.fromkeys(named))
    known = table("settings")["words"]
    homes = [entry.home for noun in nouns if (entry := vocabulary().get(noun)) and entry.home in known]
    return tuple(dict.fromkeys(homes))[:1]


def _nouns_in(text: str, language: str) -> list[str]:
    forms = _dictionary(language)
    if not forms:
        return []
    found: list[tuple[int, str]] = []
    if is_unspaced(language):
        found = _inside(text, forms, least=1 if language in ("zh", "ja") else 3)
    else:
        for match in _WORD.finditer(text):
            found += [(match.start(), noun) for noun in _of_word(match[0], language, forms)]
    return list(dict.fromkeys(noun for _, noun in sorted(found, key=lambda pair: pair[0])))


def _inside(text: str, forms: dict[str, str], *, least: int) -> list[tuple[int, str]]:
    """Matches anywhere, longest first, none inside another."""
    taken = [False] * len(text)
    found: list[tuple[int, str]] = []
    for form in sorted((one for one in forms if len(one) >= least), key=len, reverse=True):
        for match in re.finditer(re.escape(form), text):
            is_month = form == "月" and text[match.start() - 1 : match.start()] in _NUMERALS
            if not is_month and not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * len(form)
                found.append((match.start(), forms[form]))
    return found


def _of_word(word: str, language: str, forms: dict[str, str]) -> list[str]:
    """Nouns of one word: itself, an inflected form, or the parts of a compound."""
    candidates = [word] + [word[len(prefix) :] for prefix in _PREFIXES.get(language, ()) if word.startswith(prefix)]
    exact = next((forms[one] for one in candidates if one in forms), None)
    if exact:
        return [exact]
    if language == "ko":
        return [
            noun
            for form, noun in forms.items()
            if word.startswith(form) and (len(form) > 1 or word[len(form) :] in words("foreign", "ko_particles"))
        ][:1]
    starts = [form for form in forms if len(form) >= 4 and any(one.startswith(form) for one in candidates)]
    short = [
        form for form in forms if len(form) == 3 and any(one.startswith(form) and len(one) <= 5 for one in candidates)
    ]
    chosen = [max(starts or short, key=len)] if starts or short else []
    if language in _COMPOUNDING:
        chosen += [form for form in forms if len(form) >= 5 and word.endswith(form) and form not in chosen]
    return [forms[form] for form in chosen]


@cache
def _dictionary(language: str) -> dict[str, str]:
    """Form -> English noun; {} for a language without a dictionary."""
    document = table("foreign")
    if language not in document or language == "nouns":
        return {}
    pairs = zip(document["nouns"].split(), document[language].split(), strict=True)
    forms: dict[str, str] = {}
    for noun, listed in pairs:
        for form in listed.split("/"):
            forms.setdefault(form, noun)
    return forms
