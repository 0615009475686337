"""How loud sound is: true peak, loudness range, levels."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.media.loudness import a_weighting, levels_db, loudness_range, measured, true_peak_db, true_peak_of
from astragen.plan.mix import LEVEL_STEP, LEVEL_WINDOW

RATE = 48_000


def tone(hertz, seconds, peak_db=0.0):
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE) * dsp.linear(peak_db)
    return np.stack([wave, wave]).astype(np.float32)


def test_a_peak_between_samples_is_seen():
    """A 12 kHz sine sampled at 45 degrees peaks at full scale, 3 dB over any sample."""
    x = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4).astype(np.float32)
    dsp.fade(x, 2000, 2000)

    assert dsp.decibels(np.abs(x).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak_db(x) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("seconds", [0.0, 0.3, 9.9, 10.0, 31.7])
def test_the_true_peak_of_pieces_is_that_of_the_whole(seconds):
    """Wherever a piece ends: a cut through a wave makes no peak."""
    x = np.random.default_rng(7).standard_normal((2, round(seconds * RATE))).astype(np.float32) * 0.1
    pieces = [x[:, start : start + 1024] for start in range(0, x.shape[1], 1024)]

    assert true_peak_of(pieces) == pytest.approx(true_peak_db(x), abs=0.02)


@pytest.mark.parametrize("at", [9.6, 9.99, 10.0, 10.02, 19.99])
def test_a_peak_at_the_seam_of_two_blocks_is_seen(at):
    """A burst of a 12 kHz sine, whose peaks lie between samples, where blocks meet."""
    x = np.zeros((2, 25 * RATE), np.float32)
    burst = np.sin(np.pi / 2 * np.arange(400) + np.pi / 4) * np.hanning(400)
    x[:, round(at * RATE) : round(at * RATE) + 400] = burst
    pieces = [x[:, start : start + 1024] for start in range(0, x.shape[1], 1024)]

    assert true_peak_of(pieces) == pytest.approx(true_peak_db(x), abs=0.01)
    assert true_peak_db(x) > -0.2


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        pytest.param((-20, -30), 10, id="case 1"),
        pytest.param((-20, -15), 5, id="case 2"),
        pytest.param((-40, -20), 20, id="case 3"),
        pytest.param((-50, -35, -20, -35, -50), 15, id="case 4"),
    ],
)
def test_the_loudness_range_is_that_of_the_minimum_requirements(levels, wanted):
    """EBU Tech 3342, table 1: tones of 20 s each, within 1 LU."""
    x = np.concatenate([tone(1000, 20, level) for level in levels], 1)

    assert loudness_range(dsp.k_energies(x, dsp.LUFS_STEP)) == pytest.approx(wanted, abs=1)


@pytest.mark.parametrize("seconds", [1, 10])
def test_silence_has_no_range(seconds):
    """Nor has what is shorter than 3 s."""
    assert loudness_range(dsp.k_energies(np.zeros((2, seconds * RATE), np.float32), dsp.LUFS_STEP)) == 0.0


def test_what_is_measured_of_a_tone():
    """A stereo sine of 1 kHz at -23 dBFS reads -23 LUFS (EBU Tech 3341, case 1) and does not move."""
    loudness = measured(tone(1000, 20, -23), dsp.linear(-23))

    assert loudness is not None
    assert loudness.integrated_lufs == pytest.approx(-23, abs=0.1)
    assert loudness.true_peak_dbtp == pytest.approx(-23)
    assert loudness.range_lu == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(("hertz", "gain_db"), [(31.62, -39.4), (100, -19.1), (1000, 0.0), (2500, 1.3), (10_000, -2.5)])
def test_the_weighting_is_that_of_the_standard(hertz, gain_db):
    """IEC 61672-1, table 3, within 0.1 dB."""
    assert 20 * np.log10(a_weighting(np.array([float(hertz)]))[0]) == pytest.approx(gain_db, abs=0.1)


def test_levels_are_those_of_a_filter():
    """Of noise that swells, within 0.5 dB of the mean squares of what an A-weighting filter lets through."""
    rng = np.random.default_rng(8)
    swell = 10 ** (-2 + np.abs(np.sin(np.arange(6 * RATE) / RATE)))
    x = (rng.standard_normal((2, 6 * RATE)) * 0.05 * swell).astype(np.float32)

    squares = (dsp.shaped(x, a_weighting).astype(float) ** 2).sum(0)
    starts = range(0, x.shape[1] - LEVEL_WINDOW + 1, LEVEL_STEP)
    wanted = [10 * np.log10(squares[start : start + LEVEL_WINDOW].mean()) for start in starts]
    assert levels_db(x)[: len(wanted)] == pytest.approx(wanted, abs=0.5)


def test_silence_has_no_level():
    """Minus infinity, and no warning."""
    assert np.isneginf(levels_db(np.zeros(RATE, np.float32))).all()
