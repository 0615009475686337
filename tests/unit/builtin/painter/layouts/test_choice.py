"""Which layout a tableau is drawn in."""

from __future__ import annotations

import pytest

from astragen.builtin.painter.layouts.choice import LAYOUTS, suited
from astragen.model.storyboard import Tableau
from astragen.model.vocabulary import Layout

FALLS = [
    (Tableau(layout=Layout.BARS, items=("coal", "gas")), Layout.COMPARE),
    (Tableau(layout=Layout.CURVE, items=("1900",), values=(3.0,)), Layout.BARS),
    (Tableau(layout=Layout.TIMELINE, items=("1969: Moon landing",)), Layout.EMBLEM),
    (Tableau(layout=Layout.CYCLE, items=("day", "night")), Layout.FLOW),
    (Tableau(layout=Layout.BALANCE, items=("a", "b", "c")), Layout.COMPARE),
    (Tableau(layout=Layout.HIERARCHY, items=("  ", "")), Layout.EMBLEM),
    (Tableau(layout=Layout.STEPS, title="How"), Layout.TITLE),
]


@pytest.mark.parametrize(("asked", "drawn"), FALLS, ids=[str(asked.layout) for asked, _ in FALLS])
def test_a_layout_without_its_items_becomes_a_simpler_one(asked, drawn):
    """What cannot be filled is drawn as what can."""
    assert suited(asked).layout is drawn


def test_every_layout_is_drawn():
    """None of the fifteen is missing."""
    assert set(LAYOUTS) == set(Layout)


def test_a_break_without_a_thing_takes_it_from_the_title():
    """The last word of the title that has a picture breaks."""
    assert suited(Tableau(layout=Layout.BREAK, title="A broken heart")).items == ("heart",)


def test_values_stay_with_their_items():
    """A blank item goes with its value."""
    kept = suited(Tableau(layout=Layout.BARS, items=("a", " ", "c"), values=(1, 2, 3)))
    assert (kept.items, kept.values) == (("a", "c"), (1, 3))
