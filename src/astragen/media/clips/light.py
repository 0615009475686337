"""High dynamic range and wide gamut to BT.709, as a table of colours.

A clip in PQ, HLG or BT.2020 is turned into light, its colours into BT.709's, its
highlights rolled off, and what is left coded for an SDR display. It is done once for a
grid of colours; FFmpeg's `lut3d` looks the pixels up. Start reading at `is_beyond_sdr`.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


class Transfer(IntEnum):
    """Codes of ITU-T H.273, table 3."""

    PQ = 16
    HLG = 18


class Primaries(IntEnum):
    """Codes of ITU-T H.273, table 2."""

    BT2020 = 9
    P3_DCI = 11
    P3_D65 = 12


# Colours an axis. Looked up tetrahedrally, 95 of 100 PQ colours of all of BT.2020 are within 1 luma level of the
# formulas (33: 1.6; 65: 0.5, and three times the time to make it: 0.3 s here); those at the gamut's edge are not.
GRID: Final = 49

_WHITE = 203.0  # cd/m2 of HDR reference white (ITU-R BT.2408-7, 2.1): it comes where SDR pictures have their white
_PEAK = 1000.0  # cd/m2; the display that BT.2100 HLG is referred to, and what most PQ films are graded on
_KNEE = 0.5  # of SDR white; darker light is left as it was
_SDR_GAMMA = 2.4  # ITU-R BT.1886, of a display with perfect black

# SMPTE ST 2084:2014, 5.2 (PQ)
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_PQ_MAX = 10_000.0  # cd/m2

# ITU-R BT.2100-2, table 5 (HLG)
_A = 0.17883277
_B, _C = 1 - 4 * _A, 0.5 - _A * np.log(4 * _A)
_SYSTEM_GAMMA = 1.2  # of a display of 1,000 cd/m2
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])  # ITU-R BT.2100-2, table 5, Ys

_XY = {  # chromaticities of red, green, blue and white: ITU-R BT.709-6, BT.2020-2, SMPTE RP 431-2, EG 432-1
    Primaries.BT2020: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), (0.3127, 0.3290)),
    Primaries.P3_DCI: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    Primaries.P3_D65: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290)),
}
_XY_709 = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), (0.3127, 0.3290))


def is_beyond_sdr(transfer: int, primaries: int) -> bool:
    """Whether a picture so tagged (codes of H.273) needs a table; others count as BT.709 as they are."""
    return transfer in set(Transfer) or primaries in set(Primaries)


def to_bt709(coded: F64, transfer: int, primaries: int) -> F64:
    """Full-range R'G'B' in [0, 1], (..., 3), as R'G'B' in [0, 1] for a BT.709 display.

    *transfer*, *primaries*: codes of H.273; PQ and HLG without primaries are BT.2020's.
    A transfer that is neither is taken for SDR's own: only the gamut is turned.
    """
    is_hdr = transfer in set(Transfer)
    light = _hdr_light(coded, transfer) if is_hdr else np.power(coded, _SDR_GAMMA)
    wide = primaries if primaries in set(Primaries) else Primaries.BT2020
    light = np.maximum(light @ _gamut(Primaries(wide)).T, 0.0)
    return np.asarray(np.power(np.clip(_rolled_off(light) if is_hdr else light, 0.0, 1.0), 1 / _SDR_GAMMA))


@cache
def cube(transfer: int, primaries: int) -> str:
    """`to_bt709` as the text of a .cube file: red fastest, GRID colours an axis."""
    axis = np.linspace(0.0, 1.0, GRID)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    table = to_bt709(np.stack([red, green, blue], axis=-1).reshape(-1, 3), transfer, primaries)
    rows = "\n".join(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in table.tolist())
    return f"LUT_3D_SIZE {GRID}\n{rows}\n"


def _hdr_light(coded: F64, transfer: int) -> F64:
    """Light of the display, SDR white being 1."""
    if transfer == Transfer.PQ:
        root = np.power(coded, 1 / _M2)
        nits = _PQ_MAX * np.power(np.maximum(root - _C1, 0.0) / (_C2 - _C3 * root), 1 / _M1)
        return np.asarray(nits / _WHITE)
    scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - _C) / _A) + _B) / 12)
    luma = np.maximum(scene @ _LUMA_2020, 1e-9)[..., None]
    return np.asarray(scene * luma ** (_SYSTEM_GAMMA - 1) * (_PEAK / _WHITE))


def _rolled_off(light: F64) -> F64:
    """*light* with its highlights bent from the knee on, so that _PEAK becomes SDR white.

    The curve is Reinhard's with a white point (E. Reinhard et al., "Photographic tone
    reproduction for digital images", 2002, eq. 4), begun at the knee where its slope is 1.
    The largest of R, G and B goes through it and takes the others along: hues stay.
    """
    most = light.max(axis=-1, keepdims=True)
    over = np.maximum(most - _KNEE, 0.0) / (1 - _KNEE)
    peak = (_PEAK / _WHITE - _KNEE) / (1 - _KNEE)
    bent = _KNEE + (1 - _KNEE) * over * (1 + over / peak**2) / (1 + over)
    return np.asarray(light * np.where(most > _KNEE, bent / np.maximum(most, 1e-9), 1.0))


def _gamut(primaries: Primaries) -> F64:
    """Linear RGB of *primaries* to that of BT.709: 3x3; white stays white."""
    return np.asarray(np.linalg.inv(_to_xyz(_XY_709)) @ _to_xyz(_XY[primaries]))


def _to_xyz(xy: tuple[tuple[float, float], ...]) -> F64:
    """Linear RGB with these chromaticities to XYZ relative to its white (SMPTE RP 177), so that whites meet."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in xy]).T
    whole: F64 = columns[:, :3] * np.linalg.solve(columns[:, :3], columns[:, 3])
    return np.asarray(whole if xy[3] == _XY_709[3] else _adapted(xy[3]) @ whole)


def _adapted(white: tuple[float, float]) -> F64:
    """XYZ under *white* to XYZ under D65, scaled on each axis (white alone has to be right)."""
    (x, y), (to_x, to_y) = white, _XY_709[3]
    here = np.array([x / y, 1.0, (1 - x - y) / y])
    there = np.array([to_x / to_y, 1.0, (1 - to_x - to_y) / to_y])
    return np.diag(there / here)
