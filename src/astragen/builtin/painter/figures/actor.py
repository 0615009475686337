"""Actors: cycles on the stage, going their way, throwing shadows and giving light."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.figures.cycle import Cycle
from astragen.builtin.painter.figures.figure import Glow, Play, Wave
from astragen.builtin.painter.figures.shape import Point
from astragen.builtin.painter.sprite import Sprite, light
from astragen.builtin.painter.stage import Moment, Motion, Stage, placed

TAU = 2 * math.pi
_SHADOW_REDUCTION = 4
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
        self._bend = Bend(wave, metre * face) if wave is not None else None

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw shadow and pose at *moment*."""
        if not self.cycle.sprites:
            return
        index, part = self._pose(moment.seconds)
        x, y, lean = self.feet(moment.seconds, part)
        move = self.motion(moment.seconds + self.phase * 7, self.size)
        camera = stage.project(self.z, moment.view)
        if self.cycle.shades and self.shade_colour is not None:
            _lay_shade(canvas, self.cycle, index, (x + move.dx, y), camera, self.shade_colour)
        piece = self.cycle.sprites[index]
        if self._bend is not None:
            piece = self._bend(piece, moment.seconds + self.phase * self.period)
        self._lay(canvas, piece, x, y, lean, move, camera, 1.0)
        if self.play != "loop" and part > 0.02:
            self._lay(canvas, self.cycle.sprites[self._next(index)], x, y, lean, move, camera, part)

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

    def _next(self, index: int) -> int:
        count = len(self.cycle.sprites)
        return min(index + 1, count - 1) if self.play == "sway" else (index + 1) % count

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

    def _lay(
        self,
        canvas: Canvas,
        piece: Sprite,
        x: float,
        y: float,
        lean: float,
        move: Motion,
        camera: tuple[float, float, float],
        gain: float,
    ) -> None:
        stretch = move.scale * self.cycle.stretch
        matrix = placed(
            x + piece.x + move.dx, y + piece.y + move.dy, (-piece.x, -piece.y), stretch, move.angle, *camera
        )
        if lean:
            share = lean * camera[0] * stretch / max(self.size, 1.0)
            matrix[0, 1] -= share
            matrix[0, 2] += share * -piece.y
        canvas.lay(piece, matrix, gain)


class Bend:
    """Bends a painted swimmer: each column of its sprite rises and falls with the wave."""

    def __init__(self, wave: Wave, metre: float) -> None:
        self.wave, self.metre = wave, metre
        self._grid: tuple[F32, F32] | None = None

    def __call__(self, piece: Sprite, seconds: float) -> Sprite:
        """*piece* as it is at *seconds*, with room above and below for the wave."""
        height, width = piece.pixels.shape[:2]
        room = math.ceil(1.6 * self.wave.high * abs(self.metre))
        if self._grid is None:
            rows, columns = np.mgrid[0 : height + 2 * room, 0:width].astype(np.float32)
            self._grid = columns, rows - room
        columns, rows = self._grid
        x = (np.arange(width, dtype=np.float32) + np.float32(piece.x + 0.5)) / np.float32(self.metre)
        rise = self.wave.rise(x, seconds) * np.float32(abs(self.metre))
        bent = cv2.remap(
            piece.pixels, columns, rows + rise, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
        )
        return piece._replace(pixels=np.asarray(bent, np.uint8), y=piece.y - room)


def _lay_shade(
    canvas: Canvas, cycle: Cycle, index: int, feet: Point, camera: tuple[float, float, float], colour: F32
) -> None:
    k, tx, ty = camera
    shade, stretch = cycle.shades[index], cycle.stretch
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

    def __init__(self, actor: Actor, glow: Glow, metre: float, face: int, gain: float) -> None:
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

    def __init__(self, actor: Actor, glow: Glow, metre: float, face: int, gain: float, stage: Stage) -> None:
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
