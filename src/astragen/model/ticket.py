"""A claim on work that a provider has accepted: kept on disk before anybody waits for it."""

from __future__ import annotations

from pydantic import Field

from astragen.model.base import Model


class Ticket(Model):
    """A job at a provider; whoever holds it can ask for the result without paying again."""

    provider: str
    id: str = Field(min_length=1, description="As the provider calls the job.")
    model: str = ""
    status_url: str = Field("", description="Where it is asked, when the provider named an address.")
    result_url: str = ""
    cancel_url: str = ""
