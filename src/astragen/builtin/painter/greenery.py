"""Garden trees and bushes: round crowns built of balls of leaves, each lit like a ball.

All leaves come from one tile of dabs (`fences.leaf_tile`), so hedges, bushes and trees
are of one hand, and a tree costs a few milliseconds. Pictures are premultiplied, their
foot at the middle of the lower edge.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, rgb
from astragen.builtin.painter.fences import leaf_tile
from astragen.builtin.painter.light import Light
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.plants import Shades, leaves_of, lit_tones, table
from astragen.builtin.painter.plot import Real
from astragen.model.vocabulary import Season

_STEPS = 64
_LEAF = 7.0  # px radius of a leaf in the tile


class Foliage(NamedTuple):
    """Colours from shade to sun, already lit, (64, 3); *snow* lies on top when above 0."""

    tones: F32
    snow: float
    light: Light


def foliage_of(
    season: Season, light: Light, random: np.random.Generator, *, blossom: float = 0.0, snow: float = 0.0
) -> Foliage:
    """The season's leaves in *light*; *blossom* is the chance that a spring tree flowers."""
    shades: Shades = leaves_of(season, random)
    if season is Season.SPRING and random.random() < blossom:
        rows: list[Shades] = table()["blossom"]
        shades = rows[int(random.integers(len(rows)))]
    if season is Season.WINTER:
        shades = table()["needles"]["winter"]
    return Foliage(_lit(shades, light), snow, light)


def _lit(shades: Shades, light: Light) -> F32:
    steps = lit_tones(shades, light)
    at = np.linspace(0, len(steps) - 1, _STEPS)
    return np.stack([np.interp(at, np.arange(len(steps)), steps[:, i]) for i in range(3)], -1).astype(np.float32)


@lru_cache(maxsize=12)
def _leaves_at(percent: int) -> tuple[F32, F32]:
    """The leaf tile at *percent* of its size, twice a side: tone and lean, each about [0, 1]."""
    tone, lean = leaf_tile()
    parts = (tone, lean.astype(np.float32) / 255)
    size = max(16, tone.shape[0] * percent // 100)
    first, second = (
        np.asarray(cv2.resize(part, (size, size), interpolation=cv2.INTER_AREA), np.float32) for part in parts
    )
    spread = max(float(first.std()), 1e-3) / 0.17
    tone = np.clip(0.5 + (first - first.mean()) / spread, 0, 1)
    return _doubled(np.asarray(tone, np.float32)), _doubled(second)


def _doubled(tile: F32) -> F32:
    """*tile* twice a side, so that a window of it starts anywhere and is a slice."""
    return np.tile(tile, (2, 2))


def tree(height: int, *, seed: int, foliage: Foliage, wide: float = 0.84, trunk: float = 0.32) -> F32:
    """A leaf tree *height* px tall. *wide*: of the crown, in heights. *trunk*: bare part, in heights."""
    random = np.random.default_rng(seed)
    width = int(height * (wide + 0.14))
    picture = _wood(width, height, trunk, random, foliage.light)
    middle = np.array([width / 2, height * (1 - trunk) * 0.53], np.float32)
    reach = np.array([height * wide * 0.5, height * (1 - trunk) * 0.52], np.float32)
    for x, y, radius in _balls(middle, reach, random, 38):
        picture = _ball(picture, x, y, radius, middle, reach, foliage, height, random)
    return picture


def bush(height: int, *, seed: int, foliage: Foliage, wide: float = 1.5) -> F32:
    """A bush *height* px tall and *wide* times that across, leafy to the ground."""
    random = np.random.default_rng(seed)
    width = int(height * (wide + 0.2))
    picture = np.zeros((height, width, 4), np.float32)
    middle = np.array([width / 2, height * 0.60], np.float32)
    reach = np.array([height * wide * 0.5, height * 0.58], np.float32)
    for x, y, radius in _balls(middle, reach, random, 34):
        picture = _ball(picture, x, min(y, height - 0.5 * radius), radius, middle, reach, foliage, height * 2.4, random)
    return picture


def crown(height: int, *, seed: int, foliage: Foliage, wide: float = 1.5) -> F32:
    """A crown without its tree, rounded all about: for what hangs into the view."""
    random = np.random.default_rng(seed)
    width = int(height * wide)
    picture = np.zeros((height, width, 4), np.float32)
    middle, reach = np.array([width / 2, height / 2], np.float32), np.array([width * 0.5, height * 0.5], np.float32)
    for x, y, radius in _balls(middle, reach, random, 44):
        picture = _ball(picture, x, y, radius, middle, reach, foliage, height, random)
    return picture


def _balls(middle: F32, reach: F32, random: np.random.Generator, count: int) -> list[tuple[float, float, float]]:
    """(x, y, radius) of the balls of a crown, hind and lower ones first; none leaves the crown's box."""
    angle = random.random(count) * 2 * math.pi
    out = np.sqrt(random.random(count))
    out[: count // 2] = 0.72 + 0.28 * out[: count // 2]
    radius = reach.min() * (0.24 + 0.18 * random.random(count)) * (1.3 - 0.45 * out)
    out[-1], radius[-1] = 0.0, 0.72 * reach.min()
    lumpy = 1 + 0.12 * np.sin(angle * 3 + random.random() * 6)
    x = middle[0] + np.cos(angle) * out * (reach[0] * lumpy - radius)
    y = middle[1] + np.sin(angle) * out * (reach[1] - radius)
    order = np.argsort(-y + 0.5 * reach[1] * random.random(count) - 0.35 * reach[1] * (1 - out))
    return [(float(x[i]), float(y[i]), float(radius[i])) for i in order]


def _ball(
    picture: F32,
    x: float,
    y: float,
    radius: float,
    middle: F32,
    reach: F32,
    foliage: Foliage,
    size: float,
    random: np.random.Generator,
) -> F32:
    """Lay one ball of leaves on *picture*, in place."""
    height, width = picture.shape[:2]
    grown = radius * 1.22
    x0, x1 = max(0, int(x - grown)), min(width, int(x + grown) + 1)
    y0, y1 = max(0, int(y - grown)), min(height, int(y + grown) + 1)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return picture
    leaf = float(np.clip(size * 0.011, 1.5, 7))
    tone_tile, lean_tile = _leaves_at(int(100 * leaf / _LEAF))
    tile = tone_tile.shape[0] // 2
    offset = (random.random(2) * tile).astype(np.int64)  # as many draws at every size
    tone, lean = (_window(leaves, y0, x0, (y1 - y0, x1 - x0), offset) for leaves in (tone_tile, lean_tile))
    u = ((np.arange(x0, x1, dtype=np.float32) + 0.5 - x) / radius)[None]
    v = ((np.arange(y0, y1, dtype=np.float32) + 0.5 - y) / (radius * 0.92))[:, None]
    far = np.sqrt(u * u + v * v)
    side = foliage.light.side
    crown = 0.55 * side * (x - middle[0]) / reach[0] - 0.75 * (y - middle[1]) / reach[1]
    shade = (0.18 * side * u - 0.216 * v) + (0.48 * tone + 0.12 * lean + np.float32(0.15 + 0.27 * crown))
    steps = np.clip(shade * 255, 0, 255).astype(np.uint8)
    colour = cv2.LUT(cv2.merge([steps, steps, steps]), _table_of(foliage))
    if foliage.snow > 0:
        white = rgb("#eef2fa") * (
            foliage.light.ambient * 0.9
            + 0.2 * (1 - foliage.light.dark)
            + foliage.light.key * 0.5 * foliage.light.strength
        )
        lies = smoothstep(0.25, 0.75, -v * 0.8 + 0.5 * (tone - 0.5) + 0.2)[..., None] * foliage.snow
        colour = colour + (np.clip(white, 0, 1) - colour) * lies
    alpha = np.clip((1 - far + 0.40 * (tone - 0.42)) * (radius / max(0.8, 0.45 * leaf)) + 0.3, 0, 1)
    part = picture[y0:y1, x0:x1]
    part *= 1 - alpha[..., None]
    part[..., :3] += colour * alpha[..., None]
    part[..., 3] += alpha
    return picture


def _window(leaves: F32, y: int, x: int, size: tuple[int, int], offset: np.ndarray) -> F32:
    """*size* px of a doubled tile of *leaves* as they lie at (x, y)."""
    tile = leaves.shape[0] // 2
    top, left = (y + int(offset[0])) % tile, (x + int(offset[1])) % tile
    if max(size) <= tile:
        return leaves[top : top + size[0], left : left + size[1]]
    rows, columns = np.arange(top, top + size[0]) % tile, np.arange(left, left + size[1]) % tile
    return leaves[np.ix_(rows, columns)]


def _table_of(foliage: Foliage) -> F32:
    """Tone 0-255 -> colour, (256, 1, 3)."""
    at = np.minimum(np.arange(256) * _STEPS // 255, _STEPS - 1)
    return np.ascontiguousarray(foliage.tones[at][:, None], np.float32)


def _wood(width: int, height: int, trunk: float, random: np.random.Generator, light: Light) -> F32:
    """Trunk and the limbs that show between the leaves."""
    mask = np.zeros((height, width), np.uint8)
    thick = height * 0.034
    foot, fork = (
        np.array([width / 2, height + 0.0]),
        np.array([width / 2 + height * 0.02 * random.standard_normal(), height * (1 - trunk * 1.05)]),
    )
    _limb(mask, foot, fork, thick * 1.25, thick * 0.85)
    flare = np.array([[-1.25, 0.0], [-0.62, -1.6], [0.62, -1.6], [1.25, 0.0]]) * thick
    _fill(mask, foot + flare)
    for angle in (-0.75, -0.3, 0.12, 0.55, 0.85):
        way = np.array([math.sin(angle + 0.1 * random.standard_normal()), -math.cos(angle)])
        _limb(
            mask,
            fork + np.array((0, 0.02 * height)),
            fork + way * height * (1 - trunk) * (0.5 + 0.1 * random.random()),
            thick * 0.6,
            thick * 0.15,
        )
    bark = lit_tones(table()["bark"]["brown"], light)
    across = (np.arange(width, dtype=np.float32) - width / 2) / max(thick, 1)
    tone = np.clip(0.34 + 0.34 * np.clip(across * light.side, -1, 1), 0, 1)
    grain = np.random.default_rng(5).standard_normal((max(2, height // 5), max(2, width // 2))).astype(np.float32)
    rough = cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR) * 0.10
    crown_shade = smoothstep(0.0, 0.5, np.arange(height, dtype=np.float32) / height - (1 - trunk) + 0.15)[:, None]
    index = np.clip((tone[None] * (0.35 + 0.65 * crown_shade) + rough) * len(bark), 0, len(bark) - 1).astype(np.int32)
    alpha = mask.astype(np.float32) / 255
    return np.dstack([bark[index] * alpha[..., None], alpha]).astype(np.float32)


def _fill(mask: np.ndarray, outline: np.ndarray) -> None:
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)


def _limb(mask: np.ndarray, start: np.ndarray, end: np.ndarray, first: float, last: float) -> None:
    along = np.linspace(0, 1, 6)[:, None]
    way = end - start
    normal = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-6)
    line = start + way * along + normal * np.sin(along * math.pi) * 0.04 * np.hypot(*way)
    half = (first + (last - first) * along) / 2
    _fill(mask, np.concatenate([line - normal * half, (line + normal * half)[::-1]]))


def bare_tree(height: int, *, seed: int, light: Light, snow: float = 0.0, wide: float = 0.9) -> F32:
    """A tree without its leaves, down to the twigs; *snow* 0 to 1 lies along the branches."""
    random = np.random.default_rng(seed)
    width = int(height * (wide + 0.2))
    mask = np.zeros((height, width), np.uint8)
    ends = [
        (
            np.array([width / 2, height + 0.0]),
            math.pi / 2 + 0.04 * random.standard_normal(),
            height * 0.30,
            height * 0.040,
            0,
        )
    ]
    while ends:
        start, heading, length, thick, depth = ends.pop()
        end = start + length * np.array([math.cos(heading), -math.sin(heading)])
        _limb(mask, start, end, max(thick, 0.9), max(thick * 0.68, 0.7))
        if depth == 5 or length < 0.018 * height:
            continue
        for way in (-1, 1) if depth else (-1.15, 0.05, 1.1):
            turn = way * (0.42 + 0.22 * random.random()) * (1.0 if depth else 0.9) + 0.10 * random.standard_normal()
            # Branches reach out, then turn up to the light.
            lifted = heading + turn + 0.10 * (math.pi / 2 - heading)
            ends.append((end, lifted, length * (0.66 + 0.16 * random.random()), thick * 0.62, depth + 1))
    alpha = mask.astype(np.float32) / 255
    bark = lit_tones(table()["bark"]["grey"], light)
    shifted = np.roll(alpha, -light.side, 1)
    tone = np.clip(0.36 + 0.45 * (alpha - shifted), 0, 1)
    colour: Real = bark[np.clip(tone * len(bark), 0, len(bark) - 1).astype(np.int32)]
    if snow > 0:
        drop = max(1, round(height * 0.006))
        lies = np.clip(alpha - np.roll(alpha, drop, 0), 0, 1)[..., None] * snow
        white = np.clip(
            rgb("#eef2fa") * (light.ambient * 0.9 + 0.2 * (1 - light.dark) + light.key * 0.5 * light.strength), 0, 1
        )
        colour = colour + (white - colour) * lies
    return np.dstack([colour * alpha[..., None], alpha]).astype(np.float32)
