"""Small things rest on something."""

from collections.abc import Callable

import numpy as np
import pytest

from astragen.builtin.painter.figures.company import figures_for, is_small
from astragen.builtin.painter.figures.ink import bounds
from astragen.builtin.painter.figures.rest import rested, seen_close, support_in
from astragen.builtin.painter.stage import PaintedScene
from astragen.builtin.painter.tables import read_table
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Subject
from astragen.model.view import View


@pytest.mark.parametrize(
    ("phrase", "top"),
    [
        ("a key on the old wooden table", "table"),
        ("apples on a flat stone", "stone"),
        ("a key on it", None),
        ("a table", None),
    ],
)
def test_a_phrase_says_what_something_rests_on(phrase: str, top: str | None):
    """The word after "on", past its adjectives."""
    supports = read_table("figures/supports.json")["supports"]

    assert support_in(phrase) == (supports[top] if top else None)


def test_what_is_put_into_a_phrase_is_understood():
    """Every support of every room is one that can be drawn."""
    for room in read_table("figures/supports.json")["at"]:
        assert support_in(rested("a key", room)) is not None
    assert rested("a key", "space") == "a key"
    assert seen_close(seen_close("a key")) == "close-up of a key"


def test_a_thing_on_a_table_is_one_figure_above_a_top_that_spans_the_picture():
    """Three oranges are one row; the top reaches far to both sides and below their feet."""
    table = figures_for(Subject(noun="orange", phrase="close-up of oranges on a table", count=3))
    box = bounds(table[0].draw(0.0, 1.0))

    assert len(table) == 1
    assert table[0].size == pytest.approx(0.62 * table[0].length)
    assert min(-box.left, box.right) > 5 * table[0].size
    assert box.bottom < 0.01


def test_beside_others_a_thing_keeps_its_size():
    """Only a close-up makes an apple large."""
    apple = figures_for(Subject(noun="apple", phrase="apple on a table"))[0]

    assert apple.height == pytest.approx(figures_for(Subject(noun="apple"))[0].height)


def test_who_lives_sits_on_no_table():
    """A horse on a stone is a horse on the ground; so is a ball, and an idea has no size."""
    horse = figures_for(Subject(noun="horse", phrase="a horse on a stone"))[0]

    assert bounds(horse.draw(0.0, 1.0)).right < 3
    assert [is_small(Subject(noun=noun)) for noun in ("horse", "ball", "freedom", "key", "moon")] == [
        False, False, False, True, False,
    ]  # fmt: skip


def test_the_thing_and_its_table_are_in_the_picture(played: Callable[..., PaintedScene], recipe: Callable[..., Recipe]):
    """Below the thing the frame is the table's brown from edge to edge; above it the backdrop is as without."""

    def luma(*subjects: dict[str, str]) -> np.ndarray:
        made = recipe(size="full", time_of_day="day", subjects=list(subjects))
        return played(made).frame(0.0, View(), 0).y.astype(np.float32)

    empty, shown = luma({"noun": "moon"}), luma({"noun": "bowl", "phrase": "close-up of a bowl on a table"})
    row = int(0.86 * shown.shape[0])

    assert (empty[row] - shown[row]).min() > 20
    assert np.abs(empty[2] - shown[2]).max() < 12
