"""Noun phrases in the user's words."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.nouns import read
from astragen.builtin.writer.vocabulary import singular, vocabulary


def found(text: str) -> list[tuple[str, int]]:
    return [(phrase.noun, phrase.count) for phrase in read(text)[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a lonely lighthouse keeper", [("lighthouse keeper", 1)]),
        ("two rivals build a bridge", [("rival", 2), ("bridge", 1)]),
        ("the old clockmaker's daughter", [("clockmaker", 1), ("daughter", 1)]),
        ("wolves howl at the moon", [("wolf", 3), ("moon", 1)]),
        ("a hot air balloon over the Alps", [("hot air balloon", 1), ("alps", 1)]),
        ("a zorble glimps the moon", [("zorble", 1), ("moon", 1)]),
        ("two astronauts stranded on Mars", [("astronaut", 2), ("mars", 1)]),
        ("a lost fishing boat", [("fishing boat", 1)]),
        ("a house built of glass", [("house", 1), ("glass", 1)]),
    ],
)
def test_head_nouns_are_found(text, expected):
    """Compounds, plurals, numbers, owners and words nobody listed."""
    assert found(text) == expected


def test_names_are_names():
    """A first name is a person, with its surname."""
    phrase = read("Marie Curie discovers radium")[1][0]

    assert (phrase.text, phrase.is_name, phrase.category) == ("Marie Curie", True, "person")


def test_the_vocabulary_is_large_and_placed():
    """Over 700 concrete nouns, most with a kind and many with a home."""
    entries = vocabulary().values()

    assert len(entries) > 1_300
    assert all(entry.category for entry in entries)
    assert sum(bool(entry.home) for entry in entries) > 900


@pytest.mark.parametrize(
    ("word", "expected"), [("wolves", "wolf"), ("cities", "city"), ("children", "child"), ("bus", "bus")]
)
def test_singular(word, expected):
    """Plurals by the table, by rule, and words that only look like plurals."""
    assert singular(word) == expected
