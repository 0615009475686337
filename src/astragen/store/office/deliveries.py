"""The log of webhook messages: what is to be sent, when next, and how each try went.

Whoever sends asks for what is due, which nobody else is given meanwhile; should it die, the message is due again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from astragen.errors import JobNotFound
from astragen.model.office import Delivery, DeliveryPage, DeliveryState, Try
from astragen.plan.deliveries import TRIES, delay_after
from astragen.store.office import tables
from astragen.store.office.database import Database
from astragen.store.office.ids import new_id

HOLD_S: Final = 60.0  # that a sender may take for one message

_TABLE: Final = tables.deliveries
_COLUMNS: Final = tuple(_TABLE.c[name] for name in Delivery.model_fields)


class Deliveries:
    """The log in *database*."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database = database
        self._now_s = now_s

    def add(
        self, key: str, *, owner: str, event: str, url: str, body: str, hook: str = "", film: str = ""
    ) -> Delivery | None:
        """Write a message that is to be sent at once; None: one with this *key* was written.

        *hook*: the endpoint's id, empty where the film itself names the URL.
        """
        now_s = self._now_s()
        delivery = Delivery(
            id=new_id("dlv", now_s),
            owner=owner,
            hook=hook,
            film=film,
            event=event,
            url=url,
            body=body,
            created_at=now_s,
            next_try_at=now_s,
            tries_left=TRIES,
        )
        row = {name: getattr(delivery, name) for name in Delivery.model_fields}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(_TABLE).values({**row, "key": key}))
        except IntegrityError:
            return None
        return delivery

    def get(self, delivery_id: str, *, owner: str | None = None) -> Delivery:
        """The message.

        Raises:
            JobNotFound: there is none, or it is another owner's.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(*_of(delivery_id, owner))).one_or_none()
        if row is None:
            raise _not_found(delivery_id)
        return _delivery_of(row)

    def due(self, limit: int = 50, *, hold_s: float = HOLD_S) -> list[Delivery]:
        """At most *limit* messages whose time has come; nobody else is given them for *hold_s* seconds."""
        now_s = self._now_s()
        chosen = select(_TABLE.c.id).where(_TABLE.c.next_try_at <= now_s).order_by(_TABLE.c.next_try_at, _TABLE.c.id)
        with self._database.writing() as connection:
            ids = list(connection.execute(chosen.limit(limit).with_for_update(skip_locked=True)).scalars())
            if not ids:
                return []
            held = update(_TABLE).where(_TABLE.c.id.in_(ids)).values(next_try_at=now_s + hold_s)
            rows = connection.execute(held.returning(*_COLUMNS)).all()
        return sorted((_delivery_of(row) for row in rows), key=lambda delivery: delivery.id)

    def note_try(self, delivery_id: str, made: Try) -> Delivery:
        """Add a try to the log, and plan the next one.

        A status of 2xx ends it well, 410 ends it at once, and anything else does after the last try. Raises as `get`.
        """
        with self._database.writing() as connection:
            locked = select(*_COLUMNS).where(_TABLE.c.id == delivery_id).with_for_update()
            row = connection.execute(locked).one_or_none()
            if row is None:
                raise _not_found(delivery_id)
            delivery = _delivery_of(row)
            return _changed(connection, delivery_id, _after_try(delivery, made))

    def redeliver(self, delivery_id: str, *, owner: str | None = None) -> Delivery:
        """Send a message again, at once and with all its tries; raises as `get` does."""
        values = {"state": "pending", "next_try_at": self._now_s(), "tries_left": TRIES}
        with self._database.writing() as connection:
            row = connection.execute(
                update(_TABLE).where(*_of(delivery_id, owner)).values(values).returning(*_COLUMNS)
            ).one_or_none()
        if row is None:
            raise _not_found(delivery_id)
        return _delivery_of(row)

    def page(
        self,
        *,
        owner: str | None = None,
        hook: str | None = None,
        film: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 20,
        after: str = "",
    ) -> DeliveryPage:
        """At most *limit* messages after the id *after*, the newest first."""
        asked = {"owner": owner, "hook": hook, "film": film, "state": state}
        where = [_TABLE.c[name] == value for name, value in asked.items() if value is not None]
        where += [_TABLE.c.id < after] if after else []
        chosen = select(*_COLUMNS).where(*where).order_by(_TABLE.c.id.desc()).limit(limit + 1)
        with self._database.reading() as connection:
            rows = connection.execute(chosen).all()
        return DeliveryPage(tuple(_delivery_of(row) for row in rows[:limit]), has_more=len(rows) > limit)

    def forget(self, older_than_s: float) -> int:
        """Remove messages of before *older_than_s* seconds ago that are not to be sent any more; returns how many."""
        old = [_TABLE.c.created_at < self._now_s() - older_than_s, _TABLE.c.next_try_at.is_(None)]
        with self._database.writing() as connection:
            return connection.execute(delete(_TABLE).where(*old)).rowcount


def _after_try(delivery: Delivery, made: Try) -> dict[str, Any]:
    """What a try changes; the schedule starts anew with a redelivery."""
    left = max(0, delivery.tries_left - 1)
    values: dict[str, Any] = {"tries": (*delivery.tries, made), "tries_left": left}
    if made.status is not None and 200 <= made.status < 300:
        return values | {"state": "delivered", "next_try_at": None}
    delay = None if made.status == 410 else delay_after(TRIES - left, delivery.id)
    if delay is None:
        return values | {"state": "failed", "next_try_at": None, "tries_left": 0}
    return values | {"next_try_at": made.at + delay}


def _changed(connection: Connection, delivery_id: str, values: dict[str, Any]) -> Delivery:
    changed = update(_TABLE).where(_TABLE.c.id == delivery_id).values(values).returning(*_COLUMNS)
    return _delivery_of(connection.execute(changed).one())


def _of(delivery_id: str, owner: str | None) -> list[ColumnElement[bool]]:
    return [_TABLE.c.id == delivery_id, *([] if owner is None else [_TABLE.c.owner == owner])]


def _delivery_of(row: Row[Any]) -> Delivery:
    return Delivery.model_validate(dict(row._mapping))


def _not_found(delivery_id: str) -> JobNotFound:
    return JobNotFound(f'There is no delivery "{delivery_id[:64]}".', hint="List those that are there.")
