"""The light indoors: windows by day, lamps by night, what walls throw back, and the sun on the floor.

Windows are area lights, found by a few points each; lamps fall off with distance. The
sun's patch is exact: each point asks whether its ray to the sun leaves by an opening.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, luma, mix, rgb
from astragen.builtin.painter.indoors.chamber import Plane, Real
from astragen.builtin.painter.light import Light

LAMP = "#ffbf78"
_DAY, _NIGHT = 0.80, 0.56  # mean light on walls and floor that the eye opens to


class Lamp(NamedTuple):
    """A light of people: room position (3,) m, colour, reach in m, strength."""

    place: F32
    colour: F32
    reach: float
    strength: float


class Opening(NamedTuple):
    """A window: its plane (facing in), and how many panes across and down break its light."""

    plane: Plane
    panes: tuple[int, int]


class IndoorLight:
    """All light in one room."""

    def __init__(
        self,
        light: Light,
        *,
        openings: Sequence[Opening],
        lamps: Sequence[Lamp],
        size: tuple[float, float, float],
        wall: F32,
        sealed: float,
    ) -> None:
        """Gather the lights.

        Args:
            light: of the sky outside.
            openings: windows, in room coordinates.
            lamps: lit as far as it is dark, fully when nothing else lights the room.
            size: of the room, m.
            wall: mean colour of the walls, which all bounced light takes on.
            sealed: 1 when no daylight gets in.
        """
        self.size = size
        self.dark = max(light.dark, sealed)
        self.openings = openings
        day = 1 - 0.93 * self.dark
        self._sky = mix(mix(light.low, light.horizon, 0.5), "#fff6e8", 0.45) * (0.75 + 0.25 * light.strength) * day
        self._sky = np.asarray(self._sky + 0.30 * rgb("#4a6a9c") * light.dark * (1 - sealed), np.float32)
        self.sun_colour: F32 = np.asarray(light.key * (0.95 * light.strength * (1 - self.dark)), np.float32)
        lit = 0.18 + 0.82 * min(1.0, 1.35 * self.dark)
        self.lamps = [lamp._replace(strength=lamp.strength * lit) for lamp in lamps]
        bounce = mix(wall, "#ffffff", 0.5)
        warm = rgb(LAMP) * (0.17 * lit * min(2.0, 0.5 * len(lamps) + 0.4) / max(1.0, (size[0] * size[2] / 40) ** 0.3))
        open_sky = min(1.0, 0.35 + 0.16 * sum(_area(opening.plane) for opening in openings) ** 0.7) * (1 - sealed)
        moon = rgb("#24365e") * (0.55 * light.dark)
        self.ambient: F32 = np.asarray(bounce * (0.46 * self._sky * open_sky + warm + moon + 0.05), np.float32)
        low = 0.34 + 0.9 * min(0.34, light.sun_y)
        self.sun = np.array([0.75 * light.side, low, 0.65], np.float32)
        self.sun /= np.linalg.norm(self.sun)
        self._adapt()

    def _adapt(self) -> None:
        """Open or close the eye, so that a room is readable in any light."""
        wide, tall, deep = self.size
        spots = [(x * wide, 0.45 * tall, deep - 0.05) for x in (-0.3, 0.0, 0.3)]
        spots += [(x * wide, 0.0, d * deep) for x in (-0.25, 0.25) for d in (0.0, 0.6)]
        ways = np.array([(0, 0, -1)] * 3 + [(0, 1, 0)] * 4, np.float32)
        mean = float(luma(self.at(np.array(spots, np.float32), ways)).mean())
        gain = float(np.clip((_DAY + (_NIGHT - _DAY) * self.dark) / max(mean, 1e-3), 0.5, 3.5))
        self.ambient = np.asarray(self.ambient * gain, np.float32)
        self._sky = np.asarray(self._sky * gain, np.float32)
        self.sun_colour = np.asarray(self.sun_colour * min(1.3, max(0.8, gain)), np.float32)
        self.lamps = [lamp._replace(strength=lamp.strength * gain) for lamp in self.lamps]

    @property
    def level(self) -> float:
        """Mean brightness of the ambient light."""
        return float(luma(self.ambient))

    def at(self, point: F32, normal: F32) -> F32:
        """(..., 3) light on surfaces at *point* that face *normal* ((3,) or (..., 3)), without the sun's patch."""
        facing = normal[..., 1]
        total = (
            self.ambient * (0.80 + 0.20 * facing)[..., None]
            if np.ndim(facing)
            else self.ambient * (0.80 + 0.20 * float(facing))
        )
        total = np.broadcast_to(total, point.shape).astype(np.float32)
        for opening in self.openings:
            total = total + self._sky * self._from(opening, point, normal)[..., None]
        for lamp in self.lamps:
            way = lamp.place - point
            far = np.sqrt((way * way).sum(-1)) + 0.05
            cosine = np.clip((way * normal).sum(-1) / far * 0.72 + 0.28, 0, 1)
            total = total + lamp.colour * (lamp.strength * cosine / (1 + (far / lamp.reach) ** 2) ** 1.5)[..., None]
        return np.asarray(total, np.float32)

    def _from(self, opening: Opening, point: F32, normal: F32) -> F32:
        """Part of the window's light that arrives, as a sum over a few points of it."""
        plane, total = opening.plane, np.zeros(point.shape[:-1], np.float32)
        spots = (0.25, 0.75) if len(self.openings) < 4 else (0.5,)  # of many windows one point each will do
        for across in spots:
            for down in spots:
                way = plane.corner + plane.across * across + plane.down * down - point
                square = (way * way).sum(-1) + 0.30
                far = np.sqrt(square)
                out = np.clip(-(way @ plane.normal) / far, 0, 1)
                into = np.clip((way * normal).sum(-1) / far * 0.85 + 0.15, 0, 1)
                total += (out * into / square).astype(np.float32)
        return np.asarray(total * (_area(plane) * 0.62 / len(spots) ** 2), np.float32)

    def sunlit(self, point: F32, soft: float = 0.02) -> F32:
        """Cover of the sun's patch at *point* (..., 3): 1 where a ray to the sun leaves by a pane."""
        total = np.zeros(point.shape[:-1], np.float32)
        if float(luma(self.sun_colour)) < 0.02:
            return total
        for opening in self.openings:
            plane = opening.plane
            toward = -float(self.sun_side(plane) @ plane.normal)
            if toward < 0.08:
                continue
            sun = self.sun_side(plane)
            reach = -((point - plane.corner) @ plane.normal) / float(sun @ plane.normal)
            spot = point + reach[..., None] * sun - plane.corner
            wide, tall = float(np.linalg.norm(plane.across)), float(np.linalg.norm(plane.down))
            u, v = spot @ (plane.across / wide) / wide, spot @ (plane.down / tall) / tall
            across, down = opening.panes
            cover: Real = _panes(u, across, soft / wide) * _panes(v, down, soft / tall)
            total = np.maximum(total, cover * (reach > 0) * min(1.0, 2.2 * toward))
        return total

    def sun_side(self, plane: Plane) -> F32:
        """The way to the sun as it falls through *plane*: windows that look away from it get none."""
        if abs(float(plane.normal[2])) > 0.7:  # back wall: the sun stands beyond it, to its side
            return np.array([self.sun[0] * 0.9, self.sun[1], abs(self.sun[2])], np.float32)
        return self.sun

    def corners(self, point: F32, own: F32) -> F32:
        """How open a point of the shell is: darker where walls, floor and ceiling meet; *own* faces (3,)."""
        wide, tall, deep = self.size
        x, y, d = point[..., 0], point[..., 1], point[..., 2]
        gaps = ((1, y, 0.40), (1, tall - y, 0.28), (0, wide / 2 - np.abs(x), 0.30), (2, deep - d, 0.30))
        total = np.ones(point.shape[:-1], np.float32)
        for axis, gap, amount in gaps:
            if abs(float(own[axis])) < 0.5:
                total *= 1 - amount * np.exp(-np.maximum(gap, 0) / 0.42)
        return np.asarray(total, np.float32)


def _area(plane: Plane) -> float:
    return float(np.linalg.norm(plane.across) * np.linalg.norm(plane.down))


def _panes(at: Real, count: int, soft: float) -> F32:
    """Cover along one side of a window, [0, 1] with bars between *count* panes."""
    soft = max(soft, 1e-3)
    inside = np.clip(np.minimum(at, 1 - at) / soft + 0.5, 0, 1)
    cell = (at * count) % 1
    bar = np.clip((np.minimum(cell, 1 - cell) - 0.06) / (soft * count) + 0.5, 0, 1)
    return np.asarray(inside * bar, np.float32)


def exposed(colour: F32) -> F32:
    """Light on albedo -> sRGB below 1: a shoulder in place of a clip."""
    return np.asarray(1.06 * (1 - np.exp(-1.25 * np.maximum(colour, 0))), np.float32)
