"""Films that wait for others of their owner: its key may have so many on their way at one time.

What is on its way is counted from the films' own rows whenever it matters, so whoever dies leaves no slot taken. A film
that would be one too many has the stage `HELD`, and is in no queue: others pass it. All of it happens under the
owner's lock, so that no two films get one slot. Start reading at `stage_of`.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from astragen.model.job import HELD
from astragen.model.office import OpenAttempt, QueueLimits
from astragen.store.office import tables
from astragen.store.office.database import Database

_FILMS = tables.films
_OPEN = ("queued", "in_progress")


def stage_of(database: Database, connection: Connection, owner: str, limits: QueueLimits | None) -> str:
    """The stage of a film of *owner* that is queued now: `HELD`, or "" when it may be on its way.

    *limits*: those of the owner's key; None: they are looked up.
    """
    if not owner:
        return ""
    at_once = _at_once(connection, owner) if limits is None else limits.at_once
    if at_once is None:
        return ""
    database.alone(connection, f"owner {owner}")
    return HELD if _on_their_way(connection, owner) >= at_once else ""


def released(database: Database, connection: Connection, owner: str) -> list[OpenAttempt]:
    """The films of *owner* that are held no more, the oldest first; they are for the caller to enqueue."""
    database.alone(connection, f"owner {owner}")
    at_once = _at_once(connection, owner)
    held = select(_FILMS.c.id).where(_FILMS.c.owner == owner, *_IS_HELD).order_by(_FILMS.c.id)
    if at_once is not None:
        held = held.limit(max(0, at_once - _on_their_way(connection, owner)))
    ids = list(connection.execute(held).scalars())
    if not ids:
        return []
    columns = [_FILMS.c[name] for name in OpenAttempt._fields]
    freed = update(_FILMS).where(_FILMS.c.id.in_(ids), *_IS_HELD).values(stage="").returning(*columns)
    return sorted(OpenAttempt(*row) for row in connection.execute(freed))


def owners_held(connection: Connection) -> list[str]:
    """The owners of held films."""
    return list(connection.execute(select(_FILMS.c.owner).where(*_IS_HELD).distinct()).scalars())


_IS_HELD = (_FILMS.c.state == "queued", _FILMS.c.stage == HELD)


def _at_once(connection: Connection, owner: str) -> int | None:
    """How many films the key *owner* may have on their way; None: any number, or there is no such key."""
    return connection.execute(select(tables.keys.c.films_at_once).where(tables.keys.c.id == owner)).scalar_one_or_none()


def _on_their_way(connection: Connection, owner: str) -> int:
    counted = select(func.count()).where(_FILMS.c.owner == owner, _FILMS.c.state.in_(_OPEN), _FILMS.c.stage != HELD)
    return int(connection.execute(counted).scalar_one())
