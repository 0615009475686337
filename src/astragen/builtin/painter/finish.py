"""The finishing pass: bloom, contrast, style, vignette, grain; then 4:2:0.

One pass per frame on 8-bit planes. Curves are 256-entry tables, so a style costs
nothing; bloom runs at a quarter of the size; grain also hides 8-bit steps.
"""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import Field

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.noise import smoothstep
from astragen.model.base import Model
from astragen.model.planes import Planes

_GRAIN_TILE = 64  # px of slack around the frame, so that every frame reads grain elsewhere


class Grade(Model):
    """How the finished picture is developed; styles are rows of these (data/painter/styles.json)."""

    exposure: float = 1.0
    contrast: float = Field(1.08, description="Slope about mid grey (0.42, gamma-encoded).")
    lift: float = Field(0.0, description="Added to black.")
    saturation: float = 1.0
    warmth: float = Field(0.0, description="Shift from blue to orange, 8-bit chroma units.")
    bloom: float = Field(0.5, description="Strength of the glow around lights.")
    bloom_threshold: float = Field(0.70, description="Luma in [0, 1] above which light spills.")
    vignette: float = Field(0.34, description="Darkening of the corners.")
    grain: float = Field(1.5, description="Standard deviation, 8-bit units.")


class Finish:
    """The finishing pass for one frame size and grade."""

    def __init__(self, width: int, height: int, grade: Grade, seed: int) -> None:
        self.grade = grade
        self._tone = _tone_table(grade)
        self._blue = _chroma_table(grade.saturation, -grade.warmth)
        self._red = _chroma_table(grade.saturation, grade.warmth)
        self._spill = _spill_table(grade.bloom_threshold)
        self._vignette = _vignette(width, height, grade.vignette)
        self._grain = _grain(width + _GRAIN_TILE, height + _GRAIN_TILE, grade.grain, seed)
        self._seed = seed

    def __call__(self, canvas: Canvas, number: int) -> Planes:
        """Develop *canvas* as frame *number*; the canvas is used up."""
        y, u, v = canvas.planes
        if self.grade.bloom > 0:
            self._bloom(y, u, v)
        y = _u8(cv2.multiply(cv2.LUT(y, self._tone), self._vignette, scale=1 / 255))
        height, width = y.shape
        dx, dy = _scatter(self._seed, number)
        grain = self._grain[dy : dy + height, dx : dx + width]
        y = _u8(cv2.addWeighted(y, 1, grain, 1, 16 - 128))  # the tone table counts from black: back to limited range
        np.clip(y, 16, 235, out=y)
        return Planes(y, _halve(_u8(cv2.LUT(u, self._blue))), _halve(_u8(cv2.LUT(v, self._red))))

    def _bloom(self, y: U8, u: U8, v: U8) -> None:
        """Let bright parts glow: threshold at quarter size, two radii, add luma and its colour."""
        height, width = y.shape
        size = (max(1, width // 4), max(1, height // 4))
        bright = cv2.LUT(cv2.resize(y, size, interpolation=cv2.INTER_AREA), self._spill)
        near, far = height / 240, height / 60
        glow = cv2.addWeighted(cv2.GaussianBlur(bright, (0, 0), near), 0.5, _soft(bright, far), 0.6, 0)
        full = cv2.resize(glow, (width, height), interpolation=cv2.INTER_LINEAR)
        cv2.addWeighted(y, 1, full, self.grade.bloom, 0, dst=y)
        for plane in (u, v):
            small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32) - 128
            tinted = _soft(small * (bright.astype(np.float32) / 255), far) * (self.grade.bloom * 1.4)
            lifted = cv2.resize(tinted + 128, (width, height), interpolation=cv2.INTER_LINEAR)
            cv2.addWeighted(plane, 1, np.clip(lifted, 0, 255).astype(np.uint8), 1, -128, dst=plane)


def _u8(picture: object) -> U8:
    """OpenCV's answer as what it is: no copy, only the type."""
    return np.asarray(picture, np.uint8)


def _soft(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Wide blur on a further reduced copy."""
    height, width = picture.shape
    small = cv2.resize(picture, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(0.6, sigma / 4))
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), picture.dtype)


def _tone_table(grade: Grade) -> U8:
    """Limited-range luma -> luma above black (0-219): exposure, lift, contrast about 0.42, soft shoulder above 0.84."""
    x = (np.arange(256) - 16) / 219 * grade.exposure
    x = np.maximum(x + grade.lift * (1 - np.clip(x, 0, 1)), 1e-5)
    x = 0.42 * (x / 0.42) ** grade.contrast
    shoulder = 0.84
    x = np.where(x > shoulder, shoulder + (1 - shoulder) * (1 - np.exp(-(x - shoulder) / (1 - shoulder))), x)
    return np.clip(np.round(219 * x), 0, 219).astype(np.uint8)


def _chroma_table(saturation: float, shift: float) -> U8:
    return np.clip(np.round(128 + (np.arange(256) - 128) * saturation + shift), 16, 240).astype(np.uint8)


def _spill_table(threshold: float) -> U8:
    x = (np.arange(256) - 16) / 219
    return np.clip(np.round(smoothstep(threshold, 1.0, x) * x * 200), 0, 255).astype(np.uint8)


def _vignette(width: int, height: int, strength: float) -> U8:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = np.hypot((x / width - 0.5) * 1.05, (y / height - 0.5) * 0.95) * 2
    return _u8(np.round(255 * (1 - strength * smoothstep(0.55, 1.5, radius))).astype(np.uint8))


def _grain(width: int, height: int, deviation: float, seed: int) -> U8:
    noise = np.random.default_rng(seed).standard_normal((height, width), np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 0.7)
    return _u8(np.clip(np.round(128 + soft / soft.std() * deviation), 0, 255).astype(np.uint8))


def _scatter(seed: int, number: int) -> tuple[int, int]:
    """Where frame *number* reads the grain tile: far apart for neighbours (Knuth's multiplier)."""
    mixed = ((number + seed) * 2654435761) & 0xFFFFFFFF
    return (mixed >> 8) % _GRAIN_TILE, (mixed >> 20) % _GRAIN_TILE


_SITED = np.array([0.25, 0.5, 0.25], np.float32)  # left-sited chroma: H.264's default, ITU-T H.273 type 0


def _halve(plane: U8) -> U8:
    """4:4:4 -> 4:2:0 with left-sited chroma: [1 2 1]/4 across, the mean of two rows down."""
    across = cv2.sepFilter2D(plane, cv2.CV_8U, _SITED, np.ones(1, np.float32), borderType=cv2.BORDER_REPLICATE)
    height, width = plane.shape
    even = cv2.resize(across, (width // 2, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def as_rgb(planes: Planes) -> F32:
    """Planes -> (h, w, 3) float sRGB in [0, 1]: for posters, tests and looking."""
    height, width = planes.y.shape
    y = (planes.y.astype(np.float32) - 16) / 219
    u, v = (
        (cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32) - 128) / 224
        for plane in (planes.u, planes.v)
    )
    red = y + 1.5748 * v
    green = y - 0.1873 * u - 0.4681 * v
    blue = y + 1.8556 * u
    return np.clip(np.dstack([red, green, blue]), 0, 1).astype(np.float32)
