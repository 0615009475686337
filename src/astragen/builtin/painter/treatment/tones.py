"""Tones: 256-entry tables for limited-range planes, and the light of large areas.

A tone is a luma code; tables are built from functions on [0, 1] (0 black, 1 white), so
that a look is written as one writes a curve and costs one look-up a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.colour import F32, U8, YCC, YCC_OFFSET, Colour, ramp
from astragen.builtin.painter.noise import smoothstep

_HALVINGS = 4  # the light of large areas is taken at 1/16 of the size


def tones() -> F32:
    """The tone in [0, 1] of each of the 256 luma codes."""
    return np.clip((np.arange(256, dtype=np.float32) - 16) / 219, 0, 1).astype(np.float32)


def curve(function: Callable[[F32], F32]) -> U8:
    """Table luma code -> luma code of *function* on tones in [0, 1]."""
    return np.clip(np.round(16 + 219 * function(tones())), 16, 235).astype(np.uint8)


def table(function: Callable[[F32], NDArray[np.floating[Any]]]) -> U8:
    """Table byte -> byte of *function* on 0 to 255: for masks and signed bytes about 128."""
    return np.clip(np.round(function(np.arange(256, dtype=np.float32))), 0, 255).astype(np.uint8)


def toned(stops: Sequence[tuple[float, Colour]]) -> tuple[U8, U8, U8]:
    """Tables luma code -> Y, Cb, Cr of a ramp of colours (dark to light), mixed in OKLab."""
    packed = ramp(stops, tones()) @ YCC.T + YCC_OFFSET
    y, u, v = (np.clip(np.round(packed[:, i]), 16, 240).astype(np.uint8) for i in range(3))
    return np.minimum(y, 235), u, v


def saturated(factor: float, *, reach: float = 112.0) -> U8:
    """Table that scales chroma about 128 by *factor* and bends it softly before *reach*."""
    return table(lambda code: 128 + reach * np.tanh((code - 128) * factor / reach))


def stairs(levels: int, softness: float) -> Callable[[F32], F32]:
    """Tones gathered on *levels* steps; *softness* of a step's width is slope, so edges never flicker."""

    def stepped(tone: F32) -> F32:
        at = tone * (levels - 1)
        low = np.floor(at)
        return np.asarray(
            (low + smoothstep(0.5 - softness / 2, 0.5 + softness / 2, at - low)) / (levels - 1), np.float32
        )

    return stepped


def sigmoid(slope: float, middle: float) -> Callable[[F32], F32]:
    """An S-shaped tone curve of *slope* at *middle* that keeps black and white."""

    def bent(tone: F32) -> F32:
        low, high = np.tanh(-slope * middle), np.tanh(slope * (1 - middle))
        return np.asarray((np.tanh(slope * (tone - middle)) - low) / (high - low), np.float32)

    return bent


def evened(y: U8, amount: float, middle: int = 118) -> U8:
    """*y* with *amount* of the light of large areas taken out: a night can be drawn as well as a noon.

    *middle* is the luma code that areas move to. Smooth in place and in the picture, so it never pumps.
    """
    height, width = y.shape
    small = y
    for _ in range(_HALVINGS):  # in steps of two, which is the fast path
        small = halved(small)
    light = cv2.GaussianBlur(small.astype(np.float32), (0, 0), max(1.0, small.shape[0] / 5))
    change = np.clip(np.round(128 + amount * (middle - light)), 0, 255).astype(np.uint8)
    return shifted(y, cv2.resize(change, (width, height), interpolation=cv2.INTER_LINEAR))


def shifted(plane: U8, change: U8 | cv2.typing.MatLike, strength: float = 1.0) -> U8:
    """*plane* plus *strength* times a signed byte plane about 128."""
    return np.asarray(cv2.addWeighted(plane, 1, change, strength, -128 * strength), np.uint8)


def mapped(plane: U8, entries: U8) -> U8:
    """*plane* through a 256-entry table."""
    return np.asarray(cv2.LUT(plane, entries), np.uint8)


def scaled(plane: U8, gain: U8, *, one: int) -> U8:
    """*plane* times a byte plane that counts *one* as 1."""
    return np.asarray(cv2.multiply(plane, gain, scale=1 / one), np.uint8)


def weakened(plane: U8, gain: U8, *, one: int = 128) -> U8:
    """*plane* with its darkness (distance from white) multiplied by a byte plane that counts *one* as 1."""
    return np.asarray(cv2.bitwise_not(scaled(np.asarray(cv2.bitwise_not(plane), np.uint8), gain, one=one)), np.uint8)


def mixed(below: U8, above: U8, cover: U8) -> U8:
    """*above* over *below* through *cover* (0 to 255)."""
    kept = cv2.multiply(below, cv2.bitwise_not(cover), scale=1 / 255)
    return np.asarray(cv2.add(kept, cv2.multiply(above, cover, scale=1 / 255)), np.uint8)


def halved(plane: U8) -> U8:
    """Half the size each way, by the mean (a quarter of a chroma pixel off the left-sited place: unseen)."""
    height, width = plane.shape
    size = (max(1, width // 2), max(1, height // 2))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def grown(plane: U8, like: U8) -> U8:
    """*plane* at the size of *like*, bilinear."""
    height, width = like.shape
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
