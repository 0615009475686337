"""The skyline: a whole city, seen over its roofs or from high above its streets.

One plan of blocks in true perspective, hung in bands of depth with the air between them.
Extreme wide shots look over roofs at the towers; aerial ones look down into the streets;
rooftops put a roof with its furniture under the subjects. Start reading at `hang_skyline`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from astragen.builtin.painter.birds import Birds
from astragen.builtin.painter.blocks import Boxes, CityView, Plan
from astragen.builtin.painter.canvas import Canvas
from astragen.builtin.painter.colour import F32, U8, mix
from astragen.builtin.painter.facades import table
from astragen.builtin.painter.massing import City
from astragen.builtin.painter.materials import is_white
from astragen.builtin.painter.noise import smoothstep, stable_seed
from astragen.builtin.painter.rooftop import hang_rooftop
from astragen.builtin.painter.sky import hang_sky
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import INFINITE, Moment, Stage, Stand, air_at
from astragen.builtin.painter.streams import Streams
from astragen.builtin.painter.weather import mist
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Angle, Lens, Placement, Weather

_FARTHEST = 9000.0  # m; the air hides what lies beyond
_BIN = 8  # px of a column in the search for what is hidden
_FOCAL = {Lens.WIDE: 0.95, Lens.NORMAL: 1.15, Lens.TELE: 1.55}  # in frame units


class _Outlook(NamedTuple):
    """eye: height in m. horizon: frame heights down. core: m to the towers.

    tallest: m. bands: plates. nearest: stage z of the nearest ground.
    """

    eye: float
    horizon: float
    core: float
    tallest: float
    bands: int
    nearest: float


_OVER_ROOFS = _Outlook(88.0, 0.60, 900.0, 250.0, 7, 12.0)
_FROM_ABOVE = _Outlook(280.0, 0.06, 820.0, 200.0, 6, 12.0)
_FROM_HIGH = _Outlook(190.0, 0.30, 980.0, 220.0, 7, 12.0)


def hang_skyline(stage: Stage, recipe: Recipe, *, has_roof: bool) -> None:
    """Hang the city in bands, what moves in it, and the roof the subjects stand on."""
    outlook = {Angle.AERIAL: _FROM_ABOVE, Angle.HIGH: _FROM_HIGH}.get(recipe.angle, _OVER_ROOFS)
    view = _view(stage, recipe, outlook)
    hang_sky(stage, recipe)
    if stage.light.dark > 0.3:
        _hang_city_glow(stage)
    plan = Plan(recipe.place_seed, styles=len(table()["walls"]), tallest=outlook.tallest)
    city = City(plan, view, stage.light, recipe.place_seed, is_white=is_white(recipe))
    nearest = outlook.eye * view.focal / (stage.canvas_height - stage.horizon)
    metre_z = outlook.nearest / nearest
    boxes = _in_view(stage, city, nearest)
    edges = [_FARTHEST, *np.geomspace(4200, nearest * 1.25, outlook.bands - 1).tolist(), nearest * 0.5]
    for far, near in pairwise(edges):
        _hang_band(stage, city, boxes, (far, near), metre_z)
    stage.add(Streams(stage, city, nearest, metre_z, recipe.seed))
    stage.add(Beacons(stage, city, boxes, metre_z))
    _hang_air(stage, recipe, outlook)
    stage.stand = Stand(
        ground=lambda _: stage.y(0.93),
        z=5.0,
        metre=0.13 * stage.unit,
        is_water=False,
        sky=(stage.y(0.12), stage.y(0.42)),
        shade=0.06,
        air=stage.light.fog_shade,
    )
    if has_roof or (recipe.angle is not Angle.AERIAL) or _has_people(recipe):
        hang_rooftop(stage, recipe, is_furnished=has_roof)


def _hang_city_glow(stage: Stage) -> None:
    """The city's own light in the haze along the horizon."""
    top, bottom = max(0, int(stage.horizon - 0.30 * stage.height)), int(stage.horizon + 0.10 * stage.height)
    y = np.arange(top, bottom, dtype=np.float32)[:, None]
    x = np.arange(stage.canvas_width, dtype=np.float32)[None]
    low = np.exp(-np.maximum(stage.horizon - y, 0) / (0.10 * stage.height))
    wide = 0.6 + 0.4 * np.exp(-(((x - stage.vanishing_x) / (0.5 * stage.width)) ** 2))
    cover = 0.55 * stage.light.dark * low * wide * smoothstep(top, top + 0.1 * stage.height, y)
    stage.plate(premultiply(mix(stage.light.horizon, "#b5744a", 0.6), cover.astype(np.float32)), INFINITE * 0.5, y=top)


def _has_people(recipe: Recipe) -> bool:
    return any(subject.placement is not Placement.SKY for subject in recipe.subjects)


def _view(stage: Stage, recipe: Recipe, outlook: _Outlook) -> CityView:
    """The place sets the heading, the shot where the camera is along it."""
    place = np.random.default_rng(stable_seed("skyline", recipe.place_seed))
    shot = np.random.default_rng(stable_seed("skyline-shot", recipe.seed))
    heading = float(place.uniform(0.35, 0.75)) + float(shot.uniform(-0.10, 0.10))
    stage.horizon = stage.y(outlook.horizon + (0.10 if recipe.angle is Angle.LOW else 0.0))
    focal = _FOCAL[recipe.lens] * stage.unit
    # The towers stand on a third, away from the sun.
    aside = -stage.light.side * float(shot.uniform(0.08, 0.18)) * stage.width / focal * outlook.core
    back = outlook.core * float(shot.uniform(0.92, 1.12))
    sin, cos = math.sin(heading), math.cos(heading)
    spot = (-back * sin - aside * cos, -back * cos + aside * sin, outlook.eye)
    return CityView(spot, heading, focal, stage.horizon, stage.vanishing_x)


def _in_view(stage: Stage, city: City, nearest: float) -> Boxes:
    """The boxes that the canvas can show."""
    boxes, view = city.plan.boxes, city.view
    u, v = boxes.middle
    depth = view.depth(u, v)
    top = view.canvas(u, boxes.top, v)
    slack = 60 * view.focal / np.maximum(depth, 1)
    seen = (depth > nearest * 0.55) & (depth < _FARTHEST) & (top[:, 1] < stage.canvas_height)
    seen &= (top[:, 0] > -slack) & (top[:, 0] < stage.canvas_width + slack)
    seen &= (depth < 2700) | (boxes.top > 25)
    return _unhidden(stage, view, boxes.picked(seen))


def _unhidden(stage: Stage, view: CityView, boxes: Boxes) -> Boxes:
    """Without the boxes that nearer ones hide at every view, however the camera moves."""
    corners_u = np.stack([boxes.u0, boxes.u1, boxes.u1, boxes.u0])
    corners_v = np.stack([boxes.v0, boxes.v0, boxes.v1, boxes.v1])
    roof = view.canvas(corners_u, boxes.top[None], corners_v)
    order = np.argsort(view.depth(*boxes.middle))
    slack = 0.035 * stage.height
    left, right = (roof[..., 0].min(0) / _BIN).astype(int), (roof[..., 0].max(0) / _BIN).astype(int) + 1
    top, cover = roof[..., 1].min(0), roof[..., 1].max(0) + slack
    inner_left, inner_right = left + 1 + int(slack / _BIN), right - 1 - int(slack / _BIN)
    line = np.full(stage.canvas_width // _BIN + 2, float(stage.canvas_height), np.float32)
    kept = []
    for index in order.tolist():
        span = line[max(0, left[index]) : max(1, right[index])]
        if span.size and top[index] < span.max():
            kept.append(index)
            inner = line[max(0, inner_left[index]) : max(0, inner_right[index])]
            np.minimum(inner, cover[index], out=inner)
    return boxes.picked(np.array(kept, np.int64))


def _hang_band(stage: Stage, city: City, boxes: Boxes, ends: tuple[float, float], metre_z: float) -> None:
    """Ground and buildings between two distances, under the air of each pixel's distance."""
    far, near = ends
    view, depth = city.view, city.view.depth(*boxes.middle)
    inside = boxes.picked((depth <= far) & (depth > near))
    last = view.horizon + view.eye * view.focal / near
    bottom = int(min(stage.canvas_height, last + 0.05 * stage.height))
    first = view.horizon + view.eye * view.focal / far
    tops = view.canvas(inside.u0, inside.top * 1.2, inside.v0)[:, 1] if inside.top.size else np.zeros(0)
    top = int(max(0, min(first, float(tops.min()) if tops.size else first) - 4))
    if bottom - top < 3:
        return
    picture = np.zeros((bottom - top, stage.canvas_width, 4), np.uint8)
    _lay_ground(stage, city, picture, top, first)
    city.paint(picture, inside, top)
    stage.plate(_aired(stage, city, picture, top, ends), math.sqrt(far * near) * metre_z, y=top)


def _lay_ground(stage: Stage, city: City, picture: U8, top: int, first: float) -> None:
    """The ground of the band from canvas row *first* down, painted at half size."""
    start = max(top, int(first))
    rows = picture.shape[0] - (start - top)
    if rows < 2:
        return
    y, x = np.mgrid[0 : -(-rows // 2), 0 : -(-stage.canvas_width // 2)].astype(np.float32) * 2 + 1
    colour = city.ground(x, y + start)
    small = np.clip(colour * 255, 0, 255).astype(np.uint8)
    large = np.repeat(np.repeat(small, 2, 0), 2, 1)[:rows, : stage.canvas_width]
    fade = np.clip((np.arange(rows, dtype=np.float32) + start - first) / max(2.0, 0.004 * stage.height), 0, 1)
    picture[start - top :, :, :3] = (large * fade[:, None, None]).astype(np.uint8)
    picture[start - top :, :, 3] = (255 * fade[:, None]).astype(np.uint8)


def _aired(stage: Stage, city: City, picture: U8, top: int, ends: tuple[float, float]) -> F32:
    """*picture* as floats, with the air over it: thicker low down, thinner over lamps."""
    far, near = ends
    y = np.arange(top, top + picture.shape[0], dtype=np.float32)
    ground = city.view.eye * city.view.focal / np.maximum(y - city.view.horizon, 1)
    depth = np.clip(ground, near, far)
    low = np.clip(0.62 + 0.38 * (y - (stage.horizon - 0.25 * stage.height)) / (0.3 * stage.height), 0.62, 1)
    fade = (1 - np.exp(-depth * stage.light.haze * (1 - 0.45 * stage.light.dark) / 2150)) * low
    fade = np.maximum(fade, 0.96 * smoothstep(2800, 8200, depth))  # no line where the city ends
    matter = picture.astype(np.float32) * np.float32(1 / 255)
    alpha = matter[..., 3:]
    bright = matter[..., :3].max(-1, keepdims=True)
    fades = fade[:, None, None] * (1 - 0.75 * stage.light.dark * np.clip(bright * 1.6 - 0.3, 0, 1))
    air = air_at(stage, np.arange(stage.canvas_width, dtype=np.float32))[None]
    distant = np.asarray(0.85 * smoothstep(2600, 8000, depth), np.float32)[:, None, None]
    air = air + (stage.light.horizon - air) * distant  # far away the air is the sky's own colour
    matter[..., :3] += (air * alpha - matter[..., :3]) * fades
    return np.asarray(matter, np.float32)


def _hang_air(stage: Stage, recipe: Recipe, outlook: _Outlook) -> None:
    """Mist that drifts among the towers; birds by day."""
    thick = min(0.9, 0.30 * stage.light.haze)
    for index, (z, below) in enumerate(((90.0, 0.02), (38.0, 0.10), (20.0, 0.24))):
        mist(
            stage,
            stable_seed("mist", recipe.place_seed, index),
            z=z,
            below=below * (1.6 if outlook is _FROM_ABOVE else 1.0),
            height=0.05 + 0.02 * index,
            cover=thick * (0.9 - 0.2 * index),
            speed=(7 + 4 * index) * (1 if index % 2 else -1),
        )
    if not stage.light.is_night and recipe.weather not in (Weather.RAIN, Weather.STORM):
        down = 0.22 if outlook is not _FROM_ABOVE else 0.42
        stage.add(Birds(stage, recipe.seed, count=11, down=down))


class Beacons:
    """Red lamps on the tallest roofs, breathing."""

    def __init__(self, stage: Stage, city: City, boxes: Boxes, metre_z: float) -> None:
        depth = city.view.depth(boxes.u0, boxes.v0)
        crowned = np.flatnonzero(boxes.crown & (depth < 2600))
        chosen = crowned[np.argsort(-boxes.top[crowned])[:9]]
        tall = boxes.picked(chosen)
        u, v = tall.middle
        spots = city.view.canvas(u, tall.top + 3, v)
        self._lamps = [
            (float(x), float(y), float(far) * metre_z, float(far) % 6.28)
            for (x, y), far in zip(spots, city.view.depth(u, v), strict=True)
        ]
        self.z = min((lamp[2] for lamp in self._lamps), default=50.0) * 0.98
        size = max(3, int(8 * stage.scale))
        y, x = np.mgrid[-size : size + 1, -size : size + 1].astype(np.float32) / size
        self._mask: U8 = np.clip(np.exp(-(x * x + y * y) * 8) * 255, 0, 255).astype(np.uint8)

    def draw(self, canvas: Canvas, stage: Stage, moment: Moment) -> None:
        """Shine each lamp as bright as its moment says."""
        half = self._mask.shape[0] // 2
        base = 0.30 + 0.65 * stage.light.dark
        for x, y, z, phase in self._lamps:
            k, tx, ty = stage.project(z, moment.view)
            gain = base * max(0.0, math.sin(1.8 * moment.seconds + phase)) ** 2
            if gain > 0.02:
                canvas.shine(self._mask, "#ff3b30", round(x * k + tx) - half, round(y * k + ty) - half, gain)
