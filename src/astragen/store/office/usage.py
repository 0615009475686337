"""What was used: a row for each attempt that ended, and for each provider that it paid.

What was written without a film has a row, too, in the state `WRITTEN`. Removing a film removes none of them.
"""

from __future__ import annotations

import math

from sqlalchemy import ColumnElement, Connection, case, func, insert, select

from astragen.model.film import FilmReport
from astragen.model.job import FilmRecord, FilmState
from astragen.model.office import QueueLimits, UsageReport
from astragen.store.office import tables
from astragen.store.office.database import Database
from astragen.store.office.ids import new_id
from astragen.store.office.limits import spent_and_coming

UNKNOWN = "unknown"  # who was paid, where no report tells
WRITTEN = "written"  # state of what is no attempt at a film
_DUST = 1e-9  # dollars; sums of floats may be off by less


class Usage:
    """What the films in *database* used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, owner: str | None, since: float, until: float) -> UsageReport:
        """What *owner*, None: everybody, used from *since* until before *until*."""
        where = _within(since, until)
        if owner is not None:
            where.append(tables.attempts.c.owner == owner)
        return self._reports(where).get("all", UsageReport())

    def by_owner(self, since: float, until: float) -> dict[str, UsageReport]:
        """The same for each owner that used something."""
        return self._reports(_within(since, until), tables.attempts.c.owner)

    def left_usd(self, owner: str, limits: QueueLimits, *, now_s: float) -> float:
        """What *limits* leave for *owner* to spend, in dollars; films on their way count as what they may cost."""
        if limits.spend_usd is None:
            return math.inf
        with self._database.reading() as connection:
            spent = spent_and_coming(connection, owner, since_s=now_s - limits.period_s)
        return max(0.0, limits.spend_usd - sum(spent))

    def note_writing(self, owner: str, provider: str, usd: float, *, at: float) -> None:
        """Charge *owner* what *provider* took for writing something that is no film."""
        subject = {"film": new_id("plan", at), "attempt": 1}
        row = {**subject, "owner": owner, "at": at, "state": WRITTEN, "seconds": 0.0, "usd": usd}
        with self._database.writing() as connection:
            connection.execute(insert(tables.attempts).values(row))
            connection.execute(insert(tables.charges).values({**subject, "provider": provider or UNKNOWN, "usd": usd}))

    def charged(self, film_id: str) -> float:
        """What the attempts of a film that have ended cost, in dollars."""
        with self._database.reading() as connection:
            return charged(connection, film_id)

    def _reports(
        self, where: list[ColumnElement[bool]], group: ColumnElement[str] | None = None
    ) -> dict[str, UsageReport]:
        attempts, charges = tables.attempts, tables.charges
        by = [] if group is None else [group]
        done = case((attempts.c.state == "completed", 1), else_=0)
        tried = case((attempts.c.state == WRITTEN, 0), else_=1)
        sums = [func.coalesce(func.sum(one), 0) for one in (tried, done, attempts.c.seconds, attempts.c.usd)]
        totals = select(*by, *sums)
        same = (charges.c.film == attempts.c.film) & (charges.c.attempt == attempts.c.attempt)
        paid = select(*by, charges.c.provider, func.sum(charges.c.usd)).join_from(attempts, charges, same)
        with self._database.reading() as connection:
            rows = connection.execute(totals.where(*where).group_by(*by)).all()
            paid_rows = connection.execute(paid.where(*where).group_by(*by, charges.c.provider)).all()
        providers: dict[str, dict[str, float]] = {}
        for *who, provider, usd in paid_rows:
            providers.setdefault(who[0] if who else "all", {})[provider] = usd
        return {
            (name := who[0] if who else "all"): UsageReport(
                films=films, attempts=count, seconds=seconds, usd=usd, usd_by_provider=providers.get(name, {})
            )
            for *who, count, films, seconds, usd in rows
        }


def _within(since: float, until: float) -> list[ColumnElement[bool]]:
    return [tables.attempts.c.at >= since, tables.attempts.c.at < until]


def charged(connection: Connection, film_id: str) -> float:
    """What the attempts of a film that have ended cost, in dollars."""
    total = select(func.coalesce(func.sum(tables.attempts.c.usd), 0.0)).where(tables.attempts.c.film == film_id)
    return float(connection.execute(total).scalar_one())


def charge(
    connection: Connection, film: FilmRecord, state: FilmState, report: FilmReport | None, usd: float, *, at: float
) -> None:
    """Write what the attempt at which *film* is has used: *usd* in all, to whom by the *report*."""
    subject = {"film": film.id, "attempt": film.attempt}
    seconds = report.seconds if report is not None and state == "completed" else 0.0
    row = {**subject, "owner": film.owner, "at": at, "state": state, "seconds": seconds, "usd": usd}
    connection.execute(insert(tables.attempts).values(row))
    paid = {one.provider: one.usd for one in report.money.by_provider} if report is not None and report.money else {}
    rest = usd - sum(paid.values())
    paid |= {UNKNOWN: rest} if rest > _DUST else {}
    rows = [{**subject, "provider": provider, "usd": amount} for provider, amount in paid.items() if amount > 0]
    if rows:
        connection.execute(insert(tables.charges), rows)
