"""English word forms."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.inflect import article, plain_present, plural, third_person, verb_forms


@pytest.mark.parametrize(
    ("word", "expected"),
    [("owl", "an"), ("hour", "an"), ("unicorn", "a"), ("old man", "an"), ("one-eyed cat", "a"), ("umbrella", "an")],
)
def test_article_goes_by_sound(word, expected):
    """Vowel sounds, silent h, and u as in unicorn."""
    assert article(word) == expected


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("fox", "foxes"),
        ("wolf", "wolves"),
        ("city", "cities"),
        ("toy", "toys"),
        ("policeman", "policemen"),
        ("paper boat", "paper boats"),
    ],
)
def test_plural(noun, expected):
    """Regular, irregular and compound."""
    assert plural(noun) == expected


@pytest.mark.parametrize(
    ("base", "third"), [("carry", "carries"), ("go", "goes"), ("be", "is"), ("play", "plays"), ("watch", "watches")]
)
def test_third_person_and_back(base, third):
    """The two forms that lines agree by."""
    assert third_person(base) == third
    assert plain_present(third) == ("are" if base == "be" else base)


@pytest.mark.parametrize(
    ("form", "base"),
    [("planting", "plant"), ("running", "run"), ("fought", "fight"), ("tried", "try"), ("lying", "lie")],
)
def test_verb_forms_lead_to_their_base(form, base):
    """Participles and pasts, regular or not."""
    assert verb_forms()[form].base == base
