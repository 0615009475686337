"""Form, keys and chords: passages of one pulse in related keys."""

from __future__ import annotations

from itertools import pairwise

import pytest

from astragen.builtin.composer import theory
from astragen.builtin.composer.piece import RELATED, SHORTEST_SECTION_S, plan
from astragen.builtin.composer.tables import mood_table
from astragen.model.tempo import tempo_of
from astragen.model.timeline import ScoreRequest, Section
from astragen.model.vocabulary import Mood

RATE = 48_000


def request(mood=Mood.HOPEFUL, seconds=60, seed=1, turns=(), moods=(), **fields):
    """*moods*: (second, mood) of each section."""
    return ScoreRequest(
        mood=mood,
        samples=seconds * RATE,
        seed=seed,
        turns=tuple(int(turn * RATE) for turn in turns),
        sections=tuple(Section(start=int(start * RATE), mood=mood) for start, mood in moods),
        **fields,
    )


FOUR = ((0, Mood.CALM), (14, Mood.TENSE), (30, Mood.EPIC), (44, Mood.CALM))


def test_sections_follow_the_scenes():
    """Each mood begins on its second with a bar of its own table, and no bar is left out between them."""
    piece = plan(request(turns=(14, 30, 44), moods=FOUR))

    assert [passage.mood for passage in piece.passages] == [mood for _, mood in FOUR]
    assert [passage.measures[0].bar.start for passage in piece.passages] == pytest.approx([0, 14, 30, 44])
    assert all(
        before.bar.end == pytest.approx(after.bar.start) for before, after in pairwise((*piece.measures, piece.final))
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("pair", [(Mood.CALM, Mood.TENSE), (Mood.CURIOUS, Mood.SAD), (Mood.JOYFUL, Mood.MYSTERIOUS)])
def test_keys_of_neighbours_are_related(seed, pair):
    """Their scales share six notes of seven and more; a mood that returns comes home."""
    piece = plan(request(seed=seed, turns=(20, 40), moods=((0, pair[0]), (20, pair[1]), (40, pair[0]))))

    scales = [set(theory.SCALES[mood_table(mood)["scale"]]) for mood in pair]
    first, other, last = (
        {(_tonic(passage) + note) % 12 for note in scale}
        for passage, scale in zip(piece.passages, (*scales, scales[0]), strict=True)
    )
    assert len(first & other) >= RELATED
    assert first == last


def _tonic(passage):
    """The key that a passage's bars but the leading one stand in, told by what scale all their chords fit."""
    scale = theory.SCALES[passage.table["scale"]]
    bars = passage.measures[:-1]
    fits = [
        tonic
        for tonic in range(12)
        if all(set(bar.scale) - {(tonic + note) % 12 for note in scale} <= set(bar.chord.notes) for bar in bars)
        and all(_is_named(bar.chord, tonic, passage) for bar in bars)
    ]
    assert len(fits) == 1
    return fits[0]


def _is_named(chord, tonic, passage):
    """Whether *chord* is one of the passage's progressions in the key of *tonic*."""
    scale = theory.SCALES[passage.table["scale"]]
    symbols = [
        symbol for options in passage.table["progressions"].values() for row in options for symbol in row.split()
    ]
    return any(theory.chord(symbol, tonic, scale) == chord for symbol in [*symbols, *passage.table["close"]])


def test_the_bar_before_a_section_leads_into_its_key():
    """It has the chord before the close of the mood that comes."""
    piece = plan(request(turns=(14, 30, 44), moods=FOUR))

    for before, after in pairwise(piece.passages):
        symbol, scale = after.table["close"][0], theory.SCALES[after.table["scale"]]
        assert before.measures[-1].chord in [theory.chord(symbol, key, scale) for key in range(12)]


@pytest.mark.parametrize("film", list(Mood))
@pytest.mark.parametrize("scene", list(Mood))
def test_all_sections_share_the_film_s_pulse(film, scene):
    """A section's beat is the film's, its half or its double, give or take a stretch that nobody hears."""
    piece = plan(request(film, turns=(30,), moods=((0, film), (30, scene))))
    beat = tempo_of(film, 1).beat_s

    for bar in piece.form.bars:
        assert min(abs(bar.beat * pulse / beat - 1) for pulse in (0.5, 1, 2)) <= 0.061


def test_a_mood_too_short_to_be_heard_is_passed_over():
    """Three seconds of joy in a sad film."""
    piece = plan(request(Mood.SAD, moods=((0, Mood.SAD), (20, Mood.JOYFUL), (20 + SHORTEST_SECTION_S - 1, Mood.SAD))))

    assert [passage.mood for passage in piece.passages] == [Mood.SAD]


def test_without_sections_the_film_has_its_own_mood():
    """One passage."""
    assert [passage.mood for passage in plan(request(Mood.EPIC)).passages] == [Mood.EPIC]


def test_the_last_chord_is_the_tonic_of_the_last_section():
    """It is the close of the mood in which the film ends."""
    piece = plan(request(Mood.TENSE, turns=(30,), moods=((0, Mood.TENSE), (30, Mood.JOYFUL))))

    assert piece.passages[-1].mood is Mood.JOYFUL
    assert piece.final.chord.bass == piece.final.chord.notes[0]
    assert (piece.measures[-1].chord.bass - piece.final.chord.bass) % 12 == 7


def test_ten_minutes_are_not_one_loop():
    """Keys change between chapters, and no progression fills more than a third of the bars."""
    piece = plan(request(seconds=600))
    chords = [piece.measures[index : index + 4] for index in range(0, len(piece.measures) - 4, 4)]
    shapes = [tuple(measure.chord for measure in four) for four in chords]

    assert len({measure.transposed for measure in piece.measures}) >= 3
    assert max(shapes.count(shape) for shape in shapes) < len(shapes) / 3
