"""Who plays what: harmony, melody, texture, accents, the close."""

from __future__ import annotations

import pytest

from astragen.builtin.composer import parts
from astragen.builtin.composer.piece import plan
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood

RATE = 48_000


def request(mood=Mood.HOPEFUL, seconds=60, seed=1, turns=()):
    return ScoreRequest(mood=mood, samples=seconds * RATE, seed=seed, turns=tuple(int(turn * RATE) for turn in turns))


def sounding(piece, moment):
    """The measure that holds second *moment*."""
    return next(one for one in (*piece.measures, piece.final) if moment < one.bar.end - 0.03)


@pytest.mark.parametrize("mood", list(Mood))
def test_long_and_strong_melody_notes_belong_to_the_chord(mood):
    """Nothing rubs where it is heard; everything else is of the scale."""
    piece = plan(request(mood))
    notes = [event for _, event in parts.melody(piece)]

    assert notes
    for event in notes:
        measure = sounding(piece, event.start)
        assert event.pitch % 12 in measure.scale
        if event.length >= 1.5 * measure.bar.beat:
            assert event.pitch % 12 in measure.chord.notes


@pytest.mark.parametrize("mood", list(Mood))
def test_the_melody_stays_in_its_register(mood):
    """Within about an octave of its centre."""
    piece = plan(request(mood, seconds=120))
    centre = piece.table["melody"]["centre"]

    assert all(abs(event.pitch - centre) <= 15 for _, event in parts.melody(piece))


@pytest.mark.parametrize("mood", list(Mood))
def test_pads_and_bass_play_the_chord(mood):
    """Every held note is of the chord it begins in."""
    piece = plan(request(mood))

    for _, event in parts.pads(piece):
        assert event.pitch % 12 in sounding(piece, event.start).chord.notes
    for _, event in parts.bass(piece):
        measure = sounding(piece, event.start)
        assert (event.pitch - measure.chord.bass) % 12 in (0, 7)


def test_the_motif_returns():
    """A phrase A sounds its motif again as it was: same steps, same rhythm."""
    piece = plan(request(Mood.JOYFUL))
    by_phrase: dict[int, list[tuple[float, float]]] = {}
    for _, event in parts.melody(piece):
        measure = sounding(piece, event.start)
        if measure.bar.place < 2:
            beat = round((event.start - measure.bar.start) / measure.bar.beat * 2) / 2
            by_phrase.setdefault(measure.bar.phrase, []).append((measure.bar.place, beat))

    again = [
        rhythm for phrase, rhythm in by_phrase.items() if piece.form.phrases[phrase].role == "A" and len(rhythm) > 2
    ]
    assert len(again) >= 2
    assert all(rhythm == again[0] for rhythm in again[:2])


def test_the_last_chord_is_the_tonic_after_its_cadence():
    """The bar before the end and the last chord are the mood's close, in the home key, and ring to the end."""
    piece = plan(request(Mood.JOYFUL, seed=4))
    closing = [event for _, event in parts.closing(piece)]

    assert piece.final.chord.notes[0] == piece.final.chord.bass
    assert (piece.measures[-1].chord.bass - piece.final.chord.bass) % 12 == 7
    assert all(event.start + event.length >= piece.form.end - 0.3 for event in closing)


def test_turns_are_marked_on_the_beat():
    """A swell that peaks and a stroke within half a beat of every turn."""
    turns = (8.3, 15.1, 22.9)
    piece = plan(request(Mood.EPIC, seconds=30, turns=turns))
    strokes = [event.start for name, event in parts.accents(piece) if name == "boom"]

    half = piece.measures[0].bar.beat / 2 * 1.07
    assert len(strokes) == 3
    assert all(abs(stroke - turn) <= half for stroke, turn in zip(strokes, turns, strict=True))


def test_textures_change_at_turns():
    """The arpeggio before a turn and after it are not the same figure or player."""
    piece = plan(request(Mood.CALM, seconds=60, turns=(20, 40)))
    names = [{name for name, event in parts.arps(piece) if a <= event.start < a + 15} for a in (2, 22, 42)]

    assert len({frozenset(name) for name in names}) >= 2


def test_another_seed_is_other_music():
    """Of eight seeds no two write the same notes."""
    written = [parts.write(request(seed=seed, seconds=30))[1] for seed in range(8)]

    assert len({tuple((note.start, note.pitch) for note in notes) for notes in written}) == 8


def test_the_same_seed_is_the_same_music():
    """Note for note."""
    assert parts.write(request()) == parts.write(request())


def test_ten_minutes_are_not_one_loop():
    """Keys change between chapters, and no progression fills more than a third of the bars."""
    piece = plan(request(seconds=600))
    chords = [piece.measures[index : index + 4] for index in range(0, len(piece.measures) - 4, 4)]
    shapes = [tuple(measure.chord for measure in four) for four in chords]

    assert len({measure.transposed for measure in piece.measures}) >= 3
    assert max(shapes.count(shape) for shape in shapes) < len(shapes) / 3


@pytest.mark.parametrize("seconds", [1, 5, 600])
def test_no_note_lies_outside_the_film(seconds):
    """From the first sample to the last."""
    _, notes = parts.write(request(Mood.TENSE, seconds=seconds, turns=(0, 0.5, seconds, seconds + 9)))

    assert notes
    assert all(0 <= note.start < seconds * RATE for note in notes)
    assert all(note.start + note.length <= seconds * RATE for note in notes)
