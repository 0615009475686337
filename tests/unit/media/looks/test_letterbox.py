from __future__ import annotations

import numpy as np
import pytest

from astragen.media.looks.letterbox import Bars, visible
from astragen.model.safe_area import letterbox_bar


def test_no_shape_is_no_bars(picture):
    """The very same arrays come back; so they do where the shape is the frame's own."""
    assert Bars(160, 90, 0).over(picture) is picture
    assert Bars(160, 90, 16 / 9).over(picture) is picture


def test_bars_are_black_and_the_picture_between_them_untouched(flat):
    """2.39 in 160x90 leaves 66.9 rows: 11.5 above and below, the half row half-bright."""
    frame = flat(216)
    frame.u[:] = 90

    out = Bars(160, 90, 2.39).over(frame)

    rows = out.y[:, 80].tolist()
    assert rows[:11] == [16] * 11
    assert 16 < rows[11] < 216
    assert rows[12:78] == [216] * 66
    assert rows == rows[::-1]
    assert rows[11] == round(16 + 200 * (12 - (90 - 160 / 2.39) / 2))
    assert (frame.y == 216).all()


def test_an_edge_within_a_chroma_row_has_no_fringe(flat):
    """The chroma row over the edge is mixed in by as much as its two luma rows together are seen."""
    frame = flat(216)
    frame.u[:] = 28
    out = Bars(160, 90, 2.39).over(frame)

    seen = (out.y[10:12, 80].astype(int) - 16).sum() / 400
    assert out.u[:5, 40].tolist() == [128] * 5
    assert abs(int(out.u[5, 40]) - (128 - 100 * seen)) <= 1
    assert out.u[6, 40] == 28


def test_a_narrower_picture_has_its_bars_at_the_sides(flat):
    """4:3 in 16:9."""
    out = Bars(160, 90, 4 / 3).over(flat(216))

    assert out.y[45, :20].tolist() == [16] * 20
    assert out.y[45, 20:140].tolist() == [216] * 120
    assert (out.y[:, 150] == 16).all()


def test_an_upright_frame_stands_the_shape_on_its_end():
    """2.39 in 9:16 is 1 to 2.39, and no strip across the middle."""
    box = visible(90, 160, 2.39)

    assert box.height == 160
    assert box.height / box.width == pytest.approx(2.39)


@pytest.mark.parametrize("size", [(160, 90), (90, 160), (100, 100)])
@pytest.mark.parametrize("shape", [0, 1, 1.33, 1.85, 2.39, 4])
def test_captions_are_lifted_by_the_bar_that_is_drawn(size, shape):
    """The plan's bar (model/safe_area.py) and the picture's are one."""
    box = visible(*size, shape)

    assert letterbox_bar(*size, shape) == pytest.approx(box.top / size[1], abs=1e-9)


def test_bars_over_bars_change_nothing(flat):
    """All but the soft rows are as black, or as bright, as before."""
    bars = Bars(160, 90, 2.0)
    once = bars.over(flat(216)).y.copy()
    bars.lay(frame := flat(216))

    assert np.array_equal(once, frame.y)
