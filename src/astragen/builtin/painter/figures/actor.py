"""Actors: cycles on the stage, going their way, throwing shadows and giving light."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.cycle import MIRROR_REDUCTION, Cycle, Shade
from astragen.builtin.painter.figures.figure import Glow, Play, Wave
from astragen.builtin.painter.figures.shape import Point
from astragen.builtin.painter.sprite import Sprite, cover_of, light
from astragen.builtin.painter.stage import Moment, Motion, Stage, placed

TAU = 2 * math.pi
_SHADOW_REDUCTION = 4
_STRIP_PX, _MOST_STRIPS, _OVERLAP = 30, 40, 2  # of a bent swimmer, px of its sprite
_BEAM_LONG, _BEAM_TALL = 256, 64  # px of the painted beam; it is soft, so it may be stretched
_BEAM_PERIOD = 9.0  # s a turn
_GLOW_PX = 96  # size of a painted glow; it is soft, so it may be stretched


def _bob(t: float, size: float) -> Motion:
    return Motion(dy=0.012 * size * math.sin(TAU * t / 3.1), angle=0.012 * math.sin(TAU * t / 4.3 + 1))


def _rock(t: float, size: float) -> Motion:
    """Afloat: heave, roll and a slow drift."""
    return Motion(
        dx=0.02 * size * math.sin(TAU * t / 11),
        dy=0.014 * size * (math.sin(TAU * t / 3.7) + 0.4 * math.sin(TAU * t / 2.3)),
        angle=0.022 * math.sin(TAU * t / 4.1 + 0.7) + 0.008 * math.sin(TAU * t / 2.6),
    )


def _hover(t: float, size: float) -> Motion:
    return Motion(
        dx=0.025 * size * math.sin(TAU * t / 7.3),
        dy=0.035 * size * math.sin(TAU * t / 4.9),
        angle=0.025 * math.sin(TAU * t / 6.1),
    )


def _drift(t: float, size: float) -> Motion:
    """Weightless: slow turns."""
    return Motion(
        dx=0.06 * size * math.sin(TAU * t / 13),
        dy=0.05 * size * math.sin(TAU * t / 9.7),
        angle=0.10 * math.sin(TAU * t / 15),
    )


def _sway(t: float, size: float) -> Motion:
    return Motion(angle=0.006 * math.sin(TAU * t / 4.4) + 0.003 * math.sin(TAU * t / 2.7))


def _rumble(t: float, size: float) -> Motion:
    return Motion(dy=0.0025 * size * math.sin(TAU * t * 2.3), angle=0.0015 * math.sin(TAU * t * 1.7))


def _flutter(t: float, size: float) -> Motion:
    return Motion(
        dx=0.5 * size * (math.sin(TAU * t / 5.3) + 0.3 * math.sin(TAU * t / 2.1)),
        dy=0.35 * size * (math.sin(TAU * t / 3.7 + 1) + 0.4 * math.sin(TAU * t / 1.3)),
        angle=0.15 * math.sin(TAU * t / 2.9),
    )


def _soar(t: float, size: float) -> Motion:
    return Motion(dy=0.12 * size * math.sin(TAU * t / 5.7), angle=0.06 * math.sin(TAU * t / 5.7 + 1.2))


def _still(t: float, size: float) -> Motion:
    return Motion()


MOTIONS: Mapping[str, Callable[[float, float], Motion]] = {
    "still": _still, "bob": _bob, "rock": _rock, "hover": _hover, "drift": _drift, "sway": _sway,
    "rumble": _rumble, "flutter": _flutter, "soar": _soar,
}  # fmt: skip


class Way(NamedTuple):
    """Where an actor goes. x, y: canvas px of the feet at the middle of the way.

    speed: px a second, right positive. rise: canvas y of the ground at a canvas x, for what walks; None flies.
    middle_s: seconds at which it is at (x, y).
    """

    x: float
    y: float
    speed: float = 0.0
    ground: Callable[[float], float] | None = None
    middle_s: float = 3.0


class Mover(Protocol):
    """Who goes its way on the stage, and may carry a light."""

    z: float
    phase: float
    size: float
    motion: Callable[[float, float], Motion]

    def feet(self, seconds: float, part: float = 0.0) -> tuple[float, float, float]:
        """Canvas x, y of the feet at *seconds*, and how far the body leans ahead of them (px)."""
        ...


class Actor:
    """A cycle going its way.

    play, wave: see `Figure`. metre: canvas px of a metre, for the wave. face: +1 right, -1 left.
    phase: how far into its cycle it is at second 0, so that a group does not move as one.
    """

    def __init__(
        self,
        cycle: Cycle,
        z: float,
        way: Way,
        *,
        period: float,
        size: float,
        motion: str = "still",
        shade_colour: F32 | None = None,
        play: Play = "loop",
        wave: Wave | None = None,
        metre: float = 1.0,
        face: int = 1,
        phase: float = 0.0,
    ) -> None:
        self.cycle, self.z, self.way = cycle, z, way
        self.period, self.size, self.phase, self.play = period, size, phase, play
        self.motion = MOTIONS[motion]
        self.shade_colour = shade_colour
        has_wave = wave is not None and cycle.sprites
        self._bend = Bend(wave, metre * face, cycle.sprites[0]) if wave is not None and has_wave else None
        self._mirror = Mirror(size / 600)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw shadow and pose at *moment*."""
        if not self.cycle.sprites:
            return
        index, part = self._pose(moment.seconds)
        x, y, lean = self.feet(moment.seconds, part)
        move = self.motion(moment.seconds + self.phase * 7, self.size)
        camera = stage.project(self.z, moment.view)
        if self.cycle.mirrors:
            self._reflect(canvas, index, (x + move.dx, y + 0.3 * move.dy), camera, moment.seconds)
        if self.cycle.shades and self.shade_colour is not None:
            lay_shade(canvas, self.cycle.shades[index], self.cycle.stretch, (x + move.dx, y), camera, self.shade_colour)
        self._lay(canvas, self.cycle.sprites[index], (x, y, lean), move, camera, moment.seconds)
        if self.cycle.steps and part > 0.02:
            self._lay(canvas, self.cycle.steps[index], (x, y, lean), move, camera, moment.seconds, part)

    def _pose(self, seconds: float) -> tuple[int, float]:
        """The pose shown at *seconds*, and how far it is on to the next."""
        count = len(self.cycle.sprites)
        turn = seconds / self.period + self.phase
        # A hair forward: 24 poses a second shown at 24 frames a second must not fall on the edge.
        at = turn * count + 1e-4
        if self.play == "sway":
            at = (0.5 - 0.5 * math.cos(TAU * turn)) * (count - 1)
        index = math.floor(at)
        return index % count, at - index

    def feet(self, seconds: float, part: float = 0.0) -> tuple[float, float, float]:
        """Canvas x, y of the feet, and how far the body leans ahead of them (px).

        Feet move with the pose, so that they stay where they stand; the body glides on between poses.
        """
        way = self.way
        if way.speed == 0:
            return way.x, way.y, 0.0
        ahead = 0.0
        if way.ground is not None:
            ahead = way.speed * part * self.period / len(self.cycle.sprites)
        x = way.x + way.speed * (seconds - way.middle_s) - ahead
        y = way.y if way.ground is None else way.y + way.ground(x + ahead) - way.ground(way.x)
        return x, y, ahead

    def _reflect(
        self, canvas: Canvas, index: int, feet: Point, camera: tuple[float, float, float], seconds: float
    ) -> None:
        piece = self._mirror(self.cycle.mirrors[index], seconds)
        stretch = self.cycle.stretch
        at = (feet[0] + piece.x * stretch, feet[1] + piece.y * stretch)
        canvas.lay(piece, placed(*at, (0.0, 0.0), MIRROR_REDUCTION * stretch, 0.0, *camera))

    def _lay(
        self,
        canvas: Canvas,
        piece: Sprite,
        feet: tuple[float, float, float],
        move: Motion,
        camera: tuple[float, float, float],
        seconds: float,
        gain: float = 1.0,
    ) -> None:
        x, y, lean = feet
        stretch = move.scale * self.cycle.stretch
        matrix = placed(
            x + piece.x + move.dx, y + piece.y + move.dy, (-piece.x, -piece.y), stretch, move.angle, *camera
        )
        if self._bend is not None:
            self._bend.lay(canvas, matrix, seconds + self.phase * self.period)
            return
        if lean:
            share = lean * camera[0] * stretch / max(self.size, 1.0)
            matrix[0, 1] -= share
            matrix[0, 2] += share * -piece.y
        canvas.lay(piece, matrix, gain)


class Bend:
    """Bends a painted swimmer: strips of its sprite rise, fall and lean with the wave."""

    def __init__(self, wave: Wave, metre: float, piece: Sprite) -> None:
        self.wave, self.metre = wave, metre
        width = piece.pixels.shape[1]
        count = int(np.clip(width / _STRIP_PX, 8, _MOST_STRIPS))
        self._edges = np.linspace(0, width, count + 1).round().astype(int)
        self._x = (self._edges.astype(np.float32) + np.float32(piece.x)) / np.float32(metre)
        self._strips: list[tuple[Sprite, int, int]] = []
        for index, (left, right) in enumerate(zip(self._edges[:-1], self._edges[1:], strict=True)):
            # A strip goes on under its neighbour, so that no seam shows.
            pixels = piece.pixels[:, left : right + _OVERLAP]
            rows = np.flatnonzero(pixels[..., 3].any(1))
            if rows.size:
                top = max(0, int(rows[0]) - _OVERLAP)
                part = np.ascontiguousarray(pixels[top : int(rows[-1]) + 1 + _OVERLAP])
                self._strips.append((piece._replace(pixels=part, opaque=False, cover=cover_of(part)), index, top))

    def lay(self, canvas: Canvas, matrix: F32, seconds: float) -> None:
        """Lay the swimmer through *matrix* (its sprite's px -> canvas px) as it is at *seconds*."""
        rise = self.wave.rise(self._x, seconds) * np.float32(abs(self.metre))
        for strip, index, top in self._strips:
            left, right = self._edges[index], self._edges[index + 1]
            slope = (rise[index] - rise[index + 1]) / (right - left)
            local = np.array([[1, 0, left], [slope, 1, top - rise[index]], [0, 0, 1]], np.float32)
            canvas.lay(strip, (matrix @ local).astype(np.float32))


class Mirror:
    """Reflections on moving water: rows of a mirrored pose slip to and fro, the more the farther down."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._grid: tuple[F32, F32] | None = None

    def __call__(self, piece: Sprite, seconds: float) -> Sprite:
        """*piece* as the water shows it at *seconds*."""
        height, width = piece.pixels.shape[:2]
        if self._grid is None or self._grid[0].shape != (height, width):
            rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
            self._grid = columns, rows
        columns, rows = self._grid
        row = np.arange(height, dtype=np.float32) / np.float32(max(self._scale, 0.2))
        deep = np.minimum(1.0, 0.25 + row / 60)
        slip = 2.6 * np.sin(0.42 * row - 2.3 * seconds) + 1.7 * np.sin(0.95 * row - 3.7 * seconds + 1.0)
        moved = (slip * deep * self._scale).astype(np.float32)[:, None]
        rippled = cv2.remap(
            piece.pixels, columns + moved, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
        )
        return piece._replace(pixels=np.asarray(rippled, np.uint8), cover=None, opaque=False)


def lay_shade(
    canvas: Canvas, shade: Shade, stretch: float, feet: Point, camera: tuple[float, float, float], colour: F32
) -> None:
    """Darken the ground under who stands at *feet* (canvas px)."""
    k, tx, ty = camera
    left, top = (feet[0] + shade.x * stretch) * k + tx, (feet[1] + shade.y * stretch) * k + ty
    scale = _SHADOW_REDUCTION * k * stretch
    x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
    x1 = min(canvas.width, math.ceil(left + shade.mask.shape[1] * scale))
    y1 = min(canvas.height, math.ceil(top + shade.mask.shape[0] * scale))
    if x1 <= x0 or y1 <= y0:
        return
    half = 0.5 * scale - 0.5
    matrix = np.array([[scale, 0, left - x0 + half], [0, scale, top - y0 + half]], np.float32)
    mask = cv2.warpAffine(shade.mask, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
    canvas.tint(np.asarray(mask, np.uint8), colour, x0, y0)


class Lantern:
    """A glow that goes with an actor and burns restlessly."""

    def __init__(self, actor: Mover, glow: Glow, metre: float, face: int, gain: float) -> None:
        self.actor, self.glow = actor, glow
        self.z = actor.z - 0.001
        self._x, self._y = glow.x * metre * face, -glow.y * metre
        self._radius = glow.radius * metre
        self._gain = gain * glow.gain
        y, x = np.mgrid[0:_GLOW_PX, 0:_GLOW_PX].astype(np.float32)
        r = np.hypot(x - _GLOW_PX / 2 + 0.5, y - _GLOW_PX / 2 + 0.5) / (_GLOW_PX / 2)
        fall = np.clip(1 - r, 0, 1) ** 2.2
        self._piece = light(fall[..., None] * rgb(glow.colour))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Add the glow."""
        t = moment.seconds
        restless = math.sin(TAU * t * 1.7) * 0.5 + math.sin(TAU * t * 2.9 + 1) * 0.3 + math.sin(TAU * t * 4.7 + 2) * 0.2
        gain = self._gain * (1 - 0.35 * self.glow.flicker + 0.35 * self.glow.flicker * restless)
        x, y, _ = self.actor.feet(t)
        move = self.actor.motion(t + self.actor.phase * 7, self.actor.size)
        size = 2 * self._radius / _GLOW_PX
        piece = self._piece
        centre = (_GLOW_PX / 2 - piece.x, _GLOW_PX / 2 - piece.y)
        matrix = placed(
            x + self._x + move.dx - centre[0], y + self._y + move.dy - centre[1], centre, size, 0.0,
            *stage.project(self.z, moment.view),
        )  # fmt: skip
        canvas.lay(piece, matrix, gain)


class Beam:
    """A lighthouse's beam: two cones that sweep round, seen from the side, bright when they face the viewer."""

    def __init__(self, actor: Mover, glow: Glow, metre: float, face: int, gain: float, stage: Stage) -> None:
        self.actor, self.gain = actor, gain
        self.z = actor.z + 0.01
        self._x, self._y = glow.x * metre * face, -glow.y * metre
        self._long = min(glow.beam * metre, 0.75 * stage.width)
        y, x = np.mgrid[0:_BEAM_TALL, 0:_BEAM_LONG].astype(np.float32)
        along = (x + 0.5) / _BEAM_LONG
        across = (y - _BEAM_TALL / 2 + 0.5) / (_BEAM_TALL / 2)
        wide = 0.12 + 0.80 * along
        shape = np.exp(-((across / wide) ** 2) * 3.5) * (1 - along) ** 1.1 / (1 + 1.3 * along)
        self._piece = light(np.clip(shape, 0, 1)[..., None] * rgb(glow.colour))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Add both cones where they point at *moment*."""
        x, y, _ = self.actor.feet(moment.seconds)
        camera = stage.project(self.z, moment.view)
        turn = TAU * moment.seconds / _BEAM_PERIOD + 0.9
        for ahead in (0.0, math.pi):
            across, toward = math.cos(turn + ahead), math.sin(turn + ahead)
            if abs(across) < 0.04:
                continue
            # Foreshortened as it turns; stronger when it comes toward the viewer.
            matrix = _cone(
                x + self._x,
                y + self._y,
                self._long * across,
                0.16 * self._long * (0.5 + 0.5 * abs(across)),
                self._piece.pixels.shape,
            )
            k, tx, ty = camera
            seen = np.array(
                [[k * matrix[0, 0], 0, k * matrix[0, 2] + tx], [0, k * matrix[1, 1], k * matrix[1, 2] + ty]], np.float32
            )
            canvas.lay(self._piece, seen, self.gain * (0.55 + 0.45 * toward))


def _cone(x: float, y: float, long: float, tall: float, shape: tuple[int, ...]) -> F32:
    """Beam px -> canvas px: its narrow end at (x, y), *long* px to the right (left when negative)."""
    height, width = shape[:2]
    across, down = long / width, tall / height
    return np.array([[across, 0, x], [0, down, y - tall / 2]], np.float32)
