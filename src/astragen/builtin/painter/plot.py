"""A plot of land in metres: where the camera stands, how metres become pixels, the ground itself.

Plot coordinates are (x, y, d): metres right, up and away from the spot where people
stand. The plot is turned a little, so that rows of houses run into depth toward the
light; plots are laid out for light from the right and mirrored for the other. A flat
ground seen by a moving camera is a homography, so the ground is one picture and still
shears truly under every move.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.noise import stable_seed
from astragen.builtin.painter.sprite import sprite
from astragen.builtin.painter.stage import Moment, Stage, Stand, air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Lens, ShotSize

Real = NDArray[np.floating[Any]]

_PERSON_M = 1.75
_Z = 0.6  # stage units a metre: people in a wide shot stand at z = 5
GROUND_Z = 46.0  # the ground lies before what is farther and under what is nearer


class _Frame(NamedTuple):
    """body: height of a person, frame heights. feet, horizon: frame heights down. lens: over a wide shot's."""

    body: float
    feet: float
    horizon: float
    lens: float


_FRAMES = {
    ShotSize.EXTREME_WIDE: _Frame(0.12, 0.86, 0.55, 0.86),
    ShotSize.WIDE: _Frame(0.24, 0.89, 0.58, 1.0),
    ShotSize.FULL: _Frame(0.52, 0.94, 0.52, 1.35),
    ShotSize.MEDIUM: _Frame(0.78, 1.10, 0.44, 1.75),
    ShotSize.CLOSE: _Frame(1.25, 1.50, 0.44, 2.2),
    ShotSize.EXTREME_CLOSE: _Frame(1.8, 1.90, 0.42, 2.5),
}
_RISE = {Angle.LOW: 0.12, Angle.EYE: 0.0, Angle.HIGH: -0.20, Angle.AERIAL: -0.40}  # of the horizon, frame heights
_AWAY = {Angle.AERIAL: 0.55}  # of the person's size: from above, the place is what is seen
_LENS = {Lens.WIDE: 0.82, Lens.NORMAL: 1.0, Lens.TELE: 1.5}


class Plot:
    """The camera over the plot; sets the stage's horizon."""

    def __init__(self, stage: Stage, recipe: Recipe, *, turn: float, roam: float) -> None:
        """*turn*: how far the plot is turned, radians. *roam*: m that shots of one place lie apart."""
        frame = _FRAMES[recipe.size]
        shot = np.random.default_rng(stable_seed("plot", recipe.seed))
        self.stage = stage
        self.metre = frame.body * _AWAY.get(recipe.angle, 1.0) * stage.height / _PERSON_M
        self.horizon = stage.horizon = stage.y(float(np.clip(frame.horizon + _RISE[recipe.angle], 0.12, 0.70)))
        self.feet = stage.y(frame.feet)
        self.eye = (self.feet - self.horizon) / self.metre
        # Tall frames get a shorter lens, so that they too show more than one house.
        lens = float(np.clip(0.60 + 0.31 * stage.width / stage.height, 0.72, 1.25))
        self.focal = lens * frame.lens * _LENS[recipe.lens] * stage.height
        self.away = self.focal / self.metre
        self.turn = -(turn + float(shot.uniform(-0.05, 0.05)))
        self.aside = float(shot.uniform(-roam, roam))
        self._cos, self._sin = math.cos(self.turn), math.sin(self.turn)

    def z(self, depth: float) -> float:
        """Stage distance of *depth* m from the camera."""
        return max(1.2, depth * _Z)

    def world(self, points: Real) -> F32:
        """(..., 3) plot coordinates -> (..., 3) metres right of, above the ground under and away from the camera."""
        x, y, d = (points[..., i] for i in range(3))
        x = x - self.aside
        across = self.stage.light.side * (self._cos * x + self._sin * d)
        return np.stack([across, y, self.away - self._sin * x + self._cos * d], -1).astype(np.float32)

    def aim(self, vectors: Real) -> F32:
        """(..., 3) directions of the plot -> directions of the world."""
        x, y, d = (vectors[..., i] for i in range(3))
        across = self.stage.light.side * (self._cos * x + self._sin * d)
        return np.stack([across, y, -self._sin * x + self._cos * d], -1).astype(np.float32)

    def canvas(self, world: Real) -> F32:
        """(..., 3) world metres -> (..., 2) canvas px."""
        scale = self.focal / np.maximum(world[..., 2], 0.5)
        x = self.stage.vanishing_x + world[..., 0] * scale
        return np.stack([x, self.horizon + (self.eye - world[..., 1]) * scale], -1).astype(np.float32)

    def at(self, x: float, y: float, d: float) -> tuple[float, float, float, float]:
        """(canvas x, canvas y, px a metre, depth in m) of a plot point."""
        world = self.world(np.array([x, y, d], np.float32))
        px, py = self.canvas(world)
        return float(px), float(py), self.focal / max(float(world[2]), 0.5), float(world[2])

    def on_ground(self, x: F32, y: F32) -> tuple[F32, F32]:
        """World (across, depth) in m of the ground at canvas px below the horizon."""
        depth = self.eye * self.focal / np.maximum(y - self.horizon, 0.25)
        across = (x - self.stage.vanishing_x) * depth / self.focal
        return np.asarray(across, np.float32), np.asarray(depth, np.float32)

    def from_world(self, across: F32, depth: F32) -> tuple[F32, F32]:
        """World (across, depth) -> plot (x, d)."""
        depth, across = depth - self.away, across * self.stage.light.side
        x = self._cos * across - self._sin * depth + self.aside
        return np.asarray(x, np.float32), np.asarray(self._sin * across + self._cos * depth, np.float32)

    def fade(self, depth: Real | np.floating[Any]) -> F32:
        """How much of a colour the air has replaced at *depth* m."""
        return np.asarray(1 - np.exp(-depth * self.stage.light.haze / 235), np.float32)

    def stand(self) -> Stand:
        """The level ground where people stand."""
        stage = self.stage
        return Stand(
            ground=lambda _: self.feet,
            z=self.z(self.away),
            metre=self.metre,
            is_water=False,
            sky=(stage.y(0.08), max(stage.y(0.24), self.horizon - 0.2 * stage.height)),
            shade=float(self.fade(np.float32(self.away))),
            air=air_at(stage, np.asarray(stage.x(0.5), np.float32)),
        )


class Camera(Protocol):
    """Over level ground: canvas y of the horizon, height in m, px of one radian."""

    horizon: float
    eye: float
    focal: float


class Ground:
    """The ground as one picture, seen through the homography of the camera's move."""

    def __init__(self, plot: Camera, picture: F32, top: int, *, metre_z: float = _Z, z: float = GROUND_Z) -> None:
        """*picture*: premultiplied (h, canvas_width, 4), its first row at canvas y *top*.

        *metre_z*: stage units a metre. *z*: where it is ordered among the layers.
        """
        self._plot, self._metre_z = plot, metre_z
        self._piece = sprite(picture, 0, top, seed=3)
        self.z = z

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Warp the rows below the horizon in one go."""
        matrix = self._matrix(stage, moment)
        edge = matrix @ np.array([self._piece.pixels.shape[1] / 2, 0, 1])
        first = max(0, math.floor(edge[1] / edge[2]) - 1)
        if first >= canvas.height:
            return
        matrix = np.array([[1, 0, 0], [0, 1, -first], [0, 0, 1]], np.float64) @ matrix
        size = (canvas.width, canvas.height - first)
        warped = cv2.warpPerspective(
            self._piece.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        canvas.put(np.asarray(warped, np.uint8), 0, first)

    def _matrix(self, stage: Stage, moment: Moment) -> np.ndarray:
        """Sprite pixel centres -> frame pixel centres, (3, 3)."""
        view, plot, height = moment.view, self._plot, stage.height
        level, far = plot.horizon, plot.eye * plot.focal * self._metre_z  # 1 / z of a ground row is (y - level) / far
        right, down = stage.vanishing_x - stage.ox - view.pan * height, level - stage.oy - view.tilt * height
        row_w = np.array([0, -view.dolly / far, 1 + view.dolly * level / far])
        shift = view.truck * height / far
        row_x = view.zoom * np.array([1, -shift, shift * level - stage.vanishing_x]) + right * row_w
        row_y = view.zoom * (1 - view.pedestal * height / far) * np.array([0, 1, -level]) + down * row_w
        to_canvas = np.array([[1, 0, self._piece.x + 0.5], [0, 1, self._piece.y + 0.5], [0, 0, 1]])
        to_centre = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
        return np.asarray(to_centre @ np.stack([row_x, row_y, row_w]) @ to_canvas)
