import numpy as np
import pytest

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.finish import Finish, Grade, as_rgb

PLAIN = Grade(exposure=1, contrast=1, bloom=0, vignette=0, grain=0.01)


def filled(y, u=128, v=128, size=(64, 48)):
    canvas = Canvas(*size)
    canvas.y[:], canvas.u[:], canvas.v[:] = y, u, v
    return canvas


def test_a_plain_grade_changes_nothing():
    """Mid grey stays mid grey, colour stays colour."""
    planes = Finish(64, 48, PLAIN, 1)(filled(126, 110, 150), 0)

    assert planes.y.mean() == pytest.approx(126, abs=1)
    assert (planes.u.mean(), planes.v.mean()) == pytest.approx((110, 150), abs=0.5)


def test_chroma_is_halved_and_luma_is_not():
    """4:2:0: luma of the frame's size, chroma half of it each way."""
    planes = Finish(64, 48, PLAIN, 1)(filled(100), 0)
    assert (planes.y.shape, planes.u.shape, planes.v.shape) == ((48, 64), (24, 32), (24, 32))


def test_codes_stay_in_the_limited_range():
    """Whatever was composed, no code below 16 or above 235 leaves."""
    y = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (48, 1))
    planes = Finish(64, 48, Grade(grain=6, contrast=1.5), 1)(filled(y), 0)
    assert planes.y.min() >= 16
    assert planes.y.max() <= 235


def test_grain_differs_from_frame_to_frame_and_not_from_run_to_run():
    """Film grain lives, and is the same when the frame is painted again."""
    finish = Finish(64, 48, Grade(grain=3), 5)
    first, second, again = (finish(filled(120), number).y.copy() for number in (0, 1, 0))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, again)


def test_noir_takes_the_colour_out():
    """Saturation near zero leaves chroma within a code of grey."""
    planes = Finish(64, 48, Grade(saturation=0.02), 1)(filled(120, 60, 200), 0)
    assert abs(int(planes.v.mean()) - 128) <= 2


def test_as_rgb_turns_codes_back_into_colour():
    """The code of pure red reads as red."""
    planes = Finish(64, 48, PLAIN, 1)(filled(63, 102, 240), 0)
    assert as_rgb(planes)[20, 20] == pytest.approx([1, 0, 0], abs=0.06)
