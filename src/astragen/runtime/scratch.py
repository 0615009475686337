"""Scratch folders: files in the making, gone with their run.

A folder is locked while its run lives; a run that was killed leaves it unlocked, and
the next one to start takes it away.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from astragen.store.locks import is_locked, take_lock

_LOCK = "lock"
_SETTLING_S = 60.0  # a younger folder may be one that its run is about to lock


@contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """Yield a new folder under *root*, and remove it with all in it afterwards, whatever happened.

    Raises:
        OSError: *root* cannot be made or written to.
    """
    root.mkdir(parents=True, exist_ok=True)
    remove_stale(root)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=root))
    handle = take_lock(folder / _LOCK)
    try:
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale(root: Path) -> None:
    """Remove the folders under *root* whose run is dead."""
    for folder in root.glob("run-*"):
        if _is_settled(folder) and not is_locked(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _is_settled(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime > _SETTLING_S
    except OSError:
        return False
