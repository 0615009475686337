"""Who is alive: every worker keeps a lease, and takes over what the dead held.

A lease is a row whose beat rises, and a lock that the system drops when its process dies, however it dies. A worker is
dead when its lock is free (on this machine: at once), or its beat stood still for a time to live by the clock of
whoever looks, who compares no clocks, and was awake and could read all the while. The dead are fenced by
compare-and-set on the beat that was seen; who comes back from the dead finds its row gone, and must go. Start reading
at `Lease.sweep`.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from astragen.store.locks import is_locked, take_lock

BEATS: Final = 6  # in a time to live: five may be lost

log = logging.getLogger(__name__)

EXECUTORS: Final = sa.Table(
    "astragen_executors",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("beat", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # live, released, dead
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("queues", sa.Text, nullable=False),  # JSON list of names
)
_LIVE: Final = EXECUTORS.c.state == "live"


def new_executor_id() -> str:
    """An id that nobody had or will have: a machine, a process, chance."""
    return f"{platform.node() or 'host'}-{os.getpid()}-{secrets.token_hex(4)}"


def make_table(database: sa.Engine) -> None:
    """Make the table of leases where it is missing; several may try at one time."""
    for is_last in (False, True):
        try:
            with database.begin() as db:
                db.execute(CreateTable(EXECUTORS, if_not_exists=True))
            return
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):  # PostgreSQL: somebody made it this very moment
            if is_last:
                raise


def live_rows(database: sa.Engine) -> list[sa.Row[Any]]:
    """The leases that nobody has found dead."""
    with database.begin() as db:
        return list(db.execute(sa.select(EXECUTORS).where(_LIVE)))


class Lease:
    """The lease of one worker, and its view of the others. Threads may share it."""

    def __init__(
        self,
        database: sa.Engine,
        folder: Path,
        *,
        id: str,
        queues: Iterable[str] = (),
        version: str = "",
        ttl_s: float = 30.0,
        on_fenced: Callable[[], None],
        clock_s: Callable[[], float] = time.monotonic,
        host: str | None = None,
    ) -> None:
        """*folder* holds the locks of this machine; *on_fenced* is called when others took this worker for dead."""
        self.id, self.ttl_s, self.version = id, ttl_s, version
        self._database, self._folder, self._queues = database, folder, sorted(queues)
        self._on_fenced, self._clock_s = on_fenced, clock_s
        self._host = host or platform.node()
        self._seen: dict[str, tuple[int, float]] = {}  # beat of each other, and when I first saw it
        self._unknown: dict[str, float] = {}
        self._looked_s = 0.0
        self._mutex = threading.Lock()
        self._handle: int | None = None

    def acquire(self) -> None:
        """Lock, then write the row: nothing may be claimed before. Whoever reads of it sees it locked."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._handle = take_lock(self._lock_of(self.id))
        make_table(self._database)
        mine = {"id": self.id, "host": self._host, "beat": 0, "state": "live"}
        with self._database.begin() as db:
            db.execute(EXECUTORS.insert().values(**mine, version=self.version, queues=json.dumps(self._queues)))

    def release(self) -> None:
        """Say goodbye: a successor takes over at once.

        Where the database does not answer, it raises; then the lock that is free says it, as if this worker had died.
        """
        try:
            with self._database.begin() as db:
                db.execute(EXECUTORS.update().where(EXECUTORS.c.id == self.id).values(state="released"))
        finally:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None
        self._lock_of(self.id).unlink(missing_ok=True)

    def beat(self) -> None:
        """Say that this worker lives, and look at the others; call it every `ttl_s / BEATS`."""
        try:
            with self._database.begin() as db:
                mine = EXECUTORS.update().where(EXECUTORS.c.id == self.id, _LIVE)
                lives = db.execute(mine.values(beat=EXECUTORS.c.beat + 1)).rowcount
                rows = list(db.execute(sa.select(EXECUTORS.c.id, EXECUTORS.c.beat).where(_LIVE)))
        except Exception:
            with self._mutex:
                self._seen.clear()  # who cannot read cannot tell: an outage kills nobody
            raise
        if not lives:
            log.critical("declared dead while paused; exiting before anything is done twice: %s", self.id)
            self._on_fenced()
            return
        self._look({row.id: row.beat for row in rows})

    def sweep(self, owners: Callable[[], Iterable[str]], recover: Callable[[str], int]) -> int:
        """Fence the dead, and *recover* what *owners* without a live lease hold; how many workflows that were.

        It has no state that must survive: whatever stops it half-way, the next one, anybody's, goes on.
        """
        held = set(owners())  # before the rows: whoever owned something then had a lease already
        with self._database.begin() as db:
            rows = list(db.execute(sa.select(EXECUTORS)))
        live = {row.id for row in rows if row.state == "live" and (row.id == self.id or not self._buried(row))}
        known = {row.id for row in rows}
        recovered = 0
        for owner in sorted(held - live - {self.id}):
            if owner in known or self._long_unknown(owner):
                recovered += (count := recover(owner))
                if count:
                    log.warning("recovered %d workflows of %s", count, owner)
        self._forget({row.id for row in rows if row.state != "live"} - held)
        return recovered

    def others(self, queue: str) -> int:
        """The live workers besides this one that serve *queue*."""
        return sum(row.id != self.id and queue in json.loads(row.queues) for row in live_rows(self._database))

    def versions(self) -> set[str]:
        """The graph versions of the live workers."""
        return {row.version for row in live_rows(self._database)}

    def _lock_of(self, id: str) -> Path:
        return self._folder / f"{id}.lock"

    def _look(self, beats: dict[str, int]) -> None:
        """Remember since when each beat stands; who looks too late saw nothing in between."""
        now_s = self._clock_s()
        with self._mutex:
            if now_s - self._looked_s > self.ttl_s / 2:
                self._seen.clear()
            self._looked_s = now_s
            self._seen = {
                id: self._seen[id] if id in self._seen and self._seen[id][0] == beat else (beat, now_s)
                for id, beat in beats.items()
                if id != self.id
            }

    def _buried(self, row: sa.Row[Any]) -> bool:
        """Whether *row* is of a dead worker, which is now fenced."""
        lock = self._lock_of(row.id)
        is_free = row.host == self._host and lock.exists() and not is_locked(lock)
        with self._mutex:
            beat, since_s = self._seen.get(row.id, (row.beat, self._looked_s))
            is_still = beat == row.beat and self._looked_s - since_s > self.ttl_s
        if not (is_free or is_still):
            return False
        with self._database.begin() as db:
            this = EXECUTORS.update().where(EXECUTORS.c.id == row.id, EXECUTORS.c.beat == row.beat, _LIVE)
            won = db.execute(this.values(state="dead")).rowcount
        if won:
            log.warning("%s is dead: its %s", row.id, "lock is free" if is_free else "beat stands still")
        return bool(won)

    def _long_unknown(self, owner: str) -> bool:
        """Whether *owner*, who has no row at all, had none for a whole time to live."""
        now_s = self._clock_s()
        return now_s - self._unknown.setdefault(owner, now_s) > self.ttl_s

    def _forget(self, ids: Collection[str]) -> None:
        """Remove the rows and locks of the dead who hold nothing any more."""
        if not ids:
            return
        with self._database.begin() as db:
            db.execute(EXECUTORS.delete().where(EXECUTORS.c.id.in_(ids), sa.not_(_LIVE)))
        for id in ids:
            self._lock_of(id).unlink(missing_ok=True)
