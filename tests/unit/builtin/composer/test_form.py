"""Bars that fall on the film's turns, phrases, and the arc over them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from astragen.builtin.composer.fitting import STRETCH, Manner
from astragen.builtin.composer.form import LATER_SECTION, RING_S, lay_out

ARC = ((0, 0.4), (0.7, 1.0), (1, 0.6))
BEAT = 60 / 84


def form(end, turns=(), *, beat=BEAT, beats=4, **options):
    return lay_out(end, turns, [Manner(0.0, beat, beats, ARC)], **options)


def test_bars_follow_each_other_to_the_closing_chord():
    """No gap, no overlap, from the first sample on."""
    laid = form(60, (9, 21.5, 40))

    assert laid.bars[0].start == 0
    assert all(before.end == pytest.approx(after.start) for before, after in pairwise(laid.bars))
    assert laid.bars[-1].end == pytest.approx(laid.close)


def test_turns_become_downbeats():
    """Scenes of usual length: each begins on the first beat of a bar."""
    turns = (6.2, 12.5, 18.0, 24.0, 31.0, 44.0)

    laid = form(60, turns)

    on_turn = [bar.start for bar in laid.bars if bar.turn]
    assert len(on_turn) >= 5
    assert all(min(abs(start - turn) for turn in turns) < 1e-9 for start in on_turn)


def test_the_tempo_stretches_by_six_percent_at_most():
    """For every length from 8 s and many turns."""
    rng = np.random.default_rng(1)
    for end in (8, 15, 33.3, 71, 180):
        laid = form(end, sorted(rng.uniform(0, end, 12)))

        assert all(abs(bar.beat / BEAT - 1) <= STRETCH + 1e-9 for bar in laid.bars)


@pytest.mark.parametrize("beats", [3, 4])
@pytest.mark.parametrize("end", [5, 5.5, 6.7, 8, 13, 30, 61.3, 600])
def test_the_closing_chord_rings(end, beats):
    """At least a fifth of a short film, and never longer than six seconds."""
    laid = form(end, beat=60 / 66, beats=beats)

    assert laid.bars
    assert min(RING_S[0], 0.2 * end) <= laid.end - laid.close <= RING_S[2]


def test_a_blink_of_a_film_is_its_closing_chord():
    """Nothing fits before it."""
    laid = form(0.1)

    assert (laid.bars, laid.close, laid.end) == ((), 0.0, 0.1)


def test_phrases_are_four_bars_or_end_at_a_turn():
    """Three to four bars, the last one may be short."""
    laid = form(90, (20, 41, 66))

    counts = np.bincount([bar.phrase for bar in laid.bars])
    assert len(counts) == len(laid.phrases)
    assert all(3 <= count <= 4 for count in counts[:-1])


def test_the_arc_rises_and_falls():
    """Quiet start, strongest at about two thirds, but for the quiet phrases between."""
    intensities = [phrase.intensity for phrase in form(60).phrases if phrase.role != "C"]

    assert intensities[0] == min(intensities)
    assert max(intensities) > 0.9


def test_a_long_film_has_several_arcs_and_quiet_phrases():
    """Ten minutes: at least four waves, a breakdown in each chapter, the last arc the highest."""
    phrases = form(600).phrases

    assert sum(phrase.role == "C" for phrase in phrases) >= 4
    assert len({phrase.chapter for phrase in phrases}) >= 4
    assert max(phrase.intensity for phrase in phrases[-10:]) > max(phrase.intensity for phrase in phrases[:20])


@pytest.mark.parametrize("turn", [14.0, 20.3, 27.9])
def test_the_climax_is_a_downbeat_and_the_strongest_phrase(turn):
    """A phrase of its own begins there, stronger than all others; the one before it keeps back."""
    laid = form(40, (9.0, 31.0), climax=turn)

    bar = next(bar for bar in laid.bars if bar.is_climax)
    assert bar.start == pytest.approx(turn)
    assert laid.climax == bar.start
    assert bar.place == 0
    others = [phrase.intensity for index, phrase in enumerate(laid.phrases) if index != bar.phrase]
    assert laid.phrases[bar.phrase].intensity > max(others)
    assert laid.phrases[bar.phrase - 1].intensity < 0.8


def test_a_section_begins_with_a_bar_of_its_own_metre():
    """A waltz after a march: the waltz begins where it is asked for, whatever it costs the march."""
    manners = [Manner(0.0, 0.6, 4, ARC), Manner(17.3, 0.5, 3, ARC)]

    laid = lay_out(45, (17.3,), manners)

    waltz = [bar for bar in laid.bars if bar.section == 1]
    assert waltz[0].start == pytest.approx(17.3)
    assert waltz[0].place == 0
    assert all(bar.beats == 3 for bar in waltz[:-1])
    assert laid.phrases[waltz[0].phrase].intensity >= LATER_SECTION


def test_no_bar_is_a_single_beat():
    """What is left of a bar is made up to two beats and more, the bar before it gives one."""
    laid = form(30, (5 * BEAT, 14 * BEAT), climax=23 * BEAT)

    assert {bar.beats for bar in laid.bars} <= {2, 3, 4}
    assert {bar.beats for bar in laid.bars} & {2, 3}
