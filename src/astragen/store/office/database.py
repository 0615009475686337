"""The service's database: one engine a process, on SQLite or PostgreSQL, and transactions that behave alike on both.

A write on SQLite begins with BEGIN IMMEDIATE, so it never fails half-way for another's sake; on PostgreSQL rows are
locked by their updates. No message and no exception holds the URL's password or a statement's values.
Start reading at `Database`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from astragen.errors import DatabaseDown, SettingsError
from astragen.store.outages import SERVER, bound, is_outage, says_full
from astragen.store.syncing import Syncing
from astragen.store.turns import turn_at

BUSY_MS: Final = 30_000  # that another process may hold a SQLite file
POOL: Final = 5  # connections that are kept
POOL_MORE: Final = 15  # and opened when those are busy

_PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {BUSY_MS}",
    "PRAGMA synchronous = NORMAL",  # a killed process loses nothing; a power cut what `settle` was not called after
    "PRAGMA temp_store = MEMORY",
)
_HINT: Final = "Correct ASTRAGEN_DATABASE_URL, or unset it to use a SQLite file in the data folder."


class Database:
    """The database at *url*: sqlite:///PATH or postgresql://...; threads may share it."""

    def __init__(self, url: str) -> None:
        """Connect to nothing yet.

        Raises:
            SettingsError: the URL is none of those two, or psycopg is missing.
        """
        parsed = _parsed(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.place = _place(parsed)
        self._file = Path(parsed.database or "") if self.is_sqlite else None
        self._engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_size=POOL,
            max_overflow=POOL_MORE,
            pool_pre_ping=not self.is_sqlite,  # a server may have been restarted meanwhile
            connect_args={} if self.is_sqlite else dict(SERVER),
        )
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        self._turn = turn_at(self._file) if self._file is not None else nullcontext()
        self._syncing = Syncing(self._file) if self._file is not None else None
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepared)
            event.listen(self._engine, "begin", _begun)
        else:
            event.listen(self._engine, "connect", _bounded)

    def check(self) -> None:
        """See that it can be reached, and make its folder where it is a file.

        Raises:
            SettingsError: it cannot; the message says where it is, without a password.
        """
        try:
            if self._file is not None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except (DBAPIError, OSError) as error:
            said = str(error.orig if isinstance(error, DBAPIError) else error).strip().split("\n", maxsplit=1)[0]
            raise SettingsError(f'The database "{self.place}" cannot be used: {said}.', hint=_HINT) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            DatabaseDown: the database does not answer.
        """
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; nothing of it is kept when the block raises.

        Raises:
            DatabaseDown: the database does not answer, or is full.
        """
        with self._told(), self._turn, self._writer.begin() as connection:
            yield connection

    def settle(self) -> None:
        """Return when what was committed is on the disk, so that a power cut takes nothing of it.

        On PostgreSQL it is there when a commit returns.
        """
        if self._syncing is not None:
            self._syncing.wait()

    def alone(self, connection: Connection, name: str) -> None:
        """Keep everybody else who asks for *name* waiting until the transaction of *connection* ends."""
        if not self.is_sqlite:  # where a writer is alone anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    def session(self) -> Connection:
        """A connection of PostgreSQL outside of any transaction, for what the server keeps by session.

        Raises:
            SQLAlchemyError: the database does not answer.
        """
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Failures of the database as errors of ours."""
        try:
            yield
        except (DBAPIError, PoolEmpty) as error:
            if not is_outage(error):
                raise
            if says_full(error):
                raise DatabaseDown(
                    f'The database "{self.place}" has no room left.', hint="Free space on its disk.", is_full=True
                ) from error
            raise DatabaseDown(
                f'The database "{self.place}" does not answer.', hint="Try again in a moment."
            ) from error


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):  # its message may hold a password
        parsed, backend = None, ""
    if parsed is None or backend not in ("sqlite", "postgresql", "postgres"):
        raise SettingsError(
            "The database URL is not understood; it is sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME, "
            "with special characters in the password percent-encoded.",
            hint=_HINT,
        ) from None
    if backend == "sqlite":
        return _of_a_file(parsed)
    if find_spec("psycopg") is None:
        raise SettingsError(
            "PostgreSQL needs the package psycopg, which is not installed.",
            hint="Install it with: pip install 'astragen[postgres]'",
        )
    return parsed.set(drivername="postgresql+psycopg")


def _of_a_file(parsed: URL) -> URL:
    if parsed.database in (None, "", ":memory:"):
        raise SettingsError("The database must be a file: one in memory cannot be shared.", hint=_HINT)
    return parsed.set(drivername="sqlite")


def _place(url: URL) -> str:
    """Where the database is, without user, password and options."""
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}"
    host = url.host or url.query.get("host") or "localhost"
    return f"postgresql://{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"


def _bounded(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    bound(connection)


def _prepared(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None  # transactions are begun by _begun
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    until_s = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:  # a new file that two open at one time: SQLite does not wait here
            if "locked" not in str(error) or time.monotonic() > until_s:
                raise
            time.sleep(0.01)


def _begun(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
