"""When eyes blink."""

from __future__ import annotations

import numpy as np


def blink(seconds: float, ahead: float) -> float:
    """How open the eyes are: a blink of a fifth of a second about every three and a half."""
    every = 3.4
    turn = (seconds + ahead) / every
    beat = np.floor(turn)
    late = 0.25 * (np.sin(beat * 12.9898 + ahead) * 43758.5453 % 1.0)
    since = (turn - beat - 0.35 - late) * every
    return float(np.clip(abs(since) / 0.085 - 0.15, 0, 1))
