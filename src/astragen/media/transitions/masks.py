"""Transitions along an edge that crosses the picture: wipe, iris, ink.

Each is a field that says when a sample turns (`mixing.reveal`), with an edge that is
8 % of the field wide, so that no hard line runs over the pictures. Ink is a cloud
with a fixed seed, darker at its rim, as ink is that soaks into paper.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np

from astragen.media.transitions.mixing import (
    F32,
    Fields,
    Sites,
    blend,
    chroma_sites,
    looked_up,
    luma_sites,
    reveal,
    smoothstep,
    table,
    turned,
)
from astragen.media.transitions.travel import Toward
from astragen.model.planes import Planes

SOFT = 0.08  # of the way that an edge goes: about 150 px at 1080p
INK_SOFT = 0.18
INK_SEED = 20_260_901
INK_SIDE = 960  # longer side of the cloud: what is finer is soft anyway
INK_SLOPES = (4.4, 2.6)  # noise power falls as frequency to these: where the ink runs, and the fibres at its rim
INK_FIBRES = 0.07  # how much fibres count beside where it runs
INK_SPREAD = 4.0  # how much nearness to the middle counts beside both: it is dropped there
INK_DARK = 0.35  # how much darker the rim of the ink is

_SHARES = np.arange(256) / 255.0
_RIM = table(255.0 * INK_DARK * 4.0 * _SHARES * (1.0 - _SHARES))


def wipe(toward: Toward, moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """A soft edge that travels *toward* uncovers the new picture."""
    height, width = before.y.shape

    def when(sites: Sites) -> F32:
        way = sites.y / height if toward.axis == 0 else sites.x / width
        return np.ascontiguousarray(way if toward.sign > 0 else 1 - way)

    fields = Fields(when(luma_sites(before)), when(chroma_sites(before)))
    reveal(fields, smoothstep(moment), SOFT, before, after, out)


def iris(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """A soft circle opens from the middle."""
    height, width = before.y.shape
    reveal(_from_the_middle(height, width), smoothstep(moment), SOFT, before, after, out)


def ink(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """The new picture soaks through the old one along a cloud."""
    height, width = before.y.shape
    fields, progress = _cloud(height, width), smoothstep(moment)
    reveal(fields, progress, INK_SOFT, before, after, out)
    blend(out.y, 16, looked_up(turned(fields.luma, progress, INK_SOFT), _RIM), out.y)


@lru_cache(maxsize=2)
def _from_the_middle(height: int, width: int) -> Fields:
    """Distance from the middle, 1 in the corners. The same arrays each time: only read them."""
    planes = _shape_of(height, width)
    corner = math.hypot(width, height) / 2

    def distance(sites: Sites) -> F32:
        x, y = sites.x - width / 2, sites.y - height / 2
        return np.asarray(np.sqrt(x * x + y * y) / corner, np.float32)

    return Fields(distance(luma_sites(planes)), distance(chroma_sites(planes)))


@lru_cache(maxsize=2)
def _cloud(height: int, width: int) -> Fields:
    """The ink's cloud, its values spread evenly over [0, 1]. The same arrays each time: only read them."""
    scale = INK_SIDE / max(height, width)
    rows, columns = max(2, round(height * scale)), max(2, round(width * scale))
    x, y = np.arange(columns)[None] - (columns - 1) / 2, np.arange(rows)[:, None] - (rows - 1) / 2
    middle = np.sqrt((x / columns) ** 2 + (y / rows) ** 2) * 2.0  # 1 at the sides, 1.4 in the corners
    runs, fibres = (_noise(rows, columns, slope, INK_SEED) for slope in INK_SLOPES)
    rank = np.empty(rows * columns, np.float32)
    order = np.argsort((runs + INK_FIBRES * fibres + INK_SPREAD * middle).ravel(), kind="stable")
    rank[order] = np.linspace(0, 1, rank.size, dtype=np.float32)
    luma = _resized(rank.reshape(rows, columns), height, width)
    rows_of_two = (luma[0::2] + luma[1::2]) * np.float32(0.5)  # a chroma sample lies between two luma rows ...
    return Fields(luma, np.ascontiguousarray(rows_of_two[:, ::2]))  # ... on the even column


def _noise(rows: int, columns: int, slope: float, seed: int) -> F32:
    """Power-law noise: (rows, columns) float32, zero mean, unit deviation."""
    fy, fx = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None]
    k = np.sqrt(fy * fy + fx * fx)
    k[0, 0] = np.inf  # no mean
    white = np.fft.rfft2(np.random.default_rng(seed).standard_normal((rows, columns), np.float32))
    field = np.fft.irfft2(white * k ** (-slope / 2), s=(rows, columns))
    return np.asarray(field / max(float(field.std()), 1e-9), np.float32)


def _resized(field: F32, height: int, width: int) -> F32:
    how = cv2.INTER_AREA if width < field.shape[1] else cv2.INTER_CUBIC
    return np.clip(np.asarray(cv2.resize(field, (width, height), interpolation=how), np.float32), 0.0, 1.0)


def _shape_of(height: int, width: int) -> Planes:
    """Planes of a size, without memory of their own."""
    nothing, half = np.uint8(0), (height // 2, width // 2)
    return Planes(
        np.broadcast_to(nothing, (height, width)), np.broadcast_to(nothing, half), np.broadcast_to(nothing, half)
    )
