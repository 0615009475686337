"""Tests of media/moviepy.py; those that need MoviePy are skipped where it is missing."""

from __future__ import annotations

import importlib.util
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from astragen.errors import RenderError, SettingsError
from astragen.media.colour import planes_of
from astragen.media.moviepy import clip_of, keep_clip, moviepy, sound_of, write_pictures
from astragen.media.probe import probe
from astragen.media.stills import frames_of
from astragen.model.planes import Planes
from astragen.model.profile import row
from astragen.model.segment import Profile
from little_film import psnr

needs_moviepy = pytest.mark.skipif(
    importlib.util.find_spec("moviepy") is None, reason="needs MoviePy: pip install 'astragen[moviepy]'"
)


class Greys:
    """A source whose frame n is a grey of luma 16 + n."""

    def frame(self, n: int) -> Planes:
        half = np.full((18, 32), 128, np.uint8)
        return Planes(np.full((36, 64), 16 + n, np.uint8), half, half.copy())


def number(rgb: np.ndarray) -> int:
    """The number of the grey that *rgb* shows."""
    return round(float(rgb.mean()) * 219 / 255)


def test_without_moviepy_the_error_says_what_to_install(monkeypatch):
    """None in sys.modules is what a package that is not there looks like."""
    monkeypatch.setitem(sys.modules, "moviepy", None)

    with pytest.raises(SettingsError, match=r"pip install 'astragen\[moviepy\]'"):
        moviepy()


@needs_moviepy
def test_a_clip_has_the_size_rate_and_length_of_its_frames():
    """And RGB frames as MoviePy's own."""
    clip = clip_of(Greys(), frames=50, fps=24)

    assert (*clip.size, clip.fps) == (64, 36, 24)
    assert clip.duration == pytest.approx(50 / 24, abs=1e-9)
    assert clip.get_frame(0).shape == (36, 64, 3)
    assert clip.get_frame(0).dtype == np.uint8


@needs_moviepy
@pytest.mark.parametrize(
    ("t", "frame"),
    [(0.0, 0), (1 / 24, 1), (0.99 / 24, 0), (7 / 24 - 1e-9, 7), (49 / 24, 49), (60.0, 49), (-1.0, 0)],
    ids=["first", "second", "late in the first", "rounded down", "last", "past the end", "before the start"],
)
def test_a_time_shows_the_frame_that_is_on(t, frame):
    """A frame is on from its start until the next one's, and the first and last are held."""
    assert number(clip_of(Greys(), frames=50, fps=24).get_frame(t)) == frame


@needs_moviepy
def test_moviepy_counts_every_frame_of_every_length():
    """It takes int(duration * fps) of them: never one too few, whatever division rounds."""

    class Dot:
        def frame(self, n: int) -> Planes:
            return Planes(np.zeros((2, 2), np.uint8), np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8))

    wrong = [
        (frames, fps)
        for frames, fps in product(range(1, 1500), (24, 25, 30, 60))
        if int(clip_of(Dot(), frames=frames, fps=fps).duration * fps) != frames
    ]

    assert wrong == []


@needs_moviepy
def test_sound_is_sample_by_sample_what_was_mixed():
    """Two channels at 48 kHz, as long as the mix."""
    mix = np.random.default_rng(1).uniform(-1, 1, (2, 4_800)).astype(np.float32)

    clip = sound_of(mix)

    assert (clip.fps, clip.duration, clip.nchannels) == (48_000, 0.1, 2)
    np.testing.assert_allclose(clip.to_soundarray(fps=48_000).T, mix, atol=1e-6)


@needs_moviepy
def test_a_mix_of_another_shape_is_refused():
    """Mono would be heard on one side, or as noise."""
    with pytest.raises(RenderError, match=r"\(2, samples\)"):
        sound_of(np.zeros(100, np.float32))


@needs_moviepy
def test_moviepy_writes_a_segment_of_the_profile(tmp_path):
    """Every frame in order, tagged BT.709, luma within 2 levels of what it was."""
    profile = Profile(width=64, height=36, fps=24)

    write_pictures(clip_of(Greys(), frames=30, fps=24), profile, tmp_path / "film.mp4")

    picture = probe(tmp_path / "film.mp4").picture
    assert (picture.width, picture.height, picture.frames, picture.fps) == (64, 36, 30, 24)
    assert {picture.primaries, picture.transfer, picture.matrix} == {"bt709"}
    assert picture.color_range == "limited"
    levels = [float(frame.y.mean()) for frame in frames_of(tmp_path / "film.mp4")]
    np.testing.assert_allclose(levels, 16 + np.arange(30), atol=2)


@needs_moviepy
def test_another_codec_than_h264_is_refused(tmp_path):
    """Its segments would not be what the container expects."""
    profile = Profile(width=64, height=36, fps=24, encoding=row("hevc").encoding)

    with pytest.raises(SettingsError, match="libx265"):
        write_pictures(clip_of(Greys(), frames=3, fps=24), profile, tmp_path / "film.mp4")


@needs_moviepy
def test_any_moviepy_clip_becomes_a_file_for_a_shot(tmp_path):
    """A clip of MoviePy's own, of an odd size: every frame, without its last column, as good as its conversion."""
    ramp = np.linspace(0, 255, 65 * 36 * 3).reshape(36, 65, 3)
    clip = moviepy().VideoClip(lambda t: (ramp * (1 - t)).astype(np.uint8), duration=0.5).with_fps(20)

    keep_clip(clip, tmp_path / "mine.mp4")

    frames = [Planes(*(plane.copy() for plane in frame)) for frame in frames_of(tmp_path / "mine.mp4")]
    assert len(frames) == 10
    for count, frame in enumerate(frames):
        wanted = planes_of((ramp * (1 - count / 20)).astype(np.uint8)[:, :64])
        assert min(psnr(mine, theirs) for mine, theirs in zip(frame, wanted, strict=True)) == 99


@needs_moviepy
@pytest.mark.parametrize("lacking", ["frame rate", "end"])
def test_a_clip_without_rate_or_end_is_refused(tmp_path, lacking):
    """It has no number of frames."""
    clip = moviepy().ColorClip((64, 36), color=(9, 9, 9), duration=None if lacking == "end" else 1)

    with pytest.raises(RenderError, match=f"no {lacking}"):
        keep_clip(clip, Path(tmp_path / "mine.mp4"), fps=24 if lacking == "end" else None)
