"""A finished frame as the encoder wants it, and the source of such frames."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]


class Planes(NamedTuple):
    """A picture in 4:2:0: BT.709, limited range (luma 16-235, chroma 16-240), left-sited chroma.

    y: (height, width) uint8.  u, v: (height / 2, width / 2) uint8.
    """

    y: U8
    u: U8
    v: U8


class FrameSource(Protocol):
    """Frames by number: a still under a camera move, a decoded clip, a painted scene.

    Frame 0 is the first of the clip; negative numbers and numbers past the end are
    valid as far as the handles reach. `frame` is a pure function of *n*.
    """

    def frame(self, n: int) -> Planes:
        """Return frame *n*; the arrays are the caller's until the next call."""
        ...
