"""What pictures and clips cost, as data: `data/providers/picture_prices.json`.

A row says what one unit costs, where that was read and on which day; nothing is guessed, so a
model without a row has no price. Where a price depends on the resolution, the row's name ends
with it: "ray-2@720p". Start at `listed_price`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.requests import PicturePrompt


class PriceRow(Model):
    """What one unit of a model costs."""

    usd: float = Field(ge=0, description="For one unit; of tokens: of those that come out.")
    per: Literal["picture", "second", "megapixel", "million_tokens"] = Field(
        description="A second of clip; a begun million pixels."
    )
    usd_in: float = Field(0.0, ge=0, description="With million_tokens: of those that go in.")
    read: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day it was read.")
    source: str = Field(min_length=1, description="Where it was read.")

    def usd_of_tokens(self, tokens_in: int, tokens_out: int) -> float | None:
        """The price of so many tokens; None when it is not tokens that are charged."""
        if self.per != "million_tokens":
            return None
        return (tokens_in * self.usd_in + tokens_out * self.usd) / 1_000_000


def listed_price(provider: str, model: str) -> PriceRow | None:
    """The price of *model* at *provider*; None when nobody has read one."""
    return _rows().get(provider, {}).get(model)


def cost_usd(row: PriceRow | None, prompt: PicturePrompt) -> float | None:
    """What *prompt* costs by *row*: one picture, or its seconds of clip; None when that cannot be told beforehand."""
    if row is None or row.per == "million_tokens":
        return None
    if row.per == "second":
        return None if prompt.seconds is None else row.usd * prompt.seconds
    if row.per == "megapixel":
        return row.usd * math.ceil(prompt.width * prompt.height / 1_000_000)
    return row.usd


@cache
def _rows() -> Mapping[str, Mapping[str, PriceRow]]:
    text = (resources.files("astragen") / "data" / "providers" / "picture_prices.json").read_text(encoding="utf-8")
    return {
        provider: {model: PriceRow.model_validate(row) for model, row in rows.items()}
        for provider, rows in json.loads(text).items()
    }
