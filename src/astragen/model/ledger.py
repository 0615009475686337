"""A row of the ledger: one paid thing, from before it is asked for until its price is known."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from astragen.model.base import Model
from astragen.model.take import Hash
from astragen.model.ticket import Ticket

EntryState = Literal["reserved", "accepted", "settled", "refunded", "uncertain"]


class Entry(Model):
    """What was, or may have been, paid for.

    reserved: about to be asked. accepted: the provider works on it, and *ticket* claims it. settled: charged.
    refunded: it certainly cost nothing. uncertain: nobody knows, so it counts at its bound.
    """

    key: Hash = Field(description="SHA-256 of provider, model, canonical request and adapter version.")
    film: str = Field(description="Who it was reserved for.")
    provider: str
    state: EntryState
    usd: float = Field(ge=0, description="The bound while it is open, then what was charged.")
    ticket: Ticket | None = Field(None, description="Of accepted work.")
    at_s: float = Field(description="When it was reserved, in seconds since the epoch.")
    tokens_in: int = Field(0, ge=0)
    tokens_out: int = Field(0, ge=0)
    result: str = Field("", description="What it gave, as its buyer keeps it; only until the film is finished.")
