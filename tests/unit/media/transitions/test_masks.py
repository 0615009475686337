"""Tests of media/transitions/masks.py."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from astragen.media.colour import black
from astragen.media.transitions.masks import ink, iris, wipe
from astragen.media.transitions.travel import DOWN, LEFT, RIGHT, UP

BEFORE, AFTER = (40, 90, 160), (200, 160, 90)
MASKS = {
    "left": partial(wipe, LEFT),
    "right": partial(wipe, RIGHT),
    "up": partial(wipe, UP),
    "down": partial(wipe, DOWN),
    "iris": iris,
    "ink": ink,
}


def at(mix, moment, before, after):
    out = black(before.y.shape[1], before.y.shape[0])
    mix(moment, before, after, out)
    return out


@pytest.mark.parametrize("name", MASKS)
def test_a_mask_uncovers_the_whole_picture_and_never_turns_back(flat, name):
    """Nothing at 0, everything at 1, and no sample's chroma goes back on the way."""
    before, after = flat(*BEFORE), flat(*AFTER)

    frames = [at(MASKS[name], moment, before, after) for moment in np.linspace(0, 1, 9)]

    for first, last, old, new in zip(frames[0], frames[-1], before, after, strict=True):
        assert np.array_equal(first, old)
        assert np.array_equal(last, new)
    assert (np.diff([frame.u.astype(int) for frame in frames], axis=0) >= 0).all()


@pytest.mark.parametrize(
    ("name", "turned"),
    [("left", np.s_[:, -1]), ("right", np.s_[:, 0]), ("up", np.s_[-1]), ("down", np.s_[0]), ("iris", np.s_[45, 80])],
)
def test_a_mask_begins_where_its_name_says(flat, name, turned):
    """An edge that travels left comes from the right; the iris opens from the middle."""
    frame = at(MASKS[name], 0.4, flat(*BEFORE), flat(*AFTER))

    assert (frame.y[turned] == AFTER[0]).all()
    assert BEFORE[0] in (frame.y[0, 0], frame.y[-1, -1])


def test_a_wipe_s_edge_is_soft_and_its_chroma_lies_under_its_luma(flat):
    """The edge is 8 % of the way wide, and chroma has turned as far as the luma at its site."""
    frame = at(MASKS["right"], 0.5, flat(*BEFORE, width=800), flat(*AFTER, width=800))

    luma = (frame.y[0].astype(float) - BEFORE[0]) / (AFTER[0] - BEFORE[0])
    chroma = (frame.u[0].astype(float) - BEFORE[1]) / (AFTER[1] - BEFORE[1])
    assert 50 <= ((luma > 0) & (luma < 1)).sum() <= 64
    assert np.abs(luma[::2] - chroma).max() < 0.02


def test_ink_is_dark_at_its_rim_only(flat):
    """Between two equal pictures only the rim shows, and it is darker than both."""
    frame = at(ink, 0.5, flat(180), flat(180))

    assert frame.y.min() < 150
    assert np.median(frame.y) == 180
    assert frame.y.max() == 180


def test_ink_runs_the_same_at_any_size(flat):
    """A film's draft and its final cut show the same cloud."""
    small, large = (at(ink, 0.5, flat(*BEFORE, width=w, height=h), flat(*AFTER, width=w, height=h)).u
                    for w, h in ((320, 180), (640, 360)))  # fmt: skip

    assert np.corrcoef(small.ravel(), large[::2, ::2].ravel())[0, 1] > 0.8
