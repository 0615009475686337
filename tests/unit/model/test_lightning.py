"""When lightning strikes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from astragen.model.lightning import strike_in, strikes


@pytest.mark.parametrize("seed", [0, 7, 2**31 - 1])
def test_strikes_are_neither_near_nor_far_apart(seed):
    """From 3.1 to 5.3 s, for ten minutes; powers from 0.6 to 1."""
    found = strikes(seed, 600)

    assert all(3.1 <= after.seconds - before.seconds <= 5.3 for before, after in pairwise(found))
    assert all(0.6 <= strike.power < 1 for strike in found)
    assert len(found) > 130


def test_only_those_within_the_shot_are_told():
    """A strike later than the shot's end is not in it; a slot before it has one of its own for handles."""
    assert all(strike.seconds < 5 for seed in range(50) for strike in strikes(seed, 5))
    assert strikes(3, 0) == ()
    assert strike_in(-1, 3).seconds < 0


def test_seeds_strike_at_other_moments():
    """Fifty shots begin with fifty different strikes."""
    assert len({strikes(seed, 6)[0].seconds for seed in range(50)}) == 50
