"""Slots that processes on many machines hold: advisory locks of PostgreSQL, of one session a process.

The server itself lets go of them when the session ends: with its process however that dies, and about a minute after
its machine falls silent. A session that breaks loses its slots while what they stand for may go on; for as long there
may be more than there should be. Start reading at `Slots.take`.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from astragen.store.office.database import Database

_SILENCE: Final = (  # after which the server takes the other machine for dead
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
)
# A session may lock what it has locked, so its own are left out; CASE, unlike AND, is evaluated in this order.
_TAKE: Final = text(
    "SELECT n FROM generate_series(0, :at_once - 1) AS n "
    "WHERE CASE WHEN n = ANY(:held) THEN false ELSE pg_try_advisory_lock(:name, n) END LIMIT 1"
)
_GIVE_BACK: Final = text("SELECT pg_advisory_unlock(:name, :number)")


class Slots:
    """The slots that this process holds in *database*; threads may share it."""

    def __init__(self, database: Database) -> None:
        """Connect to nothing yet."""
        self._database = database
        self._mutex = threading.Lock()
        self._session: Connection | None = None
        self._held: set[tuple[int, int]] = set()

    def take(self, name: int, at_once: int) -> Callable[[], None] | None:
        """One of the *at_once* slots of *name* (32 bits, signed), as what gives it back; None: others hold them all.

        Raises:
            OSError: the database does not answer.
        """
        with self._mutex:
            try:
                session = self._opened()
                held = [number for one, number in self._held if one == name]
                number = session.execute(_TAKE, {"at_once": at_once, "held": held, "name": name}).scalar()
            except SQLAlchemyError as error:
                self._lost()
                raise OSError(errno.EIO, "The database does not answer.") from error
            if number is None:
                return None
            self._held.add((name, int(number)))
            return partial(self._give_back, session, name, int(number))

    def close(self) -> None:
        """Give back all that is held, and end the session."""
        with self._mutex:
            self._lost()

    def _give_back(self, session: Connection, name: int, number: int) -> None:
        with self._mutex:
            if session is not self._session:  # it broke meanwhile, and the slot went with it
                return
            self._held.discard((name, number))
            try:
                session.execute(_GIVE_BACK, {"name": name, "number": number})
            except SQLAlchemyError:
                self._lost()

    def _opened(self) -> Connection:
        if self._session is None:
            self._session = self._database.session()
            for setting in _SILENCE:
                self._session.exec_driver_sql(setting)
        return self._session

    def _lost(self) -> None:
        session, self._session = self._session, None
        self._held.clear()
        if session is not None:
            session.invalidate()
            session.close()
