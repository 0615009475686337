"""Takes: one generated candidate for a shot's picture or a line's sound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.recipe import Recipe
from astragen.model.storyboard import Identifier

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the artifact's bytes.")]

_NAMED_MAX: Final = 3  # subjects that a united fallback names


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


def united(fallbacks: Iterable[Fallback]) -> tuple[Fallback, ...]:
    """*fallbacks* with those that differ only in their subject made one, which names the subjects."""
    subjects: dict[tuple[str, str, str], list[str]] = {}
    for one in fallbacks:
        subjects.setdefault((one.stage, one.reason, one.instead), []).append(one.subject)
    return tuple(
        Fallback(stage=stage, subject=_some(named), reason=reason, instead=instead)
        for (stage, reason, instead), named in subjects.items()
    )


def _some(names: list[str]) -> str:
    """The first of *names*, and how many more there are."""
    rest = len(names) - _NAMED_MAX
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:_NAMED_MAX])} and {rest} more"


class Footage(Model):
    """How much of a clip decodes, as far as its shot can need it."""

    shown_s: float = Field(ge=0, description="Seconds that its pictures are on display.")
    last_s: float = Field(ge=0, description="Seconds from its first picture to its last.")


class Attempt(Model):
    """One try at a shot's picture or clip by one provider."""

    provider: str = Field(description='Who was asked, as "pollinations tongyi-mai/z-image-turbo".')
    outcome: Literal["taken", "failed", "refused", "late", "too dear", "unsure", "passed over"] = Field(
        description='"unsure": no answer came, and it may have been charged; "passed over": not asked at all.'
    )
    reason: str = Field("", description="Why it was not taken.")
    seconds: float = Field(0.0, ge=0, description="From asking to the end of the try.")
    cost_usd: float = Field(0.0, ge=0)


class Take(Model):
    """A picture for a shot: a still, a clip, or a recipe that the renderer paints."""

    shot: Identifier
    kind: Literal["still", "clip", "painted"]
    recipe: Recipe | None = Field(None, description="For painted takes.")
    artifact: Artifact | None = Field(None, description="For stills and clips.")
    depth: Artifact | None = Field(None, description="Of a still, by a depth model; None: by what is seen in it.")
    footage: Footage | None = Field(None, description="For clips; None: the renderer measures it.")
    made_by: str
    cost_usd: float = Field(0.0, ge=0)
    attempts: tuple[Attempt, ...] = Field((), description="Who was asked, in order, when providers were.")
    fallbacks: tuple[Fallback, ...] = ()


class SpokenWord(Model):
    """A word with its place in the line's text and sound."""

    text: str
    start: int = Field(ge=0, description="First sample, 48 kHz, from the line's start.")
    end: int = Field(ge=0, description="One past the last sample.")


WordTimes = Literal["native", "estimated"]
"""Where the times of words come from: from the voice itself, or from a second voice, laid over its pauses."""


class SpokenLine(Model):
    """A narration line as sound; `artifact` is None when the line stays silent."""

    shot: Identifier
    text: str
    artifact: Artifact | None = Field(None, description="WAV, mono, 48 kHz, float32.")
    samples: int = Field(ge=0, description="Length at 48 kHz, including the silence after the last word.")
    words: tuple[SpokenWord, ...] = ()
    times: WordTimes = Field("native", description="Where the times of `words` come from.")
    voice: str = ""
    fallbacks: tuple[Fallback, ...] = ()
