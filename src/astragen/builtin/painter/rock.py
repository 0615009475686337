"""Rock: faces, boulders and outlines, carved as heights toward the viewer and lit.

A rock is a height map in px (how far it comes toward the viewer) and a cover; `lit_rock`
turns both into a picture. Stones are rows of `data/painter/rocks.json`. Start at `facets`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from pydantic import Field

from astragen.builtin.painter.colour import F32, luma, rgb
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import blur, smoothstep, value_noise
from astragen.builtin.painter.tables import read_table
from astragen.model.base import Model
from astragen.model.storyboard import Hex

_STEEPEST = 1.2  # tilt of a face: px toward the viewer for each px across, at most


class Stone(Model):
    """What a rock is made of; colours are sRGB before light. Rows of data/painter/rocks.json."""

    deep: Hex = Field(description="In cracks.")
    body: Hex
    pale: Hex = Field(description="Where it stands out.")
    grown: Hex = Field("#44562c", description="Moss, or dust, where it faces up.")
    growth: float = Field(0.0, description="How much of it is grown over, 0 to 1.")
    strata: float = Field(0.0, description="Strength of level bands.")
    shine: float = Field(0.0, description="Highlight: wet or icy.")
    inner: float = Field(0.0, description="Part of the light that comes from inside: ice.")


class Lamp(NamedTuple):
    """The light on a rock.

    toward: (3,) or (h, w, 3), x right, y down, z to the viewer, unit length. key, ambient: (3,) sRGB.
    reach: how much of the key light arrives, one number or (h, w). snow: 0 to 1, on what faces up.
    """

    toward: F32
    key: F32
    ambient: F32
    reach: F32 | float = 1.0
    snow: float = 0.0


@cache
def _stones() -> dict[str, Stone]:
    return {name: Stone(**row) for name, row in read_table("rocks.json").items()}


def stone(name: str) -> Stone:
    """The stone *name*."""
    return _stones()[name]


def lamp_of(light: Light, *, front: float = 0.45, snow: float = 0.0) -> Lamp:
    """The sun or moon on a rock: from its own side, from above, and *front* of it from the viewer."""
    toward = np.array([0.75 * light.side, -0.62, front], np.float32)
    ambient = 0.62 * light.ambient + 0.30 * float(luma(light.ambient)) + 0.13 * (1 - 0.8 * light.dark)
    ambient = ambient + 0.14 * (1 - light.strength) * (1 - light.dark)
    key = light.key * (light.strength * (0.8 + 0.55 * light.dark))
    ambient = ambient + light.glow * (0.05 * light.dark)  # the eye opens at night
    return Lamp(toward / np.float32(np.linalg.norm(toward)), key, np.asarray(ambient, np.float32), snow=snow)


def facets(
    height: int, width: int, cell: float, *, seed: int, tall: float = 1.3, levels: int = 3, gain: float = 0.42
) -> F32:
    """Broken rock: (height, width) px toward the viewer, zero mean.

    cell: px across the largest facets, each *tall* times as high. levels: sizes of facets, each under half the last.
    """
    random = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    warp = [value_noise(height, width, 2.2 * width / cell, seed=seed + i, octaves=5) - 0.5 for i in (1, 2)]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for level in range(levels):
        size = cell * 0.42**level
        if size < 2.5:
            break
        bend = np.float32(0.85 * size)
        cut = _cells(height, width, size, tall, random)
        total += (
            gain**level
            * cell
            / size
            * cv2.remap(cut, x + warp[0] * bend, y + warp[1] * bend, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            * np.float32(0.42**level)
        )
    total += np.float32(0.03 * cell) * (value_noise(height, width, 6 * width / cell, seed=seed + 3, octaves=4) - 0.5)
    return np.asarray(total - total.mean(), np.float32)


def _cells(height: int, width: int, size: float, tall: float, random: np.random.Generator) -> F32:
    """One size of facets: a tilted plane for each cell of a Voronoi diagram."""
    rows = max(4, round(height / tall))
    count = max(3, round(rows * width / (size * size)))
    seeds = np.full((rows, width), 255, np.uint8)
    at_y, at_x = random.integers(rows, size=count), random.integers(width, size=count)
    seeds[at_y, at_x] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    found = labels[at_y, at_x]
    right, down, rise = np.zeros((3, int(labels.max()) + 1), np.float32)
    tilt = random.normal(0, 0.50, (count, 2)).clip(-_STEEPEST, _STEEPEST)
    right[found], down[found] = tilt[:, 0], tilt[:, 1] * tall
    rise[found] = random.normal(0, 0.13 * size, count) - tilt[:, 0] * at_x - tilt[:, 1] * tall * at_y
    cell = np.asarray(labels, np.int32)
    plane = right.take(cell) * np.arange(width, dtype=np.float32)
    plane += down.take(cell) * np.arange(rows, dtype=np.float32)[:, None]
    plane += rise.take(cell)
    reach = np.float32(0.8 * size)  # planes of large cells do not run away
    cut = cv2.GaussianBlur(plane, (0, 0), 0.5 + 0.035 * size)  # edges are worn
    return np.asarray(
        cv2.resize(reach * np.tanh(cut / reach), (width, height), interpolation=cv2.INTER_LINEAR), np.float32
    )


def rounded(cover: F32, reach: float) -> F32:
    """How far a shape of this *cover* has turned toward the viewer: 0 at its outline, 1 from *reach* px inward."""
    framed = cv2.copyMakeBorder((cover > 0.5).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    inward = cv2.distanceTransform(framed, cv2.DIST_L2, 3)[1:-1, 1:-1]
    return np.asarray(np.sqrt(np.clip(inward / max(reach, 1e-3), 0, 1)), np.float32)


def jagged(count: int, *, seed: int, step: float, rough: float = 0.5) -> F32:
    """An outline with shelves and steps: *count* heights about zero, deviation about 1.

    step: px between the largest steps. rough: how much of each size the next smaller one keeps.
    """
    random = np.random.default_rng(seed)
    at = np.arange(count, dtype=np.float32)
    total = np.zeros(count, np.float32)
    weight, size = 1.0, step
    while size > 2:
        knots = random.standard_normal(int(count / size) + 4)
        where = np.cumsum(0.4 + 1.2 * random.random(knots.size)) * size - 2 * size
        if random.random() < 0.5:  # a shelf and its drop
            sharp = np.repeat(knots, 2)
            where = np.column_stack([where, where + 0.7 * size]).ravel()
            total += weight * np.interp(at, where, sharp)
        else:
            total += weight * np.interp(at, where, knots)
        weight *= rough
        size *= 0.45
    return np.asarray(total, np.float32)


def lit_rock(height: F32, cover: F32, made_of: Stone, lamp: Lamp, *, scale: float = 1.0, wet: F32 | float = 0.0) -> F32:
    """*height* (px) under *cover* as a lit picture, premultiplied (h, w, 4).

    scale: px of detail, as `Stage.scale`. wet: (h, w) or one number, 0 dry, 1 dark and shining.
    """
    soft = cv2.GaussianBlur(height, (0, 0), max(0.5, 0.9 * scale))
    slope_x = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3) / 8
    slope_y = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) / 8
    steep = 1 / np.sqrt(1 + (slope_x * slope_x + slope_y * slope_y) / (_STEEPEST * _STEEPEST))
    slope_x, slope_y = slope_x * steep, slope_y * steep  # steps between facets are no mirrors of the light
    inverse = 1 / np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    toward = np.broadcast_to(lamp.toward, (*height.shape, 3))
    facing = (-slope_x * toward[..., 0] - slope_y * toward[..., 1] + toward[..., 2]) * inverse
    up = slope_y * inverse  # the surface comes toward the viewer downward: it faces up
    rows, columns = height.shape
    rough = np.asarray(value_noise(rows, columns, columns / (26 * scale + 2), seed=11, octaves=5) - 0.5, np.float32)
    fine, wide = height - blur(height, 7 * scale), height - blur(height, 34 * scale)
    crack = np.asarray(np.clip(0.55 + fine / (17 * scale) + wide / (75 * scale), 0, 1), np.float32)
    albedo = _albedo(made_of, height, crack, np.asarray(up, np.float32), rough, scale)
    damp = 1 - 0.45 * np.asarray(wet, np.float32)
    lies = smoothstep(0.18, 0.42, up + 0.35 * rough) * lamp.snow if lamp.snow > 0 else None
    openness = np.clip(0.45 + 0.65 * crack - 0.25 * np.maximum(-up, 0), 0.25, 1.15)
    lit = np.clip(facing * 1.15 + 0.05 + made_of.inner, 0, 1.3) * smoothstep(-0.1, 0.5, crack + 0.12)
    lit += 0.16 * np.clip(crack - 0.35, 0, 1)  # bounced light fills
    lit = lit * lamp.reach
    gloss = made_of.shine + 0.35 * np.asarray(wet, np.float32)
    glint = np.clip(facing - 0.78, 0, 1) ** 2 * 4 * gloss * lamp.reach
    snow = rgb("#c9d2e6")
    channels = []
    for i, channel in enumerate(albedo):
        channel *= damp
        if lies is not None:
            channel += (snow[i] - channel) * lies
        channel *= lamp.ambient[i] * openness + lamp.key[i] * lit
        channel += lamp.key[i] * glint
        channels.append(np.clip(channel, 0, 1) * cover)
    return np.asarray(cv2.merge([*channels, cover]), np.float32)


def _albedo(made_of: Stone, height: F32, crack: F32, up: F32, rough: F32, scale: float) -> list[F32]:
    """Colours of rock before light: three (h, w) channels."""
    shade = np.clip(crack + 0.45 * rough, 0, 1)
    lower, upper = np.minimum(shade * 2, 1), np.maximum(shade * 2 - 1, 0)
    speckle = 1 + 0.5 * rough
    if made_of.strata > 0:
        rows = np.arange(height.shape[0], dtype=np.float32)[:, None] + 0.35 * height + 22 * scale * rough
        bands = np.sin(rows / (13 * scale)) + 0.6 * np.sin(rows / (5.1 * scale) + 1) + 0.7 * np.sin(rows / (37 * scale))
        speckle *= 1 + 0.11 * made_of.strata * bands
    grows, tone = None, 0.55 + 0.75 * (rough + 0.35)
    if made_of.growth > 0:
        grows = smoothstep(0.42 - 0.5 * made_of.growth, 0.75 - 0.5 * made_of.growth, up + 0.9 * rough + 0.12 * crack)
        grows *= min(1.0, 0.4 + made_of.growth)
    deep, body, pale, grown = (rgb(colour) for colour in (made_of.deep, made_of.body, made_of.pale, made_of.grown))
    channels = []
    for i in range(3):
        channel = deep[i] + (body[i] - deep[i]) * lower + (pale[i] - body[i]) * upper
        channel *= speckle
        if grows is not None:
            channel += (grown[i] * tone - channel) * grows
        channels.append(np.asarray(channel, np.float32))
    return channels


def boulder(width: int, height: int, made_of: Stone, lamp: Lamp, *, seed: int, scale: float, wet: float = 0.5) -> F32:
    """A boulder, (height, width, 4) premultiplied, its foot along the lower edge; *wet* darkens its lower part."""
    random = np.random.default_rng(seed)
    angle = np.sort(random.random(13) * 2 * np.pi)
    radius = 0.82 + 0.18 * random.random(13)
    x = width * (0.5 + 0.48 * radius * np.cos(angle))
    y = height * (0.60 - 0.57 * radius * np.sin(angle))
    points = cv2.convexHull(np.column_stack([x, np.minimum(y, height * 1.05)]).astype(np.float32))[:, 0]
    fine = np.zeros((height, width), np.uint8)
    cv2.fillPoly(fine, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    inside = cv2.distanceTransform((fine > 127).astype(np.uint8), cv2.DIST_L2, 3)
    dome = np.sqrt(np.clip(inside / max(1.0, 0.32 * height), 0, 1)) * 0.30 * height
    ground = dome + 0.8 * facets(height, width, max(6.0, 0.6 * height), seed=seed, tall=0.8, gain=0.36)
    damp = smoothstep(0.45, 0.9, np.linspace(0, 1, height, dtype=np.float32))[:, None] * wet
    picture = lit_rock(
        np.asarray(ground, np.float32), np.asarray(fine / 255, np.float32), made_of, lamp, scale=scale, wet=damp
    )
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    picture[..., :3] *= 1 - 0.45 * smoothstep(0.68, 1.0, down)
    return np.asarray(picture * smoothstep(1.0, 0.90, down), np.float32)
