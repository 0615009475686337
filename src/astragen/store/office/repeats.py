"""Requests that are sent twice: the second one with the same idempotency key gets the reply of the first one.

Kept for a day. A request whose process died before it replied is taken over by the next one like it, which is given
the id of what the first one was about to make, and so can see whether it did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from sqlalchemy import ColumnElement, delete, insert, select, update

from astragen.model.base import content_hash
from astragen.model.office import Replay, Unfinished
from astragen.store.office import tables
from astragen.store.office.database import Database

KEPT_S: Final = 86_400.0
RUNNING_S: Final = 60.0  # that a request may take to reply; later its process is taken for dead

_TABLE: Final = tables.repeats


class Repeats:
    """The replies in *database*."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database = database
        self._now_s = now_s

    def begin(
        self, key_owner: str, path: str, idempotency_key: str, request_hash: str, *, subject: str = ""
    ) -> Literal["new", "running", "other"] | Replay | Unfinished:
        """What to do with a request: *subject* is the id that it will give to what it makes.

        "new": do it, then `finish`. "running": the first one is not done. "other": the key came with another request.
        Replay: send that. Unfinished: go on where the first one stopped, with its subject.
        """
        now_s = self._now_s()
        where = _named(key_owner, path, idempotency_key)
        row = {"owner": key_owner, "name": _name(path, idempotency_key), "request": request_hash, "at": now_s}
        with self._database.writing() as connection:
            self._database.alone(connection, f"repeat {key_owner} {row['name']}")
            found = connection.execute(select(_TABLE).where(*where)).one_or_none()
            if found is None or found.at <= now_s - KEPT_S:
                connection.execute(delete(_TABLE).where(*where))
                connection.execute(insert(_TABLE), {**row, "subject": subject})
                return "new"
            if found.request != request_hash:
                return "other"
            if found.status is not None:
                return Replay(found.status, found.headers, found.body)
            if found.at > now_s - RUNNING_S:
                return "running"
            connection.execute(update(_TABLE).where(*where).values(at=now_s, subject=found.subject or subject))
        return Unfinished(found.subject) if found.subject else "new"

    def finish(
        self,
        key_owner: str,
        path: str,
        idempotency_key: str,
        *,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        """Keep the reply for those that come again."""
        values = {"status": status, "headers": dict(headers), "body": body}
        with self._database.writing() as connection:
            connection.execute(update(_TABLE).where(*_named(key_owner, path, idempotency_key)).values(values))

    def abandon(self, key_owner: str, path: str, idempotency_key: str) -> None:
        """Forget a request that made nothing, so that it may be tried again, changed or not."""
        with self._database.writing() as connection:
            unanswered = [*_named(key_owner, path, idempotency_key), _TABLE.c.status.is_(None)]
            connection.execute(delete(_TABLE).where(*unanswered))

    def interrupt(self, key_owner: str, path: str, idempotency_key: str) -> None:
        """Let the next request like this one go on at once: nobody knows how far it got, so its subject stays."""
        with self._database.writing() as connection:
            unanswered = [*_named(key_owner, path, idempotency_key), _TABLE.c.status.is_(None)]
            connection.execute(update(_TABLE).where(*unanswered).values(at=self._now_s() - RUNNING_S))

    def forget(self) -> int:
        """Remove what is older than a day; returns how many."""
        with self._database.writing() as connection:
            return connection.execute(delete(_TABLE).where(_TABLE.c.at <= self._now_s() - KEPT_S)).rowcount


def _name(path: str, idempotency_key: str) -> str:
    return content_hash(f"{path}\n{idempotency_key}")


def _named(owner: str, path: str, idempotency_key: str) -> list[ColumnElement[bool]]:
    return [_TABLE.c.owner == owner, _TABLE.c.name == _name(path, idempotency_key)]
