"""The light over a plot: sun or moon with true shadows, sky, and the lamps of people.

A shadow map drawn from the sun tells what it sees, so eaves, porches, fences and trees
cast true shadows on walls, roofs and lawns. Start reading at `Lighting`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, luma, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.solids import Face, plane_over, plane_through
from astragen.builtin.painter.surfaces import Brush, paint_sheet

_MAP_PX = 13.0  # shadow map pixels a metre
_SNOW = "#e9eef8"
_HOLED = ("picket", "rails", "wire", "valance")


class Lamp(NamedTuple):
    """A light of people: world position (3,) m, colour, reach in m, strength."""

    place: F32
    colour: F32
    reach: float
    strength: float


class Lighting:
    """Sun or moon, sky and lamps over a plot, with the shadows of everything given to `cast`."""

    def __init__(self, plot: Plot, light: Light, *, is_white: bool) -> None:
        self.plot, self.light, self.is_white = plot, light, is_white
        rise = float(np.clip(0.30 + 0.85 * light.sun_y, 0.30, 0.62))
        # From the side, where the picture shows the sun, and so little from behind that fronts catch raking light.
        flat = np.array([light.side * 0.955, 0, -0.297])
        self.sun: F32 = np.array([flat[0] * math.cos(rise), math.sin(rise), flat[2] * math.cos(rise)], np.float32)
        side = np.array([-self.sun[2], 0, self.sun[0]], np.float32)
        self.aside: F32 = (side / np.linalg.norm(side)).astype(np.float32)
        self._up = np.cross(self.sun, self.aside) * (1 if np.cross(self.sun, self.aside)[1] > 0 else -1)
        self._map: F32 | None = None
        self._origin = np.zeros(2, np.float32)
        self.lamps: list[Lamp] = []
        gloom = (1 - light.strength) * (1 - light.dark)
        # Walls and lawns bounce light among themselves: shade is less blue than the sky that fills it.
        shade = 0.62 * light.ambient + 0.38 * float(luma(light.ambient)) * rgb("#fff2dc")
        self.sky: F32 = np.asarray(shade * 0.98 + 0.19 * (1 - 0.74 * light.dark) + 0.24 * gloom, np.float32)
        self.key: F32 = np.asarray(light.key * (light.strength * (0.92 + 0.20 * light.dark)), np.float32)

    def cast(self, faces: Sequence[Face], brush: Brush, cutouts: Sequence[tuple[F32, F32, F32, F32]]) -> None:
        """Draw the shadow map of plot *faces* and of *cutouts* (world corner, across, down, alpha picture)."""
        quads = [self._flat(self.plot.world(made.corners)) for made in faces]
        stands = [self._flat(np.stack([c, c + a, c + a + d, c + d])) for c, a, d, _ in cutouts]
        if not quads and not stands:
            return
        every = np.concatenate(quads + stands)
        self._origin = every[:, :2].min(0) - 1
        size = np.minimum(np.ceil((every[:, :2].max(0) + 1 - self._origin) * _MAP_PX), (2600, 1400)).astype(int)
        self._map = np.full((int(size[1]), int(size[0])), -1e6, np.float32)
        for made, quad in zip(faces, quads, strict=True):
            self._fill(quad, _holes(made, brush), made)
        for quad, (_, _, _, alpha) in zip(stands, cutouts, strict=True):
            self._fill(quad, alpha, None)

    def _flat(self, world: F32) -> F32:
        """(n, 3): metres along the map's axes, metres toward the sun."""
        return np.stack([world @ self.aside, world @ self._up, world @ self.sun], -1).astype(np.float32)

    def _fill(self, quad: F32, alpha: F32 | None, made: Face | None) -> None:
        """Keep the nearest to the sun of what is drawn: one planar quad."""
        assert self._map is not None
        spot = (quad[:, :2] - self._origin) * _MAP_PX
        low, high = np.floor(spot.min(0)).astype(int), np.ceil(spot.max(0)).astype(int) + 1
        low, high = np.maximum(low, 0), np.minimum(high, self._map.shape[::-1])
        if (high <= low).any():
            return
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        if alpha is None:
            mask = np.zeros((size[1], size[0]), np.uint8)
            shape = quad[:, :2] if made is None else made.shape(quad)[:, :2]
            points = np.round(((shape - self._origin) * _MAP_PX - low) * 16).astype(np.int32)
            cv2.fillPoly(mask, [points], 255, cv2.LINE_8, 4)
            inside = mask > 0
        else:
            rows, columns = alpha.shape
            corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
            try:
                matrix = cv2.getPerspectiveTransform(corners, (spot - low).astype(np.float32))
            except cv2.error:
                return
            inside = cv2.warpPerspective(alpha, matrix, size, flags=cv2.INTER_LINEAR) > 0.5
        slope = plane_through(spot, quad[:, 2])
        if slope is None:
            return
        near = plane_over(slope, low, high)
        part = self._map[low[1] : high[1], low[0] : high[0]]
        np.copyto(part, np.maximum(part, near), where=inside)

    def seen(self, world: F32, *, bias: float = 0.10) -> F32:
        """How much of the sun is seen from *world* points (..., 3): 0 to 1."""
        if self._map is None:
            return np.ones(world.shape[:-1], np.float32)
        flat = self._flat(world.reshape(-1, 3))
        x, y = ((flat[:, i] - self._origin[i]) * _MAP_PX - 0.5 for i in range(2))
        total = np.zeros(flat.shape[0], np.float32)
        taps = ((0.7, 0.3), (-0.3, 0.7), (-0.7, -0.3), (0.3, -0.7))
        rows, columns = self._map.shape
        limit = flat[:, 2] + np.float32(bias)
        for dx, dy in taps:
            column = np.clip(np.rint(x + np.float32(dx)), 0, columns - 1).astype(np.int32)
            row = np.clip(np.rint(y + np.float32(dy)), 0, rows - 1).astype(np.int32)
            total += self._map.take(row * columns + column) <= limit
        return (total / len(taps)).reshape(world.shape[:-1]).astype(np.float32)

    def seen_from_ground(self, world: F32) -> F32:
        """`seen` for points of the ground (height 0): smooth at every distance, for the whole map is compared once."""
        if self._map is None:
            return np.ones(world.shape[:-1], np.float32)
        rows, columns = self._map.shape
        s = self._origin[0] + (np.arange(columns, dtype=np.float32) + 0.5) / _MAP_PX
        t = self._origin[1] + (np.arange(rows, dtype=np.float32) + 0.5) / _MAP_PX
        # Where the ray through (s, t) meets the ground: s side + t up + r sun has height 0.
        reach = -(s[None] * self.aside[1] + t[:, None] * self._up[1]) / self.sun[1]
        clear = (self._map <= reach + 0.10).astype(np.float32)
        soft = cv2.GaussianBlur(clear, (0, 0), 0.9)
        flat = self._flat(world.reshape(-1, 3))
        x, y = ((flat[:, i] - self._origin[i]) * _MAP_PX - 0.5 for i in range(2))
        shape = world.shape[:-1]
        maps = (x.reshape(shape).astype(np.float32), y.reshape(shape).astype(np.float32))
        found = cv2.remap(soft, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=1.0)
        return np.asarray(found, np.float32)

    def shade_ground(self, albedo: F32, world: F32, openness: F32) -> F32:
        """Colours of level ground seen in this light, without air."""
        up = np.broadcast_to(np.array([0, 1, 0], np.float32), world.shape)
        sun = float(0.22 + 0.78 * self.sun[1]) * self.seen_from_ground(world)
        sky = np.asarray(openness * (0.96 + 0.12), np.float32)
        light = cv2.transform(cv2.merge([sun, sky]), np.stack([self.key, self.sky], -1))
        return np.asarray(albedo * (light + self.lamplight(world, up)), np.float32)

    def shade(self, albedo: F32, normal: F32, world: F32, openness: F32, bare: F32) -> F32:
        """Colours of (h, w, 3) *albedo* seen in this light, without air; no snow lies where *bare* is 1."""
        up = normal[..., 1]
        if self.is_white:
            lies = smoothstep(0.30, 0.55, up + 0.10 * np.sin(world[..., 0] * 5 + world[..., 2] * 3))[..., None]
            lies = lies * (1 - bare[..., None])
            albedo = albedo + (rgb(_SNOW) - albedo) * lies
        toward = np.asarray(normal @ self.sun, np.float32)
        facing = np.clip(toward, 0, 1)
        # A wall in raking light still shows its colour: the sky near the sun is bright, too.
        wrap = np.clip(toward * 0.5 + 0.5, 0, 1)
        seen = np.zeros(toward.shape, np.float32)
        lit = toward > 0.01
        seen[lit] = self.seen(world[lit] + normal[lit] * 0.06)
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), max(0.6, 1.1 * self.plot.stage.scale)), np.float32)
        sun = (0.22 + 0.78 * facing) * seen
        sky = openness * (0.84 + 0.20 * up + 0.26 * wrap)
        ground = (rgb("#c9c4a8") if not self.is_white else rgb("#dfe6f4")) * 0.10
        bounce = np.clip(0.6 - up, 0, 1) * np.exp(-np.maximum(world[..., 1], 0) / 2.5)
        tints = np.stack([self.key, self.sky, ground * (self.key + self.sky)], -1)
        light = cv2.transform(cv2.merge([sun, sky, np.asarray(bounce, np.float32)]), tints)
        return np.asarray(albedo * (light + self.lamplight(world, normal)), np.float32)

    def lamplight(self, world: F32, normal: F32) -> F32:
        """(h, w, 3) light of all lamps; it is smooth, so it is found for every third pixel a side."""
        if not self.lamps:
            return np.zeros((1, 1, 3), np.float32)
        step = 3 if min(world.shape[:2]) > 12 else 1
        spots, facings = world[::step, ::step], normal[::step, ::step]
        ends = [(float(spots[..., i].min()), float(spots[..., i].max())) for i in range(3)]
        total = np.zeros(spots.shape, np.float32)
        for lamp in self.lamps:
            reach = 2.2 * lamp.reach
            if any(not low - reach < at < high + reach for at, (low, high) in zip(lamp.place, ends, strict=True)):
                continue
            way = lamp.place - spots
            far = np.sqrt((way * way).sum(-1)) + 0.05
            facing = np.clip((facings * way).sum(-1) / far * 0.8 + 0.25, 0, 1)
            fall = np.exp(-((far / lamp.reach) ** 2) * 1.6) * smoothstep(reach, 1.4 * lamp.reach, far)
            total += lamp.colour * (facing * fall * lamp.strength)[..., None]
        if step == 1:
            return total
        return np.asarray(cv2.resize(total, world.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _holes(made: Face, brush: Brush) -> F32 | None:
    """Coverage of a face that light falls through; None for whole ones."""
    if made.surface not in _HOLED:
        return None
    size = float(np.linalg.norm(made.across)), float(np.linalg.norm(made.down))
    pixels, _ = paint_sheet(made.surface, made.colour, size, 2 * _MAP_PX, brush)
    return np.asarray(pixels[..., 3] / np.float32(255), np.float32)
