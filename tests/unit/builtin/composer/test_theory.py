"""Chords, voicings, and which notes a melody may use."""

from __future__ import annotations

from itertools import pairwise

import pytest

from astragen.builtin.composer.theory import SCALES, VOICES, Chord, chord, nearest, related, singable, voicing


@pytest.mark.parametrize(
    ("symbol", "scale", "expected"),
    [
        ("1", "major", Chord((0, 4, 7), 0)),
        ("6", "major", Chord((9, 0, 4), 9)),
        ("5/7", "major", Chord((7, 11, 2), 5)),
        ("1/3", "major", Chord((0, 4, 7), 4)),
        ("4+9", "major", Chord((5, 9, 0, 7), 5)),
        ("2+7", "major", Chord((2, 5, 9, 0), 2)),
        ("5s4", "major", Chord((7, 0, 2), 7)),
        ("1s2", "minor", Chord((0, 2, 7), 0)),
        ("5M", "minor", Chord((7, 11, 2), 7)),
        ("b2M", "minor", Chord((1, 5, 8), 1)),
        ("2", "lydian", Chord((2, 6, 9), 2)),
    ],
)
def test_a_symbol_is_its_chord(symbol, scale, expected):
    """In C."""
    assert chord(symbol, 0, SCALES[scale]) == expected


def test_a_key_moves_the_whole_chord():
    """The sixth degree of D major is B minor."""
    assert chord("6", 2, SCALES["major"]) == Chord((11, 2, 6), 11)


@pytest.mark.parametrize("symbol", ["", "8", "1x", "M1", "1/2"])
def test_nonsense_is_no_chord(symbol):
    """A typing error in the table is found at once."""
    with pytest.raises(ValueError, match="is no chord symbol"):
        chord(symbol, 0, SCALES["major"])


def test_a_voicing_sounds_every_note_in_its_range():
    """Four voices, ascending, never closer than a whole tone."""
    pitches = voicing((0, 4, 7), (), 48, 72)

    assert len(pitches) == VOICES
    assert {pitch % 12 for pitch in pitches} == {0, 4, 7}
    assert all(48 <= pitch < 72 for pitch in pitches)
    assert all(upper - lower >= 2 for lower, upper in pairwise(pitches))


def test_voices_move_little_between_chords():
    """Through I V vi IV no voice leaps more than a fourth, and all together move at most an octave."""
    led = [voicing(chord("4", 0, SCALES["major"]).notes, (), 50, 74)]
    for symbol in ("1", "5", "6", "4", "1"):
        led.append(voicing(chord(symbol, 0, SCALES["major"]).notes, led[-1], 50, 74))

    moves = [[abs(a - b) for a, b in zip(before, after, strict=True)] for before, after in pairwise(led)]
    assert max(max(move) for move in moves) <= 5
    assert max(sum(move) for move in moves) <= 12


def test_the_nearest_note_is_found_in_both_directions():
    """The lower of two equally near."""
    assert nearest(61, (0, 4, 7)) == 60
    assert nearest(63, (0, 4, 7)) == 64
    assert nearest(62, (0, 4, 7)) == 60


def test_a_melody_avoids_what_rubs_against_an_altered_chord():
    """Over the dominant of C minor with its major third B, the scale's B flat and C are left out."""
    scale = [(0 + note) % 12 for note in SCALES["minor"]]

    assert singable(scale, chord("5M", 0, SCALES["minor"])) == (2, 3, 5, 7, 8, 11)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("other", SCALES)
def test_there_are_related_keys_of_every_scale(scale, other):
    """The first shares all notes, at least two more all but one, and no distant one is named."""
    found = related(2, SCALES[scale], SCALES[other], 6)

    shared = [len({(2 + a) % 12 for a in SCALES[scale]} & {(key + b) % 12 for b in SCALES[other]}) for key in found]
    assert shared == [7, 6, 6]
