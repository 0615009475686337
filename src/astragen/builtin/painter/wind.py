"""Wind: pictures that sway, and how plants are set into a picture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.noise import blur, value_noise
from astragen.builtin.painter.sprite import sprite
from astragen.builtin.painter.stage import Moment, Stage


class Swaying:
    """A picture that moves in the wind: rooted where *loose* is 0, free where it is 1."""

    _DIV = 8

    def __init__(
        self,
        stage: Stage,
        picture: F32,
        z: float,
        *,
        x: float,
        y: float,
        seed: int,
        reach: float,
        loose: F32 | None = None,
        pace: float = 1.0,
    ) -> None:
        """Pack *picture* with its top left at canvas (x, y).

        Args:
            stage: where it will hang.
            picture: premultiplied (h, w, 4).
            z: distance.
            x: canvas x of its left edge.
            y: canvas y of its upper edge.
            seed: of the wind's phases.
            reach: px that its loosest parts move.
            loose: (h, w) in [0, 1]; None: grows with the square of the height over the lower edge.
            pace: 1 a breeze.
        """
        self.z = z
        self.piece = sprite(picture, x, y, seed=seed)
        height, width = picture.shape[:2]
        if loose is None:
            loose = np.repeat(np.linspace(1, 0, height, dtype=np.float32)[:, None] ** 1.6, width, 1)
        left, top = round(self.piece.x - x), round(self.piece.y - y)
        rows, columns = self.piece.pixels.shape[:2]
        cut = loose[top : top + rows, left : left + columns]
        self._size = (max(2, columns // self._DIV), max(2, rows // self._DIV))
        self._loose = np.asarray(cv2.resize(cut, self._size, interpolation=cv2.INTER_AREA), np.float32) * reach
        noise = value_noise(
            self._size[1], self._size[0], min(max(3.0, self._size[0] / 9), float(self._size[0])), seed=seed, octaves=2
        )
        across = np.linspace(0, columns / max(1.0, 260 * stage.scale), self._size[0], dtype=np.float32)
        self._phase = (9 * noise + 2.2 * across[None]).astype(np.float32)
        self._pace = pace

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Warp by the camera and the wind in one remap."""
        k, tx, ty = stage.project(self.z, moment.view)
        rows, columns = self.piece.pixels.shape[:2]
        left, top = self.piece.x * k + tx, self.piece.y * k + ty
        x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
        x1, y1 = min(canvas.width, math.ceil(left + columns * k)), min(canvas.height, math.ceil(top + rows * k))
        if x1 <= x0 or y1 <= y0:
            return
        seconds = moment.seconds * self._pace
        gust = 0.75 + 0.25 * math.sin(0.5 * seconds + 1.3)
        wave = np.sin(1.5 * seconds - self._phase) * gust + 0.35 * np.sin(3.7 * seconds - 2.3 * self._phase)
        push = np.asarray(self._loose * (wave + 0.25), np.float32)
        # Sprite pixel of each frame pixel, then the wind's offset, grown from an eighth of the size.
        size = (x1 - x0, y1 - y0)
        at_x = ((np.arange(x0, x1, dtype=np.float32) + 0.5 - left) / k)[None] - 0.5
        at_y = ((np.arange(y0, y1, dtype=np.float32) + 0.5 - top) / k)[:, None] - 0.5
        cell_x, cell_y = columns / self._size[0], rows / self._size[1]
        grow = np.array(
            [
                [1 / (k * cell_x), 0, (at_x[0, 0] + 0.5) / cell_x - 0.5],
                [0, 1 / (k * cell_y), (at_y[0, 0] + 0.5) / cell_y - 0.5],
            ],
            np.float32,
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        wind = cv2.warpAffine(push, grow, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        map_x = np.asarray(at_x - wind, np.float32)
        map_y = np.asarray(at_y - 0.12 * np.abs(wind), np.float32)
        warped = cv2.remap(self.piece.pixels, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        canvas.put(np.asarray(warped, np.uint8), x0, y0)


def framing_size(stage: Stage) -> int:
    """Height in px that a tree close to the camera is grown to."""
    return round(1.2 * stage.unit)


def hang_framing(
    stage: Stage, tree: F32, *, seed: int, into: float = 0.16, z: float = 2.4, dark: float = 0.5, side: int = 1
) -> None:
    """Hang *tree* close to the camera: dark, soft, reaching *into* the frame (widths).

    It stands at the edge away from the sun, or with *side* -1 at the other one.
    """
    tree = blur(tree * np.array([dark, dark, dark * 1.06, 1], np.float32), 2 * stage.scale)
    height, width = tree.shape[:2]
    columns = np.flatnonzero(tree[..., 3].max(0) > 0.5)
    first, last = (int(columns[0]), int(columns[-1])) if columns.size else (0, width)
    x = stage.x(1 - into) - first if stage.light.side * side < 0 else stage.x(into) - last
    y = stage.y(1.08) - height
    stage.add(Swaying(stage, tree, z, x=x, y=y, seed=seed, reach=0.010 * height, pace=0.8))


def stand(picture: F32, plant: F32, x: float, y: float) -> None:
    """Lay *plant* into *picture* (both premultiplied) with its foot at (x, y) px, clipped at the edges."""
    height, width = plant.shape[:2]
    left, top = round(x - width / 2), round(y - height)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(picture.shape[1], left + width), min(picture.shape[0], top + height)
    if x1 <= x0 or y1 <= y0:
        return
    part = plant[y0 - top : y1 - top, x0 - left : x1 - left]
    under = picture[y0:y1, x0:x1]
    under *= 1 - part[..., 3:]
    under += part


def in_air(picture: F32, air: F32, amount: float) -> F32:
    """Premultiplied *picture* behind *amount* (0 to 1) of air; *air* is (3,) or (w, 3) along its columns."""
    if air.ndim == 1:
        between = np.diag([1 - amount, 1 - amount, 1 - amount, 1]).astype(np.float32)
        between[:3, 3] = air * amount
        return np.asarray(cv2.transform(picture, between), np.float32)
    result = picture * np.array([1 - amount, 1 - amount, 1 - amount, 1], np.float32)
    result[..., :3] += (air * np.float32(amount)) * picture[..., 3:]
    return np.asarray(result, np.float32)
