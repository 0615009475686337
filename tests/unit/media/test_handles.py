"""Tests of media/handles.py."""

from __future__ import annotations

import numpy as np

from astragen.media.handles import keep, kept
from astragen.model.planes import Planes


def _noise(seed: int) -> Planes:
    draw = np.random.default_rng(seed)
    return Planes(*(draw.integers(0, 256, shape).astype(np.uint8) for shape in ((72, 128), (36, 64), (36, 64))))


def test_kept_frames_come_back_bit_for_bit(tmp_path, profile):
    """Noise over the full byte range, the hardest case, survives unchanged."""
    frames = [_noise(seed) for seed in range(12)]

    keep(frames, 12, profile, tmp_path / "tail.mp4")

    back = [Planes(*(plane.copy() for plane in frame)) for frame in kept(tmp_path / "tail.mp4")]
    assert len(back) == 12
    for mine, theirs in zip(frames, back, strict=True):
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(one, other)


def test_keeping_twice_gives_the_same_bytes(tmp_path, profile, numbered):
    """Handles are stored by hash, too."""
    for name in ("a.mp4", "b.mp4"):
        keep((numbered(n) for n in range(9)), 9, profile, tmp_path / name)

    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
