"""Takes: one generated candidate for a shot's picture or a line's sound."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Identifier

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the artifact's bytes.")]


class Artifact(Model):
    """Stored bytes, by hash."""

    hash: Hash
    media_type: str
    bytes: int = Field(ge=0)


class Fallback(Model):
    """Something that did not go as asked, and what was done instead."""

    stage: str
    subject: str = Field(description="Which shot, line or file.")
    reason: str
    instead: str


class Take(Model):
    """A picture for a shot: a still, a clip, or a recipe that the renderer paints."""

    shot: Identifier
    kind: Literal["still", "clip", "painted"]
    recipe: Recipe | None = Field(None, description="For painted takes.")
    artifact: Artifact | None = Field(None, description="For stills and clips.")
    made_by: str
    cost_usd: float = Field(0.0, ge=0)
    fallbacks: tuple[Fallback, ...] = ()


class SpokenWord(Model):
    """A word with its place in the line's text and sound."""

    text: str
    start: int = Field(ge=0, description="First sample, 48 kHz, from the line's start.")
    end: int = Field(ge=0, description="One past the last sample.")


class SpokenLine(Model):
    """A narration line as sound; `artifact` is None when the line stays silent."""

    shot: Identifier
    text: str
    artifact: Artifact | None = Field(None, description="WAV, mono, 48 kHz, float32.")
    samples: int = Field(ge=0, description="Length at 48 kHz, including the silence after the last word.")
    words: tuple[SpokenWord, ...] = ()
    voice: str = ""
    fallbacks: tuple[Fallback, ...] = ()
