"""What was paid, in a PostgreSQL database that many machines share.

A run belongs to an executor, and lives as long as that does and until it is closed; whoever makes the ledger says who
lives. The rows of a film are changed by one at a time. A server that goes away is asked again for `PATIENCE_S`, but
nothing that was begun is done twice. Start reading at `PostgresLedger.transaction`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from astragen.errors import DatabaseDown, SettingsError
from astragen.store.purse import AnyLedger, Rows

VERSION: Final = 1
PATIENCE_S: Final = 60.0  # for the server to come back; a restart takes seconds, a fail-over up to a minute
_PAUSE_S: Final = (0.1, 2.0)  # between tries; doubled from the first to the second
_CONNECT_S: Final = 10  # for one try

_HINT: Final = "Check ASTRAGEN_DATABASE_URL, and that its user may create schemas."

_SESSION: Final = """
SET search_path TO astragen_ledger;
SET synchronous_commit TO on;
SET lock_timeout TO '20s';
SET idle_in_transaction_session_timeout TO '30s';
"""  # a promise of money is on the disk before it is made; a machine that stops in the middle holds up nobody for long

_TABLES: Final = """
CREATE SCHEMA IF NOT EXISTS astragen_ledger;
CREATE TABLE IF NOT EXISTS version (number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, film TEXT NOT NULL, began_s DOUBLE PRECISION NOT NULL, owner TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS runs_of_film ON runs (film);
CREATE TABLE IF NOT EXISTS entries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run TEXT NOT NULL, adopted INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL, film TEXT NOT NULL, provider TEXT NOT NULL, state TEXT NOT NULL, usd DOUBLE PRECISION NOT NULL,
    ticket TEXT, at_s DOUBLE PRECISION NOT NULL, tokens_in BIGINT NOT NULL DEFAULT 0,
    tokens_out BIGINT NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS entries_of_run ON entries (run, key);
CREATE INDEX IF NOT EXISTS entries_of_film ON entries (film, key);
CREATE INDEX IF NOT EXISTS entries_at ON entries (at_s);
"""  # runs: those that are not finished; owner: the executor, "" once it is closed

_Connection = psycopg.Connection[dict[str, Any]]


class _Rows:
    """Rows by the words of SQLite."""

    def __init__(self, db: _Connection) -> None:
        self._db = db

    def execute(self, asked: str, given: Sequence[Any] = (), /) -> psycopg.Cursor[dict[str, Any]]:
        """See `purse.Rows`."""
        return self._db.execute(asked.replace("?", "%s"), given)


class PostgresLedger(AnyLedger):
    """The ledger in the schema `astragen_ledger` of a database; threads may share it."""

    def __init__(
        self, url: str, *, owner: str, is_alive: Callable[[str], bool], patience_s: float = PATIENCE_S
    ) -> None:
        """Connect, and make the tables where they are missing.

        Args:
            url: postgresql://...
            owner: the executor that this process is; no other one, before or after, has the same name.
            is_alive: whether an executor lives, this one included; called within a transaction, so it is to be quick.
            patience_s: for how long a server that went away is asked again.

        Raises:
            SettingsError: the database cannot be used, or its ledger is of a newer version.
        """
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._owner, self._is_alive, self._patience_s = owner, is_alive, patience_s
        self._mutex = threading.Lock()
        self._over: set[str] = set()
        self.name = _name_of(self._url)
        try:
            self._db = self._connected()
            self._make_tables()
        except SettingsError:
            self._db.close()
            raise
        except psycopg.Error as error:
            raise SettingsError(f"The ledger in {self.name} cannot be used: {_said(error)}.", hint=_HINT) from None

    def close(self) -> None:
        """Let go of the database; nothing may be asked afterwards."""
        self._db.close()

    @contextmanager
    def transaction(self, film: str = "") -> Iterator[Rows]:
        """The rows of *film*, alone with them: all that is done in the block is done, or nothing.

        Raises:
            DatabaseDown: the server does not answer, or went away in the middle; then nobody knows what was done.
        """
        with self._mutex:
            db = self._begun(film)
            try:
                yield cast("Rows", _Rows(db))
                db.execute("COMMIT")
            except BaseException as error:
                with suppress(psycopg.Error):  # the server rolls back what its client left
                    db.execute("ROLLBACK")
                if isinstance(error, psycopg.Error):
                    raise self._lost(error) from None
                raise

    def hold(self, run: str) -> Callable[[], None]:
        """Nothing more than the executor's lease; what ends it is remembered here, for when the server is down."""
        return partial(self._over.add, run)

    def begin(self, rows: Rows, run: str, film: str, at_s: float) -> None:
        """Note *run* as this executor's."""
        rows.execute("INSERT INTO runs (id, film, began_s, owner) VALUES (?, ?, ?, ?)", (run, film, at_s, self._owner))

    def is_live(self, rows: Rows, run: str) -> bool:
        """Whether *run* is there, not closed, and its executor lives."""
        if run in self._over:
            return False
        row = rows.execute("SELECT owner FROM runs WHERE id = ?", (run,)).fetchone()
        return row is not None and row["owner"] != "" and self._is_alive(row["owner"])

    def part(self, rows: Rows, run: str) -> None:
        """Note that *run* is nobody's any more."""
        rows.execute("UPDATE runs SET owner = '' WHERE id = ?", (run,))

    def tidy(self, run: str) -> None:
        """Nothing: all is in the rows."""

    def _begun(self, film: str) -> _Connection:
        """The connection, in a transaction, with the lock on *film*; a broken one is made anew."""
        until_s = time.monotonic() + self._patience_s
        pause_s = _PAUSE_S[0]
        while True:
            try:
                if self._db.closed:
                    self._db = self._connected()
                self._db.execute("BEGIN")
                if film:
                    _lock(self._db, f"film {film}")
            except psycopg.OperationalError as error:
                self._db.close()
                if time.monotonic() + pause_s > until_s:
                    raise self._lost(error) from None
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, _PAUSE_S[1])
            else:
                return self._db

    def _connected(self) -> _Connection:
        db = psycopg.connect(
            self._url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=_CONNECT_S,
            tcp_user_timeout=30_000,
            application_name="astragen ledger",
        )
        try:
            db.execute(_SESSION)
        except BaseException:
            db.close()
            raise
        return db

    def _make_tables(self) -> None:
        try:
            with self._db.transaction():
                _lock(self._db, "tables")
                self._db.execute(_TABLES)
                row = self._db.execute("SELECT MAX(number) AS number FROM version").fetchone()
                found = row["number"] if row else None
                if found is None:
                    self._db.execute("INSERT INTO version VALUES (%s)", (VERSION,))
                elif found > VERSION:
                    raise SettingsError(
                        f"The ledger in {self.name} is of version {found}; this astragen knows {VERSION}.",
                        hint="Update astragen, or choose another database with ASTRAGEN_DATABASE_URL.",
                    )
        except BaseException:
            self._db.close()
            raise

    def _lost(self, error: psycopg.Error) -> DatabaseDown:
        return DatabaseDown(
            f"The ledger in {self.name} does not answer: {_said(error)}.",
            hint="Nothing was ordered. The film goes on when the database is back.",
        )


def _lock(db: _Connection, what: str) -> None:
    """Wait until nobody else has *what*, and have it until the transaction ends."""
    db.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"astragen ledger {what}",))


def _name_of(url: str) -> str:
    """The database at *url* for messages: without its user and password.

    Raises:
        SettingsError: *url* is none; what its parser says would show all of it.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        raise SettingsError("The address of the ledger's database is malformed.", hint=_HINT) from None
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"


def _said(error: psycopg.Error) -> str:
    """The first line of what the server or the client said; neither ever names a password."""
    said = error.diag.message_primary or str(error).strip().split("\n", maxsplit=1)[0]
    return said[:200].rstrip(".") or type(error).__name__
