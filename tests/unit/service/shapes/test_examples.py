"""The examples that the API's description shows."""

from __future__ import annotations

import pytest

from astragen.service.shapes import common, event, film, storyboard

SHOWN = [
    one
    for module in (film, storyboard, event)
    for one in vars(module).values()
    if isinstance(one, type) and one.__module__ == module.__name__ and "examples" in one.model_json_schema()
]


@pytest.mark.parametrize("shape", SHOWN, ids=lambda shape: shape.__name__)
def test_an_example_is_what_it_is_an_example_of(shape):
    """Whoever copies it gets no refusal."""
    for example in shape.model_json_schema()["examples"]:
        shape.model_validate(example)


def test_all_that_is_sent_and_answered_has_an_example():
    """Parts of others are shown with them."""
    assert {one.__name__ for one in SHOWN} >= {
        "FilmOrder", "Film", "FilmPage", "Estimate", "StoryboardOrder", "Plan", "Revision", "ShotChange", "ShotList",
        "FilmEvent", "FilmEventPage",
    }  # fmt: skip


def test_times_are_whole_seconds():
    """Rounded down, and nothing where there is none."""
    assert (common.seconds_of(12.9), common.seconds_of(None)) == (12, None)
