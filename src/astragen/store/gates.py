"""What all machines remember of a provider: when it may be asked again, how often it was, whether it fails.

The twin of `providers.shared_file` in the service's database: small JSON objects by name, each changed by one at a
time, and slots that are held. They are a memory and may be lost. Start reading at `Gates.change` and `Gates.take`.
"""

from __future__ import annotations

import errno
import json
import zlib
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, select
from sqlalchemy.dialects import postgresql, sqlite

from astragen.errors import DatabaseDown
from astragen.store.office.database import Database
from astragen.store.slots import Slots

Told = TypeVar("Told")

_ALL: Final = MetaData()
_TABLE: Final = Table(
    "provider_gates",
    _ALL,
    Column("name", String(160), primary_key=True),
    Column("kept", Text, nullable=False),
)


class Gates:
    """The objects in the table "provider_gates" of *database*; safe for any number of processes on any machines."""

    def __init__(self, database: Database) -> None:
        """Make the table where it is missing.

        Raises:
            DatabaseDown: the database does not answer.
        """
        self._database = database
        self._slots = None if database.is_sqlite else Slots(database)
        with database.writing() as connection:
            database.alone(connection, "astragen gates")
            _ALL.create_all(connection)

    def change(self, name: str, step: Callable[[dict[str, Any]], tuple[dict[str, Any], Told]]) -> Told:
        """Give what is kept under *name* to *step*, keep the first that it returns, and return the second.

        Nothing kept, or nothing that can be read, is {}. *step* is quick: everybody who asks for *name* waits.

        Raises:
            OSError: the database does not answer.
        """
        try:
            with self._database.writing() as connection:
                self._database.alone(connection, f"astragen gate {name}")
                before = _read(connection.execute(select(_TABLE.c.kept).where(_TABLE.c.name == name)).scalar())
                after, told = step(before)
                if after != before:
                    self._write(connection, name, json.dumps(after))
        except DatabaseDown as error:
            raise OSError(errno.EIO, error.message) from error
        return told

    def take(self, name: str, at_once: int) -> Callable[[], None] | None:
        """One of the *at_once* slots of *name*, as what gives it back; None: others hold them all.

        SQLite is of one machine, whose slots are locks on files: there is always one here.

        Raises:
            OSError: the database does not answer.
        """
        if self._slots is None:
            return _nothing
        return self._slots.take(zlib.crc32(name.encode()) - 2**31, at_once)

    def close(self) -> None:
        """Give back the slots that are held."""
        if self._slots is not None:
            self._slots.close()

    def _write(self, connection: Connection, name: str, kept: str) -> None:
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        put = insert(_TABLE).values(name=name, kept=kept)
        connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"kept": put.excluded.kept}))


def _nothing() -> None:
    """Give back what nobody counts."""


def _read(text: object) -> dict[str, Any]:
    try:
        kept = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
