"""Facades: the walls of a modern city, by day and by night.

A facade is a flat picture before light (no perspective): matter, what its glass mirrors,
and the light of its windows. `Wall` rows of data/painter/city.json say what it is built of.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8, luma, mix, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import value_noise
from astragen.builtin.painter.tables import read_table

Row = dict[str, Any]


class Facade(NamedTuple):
    """body: (h, w, 3) float sRGB albedo, black where there is glass. shine: (h, w, 3) mirrored sky and lit windows."""

    body: F32
    shine: F32


def table() -> dict[str, Any]:
    """Walls, roofs and the colours of lamps, awnings and cars."""
    return read_table("city.json")


class _Cells:
    """Where each pixel lies in its floor and bay."""

    def __init__(self, width: int, height: int, floors: int, bays: int) -> None:
        x = (np.arange(width, dtype=np.float32) + 0.5) / width * bays
        y = (np.arange(height, dtype=np.float32) + 0.5) / height * floors
        self.shape, self.grid = (height, width), (floors, bays)
        self.across, self.down = (np.asarray(at % 1, np.float32) for at in (x, y))
        self.bay, self.floor = x.astype(np.int64), y.astype(np.int64)
        self._soft_x, self._soft_y = max(1e-3, bays / width), max(1e-3, floors / height)
        self.is_fine = width / bays > 11

    def x(self, low: float, high: float) -> F32:
        """(w,) coverage of the part from *low* to *high* of each bay."""
        return _span(self.across, low, high, self._soft_x)

    def y(self, low: float, high: float) -> F32:
        """(h,) coverage of the part from *low* to *high* of each floor, from its ceiling down."""
        return _span(self.down, low, high, self._soft_y)

    def each(self, values: np.ndarray) -> F32:
        """A number for each window, (floors, bays, ...), spread over its pixels."""
        return np.asarray(values[self.floor][:, self.bay], np.float32)


def _span(at: F32, low: float, high: float, soft: float) -> F32:
    return np.asarray(np.clip((at - low) / soft + 0.5, 0, 1) * np.clip((high - at) / soft + 0.5, 0, 1), np.float32)


def facade(
    size: tuple[int, int], floors: int, bays: int, row: Row, light: Light, random: np.random.Generator
) -> Facade:
    """Paint a wall of *size* (width, height) px with *floors* x *bays* windows, built as *row* says."""
    width, height = max(4, size[0]), max(4, size[1])
    cells = _Cells(width, height, floors, bays)
    panes, body = _KINDS[row["kind"]](cells, rgb(row["wall"]), rgb(row["trim"]), random)
    grime = value_noise(height, width, 4, seed=int(random.integers(1 << 30)), octaves=4, squash=0.4)
    body = body * ((0.84 + 0.32 * grime) * (1 - panes))[..., None]
    glass = _mirror(cells, panes, rgb(row["glass"]), light, random)
    glow = _lit_windows(cells, panes, 0.05 + 0.42 * light.dark, random) if light.dark > 0.2 else np.float32(0)
    shine = np.maximum(glass, glow)
    return Facade(np.clip(body, 0, 1).astype(np.float32), np.clip(shine, 0, 1).astype(np.float32))


def _outer(down: F32, across: F32) -> F32:
    return np.asarray(down[:, None] * across[None], np.float32)


def _punched(cells: _Cells, wall: F32, trim: F32, random: np.random.Generator) -> tuple[F32, F32]:
    """Windows cut into masonry: a frame, a sill that catches light, a lintel, a string course now and then."""
    wide, tall = float(random.uniform(0.40, 0.54)), float(random.uniform(0.52, 0.62))
    left, top = 0.5 - wide / 2, 0.20
    panes = _outer(cells.y(top, top + tall), cells.x(left, left + wide))
    body = np.broadcast_to(wall, (*cells.shape, 3)).astype(np.float32)
    if not cells.is_fine:
        return panes, body
    surround = _outer(cells.y(top - 0.06, top + tall + 0.09), cells.x(left - 0.06, left + wide + 0.06))
    body = body + (trim - body) * (0.75 * surround)[..., None]
    under = _outer(cells.y(top + tall + 0.09, top + tall + 0.15), cells.x(left - 0.07, left + wide + 0.07))
    course = cells.y(0.0, 0.05)[:, None] * (0.6 + 0.0 * panes)
    body = body * (1 - 0.38 * under)[..., None] + (trim * 0.5 * course[..., None]) * (1 - surround[..., None]) * 0.5
    bars = np.maximum(
        _outer(cells.y(top, top + tall), cells.x(0.485, 0.515)),
        _outer(cells.y(top + 0.30 * tall, top + 0.36 * tall), cells.x(left, left + wide)),
    )
    return panes * (1 - bars), body


def _ribbon(cells: _Cells, wall: F32, trim: F32, random: np.random.Generator) -> tuple[F32, F32]:
    """Bands of windows between bands of wall."""
    tall = float(random.uniform(0.46, 0.58))
    band = cells.y(0.22, 0.22 + tall)
    panes = _outer(band, 1 - cells.x(-0.1, 0.06) * 0.9)
    body = np.broadcast_to(wall, (*cells.shape, 3)) * (1 - 0.22 * cells.y(0.22 + tall, 0.30 + tall))[:, None, None]
    body = body + (trim - wall) * (cells.y(0.0, 0.10)[:, None, None])
    pier = _outer(np.ones(cells.shape[0], np.float32), cells.x(0.0, 0.06)) * (cells.bay % 4 == 0)[None]
    return panes * (1 - pier), np.asarray(body, np.float32)


def _curtain(cells: _Cells, wall: F32, trim: F32, random: np.random.Generator) -> tuple[F32, F32]:
    """All glass: fine metal between the panes, a dark band where each floor is."""
    panes = _outer(cells.y(0.16, 0.97), cells.x(0.05, 0.96))
    spandrel = cells.y(0.0, 0.16)[:, None, None]
    body = trim * 0.8 + (wall - trim * 0.8) * spandrel
    body = np.broadcast_to(body, (*cells.shape, 3)).astype(np.float32)
    fins = (cells.bay % int(random.integers(3, 6)) == 0)[None] * cells.x(0.0, 0.12)[None]
    return panes * (1 - 0.9 * fins), body + (trim - body) * (0.8 * fins)[..., None]


def _balcony(cells: _Cells, wall: F32, trim: F32, random: np.random.Generator) -> tuple[F32, F32]:
    """Flats: deep balconies in shade, their slabs and rails in light."""
    has = (random.random(cells.grid[1]) < 0.7)[cells.bay]
    deep = _outer(cells.y(0.12, 0.92), cells.x(0.08, 0.92)) * has[None]
    panes = _outer(cells.y(0.18, 0.80), cells.x(0.22, 0.78))
    body = np.broadcast_to(wall, (*cells.shape, 3)) * (1 - 0.45 * deep)[..., None]
    rail = _outer(cells.y(0.66, 0.92), cells.x(0.06, 0.94)) * has[None]
    slab = _outer(cells.y(0.90, 1.0), cells.x(0.04, 0.96)) * has[None]
    body = body + (trim - body) * np.maximum(0.55 * rail, slab)[..., None]
    return panes * (1 - 0.7 * rail), np.asarray(body, np.float32)


_KINDS = {"punched": _punched, "ribbon": _ribbon, "curtain": _curtain, "balcony": _balcony}


def _mirror(cells: _Cells, panes: F32, glass: F32, light: Light, random: np.random.Generator) -> F32:
    """The sky in the panes: brighter high up, each pane hung a little differently, darker under its lintel."""
    high = np.linspace(1, 0, cells.shape[0], dtype=np.float32)[:, None]
    sky = mix(mix(light.middle, light.low, 0.35), light.zenith, np.clip(0.25 + 0.6 * high, 0, 1))
    sky = sky * 0.55 + 0.45 * luma(sky)[..., None]  # glass is greener and greyer than the sky it mirrors
    tint = glass * (daylight(light)[0] * 0.9 + 0.22 * (1 - light.dark)) + 0.0 * sky
    own = cells.each(random.random(cells.grid).astype(np.float32))
    clear = 0.16 + 0.34 * high + 0.26 * (own - 0.5) + 0.10 * (own > 0.93)
    under = 1 - 0.42 * cells.y(0.0, 0.30)[:, None] if cells.is_fine else np.float32(1)
    colour = tint + (sky - tint) * np.clip(clear, 0.05, 0.85)[..., None]
    return np.asarray(colour * (panes * under)[..., None], np.float32)


def _lit_windows(cells: _Cells, panes: F32, chance: float, random: np.random.Generator) -> F32:
    """Light of the windows somebody is behind: whole floors now and then, curtains half drawn."""
    mood = random.uniform(0.35, 1.65, (cells.grid[0], 1))
    is_lit = random.random(cells.grid) < chance * mood
    strength = (is_lit * random.uniform(0.30, 0.95, is_lit.shape)).astype(np.float32)
    names = table()["windows"]
    colours = np.stack([rgb(name) for name in names])[random.integers(0, len(names), is_lit.shape)]
    light = cells.each(colours * strength[..., None])
    if not cells.is_fine:
        return np.asarray(light * panes[..., None], np.float32)
    blinds = cells.each(np.where(random.random(is_lit.shape) < 0.45, random.uniform(0.2, 0.7, is_lit.shape), 0))
    behind = np.where(cells.down[:, None] < blinds, 0.5, 1.0) * (1.12 - 0.5 * cells.down[:, None])
    rooms = cv2.resize(random.random((cells.grid[0] * 3, cells.grid[1] * 3), dtype=np.float32), cells.shape[::-1])
    return np.asarray(light * (panes * behind * (0.55 + 0.7 * rooms))[..., None], np.float32)


def daylight(light: Light) -> tuple[F32, F32]:
    """(sky, key): what shade receives in a city, whose walls bounce light among themselves; what the sun adds."""
    gloom = (1 - light.strength) * (1 - light.dark)
    sky = 0.68 * light.ambient + 0.32 * float(luma(light.ambient)) + 0.17 * (1 - light.dark) + 0.22 * gloom
    return sky.astype(np.float32), np.asarray(light.key * (light.strength * (0.98 - 0.35 * light.dark)), np.float32)


def as_bytes(part: F32) -> U8:
    """Return sRGB floats as bytes."""
    return np.asarray(np.clip(part * 255 + 0.5, 0, 255), np.uint8)
