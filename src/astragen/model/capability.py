"""What a member of the crew can do, as data: plans consult it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from astragen.model.base import Model


class Capability(Model):
    """Who it is and what it can do."""

    name: str = Field(description='As users name it: "builtin", "openai", ...')
    trade: Literal["writer", "artist", "camera", "voice", "composer"]
    version: str = Field(description="Changes when its output for the same request changes; part of step keys.")
    price_usd: float = Field(0.0, ge=0, description="Per request.")
    languages: tuple[str, ...] = Field((), description="BCP 47 primary tags; empty: any.")
