"""Lines with the film's own words in them."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.cast import Actor
from astragen.builtin.writer.phrasing import fill, in_place, slots, tidy

CHILD = Actor("child", "a child", "the child", 1, "child", "they")
FRIENDS = Actor("friend", "two friends", "the friends", 2, "person", "they")
WITCH = Actor("witch", "an old witch", "the witch", 1, "person", "she")


@pytest.mark.parametrize(
    ("hero", "line", "expected"),
    [
        (CHILD, "{A} [waits]. {They} <has> time.", "A child waits. They have time."),
        (FRIENDS, "{The} [is] late. {They} <goes> home.", "The friends are late. They go home."),
        (WITCH, "{A} [carries] {their} hat. {They} <is> {themself}.", "An old witch carries her hat. She is herself."),
        (FRIENDS, "{The}'s boat", "The friends' boat"),
    ],
)
def test_verbs_agree_with_noun_and_pronoun(hero, line, expected):
    """Singular noun with "they": "the child waits", "they have"."""
    cast = {"hero": hero}

    assert fill(line, slots(cast, {}), cast) == expected


def test_a_line_with_an_empty_slot_is_not_said():
    """No filler, no line."""
    assert fill("It is {an_other}.", slots({"hero": CHILD}, {}), {"hero": CHILD}) is None


def test_tidy_mends_articles_and_spaces():
    """ "a owl" and "an fox" do not survive."""
    assert tidy("a owl  sees an fox .") == "an owl sees a fox."


def test_the_prompts_own_adjective_goes_into_the_place():
    """ "in the forest" becomes "in the snowy forest" when the prompt said so."""
    assert in_place("forest", "snowy forest", {"forest": "in the forest"}) == "in the snowy forest"
