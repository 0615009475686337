"""Results by step key in the service's database: what one machine has done, no other does again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from astragen.store.memo import Memo
from astragen.store.office import tables
from astragen.store.office.database import Database

USED_EVERY_S: Final = 3600.0  # between two notes that a result was used
MISSED_MAX: Final = 10_000  # keys that were asked for and not there, of which it is known when

_TABLE: Final = tables.memo


class SharedMemo(Memo):
    """The results in the table "memo" of *database*; safe for any number of processes on any machines."""

    def __init__(self, database: Database, *, now_s: Callable[[], float] = time.time) -> None:
        """*now_s*: seconds since the epoch."""
        self._database = database
        self._now_s = now_s
        self._missed: dict[str, float] = {}

    def get(self, key: str) -> str | None:
        """The JSON kept under *key* (64 hex digits), or None; asking makes it young for `forget`.

        Raises:
            DatabaseDown: nobody can tell.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(_TABLE.c.text, _TABLE.c.at).where(_TABLE.c.key == key)).one_or_none()
        if row is None:
            if len(self._missed) >= MISSED_MAX:  # of steps that failed, or whose result was not to be kept
                self._missed.clear()
            self._missed[key] = self._now_s()
            return None
        if self._now_s() - row.at > USED_EVERY_S:
            with self._database.writing() as connection:
                connection.execute(update(_TABLE).where(_TABLE.c.key == key).values(at=self._now_s()))
        return str(row.text)

    def put(self, key: str, text: str) -> None:
        """Keep the JSON *text* under *key*, over what was there, and count how often it was made again.

        That is: made although it was there when its making began. Two workers that did the same at one time, one of
        them taken for dead, are no such case.

        Raises:
            DatabaseDown: it cannot be written now.
        """
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        began_s = self._missed.pop(key, self._now_s())
        put = insert(_TABLE).values({"key": key, "text": text, "at": self._now_s(), "writes": 1})
        again = case((_TABLE.c.at < began_s, 1), else_=0)
        changed = {"text": put.excluded.text, "at": put.excluded.at, "writes": _TABLE.c.writes + again}
        with self._database.writing() as connection:
            connection.execute(put.on_conflict_do_update(index_elements=["key"], set_=changed))

    def forget(self, older_than_s: float) -> int:
        """Remove what nobody has used for *older_than_s* seconds, to within an hour; returns how many."""
        with self._database.writing() as connection:
            return connection.execute(delete(_TABLE).where(_TABLE.c.at < self._now_s() - older_than_s)).rowcount
