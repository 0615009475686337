"""A spoken line as it comes from a voice, before it is stored."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.model.take import SpokenWord, WordTimes


class Speech(NamedTuple):
    """Sound and word times of one line.

    samples: (n,) float32 in [-1, 1], mono, 48 kHz.
    words: in order, times in samples from the start; empty when the voice gives none.
    voice: the voice that spoke, as the report names it.
    times: where the words' times come from.
    """

    samples: NDArray[np.float32]
    words: tuple[SpokenWord, ...]
    voice: str
    times: WordTimes = "native"


class TimedText(NamedTuple):
    """A piece of what was said, with its place in the sound: a character, or a word. Pieces are in order.

    A piece may end in a space; pieces without spaces between them are one word.
    """

    text: str
    start_s: float
    end_s: float
