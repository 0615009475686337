"""Surfaces: what walls, roofs, fences and cloth look like, flat and before light.

`paint_sheet` paints one face as albedo, coverage and glow. Sizes are in metres, so
boards stay boards at every distance; detail fades where it would be finer than a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8, mix, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.plot import Real
from astragen.model.vocabulary import Season

_TILE = 256
_MOST = 1000  # px; a face is never painted larger


class Brush(NamedTuple):
    """What painting a face needs to know: colours by slot, the light, the season, whether snow lies, chance.

    lit: share of windows that somebody is behind. seed: of the whole thing; `random` is each face's own.
    """

    colours: Mapping[str, str]
    light: Light
    season: Season
    is_white: bool
    lit: float
    random: np.random.Generator
    seed: int = 0

    def own(self, number: int) -> Brush:
        """The brush for face *number*: its chance does not depend on which other faces are seen."""
        return self._replace(random=np.random.default_rng((self.seed, number)))


class Sheet:
    """A face being painted: *rgb* albedo, *alpha* coverage, *glow* share of the colour that needs no light."""

    def __init__(self, wide: float, tall: float, px: float) -> None:
        """*wide*, *tall* in m; *px* wanted per metre."""
        self.wide, self.tall = max(wide, 1e-3), max(tall, 1e-3)
        columns, rows = (int(np.clip(round(size * px), 2, _MOST)) for size in (self.wide, self.tall))
        self.px = min(columns / self.wide, rows / self.tall)
        self.shape = (rows, columns)
        self.x = ((np.arange(columns, dtype=np.float32) + 0.5) / columns * self.wide)[None]
        self.y = ((np.arange(rows, dtype=np.float32) + 0.5) / rows * self.tall)[:, None]
        self.rgb = np.zeros((rows, columns, 3), np.float32)
        self.alpha = np.ones((rows, columns), np.float32)
        self.glow: F32 | None = None

    def noise(self, size: float, random: np.random.Generator, *, squash: float = 1.0) -> F32:
        """Soft noise of features about *size* m, mean 0, deviation about 1; *squash* above 1 lies flatter."""
        k = np.float32(_TILE / 16 / size)
        at = random.random(2) * _TILE
        x, y = np.broadcast_arrays(
            self.x * k + np.float32(at[0]), self.y * (k * np.float32(squash)) + np.float32(at[1])
        )
        return sample_padded(_tile(), np.asarray(x, np.float32), np.asarray(y, np.float32))

    def fine(self, size: float) -> float:
        """How well detail of *size* m can be seen, 0 to 1."""
        return float(np.clip((size * self.px - 1.2) / 3.0, 0, 1))

    def fill(self, x0: float, y0: float, x1: float, y1: float, colour: F32, glow: float | None = None) -> None:
        """A rectangle in metres; *colour* (3,) or a picture of the rectangle's pixels is up to the caller."""
        rows, columns = self.shape
        left, right = (int(np.clip(round(v / self.wide * columns), 0, columns)) for v in (x0, x1))
        top, bottom = (int(np.clip(round(v / self.tall * rows), 0, rows)) for v in (y0, y1))
        self.rgb[top:bottom, left:right] = colour
        if glow is not None:
            self.light_up()[top:bottom, left:right] = glow

    def light_up(self) -> F32:
        """The glow plane, made when first wanted."""
        if self.glow is None:
            self.glow = np.zeros(self.shape, np.float32)
        return self.glow


@cache
def _tile() -> F32:
    return padded(spectral(_TILE, _TILE, seed=21, slope=1.9, low=3))


def paint_sheet(surface: str, colour: str, size: tuple[float, float], px: float, brush: Brush) -> tuple[U8, U8 | None]:
    """Paint a face: (h, w, 4) uint8 albedo and coverage, and (h, w) uint8 glow or None."""
    sheet = Sheet(*size, px)
    base = rgb(brush.colours.get(colour, colour if colour.startswith("#") else "#888888"))
    _SURFACES[surface](sheet, base, brush)
    pixels = np.empty((*sheet.shape, 4), np.uint8)
    pixels[..., :3] = np.clip(sheet.rgb * 255 + 0.5, 0, 255)
    pixels[..., 3] = np.clip(sheet.alpha * 255 + 0.5, 0, 255)
    glow = None if sheet.glow is None else np.clip(sheet.glow * 255, 0, 255).astype(np.uint8)
    return pixels, glow


def surface_named(name: str) -> Callable[[Callable[[Sheet, F32, Brush], None]], Callable[[Sheet, F32, Brush], None]]:
    """Register the painter of a surface under *name*."""

    def register(painter: Callable[[Sheet, F32, Brush], None]) -> Callable[[Sheet, F32, Brush], None]:
        _SURFACES[name] = painter
        return painter

    return register


_SURFACES: dict[str, Callable[[Sheet, F32, Brush], None]] = {}


def _weathered(sheet: Sheet, base: F32, tone: F32, brush: Brush, amount: float = 0.05) -> None:
    """Lay *base* times *tone* with stains: large and pale, small and dark."""
    wide = sheet.noise(1.6, brush.random) * amount + sheet.noise(0.35, brush.random) * amount * 0.6
    sheet.rgb[:] = base * (tone * (1 + wide))[..., None]
    warm = sheet.noise(2.6, brush.random)[..., None] * 0.018
    sheet.rgb += warm * np.array([1, 0.2, -0.8], np.float32)


def _hash(index: Real, seed: float) -> F32:
    """A number in [0, 1) for each whole number of *index*."""
    return np.asarray(np.abs(np.sin(np.floor(index) * 12.9898 + seed) * 43758.547) % 1, np.float32)


@surface_named("plain")
def _plain(sheet: Sheet, base: F32, brush: Brush) -> None:
    sheet.rgb[:] = base * (1 + 0.03 * sheet.noise(0.4, brush.random))[..., None]


@surface_named("siding")
def _siding(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Weatherboards, each a little lighter at its upper edge, in its neighbour's shadow at the lower."""
    board = 0.17
    row = (sheet.tall - sheet.y) / board
    down = 1 - row % 1
    lip = np.exp(-(((1 - down) / 0.16) ** 2)) + 0.3 * np.exp(-((down / 0.1) ** 2))
    tone = 1 - sheet.fine(board) * (0.30 * lip - 0.06 * (1 - down))
    tone = tone * (1 + 0.05 * (_hash(row, 1.0) - 0.5))
    _weathered(sheet, base, np.broadcast_to(tone, sheet.shape), brush, 0.035)


@surface_named("planks")
def _planks(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Upright boards with gaps."""
    board = 0.22
    column = sheet.x / board
    gap = np.exp(-((np.minimum(column % 1, 1 - column % 1) / 0.07) ** 2))
    streak = sheet.noise(0.10, brush.random, squash=0.12) * 0.07
    tone = 1 - 0.45 * sheet.fine(board * 0.5) * gap + 0.20 * (_hash(column, 3.0) - 0.5) + streak
    _weathered(sheet, base, np.asarray(tone, np.float32), brush)


@surface_named("brick")
def _brick(sheet: Sheet, base: F32, brush: Brush) -> None:
    _courses(sheet, base, brush, tall=0.105, wide=0.30, spread=0.34, joint=mix(base, "#d8cbb8", 0.6))


@cache
def _stone_tile() -> F32:
    """(n + 1, n + 1, 4): each stone's own number, nearness to its joint (m), and both again; wraps."""
    across, down, px = 12, 20, 16
    random = np.random.default_rng(77)
    at = (
        np.stack(np.meshgrid(np.arange(across), np.arange(down)), -1)
        + 0.5
        + 0.30 * (random.random((down, across, 2)) - 0.5)
    )
    at[1::2, :, 0] += 0.5
    own = random.random((down, across))
    best, second = (np.full((down * px, across * px), 9.0, np.float32) for _ in range(2))
    shade = np.zeros(best.shape, np.float32)
    reach = 2 * px  # a stone matters no farther
    for row in range(down):
        for column in range(across):
            x0, y0 = at[row, column]
            rows, columns = (np.arange(round(middle * px) - reach, round(middle * px) + reach) for middle in (y0, x0))
            window = np.ix_(rows % best.shape[0], columns % best.shape[1])
            dx, dy = (((line + 0.5) / px - middle).astype(np.float32) for line, middle in ((columns, x0), (rows, y0)))
            far = np.maximum(np.abs(dx)[None] * 0.95, np.abs(dy)[:, None]) + 0.18 * np.hypot(dx[None], dy[:, None])
            was = best[window]
            nearer = far < was
            second[window] = np.where(nearer, was, np.minimum(second[window], far))
            shade[window] = np.where(nearer, own[row, column], shade[window])
            best[window] = np.where(nearer, far, was)
    return padded(np.dstack([shade, second - best] * 2).astype(np.float32))


@surface_named("stone")
def _stone(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Field stones in rough courses, each its own grey, joints in shadow."""
    wide, tall = 0.46, 0.27
    bend = 0.35 * sheet.noise(0.7, brush.random)
    at = brush.random.random(2) * 200
    x, y = np.broadcast_arrays(sheet.x / wide * 16 + at[0], sheet.y / tall * 16 + at[1])
    tile = sample_padded(_stone_tile(), np.asarray(x + bend, np.float32), np.asarray(y + bend, np.float32))
    clear = sheet.fine(tall * 0.8)
    joint = smoothstep(0.22, 0.05, tile[..., 1]) * (0.3 + 0.7 * clear)
    tone = (
        1 + 0.36 * (tile[..., 0] - 0.5) * (0.4 + 0.6 * clear) + 0.14 * clear * smoothstep(0.1, 0.6, tile[..., 1]) - 0.06
    )
    _weathered(sheet, base, np.asarray(tone, np.float32), brush, 0.04)
    warm = (np.sin(tile[..., 0] * 37) * 0.035)[..., None] * np.array([1, 0.2, -1.0], np.float32)
    sheet.rgb += warm
    sheet.rgb += (mix(base, "#5a5048", 0.65) - sheet.rgb) * (0.75 * joint)[..., None]


def _courses(sheet: Sheet, base: F32, brush: Brush, *, tall: float, wide: float, spread: float, joint: F32) -> None:
    row = sheet.y / tall
    column = sheet.x / wide + 0.5 * (np.floor(row) % 2) + 0.4 * _hash(row, 5.0)
    shade = _hash(np.floor(row) * 57.0 + np.floor(column), 2.0) - 0.5
    edge_y, edge_x = np.minimum(row % 1, 1 - row % 1) * tall, np.minimum(column % 1, 1 - column % 1) * wide
    seam = np.exp(-((np.minimum(edge_x, edge_y) / (0.11 * tall)) ** 2)) * sheet.fine(tall * 0.8)
    tone = 1 + spread * shade * (0.35 + 0.65 * sheet.fine(tall)) + 0.10 * (0.5 - row % 1) * sheet.fine(tall)
    _weathered(sheet, base, np.asarray(np.broadcast_to(tone, sheet.shape), np.float32), brush, 0.06)
    sheet.rgb += (joint - sheet.rgb) * (0.65 * seam)[..., None]


@surface_named("plaster")
def _plaster(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Old plaster: soft clouds, darker toward the ground."""
    damp = 0.16 * np.exp(-(sheet.tall - sheet.y) / 0.5) * np.clip(1 + sheet.noise(0.6, brush.random), 0, 2)
    _weathered(sheet, base, np.asarray(1 - damp, np.float32), brush, 0.05)


@surface_named("timber")
def _timber(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Half-timbering: plaster between dark beams, braces in the corner fields."""
    _plaster(sheet, base, brush)
    mask = np.zeros(sheet.shape, np.uint8)
    rows, columns = sheet.shape
    to_px = (columns / sheet.wide, rows / sheet.tall)
    thick = max(1, round(0.17 * sheet.px))
    count = max(2, round(sheet.wide / 1.25))
    lines: list[tuple[tuple[float, float], tuple[float, float]]] = [
        ((i / count * sheet.wide, 0), (i / count * sheet.wide, sheet.tall)) for i in range(count + 1)
    ]
    levels = [
        0.0,
        *(sheet.tall * i / max(1, round(sheet.tall / 1.3)) for i in range(1, max(1, round(sheet.tall / 1.3)))),
        sheet.tall,
    ]
    lines += [((0, y), (sheet.wide, y)) for y in levels]
    step = sheet.wide / count
    for x, way in ((0.0, 1), (sheet.wide, -1)):
        lines.append(((x, levels[-1]), (x + way * step, levels[-2])))
        lines.append(((x + way * step, levels[1]), (x + way * 2 * step, levels[0])))
    for (xa, ya), (xb, yb) in lines:
        ends = [(round(x * to_px[0] * 16), round(y * to_px[1] * 16)) for x, y in ((xa, ya), (xb, yb))]
        cv2.line(mask, ends[0], ends[1], 255, thick, cv2.LINE_AA, 4)
    wood = rgb(brush.colours.get("beam", "#4a3524")) * (1 + 0.12 * sheet.noise(0.2, brush.random))[..., None]
    sheet.rgb += (wood - sheet.rgb) * (mask / np.float32(255))[..., None]


@surface_named("shingle")
def _shingle(sheet: Sheet, base: F32, brush: Brush) -> None:
    _tiles(sheet, base, brush, tall=0.24, wide=0.30, spread=0.26)


@surface_named("tile")
def _tile_roof(sheet: Sheet, base: F32, brush: Brush) -> None:
    _tiles(sheet, base, brush, tall=0.36, wide=0.26, spread=0.36, ripple=0.14)


def _tiles(
    sheet: Sheet, base: F32, brush: Brush, *, tall: float, wide: float, spread: float, ripple: float = 0.0
) -> None:
    """Rows that overlap, each tile its own tone; moss where it stays damp."""
    row = sheet.y / tall + 0.04 * sheet.noise(0.8, brush.random)
    column = sheet.x / wide + 0.5 * (np.floor(row) % 2)
    shade = _hash(np.floor(row) * 91.0 + np.floor(column), 7.0) - 0.5
    lip = np.exp(-(((1 - row % 1) / 0.20) ** 2)) * sheet.fine(tall)
    seam = np.exp(-((np.minimum(column % 1, 1 - column % 1) / 0.09) ** 2)) * sheet.fine(wide)
    wave = ripple * np.cos((column % 1 - 0.5) * 2 * math.pi) * sheet.fine(wide)
    tone = (1 + spread * shade) * (1 - 0.38 * lip) * (1 - 0.20 * seam) + wave
    patch = sheet.noise(1.4, brush.random)
    tone = tone * (1 + 0.07 * patch) * (1.05 - 0.10 * sheet.y / sheet.tall)
    sheet.rgb[:] = base * np.asarray(tone, np.float32)[..., None]
    moss = smoothstep(1.1, 2.2, patch + sheet.y / sheet.tall * 0.8)[..., None] * 0.35
    sheet.rgb += (mix(base, "#6f7a4a", 0.7) - sheet.rgb) * moss


@surface_named("thatch")
def _thatch(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Straw: fine streaks down the slope, a scalloped ridge."""
    streak = sheet.noise(0.05, brush.random, squash=0.08) * 0.055 + sheet.noise(0.22, brush.random, squash=0.3) * 0.035
    scallop = 0.55 + 0.10 * np.abs(np.sin(sheet.x / 0.5 * math.pi))
    ridge = smoothstep(0.03, -0.03, sheet.y - scallop) if sheet.tall > 1.5 else 0.0
    lip = np.exp(-(((sheet.y - scallop) / 0.05) ** 2)) * (sheet.tall > 1.5)
    layers = -0.10 * np.exp(-(((((sheet.y + 0.03 * sheet.noise(0.5, brush.random)) / 0.62) % 1 - 0.9) / 0.14) ** 2))
    tone = 1 + streak + layers - 0.12 * ridge - 0.20 * lip + 0.035 * sheet.noise(1.6, brush.random)
    sheet.rgb[:] = base * np.asarray(tone, np.float32)[..., None]


@surface_named("metal")
def _metal(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Corrugated or banded metal."""
    bands = np.cos(sheet.y / 0.8 * 2 * math.pi)
    seam = np.exp(-(((sheet.y / 0.8) % 1 - 0.5) ** 2 / 0.002))
    rust = smoothstep(1.2, 2.4, sheet.noise(0.9, brush.random, squash=0.5))[..., None] * 0.35
    tone = 1 + 0.03 * bands - 0.16 * seam + 0.05 * sheet.noise(0.5, brush.random)
    sheet.rgb[:] = base * np.asarray(tone, np.float32)[..., None]
    sheet.rgb += (mix(base, "#8a5a3a", 0.7) - sheet.rgb) * rust


@surface_named("stripes")
def _stripes(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Awning cloth: coloured and cream, sagging a little between its ribs."""
    stripe = 0.34
    at = sheet.x / stripe
    edge = min(0.45, 0.8 / max(stripe * sheet.px, 1))
    is_cream = smoothstep(0.5 - edge, 0.5 + edge, np.abs((at / 2) % 1 - 0.5) * 2)
    cloth = base + (rgb("#f6ecd8") - base) * np.broadcast_to(is_cream, sheet.shape)[..., None]
    sheet.rgb[:] = cloth * (1 + 0.05 * np.cos(at * math.pi) + 0.03 * sheet.noise(0.5, brush.random))[..., None]


@surface_named("valance")
def _valance(sheet: Sheet, base: F32, brush: Brush) -> None:
    """The scalloped edge that hangs from an awning."""
    _stripes(sheet, base, brush)
    reach = sheet.tall * (0.62 + 0.38 * np.sqrt(np.clip(1 - (((sheet.x / 0.34) % 1 - 0.5) * 2) ** 2, 0, 1)))
    sheet.alpha[:] = np.clip((reach - sheet.y) * sheet.px + 0.5, 0, 1)


@surface_named("canvas")
def _canvas(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Tent cloth; at night the lamp inside shows through."""
    fold = 0.05 * np.sin(sheet.x * 5 + 2 * sheet.y) + 0.04 * sheet.noise(0.7, brush.random)
    seam = 0.16 * np.exp(-(((sheet.x / 1.1) % 1 - 0.5) ** 2 / 0.0008)) * sheet.fine(0.05)
    sheet.rgb[:] = base * np.asarray(1 + fold - seam, np.float32)[..., None]
    if brush.light.dark > 0.4 and sheet.tall > 0.9:
        near = np.exp(
            -(((sheet.x - sheet.wide / 2) / (0.42 * sheet.wide)) ** 2)
            - (((sheet.y - 0.75 * sheet.tall) / (0.5 * sheet.tall)) ** 2)
        )
        warm = rgb("#ffb45a") * (base * 0.5 + 0.5)
        glow = np.asarray(near * 0.75 * brush.light.dark, np.float32)
        sheet.rgb += (warm - sheet.rgb) * glow[..., None]
        sheet.light_up()[:] = glow


@surface_named("rings")
def _rings(sheet: Sheet, base: F32, brush: Brush) -> None:
    """The cut end of a log or a rolled bale."""
    far = np.hypot(sheet.x - sheet.wide / 2, sheet.y - sheet.tall / 2) / (sheet.wide / 2)
    ring = np.cos(far * 9 * math.pi + 0.6 * sheet.noise(0.2, brush.random)) * sheet.fine(sheet.wide / 9)
    sheet.rgb[:] = base * np.asarray(1 + 0.12 * ring - 0.35 * smoothstep(0.86, 0.97, far), np.float32)[..., None]


@surface_named("bark")
def _bark(sheet: Sheet, base: F32, brush: Brush) -> None:
    streak = sheet.noise(0.12, brush.random, squash=3.0) * 0.16 + sheet.noise(0.3, brush.random) * 0.08
    sheet.rgb[:] = base * np.asarray(1 + streak, np.float32)[..., None]
