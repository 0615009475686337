"""The whole score as notes: the same for the same seed, other for another, inside the film."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin.composer.write import write
from astragen.model.timeline import ScoreRequest, Section
from astragen.model.vocabulary import Mood

RATE = 48_000


def request(mood=Mood.HOPEFUL, seconds=60, seed=1, turns=(), **fields):
    turns = tuple(int(turn * RATE) for turn in turns)
    return ScoreRequest(mood=mood, samples=int(seconds * RATE), seed=seed, turns=turns, **fields)


def test_another_seed_is_other_music():
    """Of eight seeds no two write the same notes."""
    written = [write(request(seed=seed, seconds=30))[1] for seed in range(8)]

    assert len({tuple((note.start, note.pitch) for note in notes) for notes in written}) == 8


def test_the_same_seed_is_the_same_music():
    """Note for note."""
    assert write(request()) == write(request())


@pytest.mark.parametrize("seconds", [1, 5, 600])
def test_no_note_lies_outside_the_film(seconds):
    """From the first sample to the last."""
    _, notes = write(request(Mood.TENSE, seconds=seconds, turns=(0, 0.5, seconds, seconds + 9)))

    assert notes
    assert all(0 <= note.start < seconds * RATE for note in notes)
    assert all(note.start + note.length <= seconds * RATE for note in notes)


def test_any_film_can_be_scored():
    """Two hundred films of chance lengths, moods, turns, cuts and climaxes: notes for each, all inside it."""
    dice = np.random.default_rng(3)
    for seed in range(200):
        seconds = float(dice.choice([0.02, 0.5, 1.3, 3, 5, 8, 12, 20, 33]))
        turns = sorted(dice.uniform(0, seconds, int(dice.integers(0, 8))).tolist())
        moods = [list(Mood)[number] for number in dice.integers(8, size=len(turns) + 1)]
        asked = request(
            moods[0],
            seconds,
            seed,
            turns,
            sections=tuple(
                Section(start=int(start * RATE), mood=mood) for start, mood in zip([0, *turns], moods, strict=True)
            ),
            cuts=tuple(int(cut * RATE) for cut in dice.uniform(0, seconds, 5)),
            climax=None if seed % 3 == 0 else int(dice.uniform(0, seconds) * RATE),
        )

        notes = write(asked)[1]

        assert notes
        assert all(note.start >= 0 and note.start + note.length <= asked.samples for note in notes)


def test_players_lean_on_a_marked_cut():
    """What is played on a cut is louder than the same notes of the same film without it."""
    beat = write(request(Mood.TENSE, 30))[0].bars[0].beat
    cut = round(20 * beat * RATE)
    marked, plain = (
        {(note.start, note.instrument, note.pitch): note.gain for note in write(request(Mood.TENSE, 30, cuts=cuts))[1]}
        for cuts in ((cut,), ())
    )

    near = [key for key in plain if abs(key[0] - cut) < 0.03 * RATE and key[1] in ("spiccato", "tick", "upright")]
    assert near
    assert all(marked[key] > 1.2 * plain[key] for key in near)
