"""The shell: floor, ceiling and walls with their windows, each a plane of its own.

A wall's windows are holes in it, so what lies outside shows true parallax; stained glass
shines instead. Start reading at `hang_shell`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.indoors.chamber import Chamber, Patch, Plane, Sheet, patch_of
from astragen.builtin.painter.indoors.finishes import finish_of
from astragen.builtin.painter.indoors.glow import IndoorLight, Opening, exposed
from astragen.builtin.painter.indoors.pieces import Piece
from astragen.builtin.painter.noise import smoothstep

_COARSE = 6  # light on the shell is found for every sixth pixel a side
_PANES = {"sash": (2, 2), "grid": (3, 3), "arch": (2, 4), "gothic": (2, 5), "tall": (2, 5), "wide": (3, 1),
          "pane": (1, 1), "round": (1, 1), "stained": (2, 5), "blind": (1, 9), "bars": (6, 1)}  # fmt: skip
_FRAME_M = 0.07


class Window(NamedTuple):
    """A window: which wall, its box on it (left, top, width, height in m from the wall's own top left), its style."""

    wall: str
    box: tuple[float, float, float, float]
    style: str


def walls_of(size: tuple[float, float, float], near: float) -> dict[str, Plane]:
    """The planes of a room *size* (w, h, d) that opens toward the viewer at d = *near*."""
    wide, tall, deep = size
    half = wide / 2

    def plane(corner: Sequence[float], across: Sequence[float], down: Sequence[float], way: Sequence[float]) -> Plane:
        return Plane(*(np.array(part, np.float32) for part in (corner, across, down, way)))

    long = deep - near
    return {
        "back": plane((-half, tall, deep), (wide, 0, 0), (0, -tall, 0), (0, 0, -1)),
        "left": plane((-half, tall, near), (0, 0, long), (0, -tall, 0), (1, 0, 0)),
        "right": plane((half, tall, deep), (0, 0, -long), (0, -tall, 0), (-1, 0, 0)),
        "ceiling": plane((-half, tall, near), (wide, 0, 0), (0, 0, long), (0, -1, 0)),
        "floor": plane((-half, 0, deep), (wide, 0, 0), (0, 0, -long), (0, 1, 0)),
    }


def windows_of(rows: Sequence[Sequence[Any]], planes: dict[str, Plane]) -> list[Window]:
    """The windows of *rows* ([wall, middle, sill, width, height, style]; the middle may be a list), m in the room."""
    return [window for row in rows for window in _in_row(row, planes)]


def _in_row(row: Sequence[Any], planes: dict[str, Plane]) -> Iterator[Window]:
    wall, middle, sill, wide, tall, style = row
    plane = planes[wall]
    way = plane.across / np.linalg.norm(plane.across)
    axis = 0 if wall == "back" else 2
    for at in middle if isinstance(middle, list) else [middle]:
        left = (float(at) - float(plane.corner[axis])) * float(way[axis]) - wide / 2
        yield Window(wall, (left, float(plane.corner[1]) - sill - tall, float(wide), float(tall)), style)


def openings_of(windows: Sequence[Window], planes: dict[str, Plane]) -> list[Opening]:
    """What light comes in by."""
    openings = []
    for window in windows:
        plane, (left, top, wide, tall) = planes[window.wall], window.box
        across, down = (side / np.linalg.norm(side) for side in (plane.across, plane.down))
        part = Plane(plane.corner + across * left + down * top, across * wide, down * tall, plane.normal)
        openings.append(Opening(Plane(*(np.asarray(item, np.float32) for item in part)), _PANES[window.style]))
    return openings


class Shell(NamedTuple):
    """How the shell is made: per plane (colour, finish), trim colour, whether a skirting runs along the walls."""

    stuff: dict[str, tuple[F32, str]]
    trim: F32
    skirting: float
    panelled: float


def hang_shell(
    chamber: Chamber,
    light: IndoorLight,
    planes: dict[str, Plane],
    windows: Sequence[Window],
    shell: Shell,
    pieces: Sequence[Piece],
    seed: int,
) -> None:
    """Paint and hang the five planes; the nearer ones overlap the back wall's edges."""
    for order, name in enumerate(("back", "left", "right", "ceiling", "floor")):
        plane = planes[name]
        if float(chamber.aim(plane.normal) @ chamber.seen(plane.corner)) >= 0:
            continue  # seen from behind
        patch = patch_of(chamber, plane)
        if patch is None:
            continue
        colour, finish = shell.stuff[name]
        albedo = finish_of(finish)(patch.u, patch.v, patch.px, colour, seed + order)
        if name in ("back", "left", "right"):
            albedo = _with_boards(albedo, patch, chamber.size[1], shell)
        lit = _light(chamber, light, plane, patch)
        if name == "floor":
            lit = lit * _shade(pieces, patch)[..., None]
        picture = exposed(albedo * lit)
        cover = patch.cover
        for window in windows:
            if window.wall == name:
                picture, cover = _set_in(light, picture, cover, patch, window, shell.trim)
        packed = np.dstack([picture * cover[..., None], cover]).astype(np.float32)
        chamber.stage.add(Sheet(chamber.stage, packed, patch, 60.0 - order))


def _with_boards(albedo: F32, patch: Patch, tall: float, shell: Shell) -> F32:
    """Skirting along the foot, a moulding overhead, wainscot when panelled."""
    up = tall - patch.v
    if shell.panelled > 0:
        wood = mix(shell.trim, "#5a3a22", 0.35)
        tile = np.minimum(np.abs((patch.u / 0.62) % 1 - 0.5), 1)
        tone = 0.86 + 0.20 * smoothstep(0.40, 0.37, tile) * smoothstep(0.12, 0.15, up) * smoothstep(
            shell.panelled - 0.08, shell.panelled - 0.12, up
        )
        rail = smoothstep(0.07, 0.05, np.abs(up - shell.panelled)) * 0.2
        panel = wood * (tone + rail)[..., None]
        albedo = albedo + (panel - albedo) * np.clip((shell.panelled - up) / patch.px + 0.5, 0, 1)[..., None]
    if shell.skirting > 0:
        board = np.clip((shell.skirting - up) / patch.px + 0.5, 0, 1)
        board = np.maximum(board, np.clip((0.08 - patch.v) / patch.px + 0.5, 0, 1))[..., None]
        line = 1 - 0.25 * smoothstep(0.02, 0.0, np.abs(up - shell.skirting))[..., None]
        albedo = albedo + (shell.trim * line - albedo) * board
    return np.asarray(albedo, np.float32)


def _light(chamber: Chamber, light: IndoorLight, plane: Plane, patch: Patch) -> F32:
    """Light on a plane of the shell: the even part from a coarse grid, the sun's patch in full."""
    rows, columns = patch.u.shape
    half = _COARSE // 2
    point = patch.point[half::_COARSE, half::_COARSE]
    if point.size == 0:
        point = patch.point[:1, :1]
    even = light.at(point, plane.normal) * light.corners(point, plane.normal)[..., None]
    full = np.asarray(cv2.resize(even, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
    if float(light.sun_colour.max()) > 0.05:
        step = 1 if plane.normal[1] > 0.5 else 2
        sun = light.sunlit(patch.point[::step, ::step], soft=0.03)
        sun = np.asarray(cv2.resize(sun, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
        full = full + light.sun_colour * sun[..., None]
    return np.asarray(full, np.float32)


def _shade(pieces: Sequence[Piece], patch: Patch) -> F32:
    """What pieces leave of the light on the floor about their feet, (h, w)."""
    rows, columns = patch.u.shape
    point = patch.point[::4, ::4]
    kept = np.ones(point.shape[:2], np.float32)
    for piece in pieces:
        for part in piece.parts:
            if part.low[1] > 0.9 or part.finish == "rug" or part.high[1] - part.low[1] < 0.03:
                continue
            middle, half = (part.low + part.high) / 2, (part.high - part.low) / 2
            away = np.hypot(
                np.maximum(np.abs(point[..., 0] - middle[0]) - half[0], 0),
                np.maximum(np.abs(point[..., 2] - middle[2]) - half[2], 0),
            )
            lift = float(part.low[1])
            kept = np.minimum(kept, 1 - (0.58 - 0.42 * lift) * np.exp(-away / (0.14 + 0.5 * lift)))
    return np.asarray(cv2.resize(kept, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)


def _set_in(light: IndoorLight, picture: F32, cover: F32, patch: Patch, window: Window, trim: F32) -> tuple[F32, F32]:
    """Cut *window* out of its wall and put its frame and bars in; stained glass is put in instead."""
    left, top, wide, tall = window.box
    u, v = patch.u - left, patch.v - top
    near = (u > -0.3) & (u < wide + 0.3) & (v > -0.3) & (v < tall + 0.3)
    if not near.any():
        return picture, cover
    rows, columns = np.flatnonzero(near.any(1)), np.flatnonzero(near.any(0))
    part = (slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    u, v, px = u[part], v[part], patch.px[part]
    inner = inside_of(window.style, u, v, wide, tall)
    hole, framed = np.clip(inner / px + 0.5, 0, 1), np.clip((inner + _FRAME_M) / px + 0.5, 0, 1)
    bars = _bars(window, u, v, px)
    day = 0.55 + 0.6 * (1 - light.dark)
    tone = mix(trim, "#ffffff", 0.10) * (
        0.35 * light.ambient / max(light.level, 1e-3) * min(0.9, 2 * light.level) + 0.2
    )
    tone = tone * (0.8 + 0.25 * smoothstep(0.0, 0.05, inner + _FRAME_M))[..., None]
    ring = (framed - hole * (1 - bars)).astype(np.float32)
    wall, kept = picture[part], cover[part]
    wall += (tone - wall) * ring[..., None]
    if window.style == "stained":
        glass = finish_of("stained")(np.asarray(u, np.float32), np.asarray(v, np.float32), px, rgb("#ffffff"), 3)
        bright = exposed(np.asarray(glass * (day * 1.05 if light.dark < 0.8 else 0.34), np.float32))
        wall += (bright - wall) * (hole * (1 - bars))[..., None]
    else:
        kept *= 1 - hole * (1 - bars) * 0.985
        if window.style not in ("round", "pane"):
            sill = np.clip((0.05 - np.abs(v - tall - 0.10)) / px + 0.5, 0, 1) * np.clip(
                (wide / 2 + 0.16 - np.abs(u - wide / 2)) / px + 0.5, 0, 1
            )
            wall += (tone * 1.15 - wall) * sill[..., None]
    return picture, cover


def inside_of(style: str, u: F32, v: F32, wide: float, tall: float) -> F32:
    """Metres from the edge of a window's opening: positive inside."""
    flat = np.minimum(np.minimum(u, wide - u), np.minimum(v, tall - v))
    if style == "round":
        return np.asarray(min(wide, tall) / 2 - np.hypot(u - wide / 2, v - tall / 2), np.float32)
    if style == "arch":
        crown = wide / 2 - np.hypot(u - wide / 2, v - wide / 2)
        return np.asarray(np.where(v < wide / 2, crown, flat), np.float32)
    if style in ("gothic", "stained"):
        spring = 0.87 * wide
        crown = np.minimum(wide - np.hypot(u, v - spring), wide - np.hypot(u - wide, v - spring))
        return np.asarray(np.where(v < spring, crown, flat), np.float32)
    return np.asarray(flat, np.float32)


def _bars(window: Window, u: F32, v: F32, px: F32) -> F32:
    """Cover of the glazing bars."""
    across, down = _PANES[window.style]
    _, _, wide, tall = window.box
    total = np.zeros(np.broadcast_shapes(u.shape, v.shape), np.float32)
    half = 0.016 if window.style != "bars" else 0.03
    for at, length, count in ((u, wide, across), (v, tall, down)):
        for index in range(1, count):
            away = np.abs(at - length * index / count)
            total = np.maximum(total, np.clip((half - away) / px + 0.5, 0, 1) * np.minimum(1, 2 * half / px + 0.2))
    return np.asarray(total, np.float32)
