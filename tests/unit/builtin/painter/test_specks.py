"""Small soft points."""

import numpy as np
import pytest

from astragen.builtin.painter.specks import specks


def test_a_speck_peaks_where_it_is_put():
    """At a pixel's centre it has its whole peak there and less beside it, alike on both sides."""
    mask = specks((20, 30), np.array([12.0]), np.array([7.0]), np.array([200.0]), 0.9)
    assert mask[7, 12] == 200
    assert mask[7, 11] == mask[7, 13] < 200


def test_specks_between_pixels_keep_their_light():
    """The light of a speck does not depend on where between pixels it lies, so it does not flicker as it drifts."""
    sums = [
        float(specks((20, 30), np.array([12.0 + part]), np.array([7.0]), np.array([240.0]), 1.0).sum())
        for part in np.linspace(0, 1, 9)
    ]
    assert max(sums) == pytest.approx(min(sums), rel=0.03)


def test_specks_outside_leave_no_trace():
    """Points beyond the frame, even just beyond, draw nothing on its other side."""
    outside = specks((20, 30), np.array([-8.0, 40.0]), np.array([5.0, 5.0]), np.array([255.0, 255.0]), 0.8)
    beside = specks((20, 30), np.array([-0.6]), np.array([5.0]), np.array([255.0]), 0.8)
    assert outside.max() == 0
    assert beside[:, 0].max() > 0
    assert beside[:, 15:].max() == 0
