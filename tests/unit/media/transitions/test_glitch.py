"""Tests of media/transitions/glitch.py."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media.colour import black
from astragen.media.transitions.glitch import TICKS, glitch


def broken(moment, before, after):
    out = black(before.y.shape[1], before.y.shape[0])
    glitch(moment, before, after, out)
    return out


def test_a_glitch_holds_through_a_tick_and_changes_with_the_next(picture):
    """At 60 frames a second it jumps as often as at 24."""
    before, after = picture(1), picture(2)
    first, last, following = (broken(tick / TICKS, before, after) for tick in (4.1, 4.9, 5.1))

    assert all(np.array_equal(a, b) for a, b in zip(first, last, strict=True))
    assert not np.array_equal(first.v, following.v)


@pytest.mark.parametrize("moment", [0.1, 0.25])
def test_before_its_middle_a_glitch_breaks_only_the_old_picture(flat, moment):
    """Nothing of the new picture is seen yet, though bands and blocks are out of place."""
    frame = broken(moment, flat(60, 100, 100), flat(200, 180, 180))

    assert frame.y.max() <= 60
    assert (frame.u == 100).all()


@pytest.mark.parametrize("moment", [0.75, 0.9])
def test_after_its_middle_only_the_new_one(flat, moment):
    """The old picture is gone."""
    frame = broken(moment, flat(60, 100, 100), flat(200, 180, 180))

    assert frame.y.min() >= 140
    assert (frame.u == 180).all()


def test_in_the_middle_a_glitch_shows_both_out_of_place(picture):
    """Half-way a tenth of the picture or more is not where it belongs, and chroma has left its luma."""
    before, after = picture(1), picture(2)
    frame = broken(0.45, before, after)

    nearest = np.minimum(*(np.abs(frame.v.astype(int) - side.v) for side in (before, after)))
    assert (nearest > 2).mean() > 0.1
