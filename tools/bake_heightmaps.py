"""Bake the painter's heightmaps: tileable 512 x 512 heights as 16-bit PNG.

Run `python tools/bake_heightmaps.py` after changing a recipe below (about a minute);
the maps are committed, so that painting needs no erosion at run time. Offline, seeded:
the same numpy gives the same maps. Start reading at `bake`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Heights = NDArray[np.float64]  # (SIZE, SIZE), [0, 1], tileable

SIZE = 512
FOLDER = Path(__file__).parents[1] / "src" / "astragen" / "data" / "painter"
LEVELS = 4096  # of height kept: 12 bits, 0.7 m of a 3 km mountain; the PNG stays below 0.4 MB


def noise(seed: int, *, slope: float, low: float, high: float | None = None) -> Heights:
    """Tileable power-law noise, zero mean, unit deviation; *low* and *high* in cycles a tile."""
    fy = np.fft.fftfreq(SIZE)[:, None] * SIZE
    fx = np.fft.rfftfreq(SIZE)[None] * SIZE
    k = np.hypot(fy, fx)
    k[0, 0] = 1
    amplitude = k ** (-slope / 2)
    amplitude[k < low] = 0
    if high is not None:
        amplitude *= np.exp(-((k / high) ** 4))
    amplitude[0, 0] = 0
    white = np.fft.rfft2(np.random.default_rng(seed).standard_normal((SIZE, SIZE)))
    field = np.fft.irfft2(white * amplitude, s=(SIZE, SIZE))
    return np.asarray(field / field.std(), np.float64)


def sample(field: Heights, x: Heights, y: Heights) -> Heights:
    """Bilinear, wrapping sample of *field* at (x, y) px."""
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    u, v = x - left, y - top
    left, top = left % SIZE, top % SIZE
    right, bottom = (left + 1) % SIZE, (top + 1) % SIZE
    upper = field[top, left] * (1 - u) + field[top, right] * u
    lower = field[bottom, left] * (1 - u) + field[bottom, right] * u
    return np.asarray(upper * (1 - v) + lower * v, np.float64)


def warped(field: Heights, seed: int, amount: float) -> Heights:
    """*field* pushed about by large noise; *amount* in parts of the tile."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64)
    push_x, push_y = (noise(seed + i, slope=3.2, low=1, high=8) * amount * SIZE for i in (0, 1))
    return sample(field, x + push_x, y + push_y)


def unit(field: Heights) -> Heights:
    """*field* scaled to [0, 1]."""
    return np.asarray((field - field.min()) / (field.max() - field.min()), np.float64)


def ridged(seed: int, *, low: float, sharpness: float, gain: float, octaves: int = 7) -> Heights:
    """Sum of octaves whose valleys are folded up into ridges; each octave grows where the one before is high."""
    total, weight, amplitude, frequency = np.zeros((SIZE, SIZE)), np.ones((SIZE, SIZE)), 1.0, low
    for octave in range(octaves):
        wave = noise(seed * 31 + octave, slope=0.0, low=frequency * 0.6, high=frequency * 1.3)
        fold = (1 - sharpness) * (0.5 + 0.25 * wave) + sharpness * np.clip(1 - 0.8 * np.abs(wave), 0, 1) ** 1.5
        total += amplitude * fold * weight
        weight = np.clip(fold * 1.6, 0.15, 1)
        amplitude *= gain
        frequency *= 2
        if frequency > SIZE / 3:
            break
    return unit(total)


def rained_on(heights: Heights, seed: int, *, drops: int, steepness: float) -> Heights:
    """Hydraulic erosion: drops run downhill, cut where they are fast, drop silt where they slow.

    Many drops run side by side (they do not see each other's work within a step), in
    batches; *steepness* is the height of the tile in px over its relief.
    """
    inertia, capacity, settle, cut, dry, gravity, least = 0.06, 5.0, 0.22, 0.30, 0.014, 4.0, 0.004
    field = heights * steepness * SIZE
    random = np.random.default_rng(seed)
    batch = 3000
    for _ in range(drops // batch):
        x, y = random.random(batch) * SIZE, random.random(batch) * SIZE
        way_x, way_y = np.zeros(batch), np.zeros(batch)
        speed, water, silt = np.ones(batch), np.ones(batch), np.zeros(batch)
        for _ in range(64):
            here, slope_x, slope_y = _gradient(field, x, y)
            way_x = way_x * inertia - slope_x * (1 - inertia)
            way_y = way_y * inertia - slope_y * (1 - inertia)
            length = np.maximum(np.hypot(way_x, way_y), 1e-9)
            way_x, way_y = way_x / length, way_y / length
            new_x, new_y = x + way_x, y + way_y
            fall = here - sample(field, new_x, new_y)
            able = np.maximum(fall, least) * speed * water * capacity
            uphill = fall < 0
            drop = np.where(uphill, np.minimum(-fall, silt), np.maximum(silt - able, 0) * settle)
            take = np.where(uphill | (silt > able), 0, np.minimum((able - silt) * cut, np.maximum(fall, 0)))
            _spread(field, x, y, drop - take)
            silt += take - drop
            speed = np.sqrt(np.maximum(0, speed * speed + fall * gravity / 10))
            water *= 1 - dry
            x, y = new_x % SIZE, new_y % SIZE
    return unit(field)


def _gradient(field: Heights, x: Heights, y: Heights) -> tuple[Heights, Heights, Heights]:
    left, top = np.floor(x).astype(np.int64) % SIZE, np.floor(y).astype(np.int64) % SIZE
    right, bottom = (left + 1) % SIZE, (top + 1) % SIZE
    u, v = x - np.floor(x), y - np.floor(y)
    a, b, c, d = field[top, left], field[top, right], field[bottom, left], field[bottom, right]
    height = a * (1 - u) * (1 - v) + b * u * (1 - v) + c * (1 - u) * v + d * u * v
    return height, (b - a) * (1 - v) + (d - c) * v, (c - a) * (1 - u) + (d - b) * u


def _spread(field: Heights, x: Heights, y: Heights, amount: Heights) -> None:
    """Add *amount* about (x, y) with a 4 x 4 cone, so that no pits form."""
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    u, v = x - left, y - top
    for step_y in range(-1, 3):
        for step_x in range(-1, 3):
            share = np.maximum(0, 1.7 - np.hypot(step_x - u, step_y - v)) / 6.6
            np.add.at(field, ((top + step_y) % SIZE, (left + step_x) % SIZE), amount * share)


def slumped(heights: Heights, *, rounds: int, talus: float) -> Heights:
    """Thermal erosion: slopes steeper than *talus* (height a px) slide to their neighbours."""
    field = heights.copy()
    for _ in range(rounds):
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            slide = np.maximum(field - np.roll(field, step, axis) - talus, 0) * 0.09
            field = field - slide + np.roll(slide, -step, axis)
    return unit(field)


def softened(heights: Heights, sigma: float) -> Heights:
    """Gaussian blur on the torus."""
    fy, fx = np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None]
    kept = np.exp(-2 * (np.pi * sigma) ** 2 * (fy * fy + fx * fx))
    return np.asarray(np.fft.irfft2(np.fft.rfft2(heights) * kept, s=(SIZE, SIZE)), np.float64)


def alps(seed: int, low: float, sharpness: float) -> Heights:
    """High mountains: ridges, then rain, then a little scree."""
    rock = warped(ridged(seed, low=low, sharpness=sharpness, gain=0.46), seed + 50, 0.02)
    rock = softened(rock, 1.0) ** 1.15
    rock = slumped(rock, rounds=420, talus=1.5 / SIZE)  # no cliff steeper than rock stands; rain shapes it then
    rock = rained_on(rock, seed, drops=150_000, steepness=0.26)
    return slumped(rock, rounds=8, talus=2.2 / SIZE)


def hills(seed: int) -> Heights:
    """Rounded, old hills with shallow valleys."""
    land = unit(warped(noise(seed, slope=3.4, low=1.5, high=24), seed + 9, 0.03))
    land = rained_on(land, seed, drops=60_000, steepness=0.12)
    return softened(slumped(land, rounds=20, talus=0.5 / SIZE), 1.6)


def dunes(seed: int) -> Heights:
    """Sand under wind from one side: long flat windward slopes, short steep slip faces, forked crests."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64) / SIZE
    bend, swell = noise(seed, slope=3.2, low=1, high=7), noise(seed + 1, slope=3.0, low=1, high=8)

    def profile(phase: Heights, crest: float) -> Heights:
        phase = phase % 1.0
        return np.where(phase < crest, (phase / crest) ** 1.6, (1 - (phase - crest) / (1 - crest)) ** 1.15)

    large = profile(x * 5 + y * 2 + bend * 0.35, 0.70) * np.clip(0.55 + 0.35 * swell, 0.1, 1.3)
    small = profile(x * 11 - y * 4 + bend * 0.5 + swell * 0.3, 0.72) * np.clip(0.5 - 0.4 * swell, 0, 1)
    return unit(softened(large + 0.16 * small + 0.14 * swell, 1.3))


def mesas(seed: int) -> Heights:
    """Table mountains: plateaus of two heights with steep walls, talus at their feet, cut by gorges."""
    land = warped(unit(noise(seed, slope=2.9, low=1.5, high=40)), seed + 5, 0.02)

    def wall(at: float, soft: float) -> Heights:
        step = np.clip((land - at) / soft, 0, 1)
        return np.asarray(step * step * (3 - 2 * step), np.float64)

    table = 0.55 * wall(0.50, 0.035) + 0.33 * wall(0.60, 0.03) + 0.12 * wall(0.69, 0.02)
    table = unit(table + 0.10 * land)
    table = rained_on(table, seed, drops=45_000, steepness=0.16)
    return slumped(table, rounds=8, talus=5.0 / SIZE)


RECIPES: dict[str, Callable[[], Heights]] = {
    "alps_a": lambda: alps(3, 2.0, 0.60),
    "alps_b": lambda: alps(8, 2.5, 0.85),
    "alps_c": lambda: alps(21, 1.6, 0.72),
    "hills": lambda: hills(5),
    "dunes": lambda: dunes(5),
    "mesas": lambda: mesas(12),
}


def bake() -> None:
    """Write every map of RECIPES."""
    for name, make in RECIPES.items():
        heights = np.round(unit(make()) * (LEVELS - 1)) * (65535 // (LEVELS - 1))
        path = FOLDER / f"{name}.png"
        if not cv2.imwrite(str(path), heights.astype(np.uint16), [cv2.IMWRITE_PNG_COMPRESSION, 9]):
            raise OSError(f"cannot write {path}")


if __name__ == "__main__":
    bake()
