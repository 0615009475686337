from __future__ import annotations

import numpy as np

from astragen.media.looks.letterbox import Box
from astragen.media.looks.vignette import Vignette


def darkened(frame, strength, box=None):
    height, width = frame.y.shape
    out = type(frame)(*(np.empty_like(plane) for plane in frame))
    Vignette(width, height, strength, box=box or Box(0, 0, width, height))(frame, 0, out)
    return out


def test_corners_darken_and_the_middle_does_not(flat):
    """All four alike, the more the stronger."""
    y = darkened(flat(200), 0.5).y.astype(int)
    corners = [block.mean() for block in (y[:6, :6], y[:6, -6:], y[-6:, :6], y[-6:, -6:])]

    assert y[40:50, 70:90].min() == 200
    assert max(corners) - min(corners) < 1
    assert 16 < max(corners) < 150
    assert darkened(flat(200), 0.9).y[:6, :6].mean() < min(corners) - 20


def test_black_and_grey_stay_what_they_are(flat):
    """Black is not pushed below black, and no colour comes into grey."""
    out = darkened(flat(16), 1.0)

    assert [int(plane.min()) for plane in out] == [16, 128, 128]
    assert [int(plane.max()) for plane in out] == [16, 128, 128]


def test_colours_darken_and_do_not_deepen(flat):
    """Luma and chroma keep their proportion in a corner, within a rounding."""
    red = flat(120)
    red.v[:] = 200
    out = darkened(red, 0.6)
    light = (out.y[80:, 140:].mean() - 16) / (120 - 16)
    colour = (out.v[40:, 70:].mean() - 128) / (200 - 128)

    assert light < 0.75
    assert abs(light - colour) < 0.02


def test_the_corners_are_those_of_the_picture_between_bars(flat):
    """Of a picture that fills the middle half of the height, the edge is as dark as a frame's corner."""
    out = darkened(flat(200), 0.8, Box(0, 22.5, 160, 45))

    assert out.y[24, 2] < 110
    assert out.y[45, 80] == 200


def test_no_pixel_falls_out_of_the_mask(flat):
    """Neighbours are within a few levels of each other: of 2 million pixels, not one has its bits wrapped round."""
    y = darkened(flat(200, 1920, 1080), 0.5).y.astype(int)

    assert np.abs(np.diff(y, axis=0)).max() <= 3
    assert np.abs(np.diff(y, axis=1)).max() <= 3
