"""Ways that run to a vanishing point: roads with their marks, railway tracks, platforms, runways.

A way is a list of strips across its course (rows of data/painter/routes.json), painted as one
picture that lies on the ground and shears truly under every move (`plot.Ground`). Marks and
sleepers fade where they would be finer than a pixel. Start reading at `hang_bed`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.lighting import Lighting
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.plot import Ground, Plot
from astragen.builtin.painter.sprite import premultiply
from astragen.builtin.painter.stage import air_at
from astragen.model.recipe import Recipe
from astragen.model.vocabulary import Season, Weather

Row = Sequence[Any]

_FARTHEST = 900.0  # m
_FINE = 0.10  # frame heights under the horizon that are painted at full size
_TILE = 512


class Course(NamedTuple):
    """Where a way runs: *aside* m at the viewer's feet, bending by *bend* / m beyond plot distance *start*."""

    aside: float = 0.0
    bend: float = 0.0
    start: float = 20.0

    def x(self, d: F32 | float) -> F32:
        """Plot x of its middle at plot distance *d*."""
        beyond = np.maximum(np.asarray(d, np.float32) - self.start, 0)
        return np.asarray(self.aside + self.bend * beyond * beyond, np.float32)


class _Spots(NamedTuple):
    """u: m right of the way's middle; d: plot distance; wide, deep: m that a pixel covers across and along.

    noise: (h, w, 4) soft, rough, fine noise and streaks along the way, for what needs none of its own.
    """

    u: F32
    d: F32
    wide: F32
    deep: F32
    noise: F32


class _Coat(NamedTuple):
    """What a strip lays: albedo (h, w, 3), cover (h, w), and how much it mirrors when wet, 0 to 1."""

    colour: F32
    cover: F32
    wet: float


@cache
def _noise() -> F32:
    """(n + 1, n + 1, 4): soft, rough and fine noise and streaks along the way, wrapping."""
    parts = [
        spectral(_TILE, _TILE, seed=51 + i, slope=s, low=low)
        for i, (s, low) in enumerate(((2.6, 2), (1.6, 8), (0.8, 24)))
    ]
    streaks = spectral(_TILE, _TILE, seed=55, slope=1.8, low=4, stretch=0.06)
    return padded(np.dstack([*parts, streaks]).astype(np.float32))


def hang_bed(plot: Plot, recipe: Recipe, lighting: Lighting, course: Course, rows: Sequence[Row], *, z: float) -> None:
    """Paint the strips of *rows* along *course*, light them and hang them at *z* (it only orders the layers)."""
    stage = plot.stage
    top = max(0, int(plot.horizon) - 1)
    # Far rows hold all that is fine; near ones are painted at half the size on large frames.
    near = min(stage.canvas_height, int(plot.horizon + _FINE * stage.height))
    step = 2 if stage.height > 540 else 1
    bed = _Bed(plot, recipe, lighting, course, rows)
    far_part, near_part = bed.paint(top, near, 1), bed.paint(near, stage.canvas_height, step)
    stage.add(Ground(plot, np.concatenate([far_part, near_part]), top, z=z))


class _Bed(NamedTuple):
    """What painting a way's picture needs to know."""

    plot: Plot
    recipe: Recipe
    lighting: Lighting
    course: Course
    rows: Sequence[Row]

    def paint(self, low: int, high: int, step: int) -> F32:
        """Canvas rows *low* to *high*, (high - low, canvas_width, 4) premultiplied, painted with pixels of *step*."""
        plot, stage = self.plot, self.plot.stage
        tall, across_px = -(-(high - low) // step), -(-stage.canvas_width // step)
        y, x = (np.mgrid[0:tall, 0:across_px].astype(np.float32) + 0.5) * step
        y += low
        across, depth = plot.on_ground(x, y)
        plot_x, plot_d = plot.from_world(across, depth)
        wide = np.asarray(step * depth / plot.focal, np.float32)
        deep = np.asarray(depth * wide / max(plot.eye, 0.3), np.float32)
        u = np.asarray(plot_x - self.course.x(plot_d), np.float32)
        spots = _Spots(u, plot_d, wide, deep, _grain(u, plot_d, 16.0))
        lit, cover = self._lit(spots, np.stack([across, np.zeros_like(depth), depth], -1).astype(np.float32))
        fade = np.clip(plot.fade(depth), 0, 1)[..., None]
        lit = lit + (air_at(stage, x[0])[None] - lit) * fade
        shade = smoothstep(stage.y(0.86), stage.y(1.12), y)[..., None]
        lit = np.clip(lit * (1 - 0.30 * shade), 0, 1).astype(np.float32)
        alpha = np.asarray(cover * smoothstep(_FARTHEST, 0.5 * _FARTHEST, depth), np.float32)
        picture = premultiply(lit, alpha)
        if step > 1:
            size = (across_px * step, tall * step)
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)
        return picture[: high - low, : stage.canvas_width]

    def _lit(self, spots: _Spots, world: F32) -> tuple[F32, F32]:
        """(colour, cover) of the strips in this light and weather, without air."""
        recipe = self.recipe
        colour, cover, wet = _strips(self.rows, spots)
        if recipe.season is Season.WINTER or recipe.weather is Weather.SNOW:
            colour = _snowed(colour, spots)
        lit = self.lighting.shade_ground(colour, world, np.ones(cover.shape, np.float32))
        if recipe.weather in (Weather.RAIN, Weather.STORM):
            lit = _wet(self.plot, spots, lit, wet, world[..., 2])
        return lit, cover


def _strips(rows: Sequence[Row], spots: _Spots) -> tuple[F32, F32, F32]:
    """(colour, cover, wet) of all *rows*, later ones over earlier ones."""
    colour = np.zeros((*spots.u.shape, 3), np.float32)
    cover, wet = np.zeros(spots.u.shape, np.float32), np.zeros(spots.u.shape, np.float32)
    for kind, *rest in rows:
        coat = _KINDS[kind](rest, spots)
        colour += (coat.colour - colour) * coat.cover[..., None]
        wet += (coat.wet - wet) * coat.cover
        cover = np.maximum(cover, coat.cover)
    return colour, cover, wet


def _between(spots: _Spots, low: float, high: float, ragged: F32 | float = 0.0) -> F32:
    """Cover of low < u < high, anti-aliased."""
    edge = np.minimum(spots.u - low, high - spots.u) + ragged
    return np.asarray(np.clip(edge / np.maximum(spots.wide, 0.01) + 0.5, 0, 1), np.float32)


def _stripe(at: F32, half: float, footprint: F32) -> F32:
    """Cover of |at| < half m, keeping its mean where a pixel covers more."""
    soft = np.maximum(footprint, 1e-3)
    return np.asarray(np.clip((half - np.abs(at)) / soft + 0.5, 0, 1) * np.minimum(1, 2 * half / soft), np.float32)


def _grain(u: F32, d: F32, size: float) -> F32:
    """(h, w, 4) noise whose tile is *size* m wide."""
    k = np.float32(_TILE / size)
    return sample_padded(_noise(), u * k, d * k)


def _toned(colour: str, tone: F32) -> F32:
    return np.asarray(rgb(colour) * tone[..., None], np.float32)


def _asphalt(rest: Row, spots: _Spots) -> _Coat:
    """Asphalt from x0 to x1: darker where wheels run, cracks, patches, a crumbling edge."""
    x0, x1, lanes = rest
    noise = spots.noise
    lane = (spots.u - x0) / (x1 - x0) * lanes % 1
    wheels = np.exp(-(((np.abs(lane - 0.5) - 0.27) / 0.10) ** 2))
    crack = smoothstep(0.10, 0.02, np.abs(noise[..., 0] + 0.4 * noise[..., 1])) * np.clip(0.05 / spots.wide, 0, 1)
    patch = smoothstep(1.1, 1.2, noise[..., 0])
    tone = 1 + 0.05 * noise[..., 3] + 0.05 * noise[..., 2] - 0.10 * wheels - 0.16 * crack - 0.13 * patch
    return _Coat(_toned("#6d6b70", tone), _between(spots, x0, x1, 0.04 * noise[..., 1]), 0.55)


def _gravel(rest: Row, spots: _Spots) -> _Coat:
    x0, x1, colour = rest
    noise = _grain(spots.u, spots.d, 9.0)
    tone = 0.95 + 0.10 * noise[..., 1] + 0.10 * noise[..., 2]
    return _Coat(_toned(colour, tone), _between(spots, x0, x1, 0.14 * noise[..., 1]), 0.1)


def _concrete(rest: Row, spots: _Spots) -> _Coat:
    """Slabs with joints: *size* m a side."""
    x0, x1, colour, size = rest
    noise = spots.noise
    joint = 1 - (1 - _stripe((spots.u % size) - size / 2, 0.02, spots.wide)) * (
        1 - _stripe((spots.d % size) - size / 2, 0.02, spots.deep)
    )
    own = np.abs(np.sin(np.floor(spots.u / size) * 12.9 + np.floor(spots.d / size) * 78.2)) * 43758.5 % 1 - 0.5
    clear = np.clip(0.6 * size / np.maximum(spots.deep, 1e-3), 0, 1)
    tone = 1 + 0.05 * noise[..., 0] + 0.05 * noise[..., 2] - 0.35 * joint + 0.09 * own * clear
    return _Coat(_toned(colour, tone), _between(spots, x0, x1), 0.45)


def _planks(rest: Row, spots: _Spots) -> _Coat:
    """Boards across the way."""
    x0, x1, colour = rest
    noise = _grain(spots.u, spots.d, 6.0)
    joint = _stripe((spots.d % 0.3) - 0.15, 0.02, spots.deep)
    own = np.abs(np.sin(np.floor(spots.d / 0.3) * 12.9)) * 43758.5 % 1 - 0.5
    tone = 1 + 0.08 * noise[..., 1] + 0.2 * own * np.clip(0.25 / np.maximum(spots.deep, 1e-3), 0, 1) - 0.5 * joint
    return _Coat(_toned(colour, tone), _between(spots, x0, x1), 0.3)


def _cobbles(rest: Row, spots: _Spots) -> _Coat:
    """Setts in rows."""
    x0, x1, colour = rest
    noise = spots.noise
    row = np.floor(spots.d / 0.34)
    u = spots.u / 0.30 + 0.5 * (row % 2)
    joint = np.maximum(_stripe(u % 1 * 0.30 - 0.15, 0.13, spots.wide), 0)
    joint = 1 - np.minimum(joint, _stripe((spots.d % 0.34) - 0.17, 0.15, spots.deep))
    own = np.abs(np.sin(np.floor(u) * 12.9 + row * 78.2)) * 43758.5 % 1 - 0.5
    clear = np.clip(0.3 / np.maximum(spots.deep, 1e-3), 0, 1)
    tone = 1 + 0.08 * noise[..., 0] + 0.20 * own * clear - 0.38 * joint * clear
    return _Coat(_toned(colour, tone), _between(spots, x0, x1), 0.5)


def _line(rest: Row, spots: _Spots) -> _Coat:
    """A painted line, worn here and there."""
    at, wide, colour = rest
    worn = smoothstep(1.6, 0.6, np.abs(spots.noise[..., 1]))
    return _Coat(
        _toned(colour, np.ones_like(spots.u)), _stripe(spots.u - at, wide / 2, spots.wide) * (0.72 + 0.28 * worn), 0.4
    )


def _dashes(rest: Row, spots: _Spots) -> _Coat:
    """A broken line: *on* m painted, *off* m not."""
    at, wide, on, off, colour = rest
    along = (spots.d % (on + off)) - on / 2
    coat = _line((at, wide, colour), spots)
    soft = np.maximum(spots.deep, 1e-3)
    shown = np.clip((on / 2 - np.abs(along)) / soft + 0.5, 0, 1)
    mean = on / (on + off)
    blurred = np.clip(soft / (on + off) - 0.2, 0, 1)
    return coat._replace(cover=coat.cover * np.asarray(shown + (mean - shown) * blurred, np.float32))


def _track(rest: Row, spots: _Spots) -> _Coat:
    """A railway track about *at*: ballast, sleepers, two rails that shine."""
    (at,) = rest
    noise = _grain(spots.u, spots.d, 5.0)
    u = spots.u - at
    stones = _toned(
        "#8d8478", 0.92 + 0.16 * noise[..., 1] + 0.16 * noise[..., 2] - 0.10 * smoothstep(1.2, 2.2, np.abs(u))
    )
    clear = np.clip(0.34 / np.maximum(spots.deep, 1e-3), 0, 1)
    tie = np.clip((0.13 - np.abs((spots.d % 0.62) - 0.31)) / np.maximum(spots.deep, 0.02) + 0.5, 0, 1)
    tie = (tie * clear + 0.42 * (1 - clear)) * _between(spots, at - 1.28, at + 1.28)
    colour = stones + (_toned("#564638", 0.95 + 0.14 * noise[..., 3]) - stones) * (0.92 * tie)[..., None]
    rust = np.exp(-(((np.abs(u) - 0.72) / 0.25) ** 2)) * 0.28
    colour = colour + (rgb("#6a4630") - colour) * rust[..., None]
    for side in (-0.72, 0.72):
        shadow = _stripe(u - side - 0.07, 0.075, spots.wide)
        rail = _stripe(u - side, 0.045, spots.wide)
        colour = colour * (1 - 0.6 * shadow[..., None])
        colour = colour + (rgb("#d8dce6") - colour) * rail[..., None]
    return _Coat(np.asarray(colour, np.float32), _between(spots, at - 2.1, at + 2.1, 0.22 * noise[..., 1]), 0.15)


def _bars(rest: Row, spots: _Spots) -> _Coat:
    """Bars side by side across the way from *d0* to *d1*: a crossing, a runway's threshold."""
    x0, x1, d0, d1, step, colour = rest
    along = np.clip(np.minimum(spots.d - d0, d1 - spots.d) / np.maximum(spots.deep, 0.02) + 0.5, 0, 1)
    bars = _stripe((spots.u - x0) % step - step / 2, 0.27 * step, spots.wide)
    return _Coat(
        _toned(colour, np.ones_like(spots.u)), np.asarray(bars * along * _between(spots, x0, x1), np.float32), 0.4
    )


_KINDS: Mapping[str, Callable[[Row, _Spots], _Coat]] = {
    "asphalt": _asphalt,
    "gravel": _gravel,
    "concrete": _concrete,
    "planks": _planks,
    "cobbles": _cobbles,
    "line": _line,
    "dashes": _dashes,
    "track": _track,
    "bars": _bars,
}


def _snowed(colour: F32, spots: _Spots) -> F32:
    """Snow on the way, worn off where wheels and feet go."""
    noise = spots.noise
    worn = smoothstep(0.5, 1.4, noise[..., 0] + 0.8 * noise[..., 3])
    white = rgb("#dde4f0") * (1 + 0.04 * noise[..., 1])[..., None]
    return np.asarray(colour + (white - colour) * (0.80 - 0.55 * worn)[..., None], np.float32)


def _wet(plot: Plot, spots: _Spots, colour: F32, wet: F32, depth: F32) -> F32:
    """Rain: darker, a dull mirror of the sky, puddles a clear one."""
    light = plot.stage.light
    grazing = depth / (depth + 12)
    pools = smoothstep(0.3, 1.2, _grain(spots.u, spots.d, 34.0)[..., 0])
    sheen = np.clip(wet * (0.15 + 0.55 * grazing) + pools * wet * (0.25 + 0.4 * grazing), 0, 0.8)[..., None]
    mirror = mix(light.low, light.middle, 0.3) * (0.95 - 0.1 * light.dark)
    return np.asarray(colour * (1 - 0.34 * wet[..., None]) * (1 - sheen) + mirror * sheen, np.float32)


def frame_of_way(course: Course, d: float) -> tuple[float, float]:
    """(plot x, heading in radians to the right) of the way at plot distance *d*."""
    return float(course.x(d)), math.atan(2 * course.bend * max(0.0, d - course.start))
