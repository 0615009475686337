"""The canvas: one frame being composed, in the encoder's own form.

8-bit BT.709 limited range, 4:2:0: luma at full size, Cb and Cr at half, left-sited.
Painters never see YCbCr: they lay sprites, tint masks with a colour, add light.
"""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter import kernels
from astragen.builtin.painter.colour import F32, U8, YCC, YCC_OFFSET, Colour, rgb, ycc
from astragen.builtin.painter.sprite import Sprite
from astragen.builtin.painter.twin import LIGHT, MATTER, OPAQUE, as_bytes, halved

Affine = F32  # (2, 3): sprite pixel centres -> canvas pixel centres
_YCC_AFFINE = np.concatenate([YCC, YCC_OFFSET[:, None]], 1)


class Canvas:
    """A frame under construction; its arrays are reused from frame to frame. Width and height are even."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.y: U8 = np.full((height, width), 16, np.uint8)
        self.u: U8 = np.full((height // 2, width // 2), 128, np.uint8)
        self.v: U8 = np.full((height // 2, width // 2), 128, np.uint8)

    def clear(self) -> None:
        """Start from black: soft edges that meet must not show the frame before."""
        self.y.fill(16)
        self.u.fill(128)
        self.v.fill(128)

    @property
    def planes(self) -> tuple[U8, U8, U8]:
        """Y (height, width), Cb and Cr (height / 2, width / 2), uint8."""
        return self.y, self.u, self.v

    def lay(self, piece: Sprite, matrix: Affine, gain: float = 1.0) -> None:
        """Lay *piece* through *matrix*; *gain* scales a light, or fades matter (0 to 1)."""
        if gain <= 0:
            return
        mode = LIGHT if piece.light else OPAQUE if piece.opaque and gain >= 1 else MATTER
        self._lay(piece.pixels, piece.cover, matrix, gain, mode)

    def put(self, pixels: U8, x: int, y: int) -> None:
        """Lay (h, w, 4) packed pixels that are already warped (see Sprite.pixels) with their top left at (x, y)."""
        self._lay(np.ascontiguousarray(pixels), None, np.array([[1, 0, x], [0, 1, y]], np.float32), 1.0, MATTER)

    def tint(self, mask: U8, colour: Colour, x: int = 0, y: int = 0) -> None:
        """Lay one *colour* through *mask* ((h, w) uint8 coverage) with its top left at (x, y)."""
        for (view, part), value in zip(self._under(mask, x, y), ycc(colour), strict=False):
            kept = cv2.multiply(view, cv2.bitwise_not(part), scale=1 / 255)
            cv2.add(kept, cv2.convertScaleAbs(part, alpha=value / 255), dst=view)

    def shine(self, mask: U8, colour: Colour, x: int = 0, y: int = 0, gain: float = 1.0) -> None:
        """Add light of *colour* where *mask* ((h, w) uint8) is bright."""
        for (view, part), value in zip(self._under(mask, x, y), YCC @ rgb(colour), strict=False):
            strength = float(value) * gain / 255
            change = cv2.add if strength >= 0 else cv2.subtract
            change(view, cv2.convertScaleAbs(part, alpha=abs(strength)), dst=view)

    def blend(self, planes: tuple[U8, U8, U8], mask: U8 | None = None, x: int = 0, y: int = 0) -> None:
        """Lay ready (Y, Cb, Cr) *planes* through *mask* ((h, w) uint8), or opaque when None.

        Y is (h, w); Cb and Cr are of that size too, or, where x, y, w and h are even, of
        half of it, which saves their halving.
        """
        covers = None if mask is None else self._under(mask, x, y)
        for index, part in enumerate(planes):
            is_half = index > 0 and part.shape != planes[0].shape
            seen = self._part(index, part, x, y, is_half=is_half)
            if seen is None:
                return
            view, new = seen
            if covers is None:
                view[:] = new
            else:
                cover = covers[index][1]
                kept = cv2.multiply(view, cv2.bitwise_not(cover), scale=1 / 255)
                cv2.add(kept, cv2.multiply(new, cover, scale=1 / 255), dst=view)

    def paste(self, picture: F32, x: int = 0, y: int = 0, alpha: U8 | None = None) -> None:
        """Lay an (h, w, 3) float sRGB picture at whole pixels, through *alpha* when given."""
        packed = cv2.transform(np.ascontiguousarray(picture, np.float32), _YCC_AFFINE)
        planes = [np.clip(channel + 0.5, 0, 255).astype(np.uint8) for channel in cv2.split(packed)]
        self.blend((planes[0], planes[1], planes[2]), alpha, x, y)

    def lift(self, gain: float, luma: float, blue: float) -> None:
        """Brighten everything: luma times *gain* plus *luma*, Cb plus *blue* (8-bit units)."""
        cv2.convertScaleAbs(self.y, dst=self.y, alpha=gain, beta=luma)
        cv2.convertScaleAbs(self.u, dst=self.u, alpha=1, beta=blue)

    def _lay(self, pixels: U8, cover: U8 | None, matrix: Affine, gain: float, mode: int) -> None:
        rows, columns = pixels.shape[:2]
        (a, b, c), (d, e, f) = matrix.tolist()
        kernels.lay(*self.planes, self.width, self.height, pixels, cover, columns, rows, (a, b, c, d, e, f), gain, mode)

    def _under(self, mask: U8, x: int, y: int) -> list[tuple[U8, U8]]:
        """(part of the plane, *mask* over it at the plane's size) for each plane; none when it misses the frame."""
        luma = self._part(0, mask, x, y)
        if luma is None:
            return []
        half = self._part(1, mask, x, y)
        assert half is not None
        view, part = half
        top, left = max(0, y) // 2, max(0, x) // 2
        red = self.v[top : top + view.shape[0], left : left + view.shape[1]]
        return [luma, half, (red, part)]

    def _part(self, index: int, part: U8, x: int, y: int, *, is_half: bool = False) -> tuple[U8, U8] | None:
        """The stretch of plane *index* that *part* at (x, y) lies on, and *part* cut (and halved) to it."""
        plane = self.planes[index]
        if is_half:
            x, y = x // 2, y // 2
        height, width = plane.shape if index == 0 or is_half else (self.height, self.width)
        left, top = max(0, x), max(0, y)
        right, bottom = min(width, x + part.shape[1]), min(height, y + part.shape[0])
        if right <= left or bottom <= top:
            return None
        seen = part[top - y : bottom - y, left - x : right - x]
        if index > 0 and not is_half:
            seen = _at_half_size(seen, left, top)
            left, top = left // 2, top // 2
        return plane[top : top + seen.shape[0], left : left + seen.shape[1]], seen


def _at_half_size(part: U8, x: int, y: int) -> U8:
    """*part*, whose top left is frame pixel (x, y), as the chroma samples from (x // 2, y // 2) see it.

    What lies beyond it counts as the same at its edge: a soft mask loses nothing, and no
    seam shows where a mask ends at the frame's edge.
    """
    bottom, right = (y + part.shape[0]) & 1, (x + part.shape[1]) & 1
    around = cv2.copyMakeBorder(part, y & 1, bottom, 1 + (x & 1), right, cv2.BORDER_REPLICATE)
    return halved(as_bytes(around))
