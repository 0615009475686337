"""Results by step key: what was done once is not done again.

A result is the JSON of a model, at `root/<first two digits>/<key>.json`. Its artifacts
are in the artifact store; whoever reads a result checks that they still are.
"""

from __future__ import annotations

import os
from pathlib import Path

from astragen.store.artifacts import write_whole


class Memo:
    """The results under *root*; safe for any number of processes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def get(self, key: str) -> str | None:
        """The JSON kept under *key* (64 hex digits), or None; asking makes it young for `prune`."""
        place = self._place(key)
        try:
            text = place.read_text("utf-8")
            os.utime(place)
        except (OSError, UnicodeDecodeError):
            return None
        return text

    def put(self, key: str, text: str) -> None:
        """Keep the JSON *text* under *key*, over what was there.

        Raises:
            OSError: it cannot be written.
        """
        write_whole(self._place(key), text.encode())

    def _place(self, key: str) -> Path:
        return self.root / key[:2] / f"{key}.json"
