"""What worker processes are asked for besides shots and joins; `pipeline/jobs.py` does it."""

from __future__ import annotations

from pydantic import Field

from astragen.model.base import Model
from astragen.model.take import Artifact
from astragen.model.timeline import SoundClip, Timeline

CODED = "audio/mp4"  # media type of sound that is encoded already


class MixRequest(Model):
    """All that the film's sound is made of; every line has its sound."""

    narration: tuple[SoundClip, ...]
    score: Artifact | None
    samples: int


class Candidate(Model):
    """A frame of a segment."""

    segment: Artifact
    frame: int


class PosterRequest(Model):
    """The frames to choose from."""

    candidates: tuple[Candidate, ...]


class CodeRequest(Model):
    """Sound to encode as the file of a profile has it."""

    sound: Artifact
    frames: int = Field(description="Of the film.")
    fps: int
    profile: str


class MuxRequest(Model):
    """What goes into the file: segments in film order, sound, mixed or encoded, and what the timeline says of both."""

    segments: tuple[Artifact, ...]
    sound: Artifact | None
    timeline: Timeline
