"""Which rung of the ladder worked with a model, remembered across runs.

One small JSON file; addresses and models are in it as hashes only, since an address may hold
a password. A file that is damaged, or cannot be written, costs a question more and nothing else.
Start reading at `RungMemory`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from astragen.providers.chat import Rung

KEEP_S: Final = 7 * 86_400  # then the strictest rung is tried again: servers learn
ENTRIES_MAX: Final = 200  # newest first
BYTES_MAX: Final = 100_000  # a file of ENTRIES_MAX has about 20 000

_Entries = dict[str, tuple[int, float]]  # hash -> rung, when it was noted (s since the epoch)


class RungMemory:
    """What is known of each (base_url, model), in the file at *path*; None keeps it in this object only."""

    def __init__(self, path: Path | None, *, now_s: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now_s = now_s
        self._entries: _Entries = {}

    def rung(self, base_url: str, model: str) -> Rung:
        """The rung to start on: the one noted in the last KEEP_S, else the strictest."""
        noted, at_s = self._known().get(_key(base_url, model), (int(Rung.STRICT), self._now_s()))
        return Rung(noted) if 0 <= self._now_s() - at_s <= KEEP_S else Rung.STRICT

    def note(self, base_url: str, model: str, rung: Rung) -> None:
        """Remember that *rung* works; a disk that refuses is not told."""
        if self.rung(base_url, model) is rung and _key(base_url, model) in self._known():
            return
        entries = {**self._known(), _key(base_url, model): (int(rung), self._now_s())}
        newest = sorted(entries.items(), key=lambda entry: entry[1][1], reverse=True)[:ENTRIES_MAX]
        self._entries = dict(newest)
        if self._path is not None:
            with suppress(OSError):
                _replace(self._path, json.dumps({"version": 1, "rungs": self._entries}))

    def _known(self) -> _Entries:
        return self._entries if self._path is None else {**self._entries, **_read(self._path)}


def _key(base_url: str, model: str) -> str:
    return hashlib.sha256(f"{base_url.rstrip('/')}\0{model}".encode()).hexdigest()[:32]


def _read(path: Path) -> _Entries:
    """The entries in the file at *path* that make sense."""
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(BYTES_MAX))
    except (OSError, ValueError, RecursionError):
        return {}
    rungs = document.get("rungs") if isinstance(document, dict) else None
    if not isinstance(rungs, dict):
        return {}
    return {key: (entry[0], float(entry[1])) for key, entry in rungs.items() if _makes_sense(entry)}


def _makes_sense(entry: Any) -> bool:  # noqa: ANN401  (whatever stands in the file)
    return (
        isinstance(entry, list)
        and len(entry) == 2
        and type(entry[0]) is int
        and entry[0] in list(Rung)
        and type(entry[1]) in (int, float)
        and abs(entry[1]) < 1e12
    )


def _replace(path: Path, text: str) -> None:
    """Write *text* to *path*, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise
