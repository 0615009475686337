"""Outlines: curves, limbs and joints."""

import numpy as np
import pytest

from astragen.builtin.painter.figures.shape import curve, joint, tube


def test_curve_passes_through_its_points():
    """The closed curve visits every given point."""
    points = np.array([[0, 0], [2, 0], [2, 1], [0, 1]], np.float32)

    drawn = curve(points)

    for point in points:
        assert np.hypot(*(drawn - point).T).min() < 1e-5


@pytest.mark.parametrize("bend", [1.0, -1.0])
def test_joint_keeps_the_bones_and_bends_to_its_side(bend: float):
    """A leg of two bones of 1 reaches 1.5 down; its knee goes ahead or behind."""
    middle, end = joint((0, 0), (0, -1.5), 1.0, 1.0, bend)

    assert np.hypot(*middle) == pytest.approx(1.0, abs=1e-5)
    assert np.hypot(end[0] - middle[0], end[1] - middle[1]) == pytest.approx(1.0, abs=1e-5)
    assert end == pytest.approx((0, -1.5), abs=1e-5)
    assert middle[0] * bend > 0


def test_joint_stretches_toward_what_it_cannot_reach():
    """A target 5 away leaves the limb straight, pointing at it."""
    middle, end = joint((0, 0), (5, 0), 1.0, 1.0, 1.0)

    assert end[0] == pytest.approx(2.0, abs=0.01)
    assert abs(middle[1]) < 0.05


def test_tube_is_as_wide_as_its_widths():
    """A straight limb of half-width 0.2 reaches 0.2 to each side."""
    outline = tube([(0, 0), (0, 1), (0, 2)], [0.2, 0.2, 0.2])[0]

    assert np.abs(outline[:, 0]).max() == pytest.approx(0.2, abs=1e-4)
