"""Woven noise: level, colour, sides and seams."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin.foley.weave import BINS, BLOCK, HOP, REFERENCE, Layer, drift, frames_of, shape_of, woven

RATE = 48_000
PINK = [[60, 0], [600, -10], [6000, -20]]


def rng(seed=1):
    return np.random.Generator(np.random.SFC64(seed))


def even(length, gain=1.0, pan=0.0, shape=PINK):
    frames = frames_of(length)
    return Layer(shape_of(shape), np.full(frames, gain, np.float32), np.full(frames, pan, np.float32))


def test_a_layer_at_0_db_has_the_reference_s_deviation():
    """In each ear, when it stands in the middle, however long it is."""
    sound = woven([even(12 * RATE)], 12 * RATE, rng(), width=1.0)

    assert sound.shape == (2, 12 * RATE)
    assert sound.std(1) == pytest.approx([REFERENCE] * 2, rel=0.03)


def test_frames_join_without_a_seam():
    """Power is the same at every place of a frame, and across blocks."""
    length = (BLOCK + 40) * HOP
    shape = [[400, 0], [8000, 0]]
    sound = woven([even(length, shape=shape)], length, rng(), width=1.0)

    places = sound[0].reshape(-1, HOP).std(0)
    assert places.reshape(-1, 128).mean(1) == pytest.approx(REFERENCE, rel=0.04)
    across = sound[:, (BLOCK - 3) * HOP : (BLOCK + 3) * HOP]
    assert across.std() == pytest.approx(REFERENCE, rel=0.1)
    assert np.abs(np.diff(across)).max() < 7 * np.diff(sound).std()


def test_the_spectrum_is_the_shape_s():
    """Ten dB from 600 Hz to 6 kHz, and nothing to speak of far outside."""
    sound = woven([even(20 * RATE)], 20 * RATE, rng(), width=1.0)[0]

    power = (np.abs(np.fft.rfft(sound[: len(sound) // 4096 * 4096].reshape(-1, 4096) * np.hanning(4096))) ** 2).mean(0)

    def level(low, high):
        inside = (low < BINS) & (high > BINS)
        return 10 * np.log10(power[inside].mean())

    assert level(550, 650) - level(5500, 6500) == pytest.approx(10, abs=1)
    assert level(5500, 6500) - level(18_000, 20_000) > 20


@pytest.mark.parametrize(("width", "low", "high"), [(0.0, 0.999, 1.0), (1.0, -0.1, 0.35)])
def test_width_is_how_much_the_ears_differ(width, low, high):
    """0: one noise for both; 1: another in each above the bass."""
    shape = [[500, 0], [5000, 0]]
    sound = woven([even(4 * RATE, shape=shape)], 4 * RATE, rng(), width=width)

    assert low <= np.corrcoef(sound)[0, 1] <= high


def test_a_layer_stands_where_its_pan_is():
    """All of it left, and none right."""
    sound = woven([even(RATE, pan=-1.0)], RATE, rng(), width=0.5)

    assert sound[0].std() > 0.09
    assert sound[1].std() < 1e-6


def test_drift_wanders_by_its_depth_and_has_no_steps():
    """Deviation near what is asked, and no jump of more than a dB between frames."""
    curve = drift(rng(), 4000, 3.0, 2.0)

    assert curve.std() == pytest.approx(2.3, abs=0.6)
    assert np.abs(np.diff(curve)).max() < 1.0
