"""sRGB pictures to the encoder's planes and back.

BT.709 matrix on gamma-encoded values, limited range, 4:2:0 with left-sited chroma:
a chroma sample lies on the even luma column and between two luma rows (H.264
Annex E, chroma sample location type 0, what players assume for untagged MP4).
Each sample is rounded once, at the end. Start reading at `planes_of`.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.errors import RenderError
from astragen.model.planes import U8, Planes

BLACK = (16, 128, 128)  # limited-range black: Y, U, V (ITU-R BT.709-6, item 4.6)

_KR, _KB = 0.2126, 0.0722  # luma weights of red and blue (ITU-R BT.709-6, item 3.2)
_KG = 1.0 - _KR - _KB
_TAPS = np.array([1, 2, 1], np.float32)  # low-pass centred on the even column; over two rows a sum of 8 pixels
_SUMMED = 8


def _matrix() -> NDArray[np.float64]:
    """RGB in [0, 255] to limited-range Y, U, V: (3, 4), offsets in the last column."""
    luma = np.array([_KR, _KG, _KB])
    blue = (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - _KB))
    red = (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - _KR))
    scaled = np.stack([luma * 219, blue * 224, red * 224]) / 255
    return np.concatenate([scaled, np.array([[16.0], [128.0], [128.0]])], axis=1)


_TO_YUV = _matrix()
_OF_SUMS = _TO_YUV[1:] * [1 / _SUMMED, 1 / _SUMMED, 1 / _SUMMED, 1]
_TO_RGB = np.concatenate(
    [np.linalg.inv(_TO_YUV[:, :3]), -np.linalg.inv(_TO_YUV[:, :3]) @ _TO_YUV[:, 3:]],
    axis=1,
)


def planes_of(rgb: U8) -> Planes:
    """Planes of *rgb*, (height, width, 3) uint8 sRGB with even sides.

    Chroma is filtered [1 2 1] / 4 across and [1 1] / 2 down, borders replicated.

    Raises:
        RenderError: another shape or type, or an odd side.
    """
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise RenderError(f"A picture is {rgb.dtype} {rgb.shape}; it must be uint8 (height, width, 3).")
    height, width = rgb.shape[:2]
    if height % 2 or width % 2 or not height or not width:
        raise RenderError(f"A picture is {width}x{height}; 4:2:0 needs even sides.", hint="Crop one row or column.")
    y = np.asarray(cv2.transform(rgb, _TO_YUV[:1]), np.uint8).reshape(height, width)
    u, v = cv2.split(np.asarray(cv2.transform(_summed(rgb).astype(np.float32), _OF_SUMS), np.float32))
    return Planes(y, _to_bytes(np.asarray(u)), _to_bytes(np.asarray(v)))


def rgb_of(planes: Planes) -> U8:
    """The (height, width, 3) uint8 sRGB picture of *planes*; chroma is interpolated linearly at its own site."""
    height, width = planes.y.shape
    full = [planes.y.astype(np.float32), _doubled(planes.u, width, height), _doubled(planes.v, width, height)]
    return _to_bytes(np.asarray(cv2.transform(cv2.merge(full), _TO_RGB), np.float32))


def rgb_at(yuv: NDArray[np.float32]) -> NDArray[np.float32]:
    """Y, U, V codes, (..., 3), whole or not, as RGB: 0 to 1 is what a screen shows, more and less stay as they are."""
    return np.asarray((yuv @ _TO_RGB[:, :3].T + _TO_RGB[:, 3]) / 255, np.float32)


def yuv_at(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """RGB in [0, 1], (..., 3), as Y, U, V codes, not rounded: the reverse of `rgb_at`."""
    return np.asarray(rgb @ (255 * _TO_YUV[:, :3].T) + _TO_YUV[:, 3], np.float32)


def black(width: int, height: int) -> Planes:
    """A new black frame."""
    y, u, v = BLACK
    half = (height // 2, width // 2)
    return Planes(np.full((height, width), y, np.uint8), np.full(half, u, np.uint8), np.full(half, v, np.uint8))


def _summed(rgb: U8) -> NDArray[np.int16]:
    """_SUMMED times the colour at each chroma sample, exactly: the matrix may come after the filter, on a quarter."""
    pairs = cv2.add(rgb[0::2], rgb[1::2], dtype=cv2.CV_16S)
    across = cv2.sepFilter2D(pairs, cv2.CV_16S, _TAPS, np.ones(1, np.float32), borderType=cv2.BORDER_REPLICATE)
    half = (rgb.shape[1] // 2, rgb.shape[0] // 2)
    return np.asarray(cv2.resize(across, half, interpolation=cv2.INTER_NEAREST), np.int16)  # takes the even columns


def _doubled(chroma: U8, width: int, height: int) -> NDArray[np.float32]:
    """(height / 2, width / 2) left-sited to (height, width)."""
    tall = cv2.resize(chroma.astype(np.float32), (width // 2, height), interpolation=cv2.INTER_LINEAR)
    full = np.empty((height, width), np.float32)
    full[:, ::2] = tall
    full[:, 1:-1:2] = (tall[:, :-1] + tall[:, 1:]) * np.float32(0.5)
    full[:, -1] = tall[:, -1]
    return full


def _to_bytes(values: NDArray[np.float32]) -> U8:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
