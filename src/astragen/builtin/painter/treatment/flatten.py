"""Flattening: texture goes, edges stay, as a painter sees with half-closed eyes.

A normalised convolution weighted by evenness (the idea of Kuwahara's filter, 1976, without
its hard choice of a sector): every pixel takes the mean of its neighbourhood, in which
calm places count far more than busy ones. Smooth in the picture, so nothing flickers.
"""

from __future__ import annotations

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import grown, mapped, table

_SHARPNESS = 3  # power of the weight: above 4 flat patches get ragged borders, below 2 edges blur
_CALM = 6.0  # variance, squared 8-bit units: below it a place counts as calm


class Flatten:
    """The flattening brush for half-size planes."""

    def __init__(self, sheet: Sheet, radius: float) -> None:
        """*radius*: of what counts as texture, px at 1080p."""
        width, height = sheet.half
        self._sigma = max(0.7, radius * sheet.scale / 4)  # half of the radius, at half the size
        self._patch = (2 * round(2.5 * self._sigma) + 1,) * 2
        reach = max(1, round(radius * sheet.scale / 2))
        self._boxes = ((2 * reach + 1, 2 * reach + 1), (3, 3))
        self._weight, self._total, self._mean, self._square, self._soft = (
            np.zeros((height, width), np.float32) for _ in range(5)
        )  # kept from frame to frame: fresh pages cost more than the sums

    def __call__(self, *planes: U8) -> list[U8]:
        """Flatten *planes* (equal sizes) by the evenness of the first."""
        self._weigh(planes[0])
        np.copyto(self._total, self._weight)
        self._gather(self._total)
        answers = []
        for plane in planes:
            np.copyto(self._soft, plane)
            cv2.multiply(self._soft, self._weight, dst=self._soft)
            self._gather(self._soft)
            cv2.divide(self._soft, self._total, dst=self._soft)
            answers.append(np.asarray(cv2.convertScaleAbs(self._soft), np.uint8))
        return answers

    def _weigh(self, plane: U8) -> None:
        """Weights from the variance about each pixel: 1 where calm, near 0 on a border."""
        np.copyto(self._square, plane)
        cv2.GaussianBlur(self._square, self._patch, self._sigma, dst=self._mean)
        cv2.multiply(self._square, self._square, dst=self._square)
        cv2.GaussianBlur(self._square, self._patch, self._sigma, dst=self._weight)
        cv2.multiply(self._mean, self._mean, dst=self._mean)
        cv2.subtract(self._weight, self._mean, dst=self._weight)
        np.maximum(self._weight, 0, out=self._weight)
        self._weight *= np.float32(1 / _CALM)
        self._weight += np.float32(1)
        cv2.pow(self._weight, -_SHARPNESS, dst=self._weight)

    def _gather(self, field: F32) -> None:
        """Sum *field* over the neighbourhood, in place: two boxes are round enough, and their cost does not grow."""
        for size in self._boxes:
            cv2.boxFilter(field, -1, size, dst=field, borderType=cv2.BORDER_REFLECT)


def detail_table(low: float, high: float) -> U8:
    """For `detailed`: differences under *low* codes go, above *high* they stay."""

    def kept(code: F32) -> F32:
        return np.asarray(128 + (code - 128) * smoothstep(low / 2, high / 2, np.abs(code - 128)), np.float32)

    return table(kept)


def detailed(y: U8, flat: U8, entries: U8) -> U8:
    """Full-size *y* without its fine texture: half-size *flat*, and what of *y* differs much from it.

    Sharp borders, lettering and thin lines come back at full size; grass and grain do not.
    """
    ground = grown(flat, y)
    difference = mapped(np.asarray(cv2.addWeighted(y, 0.5, ground, -0.5, 128), np.uint8), entries)
    return np.asarray(cv2.addWeighted(ground, 1, difference, 2, -256), np.uint8)
