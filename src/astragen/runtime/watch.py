"""The two threads of a worker that lives: one beats, one sweeps and calls who wants to be called.

They are two, so that nothing slow, such as waiting for a database that went away, holds up the beat.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Final

import sqlalchemy as sa

from astragen.runtime.lease import BEATS, Lease

JOIN_S: Final = 5.0  # that a thread may take to end

log = logging.getLogger(__name__)


class Watch:
    """Beats and sweeps of *lease*, from `start` to `stop`."""

    def __init__(
        self,
        lease: Lease,
        owners: Callable[[], Iterable[str]],
        recover: Callable[[str], int],
        ticks: Callable[[], Iterable[Callable[[], None]]],
    ) -> None:
        """See `Lease.sweep`; each of *ticks* is called after every sweep, in its thread; what it raises is logged."""
        self._lease, self._owners, self._recover, self._ticks = lease, owners, recover, ticks
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(call,), name=name, daemon=True)
            for name, call in (("lease-beat", lease.beat), ("lease-sweep", self._sweep))
        ]

    def start(self) -> None:
        """Beat and sweep, the first time at once: a worker that was started again takes up its work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Beat and sweep no more."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(JOIN_S)

    def _repeat(self, call: Callable[[], None]) -> None:
        while True:
            try:
                call()
            except sa.exc.SQLAlchemyError as error:  # the database went away: it comes back, or everything waits
                said = str(error).partition("\n")[0]
                log.warning("%s failed; it is tried again: %s", threading.current_thread().name, said)
            except Exception:  # a mistake of ours must not end a worker's only sign of life
                log.exception("%s failed; it is tried again", threading.current_thread().name)
            if self._stopping.wait(self._lease.ttl_s / BEATS):
                return

    def _sweep(self) -> None:
        self._lease.sweep(self._owners, self._recover)
        for tick in self._ticks():
            try:
                tick()
            except Exception:  # one that fails must not keep the others from theirs
                log.warning("%r failed after a sweep; it is called again", tick, exc_info=True)
