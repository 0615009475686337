"""Finishes: what surfaces in a room are made of, as albedo by metres along them.

Each is a function of (u right, v down, px metres of a pixel, colour, seed) and fades its
detail where a pixel is coarser than it. `finish_of` finds one by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.indoors.chamber import Real
from astragen.builtin.painter.noise import padded, sample_padded, smoothstep, spectral

Finisher = Callable[[F32, F32, F32, F32, int], F32]

_BOOKS = ("#7a2f2a", "#2f4a6a", "#3f5a38", "#9a7434", "#5a3a5c", "#b09a6a", "#33404f", "#8a4a2a")
_GOODS = ("#d8452e", "#f0a030", "#8fb840", "#e8d050", "#3a7ab0", "#e87a3a", "#f0e8d8", "#7a4a8a", "#40a090")
_GLASS = ("#d04a3a", "#e8b040", "#3a6ac0", "#4aa060", "#8a4ab0", "#e8d8a0")


@cache
def _grain() -> F32:
    """(257, 257) soft noise, padded for `sample_padded`."""
    return padded(spectral(256, 256, seed=21, slope=1.8, low=4))


def _noise(u: F32, v: F32, across: float, down: float) -> F32:
    """Noise with features of *across* by *down* metres."""
    return sample_padded(_grain(), u * np.float32(16 / across), v * np.float32(16 / down))


def _own(cell: F32, seed: int) -> F32:
    """A value in [0, 1) for each whole number in *cell*."""
    return np.asarray(np.abs(np.sin(cell * 12.9898 + seed % 89) * 43758.547) % 1, np.float32)


def _seam(at: F32, wide: float, px: F32) -> F32:
    """1 on the lines at whole numbers of *at*, *wide* of a cell across; fainter where a pixel is wider."""
    away = np.minimum(at % 1, 1 - at % 1)
    half = np.maximum(np.float32(wide / 2), px * 0.7)
    share = np.minimum(1, np.float32(wide) / np.maximum(2 * px, 1e-6))
    return np.asarray(np.clip(1.5 - away / half, 0, 1) * share, np.float32)


def _tinted(colour: F32, tone: Real) -> F32:
    return np.asarray(colour * tone[..., None], np.float32)


def _plain(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    return _tinted(colour, 1 + 0.035 * _noise(u, v, 1.1, 0.9))


def _plaster(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    return _tinted(colour, 1 + 0.05 * _noise(u, v, 2.3, 1.7) + 0.02 * _noise(u, v, 0.3, 0.3))


def _paper(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Wallpaper: broad stripes, a board along the floor's third."""
    stripe = smoothstep(0.44, 0.56, np.abs((u / 0.34) % 1 - 0.5) * 2)
    return _tinted(colour, 0.96 + 0.07 * stripe + 0.03 * _noise(u, v, 1.6, 1.2))


def _wood(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    grain = _noise(u, v, 1.4, 0.07)
    return _tinted(colour, 1 + 0.10 * grain + 0.06 * _noise(u + 3, v, 0.7, 0.5))


def _planks(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Boards along v, 0.16 m wide, 2.2 m long."""
    board = np.floor(u / 0.16)
    shifted = v / 2.2 + _own(board, seed)
    tone = 0.84 + 0.26 * _own(board * 7 + np.floor(shifted), seed)
    tone = tone + 0.07 * _noise(u, v, 0.06, 1.3) * np.clip(0.05 / px, 0, 1)
    dark = np.maximum(_seam(np.asarray(u / 0.16, np.float32), 0.05, px / 0.16), _seam(shifted, 0.004, px / 2.2))
    return _tinted(colour, tone * (1 - 0.5 * dark))


def _tiles(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    return _grid(u, v, px, colour, seed, 0.34, 0.34)


def _white_tiles(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    return _grid(u, v, px, colour, seed, 0.20, 0.10)


def _slabs(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    return _grid(u, v, px, colour, seed, 1.0, 1.0, joint=0.012, spread=0.10)


def _grid(
    u: F32, v: F32, px: F32, colour: F32, seed: int, wide: float, tall: float, *,
    joint: float = 0.03, spread: float = 0.07,
) -> F32:  # fmt: skip
    across, down = np.asarray(u / wide, np.float32), np.asarray(v / tall, np.float32)
    tone = 1 - spread / 2 + spread * _own(np.floor(across) * 31 + np.floor(down), seed)
    line = np.maximum(_seam(across, joint, px / wide), _seam(down, joint, px / tall))
    return _tinted(colour, (tone + 0.03 * _noise(u, v, 0.8, 0.8)) * (1 - 0.30 * line))


def _checks(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Two tones in squares of 0.5 m."""
    odd = ((np.floor(u / 0.5) + np.floor(v / 0.5)) % 2).astype(np.float32)
    odd = 0.5 + (odd - 0.5) * np.clip(0.4 / px, 0, 1)
    return _tinted(colour, 0.62 + 0.42 * odd) * (1 + 0.03 * _noise(u, v, 0.9, 0.9))[..., None]


def _stone(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Courses of blocks, 0.42 m high."""
    course = np.floor(v / 0.42)
    along = np.asarray(u / 0.8 + 0.5 * (course % 2), np.float32)
    tone = 0.80 + 0.30 * _own(np.floor(along) * 13 + course, seed) + 0.10 * _noise(u, v, 0.35, 0.3)
    line = np.maximum(_seam(along, 0.035, px / 0.8), _seam(np.asarray(v / 0.42, np.float32), 0.06, px / 0.42))
    return _tinted(colour, tone * (1 - 0.42 * line))


def _brick(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    course = np.floor(v / 0.085)
    along = np.asarray(u / 0.24 + 0.5 * (course % 2), np.float32)
    tone = 0.78 + 0.34 * _own(np.floor(along) * 13 + course, seed)
    line = np.maximum(_seam(along, 0.06, px / 0.24), _seam(np.asarray(v / 0.085, np.float32), 0.16, px / 0.085))
    return np.asarray(_tinted(colour, tone) * (1 - line)[..., None] + rgb("#a89c8c") * (0.8 * line)[..., None])


def _panels(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Metal plates with seams, some with a strip of light."""
    across, down = np.asarray(u / 1.2, np.float32), np.asarray(v / 0.8, np.float32)
    own = _own(np.floor(across) * 17 + np.floor(down), seed)
    line = np.maximum(_seam(across, 0.03, px / 1.2), _seam(down, 0.04, px / 0.8))
    inset = np.maximum(_seam(np.asarray(across + 0.1, np.float32), 0.012, px / 1.2), 0) * 0.5
    return _tinted(colour, (0.86 + 0.22 * own) * (1 - 0.6 * line) * (1 - inset))


def _carpet(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    return _tinted(colour, 1 + 0.06 * _noise(u, v, 0.12, 0.12) * np.clip(0.03 / px, 0, 1) + 0.05 * _noise(u, v, 1, 1))


def _rug(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """A woven rug: border, field, lozenges."""
    wide, deep = float(u.max()), float(v.max())
    edge = np.minimum(np.minimum(u, wide - u), np.minimum(v, deep - v))
    pale = mix(colour, "#ead9b0", 0.6)
    band = (smoothstep(0.06, 0.08, edge) * smoothstep(0.20, 0.18, edge))[..., None]
    diamond = np.abs((u / 0.55) % 1 - 0.5) + np.abs((v / 0.55) % 1 - 0.5)
    mark = (smoothstep(0.30, 0.26, diamond) * (edge > 0.26))[..., None] * 0.55
    base = _carpet(u, v, px, colour, seed)
    return np.asarray(base + (pale - base) * np.maximum(band, mark), np.float32)


def _cloth(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    return _tinted(colour, 1 + 0.07 * _noise(u, v, 0.5, 0.35))


def _folds(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Cloth hanging in folds."""
    bend = 0.05 * np.sin(v * 0.9 + seed % 7)
    fold = np.sin((u + bend) * 2 * np.pi / 0.28 + 0.7 * np.sin(u * 5.3))
    return _tinted(colour, 0.82 + 0.36 * fold + 0.10 * np.abs(fold))


def _books(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Shelves 0.34 m apart, full of books of every width and height."""
    shelf, into = np.floor(v / 0.34), (v / 0.34) % 1
    spread = u / 0.045 + 3 * _own(shelf, seed)
    book = np.floor(spread + 0.35 * np.sin(spread * 1.7))
    own, other = _own(book + 57 * shelf, seed), _own(book * 3 + 11 * shelf, seed + 5)
    spines = np.stack([rgb(tone) for tone in _BOOKS])[(own * len(_BOOKS)).astype(np.int64)]
    within = (spread + 0.35 * np.sin(spread * 1.7)) % 1
    shade = (0.65 + 0.5 * np.sin(np.pi * within)) * (0.75 + 0.5 * other)
    top = 0.12 + 0.30 * other * (other > 0.3)
    body = spines * shade[..., None] * 1.05
    gold = (np.abs(into - 0.62) < 0.035) & (own > 0.35)
    body = body + (rgb("#e0c080") - body) * (gold * 0.6)[..., None]
    behind = np.broadcast_to(colour * 0.22, body.shape)
    result = np.where((into > top)[..., None], body, behind)
    board = smoothstep(0.90, 0.93, into)[..., None]
    return np.asarray(result + (colour - result) * board, np.float32)


def _goods(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Shelves 0.42 m apart with rows of packets, tins and jars."""
    shelf, into = np.floor(v / 0.42), (v / 0.42) % 1
    kind = np.floor(u / 0.55 + 5 * _own(shelf, seed))
    step = 0.09 + 0.07 * _own(kind + 31 * shelf, seed)
    item = np.floor(u / step)
    own = _own(kind * 7 + 13 * shelf, seed + 3)
    tints = np.stack([rgb(tone) for tone in _GOODS])[(own * len(_GOODS)).astype(np.int64)]
    within = (u / step) % 1
    tall = 0.18 + 0.42 * _own(kind + 3 * shelf, seed + 9)
    shade = (0.55 + 0.6 * np.sin(np.pi * within)) * (0.92 + 0.16 * _own(item, seed))
    label = (np.abs(into - 0.70) < 0.10)[..., None] * 0.55
    body = tints * shade[..., None]
    body = body + (rgb("#f6efe0") * shade[..., None] - body) * label
    result = np.where((into > tall)[..., None], body, colour * 0.35)
    board = smoothstep(0.90, 0.93, into)[..., None]
    return np.asarray(result + (colour - result) * board, np.float32)


def _stained(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Coloured glass in leads: lozenges about a rose."""
    a, b = (u + 0.6 * v) / 0.22, (u - 0.6 * v) / 0.22
    own = _own(np.floor(a) * 19 + np.floor(b), seed)
    tints = np.stack([rgb(tone) for tone in _GLASS])[(own * len(_GLASS)).astype(np.int64)]
    lead = np.maximum(
        _seam(np.asarray(a, np.float32), 0.12, px / 0.2), _seam(np.asarray(b, np.float32), 0.12, px / 0.2)
    )
    return np.asarray(tints * (0.85 + 0.3 * own)[..., None] * (1 - 0.85 * lead)[..., None], np.float32)


def _board(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """A blackboard with lines of writing, a triangle and a wiped haze."""
    wide, tall = float(u.max()), float(v.max())
    base = _tinted(colour, 1 + 0.12 * _noise(u, v, 0.9, 0.5))
    row = v / (tall / 6.0)
    line = np.floor(row)
    reach = (0.14 + 0.34 * _own(line, seed)) * wide
    wave = np.abs((row % 1) - 0.55 - 0.10 * np.sin(u * 46 + line * 2) * (_noise(u, v * 0, 0.12, 1) > -0.8))
    script = (wave < 0.07) & (u > 0.07 * wide) & (u < 0.07 * wide + reach) & (line > 0) & (line < 5)
    x, y = (u - 0.78 * wide) / (0.30 * tall), (v - 0.55 * tall) / (0.30 * tall)
    edge = np.maximum(np.abs(x) * 1.7 - y - 0.9, y - 0.8)
    script = script | (np.abs(edge) < 0.07) | (np.abs(np.hypot(x, y - 0.25) - 0.50) < 0.035)
    return np.asarray(base + (rgb("#eef2e8") - base) * (0.75 * script)[..., None], np.float32)


def _screen(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """A display: panes, bars and a curve."""
    wide, tall = max(1e-3, float(u.max())), max(1e-3, float(v.max()))
    x, y = u / wide, v / tall
    base = _tinted(colour, 0.30 + 0.22 * (1 - y))
    bar = (x > 0.62) & (x < 0.94) & ((x * 22) % 1 > 0.35) & (1 - y < 0.12 + 0.6 * _own(np.floor(x * 22), seed))
    curve = np.abs(y - 0.52 - 0.20 * np.sin(x * 11 + seed % 7) * x) < 0.035
    text = (
        (x < 0.52) & (y > 0.12) & (y < 0.36) & ((y * 16) % 1 > 0.5) & (x < 0.15 + 0.35 * _own(np.floor(y * 16), seed))
    )
    on = bar | (curve & (x < 0.55) & (x > 0.05)) | text
    return np.asarray(base + (mix(colour, "#ffffff", 0.45) - base) * on[..., None], np.float32)


def _picture(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """A small landscape in a mount."""
    wide, tall = max(1e-3, float(u.max())), max(1e-3, float(v.max()))
    x, y = u / wide, v / tall
    sky = mix(mix(colour, "#f4e4c4", 0.65), mix(colour, "#5a86b0", 0.5), np.asarray(1 - y, np.float32))
    far = 0.56 + 0.10 * np.sin(x * 5 + seed % 6) + 0.05 * np.sin(x * 13 + seed % 5)
    near = 0.74 + 0.07 * np.sin(x * 4 + seed % 9 + 2)
    sky = np.where((y > far)[..., None], mix(colour, "#3a4a5a", 0.35), sky)
    sky = np.where((y > near)[..., None], mix(colour, "#22301f", 0.5), sky)
    sun = np.hypot((x - 0.3 - 0.4 * (seed % 2)) * wide / tall, y - 0.3) < 0.09
    sky = np.where(sun[..., None], rgb("#fff0c0"), sky)
    mount = np.minimum(np.minimum(u, wide - u), np.minimum(v, tall - v)) < 0.06 * tall
    return np.asarray(np.where(mount[..., None], rgb("#efe6d2"), sky), np.float32)


def _keys(u: F32, v: F32, px: F32, colour: F32, seed: int) -> F32:
    """Small lit buttons in rows."""
    x, y = u / 0.07, v / 0.07
    own = _own(np.floor(x) * 23 + np.floor(y), seed)
    inside = (np.abs(x % 1 - 0.5) < 0.32) & (np.abs(y % 1 - 0.5) < 0.32) & (own > 0.25)
    tints = np.stack([rgb(tone) for tone in ("#58d0e8", "#f0a040", "#e85848", "#78e088", "#d8e8f0")])
    lit = tints[(own * 97 % 5).astype(np.int64) % 5]
    base = np.broadcast_to(colour * 0.6, lit.shape)
    return np.asarray(np.where(inside[..., None], lit, base), np.float32)


_FINISHES: dict[str, Finisher] = {
    "plain": _plain, "plaster": _plaster, "paper": _paper, "wood": _wood, "planks": _planks, "tiles": _tiles,
    "white_tiles": _white_tiles, "slabs": _slabs, "checks": _checks, "stone": _stone, "brick": _brick,
    "panels": _panels, "carpet": _carpet, "rug": _rug, "cloth": _cloth, "folds": _folds, "books": _books,
    "goods": _goods, "stained": _stained, "board": _board, "screen": _screen, "picture": _picture, "keys": _keys,
}  # fmt: skip


def finish_of(name: str) -> Finisher:
    """The finish called *name* in `data/painter/interiors.json`."""
    return _FINISHES[name]


def finishes() -> frozenset[str]:
    """The names of all finishes."""
    return frozenset(_FINISHES)
