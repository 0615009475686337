"""What providers ask for pictures and clips, as data with the day it was read.

`data/providers/picture_prices.json` has a row for each provider and model; what a provider
lists itself is newer and comes first. Start at `listed_price`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from astragen.model.base import Model


class PriceRow(Model):
    """What one model of one provider costs."""

    usd: float = Field(ge=0, description="For one unit; of tokens: of those that come out.")
    per: Literal["picture", "second", "million_tokens"]
    usd_in: float = Field(0.0, ge=0, description="With million_tokens: of those that go in.")
    read: str = Field(description="Day it was read, YYYY-MM-DD.")
    source: str

    def usd_of(self, seconds: float | None = None) -> float | None:
        """The price of one picture, or of a clip of *seconds*; None where that cannot be told beforehand."""
        if self.per == "picture":
            return self.usd
        return self.usd * seconds if self.per == "second" and seconds is not None else None

    def usd_of_tokens(self, tokens_in: int, tokens_out: int) -> float | None:
        """The price of so many tokens; None when it is not tokens that are charged."""
        if self.per != "million_tokens":
            return None
        return (tokens_in * self.usd_in + tokens_out * self.usd) / 1_000_000


def listed_price(provider: str, model: str) -> PriceRow | None:
    """The row of *model* at *provider*, each as the provider calls it; None when nobody wrote one."""
    return _table().get(provider, {}).get(model)


@cache
def _table() -> Mapping[str, Mapping[str, PriceRow]]:
    text = (resources.files("astragen") / "data" / "providers" / "picture_prices.json").read_text(encoding="utf-8")
    return {
        provider: {model: PriceRow.model_validate(row) for model, row in rows.items()}
        for provider, rows in json.loads(text).items()
    }
