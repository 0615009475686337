"""What earlier runs measured: the last numbers by name, in one JSON file.

How long a provider takes, how fast this machine is. It is advice: a file that is missing,
damaged or of another version is no experience at all, and of two runs that end together one
may be forgotten.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

KEPT: Final = 40  # numbers of one name; the oldest go first


class Experience:
    """Numbers by name; None as *path* keeps them for this run only."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._new: dict[str, list[float]] = {}

    def of(self, name: str) -> tuple[float, ...]:
        """The last numbers of *name*, the oldest first."""
        return tuple(self._kept().get(name, ())) + tuple(self._new.get(name, ()))

    def learn(self, name: str, value: float) -> None:
        """Add a number; it reaches the file with `save`."""
        self._new.setdefault(name, []).append(value)

    def save(self) -> None:
        """Write what was learned. A folder that cannot be written to is let be."""
        if self._path is None or not self._new:
            return
        kept = {name: list(values) for name, values in self._kept().items()}
        for name, values in self._new.items():
            kept[name] = [*kept.get(name, ()), *values][-KEPT:]
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file)
            Path(temporary).replace(self._path)
            self._new = {}

    def _kept(self) -> Mapping[str, Iterable[float]]:
        if self._path is None:
            return {}
        try:
            read = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: _numbers(values) for name, values in read.items()} if isinstance(read, dict) else {}


def _numbers(values: object) -> list[float]:
    """The finite numbers of *values*, which somebody may have edited."""
    found = values if isinstance(values, list) else []
    return [float(one) for one in found if isinstance(one, (int, float)) and math.isfinite(one)][-KEPT:]
