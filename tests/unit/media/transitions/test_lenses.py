"""Tests of media/transitions/lenses.py."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from astragen.media.colour import black
from astragen.media.transitions.lenses import GAIN, blur, zoom
from astragen.media.transitions.mixing import smootherstep
from astragen.model.planes import Planes


def seen(mix, moment, before, after):
    out = black(before.y.shape[1], before.y.shape[0])
    mix(moment, before, after, out)
    return out


@pytest.mark.parametrize("moment", [0.1, 0.3, 0.45, 0.55, 0.7, 0.9])
def test_a_zoom_shows_no_border(flat, moment):
    """The new picture is smaller than the frame at first; mirrored, it fills it to the corners."""
    frame = seen(zoom, moment, flat(120, 90, 160), flat(120, 90, 160))

    assert [(int(plane.min()), int(plane.max())) for plane in frame] == [(120, 120), (90, 90), (160, 160)]


def cross(x: int, y: int) -> Planes:
    """A bright red spot of 8x8 luma pixels with its corner at (x, y), on a grey 160x90."""
    luma, half = np.full((90, 160), 60, np.uint8), np.full((45, 80), 128, np.uint8)
    luma[y : y + 8, x : x + 8] = 230
    red = half.copy()
    red[y // 2 : y // 2 + 4, x // 2 : x // 2 + 4] = 200
    return Planes(luma, half, red)


def place(plane: np.ndarray, level: int, step: int) -> np.ndarray:
    """Centroid (x, y) of what differs from *level*, in luma pixels from the frame's middle."""
    weight = np.abs(plane.astype(float) - level)
    weight[weight < 6] = 0
    rows, columns = (np.arange(size) for size in weight.shape)
    x, y = (weight.sum(axis=0) * columns).sum() / weight.sum(), (weight.sum(axis=1) * rows).sum() / weight.sum()
    return np.array([x * step + 0.5 - 80, y * step + step / 2 - 45])


@pytest.mark.parametrize("moment", [0.2, 0.3])
def test_a_zoom_flies_straight_in_and_chroma_flies_with_luma(moment):
    """What lay at a point lies as much further out as the picture has grown, on every plane."""
    frame, start = seen(zoom, moment, cross(100, 52), cross(100, 52)), cross(100, 52)
    grown = GAIN ** smootherstep(moment)

    for plane, first, level, step in ((frame.y, start.y, 60, 1), (frame.v, start.v, 128, 2)):
        assert place(plane, level, step) == pytest.approx(place(first, level, step) * grown, abs=0.5)


def test_chroma_of_a_zoom_stays_at_its_site(waves):
    """Of a texture that is equal in luma and chroma, both lie within a twelfth of a pixel of each other."""
    frame = seen(zoom, 0.35, waves(0, 0), waves(0, 0))

    luma = frame.y.astype(float)
    luma = (luma[::2, ::2] + luma[1::2, ::2]) / 2
    causes = np.stack([np.gradient(luma, axis=axis)[20:100, 20:100].ravel() / 2 for axis in (0, 1)], axis=1)
    off = np.linalg.lstsq(causes, (frame.u - luma)[20:100, 20:100].ravel(), rcond=None)[0]
    assert off == pytest.approx((0, 0), abs=1 / 12)


def test_the_new_picture_of_a_zoom_comes_to_rest_where_it_belongs(picture):
    """At 1 it is the picture itself."""
    after = picture(2)

    for plane, expected in zip(seen(zoom, 1.0, picture(1), after), after, strict=True):
        assert np.array_equal(plane, expected)


def test_a_blur_takes_the_detail_out_towards_the_middle(picture):
    """Step by step to the middle and back; hardly anything is left there."""
    before, after = picture(1), picture(2)
    detail = [
        np.abs(np.diff(seen(blur, moment, before, after).y.astype(float))).mean()
        for moment in (0.02, 0.15, 0.25, 0.5, 0.75, 0.85, 0.98)
    ]

    assert detail[0] > detail[1] > detail[2] > detail[3] < detail[4] < detail[5] < detail[6]


def test_a_bright_point_becomes_a_bright_disc():
    """In the light of the lens a point keeps its light: its disc is brighter than a plain average, and round."""
    luma = np.full((360, 640), 30, np.uint8)
    luma[176:184, 316:324] = 235
    point = Planes(luma, np.full((180, 320), 128, np.uint8), np.full((180, 320), 128, np.uint8))

    disc = seen(blur, 0.5, point, point).y

    area = np.pi * (0.028 * 640) ** 2
    plain = 30 + (235 - 30) * 64 / area
    assert disc[180, 320] > plain + 15
    assert abs(int(disc[180, 332]) - int(disc[192, 320])) <= 3
    assert disc[180, 350] == 30


def test_focus_is_lost_without_a_jump(picture):
    """From one step of shrinking to the next the picture changes no more than along the rest of the way."""
    before = picture(1, 640, 360)
    frames = [seen(blur, moment, before, before).y.astype(float) for moment in np.linspace(0.05, 0.45, 41)]

    change = np.array([np.abs(a - b).mean() for a, b in pairwise(frames)])
    assert change.max() < 4 * np.median(change) + 0.1
