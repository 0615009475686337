"""Furniture: pieces drawn from a table of simple shapes, rounded and lit.

A piece is a list of parts in its own unit square (0 left or top, 1 right or bottom;
parts may stick out), each with a tone that multiplies the piece's colour. The table
is `data/painter/interiors.json`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.noise import blur
from astragen.builtin.painter.sprite import over, premultiply

_SHIFT = 6  # fractional bits of OpenCV's drawing coordinates
_BOOKS = ("#7a2f2a", "#2f4a6a", "#3f5a38", "#8a6a34", "#5a3a5c", "#9a8a6a", "#33373f")


class Sheet:
    """Where a piece is drawn: pixels of its box, with room around it."""

    def __init__(self, width: float, height: float, room: tuple[float, float, float, float]) -> None:
        """*room*: how far parts stick out (left, top, right, bottom), in unit lengths."""
        self.width, self.height = width, height
        self.left, self.top = room[0] * width + 4, room[1] * height + 4
        self.shape = (int(height + self.top + room[3] * height + 4), int(width + self.left + room[2] * width + 4))

    def points(self, units: Any) -> np.ndarray:  # noqa: ANN401  (nested JSON numbers)
        """Unit coordinates -> drawing coordinates."""
        scaled = np.asarray(units, np.float32) * (self.width, self.height) + (self.left, self.top)
        return np.asarray(np.round(scaled * 2**_SHIFT), np.int32)

    def polygon(self, units: Any) -> F32:  # noqa: ANN401
        """Coverage of a polygon."""
        mask = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(mask, [self.points(units)], 255, cv2.LINE_AA, _SHIFT)
        return np.asarray(mask / np.float32(255), np.float32)


def furnish(
    shape: Mapping[str, Any], height: float, colour: str, *, key: F32, ambient: F32, side: float, seed: int
) -> tuple[F32, float, float]:
    """Draw a piece *height* px tall: (picture (h, w, 4) premultiplied, x of its middle, y of its foot).

    *side*: where the light comes from, -1 left to 1 right.
    """
    parts = shape["parts"]
    sheet = Sheet(height * shape["aspect"], height, _room(parts))
    random = np.random.default_rng(seed)
    picture = np.zeros((*sheet.shape, 4), np.float32)
    for kind, *numbers in parts:
        mask, tint = _PARTS[kind](sheet, numbers, random)
        lit = rgb(colour) * tint * (ambient * 1.15 + key * _facing(mask, side, height)[..., None])
        shadow = premultiply(np.zeros(3, np.float32), np.clip(blur(mask, 0.012 * height) - mask, 0, 1) * 0.35)
        picture = over(premultiply(np.clip(lit, 0, 1).astype(np.float32), mask), over(shadow, picture))
    return picture, sheet.left + sheet.width / 2, sheet.top + height


def _room(parts: list[list[Any]]) -> tuple[float, float, float, float]:
    numbers = [n for kind, *n in parts if kind in ("box", "round", "oval", "stroke")]
    top = max([0.0, *(-part[1] for part in numbers)])
    has_leaf = any(part[0] == "leaf" for part in parts)
    return (0.3 if has_leaf else 0.02, top + (0.1 if has_leaf else 0.02), 0.3 if has_leaf else 0.02, 0.02)


def _facing(mask: F32, side: float, height: float) -> F32:
    """How much key light each pixel of a part gets: brighter toward the light and at the top edge."""
    soft = blur(mask, max(1.0, 0.02 * height))
    slope_x = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3)
    slope_y = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3)
    return np.asarray(np.clip(0.42 - side * slope_x * 1.1 + slope_y * 0.9, 0.1, 1.1), np.float32)


def _box(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    x0, y0, x1, y1, tone = numbers
    return sheet.polygon([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), tone


def _round(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    return _superellipse(sheet, numbers, 0.55)


def _oval(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    return _superellipse(sheet, numbers, 1.0)


def _superellipse(sheet: Sheet, numbers: list[Any], power: float) -> tuple[F32, Any]:
    """A box with rounded corners (*power* toward 0) up to an ellipse (1)."""
    x0, y0, x1, y1, tone = numbers
    angle = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    x = (x0 + x1) / 2 + (x1 - x0) / 2 * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power
    y = (y0 + y1) / 2 + (y1 - y0) / 2 * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power
    return sheet.polygon(np.stack([x, y], 1)), tone


def _poly(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    points, tone = numbers
    return sheet.polygon(points), tone


def _leaf(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    x, y, angle, reach, tone = numbers
    u = np.linspace(0, 1, 14)
    wide = 0.13 * reach * np.sin(math.pi * u**0.8)
    bend = angle + 0.5 * angle * u**2
    spine = np.stack([x + reach * u * np.sin(bend) / 0.62, y - reach * u * np.cos(bend)], 1)
    across = np.stack([np.cos(bend) / 0.62, np.sin(bend)], 1) * wide[:, None]
    return sheet.polygon(np.concatenate([spine + across, (spine - across)[::-1]])), tone


def _stroke(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    x0, y0, x1, y1, tone = numbers
    mask = np.zeros(sheet.shape, np.uint8)
    ends = sheet.points([[x0, y0], [x1, y1]])
    thick = max(1, round(0.012 * sheet.height))
    cv2.line(mask, ends[0].tolist(), ends[1].tolist(), 200, thick, cv2.LINE_AA, _SHIFT)
    return np.asarray(mask / np.float32(255), np.float32), tone


def _rows(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    """Shelves full of books."""
    x0, y0, x1, y1, count = numbers
    tint = np.full((*sheet.shape, 3), 0.25, np.float32)
    step = (y1 - y0) / count
    to_px = (sheet.width, sheet.height)
    for row in range(count):
        x = x0
        floor = y0 + step * (row + 0.9)
        while x < x1 - 0.01:
            wide, tall = float(random.uniform(0.025, 0.06)), step * float(random.uniform(0.55, 0.82))
            left, right = (int(v * to_px[0] + sheet.left) for v in (x, min(x + wide, x1)))
            top, bottom = (int(v * to_px[1] + sheet.top) for v in (floor - tall, floor))
            colour = mix(str(random.choice(_BOOKS)), "#d8b080", float(random.uniform(0, 0.35)))
            shade = 0.75 + 0.5 * np.sin(np.linspace(0.3, 2.8, max(1, right - left), dtype=np.float32))
            tint[top:bottom, left:right] = colour * 2.3 * shade[None, :, None]
            x += wide
    return sheet.polygon([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), tint


def _folds(sheet: Sheet, numbers: list[Any], random: np.random.Generator) -> tuple[F32, Any]:
    """Cloth hanging in folds."""
    x0, y0, x1, y1, count = numbers
    across = np.linspace(0, 1, sheet.shape[1], dtype=np.float32)
    phase = across * count * 2 * math.pi + 0.8 * np.sin(across * 7 + float(random.uniform(0, 6)))
    tint = np.broadcast_to((0.75 + 0.5 * np.sin(phase))[None, :, None], (*sheet.shape, 1))
    return sheet.polygon([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), tint


_PARTS: Mapping[str, Callable[[Sheet, list[Any], np.random.Generator], tuple[F32, Any]]] = {
    "box": _box,
    "round": _round,
    "oval": _oval,
    "poly": _poly,
    "leaf": _leaf,
    "stroke": _stroke,
    "rows": _rows,
    "folds": _folds,
}
