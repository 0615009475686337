import numpy as np

from astragen.builtin.painter.treatment.flatten import Flatten, detail_table, detailed
from astragen.builtin.painter.treatment.sheet import Sheet

SHEET = Sheet(320, 180, 1)


def test_texture_goes_and_the_border_stays():
    """Noise of 12 codes sinks under 3; a step of 100 still happens within five pixels."""
    random = np.random.default_rng(1)
    plane = np.full((90, 160), 70.0)
    plane[:, 80:] = 170
    noisy = np.clip(plane + random.normal(0, 12, plane.shape), 0, 255).astype(np.uint8)

    (flat,) = Flatten(SHEET, 30)(noisy)

    assert flat[20:70, 10:70].std() < 3
    assert flat[45, 77] < 95
    assert flat[45, 82] > 145


def test_strong_detail_comes_back_at_full_size():
    """A white hair on grey survives flattening; a ripple of 6 codes does not."""
    y = np.full((180, 320), 100, np.uint8)
    y[::2] += 6
    y[:, 100] = 220
    flat = np.full((90, 160), 103, np.uint8)

    result = detailed(y, flat, detail_table(20, 60))

    assert result[50, 100] > 210
    assert result[:, 10].std() < 1
