"""Sprites: painted pixels, packed for fast warping.

A painter hands in premultiplied sRGB floats; a sprite keeps them cropped, dithered
and packed as (Y, Cb, Cr, A) bytes, so that one 4-channel warp (the fast path of
OpenCV) moves it and one planar blend lays it on the canvas.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8, YCC, YCC_OFFSET
from astragen.builtin.painter.twin import BLOCK

_MARGIN = 2  # px of empty border kept, so that a warp never smears an edge pixel
_INVISIBLE = 1 / 512
_DITHER = 256  # px a side of the dither's tile
# Premultiplied sRGB and alpha -> Y, Cb, Cr (offsets scaled by alpha) and alpha in 8-bit units.
_PACK = np.block([[YCC, YCC_OFFSET[:, None]], [np.zeros((1, 3)), np.full((1, 1), 255.0)]]).astype(np.float32)
# sRGB light -> Y, Cb, Cr (offsets from 128) and nothing.
_PACK_LIGHT = np.block([[YCC, np.array([[0.0], [128.0], [128.0]])], [np.zeros((1, 4))]]).astype(np.float32)


class Sprite(NamedTuple):
    """Packed pixels and where they lie on the canvas.

    pixels: (h, w, 4) uint8: Y, Cb, Cr premultiplied by alpha (offsets included), alpha.
    x, y: canvas position of the top left pixel. opaque: alpha is 255 everywhere.
    light: the sprite is light to add (Cb and Cr are offsets from 128), not matter to lay over.
    cover: (h, ceil(w / 16)) uint8: 0 where 16 pixels of a row have nothing, which laying skips.
    """

    pixels: U8
    x: float
    y: float
    opaque: bool
    light: bool
    cover: U8 | None = None


def premultiply(rgb: F32, alpha: F32) -> F32:
    """(h, w, 3) or (3,) sRGB and (h, w) coverage -> (h, w, 4) premultiplied."""
    picture = np.empty((*alpha.shape, 4), np.float32)
    np.multiply(rgb, alpha[..., None], out=picture[..., :3])
    picture[..., 3] = alpha
    return picture


def over(above: F32, below: F32) -> F32:
    """Lay premultiplied (h, w, 4) *above* on *below*."""
    return above + below * (1 - above[..., 3:4])


def _bounds(visible: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(visible.any(1)), np.flatnonzero(visible.any(0))
    if rows.size == 0:
        return 0, 1, 0, 1
    height, width = visible.shape
    return (
        max(0, int(rows[0]) - _MARGIN),
        min(height, int(rows[-1]) + 1 + _MARGIN),
        max(0, int(columns[0]) - _MARGIN),
        min(width, int(columns[-1]) + 1 + _MARGIN),
    )


def cover_of(pixels: U8) -> U8:
    """Where (h, w, 4) *pixels* have something: (h, ceil(w / 16)) uint8, 0 or 255."""
    height, width = pixels.shape[:2]
    blocks = -(-width // BLOCK)
    alpha = np.zeros((height, blocks * BLOCK), np.uint8)
    alpha[:, :width] = pixels[..., 3]
    return np.asarray(alpha.reshape(height, blocks, BLOCK).max(-1), np.uint8)


@cache
def _dither_tile() -> F32:
    """Noise in [-0.5, 0.5) twice a side, the same in the three colour channels, none in alpha: (2n, 2n, 4)."""
    noise = np.random.default_rng(1).random((_DITHER, _DITHER), dtype=np.float32) - np.float32(0.5)
    return np.tile(np.dstack([noise, noise, noise, np.zeros_like(noise)]), (2, 2, 1))


def _dithered(packed: F32, seed: int) -> U8:
    """(h, w, 4) 8-bit units -> bytes, rounded after the dither; *seed* shifts its tile."""
    height, width = packed.shape[:2]
    right, down = seed * 97 % _DITHER, seed * 61 % _DITHER
    noise = _dither_tile()[down:, right:]
    pixels = np.empty((height, width, 4), np.uint8)
    for top in range(0, height, _DITHER):
        for left in range(0, width, _DITHER):
            part = packed[top : top + _DITHER, left : left + _DITHER]
            rows, columns = part.shape[:2]
            window = pixels[top : top + rows, left : left + columns]
            cv2.add(part, noise[:rows, :columns], dst=window, dtype=cv2.CV_8U)
    return pixels


def sprite(picture: F32, x: float = 0, y: float = 0, *, seed: int = 1) -> Sprite:
    """Pack premultiplied (h, w, 4) float sRGB whose top left lies at canvas (x, y)."""
    top, bottom, left, right = _bounds(picture[..., 3] > _INVISIBLE)
    part = np.clip(picture[top:bottom, left:right], 0, 1, dtype=np.float32)
    # One pass: colour and offsets from the four channels, and alpha in 8 bits. Where alpha is 0 the
    # dither rounds to nothing.
    pixels = _dithered(np.asarray(cv2.transform(part, _PACK), np.float32), seed)
    is_opaque = bool(pixels[..., 3].min() == 255)
    cover = None if is_opaque else cover_of(pixels)
    return Sprite(pixels, x + left, y + top, is_opaque, light=False, cover=cover)


def light(picture: F32, x: float = 0, y: float = 0, *, seed: int = 1) -> Sprite:
    """Pack additive (h, w, 3) float sRGB light; black adds nothing."""
    top, bottom, left, right = _bounds(picture.max(-1) > _INVISIBLE)
    part = np.clip(picture[top:bottom, left:right], 0, 1)
    is_lit = part.max(-1) > _INVISIBLE / 2
    packed = np.asarray(cv2.transform(np.asarray(part, np.float32), _PACK_LIGHT), np.float32)
    packed[..., 3] = 255 * is_lit
    pixels = _dithered(packed, seed)
    return Sprite(pixels, x + left, y + top, opaque=False, light=True, cover=cover_of(pixels))
