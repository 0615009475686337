"""How music is fitted to a film: beginnings, joints on bars, endings, and where its beats fall."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.model.base import content_hash
from astragen.model.music import Music, MusicPiece, OwnMusic
from astragen.model.take import Artifact
from astragen.model.time import SAMPLE_RATE
from astragen.plan.music import EARLY, LATE, beats_in, fitted, own_tempo, pulse_in

ARTIFACT = Artifact(hash=content_hash("x"), media_type="audio/*", bytes=1)
BEAT = SAMPLE_RATE // 2


def music(beats: int, *, cycle: int = 16, lead: int = 4_800, tail: int = 24_000, **changes) -> Music:
    """Music at 120 beats a minute that sounds the same again after *cycle* beats."""
    rows = np.random.default_rng(1).integers(-60, 0, (cycle, 6))
    marks = tuple(lead + BEAT * number for number in range(beats))
    fields = {
        "name": "a.wav",
        "artifact": ARTIFACT,
        "samples": marks[-1] + BEAT + tail,
        "first": lead,
        "last": marks[-1] + BEAT + tail,
        "tempo_bpm": 120.0,
        "marks": marks,
        "timbres": tuple(tuple(rows[number % cycle].tolist()) for number in range(beats)),
    }
    return Music.model_validate({**fields, **changes})


def length(own: OwnMusic) -> int:
    return sum(piece.end - piece.start for piece in own.pieces)


def test_music_as_long_as_the_film_is_left_as_it_is():
    """From where it begins to where it has died away; up to a second of its end is faded."""
    made = music(120)
    span = made.last - made.first

    for samples in (span, span + EARLY, span - LATE):
        own = fitted(made, samples)

        assert [(piece.start, piece.end) for piece in own.pieces] == [(made.first, made.last)]
        assert own.ending == "own"
        assert own.fade_out >= span - samples


@pytest.mark.parametrize("seconds", [20, 37, 61, 90, 150, 300, 590])
def test_joints_are_where_it_sounds_the_same_and_the_end_is_the_music_s_own(seconds):
    """Whole cycles are left out or played again: the film ends within a second of the music."""
    made, samples = music(160, cycle=4), seconds * SAMPLE_RATE

    own = fitted(made, samples)

    assert own.ending == "own"
    assert own.pieces[0].start == made.first
    assert own.pieces[-1].end == made.last
    assert -EARLY <= length(own) - samples <= LATE
    for one, following in zip(own.pieces, own.pieces[1:], strict=False):
        assert (one.end - following.start) % (4 * BEAT) == 0
        assert one.end in made.marks


def test_music_that_never_sounds_the_same_is_cut_at_a_phrase():
    """From a bar, so that sixteen beats end with the film; without such a bar it is faded out."""
    made = music(200, cycle=200)

    phrase, faded = fitted(made, 32 * BEAT), fitted(made, 32 * BEAT + 3 * BEAT)

    assert (phrase.ending, faded.ending) == ("phrase", "fade")
    assert [len(one.pieces) for one in (phrase, faded)] == [1, 1]
    assert {(one.pieces[0].start - made.marks[0]) % (4 * BEAT) for one in (phrase, faded)} == {0}
    assert length(faded) == 35 * BEAT
    assert faded.fade_out > phrase.fade_out > SAMPLE_RATE // 2


def test_short_music_that_never_sounds_the_same_is_looped_under_a_long_crossfade():
    """A joint that would be heard is spread over more than a second."""
    made = music(24, cycle=24)

    own = fitted(made, 60 * SAMPLE_RATE)

    assert length(own) >= 60 * SAMPLE_RATE
    assert own.crossfade >= SAMPLE_RATE
    assert own.ending == "fade"


def test_a_file_of_whole_bars_goes_round_whole():
    """Loops as they are sold: from the first sample to the last, less two milliseconds."""
    made = music(16, lead=0, tail=0)

    own = fitted(made, 40 * SAMPLE_RATE)

    assert own.pieces[0] == MusicPiece(start=0, end=made.samples)
    assert {(piece.start, piece.end) for piece in own.pieces[1:]} == {(own.crossfade, made.samples)}
    assert own.crossfade < SAMPLE_RATE // 400


@pytest.mark.parametrize("beats", [1, 2, 5, 9])
@pytest.mark.parametrize("seconds", [5, 31, 600])
def test_any_music_fills_any_film(beats, seconds):
    """A second of it, or ten minutes: it never ends early unless it ends on its own."""
    made, samples = music(beats), seconds * SAMPLE_RATE

    own = fitted(made, samples)

    assert length(own) >= samples - (EARLY if own.ending == "own" else 0)
    assert own.fade_out <= samples // 3


def test_beats_go_on_across_joints():
    """Every half second from the first to the last, wherever the music was joined."""
    made, samples = music(160, cycle=4), 40 * SAMPLE_RATE
    own = fitted(made, samples)

    beats = beats_in(made, own, samples)

    assert len(own.pieces) == 2
    assert set(np.diff(beats)) == {BEAT}
    assert beats[0] == 0
    assert samples - beats[-1] < 3 * BEAT


def test_the_pulse_is_the_beat_s_tempo_and_first_place():
    """For cuts on beats; music without a beat has none, and neither has one that wanders."""
    even = music(160, cycle=4, first=0)
    wandering = music(80, marks=tuple(int(BEAT * number + 9_000 * np.sin(number)) + 9_000 for number in range(80)))
    samples = 40 * SAMPLE_RATE

    pulse = pulse_in(even, fitted(even, samples), samples)

    assert pulse is not None
    assert pulse.tempo_bpm == 120
    assert min(abs(pulse.offset - 4_800), abs(pulse.offset - 4_800 - BEAT)) < 240
    assert pulse_in(wandering, fitted(wandering, samples), samples) is None
    still = music(80, tempo_bpm=0.0, bar=1)
    assert pulse_in(still, fitted(still, samples), samples) is None


def test_music_that_was_not_heard_to_its_end_has_no_end_of_its_own():
    """What goes on after eleven minutes is cut at a phrase, or faded out, never where the listening stopped."""
    made = music(160, cycle=4, is_whole=False)

    assert {fitted(made, seconds * SAMPLE_RATE).ending for seconds in (20, 37, 61, 79)} <= {"phrase", "fade"}


def test_the_tempo_of_ones_own_music_says_when_its_first_beat_is_heard():
    """In seconds of the film; music without a beat has none."""
    made, samples = music(160), 40 * SAMPLE_RATE
    first = beats_in(made, fitted(made, samples), samples)[0]

    tempo = own_tempo(made, samples)

    assert tempo is not None
    assert (tempo.bpm, tempo.beats) == (120.0, 1)
    assert (tempo.first_s - first / SAMPLE_RATE + 0.25) % 0.5 == pytest.approx(0.25, abs=0.002)
    assert own_tempo(music(160, tempo_bpm=0.0), samples) is None
