"""Streams of cars in the streets below: bodies by day, lamps by night, seen from high up."""

from __future__ import annotations

import math

import numpy as np

from astragen.builtin.painter.blocks import PITCH
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, rgb
from astragen.builtin.painter.facades import table
from astragen.builtin.painter.massing import City
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.stage import Moment, Stage

_CARS = 260
_REACH_M = 1500.0  # beyond, cars are too small to see
_LONG_M = 4.6


class Streams:
    """Cars on both sides of every street near the camera, hidden where buildings stand before them."""

    def __init__(self, stage: Stage, city: City, nearest: float, metre_z: float, seed: int) -> None:
        random = np.random.default_rng(stable_seed("streams", seed))
        self._city, self._metre_z, self._nearest = city, metre_z, nearest
        self.z = nearest * metre_z * 0.72  # over the nearest band; each car is moved at its own distance
        view = city.view
        middle_u, middle_v = view.u + 0.6 * _REACH_M * view.sin, view.v + 0.6 * _REACH_M * view.cos
        self._is_along_u = random.random(_CARS) < 0.5
        cross = np.where(self._is_along_u, middle_v, middle_u) + random.uniform(-0.8, 0.8, _CARS) * _REACH_M
        way = np.where(random.random(_CARS) < 0.5, 1.0, -1.0)
        lane = np.where(self._is_along_u, way, -way) * 2.6
        self._cross = (np.round(cross / PITCH - 0.5) + 0.5) * PITCH + lane
        self._start = np.where(self._is_along_u, middle_u, middle_v) + random.uniform(-1, 1, _CARS) * _REACH_M
        self._speed = way * random.uniform(8, 14, _CARS)
        colours = np.stack([rgb(colour) for colour in table()["cars"]])
        lit = city.sky + city.key * 0.7
        self._bodies = np.clip(colours * lit, 0, 1)[random.integers(0, len(colours), _CARS)]
        self._is_dark = stage.light.dark > 0.4

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw every car that no building hides."""
        view = self._city.view
        along = self._start + self._speed * moment.seconds
        u = np.where(self._is_along_u, along, self._cross).astype(np.float32)
        v = np.where(self._is_along_u, self._cross, along).astype(np.float32)
        depth = view.depth(u, v)
        spots = view.canvas(u, np.float32(0.7), v)
        shown = (depth > self._nearest * 0.9) & (depth < _REACH_M) & self._is_free(u, v, depth)
        toward = self._speed * np.where(self._is_along_u, view.sin, view.cos) < 0
        for index in np.flatnonzero(shown):
            k, tx, ty = stage.project(float(depth[index]) * self._metre_z, moment.view)
            px = view.focal / float(depth[index]) * k
            x, y = float(spots[index, 0]) * k + tx, float(spots[index, 1]) * k + ty
            if -20 < x < canvas.width + 20 and -20 < y < canvas.height + 20:
                clear = math.exp(-float(depth[index]) * stage.light.haze / 2150)
                self._draw_car(canvas, (x, y), px, int(index), bool(toward[index]), clear)

    def _draw_car(
        self, canvas: Canvas, spot: tuple[float, float], px: float, index: int, is_coming: bool, clear: float
    ) -> None:
        """One car at canvas *spot*, *px* a metre; *clear*: what the air leaves of it."""
        colour: Colour = self._bodies[index]
        x, y = int(spot[0]) - 8, int(spot[1]) - 8
        if self._is_dark:
            canvas.shine(_dot(spot, 2.2 * px), "#ffe2b0" if is_coming else "#ff4a30", x, y, 0.85 * clear)
        else:
            canvas.tint(_dot(spot, _LONG_M * 0.42 * px, clear), colour, x, y)

    def _is_free(self, u: F32, v: F32, depth: F32) -> np.ndarray:
        """Whether there is a street at (u, v), and nothing between it and the camera."""
        view, shadows = self._city.view, self._city.shadows
        free = self._city.plan.from_river(u, v) > 2
        for step in range(1, 12):
            part = np.float32(1 - 12.0 * step / np.maximum(depth, 1))  # 12 m nearer with each step
            at_u, at_v = view.u + (u - view.u) * part, view.v + (v - view.v) * part
            free &= shadows.height(at_u, at_v) < view.eye * (1 - part) + 1
        return free


def _dot(spot: tuple[float, float], radius: float, strength: float = 1.0) -> U8:
    """A soft disc of *radius* px on a 17 x 17 mask, at the fraction of a pixel of *spot*."""
    y, x = np.mgrid[-8:9, -8:9].astype(np.float32)
    far = np.hypot(x - (spot[0] - int(spot[0])), (y - (spot[1] - int(spot[1]))) * 1.3)
    cover = np.clip(max(0.55, radius) - far + 0.5, 0, 1) * min(1.0, 0.25 + radius)
    return np.asarray(np.clip(cover * (255 * strength), 0, 255), np.uint8)
