"""Small pictures with detail, and flat ones, for the tests of transitions."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from astragen.media.colour import black, planes_of
from astragen.media.transitions.mixing import Sites, chroma_sites, luma_sites
from astragen.model.planes import Planes


def _picture(seed: int, width: int = 160, height: int = 90) -> Planes:
    cells = np.random.default_rng(seed).integers(0, 256, (7, 12, 3), dtype=np.uint8)
    return planes_of(np.asarray(cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8))


def _flat(y: int, u: int = 100, v: int = 150, width: int = 160, height: int = 90) -> Planes:
    half = (height // 2, width // 2)
    return Planes(np.full((height, width), y, np.uint8), np.full(half, u, np.uint8), np.full(half, v, np.uint8))


def _waves(across: float, down: float) -> Planes:
    """A texture without rows or columns, moved by so many luma pixels: 240x240, equal in luma and chroma.

    It is strong, because 8-bit samples of a weak one say less about where it is.
    """
    dice = np.random.default_rng(5)
    turns = [(2 * np.pi / dice.uniform(14, 32), *dice.uniform(0, 2 * np.pi, 2)) for _ in range(12)]

    def plane(sites: Sites) -> np.ndarray:
        x, y = sites.x.astype(float) - across, sites.y.astype(float) - down
        height = sum(np.sin(k * (x * np.cos(angle) + y * np.sin(angle)) + phase) for k, angle, phase in turns)
        return np.rint(126 + 18 * height).clip(16, 235).astype(np.uint8)

    like = black(240, 240)
    return Planes(plane(luma_sites(like)), plane(chroma_sites(like)), plane(chroma_sites(like)))


@pytest.fixture
def picture() -> Callable[..., Planes]:
    """Makes a picture of soft colours from a seed, 160x90 unless said."""
    return _picture


@pytest.fixture
def flat() -> Callable[..., Planes]:
    """Makes a picture of one colour, 160x90 unless said."""
    return _flat


@pytest.fixture
def waves() -> Callable[[float, float], Planes]:
    """Makes a 240x240 texture, the same in luma and chroma, moved across and down by so many luma pixels."""
    return _waves
