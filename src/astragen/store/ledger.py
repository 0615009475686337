"""What was paid, in one SQLite file that any number of processes share: no crash loses a claim or pays twice.

A row is written before the provider is asked, so whoever dies in between leaves it behind. A run holds a lock as
long as it lives; what a dead, unfinished run of the same film left is taken over by the next one, which goes on with
its claims and counts its money. Start reading at `Purse`.
"""

from __future__ import annotations

import itertools
import logging
import math
import os
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from astragen.errors import BudgetExceeded, SettingsError
from astragen.model.film import MoneyReport
from astragen.model.ledger import Entry
from astragen.model.ticket import Ticket
from astragen.plan.money import money_report
from astragen.store.locks import is_locked, take_lock

VERSION: Final = 1
BUSY_S: Final = 10.0  # that another process may hold the file; a write takes milliseconds
ROUNDING: Final = 1e-9  # dollars; sums of floats may be off by less
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


class Ledger:
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

    def purse(self, film: str, limit_usd: float, *, now_s: Callable[[], float]) -> Purse:
        """The money for a run of *film*, with what dead runs of it left; *now_s*: seconds since the epoch.

        Raises:
            SettingsError: see `Ledger`.
        """
        return Purse(self, film, limit_usd, now_s=now_s)

    def entries(self, since_s: float = 0.0) -> tuple[Entry, ...]:
        """Every row since *since_s*, in seconds since the epoch; the oldest first."""
        with self.transaction() as db:
            rows = db.execute("SELECT * FROM entries WHERE at_s >= ? ORDER BY id", (since_s,)).fetchall()
        return tuple(map(entry_of, rows))

    def close(self) -> None:
        """Let go of the file; nothing may be asked afterwards."""
        self._closing()

    def lock_of(self, run: str) -> Path:
        """The file that *run* holds locked while it lives."""
        return self.path.with_name(f"{self.path.stem}.runs") / f"{run}.lock"

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
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


class Purse:
    """The money of one run of a film; tasks and threads may share it. Close it, or use it as a context manager."""

    def __init__(self, ledger: Ledger, film: str, limit_usd: float, *, now_s: Callable[[], float]) -> None:
        """See `Ledger.purse`."""
        self.ledger, self.film, self.limit_usd = ledger, film, limit_usd
        self._now_s = now_s
        self._run = secrets.token_hex(16)
        # Locked before anybody can read of the run: from its first row on it is seen to live.
        try:
            handle = take_lock(ledger.lock_of(self._run))
        except OSError as error:
            raise ledger._unusable(error) from error
        self._closing = weakref.finalize(self, os.close, handle)
        with ledger.transaction() as db:
            db.execute("INSERT INTO runs VALUES (?, ?, ?)", (self._run, film, now_s()))
            self._adopt(db)

    @property
    def spent_usd(self) -> float:
        """What this run paid, promised, or may have paid, with what it took over from dead ones."""
        with self.ledger.transaction() as db:
            return self._spent(db)

    @property
    def report(self) -> MoneyReport:
        """Who was paid what."""
        with self.ledger.transaction() as db:
            asked = "SELECT * FROM entries WHERE run = ? AND state != 'refunded' ORDER BY id"
            rows = db.execute(asked, (self._run,)).fetchall()
        return money_report([entry_of(row) for row in rows], self.limit_usd)

    def find(self, key: str) -> Entry | None:
        """What an earlier run left of *key*; None when there is nothing, or this run asked for it itself.

        Its state says what to do. accepted: ask with the ticket, and pay nothing again. uncertain: it may have been
        done and charged, and there is no way to ask. settled: it was charged, and `result` is what it gave.
        """
        with self.ledger.transaction() as db:
            self._adopt(db)
            row = self._newest(db, key) or self._adopted_claim(db, key)
        if row is None or not row["adopted"]:
            return None
        entry = entry_of(row)
        if entry.state in ("accepted", "uncertain") or (entry.state == "settled" and entry.result):
            return entry
        if entry.state == "settled" and entry.ticket:  # charged, and what came of it got lost with its run
            return entry.model_copy(update={"state": "accepted"})
        return None

    def reserve(self, key: str, *, provider: str, usd: float) -> None:
        """Set *usd* aside for *key*, before *provider* is asked.

        Raises:
            BudgetExceeded: it is more than what is left.
        """
        entry = Entry(key=key, film=self.film, provider=provider, state="reserved", usd=usd, at_s=self._now_s())
        with self.ledger.transaction() as db:
            spent = self._spent(db)
            if spent + usd > self.limit_usd + ROUNDING:
                raise BudgetExceeded(
                    f"Asking {provider} may cost ${usd:.4f}, and ${spent:.4f} of the film's limit of "
                    f"${self.limit_usd:.2f} are spent.",
                    hint="Raise --max-cost, or choose somebody cheaper.",
                )
            db.execute(
                "INSERT INTO entries (run, key, film, provider, state, usd, at_s) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self._run, entry.key, entry.film, entry.provider, entry.state, entry.usd, entry.at_s),
            )

    def accepted(self, key: str, ticket: Ticket) -> None:
        """Keep the claim on work that the provider took on; call it before anybody waits for the work."""
        states = ("reserved", "uncertain", "accepted")
        self._change(key, states, state="accepted", ticket=ticket.model_dump_json())

    def settle(self, key: str, usd: float, *, tokens_in: int = 0, tokens_out: int = 0, result: str = "") -> None:
        """Note that *usd* were charged; *result*, when given, is what `find` hands to the next run after a crash."""
        if not 0 <= usd < math.inf:
            raise ValueError(f"{usd} is no price")
        states = ("reserved", "accepted", "uncertain", "settled")
        said = {"tokens_in": tokens_in, "tokens_out": tokens_out, "result": result}
        self._change(key, states, state="settled", usd=usd, **said)

    def refund(self, key: str) -> None:
        """Note that it certainly cost nothing."""
        self._change(key, ("reserved", "accepted", "uncertain"), state="refunded", usd=0.0)

    def uncertain(self, key: str) -> None:
        """Note that nobody knows whether it was charged: it counts at its bound."""
        self._change(key, ("reserved", "accepted", "uncertain"), state="uncertain")

    def finish(self) -> None:
        """Note that the film is there: its next making starts with a full purse. Claims on accepted work stay."""
        with self.ledger.transaction() as db:
            db.execute("UPDATE entries SET result = '' WHERE run = ?", (self._run,))
            db.execute("DELETE FROM runs WHERE id = ?", (self._run,))

    def close(self) -> None:
        """End the run; what is open and not finished is for the next one of this film."""
        if self._closing.alive:
            with self.ledger.transaction() as db:
                is_finished = db.execute("SELECT 1 FROM runs WHERE id = ?", (self._run,)).fetchone() is None
            self._closing()
            if is_finished:
                self.ledger.lock_of(self._run).unlink(missing_ok=True)

    def __enter__(self) -> Purse:
        """Nothing more."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _adopt(self, db: sqlite3.Connection) -> None:
        """Take over all that dead, unfinished runs of this film left; what they had only reserved is uncertain."""
        others = db.execute("SELECT id FROM runs WHERE film = ? AND id != ?", (self.film, self._run)).fetchall()
        for (run,) in others:
            lock = self.ledger.lock_of(run)
            if is_locked(lock):
                continue
            db.execute("UPDATE entries SET state = 'uncertain' WHERE run = ? AND state = 'reserved'", (run,))
            db.execute("UPDATE entries SET run = ?, adopted = 1 WHERE run = ?", (self._run, run))
            db.execute("DELETE FROM runs WHERE id = ?", (run,))
            lock.unlink(missing_ok=True)

    def _adopted_claim(self, db: sqlite3.Connection, key: str) -> Any:  # noqa: ANN401 - a row or None
        """Take over the claim on *key* that a finished run of this film left open; a live run keeps its own."""
        rows = db.execute(
            "SELECT * FROM entries WHERE film = ? AND key = ? AND state = 'accepted' ORDER BY id DESC", (self.film, key)
        ).fetchall()
        for row in rows:
            if not is_locked(self.ledger.lock_of(row["run"])):
                db.execute("UPDATE entries SET run = ?, adopted = 1 WHERE id = ?", (self._run, row["id"]))
                return db.execute("SELECT * FROM entries WHERE id = ?", (row["id"],)).fetchone()
        return None

    def _newest(self, db: sqlite3.Connection, key: str, states: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
        """The newest row of *key* in this run, in the first of *states* that any has; None when there is none."""
        rows = db.execute("SELECT * FROM entries WHERE run = ? AND key = ? ORDER BY id DESC", (self._run, key))
        found = rows.fetchall()
        if not states:
            return found[0] if found else None
        return next((row for state in states for row in found if row["state"] == state), None)

    def _change(self, key: str, states: tuple[str, ...], **fields: object) -> None:
        """Set *fields* of the row of *key* that is in the first of *states* that any of this run is in."""
        with self.ledger.transaction() as db:
            row = self._newest(db, key, states)
            if row is None:
                raise ValueError(f"nothing of {key[:12]} is {' or '.join(states)} in this run")
            columns = ", ".join(f"{name} = ?" for name in fields)  # names of ours, never a value
            db.execute(f"UPDATE entries SET {columns} WHERE id = ?", (*fields.values(), row["id"]))  # noqa: S608

    def _spent(self, db: sqlite3.Connection) -> float:
        rows = "SELECT COALESCE(SUM(usd), 0.0) FROM entries WHERE run = ? AND state != 'refunded'"
        return float(db.execute(rows, (self._run,)).fetchone()[0])


def entry_of(row: sqlite3.Row) -> Entry:
    """The entry in a row of the file."""
    values = {name: row[name] for name in Entry.model_fields}
    ticket = row["ticket"]
    return Entry.model_validate({**values, "ticket": Ticket.model_validate_json(ticket) if ticket else None})


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
