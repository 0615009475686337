"""The tempo that the plan and the composer agree on."""

from __future__ import annotations

import pytest

from astragen.builtin.composer.piece import plan
from astragen.builtin.composer.tables import mood_table
from astragen.model.tempo import STRAY, tempo_of
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood


@pytest.mark.parametrize("mood", list(Mood))
def test_the_tempo_is_near_the_mood_s(mood):
    """Within STRAY for a hundred seeds, of which most differ; bars are the mood's."""
    tempos = {tempo_of(mood, seed) for seed in range(100)}

    usual = mood_table(mood)
    assert all(abs(tempo.bpm / usual["bpm"] - 1) <= STRAY + 0.001 for tempo in tempos)
    assert {tempo.beats for tempo in tempos} == {usual["beats"]}
    assert len(tempos) > 30


@pytest.mark.parametrize("mood", list(Mood))
def test_the_composer_plays_in_it(mood):
    """A film without turns is played at the tempo itself."""
    piece = plan(ScoreRequest(mood=mood, samples=60 * 48_000, seed=9))

    assert piece.form.bars[0].beat == pytest.approx(tempo_of(mood, 9).beat_s, rel=0.03)
