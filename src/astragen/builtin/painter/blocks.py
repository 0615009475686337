"""A city's plan: blocks, parks and buildings on a grid of streets, in metres.

The place's seed decides the plan, so every shot of a place shows the same city. Heights
follow one centre, with a second, lower one beside it. Coordinates: u and v along the
streets, height up. Start reading at `Plan`.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.noise import smoothstep, stable_seed

PITCH = 84.0  # m from street to street
STREET = 22.0  # m between house fronts
QUAY = 15.0  # m of trees and walks along the river
_BLOCKS = 120  # a side
_MAP_M = 3.0  # m of a shadow map's texel
_MAP = 900  # texels a side


class Boxes(NamedTuple):
    """Upright boxes, each field (n,): edges and heights in m.

    style: number of a wall row. crown: it carries a spire.
    """

    u0: F32
    u1: F32
    v0: F32
    v1: F32
    base: F32
    top: F32
    style: np.ndarray
    crown: np.ndarray

    @property
    def middle(self) -> tuple[F32, F32]:
        """(u, v) of the boxes' middles."""
        return ((self.u0 + self.u1) / 2).astype(np.float32), ((self.v0 + self.v1) / 2).astype(np.float32)

    def picked(self, which: np.ndarray) -> Boxes:
        """The boxes that *which* (a mask or indices) names."""
        return Boxes(*(field[which] for field in self))


class Plan:
    """The plan of one city; its first centre lies at u = v = 0."""

    def __init__(self, seed: int, *, styles: int, tallest: float) -> None:
        random = np.random.default_rng(stable_seed("plan", seed))
        shape = (_BLOCKS, _BLOCKS)
        at = (np.arange(_BLOCKS) - _BLOCKS // 2) * PITCH
        self._v, self._u = (grid.astype(np.float32) for grid in np.meshgrid(at, at, indexing="ij"))
        far = np.hypot(self._u, self._v)
        second = np.hypot(self._u - float(random.choice([-1, 1])) * 1500, self._v - 700)
        self._core = np.exp(-((far / 430) ** 2)) + 0.45 * np.exp(-((second / 330) ** 2)) + 0.10 * np.exp(-far / 1500)
        self.is_park: np.ndarray = (random.random(shape) < 0.055) & (self._core < 0.7)
        self._bank = float(random.choice([-1, 1])) * float(random.uniform(430, 560)), float(random.uniform(0, 6.28))
        self._is_wet = self.from_river(self._u, self._v) < PITCH * 0.62
        self._tallest = tallest
        self.boxes = self._build(random, styles)

    def _build(self, random: np.random.Generator, styles: int) -> Boxes:
        """Every lot a building; tall ones rise in steps."""
        shape = self._u.shape
        across, along = random.integers(1, 3, shape), random.integers(1, 3, shape)
        parts = []
        for i in (0, 1):
            for j in (0, 1):
                has = (i < across) & (j < along) & ~self.is_park & ~self._is_wet
                parts.append(self._lots(random, styles, has, (i, j), (across, along)))
        lots = Boxes(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))
        tall = lots.top > 62
        steps = lots.picked(tall)
        part = random.uniform(0.42, 0.72, steps.top.size).astype(np.float32)
        inset = random.uniform(2.5, 7.0, steps.top.size).astype(np.float32)
        upper = steps._replace(
            u0=steps.u0 + inset, u1=steps.u1 - inset, v0=steps.v0 + inset, v1=steps.v1 - inset, base=steps.top * part
        )
        top, crown = lots.top.copy(), lots.crown.copy()
        top[tall], crown[tall] = steps.top * part, 0
        # Of every other tower the last part is set back once more.
        slim = (random.random(upper.top.size) < 0.55) & (upper.u1 - upper.u0 > 14) & (upper.v1 - upper.v0 > 14)
        last = upper.picked(slim)
        break_at = last.base + (last.top - last.base) * random.uniform(0.55, 0.86, last.top.size).astype(np.float32)
        inset = random.uniform(2.5, 4.5, last.top.size).astype(np.float32)
        last = last._replace(
            u0=last.u0 + inset, u1=last.u1 - inset, v0=last.v0 + inset, v1=last.v1 - inset, base=break_at
        )
        middle_top, middle_crown = upper.top.copy(), upper.crown.copy()
        middle_top[slim], middle_crown[slim] = break_at, 0
        steps_up = (lots._replace(top=top, crown=crown), upper._replace(top=middle_top, crown=middle_crown), last)
        return Boxes(*(np.concatenate(fields) for fields in zip(*steps_up, strict=True)))

    def _lots(
        self,
        random: np.random.Generator,
        styles: int,
        has: np.ndarray,
        place: tuple[int, int],
        split: tuple[np.ndarray, np.ndarray],
    ) -> Boxes:
        """The building on one lot of every block that *has* it."""
        wide = PITCH - STREET
        u, v, core = self._u[has], self._v[has], self._core[has]
        edges = []
        for start, index, count in ((u, place[0], split[0][has]), (v, place[1], split[1][has])):
            low = start - wide / 2 + wide * index / count
            edges += [low + random.uniform(0.5, 2.5, u.size), low + wide / count - random.uniform(0.5, 2.5, u.size)]
        luck = random.random(u.size)
        top = 11 + 17 * random.random(u.size) + self._tallest * core * (0.14 + 0.86 * luck**1.7)
        style = np.where(top > 90, random.integers(3, 7, u.size), random.integers(0, styles, u.size))
        crown = (random.random(u.size) < 0.55) & (top > 80)
        u0, u1, v0, v1 = (edge.astype(np.float32) for edge in edges)
        return Boxes(u0, u1, v0, v1, np.zeros(u.size, np.float32), top.astype(np.float32), style, crown)

    def from_river(self, u: F32, v: F32) -> F32:
        """Metres from the river's bank; negative in the water."""
        aside, phase = self._bank
        middle = aside + 170 * np.sin(v / 640 + phase) + 60 * np.sin(v / 230 + 2 * phase)
        return np.asarray(np.abs(u - middle) * 0.94 - 78, np.float32)

    def park_at(self, u: F32, v: F32) -> F32:
        """1 where (u, v) lies in a park's block, streets included; (...)."""
        i, j = (np.clip(np.round(at / PITCH) + _BLOCKS // 2, 0, _BLOCKS - 1).astype(np.int64) for at in (u, v))
        return np.asarray(self.is_park[j, i], np.float32)


class ShadowMap:
    """How high the shadows reach over each spot of the plan: what is lower is in shade."""

    def __init__(self, boxes: Boxes, middle: tuple[float, float], sun: F32) -> None:
        """*sun*: unit vector toward it along u, up and v. *middle*: (u, v) m of the map's centre."""
        self._origin = np.array(middle, np.float32) - _MAP * _MAP_M / 2
        self._map = np.zeros((_MAP, _MAP), np.float32)
        edges = (
            np.stack([boxes.u0 - self._origin[0], boxes.u1 - self._origin[0]], -1),
            np.stack([boxes.v0 - self._origin[1], boxes.v1 - self._origin[1]], -1),
        )
        (left, right), (low, high) = (np.clip(np.round(edge / _MAP_M), 0, _MAP).astype(int).T for edge in edges)
        for index in np.flatnonzero((right > left) & (high > low)):
            part = self._map[low[index] : high[index], left[index] : right[index]]
            np.maximum(part, boxes.top[index], out=part)
        self._heights = self._map.copy()
        flat = float(np.hypot(sun[0], sun[2]))
        fall, step = float(sun[1]) / flat * _MAP_M, 1.0
        for _ in range(7):
            across, along = float(sun[0]) / flat * step, float(sun[2]) / flat * step
            moved = np.array([[1, 0, across], [0, 1, along]], np.float32)
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            np.maximum(
                self._map, cv2.warpAffine(self._map, moved, (_MAP, _MAP), flags=flags) - fall * step, out=self._map
            )
            step *= 2

    def reach(self, u: F32, v: F32) -> F32:
        """Height in m that shadows reach at (u, v), any shape; 0 off the map."""
        maps = [
            np.atleast_2d(((at - o) / _MAP_M - 0.5).astype(np.float32))
            for at, o in zip((u, v), self._origin, strict=True)
        ]
        found = cv2.remap(self._map, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
        return np.asarray(found, np.float32).reshape(np.shape(u))

    def height(self, u: F32, v: F32) -> F32:
        """Height in m of what stands at (u, v), (n,)."""
        column, row = (((at - o) / _MAP_M).astype(np.int64) for at, o in zip((u, v), self._origin, strict=True))
        inside = (column >= 0) & (row >= 0) & (column < _MAP) & (row < _MAP)
        found = self._heights[np.where(inside, row, 0), np.where(inside, column, 0)]
        return np.asarray(np.where(inside, found, 0), np.float32)

    def seen(self, u: F32, v: F32, height: F32 | float, soft: float = 4.0) -> F32:
        """How much of the sun is seen at *height* m over (u, v), 0 to 1."""
        return 1 - smoothstep(0.5, 0.5 + soft, self.reach(u, v) - height)


class CityView:
    """Where the camera is over the plan: u, v, height in m, heading; metres to canvas pixels and back."""

    def __init__(
        self, spot: tuple[float, float, float], heading: float, focal: float, horizon: float, middle: float
    ) -> None:
        self.u, self.v, self.eye = spot
        self.focal, self.horizon, self.middle = focal, horizon, middle
        self.cos, self.sin = float(np.cos(heading)), float(np.sin(heading))

    def depth(self, u: F32, v: F32) -> F32:
        """Metres away from the camera along its axis."""
        return np.asarray((u - self.u) * self.sin + (v - self.v) * self.cos, np.float32)

    def canvas(self, u: F32, height: F32, v: F32) -> F32:
        """(..., 2) canvas px."""
        scale = self.focal / np.maximum(self.depth(u, v), 1.0)
        across = (u - self.u) * self.cos - (v - self.v) * self.sin
        return np.stack([self.middle + across * scale, self.horizon + (self.eye - height) * scale], -1).astype(
            np.float32
        )

    def on_ground(self, x: F32, y: F32) -> tuple[F32, F32, F32]:
        """(u, v, depth) of the ground at canvas px below the horizon."""
        depth = self.eye * self.focal / np.maximum(y - self.horizon, 0.3)
        across = (x - self.middle) * depth / self.focal
        u = self.u + across * self.cos + depth * self.sin
        v = self.v - across * self.sin + depth * self.cos
        return u.astype(np.float32), v.astype(np.float32), depth.astype(np.float32)

    def toward(self, way: F32) -> F32:
        """A direction (right, up, away) of the camera as (u, up, v)."""
        right, up, away = (float(part) for part in way)
        return np.array([right * self.cos + away * self.sin, up, away * self.cos - right * self.sin], np.float32)


def lay(picture: U8, quad: np.ndarray, texture: U8) -> None:
    """Warp (h, w, 4) premultiplied *texture* onto *quad* (top left, top right, bottom right, bottom left), in place."""
    low = np.maximum(np.floor(quad.min(0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(quad.max(0)).astype(int) + 1, picture.shape[1::-1])
    if (high - low < 1).any():
        return
    height, width = texture.shape[:2]
    corners = np.array(
        [[-0.5, -0.5], [width - 0.5, -0.5], [width - 0.5, height - 0.5], [-0.5, height - 0.5]], np.float32
    )
    # A third of a pixel wider than it is, so that what lies behind does not show along shared edges.
    middle = quad.mean(0)
    grown = quad + 0.35 * np.sign(quad - middle) - 0.5
    matrix = cv2.getPerspectiveTransform(corners, (grown - low).astype(np.float32))
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    warped = cv2.warpPerspective(texture, matrix, size, flags=cv2.INTER_LINEAR)
    part = picture[low[1] : high[1], low[0] : high[0]]
    rest = cv2.bitwise_not(cv2.extractChannel(warped, 3))
    cv2.add(cv2.multiply(part, cv2.merge([rest] * 4), scale=1 / 255), warped, dst=part)
