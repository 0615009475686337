"""What an uploaded file can be, and what is known of one once somebody looked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from astragen.model.base import Model

UploadKind = Literal["picture", "clip", "music", "lut", "storyboard", "voice"]


class Identified(Model):
    """What a file is, whatever anybody claims."""

    kind: UploadKind
    media_type: str = Field(description="What its bytes are.")
    width: int | None = Field(None, ge=1, description="Pixels, upright; null: no picture.")
    height: int | None = Field(None, ge=1)
    seconds: float | None = Field(None, ge=0, description="Of a clip or of music.")
