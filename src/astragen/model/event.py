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
    """A shot is written and has its length; told in film order."""

    kind: Literal["shot_planned"] = "shot_planned"
    at_s: float = 0.0
    shot: str
    scene: str
    action: str
    narration: str = ""
    frames: int | None = None


class TakeMade(Model):
    """A shot has its picture, and is rendered next."""

    kind: Literal["take_made"] = "take_made"
    at_s: float = 0.0
    shot: str
    made_by: str
    picture: Artifact | None = Field(None, description="Its still; null: it is painted, or a clip.")
    attempts: tuple[Attempt, ...] = ()


class ShotRendered(Model):
    """A shot can be watched, while the others are still made; without the frames that it shares with its neighbours."""

    kind: Literal["shot_rendered"] = "shot_rendered"
    at_s: float = 0.0
    shot: str
    clip: Artifact | None = Field(None, description="Its own frames, without sound; null: it has none of its own.")


class Ended(Model):
    """The last event of an attempt."""

    kind: Literal["ended"] = "ended"
    at_s: float = 0.0
    state: Literal["completed", "failed", "cancelled"]
    attempt: int = 1
    code: str = Field("", description="Of a failure, dotted.")
    message: str = ""


Event = Annotated[
    StageStarted | StepDone | StageDone | FellBack | Queued | Started | ShotPlanned | TakeMade | ShotRendered | Ended,
    Field(discriminator="kind"),
]
