"""Where score and ambience make room for the voice."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from astragen.model.take import Artifact, SpokenLine, SpokenWord
from astragen.model.timeline import SoundClip
from astragen.plan.mix import (
    AMBIENCE_BED,
    FALL,
    RISE,
    SCORE_BED,
    Bed,
    GainPoint,
    Stretch,
    duck_points,
    speaking,
    spoken_spans,
    stretches_of,
)

SECOND = 48_000
SOUND = Artifact(hash="0" * 64, media_type="audio/wav", bytes=1)
BED_DB = -16.0
TEN_UNDER = Bed(under_db=10.0, shallowest_db=-6.0, deepest_db=-20.0)


def clip(start_s, *words_s, artifact=SOUND, length_s=None):
    """A line at *start_s* with words from and to seconds of the line."""
    words = tuple(SpokenWord(text="w", start=int(a * SECOND), end=int(b * SECOND)) for a, b in words_s)
    samples = int((length_s if length_s is not None else max(b for _, b in words_s)) * SECOND)
    line = SpokenLine(shot="s1", text="w", artifact=artifact, samples=samples, words=words)
    return SoundClip(line=line, start=int(start_s * SECOND))


def stretch(start_s, end_s, bed_db=BED_DB):
    return Stretch(round(start_s * SECOND), round(end_s * SECOND), bed_db)


def points_for(*clips, film_s=30):
    """The curve for lines that all want the same bed."""
    spans = spoken_spans(clips, film_s * SECOND)
    return duck_points([Stretch(start, end, BED_DB) for start, end in spans], film_s * SECOND)


def gain_at(points, second):
    return float(np.interp(second * SECOND, [p.sample for p in points], [p.gain_db for p in points]))


def test_without_narration_the_score_is_left_alone():
    """One point, 0 dB."""
    assert points_for() == (GainPoint(0, 0.0),)


def test_a_line_that_stayed_silent_ducks_nothing():
    """No artifact, no speech."""
    assert points_for(clip(5, (0, 2), artifact=None)) == (GainPoint(0, 0.0),)


def test_the_score_is_down_before_the_first_word_and_up_after_the_last():
    """Down at 60 dB/s until the word, up at 20 dB/s after it."""
    points = points_for(clip(5, (0.06, 2)))

    assert gain_at(points, 4.7) == pytest.approx(0.0, abs=0.01)
    assert gain_at(points, 5.06) == pytest.approx(BED_DB)
    assert gain_at(points, 7.0) == pytest.approx(BED_DB)
    assert gain_at(points, 7.4) == pytest.approx(BED_DB / 2)
    assert gain_at(points, 7.8) == pytest.approx(0.0)


def test_a_short_pause_stays_down():
    """0.8 s between two lines: no movement at all."""
    points = points_for(clip(5, (0, 2)), clip(7.8, (0, 2)))

    assert [gain_at(points, second) for second in np.linspace(5, 9.8, 40)] == pytest.approx([BED_DB] * 40)


def test_a_pause_between_words_counts_too():
    """A voice that stops for 4 s in a line lets the score come back there."""
    assert gain_at(points_for(clip(5, (0, 1), (5, 6))), 8) == pytest.approx(0.0)


def test_a_longer_pause_brings_more_of_the_score_back():
    """1 s hardly, 2 s half way, 3 s whole."""
    tops = [
        max(
            gain_at(points_for(clip(5, (0, 2)), clip(7 + pause, (0, 2))), second)
            for second in np.arange(7, 7 + pause, 0.01)
        )
        for pause in (1, 2, 3)
    ]

    assert tops == pytest.approx([BED_DB * 20 / 21, BED_DB * 10 / 21, 0.0], abs=0.05)


def test_a_film_that_begins_with_speech_begins_at_the_bed():
    """Speech at 0.2 s: the score does not start loud only to dive."""
    assert gain_at(points_for(clip(0.2, (0, 2))), 0) == BED_DB


def test_a_film_that_ends_soon_after_speech_lets_the_score_come_as_far_as_it_can():
    """1 s after the last word at 20 dB/s: 20 of 24 dB, and no point beyond the end."""
    points = duck_points([stretch(5, 9, -24.0)], 10 * SECOND)

    assert points[-1] == GainPoint(10 * SECOND, pytest.approx(-4.0))


def test_points_are_ordered_and_inside_the_film():
    """Also for lines that pass its end or lie beyond it."""
    points = points_for(clip(0, (0, 1)), clip(4, (0, 3)), clip(9, (0, 4)), clip(12, (0, 1)), film_s=10)
    samples = [point.sample for point in points]

    assert samples == sorted(samples)
    assert 0 <= samples[0] <= samples[-1] <= 10 * SECOND


@pytest.mark.parametrize("seed", range(40))
def test_no_gain_moves_faster_than_it_may(seed):
    """Whatever the pauses and the beds: FALL down, RISE up, still under speech, never over 0 dB, never back in time."""
    chance, at, stretches = Random(seed), 0.0, []
    for _ in range(8):
        at += chance.uniform(0.0 if not stretches else 0.9, 4.5)
        stretches.append(stretch(at, at + chance.uniform(0.1, 5), chance.uniform(-24, -10)))
        at = stretches[-1].end / SECOND
    points = duck_points(stretches, round((at + chance.uniform(0, 3)) * SECOND))

    for one, following in pairwise(points):
        seconds, change = (following.sample - one.sample) / SECOND, following.gain_db - one.gain_db
        assert seconds >= 0
        assert -FALL * seconds - 0.01 <= change <= RISE * seconds + 0.01
    assert max(point.gain_db for point in points) <= 0
    for one in stretches:
        assert gain_at(points, one.start / SECOND) == pytest.approx(one.bed_db)
        assert gain_at(points, one.end / SECOND) == pytest.approx(one.bed_db)


@pytest.mark.parametrize(
    ("other_db", "bed_db"),
    [
        pytest.param([-40.0] * 100, -6.0, id="soft already: the shallowest"),
        pytest.param([-23.0] * 100, -7.0, id="3 under: 7 more"),
        pytest.param([-23.0] * 60 + [-15.0] + [-23.0] * 39, -15.0, id="its loudest moment counts"),
        pytest.param([0.0] * 100, -20.0, id="far too loud: the deepest"),
        pytest.param([float("-inf")] * 100, -6.0, id="silent"),
        pytest.param([0.0] * 10 + [-23.0] * 80 + [0.0] * 10, -7.0, id="what is outside speech does not count"),
        pytest.param([-23.0] * 24, -7.0, id="it ends early"),
    ],
)
def test_the_bed_is_as_deep_as_the_worst_moment_asks_for(other_db, bed_db):
    """Speech of -20 dB from 1 s to 4 s; what lies under it is to be 10 dB below."""
    speech_db = [float("-inf")] * 20 + [-20.0] * 60 + [float("-inf")] * 20

    (found,) = stretches_of([(SECOND, 4 * SECOND)], speech_db, other_db, TEN_UNDER)

    assert found == Stretch(SECOND, 4 * SECOND, bed_db)


def test_a_breath_is_no_speech():
    """What lies more than 12 dB under the loudest of a stretch asks for nothing."""
    assert speaking([-40.0, -20.0, -31.0, -33.0, -18.0], range(1, 4)) == [1, 2]


def test_the_beds_together_leave_the_voice_twelve_decibels():
    """The two powers added are 12 dB and more under speech, and the ambience goes down less than the score."""
    both = 10 ** (-SCORE_BED.under_db / 10) + 10 ** (-AMBIENCE_BED.under_db / 10)

    assert 10 * np.log10(both) <= -12
    assert AMBIENCE_BED.shallowest_db > SCORE_BED.shallowest_db
    assert AMBIENCE_BED.deepest_db > SCORE_BED.deepest_db


def test_a_line_without_words_is_speech_throughout():
    """A voice that times no words ducks for the whole of its sound."""
    assert spoken_spans([clip(1, length_s=2)], 10 * SECOND) == ((1 * SECOND, 3 * SECOND),)


def test_overlapping_lines_are_one_span():
    """Two lines at once duck once, to the later end."""
    assert spoken_spans([clip(1, (0, 4)), clip(2, (0, 1))], 10 * SECOND) == ((SECOND, 5 * SECOND),)
