"""The finishing pass: bloom, contrast, style, vignette, grain.

Once per frame, in place on its 4:2:0 planes. Curves are 256-entry tables, so a grade
costs nothing; bloom runs at a quarter of the size; grain also hides 8-bit steps.
"""

from __future__ import annotations

from typing import Protocol

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


class Treatment(Protocol):
    """What a style does to a developed frame beyond its grade, such as ink outlines on paper."""

    def __call__(self, y: U8, u: U8, v: U8, number: int) -> None:
        """Change limited-range 4:2:0 planes in place; the same for the same planes and frame *number*."""
        ...


class Finish:
    """The finishing pass for one frame size and grade."""

    def __init__(self, width: int, height: int, grade: Grade, seed: int, treatment: Treatment | None = None) -> None:
        self.grade = grade
        self._treatment = treatment
        self._tone = _tone_table(grade)
        self._tables = (
            _chroma_table(grade.saturation, -grade.warmth),
            _chroma_table(grade.saturation, grade.warmth),
        )
        self._spill = _spill_table(grade.bloom_threshold)
        self._vignette = _vignette(width, height, grade.vignette)
        self._grain = _grain(width + _GRAIN_TILE, height + _GRAIN_TILE, grade.grain, seed)
        self._seed = seed

    def __call__(self, canvas: Canvas, number: int) -> Planes:
        """Develop *canvas* as frame *number*; the planes are the canvas's own."""
        y, u, v = canvas.planes
        if self.grade.bloom > 0:
            self._bloom(y, (u, v))
        cv2.LUT(y, self._tone, dst=y)
        for plane, table in zip((u, v), self._tables, strict=True):
            cv2.LUT(plane, table, dst=plane)
        if self._treatment is not None:
            self._treatment(y, u, v, number)
        self._expose(y, number)
        return Planes(y, u, v)

    def _bloom(self, y: U8, chroma: tuple[U8, U8]) -> None:
        """Let bright parts glow: threshold at quarter size, two radii; add luma, and its colour where there is room."""
        height, width = y.shape
        size = (max(1, width // 4), max(1, height // 4))
        bright = _u8(cv2.LUT(cv2.resize(y, size, interpolation=cv2.INTER_AREA), self._spill))
        if not bright.any():
            return
        near, far = height / 240, height / 60
        glow = cv2.addWeighted(_soft(bright, near, 2), 0.5, _soft(bright, far, 4), 0.6, 0)
        full = cv2.resize(glow, (width, height), interpolation=cv2.INTER_LINEAR)
        cv2.addWeighted(y, 1, full, self.grade.bloom, 0, dst=y)
        room = _room(cv2.resize(y, size, interpolation=cv2.INTER_NEAREST)) * (self.grade.bloom * 1.4)
        carried = bright.astype(np.float32) / 255
        for plane in chroma:
            small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32) - 128
            tinge = np.round(_soft(small * carried, far, 4) * room + 128)
            wide = cv2.resize(np.clip(tinge, 0, 255).astype(np.uint8), (width // 2, height // 2))
            cv2.addWeighted(plane, 1, wide, 1, -128, dst=plane)

    def _expose(self, y: U8, number: int) -> None:
        """Vignette and grain; the result stays in limited range."""
        height, width = y.shape
        dx, dy = _scatter(self._seed, number)
        grain = self._grain[dy : dy + height, dx : dx + width]
        cv2.subtract(y, 16, dst=y)  # type: ignore[call-overload]
        cv2.multiply(y, self._vignette, scale=1 / 255, dst=y)
        cv2.addWeighted(y, 1, grain, 1, 16 - 128, dst=y)
        cv2.min(y, 235, dst=y)  # type: ignore[call-overload]
        cv2.max(y, 16, dst=y)  # type: ignore[call-overload]


def _u8(picture: object) -> U8:
    """OpenCV's answer as what it is: no copy, only the type."""
    return np.asarray(picture, np.uint8)


def _soft(picture: np.ndarray, sigma: float, divide: int) -> np.ndarray:
    """Wide blur on a copy *divide* times smaller."""
    height, width = picture.shape
    small = cv2.resize(picture, (max(1, width // divide), max(1, height // divide)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(0.6, sigma / divide))
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), picture.dtype)


def _room(luma: np.ndarray) -> F32:
    """How much of its colour a glow may add to *luma*: near white there is no room for colour."""
    return np.asarray(1 - smoothstep(175, 235, luma.astype(np.float32)), np.float32)


def _tone_table(grade: Grade) -> U8:
    """Limited-range luma -> the same: exposure, lift, contrast about 0.42, soft shoulder above 0.84."""
    x = (np.arange(256) - 16) / 219 * grade.exposure
    x = np.maximum(x + grade.lift * (1 - np.clip(x, 0, 1)), 1e-5)
    x = 0.42 * (x / 0.42) ** grade.contrast
    shoulder = 0.84
    x = np.where(x > shoulder, shoulder + (1 - shoulder) * (1 - np.exp(-(x - shoulder) / (1 - shoulder))), x)
    return np.clip(np.round(16 + 219 * x), 16, 235).astype(np.uint8)


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
