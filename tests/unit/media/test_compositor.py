"""Tests of media/compositor.py."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.colour import BLACK, black, planes_of
from astragen.media.compositor import join_frame
from astragen.model.planes import Planes
from astragen.model.vocabulary import TransitionKind

KINDS = [style for style in TransitionKind if style is not TransitionKind.CUT]
MONOTONE = [  # the others go through something that is neither picture, or darken an edge
    style
    for style in KINDS
    if style.value.split("_")[0] in {"dissolve", "wipe", "push", "iris", "zoom", "blur", "whip"}
]
MOMENTS = (0.5 / 12, 0.2, 0.4, 0.5, 0.6, 0.8, 11.5 / 12)


def _flat(y: int, u: int = 100, v: int = 150) -> Planes:
    return Planes(np.full((4, 6), y, np.uint8), np.full((2, 3), u, np.uint8), np.full((2, 3), v, np.uint8))


def _picture(seed: int, width: int, height: int) -> Planes:
    cells = np.random.default_rng(seed).integers(0, 256, (5, 8, 3), dtype=np.uint8)
    return planes_of(np.asarray(cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8))


def _joined(style: TransitionKind, moment: float, before: Planes | None, after: Planes | None, stale: int) -> Planes:
    """A frame of a join, in a buffer that holds *stale* before."""
    like = before or after
    assert like is not None
    out = Planes(*(np.full_like(plane, stale) for plane in like))
    join_frame(style, moment, before, after, out)
    return out


def _apart(one: Planes, other: Planes) -> float:
    return max(float(np.abs(a.astype(int) - b).mean()) for a, b in zip(one, other, strict=True))


def _levels(planes: Planes) -> tuple[int, ...]:
    return tuple(int(plane[0, 0]) for plane in planes)


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


@pytest.mark.parametrize("style", KINDS)
def test_a_transition_begins_as_the_old_picture_and_ends_as_the_new(style):
    """The first and last of twelve frames are within a few levels, on average, of the shots beside them."""
    before, after = _picture(1, 160, 90), _picture(2, 160, 90)

    assert _apart(_joined(style, MOMENTS[0], before, after, 0), before) < 5
    assert _apart(_joined(style, MOMENTS[-1], before, after, 0), after) < 5
    assert _apart(before, after) > 20


@pytest.mark.parametrize("style", MONOTONE)
def test_the_mean_goes_one_way(style):
    """From a dark picture to a bright one no frame falls back."""
    means = [_joined(style, moment, _flat(40), _flat(200), 0).y.mean() for moment in np.linspace(0.02, 0.98, 13)]

    assert (np.diff(means) >= -0.5).all()
    assert means[0] < 60
    assert means[-1] > 180


@pytest.mark.parametrize("style", KINDS)
def test_a_frame_is_made_of_its_moment_and_its_pictures_alone(style):
    """The same again after others, whatever the buffer held; the pictures are left as they were."""
    before, after = _picture(1, 96, 54), _picture(2, 96, 54)
    kept = [plane.copy() for plane in (*before, *after)]

    first = [_joined(style, moment, before, after, 0) for moment in MOMENTS]
    again = [_joined(style, moment, before, after, 255) for moment in reversed(MOMENTS)][::-1]

    assert all(_apart(one, other) == 0 for one, other in zip(first, again, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(kept, (*before, *after), strict=True))


@pytest.mark.parametrize(("width", "height"), [(2, 2), (6, 2), (2, 10), (18, 30), (130, 74)])
@pytest.mark.parametrize("style", KINDS)
def test_every_kind_works_at_any_size_and_stays_in_range(style, width, height):
    """Chroma of odd sides, a single sample of it, hard edges: luma 16 to 235, chroma 16 to 240."""
    dice = np.random.default_rng(3)
    half = (height // 2, width // 2)
    before, after = (
        Planes(
            dice.choice([16, 235], (height, width)).astype(np.uint8),
            *dice.choice([16, 240], (2, *half)).astype(np.uint8),
        )
        for _ in range(2)
    )

    for moment in MOMENTS:
        out = _joined(style, moment, before, after, 0)
        assert out.y.min() >= 16
        assert out.y.max() <= 235
        assert min(out.u.min(), out.v.min()) >= 16
        assert max(out.u.max(), out.v.max()) <= 240


@pytest.mark.parametrize("style", KINDS)
def test_a_missing_side_is_as_a_black_picture_at_the_ends(style):
    """Into black every kind ends nearly black, out of black it begins so, and neither is black at the other end."""
    picture, dark = _picture(1, 160, 90), black(160, 90)

    assert _apart(_joined(style, MOMENTS[-1], picture, None, 255), dark) < 5
    assert _apart(_joined(style, MOMENTS[0], picture, None, 255), picture) < 5
    assert _apart(_joined(style, MOMENTS[0], None, picture, 255), dark) < 5
    assert _apart(_joined(style, MOMENTS[-1], None, picture, 255), picture) < 5


@pytest.mark.parametrize("style", KINDS)
def test_rows_may_lie_apart_in_memory(style):
    """Decoders and encoders pad their rows: views into wider buffers give the same frame."""
    before, after = _picture(1, 96, 54), _picture(2, 96, 54)
    padded = [Planes(*(np.pad(plane, ((0, 0), (0, 13)))[:, :-13] for plane in side)) for side in (before, after)]
    out = Planes(*(np.zeros((plane.shape[0], plane.shape[1] + 13), np.uint8)[:, :-13] for plane in before))

    join_frame(style, 0.45, *padded, out)

    assert all(np.array_equal(a, b) for a, b in zip(out, _joined(style, 0.45, before, after, 0), strict=True))
