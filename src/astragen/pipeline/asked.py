"""What worker processes are asked for besides shots and joins; `pipeline/jobs.py` does it."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from astragen.model.base import Model
from astragen.model.brief import Lufs
from astragen.model.film import Loudness
from astragen.model.segment import ShotJob
from astragen.model.take import Artifact, Fallback
from astragen.model.timeline import SoundClip, Timeline

CODED = "audio/mp4"  # media type of sound that is encoded already
STEMS = ("speech", "music", "ambience")  # what a film's sound is mixed from


class MixRequest(Model):
    """All that the film's sound is made of; every line has its sound."""

    narration: tuple[SoundClip, ...]
    score: Artifact | None
    ambience: Artifact | None = Field(None, description="The sound of the place: WAV, stereo, 48 kHz.")
    samples: int
    loudness: Lufs = Field(-14, description="Integrated, LUFS.")
    stems: bool = Field(False, description="What was mixed is wanted, too.")


class Mixed(Model):
    """What came of a mix; silence has no loudness."""

    loudness: Loudness | None
    fallbacks: tuple[Fallback, ...] = ()


def stem_path(mix: Path, name: str) -> Path:
    """Where the stem *name* of the file *mix* is written."""
    return mix.with_name(f"{mix.stem}.{name}.wav")


class Candidate(Model):
    """A frame of a segment."""

    segment: Artifact
    frame: int


class LookRequest(Model):
    """A frame that may be the poster: coded, or a job that draws it."""

    candidate: Candidate | ShotJob


class PosterRequest(Model):
    """The frames to choose from."""

    candidates: tuple[Candidate | ShotJob, ...]


class CodeRequest(Model):
    """Sound to encode as the file of a profile has it."""

    sound: Artifact
    frames: int = Field(description="Of the film.")
    fps: int
    profile: str


class CodedLevel(Model):
    """How loud sound is once it is encoded."""

    true_peak_dbtp: float
    gain_db: float = Field(0.0, le=0, description="It was lowered by so much, for its peaks to stay under the limit.")


class MuxRequest(Model):
    """What goes into the file: segments in film order, sound, mixed or encoded, and what the timeline says of both."""

    segments: tuple[Artifact, ...]
    sound: Artifact | None
    timeline: Timeline
