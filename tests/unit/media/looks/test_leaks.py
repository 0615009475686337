from __future__ import annotations

from itertools import pairwise

import numpy as np

from astragen.media.colour import rgb_of
from astragen.media.looks.leaks import Leaks
from astragen.media.looks.letterbox import Box

BOX = Box(0, 0, 160, 90)


def lit(frame, number, *, strength=0.8, seed=3, box=BOX):
    out = type(frame)(*(np.empty_like(plane) for plane in frame))
    Leaks(160, 90, strength, box=box, fps=24, seed=seed)(frame, number, out)
    return out


def test_leaks_are_the_same_for_their_number_and_seed(picture):
    """Another seed has them elsewhere."""
    one = lit(picture, 40)

    assert all(np.array_equal(a, b) for a, b in zip(one, lit(picture, 40), strict=True))
    assert not np.array_equal(one.y, lit(picture, 40, seed=4).y)


def test_light_is_added_at_the_edges_and_is_warm(flat):
    """Over grey nothing darkens, edges get more than the middle, red rises and blue falls."""
    brightest = max((lit(flat(60), n) for n in range(0, 240, 24)), key=lambda planes: planes.y.mean())
    columns = brightest.y.mean(axis=0)

    assert brightest.y.min() >= 60
    assert max(columns[:8].mean(), columns[-8:].mean()) > columns[70:90].mean() + 20
    assert brightest.v.max() > 140
    assert brightest.u.min() < 120
    assert brightest.u.max() <= 129
    assert brightest.v.min() >= 127


def test_light_on_light_does_not_pass_white(flat):
    """A screen never clips: white stays white, and colourless."""
    for n in range(0, 240, 24):
        y, u, v = lit(flat(235), n, strength=1.0)
        assert (y == 235).all()
        assert np.abs(u.astype(int) - 128).max() <= 1
        assert np.abs(v.astype(int) - 128).max() <= 1


def test_leaks_come_and_go_slowly(flat):
    """Ten seconds have a bright and a faint moment, and no step from frame to frame above three levels."""
    means = [float(lit(flat(60), n).y[:, :16].mean()) for n in range(0, 240)]

    assert max(means) > 1.15 * min(means)
    assert max(abs(b - a) for a, b in pairwise(means)) < 3


def test_light_is_screened_over_the_picture(picture, flat):
    """As p + l - l p of RGB, l what falls on black; within six levels in the mean, for colours this strong."""
    for n in (20, 60, 100):
        light = rgb_of(lit(flat(16), n)).astype(float) / 255
        before = rgb_of(picture).astype(float) / 255
        exact = before + light - light * before
        assert light.max() > 0.2
        assert np.abs(rgb_of(lit(picture, n)).astype(float) / 255 - exact).mean() < 6 / 255


def test_leaks_spill_over_the_edges_of_the_picture_between_bars(flat):
    """With bars at the sides the same light comes in where the picture begins."""
    box = Box(40, 0, 80, 90)
    whole, narrow = (
        np.mean([lit(flat(60), n, box=each).y.mean(axis=0) for n in range(0, 240, 24)], axis=0) for each in (BOX, box)
    )

    assert np.abs(narrow[40:120] - whole.reshape(80, 2).mean(axis=1)).max() < 5
