"""Tones and colours of a look, and its LUT, as one table over the planes.

All that turns a colour into another without regard to its place is baked once into a
table over (Y, U, V): every U and V, and every eighth Y with linear interpolation between.
A frame then costs one look-up a pixel, however much is baked in. The table holds codes
*plus what the grade changes*, and the change is worked out on a coarser grid: an identity
gives every code back, and codes outside of the RGB cube keep their place beside their
neighbours. Start reading at `table_of`.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.media.colour import rgb_at, yuv_at
from astragen.media.looks.lut import read_cube
from astragen.model.look import Look
from astragen.model.planes import U8, Planes

F32 = NDArray[np.float32]

_STEP = 8  # luma codes between nodes
_NODES = 256 // _STEP + 1
_COARSE = 4  # codes of U and V between the points where the grade is computed
_FRACTION = 32 // _STEP  # cv2.remap counts fractions in 1/32: exactly the luma codes between two nodes

_WARMTH = 0.14  # of red and blue at warmth 1; by eye
_FADE = 0.16  # of black at fade 1; by eye
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709-6, item 3.2


def is_graded(look: Look, cube: bytes) -> bool:
    """Whether *look* turns colours into others."""
    return bool(look.contrast or look.saturation or look.warmth or look.fade or (cube and look.lut_strength))


def table_of(look: Look, cube: bytes) -> Table:
    """The table of *look* and of the .cube file whose bytes are *cube*, empty for none.

    Raises:
        InputError: *cube* is no LUT.
    """
    tones = {"contrast", "saturation", "warmth", "fade", "lut_strength"}
    return _baked(Look.model_validate(look.model_dump(include=tones)), cube)


@lru_cache(maxsize=1)  # a worker renders the shots of one film, all with the same table
def _baked(look: Look, cube: bytes) -> Table:
    lut = read_cube(cube, "The LUT") if cube and look.lut_strength else None
    codes = np.arange(0, 257, _COARSE, dtype=np.float32)
    luma = np.arange(_NODES, dtype=np.float32) * _STEP
    grid = np.stack(np.meshgrid(luma, codes, codes, indexing="ij"), axis=-1)  # (node, u, v, 3)
    rgb = np.clip(rgb_at(grid), 0, 1)
    toned = np.clip(toned_by(look, rgb), 0, 1)
    if lut is not None:
        toned += look.lut_strength * (np.clip(lut(toned), 0, 1) - toned)
    change = _fine(_change(grid, yuv_at(rgb), yuv_at(toned)))  # (node, 256, 256, 3)
    change[..., 0] += luma[:, None, None]
    change[..., 1] += np.arange(256, dtype=np.float32)[:, None]
    change[..., 2] += np.arange(256, dtype=np.float32)
    table = np.clip(np.rint(change), 0, 255).astype(np.uint8).transpose(1, 2, 0, 3).reshape(256, 256 * _NODES, 3)
    return Table(np.concatenate([table, table[-1:]]))  # remap looks at the row below, too


def _change(codes: F32, shown: F32, toned: F32) -> F32:
    """What the grade adds to *codes*: their colours as *shown* on a screen become *toned*; all (..., 3) Y, U, V.

    What a code has beyond the RGB cube goes the way of its colour: it fades as that does.
    """
    before, after = (np.hypot(one[..., 1] - 128, one[..., 2] - 128) for one in (shown, toned))
    kept = np.minimum(1, (after + 1) / (before + 1))[..., None]
    return np.asarray(toned - shown - (1 - kept) * (codes - shown), np.float32)


def toned_by(look: Look, rgb: F32) -> F32:
    """*rgb*, (..., 3) in [0, 1], with the warmth, contrast, saturation and fade of *look*; not clipped."""
    warm = rgb * np.array([1 + _WARMTH * look.warmth, 1, 1 - _WARMTH * look.warmth], np.float32)
    held = np.clip(warm, 0, 1)
    steep = held + look.contrast * (held * held * (3 - 2 * held) - held)
    grey = (steep @ _LUMA)[..., None]
    coloured = grey + (steep - grey) * (1 + look.saturation)
    black = _FADE * look.fade
    return np.asarray(black + (1 - black) * coloured, np.float32)


class Table:
    """A `Part` of looks: every pixel becomes what the table says of its Y, U and V."""

    def __init__(self, table: U8) -> None:
        """Take *table*: (257, 256 * _NODES, 3), row U, column V * _NODES + node, of Y, U and V."""
        self._luma = np.ascontiguousarray(table[..., 0])
        self._chroma = np.ascontiguousarray(table[..., 1:])

    def __call__(self, frame: Planes, number: int, out: Planes) -> None:
        """Write the graded *frame* into *out*, which may be *frame*; the same for every *number*."""
        height, width = frame.y.shape
        half = (width // 2, height // 2)
        u, v = (_sized(plane, (width, height), cv2.INTER_LINEAR) for plane in (frame.u, frame.v))
        small = _sized(frame.y, half, cv2.INTER_AREA)
        chroma = cv2.remap(self._chroma, *_places(small, frame.u, frame.v), cv2.INTER_LINEAR)
        cv2.remap(self._luma, *_places(frame.y, u, v), cv2.INTER_LINEAR, dst=out.y)
        for channel, target in enumerate((out.u, out.v)):
            cv2.extractChannel(chroma, channel, dst=target)


def _sized(plane: U8, size: tuple[int, int], interpolation: int) -> U8:
    return np.asarray(cv2.resize(plane, size, interpolation=interpolation), np.uint8)


def _places(y: U8, u: U8, v: U8) -> tuple[NDArray[np.int16], NDArray[np.uint16]]:
    """Where the table has the pixels of planes of one size: whole columns and rows, and the fraction of a column."""
    column = cv2.add(cv2.LUT(v, _V_COLUMN), cv2.LUT(y, _Y_NODE))
    row = cv2.LUT(u, _U_ROW)
    return np.asarray(cv2.merge([column, row]), np.int16), np.asarray(cv2.LUT(y, _Y_FRACTION), np.uint16)


_CODES = np.arange(256)
_V_COLUMN = (_CODES * _NODES).astype(np.int16)
_U_ROW = _CODES.astype(np.int16)
_Y_NODE = (_CODES // _STEP).astype(np.int16)
_Y_FRACTION = (_CODES % _STEP * _FRACTION).astype(np.uint16)


def _fine(coarse: F32) -> F32:
    """(node, 65, 65, 3) at every fourth U and V to (node, 256, 256, 3), linear between."""
    places = np.arange(256) / _COARSE
    mix = np.maximum(0, 1 - np.abs(places[:, None] - np.arange(coarse.shape[1]))).astype(np.float32)  # (256, 65)
    tall = np.tensordot(coarse, mix, axes=(1, 1))  # (node, v, 3, u)
    return np.ascontiguousarray(np.tensordot(tall, mix, axes=(1, 1)).transpose(0, 2, 3, 1))  # (node, u, v, 3)
