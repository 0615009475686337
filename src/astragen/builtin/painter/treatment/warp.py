"""Moving half-size planes about: the hand that is never quite true, the brush that drags paint."""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.treatment.paper import clouds
from astragen.builtin.painter.treatment.sheet import Sheet


class Warp:
    """Takes every pixel of half-size planes from somewhere near, always from the same place."""

    def __init__(self, right: F32, down: F32) -> None:
        """*right*, *down*: where to take each pixel from, relative to it; (height / 2, width / 2) px."""
        at_y, at_x = np.mgrid[0 : right.shape[0], 0 : right.shape[1]].astype(np.float32)
        self._x, self._y = (at_x + right).astype(np.float32), (at_y + down).astype(np.float32)

    def __call__(self, *planes: U8) -> list[U8]:
        """Up to four planes in one go: four channels cost no more than one."""
        packed = planes[0] if len(planes) == 1 else cv2.merge((*planes, planes[-1])[:4])
        moved = cv2.remap(packed, self._x, self._y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if len(planes) == 1:
            return [np.asarray(moved, np.uint8)]
        return [np.asarray(plane, np.uint8) for plane in cv2.split(moved)[: len(planes)]]


def wandering(sheet: Sheet, reach: float, cells: float, what: str, octaves: int = 2) -> Warp:
    """Borders that wander by about *reach* px (at 1080p), *cells* times across the width."""
    width, height = sheet.half

    def field(axis: str) -> F32:
        full = clouds(sheet, cells, what + axis, octaves=octaves)
        small = cv2.resize(full, (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(reach * sheet.scale / 2 * small, np.float32)

    return Warp(field(" right"), field(" down"))
