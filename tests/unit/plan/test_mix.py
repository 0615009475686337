"""Where the score makes room for the voice."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.model.take import Artifact, SpokenLine, SpokenWord
from astragen.model.timeline import SoundClip
from astragen.plan.mix import BED_DB, GainPoint, duck_points, spoken_spans

SECOND = 48_000
SOUND = Artifact(hash="0" * 64, media_type="audio/wav", bytes=1)


def clip(start_s, *words_s, artifact=SOUND, length_s=None):
    """A line at *start_s* with words from and to seconds of the line."""
    words = tuple(SpokenWord(text="w", start=int(a * SECOND), end=int(b * SECOND)) for a, b in words_s)
    samples = int((length_s if length_s is not None else max(b for _, b in words_s)) * SECOND)
    line = SpokenLine(shot="s1", text="w", artifact=artifact, samples=samples, words=words)
    return SoundClip(line=line, start=int(start_s * SECOND))


def gain_at(points, second):
    return float(np.interp(second * SECOND, [p.sample for p in points], [p.gain_db for p in points]))


def test_without_narration_the_score_is_left_alone():
    """One point, 0 dB."""
    assert duck_points((), 30 * SECOND) == (GainPoint(0, 0.0),)


def test_a_line_that_stayed_silent_ducks_nothing():
    """No artifact, no speech."""
    assert duck_points([clip(5, (0, 2), artifact=None)], 30 * SECOND) == (GainPoint(0, 0.0),)


def test_the_score_is_down_before_the_first_word_and_up_after_the_last():
    """Down over 0.12 s that end at the word, up over the 0.6 s after it."""
    points = duck_points([clip(5, (0.06, 2))], 30 * SECOND)

    assert gain_at(points, 4.9) == pytest.approx(0.0, abs=0.01)
    assert gain_at(points, 5.06) == pytest.approx(BED_DB)
    assert gain_at(points, 7.0) == pytest.approx(BED_DB)
    assert gain_at(points, 7.3) == pytest.approx(BED_DB / 2)
    assert gain_at(points, 7.6) == pytest.approx(0.0)


def test_the_bed_is_sixteen_to_eighteen_under():
    """The range in which speech stands at least 12 dB over the score."""
    assert -18 <= BED_DB <= -16


def test_a_short_pause_stays_down():
    """0.8 s between two lines: no movement at all."""
    points = duck_points([clip(5, (0, 2)), clip(7.8, (0, 2))], 30 * SECOND)

    assert [gain_at(points, second) for second in np.linspace(5, 9.8, 40)] == pytest.approx([BED_DB] * 40)


def test_a_pause_between_words_counts_too():
    """A voice that stops for 4 s in a line lets the score come back there."""
    points = duck_points([clip(5, (0, 1), (5, 6))], 30 * SECOND)

    assert gain_at(points, 8) == pytest.approx(0.0)


def test_a_longer_pause_brings_more_of_the_score_back():
    """1 s hardly, 2 s half way, 3 s whole."""
    tops = [
        max(gain_at(duck_points([clip(5, (0, 2)), clip(7 + pause, (0, 2))], 30 * SECOND), second)
            for second in np.arange(7, 7 + pause, 0.01))
        for pause in (1, 2, 3)
    ]  # fmt: skip

    assert tops == pytest.approx([BED_DB * 20 / 21, BED_DB * 10 / 21, 0.0], abs=0.05)


def test_a_film_that_begins_with_speech_begins_at_the_bed():
    """Speech at 0.2 s: the score does not start loud only to dive."""
    points = duck_points([clip(0.2, (0, 2))], 30 * SECOND)

    assert gain_at(points, 0) == BED_DB


def test_points_are_ordered_and_inside_the_film():
    """Also for lines that pass its end or lie beyond it."""
    points = duck_points([clip(0, (0, 1)), clip(4, (0, 3)), clip(9, (0, 4)), clip(12, (0, 1))], 10 * SECOND)
    samples = [point.sample for point in points]

    assert samples == sorted(samples)
    assert 0 <= samples[0] <= samples[-1] <= 10 * SECOND


def test_a_line_without_words_is_speech_throughout():
    """A voice that times no words ducks for the whole of its sound."""
    assert spoken_spans([clip(1, length_s=2)], 10 * SECOND) == ((1 * SECOND, 3 * SECOND),)


def test_overlapping_lines_are_one_span():
    """Two lines at once duck once, to the later end."""
    assert spoken_spans([clip(1, (0, 4)), clip(2, (0, 1))], 10 * SECOND) == ((SECOND, 5 * SECOND),)
