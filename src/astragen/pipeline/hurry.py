"""What a film gives up so that its deadline is kept, decided once and told.

The decision is remembered with the film: made again, it is the same film, however busy the
machine is that day.
"""

from __future__ import annotations

import math
import os
from statistics import median
from typing import Final

from astragen.model.base import Model
from astragen.model.brief import Brief
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback
from astragen.pipeline.run import Run
from astragen.plan.budget import estimate
from astragen.plan.deadline import StepDown, stepped_down

PACE: Final = "pace"  # seconds that a film took for a second of its estimate
VERSION: Final = "1"
ENOUGH: Final = 3  # films before this machine's pace is believed


class _Asked(Model):
    brief: Brief
    storyboard: Storyboard
    workers: int
    voices_s: float


class _Decided(Model):
    brief: Brief
    storyboard: Storyboard
    is_plain: bool
    given_up: tuple[str, ...]
    reason: str


async def hurried(brief: Brief, storyboard: Storyboard, run: Run, *, voices_s: float = 0.0) -> StepDown:
    """Return the film with what its deadline leaves of it; what was given up is reported.

    *voices_s*: for which providers' voices will be waited.
    """
    if math.isinf(brief.due_s):
        return StepDown(brief, storyboard)

    async def decide(asked: _Asked) -> _Decided:
        pace = _pace(run)
        left_s = asked.brief.due_s - run.report.wall_s - asked.voices_s
        film = stepped_down(asked.brief, asked.storyboard, left_s=left_s, workers=asked.workers, pace=pace)
        taken_s = pace * estimate(asked.brief, asked.storyboard, workers=asked.workers).seconds
        reason = f"it would take about {taken_s:.0f} s, and {left_s:.0f} s are left of the deadline"
        return _Decided(**film._asdict(), reason=reason)

    asked = _Asked(brief=brief, storyboard=storyboard, workers=run.workers, voices_s=voices_s)
    decided = await run.once("hurry", decide, asked, returns=_Decided, version=VERSION)
    if decided.given_up:
        instead = f"given up: {', '.join(decided.given_up)}"
        run.fall_back(Fallback(stage="deadline", subject="film", reason=decided.reason, instead=instead))
    return StepDown(decided.brief, decided.storyboard, decided.is_plain, decided.given_up)


def learn_pace(brief: Brief, storyboard: Storyboard, run: Run) -> None:
    """Note how long the film took beside its estimate, when all of it was made in this run and by the painter."""
    stages = {stage.name: stage for stage in run.report.stages}
    if "shoot" not in stages and not any(stage.reused for stage in stages.values()):
        expected_s = estimate(brief, storyboard, workers=run.workers).seconds
        run.experience.learn(PACE, run.report.wall_s / expected_s)


def pace_now(run: Run) -> float:
    """Seconds of this machine for a second of the estimate, as busy as it is: by how many others want a processor."""
    wanted = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    others = max(0.0, wanted - run.workers)
    return max(_pace(run), 1.0 + others / (os.cpu_count() or 1)) if others else _pace(run)


def _pace(run: Run) -> float:
    """Seconds of this machine for a second of the estimate."""
    paces = run.experience.of(PACE)[-9:]
    return median(paces) if len(paces) >= ENOUGH else 1.0
