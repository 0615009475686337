"""Tests of media/encoder.py."""

from __future__ import annotations

import threading
from fractions import Fraction

import av
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.colour import black
from astragen.media.encoder import encode, frame_planes, options_of
from astragen.media.probe import probe
from astragen.media.profiles import has_encoder
from astragen.media.stills import frames_of
from astragen.model.planes import Planes
from astragen.model.profile import row, rows
from astragen.model.segment import Profile

ENCODERS = [name for name, one in rows().items() if not one.is_hardware and has_encoder(one.encoding.encoder)]
USUAL_TAGS = dict.fromkeys(rows(), "avc1") | {"prores": "apch", "dnxhr": "AVdh", "handles": "M8Y0"}


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
    options = {**profile.encoding.options, "preset": preset}
    reorder = 0 if preset == "ultrafast" else 2
    encoding = profile.encoding.model_copy(update={"options": options, "reorder": reorder})
    profile = profile.model_copy(update={"encoding": encoding})
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


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("count", [1, 2, 3, 13])
def test_every_profile_is_as_its_row_says(tmp_path, numbered, name, count):
    """Codec, tag, pixel format, colours, and decoding ahead of showing by what is needed, in segments of any length."""
    profile = Profile(width=256, height=144, fps=24, encoding=row(name).encoding)
    frames = [black(256, 144)] * count

    encode(frames, count, profile, tmp_path / "a")

    with av.open(tmp_path / "a") as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        context = stream.codec_context
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        found = (context.pix_fmt, context.codec_tag)
    times = [packet.pts * packet.time_base * 24 for packet in packets]
    assert found == (profile.encoding.pix_fmt, profile.encoding.tag or USUAL_TAGS[name])
    assert tags == (1, 1, 1, 0 if name == "handles" else 1)  # MagicYUV has no place for the range
    assert sorted(times) == list(range(count))
    assert [packet.dts * packet.time_base * 24 + profile.encoding.reorder for packet in packets] == list(range(count))
    assert packets[0].is_keyframe
    if count == 13:
        assert max(place - time for place, time in enumerate(times)) == profile.encoding.reorder


@pytest.mark.parametrize("name", ["hevc", "av1", "prores", "dnxhr"])
def test_other_codecs_keep_the_colours(tmp_path, name):
    """A flat frame comes back within two codes in every plane: nothing took another matrix or range on the way."""
    profile = Profile(width=256, height=144, fps=24, encoding=row(name).encoding)
    flat = Planes(*(np.full_like(plane, code) for plane, code in zip(black(256, 144), (97, 170, 61), strict=True)))

    encode([flat] * 3, 3, profile, tmp_path / "a")

    with av.open(tmp_path / "a") as container:
        frames = [frame.reformat(format="yuv420p") for frame in container.decode(video=0)]
    assert len(frames) == 3
    for frame in frames:
        for plane, wanted in zip(frame_planes(frame), flat, strict=True):
            assert np.abs(plane.astype(int) - wanted).max() <= 2


@pytest.mark.parametrize(("width", "height", "fps", "highest"), [(1920, 1080, 24, 8000), (1080, 1920, 60, 12000)])
def test_a_ladder_caps_the_rate_by_the_shorter_side_and_the_frame_rate(width, height, fps, highest):
    """YouTube's rates for 1080p, upright as well, and a GOP of half a second."""
    profile = Profile(width=width, height=height, fps=fps, encoding=row("youtube").encoding)

    options = options_of(profile)

    assert (options["maxrate"], options["bufsize"]) == (f"{highest}k", f"{2 * highest}k")
    assert options["g"] == str(fps // 2)


@pytest.mark.parametrize("width", [160, 224])
def test_x264_gives_the_same_bytes_at_widths_that_its_avx512_code_cannot_take(tmp_path, width):
    """Rows of 10 and 14 macroblocks, encoded amid other garbage in memory each time; it failed 9 times in 10."""
    profile = Profile(width=width, height=96, fps=24)
    noise = np.random.default_rng(3)
    frames = [
        Planes(noise.integers(20, 220, (96, width), np.uint8), *(np.full((48, width // 2), 128, np.uint8),) * 2)
        for _ in range(12)
    ]

    films = set()
    for size in (3_000, 40_000, 200_000, 70_000, 9_000, 500_000):
        garbage = [noise.integers(0, 256, size, np.uint8) for _ in range(20)]
        del garbage[::2]
        encode(frames, 12, profile, tmp_path / "a.mp4")
        films.add((tmp_path / "a.mp4").read_bytes())

    assert len(films) == 1


def test_a_row_that_promises_too_little_reordering_is_found_out(tmp_path, profile, numbered):
    """B-frames under a row that says there are none end the encoding."""
    wrong = profile.model_copy(update={"encoding": profile.encoding.model_copy(update={"reorder": 0})})

    with pytest.raises(RenderError, match="before it is decoded"):
        encode((numbered(n) for n in range(12)), 12, wrong, tmp_path / "a.mp4")


def test_frames_may_be_drawn_on_the_encoder_s_own_planes(tmp_path, profile, numbered, number):
    """Drawn or copied, or some of each, frames give the same bytes."""

    def drawing(n):
        def draw(planes):
            for mine, theirs in zip(planes, numbered(n), strict=True):
                np.copyto(mine, theirs)

        return draw

    encode([numbered(n) if n % 3 else drawing(n) for n in range(30)], 30, profile, tmp_path / "drawn.mp4")
    encode([numbered(n) for n in range(30)], 30, profile, tmp_path / "copied.mp4")

    assert [number(frame) for frame in frames_of(tmp_path / "drawn.mp4")] == list(range(30))
    assert (tmp_path / "drawn.mp4").read_bytes() == (tmp_path / "copied.mp4").read_bytes()


def test_finishing_draws_on_the_encoder_s_copy_only(tmp_path, profile, numbered, number):
    """Each frame is finished once, under its number; the source's arrays stay as they are, even given again."""
    blank = numbered(0)
    before = blank.y.copy()

    def finish(n, frame):
        np.copyto(frame.y, numbered(n).y)

    encode([blank] * 12, 12, profile, tmp_path / "a.mp4", finish=finish)

    assert [number(frame) for frame in frames_of(tmp_path / "a.mp4")] == list(range(12))
    assert np.array_equal(blank.y, before)


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
