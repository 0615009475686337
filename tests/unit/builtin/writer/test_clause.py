"""Who does what."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.clause import plot


@pytest.mark.parametrize(
    ("text", "subject", "events"),
    [
        ("A keeper befriends a whale during a storm", "keeper", ["befriends a whale during a storm"]),
        ("A robot finds a flower and decides to protect it", "robot", ["finds a flower", "decides to protect it"]),
        ("An astronaut planting a garden on Mars", "astronaut", ["plants a garden on Mars"]),
        ("A knight fought a dragon for a crown", "knight", ["fights a dragon for a crown"]),
        ("A keeper who befriends a whale", "keeper", ["befriends a whale"]),
        (
            "A boy who can talk to birds saves his village from a dragon",
            "boy",
            ["can talk to birds", "saves his village from a dragon"],
        ),
        ("Two rivals must build a bridge before winter", "rivals", ["must build a bridge before winter"]),
        ("a child confronts and conquers their fears", "child", ["confronts and conquers their fears"]),
        (
            "A fisherman who lost his brother waits at the harbor",
            "fisherman",
            ["lost his brother", "waits at the harbor"],
        ),
        ("An elephant afraid of mice", "elephant", ["is afraid of mice"]),
        ("A lonely cloud", None, []),
        ("I wake up in a city without people", None, []),
    ],
)
def test_the_plot_is_in_the_users_words(text, subject, events):
    """The subject, and what it does in the present tense."""
    found = plot(text)

    assert (found.subject.text if found.subject else None) in (subject, f"lonely {subject}")
    assert [event.text for event in found.events] == events


def test_a_clause_with_its_own_subject_stays_whole():
    """ "the wind carries it away" is not something that the children do."""
    events = plot("Children in a village build a flying machine, but the wind carries it away").events

    assert [(event.text, event.own_subject) for event in events] == [
        ("build a flying machine", False),
        ("the wind carries it away", True),
    ]


def test_two_subjects_act_together():
    """ "an old man and his donkey" take the plural."""
    found = plot("An old man and his donkey cross the desert")

    assert found.joint_text == "an old man and his donkey"
    assert found.events[0].text == "cross the desert"


def test_names_and_clothes_belong_to_the_subject():
    """ "a girl named Luna", "a girl in a red coat"."""
    assert plot("A girl named Luna climbs the roof").name == "Luna"
    assert plot("A girl in a red coat walks home").worn == "in a red coat"


@pytest.mark.parametrize(
    ("text", "verb", "about"),
    [
        ("friends who go on adventures to clean up their town", "clean", "town"),
        ("Kids who work together to remove trash from a beach", "remove", "trash"),
        ("A family that collects and uses rainwater", "collect", "rainwater"),
        ("A boy goes down a street", "go", None),
    ],
)
def test_what_an_event_is_about(text, verb, about):
    """Of going and working, the goal; a street that is gone down is a place."""
    event = plot(text).events[0]

    assert (event.verb, event.object.noun if event.object else None) == (verb, about)
