"""The look: what is done to every finished picture, whoever made it.

A style (`data/painter/styles.json`) changes how the painter paints; a look is laid over
painted scenes, stills and clips alike, in planes, by `media/looks/`. Named looks are rows
of `data/media/looks.json`. Start reading at `Look`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import Field, field_validator

from astragen.model.base import Model


class Look(Model):
    """How pictures are graded. All at 0, without a LUT, is the picture as it came."""

    contrast: float = Field(0.0, ge=-1, le=1, description="Steepness of the tones about middle grey.")
    saturation: float = Field(0.0, ge=-1, le=1, description="Strength of colours; -1 is black and white.")
    warmth: float = Field(0.0, ge=-1, le=1, description="From blue (-1) to orange (1).")
    fade: float = Field(0.0, ge=0, le=1, description="How grey black becomes, as in an old print.")
    lut: str = Field("", max_length=4_096, description="Path of a .cube file with a 1D or 3D LUT for BT.709 pictures.")
    lut_strength: float = Field(1.0, ge=0, le=1, description="How much of the LUT is mixed in.")
    vignette: float = Field(0.0, ge=0, le=1, description="How dark the corners get.")
    grain: float = Field(0.0, ge=0, le=1, description="Film grain; 0.3 is a 35 mm print, 1 is Super 8.")
    letterbox: float = Field(
        0.0,
        ge=0,
        le=4,
        description="Shape of the visible picture, long side by short side, as 2.39; 0 for no bars, else from 1.",
    )
    gate_weave: float = Field(0.0, ge=0, le=1, description="How much the picture floats, as film does in a projector.")
    light_leaks: float = Field(0.0, ge=0, le=1, description="How strongly warm light spills over the edges.")

    @field_validator("letterbox")
    @classmethod
    def _is_long_by_short(cls, letterbox: float) -> float:
        if 0 < letterbox < 1:
            raise ValueError(f"is {letterbox:g}; it must be 0 (no bars) or from 1 to 4, the long side by the short one")
        return letterbox


@cache
def named_looks() -> Mapping[str, Look]:
    """Every named look, by its name; shared, so do not change it."""
    text = (resources.files("astragen") / "data" / "media" / "looks.json").read_text(encoding="utf-8")
    return {name: Look.model_validate(row) for name, row in json.loads(text).items()}
