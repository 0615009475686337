"""Grains: where they fall, and what they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin.foley.grains import bubble, joined, ring, roomed, scatter, sow

RATE = 48_000


def test_grains_fall_where_they_are_sown():
    """Level and side are the grain's own; what hangs over an end of the stretch is cut."""
    out = np.zeros((2, 100), np.float32)
    grain = np.ones(10, np.float32)

    sow(out, [grain], [20, 95, -5], [0.5, 1.0, 1.0], [0.0, -1.0, 1.0], [0, 0, 0])

    assert out[:, 20:30] == pytest.approx(0.5)
    assert out[0, 95:] == pytest.approx(2**0.5)
    assert out[1, 95:] == pytest.approx(0, abs=1e-7)
    assert out[1, :5] == pytest.approx(2**0.5)
    assert np.count_nonzero(out[1, 5:20]) == 0


def test_grains_come_by_chance_at_their_rate():
    """About thirty a second over a minute, in order, within it."""
    at = scatter(np.random.default_rng(2), 60 * RATE, 30)

    assert len(at) == pytest.approx(1800, rel=0.1)
    assert (np.diff(at) >= 0).all()
    assert at[0] >= 0
    assert at[-1] < 60 * RATE


def test_a_bubble_s_pitch_rises():
    """Zero crossings come closer together: the last are half as far apart as the first."""
    sound = bubble(500, 0.03, 1.8)
    crossings = np.flatnonzero(np.diff(np.signbit(sound)))
    gaps = np.diff(crossings)

    assert gaps[:3].mean() > 1.5 * gaps[60:80].mean()


@pytest.mark.parametrize("grain", [ring(440, 0.05), bubble(900, 0.02, 1.3)], ids=["ring", "bubble"])
def test_a_grain_begins_and_ends_with_nothing(grain):
    """So that no grain clicks."""
    assert grain[0] == 0
    assert grain[-1] == 0


def test_a_room_rings_on_after_its_sound():
    """The grain stays in front, both ears hear another tail."""
    dry = ring(800, 0.01)
    wet = roomed(dry, seconds=0.8, brightness=5000.0, wet=0.5)

    assert wet.shape[1] > len(dry) + RATE // 2
    assert np.corrcoef(wet[:, len(dry) :])[0, 1] < 0.5
    assert np.abs(wet[:, len(dry) :]).max() > 1e-3


def test_parts_are_joined_at_their_seconds():
    """The second begins where it is said to."""
    whole = joined([(0.0, np.ones(10, np.float32)), (0.001, np.ones(10, np.float32))])

    assert whole.tolist() == [1.0] * 10 + [0.0] * 38 + [1.0] * 10
