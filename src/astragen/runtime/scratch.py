"""Scratch folders: files in the making, gone with their run.

A folder is locked while its run lives; a run that was killed leaves it unlocked, and
the next one to start takes it away.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK = "lock"
_SETTLING_S = 60.0  # a younger folder may be one that its run is about to lock

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """Yield a new folder under *root*, and remove it with all in it afterwards, whatever happened.

    Raises:
        OSError: *root* cannot be made or written to.
    """
    root.mkdir(parents=True, exist_ok=True)
    remove_stale(root)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=root))
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT)
    try:
        _lock(handle)
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale(root: Path) -> None:
    """Remove the folders under *root* whose run is dead."""
    for folder in root.glob("run-*"):
        if _is_settled(folder) and not _is_locked(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _is_settled(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > _SETTLING_S
    except OSError:
        return False


def _is_locked(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
