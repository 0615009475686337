"""What a run tells while it works: one union for the CLI's bar, a log, a stream.

Progress is an event, not a log line. `at_s` is seconds since the run began, given
by the run; events carry no clock of their own.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.take import Fallback


class StageStarted(Model):
    """A stage begins; `total` units of work are known."""

    kind: Literal["stage_started"] = "stage_started"
    at_s: float
    stage: str
    total: int


class StepDone(Model):
    """One unit of a stage is done; `reused` when it came from the cache."""

    kind: Literal["step_done"] = "step_done"
    at_s: float
    stage: str
    subject: str
    reused: bool


class StageDone(Model):
    """A stage is complete."""

    kind: Literal["stage_done"] = "stage_done"
    at_s: float
    stage: str
    wall_s: float


class FellBack(Model):
    """Something did not go as asked; the film goes on."""

    kind: Literal["fell_back"] = "fell_back"
    at_s: float
    fallback: Fallback


Event = Annotated[StageStarted | StepDone | StageDone | FellBack, Field(discriminator="kind")]
