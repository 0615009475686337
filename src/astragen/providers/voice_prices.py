"""What speech costs, as data: `data/providers/voice_prices.json`.

A row says what a million characters cost, where that was read and on which day; nothing is
guessed, so a model without a row has no price. Start at `price_of`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from pydantic import Field

from astragen.model.base import Model


class VoicePrice(Model):
    """What a model charges for what it says."""

    usd_per_million_chars: float = Field(ge=0, description="Characters that are sent, spaces included.")
    read: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day it was read.")
    source: str = Field(min_length=1, description="Where it was read.")

    def usd_of(self, text: str) -> float:
        """The price of *text*."""
        return len(text) * self.usd_per_million_chars / 1_000_000


def price_of(provider: str, model: str) -> VoicePrice | None:
    """The price of *model* at *provider*; None when nobody has read one."""
    return _rows().get(provider, {}).get(model)


@cache
def _rows() -> Mapping[str, Mapping[str, VoicePrice]]:
    text = (resources.files("astragen") / "data" / "providers" / "voice_prices.json").read_text(encoding="utf-8")
    return {
        provider: {model: VoicePrice.model_validate(row) for model, row in rows.items()}
        for provider, rows in json.loads(text).items()
    }
