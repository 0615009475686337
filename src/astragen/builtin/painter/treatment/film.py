"""Old film: the gate weaves, the lamp flickers, dyes have faded, dust and scratches pass."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.colour import U8
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.treatment.paper import clouds, signed
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.tones import curve, halved, mapped, saturated, shifted, toned

_FADED = ((0.0, "#2b1d16"), (0.35, "#7a5a42"), (0.7, "#cdb290"), (1.0, "#f3e6cb"))
_HOLD = 2  # frames a speck stays: a print is dirty in the printer as well as in the projector
_PERIODS = ((37.0, 0.6), (13.0, 0.3), (5.3, 0.1))  # frames, share: the weave of a worn gate
_SCRATCH_LIFE = 40  # frames between one scratch and the next on each of its tracks


class Film:
    """A projected print of some age."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        weave: float = 1.6,
        flicker: float = 0.022,
        sepia: float = 0.6,
        dust: int = 5,
        scratches: int = 2,
        softness: float = 0.8,
    ) -> None:
        """*weave*: px at 1080p. *flicker*: share of the light. *sepia*: share of dyes gone to brown.

        *dust*: specks a frame, on average. *scratches*: tracks where one may run.
        """
        self._sheet, self._weave, self._flicker = sheet, weave * sheet.scale, flicker
        self._dust, self._scratches, self._softness = dust, scratches, softness * sheet.scale
        self._tone = curve(lambda t: 0.075 + 0.86 * t**0.94)
        self._brown = toned(_FADED)
        self._sepia = sepia
        self._dyes = saturated(1 - sepia)
        self._stain = signed(clouds(sheet, 3, "stain", octaves=3), 4)

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Project the frame."""
        dx, dy = self._woven(number)
        soft = _moved(y, dx, dy)
        if self._softness > 0.3:
            soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), self._softness), np.uint8)
        aged = shifted(mapped(soft, self._tone), self._stain)
        self._lamp(aged, number)
        small = halved(aged)
        for plane, brown in ((u, self._brown[1]), (v, self._brown[2])):
            dyes = mapped(_moved(plane, dx / 2, dy / 2), self._dyes)
            np.copyto(plane, shifted(dyes, mapped(small, brown), self._sepia))
        self._scratched(aged, number)
        self._dusty(aged, number)
        np.copyto(y, np.clip(aged, 16, 235))

    def _woven(self, number: int) -> tuple[float, float]:
        phase = self._sheet.seed % 97
        x = sum(share * math.sin(2 * math.pi * (number + phase) / period) for period, share in _PERIODS)
        y = sum(share * math.sin(2 * math.pi * (number + 31 + phase) / (period * 0.81)) for period, share in _PERIODS)
        return self._weave * x * 0.6, self._weave * y

    def _lamp(self, picture: U8, number: int) -> None:
        """The lamp's unsteady light: a slow swing and a little of every frame."""
        jump = np.random.default_rng(stable_seed(self._sheet.seed, "lamp", number)).normal()
        light = 1 + self._flicker * (0.5 * math.sin(number * 0.9) + 0.5 * math.sin(number * 0.37) + 0.35 * float(jump))
        cv2.convertScaleAbs(picture, dst=picture, alpha=light)

    def _scratched(self, picture: U8, number: int) -> None:
        """Thin upright scratches that wander a little while they last."""
        _, width = picture.shape
        for track in range(self._scratches):
            turn, age = divmod(number + track * 17, _SCRATCH_LIFE)
            random = np.random.default_rng(stable_seed(self._sheet.seed, "scratch", track, turn))
            if random.random() < 0.45 or age > random.integers(8, _SCRATCH_LIFE):
                continue
            x = width * random.uniform(0.06, 0.94) + 2.5 * self._sheet.scale * math.sin(age * 0.5)
            strength = random.uniform(10, 26) * (1 if random.random() < 0.6 else -0.8)
            _scratch(picture, x, strength, max(0.6, 0.9 * self._sheet.scale))

    def _dusty(self, picture: U8, number: int) -> None:
        """Specks and hairs, other ones every other frame."""
        height, width = picture.shape
        random = np.random.default_rng(stable_seed(self._sheet.seed, "dust", number // _HOLD))
        for _ in range(int(random.poisson(self._dust))):
            at = (int(random.uniform(0, width)), int(random.uniform(0, height)))
            shade = int(random.choice([40, 40, 215]))
            if random.random() < 0.12:
                _hair(picture, at, shade, self._sheet.scale, random)
            else:
                _speck(picture, at, shade, self._sheet.scale * float(random.uniform(0.8, 3.2)), random)


def _moved(plane: U8, dx: float, dy: float) -> U8:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    size = plane.shape[1], plane.shape[0]
    return np.asarray(
        cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _scratch(picture: U8, x: float, strength: float, sigma: float) -> None:
    """Lighten or darken a column of soft profile about *x*."""
    left = max(0, int(x - 4 * sigma))
    columns = picture[:, left : int(x + 4 * sigma) + 2]
    at = np.arange(left, left + columns.shape[1], dtype=np.float32)
    ridge = np.round(strength * np.exp(-(((at - x) / sigma) ** 2))).astype(np.int16)
    columns[:] = np.clip(columns + ridge, 16, 235)


def _speck(picture: U8, at: tuple[int, int], shade: int, size: float, random: np.random.Generator) -> None:
    corners = max(5, int(5 + size))
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = size * random.uniform(0.5, 1.1, corners)
    points = np.stack([at[0] + radius * np.cos(turn), at[1] + radius * np.sin(turn)], -1)
    cv2.fillPoly(picture, [np.round(points * 16).astype(np.int32)], (shade,), cv2.LINE_AA, 4)


def _hair(picture: U8, at: tuple[int, int], shade: int, scale: float, random: np.random.Generator) -> None:
    bends = np.cumsum(random.normal(0, 0.5, 9)) + random.uniform(0, 2 * np.pi)
    steps = np.stack([np.cos(bends), np.sin(bends)], -1) * random.uniform(4, 9) * scale
    points = np.array(at) + np.cumsum(steps, 0)
    cv2.polylines(
        picture, [np.round(points * 16).astype(np.int32)], isClosed=False, color=(shade,), lineType=cv2.LINE_AA, shift=4
    )
