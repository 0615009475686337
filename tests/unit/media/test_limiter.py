"""The limiter: true peaks held under a ceiling."""

from __future__ import annotations

import numpy as np

from astragen.media.limiter import limit
from astragen.media.loudness import true_peak_db

RATE = 48_000


def test_the_limiter_holds_the_true_peak():
    """Noise 6 dB over the ceiling comes out under it, and not far under."""
    x = np.random.default_rng(5).standard_normal((2, 2 * RATE)).astype(np.float32) * 0.5

    limited = limit(x, -1.5)

    assert -2.0 < true_peak_db(limited) <= -1.5


def test_the_limiter_leaves_quiet_sound_alone():
    """Nothing near the ceiling: not a bit of difference."""
    x = np.random.default_rng(6).standard_normal((2, RATE)).astype(np.float32) * 0.05

    assert np.array_equal(limit(x, -1.5), x)


def test_the_limiter_moves_without_clicks():
    """A steady tone beside a loud burst changes by its own slope, never by a jump."""
    x = (0.3 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)).astype(np.float32)
    x[RATE // 2 : RATE // 2 + 480] *= 8

    y = limit(x, -6.0)

    calm = np.abs(np.diff(y[: RATE // 2 - 10])).max()
    assert calm <= np.abs(np.diff(x[: RATE // 2 - 10])).max() * 1.01
    assert true_peak_db(y) <= -6.0
