"""From faces to a lit picture: rasterise with depth, then light each pixel once.

Faces are drawn finer than seen into buffers of albedo, normal, depth and glow; what is
nearest wins. Start reading at `picture_of`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.plot import Plot, Real
from astragen.builtin.painter.solids import Face, plane_over, plane_through
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import air_at
from astragen.builtin.painter.surfaces import Brush, paint_sheet

_FINE, _FINE_LARGE, _LARGE = (
    2.0,
    1.5,
    720,
)  # buffer pixels for each picture pixel, a side; fewer in frames above _LARGE px
_TEXELS = 0.72  # sheet pixels for each buffer pixel, a side
_SOFT = 1.8  # px of blur from which half the size is enough
_NEAREST = 1.0  # m from the camera; faces that reach nearer are not drawn
_SHELTERED = ("goods", "rings", "lantern")


class Piece(NamedTuple):
    """A lit picture: premultiplied (h, w, 4), canvas x and y of its top left, distance of its foot in m."""

    picture: F32
    x: int
    y: int
    depth: float


class _Buffer:
    """What faces are drawn into: a window of the canvas, finer than the picture that becomes of it."""

    def __init__(self, plot: Plot, window: tuple[int, int, int, int], div: int) -> None:
        """*div*: canvas px of a pixel of the picture; above 1 for what is out of focus."""
        self.plot, self.window, self.div = plot, window, div
        x0, y0, x1, y1 = window
        finer = _FINE if plot.stage.height <= _LARGE else _FINE_LARGE
        self._how = cv2.INTER_AREA if finer > _FINE_LARGE else cv2.INTER_LINEAR
        self.fine = finer / div  # buffer pixels for each canvas pixel, a side
        self.small = (-(-(x1 - x0) // div), -(-(y1 - y0) // div))
        self.size = (math.ceil(self.small[0] * finer), math.ceil(self.small[1] * finer))
        shape = self.size[::-1]
        self.albedo = np.zeros((*shape, 3), np.uint8)
        self.glow = np.zeros(shape, np.uint8)
        self.near = np.zeros(shape, np.float32)  # 1 / depth; 0 is nothing
        self.which = np.zeros(shape, np.int16)
        self.normals: list[F32] = [np.zeros(4, np.float32)]  # and whether snow never lies there

    def draw(self, made: Face, brush: Brush, number: int) -> None:
        """Paint *made*, face *number* of its thing, where nothing nearer is."""
        world = self.plot.world(made.corners)
        if world[:, 2].min() < _NEAREST:
            return
        normal = self.plot.aim(made.normal)
        toward = world.mean(0) - np.array([0, self.plot.eye, 0], np.float32)
        if float(normal @ toward) > 0:
            if not made.is_thin:
                return
            normal = -normal
        spot = (self.plot.canvas(world) - np.array(self.window[:2], np.float32)) * self.fine
        low = np.maximum(np.floor(spot.min(0)).astype(int), 0)
        high = np.minimum(np.ceil(spot.max(0)).astype(int) + 1, self.size)
        is_tiny = made.surface == "tuft" and float(np.ptp(spot[:, 1])) < 2.5 * self.fine
        if is_tiny or (high <= low).any():
            return
        plane = plane_through(spot, 1 / world[:, 2])
        if plane is None:
            return
        px = _TEXELS * self.fine * self.plot.focal / float(world[:, 2].mean())
        size = float(np.linalg.norm(made.across)), float(np.linalg.norm(made.down))
        pixels, glow = paint_sheet(made.surface, made.colour, size, px, brush.own(number))
        pixels = _cut(pixels, made)
        is_bare = made.surface in _SHELTERED
        self._lay(spot, low, high, pixels, glow, plane, made.lift, np.append(normal, np.float32(is_bare)))

    def _lay(
        self,
        spot: F32,
        low: np.ndarray,
        high: np.ndarray,
        pixels: U8,
        glow: U8 | None,
        plane: tuple[float, float, float],
        lift: float,
        normal: F32,
    ) -> None:
        rows, columns = pixels.shape[:2]
        flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32) - np.float32(0.5)  # centres
        matrix = cv2.getPerspectiveTransform(flat, (spot - low).astype(np.float32))
        extent = (int(high[0] - low[0]), int(high[1] - low[1]))
        warped = cv2.warpPerspective(pixels, matrix, extent, flags=cv2.INTER_LINEAR)
        near = plane_over(plane, low, high)
        near += lift * near * near
        window = (slice(low[1], high[1]), slice(low[0], high[0]))
        wins = (warped[..., 3] > 127) & (near > self.near[window])
        np.copyto(self.near[window], near, where=wins)
        np.copyto(self.albedo[window], warped[..., :3], where=wins[..., None])
        np.copyto(self.which[window], len(self.normals), where=wins)
        self.normals.append(normal)
        if glow is None:
            np.copyto(self.glow[window], 0, where=wins)
        else:
            self.glow[window][wins] = cv2.warpPerspective(glow, matrix, extent, flags=cv2.INTER_LINEAR)[wins]

    def lit(self, lighting: Lighting) -> F32:
        """Light every pixel and lay the air of its distance over it: premultiplied (h, w, 4)."""
        alpha = self._reduced((self.near > 0).astype(np.float32))
        share = np.maximum(alpha, 1e-3)[..., None]
        albedo = np.asarray(self._reduced(self.albedo) / (255 * share), np.float32)
        glow = np.clip(self._reduced(self.glow)[..., None] / (255 * share), 0, 1)
        near = np.asarray(self._reduced(self.near) / share[..., 0], np.float32)
        ways = np.asarray(self._reduced(np.stack(self.normals).take(self.which, axis=0)) / share, np.float32)
        normal, bare = ways[..., :3], ways[..., 3]
        depth = (1 / np.maximum(near, 1e-3)).astype(np.float32)
        world = self._world(depth)
        openness = np.asarray(self._openness(near, alpha) * _grounding(world[..., 1], normal[..., 1]), np.float32)
        colour = lighting.shade(albedo, normal, world, openness, bare)
        colour = colour + (albedo - colour) * glow
        fade = self.plot.fade(depth)[..., None] * (1 - 0.6 * glow * lighting.light.dark)
        colour = colour + (air_at(self.plot.stage, self._places()[0])[None] - colour) * fade
        picture = premultiply(np.asarray(np.clip(colour, 0, 1), np.float32), alpha)
        if self.div == 1:
            return picture
        x0, y0, x1, y1 = self.window
        grown = cv2.resize(picture, None, fx=self.div, fy=self.div, interpolation=cv2.INTER_LINEAR)
        return np.asarray(grown[: y1 - y0, : x1 - x0], np.float32)

    def _places(self) -> tuple[F32, F32]:
        """Canvas x of the picture's columns, y of its rows: at their middles."""
        columns, rows = (np.arange(count, dtype=np.float32) + np.float32(0.5) for count in self.small)
        return self.window[0] + columns * self.div, self.window[1] + rows * self.div

    def _reduced(self, plane: np.ndarray) -> F32:
        """A buffer at the picture's size, as float32."""
        # At one and a half times the size, two pixels a side weigh nearly what areas do, at a sixth of the cost.
        return np.asarray(cv2.resize(plane, self.small, interpolation=self._how), np.float32)

    def _world(self, depth: F32) -> F32:
        """Where each pixel of the picture lies: (h, w, 3) m."""
        plot = self.plot
        x, y = self._places()
        across = (x[None] - plot.stage.vanishing_x) * depth / plot.focal
        height = plot.eye - (y[:, None] - plot.horizon) * depth / plot.focal
        return np.stack([across, height, depth], -1).astype(np.float32)

    def _openness(self, near: F32, alpha: F32) -> F32:
        """How open to the sky: darker where nearer things surround a pixel (unsharp-masked depth, Luft et al. 2006)."""
        filled = np.where(alpha > 0.02, near, 0)
        typical = float(near[alpha > 0.5].mean()) if (alpha > 0.5).any() else 0.05
        sigma = max(1.0, 0.35 * self.plot.focal * typical / self.div)
        weight = blur(alpha, sigma) + 1e-3
        around = blur(np.asarray(filled, np.float32), sigma) / weight
        deeper = (around - near) / np.maximum(near, 1e-4)
        return np.asarray(np.clip(1 - 14 * np.maximum(deeper, 0), 0.45, 1), np.float32)


def _grounding(height: Real, up: Real) -> Real:
    """Walls are darker where they meet the ground."""
    return 1 - 0.28 * np.exp(-np.maximum(height, 0) / 0.35) * (up < 0.5)


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
    worlds = [plot.world(made.corners) for made in faces]
    worlds = [world for world in worlds if world[:, 2].min() >= _NEAREST]
    if not worlds:
        return None
    every = np.concatenate(worlds)
    spots = plot.canvas(every)
    x0, y0 = np.maximum(np.floor(spots.min(0)).astype(int) - 2, 0)
    x1, y1 = np.minimum(np.ceil(spots.max(0)).astype(int) + 3, (stage.canvas_width, stage.canvas_height))
    if x1 - x0 < 3 or y1 - y0 < 3:
        return None
    foot = every[every[:, 1] < every[:, 1].min() + 0.3]
    depth = float(np.median(foot[:, 2]))
    div = 2 if stage.blur_at(plot.z(depth)) > _SOFT else 1
    buffer = _Buffer(plot, (int(x0), int(y0), int(x1), int(y1)), div)
    for number, made in enumerate(faces):
        buffer.draw(made, brush, number)
    if not (buffer.near > 0).any():
        return None
    return Piece(buffer.lit(lighting), int(x0), int(y0), depth)
