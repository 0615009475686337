"""Numbers, units, money and dates in words: what the libraries give us, and where they give nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from astragen.builtin.reading.numbers import roman_value
from astragen.builtin.reading.spelling import (
    Around,
    currency_words,
    long_date,
    month_names,
    number_of,
    ordinal_words,
    unit_words,
    year_words,
)


@pytest.mark.parametrize(
    ("written", "language", "value"),
    [
        ("1,234.5", "en", 1234.5),
        ("1.234,5", "de", 1234.5),
        ("1 234", "fr", 1234.0),
        ("7", "xx", 7.0),
        ("1.2.3", "en", 2.0),
    ],
)
def test_digits_are_read_by_the_marks_of_their_language(written, language, value):
    """What cannot be told counts as a plural."""
    assert number_of(written, language) == value


@pytest.mark.parametrize(
    ("unit", "value", "language", "around"),
    [
        ("length-kilometer", 1, "en", Around("", " kilometer")),
        ("length-kilometer", 2, "pl", Around("", " kilometry")),
        ("length-kilometer", 5, "pl", Around("", " kilometrów")),
        ("temperature-celsius", 25, "ko", Around("섭씨 ", "도")),
        ("duration-hour", 2, "ar", Around("", "ساعتان", has_number=False)),
    ],
)
def test_a_unit_agrees_with_its_number(unit, value, language, around):
    """Plurals of the language; before or after the number; with the number in it where the language does so."""
    assert unit_words(unit, value, language) == around


def test_a_language_that_nobody_knows_has_no_words():
    """None, so that what is written stays."""
    assert unit_words("length-meter", 2, "xx") is None
    assert currency_words("EUR", 2, "xx") is None
    assert long_date(2024, 1, 2, "xx") is None
    assert month_names("xx") == ()
    assert year_words(1969, "xx") is None
    assert ordinal_words(3, "ordinal", "pl") is None


def test_dates_that_no_calendar_has_stay_digits():
    """The thirtieth of February is not made another day."""
    assert long_date(2024, 2, 30, "en") is None
    assert long_date(2024, 2, 29, "de") == "29. Februar 2024"


@pytest.mark.parametrize(
    ("numeral", "value"), [("I", 1), ("IV", 4), ("IX", 9), ("XIV", 14), ("XIX", 19), ("XL", 40), ("XC", 90), ("C", 100)]
)
def test_roman_numerals_have_values(numeral, value):
    """A smaller letter before a larger one is taken away."""
    assert roman_value(numeral) == value


def test_a_line_without_years_and_ordinals_does_not_load_their_rules():
    """They take 50 ms, and most lines have neither."""
    code = "import sys; from astragen.builtin.spoken import *; spoken_text('It ran 5 km.', 'en'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "unicode_rbnf" not in done.stdout.split()
