"""Fences, hedges and grass: surfaces with holes and ragged edges."""

from __future__ import annotations

import math
from functools import cache

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8, rgb
from astragen.builtin.painter.noise import smoothstep, stable_seed
from astragen.builtin.painter.plants import table
from astragen.builtin.painter.surfaces import Brush, Sheet, surface_named

_DABS = 320  # px; side of the tile of leaves
_FRACTION = 16  # of a pixel, in OpenCV's drawing calls


def _cover(sheet: Sheet, far: F32) -> None:
    """Coverage from *far*, m inside the shape (negative outside)."""
    sheet.alpha[:] = np.clip(far * sheet.px + 0.5, 0, 1)


def _wood(sheet: Sheet, base: F32, brush: Brush, part: F32) -> None:
    """Painted wood: each board of number *part* its own tone, dirt near the ground, snow on top."""
    tone = 0.94 + 0.12 * (np.abs(np.sin(part * 12.9898) * 43758.547) % 1)
    dirt = 0.22 * np.exp(-(sheet.tall - sheet.y) / 0.18)
    grain = sheet.noise(0.08, brush.random, squash=0.15) * 0.05
    sheet.rgb[:] = base * np.asarray(tone - dirt + grain, np.float32)[..., None]


def _capped(sheet: Sheet, brush: Brush, top: F32) -> None:
    """Snow along the upper edge *top* (m from the sheet's top), where it lies."""
    if brush.is_white:
        lies = smoothstep(0.10, 0.05, sheet.y - top)[..., None]
        sheet.rgb += (rgb("#eef2fa") - sheet.rgb) * np.broadcast_to(lies, (*sheet.shape, 1))


@surface_named("picket")
def _picket(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Pointed pales on two rails."""
    pitch = 0.17
    column = sheet.x / pitch
    aside = np.abs(column % 1 - 0.5) * pitch
    top = 0.02 + 0.9 * aside
    pale = np.minimum(0.052 - aside, sheet.y - top)
    rails = np.maximum(0.045 - np.abs(sheet.y - 0.24 * sheet.tall), 0.045 - np.abs(sheet.y - 0.76 * sheet.tall))
    _cover(sheet, np.asarray(np.maximum(pale, np.broadcast_to(rails, sheet.shape)), np.float32))
    _wood(sheet, base, brush, np.floor(column))
    behind = np.broadcast_to(np.where(aside > 0.055, 0.84, 1.0), sheet.shape)
    sheet.rgb *= behind[..., None]
    _capped(sheet, brush, np.asarray(top, np.float32))


@surface_named("rails")
def _rails(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A pasture's fence: posts and three rails."""
    post = 0.075 - np.abs((sheet.x / 1.5) % 1 - 0.5) * 1.5
    rails = np.maximum.reduce([0.055 - np.abs(sheet.y - part * sheet.tall) for part in (0.16, 0.46, 0.76)])
    _cover(sheet, np.asarray(np.maximum(post, np.broadcast_to(rails, sheet.shape)), np.float32))
    _wood(sheet, base, brush, np.floor(sheet.x / 1.5))
    _capped(sheet, brush, np.float32(0.14 * sheet.tall) * np.ones_like(sheet.y))


@surface_named("boards")
def _boards(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A tall garden fence: boards side by side, their tops clipped, a rail behind showing through the gaps."""
    pitch = 0.15
    column = sheet.x / pitch
    aside = np.abs(column % 1 - 0.5) * pitch
    top = 0.02 + 0.04 * (np.abs(np.sin(np.floor(column) * 7.7)) % 1) + np.clip(aside - 0.045, 0, 1) * 1.0
    _cover(sheet, np.asarray(np.broadcast_to(sheet.y - top, sheet.shape), np.float32))
    _wood(sheet, base, brush, np.floor(column))
    gap = np.exp(-(((0.5 * pitch - aside) / 0.012) ** 2)) * sheet.fine(0.05)
    sheet.rgb *= np.asarray(1 - 0.55 * gap, np.float32)[..., None]
    _capped(sheet, brush, np.asarray(top, np.float32))


@surface_named("wire")
def _wire(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Iron railings: thin bars with points."""
    aside = np.abs((sheet.x / 0.14) % 1 - 0.5) * 0.14
    bars = np.minimum(0.014 - aside, sheet.y - 0.03)
    rails = np.maximum(0.02 - np.abs(sheet.y - 0.14 * sheet.tall), 0.02 - np.abs(sheet.y - 0.9 * sheet.tall))
    _cover(sheet, np.asarray(np.maximum(bars, np.broadcast_to(rails, sheet.shape)), np.float32))
    sheet.rgb[:] = base


@cache
def leaf_tile() -> tuple[F32, U8]:
    """A wrapping tile of overlapping leaves: tone (0 to 1), and which colour each leaf leans to (0-255)."""
    random = np.random.default_rng(stable_seed("leaf tile"))
    tone, lean = (np.full((_DABS, _DABS), value, np.uint8) for value in (40, 128))
    round_ = np.linspace(0, 2 * np.pi, 8)[:-1]
    oval = np.column_stack([np.cos(round_), 0.6 * np.sin(round_)])
    for _ in range(2600):
        centre, turn = random.random(2) * _DABS, random.random() * np.pi
        cos, sin = math.cos(turn), math.sin(turn)
        outline = oval @ np.array([[cos, sin], [-sin, cos]]) * (5.5 + 3.5 * random.random())
        shade, hue = float(60 + 190 * random.random()), float(255 * random.random())
        across, down = ([step for step in (-_DABS, 0, _DABS) if -12 < middle + step < _DABS + 12] for middle in centre)
        for dx in across:
            for dy in down:
                points = np.round((outline + centre + np.array((dx, dy))) * _FRACTION).astype(np.int32)
                cv2.fillConvexPoly(tone, points, shade, cv2.LINE_AA, 4)
                cv2.fillConvexPoly(lean, points, hue, cv2.LINE_AA, 4)
    return (tone / np.float32(255)).astype(np.float32), lean


def _leaves(sheet: Sheet, brush: Brush, size: float, dark: float) -> F32:
    """Paint leaves of *size* m all over; return their tone."""
    tone_tile, lean_tile = leaf_tile()
    k = 14 / size
    at = brush.random.random(2) * _DABS
    x, y = np.broadcast_arrays((sheet.x * k + at[0]) % _DABS, (sheet.y * k + at[1]) % _DABS)
    x, y = (np.ascontiguousarray(v, np.float32) for v in (x, y))
    tone = cv2.remap(tone_tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    lean = cv2.remap(lean_tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP).astype(np.float32) / 255
    clear = sheet.fine(size)
    tone = 0.5 + (tone - 0.5) * (0.35 + 0.65 * clear)
    season = "summer" if brush.season.value == "winter" else brush.season.value
    shade, body, lit = (rgb(colour) for colour in table()["leaves"][season][0])
    if brush.season.value == "autumn":
        shade, body, lit = rgb("#3a3416"), rgb("#71682a"), rgb("#b8924a")
    lower = smoothstep(0.0, 0.5, tone)[..., None]
    upper = smoothstep(0.5, 1.0, tone + 0.25 * (lean - 0.5))[..., None]
    sheet.rgb[:] = (shade + (body - shade) * lower + (lit - body) * upper) * dark
    return np.asarray(tone, np.float32)


@surface_named("hedge")
def _hedge(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A clipped hedge's side: leaves, darker toward the ground, a ragged upper edge."""
    tone = _leaves(sheet, brush, 0.07, 1.0)
    low = 1 - 0.45 * smoothstep(0.45, 1.0, sheet.y / sheet.tall)
    sheet.rgb *= np.asarray(low, np.float32)[..., None]
    ragged = 0.03 + 0.035 * sheet.noise(0.16, brush.random) + 0.03 * (0.5 - tone)
    _cover(sheet, np.asarray(sheet.y - ragged, np.float32))
    if brush.is_white:
        lies = smoothstep(0.2, 0.05, sheet.y - 0.05 + 0.12 * (tone - 0.5))[..., None]
        sheet.rgb += (rgb("#eef2fa") - sheet.rgb) * lies


@surface_named("hedge_top")
def _hedge_top(sheet: Sheet, base: F32, brush: Brush) -> None:
    _leaves(sheet, brush, 0.07, 1.05)


@surface_named("stone_top")
@surface_named("brick_top")
def _coping(sheet: Sheet, base: F32, brush: Brush) -> None:
    """The flat stones along the top of a wall."""
    seam = np.exp(-((((sheet.x / 0.6) % 1 - 0.5) * 0.6 / 0.02) ** 2))
    tone = 1.12 - 0.3 * seam + 0.06 * sheet.noise(0.3, brush.random)
    sheet.rgb[:] = base * np.asarray(tone, np.float32)[..., None]


@surface_named("flowers")
def _flowers(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A bed's side: leaves with a ragged edge and blooms; bare and white in winter."""
    tone = _leaves(sheet, brush, 0.08, 1.1)
    ragged = 0.05 + 0.06 * sheet.noise(0.22, brush.random) + 0.05 * (0.5 - tone)
    _cover(sheet, np.asarray(sheet.y - ragged, np.float32))
    sheet.rgb *= np.asarray(1 - 0.35 * smoothstep(0.5, 1.0, sheet.y / sheet.tall), np.float32)[..., None]
    _bloom(sheet, brush, 10, 0.55)


@surface_named("flowers_top")
def _flowers_top(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A bed from above."""
    _leaves(sheet, brush, 0.08, 1.15)
    _bloom(sheet, brush, 22, 1.0)


def _bloom(sheet: Sheet, brush: Brush, dense: float, reach: float) -> None:
    """Blooms in drifts of one colour, *dense* a metre, over the upper *reach* of the sheet."""
    if brush.is_white:
        lies = smoothstep(-0.3, 0.6, sheet.noise(0.2, brush.random) + 0.5 - sheet.y / sheet.tall)[..., None]
        sheet.rgb += (rgb("#e8edf6") - sheet.rgb) * lies
        return
    if brush.season.value == "winter":
        return
    rows, columns = sheet.shape
    radius = max(1, round(0.05 * sheet.px))
    palette = [(rgb(colour) * shade).tolist() for colour in table()["flowers"] for shade in (1.0, 0.86)]
    heart = rgb("#f0d060").tolist()
    first = 2 * int(brush.random.integers(len(palette)))
    for u, v in brush.random.random((int(sheet.wide * dense), 2)).tolist():
        at = (round(u * columns), round((0.10 + 0.9 * v) * reach * rows))
        drift = first + 2 * int(u * sheet.wide / 0.9 + 0.5 * v) + round(v)
        cv2.circle(sheet.rgb, at, radius, palette[drift % len(palette)], -1, cv2.LINE_AA)
        if radius > 2:
            cv2.circle(sheet.rgb, at, radius // 3, heart, -1, cv2.LINE_AA)
        cv2.circle(sheet.alpha, at, radius, 1.0, -1, cv2.LINE_AA)


@surface_named("tuft")
def _tuft(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Blades along the foot of a wall; *base* is the lawn's colour."""
    cells = np.arange(sheet.shape[1]) / max(1.0, 0.035 * sheet.px)
    tall = np.abs(np.sin(np.floor(cells) * 91.7 + brush.random.random() * 9)) * 43758.5 % 1
    height = (0.35 + 0.65 * tall) * (1 - np.abs(cells % 1 - 0.5) * 1.6) * sheet.tall
    _cover(sheet, np.asarray(height[None] - (sheet.tall - sheet.y), np.float32))
    tone = 0.72 + 0.4 * (1 - sheet.y / sheet.tall) + 0.2 * (tall[None] - 0.5)
    sheet.rgb[:] = base * np.asarray(tone, np.float32)[..., None]
