"""The same film by both engines, and by a user's own MoviePy program."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from astragen.media.colour import planes_of
from astragen.media.probe import probe
from astragen.media.stills import frames_of
from astragen.model.planes import Planes
from astragen.moviepy import film_clip, save_clip, shot_clip
from little_film import FPS, LittleFilm, little_film, psnr, rendered_frames

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("moviepy") is None, reason="needs MoviePy: pip install 'astragen[moviepy]'"
)

LEAST_DB = 45.0


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> LittleFilm:
    return little_film(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def rendered(film, tmp_path_factory) -> list[Planes]:
    """The frames of our own engine."""
    return rendered_frames(film, tmp_path_factory.mktemp("scratch"))


def test_both_engines_show_the_same_frames(film, rendered):
    """Fade, dissolve, caption and black: each of 48 frames within 45 dB, through RGB and back."""
    clip = film_clip(film.timeline, store=film.store_dir)

    shown = [planes_of(picture) for picture in clip.iter_frames(fps=FPS)]

    assert len(shown) == len(rendered) == 48
    for number, (mine, theirs) in enumerate(zip(shown, rendered, strict=True)):
        for name, plane, other in zip(Planes._fields, mine, theirs, strict=True):
            assert psnr(plane, other) >= LEAST_DB, f"plane {name} of frame {number}"


def test_sound_goes_with_the_film(film):
    """The mix is the clip's audio, as long as the film."""
    mix = np.zeros((2, 48 * 2000), np.float32)

    clip = film_clip(film.timeline, sound=mix, store=film.store_dir)

    assert clip.audio.duration == pytest.approx(clip.duration)


def test_shots_are_composed_by_moviepy_and_become_a_shot_again(film, tmp_path):
    """Two of our shots, one scaled down on the other by MoviePy; the file has its every frame."""
    from moviepy import CompositeVideoClip

    one, two = (shot_clip(film.timeline, name, store=film.store_dir) for name in ("one", "two"))
    composed = CompositeVideoClip([one, two.resized(0.25).with_position((8, 8))]).with_fps(FPS)

    path = save_clip(composed, tmp_path / "composed.mp4")

    frames = [frame.y.copy() for frame in frames_of(path)]
    inside, beside = np.s_[9:29, 10:46], np.s_[40:80, 60:150]
    bare = planes_of(one.get_frame(5 / FPS)).y
    assert len(frames) == 22
    assert psnr(frames[5][beside], bare[beside]) > LEAST_DB
    assert psnr(frames[5][inside], bare[inside]) < 25


@pytest.fixture(scope="module")
def made(filming, brief, storyboard, tmp_path_factory):
    """A film by MoviePy's writer, made by the product."""
    return filming(tmp_path_factory.mktemp("film"), brief, storyboard, engine="moviepy")


def test_the_product_makes_a_whole_film_by_moviepy(made, brief):
    """One step for all pictures instead of shots and joins; sound, chapters, poster and report as always."""
    stages = {stage for stage, _ in made.steps(reused=False)}
    assert "moviepy" in stages
    assert stages.isdisjoint({"render", "join"})

    media = probe(made.film.path)
    assert (media.picture.width, media.picture.height, media.picture.frames) == (640, 360, 8 * 24)
    assert media.sound.samples == 8 * 48_000
    assert [chapter.title for chapter in media.chapters] == ["Home", "Above"]
    assert made.film.poster.read_bytes()[:2] == b"\xff\xd8"
    assert made.film.report.loudness.integrated_lufs == pytest.approx(-14, abs=0.5)


def test_the_same_film_again_is_not_drawn_again(made, filming, brief, storyboard):
    """The step is remembered as any other."""
    again = filming(made.film.path.parent, brief, storyboard, engine="moviepy")

    assert ("moviepy", "") in again.steps(reused=True)
