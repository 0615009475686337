import numpy as np

from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.strokes import Strokes

SHEET = Sheet(320, 180, 1)


def test_strokes_take_their_colour_from_near_by():
    """On a ramp of one code a pixel, no dab is further from its place than its own length."""
    ramp = np.tile(np.arange(160, dtype=np.uint8), (90, 1))
    (laid,) = Strokes(SHEET, 120, 40, pull=0.9)(ramp)
    assert np.abs(laid.astype(int) - ramp).max() <= 0.5 * 120 / 6 * 1.25 + 2
    assert np.abs(laid.astype(int) - ramp).mean() > 1


def test_without_pull_a_brush_changes_nothing():
    """Each pixel keeps its own colour."""
    noise = np.random.default_rng(1).integers(16, 235, (90, 160), np.uint8)
    (laid,) = Strokes(SHEET, 120, 40, pull=0.0)(noise)
    assert np.array_equal(laid, noise)


def test_relief_is_light_and_shade():
    """The bristles' tracks are lit on one side and dark on the other, deep shade held back."""
    relief = Strokes(SHEET, 120, 40, pull=0.9).relief
    assert relief.max() > 0.5
    assert -0.6 < relief.min() < -0.3
