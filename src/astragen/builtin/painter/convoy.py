"""What drives past: cars and trains as bodies in space that follow a way.

Each is a few dozen flat polygons, lit once; every frame they are moved along their course
and projected point by point, so they pass the camera in true perspective. Positions are a
function of seconds alone. Start reading at `hang_convoy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, rgb, ycc
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.roadway import Course
from astragen.builtin.painter.stage import Moment, Stage, air_at
from astragen.builtin.painter.vehicles import Body, Panel

_FRACTION = 16
_NEAR, _FAR = 1.6, 620.0  # m: nearer and farther ones are not drawn


class Ride(NamedTuple):
    """One vehicle: lane m aside of the course, plot d of its nose at second 0, m/s (negative: toward the viewer).

    span: m of way after which it comes again, from *low* on.
    """

    body: Body
    lane: float
    start: float
    speed: float
    span: float
    low: float


class _Part(NamedTuple):
    """A convex part of a vehicle at a moment: distance in m, vehicle, each visible panel's shape and number."""

    depth: float
    ride: int
    shapes: list[tuple[F32, int]]


class _Lamp(NamedTuple):
    """A halo at a moment: distance in m, frame px, colour, px across."""

    depth: float
    x: float
    y: float
    colour: Colour
    wide: float


class _Net(NamedTuple):
    """The points of a body's panels in a row: where each panel starts, its count, the next point in its outline."""

    points: F32
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    following: NDArray[np.int64]
    group: NDArray[np.int64]
    is_fine: NDArray[np.bool_]


def _net(body: Body) -> _Net:
    counts = np.array([len(panel.points) for panel in body.panels], np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    following = np.concatenate([first + (np.arange(n) + 1) % n for first, n in zip(starts, counts, strict=True)])
    return _Net(
        np.concatenate([panel.points for panel in body.panels]),
        starts,
        counts,
        following.astype(np.int64),
        np.array([panel.group for panel in body.panels], np.int64),
        np.array([panel.is_fine for panel in body.panels]),
    )


class Convoy:
    """Vehicles that follow a course."""

    def __init__(self, plot: Plot, lighting: Lighting, course: Course, rides: Sequence[Ride]) -> None:
        self._plot, self._course, self.rides = plot, course, rides
        self.dark = lighting.light.dark
        self._tones = [[_tones(plot, lighting, panel, _way(ride)) for panel in ride.body.panels] for ride in rides]
        self._nets = [_net(ride.body) for ride in rides]
        self._moment: Moment | None = None
        self._parts: list[_Part] = []
        self._lit_at: Moment | None = None
        self._lamps: list[_Lamp] = []

    def parts(self, stage: Stage, moment: Moment) -> list[_Part]:
        """All parts in sight at *moment*, far ones first; found once a frame."""
        if self._moment != moment:
            found = [part for index in range(len(self.rides)) for part in self._parts_of(stage, moment, index)]
            self._parts = sorted(found, key=lambda part: -part.depth)
            self._moment = moment
        return self._parts

    def _parts_of(self, stage: Stage, moment: Moment, index: int) -> list[_Part]:
        ride, net = self.rides[index], self._nets[index]
        spots, depth = self.seen(stage, moment, ride, net.points)
        if depth.max() < _NEAR or depth.min() > _FAR:
            return []
        x, y = spots[:, 0], spots[:, 1]
        # Twice the signed area on screen: panels seen from outside turn one way.
        area = np.add.reduceat(x * y[net.following] - x[net.following] * y, net.starts)
        is_shown = (stage.light.side * area > 0) & (np.minimum.reduceat(depth, net.starts) > 0.6)
        if self._plot.focal / float(max(depth.min(), 1.0)) < 0.012 * stage.height:
            is_shown &= ~net.is_fine
        mean = np.add.reduceat(depth, net.starts) / net.counts
        parts = []
        for group in np.unique(net.group[is_shown]):
            numbers = np.flatnonzero(is_shown & (net.group == group))
            shapes = [(spots[net.starts[i] : net.starts[i] + net.counts[i]], int(i)) for i in numbers]
            parts.append(_Part(float(mean[numbers].mean()), index, shapes))
        return parts

    def seen(self, stage: Stage, moment: Moment, ride: Ride, points: F32) -> tuple[F32, F32]:
        """(n, 2) frame px and (n,) depth of body *points* of *ride*."""
        way = _way(ride)
        d = nose(ride, moment.seconds) + way * points[:, 2]
        slope = 2 * self._course.bend * np.maximum(d - self._course.start, 0)
        x = self._course.x(d) + ride.lane + way * points[:, 0] / np.sqrt(1 + slope * slope)
        world = self._plot.world(np.stack([x, points[:, 1], d], -1))
        depth = world[:, 2]
        spots, view = self._plot.canvas(world), moment.view
        z = np.maximum(1.2, np.maximum(depth, 0.5) * 0.6)[:, None]
        # As Stage.project does, for a distance of each point's own.
        k = view.zoom * z / (z - view.dolly)
        pivot = np.array([[stage.vanishing_x, stage.horizon]], np.float32)
        moved = np.array([[view.truck, view.pedestal]]) * stage.height / z
        turned = np.array([[view.pan, view.tilt]]) * stage.height + np.array([[stage.ox, stage.oy]])
        return np.asarray((spots - pivot - moved) * k + pivot - turned, np.float32), depth

    def draw_part(self, canvas: Canvas, stage: Stage, part: _Part) -> None:
        """Fill the panels of *part* into one picture and lay it."""
        window = _window(canvas, np.concatenate([shape for shape, _ in part.shapes]))
        if window is None:
            return
        left, top, right, bottom = window
        pixels = np.zeros((bottom - top, right - left, 4), np.uint8)
        fade = float(self._plot.fade(np.float32(part.depth)))
        air = air_at(stage, np.asarray([stage.vanishing_x], np.float32))[0]
        for shape, number in part.shapes:
            panel, tone = self.rides[part.ride].body.panels[number], self._tones[part.ride][number]
            colour = tone + (air - tone) * fade * (1 - 0.8 * panel.glow * self.dark)
            packed = (*(round(value) for value in ycc(colour)), 255)
            outline = np.round((shape - (left, top)) * _FRACTION).astype(np.int32)
            cv2.fillPoly(pixels, [outline], packed, cv2.LINE_AA, 4)
        canvas.put(pixels, left, top)

    def lamps(self, stage: Stage, moment: Moment) -> list[_Lamp]:
        """The halos that face the viewer at *moment*; found once a frame."""
        if self._lit_at != moment:
            self._lamps = [
                lamp for ride in self.rides if ride.body.lamps for lamp in self._lamps_of(stage, moment, ride)
            ]
            self._lit_at = moment
        return self._lamps

    def _lamps_of(self, stage: Stage, moment: Moment, ride: Ride) -> list[_Lamp]:
        points = np.array([lamp[:3] for lamp in ride.body.lamps], np.float32)
        spots, depth = self.seen(stage, moment, ride, points)
        halos = []
        for (_, _, z, colour, size), (x, y), far in zip(ride.body.lamps, spots.tolist(), depth.tolist(), strict=True):
            is_front = z > -0.5 * ride.body.long
            if _NEAR < far < _FAR and is_front == (_way(ride) < 0):
                wide = min(max(3.0, size * self._plot.focal / far), 0.4 * stage.height)
                halos.append(_Lamp(far, x, y, colour, wide))
        return halos

    def fade(self, depth: float) -> float:
        """How much of a lamp the air hides."""
        return float(self._plot.fade(np.float32(depth)))


class _Stretch:
    """The vehicles between two distances: what stands nearer hides them, what stands farther does not."""

    def __init__(self, convoy: Convoy, near: float, far: float, z: float) -> None:
        self.z = z
        self._convoy, self._near, self._far = convoy, near, far

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw bodies, then the light of their lamps."""
        for part in self._convoy.parts(stage, moment):
            if self._near <= part.depth < self._far:
                self._convoy.draw_part(canvas, stage, part)
        dark = self._convoy.dark
        if dark < 0.05:
            return
        for depth, x, y, colour, wide in self._convoy.lamps(stage, moment):
            if self._near <= depth < self._far:
                size = int(wide) | 1
                halo = np.asarray(cv2.resize(_halo(), (size, size), interpolation=cv2.INTER_AREA), np.uint8)
                gain = (0.35 + 0.65 * dark) * (1 - self._convoy.fade(depth))
                canvas.shine(halo, colour, round(x - size / 2), round(y - size / 2), gain)


def hang_convoy(plot: Plot, lighting: Lighting, course: Course, rides: Sequence[Ride], edges: Sequence[float]) -> None:
    """Hang the *rides* in stretches between the distances *edges*, m from the camera, near ones first."""
    convoy = Convoy(plot, lighting, course, rides)
    for near, far in pairwise((0.0, *edges, _FAR)):
        plot.stage.add(_Stretch(convoy, near, far, plot.z(near) * 1.0005))


@cache
def _halo() -> U8:
    """(65, 65) uint8: a lamp's core and its soft reach."""
    v, u = np.mgrid[-32:33, -32:33].astype(np.float32) / 32
    far = np.hypot(u, v)
    shine = (np.exp(-far * far * 70) + 0.40 * np.exp(-far * 6.5)) * np.clip(3 - 3 * far, 0, 1)
    return np.asarray(np.clip(255 * shine, 0, 255), np.uint8)


def _way(ride: Ride) -> float:
    return 1.0 if ride.speed > 0 else -1.0


def nose(ride: Ride, seconds: float) -> float:
    """Plot d of the vehicle's nose."""
    return ride.low + (ride.start - ride.low + ride.speed * seconds) % ride.span


def _tones(plot: Plot, lighting: Lighting, panel: Panel, way: float) -> F32:
    """The lit colour of a panel on a vehicle that goes away (1) or comes (-1)."""
    a, b = panel.points[1] - panel.points[0], panel.points[2] - panel.points[0]
    normal = np.cross(a, b)
    normal = normal / max(float(np.linalg.norm(normal)), 1e-6)
    turned = plot.aim(np.array([way * normal[0], normal[1], way * normal[2]], np.float32))
    facing = max(0.0, float(turned @ lighting.sun))
    lit = lighting.sky * (0.80 + 0.22 * float(turned[1])) + lighting.key * (0.12 + 0.75 * facing)
    shaded = np.asarray(rgb(panel.colour) * lit, np.float32)
    glow = panel.glow * min(1.0, 1.4 * lighting.light.dark)
    return np.clip(shaded + (rgb("#ffd08a") - shaded) * glow, 0, 1).astype(np.float32)


def _window(canvas: Canvas, spots: F32) -> tuple[int, int, int, int] | None:
    low, high = np.floor(spots.min(0)) - 1, np.ceil(spots.max(0)) + 2
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = int(min(canvas.width, high[0])), int(min(canvas.height, high[1]))
    return (left, top, right, bottom) if right > left and bottom > top else None
