import cv2
import numpy as np

from astragen.builtin.painter.treatment.film import Film
from astragen.builtin.painter.treatment.sheet import Sheet

SHEET = Sheet(320, 180, 4)


def projected(number, **worn):
    """The luma of a grey frame with a light cross, projected as frame *number*."""
    y = np.full((180, 320), 110, np.uint8)
    y[88:92], y[:, 158:162] = 200, 200
    u, v = (np.full((90, 160), 128, np.uint8) for _ in range(2))
    wear = {"weave": 0.0, "flicker": 0.0, "dust": 0, "scratches": 0, **worn}
    Film(SHEET, **wear)(y, u, v, number)
    return y, u, v


def test_the_gate_weaves_by_less_than_its_bound():
    """The picture wanders, never further than asked, here 12 px at 1080p: 2 px."""
    still = projected(0)[0].astype(np.float32)
    ways = [cv2.phaseCorrelate(still, projected(n, weave=12.0)[0].astype(np.float32))[0] for n in range(0, 40, 4)]
    reach = np.abs(ways).max()
    assert 0.4 < reach < 2.2


def test_the_lamp_flickers_within_its_share():
    """Mean light moves from frame to frame, by under twice the flicker asked."""
    light = np.array([projected(n, flicker=0.03)[0].mean() for n in range(24)])
    assert 0.005 < light.std() / light.mean() < 0.06


def test_dust_stays_two_frames():
    """A speck of frame 10 is there in frame 11 and gone in frame 12."""
    clean = projected(0)[0]
    ten, eleven, twelve = (projected(n, dust=12)[0] for n in (10, 11, 12))
    assert np.array_equal(ten, eleven)
    assert not np.array_equal(ten, twelve)
    assert 0 < (ten != clean).mean() < 0.03


def test_grey_turns_warm():
    """Faded dyes: less blue, more red than grey."""
    _, u, v = projected(0, sepia=1.0)
    assert u.mean() < 122
    assert v.mean() > 131
