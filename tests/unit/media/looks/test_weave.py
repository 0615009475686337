from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from astragen.media.looks.weave import REACH, Weave
from astragen.model.planes import Planes

WIDTH, HEIGHT = 320, 180


def spots() -> Planes:
    """Soft noise in all planes: something to measure a shift by."""
    noise = np.random.default_rng(2)

    def soft(height: int, width: int, sigma: float) -> np.ndarray:
        field = cv2.GaussianBlur(noise.standard_normal((height, width)).astype(np.float32), (0, 0), sigma)
        return np.clip(np.rint(128 + field / field.std() * 30), 16, 235).astype(np.uint8)

    return Planes(soft(HEIGHT, WIDTH, 4), soft(HEIGHT // 2, WIDTH // 2, 3), soft(HEIGHT // 2, WIDTH // 2, 3))


def woven(weave: Weave, frame: Planes, number: int) -> Planes:
    out = Planes(*(np.empty_like(plane) for plane in frame))
    weave(frame, number, out)
    return out


def shift(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How far *after* is moved right and down, in px: least squares over the slopes of soft spots."""
    one, other = before.astype(float), after.astype(float)
    down, across = (slope[8:-8, 8:-8].ravel() for slope in np.gradient((one + other) / 2))
    change = (one - other)[8:-8, 8:-8].ravel()
    return np.linalg.lstsq(np.stack([across, down], axis=1), change, rcond=None)[0]


def test_the_picture_hangs_where_the_drift_says():
    """Between any two frames, within 0.05 px in luma; chroma goes half as far, with it."""
    weave, frame = Weave(WIDTH, HEIGHT, 1.0, fps=24, seed=4), spots()
    first = woven(weave, frame, 0)

    for number in (5, 11, 30):
        other = woven(weave, frame, number)
        expected = np.subtract(weave.drift(number), weave.drift(0))
        np.testing.assert_allclose(shift(first.y, other.y), expected, atol=0.05)
        np.testing.assert_allclose(shift(first.u, other.u), expected / 2, atol=0.05)
        np.testing.assert_allclose(shift(first.v, other.v), expected / 2, atol=0.05)


def test_the_drift_is_smooth_bounded_and_alive():
    """Never further than its reach, never fast, and not at rest."""
    drift = np.array([Weave(WIDTH, HEIGHT, 1.0, fps=24, seed=4).drift(n) for n in range(-24, 480)])
    reach = REACH * HEIGHT

    assert np.abs(drift).max() <= reach
    assert drift.std(axis=0).min() > 0.2 * reach
    assert max(np.abs(b - a).max() for a, b in pairwise(drift)) < 0.3 * reach


def test_no_edge_is_seen(flat):
    """A frame with a bright border of one pixel never shows anything but picture: no black, no double border."""
    frame = flat(100, WIDTH, HEIGHT)
    weave = Weave(WIDTH, HEIGHT, 1.0, fps=24, seed=4)

    assert all((woven(weave, frame, n).y == 100).all() for n in range(0, 96, 7))


def test_a_still_edge_is_cut_off():
    """The border of the frame is always outside: what is shown is the inside, enlarged."""
    frame = spots()
    for edge in (np.s_[:1], np.s_[-1:], np.s_[:, :1], np.s_[:, -1:]):
        frame.y[edge] = 16
    weave = Weave(WIDTH, HEIGHT, 1.0, fps=24, seed=4)

    for number in range(0, 96, 7):
        y = woven(weave, frame, number).y
        assert min(y[0].mean(), y[-1].mean(), y[:, 0].mean(), y[:, -1].mean()) > 90


def test_the_same_number_is_the_same_frame():
    """Another seed drifts otherwise."""
    one, again, other = (Weave(WIDTH, HEIGHT, 0.5, fps=24, seed=seed).drift(9) for seed in (1, 1, 2))

    assert one == again
    assert one != other
