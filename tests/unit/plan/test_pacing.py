from __future__ import annotations

import random

import pytest

from astragen.model.time import SAMPLE_RATE, samples_to_frames_up, seconds_to_frames
from astragen.model.vocabulary import ShotSize
from astragen.plan.pacing import (
    CLOSING_TAIL_S,
    LEAD_IN_S,
    MAX_RATE,
    MAX_SHOT_S,
    MIN_SHOT_S,
    TAIL_S,
    TIGHT_CLOSING_S,
    TIGHT_TAIL_S,
    film_frames,
    hurried_rate,
    pace,
    pacing_fallbacks,
    reading_samples,
)

SPOKEN = {"line": "Words."}


def spoken(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def frames(story) -> list[int]:
    return [shot.frames for shot in story.shots]


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
@pytest.mark.parametrize("seed", range(25))
def test_a_film_whose_lines_fit_has_exactly_the_asked_frames(board, fps, seed):
    """Random scenes, line lengths and film lengths; every shot holds its line and the breath around it."""
    dice = random.Random(seed)
    story = board(*([SPOKEN if dice.random() < 0.7 else {}] * dice.randint(1, 4) for _ in range(dice.randint(1, 5))))
    lengths = {shot.id: spoken(dice.uniform(0.4, 7)) for shot in story.shots if shot.line}
    least = sum(lengths.values()) / SAMPLE_RATE + 2.7 * len(story.shots)
    seconds = round(dice.uniform(least, 3 * least), 2)

    paced = pace(story, lengths, fps=fps, seconds=seconds)

    assert film_frames(paced) == seconds_to_frames(seconds, fps)
    for shot in paced.shots:
        assert shot.frames >= seconds_to_frames(MIN_SHOT_S, fps)
        if shot.id in lengths:
            around = seconds_to_frames(LEAD_IN_S, fps) + seconds_to_frames(TAIL_S, fps)
            assert shot.frames >= samples_to_frames_up(lengths[shot.id], fps) + around


def test_lines_that_do_not_fit_make_the_film_as_long_as_they_need(board):
    """Two lines of 4 s asked into 5 s: each keeps its breath, the last its closing tail, and no frame more."""
    paced = pace(board([SPOKEN, SPOKEN]), {"s1-1": spoken(4), "s1-2": spoken(4)}, fps=24, seconds=5)

    assert frames(paced) == [
        96 + seconds_to_frames(LEAD_IN_S, 24) + seconds_to_frames(TAIL_S, 24),
        96 + seconds_to_frames(LEAD_IN_S, 24) + seconds_to_frames(CLOSING_TAIL_S, 24),
    ]


def test_a_length_that_somebody_set_is_kept(board):
    """The other shots share what it leaves."""
    paced = pace(board([{"frames": 31}, {}, {}]), {}, fps=24, seconds=10)

    assert frames(paced)[0] == 31
    assert sum(frames(paced)) == 240


def test_a_set_length_gives_way_to_a_line_that_does_not_fit_into_it(board):
    """A narration cut off in the middle is worse than a longer shot."""
    paced = pace(board([{"frames": 24, **SPOKEN}, {}]), {"s1-1": spoken(3)}, fps=24, seconds=10)

    assert frames(paced)[0] >= 72
    assert sum(frames(paced)) == 240


def test_set_lengths_alone_decide_when_no_shot_is_free(board):
    """Nobody may stretch a shot that was set, so the film is their sum."""
    assert frames(pace(board([{"frames": 48}, {"frames": 60}]), {}, fps=24, seconds=10)) == [48, 60]


def test_wordless_and_establishing_shots_take_more_of_the_slack(board):
    """The first wide view and the silent shot are longer than a close shot with the same line."""
    story = board([{"size": ShotSize.WIDE, **SPOKEN}, {"size": ShotSize.CLOSE, **SPOKEN}, {"size": ShotSize.MEDIUM}])

    wide, close, silent = frames(pace(story, {"s1-1": spoken(2), "s1-2": spoken(2)}, fps=24, seconds=16))

    assert wide > close
    assert silent > close


def test_no_shot_is_over_nine_seconds_while_another_can_take_the_slack(board):
    """One wide silent shot among short ones stops at nine seconds."""
    story = board([{"size": ShotSize.EXTREME_WIDE}, {"size": ShotSize.EXTREME_CLOSE, **SPOKEN}, SPOKEN, SPOKEN])

    paced = pace(story, dict.fromkeys(("s1-2", "s1-3", "s1-4"), spoken(1)), fps=24, seconds=34)

    assert max(frames(paced)) <= MAX_SHOT_S * 24
    assert sum(frames(paced)) == 34 * 24


def test_slack_that_nobody_can_take_below_nine_seconds_is_still_given(board):
    """Two shots for 30 s: the length asked for matters more."""
    assert frames(pace(board([{}, {}]), {}, fps=24, seconds=30)) == pytest.approx([360, 360], abs=60)


def test_a_slightly_longer_word_moves_no_shot(board):
    """A line that grows by 0.1 s within its half-second step leaves every length as it was."""
    story = board([SPOKEN, SPOKEN, {}], [SPOKEN, {}])
    lengths = {"s1-1": spoken(2.0), "s1-2": spoken(3.0), "s2-1": spoken(2.5)}

    before = pace(story, lengths, fps=24, seconds=24)
    after = pace(story, lengths | {"s1-2": spoken(3.1)}, fps=24, seconds=24)

    assert frames(before) == frames(after)


def test_a_longer_line_moves_few_shots(board):
    """A line that grows by one step takes it from at most two others of eight, not a little from all."""
    story = board([SPOKEN] * 4, [SPOKEN] * 4)
    lengths = {shot.id: spoken(2.4 + 0.13 * index) for index, shot in enumerate(story.shots)}

    before = frames(pace(story, lengths, fps=24, seconds=34))
    after = frames(pace(story, lengths | {"s1-3": lengths["s1-3"] + spoken(0.5)}, fps=24, seconds=34))

    others = [index for index, (a, b) in enumerate(zip(before, after, strict=True)) if a != b and index != 2]
    assert len(others) <= 2


def test_less_air_between_the_lines_makes_a_film_fit(board):
    """Two lines of 5 s with ample air take 11.8 s; asked for 11.5, their tails give way, their lead-in does not."""
    lengths = {"s1-1": spoken(5), "s1-2": spoken(5)}

    first, last = frames(pace(board([SPOKEN, SPOKEN]), lengths, fps=24, seconds=11.5))

    assert first + last == 276
    assert first >= 120 + seconds_to_frames(LEAD_IN_S, 24) + seconds_to_frames(TIGHT_TAIL_S, 24)
    assert last >= 120 + seconds_to_frames(LEAD_IN_S, 24) + seconds_to_frames(TIGHT_CLOSING_S, 24)


@pytest.mark.parametrize(
    ("lines", "seconds"), [(2, 11.4), (2, 11.7), (60, 336.0)], ids=["2 % over", "fits", "fits with less air"]
)
def test_speech_is_not_hurried_for_a_moment(board, lines, seconds):
    """A film that is nearly as asked keeps its calm voice."""
    story = board([SPOKEN] * lines)
    lengths = dict.fromkeys((shot.id for shot in story.shots), spoken(5))

    assert hurried_rate(story, lengths, fps=24, seconds=seconds) == 1.0


def test_speech_is_hurried_as_much_as_needed_and_no_more(board):
    """30 s of speech in a film 2.5 s too long: a twelfth faster; far too long: never above the limit."""
    story = board([SPOKEN] * 10)
    lengths = dict.fromkeys((shot.id for shot in story.shots), spoken(3))
    natural = film_frames(pace(story, lengths, fps=24, seconds=5)) / 24

    rate = hurried_rate(story, lengths, fps=24, seconds=natural - 2.5)

    assert rate == pytest.approx(30 / 27.5, rel=0.01)
    assert hurried_rate(story, lengths, fps=24, seconds=5) == MAX_RATE


def test_a_silent_line_lasts_as_long_as_it_takes_to_read():
    """Thirty Latin characters take two seconds, and so do ten Chinese ones."""
    assert reading_samples("x" * 30) == reading_samples("海" * 10) == 2 * SAMPLE_RATE


def test_what_pacing_could_not_do_as_asked_is_told(board):
    """A set length that had to give way, and a film longer than asked, each with its numbers."""
    story = board([{"frames": 24, **SPOKEN}, SPOKEN])
    paced = pace(story, {"s1-1": spoken(4), "s1-2": spoken(4)}, fps=24, seconds=5)

    shot, film = pacing_fallbacks(story, paced, fps=24, seconds=5)

    assert (shot.subject, shot.instead) == ("s1-1", "the shot lasts 4.6 s")
    assert "1.0 s" in shot.reason
    assert (film.subject, film.instead) == ("film", "the film lasts 9.833 s")
    assert "5 s were asked" in film.reason


def test_a_film_as_asked_has_nothing_to_tell(board):
    """No news."""
    story = board([SPOKEN, {"frames": 60}, {}])

    assert pacing_fallbacks(story, pace(story, {"s1-1": spoken(2)}, fps=24, seconds=10), fps=24, seconds=10) == ()
