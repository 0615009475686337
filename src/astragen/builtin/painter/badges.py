"""Badges and lines: the parts that diagrams are made of."""

from __future__ import annotations

import math

import cv2
import numpy as np

from astragen.builtin.icons import find_icon, icon
from astragen.builtin.lettering import letter
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, mix, rgb
from astragen.builtin.painter.noise import blur, smoothstep
from astragen.builtin.painter.sprite import over, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.builtin.painter.type import ease_out, overshoot

Point = tuple[float, float]  # frame px


def glyph(noun: str, size: int) -> F32 | None:
    """Coverage (size, size) of the icon for *noun*'s last known word, or None."""
    words = noun.split()
    for candidate in (noun, *reversed(words)):
        name = find_icon(candidate)
        if name is not None:
            return icon(name, size)
    return None


def disc(size: int, inner: Colour, outer: Colour, ring: Colour) -> F32:
    """A round plate *size* px wide, shaded from *inner* (top) to *outer*, ringed, on a soft glow."""
    half = size * 0.72
    count = int(2 * half)
    y, x = np.mgrid[0:count, 0:count].astype(np.float32) + 0.5 - half
    reach = np.hypot(x, y) / (size / 2)
    cover = np.clip((1 - reach) * size / 2 + 0.5, 0, 1)
    shade = mix(inner, outer, np.clip(y / size + 0.5, 0, 1))
    edge = np.clip(1 - np.abs(reach - 0.955) / 0.028, 0, 1) * cover
    top_light = np.clip(1 - np.hypot(x, y + size * 0.28) / (size * 0.42), 0, 1) ** 2 * cover
    colour = shade + rgb(ring) * (edge * 0.75)[..., None] + (top_light * 0.10)[..., None]
    halo = np.exp(-np.maximum(reach - 1, 0) * 6) * smoothstep(1.42, 1.1, reach) * (1 - cover) * 0.35
    shadow = premultiply(rgb(ring) * 0.6, halo.astype(np.float32))
    return over(premultiply(np.clip(colour, 0, 1).astype(np.float32), cover.astype(np.float32)), shadow)


def badge(noun: str, size: int, *, inner: Colour, outer: Colour, ring: Colour, ink: Colour, language: str) -> F32:
    """A disc with the icon of *noun*; without an icon, its first letters."""
    plate = disc(size, inner, outer, ring)
    count = plate.shape[0]
    mask = np.zeros((count, count), np.float32)
    mark = glyph(noun, int(size * 0.56))
    if mark is None:
        text = letter(noun.strip()[:2].upper() or "?", size * 0.36, weight=700, language=language).coverage
        mark = np.asarray(text, np.float32)
    paste(mask, mark, count / 2, count / 2)
    shadow = np.roll(blur(mask, size * 0.02), int(size * 0.02), 0) * 0.4
    plate[..., :3] *= (1 - shadow)[..., None]
    return over(premultiply(rgb(ink), mask), plate)


def paste(mask: F32, part: F32, x: float, y: float) -> None:
    """Lay *part* into *mask* with its centre at (x, y); what sticks out is cut."""
    height, width = part.shape
    left, top = round(x - width / 2), round(y - height / 2)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(mask.shape[1], left + width), min(mask.shape[0], top + height)
    if x1 > x0 and y1 > y0:
        view = mask[y0:y1, x0:x1]
        np.maximum(view, part[y0 - top : y1 - top, x0 - left : x1 - left], out=view)


def pill(text: str, size: float, *, fill: Colour, ink: Colour, language: str) -> F32:
    """A label on a rounded bar."""
    word = np.asarray(letter(text, size, weight=700, language=language).coverage, np.float32)
    if word.size == 0:
        word = np.zeros((round(size), round(size)), np.float32)
    width, height = round(word.shape[1] + 1.5 * size), round(1.9 * size)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    radius = height / 2
    across = np.maximum(np.abs(x - width / 2) - (width / 2 - radius), 0)
    bar = np.clip(radius - np.hypot(across, y - radius), 0, 1)
    mask = np.zeros((height, width), np.float32)
    paste(mask, word, width / 2, height / 2)
    return over(premultiply(rgb(ink), mask), premultiply(mix(fill, "#ffffff", 0.08), bar))


class Pop:
    """A picture that jumps in at *start*, then floats a little."""

    def __init__(
        self, picture: F32, centre: Point, start: float, *, z: float = 3.0, bob: float = 0.0, phase: float = 0.0
    ) -> None:
        self.z, self.start = z, start
        self._piece = sprite(np.pad(picture, ((2, 2), (2, 2), (0, 0))))._replace(x=0.0, y=0.0)
        self._centre, self._bob, self._phase = centre, bob, phase

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the picture, grown as far as its moment says."""
        u = (moment.seconds - self.start) / 0.6
        if u <= 0:
            return
        height, width = self._piece.pixels.shape[:2]
        x, y = self._centre
        y += self._bob * math.sin(1.3 * moment.seconds + self._phase)
        x += 0.5 * self._bob * math.sin(0.9 * moment.seconds + 2 * self._phase)
        scale = max(0.02, overshoot(u))
        matrix = placed(x - width / 2, y - height / 2, (width / 2, height / 2), scale, 0.0, 1.0, 0.0, 0.0)
        canvas.lay(self._piece, matrix, min(1.0, 1.8 * u))


class Path:
    """A line that draws itself along *points* (n, 2), with an arrow head and travelling dots."""

    def __init__(
        self,
        points: F32,
        colour: Colour,
        width: float,
        start: float,
        *,
        has_head: bool = True,
        dots: int = 3,
        z: float = 3.5,
        strength: float = 0.6,
    ) -> None:
        self.z, self.start = z, start
        self._points, self._colour, self._width = points, colour, width
        self._has_head, self._dots, self._strength = has_head, dots, strength
        low = np.floor(points.min(0) - 5 * width).astype(int)
        high = np.ceil(points.max(0) + 5 * width).astype(int)
        self._corner, self._size = (int(low[0]), int(low[1])), (int(high[1] - low[1]), int(high[0] - low[0]))

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw as much of the line as its moment says."""
        u = ease_out((moment.seconds - self.start) / 0.8)
        if u <= 0:
            return
        mask: U8 = np.zeros(self._size, np.uint8)
        points = (self._points - self._corner).astype(np.float32)
        shown = points[: max(2, round(u * len(points)))]
        level = round(255 * self._strength)
        thick = max(1, round(self._width))
        cv2.polylines(mask, [_fixed(shown)], False, level, thick, cv2.LINE_AA, _SHIFT)
        if self._has_head:
            cv2.fillPoly(mask, [_fixed(_head(shown, self._width))], 255, cv2.LINE_AA, _SHIFT)
        if u >= 1:
            for dot in range(self._dots):
                along = (0.35 * moment.seconds + dot / self._dots) % 1
                centre = _fixed(points[round(along * (len(points) - 1))][None])[0]
                radius = round(1.5 * self._width * 2**_SHIFT)
                cv2.circle(mask, (int(centre[0]), int(centre[1])), radius, 255, -1, cv2.LINE_AA, _SHIFT)
        canvas.tint(mask, self._colour, *self._corner)


_SHIFT = 4  # fractional bits of OpenCV's drawing coordinates


def _fixed(points: F32) -> np.ndarray:
    return np.asarray(np.round(points * 2**_SHIFT), np.int32)


def _head(points: F32, width: float) -> F32:
    tip = points[-1]
    back = points[max(0, len(points) - 4)]
    along = (tip - back) / (float(np.hypot(*(tip - back))) or 1.0)
    across = np.array([-along[1], along[0]], np.float32)
    reach = 3.4 * width
    return np.stack(
        [
            tip + along * reach * 0.5,
            tip - along * reach * 0.7 + across * reach * 0.6,
            tip - along * reach * 0.7 - across * reach * 0.6,
        ]
    ).astype(np.float32)


def straight(a: Point, b: Point, count: int = 60) -> F32:
    """*count* points from *a* to *b*."""
    u = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    return np.asarray(np.array(a, np.float32) * (1 - u) + np.array(b, np.float32) * u, np.float32)


def arc(centre: Point, radius: Point, first: float, last: float, count: int = 60) -> F32:
    """*count* points of an ellipse from angle *first* to *last* (radians, clockwise from right)."""
    angle = np.linspace(first, last, count, dtype=np.float32)
    x, y = centre[0] + radius[0] * np.cos(angle), centre[1] + radius[1] * np.sin(angle)
    return np.stack([x, y], 1).astype(np.float32)
