from __future__ import annotations

import anyio
import pytest

from astragen.model.film import StageReport
from astragen.pipeline.hurry import ENOUGH, PACE, hurried, learn_pace
from astragen.pipeline.run import RunReport
from astragen.plan.budget import estimate
from scripted_artist import BOARD, BRIEF, at_desk

WIDE = BRIEF.model_copy(update={"height": 1080, "seconds": 60.0, "deadline_s": 20.0})


def decided(folder, brief, *, late_s=0.0, paces=()):
    """What the deadline leaves of a film, and what fell back."""

    async def main():
        async with at_desk(folder) as film:
            film.run._began_s -= late_s
            for pace in paces:
                film.run.experience.learn(PACE, pace)
            return await hurried(brief, BOARD, film.run), film.run.report.fallbacks

    return anyio.run(main)


def test_a_film_with_time_enough_gives_nothing_up(tmp_path):
    """And nothing is told."""
    film, fallbacks = decided(tmp_path, BRIEF)

    assert (film.brief, film.storyboard, film.is_plain, film.given_up) == (BRIEF, BOARD, False, ())
    assert fallbacks == ()


def test_without_a_deadline_nothing_is_given_up(tmp_path):
    """However slow the machine is."""
    brief = WIDE.model_copy(update={"deadline_s": "none"})

    film, _ = decided(tmp_path, brief, late_s=1e6, paces=[100.0] * ENOUGH)

    assert (film.brief, film.given_up) == (brief, ())


def test_a_slow_machine_gives_up_and_says_what_and_why(tmp_path):
    """In the order that is stated."""
    left_s = 20 / (estimate(WIDE, BOARD, workers=1).seconds * 0.5)

    film, (fallback,) = decided(tmp_path, WIDE, paces=[left_s] * ENOUGH)

    assert film.given_up[:1] == ("bloom and grain",)
    assert film.is_plain
    assert (fallback.stage, fallback.subject) == ("deadline", "film")
    assert fallback.instead == f"given up: {', '.join(film.given_up)}"
    assert "20 s are left of the deadline" in fallback.reason


def test_two_slow_films_say_nothing_of_a_machine(tmp_path):
    """It may have been busy."""
    film, _ = decided(tmp_path, BRIEF, paces=[100.0] * (ENOUGH - 1))

    assert film.given_up == ()


def test_what_was_decided_is_remembered_with_the_film(tmp_path):
    """Made again it is the same film, and says the same of itself, however quick the machine is that day."""
    left_s = 20 / (estimate(WIDE, BOARD, workers=1).seconds * 0.5)
    first = decided(tmp_path, WIDE, paces=[left_s] * ENOUGH)

    again = decided(tmp_path, WIDE, paces=[0.01] * 20)

    assert again == first


@pytest.mark.parametrize(
    ("stages", "is_learned"),
    [
        pytest.param([("write", 0), ("render", 0)], True, id="painted, all of it now"),
        pytest.param([("render", 1)], False, id="in part from the cache"),
        pytest.param([("shoot", 0), ("render", 0)], False, id="with pictures that were waited for"),
    ],
)
def test_the_pace_is_learned_of_whole_painted_films_only(tmp_path, stages, is_learned):
    """Others say nothing of how fast this machine is."""

    async def main():
        async with at_desk(tmp_path) as film:
            told = tuple(StageReport(name=name, wall_s=1, steps=1, reused=reused) for name, reused in stages)
            run = Reported(film.run, RunReport(10.0, told, ()))
            learn_pace(BRIEF, BOARD, run)
            return film.run.experience.of(PACE)

    expected = (10.0 / estimate(BRIEF, BOARD, workers=1).seconds,) if is_learned else ()
    assert anyio.run(main) == pytest.approx(expected)


class Reported:
    """A run whose report is as a test says."""

    def __init__(self, run, report):
        self.experience, self.workers, self.report = run.experience, run.workers, report
