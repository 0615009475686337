"""Tests of media/film_frames.py against what the renderer makes of the same timeline."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.errors import RenderError, StoryboardError
from astragen.media.film_frames import FilmFrames, ShotFrames
from astragen.model.planes import Planes
from little_film import LittleFilm, little_film, rendered_frames


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> LittleFilm:
    return little_film(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def frames(film) -> FilmFrames:
    return FilmFrames(*film)


def _copy(planes: Planes) -> Planes:
    return Planes(*(plane.copy() for plane in planes))


def test_every_frame_is_what_the_renderer_encodes(film, frames, tmp_path):
    """Bodies, fade, dissolve, black, caption, grain and bars: all 48 frames, bit for bit."""
    encoded = rendered_frames(film, tmp_path)

    assert len(encoded) == frames.frames == 48
    for number, planes in enumerate(encoded):
        for mine, theirs in zip(frames.frame(number), planes, strict=True):
            np.testing.assert_array_equal(mine, theirs, err_msg=f"frame {number}")


def test_a_frame_depends_on_its_number_alone(frames):
    """Asked backwards, across both cuts, every frame is the same bit for bit."""
    numbers = [0, 9, 12, 20, 26, 40, 47]
    forwards = {n: _copy(frames.frame(n)) for n in numbers}

    for n in reversed(numbers):
        for one, other in zip(forwards[n], frames.frame(n), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("number", [-1, 48])
def test_a_film_has_no_frames_beyond_its_ends(frames, number):
    """Unlike a shot it has no handles."""
    with pytest.raises(RenderError, match=f"Frame {number} .* 0 to 47"):
        frames.frame(number)


def test_a_shot_alone_has_neither_transition_nor_caption(film, frames):
    """Between its bars it is the film's frame; under fade, dissolve and caption it is its own."""
    shot, inside = ShotFrames(film.timeline, "one", film.store_dir), np.s_[4:-4]

    same = [n for n in range(shot.frames) if np.array_equal(shot.frame(n).y[inside], frames.frame(n).y[inside])]

    assert shot.frames == 22
    assert same == list(range(4, 10))


def test_a_shot_that_is_not_there_is_named(film):
    """With those that are."""
    with pytest.raises(StoryboardError, match=r'no shot "three"\. It has one, two'):
        ShotFrames(film.timeline, "three", film.store_dir)
