"""Links that show one film to whoever has them: a token is shown once and kept as its SHA-256 only.

A token opens one film's content for a while, until it is withdrawn, or the film is deleted; it opens nothing else.
Start reading at `Shares.find`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, insert, select

from astragen.errors import JobNotFound
from astragen.model.base import content_hash
from astragen.model.office import ShareRecord
from astragen.store.office import tables
from astragen.store.office.database import Database
from astragen.store.office.ids import new_id

TOKEN_BYTES: Final = 32  # of chance: nobody guesses one, so its hash needs no salt

_TABLE: Final = tables.shares
_COLUMNS: Final = tuple(_TABLE.c[name] for name in ShareRecord.model_fields)


class Shares:
    """The links in *database*."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database = database
        self._now_s = now_s

    def create(self, film_id: str, *, owner: str, expires_at: float) -> tuple[ShareRecord, str]:
        """A new link to a film that is *owner*'s, and its token, which nobody can ever read again.

        Raises:
            JobNotFound: the film is gone, or another owner's.
        """
        now_s, token = self._now_s(), secrets.token_urlsafe(TOKEN_BYTES)
        record = ShareRecord(
            id=new_id("share", now_s), film=film_id, owner=owner, created_at=now_s, expires_at=expires_at
        )
        films = tables.films
        there = select(films.c.id).where(films.c.id == film_id, films.c.owner == owner).with_for_update()
        with self._database.writing() as connection:
            if connection.execute(there).scalar_one_or_none() is None:
                raise JobNotFound(f'There is no film "{film_id[:64]}".', hint="List those that are there.")
            connection.execute(insert(_TABLE).values({**dict(record), "hash": content_hash(token)}))
        return record, token

    def find(self, token: str) -> ShareRecord | None:
        """The link of *token*; None: there is none, or its time is over."""
        known = select(*_COLUMNS).where(_TABLE.c.hash == content_hash(token), _TABLE.c.expires_at > self._now_s())
        with self._database.reading() as connection:
            row = connection.execute(known).one_or_none()
        return None if row is None else _record_of(row)

    def of_film(self, film_id: str, *, owner: str) -> list[ShareRecord]:
        """The links to a film that still open it, the newest first."""
        valid = [_TABLE.c.film == film_id, _TABLE.c.owner == owner, _TABLE.c.expires_at > self._now_s()]
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).where(*valid).order_by(_TABLE.c.id.desc()))
            return [_record_of(row) for row in rows]

    def withdraw(self, share_id: str, *, film_id: str, owner: str) -> None:
        """Make a link open nothing from now on.

        Raises:
            JobNotFound: there is no such link to this film of this owner.
        """
        this: list[ColumnElement[bool]] = [_TABLE.c.id == share_id, _TABLE.c.film == film_id, _TABLE.c.owner == owner]
        with self._database.writing() as connection:
            if not connection.execute(delete(_TABLE).where(*this)).rowcount:
                raise JobNotFound(f'There is no link "{share_id[:64]}" to this film.')


def _record_of(row: Row[Any]) -> ShareRecord:
    return ShareRecord.model_validate(dict(row._mapping))
