"""Where scenes begin."""

from __future__ import annotations

import pytest

from astragen.builtin.writer.draft import Moment
from astragen.builtin.writer.scenes import divide


def moments(places: str) -> list[Moment]:
    return [Moment(line=f"Line {index}.", place=place) for index, place in enumerate(places.split())]


def test_scenes_change_with_the_place():
    """Three places in a row are three scenes."""
    groups = divide(moments("forest forest city city city beach beach"), 3)

    assert [group[0].place for group in groups] == ["forest", "city", "beach"]


@pytest.mark.parametrize("scenes", [1, 2, 5, 10])
def test_as_many_scenes_as_asked_for(scenes):
    """In one place too, and with one shot each."""
    groups = divide(moments("forest " * 10), scenes)

    assert len(groups) == scenes
    assert [one for group in groups for one in group] == moments("forest " * 10)
