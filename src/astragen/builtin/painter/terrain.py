"""Terrain: ranges cut out of reliefs, seen in perspective, one behind the other.

`hang_ranges` cuts ranges out of reliefs, paints each once and hangs it as a plate at its
distance, with the air between. Method: march distances outward, keep the highest line seen
so far in each column, then find for every pixel the distance whose ground it shows. What
nearer ranges hide is never painted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32
from astragen.builtin.painter.landform import Relief
from astragen.builtin.painter.lookout import Lookout
from astragen.builtin.painter.materials import Material, shade
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral
from astragen.builtin.painter.stage import Stage, air_at

_GRAIN = 512  # texels of the fine texture's tile

_MIST_FALL = 6.0  # mist thins by e for each sixth of the relief's height


class Cut(NamedTuple):
    """One range: where it is cut out of its relief, how tall it stands, how the air lies on it.

    near, far: m. eye: height of the camera over the relief's floor, m. x, z: offset into
    the relief, m. stage_z: distance on the stage. peak: height over the horizon that its
    highest top is given, in frame units for a normal lens; None keeps the relief's own.
    haze: part of the colour that the air replaces at the middle of the cut. mist: extra
    in its valleys. carve: how deep a gap opens under the sun, 0 to 1. taper: part of its
    depth over which it rises from the ground at both ends. bend: how fast the ground
    curves away from the viewer beyond *pivot* m, 1/m; *roll*: seed of how that varies from side to side.
    path: m, width of a path that winds away from the camera. dapple: part of the sun that
    leaves overhead take. fine: pixels painted for each shown, a side.
    """

    near: float
    far: float
    eye: float
    x: float
    z: float
    stage_z: float
    peak: float | None = None
    haze: float = 0.0
    mist: float = 0.0
    carve: float = 0.0
    taper: float = 0.3
    bend: float = 0.0
    pivot: float = 0.0
    roll: int = 0
    path: float = 0.0
    dapple: float = 0.0
    steps: int = 360
    fine: float = 1.4


class Range(NamedTuple):
    """A cut of a relief and what it is made of."""

    relief: Relief
    material: Material
    cut: Cut


@cache
def _grain_tile(sun_x: float, sun_z: float) -> F32:
    """(n + 1, n + 1, 4): rough noise, its slope toward the sun, soft noise, streaks; padded."""
    rough = spectral(_GRAIN, _GRAIN, seed=9, slope=1.5, low=10)
    toward = sun_x * (np.roll(rough, -1, 1) - np.roll(rough, 1, 1)) + sun_z * (
        np.roll(rough, -1, 0) - np.roll(rough, 1, 0)
    )
    soft = spectral(_GRAIN, _GRAIN, seed=10, slope=2.4, low=4)
    streaks = spectral(_GRAIN, _GRAIN, seed=11, slope=1.6, low=8, stretch=0.25)
    return padded(np.dstack([rough, -toward / max(float(toward.std()), 1e-6), soft, streaks]).astype(np.float32))


class Line(NamedTuple):
    """The march of one cut: distances (steps,), screen y of the ground and its highest line so far (steps, width)."""

    far: F32
    ground: F32
    seen: F32
    middle: float
    width: int


def hang_ranges(stage: Stage, camera: Lookout, ranges: Sequence[Range], *, floor: float | None = None) -> list[F32]:
    """Paint and hang *ranges*, far ones first; return their outlines, canvas y for each canvas column.

    floor: canvas y below which nothing of any of them is seen.
    """
    lines = [march(stage, camera, part) for part in ranges]
    outlines = [outline_of(stage, line) for line in lines]
    for index, (part, line) in enumerate(zip(ranges, lines, strict=True)):
        low = float(stage.canvas_height) if floor is None else floor
        if index + 1 < len(ranges):
            hidden = np.minimum.reduce(outlines[index + 1 :])
            low = min(low, float(hidden.max()) + (0.02 + 0.30 / part.cut.stage_z) * stage.height)
        picture, top = paint_range(stage, camera, part, line, low)
        if picture is not None:
            stage.plate(picture, part.cut.stage_z, y=top)
    return outlines


def march(stage: Stage, camera: Lookout, part: Range) -> Line:
    """March *part* outward for every column of the canvas."""
    fine = _fine(stage, part.cut)
    width = round(stage.canvas_width * fine)
    bearing = ((np.arange(width, dtype=np.float32) + 0.5) / fine - stage.vanishing_x) / camera.focal
    far = np.geomspace(part.cut.near, part.cut.far, part.cut.steps).astype(np.float32)
    height = _heights(stage, camera, part, far, bearing, camera.focal * fine)
    if part.cut.peak is not None:
        height = height * _grown(stage, part)
    if part.cut.bend > 0:
        height = height - _curve(stage, part.cut, far, bearing * camera.focal / stage.unit)
    ground = (stage.horizon + (part.cut.eye - height) * (camera.focal / far)[:, None]) * fine
    seen = np.minimum.accumulate(ground, 0)
    return Line(far, ground.astype(np.float32), seen.astype(np.float32), stage.vanishing_x, width)


def _fine(stage: Stage, cut: Cut) -> float:
    """Pixels painted for each shown, a side: large frames need fewer."""
    return min(cut.fine, max(1.0, 1008 / stage.height)) if stage.height > 720 else cut.fine


def _curve(stage: Stage, cut: Cut, far: F32, across: F32) -> F32:
    """How far the ground has dropped, m: more toward the sun, where the view opens, and unevenly."""
    random = np.random.default_rng(cut.roll)
    knots = 0.45 * random.standard_normal(9)
    uneven = np.exp(np.interp(across, np.linspace(-1.6, 1.6, 9), np.convolve(knots, (0.25, 0.5, 0.25), "same")))
    toward = 1 + 0.45 * np.tanh(1.6 * across * stage.light.side)
    beyond = np.maximum(far - cut.pivot, 0)
    return np.asarray(cut.bend * (beyond * beyond)[:, None] * (uneven * toward)[None], np.float32)


def _heights(stage: Stage, camera: Lookout, part: Range, far: F32, bearing: F32, focal: float) -> F32:
    """Height in m over the relief's floor at each distance and bearing, trees, tapers and gap included."""
    relief, stuff, cut = part
    x = bearing[None] * far[:, None] + np.float32(cut.x)
    z = np.repeat((far + np.float32(cut.z))[:, None], bearing.size, 1)
    height = relief.height(x, z, float(np.sqrt(cut.near * cut.far)) / focal / relief.cell, stuff.rough)
    if stuff.cover_tall > 0 and stuff.cover_amount > 0:
        height = height + _canopy(relief, stuff, x, z, height)
    if cut.taper > 0:
        depth = (cut.far - cut.near) * cut.taper
        rise = smoothstep(cut.near, cut.near + depth, far) * smoothstep(cut.far, cut.far - depth, far)
        height = height * rise[:, None] - (1 - rise[:, None]) * relief.height_m * 0.25
    if cut.carve > 0:
        gap = (bearing * camera.focal + stage.vanishing_x - stage.sun[0]) / (0.17 * stage.width)
        height = height * (1 - cut.carve * np.exp(-(gap**2)))[None]
    return np.asarray(height, np.float32)


def _grown(stage: Stage, part: Range) -> float:
    """The factor that gives the cut's highest top its `peak`, found for the plain camera so that all shots agree."""
    cut = part.cut
    assert cut.peak is not None
    plain = Lookout(focal=0.95 * 1.78 * stage.unit, eye=1, aside=0, magnify=1, feet=0, metre=1, z=1)
    far = np.geomspace(cut.near, cut.far, 120).astype(np.float32)
    bearing = np.linspace(-0.65, 0.65, 480).astype(np.float32)
    height = _heights(stage, plain, part, far, bearing, plain.focal * cut.fine)
    wanted = cut.peak * stage.unit / plain.focal
    low, high = 0.05, 4.0
    for _ in range(18):
        middle = (low + high) / 2
        if float(((height * middle - cut.eye) / far[:, None]).max()) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _canopy(relief: Relief, stuff: Material, x: F32, z: F32, height: F32) -> F32:
    """How much trees add to the ground: in clumps, below their upper limit."""
    scale = np.float32(_GRAIN / (stuff.cover_tall * 60))
    tile = _grain_tile(0.0, 1.0)
    noise = sample_padded(tile, x * scale, np.asarray(z, np.float32) * scale)
    part = height / relief.height_m
    grows = smoothstep(stuff.cover_top + 0.1, stuff.cover_top - 0.15, part + 0.06 * noise[..., 2])
    tall = np.clip(0.55 + 0.45 * noise[..., 0], 0, 1.6) * smoothstep(
        0.9 - stuff.cover_amount, 1.4 - stuff.cover_amount, 0.5 + 0.5 * noise[..., 2]
    )
    return np.asarray(stuff.cover_tall * tall * grows, np.float32)


def outline_of(stage: Stage, line: Line) -> F32:
    """Canvas y of the highest ground in each canvas column."""
    fine = line.width / stage.canvas_width
    at = (np.arange(stage.canvas_width) + 0.5) * fine - 0.5
    return np.asarray(np.interp(at, np.arange(line.width), line.seen[-1]) / fine, np.float32)


def paint_range(stage: Stage, camera: Lookout, part: Range, line: Line, low: float) -> tuple[F32 | None, int]:
    """The part of a range above canvas y *low* as a premultiplied picture, and the canvas y of its top row."""
    relief, stuff, cut = part
    fine = _fine(stage, cut)
    top = max(0, int(np.floor(line.seen[-1].min() / fine)) - 1)
    bottom = min(stage.canvas_height, int(np.ceil(low)))
    if bottom - top < 2:
        return None, top
    rows = np.arange(round(top * fine), round(bottom * fine), dtype=np.float32) + 0.5
    far = _distance(line, rows, stage.horizon * fine)
    columns = (np.arange(line.width, dtype=np.float32) + 0.5) / fine
    bearing = (columns - line.middle) / camera.focal
    x, z = bearing[None] * far + np.float32(cut.x), far + np.float32(cut.z)
    footprint = far / (camera.focal * fine)
    surface = relief.surface(x, z, footprint / relief.cell, stuff.rough)
    grain = _grain(relief, cut, camera, x, z)
    if cut.dapple > 0:
        spots = sample_padded(_grain_tile(0.0, 1.0), x * 21, z * 21)[..., 2]  # patches of about a metre
        surface[..., 0] *= 1 - cut.dapple * smoothstep(0.9, -0.1, spots)
    if cut.path > 0:
        surface[..., 0] *= 1 + 0.12 * _path(cut, x, z, grain)
    colour = shade(stage.light, stuff, surface, grain)
    if cut.path > 0:
        trodden = shade(stage.light, stuff.model_copy(update=_bare(stuff)), surface, grain)
        colour = colour + (trodden - colour) * (0.9 * _path(cut, x, z, grain))[..., None]
    air = air_at(stage, columns)
    middle = float(np.sqrt(cut.near * cut.far))
    thick = 1 - np.exp(far * (np.log(max(1e-3, 1 - cut.haze)) / middle))
    thick = thick + cut.mist * np.exp(-_MIST_FALL * surface[..., 3]) * (1 - thick)
    thick = np.clip(thick, 0, 0.97).astype(np.float32)
    cover = np.clip(rows[:, None] + 0.5 - line.seen[-1][None], 0, 1).astype(np.float32)
    channels = [
        np.clip(channel + (air[:, i] - channel) * thick, 0, 1) * cover for i, channel in enumerate(cv2.split(colour))
    ]
    picture = cv2.merge([*channels, cover])
    size = (stage.canvas_width, bottom - top)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32), top


def _bare(stuff: Material) -> dict[str, object]:
    return {"low": stuff.path, "high": stuff.path, "cover_amount": 0.0, "grain": 0.35, "snow": stuff.snow * 0.75}


def _path(cut: Cut, x: F32, z: F32, grain: F32) -> F32:
    """Cover of the path, 0 to 1: it passes under the camera's middle and winds."""
    away = z - np.float32(cut.z)
    bend = 0.9 * np.sin(0.16 * away + cut.roll % 7) + 0.05 * away * (1 if cut.roll % 2 else -1)
    start = 0.9 * np.sin(0.16 * cut.pivot + cut.roll % 7) + 0.05 * cut.pivot * (1 if cut.roll % 2 else -1)
    aside = np.abs(x - np.float32(cut.x) - (bend - start))
    return smoothstep(cut.path * 0.62, cut.path * 0.38, aside + 0.12 * grain[..., 2] + 0.05 * grain[..., 0])


def _distance(line: Line, rows: F32, horizon: float) -> F32:
    """Distance in m of the ground that each pixel shows: (rows, width).

    Below its nearest line the ground goes on level toward the viewer: a plane seen from above, not a streak.
    """
    steps, width = line.seen.shape
    count = rows.size
    # The row where each step first shows; reversed, so that of several the nearest is written last.
    first = np.ceil(line.seen - rows[0]).astype(np.int64)
    nearest = np.full((count + 1, width), steps, np.int32)
    step = np.broadcast_to(np.arange(steps, dtype=np.int32)[:, None], first.shape)
    column = np.broadcast_to(np.arange(width), first.shape)
    nearest[np.clip(first, 0, count)[::-1], column[::-1]] = step[::-1]
    crest = (line.seen <= line.seen[-1] + 1e-3).argmax(0).astype(np.int32)  # what the outline's soft edge shows
    found = np.clip(np.minimum(np.minimum.accumulate(nearest[:count], 0), crest), 1, steps - 1)
    columns = np.arange(width)[None]
    above, before = line.seen[found, columns], line.seen[found - 1, columns]
    hidden = line.ground[found - 1, columns] > before + 1e-3
    part = np.clip((before - rows[:, None]) / np.maximum(before - above, 1e-4), 0, 1)
    part = np.where(hidden, 1, part)
    far = line.far.take(found - 1) * (1 - part) + line.far.take(found) * part
    below = np.maximum(rows - horizon, 1.0)[:, None] / np.maximum(line.seen[0] - horizon, 1.0)
    return np.asarray(np.where(below > 1, line.far[0] / below, far), np.float32)


def _grain(relief: Relief, cut: Cut, camera: Lookout, x: F32, z: F32) -> F32:
    """Fine texture at two sizes, (..., 4), scaled so that its texels are about as large as pixels."""
    middle = float(np.sqrt(cut.near * cut.far))
    texel = 2.0 ** np.round(np.log2(1.3 * middle / (camera.focal * cut.fine)))
    tile = _grain_tile(float(relief.sun[0]), float(relief.sun[1]))
    fine = sample_padded(tile, x * np.float32(1 / texel), z * np.float32(1 / texel))
    wide = sample_padded(tile, x * np.float32(0.27 / texel), z * np.float32(0.27 / texel))
    return np.asarray(0.55 * fine + 0.45 * wide, np.float32)
