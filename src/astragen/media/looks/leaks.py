"""Light leaks: slow warm light that spills over the edges of the picture.

A few soft blobs sit just outside the left and right edge, wander along it and swell and
ebb. Their light is computed on a small field and added as a screen is, p + l - l p for
each of red, green and blue, which in planes comes to first order to
y + l_y (1 - y) and c (1 - l_y) + c_l (1 - y), c about grey. Start reading at `Leaks`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.media.colour import yuv_at
from astragen.media.looks.letterbox import Box
from astragen.model.planes import U8, Planes

F32 = NDArray[np.float32]

_CELL = 16  # luma px a field cell; the light has nothing finer
_BRIGHTEST = 1.2  # light of one blob at strength 1, just outside the edge; by eye
_FAINTEST = 0.12  # of its brightest, when it has ebbed
_PERIOD_S = (4.0, 8.0)  # of swelling; a shot of 4 s sees it change
_TINTS = np.array([[1.0, 0.42, 0.12], [1.0, 0.6, 0.22], [0.95, 0.26, 0.14]], np.float32)  # orange, amber, red; RGB

_ROOM = np.clip(235 - np.arange(256), 0, 219).astype(np.uint8)  # luma code -> what is left up to white
_DARK = np.rint(np.clip(235 - np.arange(256), 0, 219) * (255 / 219)).astype(np.uint8)  # the same in 255ths
_MIDDLE = (128 - np.rint(128 * (255 - np.arange(256)) / 255)).astype(np.uint8)  # light -> what it takes from grey


class Blob(NamedTuple):
    """One patch of light. Lengths are parts of the picture's width or height."""

    edge: float  # where it sits across: just outside 0 or 1
    place: float  # where it sits down, in the middle of its way
    phases: tuple[float, float]  # of its way and of its swelling, radians
    period_s: float
    reach: tuple[float, float]  # deviations of its bell, across and down
    tint: int  # row of _TINTS

    def at(self, seconds: float, across: F32, down: F32) -> F32:
        """Its light at a time over a field: (down, across), at most 1."""
        turn = math.tau * seconds / self.period_s
        swell = (0.5 + 0.5 * math.sin(turn + self.phases[1])) ** 2
        middle = self.place + 0.2 * math.sin(turn / math.e + self.phases[0])  # never in step with the swelling
        bells = [
            np.exp(-(((axis - at) / reach) ** 2) / 2)
            for axis, at, reach in ((across, self.edge, self.reach[0]), (down, middle, self.reach[1]))
        ]
        brightness = np.float32(_FAINTEST + (1 - _FAINTEST) * swell)
        return np.asarray(brightness * bells[1][:, None] * bells[0][None], np.float32)


def _blobs(chance: np.random.Generator) -> tuple[Blob, ...]:
    """One blob for each tint, on alternate edges."""
    first = int(chance.integers(2))
    return tuple(
        Blob(
            edge=(-0.04, 1.04)[(first + number) % 2],
            place=chance.uniform(0.15, 0.85),
            phases=(chance.uniform(0, math.tau), chance.uniform(0, math.tau)),
            period_s=chance.uniform(*_PERIOD_S),
            reach=(chance.uniform(0.14, 0.26), chance.uniform(0.3, 0.6)),
            tint=number,
        )
        for number in range(len(_TINTS))
    )


class Leaks:
    """A `Part` of looks: the leaks of one frame size and rate."""

    def __init__(self, width: int, height: int, strength: float, *, box: Box, fps: int, seed: int) -> None:
        """Place the blobs; *strength* is from 0 to 1, *box* the picture over whose edges light spills."""
        self._fps, self._strength = fps, strength
        self._blobs = _blobs(np.random.default_rng(seed))
        cells = (max(2, round(width / _CELL)), max(2, round(height / _CELL)))
        x, y = (
            (np.arange(count, dtype=np.float32) + np.float32(0.5)) * np.float32(size / count)
            for count, size in zip(cells, (width, height), strict=True)
        )
        self._across = np.asarray((x - box.left) / box.width, np.float32)
        self._down = np.asarray((y - box.top) / box.height, np.float32)

    def __call__(self, frame: Planes, number: int, out: Planes) -> None:
        """Write *frame* with the light of *number* over it into *out*, which may be *frame*."""
        height, width = frame.y.shape
        light, blue, red = self._field(number)
        half = (width // 2, height // 2)
        dark = cv2.LUT(cv2.resize(frame.y, half, interpolation=cv2.INTER_AREA), _DARK)
        grey = cv2.resize(light, half)
        rest, middle = cv2.bitwise_not(grey), cv2.LUT(grey, _MIDDLE)
        for plane, target, tint, pull in (
            (frame.u, out.u, blue, cv2.subtract),
            (frame.v, out.v, red, cv2.add),
        ):
            cv2.multiply(plane, rest, dst=target, scale=1 / 255)
            cv2.add(target, middle, dst=target)
            pull(target, cv2.multiply(cv2.resize(tint, half), dark, scale=1 / 255), dst=target)
        spilt = cv2.multiply(cv2.resize(light, (width, height)), cv2.LUT(frame.y, _ROOM), scale=1 / 255)
        cv2.add(frame.y, spilt, dst=out.y)

    def _field(self, number: int) -> tuple[U8, U8, U8]:
        """The light of frame *number* on the small field, in 255ths: its luma, and how far it pulls U down and V up."""
        seconds = number / self._fps
        rgb = np.zeros((len(self._down), len(self._across), 3), np.float32)
        for blob in self._blobs:
            rgb += blob.at(seconds, self._across, self._down)[..., None] * _TINTS[blob.tint]
        yuv = yuv_at(np.minimum(rgb * (self._strength * _BRIGHTEST), 1))
        light = np.rint((yuv[..., 0] - 16) * (255 / 219))
        blue, red = np.rint(128 - yuv[..., 1]), np.rint(yuv[..., 2] - 128)
        return tuple(np.clip(one, 0, 255).astype(np.uint8) for one in (light, blue, red))  # type: ignore[return-value]
