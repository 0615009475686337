"""The timeline: clips, gaps and transitions on tracks, with OpenTimelineIO's meanings.

Time is whole frames at one integer rate. A transition overlaps two clips and
never changes a track's length: it covers `in_offset` frames before the cut and
`out_offset` after it, and both clips' media must reach that far (handles).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.brief import CaptionStyle, Fps, Lufs
from astragen.model.look import Look
from astragen.model.music import OwnMusic
from astragen.model.storyboard import Identifier
from astragen.model.take import Artifact, SpokenLine, Take
from astragen.model.vocabulary import Mood, TransitionKind

TIMELINE_VERSION: Final = 1


class Clip(Model):
    """A stretch of a take."""

    kind: Literal["clip"] = "clip"
    shot: Identifier
    take: Take
    start: int = Field(0, description="First frame of the take's own time that is used.")
    frames: int = Field(ge=1)


class Gap(Model):
    """Nothing, for a while."""

    kind: Literal["gap"] = "gap"
    frames: int = Field(ge=1)


class Transition(Model):
    """How one clip gives way to the next; it lies over the cut and takes no time of its own."""

    kind: Literal["transition"] = "transition"
    style: TransitionKind
    in_offset: int = Field(ge=0, description="Frames before the cut.")
    out_offset: int = Field(ge=0, description="Frames after the cut.")


Item = Annotated[Clip | Gap | Transition, Field(discriminator="kind")]


class SoundClip(Model):
    """A spoken line placed on the narration track."""

    line: SpokenLine
    start: int = Field(ge=0, description="First sample of the film, 48 kHz.")


class CueWord(Model):
    """A word of a caption and when it is said. Frames count as its cue's; a piece of *text* that is as in the cue's."""

    text: str
    start: int
    end: int


class Cue(Model):
    """A timed caption: one or two rows of text. Frames of the film, end exclusive."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: str
    words: tuple[CueWord, ...] = Field((), description="For styles that show which word is said.")
    place: Literal["free", "band"] = Field(
        "free", description="band: a diagram stands above; the caption stays in the band at the bottom."
    )
    lift: float = Field(0.0, ge=0, lt=0.5, description="Height of the letterbox bar below the picture, of the frame's.")


class Chapter(Model):
    """A scene's start, for players that show chapters."""

    title: str
    start: int = Field(ge=0)


class Section(Model):
    """A part of the film that has a mood of its own."""

    start: int = Field(ge=0, description="First sample.")
    mood: Mood


class ScoreRequest(Model):
    """What the composer is asked for."""

    mood: Mood
    samples: int = Field(ge=1)
    seed: int = Field(ge=0)
    turns: tuple[int, ...] = Field((), description="Samples where a new scene begins.")
    sections: tuple[Section, ...] = Field((), description="Scenes with their moods; empty: the film's own throughout.")
    cuts: tuple[int, ...] = Field((), description="Samples where one shot gives way to the next.")
    climax: int | None = Field(None, ge=0, description="Sample of the turning point, before which the music swells.")
    music: OwnMusic | None = Field(None, description="The user's own, to be heard instead of a composed score.")


class SoundEvent(Model):
    """A sound of the place: an ambience that lies under a shot, or an effect in it."""

    kind: str = Field(description='A row of data/foley/sounds.json: "sea", "rain", "thunder", "footsteps", ...')
    shot: Identifier
    start: int = Field(ge=0, description="First sample of the film, 48 kHz; fades included.")
    samples: int = Field(ge=1)
    gain_db: float = Field(0.0, le=12, description="Against the row's own level.")
    pan: float = Field(0.0, ge=-1, le=1, description="Where it is heard at its start: -1 left, 1 right.")
    pan_end: float = Field(0.0, ge=-1, le=1, description="And at its end.")
    fade_in: int = Field(0, ge=0, description="Samples.")
    fade_out: int = Field(0, ge=0, description="Samples.")
    seed: int = Field(0, ge=0)


class Timeline(Model):
    """The film, cut."""

    version: Literal[1] = TIMELINE_VERSION
    title: str
    fps: Fps
    width: int = Field(ge=2)
    height: int = Field(ge=2)
    profile: str = Field("web", description="The row of data/media/profiles.json that it is encoded with.")
    language: str
    video: tuple[Item, ...]
    narration: tuple[SoundClip, ...] = ()
    score: ScoreRequest | None = None
    ambience: tuple[SoundEvent, ...] = ()
    loudness: Lufs = Field(-14, description="Integrated, LUFS.")
    stems: bool = Field(False, description="Speech, music and ambience are wanted as files of their own.")
    cues: tuple[Cue, ...] = ()
    burn_captions: bool = True
    caption_style: CaptionStyle = "boxed"
    soft_captions: bool = False
    look: Look = Field(default_factory=Look, description="Its `lut` is empty: see `lut`.")
    lut: Artifact | None = Field(None, description="The look's .cube file.")
    chapters: tuple[Chapter, ...] = ()

    @property
    def frames(self) -> int:
        """Length of the film in frames: transitions add nothing."""
        return sum(item.frames for item in self.video if not isinstance(item, Transition))
