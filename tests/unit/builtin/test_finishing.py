"""The finish of a line: pauses, loudness, peaks, and words that stay where they sound."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin.finishing import CEILING, HEAD, SPEECH_LUFS, TAIL, Pause, audible, breathed, polished, wide

RATE = 22_050


def tone(seconds, *, gain=0.3, rate=48_000, hertz=440.0):
    t = np.arange(int(seconds * rate)) / rate
    return (gain * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def test_a_pause_is_lengthened_where_it_is_quiet():
    """The sounds stay as they were; marks after the pause move by its length, those before do not."""
    quiet = np.zeros(RATE // 10, np.float32)
    sound = np.concatenate([tone(0.5, rate=RATE), quiet, tone(0.5, rate=RATE)])
    second = len(sound) - RATE // 2

    longer, marks = breathed(sound, RATE, [Pause(second, 0.2)], [0, second])

    added = round(0.2 * RATE)
    assert len(longer) == len(sound) + added
    assert marks == [0, second + added]
    assert np.array_equal(longer[: RATE // 2], sound[: RATE // 2])
    assert np.array_equal(longer[second + added :], sound[second:])
    assert not longer[RATE // 2 + RATE // 30 : second + added].any()


def test_pauses_outside_the_sound_are_none():
    """A clause that ends the line, or lasts nothing, adds nothing."""
    sound = tone(0.2, rate=RATE)

    same, marks = breathed(sound, RATE, [Pause(len(sound) + 5_000, 0.3), Pause(2_000, 0.0)], [100])

    assert np.array_equal(same, sound)
    assert marks == [100]


def test_the_equaliser_does_what_its_points_say():
    """Six decibels less at 2 kHz, nothing at 500 Hz, and half as much between."""
    points = [(500, 0), (2_000, -6)]
    gains = [
        float(np.abs(wide(tone(1, rate=RATE, hertz=hertz), RATE, points)[10_000:30_000]).max()) / 0.3
        for hertz in (500, 1_000, 2_000)
    ]

    assert [dsp.decibels(gain) for gain in gains] == pytest.approx([0, -3, -6], abs=0.3)


@pytest.mark.parametrize("seconds", [0.15, 0.5, 4.0])
def test_short_and_long_sounds_are_as_loud(seconds):
    """Also a sound shorter than the 400 ms that loudness is measured over, as if it were repeated."""
    sound = polished(np.pad(tone(seconds), (HEAD, TAIL)))

    assert dsp.integrated_lufs(np.tile(sound, 8)) == pytest.approx(SPEECH_LUFS, abs=1.0)


def test_peaks_are_held_without_clipping():
    """Clicks forty times as loud as the rest: under the ceiling, the sound between them as loud as ever."""
    sound = tone(3.0, gain=0.01)
    sound[24_000::24_000] = 0.9

    finished = polished(np.pad(sound, (HEAD, TAIL)))

    assert np.abs(finished).max() <= CEILING + 1e-3
    assert finished[[0, -1]] == pytest.approx(0, abs=1e-6)


def test_silence_has_no_sounding_part():
    """Nothing, and noise that nobody hears."""
    assert audible(np.zeros(100, np.float32)) == (0, 0)
    assert audible(np.full(100, 5e-5, np.float32)) == (0, 0)
    assert audible(np.pad(tone(0.1), (500, 0)))[0] == pytest.approx(501, abs=3)
