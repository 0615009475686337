"""Landforms: tiles of heights with their light baked in.

The baked maps are 512 x 512 (tools/bake_heightmaps.py); `rugged` makes them finer, and a
`Relief` repeats its own shapes ever finer where the camera comes close.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep
from astragen.builtin.painter.stage import Stage

_FINER = (5.3, 23.7)  # how much finer a land repeats itself: no whole ratios, so nothing lines up


@cache
def heights(name: str) -> F32:
    """The baked map *name*: (512, 512) float32 in [0, 1], tileable."""
    png = (resources.files("astragen") / "data" / "painter" / f"{name}.png").read_bytes()
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None, f"data/painter/{name}.png cannot be decoded"
    return np.asarray(picture.astype(np.float32) / np.float32(65535), np.float32)


@cache
def rugged(name: str, detail: str, amount: float, size: int = 1024) -> F32:
    """*name* with *detail* four times as fine on its slopes: (size, size) float32 in [0, 1], tileable."""
    whole = padded(heights(name))
    at = np.arange(size, dtype=np.float32) * np.float32(512 / size)
    y, x = np.meshgrid(at, at, indexing="ij")
    base = cv2.GaussianBlur(sample_padded(whole, x, y), (0, 0), 1.1)
    fine = padded(np.asarray(cv2.GaussianBlur(heights(detail), (0, 0), 0.7), np.float32))
    # Not a whole fraction of the large map's features, but a whole number of tiles: both still wrap.
    rough = sample_padded(fine, x * 4 + 131, y * 4 + 57) - 0.35
    mixed = base + amount * rough * smoothstep(0.04, 0.45, base)
    mixed -= mixed.min()
    return np.asarray(mixed / mixed.max(), np.float32)


def texels(stage: Stage) -> int:
    """Side of the maps worth making for the stage's frame: small frames show no more than the baked 512."""
    return 1024 if stage.height > 400 else 512


class Relief:
    """A tile of ground with its light: x to the right, z away, both wrapping."""

    def __init__(
        self, shape: F32, *, tile_m: float, height_m: float, light: Light, elevation: float | None = None
    ) -> None:
        """Bake light, occlusion and slope of *shape* ((n, n) heights in [0, 1]); *elevation* of the sun in radians."""
        self.tile_m, self.height_m = tile_m, height_m
        rows = shape.shape[0]
        ground = (shape * height_m).astype(np.float32)
        self.cell = tile_m / rows
        across = (np.roll(ground, -1, 1) - np.roll(ground, 1, 1)) / (2 * self.cell)
        away = (np.roll(ground, -1, 0) - np.roll(ground, 1, 0)) / (2 * self.cell)
        upright = 1 / np.sqrt(across * across + away * away + 1)
        rise = elevation if elevation is not None else float(np.clip(light.sun_y * 2.0 + 0.24, 0.26, 0.85))
        # From the side, so that slopes model; a high sun comes from behind the viewer's shoulder.
        self.sun = np.array(
            [light.side * np.cos(rise) * 0.98, np.cos(rise) * (0.2 if light.sun_y < 0.2 else -0.35), np.sin(rise)]
        ).astype(np.float32)
        facing = np.clip((-across * self.sun[0] - away * self.sun[1] + self.sun[2]) * upright, 0, 1)
        lit = facing * _sunlit(ground, self.sun, self.cell, height_m * 0.03)
        open_sky = np.clip(0.75 + (ground - _smooth(ground, rows * 0.012)) / height_m * 3.2, 0.25, 1.15)
        packed = np.dstack([lit, open_sky, upright, shape]).astype(np.float32)
        self._mean = packed.mean((0, 1))
        self._middle = float(ground.mean())
        self._levels = [padded(packed)]
        self._grounds = [padded(ground)]
        for _ in range(4):
            packed = np.asarray(cv2.resize(packed, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)
            ground = np.asarray(cv2.resize(ground, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)
            self._levels.append(padded(packed))
            self._grounds.append(padded(ground))

    def height(self, x: F32, z: F32, texels: float, rough: float = 0.0) -> F32:
        """Ground height in m at world (x, z) m, smoothed to *texels* texels of the tile a pixel.

        rough: strength of the land's own shape repeated finer, which keeps near outlines from going soft.
        """
        ground = self._height(x, z, texels)
        if rough > 0:
            fine = self._height(x * _FINER[0] + 131, z * _FINER[0], texels * _FINER[0]) - self._middle
            ground = ground + fine * (rough / _FINER[0]) * smoothstep(0.05, 0.4, ground / self.height_m)
        return np.asarray(ground, np.float32)

    def _height(self, x: F32, z: F32, texels: float) -> F32:
        level = int(np.clip(np.round(np.log2(max(texels, 1e-6))), 0, 4))
        scale = (self._grounds[level].shape[0] - 1) / self.tile_m
        return sample_padded(self._grounds[level], x * scale - 0.5, z * scale - 0.5)

    def surface(self, x: F32, z: F32, texels: F32, rough: float = 0.0) -> F32:
        """(..., 4): light, openness, upright part of the normal, height 0 to 1; each pixel at its own sharpness.

        rough: strength of the same land seen finer and finer, laid over itself: light, gullies and ledges
        that the map is too coarse to hold. Where a pixel is coarser than they are, they average out.
        """
        whole = self._surface(x, z, texels)
        for index, finer in enumerate(_FINER if rough > 0 else ()):
            if float(np.median(texels)) * finer > 7:
                break  # nothing of it would be seen
            fine = self._surface(x * finer + 131 * (index + 1), z * finer, texels * finer) - self._mean
            share = rough * (1.0, 0.7)[index]
            whole[..., 0] *= np.clip(1 + 1.5 * share * fine[..., 0], 0, 2)
            whole[..., 1:] += fine[..., 1:] * np.array([0.35, 0.40, 0.05], np.float32) * share
        return whole

    def _surface(self, x: F32, z: F32, texels: F32) -> F32:
        wanted = np.clip(np.log2(np.maximum(texels, 1e-6)), 0, 4)
        first, last = int(np.floor(wanted.min())), int(np.ceil(wanted.max()))
        total = np.zeros((*x.shape, 4), np.float32)
        for index in range(first, last + 1):
            level = self._levels[index]
            scale = (level.shape[0] - 1) / self.tile_m
            share = np.clip(1 - np.abs(wanted - index), 0, 1)
            total += sample_padded(level, x * scale - 0.5, z * scale - 0.5) * share[..., None]
        return total


def _smooth(ground: F32, sigma: float) -> F32:
    """Wrapping blur, on a quarter of the size."""
    rows = ground.shape[0]
    edge = rows // 8
    wrapped = cv2.copyMakeBorder(ground, edge, edge, edge, edge, cv2.BORDER_WRAP)
    small = cv2.resize(wrapped, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), sigma / 4), (rows + 2 * edge, rows + 2 * edge))
    return np.asarray(soft[edge : edge + rows, edge : edge + rows], np.float32)


def _sunlit(ground: F32, sun: F32, cell: float, soft: float) -> F32:
    """1 where the sun is seen, 0 where higher ground hides it: a horizon sweep in doubling steps."""
    flat = float(np.hypot(sun[0], sun[1]))
    rise = float(sun[2]) / flat
    shadow = ground.copy()
    step = 1.0
    for _ in range(8):
        across, away = round(float(sun[0]) / flat * step), round(float(sun[1]) / flat * step)
        far = float(np.hypot(across, away)) * cell
        shadow = np.maximum(shadow, np.roll(shadow, (-away, -across), (0, 1)) - rise * far)
        step *= 2
    clear = 1 - smoothstep(0, soft, shadow - ground)
    return np.asarray(cv2.GaussianBlur(clear, (0, 0), 1.0), np.float32)
