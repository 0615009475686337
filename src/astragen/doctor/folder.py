"""A folder: how large it is, and whether it can be used."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def is_writable(folder: Path) -> bool:
    """Whether files can be kept in *folder*, or it can be made."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return True
    except OSError:
        return False


def size_of(folder: Path) -> int:
    """Bytes of all files under *folder*; 0 when it is not there."""
    return sum(_size(Path(parent, name)) for parent, _, names in os.walk(folder) for name in names)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # gone since it was listed
        return 0
