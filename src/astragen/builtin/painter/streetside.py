"""The sides of a street: house walls in perspective, shops under awnings, signs, what stands on the pavement.

`paint_house` paints one house of a row as premultiplied bytes; `Furniture` keeps the trees
and lamps that are laid before the houses. Light and air are the street's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.blocks import lay
from astragen.builtin.painter.colour import F32, U8, Colour, mix, rgb
from astragen.builtin.painter.facades import as_bytes, daylight, facade, table
from astragen.builtin.painter.greenery import bare_tree, crown, foliage_of, tree
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.motorcars import car
from astragen.builtin.painter.noise import smoothstep, stable_seed
from astragen.builtin.painter.signs import sign
from astragen.builtin.painter.traffic import ROAD, StreetView
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

_SHOP_M = 4.4  # height of the ground floor
_FLOOR_M = 3.4
_KERB = ROAD * 0.62  # m from the middle of the road


class House(NamedTuple):
    """side: -1 left, 1 right. inner: m from the road's middle to its wall. near, far: depths of its corners, m.

    tall: m. style: row of walls. seed: of everything on it. front: m of the wall that faces
    the viewer that its nearer neighbour leaves to be seen.
    """

    side: int
    inner: float
    near: float
    far: float
    tall: float
    style: int
    seed: int
    front: float


class Canvas8(NamedTuple):
    """A window of the canvas under the brush: premultiplied (h, w, 4) bytes, canvas x and y of its top left."""

    pixels: U8
    x: int
    y: int


def window_of(view: StreetView, house: House, size: tuple[int, int]) -> Canvas8 | None:
    """The part of a canvas of *size* px that *house* and what stands before it can cover; None when that is nothing."""
    inner = house.side * (house.inner - 5.4)  # a parked car's far side
    spots = [(inner, house.near), (inner, house.far), (house.side * (house.inner + house.front), house.near)]
    across = [view.x(metres, depth) for metres, depth in spots]
    x0, x1 = max(0, int(min(across)) - 3), min(size[0], int(max(across)) + 4)
    y0 = max(0, int(view.y(house.tall + 1.5, house.far if house.tall < view.eye else house.near)) - 2)
    y1 = min(size[1], int(view.y(0, house.near)) + 3)
    if x1 - x0 < 3 or y1 - y0 < 3:
        return None
    return Canvas8(np.zeros((y1 - y0, x1 - x0, 4), np.uint8), x0, y0)


def quad(view: StreetView, near: tuple[float, float], far: tuple[float, float], low: float, high: float) -> np.ndarray:
    """Canvas corners of an upright wall between (metres aside, depth) *near* and *far*: top and bottom, near first."""
    return np.array([
        [view.x(*near), view.y(high, near[1])], [view.x(*far), view.y(high, far[1])],
        [view.x(*far), view.y(low, far[1])], [view.x(*near), view.y(low, near[1])],
    ])  # fmt: skip


def paint_house(view: StreetView, house: House, light: Light, into: Canvas8, *, neon: float) -> None:
    """The front seen past its neighbour, the wall along the street, shops below and awnings over them."""
    row = table()["walls"][house.style]
    random = np.random.default_rng(house.seed)
    aside = house.side * house.inner
    if house.near > 12:  # nearer ones lie beside the frame
        front = quad(view, (aside + house.side * house.front, house.near), (aside, house.near), 0, house.tall)
        _wall(into, front, (house.front, house.tall), row, light, random, sun=(0.42, 0.0))
    top_row = view.y(0, house.far) - 0  # what the frame shows of the wall at its far corner
    seen = view.eye + view.horizon * house.far / view.focal
    floors = int(np.clip(np.ceil((min(house.tall, seen) - _SHOP_M) / _FLOOR_M), 1, 60))
    high = _SHOP_M + floors * _FLOOR_M
    near, far = (aside, house.near), (aside, house.far)
    is_sunny = house.side != light.side
    sun = (1.0, 5.0) if is_sunny else (0.0, 0.0)
    _wall(
        into,
        quad(view, near, far, _SHOP_M, high),
        (house.far - house.near, high - _SHOP_M),
        row,
        light,
        random,
        sun=sun,
    )
    if high < house.tall + _FLOOR_M and top_row > 0:
        _cornice(view, into, house, high, rgb(row["trim"]), light)
    _shops(view, into, house, light, random, neon=neon)


def _wall(
    into: Canvas8,
    corners: np.ndarray,
    size: tuple[float, float],
    row: dict[str, str],
    light: Light,
    random: np.random.Generator,
    *,
    sun: tuple[float, float],
) -> None:
    """A wall of *size* m; *sun*: how much of it a sunny wall catches, and how high shade reaches, m."""
    spots = corners - (into.x, into.y)
    wide = int(np.clip(np.ptp(spots[:, 0]) * 1.15, 10, 720))
    high = int(np.clip(np.ptp(spots[:, 1]), 16, 1000))
    floors = max(1, round(size[1] / _FLOOR_M))
    bays = max(1, round(size[0] / (1.7 if row["kind"] == "curtain" else 2.6)))
    made = facade((wide, high), floors, bays, row, light, random)
    sky, key = daylight(light)
    metres = size[1] * (1 - (np.arange(high, dtype=np.float32) + 0.5) / high)[:, None]
    along = np.linspace(0, 1, wide, dtype=np.float32)[None]
    seen = (
        smoothstep(sun[1] - 3, sun[1] + 2, metres + 5 * (along - 0.5)) if sun[1] > 0 else np.ones_like(metres + along)
    )
    open_sky = 0.70 + 0.30 * np.clip(metres / 26, 0, 1)
    warm = key * (sun[0] * seen)[..., None]
    lit = sky * open_sky[..., None] + warm + key * (0.16 * (1 - light.dark))
    picture = np.empty((high, wide, 4), np.uint8)
    picture[..., :3] = as_bytes(np.minimum(made.body * lit + made.shine * (1 + 0.55 * warm), 1))
    picture[..., 3] = 255
    lay(into.pixels, spots, picture)


def _cornice(view: StreetView, into: Canvas8, house: House, high: float, trim: F32, light: Light) -> None:
    """A ledge along the roof that catches the sky."""
    sky, key = daylight(light)
    aside = house.side * (house.inner - 0.5)
    corners = quad(view, (aside, house.near), (aside, house.far), high - 0.2, high + 0.9) - (into.x, into.y)
    strip = np.full((6, 8, 4), 255, np.uint8)
    tone = np.linspace(1.1, 0.7, 6, dtype=np.float32)[:, None, None]
    strip[..., :3] = as_bytes(np.minimum(trim * (sky + 0.4 * key) * tone, 1))
    lay(into.pixels, corners, strip)


def _shops(
    view: StreetView, into: Canvas8, house: House, light: Light, random: np.random.Generator, *, neon: float
) -> None:
    """The ground floor: shop after shop, each with its sign board; awnings over some."""
    aside, length = house.side * house.inner, house.far - house.near
    count = max(1, round(length / 5.5))
    px = view.focal / house.near
    strip = _shopfronts(
        int(np.clip(length * px * 0.5, 12, 700)), int(np.clip(_SHOP_M * px, 10, 420)), count, light, random, neon
    )
    lay(into.pixels, quad(view, (aside, house.near), (aside, house.far), 0, _SHOP_M) - (into.x, into.y), strip)
    for index in reversed(range(count)):
        if random.random() < 0.6:
            ends = (house.near + length * (index + 0.10) / count, house.near + length * (index + 0.90) / count)
            _awning(view, into, house, ends, str(random.choice(table()["awnings"])), light)


def _shopfronts(width: int, height: int, count: int, light: Light, random: np.random.Generator, neon: float) -> U8:
    """(height, width, 4): *count* shops side by side, their windows lit from inside when it is dark."""
    sky, key = daylight(light)
    rows = table()
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * count
    y = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
    own, at = x.astype(int), (x % 1)[None]
    frames = np.stack([rgb(str(random.choice(rows["shops"]))) for _ in range(count)])[own][None]
    boards = np.stack([rgb(str(random.choice(rows["awnings"]))) for _ in range(count)])[own][None]
    glows = np.stack([
        mix("#ffdca8", str(random.choice(rows["neon"])), float(random.random()) * neon) for _ in range(count)
    ])[own][None]  # fmt: skip
    lit = sky * 0.9 + 0.12 * key
    picture = frames * lit * np.ones_like(y)[..., None]
    board = (y > 0.06) & (y < 0.22) & (at > 0.05) & (at < 0.95)
    letters = (
        board
        & (y > 0.10)
        & (y < 0.18)
        & (np.sin(at * 61 + own[None] * 9) + np.sin(at * 23) > 0.4)
        & (abs(at - 0.5) < 0.28)
    )
    shown = boards * (lit + 0.55 * light.dark)
    picture = np.where(board[..., None], shown, picture)
    picture = np.where(letters[..., None], np.minimum(rgb("#f0e6cf") * (lit + 0.7 * light.dark), 1), picture)
    pane = (y > 0.28) & (y < 0.90) & (at > 0.07) & (at < 0.93) & (np.abs(at * 4 % 1 - 0.5) < 0.455)
    door = (at > 0.40) & (at < 0.60)
    pane = pane | (door & (y > 0.34) & (y < 0.95) & (np.abs(at - 0.5) < 0.075))
    shelf = np.floor(at * 11 + own[None] * 3)
    tall = np.abs(np.sin(shelf * 12.9898 + own[None])) * 43758.5 % 1  # of what stands on the shelf
    goods = (y > 0.84 - 0.26 * tall) & (np.abs(at * 11 % 1 - 0.5) < 0.40) & ~door
    inside = glows * (0.30 + 0.62 * light.dark) * (1.10 - 0.62 * np.abs(y - 0.34))[..., None]
    wares = np.stack([rgb(name) for name in rows["awnings"]])[(tall * 97).astype(int) % len(rows["awnings"])]
    inside = np.where(goods[..., None], 0.35 * inside + wares * (0.30 + 0.12 * light.dark), inside)
    mirror = mix(light.middle, light.low, 0.5) * (0.30 * (1 - light.dark)) * (1 - y)[..., None]
    picture = np.where(pane[..., None], np.maximum(inside, 0) + mirror, picture)
    out = np.full((height, width, 4), 255, np.uint8)
    out[..., :3] = as_bytes(np.clip(picture, 0, 1).astype(np.float32))
    return out


def _awning(
    view: StreetView, into: Canvas8, house: House, ends: tuple[float, float], colour: str, light: Light
) -> None:
    """Striped cloth that leans out over the pavement, its valance, and the shade under it."""
    sky, key = daylight(light)
    wall, edge = house.side * house.inner, house.side * (house.inner - 1.5)
    near, far = ends
    stripes = np.full((4, 90, 4), 255, np.uint8)
    is_pale = (np.arange(90) // 5 % 2 == 0)[:, None]
    cloth = np.where(is_pale, rgb("#efe6d2"), rgb(colour))
    sun = 0.8 if house.side != light.side else 0.25
    glow = 0.16 * light.dark * rgb("#ffcf90")
    stripes[..., :3] = as_bytes(np.minimum(cloth * (sky * 1.05 + key * sun + glow), 1).astype(np.float32))
    under = np.full((2, 2, 4), (0, 0, 0, 120), np.uint8)
    lay(into.pixels, quad(view, (wall, near), (wall, far), 1.9, 3.1) - (into.x, into.y), under)
    roof = np.array([
        [view.x(wall, near), view.y(3.5, near)], [view.x(wall, far), view.y(3.5, far)],
        [view.x(edge, far), view.y(2.75, far)], [view.x(edge, near), view.y(2.75, near)],
    ])  # fmt: skip
    lay(into.pixels, roof - (into.x, into.y), stripes)
    valance = stripes.copy()
    valance[..., :3] = (valance[..., :3] * 0.72).astype(np.uint8)
    lay(into.pixels, quad(view, (edge, near), (edge, far), 2.45, 2.75) - (into.x, into.y), valance)


class Furniture:
    """Trees, lamps and parked cars, painted once and laid at many distances."""

    def __init__(self, view: StreetView, recipe: Recipe, light: Light, scale: float) -> None:
        self._view, self._light, self._seed = view, light, recipe.place_seed
        random = np.random.default_rng(stable_seed("street trees", recipe.place_seed))
        snow = 0.8 if recipe.weather is Weather.SNOW or recipe.season is Season.WINTER else 0.0
        tall = int(np.clip(430 * scale, 60, 700))
        self._trees = []
        for _ in range(3):
            seed = int(random.integers(1 << 30))
            if recipe.season is Season.WINTER:
                self._trees.append(bare_tree(tall, seed=seed, light=light, snow=snow))
            else:
                foliage = foliage_of(recipe.season, light, random, blossom=0.3, snow=snow)
                self._trees.append(
                    tree(tall, seed=seed, foliage=foliage, wide=float(random.uniform(0.72, 0.9)), trunk=0.33)
                )
        self.has_trees = bool(random.random() < 0.8)

    def furnish(self, into: Canvas8, side: int, near: float, far: float) -> None:
        """Lay what stands on one *side* of the street between two depths, far things first."""
        for place in np.arange(np.ceil(far / 3.0) * 3.0, near, -3.0).tolist():
            number = round(place / 3.0)
            if not near <= place < far:
                continue
            luck = stable_seed(self._seed, "kerb", side, number)
            turn = number + (2 if side > 0 else 0)
            if turn % 4 == 0 and self.has_trees:
                self._tree(into, side, place + luck % 13 / 13, luck)
            elif turn % 4 == 2 and (turn // 4) % 2 == (side > 0):
                self._lamp(into, side, place)
            if luck % 100 < 62 and place > 20:
                self._parked(into, side, place + 1.2, luck)

    def _tree(self, into: Canvas8, side: int, depth: float, luck: int) -> None:
        px = self._view.focal / depth
        tall = (5.4 + 2.8 * (luck % 10) / 10) * px
        kind = self._trees[luck % len(self._trees)]
        factor = tall / kind.shape[0]
        if tall < 6 or factor > 1.6:
            return
        small = np.asarray(
            cv2.resize(
                kind, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
            )
        )
        self._stand(
            into, as_bytes(np.clip(small, 0, 1)), self._view.x(side * (_KERB + 1.1), depth), self._view.y(0.12, depth)
        )

    def _lamp(self, into: Canvas8, side: int, depth: float) -> None:
        view, light = self._view, self._light
        px = view.focal / depth
        x, foot, top = view.x(side * (_KERB + 0.5), depth), view.y(0.1, depth), view.y(5.2, depth)
        arm = view.x(side * (_KERB - 0.9), depth)
        dark = tuple((rgb("#23262a") * (daylight(light)[0] + 0.3 * light.key) * 255).clip(0, 255).tolist())
        thick = max(1, round(0.11 * px))
        ends = ((x, foot), (x, top)), ((x, top), (arm, top - 0.12 * px))
        for (xa, ya), (xb, yb) in ends:
            a, b = ((round((px_ - into.x) * 16), round((py - into.y) * 16)) for px_, py in ((xa, ya), (xb, yb)))
            cv2.line(into.pixels, a, b, (*dark, 255.0), thick, cv2.LINE_AA, 4)
        glow = rgb("#ffe2b4") * light.dark + rgb("#c8ccd0") * (0.55 * (1 - light.dark))
        centre = (round((arm - into.x) * 16), round((top - into.y) * 16))
        size = (max(8, round(0.34 * px * 16)), max(6, round(0.10 * px * 16)))
        cv2.ellipse(into.pixels, centre, size, 0, 0, 360, (*(glow * 255).tolist(), 255.0), -1, cv2.LINE_AA, 4)

    def _parked(self, into: Canvas8, side: int, depth: float, luck: int) -> None:
        view, names = self._view, table()["cars"]
        aside = side * (_KERB - 1.15)
        made = car(view.focal / depth, aside, depth, names[luck // 7 % len(names)], self._light, is_coming=side < 0)
        left, top = view.x(aside, depth) - made.foot[0], view.y(0, depth) - made.foot[1]
        _over(into, as_bytes(made.pixels), round(left), round(top))

    def _stand(self, into: Canvas8, picture: U8, x: float, foot: float) -> None:
        _over(into, picture, round(x - picture.shape[1] / 2), round(foot - picture.shape[0]))


def _over(into: Canvas8, picture: U8, x: int, y: int) -> None:
    """Lay premultiplied bytes with their top left at canvas (x, y)."""
    x, y = x - into.x, y - into.y
    left, top = max(0, x), max(0, y)
    right, bottom = min(into.pixels.shape[1], x + picture.shape[1]), min(into.pixels.shape[0], y + picture.shape[0])
    if right <= left or bottom <= top:
        return
    part = picture[top - y : bottom - y, left - x : right - x]
    below = into.pixels[top:bottom, left:right]
    rest = cv2.merge([cv2.bitwise_not(np.ascontiguousarray(part[..., 3]))] * 4)
    cv2.add(cv2.multiply(below, rest, scale=1 / 255), part, dst=below)


def bake_sign(into: Canvas8, spot: tuple[float, float, int, int], colour: Colour, seed: int, fade: float) -> None:
    """A neon sign that never flickers, painted onto the wall: its board, its tube and the glow on the wall."""
    x, y, wide, high = spot
    board: U8 = np.zeros((high, wide, 4), np.uint8)
    board[:] = (10, 9, 16, 235)
    _over(into, board, round(x), round(y))
    tube, glow, pad = sign(wide, high, str(colour), seed)
    left, top = round(x) - pad - into.x, round(y) - pad - into.y
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(into.pixels.shape[1], left + tube.shape[1]), min(into.pixels.shape[0], top + tube.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    light = as_bytes(np.clip((tube + glow)[y0 - top : y1 - top, x0 - left : x1 - left] * fade, 0, 1))
    part = into.pixels[y0:y1, x0:x1]
    light[part[..., 3] == 0] = 0
    cv2.add(part, np.dstack([light, np.zeros(light.shape[:2], np.uint8)]), dst=part)


def framing_post(width: int, height: int, unit: float, light: Light, recipe: Recipe, *, out: int) -> F32:
    """(height, width, 4): a lamp post from edge to edge of the picture, its arm and basket toward *out*."""
    picture: U8 = np.zeros((height, width, 4), np.uint8)
    sky, key = daylight(light)
    margin = 0.13 * height / 1.26  # canvas above the frame
    x = width / 2

    def line(points: list[tuple[float, float]], thick: float, tone: float) -> None:
        colour = np.clip(rgb("#22262a") * (sky * tone + key * 0.25 * tone) * 255, 0, 255).tolist()
        shape = np.round(np.array(points) * 16).astype(np.int32)
        cv2.polylines(picture, [shape], False, (*colour, 255.0), max(1, round(thick * unit)), cv2.LINE_AA, 4)

    top = margin + 0.11 * unit
    for thick, shift, tone in ((0.017, 0.0, 0.8), (0.006, 0.004 * light.side, 1.7)):
        line([(x + shift * unit, height), (x + shift * unit, top)], thick, tone)
    curve = [
        (x + out * 0.085 * unit * math.sin(t), top - 0.045 * unit * math.sin(2 * t)) for t in np.linspace(0, 1.57, 14)
    ]
    line(curve, 0.010, 0.9)
    end = (round((x + out * 0.085 * unit) * 16), round((margin + 0.135 * unit) * 16))
    shine = rgb("#ffe6bc") * light.dark + rgb("#d8dcdc") * (sky + 0.3) * (1 - light.dark)
    size = (round(0.020 * unit * 16), round(0.028 * unit * 16))
    cv2.ellipse(picture, end, size, 0, 0, 360, (*np.clip(shine * 255, 0, 255).tolist(), 255.0), -1, cv2.LINE_AA, 4)
    line(
        [
            (end[0] / 16 - 0.022 * unit, end[1] / 16 - 0.02 * unit),
            (end[0] / 16, end[1] / 16 - 0.036 * unit),
            (end[0] / 16 + 0.022 * unit, end[1] / 16 - 0.02 * unit),
        ],
        0.008,
        0.9,
    )
    foliage = foliage_of(recipe.season, light, np.random.default_rng(recipe.place_seed), blossom=1.0)
    basket = crown(int(0.105 * unit), seed=recipe.place_seed % 997, foliage=foliage, wide=1.35)
    basket[..., :3] *= 0.72
    into = Canvas8(picture, 0, 0)
    _over(into, as_bytes(np.clip(basket, 0, 1)), int(x - basket.shape[1] / 2), int(margin + 0.33 * unit))
    return np.asarray(picture / np.float32(255), np.float32)
