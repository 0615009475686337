from __future__ import annotations

import numpy as np
import pytest

from astragen.media.frames.still import PreparedStill, prepare
from astragen.media.prepared import prepared
from astragen.model.view import View


@pytest.fixture
def still() -> PreparedStill:
    picture = np.random.default_rng(1).integers(0, 256, (60, 100, 3), np.uint8)
    return prepare(picture, [View(), View(zoom=1.1)], width=32, height=18)


def never() -> PreparedStill:
    raise AssertionError("it was prepared again")


def test_what_was_prepared_is_found_again(tmp_path, still):
    """Every byte and every number, under the same key only."""
    prepared("key", tmp_path, lambda: still)

    found = prepared("key", tmp_path, never)

    assert (found.overscan, found.size) == (still.overscan, still.size)
    for one, other in zip(found.levels, still.levels, strict=True):
        assert one[1:] == other[1:]
        assert all(np.array_equal(a, b) for a, b in zip(one.planes, other.planes, strict=True))
    with pytest.raises(AssertionError, match="again"):
        prepared("other", tmp_path, never)


def test_nothing_is_left_of_a_still_that_cannot_be_prepared(tmp_path):
    """The next job tries for itself, and says so itself."""
    with pytest.raises(AssertionError):
        prepared("key", tmp_path, never)

    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_it_is_prepared_each_time(tmp_path, still):
    """A program that draws single frames has no run and no scratch folder."""
    assert prepared("key", None, lambda: still) is still
