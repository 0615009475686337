"""Cars seen from before or behind: parked along the kerb, and driving down the street.

A car is a face and the side that its length shows toward the vanishing point, painted at
a few distances; between two of them the pictures are mixed. Start reading at `car`.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, Colour, mix, rgb
from astragen.builtin.painter.facades import daylight, table
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import smoothstep, stable_seed
from astragen.builtin.painter.sprite import Sprite, sprite
from astragen.builtin.painter.stage import Moment, Stage, placed
from astragen.builtin.painter.traffic import STAND, StreetView, Z

_WIDE, _HIGH, _LONG = 1.85, 1.46, 4.3  # m
_OUTLINE = (
    (-0.46, 0.0), (-0.49, 0.30), (-0.47, 0.52), (-0.36, 0.66), (-0.30, 0.90), (-0.22, 0.98),
    (0.22, 0.98), (0.30, 0.90), (0.36, 0.66), (0.47, 0.52), (0.49, 0.30), (0.46, 0.0),
)  # fmt: skip
_GLASS = ((-0.32, 0.67), (-0.27, 0.88), (0.27, 0.88), (0.32, 0.67))
_STEPS = (19.0, 23.0, 28.0, 35.0, 46.0, 64.0, 95.0, 175.0)  # m; a driving car is painted at each
_LANE = 2.3  # m from the middle of the road


class Picture(NamedTuple):
    """A premultiplied (h, w, 4) float car and where its near wheels' middle is in it, px."""

    pixels: F32
    foot: tuple[float, float]


def car(px: float, aside: float, depth: float, colour: Colour, light: Light, *, is_coming: bool) -> Picture:
    """A car at *depth* m, *aside* m right of the camera, *px* a metre: its near end *is_coming* or going."""
    shrink = depth / (depth + _LONG)
    size = np.array([_WIDE, -_HIGH]) * px
    # The far end lies toward the vanishing point: the camera is 2 m up and *aside* away.
    shift = np.array([-aside * px * (1 - shrink), -2.0 * px * (1 - shrink)])
    near = np.array(_OUTLINE) * size
    far = np.array(_OUTLINE) * size * shrink + shift
    every = np.concatenate([near, far])
    pad = 3
    low = np.floor(every.min(0)).astype(int) - pad - int(0.1 * px)
    high = np.ceil(every.max(0)).astype(int) + pad + int(0.12 * px)
    canvas: U8 = np.zeros((int(high[1] - low[1]), int(high[0] - low[0]), 4), np.uint8)
    sky, key = daylight(light)
    paint = rgb(colour)
    _fill(canvas, _shadow(px, shrink, shift) - low, (0.02, 0.02, 0.03), 0.62)
    hull = cv2.convexHull(every.astype(np.float32))[:, 0]
    sun = 0.75 if aside * light.side < 0 else 0.25
    _fill(canvas, hull - low, paint * (sky * 0.9 + key * sun), 1.0)
    # Windows along the side, and the roof's shine.
    band = np.concatenate([_between(near, far, (9, 8), (0.06, 0.60)), _between(near, far, (2, 3), (0.06, 0.60))])
    _fill(canvas, band[:4] - low, mix(sky * 0.35, light.middle, 0.25), 1.0)
    _fill(canvas, band[4:] - low, mix(sky * 0.35, light.middle, 0.25), 1.0)
    roof = np.stack([near[5], near[6], far[6], far[5]])
    _fill(canvas, roof - low, paint * (sky * 1.1 + key * 0.8) + 0.05 * light.middle, 1.0)
    _fill(canvas, near - low, paint * (sky * 0.95 + key * 0.40), 1.0)
    _face(canvas, size, low, paint, light, is_coming=is_coming)
    return Picture(np.asarray(canvas / np.float32(255), np.float32), (float(-low[0]), float(-low[1])))


def _between(near: np.ndarray, far: np.ndarray, corners: tuple[int, int], span: tuple[float, float]) -> np.ndarray:
    """Four points of the side between two *corners* of the outline, over *span* of the length."""
    lower, upper = corners
    return np.stack([
        near[lower] + (far[lower] - near[lower]) * span[0], near[upper] + (far[upper] - near[upper]) * span[0],
        near[upper] + (far[upper] - near[upper]) * span[1], near[lower] + (far[lower] - near[lower]) * span[1],
    ])  # fmt: skip


def _shadow(px: float, shrink: float, shift: np.ndarray) -> np.ndarray:
    half = _WIDE * px * 0.52
    front = np.array([[-half, 0.07 * px], [half, 0.07 * px]])
    return np.concatenate([front, front[::-1] * shrink + shift])


def _face(canvas: U8, size: np.ndarray, low: np.ndarray, paint: F32, light: Light, *, is_coming: bool) -> None:
    """Glass, lamps, bumper, plate and wheels of the near end."""
    sky, _ = daylight(light)

    def at(*points: tuple[float, float]) -> np.ndarray:
        return np.asarray(np.array(points) * size - low)

    for side in (-1, 1):
        _fill(
            canvas,
            at((side * 0.45, -0.02), (side * 0.45, 0.16), (side * 0.33, 0.16), (side * 0.33, -0.02)),
            (0.03, 0.03, 0.04),
            1,
        )
    _fill(canvas, at(*_GLASS), mix(sky * 0.30, light.middle, 0.34), 1.0)
    _fill(canvas, at((-0.30, 0.72), (-0.275, 0.85), (0.05, 0.85), (-0.10, 0.72)), mix(sky * 0.3, light.low, 0.45), 1.0)
    _fill(canvas, at((-0.47, 0.12), (-0.48, 0.24), (0.48, 0.24), (0.47, 0.12)), paint * sky * 0.45, 1.0)
    _fill(canvas, at((-0.13, 0.15), (-0.13, 0.23), (0.13, 0.23), (0.13, 0.15)), rgb("#d8d6cc") * (sky + 0.25), 1.0)
    _fill(canvas, at((-0.44, 0.50), (-0.44, 0.515), (0.44, 0.515), (0.44, 0.50)), paint * (sky + 0.35), 1.0)
    lamp = rgb("#fff0d0" if is_coming else "#c0201a")
    for side in (-1, 1):
        shape = at((side * 0.46, 0.34), (side * 0.45, 0.47), (side * 0.27, 0.45), (side * 0.30, 0.35))
        _fill(canvas, shape, lamp * (0.55 + 0.45 * light.dark), 1.0)


def _fill(canvas: U8, points: np.ndarray, colour: Colour, alpha: float) -> None:
    """A filled outline with soft edges; *alpha* below 1 only for what is drawn first."""
    level = np.clip(rgb(colour) * alpha * 255, 0, 255)
    cv2.fillPoly(canvas, [np.round(points * 16).astype(np.int32)], (*level.tolist(), 255.0 * alpha), cv2.LINE_AA, 4)


class _Drive(NamedTuple):
    """One driving car: where it starts along its lane (0 to 1), its pace, its lane's side, its pictures by distance."""

    start: float
    pace: float
    side: int
    pieces: list[tuple[Sprite, tuple[float, float]]]


class Traffic:
    """Cars that drive: the right lane goes, the left one comes; lamps shine when it is dark."""

    z = STAND * Z + 0.045  # just behind the subjects, before the wet road's mirror

    def __init__(self, stage: Stage, view: StreetView, air: F32, seed: int, *, is_wet: bool, density: int = 3) -> None:
        random = np.random.default_rng(stable_seed("traffic", seed))
        self._view, self._dark, self._is_wet = view, stage.light.dark, is_wet
        self._cars = [
            self._car(stage, air, side, (index + float(random.uniform(0.15, 0.85))) / density, random)
            for side in (-1, 1)
            for index in range(density)
        ]
        y, x = np.mgrid[-64:65, -64:65].astype(np.float32) / 64
        reach = np.hypot(x, y)
        halo = (np.exp(-reach * reach * 70) + 0.30 * np.exp(-reach * 7.5)) * smoothstep(1.0, 0.6, reach)
        self._halo: U8 = np.clip(halo * 255, 0, 255).astype(np.uint8)

    def _car(self, stage: Stage, air: F32, side: int, start: float, random: np.random.Generator) -> _Drive:
        names = table()["cars"]
        colour = names[int(random.integers(len(names)))]
        pieces = []
        for depth in _STEPS:
            made = car(self._view.focal / depth, side * _LANE, depth, colour, stage.light, is_coming=side < 0)
            fade = 1 - np.exp(-depth * stage.light.haze / 420)
            alpha = made.pixels[..., 3:]
            picture = np.concatenate([made.pixels[..., :3] * (1 - fade) + air * (fade * alpha), alpha], -1)
            padded = np.pad(picture, ((2, 2), (2, 2), (0, 0)))
            pieces.append((sprite(padded.astype(np.float32)), (made.foot[0] + 2, made.foot[1] + 2)))
        return _Drive(start, float(random.uniform(0.050, 0.062)) * (1 if side > 0 else -1), side, pieces)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Lay every car at its place, far ones first, and shine its lamps."""
        spots = [((drive.start + drive.pace * moment.seconds) % 1, drive) for drive in self._cars]
        for along, drive in sorted(spots, key=lambda spot: -spot[0]):
            depth = _STEPS[0] * (_STEPS[-1] / _STEPS[0]) ** along
            shown = min(1.0, along * 14, (1 - along) * 6)
            if shown > 0.01:
                self._lay(canvas, stage, moment, drive, depth, shown)

    def _lay(self, canvas: Canvas, stage: Stage, moment: Moment, drive: _Drive, depth: float, shown: float) -> None:
        k, tx, ty = stage.project(depth * Z, moment.view)
        x, y = self._view.x(drive.side * _LANE, depth), self._view.y(0, depth)
        upper = int(np.clip(np.searchsorted(_STEPS, depth), 1, len(_STEPS) - 1))
        part = (np.log(depth / _STEPS[upper - 1])) / np.log(_STEPS[upper] / _STEPS[upper - 1])
        for step, gain in ((upper - 1, 1.0), (upper, float(smoothstep(0.3, 0.7, part)))):
            piece, foot = drive.pieces[step]
            left, top = x - foot[0], y - foot[1]
            matrix = placed(left, top, foot, _STEPS[step] / depth, 0.0, k, tx, ty)
            # Sprites are cropped: their own corner lies piece.x, piece.y into the picture.
            matrix[:, 2] += matrix[:, :2] @ np.array([piece.x, piece.y], np.float32)
            if gain > 0.01:
                canvas.lay(piece, matrix, shown * gain)
        if self._dark > 0.2:
            self._shine(canvas, (x * k + tx, y * k + ty), self._view.focal / depth * k, drive.side, shown)

    def _shine(self, canvas: Canvas, spot: tuple[float, float], px: float, side: int, shown: float) -> None:
        size = max(5, round((2.9 if side < 0 else 1.9) * px))
        halo = np.asarray(cv2.resize(self._halo, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
        streak = np.asarray(cv2.resize(self._halo, (size // 2, size * 2), interpolation=cv2.INTER_AREA), np.uint8)
        colour, gain = "#ffe9c4" if side < 0 else "#ff2a1a", shown * self._dark
        for lamp in (-0.66, 0.66):
            x, y = spot[0] + lamp * px, spot[1] - 0.60 * px
            canvas.shine(halo, colour, round(x - size / 2), round(y - size / 2), gain)
            if self._is_wet:
                canvas.shine(streak, colour, round(x - size / 4), round(spot[1] - 0.3 * size), 0.6 * gain)
