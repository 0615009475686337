"""A whole look over a source of frames."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from astragen.errors import InputError
from astragen.media.looks import graded
from astragen.media.looks.letterbox import Bars
from astragen.model.brief import LookName
from astragen.model.look import Look, named_looks

IDENTITY = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"
EVERYTHING = Look(contrast=0.3, vignette=0.4, grain=0.5, gate_weave=0.6, light_leaks=0.5, letterbox=2)


@pytest.mark.parametrize("look", [Look(), Look(letterbox=2.39), Look(lut="x.cube")], ids=["none", "bars", "path only"])
def test_a_look_that_changes_no_pixel_is_the_source_itself(held, profile, look):
    """No copy, no table, no time; bars are laid later, and a path is not read."""
    assert graded(held, look, profile=profile, seed=1) is held


def test_a_frame_is_a_function_of_its_number(held, profile):
    """Asked for in any order, from any instance, frame 5 is frame 5."""
    one, other = (graded(held, EVERYTHING, profile=profile, seed=1) for _ in range(2))
    first = [plane.copy() for plane in one.frame(5)]
    one.frame(9)

    for again in (one.frame(5), other.frame(5)):
        assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], one.frame(6).y)


def test_the_source_keeps_its_frames(held, profile, copied):
    """A source that gives the same arrays every time is not graded twice over."""
    before = copied(held.planes)

    for look in named_looks().values():
        graded(held, look, profile=profile, seed=1).frame(3)

    assert all(np.array_equal(a, b) for a, b in zip(held.planes, before, strict=True))


@pytest.mark.parametrize("name", named_looks())
def test_every_named_look_keeps_to_limited_range(held, profile, name):
    """Luma from 16 to 235, chroma from 16 to 240, as no encoder clips."""
    look = named_looks()[name]

    y, u, v = Bars(160, 90, look.letterbox).over(graded(held, look, profile=profile, seed=1).frame(7))

    assert y.min() >= 15  # gate weave's cubic rings by a level
    assert y.max() <= 236
    assert min(u.min(), v.min()) >= 15
    assert max(u.max(), v.max()) <= 241


def test_the_brief_knows_every_named_look():
    """A new row of looks.json is a word of the brief, too."""
    assert set(get_args(LookName)) == {"auto", *named_looks()}
    assert named_looks()["none"] == Look()


def test_a_lut_s_bytes_are_what_counts(held, profile):
    """Bytes that are no LUT are refused, whatever the look's path says."""
    graded(held, Look(), profile=profile, seed=1, cube=IDENTITY).frame(0)

    with pytest.raises(InputError, match="line 1"):
        graded(held, Look(lut="fine.cube"), profile=profile, seed=1, cube=b"no table")
