"""The chamber: where the camera stands in a room, and how its metres become pixels.

Room coordinates are (x, y, d): metres right of, up from and beyond the spot where people
stand; a room may be mirrored and is turned a little by the shot. Every flat part of the
shell is one picture: a plane seen by a moving camera is a homography, so corners stay
corners under every move. Start reading at `Chamber`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.noise import blur, stable_seed
from astragen.builtin.painter.sprite import Sprite, sprite
from astragen.builtin.painter.stage import Moment, Stage
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Lens, ShotSize

Real = NDArray[np.floating[Any]]

PERSON_M = 1.75
_Z = 1.4  # stage units a metre: people in a wide shot stand at z = 5
NEAREST = 0.45  # m from the lens; nothing nearer is painted


class _Frame(NamedTuple):
    """body: height of a person, frame units. feet: frame heights down. eye: m. focal: frame units for a radian."""

    body: float
    feet: float
    eye: float
    focal: float


_FRAMES = {
    ShotSize.EXTREME_WIDE: _Frame(0.38, 0.89, 1.70, 0.98),
    ShotSize.WIDE: _Frame(0.54, 0.94, 1.45, 1.14),
    ShotSize.FULL: _Frame(0.70, 0.97, 1.35, 1.28),
    ShotSize.MEDIUM: _Frame(1.05, 1.25, 1.40, 1.45),
    ShotSize.CLOSE: _Frame(2.0, 2.13, 1.50, 1.90),
    ShotSize.EXTREME_CLOSE: _Frame(3.4, 3.46, 1.60, 2.30),
}
_RISE = {Angle.LOW: 0.55, Angle.EYE: 1.0, Angle.HIGH: 1.55, Angle.AERIAL: 1.9}  # of the eye
_LENS = {Lens.WIDE: 0.88, Lens.NORMAL: 1.0, Lens.TELE: 1.35}


class Chamber:
    """The camera in a room of *size* (width, height, depth beyond the standing spot) m; sets the stage's horizon."""

    def __init__(
        self, stage: Stage, recipe: Recipe, *, size: tuple[float, float, float], turn: float, close: float = 1.0
    ) -> None:
        """*turn*: the most the room is turned, radians. *close*: how much nearer than usual people are seen."""
        frame = _FRAMES[recipe.size]
        place = np.random.default_rng(stable_seed("chamber", recipe.place_seed))
        shot = np.random.default_rng(stable_seed("chamber-shot", recipe.seed))
        self.stage, self.size = stage, size
        self.mirror = -1.0 if place.random() < 0.5 else 1.0
        close = 1 + (close - 1) * min(1.0, 0.54 / frame.body)
        self.metre = frame.body * close * stage.unit / PERSON_M
        self.focal = frame.focal * stage.unit * _LENS[recipe.lens] / close**0.35
        self.eye = min(frame.eye * _RISE[recipe.angle], 0.76 * size[1])
        level = frame.feet - frame.eye * frame.body * stage.unit / (PERSON_M * stage.height)
        level += 0.16 * (_RISE[recipe.angle] - 1) / 0.9 * (-1 if recipe.angle is not Angle.LOW else -2)
        level += (0.045 * float(shot.uniform(-1, 1)) + 0.03 * float(place.uniform(-1, 1))) * min(1.0, 0.54 / frame.body)
        self.horizon = stage.horizon = stage.y(float(np.clip(level, 0.20, 0.70)))
        self.feet = self.horizon + self.eye * self.metre
        self.away = self.focal / self.metre
        self.yaw = 1.2 * turn * float(shot.uniform(0.3, 1.0)) * float(shot.choice([-1.0, 1.0]))
        self.yaw += 0.09 * float(place.uniform(-1, 1))
        usual, now = float(place.uniform(-0.10, 0.10)), float(shot.uniform(-0.19, 0.19))
        self.aside = (usual + now) * size[0] - 0.30 * self.yaw * self.away
        stage.vanishing_x = (
            stage.canvas_width / 2 + float(shot.uniform(-0.05, 0.05) + place.uniform(-0.05, 0.05)) * stage.width
        )
        self._cos, self._sin = math.cos(self.yaw), math.sin(self.yaw)

    def z(self, depth: float) -> float:
        """Stage distance of *depth* m from the lens."""
        return max(1.2, depth * _Z)

    def aim(self, ways: Real) -> F32:
        """(..., 3) directions in the room -> directions of the camera: right, up, away."""
        x, y, d = ways[..., 0] * self.mirror, ways[..., 1], ways[..., 2]
        return np.stack([self._cos * x + self._sin * d, y, self._cos * d - self._sin * x], -1).astype(np.float32)

    def seen(self, points: Real) -> F32:
        """(..., 3) room points -> metres right of, above and away from the lens."""
        shifted = np.asarray(points, np.float32) - np.array([self.aside * self.mirror, 0, 0], np.float32)
        return np.asarray(self.aim(shifted) + np.array([0, -self.eye, self.away], np.float32), np.float32)

    def canvas(self, seen: Real) -> F32:
        """(..., 3) camera metres -> (..., 2) canvas px."""
        scale = self.focal / np.maximum(seen[..., 2], 0.3)
        spots = [self.stage.vanishing_x + seen[..., 0] * scale, self.horizon - seen[..., 1] * scale]
        return np.stack(spots, -1).astype(np.float32)


class Plane(NamedTuple):
    """A flat rectangle in the room: a corner, its two sides (room metres) and the way it faces."""

    corner: F32
    across: F32
    down: F32
    normal: F32


class Patch(NamedTuple):
    """What the canvas shows of a plane.

    x, y: canvas px of the window's top left. u, v: metres along the plane's sides for each
    pixel, (h, w). point: (h, w, 3) room metres. px: metres of one pixel there, (h, w).
    tilt: 1 / depth in m as (a, b, c) of a px + b py + c, about the vanishing point.
    cover: (h, w), 1 inside the plane's outline.
    """

    x: int
    y: int
    u: F32
    v: F32
    point: F32
    px: F32
    tilt: tuple[float, float, float]
    cover: F32


def patch_of(chamber: Chamber, plane: Plane, *, step: int = 1) -> Patch | None:
    """Find the pixels (each *step*-th) that show *plane*; None when the canvas shows nothing of it."""
    stage = chamber.stage
    corners = np.stack([plane.corner, plane.corner + plane.across, plane.corner + plane.across + plane.down,
                        plane.corner + plane.down])  # fmt: skip
    outline = _clipped(chamber.seen(corners))
    if len(outline) < 3:
        return None
    spots = chamber.canvas(outline)
    low = np.maximum(np.floor(spots.min(0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(spots.max(0)).astype(int) + 2, (stage.canvas_width, stage.canvas_height))
    if (high - low < 1).any():
        return None
    way, start = chamber.aim(plane.normal), chamber.seen(plane.corner)
    along = float(way @ start)
    if abs(along) < 1e-4:
        return None
    f = chamber.focal
    x = np.arange(low[0], high[0], step, dtype=np.float32)[None] + np.float32(0.5 * step) - stage.vanishing_x
    y = np.arange(low[1], high[1], step, dtype=np.float32)[:, None] + np.float32(0.5 * step) - chamber.horizon
    tilt = float(way[0]) / (f * along), -float(way[1]) / (f * along), float(way[2]) / along
    inverse = np.maximum(tilt[0] * x + tilt[1] * y + tilt[2], 1e-3)
    depth = (1 / inverse).astype(np.float32)
    u, v = (_along(chamber, side, start, x, y, depth) for side in (plane.across, plane.down))
    lengths = float(np.linalg.norm(plane.across)), float(np.linalg.norm(plane.down))
    point = plane.corner + u[..., None] * (plane.across / lengths[0]) + v[..., None] * (plane.down / lengths[1])
    mask = np.zeros((int(high[1] - low[1]), int(high[0] - low[0])), np.uint8)
    cv2.fillPoly(mask, [np.round((spots - low - 0.5) * 64).astype(np.int32)], 255, cv2.LINE_AA, 6)
    cover = np.asarray(mask[step // 2 :: step, step // 2 :: step] * np.float32(1 / 255), np.float32)
    cover = np.asarray(cv2.resize(cover, u.shape[1::-1]) if cover.shape != u.shape else cover, np.float32)
    return Patch(int(low[0]), int(low[1]), u, v, point.astype(np.float32), depth * np.float32(1 / f), tilt, cover)


def _along(chamber: Chamber, side: F32, start: F32, x: F32, y: F32, depth: F32) -> F32:
    """Metres along *side* from *start* of what is seen at (x, y) px off the vanishing point, *depth* m away."""
    way = chamber.aim(side / np.linalg.norm(side))
    flat = (float(way[0]) * x - float(way[1]) * y) / chamber.focal + float(way[2])
    return np.asarray(flat * depth - float(way @ start), np.float32)


def _clipped(outline: F32) -> F32:
    """The part of a polygon (camera metres) farther than NEAREST (Sutherland and Hodgman 1974)."""
    kept: list[F32] = []
    for first, second in zip(outline, np.roll(outline, -1, 0), strict=True):
        a, b = float(first[2]) - NEAREST, float(second[2]) - NEAREST
        if a >= 0:
            kept.append(first)
        if (a >= 0) != (b >= 0):
            kept.append(first + (second - first) * (a / (a - b)))
    return np.array(kept, np.float32).reshape(-1, 3)


class Sheet:
    """A painted plane under a moving camera: one homography, bounded to what the frame shows of it."""

    def __init__(self, stage: Stage, picture: F32, patch: Patch, z: float) -> None:
        """*picture*: premultiplied, as large as *patch*; *z* only orders it."""
        self.z = z
        far = 1 / max(patch.tilt[2] + patch.tilt[1] * (patch.y + patch.u.shape[0] / 2 - stage.horizon), 0.05)
        sigma = stage.blur_at(_Z * far)
        soft = blur(picture, sigma) if sigma > 0.5 else picture
        self.piece: Sprite = sprite(soft, patch.x, patch.y, seed=round(10 * z))
        self._tilt = tuple(value / _Z for value in patch.tilt)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Warp by the camera's homography and lay over."""
        matrix = self._homography(stage, moment)
        rows, columns = self.piece.pixels.shape[:2]
        corners = matrix @ np.array([[0, columns, 0, columns], [0, 0, rows, rows], [1, 1, 1, 1]])
        spots = corners[:2] / np.maximum(corners[2], 1e-6)
        left, top = (max(0, math.floor(value) - 1) for value in spots.min(1))
        right = min(canvas.width, math.ceil(spots[0].max()) + 2)
        bottom = min(canvas.height, math.ceil(spots[1].max()) + 2)
        if right <= left or bottom <= top:
            return
        moved = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ matrix
        warped = cv2.warpPerspective(self.piece.pixels, moved, (right - left, bottom - top))
        canvas.put(np.asarray(warped, np.uint8), left, top)

    def _homography(self, stage: Stage, moment: Moment) -> NDArray[np.float64]:
        """Pixel centres of the picture -> pixel centres of the frame, (3, 3)."""
        view, tall = moment.view, stage.height
        a, b, c = self._tilt
        middle, level = stage.vanishing_x - stage.ox - view.pan * tall, stage.horizon - stage.oy - view.tilt * tall
        near = np.array([a, b, c])  # 1 / z as a row over (x, y, 1) about the vanishing point
        rest = np.array([0.0, 0.0, 1.0]) - view.dolly * near
        truck, pedestal = view.truck * tall * near, view.pedestal * tall * near
        seen = np.stack(
            [
                middle * rest + view.zoom * (np.array([1.0, 0, 0]) - truck),
                level * rest + view.zoom * (np.array([0, 1.0, 0]) - pedestal),
                rest,
            ]
        )
        x, y = self.piece.x + 0.5 - stage.vanishing_x, self.piece.y + 0.5 - stage.horizon
        placed = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
        centred = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
        return np.asarray(centred @ seen @ placed, np.float64)
