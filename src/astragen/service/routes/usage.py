"""What was used: films, seconds and money, by day and by provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Final

from fastapi import APIRouter, Query

from astragen.model.office import UsageReport
from astragen.service.access import UsageReader
from astragen.service.house import House, TheHouse
from astragen.service.problems import Place, Refusal, errors
from astragen.service.shapes.usage import Amount, Used, UsedOn, amount_fields

DAYS_MAX: Final = 92
DAYS: Final = 30

router = APIRouter(prefix="/v1/usage", tags=["usage"])


@router.get("", summary="See what was used", responses=errors(403, 422))
async def used(
    house: TheHouse,
    caller: UsageReader,
    since: Annotated[date | None, Query(description=f"The first day, in UTC; {DAYS} days before the last.")] = None,
    until: Annotated[date | None, Query(description="The last day; today.")] = None,
    everybody: Annotated[bool, Query(description="Of all keys together; needs the scope keys:admin.")] = False,
) -> Used:
    """What the key's films used on each day, and what each provider was paid; deleted films count."""
    if everybody and not caller.may("keys:admin"):
        raise Refusal(403, "access.forbidden", 'What others used is told with the scope "keys:admin" only.')
    today = datetime.fromtimestamp(house.now_s(), tz=timezone.utc).date()
    last = until or today
    first = since or date.fromordinal(max(1, last.toordinal() - DAYS + 1))
    _check(first, last)
    owner = None if everybody else caller.owner
    days = await house.run(lambda: list(_days(house, owner, first, last)))
    return Used(
        since=first.isoformat(),
        until=last.isoformat(),
        total=Amount(**amount_fields(_total([report for _, report in days]))),
        days=[UsedOn(date=day.isoformat(), **amount_fields(report)) for day, report in days],
    )


def _days(house: House, owner: str | None, first: date, last: date) -> Iterator[tuple[date, UsageReport]]:
    """Each day on which something was used."""
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        start = datetime.combine(day, time(), timezone.utc).timestamp()
        report = house.office.usage.of(owner, start, start + 86_400.0)
        if report.attempts or report.usd:
            yield day, report


def _total(reports: list[UsageReport]) -> UsageReport:
    paid: dict[str, float] = {}
    for report in reports:
        for provider, usd in report.usd_by_provider.items():
            paid[provider] = paid.get(provider, 0.0) + usd
    return UsageReport(
        films=sum(one.films for one in reports),
        attempts=sum(one.attempts for one in reports),
        seconds=sum(one.seconds for one in reports),
        usd=sum(one.usd for one in reports),
        usd_by_provider=paid,
    )


def _check(first: date, last: date) -> None:
    """Pass a time that is not too long.

    Raises:
        Refusal: 422.
    """
    count = (last - first).days + 1
    if not 1 <= count <= DAYS_MAX:
        said = f"From {first} to {last} are {count} days; from 1 to {DAYS_MAX} can be asked for."
        raise Refusal(422, "input.invalid", said, errors=[Place(parameter="query.since", detail=said)])
