"""What a run tells, shown while it works: a live panel on a terminal, plain lines elsewhere.

`Progress` is what the events said so far and how long the rest may take; `panel` and
`lines` are two ways to show it. All of it goes to stderr: stdout is for the result.
Start reading at `shown`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from astragen.model.event import Event, FellBack, Queued, StageDone, StageStarted, Started, StepDone
from astragen.model.take import Fallback

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

BAR_CELLS = 24  # width of a stage's bar, in terminal cells
REDRAWS_PER_S = 8


@dataclass
class Stage:
    """One stage of the run; times are seconds since the run began."""

    name: str
    total: int
    started_s: float
    done: int = 0
    reused: int = 0
    wall_s: float | None = None
    before_s: float = 0.0  # of earlier rounds: a stage that runs twice is one

    def rest_s(self, now_s: float) -> float | None:
        """Seconds until it is done at the pace of the steps so far; None while nothing tells the pace."""
        if self.wall_s is not None:
            return 0.0
        fresh = self.done - self.reused
        return (now_s - self.started_s) / fresh * (self.total - self.done) if fresh else None


@dataclass
class Progress:
    """What the events said so far."""

    title: str
    expected_s: float | None = None
    stages: dict[str, Stage] = field(default_factory=dict)
    fallbacks: list[Fallback] = field(default_factory=list)
    is_queued: bool = False

    def take(self, event: Event) -> None:
        """Fold *event* in."""
        if isinstance(event, Queued | Started):
            self.is_queued = isinstance(event, Queued)
            self.stages.clear()  # of an attempt before this one
            self.fallbacks.clear()
        elif isinstance(event, StageStarted):
            self._start(event)
        elif isinstance(event, StepDone):
            stage = self.stages[event.stage]
            stage.done += 1
            stage.reused += event.reused
        elif isinstance(event, StageDone):
            self.stages[event.stage].wall_s = self.stages[event.stage].before_s + event.wall_s
        elif isinstance(event, FellBack):
            self.fallbacks.append(event.fallback)

    def _start(self, event: StageStarted) -> None:
        stage = self.stages.setdefault(event.stage, Stage(event.stage, 0, event.at_s))
        stage.total += event.total
        stage.before_s, stage.wall_s, stage.started_s = stage.wall_s or 0.0, None, event.at_s

    def rest_s(self, now_s: float) -> float | None:
        """Seconds until the film should be there, or None while that is unknown.

        The slowest running stage tells; before any of them has a pace, the estimate made beforehand does.
        """
        paces = [rest for stage in self.stages.values() if stage.wall_s is None and (rest := stage.rest_s(now_s))]
        if paces:
            return max(paces)
        return max(0.0, self.expected_s - now_s) if self.expected_s is not None else None


class Clock:
    """Seconds since the run began: here, or elsewhere, as its own events say."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()

    def hear(self, event: Event) -> None:
        """Go forward to when *event* was, or begin anew with a run that begins."""
        now_s = time.monotonic()
        begins = isinstance(event, Queued | Started)
        self._began_s = now_s if begins else min(self._began_s, now_s - event.at_s)

    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began_s


Listener = Callable[[Event], None]


@contextmanager
def shown(title: str, *, expected_s: float | None = None) -> Iterator[Listener]:
    """Show a run of the film *title* on stderr; call what is yielded with each event."""
    progress = Progress(title, expected_s)
    console = _terminal()
    with _live(progress, console) if console else _plain(progress) as listener:
        yield listener


def lines(progress: Progress, event: Event) -> Iterator[str]:
    """The plain lines for *event*, already folded into *progress*; most steps say nothing."""
    if isinstance(event, Queued):
        yield "queued: waiting for a worker"
    elif isinstance(event, StageStarted):
        yield f"{event.stage}: started" + (f", {event.total} to do" if event.total > 1 else "")
    elif isinstance(event, StageDone):
        stage = progress.stages[event.stage]
        yield f"{event.stage}: done in {event.wall_s:.1f} s" + (f" ({_reused(stage)})" if stage.reused else "")
    elif isinstance(event, FellBack):
        yield fallback_line(event.fallback)


def _reused(stage: Stage) -> str:
    return f"{stage.reused} reused" if stage.total > 1 else "reused"


def fallback_line(fallback: Fallback) -> str:
    """What did not go as asked, and what was done instead."""
    return f"{fallback.stage} {fallback.subject}: {fallback.reason}; instead: {fallback.instead}"


def panel(progress: Progress, elapsed_s: float) -> RenderableType:
    """The live panel: one row a stage, what fell back, and how long it may still take."""
    from rich.panel import Panel
    from rich.table import Table

    table = Table.grid(padding=(0, 2), expand=False)
    for justify in ("left", "left", "left", "left", "right"):
        table.add_column(justify=justify, no_wrap=True)
    for stage in list(progress.stages.values()):
        table.add_row(*_row(stage, elapsed_s))
    if progress.is_queued:
        table.add_row("[cyan]●[/]", "queued", "", "", f"{elapsed_s:.1f} s")
    fallbacks = [f"[yellow]! {_escaped(fallback_line(fallback))}[/]" for fallback in progress.fallbacks]
    rows: list[RenderableType] = [table, *fallbacks, f"[dim]{_clock(progress, elapsed_s)}[/]"]
    return Panel(_group(rows), title=f"[bold]{_escaped(progress.title)}[/]", title_align="left", expand=False)


def _group(rows: list[RenderableType]) -> RenderableType:
    from rich.console import Group

    return Group(*rows)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _row(stage: Stage, elapsed_s: float) -> tuple[RenderableType, ...]:
    """Mark, name, bar, count and seconds of one stage."""
    from rich.progress_bar import ProgressBar

    is_done = stage.wall_s is not None
    mark = "[green]✓[/]" if is_done else "[cyan]●[/]"
    total = max(stage.total, 1)
    completed = total if is_done else min(stage.done, total)
    bar = ProgressBar(total, completed, width=BAR_CELLS, complete_style="cyan", finished_style="green")
    counts = [f"{stage.done}/{stage.total}"] if stage.total > 1 else []
    if stage.reused:
        counts.append(f"[dim]({_reused(stage)})[/]")
    seconds = stage.wall_s if stage.wall_s is not None else stage.before_s + max(0.0, elapsed_s - stage.started_s)
    return mark, stage.name, bar if stage.total > 1 else "", " ".join(counts), f"{seconds:.1f} s"


def _clock(progress: Progress, elapsed_s: float) -> str:
    rest_s = progress.rest_s(elapsed_s)
    rest = f", about {rest_s:.0f} s to go" if rest_s is not None and rest_s >= 1 else ""
    return f"{elapsed_s:.0f} s{rest}"


def _terminal() -> Console | None:
    """A console that can redraw, or None. rich obeys NO_COLOR and knows dumb terminals."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console

    console = Console(stderr=True)
    return None if console.is_dumb_terminal else console


@contextmanager
def _live(progress: Progress, console: Console) -> Iterator[Listener]:
    from rich.live import Live

    clock = Clock()

    def picture() -> RenderableType:
        return panel(progress, clock.elapsed_s())

    def take(event: Event) -> None:
        clock.hear(event)
        progress.take(event)

    with Live(get_renderable=picture, console=console, refresh_per_second=REDRAWS_PER_S):
        yield take


@contextmanager
def _plain(progress: Progress) -> Iterator[Listener]:
    def say(event: Event) -> None:
        progress.take(event)
        for line in lines(progress, event):
            click.echo(line, err=True)

    yield say
