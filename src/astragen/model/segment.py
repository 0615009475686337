"""Pieces of a timeline that are rendered on their own, so that an edit redoes only what it touched.

A shot's *body* is encoded; its *head* and *tail* are the frames that a transition needs.
They are rendered with the body and kept lossless, but for a still: its frames cost less to
draw than to keep and read, and its join draws them. A join mixes the tail of one shot with
the head of the next and is encoded by itself. All pieces of a film share one profile, so
their packets go into the file unchanged.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from astragen.model.base import Model
from astragen.model.brief import CaptionStyle
from astragen.model.look import Look
from astragen.model.profile import Encoding, row
from astragen.model.storyboard import Identifier
from astragen.model.take import Artifact, Take
from astragen.model.timeline import Cue
from astragen.model.vocabulary import TransitionKind


class Profile(Model):
    """Codec, size, rate: equal profiles give segments that can be joined by copying packets."""

    width: int = Field(ge=2)
    height: int = Field(ge=2)
    fps: int = Field(ge=1)
    encoding: Encoding = Field(default_factory=lambda: row("web").encoding)


class ShotJob(Model):
    """Render one shot: `head` + body + `tail` frames, continuous in the take's own time."""

    kind: Literal["shot"] = "shot"
    shot: Identifier
    take: Take
    profile: Profile
    start: int = Field(description="The take's frame that is the first of the head (may be negative).")
    head: int = Field(ge=0)
    body: int = Field(ge=0)
    tail: int = Field(ge=0)
    clip_frames: int = Field(ge=1, description="The clip's frames on the timeline: the camera move spans these.")
    span: tuple[int, int] | None = Field(
        None, description="First frame and number of frames of the whole shot, of which this job is a part; null: all."
    )
    look: Look = Field(default_factory=Look, description="Its `lut` is empty: see `lut`.")
    lut: Artifact | None = Field(None, description="The look's .cube file.")
    cues: tuple[Cue, ...] = Field((), description="To burn in; frames count from the body's first.")
    language: str = "en"
    caption_style: CaptionStyle = "boxed"


class RenderedShotFiles(NamedTuple):
    """What a ShotJob wrote; None where it has no such frames.

    It stands here, and not beside the renderer: the process that is sent one must not load that.
    """

    head: Path | None
    body: Path | None
    tail: Path | None


class RenderedShot(Model):
    """What the ShotJobs of a shot gave; None where it has no such frames, or where they are drawn in their join."""

    shot: Identifier
    body: Artifact | None
    rest: tuple[Artifact, ...] = Field((), description="What follows the body, of a shot rendered in parts.")
    head: Artifact | None
    tail: Artifact | None


class JoinJob(Model):
    """Render one transition; a side is kept frames, or a job whose frames are drawn here; None is black."""

    kind: Literal["join"] = "join"
    style: TransitionKind
    profile: Profile
    frames: int = Field(ge=1)
    letterbox: float = Field(0.0, ge=0, le=4, description="As in the look: bars lie over the transition, and stand.")
    before: Artifact | ShotJob | None
    after: Artifact | ShotJob | None
    cues: tuple[Cue, ...] = Field((), description="To burn in; frames count from the join's first.")
    language: str = "en"
    caption_style: CaptionStyle = "boxed"
