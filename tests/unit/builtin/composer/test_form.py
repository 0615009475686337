"""Bars that fall on the film's turns, phrases, and the arc over them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from astragen.builtin.composer.form import RING_S, STRETCH, lay_out

ARC = ((0, 0.4), (0.7, 1.0), (1, 0.6))
BEAT = 60 / 84


def form(end, turns=(), *, beat=BEAT, beats=4):
    return lay_out(end, turns, beat=beat, beats=beats, arc=ARC)


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
