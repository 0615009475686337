"""Outlines: smooth curves, tapered limbs and their transforms, in metres with y up.

An outline is an (n, 2) float32 polygon; a shape is a tuple of outlines whose union is
meant, so that a bent limb may overlap itself. Pure geometry: no pixels, no colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astragen.builtin.painter.colour import F32

Point = tuple[float, float]
Points = Sequence[Sequence[float]] | NDArray[Any]
Shape = tuple[F32, ...]


@cache
def _weights(steps: int) -> F32:
    """Uniform Catmull-Rom weights: (steps, 4)."""
    t = np.arange(steps, dtype=np.float32) / steps
    t2, t3 = t * t, t * t * t
    columns = [-t + 2 * t2 - t3, 2 - 5 * t2 + 3 * t3, t + 4 * t2 - 3 * t3, t3 - t2]
    return np.asarray(np.stack(columns, 1) / 2, np.float32)


def curve(points: Points, steps: int = 8) -> F32:
    """The closed Catmull-Rom curve through (n, 2) *points*; a doubled point is a corner."""
    p = np.asarray(points, np.float32)
    around = np.stack([np.roll(p, 1, 0), p, np.roll(p, -1, 0), np.roll(p, -2, 0)], 1)
    return np.asarray(np.einsum("sk,nkd->nsd", _weights(steps), around).reshape(-1, p.shape[1]), np.float32)


def path(points: Points, steps: int = 8) -> F32:
    """The open Catmull-Rom curve through (n, d) *points*, ends included."""
    p = np.asarray(points, np.float32)
    before, after = 2 * p[0] - p[1], 2 * p[-1] - p[-2]
    q = np.concatenate([before[None], p, after[None]])
    around = np.stack([q[:-3], q[1:-2], q[2:-1], q[3:]], 1)
    inner = np.einsum("sk,nkd->nsd", _weights(steps), around).reshape(-1, p.shape[1])
    return np.concatenate([inner, p[-1:]]).astype(np.float32)


def polygon(points: Points) -> F32:
    """Straight edges through *points*."""
    return np.asarray(points, np.float32)


@cache
def _ring(steps: int) -> F32:
    turn = np.linspace(0, 2 * math.pi, steps, endpoint=False)
    return np.stack([np.cos(turn), np.sin(turn)], 1).astype(np.float32)


def ellipse(x: float, y: float, rx: float, ry: float, angle: float = 0.0, steps: int = 28) -> F32:
    """An ellipse about (x, y), turned anticlockwise by *angle* radians."""
    ring = _ring(steps) * np.array([rx, ry], np.float32)
    return turned(ring, angle) + np.array([x, y], np.float32)


def tube(points: Points, widths: Sequence[float], steps: int = 6) -> Shape:
    """A limb along the smooth path through *points*, as wide on each side as *widths* say there.

    Ends are round. The joints are filled with discs, so a sharp bend leaves no gap.
    """
    spine = path(np.column_stack([np.asarray(points, np.float32), np.asarray(widths, np.float32)]), steps)
    at, half = spine[:, :2], np.maximum(spine[:, 2:], 1e-5)
    along = np.empty_like(at)
    along[1:-1], along[0], along[-1] = at[2:] - at[:-2], at[1] - at[0], at[-1] - at[-2]
    along /= np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-6)
    across = np.stack([-along[:, 1], along[:, 0]], 1) * half
    outline = np.concatenate([at + across, (at - across)[::-1]]).astype(np.float32)
    ring = _ring(20)
    discs = tuple((at[i] + ring * half[i]).astype(np.float32) for i in range(0, len(at), max(1, steps // 2)))
    return (outline, *discs)


def turned(points: F32, angle: float, about: Point = (0.0, 0.0)) -> F32:
    """*points* turned anticlockwise by *angle* radians about a point."""
    cos, sin = math.cos(angle), math.sin(angle)
    centre = np.array(about, np.float32)
    return np.asarray((points - centre) @ np.array([[cos, sin], [-sin, cos]], np.float32) + centre, np.float32)


def placed(points: Points, at: Point, scale: float = 1.0, angle: float = 0.0) -> F32:
    """*points* of a local frame, scaled, turned and moved so that the local origin lies at *at*."""
    local = np.asarray(points, np.float32) * np.float32(scale)
    return turned(local, angle) + np.array(at, np.float32)


def polar(at: Point, length: float, angle: float) -> Point:
    """The point *length* away from *at*; angle 0 is straight down, positive swings forward (+x)."""
    return at[0] + length * math.sin(angle), at[1] - length * math.cos(angle)


def joint(start: Point, end: Point, first: float, second: float, bend: float) -> tuple[Point, Point]:
    """The middle joint and the end of a two-bone limb that reaches from *start* toward *end*.

    first, second: lengths of the bones. bend: +1 puts the joint ahead (+x of a hanging limb),
    -1 behind. A target out of reach is approached as far as the limb goes.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    distance = math.hypot(dx, dy)
    reach = min(max(distance, abs(first - second) * 1.02 + 1e-4), (first + second) * 0.9995)
    if distance > 1e-6:
        dx, dy = dx / distance, dy / distance
    else:
        dx, dy = 0.0, -1.0
    along = (first * first - second * second + reach * reach) / (2 * reach)
    aside = math.sqrt(max(0.0, first * first - along * along)) * bend
    return (
        (start[0] + dx * along - dy * aside, start[1] + dy * along + dx * aside),
        (start[0] + dx * reach, start[1] + dy * reach),
    )
