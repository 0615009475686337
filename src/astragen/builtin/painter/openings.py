"""Windows, doors, clocks and signs: what the eye goes to first on a house.

By day glass mirrors the sky; from dusk on, lit windows show curtains and what stands on
the sill. Each style registers as a surface, so that a model's row can name it.
"""

from __future__ import annotations

import math
from itertools import product

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, ramp, rgb
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.plants import table
from astragen.builtin.painter.plot import Real
from astragen.builtin.painter.surfaces import Brush, Sheet, surface_named

_LAMPS = ("#ffcb80", "#ffbf6e", "#ffd592", "#ffb668")


def _slot(brush: Brush, name: str) -> F32:
    return rgb(brush.colours.get(name, "#f4ecdc"))


def _pane(sheet: Sheet, box: tuple[float, float, float, float], brush: Brush, *, is_shop: bool = False) -> None:
    """Glass in *box* (x0, y0, x1, y1 m): a room behind it when somebody is in, else the sky."""
    rows, columns = sheet.shape
    x0, x1 = (int(np.clip(v / sheet.wide * columns, 0, columns)) for v in (box[0], box[2]))
    y0, y1 = (int(np.clip(v / sheet.tall * rows, 0, rows)) for v in (box[1], box[3]))
    if x1 <= x0 or y1 <= y0:
        return
    u = (np.arange(x1 - x0, dtype=np.float32)[None] + 0.5) / (x1 - x0)
    v = (np.arange(y1 - y0, dtype=np.float32)[:, None] + 0.5) / (y1 - y0)
    is_lit = brush.random.random() < (max(brush.lit, 0.9) if is_shop and brush.lit > 0 else brush.lit)
    picture, glow = _room(u, v, brush) if is_lit else _mirror(u, v, brush)
    sheet.rgb[y0:y1, x0:x1] = picture
    sheet.light_up()[y0:y1, x0:x1] = glow


def _mirror(u: Real, v: Real, brush: Brush) -> tuple[F32, float]:
    """The sky in the glass, a slanting gleam, pale curtains behind."""
    light = brush.light
    sky = ramp([(0.0, light.middle), (0.6, light.low), (1.0, mix(light.fog_shade, light.ambient, 0.55))], v[:, 0])
    picture = np.repeat(sky[:, None], u.shape[1], 1) * (0.58 - 0.18 * light.dark)
    slant = u - 0.55 * v
    gleam = smoothstep(0.10, 0.16, slant) * smoothstep(0.42, 0.36, slant) + 0.5 * smoothstep(
        0.52, 0.56, slant
    ) * smoothstep(0.66, 0.62, slant)
    picture = picture + (light.horizon * 0.20 * (1 - light.dark)) * gleam[..., None]
    curtain = smoothstep(0.24, 0.16, np.minimum(u, 1 - u) + 0.06 * v)[..., None] * 0.38
    folds = 0.86 + 0.14 * np.cos(u * 60)
    cloth = (light.ambient * 0.8 + light.key * 0.28 * light.strength + 0.06)[None, None] * folds[..., None]
    return np.asarray(picture + (cloth - picture) * curtain, np.float32), 0.85


def _room(u: Real, v: Real, brush: Brush) -> tuple[F32, float]:
    """Lamplight, brighter toward one side; curtains; a plant, a lamp or a cat on the sill."""
    lamp = rgb(str(brush.random.choice(_LAMPS)))
    at = float(brush.random.uniform(0.25, 0.75))
    near = np.exp(-(((u - at) / 0.55) ** 2) - (((v - 0.35) / 0.6) ** 2))
    picture = lamp * (0.80 + 0.42 * near)[..., None]
    wall = mix(lamp, "#b0683a", 0.45)
    picture = picture + (wall * (0.68 + 0.34 * near)[..., None] - picture) * smoothstep(0.45, 0.95, v)[..., None]
    mode = int(brush.random.integers(4))
    shade = wall * 0.34
    if mode == 0:
        _put(picture, shade, np.hypot((u - 0.5) / 0.20, (v - 0.70) / 0.20) < 1)
        _put(picture, shade * 0.8, (np.abs(u - 0.5) < 0.10) & (v > 0.80))
    elif mode == 1:
        _put(picture, lamp * 1.15, (np.abs(u - 0.62) < 0.05 + 0.16 * (v - 0.48)) & (v > 0.48) & (v < 0.74))
        _put(picture, shade, (np.abs(u - 0.62) < 0.02) & (v >= 0.74))
    elif mode == 2:
        _put(picture, shade, np.hypot((u - 0.36) / 0.15, (v - 0.92) / 0.24) < 1)
        _put(picture, shade, np.hypot((u - 0.44) / 0.085, (v - 0.68) / 0.085) < 1)
        for ear in (-0.05, 0.05):
            _put(picture, shade, (np.abs(u - 0.44 - ear) < 0.03 * (v - 0.55) / 0.06) & (v > 0.55) & (v < 0.66))
    drawn = float(brush.random.uniform(0.10, 0.26))
    cloth = smoothstep(drawn + 0.03, drawn - 0.03, np.minimum(u, 1 - u) - 0.05 * np.cos(v * 3))[..., None]
    folds = (0.80 + 0.20 * np.cos(u * 48))[..., None]
    picture = picture + (mix(lamp, "#d0703a", 0.42) * 0.80 * folds - picture) * cloth * 0.9
    return np.clip(picture, 0, 1).astype(np.float32), 1.0


def _put(picture: Real, colour: F32, where: np.ndarray) -> None:
    picture[np.broadcast_to(where, picture.shape[:2])] = colour


def _bars(sheet: Sheet, box: tuple[float, float, float, float], across: int, down: int, colour: F32) -> None:
    """Glazing bars dividing *box*."""
    x0, y0, x1, y1 = box
    half = 0.022
    for index in range(1, across):
        x = x0 + (x1 - x0) * index / across
        sheet.fill(x - half, y0, x + half, y1, colour, 0.0)
    for index in range(1, down):
        y = y0 + (y1 - y0) * index / down
        sheet.fill(x0, y - half, x1, y + half, colour, 0.0)


def _window(sheet: Sheet, brush: Brush, across: int, down: int, *, shutters: bool = False, box: bool = False) -> None:
    """A framed window; *shutters* take a fifth at each side, a flower *box* the lowest part."""
    trim = _slot(brush, "trim")
    side = 0.21 * sheet.wide if shutters else 0.0
    low = sheet.tall - (0.30 if box else 0.09)
    frame = 0.085
    if shutters:
        sheet.alpha[:] = 0
        for x in (0.0, sheet.wide - side):
            _shutter(sheet, brush, (x, 0.02, x + side - 0.03 * (x == 0), low))
    x0, x1 = side, sheet.wide - side
    sheet.fill(x0, 0, x1, low, trim)
    _reveal(sheet, x0, 0.0, x1, low)
    inner = (x0 + frame, frame * 1.2, x1 - frame, low - frame)
    _pane(sheet, inner, brush)
    _bars(sheet, inner, across, down, trim * 0.95)
    rows = sheet.shape[0]
    top = int(inner[1] / sheet.tall * rows)
    cast = slice(top, max(top + 1, int((inner[1] + 0.10) / sheet.tall * rows)))
    sheet.rgb[cast] *= 0.72 if brush.lit == 0 else 0.9
    sheet.fill(x0 - 0.05, low, x1 + 0.05, low + 0.09, trim * 0.92)
    _reveal(sheet, x0 - 0.05, low, x1 + 0.05, low + 0.09)
    if box:
        _flower_box(sheet, brush, x0 - 0.04, x1 + 0.04, low + 0.02)
    if brush.is_white:
        sheet.fill(x0 - 0.05, low - 0.05, x1 + 0.05, low + 0.03, rgb("#eef2fa"), 0.0)


def _reveal(sheet: Sheet, x0: float, y0: float, x1: float, y1: float) -> None:
    """Make a rectangle of the sheet solid."""
    rows, columns = sheet.shape
    left, right = (int(np.clip(round(v / sheet.wide * columns), 0, columns)) for v in (x0, x1))
    top, bottom = (int(np.clip(round(v / sheet.tall * rows), 0, rows)) for v in (y0, y1))
    sheet.alpha[top:bottom, left:right] = 1


def _shutter(sheet: Sheet, brush: Brush, box: tuple[float, float, float, float]) -> None:
    """A louvred shutter."""
    colour = _slot(brush, "accent")
    sheet.fill(*box, colour)
    _reveal(sheet, *box)
    y = box[1] + 0.08
    while y < box[3] - 0.06 and sheet.fine(0.10) > 0:
        sheet.fill(box[0] + 0.05, y, box[2] - 0.05, y + 0.035, colour * (1 - 0.32 * sheet.fine(0.10)))
        y += 0.09


def _flower_box(sheet: Sheet, brush: Brush, x0: float, x1: float, y0: float) -> None:
    """A wooden box with what grows in it."""
    sheet.fill(x0, y0 + 0.06, x1, sheet.tall, mix(_slot(brush, "accent"), "#5a3a22", 0.5))
    _reveal(sheet, x0, y0 + 0.06, x1, sheet.tall)
    is_bare = brush.is_white or brush.season.value == "winter"
    rows, columns = sheet.shape
    radius = max(1, round(0.065 * sheet.px))
    blooms = [rgb(colour) for colour in table()["flowers"]]
    bloom = blooms[int(brush.random.integers(len(blooms)))]
    leaf = rgb(table()["leaves"]["summer"][1][1])
    for index in range(int((x1 - x0) / 0.05)):
        x = x0 + (x1 - x0) * float(brush.random.random())
        y = y0 + 0.07 - 0.15 * float(brush.random.random()) * (index % 3 > 0)
        colour = rgb("#e8edf6") if is_bare else (bloom if index % 3 else leaf) * float(brush.random.uniform(0.8, 1.15))
        at = (round(x / sheet.wide * columns), round(y / sheet.tall * rows))
        cv2.circle(sheet.rgb, at, radius, [float(c) for c in np.clip(colour, 0, 1)], -1)
        cv2.circle(sheet.alpha, at, radius, 1.0, -1)
        if sheet.glow is not None:
            cv2.circle(sheet.glow, at, radius, 0.0, -1)


@surface_named("sash")
def _sash(sheet: Sheet, base: F32, brush: Brush) -> None:
    _window(sheet, brush, 2, 2)


@surface_named("cross")
def _cross(sheet: Sheet, base: F32, brush: Brush) -> None:
    _window(sheet, brush, 2, 3)


@surface_named("wide")
def _wide(sheet: Sheet, base: F32, brush: Brush) -> None:
    _window(sheet, brush, 3, 2)


@surface_named("row")
def _row(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A band of windows, each with its own tenant."""
    count = max(2, round(sheet.wide / 1.5))
    trim = _slot(brush, "trim")
    sheet.rgb[:] = trim
    step = sheet.wide / count
    for index in range(count):
        inner = (index * step + 0.07, 0.09, (index + 1) * step - 0.07, sheet.tall - 0.16)
        _pane(sheet, inner, brush)
        _bars(sheet, inner, 2, 3, trim * 0.95)
    sheet.fill(0, sheet.tall - 0.09, sheet.wide, sheet.tall, trim * 0.85, 0.0)


@surface_named("shutters")
def _shutters(sheet: Sheet, base: F32, brush: Brush) -> None:
    _window(sheet, brush, 2, 2, shutters=True)


@surface_named("shutters-box")
def _shutters_box(sheet: Sheet, base: F32, brush: Brush) -> None:
    _window(sheet, brush, 2, 2, shutters=True, box=True)


@surface_named("sash-box")
def _sash_box(sheet: Sheet, base: F32, brush: Brush) -> None:
    _window(sheet, brush, 2, 2, box=True)


@surface_named("arch")
def _arch(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A window with a round head."""
    _window(sheet, brush, 2, 4)
    half = sheet.wide / 2
    round_ = half - np.hypot(sheet.x - half, np.minimum(sheet.y - half, 0))
    sheet.alpha *= np.asarray(np.clip(round_ * sheet.px + 0.5, 0, 1), np.float32)
    edge = smoothstep(0.12, 0.09, np.broadcast_to(round_, sheet.shape))[..., None]
    sheet.rgb += (_slot(brush, "trim") - sheet.rgb) * edge
    sheet.light_up()[:] *= 1 - edge[..., 0]


@surface_named("round")
def _round(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A round attic window."""
    trim = _slot(brush, "trim")
    sheet.rgb[:] = trim
    _pane(sheet, (0.06, 0.06, sheet.wide - 0.06, sheet.tall - 0.06), brush)
    _bars(sheet, (0.0, 0.0, sheet.wide, sheet.tall), 2, 2, trim)
    far = sheet.wide / 2 - np.hypot(sheet.x - sheet.wide / 2, sheet.y - sheet.tall / 2)
    sheet.alpha[:] = np.clip(far * sheet.px + 0.5, 0, 1)
    edge = smoothstep(0.11, 0.08, far)[..., None]
    sheet.rgb += (trim - sheet.rgb) * edge
    sheet.light_up()[:] *= 1 - edge[..., 0]


@surface_named("shop")
def _shop(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A large pane with goods on shelves behind it."""
    trim = _slot(brush, "accent")
    sheet.rgb[:] = trim
    inner = (0.10, 0.10, sheet.wide - 0.10, sheet.tall - 0.28)
    _pane(sheet, inner, brush, is_shop=True)
    for shelf, _ in product((0.55, 0.86), range(1)):
        y = inner[1] + (inner[3] - inner[1]) * shelf
        x = inner[0] + 0.08
        while x < inner[2] - 0.2:
            wide, tall = float(brush.random.uniform(0.08, 0.2)), float(brush.random.uniform(0.12, 0.32))
            colour = mix(
                str(brush.random.choice(["#c8683a", "#d8b060", "#7a9a5a", "#b84a4a", "#e8d8b8"])), "#5a3a20", 0.25
            )
            sheet.fill(x, y - tall, min(x + wide, inner[2]), y, colour * (0.9 if brush.lit else 0.5), 0.75)
            x += wide + 0.04
    _bars(sheet, inner, 3, 1, trim)


@surface_named("door")
def _door(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A panelled front door with a fanlight, in its frame."""
    trim = _slot(brush, "trim")
    colour = _slot(brush, "door") if "door" in brush.colours else base
    sheet.rgb[:] = trim
    frame = 0.10
    x0, x1 = frame, sheet.wide - frame
    sheet.fill(x0, 0.46, x1, sheet.tall, colour)
    _pane(sheet, (x0, frame, x1, 0.40), brush)
    for row, column in product((0.56, 1.36), (0, 1)):
        a = x0 + 0.08 + column * (x1 - x0 - 0.06) / 2
        b = a + (x1 - x0) / 2 - 0.13
        low = min(row + (0.66 if row < 1 else 0.52), sheet.tall - 0.12)
        sheet.fill(a, row, b, low, colour * 0.74)
        sheet.fill(a + 0.03, row + 0.04, b, low, colour * 1.08)
    if sheet.fine(0.08) > 0.1:
        sheet.fill(x1 - 0.10, 1.28, x1 - 0.04, 1.36, rgb("#e8c060"))
    if brush.is_white:
        _wreath(sheet, (x0 + x1) / 2, 0.85)


def _wreath(sheet: Sheet, x: float, y: float) -> None:
    """A winter wreath with a bow."""
    reach = np.hypot(sheet.x - x, sheet.y - y)
    ring = smoothstep(0.075, 0.055, np.abs(reach - 0.20))[..., None]
    sheet.rgb += (rgb("#2f5a34") - sheet.rgb) * ring
    bow = smoothstep(0.07, 0.05, np.hypot(sheet.x - x, sheet.y - y - 0.2))[..., None]
    sheet.rgb += (rgb("#c8382e") - sheet.rgb) * bow


@surface_named("gate")
def _gate(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A barn's or garage's double door with its white braces."""
    trim = _slot(brush, "trim")
    board = np.floor(sheet.x / 0.2)
    tone = 0.9 + 0.16 * (np.abs(np.sin(board * 12.9898) * 43758.5) % 1)
    sheet.rgb[:] = base * np.broadcast_to(tone, sheet.shape)[..., None]
    half = sheet.wide / 2
    for x0, x1 in ((0.0, half), (half, sheet.wide)):
        u, v = (sheet.x - x0) / (x1 - x0), sheet.y / sheet.tall
        frame = np.minimum(np.minimum(u, 1 - u) * (x1 - x0), np.minimum(v, 1 - v) * sheet.tall) < 0.13
        brace = np.minimum(np.abs(u - v), np.abs(u - 1 + v)) * (x1 - x0) < 0.11
        inside = np.broadcast_to((sheet.x >= x0) & (sheet.x < x1), sheet.shape)
        sheet.rgb[inside & (frame | brace)] = trim


@surface_named("garage")
def _garage(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A panelled up-and-over door."""
    trim = _slot(brush, "trim")
    sheet.rgb[:] = trim * 0.9
    down = (sheet.y / 0.52) % 1
    line = np.exp(-((np.minimum(down, 1 - down) / 0.05) ** 2)) * sheet.fine(0.1)
    sheet.rgb *= np.asarray(1 - 0.3 * np.broadcast_to(line, sheet.shape), np.float32)[..., None]
    for index in range(4):
        step = sheet.wide / 4
        _pane(sheet, (index * step + 0.12, 0.14, (index + 1) * step - 0.12, 0.42), brush)


@surface_named("clock")
def _clock(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A clock face at ten past ten."""
    middle = sheet.wide / 2
    far = np.hypot(sheet.x - middle, sheet.y - sheet.tall / 2)
    sheet.alpha[:] = np.clip((middle - far) * sheet.px + 0.5, 0, 1)
    sheet.rgb[:] = rgb("#f8f2e0")
    sheet.rgb[far > 0.86 * middle] = _slot(brush, "accent")
    rows, columns = sheet.shape
    centre = np.array([columns / 2, rows / 2])
    ink = [float(c) for c in rgb("#2a2a30")]
    for hour in range(12):
        way = np.array([math.sin(hour * math.pi / 6), -math.cos(hour * math.pi / 6)]) * columns / 2
        a, b = (tuple(int(v) for v in np.round((centre + way * part) * 16)) for part in (0.66, 0.80))
        cv2.line(sheet.rgb, a, b, ink, max(1, round(0.03 * columns)), cv2.LINE_AA, 4)
    for angle, reach, thick in ((-math.pi / 3 + 0.09, 0.42, 0.055), (math.pi / 3, 0.62, 0.04)):
        way = np.array([math.sin(angle), -math.cos(angle)]) * columns / 2 * reach
        a, b = (tuple(int(v) for v in np.round(p * 16)) for p in (centre, centre + way))
        cv2.line(sheet.rgb, a, b, ink, max(1, round(thick * columns)), cv2.LINE_AA, 4)
    if brush.light.dark > 0.4:
        sheet.light_up()[:] = 0.75


@surface_named("goods")
def _goods(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Fruit and flowers heaped on a stall."""
    sheet.rgb[:] = rgb("#4a3424")
    radius = max(1, round(0.085 * sheet.px))
    rows, columns = sheet.shape
    crates = max(2, round(sheet.wide / 0.62))
    tints = ["#d8452e", "#f0a030", "#8fb840", "#e8d050", "#b03a6a", "#e87a3a", "#6a4a8a"]
    for crate in range(crates):
        tint = rgb(str(brush.random.choice(tints)))
        for _ in range(26):
            x = (crate + 0.08 + 0.84 * float(brush.random.random())) / crates * columns
            y = float(brush.random.random()) * rows
            colour = np.clip(tint * float(brush.random.uniform(0.72, 1.12)), 0, 1)
            cv2.circle(sheet.rgb, (round(x), round(y)), radius, [float(c) for c in colour], -1, cv2.LINE_AA)
            shine = [float(c) for c in np.clip(colour * 1.35 + 0.05, 0, 1)]
            cv2.circle(
                sheet.rgb,
                (round(x - 0.3 * radius), round(y - 0.35 * radius)),
                max(1, radius // 3),
                shine,
                -1,
                cv2.LINE_AA,
            )
        x = (crate + 1) / crates * sheet.wide
        sheet.fill(x - 0.025, 0, x + 0.025, sheet.tall, rgb("#8a6238"))


@surface_named("lantern")
def _lantern(sheet: Sheet, base: F32, brush: Brush) -> None:
    """The glass of a street lamp in its iron frame."""
    lit = brush.light.dark > 0.3
    sheet.rgb[:] = rgb("#ffe0a0") if lit else rgb("#dfe6e4")
    sheet.light_up()[:] = 1.0 if lit else 0.3
    edge = np.minimum(np.minimum(sheet.x, sheet.wide - sheet.x), np.minimum(sheet.y, sheet.tall - sheet.y)) < 0.045
    sheet.rgb[edge] = base
    sheet.light_up()[edge] = 0


@surface_named("tent_front")
def _tent_front(sheet: Sheet, base: F32, brush: Brush) -> None:
    """The front of a tent, its flaps tied back from a dark or lamplit inside."""
    fold = 1 + 0.06 * np.sin(sheet.x * 9)
    sheet.rgb[:] = base * np.broadcast_to(fold, sheet.shape)[..., None] * 0.94
    reach = (sheet.y / sheet.tall) ** 1.4 * 0.30 * sheet.wide
    inside = np.broadcast_to(np.abs(sheet.x - sheet.wide / 2) < reach, sheet.shape) & (sheet.y > 0.22 * sheet.tall)
    is_lit = brush.light.dark > 0.4
    near = np.clip(1.15 - 0.5 * sheet.y / sheet.tall, 0, 1)[..., None]
    room = rgb("#ffc46a") * near if is_lit else rgb("#2c2018") * near
    sheet.rgb[inside] = np.broadcast_to(room, sheet.rgb.shape)[inside]
    if is_lit:
        sheet.light_up()[inside] = 0.95
