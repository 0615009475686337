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


def passage(mood=Mood.HOPEFUL, **options):
    """The only passage of a film of one mood."""
    (found,) = plan(request(mood, **options)).passages
    return found


def sounding(passage, moment):
    """The measure that holds second *moment*."""
    return next(one for one in passage.chords if moment < one.bar.end - 0.03)


@pytest.mark.parametrize("mood", list(Mood))
def test_long_and_strong_melody_notes_belong_to_the_chord(mood):
    """Nothing rubs where it is heard; everything else is of the scale."""
    piece = passage(mood)
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
    piece = passage(mood, seconds=120)
    centre = piece.table["melody"]["centre"]

    assert all(abs(event.pitch - centre) <= 15 for _, event in parts.melody(piece))


@pytest.mark.parametrize("mood", list(Mood))
def test_pads_and_bass_play_the_chord(mood):
    """Every held note is of the chord it begins in."""
    piece = passage(mood)

    for _, event in parts.pads(piece):
        assert event.pitch % 12 in sounding(piece, event.start).chord.notes
    for _, event in parts.bass(piece):
        measure = sounding(piece, event.start)
        assert (event.pitch - measure.chord.bass) % 12 in (0, 7)


def test_the_motif_returns():
    """A phrase A sounds its motif again as it was: same steps, same rhythm."""
    piece = passage(Mood.JOYFUL)
    by_phrase: dict[int, list[tuple[float, float]]] = {}
    for _, event in parts.melody(piece):
        measure = sounding(piece, event.start)
        if measure.bar.place < 2:
            beat = round((event.start - measure.bar.start) / measure.bar.beat * 2) / 2
            by_phrase.setdefault(measure.bar.phrase, []).append((measure.bar.place, beat))

    roles = {measure.bar.phrase: measure.phrase.role for measure in piece.measures}
    again = [rhythm for phrase, rhythm in by_phrase.items() if roles[phrase] == "A" and len(rhythm) > 2]
    assert len(again) >= 2
    assert all(rhythm == again[0] for rhythm in again[:2])


def test_the_last_chord_is_the_tonic_after_its_cadence():
    """The bar before the end and the last chord are the mood's close, in the home key, and ring to the end."""
    piece = plan(request(Mood.JOYFUL, seed=4))
    closing = [event for _, event in parts.closing(piece.passages[-1], piece.form.end)]

    assert piece.final.chord.notes[0] == piece.final.chord.bass
    assert (piece.measures[-1].chord.bass - piece.final.chord.bass) % 12 == 7
    assert all(event.start + event.length >= piece.form.end - 0.3 for event in closing)


def test_textures_change_at_turns():
    """The arpeggio before a turn and after it are not the same figure or player."""
    piece = passage(Mood.CALM, seconds=60, turns=(20, 40))
    names = [{name for name, event in parts.arps(piece) if a <= event.start < a + 15} for a in (2, 22, 42)]

    assert len({frozenset(name) for name in names}) >= 2


def test_rhythm_holds_its_breath_before_the_climax():
    """In the bar that ends at the climax no drum plays, and in the one that begins there it does."""
    piece = plan(request(Mood.EPIC, seconds=40).model_copy(update={"climax": 28 * RATE}))
    strokes = [event.start for _, event in parts.drums(piece.passages[0])]

    before, after = (
        next(bar for bar in piece.form.bars if getattr(bar, end) == pytest.approx(28)) for end in ("end", "start")
    )
    assert not [stroke for stroke in strokes if before.start + 0.05 < stroke < before.end - 0.05]
    assert [stroke for stroke in strokes if after.start - 0.05 < stroke < after.end]
