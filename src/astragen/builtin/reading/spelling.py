"""Numbers, units, money and dates in the words of a language.

Names and plurals come from Babel, years and ordinals from unicode-rbnf: both hold the CLDR's
tables, and both are loaded only when a line needs them. A language that they do not know
gives None. Pure. Start reading at `unit_words`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from babel import Locale
    from unicode_rbnf import RbnfEngine

_ALIASES = {"cmn": "zh", "iw": "he", "no": "nb", "hbs": "sr_Latn", "sh": "sr_Latn"}
_RULE_ALIASES = {"nb": "no", "nn": "no", "cmn": "zh"}


class Around(NamedTuple):
    """What is said before and after a number; *has_number* False: the words hold it ("two metres" of Arabic)."""

    before: str
    after: str
    has_number: bool = True


def number_of(written: str, language: str) -> float:
    """The value of *written* digits, "1.234,5" in German; what cannot be told is 2, a plural in most languages."""
    text = re.sub(r"[\s\u00a0\u202f'’]", "", written)
    found = locale_of(language)
    decimal = str(found.number_symbols["latn"]["decimal"]) if found else "."
    group = "," if decimal == "." else "."
    try:
        return float(text.replace(group, "").replace(decimal, ".").replace("−", "-"))
    except ValueError:
        return 2.0


def decimal_mark(language: str) -> str:
    """What stands before the fraction: "," in German, "." where unknown."""
    found = locale_of(language)
    return str(found.number_symbols["latn"]["decimal"]) if found else "."


def unit_words(unit: str, value: float, language: str) -> Around | None:
    """What is said around *value* of a CLDR *unit*: ("", "kilometers per hour") in English."""
    from babel.numbers import format_decimal
    from babel.units import format_unit

    found = locale_of(language)
    if found is None:
        return None
    number = format_decimal(value, locale=found, numbering_system="latn")
    whole = format_unit(value, unit, length="long", locale=found, numbering_system="latn")
    before, is_there, after = whole.partition(number)
    if not is_there:
        return Around("", whole.strip(), has_number=False)
    return Around(_spaced(before), _spaced(after))


def currency_words(code: str, value: float, language: str) -> str | None:
    """The currency's name for *value* of it: "euros"."""
    from babel.numbers import get_currency_name

    found = locale_of(language)
    return str(get_currency_name(code, count=value, locale=found)) if found else None


def long_date(year: int, month: int, day: int, language: str) -> str | None:
    """The date as it is written out, "20. Juli 1969"; None for a day that no calendar has."""
    from babel.dates import format_date

    found = locale_of(language)
    try:
        return str(format_date(date(year, month, day), "long", locale=found)) if found else None
    except ValueError:
        return None


@cache
def month_names(language: str) -> tuple[str, ...]:
    """The months as they stand in a date ("июля"), and as they stand alone."""
    found = locale_of(language)
    if found is None:
        return ()
    names: list[str] = []
    for context in ("format", "stand-alone"):
        names += [str(name) for name in found.months[context]["wide"].values()]
    return tuple(dict.fromkeys(name for name in names if not any(letter.isdigit() for letter in name)))


def year_words(year: int, language: str) -> str | None:
    """The year as it is said: "nineteen sixty-nine"."""
    return _by_rules(year, "numbering-year", language)


def ordinal_words(number: int, form: str, language: str) -> str | None:
    """The ordinal in a *form* of the language's rules, "ordinal-n": "zwanzigsten"."""
    return _by_rules(number, form, language)


def _by_rules(number: int, form: str, language: str) -> str | None:
    engine = _rules(_RULE_ALIASES.get(language, language))
    name = f"spellout-{form}"
    if engine is None or name not in engine.rulesets:
        return None
    return str(engine.format_number(number, ruleset_names=[name]).text).replace("\u00ad", "")


@cache
def _rules(language: str) -> RbnfEngine | None:
    from unicode_rbnf import RbnfEngine

    return RbnfEngine.for_language(language) if language in RbnfEngine.get_supported_languages() else None


@cache
def locale_of(language: str) -> Locale | None:
    """Babel's locale of a primary *language*; None when it has none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(_ALIASES.get(language, language))
    except (UnknownLocaleError, ValueError):
        return None


def _spaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("/", " ")
