"""Massing: the boxes of a city painted in perspective, with true shadows among them.

Walls come from an atlas painted once, at the sharpness that each distance needs; light
and shade are found for a few points of a wall and spread over it. Start reading at `City`.
"""

from __future__ import annotations

import math
from functools import cache

import cv2
import numpy as np

from astragen.builtin.painter.blocks import PITCH, QUAY, STREET, Boxes, CityView, Plan, ShadowMap, lay
from astragen.builtin.painter.colour import F32, U8, mix, rgb
from astragen.builtin.painter.facades import as_bytes, daylight, facade, table
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import sample_tile, smoothstep, spectral, stable_seed

_FLOOR = 3.5  # m
_BAYS, _FLOORS, _CELL = 20, 44, 16  # of an atlas wall; px of a window's cell
_LEVELS = 4
_LAMP = "#ffa958"
_ROOF_PX = (12, 24, 48, 96)  # px a side of the pictures of roofs
_FLAT_PX = 0.5  # px a metre below which windows are not painted one by one


class Atlas:
    """Walls of every style, body and shine, at full, half, quarter and eighth sharpness."""

    def __init__(self, light: Light, seed: int) -> None:
        self._walls: list[list[tuple[U8, U8]]] = []
        size = (_BAYS * _CELL, _FLOORS * _CELL)
        for index, row in enumerate(table()["walls"]):
            random = np.random.default_rng(stable_seed("atlas", seed, index))
            made = facade(size, _FLOORS, _BAYS, row, light, random)
            pair = as_bytes(made.body), as_bytes(made.shine)
            levels = [pair]
            for _ in range(_LEVELS - 1):
                pair = _halved(pair[0]), _halved(pair[1])
                levels.append(pair)
            self._walls.append(levels)
        self.means = [(body.mean((0, 1)), shine.mean((0, 1))) for (body, shine) in (made[-1] for made in self._walls)]
        """Mean body and shine of each style, (3,) in 8-bit units."""

    def cut(self, style: int, size: tuple[float, float], px: float, luck: int) -> tuple[U8, U8]:
        """(body, shine) of a wall of *size* (wide, tall) m seen at *px* a metre; *luck* chooses the windows."""
        level = int(np.clip(math.floor(math.log2(max(_CELL / (_FLOOR * max(px, 1e-3)), 1)) + 0.35), 0, _LEVELS - 1))
        cell = _CELL >> level
        body, shine = self._walls[style][level]
        bays = int(np.clip(round(size[0] / _FLOOR), 1, _BAYS))
        floors = int(np.clip(round(size[1] / _FLOOR), 1, _FLOORS))
        x, y = luck % (_BAYS - bays + 1) * cell, luck // 7 % (_FLOORS - floors + 1) * cell
        window = (slice(y, y + floors * cell), slice(x, x + bays * cell))
        return body[window], shine[window]


def _halved(picture: U8) -> U8:
    return np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


class City:
    """A plan in its light, seen from one place: paints bands of depth."""

    def __init__(self, plan: Plan, view: CityView, light: Light, seed: int, *, is_white: bool) -> None:
        """*seed*: of the walls. *is_white*: snow lies on roofs and in the parks."""
        self.plan, self.view, self.light, self._is_white = plan, view, light, is_white
        rise = float(np.clip(0.26 + 0.95 * light.sun_y, 0.26, 0.62))
        flat = np.array([light.side * 0.94, 0.0, -0.34])
        self.sun = view.toward(np.array([flat[0] * math.cos(rise), math.sin(rise), flat[2] * math.cos(rise)]))
        ahead = 1150.0
        middle = (view.u + ahead * view.sin, view.v + ahead * view.cos)
        self.shadows = ShadowMap(plan.boxes, middle, self.sun)
        self._atlas = Atlas(light, seed)
        snow = 0.85 if is_white else 0.0
        self._roofs = [mix(colour, "#dbe2ee", snow) for colour in table()["roofs"]]
        self._flats: dict[tuple[int, tuple[int, int]], tuple[float, float, float]] = {}
        self.sky, self.key = daylight(light)

    def paint(self, picture: U8, boxes: Boxes, top: int) -> None:
        """Lay *boxes*, far ones first, on *picture*, whose first row is canvas row *top*."""
        depth = self.view.depth(*boxes.middle)
        for index in np.lexsort((boxes.base, -np.round(depth, 1))):
            self._box(picture, boxes, int(index), float(depth[index]), top)

    def _box(self, picture: U8, boxes: Boxes, index: int, depth: float, top: int) -> None:
        u0, u1, v0, v1, low, high = (float(field[index]) for field in boxes[:6])
        px, view = self.view.focal / depth, self.view
        u, v = np.array([u0, u1, u1, u0], np.float32), np.array([v0, v0, v1, v1], np.float32)
        roof, foot = (view.canvas(u, np.float32(h), v) - (0, top) for h in (high, low))
        if roof[:, 0].max() < 0 or roof[:, 0].min() > picture.shape[1] or roof[:, 1].min() > picture.shape[0]:
            return
        style, luck = int(boxes.style[index]), int(abs(u0 * 7.3 + v0 * 3.1 + low) * 10)
        normals = ((0, -1), (1, 0), (0, 1), (-1, 0))  # of the walls between corners 0-1, 1-2, 2-3, 3-0
        for side, (nu, nv) in enumerate(normals):
            first, second = (side + 1) % 4, side  # seen from outside, left to right
            if (u[side] - view.u) * nu + (v[side] - view.v) * nv >= 0:
                continue
            ends = (first, second)
            quad = np.array([roof[ends[0]], roof[ends[1]], foot[ends[1]], foot[ends[0]]])
            if quad[0, 0] > quad[1, 0]:
                ends = (second, first)
                quad = quad[[1, 0, 3, 2]]
            wide = (u1 - u0) if nv else (v1 - v0)
            where = (u[list(ends)], v[list(ends)], low, high)
            self._wall(picture, quad, (wide, high - low), where, (nu, nv), px, style, luck + side)
        if high < view.eye:
            self._roof(picture, roof, (u, v, high), px, luck)
        if boxes.crown[index]:
            self._spire(picture, roof.mean(0), px, high, luck)

    def _wall(
        self,
        picture: U8,
        quad: np.ndarray,
        size: tuple[float, float],
        where: tuple[F32, F32, float, float],
        normal: tuple[int, int],
        px: float,
        style: int,
        luck: int,
    ) -> None:
        across = float(quad[1, 0] - quad[0, 0])
        if across < 2.2 or (px < _FLAT_PX and size[1] < 60):
            self._flat(picture, quad, self._flat_wall(style, normal))
            return
        lit = self._wall_light(where, normal)
        body, shine = self._atlas.cut(style, size, px * (0.5 + 0.5 * min(1.0, across / (size[0] * px))), luck)
        light = cv2.resize(lit, body.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        texture = np.empty((*body.shape[:2], 4), np.uint8)
        texture[..., :3] = np.minimum(body * light + shine, 255)
        texture[..., 3] = 255
        lay(picture, quad, texture)

    def _flat(self, picture: U8, quad: np.ndarray, colour: tuple[float, float, float]) -> None:
        """A face too small for windows, in one *colour*, 8-bit units."""
        cv2.fillConvexPoly(picture, np.round(quad * 16).astype(np.int32), (*colour, 255.0), cv2.LINE_AA, 4)

    def _flat_wall(self, style: int, normal: tuple[int, int]) -> tuple[float, float, float]:
        if (style, normal) not in self._flats:
            facing = max(0.0, float(normal[0] * self.sun[0] + normal[1] * self.sun[2]))
            body, shine = self._atlas.means[style]
            colour = body * (self.sky * (0.72 + 0.25 * facing) + self.key * 0.8 * facing) + shine
            self._flats[style, normal] = _clipped(colour)
        return self._flats[style, normal]

    def _wall_light(self, where: tuple[F32, F32, float, float], normal: tuple[int, int]) -> F32:
        """(rows, 3 columns, 3): sky, less deep in the street; sun where no shadow reaches."""
        ends_u, ends_v, low, high = where
        rows = int(np.clip((high - low) / 4, 3, 24))
        height = np.linspace(high, low, rows, dtype=np.float32)[:, None]
        part = np.array([0.05, 0.5, 0.95], np.float32)
        u = ends_u[0] + (ends_u[1] - ends_u[0]) * part + 2.5 * normal[0]
        v = ends_v[0] + (ends_v[1] - ends_v[0]) * part + 2.5 * normal[1]
        facing = max(0.0, float(normal[0] * self.sun[0] + normal[1] * self.sun[2]))
        seen = 1 - smoothstep(-2.0, 3.0, self.shadows.reach(u, v)[None] - height)
        open_sky = 0.50 + 0.50 * smoothstep(-4, 46, height) + 0.0 * seen
        colour = self.sky * (open_sky * (0.86 + 0.3 * facing))[..., None]
        colour = (
            colour + rgb(_LAMP) * (0.85 * self.light.dark * np.exp(-np.maximum(height, 0) / 10) + 0 * seen)[..., None]
        )
        return np.asarray(colour + self.key * (seen * (0.10 + 1.0 * facing) * (facing > 0))[..., None], np.float32)

    def _roof(self, picture: U8, roof: np.ndarray, where: tuple[F32, F32, float], px: float, luck: int) -> None:
        u, v, high = where
        base = self._roofs[luck % len(self._roofs)]
        if px < _FLAT_PX:
            self._flat(picture, roof, _clipped(255 * base * (self.sky + self.key * (0.25 + 0.75 * self.sun[1]))))
            return
        # Light at a 4 x 4 grid of the roof: corner 0 to 1 along u, 0 to 3 along v.
        s, t = np.meshgrid(np.linspace(0.08, 0.92, 4), np.linspace(0.08, 0.92, 4))
        at_u, at_v = (u[0] + (u[1] - u[0]) * s).astype(np.float32), (v[0] + (v[3] - v[0]) * t).astype(np.float32)
        seen = self.shadows.seen(at_u, at_v, high)
        lit = self.sky * 1.12 + self.key * (seen * (0.25 + 0.85 * self.sun[1]))[..., None]
        side = next((size for size in _ROOF_PX if size > px * 30), _ROOF_PX[-1])
        picture_u8 = np.empty((side, side, 4), np.uint8)
        light = cv2.resize(lit.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
        if side > _ROOF_PX[0]:
            light = light * _furniture(side, luck % 24, (-int(np.sign(self.sun[0])), -int(np.sign(self.sun[2]))))
        picture_u8[..., :3] = np.clip(light * (base * 255), 0, 255)
        picture_u8[..., 3] = 255
        lay(picture, roof, picture_u8)

    def _spire(self, picture: U8, foot: np.ndarray, px: float, high: float, luck: int) -> None:
        tall = (0.07 + 0.10 * (luck % 5) / 4) * high * px
        colour = tuple((rgb("#5a6068") * (self.sky + 0.5 * self.key) * 255).clip(0, 255).tolist())
        for part, thick in ((0.45, 0.030), (1.0, 0.012)):
            tip = (round(float(foot[0]) * 16), round(float(foot[1] - tall * part) * 16))
            wide = max(1, round(thick * high * px * 0.6))
            start = (round(float(foot[0]) * 16), round(float(foot[1]) * 16))
            cv2.line(picture, start, tip, (*colour, 255.0), wide, cv2.LINE_AA, 4)

    def ground(self, x: F32, y: F32) -> F32:
        """(h, w, 3) colour of the ground at canvas pixels."""
        u, v, depth = self.view.on_ground(x, y)
        soft = np.maximum(depth / self.view.focal * 1.5, 0.25)
        off_u, off_v = (np.abs((at / PITCH + 0.5) % 1 * PITCH - PITCH / 2) for at in (u, v))
        inner = PITCH / 2 - STREET / 2
        from_kerb = np.minimum(inner + 4.5 - np.maximum(off_u, off_v), 1e6)
        block = np.clip(from_kerb / soft + 0.5, 0, 1)
        park = self.plan.park_at(u, v) * np.clip((inner - np.maximum(off_u, off_v)) / soft + 0.5, 0, 1)
        bank = self.plan.from_river(u, v)
        park = np.maximum(park, smoothstep(0, 2, bank) * smoothstep(QUAY, QUAY - 2, bank) * 0.85)
        grain = sample_tile(_tile(), u * 0.9, v * 0.9)
        albedo = mix("#43454a", "#8d887e", block) * (1 + 0.06 * grain)[..., None]
        clump = smoothstep(-0.5, 0.6, sample_tile(_tile(), u * 2.3 + 31, v * 2.3 + 17))
        green = mix("#7a8a4a", "#33512c", clump) if not self._is_white else mix("#d4dbe8", "#6a7468", clump)
        albedo = albedo + (green - albedo) * park[..., None]
        for along, across in ((u, v), (v, u)):
            off = np.abs((across / PITCH + 0.5) % 1 * PITCH)  # from the street's middle line
            off = np.minimum(off, PITCH - off)
            dash = np.exp(-((off / np.maximum(0.25, 0.4 * soft)) ** 2)) * (along % 9 < 4) * np.clip(0.5 / soft, 0, 1)
            albedo = albedo + (0.30 * dash * (1 - block))[..., None]
        shade = self.shadows.seen(u, v, 0.0, 3.0)
        colour = albedo * (self.sky * 0.72 + self.key * (shade * (0.25 + 0.85 * self.sun[1]))[..., None])
        bridge = np.clip((5.5 - np.abs(((v / PITCH / 3 + 0.5) % 1 - 0.5) * PITCH * 3 - PITCH / 2)) / soft + 0.5, 0, 1)
        water = np.clip(-bank / soft + 0.5, 0, 1) * (1 - bridge)
        colour = colour + (self._river(u, v, depth) - colour) * water[..., None]
        if self.light.dark > 0.3:
            near = smoothstep(6500, 2200, depth)  # farther ones would be finer than a pixel
            colour = colour + self._lamps(u, v, park) * ((1 - water) * near)[..., None]
        return np.asarray(colour, np.float32)

    def _river(self, u: F32, v: F32, depth: F32) -> F32:
        """Water seen from high up: the sky, paler far away, ruffled by wind."""
        light = self.light
        wave = sample_tile(_tile(), u * 0.5 + v * 0.2, v * 1.1) + 0.6 * sample_tile(_tile(), u * 1.9, v * 2.7)
        wave = wave * np.minimum(1.0, 450 / np.maximum(depth, 1)) ** 1.5  # finer than a pixel far away
        sky = mix(mix(light.zenith, light.middle, 0.6), light.low, smoothstep(300, 2600, depth))
        deep = mix(sky, "#12303a", 0.34)
        return np.asarray(
            deep * (1 + 0.07 * wave)[..., None] + light.key * (0.06 * smoothstep(0.6, 2, wave))[..., None]
        )

    def _lamps(self, u: F32, v: F32, park: F32) -> F32:
        """Pools of street light, warm, along every kerb."""
        total = np.zeros(u.shape, np.float32)
        for along, across in ((u, v), (v, u)):
            off = np.abs((across / PITCH + 0.5) % 1 * PITCH)
            off = np.minimum(off, PITCH - off)
            pools = 0.80 + 0.20 * np.cos(along * (2 * math.pi / 28))
            total += np.exp(-((off / 8.5) ** 2)) * pools
        glow = np.clip(total, 0, 1.3) * (1 - 0.6 * park) * self.light.dark
        return np.asarray(rgb(_LAMP) * (0.74 * glow)[..., None], np.float32)


def _clipped(colour: F32) -> tuple[float, float, float]:
    red, green, blue = (min(255.0, float(part)) for part in colour)
    return red, green, blue


@cache
def _tile() -> F32:
    return spectral(256, 256, seed=33, slope=1.4, low=6)


@cache
def _furniture(side: int, number: int, way: tuple[int, int]) -> F32:
    """Tone of a roof, (side, side, 1): a parapet in light, plant and hatches whose shadows lie *way*."""
    random = np.random.default_rng(number)
    edge = max(1, side // 24)
    tone = 1 + 0.05 * random.standard_normal((side, side, 1)).astype(np.float32)
    tone[:edge], tone[-edge:], tone[:, :edge], tone[:, -edge:] = (np.float32(1.22),) * 4
    far = max(1, side // 20)
    for _ in range(int(random.integers(1, 5))):
        x, y = random.integers(side // 8, max(side // 8 + 1, 5 * side // 8), 2)
        wide, tall = random.integers(max(2, side // 10), max(3, side * 5 // 16), 2)
        level = float(random.choice([0.72, 1.12, 1.25]))
        sx, sy = int(max(0, x + way[0] * far)), int(max(0, y + way[1] * far))
        tone[sy : sy + tall, sx : sx + wide] *= 0.55
        tone[y : y + tall, x : x + wide] = level
    return tone
