"""The stage: layers at distances, seen by a camera that moves among them.

A room hangs layers on the stage far and near; each frame draws them from far to near
through the camera. Canvas coordinates are pixels of the composed picture plus a margin
on every side, so that a move never shows an edge: frame pixel = canvas pixel - origin.

Parallax is true: a layer at distance z grows by z / (z - dolly) and shifts by truck / z.
z counts in stage units: 1 is the nearest anything stands, 4-8 a subject, 30 a far hill,
INFINITE the sky.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

from astragen.builtin.painter.canvas import Affine, Canvas
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.finish import Finish, Grade, Treatment
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.sprite import Sprite, light, sprite
from astragen.model.planes import Planes
from astragen.model.view import View

INFINITE = 1e7
_MARGIN_X = 0.17  # frame heights of canvas outside the frame; holds plan/motion.py's largest moves
_MARGIN_Y = 0.13


class Moment(NamedTuple):
    """When a frame is: seconds into the take (may be negative), its number, the camera's pose."""

    seconds: float
    number: int
    view: View


class Motion(NamedTuple):
    """Where a layer is at a moment, relative to where it was painted."""

    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    gain: float = 1.0
    angle: float = 0.0


class Stand(NamedTuple):
    """Where subjects stand in a room, for the figures.

    ground: canvas x -> canvas y of the feet. z: distance. metre: px of one metre there.
    is_water: what stands there floats. sky: (top, bottom) canvas y of free air for flyers.
    shade: how much the air covers what stands there, 0 to 1, in `air` colour.
    """

    ground: Callable[[float], float]
    z: float
    metre: float
    is_water: bool
    sky: tuple[float, float]
    shade: float
    air: F32


class Layer(Protocol):
    """Something that draws itself; far layers first."""

    z: float

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw onto *canvas* as seen at *moment*."""
        ...


class Stage:
    """Layers, light and camera of one painted shot."""

    def __init__(self, width: int, height: int, sun: Light, *, defocus: float = 0.0) -> None:
        self.width, self.height = width, height
        self.unit = min(float(height), 1.15 * width)
        """px that sizes refer to: the frame's height, less on tall frames."""
        self.scale = self.unit / 1080
        """px sizes in painters' code are for 1080p; multiply by this."""
        self.ox, self.oy = int(_MARGIN_X * height), int(_MARGIN_Y * height)
        self.canvas_width, self.canvas_height = width + 2 * self.ox, height + 2 * self.oy
        self.light = sun
        self.horizon = self.oy + 0.56 * height
        """Canvas y of eye level; rooms set it first."""
        self.vanishing_x = self.canvas_width / 2
        self.grade = Grade()
        self.defocus = defocus
        """Blur of the background in px at 1080p, for close shots."""
        self.stand: Stand | None = None
        self.layers: list[Layer] = []

    def x(self, across: float) -> float:
        """Canvas x of *across* the frame: 0 left edge, 1 right edge."""
        return self.ox + across * self.width

    def y(self, down: float) -> float:
        """Canvas y of *down* the frame: 0 top, 1 bottom."""
        return self.oy + down * self.height

    @property
    def sun(self) -> tuple[float, float]:
        """Canvas position of the sun or moon."""
        return self.x(self.light.sun_x), self.horizon - self.light.sun_y * self.height

    def grid(self) -> tuple[F32, F32]:
        """(y, x) pixel coordinates of the whole canvas, each (canvas_height, canvas_width) float32."""
        y, x = np.mgrid[0 : self.canvas_height, 0 : self.canvas_width]
        return y.astype(np.float32), x.astype(np.float32)

    def add(self, layer: Layer) -> None:
        """Hang *layer*; among equal distances, the later one is nearer."""
        self.layers.append(layer)

    def plate(
        self,
        picture: F32,
        z: float,
        *,
        x: float = 0,
        y: float = 0,
        motion: Callable[[float], Motion] | None = None,
        is_light: bool = False,
    ) -> None:
        """Hang a painted picture: (h, w, 4) premultiplied, or (h, w, 3) light to add."""
        sigma = self.blur_at(z)
        if sigma > 0.5:
            picture = blur(picture, sigma)
        pack = light if is_light else sprite
        self.add(Plate(pack(picture, x, y, seed=len(self.layers) + 1), z, motion))

    def blur_at(self, z: float) -> float:
        """How soft the lens leaves what hangs at distance *z*: px of a Gaussian's deviation."""
        return self.defocus * self.scale * max(0.0, 1 - 4.5 / max(z, 1e-3))

    def project(self, z: float, view: View) -> tuple[float, float, float]:
        """(k, tx, ty): frame position = k * canvas position + t, for a layer at distance *z*."""
        k = view.zoom * z / (z - view.dolly)
        height = self.height
        tx = self.vanishing_x - self.ox - (self.vanishing_x + view.truck * height / z) * k - view.pan * height
        ty = self.horizon - self.oy - (self.horizon + view.pedestal * height / z) * k - view.tilt * height
        return k, tx, ty

    def scene(self, seed: int, treatment: Treatment | None = None) -> PaintedScene:
        """Close the stage: what is hung is what is filmed."""
        self.layers.sort(key=lambda layer: -layer.z)
        return PaintedScene(self, Finish(self.width, self.height, self.grade, seed, treatment))


def air_at(stage: Stage, x: F32) -> F32:
    """Colour of the air by canvas *x* (any shape): warm toward the sun. Shape of x + (3,)."""
    toward = np.exp(-(((x - stage.sun[0]) / (0.45 * stage.width)) ** 2))
    return mix(stage.light.fog_shade, stage.light.fog_sun, toward)


class Plate:
    """A painted picture at one distance, standing or drifting."""

    def __init__(self, piece: Sprite, z: float, motion: Callable[[float], Motion] | None = None) -> None:
        self.piece, self.z, self.motion = piece, z, motion

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Warp the picture once and blend it."""
        k, tx, ty = stage.project(self.z, moment.view)
        move = self.motion(moment.seconds) if self.motion else Motion()
        height, width = self.piece.pixels.shape[:2]
        matrix = placed(
            self.piece.x + move.dx, self.piece.y + move.dy, (width / 2, height), move.scale, move.angle, k, tx, ty
        )
        canvas.lay(self.piece, matrix, move.gain)


def placed(
    x: float, y: float, pivot: tuple[float, float], scale: float, angle: float, k: float, tx: float, ty: float
) -> Affine:
    """Sprite pixel centres -> frame pixel centres.

    The sprite's top left lies at canvas (x, y); it is scaled and turned (radians,
    clockwise) about *pivot* (sprite px), then seen through the camera (k, tx, ty).
    """
    cos, sin = np.cos(angle) * scale * k, np.sin(angle) * scale * k
    px, py = pivot
    centre_x, centre_y = (x + px) * k + tx, (y + py) * k + ty
    # The half pixels: coordinates above are of pixel corners, warps want centres.
    return np.array(
        [
            [cos, -sin, centre_x - cos * (px - 0.5) + sin * (py - 0.5) - 0.5],
            [sin, cos, centre_y - sin * (px - 0.5) - cos * (py - 0.5) - 0.5],
        ],
        np.float32,
    )


class PaintedScene:
    """A closed stage that gives frames."""

    def __init__(self, stage: Stage, finish: Finish) -> None:
        self.stage, self.finish = stage, finish
        self._canvas = Canvas(stage.width, stage.height)

    @property
    def horizon(self) -> float:
        """Eye level in the composed frame: heights from its top."""
        return (self.stage.horizon - self.stage.oy) / self.stage.height

    def frame(self, seconds: float, view: View, number: int) -> Planes:
        """Paint the frame at *seconds*, seen from *view*; *number* picks the grain."""
        moment = Moment(seconds, number, view)
        self._canvas.clear()
        for layer in self.stage.layers:
            layer.draw(self._canvas, self.stage, moment)
        return self.finish(self._canvas, number)
