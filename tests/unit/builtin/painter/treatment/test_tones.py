import numpy as np
import pytest

from astragen.builtin.painter.colour import ycc
from astragen.builtin.painter.treatment.tones import curve, evened, saturated, stairs, toned, tones, weakened


def test_the_plain_curve_is_the_identity():
    """Codes from black to white come back; codes outside are brought in."""
    table = curve(lambda tone: tone)
    assert np.array_equal(table[16:236], np.arange(16, 236))
    assert (table[0], table[255]) == (16, 235)


def test_steps_are_flat_and_their_slopes_gentle():
    """Five levels; nowhere steeper than 1.5 / softness, so a small change stays small."""
    stepped = stairs(5, 0.5)(tones())
    assert np.diff(stepped).max() <= 1.5 / 0.5 / 219 * 1.1
    assert (np.diff(stepped[16:236]) == 0).mean() > 0.45


def test_a_toned_ramp_ends_on_its_colours():
    """Black and white codes give the first and last ink."""
    y, u, v = toned(((0, "#102040"), (1, "#f0e0d0")))
    assert (y[16], u[16], v[16]) == pytest.approx(ycc("#102040"), abs=1)
    assert (y[235], u[235], v[235]) == pytest.approx(ycc("#f0e0d0"), abs=1)


def test_saturation_leaves_grey_alone_and_never_leaves_the_range():
    """128 is grey for every factor."""
    table = saturated(3.0)
    assert table[128] == 128
    assert (table.min() >= 16, table.max() <= 240) == (True, True)


def test_evening_brings_night_and_noon_together():
    """A dark and a bright picture move towards the middle by the amount asked."""
    dark, bright = (evened(np.full((96, 160), code, np.uint8), 0.5, 118) for code in (38, 198))
    assert dark.mean() == pytest.approx(78, abs=1)
    assert bright.mean() == pytest.approx(158, abs=1)


def test_weakening_scales_darkness():
    """Half the darkness of 155 is 205; a gain of one changes nothing."""
    plane = np.full((4, 4), 155, np.uint8)
    assert weakened(plane, np.full_like(plane, 64))[0, 0] == pytest.approx(205, abs=1)
    assert weakened(plane, np.full_like(plane, 128))[0, 0] == 155
