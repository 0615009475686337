from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from astragen.media.looks.grain import SLACK, Grain


def grained(frame, number, *, strength=0.5, seed=3):
    out = type(frame)(*(plane.copy() for plane in frame))
    height, width = frame.y.shape
    Grain(width, height, strength, seed=seed)(frame, number, out)
    return out


def test_grain_is_the_same_for_its_number_and_seed(picture):
    """Another frame, and another seed, have other grain."""
    one = grained(picture, 7).y

    assert np.array_equal(one, grained(picture, 7).y)
    assert not np.array_equal(one, grained(picture, 8).y)
    assert not np.array_equal(one, grained(picture, 7, seed=4).y)


def test_grain_is_strongest_below_middle_grey_and_gone_at_the_ends(flat):
    """Black and white stay clean; the mean of each tone stays what it was."""
    spread = {luma: float(grained(flat(luma), 1).y.std()) for luma in (16, 40, 95, 180, 235)}

    assert spread[16] == spread[235] == 0
    assert spread[95] > spread[40] > 0.5
    assert spread[95] > spread[180] > 0.5
    assert abs(float(grained(flat(95), 1).y.mean()) - 95) < 0.5


@pytest.mark.parametrize("luma", range(16, 236, 6))
def test_grain_stays_in_limited_range(flat, luma):
    """At full strength no pixel is pushed past black or white."""
    y = grained(flat(luma), 2, strength=1.0).y

    assert y.min() >= 16
    assert y.max() <= 235


def test_grain_leaves_colour_alone(picture):
    """It is the silver's."""
    out = grained(picture, 1)

    assert np.array_equal(out.u, picture.u)
    assert np.array_equal(out.v, picture.v)


def test_grain_does_not_loop():
    """In a minute at 24 frames a second hardly a place of the tile comes twice, and none in a row."""
    grain = Grain(64, 36, 0.5, seed=5)

    places = [grain.place(n) for n in range(1_440)]

    assert len(set(places)) > 1_400
    assert all(0 <= side < SLACK for place in places for side in place)
    assert all(a != b for a, b in pairwise(places))
