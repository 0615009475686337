"""Transitions through the lens: zoom and blur.

Both change the picture while it cannot be read: the camera flies through the old
picture into the new one, or loses its focus on one and finds it on the other. What is
soft is computed small and enlarged at the end. Start reading at `zoom`.
"""

from __future__ import annotations

import math
from typing import TypeVar

import cv2
import numpy as np

from astragen.media.transitions.mixing import F32, ramp, smootherstep, speed
from astragen.model.planes import U8, Planes

GAIN = 2.2  # how much larger a picture gets while the camera flies through it
SPREAD = 0.22  # of the zoom's blur, as a logarithm: at its widest a corner is smeared over a fifth of its way
DOUBLINGS = 5  # of the samples that make the blur: 32, fewer show as a comb
SHARP = 0.3  # of the transition, at either end: until then the picture is still seen through its blur
MIX = (0.36, 0.64)  # when one picture dissolves into the other: within the blur

Samples = TypeVar("Samples", U8, F32)

RADIUS = 0.028  # of the frame's width: bright points become discs of 54 px radius at 1080p
_SHRINK_FROM = ((14.0, 8), (6.0, 4), (2.0, 2))  # radius in samples from which this many samples become one


def zoom(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """The camera flies through the old picture into the new one; mirrored edges keep the frame full."""
    progress, share = smootherstep(moment), ramp(moment, *MIX)
    old, new = GAIN**progress, GAIN ** (progress - 1.0)
    seen = 1.0 - ramp(min(moment, 1.0 - moment), 0.0, SHARP)
    # Left-sited chroma: the frame's middle lies a quarter of a sample right of the plane's.
    for first, second, shift, target in zip(before, after, (0.0, 0.25, 0.25), out, strict=True):
        flown = [
            _flown(plane, scale, SPREAD * speed(moment), shift)
            for plane, scale, weight in ((first, old, 1.0 - share), (second, new, share))
            if weight > 0.0
        ]
        soft = _enlarged(flown[0] if len(flown) == 1 else _mixed(flown[0], flown[1], share), first)
        if seen > 0.0:
            near = _scaled(first, old, shift) if moment < 0.5 else _scaled(second, new, shift)
            soft = _mixed(near, soft, 1.0 - seen)
        np.copyto(target, soft)


def blur(moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """The old picture goes out of focus, the new one comes into it."""
    radius, share = RADIUS * before.y.shape[1] * speed(moment), ramp(moment, *MIX)
    luma, *chroma = (_mixed(first, second, share) for first, second in zip(before, after, strict=True))
    # Squares of luma are about light: bright points stay bright when they become discs, as in a lens.
    level = np.maximum(np.arange(256, dtype=np.float32) - 16, 0)
    light = np.asarray(cv2.LUT(_shrunk(luma, radius), level * level), np.float32)
    spread = np.rint(np.sqrt(_disc(light, radius)) + 16).astype(np.uint8)
    np.copyto(out.y, _enlarged(spread, luma))
    for plane, target in zip(chroma, out[1:], strict=True):
        spread = _disc(_shrunk(plane, radius / 2), radius / 2)
        np.copyto(target, _enlarged(spread, plane))


def _flown(plane: U8, scale: float, spread: float, shift: float) -> U8:
    """*plane* at *scale*, smeared along the flight, at half its size.

    Averaging with a larger copy doubles the samples each time: 2 to the *DOUBLINGS* for that many warps.
    """
    rows, columns = plane.shape
    small = np.asarray(cv2.resize(plane, (-(-columns // 2), -(-rows // 2)), interpolation=cv2.INTER_AREA), np.uint8)
    flown = _scaled(small, scale * math.exp(-spread / 2), shift / 2)
    step = spread / (2**DOUBLINGS - 1)
    for doubling in range(DOUBLINGS if spread > 0.0 else 0):
        larger = _scaled(flown, math.exp(step * 2**doubling), shift / 2)
        flown = _mixed(flown, larger, 0.5)
    return flown


def _mixed(a: U8, b: U8, share: float) -> U8:
    """(1 - *share*) of *a* and *share* of *b*."""
    return np.asarray(cv2.addWeighted(a, 1.0 - share, b, share, 0.0), np.uint8).reshape(a.shape)


def _scaled(plane: U8, scale: float, shift: float) -> U8:
    """*plane*, *scale* times as large about its middle, which is *shift* samples to the right; edges mirrored."""
    rows, columns = plane.shape
    x, y, back = (columns - 1) / 2 + shift, (rows - 1) / 2, 1.0 / scale
    matrix = np.array([[back, 0.0, x - x * back], [0.0, back, y - y * back]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(plane, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(warped, np.uint8).reshape(plane.shape)


def _factor(radius: float) -> int:
    return next((factor for least, factor in _SHRINK_FROM if radius >= least), 1)


def _shrunk(plane: U8, radius: float) -> U8:
    """*plane* as small as a disc of *radius* samples allows."""
    rows, columns = plane.shape
    factor = _factor(radius)
    if factor == 1:
        return plane
    size = (max(1, round(columns / factor)), max(1, round(rows / factor)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8).reshape(size[::-1])


def _disc(small: Samples, radius: float) -> Samples:
    """What `_shrunk` gave for *radius*, each sample spread over a disc; shrinking and enlarging blur too."""
    factor = _factor(radius)
    reach = radius if factor == 1 else math.sqrt(max((radius / factor) ** 2 - 1.0, 0.0))
    place = np.arange(-math.ceil(reach), math.ceil(reach) + 1, dtype=np.float32)
    weights = np.clip(reach + 0.5 - np.hypot(place[None], place[:, None]), 0.0, 1.0).astype(np.float32)
    spread = np.empty_like(small)
    cv2.filter2D(small, -1, weights / weights.sum(), dst=spread, borderType=cv2.BORDER_REFLECT)
    return spread


def _enlarged(small: U8, like: U8) -> U8:
    rows, columns = like.shape
    if small.shape == like.shape:
        return small
    large = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, np.uint8).reshape(like.shape)
