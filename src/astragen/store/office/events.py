"""The histories of films: numbered from 1 without a gap, in the order in which they were committed.

The number comes from the film's row, which stays locked until the event is committed: whoever has read number n
will not find n or less later. A key makes telling idempotent, so that work that is done again tells nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, TextClause, insert, select, text, update

from astragen.errors import JobNotFound
from astragen.model.event import Event
from astragen.model.job import FilmEvent
from astragen.store.office import tables
from astragen.store.office.database import Database

_SQLITE_MANY = (
    "SELECT e.film, e.seq, e.at, e.event FROM json_each(:positions) AS p"
    " JOIN film_events AS e ON e.film = p.key AND e.seq > p.value ORDER BY e.film, e.seq LIMIT :limit"
)
_POSTGRES_MANY = (
    "SELECT e.film, e.seq, e.at, e.event FROM json_each_text(CAST(:positions AS json)) AS p"
    " JOIN film_events AS e ON e.film = p.key AND e.seq > CAST(p.value AS integer) ORDER BY e.film, e.seq LIMIT :limit"
)


class Events:
    """The histories in *database*."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database = database
        self._now_s = now_s
        self._many = _typed(_SQLITE_MANY if database.is_sqlite else _POSTGRES_MANY)

    def tell(self, film_id: str, key: str, event: Event) -> int | None:
        """Append *event* to the history of *film_id* and return its number; None: one with this *key* was told.

        Raises:
            JobNotFound: there is no such film.
        """
        table = tables.events
        with self._database.writing() as connection:
            next_seq = (
                update(tables.films)
                .where(tables.films.c.id == film_id)
                .values(last_seq=tables.films.c.last_seq + 1)
                .returning(tables.films.c.last_seq)
            )
            seq = connection.execute(next_seq).scalar_one_or_none()
            if seq is None:
                raise JobNotFound(f'There is no film "{film_id}".')
            told = select(table.c.seq).where(table.c.film == film_id, table.c.key == key)
            if connection.execute(told).scalar_one_or_none() is not None:
                connection.rollback()  # the number is still the next one
                return None
            append(connection, film_id, seq, key, event, at=self._now_s())
        return int(seq)

    def after(self, film_id: str, seq: int, limit: int = 500) -> list[FilmEvent]:
        """At most *limit* events of *film_id* whose numbers are above *seq*, in order."""
        table = tables.events
        chosen = (
            select(table.c.film, table.c.seq, table.c.at, table.c.event)
            .where(table.c.film == film_id, table.c.seq > seq)
            .order_by(table.c.seq)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_event_of(row) for row in connection.execute(chosen)]

    def last(self, film_id: str) -> int:
        """The number of the newest event of *film_id*; 0 where there is none."""
        chosen = select(tables.films.c.last_seq).where(tables.films.c.id == film_id)
        with self._database.reading() as connection:
            return int(connection.execute(chosen).scalar_one_or_none() or 0)

    def after_many(self, positions: Mapping[str, int], limit: int = 2000) -> list[FilmEvent]:
        """Events of many films in one query: of each, those above its number in *positions*, in order.

        No film's events have a gap; where there are more than *limit*, some films' have to wait for the next time.
        """
        if not positions:
            return []
        with self._database.reading() as connection:
            rows = connection.execute(self._many, {"positions": json.dumps(dict(positions)), "limit": limit})
            return [_event_of(row) for row in rows]


def append(connection: Connection, film_id: str, seq: int, key: str, event: Event, *, at: float) -> None:
    """Write *event* as number *seq*, which whoever calls has just taken from the film's row."""
    row = {"film": film_id, "seq": seq, "key": key, "kind": event.kind, "at": at, "event": event}
    connection.execute(insert(tables.events), row)  # apart from the statement, which is then built but once


def _typed(statement: str) -> TextClause:
    table = tables.events
    return text(statement).columns(table.c.film, table.c.seq, table.c.at, table.c.event)  # type: ignore[return-value]


def _event_of(row: Any) -> FilmEvent:  # noqa: ANN401 - a row of the events, by name
    return FilmEvent(film=row.film, seq=row.seq, at=row.at, event=row.event)
