"""What was used, as the API tells it."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from astragen.model.office import UsageReport
from astragen.service.shapes.common import Shape, examples

_AMOUNT: Final[dict[str, Any]] = {
    "films": 12, "attempts": 13, "seconds": 360.0, "usd": 0.41, "providers": [{"provider": "openai", "usd": 0.41}],
}  # fmt: skip


class Spent(Shape):
    """What a provider was paid."""

    provider: str = Field(description="unknown: no report tells who.")
    usd: float


class Amount(Shape):
    """What was made, and what it cost."""

    films: int = Field(description="Completed.")
    attempts: int = Field(description="Ended in any way; each is counted on the day on which it ended.")
    seconds: float = Field(description="Of completed films.")
    usd: float = Field(description="Of films, and of storyboards that a language model wrote or changed.")
    providers: list[Spent] = Field(description="The dearest first.")


class UsedOn(Amount):
    """What was used on one day."""

    date: str = Field(description="In UTC.", examples=["2026-12-01"])


class Used(Shape):
    """What was used, day by day; days on which nothing was are left out."""

    model_config = ConfigDict(
        title="Usage",
        json_schema_extra=examples(
            {
                "object": "usage",
                "since": "2026-11-01",
                "until": "2026-11-30",
                "total": _AMOUNT,
                "days": [{"date": "2026-11-28", **_AMOUNT}],
            }
        ),
    )

    object: Literal["usage"] = "usage"
    since: str = Field(description="The first day, in UTC.")
    until: str = Field(description="The last day.")
    total: Amount
    days: list[UsedOn]


def amount_fields(report: UsageReport) -> dict[str, Any]:
    """*report* as the fields of an `Amount`."""
    paid = sorted(report.usd_by_provider.items(), key=lambda one: (-one[1], one[0]))
    return {
        **report.model_dump(exclude={"usd_by_provider"}),
        "providers": [Spent(provider=provider, usd=usd) for provider, usd in paid],
    }
