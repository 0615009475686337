"""Tests of media/compositor.py."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.colour import BLACK, black
from astragen.media.compositor import dissolve, fade, join_frame, smoothstep
from astragen.model.planes import Planes
from astragen.model.vocabulary import TransitionKind


def _flat(y: int, u: int = 100, v: int = 150) -> Planes:
    return Planes(np.full((4, 6), y, np.uint8), np.full((2, 3), u, np.uint8), np.full((2, 3), v, np.uint8))


def _levels(planes: Planes) -> tuple[int, ...]:
    return tuple(int(plane[0, 0]) for plane in planes)


def test_smoothstep_is_level_at_both_ends():
    """0 to 1, held outside, half-way at the middle, with no slope at the ends."""
    assert [smoothstep(x) for x in (-1, 0, 0.5, 1, 2)] == [0, 0, 0.5, 1, 1]
    assert smoothstep(0.001) < 1e-5
    assert smoothstep(0.999) > 1 - 1e-5


@pytest.mark.parametrize(("weight", "luma"), [(0.0, 60), (0.25, 95), (0.5, 130), (1.0, 200)])
def test_a_dissolve_weighs_both_pictures(weight, luma):
    """The mix is linear in the weight on every plane, rounded once."""
    out = black(6, 4)

    dissolve(_flat(60, 80, 160), _flat(200, 120, 120), weight, out)

    assert _levels(out) == (luma, round(80 + 40 * weight), round(160 - 40 * weight))


def test_a_dissolve_may_write_into_either_picture():
    """Mixing in place gives the same as mixing into a new frame."""
    a, b = _flat(60), _flat(201)

    dissolve(a, b, 0.5, b)

    assert _levels(b) == (130, 100, 150)
    assert _levels(a) == (60, 100, 150)


@pytest.mark.parametrize(("weight", "levels"), [(0.0, BLACK), (0.5, (108, 114, 139)), (1.0, (200, 100, 150))])
def test_a_fade_ends_at_limited_range_black(weight, levels):
    """Weight 0 is 16/128/128, not 0; weight 1 is the picture."""
    picture = _flat(200)

    fade(picture, weight, picture)

    assert _levels(picture) == levels


def test_a_fade_between_shots_goes_through_black():
    """Before, then darker, black in the middle, then after: never both at once."""
    lumas = []
    for moment in (0.01, 0.25, 0.499, 0.501, 0.75, 0.99):
        out = black(6, 4)
        join_frame(TransitionKind.FADE, moment, _flat(200, 90, 128), _flat(120, 128, 170), out)
        lumas.append(_levels(out))

    assert [luma for luma, _, _ in lumas] == [200, 108, 16, 16, 68, 120]
    assert all(v == 128 for _, _, v in lumas[:3])
    assert all(u == 128 for _, u, _ in lumas[3:])


@pytest.mark.parametrize("style", [TransitionKind.FADE, TransitionKind.DISSOLVE])
def test_a_missing_side_is_black_over_the_whole_length(style):
    """From black the picture rises through the whole transition, to black it falls."""
    opening, closing = [], []
    for moment in (0.0, 0.25, 0.5, 0.75, 1.0):
        out = black(6, 4)
        join_frame(style, moment, None, _flat(216), out)
        opening.append(_levels(out)[0])
        join_frame(style, moment, _flat(216), None, out)
        closing.append(_levels(out)[0])

    assert opening == [16, 47, 116, 185, 216]
    assert closing == opening[::-1]


@pytest.mark.parametrize("style", list(TransitionKind))
def test_two_missing_sides_are_black(style):
    """A gap is a join without pictures, whatever its style."""
    out = _flat(77)

    join_frame(style, 0.5, None, None, out)

    assert _levels(out) == BLACK


def test_a_cut_between_pictures_has_no_frames():
    """Asking for the frame of a cut is an error of the plan."""
    with pytest.raises(RenderError, match="A cut has no frames"):
        join_frame(TransitionKind.CUT, 0.5, _flat(1), _flat(2), black(6, 4))
