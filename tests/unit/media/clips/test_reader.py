"""What a clip must be, and what of it decodes."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from astragen.errors import ProbeError
from astragen.media.clips.facts import kind_of, measure, write_first_picture
from astragen.media.clips.reader import ClipReader
from astragen.media.pictures import picture_of
from clips import bars, grey, write_clip


@pytest.fixture
def moving() -> list[np.ndarray]:
    """Forty pictures of noise that drifts."""
    noise = np.random.default_rng(1).integers(60, 190, (90, 200, 3), np.uint8)
    return [np.ascontiguousarray(noise[:, n : n + 160]) for n in range(40)]


def cut(path, share: float):
    """A copy of *path* that holds only the first *share* of its bytes."""
    whole = path.read_bytes()
    short = path.with_name(f"cut{path.suffix}")
    short.write_bytes(whole[: int(len(whole) * share)])
    return short


def sound(path):
    """A file with sound only."""
    with av.open(path, "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.avi", "a.ts", "a.h264"])
def test_every_picture_comes_once_and_in_order(tmp_path, moving, name):
    """B-frames, a container that knows decoding times only and one that knows none: 40 pictures, 1/25 s apart."""
    path = write_clip(tmp_path / name, moving, options={"bf": "2", "qp": "1", "g": "20"})

    starts = [timed.start_s for timed in ClipReader(path, shot="s1").pictures()]

    assert np.abs(np.array(starts) - np.arange(40) / 25).max() < 1e-3


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.h264"])
def test_reading_from_a_moment_begins_at_or_before_it(tmp_path, moving, name):
    """Sought where that is possible, else read again from the start."""
    reader = ClipReader(write_clip(tmp_path / name, moving, options={"g": "10"}), shot="s1")

    for moment_s in (1.2, 0.3, 1.5):
        first = next(iter(reader.pictures(moment_s)))
        assert first.start_s <= moment_s + 1e-9
        assert first.start_s > moment_s - 0.5 or name == "a.h264"


def test_interlaced_pictures_are_made_whole(tmp_path):
    """An edge that moves between the fields leaves a comb in the coded picture, and none in what is shown."""
    pictures = [grey(60) for _ in range(8)]
    for n, picture in enumerate(pictures):
        picture[0::2, 10 + 8 * n : 40 + 8 * n] = 200
        picture[1::2, 14 + 8 * n : 44 + 8 * n] = 200
    combs = {}
    for name, flags in (("i.mpg", {"flags": "+ildct+ilme"}), ("p.mpg", {})):
        path = write_clip(tmp_path / name, pictures, codec="mpeg2video", options={"b": "20M", **flags})
        frames = [timed.frame for timed in ClipReader(path, shot="s1").pictures()]
        assert len(frames) == 8
        luma = frames[4].to_ndarray(format="gray").astype(int)
        combs[name] = np.abs(luma[10:80:2] - luma[11:81:2]).mean()

    assert combs["p.mpg"] > 4
    assert combs["i.mpg"] < 0.5


@pytest.mark.parametrize(
    ("make", "told"),
    [
        pytest.param(lambda path: path.write_bytes(b""), "cannot be opened", id="empty"),
        pytest.param(lambda path: path.write_text("This is no film.\n" * 99), "cannot be opened", id="text"),
        pytest.param(lambda path: path.write_text("#EXTM3U\nhttp://a/b.ts\n"), "cannot be opened", id="playlist"),
        pytest.param(sound, "has no pictures", id="sound"),
        pytest.param(lambda path: None, "cannot be opened", id="missing"),
    ],
)
def test_what_is_no_clip_is_refused_with_shot_file_and_next_act(tmp_path, make, told):
    """The message names the shot and the file, and says what to do."""
    path = tmp_path / "a.mp4"
    make(path)

    with pytest.raises(ProbeError, match=rf"shot s1-2 \(a\.mp4\) {told}") as refused:
        kind_of(path, shot="s1-2")
    assert refused.value.hint


def test_pictures_too_large_are_refused_with_the_limit(tmp_path):
    """9,000 px a side is more than 8,192."""
    path = write_clip(tmp_path / "a.mkv", [np.zeros((2, 9000, 3), np.uint8)], codec="ffv1")

    with pytest.raises(ProbeError, match="9000x2 px; up to 8192 px"):
        ClipReader(path, shot="s1")


def test_a_clip_without_its_index_is_refused(tmp_path, moving):
    """An MP4 whose end, with the index, is missing cannot be read at all."""
    with pytest.raises(ProbeError, match="cannot be opened"):
        ClipReader(cut(write_clip(tmp_path / "a.mp4", moving), 0.5), shot="s1")


def test_a_clip_whose_tail_is_missing_is_measured_as_far_as_it_decodes(tmp_path, moving):
    """Half a Matroska file holds some 20 of 40 pictures, and says that 1.6 s were promised."""
    found = measure(cut(write_clip(tmp_path / "a.mkv", moving), 0.5), shot="s1", need_s=60)

    assert 0.5 < found.footage.last_s < 1.0
    assert "1.6 s are stated" in found.damage


def test_a_whole_clip_is_measured_without_complaint(tmp_path, moving):
    """40 pictures at 12.5 a second are shown for 3.2 s, the last from 3.12 s on."""
    path = write_clip(tmp_path / "a.mp4", moving, rate=Fraction(25, 2))

    assert measure(path, shot="s1", need_s=60).footage.shown_s == pytest.approx(3.2)
    assert measure(path, shot="s1", need_s=60).footage.last_s == pytest.approx(3.12)
    assert measure(path, shot="s1", need_s=60).damage == ""


def test_no_more_is_measured_than_a_shot_needs(tmp_path, moving):
    """A shot of 0.5 s is not made to wait for an hour of film."""
    assert 0.5 < measure(write_clip(tmp_path / "a.mp4", moving), shot="s1", need_s=0.5).footage.last_s < 0.6


def test_bytes_decide_what_a_file_is(tmp_path, moving):
    """A picture named .mp4 is a still, a film named .png a clip; a GIF is either."""
    write_clip(tmp_path / "a.mp4", moving[:3]).rename(tmp_path / "film.png")
    write_first_picture(tmp_path / "film.png", "s1", tmp_path / "picture.mp4")
    write_clip(tmp_path / "moving.gif", moving[:3], codec="gif", pix_fmt="rgb8")
    write_clip(tmp_path / "one.gif", moving[:1], codec="gif", pix_fmt="rgb8")

    kinds = {name: kind_of(tmp_path / name, shot="s1") for name in ("film.png", "picture.mp4", "moving.gif", "one.gif")}

    assert kinds == {"film.png": "clip", "picture.mp4": "still", "moving.gif": "clip", "one.gif": "still"}


def test_the_first_picture_is_written_as_it_is_shown(tmp_path):
    """Upright, with square pixels, in sRGB: 168x96 of pixels twice as wide is 336x96."""
    path = write_clip(tmp_path / "a.mp4", [bars()], pixel_aspect=Fraction(2))
    write_first_picture(path, "s1", tmp_path / "a.png")

    picture = picture_of((tmp_path / "a.png").read_bytes(), "It")

    assert picture.shape == (96, 336, 3)
    assert np.abs(picture[48, 24::48].astype(int) - bars()[48, 12::24]).max() <= 4
