"""A glitch: for a moment the picture breaks like a badly received one.

Bands of rows jump sideways, blocks come from the other picture, colours come apart and
lines show; the pictures flicker until the new one holds. It changes in ticks, a part
of the transition each, and a tick's number seeds its dice. Start reading at `glitch`.
"""

from __future__ import annotations

import math

import numpy as np

from astragen.media.transitions.mixing import blend, ramp, speed
from astragen.model.planes import Planes

TICKS = 10  # over the transition: 25 a second in the usual 0.4 s
SEED = 20_260_903
CHANGE = (0.3, 0.7)  # when the pictures flicker: before it only the old one, after it only the new
BANDS = 14  # that may jump
BAND_LEAST, BAND_MOST = 0.01, 0.14  # heights, of the frame
JUMP = 0.09  # deviation of a band's jump, of the width
BLOCKS = 26
BLOCK = 48  # blocks to a frame's width: about those of a codec
APART = 0.02  # of the width: how far the colours come apart
GUESTS = 0.4  # share of bands and blocks that show the other picture, while there are two
LINES = 0.22  # how much darker every other pair of rows gets

_STEPS = (2, 1, 1)  # samples of Y, U and V to one of chroma


def glitch(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """Break up the old picture and put the new one together."""
    tick = int(moment * TICKS)
    held = (tick + 0.5) / TICKS
    dice, strength, share = np.random.default_rng([SEED, tick]), speed(held), ramp(held, *CHANGE)
    sides = (after, before) if dice.random() < share else (before, after)
    for plane, target in zip(sides[0], out, strict=True):
        np.copyto(target, plane)
    guests = (sides[0], sides[1] if 0.0 < share < 1.0 else sides[0])  # whose bands and blocks are shown
    _jump(dice, strength, guests, out)
    _misplace(dice, strength, guests, out)
    _part(dice, strength, out)
    _line(strength, out)


def _jump(dice: np.random.Generator, strength: float, guests: tuple[Planes, Planes], out: Planes) -> None:
    """Bands of rows move sideways and come in again on the other side."""
    rows, columns = out.u.shape
    for _ in range(BANDS):
        hit, guest, top, tall = dice.random(4)
        jump = round(dice.normal(0.0, JUMP) * strength * columns)
        if hit < strength:
            end = top + BAND_LEAST + (BAND_MOST - BAND_LEAST) * tall * tall  # thin ones more often
            for plane, target, step in zip(guests[int(guest < GUESTS)], out, _STEPS, strict=True):
                band = slice(int(top * rows) * step, math.ceil(end * rows) * step)
                target[band] = np.roll(plane[band], jump * step, axis=1)


def _misplace(dice: np.random.Generator, strength: float, guests: tuple[Planes, Planes], out: Planes) -> None:
    """Blocks show what belongs elsewhere."""
    rows, columns = out.u.shape
    side = max(1, columns // BLOCK)
    for _ in range(BLOCKS):
        hit, guest = dice.random(2)
        tall, wide = min(side, rows), min(side * int(dice.integers(1, 7)), columns)
        top, source_top = dice.integers(0, rows - tall + 1, 2)
        left, source_left = dice.integers(0, columns - wide + 1, 2)
        if hit < strength:
            for plane, target, step in zip(guests[int(guest < GUESTS)], out, _STEPS, strict=True):
                height, width = tall * step, wide * step
                block = plane[source_top * step :, source_left * step :][:height, :width]
                target[top * step :, left * step :][:height, :width] = block


def _part(dice: np.random.Generator, strength: float, out: Planes) -> None:
    """The colours come apart to either side."""
    apart = round(APART * out.u.shape[1] * strength * dice.uniform(0.4, 1.6))
    if apart:
        out.u[:] = np.roll(out.u, apart, axis=1)
        out.v[:] = np.roll(out.v, -apart, axis=1)


def _line(strength: float, out: Planes) -> None:
    """Every other pair of rows gets darker."""
    dark = np.where(np.arange(out.y.shape[0]) % 4 < 2, 0, round(255 * LINES * strength)).astype(np.uint8)
    blend(out.y, 16, dark[:, None], out.y)
