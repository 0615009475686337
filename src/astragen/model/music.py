"""A music file of the user's: what was heard in it, and how it is laid under a film."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.take import Artifact


class Music(Model):
    """A music file, stored and listened to. Places are samples of it at 48 kHz."""

    name: str = Field(description="Of the file, without its folder.")
    artifact: Artifact
    samples: int = Field(ge=1, description="Its length, as far as it was listened to.")
    first: int = Field(ge=0, description="Where it begins to sound.")
    last: int = Field(ge=1, description="Where it has died away.")
    is_whole: bool = Field(True, description="False: it goes on, longer than any film, and was not heard to its end.")
    tempo_bpm: float = Field(0.0, ge=0, description="0: no beat was found.")
    marks: tuple[int, ...] = Field((), description="Its beats; where there are none, every half second.")
    bar: int = Field(4, ge=1, description="Marks in a bar.")
    downbeat: int = Field(0, ge=0, description="The first mark that begins a bar: a guess.")
    timbres: tuple[tuple[int, ...], ...] = Field((), description="What sounds from each mark to the next, in dB.")
    damage: str = Field("", description="What is wrong with the file; empty for nothing.")


class MusicPiece(Model):
    """A stretch of a music file, end exclusive; the next one follows it in the crossfade of its `OwnMusic`."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)


class OwnMusic(Model):
    """A music file as a film hears it: pieces one after the other, from the film's first sample on."""

    name: str = ""
    artifact: Artifact
    pieces: tuple[MusicPiece, ...] = Field(min_length=1)
    crossfade: int = Field(ge=0, description="Samples in which a piece gives way to the next, before its first.")
    fade_in: int = Field(0, ge=0, description="Samples.")
    fade_out: int = Field(0, ge=0, description="Samples, to the film's last.")
    ending: Literal["own", "phrase", "fade"] = Field(
        "fade", description="own: the music's own end; phrase: a phrase ends with the film; fade: faded out."
    )
    tempo_bpm: float = Field(0.0, ge=0, description="0: no beat was found.")
