"""Tests of media/transitions/mixing.py."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.media.colour import BLACK, black
from astragen.media.transitions.mixing import (
    blend,
    chroma_sites,
    dissolve,
    fade,
    luma_sites,
    smootherstep,
    smoothstep,
    speed,
    turned,
)


def levels(planes) -> tuple[int, ...]:
    return tuple(int(plane[0, 0]) for plane in planes)


@pytest.mark.parametrize("ease", [smoothstep, smootherstep])
def test_easing_is_level_at_both_ends(ease):
    """0 to 1, held outside, half-way at the middle, with no slope at the ends."""
    assert [ease(x) for x in (-1, 0, 0.5, 1, 2)] == [0, 0, 0.5, 1, 1]
    assert ease(0.001) < 1e-5
    assert ease(0.999) > 1 - 1e-5


def test_speed_is_the_slope_of_the_travel():
    """Beside the steepest slope, which is in the middle."""
    slopes = [(smootherstep(m + 1e-6) - smootherstep(m - 1e-6)) / 2e-6 for m in (0.1, 0.3, 0.5, 0.8)]

    assert [speed(m) for m in (0.1, 0.3, 0.5, 0.8)] == pytest.approx([slope / slopes[2] for slope in slopes], rel=1e-4)


@pytest.mark.parametrize(("weight", "luma"), [(0.0, 60), (0.25, 95), (0.5, 130), (1.0, 200)])
def test_a_dissolve_weighs_both_pictures(flat, weight, luma):
    """The mix is linear in the weight on every plane, rounded once."""
    out = black(160, 90)

    dissolve(flat(60, 80, 160), flat(200, 120, 120), weight, out)

    assert levels(out) == (luma, round(80 + 40 * weight), round(160 - 40 * weight))


def test_a_dissolve_may_write_into_either_picture(flat):
    """Mixing in place gives the same as mixing into a new frame."""
    a, b = flat(60), flat(201)

    dissolve(a, b, 0.5, b)

    assert levels(b) == (130, 100, 150)
    assert levels(a) == (60, 100, 150)


@pytest.mark.parametrize(("weight", "expected"), [(0.0, BLACK), (0.5, (108, 114, 139)), (1.0, (200, 100, 150))])
def test_a_fade_ends_at_limited_range_black(flat, weight, expected):
    """Weight 0 is 16/128/128, not 0; weight 1 is the picture."""
    picture = flat(200)

    fade(picture, weight, picture)

    assert levels(picture) == expected


def test_a_blend_rounds_to_the_nearest():
    """All pairs of a level and a weight, over more rows than are mixed at once, and a strided target."""
    a = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 256, axis=1)
    weights = np.arange(256, dtype=np.uint8)[None]
    out = np.zeros((256, 300), np.uint8)

    blend(a, 77, weights, out[:, :256])

    exact = (a * (255.0 - weights) + 77.0 * weights) / 255
    assert np.abs(out[:, :256] - exact).max() <= 0.5
    assert (out[:, 256:] == 0).all()


def test_chroma_is_sited_left():
    """On the even luma column, half-way between two luma rows."""
    planes = black(8, 6)
    luma, chroma = luma_sites(planes), chroma_sites(planes)

    assert np.array_equal(chroma.x, luma.x[:, ::2])
    assert np.array_equal(chroma.y, (luma.y[::2] + luma.y[1::2]) / 2)


def test_a_field_turns_from_nothing_to_everything():
    """At 0 no sample has turned, at 1 all have, and between them each turns in its order."""
    field = np.linspace(0, 1, 50, dtype=np.float32)[None]

    steps = np.concatenate([turned(field, progress, 0.08) for progress in np.linspace(0, 1, 21)])

    assert not steps[0].any()
    assert (steps[-1] == 255).all()
    assert (np.diff(steps.astype(int), axis=0) >= 0).all()
    assert (np.diff(steps.astype(int), axis=1) <= 0).all()
