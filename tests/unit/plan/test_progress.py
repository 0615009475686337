"""How far a film is."""

from __future__ import annotations

from astragen.model.event import ShotPlanned, StageDone, StageStarted, StepDone
from astragen.plan.progress import ALMOST, WEIGHTS, Share


def stage(name, total):
    """All events of a stage."""
    yield StageStarted(at_s=0, stage=name, total=total)
    for number in range(total):
        yield StepDone(at_s=0, stage=name, subject=str(number), reused=False)
    yield StageDone(at_s=0, stage=name, wall_s=1)


def test_it_never_goes_back_and_ends_below_the_whole():
    """The film itself is the last percent."""
    share, seen = Share(), []

    for name in WEIGHTS:
        for event in stage(name, 3):
            share.take(event)
            seen.append(share.percent)

    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, ALMOST)


def test_a_painted_film_comes_to_its_end_without_providers():
    """The stage that asks them counts only where it begins."""
    share = Share()

    for name in WEIGHTS.keys() - {"shoot"}:
        for event in stage(name, 2):
            share.take(event)

    assert share.percent == ALMOST


def test_shots_are_counted_as_they_are_planned_and_rendered():
    """Both numbers are on the film's record."""
    share = Share()

    for shot in "ab":
        share.take(ShotPlanned(shot=shot, scene="one", action=""))
    share.take(StageStarted(at_s=0, stage="render", total=2))
    share.take(StepDone(at_s=0, stage="render", subject="a", reused=True))

    assert (share.shots_done, share.shots_total, share.stage) == (1, 2, "render")


def test_what_nobody_sees_changes_nothing():
    """A database is written to only when there is news."""
    share = Share()

    assert not share.take(StepDone(at_s=0, stage="settle", subject="x", reused=False))
    assert share.take(ShotPlanned(shot="a", scene="one", action=""))
