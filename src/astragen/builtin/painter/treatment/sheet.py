"""The sheet a treated picture is drawn on.

Every treatment is a class `Kind(sheet, **parameters)` whose instances are a `finish.Treatment`:
all that is fixed (paper, strokes, tables) is made once, a frame only goes through it.
"""

from __future__ import annotations

from typing import NamedTuple

from astragen.builtin.painter.noise import stable_seed


class Sheet(NamedTuple):
    """Size in px and the seed that makes this sheet unlike another."""

    width: int
    height: int
    seed: int

    @property
    def scale(self) -> float:
        """Sizes in treatments are px at 1080p; multiply by this (as `Stage.scale`)."""
        return min(float(self.height), 1.15 * self.width) / 1080

    @property
    def half(self) -> tuple[int, int]:
        """(width, height) of the chroma planes."""
        return self.width // 2, self.height // 2

    def seed_of(self, what: str) -> int:
        """A seed for one thing on the sheet."""
        return stable_seed(self.seed, what)
