"""Tiny real frames that carry their number, so that a decoded film can be read back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from astragen.model.planes import Planes
from astragen.model.segment import Profile
from astragen.model.take import Artifact

WIDTH, HEIGHT = 128, 72
BITS, CELL = 10, 12  # a row of cells along the top, white for 1


def _numbered(n: int) -> Planes:
    across, down = np.arange(WIDTH)[None], np.arange(HEIGHT)[:, None]
    y = (60 + (across + 2 * down + 3 * n) % 80).astype(np.uint8)
    for bit in range(BITS):
        y[:CELL, bit * CELL : (bit + 1) * CELL] = 235 if n >> bit & 1 else 16
    half = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return Planes(y, half + np.uint8(n % 7), half - np.uint8(n % 5))


def _number(planes: Planes) -> int:
    cells = [planes.y[2 : CELL - 2, bit * CELL + 2 : (bit + 1) * CELL - 2].mean() for bit in range(BITS)]
    return sum(int(cell > 125) << bit for bit, cell in enumerate(cells))


@pytest.fixture
def profile() -> Profile:
    """128x72 at 24 frames a second."""
    return Profile(width=WIDTH, height=HEIGHT, fps=24)


@pytest.fixture
def numbered() -> Callable[[int], Planes]:
    """Makes the frame that shows a number from 0 to 1023, over stripes that move."""
    return _numbered


@pytest.fixture
def number() -> Callable[[Planes], int]:
    """Reads the number that a frame shows."""
    return _number


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., Artifact]:
    """Puts bytes into the folder "store" as the artifact store does."""

    def put(content: bytes, media_type: str = "image/png") -> Artifact:
        name = hashlib.sha256(content).hexdigest()
        (tmp_path / "store" / name[:2]).mkdir(parents=True, exist_ok=True)
        (tmp_path / "store" / name[:2] / name).write_bytes(content)
        return Artifact(hash=name, media_type=media_type, bytes=len(content))

    return put
