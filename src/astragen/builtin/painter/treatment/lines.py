"""Outlines: where a tone meets another, a line, without a threshold that could flicker.

The difference of two blurs of the half-size picture (Winnemöller's extended difference of
Gaussians, 2011) swings through zero at a border; grown to full size first and then bent by
a table, it gives a crisp line from a cheap picture.
"""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import grown, table

_GAIN = 4.0  # of the difference, so that eight bits hold it finely; +-32 codes are kept


class Outline:
    """A pen of one width."""

    def __init__(self, sheet: Sheet, width: float, low: float, high: float, *, colours: float = 0.0) -> None:
        """*width*: px at 1080p. *low*, *high*: differences in luma codes where ink begins and is full.

        *colours*: how much a border between colours of the same tone counts.
        """
        self._sigma = max(0.45, width * sheet.scale / 4)
        self._colours = colours
        self._around = (2 * round(2.4 * self._sigma) + 1,) * 2
        self._cover = table(lambda code: 255 * smoothstep(low, high, (128 - code) / _GAIN))

    def signed(self, half: U8, chroma: tuple[U8, U8] | None = None) -> U8:
        """Half-size signed bytes: below 128 on the dark side of a border, above it on the light side."""
        fine = cv2.GaussianBlur(half, (0, 0), self._sigma)
        wide = cv2.GaussianBlur(half, (0, 0), self._sigma * 2.2)
        answer = np.asarray(cv2.addWeighted(fine, _GAIN, wide, -_GAIN, 128), np.uint8)
        if chroma is not None and self._colours > 0:
            for plane in chroma:
                swing = cv2.absdiff(plane, cv2.boxFilter(plane, -1, self._around))
                answer = np.asarray(cv2.addWeighted(answer, 1, swing, -_GAIN * self._colours, 0), np.uint8)
        return answer

    def __call__(self, half: U8, like: U8, chroma: tuple[U8, U8] | None = None, pressure: U8 | None = None) -> U8:
        """Coverage of dark lines, 0 to 255, at the size of *like*.

        *pressure*: signed bytes about 128 that make the line swell (above) or thin out (below).
        """
        full = grown(self.signed(half, chroma), like)
        if pressure is not None:
            full = np.asarray(cv2.addWeighted(full, 1, pressure, -1, 128), np.uint8)
        return np.asarray(cv2.LUT(full, self._cover), np.uint8)


class Thin:
    """What is thin and bright on a darker ground: lettering, wires, rims of light.

    A draughtsman draws each with one stroke, not with an outline on either side.
    """

    def __init__(self, sheet: Sheet, widest: float = 12.0) -> None:
        """*widest*: strokes up to this width, px at 1080p, count as thin."""
        side = max(3, 2 * round(widest * sheet.scale / 2) + 1)
        self._widest = np.ones((side, side), np.uint8)
        near = 2 * max(1, round(3 * sheet.scale)) + 1
        self._near = np.ones((near, near), np.uint8)
        self._cover = table(lambda code: 255 * smoothstep(42, 96, code))

    def __call__(self, y: U8) -> U8:
        """Coverage of thin strokes, 0 to 255, at the size of *y*."""
        return np.asarray(cv2.LUT(cv2.morphologyEx(y, cv2.MORPH_TOPHAT, self._widest), self._cover), np.uint8)

    def instead(self, lines: U8, strokes: U8) -> U8:
        """*lines* with those about thin *strokes* (equal sizes) given up for the strokes themselves."""
        return np.asarray(cv2.max(cv2.subtract(lines, cv2.dilate(strokes, self._near)), strokes), np.uint8)
