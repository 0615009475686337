"""Diagrams that a text calls for, drawn from its own words and numbers alone."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.diagrams import diagrams, series, symbol
from astragen.builtin.writer.sentences import sentences
from astragen.model.vocabulary import Layout

DRAWN = [
    ("Coal gives 36% of it, gas 23% and wind 8%.", Layout.BARS, ("Coal", "gas", "wind"), (36, 23, 8), "%"),
    (
        "The town had 1,200 people in 1900, 5,400 in 1950 and 12,000 in 2000.",
        Layout.CURVE,
        ("1900", "1950", "2000"),
        (1200, 5400, 12000),
        "people",
    ),
    ("India has 1.4 billion people and Peru 34 million.", Layout.BARS, ("India", "Peru"), (1.4e9, 3.4e7), "people"),
    ("An orchestra consists of strings, brass and drums.", Layout.HIERARCHY, None, (), ""),
    ("First dig a hole, then place the roots, and finally water it.", Layout.STEPS, None, (), ""),
    ("Solar power vs wind power", Layout.COMPARE, ("Solar power", "wind power"), (), ""),
    ("It was built in 1902, burned in 1944 and rebuilt in 1950.", Layout.TIMELINE, None, (), ""),
]


@pytest.mark.parametrize(("text", "layout", "items", "values", "unit"), DRAWN)
def test_a_sentence_that_states_facts_is_drawn(text, layout, items, values, unit):
    """Layout, names, numbers and unit are the sentence's own."""
    drawn = diagrams([text])[0]
    assert drawn.layout is layout
    assert items is None or drawn.items == items
    assert drawn.values == values
    assert drawn.unit == unit


@pytest.mark.parametrize(
    "text", ["The shop has 3 rooms, 12 tables and 2 cooks.", "He was 12 in 1969.", "A whale sings."]
)
def test_numbers_that_do_not_belong_together_are_no_chart(text):
    """Different things are not measured by one bar."""
    assert series(text) is None


def test_dated_sentences_in_a_row_are_a_timeline():
    """The last of them shows all."""
    text = "In 1969 people walked on the Moon. In 1989 the Berlin Wall fell. In 2007 the smartphone arrived."
    drawn = diagrams(sentences(text, "en"))
    assert list(drawn) == [2]
    assert drawn[2].layout is Layout.TIMELINE
    assert drawn[2].items[1] == "1989: Berlin Wall fell"


@pytest.mark.parametrize(
    ("text", "layout", "items"),
    [
        ("Broken trust", Layout.BREAK, ("trust",)),
        ("Justice: weighing truth against mercy", Layout.BALANCE, ("truth", "mercy")),
        ("Time flies", Layout.CLOCK, ()),
        ("Ambition: climbing from practice to mastery", Layout.LADDER, ("practice", "mastery")),
    ],
)
def test_a_feeling_or_value_has_its_picture(text, layout, items):
    """What it shows are the text's own words."""
    drawn = symbol(text)
    assert drawn is not None
    assert drawn.layout is layout
    assert drawn.items == items


@pytest.mark.parametrize("text", ["A boy climbs a mountain", "A whale weighs 150 tons", "The bus is late"])
def test_plain_deeds_are_no_symbols(text):
    """Somebody who climbs a mountain is seen on it."""
    assert symbol(text) is None


def test_a_script_with_numbers_shows_its_chart(film):
    """The film has the bars, with the numbers the text said."""
    board = film(
        "Water is scarce. Cities use 60% of the water, farms 30%, and homes 10%. We can do better than that, and soon."
    )
    charts = [shot.tableau for shot in board.shots if shot.tableau and shot.tableau.layout is Layout.BARS]
    assert charts
    assert charts[0].values == (60, 30, 10)


def test_a_how_to_shows_its_own_steps(film):
    """Facts of the prompt go before the lines of method."""
    board = film("How to plant a tree: first dig a hole, then place the roots, and finally water it.")
    shown = [shot.tableau.items for shot in board.shots if shot.tableau and shot.tableau.layout is Layout.STEPS]
    assert ("Dig a hole", "Place the roots", "Water it") in shown
