"""Film grain: noise in luma that is strongest in the lower middle tones and gone at black and white.

One tile of noise is made, larger than the frame; every frame reads it elsewhere. The
weighting is one product: `y - w + w n / 128`, w a table of y, n the noise about 128. As w
never passes the distance to black or white, no frame leaves the limited range.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.model.planes import U8, Planes

SLACK = 256  # px; 65,536 places to read the tile from: at 24 frames a second, one comes again after 45 minutes

_DEVIATION = 36  # of the tile, 8-bit units about 128: 3.5 deviations fit
_LARGEST = 28.0  # luma levels, w at strength 1: grain then deviates by up to 28 * 36 / 128 = 8 levels; by eye
_PEAK = 0.38  # luma in [0, 1] with the most grain: prints show it most below middle grey; by eye
_FINEST, _COARSEST = 0.55, 1.3  # px at 1080 rows, blur of the noise at strength 0 and 1: strong grain is coarse


class Grain:
    """A `Part` of looks: the grain for one frame size."""

    def __init__(self, width: int, height: int, strength: float, *, seed: int) -> None:
        """Make the tile; *strength* is from 0 to 1."""
        blur = (_FINEST + (_COARSEST - _FINEST) * strength) * max(0.5, min(width, height) / 1080)
        self._tile = _noise(width + SLACK, height + SLACK, blur, seed)
        self._weight = _weights(strength)
        self._rest = (np.arange(256, dtype=np.uint8) - self._weight).astype(np.uint8)
        self._seed = seed
        self._product = np.empty((height, width), np.uint8)

    def __call__(self, frame: Planes, number: int, out: Planes) -> None:
        """Write *frame* with grain into *out*, which may be *frame*; *number* says which grain."""
        height, width = frame.y.shape
        left, top = self.place(number)
        noise = self._tile[top : top + height, left : left + width]
        cv2.LUT(frame.y, self._weight, dst=self._product)
        cv2.multiply(self._product, noise, dst=self._product, scale=1 / 128)
        cv2.LUT(frame.y, self._rest, dst=out.y)
        cv2.add(out.y, self._product, dst=out.y)
        for plane, target in ((frame.u, out.u), (frame.v, out.v)):
            if target is not plane:
                np.copyto(target, plane)

    def place(self, number: int) -> tuple[int, int]:
        """Where frame *number* reads the tile: its left and top, each from 0 up to SLACK."""
        left, top = np.random.default_rng((self._seed, number & 0xFFFFFFFF)).integers(0, SLACK, 2)
        return int(left), int(top)


def _noise(width: int, height: int, blur: float, seed: int) -> U8:
    """(height, width) soft noise about 128."""
    noise = np.random.default_rng(seed).standard_normal((height, width), np.float32)
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), blur), np.float32)
    soft *= _DEVIATION / soft.std()
    return np.clip(np.rint(soft + 128), 0, 255).astype(np.uint8)


def _weights(strength: float) -> U8:
    """The w of each luma code, (256,): rises from black to _PEAK, falls to white."""
    x = np.clip((np.arange(256) - 16) / 219, 0, 1)
    power = np.log(0.5) / np.log(_PEAK)
    bell = 4 * x**power * (1 - x**power)
    room = np.minimum(np.arange(256) - 16, 235 - np.arange(256)).clip(0)
    weights: NDArray[np.float64] = np.minimum(np.rint(_LARGEST * strength * bell), room)
    return weights.astype(np.uint8)
