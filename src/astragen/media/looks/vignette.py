"""Corners that fall off into the dark.

Luma and chroma are scaled alike, so that colours darken and do not deepen. The mask is
dithered: eight bits of it would draw rings on a flat sky.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.media.colour import BLACK
from astragen.media.looks.letterbox import Box
from astragen.model.planes import U8, Planes

_BEGINS, _ENDS = 0.35, 1.15  # radii between which light falls off; the corner of the picture is at 1
_DITHER_SEED = 709  # any: the pattern is only to be the same everywhere


class Vignette:
    """A `Part` of looks: the fall-off for one frame size."""

    def __init__(self, width: int, height: int, strength: float, *, box: Box) -> None:
        """Prepare the mask; *strength* is from 0 to 1, *box* the picture whose corners darken."""
        light = _light(width, height, strength, box)
        half = np.asarray(cv2.resize(light, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.float32)
        dither = np.random.default_rng(_DITHER_SEED)
        masks = [_bytes(one * 255 + dither.random(one.shape, np.float32)) for one in (light, half)]
        self._masks = (masks[0], masks[1], masks[1])
        self._floors = tuple(_floor(mask, level) for mask, level in zip(self._masks, BLACK, strict=True))

    def __call__(self, frame: Planes, number: int, out: Planes) -> None:
        """Write *frame* with darkened corners into *out*, which may be *frame*; the same for every *number*."""
        for plane, mask, floor, target in zip(frame, self._masks, self._floors, out, strict=True):
            cv2.multiply(plane, mask, dst=target, scale=1 / 255)
            cv2.add(target, floor, dst=target)


def _light(width: int, height: int, strength: float, box: Box) -> NDArray[np.float32]:
    """(height, width), 1 where all light comes through."""
    across = (np.arange(width, dtype=np.float32) + 0.5 - box.left - box.width / 2) / (box.width / 2)
    down = (np.arange(height, dtype=np.float32) + 0.5 - box.top - box.height / 2) / (box.height / 2)
    radius = np.sqrt((across[None] ** 2 + down[:, None] ** 2) / 2)
    x = np.clip((radius - _BEGINS) / (_ENDS - _BEGINS), 0, 1)
    return np.asarray(1 - strength * x * x * (3 - 2 * x), np.float32)


def _bytes(values: NDArray[np.float32]) -> U8:
    """*values* rounded down; 255 and almost one more is 256 in float32, which must not come out as 0."""
    return np.asarray(np.minimum(np.floor(values), 255), np.uint8)


def _floor(mask: U8, level: int) -> U8:
    """What *level* loses to *mask*: it stays *level* under any mask."""
    return np.asarray(np.rint(level - level * (mask / np.float32(255))), np.uint8)
