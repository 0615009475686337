"""Badges, cards and lines: the parts that diagrams are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.icons import find_icon, icon
from astragen.builtin.lettering import letter
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, mix, rgb
from astragen.builtin.painter.layouts.entrances import ease_out, overshoot
from astragen.builtin.painter.noise import blur, smoothstep
from astragen.builtin.painter.sprite import Sprite, light, over, premultiply, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed

Point = tuple[float, float]  # frame px

SHAPES = ("disc", "squircle", "hexagon", "bloom")
_POP_S = 0.6
_DRAW_S = 0.8


class Enamel(NamedTuple):
    """Colours of a badge: its face from top to foot, its ring, its mark."""

    inner: Colour
    outer: Colour
    ring: Colour
    ink: Colour


def glyph(noun: str, size: int) -> F32 | None:
    """Coverage (size, size) of the icon for *noun*'s last known word, or None."""
    words = noun.casefold().split()
    for candidate in (noun, *reversed(words)):
        name = find_icon(candidate.strip(".,:;!?\"'“”‘’()"))
        if name is not None:
            return icon(name, size)
    return None


def silhouette(noun: str, size: int) -> F32 | None:
    """The icon for *noun* as a body to light: a line drawing is filled, its lines left as grooves."""
    found = glyph(noun, size)
    if found is None or float((found > 0.5).mean()) > 0.30:
        return found
    outside = np.pad((found > 0.4).astype(np.uint8), 1)
    cv2.floodFill(outside, None, (0, 0), 2)
    filled = np.where(outside[1:-1, 1:-1] == 2, found, 1.0)
    if float(filled.mean()) < 1.25 * float(found.mean()):
        return found
    grooves = blur(np.asarray(found, np.float32), 0.6) * (
        cv2.erode(filled, np.ones((3, 3), np.uint8), iterations=max(1, size // 40)) > 0.9
    )
    return np.asarray(np.clip(filled - 0.55 * grooves, 0, 1), np.float32)


def mark_of(noun: str, size: int, language: str, fallback: str = "") -> F32:
    """What stands for *noun* on a badge: its icon, else *fallback* or its first letter."""
    found = glyph(noun, size)
    if found is not None:
        return found
    text = fallback or noun.strip()[:1].upper() or "?"
    return np.asarray(letter(text, size * 0.82, family="serif", weight=700, language=language).coverage, np.float32)


def _reach(shape: str, x: F32, y: F32) -> F32:
    """Distance from the middle in units of the shape's own radius there."""
    if shape == "squircle":
        return np.asarray((np.abs(x) ** 4 + np.abs(y) ** 4) ** 0.25 * 1.06, np.float32)
    if shape == "hexagon":
        flat = np.maximum(np.abs(y) * 0.866 + np.abs(x) * 0.5, np.abs(x)) * 1.04
        return np.asarray(0.75 * flat + 0.25 * np.hypot(x, y), np.float32)
    if shape == "bloom":
        wave = 1 + 0.035 * np.cos(10 * np.arctan2(y, x))
        return np.asarray(np.hypot(x, y) * wave, np.float32)
    return np.hypot(x, y).astype(np.float32)


def plate(size: int, shape: str, enamel: Enamel, side: float) -> F32:
    """A badge's face *size* px wide, lit from above on *side* (-1 left), on its shadow and glow; 1.5 times as large."""
    half = size * 0.75
    count = int(2 * half)
    y, x = np.mgrid[0:count, 0:count].astype(np.float32) + 0.5 - half
    reach = _reach(shape, x / (size / 2), y / (size / 2))
    cover = np.clip((1 - reach) * size / 2 + 0.5, 0, 1)
    shade = mix(enamel.inner, enamel.outer, np.clip(0.5 + (y - side * 0.5 * x) / size, 0, 1))
    edge = np.clip(1 - np.abs(reach - 0.945) / 0.034, 0, 1) * cover
    toward = np.clip(0.55 + (-y + side * 0.6 * x) / size, 0, 1)
    sheen = np.clip(1 - np.hypot(x - side * size * 0.16, y + size * 0.26) / (size * 0.40), 0, 1) ** 2 * cover
    ring = mix(enamel.outer, enamel.ring, 0.35 + 0.65 * toward)
    colour = shade + (ring - shade) * (edge * 0.9)[..., None] + (sheen * 0.13)[..., None]
    face = premultiply(np.clip(colour, 0, 1).astype(np.float32), cover.astype(np.float32))
    drop = np.roll(
        blur(cover.astype(np.float32), size * 0.055), (round(size * 0.05), -round(side * size * 0.02)), (0, 1)
    )
    halo = np.exp(-np.maximum(reach - 1, 0) * 7) * smoothstep(1.45, 1.1, reach) * (1 - cover) * 0.26
    ground = over(
        premultiply(rgb(enamel.ring) * 0.8, halo.astype(np.float32)),
        premultiply(rgb(enamel.outer) * 0.12, np.clip(drop * 0.5, 0, 1).astype(np.float32)),
    )
    return over(face, ground)


def badge(mark: F32, size: int, shape: str, enamel: Enamel, side: float) -> F32:
    """A badge *size* px wide that carries *mark* (coverage)."""
    face = plate(size, shape, enamel, side)
    mask = np.zeros(face.shape[:2], np.float32)
    paste(mask, mark, face.shape[1] / 2, face.shape[0] / 2)
    shadow = np.roll(blur(mask, size * 0.018), int(size * 0.022), 0) * 0.45
    face[..., :3] *= (1 - shadow)[..., None]
    return over(premultiply(rgb(enamel.ink), mask), face)


def paste(mask: F32, part: F32, x: float, y: float) -> None:
    """Lay *part* into *mask* with its centre at (x, y); what sticks out is cut."""
    height, width = part.shape
    left, top = round(x - width / 2), round(y - height / 2)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(mask.shape[1], left + width), min(mask.shape[0], top + height)
    if x1 > x0 and y1 > y0:
        view = mask[y0:y1, x0:x1]
        np.maximum(view, part[y0 - top : y1 - top, x0 - left : x1 - left], out=view)


def rounded(width: int, height: int, radius: float) -> F32:
    """(height, width) distance in px from the edge of a rounded rectangle, inside positive."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    radius = min(radius, width / 2, height / 2)
    dx = np.abs(x - width / 2) - (width / 2 - radius)
    dy = np.abs(y - height / 2) - (height / 2 - radius)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0)
    return np.asarray(radius - outside, np.float32)


def card(width: float, height: float, radius: float, fill: Colour, edge: Colour, *, opacity: float = 0.75) -> F32:
    """A sheet with rounded corners, lighter at its head, a thin bright edge, on a soft shadow; padded by *radius*."""
    pad = max(3, round(radius))
    columns, rows = max(4, round(width)), max(4, round(height))
    inside = rounded(columns, rows, radius)
    cover = np.clip(inside + 0.5, 0, 1)
    line = np.clip(1.4 - np.abs(inside - 1.2), 0, 1) * cover
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None] + np.zeros((1, columns), np.float32)
    colour = mix(mix(fill, edge, 0.16), fill, np.clip(down * 1.4, 0, 1))
    colour = colour + (rgb(edge) - colour) * (line * (0.85 - 0.5 * down))[..., None]
    sheet = premultiply(np.clip(colour, 0, 1).astype(np.float32), np.clip(cover * opacity + line * 0.2, 0, 1))
    sheet = np.pad(sheet, ((pad, pad), (pad, pad), (0, 0)))
    shadow = np.roll(blur(np.pad(cover, pad), pad * 0.45), round(pad * 0.3), 0) * 0.34
    shadow *= 1 - np.pad(cover, pad) * opacity
    return over(sheet, premultiply(np.zeros(3, np.float32), shadow.astype(np.float32)))


def pill(text: str, size: float, *, fill: Colour, ink: Colour, language: str, wide: float = math.inf) -> F32:
    """A label on a rounded bar, at most *wide* px wide: longer text is set smaller."""
    word = np.asarray(letter(text, size, weight=700, language=language).coverage, np.float32)
    if word.shape[-1] + 1.5 * size > wide:
        size = max(4.0, size * (wide - 1.5 * size) / max(1, word.shape[-1]))
        word = np.asarray(letter(text, size, weight=700, language=language).coverage, np.float32)
    if word.size == 0:
        word = np.zeros((round(size), round(size)), np.float32)
    height = round(1.9 * size)
    width = max(height, round(word.shape[1] + 1.5 * size))
    bar = np.clip(rounded(width, height, height / 2) + 0.5, 0, 1)
    mask = np.zeros((height, width), np.float32)
    paste(mask, word, width / 2, height / 2)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None] + np.zeros((1, width), np.float32)
    face = premultiply(mix(mix(fill, "#ffffff", 0.22), mix(fill, "#000000", 0.08), down), bar)
    pad = max(2, round(0.5 * size))
    shadow = np.roll(blur(np.pad(bar, pad), 0.22 * size), round(0.14 * size), 0) * 0.4
    lettered = np.pad(over(premultiply(rgb(ink), mask), face), ((pad, pad), (pad, pad), (0, 0)))
    return over(lettered, premultiply(np.zeros(3, np.float32), shadow.astype(np.float32)))


class Pop:
    """A picture that jumps in at *start*, then floats a little and breathes."""

    def __init__(
        self,
        picture: F32,
        centre: Point,
        start: float,
        *,
        z: float = 3.0,
        bob: float = 0.0,
        phase: float = 0.0,
        breath: float = 0.0,
        came: Point | None = None,
    ) -> None:
        """*breath*: share by which it grows and shrinks. *came*: where it comes from, frame px."""
        self.z, self.start = z, start
        self._piece = sprite(np.pad(picture, ((2, 2), (2, 2), (0, 0))))
        self._size = picture.shape[1] + 4, picture.shape[0] + 4
        self._centre, self._bob, self._phase, self._breath, self._came = centre, bob, phase, breath, came

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the picture, grown as far as its moment says."""
        u = (moment.seconds - self.start) / _POP_S
        if u <= 0:
            return
        x, y = self._centre
        if self._came is not None:
            rest = 1 - ease_out(u)
            x, y = x + (self._came[0] - x) * rest, y + (self._came[1] - y) * rest
        y += self._bob * math.sin(1.3 * moment.seconds + self._phase)
        x += 0.5 * self._bob * math.sin(0.9 * moment.seconds + 2 * self._phase)
        scale = max(0.02, overshoot(u)) * (1 + self._breath * math.sin(1.9 * moment.seconds + self._phase))
        canvas.lay(self._piece, centred(self._piece, self._size, (x, y), scale), min(1.0, 1.8 * u))


class Fade:
    """A picture that fades in where it stands."""

    def __init__(self, picture: F32, corner: Point, start: float, *, z: float = 4.2) -> None:
        """*corner*: the frame px of its top left."""
        self.z, self.start = z, start
        self._piece = sprite(picture)
        self._corner = corner

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay the picture, as far as it has come."""
        gain = min(1.0, max(0.0, (moment.seconds - self.start) / 0.4))
        x, y = self._corner[0] + self._piece.x, self._corner[1] + self._piece.y
        canvas.lay(self._piece, placed(x, y, (0, 0), 1.0, 0.0, 1.0, 0.0, 0.0), gain)


def centred(piece: Sprite, size: tuple[float, float], centre: Point, scale: float = 1.0, angle: float = 0.0) -> F32:
    """The matrix that shows *piece*, cut from a picture of *size* px (width, height), with its middle at *centre*."""
    pivot = (size[0] / 2 - piece.x, size[1] / 2 - piece.y)
    return placed(centre[0] - pivot[0], centre[1] - pivot[1], pivot, scale, angle, 1.0, 0.0, 0.0)


class Path:
    """A line that draws itself along *points* (n, 2), with an arrow head and travelling dots."""

    def __init__(
        self,
        points: F32,
        colour: Colour,
        width: float,
        start: float,
        *,
        dot: Sprite | None = None,
        dots: int = 0,
        has_head: bool = True,
        seconds: float = _DRAW_S,
        z: float = 3.5,
        strength: float = 0.6,
        pace: float = 0.35,
    ) -> None:
        """*dot*: what travels. *seconds*: how long the line takes. *pace*: journeys of a dot each second."""
        self.z, self.start, self._seconds, self._pace = z, start, seconds, pace
        self._points, self._colour, self._width = points, colour, max(1.0, width)
        self._has_head, self._dot, self._dots, self._strength = has_head, dot, dots if dot else 0, strength
        reach = 4 * self._width + 2
        low, high = np.floor(points.min(0) - reach).astype(int), np.ceil(points.max(0) + reach).astype(int)
        self._corner, self._size = (int(low[0]), int(low[1])), (int(high[1] - low[1]), int(high[0] - low[0]))
        self._strips = _strips(points, reach, self._corner, self._size)
        self._whole: U8 | None = None

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Draw as much of the line as its moment says."""
        u = ease_out((moment.seconds - self.start) / self._seconds)
        if u <= 0:
            return
        mask = self._mask(u)
        for top, bottom, left, right in self._strips:
            part = mask[top:bottom, left:right]
            canvas.tint(np.ascontiguousarray(part), self._colour, self._corner[0] + left, self._corner[1] + top)
        if u >= 1 and self._dot is not None:
            for index in range(self._dots):
                along = (self._pace * (moment.seconds - self.start) + index / self._dots) % 1
                self._lay_dot(canvas, along)

    def _lay_dot(self, canvas: Canvas, along: float) -> None:
        assert self._dot is not None
        at = along * (len(self._points) - 1)
        low = min(int(at), len(self._points) - 2)
        x, y = self._points[low] + (self._points[low + 1] - self._points[low]) * (at - low)
        height, width = self._dot.pixels.shape[:2]
        fade = min(1.0, 8 * along, 8 * (1 - along))
        matrix = placed(float(x) - width / 2, float(y) - height / 2, (0, 0), 1.0, 0.0, 1.0, 0.0, 0.0)
        canvas.lay(self._dot, matrix, fade)

    def _mask(self, u: float) -> U8:
        if u >= 1 and self._whole is not None:
            return self._whole
        mask: U8 = np.zeros(self._size, np.uint8)
        shown = partly(self._points, u) - np.array(self._corner, np.float32)
        thick = max(1, round(self._width))
        cv2.polylines(mask, [fixed(shown)], False, round(255 * self._strength), thick, cv2.LINE_AA, SHIFT)
        if self._has_head:
            cv2.fillPoly(
                mask,
                [fixed(_head(shown, self._width))],
                round(255 * min(1.0, 1.4 * self._strength)),
                cv2.LINE_AA,
                SHIFT,
            )
        if u >= 1:
            self._whole = mask
        return mask


def partly(points: F32, u: float) -> F32:
    """The first share *u* of the line *points* (n, 2), its last point between two of them."""
    at = min(max(u, 0.0), 1.0) * (len(points) - 1)
    last = min(int(at), len(points) - 2)
    tip = points[last] + (points[last + 1] - points[last]) * (at - last)
    return np.concatenate([points[: last + 1], tip[None]]).astype(np.float32)


def _strips(
    points: F32, reach: float, corner: tuple[int, int], size: tuple[int, int]
) -> list[tuple[int, int, int, int]]:
    """Boxes (top, bottom, left, right) that cover the line closely and do not overlap: little is tinted in vain."""
    local = points - np.array(corner, np.float32)
    axis = 0 if size[1] >= size[0] else 1
    extent = size[1] if axis == 0 else size[0]
    bounds = np.linspace(0, extent, min(12, max(1, extent // 48)) + 1).astype(int)
    found = []
    for low, high in pairwise(bounds):
        near = local[(local[:, axis] >= low - reach - 24) & (local[:, axis] <= high + reach + 24)]
        if not len(near):
            continue
        other = near[:, 1 - axis]
        first = max(0, int(other.min() - reach))
        last = min(size[0] if axis == 0 else size[1], int(other.max() + reach) + 1)
        found.append((first, last, int(low), int(high)) if axis == 0 else (int(low), int(high), first, last))
    return found


def as_cover(mask: np.ndarray) -> F32:
    """A drawn (h, w) uint8 mask as coverage in [0, 1]."""
    return np.asarray(mask / 255, np.float32)


SHIFT = 4  # fractional bits of OpenCV's drawing coordinates


def fixed(points: F32) -> np.ndarray:
    """*points* as OpenCV's drawing calls want them with SHIFT."""
    return np.asarray(np.round(points * 2**SHIFT), np.int32)


def _head(points: F32, width: float) -> F32:
    tip = points[-1]
    gaps = np.hypot(*(points - tip).T)
    far = np.flatnonzero(gaps > 2.5 * width)
    back = points[far[-1]] if len(far) else points[0]
    along = (tip - back) / (float(np.hypot(*(tip - back))) or 1.0)
    across = np.array([-along[1], along[0]], np.float32)
    reach = 3.4 * width
    return np.stack(
        [
            tip + along * reach * 0.5,
            tip - along * reach * 0.7 + across * reach * 0.6,
            tip - along * reach * 0.45,
            tip - along * reach * 0.7 - across * reach * 0.6,
        ]
    ).astype(np.float32)


def spark(colour: Colour, radius: float, *, is_light: bool = True) -> Sprite:
    """A glowing dot: light to add, or, on pale ground, a dot of *colour* in a soft ring."""
    size = max(2, round(3.2 * radius))
    y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32)
    reach = np.hypot(x, y) / max(radius, 0.6)
    core = np.clip((1 - reach) * radius + 0.5, 0, 1)
    halo = np.exp(-((reach / 1.5) ** 2)) * smoothstep(3.1, 1.5, reach) * 0.55
    if is_light:
        glow = mix(colour, "#ffffff", 0.55) * core[..., None] + rgb(colour) * halo[..., None]
        return light(glow.astype(np.float32))._replace(x=0.0, y=0.0)
    dot = over(
        premultiply(rgb(colour), core.astype(np.float32)), premultiply(rgb(colour), (halo * 0.6).astype(np.float32))
    )
    return sprite(dot)._replace(x=0.0, y=0.0)


class Sparks:
    """Glowing dots whose places a function of the seconds tells: (x, y, gain) each."""

    def __init__(
        self, dot: Sprite, places: Callable[[float], list[tuple[float, float, float]]], z: float = 2.2
    ) -> None:
        self.z, self._dot, self._places = z, dot, places

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay each dot."""
        height, width = self._dot.pixels.shape[:2]
        for x, y, gain in self._places(moment.seconds):
            if gain > 0:
                matrix = placed(x - width / 2, y - height / 2, (0, 0), 1.0, 0.0, 1.0, 0.0, 0.0)
                canvas.lay(self._dot, matrix, min(1.0, gain))


def straight(a: Point, b: Point, count: int = 60) -> F32:
    """*count* points from *a* to *b*."""
    u = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    return np.asarray(np.array(a, np.float32) * (1 - u) + np.array(b, np.float32) * u, np.float32)


def bowed(a: Point, b: Point, bow: float, count: int = 60) -> F32:
    """*count* points of a curve from *a* to *b* whose middle lies *bow* of its length to the left."""
    first, last = np.array(a, np.float32), np.array(b, np.float32)
    across = np.array([last[1] - first[1], first[0] - last[0]], np.float32)
    u = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    return np.asarray(first * (1 - u) + last * u + across * (4 * bow * u * (1 - u)), np.float32)


def arc(centre: Point, radius: Point, first: float, last: float, count: int = 60) -> F32:
    """*count* points of an ellipse from angle *first* to *last* (radians, clockwise from right)."""
    angle = np.linspace(first, last, count, dtype=np.float32)
    x, y = centre[0] + radius[0] * np.cos(angle), centre[1] + radius[1] * np.sin(angle)
    return np.stack([x, y], 1).astype(np.float32)
