"""Processes of this same program that are kept running beside it.

Each is watched by a thread of its own, which starts it again, later every time, when it ends otherwise than
with exit code 0, and lives as long as it: Linux tells a child when the thread that started it is gone, so that
no child outlives a parent that was killed. Start reading at `Children`.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Final

BACKOFF_S: Final = 0.5  # before the first restart; doubled with each that follows
BACKOFF_MAX_S: Final = 30.0
STEADY_S: Final = 60.0  # who ran for so long is well, and starts again with the first wait

_SET_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>

log = logging.getLogger(__name__)


class Children:
    """*count* processes that run *program*; one use: `start`, then `end` and `wait`."""

    def __init__(self, program: str, arguments: Sequence[str], count: int, *, backoff_s: float = BACKOFF_S) -> None:
        """Start nothing yet.

        Args:
            program: Python source; it finds the packages that this process finds.
            arguments: its `sys.argv[1:]`.
            count: how many of them.
            backoff_s: wait before the first restart of one that failed.
        """
        follow = f"from astragen.runtime.children import follow; follow({os.getpid()})"
        source = f"import sys; sys.path[:] = {sys.path!r}; {follow}; {program}"
        self._command = [sys.executable, "-c", source, *arguments]
        self._backoff_s = backoff_s
        self._ending = threading.Event()
        self._lock = threading.RLock()  # nobody is started while all are told to end; a signal may tell it twice
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._threads = [
            threading.Thread(target=self._keep, args=(number,), name=f"child-{number}", daemon=True)
            for number in range(count)
        ]

    def start(self) -> None:
        """Start them all."""
        for thread in self._threads:
            thread.start()

    @property
    def pids(self) -> tuple[int, ...]:
        """Of those that run now."""
        return tuple(child.pid for child in list(self._running.values()) if child.poll() is None)

    def end(self) -> None:
        """Ask all to end (SIGTERM), and start none again; return at once."""
        with self._lock:
            self._ending.set()
            for child in self._running.values():
                child.terminate()

    def wait(self, timeout_s: float) -> bool:
        """After `end`: wait until all are gone, and kill those that are not within *timeout_s*; True: none was."""
        until = time.monotonic() + timeout_s
        threads = [thread for thread in self._threads if thread.ident is not None]
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        late = list(self._running.values())
        for child in late:
            child.kill()
        for thread in threads:
            thread.join()
        return not late

    def _keep(self, number: int) -> None:
        """Run the child *number*, again and again, until it is done or all are to end."""
        wait_s = self._backoff_s
        while not self._ending.is_set():
            try:
                child = self._started(number)
            except OSError as error:  # no memory, or too many processes: there may be room later
                log.warning("worker %d cannot be started (%s); trying again in %g s", number, error, wait_s)
                self._ending.wait(wait_s)
                wait_s = min(wait_s * 2, BACKOFF_MAX_S)
                continue
            if child is None:
                return
            began_s = time.monotonic()
            code = child.wait()
            with self._lock:
                del self._running[number]
            if code == 0 or self._ending.is_set():
                return
            if time.monotonic() - began_s >= STEADY_S:
                wait_s = self._backoff_s
            log.warning(
                "worker %d (process %d) ended with %s; starting it again in %g s", number, child.pid, code, wait_s
            )
            self._ending.wait(wait_s)
            wait_s = min(wait_s * 2, BACKOFF_MAX_S)

    def _started(self, number: int) -> subprocess.Popen[bytes] | None:
        """A new process; None when all are to end."""
        with self._lock:
            if self._ending.is_set():
                return None
            # A session of its own: Ctrl-C on the terminal reaches the parent only, which then asks its children.
            child = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
            self._running[number] = child
            return child


def follow(parent: int) -> None:
    """In a child: be sent SIGTERM when the process *parent* is gone, however it goes; Linux only."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:  # it went before we asked to be told
        os.kill(os.getpid(), signal.SIGTERM)
