"""Pictures of one scene brought nearer to each other in colour: mean and deviation in Lab, within limits.

After E. Reinhard et al., "Color transfer between images" (2001), but in CIE Lab, part of the way, and never
far: what is in a picture must not change colour, only the light it seems to be in. Start reading at `match_file`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.errors import RenderError
from astragen.media.pictures import picture_of
from astragen.media.stills import save_jpeg
from astragen.model.planes import U8

WAY: Final = 0.4  # of the way to the anchor that a picture goes at most
SHIFT_MAX: Final = (5.0, 4.0, 4.0)  # Lab units that its mean lightness, a and b go at most
SCALE_MAX: Final = 1.12  # by which its deviations grow or shrink at most
QUALITY: Final = 95  # of the JPEG that is written, with full chroma: it is decoded once and encoded again

_GREY: Final = 2.5  # Lab units: mean chroma below which a picture is black and white, or toned
_TONED: Final = 2.0  # deviation of chroma, likewise: a sepia print has one tint all over
_FELT: Final = 0.7  # Lab units: a change of the mean below this is not worth another generation of JPEG
_SIDE: Final = 256  # px that statistics are measured at
_ENDS: Final = 8.0  # Lab units of lightness over which a change fades out towards black and white

F32 = NDArray[np.float32]


class LabStats(NamedTuple):
    """mean, deviation: of L, a and b, (3,) float64. is_grey: the picture is black and white, or of one tint."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    is_grey: bool


class Change(NamedTuple):
    """What is done to a picture: each value goes away from *about* by *scale*, then by *shift*; (3,) of L, a, b."""

    about: NDArray[np.float64]
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]


def lab_stats(picture: U8) -> LabStats:
    """Mean and deviation in CIE Lab (D65) of *picture*, (h, w, 3) uint8 sRGB, measured at 256 px."""
    scale = min(1.0, _SIDE / max(picture.shape[:2]))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    lab = _lab(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)).reshape(-1, 3)
    mean, deviation = lab.mean(0, dtype=np.float64), lab.std(0, dtype=np.float64)
    chroma = float(np.hypot(lab[:, 1], lab[:, 2]).mean())
    return LabStats(mean, deviation, chroma < _GREY or float(np.hypot(*deviation[1:])) < _TONED)


def change_towards(own: LabStats, anchor: LabStats) -> Change | None:
    """What brings a picture of *own* nearer to *anchor*; None: leave it, for it is near, or one of them is grey."""
    if own.is_grey or anchor.is_grey:
        return None
    shift = np.clip(WAY * (anchor.mean - own.mean), -np.array(SHIFT_MAX), SHIFT_MAX)
    ratio = anchor.deviation / np.maximum(own.deviation, 1e-6)
    scale = np.clip(ratio**WAY, 1 / SCALE_MAX, SCALE_MAX)
    moved = float(np.linalg.norm(shift))
    spread = float(np.abs((scale - 1) * own.deviation).max())
    return Change(own.mean, scale, shift) if max(moved, spread) >= _FELT else None


def matched(picture: U8, change: Change) -> U8:
    """*picture*, (h, w, 3) uint8 sRGB, with *change* done to it; black stays black, and white white."""
    lab = _lab(picture)
    lightness = lab[..., :1]
    kept = np.clip(np.minimum(lightness, 100 - lightness) / _ENDS, 0, 1)
    about, scale, shift = (np.asarray(values, np.float32) for values in change)
    lab += kept * ((lab - about) * (scale - 1) + shift)
    rgb = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(np.rint(255 * rgb), 0, 255), np.uint8)


def match_file(picture: Path, anchor: Path, out: Path, *, shot: str) -> bool:
    """Write the picture at *picture* with the palette of that at *anchor* to *out*, a JPEG; False: leave it as it is.

    Meant for a worker. *shot*: for messages. Equal files give equal bytes.

    Raises:
        RenderError: a file cannot be read or written, or is no picture.
    """
    own, other = (_read(path, shot) for path in (picture, anchor))
    change = change_towards(lab_stats(own), lab_stats(other))
    if change is None:
        return False
    save_jpeg(matched(own, change), out, quality=QUALITY)
    return True


def _read(path: Path, shot: str) -> U8:
    try:
        return picture_of(path.read_bytes(), f"The still of shot {shot}")
    except OSError as error:
        raise RenderError(f"The still of shot {shot} cannot be read: {error}.") from error


def _lab(rgb: U8) -> F32:
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
