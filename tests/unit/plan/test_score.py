"""What the composer is asked for."""

from __future__ import annotations

import pytest

from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.model.tempo import tempo_of
from astragen.model.time import frames_to_samples
from astragen.model.vocabulary import Mood
from astragen.plan.score import score_request, score_tempo

BRIEF = Brief(prompt="A keeper and a whale", fps=24)


def film(board, *scenes: tuple[Mood, list[float]], **fields) -> Storyboard:
    """A paced storyboard: each scene's mood and the seconds of its shots."""
    story = board(*([{"frames": round(24 * length)} for length in lengths] for _, lengths in scenes), **fields)
    moods = [mood for mood, _ in scenes]
    changed = tuple(scene.model_copy(update={"mood": mood}) for scene, mood in zip(story.scenes, moods, strict=True))
    return story.model_copy(update={"scenes": changed})


def seconds(samples: int) -> float:
    return samples / 48_000


def test_sections_are_the_scenes_whose_mood_is_another(board):
    """Two calm scenes are one section; the first begins at 0."""
    story = film(board, (Mood.CALM, [4, 4]), (Mood.CALM, [5]), (Mood.TENSE, [6]), (Mood.CALM, [3]))

    asked = score_request(story, BRIEF)

    assert [(seconds(one.start), one.mood) for one in asked.sections] == [
        (0, Mood.CALM),
        (13, Mood.TENSE),
        (19, Mood.CALM),
    ]


def test_scenes_that_all_agree_leave_it_to_the_film_s_mood(board):
    """An epic film of hopeful scenes is scored as epic throughout."""
    asked = score_request(film(board, (Mood.HOPEFUL, [8]), (Mood.HOPEFUL, [8]), mood=Mood.EPIC), BRIEF)

    assert (asked.mood, asked.sections) == (Mood.EPIC, ())


def test_cuts_and_turns_are_where_shots_and_scenes_begin(board):
    """In samples of the film, the first shot and the film's end not among them."""
    asked = score_request(film(board, (Mood.CALM, [2.5, 3]), (Mood.CALM, [4, 1.5])), BRIEF)

    assert asked.cuts == tuple(frames_to_samples(frame, 24) for frame in (60, 132, 228))
    assert asked.turns == (frames_to_samples(132, 24),)
    assert asked.samples == frames_to_samples(264, 24)


@pytest.mark.parametrize(
    ("scenes", "turn"),
    [
        ([(Mood.CALM, [10]), (Mood.CALM, [10]), (Mood.TENSE, [10]), (Mood.CALM, [10])], 20),
        ([(Mood.SAD, [10]), (Mood.SAD, [8]), (Mood.HOPEFUL, [12])], 18),
        ([(Mood.CALM, [10]), (Mood.CALM, [10]), (Mood.CALM, [10]), (Mood.CALM, [10])], 30),
        ([(Mood.CALM, [5, 5, 5, 5, 5, 5])], 20),
        ([(Mood.TENSE, [3, 12]), (Mood.CALM, [1])], None),
        ([(Mood.EPIC, [3]), (Mood.SAD, [3])], None),
    ],
    ids=["to a stirring mood", "out of sadness", "at three quarters", "in one scene", "too late", "too short"],
)
def test_the_turning_point(board, scenes, turn):
    """Where the mood changes most, best to something stirring, best at three quarters."""
    climax = score_request(film(board, *scenes), BRIEF).climax

    assert climax == (None if turn is None else turn * 48_000)


def test_the_tempo_is_the_one_that_the_request_will_be_played_at(board):
    """Of the same mood and seed."""
    story = film(board, (Mood.CALM, [8]), (Mood.TENSE, [8]), mood=Mood.SAD)
    asked = score_request(story, BRIEF)

    assert score_tempo(story, BRIEF) == tempo_of(asked.mood, asked.seed)


def test_without_music_there_is_no_score_but_its_tempo_holds(board):
    """Taking the music out of a film moves no cut."""
    story = film(board, (Mood.CALM, [8]), (Mood.TENSE, [8]))
    silent = BRIEF.model_copy(update={"music": False})

    assert score_request(story, silent) is None
    assert score_tempo(story, silent) == score_tempo(story, BRIEF)
