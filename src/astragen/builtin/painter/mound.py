"""A hill that carries something: its shape, its way up, and where on it a point of the plot lies.

The hill is cut out of its own relief as ranges are, but in a plot's camera. What stands on
it is hung between its far and its near part, so that the near part hides its foot.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.greenery import bare_tree, foliage_of, tree
from astragen.builtin.painter.landform import Relief
from astragen.builtin.painter.lookout import Lookout
from astragen.builtin.painter.materials import in_season, is_white, material
from astragen.builtin.painter.noise import smoothstep, spectral, stable_seed
from astragen.builtin.painter.plants import hexed, in_air, pine, stand, table
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.stage import air_at
from astragen.builtin.painter.terrain import Cut, Range, march, paint_range
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season

_SIZE = 384  # texels a side of the hill's relief
_BELOW = 3.0  # m that the hill's foot lies under the plot's ground
_FLAT = 0.44  # of its radius: the plateau


class Mound:
    """A hill at plot (x, d), *tall* m high and *radius* m wide, its top level."""

    def __init__(
        self, plot: Plot, recipe: Recipe, *, x: float, d: float, tall: float, radius: float, stuff: str, rough: float
    ) -> None:
        """*stuff*: row of materials.json. *rough*: m that its slopes are broken by."""
        self.plot, self._recipe, self._stuff = plot, recipe, stuff
        self.x, self.d, self.radius = x, d, radius
        self.top = tall - _BELOW
        """Height of the plateau over the plot, m."""
        tile_m = 3.4 * radius
        shape = _shape(stable_seed(recipe.place_seed, "mound"), tile_m, radius, rough / tall)
        self._relief = Relief(shape, tile_m=tile_m, height_m=tall, light=plot.stage.light)
        centre = plot.world(np.array([x, 0, d], np.float32))
        self._at = tile_m / 2 - float(centre[0]), tile_m / 2 - float(centre[2])
        self._depth = float(centre[2])

    def height(self, points: F32) -> F32:
        """Height over the plot of (n, 2) plot points (x, d): (n,) m."""
        flat = np.stack([points[:, 0], np.zeros(len(points)), points[:, 1]], -1)
        world = self.plot.world(flat)
        high = self._relief.height((world[:, 0] + self._at[0])[None], (world[:, 2] + self._at[1])[None], 1.0)
        return np.asarray(high[0] - _BELOW, np.float32)

    def hang_far(self, front: float) -> None:
        """Hang what lies behind plot distance *front*, when the camera sees over the edge."""
        if self.plot.eye > 0.7 * self.top:
            self._hang(self._front(front), self._depth + 1.25 * self.radius, self._depth + 0.5, ())

    def hang_near(self, front: float, way: Sequence[tuple[float, float]], *, conifers: float, trees: int) -> None:
        """Hang the slope before plot distance *front*, with a *way* up it and so many *trees* beside that."""
        near = max(0.35 * self._depth, self._depth - 1.3 * self.radius)
        self._hang(near, self._front(front), self._front(front) - 1.0, way, self._grove(front, way, conifers, trees))

    def _front(self, front: float) -> float:
        return float(self.plot.world(np.array([self.x, 0, front], np.float32))[2])

    def _hang(
        self,
        near: float,
        far: float,
        depth: float,
        way: Sequence[tuple[float, float]],
        trees: Sequence[tuple[F32, float, float]] = (),
    ) -> None:
        plot, stage = self.plot, self.plot.stage
        camera = Lookout(focal=plot.focal, eye=1, aside=0, magnify=1, feet=plot.feet, metre=plot.metre, z=1)
        haze = float(plot.fade(np.float32(math.sqrt(near * far))))
        cut = Cut(
            near=near, far=far, eye=plot.eye + _BELOW, x=self._at[0], z=self._at[1],
            stage_z=plot.z(depth), taper=0.0, haze=haze, steps=260,
        )  # fmt: skip
        stuff = in_season(material(self._stuff), self._recipe)
        steep = "#99a2b4" if is_white(self._recipe) else hexed(mix(stuff.low, stuff.steep, 0.45))
        changed = {"rough": 0.0, "cover_tall": 0.0, "steep": steep}
        stuff = stuff.model_copy(update=changed)
        part = Range(self._relief, stuff, cut)
        picture, top = paint_range(stage, camera, part, march(stage, camera, part), self._lowest(near))
        if picture is None:
            return
        self._end_at_foot(picture, top, near, far)
        room = int(14 * self._metre()) if trees else 0  # for treetops over the crest
        picture = np.asarray(np.pad(picture, ((room, 0), (0, 0), (0, 0))), np.float32)
        top -= room
        if way:
            self._tread(picture, top, way)
        for grown, x, d in trees:
            self._plant(picture, top, grown, x, d)
        stage.plate(picture, cut.stage_z, y=top)

    def _end_at_foot(self, picture: F32, top: int, near: float, far: float) -> None:
        """Clear what the hill's relief shows beyond its foot: rows under and over the hill itself."""
        plot = self.plot
        columns = np.arange(picture.shape[1], dtype=np.float32)
        some = columns[::4]
        deep = np.geomspace(near, far, 160, dtype=np.float32)[:, None]
        across = (some[None] - plot.stage.vanishing_x) / plot.focal * deep
        high = (
            self._relief.height(across + self._at[0], np.broadcast_to(deep + self._at[1], across.shape), 1.0) - _BELOW
        )
        y = plot.horizon + (plot.eye - high) * plot.focal / deep
        is_hill = high > 0.12
        low = np.interp(columns, some, np.where(is_hill, y, -1e4).max(0)) - top
        crest = np.interp(columns, some, np.where(is_hill, y, 1e5).min(0)) - top
        soft = 1.5 + 0.004 * plot.stage.height
        rows = np.arange(picture.shape[0], dtype=np.float32)[:, None]
        cover = smoothstep(soft, -soft, rows - low[None]) * smoothstep(-3 - soft, -3, rows - crest[None])
        picture *= cover[..., None]

    def _grove(
        self, front: float, way: Sequence[tuple[float, float]], conifers: float, count: int
    ) -> list[tuple[F32, float, float]]:
        """Trees on the near slope, far ones first: picture, plot x and d; none on the way or before the gate."""
        random = np.random.default_rng(stable_seed(self._recipe.place_seed, "slope"))
        kinds = [self._tree(random, conifers) for _ in range(6)]
        line = _smooth(np.array(way, np.float32)) if way else np.zeros((1, 2), np.float32) + 1e6
        trees = []
        for _ in range(count):
            x = self.x + 1.15 * self.radius * float(random.uniform(-1, 1))
            d = front - 3 - 0.85 * self.radius * float(random.random()) ** 0.8
            kind, size = kinds[int(random.integers(len(kinds)))], float(random.uniform(0.55, 1.1))
            is_clear = float(np.hypot(*(line - [x, d]).T).min()) > 7
            if not is_clear or (abs(x - self.x) < 20 and front - d < 22):
                continue
            metre = self.plot.at(x, 0, d)[2] / self._metre()
            grown = cv2.resize(kind, None, fx=size * metre, fy=size * metre, interpolation=cv2.INTER_AREA)
            trees.append((np.asarray(grown, np.float32), x, d))
        return sorted(trees, key=lambda one: -one[2])

    def _metre(self) -> float:
        """Px of a metre at the foot of the near slope."""
        return self.plot.at(self.x, 0, self.d - self.radius)[2]

    def _tree(self, random: np.random.Generator, conifers: float) -> F32:
        recipe, light, seed = self._recipe, self.plot.stage.light, int(random.integers(1 << 30))
        tall = max(6, int(self._metre() * float(random.uniform(7, 10))))
        snow = 0.8 if is_white(recipe) else 0.0
        if random.random() < conifers:
            return pine(
                int(1.3 * tall), seed=seed, light=light, shades=table()["needles"][recipe.season.value], snow=snow
            )
        if recipe.season is Season.WINTER:
            return bare_tree(tall, seed=seed, light=light, snow=snow)
        foliage = foliage_of(recipe.season, light, random, blossom=0.2, snow=snow)
        return tree(tall, seed=seed, foliage=foliage, wide=float(random.uniform(0.85, 1.05)), trunk=0.16)

    def _lowest(self, near: float) -> float:
        """Canvas y below which nothing of the hill is seen."""
        return self.plot.horizon + (self.plot.eye + 1.0) * self.plot.focal / near

    def _spots(self, points: F32) -> tuple[F32, F32]:
        """(n, 2) canvas px and (n,) depth of (n, 2) plot points on the hill."""
        high = self.height(points)
        world = self.plot.world(np.stack([points[:, 0], high, points[:, 1]], -1))
        return self.plot.canvas(world), world[:, 2]

    def _tread(self, picture: F32, top: int, way: Sequence[tuple[float, float]]) -> None:
        """Lay a trodden way along plot points, in the hill's light."""
        light = self.plot.stage.light
        line = _smooth(np.array(way, np.float32))
        side = np.gradient(line, axis=0)[:, ::-1] * np.array([1, -1], np.float32)
        side = side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
        wide = 1.5 + 0.3 * np.sin(np.arange(len(line)) * 0.9)[:, None]
        edges = [self._spots(np.asarray(line + way_ * wide * side, np.float32)) for way_ in (-1, 1)]
        outline = np.concatenate([edges[0][0], edges[1][0][::-1]]) - [0, top]
        mask = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        cover = (mask / np.float32(255))[..., None] * picture[..., 3:] * 0.85
        tone = rgb("#b59a72") * (light.ambient * 0.9 + light.key * 0.62 * light.strength + 0.05)
        fade = float(self.plot.fade(np.float32(self._depth)))
        tone = tone + (air_at(self.plot.stage, np.asarray(outline[:1, 0], np.float32))[0] - tone) * fade
        picture[..., :3] += (tone - picture[..., :3]) * cover

    def _plant(self, picture: F32, top: int, grown: F32, x: float, d: float) -> None:
        (spot,), (depth,) = self._spots(np.array([[x, d]], np.float32))
        fade = float(self.plot.fade(np.float32(depth)))
        air = air_at(self.plot.stage, np.asarray([spot[0]], np.float32))[0]
        stand(picture, in_air(grown, air, fade), float(spot[0]), float(spot[1]) - top + 1)


def _smooth(points: F32) -> F32:
    """A curve through *points*: (n, 2) -> (80, 2)."""
    u = np.linspace(0, 1, len(points))
    at = np.linspace(0, 1, 80)
    line = np.stack([np.interp(at, u, points[:, i]) for i in range(2)], -1)
    soft = cv2.GaussianBlur(line.astype(np.float32), (1, 25), 0, sigmaY=4.5, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft, np.float32)


def _shape(seed: int, tile_m: float, radius: float, rough: float) -> F32:
    """(n, n) heights in [0, 1]: a plateau, slopes that chance breaks, nothing beyond the foot."""
    at = (np.arange(_SIZE, dtype=np.float32) + 0.5) / _SIZE * tile_m - tile_m / 2
    far = np.hypot(at[None], at[:, None]) / radius
    warp = spectral(_SIZE, _SIZE, seed=seed, slope=3.0, low=2, high=20)
    body = smoothstep(1.0, _FLAT, far * (1 + 0.10 * warp * smoothstep(0.3, 0.8, far)))
    crags = spectral(_SIZE, _SIZE, seed=seed + 1, slope=3.0, low=6, high=70)
    slope = 4 * body * (1 - body)
    return np.asarray(np.clip(body + rough * crags * slope, 0, 1.2), np.float32)
