"""Turns at a SQLite file, for the threads of one process that write to it.

SQLite lets one writer in at a time. Whoever finds it busy sleeps and looks again, in no order and for up to a tenth
of a second; who waits here instead is woken as soon as the file is free.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

_turns: Final[dict[Path, threading.Lock]] = {}
_mutex: Final = threading.Lock()


def turn_at(file: Path) -> threading.Lock:
    """The lock to hold while writing to *file*: one and the same for all who ask in this process."""
    with _mutex:
        return _turns.setdefault(file.resolve(), threading.Lock())
