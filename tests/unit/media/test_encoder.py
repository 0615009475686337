"""Tests of media/encoder.py."""

from __future__ import annotations

import threading
from fractions import Fraction

import av
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.encoder import encode
from astragen.media.probe import probe
from astragen.media.stills import frames_of
from astragen.model.planes import Planes


def test_a_segment_holds_every_frame_in_order(tmp_path, profile, numbered, number):
    """Fifty numbered frames come back as 0 to 49, none lost, doubled or overwritten in its buffer."""
    encode((numbered(n) for n in range(50)), 50, profile, tmp_path / "a.mp4")

    assert [number(frame) for frame in frames_of(tmp_path / "a.mp4")] == list(range(50))


def test_a_segment_is_tagged_bt709_limited(tmp_path, profile, numbered):
    """Players are told High profile, yuv420p, BT.709 and limited range, and the exact rate."""
    encode((numbered(n) for n in range(5)), 5, profile, tmp_path / "a.mp4")

    picture = probe(tmp_path / "a.mp4").picture

    assert picture is not None
    assert (picture.codec, picture.profile, picture.pix_fmt) == ("h264", "High", "yuv420p")
    assert (picture.primaries, picture.transfer, picture.matrix, picture.color_range) == ("bt709",) * 3 + ("limited",)
    assert picture.fps == picture.nominal_fps == Fraction(24)


def test_the_same_frames_give_the_same_bytes(tmp_path, profile, numbered):
    """Encoding twice is byte for byte equal, so that segments can be stored by hash."""
    for name in ("a.mp4", "b.mp4"):
        encode((numbered(n) for n in range(40)), 40, profile, tmp_path / name)

    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("preset", ["ultrafast", "veryfast", "medium"])
def test_headers_do_not_depend_on_the_pictures(tmp_path, profile, numbered, preset):
    """Black, noise and stripes of any length have the same SPS and PPS: packets can be joined."""
    profile = profile.model_copy(update={"preset": preset})
    noise = np.random.default_rng(1).integers(16, 236, (72, 128)).astype(np.uint8)
    flat = numbered(0)
    sources = [[numbered(n) for n in range(60)], [flat], [Planes(noise, flat.u, flat.v)] * 3]

    headers = set()
    for frames in sources:
        encode(frames, len(frames), profile, tmp_path / "a.mp4")
        with av.open(tmp_path / "a.mp4") as container:
            headers.add(container.streams.video[0].codec_context.extradata)

    assert len(headers) == 1


def test_times_in_the_file_are_whole_frames(tmp_path, profile, numbered):
    """Showing times are 0 to n - 1 exactly, though decoding starts two frames before 0."""
    encode((numbered(n) for n in range(30)), 30, profile, tmp_path / "a.mp4")

    with av.open(tmp_path / "a.mp4") as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]

    assert sorted(packet.pts * packet.time_base * 24 for packet in packets) == list(range(30))
    assert packets[0].dts * packets[0].time_base * 24 == -2


def test_encode_takes_no_frame_too_many(tmp_path, profile, numbered):
    """The source goes on where the segment ended, though a thread reads ahead."""
    source = iter([numbered(n) for n in range(20)])

    encode(source, 12, profile, tmp_path / "a.mp4")

    assert len(list(source)) == 8


def test_an_error_of_the_source_ends_the_encoding(tmp_path, profile, numbered):
    """What the painter raises reaches the caller as it is; no thread and no later frame is left running."""
    asked = []

    def frames():
        for n in range(100):
            asked.append(n)
            if n == 30:
                raise RenderError("no paint left")
            yield numbered(n)

    with pytest.raises(RenderError, match="no paint left"):
        encode(frames(), 100, profile, tmp_path / "a.mp4")

    assert asked == list(range(31))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("frames")]


def test_a_source_that_ends_early_is_an_error(tmp_path, profile, numbered):
    """Three frames of five name both numbers."""
    with pytest.raises(RenderError, match="needs 5 frames; its source ended after 3"):
        encode((numbered(n) for n in range(3)), 5, profile, tmp_path / "a.mp4")


def test_a_frame_of_another_size_is_an_error(tmp_path, profile, numbered):
    """A frame that is not the profile's size names the plane and both sizes."""
    wrong = numbered(0)._replace(u=np.zeros((8, 8), np.uint8))

    with pytest.raises(RenderError, match=r"Plane u .* \(8, 8\); it must be uint8 \(36, 64\)"):
        encode([wrong], 1, profile, tmp_path / "a.mp4")


def test_no_frames_are_no_segment(tmp_path, profile):
    """A segment of 0 frames is refused: the caller leaves it out."""
    with pytest.raises(RenderError, match="0 frames"):
        encode([], 0, profile, tmp_path / "a.mp4")


def test_a_folder_that_is_missing_is_a_render_error(tmp_path, profile, numbered):
    """An unwritable path is told as such, not as an exception of the codec library."""
    with pytest.raises(RenderError, match=r"a\.mp4 could not be encoded"):
        encode([numbered(0)], 1, profile, tmp_path / "missing" / "a.mp4")
