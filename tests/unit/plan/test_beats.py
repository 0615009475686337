"""Cuts on the beat."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest

from astragen.model.storyboard import Storyboard
from astragen.model.tempo import Tempo
from astragen.model.time import SAMPLE_RATE
from astragen.plan.beats import ON_BEAT, on_beats
from astragen.plan.pacing import film_frames, least_frames, pace
from astragen.plan.transitions import transitions

SLOW = Tempo(72.0, 4)


def cuts(story: Storyboard) -> list[int]:
    return list(accumulate(shot.frames for shot in story.shots))[:-1]


def off_beat(frame: int, tempo: Tempo, fps: int, *, beats: float = 1.0) -> float:
    """Frames from *frame* to the nearest multiple of so many *beats*."""
    step = tempo.beat_s * fps * beats
    return abs(frame - round(frame / step) * step)


def film(board, seed: int, fps: int) -> tuple[Storyboard, Storyboard, dict[str, int]]:
    """A storyboard of chance scenes and lines with room in it, as asked and as paced, and its lines' lengths."""
    dice = random.Random(seed)
    asked = board(*([{"line": "Words."}] * dice.randint(1, 4) for _ in range(dice.randint(2, 5))))
    lengths = {shot.id: round(dice.uniform(1, 5) * SAMPLE_RATE) for shot in asked.shots}
    seconds = sum(lengths.values()) / SAMPLE_RATE + 1.6 * len(asked.shots)
    return asked, pace(asked, lengths, fps=fps, seconds=round(seconds, 2)), lengths


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("seed", range(20))
def test_cuts_fall_on_beats(board, seed, fps):
    """Films with a second of air a line: all cuts on beats or half beats, most on beats, none far from where it was."""
    asked, paced, lengths = film(board, seed, fps)

    moved = on_beats(paced, asked, lengths, tempo=SLOW, fps=fps)

    places = cuts(moved)
    assert all(off_beat(frame, SLOW, fps, beats=0.5) <= ON_BEAT for frame in places)
    assert sum(off_beat(frame, SLOW, fps) <= ON_BEAT for frame in places) >= 0.7 * len(places)
    assert all(abs(now - then) <= SLOW.beat_s * fps for now, then in zip(places, cuts(paced), strict=True))


@pytest.mark.parametrize("first_s", [0.1, 0.37, 0.7])
def test_cuts_follow_music_that_begins_between_two_frames(board, first_s):
    """The beats of a file of one's own fall where they fall."""
    late = Tempo(72.0, 1, first_s)
    asked, paced, lengths = film(board, 3, 24)

    moved = on_beats(paced, asked, lengths, tempo=late, fps=24)

    assert all(off_beat(frame - first_s * 24, late, 24, beats=0.5) <= ON_BEAT for frame in cuts(moved))
    assert sum(off_beat(frame - first_s * 24, late, 24) <= ON_BEAT for frame in cuts(moved)) >= 0.7 * len(cuts(moved))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("tempo", [SLOW, Tempo(128.0, 3)])
def test_the_film_keeps_its_length_and_every_line_its_room(board, seed, tempo):
    """No shot is shorter than its line needs, or than it was where that was less already."""
    asked, paced, lengths = film(board, seed, 24)

    moved = on_beats(paced, asked, lengths, tempo=tempo, fps=24)

    assert film_frames(moved) == film_frames(paced)
    least = least_frames(asked, lengths, fps=24)
    for now, then, need in zip(moved.shots, paced.shots, least, strict=True):
        assert now.frames >= min(need, then.frames)


def test_lengths_that_somebody_set_stay(board):
    """Free shots move around them."""
    asked = board([{"frames": 50}, {}, {"frames": 77}], [{}, {}, {"frames": 41}])
    paced = pace(asked, {}, fps=24, seconds=20)

    moved = on_beats(paced, asked, {}, tempo=SLOW, fps=24)

    assert [moved.shots[number].frames for number in (0, 2, 5)] == [50, 77, 41]
    assert film_frames(moved) == 480
    assert cuts(moved) != cuts(paced)


def test_a_film_without_air_stays_as_it_is(board):
    """Every shot is as short as its line allows: nothing can move."""
    asked = board([{"line": "Words."}] * 4)
    lengths = {shot.id: 2 * SAMPLE_RATE for shot in asked.shots}
    paced = pace(asked, lengths, fps=24, seconds=1)

    assert on_beats(paced, asked, lengths, tempo=SLOW, fps=24) == paced


def test_scenes_look_for_the_first_beat_of_a_bar(board):
    """Two scenes of wordless shots: the second begins with a bar."""
    asked = board([{}] * 3, [{}] * 3)
    paced = pace(asked, {}, fps=24, seconds=21)

    moved = on_beats(paced, asked, {}, tempo=SLOW, fps=24)

    assert off_beat(cuts(moved)[2], SLOW, 24, beats=4) <= ON_BEAT


def test_transitions_of_stated_length_still_fit(board):
    """Shots beside one are not shortened."""
    asked = board([{}, {"transition": "dissolve", "transition_s": 1.5}, {}], [{}, {}])
    paced = pace(asked, {}, fps=24, seconds=14)

    moved = on_beats(paced, asked, {}, tempo=SLOW, fps=24)

    assert all(now.frames >= then.frames for now, then in list(zip(moved.shots, paced.shots, strict=True))[:2])
    assert transitions(moved, 24)


def test_a_later_edit_leaves_earlier_cuts_alone(board):
    """A longer line at the end moves no cut before the shots that make room for it."""
    asked = board([{"frames": None}] * 6)
    paced = pace(asked, {}, fps=24, seconds=30)
    first = on_beats(paced, asked, {}, tempo=SLOW, fps=24)
    shots = list(paced.shots)
    shots[4], shots[5] = (
        shots[4].model_copy(update={"frames": shots[4].frames + 12}),
        shots[5].model_copy(update={"frames": shots[5].frames - 12}),
    )
    edited = paced.model_copy(update={"scenes": (paced.scenes[0].model_copy(update={"shots": tuple(shots)}),)})

    again = on_beats(edited, asked, {}, tempo=SLOW, fps=24)

    assert cuts(again)[:4] == cuts(first)[:4]
