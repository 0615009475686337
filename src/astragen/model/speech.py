"""A spoken line as it comes from a voice, before it is stored."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.model.take import SpokenWord


class Speech(NamedTuple):
    """Sound and word times of one line.

    samples: (n,) float32 in [-1, 1], mono, 48 kHz.
    words: in order, times in samples from the start; empty when the voice gives none.
    voice: the voice that spoke, as the report names it.
    """

    samples: NDArray[np.float32]
    words: tuple[SpokenWord, ...]
    voice: str
