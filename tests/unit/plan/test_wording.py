"""Words of a text: terms, known nouns, speech."""

from __future__ import annotations

import pytest

from astragen.plan.wording import nouns_in, sentences, spoken_words, stem, stems, syllables, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("foxes", "fox"), ("cities", "city"), ("children", "kid"), ("leaves", "leaf"), ("planting", "planted"),
        ("swimming", "swim"),
    ],
)  # fmt: skip
def test_forms_have_one_stem(one, other):
    """Plurals, verbs, everyday synonyms."""
    assert stem(one) == stem(other)


def test_terms_leave_out_what_names_nothing():
    """Stop words, adverbs; a hyphen joins one word with a first part that names nothing, else two."""
    assert list(terms("A story about the eco-system of a really old rain-forest", "en").values()) == [
        "ecosystem",
        "rain",
        "forest",
    ]


def test_a_hyphen_does_not_part_what_is_compared():
    """ "Eco-system" and "ecosystem" are one word."""
    assert stems("Eco-System", "en") & stems("ecosystems", "en")


def test_nouns_are_the_longest_that_are_known():
    """A lighthouse keeper is one noun, dogs are several, and a word that nobody knows is none."""
    assert nouns_in("The lighthouse keeper feeds two dogs and a blorf") == [
        ("lighthouse keeper", "person", 1),
        ("dog", "animal", 3),
    ]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [("two words", "en", 2), ("灯塔亮了", "zh", 2), ("Donaudampfschiff", "de", 16 / 4.9), ("", "en", 0)],
)
def test_speech_is_counted_in_english_words(text, language, expected):
    """Two signs are a word, and so are 4.9 letters."""
    assert spoken_words(text, language) == pytest.approx(expected)


def test_sentences_end_at_end_marks():
    """In any script."""
    assert sentences("One. Two! 三。四？ Five") == ["One", "Two", "三", "四", "Five"]


@pytest.mark.parametrize(("word", "count"), [("cat", 1), ("lighthouse", 2), ("table", 2), ("beautiful", 3), ("the", 1)])
def test_syllables(word, count):
    """Groups of vowels, but for a silent e."""
    assert syllables(word) == count
