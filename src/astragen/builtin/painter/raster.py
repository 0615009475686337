"""From faces to a lit picture: rasterise with depth, then light each pixel once.

Faces are drawn twice as fine into buffers of albedo, normal, depth and glow; a shadow
map drawn from the sun tells which pixels it sees. So eaves, porches, fences and trees
cast true shadows on walls, roofs and lawns. Start reading at `Lighting` and `picture_of`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import blur, smoothstep
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.solids import Face
from astragen.builtin.painter.stage import air_at
from astragen.builtin.painter.surfaces import Brush, paint_sheet

_FINE = 2  # buffer pixels for each picture pixel, a side
_TEXELS = 1.4  # sheet pixels for each picture pixel, a side
_NEAREST = 1.0  # m from the camera; faces that reach nearer are not drawn
_MAP_PX = 13.0  # shadow map pixels a metre
_SNOW = "#e9eef8"


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
        # From the side and a little from behind the viewer, so that fronts catch raking light.
        flat = np.array([light.side * 0.93, 0, -0.36]) / math.hypot(0.93, 0.36)
        self.sun: F32 = np.array([flat[0] * math.cos(rise), math.sin(rise), flat[2] * math.cos(rise)], np.float32)
        side = np.array([-self.sun[2], 0, self.sun[0]], np.float32)
        self._side = side / np.linalg.norm(side)
        self._up = np.cross(self.sun, self._side) * (1 if np.cross(self.sun, self._side)[1] > 0 else -1)
        self._map: F32 | None = None
        self._origin = np.zeros(2, np.float32)
        self.lamps: list[Lamp] = []
        gloom = (1 - light.strength) * (1 - light.dark)
        self.sky: F32 = light.ambient * 0.82 + 0.13 * (1 - 0.85 * light.dark) + 0.26 * gloom
        self.key: F32 = light.key * (light.strength * (0.86 - 0.10 * light.dark))

    def cast(self, faces: Sequence[Face], brush: Brush, cutouts: Sequence[tuple[F32, F32, F32, F32]]) -> None:
        """Draw the shadow map of plot *faces* and of *cutouts* (world corner, across, down, alpha picture)."""
        quads = [self._flat(self.plot.world(_corners(made))) for made in faces]
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
        return np.stack([world @ self._side, world @ self._up, world @ self.sun], -1).astype(np.float32)

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
            shape = _outline(quad, made)[:, :2]
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
        slope = _plane(spot, quad[:, 2])
        if slope is None:
            return
        y, x = np.mgrid[low[1] : high[1], low[0] : high[0]].astype(np.float32) + 0.5
        near = slope[0] * x + slope[1] * y + slope[2]
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
        for dx, dy in taps:
            column = np.clip(np.round(x + dx), 0, columns - 1).astype(np.int32)
            row = np.clip(np.round(y + dy), 0, rows - 1).astype(np.int32)
            total += self._map[row, column] <= flat[:, 2] + bias
        return (total / len(taps)).reshape(world.shape[:-1]).astype(np.float32)

    def shade(self, albedo: F32, normal: F32, world: F32, openness: F32) -> F32:
        """Colours of (..., 3) *albedo* seen in this light, without air."""
        up = normal[..., 1]
        if self.is_white:
            lies = smoothstep(0.30, 0.55, up + 0.10 * np.sin(world[..., 0] * 5 + world[..., 2] * 3))[..., None]
            albedo = albedo + (rgb(_SNOW) - albedo) * lies
        toward = np.asarray(normal @ self.sun, np.float32)
        facing = np.clip(toward, 0, 1)
        # A wall in raking light still shows its colour: the sky near the sun is bright, too.
        wrap = np.clip(toward * 0.5 + 0.5, 0, 1)
        seen = np.zeros(toward.shape, np.float32)
        lit = toward > 0.01
        seen[lit] = self.seen(world[lit] + normal[lit] * 0.06)
        sun = self.key * ((0.22 + 0.78 * facing) * seen)[..., None]
        sky = self.sky * (openness * (0.74 + 0.22 * up + 0.24 * wrap))[..., None]
        ground = (rgb("#c9c4a8") if not self.is_white else rgb("#dfe6f4")) * 0.10
        bounce = ground * (self.key + self.sky) * (np.clip(0.6 - up, 0, 1) * np.exp(-np.maximum(world[..., 1], 0) / 2.5))[..., None]
        return np.asarray(albedo * (sun + sky + bounce + self.lamplight(world, normal)), np.float32)

    def lamplight(self, world: F32, normal: F32) -> F32:
        """(..., 3) light of all lamps."""
        total = np.zeros(world.shape, np.float32)
        for lamp in self.lamps:
            way = lamp.place - world
            far = np.sqrt((way * way).sum(-1)) + 0.05
            facing = np.clip((normal * way).sum(-1) / far * 0.8 + 0.25, 0, 1)
            fall = np.exp(-((far / lamp.reach) ** 2) * 1.6) * smoothstep(2.2 * lamp.reach, 1.4 * lamp.reach, far)
            total += lamp.colour * (facing * fall * lamp.strength)[..., None]
        return total


class Piece(NamedTuple):
    """A lit picture: premultiplied (h, w, 4), canvas x and y of its top left, distance of its foot in m."""

    picture: F32
    x: int
    y: int
    depth: float


def _corners(made: Face) -> F32:
    """Top left, top right, bottom right, bottom left: (4, 3)."""
    c, a, d = made.corner, made.across, made.down
    return np.stack([c, c + a, c + a + d, c + d]).astype(np.float32)


def _outline(quad: F32, made: Face | None) -> F32:
    """The corners of a face's true shape, from those of its rectangle."""
    if made is None or not made.outline:
        return quad
    return np.stack([quad[0] + (quad[1] - quad[0]) * u + (quad[3] - quad[0]) * v for u, v in made.outline])


_HOLED = ("picket", "rails", "wire", "valance", "tuft", "flowers")


def _holes(made: Face, brush: Brush) -> F32 | None:
    """Coverage of a face that light falls through; None for whole ones."""
    if made.surface not in _HOLED:
        return None
    size = float(np.linalg.norm(made.across)), float(np.linalg.norm(made.down))
    pixels, _ = paint_sheet(made.surface, made.colour, size, 2 * _MAP_PX, brush, made.extra)
    return np.asarray(pixels[..., 3] / np.float32(255), np.float32)


def _plane(spots: F32, values: F32) -> F32 | None:
    """(a, b, c) with value = a x + b y + c through four planar points; None when they are one line."""
    matrix = np.column_stack([spots, np.ones(len(spots))]).astype(np.float64)
    if abs(np.linalg.det(matrix[:3])) < 1e-6:
        return None
    return np.asarray(np.linalg.lstsq(matrix, values.astype(np.float64), rcond=None)[0], np.float64)


class _Buffer:
    """What faces are drawn into: a window of the canvas, twice as fine."""

    def __init__(self, plot: Plot, window: tuple[int, int, int, int]) -> None:
        self.plot, self.window = plot, window
        x0, y0, x1, y1 = window
        self.size = ((x1 - x0) * _FINE, (y1 - y0) * _FINE)
        shape = self.size[::-1]
        self.albedo = np.zeros((*shape, 3), np.uint8)
        self.glow = np.zeros(shape, np.uint8)
        self.near = np.zeros(shape, np.float32)  # 1 / depth; 0 is nothing
        self.which = np.zeros(shape, np.int16)
        self.normals: list[F32] = [np.zeros(3, np.float32)]

    def draw(self, made: Face, brush: Brush) -> None:
        """Paint *made* where nothing nearer is."""
        world = self.plot.world(_corners(made))
        if world[:, 2].min() < _NEAREST:
            return
        normal = self.plot.aim(made.normal)
        toward = world.mean(0) - np.array([0, self.plot.eye, 0], np.float32)
        if float(normal @ toward) > 0:
            if not made.is_thin:
                return
            normal = -normal
        spot = (self.plot.canvas(world) - np.array(self.window[:2], np.float32)) * _FINE
        low = np.maximum(np.floor(spot.min(0)).astype(int), 0)
        high = np.minimum(np.ceil(spot.max(0)).astype(int) + 1, self.size)
        if (high <= low).any():
            return
        plane = _plane(spot, 1 / world[:, 2])
        if plane is None:
            return
        px = _TEXELS * self.plot.focal / float(world[:, 2].mean())
        size = float(np.linalg.norm(made.across)), float(np.linalg.norm(made.down))
        pixels, glow = paint_sheet(made.surface, made.colour, size, px, brush, made.extra)
        pixels = _cut(pixels, made)
        self._lay(spot, low, high, pixels, glow, plane, made.lift, normal)

    def _lay(
        self, spot: F32, low: np.ndarray, high: np.ndarray, pixels: U8, glow: U8 | None, plane: F32, lift: float, normal: F32
    ) -> None:
        rows, columns = pixels.shape[:2]
        flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
        matrix = cv2.getPerspectiveTransform(flat, (spot - low).astype(np.float32))
        extent = (int(high[0] - low[0]), int(high[1] - low[1]))
        warped = cv2.warpPerspective(pixels, matrix, extent, flags=cv2.INTER_LINEAR)
        y, x = np.mgrid[low[1] : high[1], low[0] : high[0]].astype(np.float32) + 0.5
        near = (plane[0] * x + plane[1] * y + plane[2]).astype(np.float32)
        near += lift * near * near
        window = (slice(low[1], high[1]), slice(low[0], high[0]))
        wins = (warped[..., 3] > 127) & (near > self.near[window])
        self.near[window][wins] = near[wins]
        self.albedo[window][wins] = warped[wins][:, :3]
        self.which[window][wins] = len(self.normals)
        self.normals.append(normal)
        if glow is None:
            self.glow[window][wins] = 0
        else:
            self.glow[window][wins] = cv2.warpPerspective(glow, matrix, extent, flags=cv2.INTER_LINEAR)[wins]

    def lit(self, lighting: Lighting) -> F32:
        """Light every pixel and lay the air of its distance over it: premultiplied (h, w, 4)."""
        x0, y0, x1, y1 = self.window
        size = (x1 - x0, y1 - y0)
        cover = (self.near > 0).astype(np.float32)
        alpha = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)
        share = np.maximum(alpha, 1e-3)[..., None]
        normals = np.stack(self.normals)[self.which]
        albedo = cv2.resize(self.albedo, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255 / share
        normal = cv2.resize(normals, size, interpolation=cv2.INTER_AREA) / share
        near = cv2.resize(self.near, size, interpolation=cv2.INTER_AREA) / share[..., 0]
        glow = (cv2.resize(self.glow, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255)[..., None] / share
        depth = 1 / np.maximum(near, 1e-3)
        y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32) + 0.5
        plot = self.plot
        across = (x - plot.stage.vanishing_x) * depth / plot.focal
        height = plot.eye - (y - plot.horizon) * depth / plot.focal
        world = np.stack([across, height, depth], -1).astype(np.float32)
        openness = self._openness(near, alpha, plot.focal) * (1 - 0.28 * np.exp(-np.maximum(height, 0) / 0.35) * (normal[..., 1] < 0.5))
        colour = lighting.shade(np.asarray(albedo, np.float32), np.asarray(normal, np.float32), world, openness)
        colour = colour + (albedo - colour) * np.clip(glow, 0, 1)
        fade = plot.fade(depth)[..., None] * (1 - 0.6 * np.clip(glow, 0, 1) * lighting.light.dark)
        colour = colour + (air_at(plot.stage, x[0])[None] - colour) * fade
        return np.dstack([np.clip(colour, 0, 1) * alpha[..., None], alpha]).astype(np.float32)

    def _openness(self, near: F32, alpha: F32, focal: float) -> F32:
        """How open each pixel is to the sky: darker where nearer things surround it (unsharp-masked depth, Luft 2006)."""
        filled = np.where(alpha > 0.02, near, 0)
        typical = float(near[alpha > 0.5].mean()) if (alpha > 0.5).any() else 0.05
        sigma = max(1.0, 0.35 * focal * typical)
        weight = blur(alpha, sigma) + 1e-3
        around = blur(np.asarray(filled, np.float32), sigma) / weight
        deeper = (around - near) / np.maximum(near, 1e-4)
        return np.asarray(np.clip(1 - 14 * np.maximum(deeper, 0), 0.45, 1), np.float32)


def _cut(pixels: U8, made: Face) -> U8:
    """Clear what lies outside the face's outline."""
    if not made.outline:
        return pixels
    rows, columns = pixels.shape[:2]
    mask = np.zeros((rows, columns), np.uint8)
    points = np.round(np.array(made.outline) * (columns, rows) * 16).astype(np.int32)
    cv2.fillPoly(mask, [points], 255, cv2.LINE_AA, 4)
    pixels[..., 3] = np.minimum(pixels[..., 3], mask)
    return pixels


def picture_of(plot: Plot, faces: Sequence[Face], brush: Brush, lighting: Lighting) -> Piece | None:
    """Draw and light *faces* (plot coordinates) as one picture; None when the canvas shows nothing of them."""
    stage = plot.stage
    worlds = [plot.world(_corners(made)) for made in faces]
    worlds = [world for world in worlds if world[:, 2].min() >= _NEAREST]
    if not worlds:
        return None
    every = np.concatenate(worlds)
    spots = plot.canvas(every)
    x0, y0 = np.maximum(np.floor(spots.min(0)).astype(int) - 2, 0)
    x1, y1 = np.minimum(np.ceil(spots.max(0)).astype(int) + 3, (stage.canvas_width, stage.canvas_height))
    if x1 - x0 < 3 or y1 - y0 < 3:
        return None
    buffer = _Buffer(plot, (int(x0), int(y0), int(x1), int(y1)))
    for made in faces:
        buffer.draw(made, brush)
    if not (buffer.near > 0).any():
        return None
    foot = every[every[:, 1] < every[:, 1].min() + 0.3]
    return Piece(buffer.lit(lighting), int(x0), int(y0), float(np.median(foot[:, 2])))
