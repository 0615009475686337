"""Parts that several layouts share: a badge over its label, a card with text, ways between things."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.badges import Pop, bowed, card
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.desk import Desk, capital
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.sprite import premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.builtin.painter.type import fit


class Names(NamedTuple):
    """The labels of one diagram: their size in frame units, the height of the tallest in px."""

    size: float
    height: float


_LABEL_GAP = 0.08  # of a badge's size, between it and its label


def station(
    desk: Desk,
    text: str,
    box: Box,
    start: float,
    *,
    index: int = 0,
    names: Names,
    fallback: str = "",
    largest: float = 0.26,
    breath: float = 0.0,
) -> tuple[Point, float]:
    """A badge with its label below, in the middle of *box*; returns the badge's middle and size, px."""
    room = (box.height - names.height) / (1 + _LABEL_GAP)
    size = max(10.0, min(0.92 * box.width, room, largest * desk.unit))
    height = size * (1 + _LABEL_GAP) + names.height
    x, _ = box.centre
    top = box.y + (box.height - height) / 2
    spot = (x, top + size / 2)
    desk.pop(text, size, spot, start, index=index, fallback=fallback, breath=breath)
    below = Box(box.x, top + size * (1 + _LABEL_GAP), box.width, names.height + 2)
    desk.label(text, below, start + 0.2, size=names.size, down=0.0)
    return spot, size


def names_of(desk: Desk, texts: Sequence[str], width: float, size: float = 0.038) -> Names:
    """The size at which each of *texts* fits two rows of *width* px, and the height of the tallest."""
    height = desk.rows_height(size, 2)
    chosen = desk.size_for(texts, Box(0, 0, width, height), size)
    fits = [fit(capital(text), chosen * desk.unit, width, height, desk.style(), 0.99) for text in texts]
    return Names(chosen, max((one.height for one in fits), default=0.0))


def sheet(
    desk: Desk, box: Box, start: float, *, index: int = 0, opacity: float = 0.62, z: float = 4.0, strong: bool = False
) -> None:
    """A card as large as *box* that jumps in; *strong*: in the full colour of *index*."""
    hue = desk.hue(index)
    if desk.is_light:
        fill, edge = mix(desk.pale, hue, 0.55 if strong else 0.06), hue
    else:
        fill = mix(hue, desk.deep, 0.45) if strong else mix(mix(desk.body, hue, 0.22), desk.deep, 0.45)
        edge = mix(hue, desk.ink, 0.2)
    radius = min(0.026 * desk.unit, 0.3 * box.height)
    picture = card(box.width, box.height, radius, fill, edge, opacity=0.92 if desk.is_light else opacity)
    desk.stage.add(Pop(picture, box.centre, start, z=z))


def link(
    desk: Desk,
    first: tuple[Point, float],
    last: tuple[Point, float],
    start: float,
    *,
    index: int = 0,
    bow: float = 0.0,
    dots: int = 1,
    has_head: bool = True,
    width: float = 3.5,
    strength: float = 0.7,
) -> None:
    """A line from one round thing to another ((middle, size) each), clear of both."""
    points = bowed(first[0], last[0], bow, 80)
    away = np.hypot(*(points - np.array(first[0], np.float32)).T)
    left = np.hypot(*(points - np.array(last[0], np.float32)).T)
    free = points[(away > 0.60 * first[1]) & (left > 0.62 * last[1])]
    if len(free) >= 6:
        desk.line(free, start, index=index, dots=dots, has_head=has_head, width=width, strength=strength)


class Dial:
    """A slow ring of tick marks."""

    z = 5.0

    def __init__(self, desk: Desk, centre: Point, radius: float, *, ticks: int = 60, turn: float = 0.10) -> None:
        self._centre, self._turn = centre, turn
        size = int(radius * 1.1)
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32)
        reach, angle = np.hypot(x, y) / radius, np.arctan2(y, x)
        tick = np.abs((angle / (2 * math.pi) * ticks) % 1 - 0.5) > 0.44
        band = smoothstep(0.88, 0.90, reach) * smoothstep(0.98, 0.96, reach)
        circle = np.exp(-(((reach - 0.82) * radius / (1.3 * desk.stage.scale + 0.2)) ** 2))
        arcs = 0.35 + 0.65 * smoothstep(-0.2, 0.9, np.sin(2 * angle + 0.7))
        cover = np.clip(tick * band * 0.55 + circle * arcs * 0.7, 0, 1).astype(np.float32)
        self._piece = sprite(premultiply(desk.hue(1), cover))
        self._size = (cover.shape[1], cover.shape[0])

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Turn."""
        x, y = self._centre
        pivot = (self._size[0] / 2 - self._piece.x, self._size[1] / 2 - self._piece.y)
        angle = self._turn * moment.seconds
        matrix = placed(x - pivot[0], y - pivot[1], pivot, 1.0, angle, 1.0, 0.0, 0.0)
        canvas.lay(self._piece, matrix, min(1.0, max(0.0, moment.seconds)) * 0.8)


class Halo:
    """Light around a thing, breathing; on pale ground a soft shade."""

    z = 4.5

    def __init__(self, desk: Desk, mask: F32, centre: Point, *, start: float = 0.2, index: int = 0) -> None:
        self._mask = np.clip(mask * 150, 0, 255).astype(np.uint8)
        self._is_light, self._start, self._centre = desk.is_light, start, centre
        self._colour = mix(desk.spot, desk.hue(index), 0.55)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shine."""
        t = moment.seconds - self._start
        gain = min(1.0, max(0.0, t)) * (0.78 + 0.22 * math.sin(1.7 * t))
        if gain <= 0:
            return
        height, width = self._mask.shape
        x, y = round(self._centre[0] - width / 2), round(self._centre[1] - height / 2)
        if self._is_light:
            canvas.shine(self._mask, rgb(self._colour) * 0.35, x, y, gain)
        else:
            canvas.shine(self._mask, self._colour, x, y, gain)


def elbow(first: Point, last: Point, *, is_level: bool = False) -> F32:
    """A line from *first* to *last* that leaves and arrives upright (*is_level*: sideways), as an S-curve."""
    u = np.linspace(0, 1, 60, dtype=np.float32)
    s = u * u * (3 - 2 * u)
    x, y = (u, s) if is_level else (s, u)
    return np.stack([first[0] + (last[0] - first[0]) * x, first[1] + (last[1] - first[1]) * y], 1).astype(np.float32)
