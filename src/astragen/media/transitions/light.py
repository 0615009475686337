"""Transitions made of light: a dissolve in linear light, a fade through white, a light leak.

Their curves are look-up tables. The leak is a band of warm light that sweeps over the
frame; the new picture begins under its brightest part, so the light covers the cut.
Start reading at `light_leak`.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.media.colour import planes_of
from astragen.media.transitions.mixing import F32, blend, looked_up, ramp, smoothstep, speed, table
from astragen.model.planes import U8, Planes

_LEVELS = np.clip((np.arange(256) - 16) / 219, 0, 1)  # luma as a share of white (BT.709 limited range)
_WHITE = 235
OVEREXPOSURE = 3.0  # added to the exponent of what is left to white: mid grey is nearly white before black lifts

LEAK_SEED = 20_260_902
LEAK_FROM, LEAK_TO = -0.5, 1.5  # of the light's middle, in frames' widths: outside at both ends
LEAK_CORE, LEAK_HALO = 0.20, 0.48  # how wide the light is
LEAK_EDGE = 0.16  # how wide the cut under it is
LEAK_TILT = 0.35  # how far the band leans, in widths over the height
LEAK_WANDER = 0.10  # how far its edges wander
LEAK_GRAIN = 12  # luma pixels a point of the light's map: nothing in it is finer
# The light's colour by its strength, sRGB: a red halo, orange, an almost white core, as film is fogged.
LEAK_STRENGTHS = (0.0, 0.35, 0.7, 1.0)
LEAK_COLOURS = ((255, 40, 10), (255, 95, 25), (255, 170, 80), (255, 236, 200))


def _linear_tables() -> tuple[NDArray[np.uint16], U8]:
    """Luma to linear light in 65535ths and back, by sRGB's curve (IEC 61966-2-1): each level comes back as it was."""
    steps = np.arange(65_536) / 65_535
    light = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)
    code = np.where(steps <= 0.0031308, steps * 12.92, 1.055 * steps ** (1 / 2.4) - 0.055)
    return np.rint(light * 65_535).astype(np.uint16), np.rint(16 + 219 * code).astype(np.uint8)


_TO_LIGHT, _FROM_LIGHT = _linear_tables()
# How much linear light a small step of luma is: chroma counts by it when light is mixed.
_SLOPE = np.where(_LEVELS <= 0.04045, 1 / 12.92, 2.4 / 1.055 * ((_LEVELS + 0.055) / 1.055) ** 1.4).astype(np.float32)


def dissolve_linear(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """Mix the light of both pictures, as two projectors would: highlights win over shadows.

    Luma is mixed in linear light exactly; chroma in first order, each side weighted by the light of a step of luma.
    """
    share = smoothstep(moment)
    light = cv2.addWeighted(np.take(_TO_LIGHT, before.y), 1.0 - share, np.take(_TO_LIGHT, after.y), share, 0.0)
    np.copyto(out.y, np.take(_FROM_LIGHT, np.asarray(light, np.uint16)))
    old, new, mixed = (_slope(planes.y, planes.u.shape) for planes in (before, after, out))
    old *= np.float32(1.0 - share) / mixed
    new *= np.float32(share) / mixed
    for first, second, target in zip(before[1:], after[1:], out[1:], strict=True):
        colour = (first.astype(np.float32) - 128) * old + (second.astype(np.float32) - 128) * new
        np.copyto(target, np.rint(np.clip(colour + 128, 16, 240)), casting="unsafe")


def _slope(luma: U8, shape: tuple[int, ...]) -> F32:
    small = np.asarray(cv2.resize(luma, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)
    return np.take(_SLOPE, small.reshape(shape))


def fade_white(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """The old picture burns out to white, the new one comes out of it."""
    picture, burnt = (before, smoothstep(2.0 * moment)) if moment < 0.5 else (after, smoothstep(2.0 - 2.0 * moment))
    bright = 1.0 - (1.0 - _LEVELS) ** (1.0 + OVEREXPOSURE * burnt)  # lights first, black last
    luma = table(16 + 219 * (bright + (1.0 - bright) * burnt * burnt))
    chroma = table(128 + (np.arange(256) - 128) * (1.0 - burnt))
    for plane, curve, target in zip(picture, (luma, chroma, chroma), out, strict=True):
        np.copyto(target, looked_up(plane, curve))


def light_leak(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """Warm light sweeps over the frame and leaves the new picture behind it."""
    height, width = before.y.shape
    strength, behind = _leak(moment, max(2, -(-height // LEAK_GRAIN)), max(2, -(-width // LEAK_GRAIN)))
    tones = [np.interp(strength, LEAK_STRENGTHS, levels) for levels in _leak_chroma()]
    screen, tint = strength**1.25, np.minimum(1.0, 1.5 * strength)  # red light colours more than it brightens
    colours: list[NDArray[np.floating]] = [np.full_like(strength, _WHITE), *tones]
    weights: list[NDArray[np.floating]] = [screen, tint, tint]
    for plane in range(len(out)):
        target = out[plane]
        blend(before[plane], after[plane], _map(255.0 * behind, target), target)
        blend(target, _map(colours[plane], target), _map(255.0 * weights[plane], target), target)


def _leak(moment: float, rows: int, columns: int) -> tuple[F32, F32]:
    """The light's strength, and how far the frame is behind it: two maps (rows, columns) in [0, 1]."""
    x, y = (np.arange(columns)[None] + 0.5) / columns, (np.arange(rows)[:, None] + 0.5) / rows
    wander = LEAK_WANDER * _clouds(rows, columns, moment)
    way = x + LEAK_TILT * (y - 0.5) + wander - (LEAK_FROM + (LEAK_TO - LEAK_FROM) * smoothstep(moment))
    core = np.exp(-((way / LEAK_CORE) ** 2))
    halo = 0.55 * np.exp(-((way / LEAK_HALO) ** 2)) * (1.0 + 2.0 * wander) + 0.12
    strength = 1.0 - (1.0 - core) * (1.0 - np.clip(halo, 0, 1) * speed(moment))
    strength *= ramp(min(moment, 1.0 - moment), 0.0, 0.15)
    behind = np.clip(0.5 - way / LEAK_EDGE, 0.0, 1.0)
    return strength.astype(np.float32), (behind * behind * (3.0 - 2.0 * behind)).astype(np.float32)


def _clouds(rows: int, columns: int, moment: float) -> F32:
    """Slow waves that drift, about -1 to 1: (rows, columns)."""
    random = np.random.default_rng(LEAK_SEED)
    x, y = np.linspace(0, 1, columns)[None], np.linspace(0, rows / columns, rows)[:, None]
    total = np.zeros((rows, columns))
    for cycles in (1.0, 1.7, 2.9, 4.6):
        angle, phase, drift = random.uniform(0, 2 * np.pi, 3)
        total += (
            np.sin(2 * np.pi * cycles * (x * np.cos(angle) + y * np.sin(angle)) + phase + 2.0 * np.sin(drift) * moment)
            / cycles
        )
    return np.asarray(total / 1.5, np.float32)


def _map(values: NDArray[np.floating], like: U8) -> U8:
    """*values* in [0, 255] on the samples of *like*."""
    rows, columns = like.shape
    large = cv2.resize(table(values), (columns, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8).reshape(like.shape)


@lru_cache(maxsize=1)
def _leak_chroma() -> tuple[list[int], list[int]]:
    """U and V of `LEAK_COLOURS`."""
    planes = [planes_of(np.full((2, 2, 3), colour, np.uint8)) for colour in LEAK_COLOURS]
    return [int(one.u[0, 0]) for one in planes], [int(one.v[0, 0]) for one in planes]
