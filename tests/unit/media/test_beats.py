"""Tempo, beats and bars of music whose beat is known, and of sound that has none."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media.beats import RATE, pulse_of
from songs import song

SR = 48_000


def halved(sound: np.ndarray) -> np.ndarray:
    """*sound* at half its rate, band-limited."""
    spectrum = np.fft.rfft(sound)
    return np.fft.irfft(spectrum[: len(sound) // 4 + 1], len(sound) // 2).astype(np.float32) / 2


@pytest.mark.parametrize("bpm", [84, 96.3, 107, 120, 128.7, 140, 152])
def test_the_tempo_is_found_and_every_beat_is_where_it_sounds(bpm):
    """Tempo to a tenth of a beat a minute, beats to 10 ms, the first bar to the beat."""
    made = song(bpm, 12)

    pulse = pulse_of(halved(made.sound))

    away = np.abs(np.array(pulse.marks)[:, None] / SR - made.beats).min(1)
    assert pulse.tempo_bpm == pytest.approx(bpm, abs=0.1)
    assert np.median(away) < 0.005
    assert np.sort(away)[-3] < 0.010  # the closing chord may count as one beat more
    assert pulse.bar == 4
    assert pulse.marks[pulse.downbeat] / SR == pytest.approx(made.beats[0], abs=0.02)


def test_a_waltz_has_three_beats_in_a_bar():
    """The bass and the chords change on every third beat."""
    pulse = pulse_of(halved(song(107, 16, beats=3).sound))

    assert (pulse.bar, round(pulse.tempo_bpm)) == (3, 107)


@pytest.mark.parametrize("bpm", [63, 72])
def test_slow_music_with_eighths_is_counted_at_their_speed(bpm):
    """Twice as fast is as right, and every beat is among those found."""
    made = song(bpm, 10)

    pulse = pulse_of(halved(made.sound))

    assert pulse.tempo_bpm == pytest.approx(2 * bpm, abs=0.1)
    assert np.abs(made.beats[:, None] - np.array(pulse.marks) / SR).min(1).max() < 0.02


def test_what_has_no_beat_is_given_none():
    """Noise, silence, a tone, a slow swell: marks every half second, a tempo of 0."""
    time = np.arange(20 * RATE) / RATE
    noise = np.random.default_rng(1).standard_normal(len(time))
    sounds = [noise, 0 * time, np.sin(1_000 * time), noise * (1 + 0.5 * np.sin(0.7 * time))]

    pulses = [pulse_of((0.1 * sound).astype(np.float32)) for sound in sounds]

    assert [pulse.tempo_bpm for pulse in pulses] == [0.0] * 4
    assert {tuple(np.diff(pulse.marks)) for pulse in pulses} == {(24_000,) * (len(pulses[0].marks) - 1)}


def test_a_beat_that_slows_down_is_followed():
    """From 120 to 108 beats a minute over half a minute: most clicks have a mark within 40 ms."""
    beats = np.cumsum(60 / np.linspace(120, 108, 56))
    sound = np.zeros(int((beats[-1] + 1) * RATE), np.float32)
    for beat in beats:
        sound[int(beat * RATE) :][:240] += np.random.default_rng(1).standard_normal(240).astype(np.float32)

    marks = np.array(pulse_of(sound).marks) / SR

    assert np.mean(np.abs(beats[:, None] - marks).min(1) < 0.04) > 0.9
