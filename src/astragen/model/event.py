"""What a run tells while it works: one union for the CLI's bar, a log, a stream.

Progress is an event, not a log line. `at_s` is seconds since the run began, given
by the run; events carry no clock of their own.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.take import Artifact, Attempt, Fallback


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


class Queued(Model):
    """The film was accepted and waits for a worker."""

    kind: Literal["queued"] = "queued"
    at_s: float = 0.0
    attempt: int = 1


class Started(Model):
    """A worker makes the film; after a crash another one goes on, and says nothing."""

    kind: Literal["started"] = "started"
    at_s: float = 0.0
    attempt: int = 1


class ShotPlanned(Model):
    """One shot of the storyboard is written; it may still change until the stage "write" is done."""

    kind: Literal["shot_planned"] = "shot_planned"
    at_s: float
    shot: str
    scene: str
    action: str
    narration: str = ""
    frames: int | None = None


class TakeMade(Model):
    """A shot has its picture."""

    kind: Literal["take_made"] = "take_made"
    at_s: float
    shot: str
    made_by: str
    picture: Artifact | None = Field(None, description="A still of it, small; null: none is kept.")
    attempts: tuple[Attempt, ...] = ()


class Ended(Model):
    """The last event of an attempt."""

    kind: Literal["ended"] = "ended"
    at_s: float = 0.0
    state: Literal["completed", "failed", "cancelled"]
    attempt: int = 1
    code: str = Field("", description="Of a failure, dotted.")
    message: str = ""


Event = Annotated[
    StageStarted | StepDone | StageDone | FellBack | Queued | Started | ShotPlanned | TakeMade | Ended,
    Field(discriminator="kind"),
]
