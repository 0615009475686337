"""Tests of media/probe.py. What it reads out of films is tested with media/mux.py."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from astragen.errors import ProbeError
from astragen.media.colour import black
from astragen.media.encoder import encode
from astragen.media.probe import black_frames, frozen_stretch_s, probe


@pytest.fixture
def segment(tmp_path, profile, numbered):
    """Twenty-four numbered frames."""
    encode((numbered(n) for n in range(24)), 24, profile, tmp_path / "a.mp4")
    return tmp_path / "a.mp4"


def test_probe_counts_frames_without_sound(segment):
    """A segment has pictures, one second of them, and no sound."""
    found = probe(segment)

    assert found.picture is not None
    assert (found.picture.frames, found.picture.width, found.picture.height) == (24, 128, 72)
    assert found.seconds == 1
    assert found.sound is None
    assert not found.is_faststart


def test_probe_reads_sound_alone(tmp_path):
    """A WAV has samples and no picture."""
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 12_345))

    found = probe(tmp_path / "a.wav")

    assert found.picture is None
    assert found.sound is not None
    assert (found.sound.samples, found.sound.channels) == (12_345, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"Once upon a time.\n" * 40, "is no media file", id="text"),
        pytest.param(bytes(4096), "is no media file", id="zeros"),
    ],
)
def test_what_is_no_media_is_refused(tmp_path, content, message):
    """Files that hold no picture and no sound are probe errors that name the file."""
    (tmp_path / "a.mp4").write_bytes(content)

    with pytest.raises(ProbeError, match=rf"a\.mp4 {message}"):
        probe(tmp_path / "a.mp4")


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9, 0.999])
def test_a_film_that_is_cut_short_is_refused(segment, kept):
    """Losing any part of the end is noticed, from most of the file to its last bytes."""
    content = segment.read_bytes()
    segment.write_bytes(content[: int(len(content) * kept)])

    with pytest.raises(ProbeError, match=r"a\.mp4 is cut short"):
        probe(segment)


def test_a_missing_file_is_a_probe_error(tmp_path):
    """The message says which path cannot be read."""
    with pytest.raises(ProbeError, match=r"missing\.mp4 cannot be read"):
        probe(tmp_path / "missing.mp4")


def test_a_freeze_is_measured(tmp_path, profile, numbered):
    """A picture that stands for 12 frames among moving ones has not changed for 11 steps."""
    frames = [numbered(n) for n in range(10)] + [numbered(10)] * 12 + [numbered(n) for n in range(11, 20)]
    encode(frames, len(frames), profile, tmp_path / "a.mp4")

    assert frozen_stretch_s(tmp_path / "a.mp4") == pytest.approx(11 / 24)


def test_grain_on_a_standing_picture_is_no_freeze(tmp_path, profile, numbered):
    """Film grain alone moves a picture, as the painter's does."""
    draw = np.random.default_rng(5)
    frames = [
        numbered(1)._replace(y=np.clip(100 + draw.normal(0, 3, (72, 128)), 16, 235).astype(np.uint8)) for _ in range(20)
    ]
    encode(frames, 20, profile, tmp_path / "a.mp4")

    assert frozen_stretch_s(tmp_path / "a.mp4") == 0


def test_black_frames_are_found(tmp_path, profile, numbered):
    """Only the black frames are listed, by number; a night sky with a star is not black."""
    frames = [numbered(n) for n in range(10)]
    frames[3] = frames[7] = black(128, 72)
    frames[5] = black(128, 72)
    frames[5].y[40:48, 60:68] = 60
    encode(frames, 10, profile, tmp_path / "a.mp4")

    assert black_frames(tmp_path / "a.mp4") == (3, 7)
