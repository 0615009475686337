"""Gate weave: the picture floats by parts of a pixel, as film does in a projector.

The frame is enlarged a little, so that no edge is ever seen, and read at a place that
drifts along smooth waves. The enlargement is one fixed resize; what is left of the drift
after whole pixels is four taps of a cubic an axis: a third of the time of a cubic
`warpAffine`, and exact where that rounds to 1/32 px. Start reading at `Weave`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from astragen.model.planes import U8, Planes

REACH = 0.004  # of the frame's height, at strength 1: 4 px at 1080 rows, as much as can pass for a projector; by eye

_TAPS = 2  # px around the picture that the cubic reads
_WAVES = ((0.37, 0.5), (0.83, 0.3), (1.9, 0.2))  # Hz and share: slow float, and a hint of the claw; shares add up to 1


class Weave:
    """A `Part` of looks: the float of one frame size and rate. It must not write into the frame it reads."""

    def __init__(self, width: int, height: int, strength: float, *, fps: int, seed: int) -> None:
        """Prepare the drift; *strength* is from 0 to 1."""
        self._fps = fps
        self._reach = REACH * strength * height
        self._phases = np.random.default_rng(seed).uniform(0, math.tau, (2, len(_WAVES)))
        self._margin = 2 * math.ceil((self._reach + 2 * _TAPS) / 2)  # luma px on each side; even for chroma

    def __call__(self, frame: Planes, number: int, out: Planes) -> None:
        """Write *frame* as it hangs in the gate at *number* into *out*."""
        across, down = self.drift(number)
        for plane, target, scale in zip(frame, out, (1, 2, 2), strict=True):
            _shifted(plane, target, self._margin // scale, (across / scale, down / scale))

    def drift(self, number: int) -> tuple[float, float]:
        """How far right and down the picture hangs in frame *number*, in luma px."""
        seconds = number / self._fps
        across, down = (
            self._reach * sum(share * math.sin(math.tau * hertz * seconds + phase) for (hertz, share), phase in waves)
            for waves in (zip(_WAVES, phases, strict=True) for phases in self._phases)
        )
        return across, down


def _shifted(plane: U8, out: U8, margin: int, drift: tuple[float, float]) -> None:
    """Write *plane*, enlarged by *margin* on each side and moved by *drift* (right, down), into *out*."""
    height, width = plane.shape
    larger = cv2.resize(plane, (width + 2 * margin, height + 2 * margin), interpolation=cv2.INTER_CUBIC)
    (left, right_taps), (top, down_taps) = (_split(margin - move) for move in drift)
    region = larger[top - 1 : top + height + _TAPS, left - 1 : left + width + _TAPS]
    moved = cv2.sepFilter2D(region, -1, right_taps, down_taps, anchor=(1, 1))
    np.copyto(out, moved[1 : 1 + height, 1 : 1 + width])


def _split(place: float) -> tuple[int, np.ndarray]:
    """The whole part of *place*, and the four taps that read at the rest."""
    whole = math.floor(place)
    return whole, np.array(_cubic(place - whole), np.float32)


def _cubic(t: float) -> Sequence[float]:
    """Weights of the pixels at -1, 0, 1 and 2 to read at *t* in [0, 1): the Catmull-Rom spline."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
