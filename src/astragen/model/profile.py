"""How a film is encoded: the rows of data/media/profiles.json, by name.

A row names an encoder of FFmpeg and its options in FFmpeg's own words. Segments of
one row, size and rate have equal headers, so that they can be joined by copying.
Start reading at `row`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

from pydantic import Field

from astragen.model.base import Model

HIGH_RATE = 30  # frames/s; above it a ladder's third column counts (YouTube's "high frame rate" begins at 48)


class Rung(NamedTuple):
    """The most that pictures up to a size may take.

    side: px of the picture's shorter side, up to which this rung holds.
    kbps: kbit/s up to HIGH_RATE frames a second.
    high_kbps: kbit/s above it.
    """

    side: int
    kbps: int
    high_kbps: int


class Encoding(Model):
    """What the encoder and the container are told."""

    encoder: str = Field(description="FFmpeg's name of the encoder.")
    container: Literal["mp4", "mov"]
    tag: str = Field("", description="The codec's four letters in the file; empty: the container's usual ones.")
    pix_fmt: str = Field(description="FFmpeg's name of the pixel format.")
    keyframe_s: float = Field(ge=0, description="The most seconds between key frames; 0: left to the encoder.")
    reorder: int = Field(ge=0, description="Frames that decoding is ahead of showing; every packet is checked for it.")
    sound: Literal["aac", "pcm_s24le"]
    sound_kbps: int = Field(192, ge=64, description="Of AAC; at 192 AAC-LC stereo is transparent for speech and music.")
    edit_lists: bool = Field(True, description="false: for platforms that refuse files with edit lists.")
    ladder: tuple[Rung, ...] = Field((), description="Highest rates, by rising size; empty: as much as it takes.")
    options: dict[str, str] = Field(description="Of the encoder, in FFmpeg's words.")

    @property
    def suffix(self) -> str:
        """How the file's name ends: ".mp4" or ".mov"."""
        return f".{self.container}"

    @property
    def media_type(self) -> str:
        """The container's media type."""
        return "video/mp4" if self.container == "mp4" else "video/quicktime"

    def highest_kbps(self, width: int, height: int, fps: int) -> int | None:
        """The most that pictures of this size and rate may take in kbit/s, or None where nothing is said."""
        if not self.ladder:
            return None
        rung = next((rung for rung in self.ladder if min(width, height) <= rung.side), self.ladder[-1])
        return rung.high_kbps if fps > HIGH_RATE else rung.kbps


class Row(Model):
    """A profile: what it is for, and how it encodes."""

    purpose: str
    quality: str = Field(
        description="VMAF (model v0.6.1) against the lossless film, of a painted forest and a painted city in a truck "
        "to the right, 36 frames at 1080p30; or not measured."
    )
    mbps: float = Field(20.0, gt=0, description="The higher of those rates; where none was measured, a bound.")
    source: str = Field("", description="Whose guidance it follows.")
    is_hardware: bool = False
    instead: str = Field("", description="The row that stands in where the encoder is missing; empty: none may.")
    encoding: Encoding


@cache
def rows() -> dict[str, Row]:
    """All rows by name; shared, so do not change it."""
    text = (resources.files("astragen") / "data" / "media" / "profiles.json").read_text(encoding="utf-8")
    return {name: Row.model_validate(fields) for name, fields in json.loads(text).items()}


def row(name: str) -> Row:
    """The row called *name*.

    Raises:
        KeyError: there is none; `Brief.profile` lets no such name in.
    """
    return rows()[name]
