"""Painting pieces: solids to lit pictures, each face by its own metres.

Faces that look away are skipped, the rest laid from behind to before; edges that catch
the light are drawn a little brighter, feet a little darker, so that things have weight.
Start reading at `hang_pieces`.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.indoors.chamber import NEAREST, Chamber, Plane, patch_of
from astragen.builtin.painter.indoors.finishes import finish_of
from astragen.builtin.painter.indoors.glow import IndoorLight, exposed
from astragen.builtin.painter.indoors.pieces import Part, Piece, in_order
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.plants import broad_leaves, fern, table

_FRONT = ("books", "goods", "screen", "picture", "board", "keys", "stained")  # finishes of one face only
_GROUP = 1.35  # pieces whose distances differ by less than this share a plate
_SIDES = (  # normal, then the corner, across and down as (low 0 or high 1) of x, y, d
    ((0, 0, -1), (0, 1, 0), (1, 1, 0), (0, 0, 0)),
    ((0, 0, 1), (1, 1, 1), (0, 1, 1), (1, 0, 1)),
    ((-1, 0, 0), (0, 1, 1), (0, 1, 0), (0, 0, 1)),
    ((1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 0)),
    ((0, 1, 0), (0, 1, 1), (1, 1, 1), (0, 1, 0)),
    ((0, -1, 0), (0, 0, 0), (1, 0, 0), (0, 0, 1)),
)
_FRONT_SIDE = (0, 2, 1, 3)  # which of _SIDES is the front after so many quarters


class _Picture:
    """A window of the canvas that faces are laid into, premultiplied."""

    def __init__(self, x: int, y: int, width: int, height: int) -> None:
        self.x, self.y = x, y
        self.pixels = np.zeros((height, width, 4), np.float32)

    def lay(self, colour: F32, cover: F32, x: int, y: int) -> None:
        """Lay (h, w, 3) *colour* through (h, w) *cover* with its top left at canvas (x, y)."""
        rows, columns = cover.shape
        x0, y0 = max(x, self.x), max(y, self.y)
        x1 = min(x + columns, self.x + self.pixels.shape[1])
        y1 = min(y + rows, self.y + self.pixels.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        part = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
        under = self.pixels[y0 - self.y : y1 - self.y, x0 - self.x : x1 - self.x]
        weight = cover[part][..., None]
        under *= 1 - weight
        under[..., :3] += colour[part] * weight
        under[..., 3:] += weight


def hang_pieces(chamber: Chamber, light: IndoorLight, pieces: Sequence[Piece]) -> None:
    """Paint *pieces* and hang them in a few plates, by distance."""
    shown = [piece for piece in pieces if _depth(chamber, piece) > NEAREST]
    groups: list[list[Piece]] = []
    depths: list[float] = []
    for piece in in_order(shown, eye_of(chamber)):
        depth = _depth(chamber, piece)
        if groups and depths[-1] / _GROUP < depth:
            groups[-1].append(piece)
        else:
            groups.append([piece])
            depths.append(depth)
    for group, nearest in zip(groups, depths, strict=True):
        _hang_group(chamber, light, group, nearest)


def _hang_group(chamber: Chamber, light: IndoorLight, group: Sequence[Piece], depth: float) -> None:
    stage = chamber.stage
    corners = np.concatenate([_corners(piece.low, piece.high) for piece in group])
    spots = chamber.canvas(chamber.seen(corners))
    low = np.maximum(np.floor(spots.min(0)).astype(int) - 3, 0)
    high = np.minimum(np.ceil(spots.max(0)).astype(int) + 3, (stage.canvas_width, stage.canvas_height))
    if (high - low < 2).any():
        return
    picture = _Picture(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
    eye = eye_of(chamber)
    for piece in group:
        for index, part in enumerate(in_order(piece.parts, eye)):
            if float(chamber.seen(_corners(part.low, part.high))[:, 2].min()) > NEAREST:
                _PAINTERS[part.kind](chamber, light, picture, part, piece.seed + index)
    stage.plate(np.clip(picture.pixels, 0, 1), chamber.z(depth), x=picture.x, y=picture.y)


def eye_of(chamber: Chamber) -> F32:
    """The lens in room coordinates."""
    ways = chamber.aim(np.eye(3, dtype=np.float32)).T
    offset = chamber.seen(np.zeros(3, np.float32))
    return np.asarray(np.linalg.solve(ways.astype(np.float64), -offset.astype(np.float64)), np.float32)


def _depth(chamber: Chamber, piece: Piece) -> float:
    return float(chamber.seen((piece.low + piece.high) / 2)[2])


def _corners(low: F32, high: F32) -> F32:
    picks = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), -1).reshape(-1, 3)
    return np.where(picks == 1, high, low).astype(np.float32)


def _box(chamber: Chamber, light: IndoorLight, picture: _Picture, part: Part, seed: int) -> None:
    ends = np.stack([part.low, part.high])
    for side, (normal, corner, across, down) in enumerate(_SIDES):
        start, right, below = (ends[list(pick), [0, 1, 2]] for pick in (corner, across, down))
        plane = Plane(start, right - start, below - start, np.array(normal, np.float32))
        middle = chamber.seen(start + (plane.across + plane.down) / 2)
        if float(chamber.aim(plane.normal) @ middle) >= 0:
            continue
        is_front = side == _FRONT_SIDE[part.facing % 4]
        is_back = part.finish == "goods" and side == _FRONT_SIDE[(part.facing + 2) % 4]
        finish = part.finish if is_front or is_back or part.finish not in _FRONT else "wood"
        if part.finish == "rug" and normal[1] != 1:
            finish = "cloth"
        _face(chamber, light, picture, part, plane, finish, seed)


def _face(
    chamber: Chamber, light: IndoorLight, picture: _Picture, part: Part, plane: Plane, finish: str, seed: int
) -> None:
    patch = patch_of(chamber, plane)
    if patch is None:
        return
    wide, tall = float(np.linalg.norm(plane.across)), float(np.linalg.norm(plane.down))
    u, v = np.clip(patch.u, 0, wide), np.clip(patch.v, 0, tall)
    albedo = finish_of(finish)(u, v, patch.px, part.colour, seed)
    is_shining = part.glow > 0 or finish in ("screen", "keys", "stained")
    lit = _light_over(light, plane, u / wide, v / tall)
    if plane.normal[1] > 0.5:
        sun = cv2.resize(light.sunlit(patch.point[::3, ::3], soft=0.04), u.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        lit = lit + light.sun_colour * np.asarray(sun, np.float32)[..., None]
    colour = albedo * lit
    edge = np.minimum(np.minimum(u, wide - u), np.minimum(v, tall - v))
    bright = np.clip(1.6 - edge / np.maximum(0.008, 0.9 * patch.px), 0, 1) * np.clip(0.05 / patch.px, 0, 1)
    colour = colour * (1 + 0.22 * bright)[..., None]
    if is_shining:
        own = albedo * (0.95 if part.glow > 0 else 0.62 + 0.25 * light.dark)
        colour = np.maximum(colour, own * (1.15 if part.glow > 0 else 1.0))
    picture.lay(exposed(colour), patch.cover, patch.x, patch.y)


def _light_over(light: IndoorLight, plane: Plane, across: F32, down: F32) -> F32:
    """Light on a face at fractions (across, down) of it, from a coarse grid."""
    count = [int(np.clip(2 + float(np.linalg.norm(side)) / 0.35, 2, 9)) for side in (plane.across, plane.down)]
    u, v = np.meshgrid(np.linspace(0.02, 0.98, count[0]), np.linspace(0.02, 0.98, count[1]))
    spots = plane.corner + u[..., None] * plane.across + v[..., None] * plane.down
    coarse = light.at(spots.astype(np.float32), plane.normal)
    if abs(float(plane.normal[1])) < 0.5:  # feet stand in their own shade
        shade = 1 - 0.35 * np.exp(-np.maximum(spots[..., 1], 0) / 0.22)
        coarse = np.asarray(coarse * shade[..., None], np.float32)
    four = np.dstack([coarse, coarse[..., 0]]).astype(np.float32)  # four channels: OpenCV's fast path
    return np.asarray(
        cv2.remap(
            four,
            np.asarray(across * (count[0] - 1), np.float32),
            np.asarray(down * (count[1] - 1), np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )[..., :3],
        np.float32,
    )


def _filled(outline: F32) -> tuple[F32, int, int] | None:
    """Cover of a polygon in canvas px and where its window lies."""
    low, high = np.floor(outline.min(0)).astype(int) - 1, np.ceil(outline.max(0)).astype(int) + 2
    if (high - low < 2).any() or (high - low > 8000).any():
        return None
    mask: U8 = np.zeros((int(high[1] - low[1]), int(high[0] - low[0])), np.uint8)
    cv2.fillPoly(mask, [np.round((outline - low - 0.5) * 64).astype(np.int32)], 255, cv2.LINE_AA, 6)
    return np.asarray(mask * np.float32(1 / 255), np.float32), int(low[0]), int(low[1])


def _cyl(chamber: Chamber, light: IndoorLight, picture: _Picture, part: Part, seed: int) -> None:
    middle = (part.low + part.high) / 2
    turn = np.linspace(0, 2 * np.pi, 25)[:-1].astype(np.float32)
    rings = []
    for y, radius in ((part.low[1], part.slim[0]), (part.high[1], part.slim[1])):
        ring = [middle[0] + radius * np.cos(turn), np.full_like(turn, y), middle[2] + radius * np.sin(turn)]
        rings.append(chamber.canvas(chamber.seen(np.stack(ring, -1))))
    outline = cv2.convexHull(np.concatenate(rings).astype(np.float32))[:, 0]
    filled = _filled(np.asarray(outline, np.float32))
    if filled is None:
        return
    cover, x, y = filled
    axis = chamber.canvas(
        chamber.seen(np.stack([middle - [0, middle[1] - end[1], 0] for end in (part.low, part.high)]))
    )
    half = max(1.0, float(np.ptp(outline[:, 0])) / 2)
    aside = np.clip((np.arange(cover.shape[1]) + x + 0.5 - float(axis[:, 0].mean())) / half, -1, 1)
    shades = _around(chamber, light, part, aside.astype(np.float32), cover.shape[0])
    if part.glow > 0:
        shades = np.maximum(shades, 0.9 + 0.25 * (1 - aside**2)[None, :, None])
    if part.finish == "folds":
        shades = shades * (0.85 + 0.25 * np.sin(np.arcsin(aside) * 9))[None, :, None]
    picture.lay(exposed(np.asarray(part.colour * shades, np.float32)), cover, x, y)
    lid = 1 if chamber.eye > part.high[1] else 0
    if part.glow == 0 and (lid == 1 or chamber.eye < part.low[1]):
        top = _filled(rings[lid])
        if top is not None:
            way = np.array([0, 1 if lid else -1, 0], np.float32)
            spot = np.array([[[middle[0], part.high[1] if lid else part.low[1], middle[2]]]], np.float32)
            tone = exposed(part.colour * light.at(spot, way))
            picture.lay(np.broadcast_to(tone, (*top[0].shape, 3)).astype(np.float32), *top)


def _around(chamber: Chamber, light: IndoorLight, part: Part, aside: F32, rows: int) -> F32:
    """Light on an upright round thing, (rows, columns, 3): by how far *aside* of its axis, -1 to 1."""
    middle = (part.low + part.high) / 2
    toward = eye_of(chamber) - middle
    toward[1] = 0
    toward /= max(float(np.linalg.norm(toward)), 1e-6)
    right = np.array([-toward[2], 0, toward[0]], np.float32) * -chamber.mirror
    steps = np.linspace(-1, 1, 9).astype(np.float32)
    normals = steps[:, None] * right + np.sqrt(1 - steps**2)[:, None] * toward
    heights = np.array([part.high[1], part.low[1]], np.float32)
    spots = np.broadcast_to(middle, (2, 9, 3)).copy()
    spots[..., 1] = heights[:, None]
    lit = light.at(spots + 0.5 * max(part.slim) * normals, np.broadcast_to(normals, (2, 9, 3)).astype(np.float32))
    lit[1] *= 0.72 if part.low[1] < 0.1 else 0.95
    across = np.stack(
        [[np.interp(aside, steps, lit[row, :, channel]) for channel in range(3)] for row in range(2)]
    ).transpose(0, 2, 1)
    return np.asarray(
        cv2.resize(across.astype(np.float32), (aside.size, rows), interpolation=cv2.INTER_LINEAR), np.float32
    )


def _ball(chamber: Chamber, light: IndoorLight, picture: _Picture, part: Part, seed: int) -> None:
    middle = (part.low + part.high) / 2
    seen = chamber.seen(middle)
    centre = chamber.canvas(seen)
    radius = float(part.high[0] - part.low[0]) / 2 * chamber.focal / float(seen[2])
    reach = int(np.ceil(radius)) + 2
    x0, y0 = int(centre[0]) - reach, int(centre[1]) - reach
    y, x = np.mgrid[0 : 2 * reach + 1, 0 : 2 * reach + 1].astype(np.float32)
    u, v = (x + x0 + 0.5 - centre[0]) / radius, (y + y0 + 0.5 - centre[1]) / radius
    away = np.hypot(u, v)
    cover = np.clip((1 - away) * radius + 0.5, 0, 1).astype(np.float32)
    out = np.sqrt(np.clip(1 - away**2, 0, 1))
    ways = chamber.aim(np.eye(3, dtype=np.float32))  # rows: the room's axes as the camera sees them
    steps = max(1, reach // 6)
    normal = np.stack([u, -v, -out], -1)[::steps, ::steps].astype(np.float32) @ ways.T
    spots = (middle + normal * 0.5 * (part.high[0] - part.low[0])).astype(np.float32)
    lit = np.asarray(cv2.resize(light.at(spots, normal.astype(np.float32)), cover.shape[::-1]), np.float32)
    colour = part.colour * lit * (0.75 + 0.25 * out)[..., None]
    if part.glow > 0:
        colour = np.maximum(colour, part.colour * (0.9 + 0.3 * out)[..., None])
    shine = smoothstep(0.30, 0.0, np.hypot(u + 0.35 * light.sun[0], v + 0.45))[..., None] * 0.30 * light.level
    picture.lay(exposed(np.asarray(colour + shine, np.float32)), cover, x0, y0)


def _plant(chamber: Chamber, light: IndoorLight, picture: _Picture, part: Part, seed: int) -> None:
    middle = (part.low + part.high) / 2
    foot = chamber.canvas(chamber.seen(np.array([middle[0], part.low[1], middle[2]], np.float32)))
    top = chamber.canvas(chamber.seen(np.array([middle[0], part.high[1], middle[2]], np.float32)))
    tall = int(np.clip(foot[1] - top[1], 6, 700))
    grow = fern if part.finish == "fern" else broad_leaves
    leaves = grow(tall, seed=seed, light=chamber.stage.light, shades=table()["leaves"]["summer"][0])
    lit = light.at(middle[None, None].astype(np.float32), np.array([0, 0.6, -0.8], np.float32))[0, 0]
    alpha = np.maximum(leaves[..., 3:], 1e-4)
    colour = exposed(np.asarray(leaves[..., :3] / alpha * (0.35 + 1.1 * lit), np.float32))
    x, y = round(float(foot[0])) - leaves.shape[1] // 2, round(float(foot[1])) - leaves.shape[0]
    picture.lay(colour, np.ascontiguousarray(leaves[..., 3]), x, y)


_PAINTERS = {"box": _box, "cyl": _cyl, "ball": _ball, "plant": _plant}
