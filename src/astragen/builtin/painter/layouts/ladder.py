"""A climb, rung by rung, to a goal: a light goes up and what it passes lights up."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.painter.badges import SHIFT, as_cover, fixed, glyph, spark, straight
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, mix
from astragen.builtin.painter.desk import Desk
from astragen.builtin.painter.layouts.box import Box, Point
from astragen.builtin.painter.layouts.entrances import ease_both, ease_out
from astragen.builtin.painter.layouts.parts import Dial, sheet
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.relief import lit_body
from astragen.builtin.painter.sprite import Sprite, sprite
from astragen.builtin.painter.stage import Moment, Stage
from astragen.builtin.painter.type import trimmed

_CLIMB_S = 0.9  # when the climb begins
_RUNG_S = 0.30  # s; from one rung to the next


def ladder(desk: Desk) -> None:
    """The ladder on one side, its rungs' names on the other, the goal on top."""
    desk.title()
    area, items = desk.area, desk.tableau.items
    *rungs, goal = items or ("",)
    crown = min(0.24 * area.height, 0.17 * desk.unit)
    is_left = desk.side < 0
    strip = 0.26 if desk.is_tall else 0.30
    lane = area.part(0.0, 0, strip, 1) if is_left else area.part(1 - strip, 0, 1, 1)
    wide = min(lane.width, 0.44 * (area.height - crown))
    foot = (lane.centre[0] + (0.10 if is_left else -0.10) * wide * -1, area.bottom)
    top = (lane.centre[0], area.y + 1.12 * crown)
    count = 2 * max(2, len(rungs)) + 1
    spots = _rungs(foot, top, count)
    desk.stage.add(_Ladder(desk, foot, top, 0.46 * wide, spots))
    named = spots[1::2][: len(rungs)]
    words = area.part(strip + 0.03, 0, 1, 1) if is_left else area.part(0, 0, 0.97 - strip, 1)
    gap = 2 * (foot[1] - top[1]) / count
    _names(desk, rungs, named, words, min(0.86 * gap, 0.15 * desk.unit), 0.36 * wide, is_left=is_left)
    end = _CLIMB_S + _RUNG_S * len(spots)
    _goal(desk, goal, (top[0], area.y + 0.52 * crown), crown, words, end, is_left=is_left)
    desk.stage.add(_Climber(desk, [(foot[0], foot[1] - 0.2 * gap), *spots, (top[0], top[1] + 0.06 * crown)], gap))


def _rungs(foot: Point, top: Point, count: int) -> list[Point]:
    """The middles of *count* rungs from below, closer together as they rise."""
    u = np.linspace(0.5, count - 0.5, count) / count
    rise = u**0.94
    return [(foot[0] + (top[0] - foot[0]) * float(one), foot[1] + (top[1] - foot[1]) * float(one)) for one in rise]


def _half(foot: Point, top: Point, wide: float, y: float) -> float:
    """Half the ladder's width at height *y*: it narrows upward."""
    up = (foot[1] - y) / (foot[1] - top[1])
    return wide * (1 - 0.34 * up)


class _Ladder:
    """Rails and rungs that grow from below."""

    z = 3.2

    def __init__(self, desk: Desk, foot: Point, top: Point, wide: float, spots: list[Point]) -> None:
        pad = 8
        left, right = min(foot[0], top[0]) - wide - 3 * pad, max(foot[0], top[0]) + wide + 3 * pad
        self._corner = (math.floor(left), math.floor(top[1]) - pad)
        size = (math.ceil(foot[1] - self._corner[1]) + pad, math.ceil(right - self._corner[0]))
        mask = np.zeros(size, np.uint8)
        thick = max(2, round(0.15 * wide))
        for side in (-1, 1):
            ends = np.array(
                [[foot[0] + side * wide, foot[1]], [top[0] + side * _half(foot, top, wide, top[1]), top[1]]], np.float32
            )
            cv2.polylines(mask, [fixed(ends - self._corner)], False, 255, thick, cv2.LINE_AA, SHIFT)
        for x, y in spots:
            half = _half(foot, top, wide, y)
            ends = np.array([[x - half, y], [x + half, y]], np.float32)
            cv2.polylines(
                mask, [fixed(ends - self._corner)], False, 255, max(2, round(0.8 * thick)), cv2.LINE_AA, SHIFT
            )
        tone = mix(desk.hue(1), desk.spot, 0.35)
        key = mix(desk.pale, "#ffffff", 0.3)
        picture = lit_body(
            as_cover(mask),
            tone,
            toward=(0.6 * desk.side, -0.8),
            key=key,
            ambient=desk.body,
            bulge=0.5 * thick,
        )
        self._piece = sprite(picture)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay as much as has grown."""
        u = ease_out((moment.seconds - 0.2) / 1.0) if moment.seconds > 0.2 else 0.0
        height = self._piece.pixels.shape[0]
        shown = round(u * height)
        if shown < 2:
            return
        piece = self._piece if shown >= height else trimmed(self._piece, self._piece.pixels[-shown:])
        x, y = self._corner[0] + piece.x, self._corner[1] + piece.y + height - shown
        canvas.lay(piece, np.array([[1, 0, x], [0, 1, y]], np.float32))


def _names(
    desk: Desk, rungs: list[str], spots: list[Point], words: Box, tall: float, half: float, *, is_left: bool
) -> None:
    """A card for each rung, tied to it by a short line."""
    if not rungs:
        return
    width = min(words.width, 0.80 * desk.unit)
    left = words.x if is_left else words.right - width
    text_width = width - 1.5 * tall
    size = desk.size_for(rungs, Box(0, 0, text_width, 0.84 * tall), 0.042)
    for index, (name, (x, y)) in enumerate(zip(rungs, spots, strict=True)):
        start = _CLIMB_S + 2 * _RUNG_S * (index + 0.8)
        box = Box(left, y - tall / 2, width, tall)
        near = box.x if is_left else box.right
        desk.line(
            straight((x + (half if is_left else -half), y), (near, y), 24),
            start,
            index=index,
            width=2.5,
            has_head=False,
        )
        sheet(desk, box, start + 0.15, index=index)
        has_mark = glyph(name, 8) is not None
        mark_x = box.x + 0.60 * tall if is_left else box.right - 0.60 * tall
        desk.pop(name, 0.74 * tall, (mark_x, y), start + 0.25, index=index, fallback="" if has_mark else str(index + 1))
        text = Box(
            box.x + 1.15 * tall if is_left else box.x + 0.35 * tall, box.y + 0.08 * tall, text_width, 0.84 * tall
        )
        desk.label(name, text, start + 0.3, size=size, align=0.0 if is_left else 1.0)


def _goal(desk: Desk, goal: str, spot: Point, size: float, words: Box, start: float, *, is_left: bool) -> None:
    """What waits at the top: its badge in a turning ring, its name beside it."""
    desk.stage.add(Dial(desk, spot, 0.62 * size, ticks=40, turn=0.25))
    desk.pop(goal if glyph(goal, 8) is not None else "star", 0.86 * size, spot, 0.45, index=2, breath=0.03)
    if not goal:
        return
    box = Box(words.x, spot[1] - 0.42 * size, words.width, 0.84 * size)
    desk.label(
        goal,
        box,
        start - 0.4,
        size=0.062,
        weight=700,
        family="serif",
        colour=desk.hue(2),
        align=0.0 if is_left else 1.0,
    )


class _Climber:
    """A light that goes up rung by rung, rests on top, and sends sparks up for ever."""

    z = 1.8

    def __init__(self, desk: Desk, stops: list[Point], gap: float) -> None:
        self._stops, self._gap = stops, gap
        radius = max(2.5, min(0.16 * gap, 0.018 * desk.unit))
        self._dot = spark(desk.hue(0), radius, is_light=not desk.is_light)
        self._small = spark(desk.hue(0), 0.32 * radius, is_light=not desk.is_light)
        mask = np.zeros((round(gap * 2), round(gap * 2)), np.float32)
        cv2.circle(mask, (mask.shape[1] // 2, mask.shape[0] // 2), max(1, round(0.20 * gap)), 1.0, -1)
        self._glow: F32 = blur(mask, 0.32 * gap)
        self._glow_mask = np.asarray(np.clip(self._glow * 200, 0, 255), np.uint8)
        self._hue = desk.hue(0)

    def at(self, t: float) -> Point:
        """Where the light is."""
        way = min(max(0.0, (t - _CLIMB_S) / _RUNG_S), len(self._stops) - 1.0)
        low = min(int(way), len(self._stops) - 2)
        u = ease_both(way - low)
        (x0, y0), (x1, y1) = self._stops[low], self._stops[low + 1]
        sway = 0.10 * self._gap * math.sin(math.pi * u) * (1 if low % 2 else -1)
        return x0 + (x1 - x0) * u + sway, y0 + (y1 - y0) * u - 0.06 * self._gap * math.sin(math.pi * u)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the light, its glow and its trail."""
        t = moment.seconds
        gain = min(1.0, max(0.0, 2 * (t - 0.5)))
        if gain <= 0:
            return
        x, y = self.at(t)
        height, width = self._glow_mask.shape
        pulse = 0.75 + 0.25 * math.sin(3.1 * t)
        canvas.shine(self._glow_mask, self._hue, round(x - width / 2), round(y - height / 2), 0.7 * gain * pulse)
        for back in range(1, 9):
            px, py = self.at(t - 0.06 * back)
            rising = ((0.35 * t + 0.125 * back) % 1) if t > _CLIMB_S + _RUNG_S * len(self._stops) else 0.0
            drift = 0.25 * self._gap * math.sin(2.4 * back + 3 * rising)
            self._lay(
                canvas,
                self._small,
                (px + drift * rising, py - 0.9 * self._gap * rising),
                gain * (1 - rising) * (1 - 0.09 * back),
            )
        self._lay(canvas, self._dot, (x, y), gain)

    @staticmethod
    def _lay(canvas: Canvas, dot: Sprite, spot: Point, gain: float) -> None:
        height, width = dot.pixels.shape[:2]
        canvas.lay(dot, np.array([[1, 0, spot[0] - width / 2], [0, 1, spot[1] - height / 2]], np.float32), gain)
