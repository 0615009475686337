"""Transitions that travel: slide, push and whip.

Pictures stand in a row, a *strip*, and a window a picture long glides along it at
sub-pixel steps; chroma goes half as many samples as luma, which its left siting leaves
right. What moves fast is smeared along its way, as a shutter would. Start reading at
`push`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.media.colour import BLACK
from astragen.media.transitions.mixing import (
    F32,
    Sites,
    blend,
    chroma_sites,
    luma_sites,
    smootherstep,
    speed,
    table,
)
from astragen.model.planes import U8, Planes

SMEAR = 0.05  # of the frame, at full speed: what a half-open shutter leaves of a 0.6 s push at 30 frames a second
WHIP_SMEAR = 0.35
PARALLAX = 0.3  # how far the old picture gives way under a slide, beside the new one's travel
SHADOW_WIDTH, SHADOW_DEPTH = 0.08, 0.55  # under the sliding picture's edge, of the frame and of the light

_HIGHEST = (235, 240, 240)  # Y, U, V: what a sharp interpolation overshoots is cut here (BT.709 limited range)


class Toward(NamedTuple):
    """Where a transition goes: *axis* 0 is down the rows, 1 along the columns; *sign* 1 is down or right."""

    axis: int
    sign: int


LEFT, RIGHT, UP, DOWN = Toward(1, -1), Toward(1, 1), Toward(0, -1), Toward(0, 1)


def push(toward: Toward, moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """The new picture pushes the old one out of the frame."""
    progress, smear = smootherstep(moment), SMEAR * speed(moment)
    for first, second, highest, target in zip(before, after, _HIGHEST, out, strict=True):
        strip = (first, second) if toward.sign < 0 else (second, first)
        way = progress if toward.sign < 0 else 1.0 - progress
        length = first.shape[toward.axis]
        _hold(_window(strip, way * length, smear * length, toward.axis), highest, target)


def whip(toward: Toward, moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """The camera whips from one picture to the other, past the mirror images of both."""
    # The integral of the smear's own curve: travel and smear agree at every moment.
    progress = moment**4 * (35.0 - 84.0 * moment + 70.0 * moment**2 - 20.0 * moment**3)
    smear = WHIP_SMEAR * (4.0 * moment * (1.0 - moment)) ** 3
    for first, second, highest, target in zip(before, after, _HIGHEST, out, strict=True):
        strip = [first, np.flip(first, toward.axis), np.flip(second, toward.axis), second]
        way = progress if toward.sign < 0 else 1.0 - progress
        length = first.shape[toward.axis]
        ordered = strip if toward.sign < 0 else strip[::-1]
        _hold(_window(ordered, 3.0 * way * length, smear * length, toward.axis), highest, target)


def slide(toward: Toward, moment: float, before: Planes, after: Planes, out: Planes) -> None:
    """The new picture slides over the old one, which gives way a little and lies in its shadow."""
    axis, progress, smear = toward.axis, smootherstep(moment), SMEAR * speed(moment)
    pixels = before.y.shape[axis]
    sites = (luma_sites(before), chroma_sites(before), chroma_sites(before))
    for plane, (site, step) in enumerate(zip(sites, (1.0, 2.0, 2.0), strict=True)):
        first, second, highest, target = before[plane], after[plane], _HIGHEST[plane], out[plane]
        length = first.shape[axis]
        below = _window([first], -toward.sign * PARALLAX * progress * length, PARALLAX * smear * length, axis)
        above = _window([second], toward.sign * (1.0 - progress) * length, smear * length, axis)
        inside = _inside(toward, site, pixels, progress)
        depth = np.clip(1.0 + inside / (SHADOW_WIDTH * pixels), 0.0, 1.0) ** 2  # 1 under the new picture
        covered = np.clip(inside / max(step, smear * pixels) + 0.5, 0.0, 1.0)
        _hold(below, highest, target)
        _lay(BLACK[plane], SHADOW_DEPTH * min(1.0, progress / SHADOW_WIDTH) * depth * (covered < 1.0), axis, target)
        _hold(above, highest, above)
        _lay(above, covered, axis, target)


def _inside(toward: Toward, sites: Sites, pixels: int, progress: float) -> F32:
    """How far samples lie behind the new picture's leading edge, in luma pixels; before it the numbers are negative."""
    place = sites.y if toward.axis == 0 else sites.x
    return place - pixels * (1.0 - progress) if toward.sign < 0 else pixels * progress - place


def _lay(picture: U8 | int, weights: F32, axis: int, out: U8) -> None:
    """Blend *picture* over *out* with *weights*, which vary along *axis* only: from one end to the other they fall."""
    shares = table(255.0 * weights)
    flat, over = shares.ravel(), np.broadcast_to(np.asarray(picture, np.uint8), out.shape)
    mixed, whole = (_span(which, axis) for which in ((flat > 0) & (flat < 255), flat == 255))
    blend(out[mixed], over[mixed], shares[mixed], out[mixed])
    np.copyto(out[whole], over[whole])


def _span(which: NDArray[np.bool_], axis: int) -> tuple[slice, ...]:
    """The stretch along *axis* from the first to the last that *which* names, as an index of a plane."""
    found = np.flatnonzero(which)
    stretch = slice(int(found[0]), int(found[-1]) + 1) if found.size else slice(0, 0)
    return (stretch,) if axis == 0 else (slice(None), stretch)


def _hold(plane: U8, highest: int, out: U8) -> None:
    np.clip(plane, 16, highest, out=out)


def _window(strip: Sequence[U8], offset: float, smear: float, axis: int) -> U8:
    """A picture's length of *strip* from *offset* samples on, smeared over *smear* samples: a new plane.

    *strip*: pictures of one shape, one after the other along *axis*; its ends are replicated.
    """
    whole = math.floor(offset)
    length, margin = strip[0].shape[axis], math.ceil(smear / 2) + 2
    stretch = _smeared(_stretch(strip, whole - margin, length + 2 * margin, axis), smear, axis)
    moved = _moved(stretch, offset - whole, axis)
    rows = [slice(None), slice(None)]
    rows[axis] = slice(margin, margin + length)
    return np.ascontiguousarray(moved[tuple(rows)])


def _stretch(strip: Sequence[U8], start: int, count: int, axis: int) -> U8:
    """Samples *start* to *start* + *count* of *strip* along *axis*, some of them within it: a contiguous copy."""
    length, end = strip[0].shape[axis], start + count
    pieces = []
    for number, picture in enumerate(strip):
        low, high = max(start - number * length, 0), min(end - number * length, length)
        if low < high:
            pieces.append(picture[low:high] if axis == 0 else picture[:, low:high])
    lead, trail = max(-start, 0), max(end - length * len(strip), 0)
    top, bottom, left, right = (lead, trail, 0, 0) if axis == 0 else (0, 0, lead, trail)
    whole = np.concatenate(pieces, axis)
    return np.asarray(cv2.copyMakeBorder(whole, top, bottom, left, right, cv2.BORDER_REPLICATE), np.uint8)


def _smeared(plane: U8, length: float, axis: int) -> U8:
    """*plane* averaged over *length* samples along *axis*; lengths between odd ones are mixed, so none jumps."""
    if length <= 1.0:
        return plane
    odd = 2 * int((length - 1) // 2) + 1
    more = (length - odd) / 2
    narrow, wide = (
        cv2.blur(plane, (1, n) if axis == 0 else (n, 1), borderType=cv2.BORDER_REPLICATE) for n in (odd, odd + 2)
    )
    return np.asarray(cv2.addWeighted(narrow, 1.0 - more, wide, more, 0.0), np.uint8).reshape(plane.shape)


def _moved(plane: U8, part: float, axis: int) -> U8:
    """*plane* read *part* of a sample (0 to 1) further along *axis*: Catmull-Rom, sharp at any part."""
    if part == 0.0:
        return plane
    t, t2, t3 = part, part * part, part**3
    taps = np.array([[-t3 + 2 * t2 - t, 3 * t3 - 5 * t2 + 2, -3 * t3 + 4 * t2 + t, t3 - t2]], np.float32) / 2
    kernel = taps.T.copy() if axis == 0 else taps
    anchor = (0, 1) if axis == 0 else (1, 0)
    return np.asarray(cv2.filter2D(plane, -1, kernel, anchor=anchor, borderType=cv2.BORDER_REPLICATE), np.uint8)
