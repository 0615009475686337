"""Commits of SQLite brought to the disk for many at one time, as PostgreSQL does by itself.

With `synchronous = NORMAL` a commit lies in the log of the file, which survives every process but no power cut. Who
promises something on the strength of it waits here: for one write of the disk, shared by all who wait.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_TO_DISK: Final[Callable[[int], None]] = getattr(os, "fdatasync", os.fsync)


class Syncing:
    """Brings what was committed to the SQLite *file* to the disk; threads share it."""

    def __init__(self, file: Path, *, to_disk: Callable[[int], None] = _TO_DISK) -> None:
        """*to_disk* writes an open file to the disk."""
        self._log = Path(f"{file}-wal")
        self._to_disk = to_disk
        self._counting = threading.Lock()
        self._writing = threading.Lock()
        self._asked = self._done = 0

    def wait(self) -> None:
        """Return when all that was committed before is on the disk."""
        with self._counting:
            self._asked = mine = self._asked + 1
        with self._writing:
            if self._done >= mine:  # by a write that began after this call
                return
            asked = self._asked
            self._write()
            self._done = asked

    def _write(self) -> None:
        with suppress(
            FileNotFoundError
        ):  # then SQLite has brought all of it into the file itself, and that to the disk
            handle = os.open(self._log, os.O_RDONLY)
            try:
                self._to_disk(handle)
            finally:
                os.close(handle)
