"""What several processes keep together: a small JSON file that they change in turn, and slots that they hold.

Both are locks of the operating system on files, which it lets go itself when a process dies, however it
dies. Lock files are never removed, or two processes could lock two files of one name. Nothing here waits:
whoever finds a lock taken is told so. Start at `SharedFile.change`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

Told = TypeVar("Told")

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class Taken(Exception):
    """Another process, or another task of this one, holds the lock."""


class Hold:
    """A lock that is held until `release`, or until the process ends; use it in a `with`."""

    def __init__(self, path: Path) -> None:
        """Take the lock on *path*.

        Raises:
            Taken: somebody holds it.
            OSError: the file cannot be made.
        """
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise Taken(path.name) from error

    def release(self) -> None:
        """Let go, once."""
        _unlock(self._handle)  # said aloud: a child that was forked meanwhile has the file open, too
        os.close(self._handle)

    def __enter__(self) -> Hold:
        """Hold it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        self.release()


class SharedObjects(Protocol):
    """JSON objects by name that many machines change in turn; `store.gates.Gates` keeps them in a database."""

    def change(self, name: str, step: Callable[[dict[str, Any]], tuple[dict[str, Any], Told]]) -> Told:
        """See `SharedFile.change`; whoever is changing the object is waited for."""
        ...

    def take(self, name: str, at_once: int) -> Callable[[], None] | None:
        """One of the *at_once* slots of *name*, as what gives it back; None: others hold them all.

        Raises:
            OSError: nobody can say.
        """
        ...


class SharedFile:
    """A JSON object in a file that several processes change in turn."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, path.with_name(f"{path.name}.lock")

    def change(self, step: Callable[[dict[str, Any]], tuple[dict[str, Any], Told]]) -> Told:
        """Give what the file holds to *step*, keep the first that it returns, and return the second.

        A file that is missing or cannot be read holds {}: it is a memory, and may be lost.

        Raises:
            Taken: somebody else is changing it at this moment.
            OSError: it cannot be written.
        """
        with Hold(self._lock):
            before = self._read()
            after, told = step(before)
            if after != before:
                fresh = self._path.with_name(f"{self._path.name}.new")
                fresh.write_text(json.dumps(after), encoding="utf-8")
                os.replace(fresh, self._path)
        return told

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}
