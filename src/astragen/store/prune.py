"""Keeping the cache within its size: the longest unused goes first.

Files used within the last hour stay, however full it is: a film in the making, here or
in another process, may need them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

YOUNG_S = 3600.0  # seconds; the longest film takes less
DEFAULT_MAX_BYTES = 5 * 10**9  # about 40 minutes of 1080p film with all its pieces


class _File(NamedTuple):
    """A file in the cache, ordered by when it was last used."""

    used_s: float
    path: Path
    bytes: int


def prune(root: Path, *, max_bytes: int, now_s: float) -> int:
    """Remove files under *root* until they take at most *max_bytes*; return the bytes freed.

    *now_s*: the time, in seconds since the epoch.
    """
    files = sorted(_files(root))
    excess = sum(file.bytes for file in files) - max_bytes
    freed = 0
    for file in files:
        if freed >= excess or file.used_s > now_s - YOUNG_S:
            break
        try:
            file.path.unlink()
        except OSError:  # somebody else removed it, or holds it open: the next film tries again
            continue
        freed += file.bytes
    return freed


def _files(root: Path) -> Iterator[_File]:
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            yield _File(status.st_mtime, path, status.st_size)
