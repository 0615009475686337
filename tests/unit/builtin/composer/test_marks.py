"""Marks of the picture: turns, cuts, the climax."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin.composer import marks
from astragen.builtin.composer.compose import compose
from astragen.builtin.composer.piece import plan
from astragen.model.tempo import tempo_of
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood

RATE = 48_000


def request(mood=Mood.EPIC, seconds=30, seed=1, **moments):
    """*moments*: `turns`, `cuts` and `climax` in seconds."""
    fields = {
        name: round(at * RATE) if isinstance(at, (int, float)) else tuple(round(one * RATE) for one in at)
        for name, at in moments.items()
    }
    return ScoreRequest(mood=mood, samples=seconds * RATE, seed=seed, **fields)


def test_turns_are_marked_on_the_beat():
    """A swell that peaks and a stroke within half a beat of every turn."""
    turns = (8.3, 15.1, 22.9)
    piece = plan(request(turns=turns))
    strokes = [event.start for name, event in marks.turns(piece) if name == "boom"]

    half = piece.measures[0].bar.beat / 2 * 1.07
    assert len(strokes) == 3
    assert all(abs(stroke - turn) <= half for stroke, turn in zip(strokes, turns, strict=True))


@pytest.mark.parametrize("mood", list(Mood))
def test_cuts_on_beats_are_marked_there(mood):
    """Cuts laid on the tempo's beats: each that no turn is near has an accent within 3 frames of 24 a second."""
    beat = tempo_of(mood, 1).beat_s
    cuts = tuple(beat * count for count in (5, 9, 14, 18, 23) if beat * count < 24)
    piece = plan(request(mood, cuts=cuts))

    struck = {event.start for _, event in marks.cuts(piece)}

    assert len(struck) == len(cuts)
    assert all(min(abs(cut - one) for one in struck) <= 3 / 24 for cut in cuts)


def test_cuts_off_the_beat_and_too_close_ones_are_not_marked():
    """Five cuts a second on both sides of a turn: an accent now and then, on a cut, and none beside the turn."""
    cuts = [8 + 0.21 * count for count in range(20)] + [16.9 + 0.21 * count for count in range(20)]
    piece = plan(request(Mood.SAD, cuts=cuts, turns=(16,)))

    moments = [moment for moment, _, _ in marks.marked_cuts(piece)]

    assert 2 <= len(moments) < 10
    assert all(after - before >= marks.APART_S for before, after in pairwise(moments))
    assert all(abs(moment - 16) >= marks.APART_S for moment in moments)
    assert all(min(abs(moment - cut) for cut in cuts) <= marks.ON_BEAT_S for moment in moments)


def test_without_a_climax_nothing_rises():
    """The film of one even state."""
    assert list(marks.climax(plan(request()))) == []


def test_everything_rises_to_the_climax_and_breaks_in_there():
    """Strings and noise end where the stroke falls, and the roll grows."""
    piece = plan(request(climax=21.0))
    found = list(marks.climax(piece))

    by_name = {name: [event for one, event in found if one == name] for name, _ in found}
    assert by_name["boom"][0].start == pytest.approx(21)
    assert all(event.start + event.length == pytest.approx(21) for event in by_name["rising"] + by_name["riser"])
    gains = [event.gain for event in by_name["tom"]]
    assert gains == sorted(gains)
    assert by_name["tom"][-1].start < 21


@pytest.mark.parametrize("mood", [Mood.CALM, Mood.EPIC])
def test_the_swell_is_heard(mood):
    """The second before the climax is at least 2 dB louder than in the same film without one."""
    loud, plain = (
        compose(request(mood, 14, turns=(9.0,), **climax))[:, 8 * RATE : 9 * RATE] for climax in ({"climax": 9.0}, {})
    )

    assert 10 * np.log10(dsp.k_energies(loud, 4800).sum() / dsp.k_energies(plain, 4800).sum()) > 2


@pytest.mark.parametrize("mood", [Mood.HOPEFUL, Mood.SAD, Mood.TENSE])
def test_an_accent_is_an_onset_on_the_cut(mood):
    """The strongest rise of the spectrum within 150 ms of the cut is within 30 ms of it."""
    cut = 9 * tempo_of(mood, 1).beat_s
    ((moment, _, _),) = marks.marked_cuts(plan(request(mood, 14, cuts=(cut,))))
    score = compose(request(mood, 14, cuts=(cut,))).mean(0)

    starts = np.arange(int((moment - 0.15) * RATE), int((moment + 0.15) * RATE), 240)
    spectra = np.log1p(100 * np.abs(np.fft.rfft([score[at - 512 : at + 512] * np.hanning(1024) for at in starts])))
    rise = np.maximum(np.diff(spectra, axis=0), 0).sum(1)

    assert abs(moment - cut) <= 3 / 24
    assert abs(starts[rise.argmax() + 1] / RATE - moment) < 0.03
