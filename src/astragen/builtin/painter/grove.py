"""Trees and bushes on a plot: grown once a kind, placed, shaded, some swaying; and what frames the view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.greenery import Foliage, bare_tree, bush, crown, foliage_of, tree
from astragen.builtin.painter.houses import is_white
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.noise import blur, stable_seed
from astragen.builtin.painter.plants import Swaying, in_air, pine, table
from astragen.builtin.painter.plot import Plot
from astragen.builtin.painter.stage import air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season

Row = Sequence[Any]

_LARGEST = 760  # px at 1080p; taller trees are grown at this and enlarged
_TALLEST = 2.2  # frame heights; a tree nearer than that is a wall of leaves, and 70 MB of them at 1080p
_SWAY = 3  # so many of the tallest trees move in the wind
_SHADE_PX = 110


class Planted(NamedTuple):
    """A tree in its place: plot x and d, height in m, its picture, canvas x and y of its foot, px a metre, depth in m.

    is_behind: behind the viewer; only its shadow is seen.
    """

    x: float
    d: float
    tall: float
    picture: F32
    foot: tuple[float, float]
    metre: float
    depth: float
    is_behind: bool


def plant(plot: Plot, recipe: Recipe, rows: Sequence[Row]) -> list[Planted]:
    """Grow the trees of *rows* (kind, x, d, height in m) that the canvas shows or that may cast a shadow into it."""
    grown: dict[tuple[str, int], F32] = {}
    places = []
    for index, (kind, x, d, tall) in enumerate(rows):
        px, py, metre, depth = plot.at(x, 0, d)
        reach = 1.2 * tall * metre
        is_in_the_way = tall * metre > _TALLEST * plot.stage.height
        is_shown = depth > 3 and not is_in_the_way and -reach < px < plot.stage.canvas_width + reach
        if kind == "shade" or is_shown:
            places.append((str(kind), index, float(x), float(d), float(tall), (px, py), metre, depth))
    planted = []
    for kind, index, x, d, tall, foot, metre, depth in sorted(places, key=lambda place: -place[4] * place[6]):
        random = np.random.default_rng(stable_seed(recipe.place_seed, "tree", index))
        variant = (kind, int(random.integers(3 if kind == "leaf" else 2)))
        metre = metre if kind != "shade" else 30 * plot.stage.scale
        high = int(min(tall * metre, _LARGEST * plot.stage.scale))
        if high < 4:
            continue
        if variant not in grown:
            grown[variant] = _grow(plot, recipe, kind, high, stable_seed(recipe.place_seed, *variant))
        picture = grown[variant]
        scale = tall * metre / picture.shape[0]
        size = (max(3, round(picture.shape[1] * scale)), max(3, round(picture.shape[0] * scale)))
        if size != picture.shape[1::-1]:
            picture = np.asarray(
                cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.float32
            )
        planted.append(Planted(x, d, tall, picture, foot, metre, depth, kind == "shade"))
    return planted


def _grow(plot: Plot, recipe: Recipe, kind: str, high: int, seed: int) -> F32:
    random = np.random.default_rng(seed)
    light = plot.stage.light
    snow = 0.85 if is_white(recipe) else 0.0
    if kind == "pine":
        needles = table()["needles"][recipe.season.value]
        return pine(high, seed=seed, light=light, shades=needles, snow=snow, spread=0.44)
    foliage = foliage_of(recipe.season, light, random, blossom=0.6 if kind == "leaf" else 0.25, snow=snow)
    if kind == "bush":
        return bush(high, seed=seed, foliage=foliage, wide=float(random.uniform(1.2, 1.7)))
    if recipe.season is Season.WINTER:
        return bare_tree(high, seed=seed, light=light, snow=snow)
    if kind == "oak":
        return tree(high, seed=seed, foliage=foliage, wide=1.05, trunk=0.42)
    return tree(high, seed=seed, foliage=foliage, wide=float(random.uniform(0.78, 0.92)))


def shades_of(plot: Plot, lighting: Lighting, planted: Sequence[Planted]) -> list[tuple[F32, F32, F32, F32]]:
    """The trees as flat cutouts that face the sun, for `Lighting.cast`."""
    cutouts = []
    for one in planted:
        centre = plot.world(np.array([one.x, 0, one.d], np.float32))
        height, width = one.picture.shape[0] / one.metre, one.picture.shape[1] / one.metre
        small = (_SHADE_PX, max(4, round(_SHADE_PX * height / width)))
        alpha = np.asarray(cv2.resize(one.picture[..., 3], small, interpolation=cv2.INTER_AREA), np.float32)
        up = np.array([0, height, 0], np.float32)
        cutouts.append((centre - lighting.aside * (width / 2) + up, lighting.aside * width, -up, alpha))
    return cutouts


def hang_trees(plot: Plot, recipe: Recipe, lighting: Lighting, planted: Sequence[Planted]) -> None:
    """Hang each tree at its distance; the largest sway."""
    stage = plot.stage
    large = sorted((one for one in planted if not one.is_behind), key=lambda one: -one.picture.size)[:_SWAY]
    for index, one in enumerate(planted):
        if one.is_behind:
            continue
        picture = _lamplit(plot, lighting, one)
        air = air_at(stage, np.asarray([one.foot[0]], np.float32))[0]
        picture = in_air(picture, air, float(plot.fade(np.float32(one.depth))))
        height, width = picture.shape[:2]
        x, y, z = one.foot[0] - width / 2, one.foot[1] - height + 0.02 * one.metre, plot.z(one.depth)
        if any(one is other for other in large) and one.tall > 1.2:
            seed = stable_seed(recipe.place_seed, "sway", index)
            sigma = stage.blur_at(z)
            soft = blur(picture, sigma) if sigma > 0.5 else picture
            stage.add(Swaying(stage, soft, z, x=x, y=y, seed=seed, reach=0.05 * one.metre + 1.5 * stage.scale))
        else:
            stage.plate(picture, z, x=x, y=y)


def _lamplit(plot: Plot, lighting: Lighting, one: Planted) -> F32:
    """The tree with the warmth of lamps and fires near it."""
    if not lighting.lamps:
        return one.picture
    spot = plot.world(np.array([[[one.x, 0.35 * one.tall, one.d]]], np.float32))
    toward = np.array([[[0, 0.3, -0.95]]], np.float32)
    warm = lighting.lamplight(spot, toward)[0, 0]
    rows = np.linspace(0.45, 1.4, one.picture.shape[0], dtype=np.float32)[:, None, None]
    gain = 1 + np.minimum(rows * warm / np.maximum(lighting.sky + 0.4 * lighting.key, 0.06), (1.5, 1.0, 0.6)) * 0.62
    lit = np.minimum(one.picture[..., :3] * gain, one.picture[..., 3:])
    return np.concatenate([lit, one.picture[..., 3:]], -1).astype(np.float32)


def hang_frame(plot: Plot, recipe: Recipe) -> None:
    """A bough in the upper corner away from the light and leaves in the lower one: near, dark, out of focus."""
    stage = plot.stage
    random = np.random.default_rng(stable_seed(recipe.place_seed, "frame"))
    foliage = _dimmed(foliage_of(recipe.season, stage.light, random, snow=0.6 if is_white(recipe) else 0.0))
    side = stage.light.side
    soft = (3.0 + stage.defocus) * stage.scale
    high = int(0.58 * stage.unit)
    bough = _out_of_focus(crown(high // 2, seed=int(random.integers(1 << 30)), foliage=foliage, wide=1.5), soft)
    tall, width = bough.shape[:2]
    loose = np.repeat(np.linspace(0, 1, tall, dtype=np.float32)[:, None], width, 1)
    corner = stage.x(0.0) if side > 0 else stage.x(1.0)
    x, y = corner - width * (0.5 + 0.10 * side), stage.y(0.0) - 0.60 * tall
    seed = stable_seed(recipe.place_seed, "bough")
    stage.add(Swaying(stage, bough, 1.75, x=x, y=y, seed=seed, reach=8 * stage.scale, loose=loose, pace=0.8))
    low = int(0.33 * stage.unit)
    leaves = _out_of_focus(bush(low // 2, seed=int(random.integers(1 << 30)), foliage=foliage, wide=2.0), soft)
    corner = stage.x(1.0) if side > 0 else stage.x(0.0)
    stage.plate(leaves, 2.1, x=corner - leaves.shape[1] * (0.5 + 0.06 * side), y=stage.y(1.0) - 0.62 * low)


def _out_of_focus(half: F32, soft: float) -> F32:
    """A picture painted at *half* its size, grown and blurred by *soft* px."""
    blurred = blur(_padded(half, soft / 2), soft / 2)
    return np.asarray(cv2.resize(blurred, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), np.float32)


def _dimmed(foliage: Foliage) -> Foliage:
    depth = 0.80 if foliage.snow == 0 else 0.45
    return foliage._replace(tones=np.asarray(foliage.tones * depth, np.float32), snow=0.5 * foliage.snow)


def _padded(picture: F32, soft: float) -> F32:
    edge = int(3 * soft) + 2
    return np.asarray(cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_CONSTANT), np.float32)
