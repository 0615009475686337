"""Tests of media/stills.py."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from astragen.errors import ProbeError, RenderError
from astragen.media.colour import planes_of
from astragen.media.encoder import encode
from astragen.media.handles import keep
from astragen.media.stills import JPEG_SIDE_MAX, frames_of, grab, save_jpeg


def test_grab_finds_frames_by_number(tmp_path, profile, numbered, number):
    """Any order, first, last and far from a key frame: each is the frame asked for."""
    keep((numbered(n) for n in range(130)), 130, profile, tmp_path / "a.mp4")

    pictures = grab(tmp_path / "a.mp4", [0, 129, 64, 1, 97])

    assert [number(planes_of(picture)) for picture in pictures] == [0, 129, 64, 1, 97]


def test_grab_finds_frames_among_reordered_ones(tmp_path, profile, numbered, number):
    """B-frames are decoded out of order and still found by number."""
    encode((numbered(n) for n in range(40)), 40, profile, tmp_path / "a.mp4")

    assert [number(planes_of(one)) for one in grab(tmp_path / "a.mp4", range(40))] == list(range(40))


def test_a_frame_past_the_end_is_an_error(tmp_path, profile, numbered):
    """Asking for frame 24 of 24 names it."""
    encode((numbered(n) for n in range(24)), 24, profile, tmp_path / "a.mp4")

    with pytest.raises(ProbeError, match="has no frame 24"):
        grab(tmp_path / "a.mp4", [24])


def test_what_is_no_video_cannot_be_read(tmp_path):
    """Text is refused by name."""
    (tmp_path / "a.mp4").write_text("hello " * 99)

    with pytest.raises(ProbeError, match=r"a\.mp4 cannot be read as video"):
        list(frames_of(tmp_path / "a.mp4"))


def test_a_jpeg_keeps_the_picture(tmp_path):
    """A smooth picture is stored in RGB order and comes back within a few codes."""
    down, across = np.mgrid[0:48, 0:64]
    rgb = np.stack([60 + 2 * across, 40 + 3 * down, 200 - across], axis=2).astype(np.uint8)

    save_jpeg(rgb, tmp_path / "poster.jpg")

    with Image.open(tmp_path / "poster.jpg") as stored:
        assert stored.format == "JPEG"
        assert np.abs(np.asarray(stored.convert("RGB"), int) - rgb).max() <= 6


def test_a_picture_too_long_for_jpeg_is_refused(tmp_path):
    """JPEG has a limit; it is told before the encoder fails."""
    with pytest.raises(RenderError, match=f"JPEG ends at {JPEG_SIDE_MAX} px"):
        save_jpeg(np.zeros((JPEG_SIDE_MAX + 2, 2, 3), np.uint8), tmp_path / "long.jpg")


def test_a_folder_that_is_missing_is_a_render_error(tmp_path):
    """An unwritable path is named."""
    with pytest.raises(RenderError, match=r"poster\.jpg could not be written"):
        save_jpeg(np.zeros((4, 4, 3), np.uint8), tmp_path / "missing" / "poster.jpg")
