"""Paper, pigment and screens: the textures that lie still under a drawn picture.

All are byte planes of the frame's size, fixed to the frame, made once.
"""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.noise import smoothstep, spectral, value_noise
from astragen.builtin.painter.treatment.sheet import Sheet

_TILE = 512  # px of the tileable tooth; it repeats, but nothing in it is large enough to be recognised


def signed(field: F32, deviation: float) -> U8:
    """A field of unit deviation as signed bytes about 128."""
    return np.clip(np.round(128 + field * deviation), 0, 255).astype(np.uint8)


def tooth(sheet: Sheet, grain: float, what: str = "tooth") -> F32:
    """The grain of paper: (height, width) float32, unit deviation; *grain* is its size in px at 1080p."""
    high = min(_TILE / 3, _TILE / (grain * sheet.scale))
    tile = spectral(_TILE, _TILE, seed=sheet.seed_of(what), slope=0.9, low=max(4.0, high / 14), high=high)
    return _spread(tile, sheet)


def clouds(sheet: Sheet, cells: float, what: str, octaves: int = 4) -> F32:
    """Large soft blotches: (height, width) float32, zero mean, unit deviation; *cells* across the width."""
    small = value_noise(
        max(2, sheet.height // 4), max(2, sheet.width // 4), cells, seed=sheet.seed_of(what), octaves=octaves
    )
    small = (small - small.mean()) / small.std()
    return np.asarray(cv2.resize(small, (sheet.width, sheet.height), interpolation=cv2.INTER_CUBIC), np.float32)


def streaks(sheet: Sheet, length: float, thickness: float, degrees: float, what: str) -> F32:
    """Brush or pencil strokes side by side: (height, width) float32, unit deviation.

    *length*, *thickness*: px at 1080p; *degrees*: their direction, anticlockwise from the right.
    """
    side = int(np.hypot(sheet.width, sheet.height)) + 4
    random = np.random.default_rng(sheet.seed_of(what))
    across = max(1.0, thickness * sheet.scale)
    along = max(across, length * sheet.scale)
    grid = random.standard_normal((int(side / across) + 4, int(side / along) + 4), np.float32)
    for row in grid:
        np.copyto(row, np.roll(row, int(random.integers(row.size))))
    field = cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    turn = np.asarray(cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1), np.float64)
    turn[:, 2] -= np.array([side - sheet.width, side - sheet.height]) / 2
    turned = cv2.warpAffine(field, turn, (sheet.width, sheet.height), borderMode=cv2.BORDER_REFLECT)
    return np.asarray((turned - turned.mean()) / turned.std(), np.float32)


def rules(sheet: Sheet, pitch: float, degrees: float) -> F32:
    """Parallel lines as a threshold: 0 on a line, 1 midway between two; *pitch* in px at 1080p."""
    across, down = _grid(sheet)
    angle = np.deg2rad(degrees)
    at = (across * np.sin(angle) + down * np.cos(angle)) / max(2.5, pitch * sheet.scale)
    return np.asarray(np.abs((at % 1) * 2 - 1), np.float32)


def dots(sheet: Sheet, pitch: float, degrees: float) -> F32:
    """A halftone screen as a threshold in [0, 1]: 1 at the centres of the dots; *pitch* in px at 1080p."""
    across, down = _grid(sheet)
    angle, step = np.deg2rad(degrees), 2 * np.pi / max(3.0, pitch * sheet.scale)
    first = (across * np.cos(angle) + down * np.sin(angle)) * step
    second = (down * np.cos(angle) - across * np.sin(angle)) * step
    return np.asarray(0.5 + 0.25 * (np.cos(first) + np.cos(second)), np.float32)


def margin(sheet: Sheet, width: float, roughness: float) -> F32:
    """How much of the sheet is painted: 1 inside, 0 on a bare border of *width* px with a brushed edge."""
    across, down = _grid(sheet)
    inside = np.minimum(np.minimum(across, sheet.width - 1 - across), np.minimum(down, sheet.height - 1 - down))
    edge = clouds(sheet, 10, "margin", octaves=3) + 0.3 * clouds(sheet, 70, "margin brush", octaves=2)
    reach = inside / sheet.scale - width - roughness * edge
    return smoothstep(-1.5, 2.5, reach)


def _grid(sheet: Sheet) -> tuple[F32, F32]:
    down, across = np.mgrid[0 : sheet.height, 0 : sheet.width].astype(np.float32)
    return across, down


def _spread(tile: F32, sheet: Sheet) -> F32:
    rows, columns = -(-sheet.height // _TILE), -(-sheet.width // _TILE)
    return np.ascontiguousarray(np.tile(tile, (rows, columns))[: sheet.height, : sheet.width])
