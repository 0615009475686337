"""What was paid, in one SQLite file that the processes of a machine share: no crash loses a claim or pays twice.

A run holds a lock as long as it lives, which the system lets go when its process dies, however it dies. Start reading
at `Ledger`; what is done with its rows is in `store.purse`, and `store.ledger_postgres` keeps them for many machines.
"""

from __future__ import annotations

import itertools
import logging
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from astragen.errors import SettingsError
from astragen.store.locks import is_locked, take_lock
from astragen.store.purse import AnyLedger, Rows
from astragen.store.purse import Purse as Purse  # whoever opens a ledger gets purses from here

VERSION: Final = 1
BUSY_S: Final = 10.0  # that another process may hold the file; a write takes milliseconds
_REPAIR_S: Final = 5.0  # that another process may take to set a damaged file aside

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, film TEXT NOT NULL, began_s REAL NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, adopted INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL, film TEXT NOT NULL, provider TEXT NOT NULL, state TEXT NOT NULL, usd REAL NOT NULL,
    ticket TEXT, at_s REAL NOT NULL, tokens_in INTEGER NOT NULL DEFAULT 0, tokens_out INTEGER NOT NULL DEFAULT 0,
    result TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS entries_of_run ON entries (run, key);
CREATE INDEX IF NOT EXISTS entries_of_film ON entries (film, key);
"""  # runs: those that are not finished, alive or dead

log = logging.getLogger(__name__)


class Ledger(AnyLedger):
    """The ledger in the file *path*; threads may share it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; a damaged one is set aside, and `damage` says so.

        Raises:
            SettingsError: it cannot be read or written, or is of a newer version.
        """
        self.path = path
        self.damage = ""
        self._mutex = threading.Lock()
        self._db = self._opened()
        self._closing = weakref.finalize(self, self._db.close)

    def close(self) -> None:
        """Let go of the file; nothing may be asked afterwards."""
        self._closing()

    def lock_of(self, run: str) -> Path:
        """The file that *run* holds locked while it lives."""
        return self.path.with_name(f"{self.path.stem}.runs") / f"{run}.lock"

    @contextmanager
    def transaction(self, film: str = "") -> Iterator[Rows]:
        """The database, alone with it: all that is done in the block is done, or nothing.

        Raises:
            SettingsError: the file cannot be read or written.
        """
        with self._mutex:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise self._unusable(error) from error

    def hold(self, run: str) -> Callable[[], None]:
        """Have *run* seen to live, from before its row is there; return what ends that.

        Raises:
            SettingsError: its lock cannot be made.
        """
        try:
            return partial(os.close, take_lock(self.lock_of(run)))
        except OSError as error:
            raise self._unusable(error) from error

    def begin(self, rows: Rows, run: str, film: str, at_s: float) -> None:
        """Note *run*."""
        rows.execute("INSERT INTO runs VALUES (?, ?, ?)", (run, film, at_s))

    def is_live(self, rows: Rows, run: str) -> bool:
        """Whether the process of *run* lives, and has not closed it."""
        return is_locked(self.lock_of(run))

    def part(self, rows: Rows, run: str) -> None:
        """Nothing: its lock says it."""

    def tidy(self, run: str) -> None:
        """Remove the lock of *run*, which nobody will ask for any more."""
        self.lock_of(run).unlink(missing_ok=True)

    def _opened(self) -> sqlite3.Connection:
        try:
            self.lock_of("").parent.mkdir(parents=True, exist_ok=True)
            try:
                return self._connected()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                return self._without_damage(error)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def _connected(self) -> sqlite3.Connection:
        """A connection to a file that is whole.

        Raises:
            sqlite3.DatabaseError: it is damaged.
        """
        db = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # a promise of money is on the disk before it is made
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise SettingsError(
                    f'The ledger "{self.path}" is of version {version}; this astragen knows {VERSION}.',
                    hint="Update astragen, or choose another cache with --cache.",
                )
            said = [row[0] for row in db.execute("PRAGMA quick_check")]
            if said != ["ok"]:
                raise sqlite3.DatabaseError(str(said[0]))
            if version < VERSION:
                db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        except BaseException:
            db.close()
            raise
        return db

    def _without_damage(self, error: sqlite3.DatabaseError) -> sqlite3.Connection:
        """A connection to a new file, the damaged one set aside; one process does it, the others find it done."""
        with _alone(self.path.with_name(f"{self.path.name}.repair")):
            try:
                return self._connected()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                aside = _free_name(self.path)
                for ending in ("-wal", "-shm", ""):
                    part = self.path.with_name(self.path.name + ending)
                    if part.exists():
                        part.replace(aside.with_name(aside.name + ending))
            self.damage = f"the ledger was damaged ({error}) and is kept as {aside.name}; open claims in it are lost"
            log.warning("%s", self.damage)
            return self._connected()

    def _unusable(self, error: Exception) -> SettingsError:
        return SettingsError(
            f'The ledger "{self.path}" cannot be used: {error}.',
            hint="Free some disk space, correct the folder's permissions, or choose another cache with --cache.",
        )


def opened_ledger(database: str, file: Path, *, owner: str, is_alive: Callable[[str], bool]) -> AnyLedger:
    """The ledger in *database* when that is a PostgreSQL server, else in *file*.

    Args:
        database: the service's, as `settings.Settings.database` gives it.
        file: for the processes of this machine.
        owner: the executor that this process is.
        is_alive: whether an executor lives; see `ledger_postgres.PostgresLedger`. In a file, locks tell it.

    Raises:
        SettingsError: it cannot be used.
    """
    if not database.startswith("postgres"):
        return Ledger(file)
    if find_spec("psycopg") is None:
        message = "A PostgreSQL database needs the package psycopg, which is not installed."
        raise SettingsError(message, hint="Install it with: pip install 'astragen[postgres]'.")
    from astragen.store.ledger_postgres import PostgresLedger

    return PostgresLedger(database, owner=owner, is_alive=is_alive)


def _free_name(path: Path) -> Path:
    """A name beside *path* that nobody has, for a damaged file."""
    names = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in itertools.count(1))
    return next(name for name in names if not name.exists())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock on *path*, waiting for whoever has it.

    Raises:
        OSError: it was not free within `_REPAIR_S`.
    """
    until_s = time.monotonic() + _REPAIR_S
    while True:
        try:
            handle = take_lock(path)
            break
        except OSError:
            if time.monotonic() > until_s:
                raise
            time.sleep(0.02)
    try:
        yield
    finally:
        os.close(handle)
