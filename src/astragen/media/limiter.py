"""The limiter: true peaks held under a ceiling by a gain that looks ahead.

The gain is solved on 1 ms frames, whose peaks under a gain are all it depends on, and applied
to the samples once. Start reading at `limit`.
"""

from __future__ import annotations

import numpy as np

from astragen.builtin.dsp import F32, F64, linear
from astragen.media.loudness import FRAME, frame_peaks

LOOK_AHEAD = 5  # frames
RELEASE = 120.0  # frames to recover 63 %
MARGIN_DB = 0.1  # the moving gain lets peaks between samples grow a little


def limit(x: F32, ceiling_db: float) -> F32:
    """*x* with its true peak held under *ceiling_db*: look-ahead 5 ms, release 120 ms, channels linked."""
    limited: F32 = x.copy()
    limit_in_place(limited, frame_peaks(x), ceiling_db)
    return limited


def limit_in_place(x: F32, peaks: F64, ceiling_db: float) -> float:
    """`limit` of *x*, whose `frame_peaks` are *peaks*, in place; return its true peak then, linear.

    *x* is scaled down should a true peak still pass the ceiling.
    """
    gain = limiter_gain(peaks, ceiling_db)
    hop = 10_000  # frames
    for first in range(0, len(gain) - 1, hop):
        piece = x[..., first * FRAME : (first + hop) * FRAME]
        nodes = gain[first : first + hop + 1]
        if nodes.min() < 1.0:
            at = np.arange(piece.shape[-1]) / FRAME
            piece *= np.interp(at, np.arange(len(nodes)), nodes).astype(np.float32)
    peak, most = float(frame_peaks(x).max(initial=0.0)), linear(ceiling_db)
    if peak <= most:
        return peak
    x *= np.float32(most / peak * (1 - 1e-4))
    return most * (1 - 1e-4)


def limiter_gain(peaks: F64, ceiling_db: float) -> F64:
    """The gain at the start of each frame, (frames + 1,) in (0, 1], that holds *peaks* under the ceiling.

    The reduction jumps to what the next LOOK_AHEAD frames need, decays exponentially, and is
    averaged over LOOK_AHEAD frames so that it is there in time without a jump.
    """
    ceiling = linear(ceiling_db - MARGIN_DB)
    wanted = 1 - np.minimum(1, ceiling / np.maximum(peaks, 1e-9))
    padded = np.pad(wanted, (LOOK_AHEAD + 1, 2 * LOOK_AHEAD + 1))
    window = np.lib.stride_tricks.sliding_window_view(padded, LOOK_AHEAD + 2)
    needed = window.max(1)
    held = np.arange(len(needed)) / RELEASE
    decayed = np.exp(np.maximum.accumulate(np.log(np.maximum(needed, 1e-12)) + held) - held)
    mean = np.convolve(decayed, np.full(LOOK_AHEAD + 1, 1 / (LOOK_AHEAD + 1)), "valid")
    return 1 - mean[: len(peaks) + 1]
