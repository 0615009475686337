"""Resampling a plane by a coarse map with OpenCV: the twin of `bend` in `_kernels.c`.

The same pixels within what OpenCV rounds a place to, 1/32 px, at two to three times the cost.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.model.planes import U8


def bend(src: U8, dst: U8, x: NDArray[np.float32], y: NDArray[np.float32], cell: int) -> None:
    """Write `src` at the point that the map (*x*, *y*) states for each pixel into *dst*, linear between pixels.

    src, dst: (height, width) uint8, any sizes from 2x2 up, rows may be strided; they must not overlap. Beyond the
    edge of *src* its nearest pixel is shown.
    x, y: (rows, columns) float32, in pixel centres of the source, at nodes every *cell* pixels of the result, the
    first of them half a cell left of and above its corner, the last beyond the opposite one; linear between.
    cell: an even number.

    Raises:
        ValueError: *src* or *dst* is no such plane, or the map no such map.
    """
    for name, plane in (("source", src), ("result", dst)):
        if plane.ndim != 2 or plane.dtype != np.uint8 or not plane.size:
            raise ValueError(f"the {name} is no plane: it must be uint8 (height, width) with whole rows")
    height, width = dst.shape
    is_map = all(axis.ndim == 2 and axis.dtype == np.float32 for axis in (x, y)) and cell >= 2 and cell % 2 == 0
    if not is_map or x.shape != y.shape or (np.array(x.shape) - 1).min() < 1:
        raise ValueError(f"a map needs float32 nodes every {cell} pixels, an even number, as many x as y")
    if any((nodes - 1) * cell < side + cell // 2 for nodes, side in zip(x.shape, dst.shape, strict=True)):
        raise ValueError(f"a map needs float32 nodes every {cell} pixels to beyond {width} x {height}")
    size = cell * x.shape[1], cell * x.shape[0]
    across, down = (
        cv2.resize(nodes, size, interpolation=cv2.INTER_LINEAR)[cell : cell + height, cell : cell + width]
        for nodes in (x, y)
    )
    cv2.remap(src, across, down, cv2.INTER_LINEAR, dst=dst, borderMode=cv2.BORDER_REPLICATE)
