"""What a writer hands over: the storyboard, who wrote it, and what did not go as asked."""

from __future__ import annotations

from pydantic import Field

from astragen.model.base import Model
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback


class Written(Model):
    """A storyboard with its origin."""

    storyboard: Storyboard
    made_by: str = Field(description='Who wrote it: "builtin", or provider and model, as "openai gpt-6-luna".')
    fallbacks: tuple[Fallback, ...] = ()
    tokens_in: int = Field(0, ge=0)
    tokens_out: int = Field(0, ge=0)
    cost_usd: float = Field(0.0, ge=0)
