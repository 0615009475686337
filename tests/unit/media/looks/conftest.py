"""A small colourful picture as planes, and a source that shows it in every frame."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media.colour import planes_of
from astragen.model.planes import Planes
from astragen.model.segment import Profile

WIDTH, HEIGHT = 160, 90


class Held:
    """A `FrameSource` that gives one and the same frame, in the same arrays."""

    def __init__(self, planes: Planes) -> None:
        self.planes = planes

    def frame(self, n: int) -> Planes:
        return self.planes


@pytest.fixture
def profile() -> Profile:
    """160x90 at 24 frames a second."""
    return Profile(width=WIDTH, height=HEIGHT, fps=24)


@pytest.fixture
def picture() -> Planes:
    """Red over the width, green over the height, blue in waves: most colours there are, without hard edges."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    rgb = np.stack([across * 255 // (WIDTH - 1), down * 255 // (HEIGHT - 1), 127 + 120 * np.sin(across / 19)], axis=-1)
    return planes_of(rgb.astype(np.uint8))


@pytest.fixture
def held(picture) -> Held:
    """The picture, held."""
    return Held(picture)


@pytest.fixture
def flat():
    """Makes a frame of one luma, without colour."""

    def make(luma: int, width: int = WIDTH, height: int = HEIGHT) -> Planes:
        half = (height // 2, width // 2)
        return Planes(np.full((height, width), luma, np.uint8), *(np.full(half, 128, np.uint8) for _ in range(2)))

    return make


@pytest.fixture
def copied():
    """Makes a copy of a frame, for parts to write into."""
    return lambda planes: Planes(*(plane.copy() for plane in planes))
