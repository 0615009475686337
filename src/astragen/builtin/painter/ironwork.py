"""What ways and bridges are made of besides stone: painted steel, railings, lamps, glass halls, signs.

Each registers as a surface (see `surfaces`). Sizes are metres.
"""

from __future__ import annotations

import numpy as np

from astragen.builtin.painter.colour import F32, mix, rgb
from astragen.builtin.painter.noise import smoothstep
from astragen.builtin.painter.surfaces import Brush, Sheet, surface_named


@surface_named("painted")
def _painted(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Steel plates with seams and rivets under old paint, streaked by rust."""
    seam = np.exp(-((np.minimum((sheet.y / 2.4) % 1, 1 - (sheet.y / 2.4) % 1) * 2.4 / 0.07) ** 2)) * sheet.fine(0.3)
    panel = np.exp(-((np.minimum(sheet.x, sheet.wide - sheet.x) / 0.22) ** 2)) * 0.12
    rust = smoothstep(1.2, 2.4, sheet.noise(1.2, brush.random, squash=0.2))[..., None] * 0.4
    tone = 1 - 0.25 * seam + panel + 0.04 * sheet.noise(1.5, brush.random)
    sheet.rgb[:] = base * np.asarray(np.broadcast_to(tone, sheet.shape), np.float32)[..., None]
    sheet.rgb += (mix(base, "#5a3020", 0.6) - sheet.rgb) * rust


@surface_named("railing")
def _railing(sheet: Sheet, base: F32, brush: Brush) -> None:
    """Upright bars between two rails, with a stout post at each end."""
    sheet.rgb[:] = base
    bars = np.abs((sheet.x / 0.3) % 1 - 0.5) < 0.13
    mean = 0.26 * (1 - sheet.fine(0.3))
    rails = (sheet.y < 0.12) | (np.abs(sheet.y - 0.9 * sheet.tall) < 0.06)
    posts = np.minimum(sheet.x, sheet.wide - sheet.x) < 0.12
    alpha = np.maximum(np.where(bars, 1.0, mean), np.maximum(rails, posts))
    sheet.alpha[:] = np.broadcast_to(alpha, sheet.shape)


@surface_named("guard")
def _guard(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A crash barrier: a ribbed steel band on posts."""
    at = sheet.y / sheet.tall
    band = (at > 0.06) & (at < 0.52)
    rib = 0.5 + 0.5 * np.cos((at - 0.29) / 0.23 * 2 * np.pi)
    posts = np.abs((sheet.x / 3.0) % 1 - 0.5) < 0.03
    sheet.rgb[:] = (base * (0.80 + 0.34 * rib)[..., None]) * (1 + 0.05 * sheet.noise(0.9, brush.random))[..., None]
    sheet.alpha[:] = np.broadcast_to(np.maximum(band, posts & (at >= 0.5)), sheet.shape)


@surface_named("truss")
def _truss(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A stiffening girder: chords and diagonals, dark between."""
    u, v = (sheet.x / max(sheet.tall, 1.0)) % 2, sheet.y / sheet.tall
    chord = np.minimum(v, 1 - v) < 0.11
    slant = np.abs(np.abs(u - 1) - v) < 0.10
    solid = np.broadcast_to(chord | slant, sheet.shape)
    sheet.rgb[:] = np.where(solid[..., None], base, base * 0.42)


@surface_named("tarmac")
def _tarmac(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A roadway seen from beside, with its middle line."""
    line = smoothstep(0.16, 0.10, np.abs(sheet.x - sheet.wide / 2))
    tone = 1 + 0.05 * sheet.noise(1.4, brush.random)
    sheet.rgb[:] = base * tone[..., None]
    sheet.rgb += (rgb("#d8d4c8") - sheet.rgb) * np.broadcast_to(0.7 * line, sheet.shape)[..., None]


@surface_named("lit")
def _lit(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A lamp's glass: milky by day, bright after dusk."""
    dark = min(1.0, 1.4 * brush.light.dark)
    sheet.rgb[:] = mix(base, "#fff0cc", 0.4 + 0.6 * dark)
    sheet.light_up()[:] = 0.2 + 0.8 * dark


@surface_named("panes")
def _panes(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A glass wall in a steel grid: the sky by day, lit halls by night."""
    bar_x = np.abs((sheet.x / 1.5) % 1 - 0.5) > 0.46
    bar_y = np.abs((sheet.y / 2.2) % 1 - 0.5) > 0.47
    light = brush.light
    v = sheet.y / sheet.tall
    sky = light.middle + (light.horizon - light.middle) * v[..., None]
    gleam = 0.85 + 0.25 * sheet.noise(3.0, brush.random, squash=0.5)
    mirror = sky * 0.62 * gleam[..., None]
    inside = rgb("#ffd9a0") * (0.60 + 0.35 * v + 0.06 * sheet.noise(1.2, brush.random))[..., None]
    share = min(1.0, 1.3 * max(light.dark, 0.5 if brush.lit > 0.2 else 0.0))
    sheet.rgb[:] = mirror + (inside - mirror) * share
    sheet.light_up()[:] = 0.45 + 0.5 * share
    solid = np.broadcast_to(bar_x | bar_y, sheet.shape)
    sheet.rgb[solid] = base
    sheet.light_up()[solid] = 0


@surface_named("board")
def _board(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A sign: a pale frame, a field, bars where its words are."""
    edge = np.minimum(np.minimum(sheet.x, sheet.wide - sheet.x), np.minimum(sheet.y, sheet.tall - sheet.y))
    sheet.rgb[:] = np.where((edge < 0.06 * sheet.tall + 0.03)[..., None], rgb("#f2efe6"), base)
    for row in (0.36, 0.62):
        words = (np.abs(sheet.y / sheet.tall - row) < 0.075) & (sheet.x > 0.14 * sheet.wide)
        ends = sheet.x < (0.82 - 0.3 * float(brush.random.random())) * sheet.wide
        gaps = np.sin(sheet.x * 9 + 7 * row) > -0.8
        sheet.rgb[np.broadcast_to(words & ends & gaps, sheet.shape)] = rgb("#f2efe6")
    if brush.light.dark > 0.4:
        sheet.light_up()[:] = 0.35 * brush.light.dark


@surface_named("arrow")
def _arrow(sheet: Sheet, base: F32, brush: Brush) -> None:
    """A bend marker: chevrons."""
    at = (sheet.x / sheet.wide * 2 + np.abs(sheet.y / sheet.tall - 0.5) * 1.2) % 1
    sheet.rgb[:] = np.where((at < 0.5)[..., None], rgb("#f2efe6"), base)
