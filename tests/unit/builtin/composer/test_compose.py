"""The score as sound: length, level, spectrum, no clicks, an end."""

from __future__ import annotations

import anyio
import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.builtin.composer.compose import BuiltinComposer, compose
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood

RATE = 48_000
SECONDS = 6


@pytest.fixture(scope="module", params=list(Mood), ids=lambda mood: mood.value)
def score(request):
    """Six seconds of each mood, with a turn in the middle."""
    return compose(ScoreRequest(mood=request.param, samples=SECONDS * RATE, seed=2, turns=(2 * RATE,)))


def test_it_is_stereo_sound_of_the_right_length_and_level(score):
    """float32, about -18 LUFS, peak below 1, no DC."""
    assert score.shape == (2, SECONDS * RATE)
    assert score.dtype == np.float32
    assert dsp.integrated_lufs(score) == pytest.approx(-18, abs=2)
    assert np.abs(score).max() <= 0.91
    assert np.abs(score.mean(1)).max() < 1e-4


def test_it_begins_and_ends_at_nothing(score):
    """Faded in and rung out to the last sample."""
    assert score[:, [0, -1]] == pytest.approx(0, abs=1e-6)
    assert np.abs(score[:, -RATE // 20 :]).max() < 0.05


def test_it_has_no_clicks(score):
    """No jump between samples that stands alone: the steepest is of the kind of its neighbours."""
    bend = np.abs(np.diff(score, 2, axis=1)).max(0)

    assert bend.max() < 12 * np.percentile(bend, 99.9)


def test_it_is_full_and_neither_boomy_nor_dull(score):
    """Most power between 60 Hz and 4 kHz, rumble cut, room for a voice at 250 to 500 Hz, air above 4 kHz."""
    power = (np.abs(np.fft.rfft(score)) ** 2).sum(0)
    frequencies = np.fft.rfftfreq(score.shape[1], 1 / RATE)

    def share(low, high):
        return 10 * np.log10(power[(frequencies >= low) & (frequencies < high)].sum() / power.sum() + 1e-12)

    assert share(60, 4000) > -1.5
    assert share(0, 25) < -25
    assert -12 < share(1000, 4000) < -5
    assert share(250, 500) < -6
    assert -20 < share(4000, 10_000) < -12
    assert share(10_000, 20_000) < -20


def test_it_is_wide_and_survives_mono(score):
    """Channels differ, but do not cancel."""
    assert 0.2 < np.corrcoef(score)[0, 1] < 0.95


@pytest.mark.parametrize("samples", [1, 4801, 3 * RATE + 7])
def test_any_length_is_met_to_the_sample(samples):
    """Also lengths no film has."""
    score = compose(ScoreRequest(mood=Mood.SAD, samples=samples, seed=1))

    assert score.shape == (2, samples)
    assert np.isfinite(score).all()


def test_the_composer_answers_in_a_thread_and_always_alike():
    """The Protocol's method gives what the function gives, sample for sample; another seed differs."""
    request = ScoreRequest(mood=Mood.CURIOUS, samples=3 * RATE, seed=3)

    score = anyio.run(BuiltinComposer().compose, request)

    assert np.array_equal(score, compose(request))
    assert not np.array_equal(score, compose(request.model_copy(update={"seed": 4})))
    assert BuiltinComposer().capability.trade == "composer"
