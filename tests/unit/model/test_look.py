from __future__ import annotations

import pytest
from pydantic import ValidationError

from astragen.model.look import Look, named_looks


@pytest.mark.parametrize("letterbox", [0, 1, 1.33, 2.39, 4])
def test_a_letterbox_is_long_side_by_short_side(letterbox):
    """0 is no bars."""
    assert Look(letterbox=letterbox).letterbox == letterbox


def test_a_letterbox_below_1_is_refused_with_what_it_may_be():
    """0.42 is 2.39 upside down: the shape of an upright frame is written the same way."""
    with pytest.raises(ValidationError, match=r"is 0\.42; it must be 0 \(no bars\) or from 1 to 4"):
        Look(letterbox=0.42)


def test_named_looks_differ():
    """No two rows are the same, and none brings a file of its own."""
    looks = list(named_looks().values())

    assert len(set(looks)) == len(looks) >= 7
    assert {look.lut for look in looks} == {""}
