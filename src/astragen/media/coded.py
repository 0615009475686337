"""What an encoder made of sound: its true peak once it is decoded again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from astragen.builtin.dsp import F32
from astragen.errors import ProbeError
from astragen.media.loudness import true_peak_of


def coded_true_peak_db(path: Path) -> float:
    """True peak in dBTP of the sound of the media file *path*, decoded; see `loudness.true_peak_db`."""
    return true_peak_of(decoded_pieces(path))


def decoded_pieces(path: Path) -> Iterator[F32]:
    """The sound of the media file *path*, which decodes to planes of floats: (channels, n) each, in order.

    Raises:
        ProbeError: it cannot be decoded.
    """
    try:
        with av.open(path) as container:
            for frame in container.decode(audio=0):
                yield frame.to_ndarray().astype(np.float32, copy=False)
    except av.FFmpegError as error:
        raise ProbeError(f"{path.name}: its sound cannot be decoded: {error}.") from error
