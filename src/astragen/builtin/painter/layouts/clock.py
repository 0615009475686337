"""Time that passes: a clock whose hands run, and what it brings about it."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.lettering import letter
from astragen.builtin.painter.badges import SHIFT, Sparks, as_cover, centred, fixed, paste
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, Colour, mix, rgb
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.entrances import overshoot
from astragen.builtin.painter.layouts.parts import Dial, link, names_of, station
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.relief import lit_body
from astragen.builtin.painter.sprite import Sprite, over, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed

_ROMAN = ("XII", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
_PACE = 0.55  # radians the minute hand turns each second: an hour in 11 s


def clock(desk: Desk) -> None:
    """A clock in the middle, the items left and right of it (on tall frames above and below)."""
    desk.title()
    area, items = desk.area, desk.tableau.items
    core, cells = _places(desk, area, len(items))
    radius = 0.46 * min(core.width, core.height)
    desk.stage.add(Dial(desk, core.centre, 1.16 * radius, ticks=96, turn=-0.07 * desk.side))
    desk.stage.add(_Clock(desk, core.centre, radius))
    names = names_of(desk, items, cells[0].width * 0.94 if cells else 1.0, 0.040)
    for index, (item, cell) in enumerate(zip(items, cells, strict=True)):
        start = 0.9 + desk.step * index
        there = station(desk, item, cell, start, index=index, names=names, largest=0.19)
        link(desk, (core.centre, 2.2 * radius), there, start, index=index, has_head=False, width=2.0, strength=0.5)
    dot, (x, y) = desk.dot(0, 5.0), core.centre

    def places(seconds: float) -> list[tuple[float, float, float]]:
        fade = min(1.0, max(0.0, seconds - 0.8))
        turns = [0.35 * seconds + 2.094 * part for part in range(3)]
        return [(x + 1.09 * radius * math.sin(a), y - 1.09 * radius * math.cos(a), fade) for a in turns]

    desk.stage.add(Sparks(dot, places, z=4.0))


def _places(desk: Desk, area: Box, count: int) -> tuple[Box, list[Box]]:
    """The clock's box, and one for each item, clockwise from the upper left."""
    if not count:
        return area, []
    near = (count + 1) // 2
    if desk.is_tall:
        above, core, below = area.part(0, 0, 1, 0.24), area.part(0, 0.26, 1, 0.74), area.part(0, 0.76, 1, 1)
        rest = below.columns(count - near) if count > near else []
        return core, [*above.columns(near), *rest]
    share = 0.5 * min(area.height, 0.44 * area.width) / area.width
    left, right = area.part(0, 0, 0.5 - 1.12 * share, 1), area.part(0.5 + 1.12 * share, 0, 1, 1)
    core = area.part(0.5 - share, 0, 0.5 + share, 1)
    rest = right.rows(count - near) if count > near else []
    return core, [*_bowed(left.rows(near), 1), *_bowed(rest, -1)]


def _bowed(cells: list[Box], side: int) -> list[Box]:
    """A column of cells that bends round the clock: the middle ones stand further out."""
    count = len(cells)
    found = []
    for index, cell in enumerate(cells):
        off = math.cos(math.pi * ((index + 0.5) / count - 0.5))
        width = min(cell.width, 1.5 * cell.height)
        slack = cell.width - width
        share = 1 - off if side > 0 else off
        found.append(Box(cell.x + slack * (0.15 + 0.7 * share), cell.y, width, cell.height))
    return found


class _Clock:
    """Face and hands; the second hand ticks, the others run."""

    z = 3.0

    def __init__(self, desk: Desk, centre: Point, radius: float) -> None:
        self._centre, self._radius = centre, radius
        face = _face(desk, radius)
        self._face, self._extent = sprite(face), (face.shape[1], face.shape[0])
        ink = mix(desk.dark, "#000000", 0.1) if desk.is_light else desk.ink
        self._hands = [
            _hand(radius, 0.50, 0.055, ink),
            _hand(radius, 0.76, 0.038, ink),
            _hand(radius, 0.84, 0.014, desk.hue(0)),
        ]
        self._shadow = [_hand(radius, long, wide, "#000000") for long, wide in ((0.50, 0.055), (0.76, 0.038))]
        self._pin = sprite(_pin(radius, desk.hue(0)))
        self._first = float(desk.random.uniform(0, 12))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the face, then the hands."""
        t = moment.seconds
        u = (t - 0.2) / 0.6
        if u <= 0:
            return
        scale, gain = max(0.02, overshoot(u)), min(1.0, 2 * u)
        canvas.lay(self._face, centred(self._face, self._extent, self._centre, scale), gain)
        wound = _PACE * (t + 0.5 * math.sin(0.7 * t))
        minute = 2 * math.pi * (self._first % 1) + wound
        hour = 2 * math.pi * self._first / 12 + wound / 12
        drop = 0.02 * self._radius
        for shadow, angle in zip(self._shadow, (hour, minute), strict=True):
            self._turn(canvas, shadow, angle, scale, 0.30 * gain, drop)
        for hand, angle in zip(self._hands, (hour, minute, _ticked(t)), strict=True):
            self._turn(canvas, hand, angle, scale, gain, 0.0)
        size = (self._pin.pixels.shape[1], self._pin.pixels.shape[0])
        x, y = self._centre
        canvas.lay(
            self._pin, placed(x - size[0] / 2, y - size[1] / 2, (size[0] / 2, size[1] / 2), scale, 0, 1, 0, 0), gain
        )

    def _turn(self, canvas: Canvas, hand: _Hand, angle: float, scale: float, gain: float, drop: float) -> None:
        x, y = self._centre
        own = (hand.pivot[0] - hand.piece.x, hand.pivot[1] - hand.piece.y)
        canvas.lay(hand.piece, placed(x - own[0], y + drop - own[1], own, scale, angle, 1.0, 0.0, 0.0), gain)


def _ticked(t: float) -> float:
    """The second hand's angle: a step each second that swings past its mark and back."""
    whole = math.floor(t)
    u = t - whole
    swing = 1 - math.exp(-14 * u) * math.cos(34 * u)
    return 2 * math.pi * (whole - 1 + swing) / 60


class _Hand(NamedTuple):
    """A hand that points up, and where it turns, px of its uncut picture."""

    piece: Sprite
    pivot: Point


def _hand(radius: float, long: float, wide: float, colour: Colour) -> _Hand:
    """A tapering hand, *long* and *wide* in radii of the face."""
    length, half = long * radius, max(1.0, wide * radius / 2)
    width, height = math.ceil(4 * half) + 6, math.ceil(1.26 * length) + 6
    x, pivot = width / 2, 3 + length
    shape = np.array(
        [
            [x - 0.35 * half, pivot - length],
            [x + 0.35 * half, pivot - length],
            [x + half, pivot - 0.16 * length],
            [x + 0.7 * half, pivot + 0.22 * length],
            [x - 0.7 * half, pivot + 0.22 * length],
            [x - half, pivot - 0.16 * length],
        ],
        np.float32,
    )
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [fixed(shape - 0.5)], 255, cv2.LINE_AA, SHIFT)
    return _Hand(sprite(premultiply(rgb(colour), as_cover(mask))), (x, pivot))


def _pin(radius: float, colour: F32) -> F32:
    size = max(3, round(0.055 * radius))
    y, x = np.mgrid[0 : 2 * size + 4, 0 : 2 * size + 4].astype(np.float32) + 0.5 - size - 2
    reach = np.hypot(x, y)
    mask = np.clip(size - reach + 0.5, 0, 1).astype(np.float32)
    light = np.clip(1 - np.hypot(x + 0.3 * size, y + 0.35 * size) / (1.3 * size), 0, 1)
    return premultiply(np.clip(colour * 0.8 + 0.35 * light[..., None], 0, 1).astype(np.float32), mask)


def _face(desk: Desk, radius: float) -> F32:
    """The dial plate in its lit rim, with marks; half as large again as *radius* for its shadow."""
    size = round(1.12 * radius)
    y, x = np.mgrid[0 : 2 * size, 0 : 2 * size].astype(np.float32) + 0.5 - size
    reach, angle = np.hypot(x, y), np.arctan2(x, -y)
    plate = np.clip(0.93 * radius - reach + 0.5, 0, 1).astype(np.float32)
    down = np.clip(0.5 + (y - 0.5 * desk.side * x) / (2.2 * radius), 0, 1)
    if desk.is_light:
        tone = mix(mix(desk.pale, "#ffffff", 0.6), mix(desk.pale, desk.hue(1), 0.18), down)
        ink = mix(desk.dark, desk.body, 0.1)
    else:
        tone = mix(mix(desk.body, desk.ink, 0.14), mix(desk.deep, desk.body, 0.35), down)
        ink = mix(desk.ink, desk.hue(0), 0.15)
    marks = _marks(desk, radius, size, reach, angle)
    ring = np.clip(radius - reach + 0.5, 0, 1) * np.clip(reach - 0.90 * radius + 0.5, 0, 1)
    metal = lit_body(
        ring.astype(np.float32),
        mix(desk.hue(1), desk.spot, 0.25),
        toward=(0.6 * desk.side, -0.8),
        key=mix(desk.pale, "#ffffff", 0.4),
        ambient=desk.body,
        bulge=0.05 * radius,
    )
    inner = np.clip(1 - (0.90 * radius - reach) / (0.16 * radius), 0, 1) * plate * 0.35
    face = over(premultiply(ink, marks), premultiply((tone * (1 - inner[..., None])).astype(np.float32), plate))
    shadow = np.roll(
        blur(np.clip(radius - reach + 0.5, 0, 1).astype(np.float32), 0.04 * radius), round(0.03 * radius), 0
    )
    return over(over(metal, face), premultiply(np.zeros(3, np.float32), (shadow * 0.4).astype(np.float32)))


def _marks(desk: Desk, radius: float, size: int, reach: F32, angle: F32) -> F32:
    """Ticks for the minutes, bars or numerals for the hours."""
    turn = angle / (2 * math.pi)
    minute = np.abs((turn * 60 + 0.5) % 1 - 0.5) / 60 * 2 * math.pi * reach
    hour = np.abs((turn * 12 + 0.5) % 1 - 0.5) / 12 * 2 * math.pi * reach
    fine, thick = 0.006 * radius, 0.013 * radius
    in_fine = np.clip(reach - 0.82 * radius, 0, 1) * np.clip(0.87 * radius - reach, 0, 1)
    marks = np.clip(fine - minute + 0.5, 0, 1) * in_fine * 0.7
    if desk.random.random() < 0.5:
        in_bar = np.clip(reach - 0.70 * radius, 0, 1) * np.clip(0.87 * radius - reach, 0, 1)
        marks = np.maximum(marks, np.clip(thick - hour + 0.5, 0, 1) * in_bar)
        return np.asarray(marks, np.float32)
    marks = np.asarray(marks, np.float32)
    for index, name in enumerate(_ROMAN):
        way = index / 12 * 2 * math.pi
        text = np.asarray(letter(name, 0.17 * radius, family="serif", weight=600).coverage, np.float32)
        paste(marks, text, size + 0.68 * radius * math.sin(way), size - 0.68 * radius * math.cos(way))
    return marks
