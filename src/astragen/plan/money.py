"""What language models charge: a bound before they are asked, the price of what they answered, an estimate for a film.

Prices are rows of `data/providers/prices.json`, by provider and model; a model without one is counted at
`unknown`, so that a limit holds for it, too. Pure. Start reading at `chat_bound_usd`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Final

from pydantic import Field

from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.brief import Brief
from astragen.model.film import MoneyReport, ProviderCharge
from astragen.model.ledger import Entry
from astragen.plan.acts import acts_of
from astragen.plan.prompts import system_prompt, user_prompt
from astragen.plan.wire_schema import wire_schema

MILLION: Final = 1_000_000
CHARS_PER_TOKEN_MIN: Final = 2  # of ASCII text; English has about 4, code and digits down to 2

# What a storyboard takes, for estimates: English prompts, and answers of the wire form (400 characters a shot).
CHARS_PER_TOKEN: Final = 3.5
ANSWER_TOKENS: Final = 250
SHOT_TOKENS: Final = 130
SHOT_S: Final = 4.0


class Price(Model):
    """US dollars per million tokens."""

    usd_in: float = Field(ge=0, description="Of what is sent.")
    usd_out: float = Field(ge=0, description="Of what is answered, thoughts included.")
    is_known: bool = Field(True, description="False for the bound that stands for a model without a price.")

    @property
    def is_free(self) -> bool:
        """Whether nothing is charged."""
        return self.usd_in == 0 == self.usd_out


FREE: Final = Price(usd_in=0, usd_out=0)


class PriceRow(Model):
    """A price with its origin; `model` is a pattern with * and ?."""

    provider: str = ""
    model: str = "*"
    usd_in: float = Field(ge=0)
    usd_out: float = Field(ge=0)
    read: str = Field(pattern=r"^\d{4}-\d\d-\d\d$", description="The day it was read.")
    source: str
    comment: str = ""


def price_of(provider: str, model: str) -> Price:
    """What *model* of *provider* charges: the first row that fits, else the cautious bound for unknown ones."""
    rows, unknown = price_rows()
    for row in rows:
        if row.provider == provider and fnmatchcase(model.lower(), row.model):
            return Price(usd_in=row.usd_in, usd_out=row.usd_out)
    return Price(usd_in=unknown.usd_in, usd_out=unknown.usd_out, is_known=False)


def chat_bound_usd(prompt_chars: int, max_tokens: int, price: Price) -> float:
    """The most that one question can cost.

    Args:
        prompt_chars: of all that is sent, counted by `weighed_chars`.
        max_tokens: that the answer may have.
        price: of the model.
    """
    return chat_cost_usd(math.ceil(prompt_chars / CHARS_PER_TOKEN_MIN), max_tokens, price)


def chat_cost_usd(tokens_in: int, tokens_out: int, price: Price) -> float:
    """What a question of *tokens_in* and its answer of *tokens_out* cost."""
    return (tokens_in * price.usd_in + tokens_out * price.usd_out) / MILLION


def affordable_tokens(left_usd: float, prompt_chars: int, price: Price) -> int:
    """The longest answer, in tokens, that *left_usd* pays for after its question; 0 when there is nothing left for it.

    *price* must charge for answers.
    """
    left_usd -= chat_bound_usd(prompt_chars, 0, price)
    return max(0, math.floor(left_usd * MILLION / price.usd_out))


def weighed_chars(texts: Iterable[str]) -> int:
    """The characters of *texts* for `chat_bound_usd`, which takes two for a token.

    A letter outside ASCII may be a token for each of its bytes in UTF-8, so it counts twice as many.
    """
    total = 0
    for text in texts:
        ascii_chars = sum(character < "\x80" for character in text)
        total += ascii_chars + 2 * (len(text.encode("utf-8", "replace")) - ascii_chars)
    return total


def writing_usd(brief: Brief, price: Price) -> float:
    """About what the storyboard of *brief* costs when no answer has to be mended."""
    acts = acts_of(brief)
    shots = sum(max(1, round(act.brief.seconds / SHOT_S)) for act in acts)
    sent = [system_prompt(acts[0].brief, "en"), user_prompt(acts[0].brief), json.dumps(wire_schema(acts[0].brief))]
    tokens_in = round(len(acts) * sum(map(len, sent)) / CHARS_PER_TOKEN)
    return chat_cost_usd(tokens_in, len(acts) * ANSWER_TOKENS + shots * SHOT_TOKENS, price)


def money_report(entries: Sequence[Entry], limit_usd: float) -> MoneyReport:
    """What *entries* come to, by provider in the order in which they were first asked."""
    names = dict.fromkeys(entry.provider for entry in entries)
    charges = tuple(_charge(name, [entry for entry in entries if entry.provider == name]) for name in names)
    return MoneyReport(
        limit_usd=limit_usd,
        spent_usd=sum(charge.usd for charge in charges),
        uncertain_usd=sum(entry.usd for entry in entries if entry.state != "settled"),
        tokens_in=sum(charge.tokens_in for charge in charges),
        tokens_out=sum(charge.tokens_out for charge in charges),
        by_provider=charges,
    )


def _charge(provider: str, entries: Sequence[Entry]) -> ProviderCharge:
    return ProviderCharge(
        provider=provider,
        asked=len(entries),
        usd=sum(entry.usd for entry in entries),
        tokens_in=sum(entry.tokens_in for entry in entries),
        tokens_out=sum(entry.tokens_out for entry in entries),
    )


def film_of(brief: Brief) -> str:
    """The name under which the spending of *brief* is counted: its hash, without what may be raised to finish it."""
    return content_hash(canonical_json(brief.model_copy(update={"max_cost_usd": 0.0, "deadline_s": 60.0})))


def dollars(usd: float) -> str:
    """*usd* for people: in cents, and in more digits below them, so that little is not nothing."""
    if usd >= 0.01 or usd == 0:
        return f"${usd:.2f}"
    return f"${usd:.4f}" if usd >= 0.0001 else "less than $0.0001"


@cache
def price_rows() -> tuple[tuple[PriceRow, ...], PriceRow]:
    """The rows of `data/providers/prices.json`, and the one for models that it does not list."""
    path = resources.files("astragen") / "data" / "providers" / "prices.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    return tuple(PriceRow(**row) for row in table["rows"]), PriceRow(**table["unknown"])
