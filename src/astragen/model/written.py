"""What a writer hands over: the storyboard, who wrote it, and what did not go as asked."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from astragen.model.base import Model
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback

MENDED_TOLD: Final = 20  # what is told of what was mended; the rest is counted


class Written(Model):
    """A storyboard with its origin."""

    storyboard: Storyboard
    made_by: str = Field(description='Who wrote it: "builtin", or provider and model, as "openai gpt-6-luna".')
    fallbacks: tuple[Fallback, ...] = ()
    mended: tuple[str, ...] = Field(
        (),
        max_length=MENDED_TOLD + 1,
        description="What was clamped, replaced or dropped in a model's answer; of more than 20, how many more.",
    )
    tokens_in: int = Field(0, ge=0)
    tokens_out: int = Field(0, ge=0)
    cost_usd: float = Field(0.0, ge=0)
