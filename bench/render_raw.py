"""Finished frames in one raw file, and the encoder alone over them: what no renderer can beat.

Imports stay few: the workers that encode are the floor's, and pay for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from astragen.media.encoder import encode
from astragen.model.planes import FrameSource, Planes
from astragen.model.segment import Profile


def write_raw(source: FrameSource, frames: int, path: Path) -> None:
    """Write frames 0 to *frames* - 1 of *source* as planar 4:2:0."""
    with path.open("wb") as file:
        for number in range(frames):
            for plane in source.frame(number):
                file.write(plane.tobytes())


def encode_raw(raw: Path, first: int, count: int, profile: Profile, out: Path) -> None:
    """Encode *count* frames of *raw* from number *first*, as the renderer encodes a piece."""
    encode(_frames(raw, first, count, profile), count, profile, out)


def _frames(raw: Path, first: int, count: int, profile: Profile) -> Iterator[Planes]:
    height, width = profile.height, profile.width
    luma, chroma = height * width, height * width // 4
    coded = np.memmap(raw, np.uint8, "r").reshape(-1, luma + 2 * chroma)
    for frame in coded[first : first + count]:
        yield Planes(
            frame[:luma].reshape(height, width),
            frame[luma : luma + chroma].reshape(height // 2, width // 2),
            frame[luma + chroma :].reshape(height // 2, width // 2),
        )
