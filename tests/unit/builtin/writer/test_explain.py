"""Explainers: facts from the table, questions where it knows none."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.tables import table
from astragen.model.vocabulary import Intent, Layout

QUESTIONS = {
    "tcp": "How does TCP open a connection?",
    "photosynthesis": "Explain photosynthesis",
    "water_cycle": "Make a video about the water cycle for kids",
    "rainbow": "How do rainbows form?",
    "black_hole": "What is a black hole?",
    "vaccine": "How do vaccines work?",
    "volcano": "Why do volcanoes erupt?",
    "internet": "How does the internet work?",
    "electricity": "What is electricity?",
    "moon_phases": "Why are there phases of the moon?",
    "seasons": "Why do we have seasons?",
    "gravity": "gravity",
    "heart": "How the heart works",
    "evolution": "What is evolution?",
    "compound_interest": "compound interest",
    "recycling": "How does recycling work?",
    "bees": "Why are bees important?",
    "tides": "What causes the tides?",
    "dna": "What is DNA?",
    "earthquake": "What causes earthquakes?",
    "gps": "How does GPS work?",
    "battery": "How do batteries work?",
    "blockchain": "Explain blockchain to a child",
    "sleep": "Why do we sleep?",
    "plastic": "What is plastic made of?",
}


def test_the_table_knows_25_topics():
    """Each with a question that finds it."""
    assert {topic["id"] for topic in table("topics")} == set(QUESTIONS)


@pytest.mark.parametrize("topic", sorted(QUESTIONS))
def test_a_known_topic_is_explained_from_the_table(film, topic):
    """Every line is one of the table's."""
    board = film(QUESTIONS[topic])
    known = " ".join(
        say for entry in table("topics") if entry["id"] == topic for one in entry["moments"] for say in one["say"]
    )

    assert board.intent is Intent.EXPLAINER
    assert all(shot.line in known or " ".join(shot.line.split()) in known for shot in board.shots if shot.line)


def test_tcp_is_a_flow_of_three_messages(film):
    """The handshake is drawn between its two parties, in order."""
    board = film("How does TCP open a connection?")
    flows = [shot.tableau for shot in board.shots if shot.tableau and shot.tableau.layout is Layout.FLOW]

    assert any(flow.items == ("client", "server") and flow.messages == ("SYN", "SYN-ACK", "ACK") for flow in flows)


@pytest.mark.parametrize("text", ["Why do cats purr?", "How do submarines dive?", "The history of the Eiffel Tower"])
def test_an_unknown_topic_is_asked_about(film, text):
    """The user's own question, and questions of method; not one sentence with a fact."""
    board = film(text)
    forms = {say for entry in table("forms") for one in entry["moments"] for say in one["say"]}
    own = [shot.line for shot in board.shots if shot.line and shot.line not in forms]

    assert any(text.rstrip("?.") in line for line in own)
    assert all(re_says_only_parts(line, text) for line in own)


def re_says_only_parts(line: str, text: str) -> bool:
    """Whether a line outside the table is the prompt itself, or lists the prompt's things."""
    return text.rstrip("?.") in line or ":" in line or ". " in line


def test_comparison_shows_both_sides(film):
    """ "Dogs vs cats" is a tableau of two columns."""
    board = film("Dogs vs cats")

    assert any(
        shot.tableau and shot.tableau.layout is Layout.COMPARE and len(shot.tableau.items) == 2 for shot in board.shots
    )
