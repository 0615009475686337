"""Progress: folding events, the estimate of the rest, plain lines and the panel."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from astragen.cli.progress import Clock, Progress, lines, panel
from astragen.model.event import Event, FellBack, Queued, StageDone, StageStarted, Started, StepDone
from astragen.model.take import Fallback

EVENTS: tuple[Event, ...] = (
    StageStarted(at_s=0.0, stage="write", total=1),
    StepDone(at_s=0.1, stage="write", subject="storyboard", reused=False),
    StageDone(at_s=0.1, stage="write", wall_s=0.1),
    StageStarted(at_s=1.0, stage="render", total=10),
    StepDone(at_s=1.0, stage="render", subject="s1-1", reused=True),
    StepDone(at_s=3.0, stage="render", subject="s1-2", reused=False),
    FellBack(
        at_s=3.5,
        fallback=Fallback(stage="narrate", subject="s2-1", reason="no voice for xx", instead="silence [2 s]"),
    ),
    StepDone(at_s=5.0, stage="render", subject="s1-3", reused=False),
)


def drawn(progress: Progress, elapsed_s: float) -> str:
    """The panel as a terminal without colours shows it."""
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    console.print(panel(progress, elapsed_s))
    return console.file.getvalue()


@pytest.fixture
def progress() -> Progress:
    """A run three of ten shots into rendering, one of them reused."""
    told = Progress("Dusk [draft]")
    for event in EVENTS:
        told.take(event)
    return told


def test_the_rest_is_told_by_the_pace_of_fresh_steps(progress: Progress):
    """Two fresh shots took 4 s, so the seven left take 14 s; the reused one says nothing about the pace."""
    assert progress.rest_s(5.0) == pytest.approx(14.0)


def test_the_rest_is_the_estimate_until_a_stage_has_a_pace():
    """Before the first shot is done only the estimate made beforehand can tell."""
    progress = Progress("Dusk", expected_s=20.0)
    progress.take(EVENTS[0])

    assert progress.rest_s(4.0) == pytest.approx(16.0)
    assert Progress("Dusk").rest_s(4.0) is None


def test_plain_lines_tell_stages_and_fallbacks_but_not_steps():
    """A log of a run has a line when a stage starts and ends, and for what fell back."""
    progress = Progress("Dusk")
    told = []
    for event in (*EVENTS, StageDone(at_s=9.0, stage="render", wall_s=8.0)):
        progress.take(event)
        told.extend(lines(progress, event))

    assert told == [
        "write: started",
        "write: done in 0.1 s",
        "render: started, 10 to do",
        "narrate s2-1: no voice for xx; instead: silence [2 s]",
        "render: done in 8.0 s (1 reused)",
    ]


def test_the_panel_shows_stages_counts_fallbacks_and_time(progress: Progress):
    """Square brackets in titles and reasons are text, not markup."""
    text = drawn(progress, 5.0)

    for piece in ("Dusk [draft]", "✓", "render", "3/10", "(1 reused)", "silence [2 s]", "5 s, about 14 s to go"):
        assert piece in text


def test_a_stage_that_runs_twice_is_one():
    """Totals and seconds add up over the rounds."""
    progress = Progress("Dusk")
    for event in (
        StageStarted(at_s=0.0, stage="narrate", total=2),
        StageDone(at_s=1.0, stage="narrate", wall_s=1.0),
        StageStarted(at_s=3.0, stage="narrate", total=1),
        StageDone(at_s=3.5, stage="narrate", wall_s=0.5),
    ):
        progress.take(event)

    assert (progress.stages["narrate"].total, progress.stages["narrate"].wall_s) == (3, 1.5)


def test_an_attempt_begins_with_nothing_done():
    """What an attempt before it told is not part of it; until a worker takes it, it is queued."""
    progress = Progress("Dusk")
    for event in (*EVENTS, Queued(attempt=2)):
        progress.take(event)

    assert progress.is_queued
    assert (progress.stages, progress.fallbacks) == ({}, [])
    assert list(lines(progress, Queued(attempt=2))) == ["queued: waiting for a worker"]
    assert "queued" in drawn(progress, 3.0)

    progress.take(Started(attempt=2))
    assert not progress.is_queued


def test_the_clock_is_that_of_the_run():
    """A film that runs elsewhere for 40 s when we come to look is 40 s old; waiting for a worker does not count."""
    clock = Clock()
    clock.hear(StageStarted(at_s=40.0, stage="render", total=10))
    assert clock.elapsed_s() == pytest.approx(40.0, abs=1.0)

    clock.hear(StepDone(at_s=3.0, stage="render", subject="s1-1", reused=False))
    assert clock.elapsed_s() == pytest.approx(40.0, abs=1.0)

    clock.hear(Started())
    assert clock.elapsed_s() == pytest.approx(0.0, abs=1.0)
