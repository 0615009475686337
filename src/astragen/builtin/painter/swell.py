"""Swell: a tile of deep-water waves at any time (Tessendorf 2001).

A wind spectrum whose waves travel at their own speeds, summed by FFT; it tiles in space
and never repeats in time.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32

_GRAVITY = 9.81  # m/s^2

_STEEP = 0.26  # strength of Stokes' second order: crests sharper, troughs flatter


class Swell:
    """A square tile of waves: height, slopes and crests at any time."""

    SIZE = 128

    def __init__(self, *, tile_m: float, wind: float, height_m: float, seed: int, toward: float) -> None:
        """*toward* is the direction of travel in radians: 0 right, pi / 2 away from the viewer."""
        size = self.SIZE
        wave = (np.fft.fftfreq(size) * size * 2 * np.pi / tile_m).astype(np.float32)
        kx, kz = np.meshgrid(wave, wave)
        k = np.hypot(kx, kz)
        k[0, 0] = 1e-6
        along = (kx * math.cos(toward) + kz * math.sin(toward)) / k
        longest = wind * wind / _GRAVITY
        # Phillips' spectrum; waves against the wind damped, the shortest cut before they alias.
        power = (
            np.exp(-1 / (k * longest) ** 2) / k**4 * np.abs(along) ** 1.6 * np.exp(-((k * 0.45 * tile_m / size) ** 2))
        )
        power[along < 0] *= 0.12
        power[0, 0] = 0
        white = np.random.default_rng(seed).standard_normal((2, size, size))
        self._ahead = ((white[0] + 1j * white[1]) * np.sqrt(power / 2)).astype(np.complex64)
        self._back = np.conj(np.roll(self._ahead[::-1, ::-1], (1, 1), (0, 1)))
        self._pace = np.sqrt(_GRAVITY * k).astype(np.float32)
        self._kx, self._kz, self._k = kx, kz, k.astype(np.float32)
        still = self._ahead + self._back
        self._scale = np.float32(1 / max(float(np.fft.ifft2(still).real.std()), 1e-12))
        self._crests = np.float32(1 / max(float(np.fft.ifft2(self._k * still).real.std()), 1e-12))
        self.height_m = np.float32(height_m)

    def at(self, seconds: float) -> F32:
        """(SIZE, SIZE, 4) float32: height in m, slope across, slope away, crest sharpness in deviations."""
        turn = np.exp(1j * self._pace * np.float32(seconds)).astype(np.complex64)
        now = self._ahead * turn + self._back * np.conj(turn)
        # Two real fields ride in one complex transform.
        first = np.fft.ifft2(now + 1j * (1j * self._kx * now)) * self._scale
        second = np.fft.ifft2(1j * self._kz * now + 1j * (self._k * now))
        height = np.clip(first.real, -2.5, 4)
        sharpen = self.height_m * (1 + 2 * _STEEP * np.clip(height, -1.4, 2.5))
        return np.dstack(
            [
                self.height_m * (height + _STEEP * (height * height - 1)),
                first.imag * sharpen,
                second.real * self._scale * sharpen,
                second.imag * self._crests,
            ]
        ).astype(np.float32)


def mips(waves: F32) -> list[F32]:
    """*waves* and six halvings away from the viewer; the last ones halve across too."""
    levels = [waves]
    for index in range(6):
        tall, wide = levels[-1].shape[:2]
        size = (wide // 2 if index >= 4 else wide, tall // 2)
        levels.append(np.asarray(cv2.resize(levels[-1], size, interpolation=cv2.INTER_AREA), np.float32))
    return levels


def mip_gains(waves: F32) -> list[F32]:
    """For each level what half restores the slopes that averaging took: far water stays lively, not grainy."""
    levels = mips(waves)
    whole = float(levels[0][..., 1:3].std())
    gains = [min(2.6, math.sqrt(whole / max(float(level[..., 1:3].std()), 1e-6))) for level in levels]
    return [np.float32(gain) * np.ones(2, np.float32) for gain in gains]
