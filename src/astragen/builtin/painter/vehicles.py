"""Vehicles as bodies: cars, lorries and trains made of flat panels, for `convoy` to drive.

Own coordinates: x right, y up, z forward, the nose's foot at (0, 0, 0). Panels are seen from
outside only: their points run counter-clockwise there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.colour import F32, Colour


class Panel(NamedTuple):
    """A flat part of a body: (k, 3) m, x right, y up, z forward from the nose's foot; albedo; glow at night, 0 to 1.

    group: panels of one convex part are drawn in their order; parts, far ones first. is_fine: left out from afar.
    """

    points: F32
    colour: Colour
    glow: float = 0.0
    group: int = 0
    is_fine: bool = False


class Body(NamedTuple):
    """A vehicle: panels from far to near do not matter, lamps (x, y, z, colour, size in m)."""

    panels: Sequence[Panel]
    lamps: Sequence[tuple[float, float, float, Colour, float]]
    long: float


def box(
    x: float, y: tuple[float, float], z: tuple[float, float], colour: Colour, glow: float = 0.0, taper: float = 1.0
) -> list[Panel]:
    """A box about x = 0 from its half width; its top is *taper* times as wide."""
    (y0, y1), (z0, z1), t = y, z, x * taper
    a = np.array([[-x, y0, z1], [x, y0, z1], [t, y1, z1], [-t, y1, z1]], np.float32)
    b = np.array([[x, y0, z0], [-x, y0, z0], [-t, y1, z0], [t, y1, z0]], np.float32)
    left = np.array([a[0], a[3], b[2], b[1]], np.float32)
    right = np.array([a[1], b[0], b[3], a[2]], np.float32)
    top = np.array([a[3], a[2], b[3], b[2]], np.float32)
    return [Panel(part, colour, glow) for part in (a, b, left, right, top)]


def car(colour: Colour, *, tall: float = 1.45) -> Body:
    """A car: body, cabin with dark glass, wheels, bumpers, lamps."""
    glass = "#2a323c"
    panels = box(0.88, (0.34, 0.86), (-4.3, 0.0), colour)
    panels += box(0.86, (0.84, tall), (-3.5, -1.1), glass, taper=0.80)
    panels += box(0.71, (tall - 0.05, tall + 0.04), (-3.2, -1.6), colour)
    panels += box(0.90, (0.20, 0.42), (-4.36, 0.06), "#3a3a40")
    for z in (-0.85, -3.45):
        panels += _wheels(z)
    lamps: list[tuple[float, float, float, Colour, float]] = [(x, 0.68, 0.1, "#fff0cc", 3.4) for x in (-0.62, 0.62)]
    lamps += [(x, 0.72, -4.4, "#ff3a24", 1.5) for x in (-0.66, 0.66)]
    for x in (-0.62, 0.62):
        panels.append(Panel(_plate(x, 0.68, 0.02, 0.17, 0.10), "#f4f2e8", 1.0))
        panels.append(Panel(_plate(x, 0.72, -4.32, -0.17, 0.08), "#b02a22", 0.0))
    return Body(panels, lamps, 4.3)


def _plate(x: float, y: float, z: float, wide: float, tall: float) -> F32:
    """A small upright panel facing forward (*wide* positive) or back (negative)."""
    return np.array(
        [[x - wide, y - tall, z], [x + wide, y - tall, z], [x + wide, y + tall, z], [x - wide, y + tall, z]], np.float32
    )


def _wheels(z: float) -> list[Panel]:
    angle = np.linspace(0, 2 * math.pi, 11)[:-1]
    panels = []
    for x, turn in ((-0.91, -1), (0.91, 1)):
        ring = np.stack([np.full(10, x), 0.32 + 0.32 * np.sin(turn * angle), z + 0.32 * np.cos(angle)], -1)
        panels.append(Panel(ring[::-1].astype(np.float32), "#17171a", is_fine=True))
    return panels


def lorry(colour: Colour) -> Body:
    """A lorry: cab and a tall box on a chassis."""
    panels = box(1.2, (0.4, 0.75), (-9.5, -0.1), "#34343a")
    for z in (-1.2, -6.8, -8.2):
        panels += _wheels(z)
    panels += [panel._replace(group=1) for panel in box(1.2, (0.7, 3.7), (-9.5, -2.3), "#d8d4ca")]
    cab = box(1.16, (0.5, 2.9), (-2.1, 0.0), colour) + box(1.05, (1.7, 2.6), (-0.7, 0.03), "#27303a")
    cab += box(1.0, (0.62, 1.15), (-0.5, 0.05), "#2c2c32") + box(1.18, (0.3, 0.55), (-2.0, 0.08), "#5a5a60")
    cab += [Panel(_plate(x, 0.9, 0.08, 0.2, 0.12), "#f4f2e8", 1.0) for x in (-0.8, 0.8)]
    panels += [panel._replace(group=2) for panel in cab]
    lamps: list[tuple[float, float, float, Colour, float]] = [(x, 0.9, 0.1, "#fff0cc", 3.6) for x in (-0.9, 0.9)]
    lamps += [(x, 0.8, -9.6, "#ff3a24", 1.6) for x in (-1.0, 1.0)]
    return Body(panels, lamps, 9.5)


def train(colour: Colour, second: Colour, cars: int) -> Body:
    """A train: an engine with a sloping nose and *cars* with lit windows."""
    panels: list[Panel] = []
    long = 20.5
    for index in range(cars):
        back, front = -long * (index + 1) + 0.6, -long * index - (2.0 if index == 0 else 0.0)
        panels += [panel._replace(group=index) for panel in _coach(back, front, colour, second)]
    panels += [panel._replace(group=cars) for panel in _snout(colour, second)]
    lamps: list[tuple[float, float, float, Colour, float]] = [(x, 1.2, 0.1, "#fff2d0", 5.0) for x in (-0.95, 0.95)]
    lamps.append((0.0, 3.5, -1.8, "#fff2d0", 3.0))
    lamps += [(x, 1.2, -long * cars - 0.1, "#ff3020", 2.4) for x in (-1.0, 1.0)]
    return Body(panels, lamps, long * cars)


def _snout(colour: Colour, second: Colour) -> list[Panel]:
    """The sloping nose: skirt, windscreen, brow and cheeks."""
    skirt = [[-1.45, 0.5, 0], [1.45, 0.5, 0], [1.3, 1.9, -0.5], [-1.3, 1.9, -0.5]]
    glass = [[-1.3, 1.9, -0.5], [1.3, 1.9, -0.5], [1.1, 3.3, -1.7], [-1.1, 3.3, -1.7]]
    brow = [[-1.1, 3.3, -1.7], [1.1, 3.3, -1.7], [1.2, 3.6, -2.4], [-1.2, 3.6, -2.4]]
    panels = []
    for side in (-1, 1):
        cheek = [[1.45, 0.5, 0], [1.3, 1.9, -0.5], [1.1, 3.3, -1.7], [1.45, 3.4, -2.2], [1.45, 0.5, -2.2]]
        outline = np.array(cheek, np.float32) * np.array([side, 1, 1], np.float32)
        panels.append(Panel(outline if side < 0 else outline[::-1], colour))
    for points, tone, glow in ((skirt, second, 0.0), (glass, "#1c242e", 0.25), (brow, colour, 0.0)):
        panels.append(Panel(np.array(points, np.float32), tone, glow))
    bar = [[-1.2, 0.75, 0.02], [1.2, 0.75, 0.02], [1.2, 1.0, -0.07], [-1.2, 1.0, -0.07]]
    return [*panels, Panel(np.array(bar, np.float32), colour)]


def _coach(back: float, front: float, colour: Colour, second: Colour) -> list[Panel]:
    """One carriage, in bays as long as a window: what passes the camera closely is cut bay by bay."""
    panels = [Panel(_cross(1.45, (0.6, 3.4), z, way), colour) for z, way in ((front, 1), (back, -1))]
    count = max(3, round((front - back) / 2.2))
    for index in range(count):
        ends = (back + (front - back) * index / count - 0.03, back + (front - back) * (index + 1) / count + 0.03)
        for side in (-1, 1):
            panels += _bay(side, ends, colour, second)
        panels.append(Panel(_level(1.0, 3.75, ends), "#5a5c62"))
    return panels


def _bay(side: int, ends: tuple[float, float], colour: Colour, second: Colour) -> list[Panel]:
    """One window's length of a carriage's side: wheels' shade, wall, band, window, the slope of the roof."""
    inset = 0.18 * (ends[1] - ends[0])
    pane = (ends[0] + inset, ends[1] - inset)
    rows: list[tuple[tuple[float, float], tuple[float, float], tuple[float, float], Colour, float]] = [
        ((1.3, 1.3), (0.2, 0.7), ends, "#26262a", 0.0),
        ((1.45, 1.45), (0.6, 3.4), ends, colour, 0.0),
        ((1.46, 1.46), (1.35, 1.75), ends, second, 0.0),
        ((1.46, 1.46), (1.95, 2.95), pane, "#35414e", 1.0),
        ((1.45, 1.0), (3.4, 3.75), ends, "#5a5c62", 0.0),
    ]
    return [Panel(_upright(side, x, y, z), tone, glow) for x, y, z, tone, glow in rows]


def _upright(side: int, x: tuple[float, float], y: tuple[float, float], z: tuple[float, float]) -> F32:
    """A panel along the vehicle on its left (-1) or right side, *x* from the middle below and above."""
    (low, high), (y0, y1), (z0, z1) = x, y, z
    points = [[side * low, y0, z1], [side * high, y1, z1], [side * high, y1, z0], [side * low, y0, z0]]
    return np.array(points if side < 0 else points[::-1], np.float32)


def _cross(x: float, y: tuple[float, float], z: float, way: int) -> F32:
    """A panel across the vehicle that faces forward (1) or back (-1)."""
    points = [[-x, y[0], z], [x, y[0], z], [x, y[1], z], [-x, y[1], z]]
    return np.array(points if way > 0 else points[::-1], np.float32)


def _level(x: float, y: float, z: tuple[float, float]) -> F32:
    """A level panel seen from above."""
    return np.array([[-x, y, z[1]], [x, y, z[1]], [x, y, z[0]], [-x, y, z[0]]], np.float32)
