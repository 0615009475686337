"""What a member of the crew can do, as data: plans consult it.

Artists (pictures) and cameras (clips) state more: how long a prompt may be, which sizes
and lengths they make. What is known of each is a row of `data/providers/artists.json`
with its source; null means that nobody has confirmed a limit. Start at `Capability`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field, model_validator

from astragen.model.base import Model

Side = Annotated[int, Field(ge=1, le=16_384, description="Pixels.")]


class Capability(Model):
    """Who it is and what it can do."""

    name: str = Field(description='As users name it: "builtin", "openai", ...')
    trade: Literal["writer", "chat", "artist", "camera", "voice", "composer"]
    version: str = Field(description="Changes when its output for the same request changes; part of step keys.")
    price_usd: float = Field(0.0, ge=0, description="Per request.")
    languages: tuple[str, ...] = Field((), description="BCP 47 primary tags; empty: any.")


class SizeRule(Model):
    """Which sizes an artist makes, in pixels; what is null or empty does not limit.

    `sizes` alone, or every pair of `aspects` and `short_sides`, or any size within the rest.
    """

    sizes: tuple[tuple[Side, Side], ...] = Field((), description="The only sizes: width, height.")
    aspects: tuple[Annotated[str, Field(pattern=r"^\d{1,2}:\d{1,2}$")], ...] = Field((), description='As "16:9".')
    short_sides: tuple[Side, ...] = Field((), description='With `aspects`: 720 for "720p".')
    multiple: Side = Field(1, description="Both sides are multiples of this.")
    side_min: Side | None = None
    side_max: Side | None = None
    pixels_max: Annotated[int, Field(ge=1)] | None = Field(None, description="Width times height.")
    ratio_max: Annotated[float, Field(ge=1)] | None = Field(None, description="Long side by short side.")


class ClipRule(Model):
    """Which lengths of clip a camera makes, in seconds, and which pictures it takes to start from."""

    lengths_s: tuple[Annotated[float, Field(gt=0)], ...] = Field((), description="The only lengths, rising.")
    min_s: Annotated[float, Field(gt=0)] | None = None
    max_s: Annotated[float, Field(gt=0)] | None = None
    step_s: Annotated[float, Field(gt=0)] | None = Field(None, description="Lengths are min_s and whole steps on.")
    takes_start: bool = Field(False, description="A picture to start from.")
    takes_end: bool = Field(False, description="A picture to end on.")


class ArtistCapability(Capability):
    """An artist's or a camera's limits. `price_usd` is the provider's to set: 0 in the table means not stated."""

    model: str = Field("", description="Its id as the provider calls it; empty: whatever the user has loaded.")
    languages: tuple[str, ...] = ("en",)
    wording: Literal["prose", "tags"] = Field("prose", description="Sentences, or comma-separated words (CLIP).")
    prompt_max_chars: Annotated[int, Field(ge=20)] | None = Field(None, description="UTF-16 code units.")
    prompt_max_tokens: Annotated[int, Field(ge=10)] | None = Field(None, description="Estimated, not counted.")
    url_max_bytes: Annotated[int, Field(ge=600)] | None = Field(None, description="Set: the prompt is in the URL.")
    supports_negative: bool | None = None
    supports_seed: bool | None = None
    references_max: int = Field(0, ge=0, description="Reference pictures a request may carry.")
    size: SizeRule = Field(default_factory=SizeRule)
    clip: ClipRule | None = Field(None, description="Of a camera.")
    read: str = Field("", description="Day the facts were read, YYYY-MM-DD.")
    source: str = Field("", description="Where they were read.")

    @model_validator(mode="after")
    def _only_a_camera_makes_clips(self) -> ArtistCapability:
        if self.trade not in ("artist", "camera") or (self.trade == "camera") != (self.clip is not None):
            raise ValueError(f'is of trade "{self.trade}"; a camera has a clip rule, an artist has none')
        return self


@cache
def known_artists() -> Mapping[str, ArtistCapability]:
    """Every row of data/providers/artists.json, by its name; shared, so do not change it."""
    text = (resources.files("astragen") / "data" / "providers" / "artists.json").read_text(encoding="utf-8")
    return {name: ArtistCapability.model_validate(row) for name, row in json.loads(text).items()}
