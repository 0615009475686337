"""What an owner may have: checked in the very transaction that adds to it, so that no two requests slip by together."""

from __future__ import annotations

from sqlalchemy import Connection, case, func, select

from astragen.errors import QuotaReached
from astragen.model.job import FilmRecord
from astragen.model.office import QueueLimits
from astragen.store.office import tables
from astragen.store.office.database import Database

_OPEN = ("queued", "in_progress")


def check_limits(
    database: Database, connection: Connection, film: FilmRecord, limits: QueueLimits, *, now_s: float
) -> None:
    """See that the owner of *film* may queue it now.

    Raises:
        QuotaReached: it would be one too many, or cost too much.
    """
    database.alone(connection, f"owner {film.owner}")
    if limits.depth is not None:
        _check_depth(connection, film, limits.depth)
    if limits.spend_usd is not None:
        _check_spend(connection, film, limits.spend_usd, since_s=now_s - limits.period_s, days=limits.period_s / 86_400)


def _check_depth(connection: Connection, film: FilmRecord, depth: int) -> None:
    films = tables.films
    counted = select(func.count()).where(films.c.owner == film.owner, films.c.state.in_(_OPEN))
    count = connection.execute(counted).scalar_one()
    if count >= depth:
        raise QuotaReached(
            f"{count} films are queued or in progress, and this key may have {depth}.",
            hint="Wait until one has ended, or cancel one.",
            quota="queue",
        )


def _check_spend(connection: Connection, film: FilmRecord, limit_usd: float, *, since_s: float, days: float) -> None:
    spent_usd, coming_usd = spent_and_coming(connection, film.owner, since_s=since_s)
    if spent_usd + coming_usd + film.estimated_usd > limit_usd + 1e-9:
        raise QuotaReached(
            f"This film may cost ${film.estimated_usd:.2f}; ${spent_usd:.2f} were charged in the last {days:.0f} days "
            f"and ${coming_usd:.2f} may be for films on their way, of ${limit_usd:.2f} that this key may spend.",
            hint="Choose somebody cheaper, or have the key's limit raised.",
            quota="spend",
        )


def spent_and_coming(connection: Connection, owner: str, *, since_s: float) -> tuple[float, float]:
    """What *owner* was charged since then, and what films on their way may cost, in dollars."""
    films, attempts = tables.films, tables.attempts
    spent = select(func.coalesce(func.sum(attempts.c.usd), 0.0)).where(
        attempts.c.owner == owner, attempts.c.at >= since_s
    )
    larger = case((films.c.estimated_usd > films.c.spent_usd, films.c.estimated_usd), else_=films.c.spent_usd)
    coming = select(func.coalesce(func.sum(larger), 0.0)).where(films.c.owner == owner, films.c.state.in_(_OPEN))
    return float(connection.execute(spent).scalar_one()), float(connection.execute(coming).scalar_one())
