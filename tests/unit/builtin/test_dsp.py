"""Signal processing: filters, resampling, reverberation, loudness."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from astragen.builtin import dsp

RATE = 48_000


def sine(frequency, seconds=2.0, level=0.5, rate=RATE):
    return (level * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def middle(x):
    return x[..., len(x) // 4 : -len(x) // 4]


@pytest.mark.parametrize(
    ("response", "frequency", "gain_db"),
    [
        (dsp.low_pass(1000), 1000, -3.01),
        (dsp.high_pass(1000), 1000, -3.01),
        (dsp.low_pass(1000, 2), 8000, -36.1),
        (dsp.curve([(100, 0.0), (1000, 6.0), (10_000, -6.0)]), 1000, 6.0),
        (dsp.chain(dsp.low_pass(1000), dsp.high_pass(1000)), 1000, -6.02),
    ],
    ids=["low-pass", "high-pass", "slope", "curve", "chain"],
)
def test_a_filter_has_its_gain(response, frequency, gain_db):
    """A sine comes out as loud as the response says."""
    before = sine(frequency)

    after = dsp.shaped(before, response)

    assert dsp.decibels(middle(after).std() / middle(before).std()) == pytest.approx(gain_db, abs=0.1)


def test_filtering_in_blocks_leaves_no_seams():
    """Twelve seconds take several blocks; the result is what one transform of everything gives."""
    x = np.random.default_rng(1).standard_normal((2, 12 * RATE)).astype(np.float32)
    response = dsp.chain(dsp.high_pass(80, 3), dsp.low_pass(9000))

    blocks = dsp.shaped(x, response)

    whole = np.fft.irfft(
        np.fft.rfft(np.pad(x, ((0, 0), (RATE, RATE)))) * response(np.fft.rfftfreq(14 * RATE, 1 / RATE))
    )
    assert np.abs(blocks - whole[:, RATE:-RATE]).max() < 1e-4


def test_resampling_keeps_pitch_level_and_length():
    """A 440 Hz sine at 22.05 kHz is the same sine at 48 kHz."""
    y = dsp.resampled(sine(440, 3.0, rate=22_050), 22_050)

    assert len(y) == 3 * RATE
    assert np.abs(middle(y) - middle(sine(440, 3.0))).max() < 1e-4


def test_resampling_makes_no_images():
    """Nothing appears above the old rate's limit."""
    y = dsp.resampled(np.random.default_rng(2).standard_normal(22_050).astype(np.float32), 22_050)

    power = np.abs(np.fft.rfft(y * np.hanning(len(y)))) ** 2
    above = np.fft.rfftfreq(len(y), 1 / RATE) > 11_200
    assert power[above].sum() < 1e-6 * power.sum()


def test_convolution_with_an_impulse_delays():
    """An echo after 100 samples at half level is just that."""
    x = np.random.default_rng(3).standard_normal((2, 5000)).astype(np.float32)
    impulse = np.zeros((2, 101), np.float32)
    impulse[:, 100] = 0.5

    y = dsp.convolved(x, impulse)

    assert y.shape == (2, 5100)
    assert np.abs(y[:, 100:] - 0.5 * x).max() < 1e-5


def test_a_room_dies_away_in_its_time():
    """The tail falls by 60 dB over the seconds asked for, both channels with unit energy and not alike."""
    impulse = dsp.room(1.0, brightness=6000, predelay=0.02, seed=5)

    early = impulse[:, RATE // 10 : RATE // 5].std()
    late = impulse[:, RATE * 9 // 10 : RATE].std()
    assert (impulse**2).sum(1) == pytest.approx([1, 1], abs=0.01)
    assert dsp.decibels(late / early) == pytest.approx(-48, abs=6)
    assert abs(np.corrcoef(impulse)[0, 1]) < 0.5


def test_fades_reach_nothing():
    """First and last samples are zero, the middle is untouched."""
    x = np.ones((2, 1000), np.float32)

    dsp.fade(x, 100, 200)

    assert x[:, [0, -1]] == pytest.approx(0, abs=1e-6)
    assert (x[:, 100:800] == 1).all()


def test_a_997_hz_sine_reads_what_the_standard_says():
    """BS.1770: 0 dBFS at 997 Hz in one channel is -3.01 LUFS."""
    assert dsp.integrated_lufs(sine(997, 5.0, level=1.0)) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize("channels", [1, 2], ids=["mono", "stereo"])
def test_loudness_agrees_with_pyloudnorm(channels):
    """Within 0.1 LU on programme that swells, is coloured, and pauses."""
    rng = np.random.default_rng(4)
    x = dsp.shaped(rng.standard_normal((channels, 20 * RATE)).astype(np.float32), dsp.low_pass(1500, 1))
    x *= np.linspace(0.01, 0.3, x.shape[1], dtype=np.float32)
    x[:, 6 * RATE : 9 * RATE] = 0

    ours = dsp.integrated_lufs(x)

    assert ours == pytest.approx(pyloudnorm.Meter(RATE).integrated_loudness(x.T.astype(float)), abs=0.1)


def test_silence_and_a_blink_have_no_loudness():
    """Nothing above the gate, or under 400 ms: minus infinity, not an error."""
    assert dsp.integrated_lufs(np.zeros((2, RATE), np.float32)) == float("-inf")
    assert dsp.integrated_lufs(sine(997, 0.3)) == float("-inf")


def test_a_sound_shorter_than_a_step_has_no_loudness():
    """One sample, and all but one of a step: no whole step to measure."""
    for length in (1, dsp.LUFS_STEP - 1):
        assert dsp.k_energies(np.ones(length, np.float32), dsp.LUFS_STEP).shape == (0,)
        assert dsp.integrated_lufs(np.ones(length, np.float32)) == float("-inf")


def test_a_filter_may_shift_phases():
    """A complex response of a pure delay moves the sound by as much."""
    x = np.zeros(4_800, np.float32)
    x[1_000] = 1

    late = dsp.shaped(x, lambda f: np.exp(-2j * np.pi * f * 100 / 48_000))

    assert int(late.argmax()) == 1_100
    assert late[1_100] == pytest.approx(1, abs=1e-3)


def test_a_filter_on_the_way_is_a_filter_after():
    """Resampling through a response gives what filtering the resampled sound does."""
    x = np.random.default_rng(1).standard_normal(22_050).astype(np.float32)
    tone = dsp.chain(dsp.high_pass(80, 3), dsp.low_pass(9_000, 3))

    assert dsp.resampled(x, 22_050, tone)[5_000:-5_000] == pytest.approx(
        dsp.shaped(dsp.resampled(x, 22_050), tone)[5_000:-5_000], abs=2e-3
    )
