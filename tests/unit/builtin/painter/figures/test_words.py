"""Words become rows of the table."""

from collections import Counter

import pytest

from astragen.builtin.painter.figures.words import (
    action_of,
    colour_in,
    is_maybe_person,
    is_surely_person,
    kind_named,
    role_of,
)
from astragen.builtin.painter.tables import read_table
from astragen.model.storyboard import Subject


def test_every_name_stands_once():
    """No noun of the table leads to two kinds, and there are more than a thousand."""
    names = Counter(name for row in read_table("subjects.json")["kinds"] for name in row["names"].split())

    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) > 1000


def test_every_verb_stands_once():
    """No verb asks for two actions."""
    verbs = Counter(verb for row in read_table("subjects.json")["verbs"].values() for verb in row.split())

    assert [verb for verb, count in verbs.items() if count > 1] == []


@pytest.mark.parametrize(
    ("noun", "phrase", "key", "value"),
    [
        ("fox", "", "species", "fox"),
        ("wolves", "", "species", "wolf"),
        ("ponies", "", "species", "horse"),
        ("bear", "a polar bear on the ice", "species", "polar_bear"),
        ("balloon", "a hot-air balloon", "thing", "balloon"),
        ("keeper", "a lonely lighthouse keeper", "hat", "captain"),
        ("lighthouse keeper", "", "hat", "captain"),
        ("Queen", "", "outfit", "queen"),
    ],
)
def test_nouns_find_their_kind(noun: str, phrase: str, key: str, value: str):
    """Plurals, capitals and the longer name in the phrase lead to the right row."""
    kind = kind_named(noun, phrase)

    assert kind is not None
    assert kind[key] == value


def test_an_unknown_noun_has_no_kind():
    """What nobody put in the table is not guessed at."""
    assert kind_named("zorblax") is None


@pytest.mark.parametrize(
    ("verb", "action"),
    [
        ("walking", "walk"),
        ("runs quickly", "run"),
        ("sat", "sit"),
        ("is dancing", "dance"),
        ("waves", "wave"),
        ("swimming", "swim"),
        ("flies", "fly"),
        ("", "stand"),
    ],
)
def test_verbs_find_their_action(verb: str, action: str):
    """Endings fall away; the first verb that is known counts."""
    assert action_of(verb) == action


def test_people_are_known_by_their_endings():
    """Words for people that no table has: some surely, some perhaps."""
    assert is_surely_person("stuntwoman")
    assert not is_surely_person("ottoman bed")
    assert is_maybe_person("trapezist")
    assert not is_maybe_person("fern")


@pytest.mark.parametrize("noun", ["toaster", "specimen", "wooden counter", "paper"])
def test_things_whose_words_end_like_people_are_none(noun: str):
    """Nobody is a toaster."""
    assert not is_maybe_person(noun)
    assert not is_surely_person(noun)


def test_colour_words_are_found():
    """The first colour of a text counts."""
    assert colour_in("a small red and blue boat") == read_table("subjects.json")["colours"]["red"]
    assert colour_in("a boat") is None


def test_a_phrase_dresses_somebody():
    """Coat and its colour, age, hair and lantern come from the phrase."""
    subject = Subject(noun="woman", phrase="an old woman with white hair in a green coat, holding a lantern")
    kind = kind_named("woman")
    assert kind is not None

    said = role_of(subject, kind, 0).said

    assert (said["build"], said["outfit"], said["prop"]) == ("elder", "coat", "lantern")
    assert said["top"] == read_table("subjects.json")["colours"]["green"]
    assert said["hair_colour"] == read_table("subjects.json")["hair"]["white"]


def test_a_subjects_colour_wins_over_its_phrase():
    """The storyboard's colour is a decision, the phrase only words."""
    kind = kind_named("fox")
    assert kind is not None

    said = role_of(Subject(noun="fox", phrase="a red fox", color="#123456"), kind, 0).said

    assert said["body"] == "#123456"


def test_looks_hang_on_the_character():
    """Who somebody is does not depend on what the shot calls them doing."""
    kind = kind_named("girl")
    assert kind is not None

    first = role_of(Subject(noun="girl", character="mia", action="run"), kind, 0)
    second = role_of(Subject(noun="girl", character="mia", action="wave"), kind, 0)

    assert (first.who, first.said) == (second.who, second.said)
    assert first.action != second.action
