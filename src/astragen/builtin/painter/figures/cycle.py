"""A figure's cycle as sprites: every pose painted once, with the shadow it throws.

Sprites are anchored at the feet: a sprite's x, y is where its top left lies from there.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.figures.figure import Figure, Play
from astragen.builtin.painter.figures.ink import Box, Lamp, Plot, bounds, render, united
from astragen.builtin.painter.sprite import Sprite, cover_of, sprite

_MEMORY = 52e6  # bytes of poses a figure may hold
_GAIT_POSES = 16  # below this a walk judders: a large walker is painted smaller rather than in fewer poses
_SMALLEST = 0.62
_POSE_PX = 0.22e6  # px of a pose that is painted at its full size: larger ones are painted smaller
_MARGIN_PX = 6
_SHADOW_REDUCTION = 4  # shadows are soft: kept at a quarter of the size
MIRROR_REDUCTION = 2  # a reflection is soft, too
_MIRRORED = 0.62  # of a reflection just below the waterline
_MIRROR_SIDE = 10  # px kept free beside it, for the ripples
_AIRBORNE = 0.42  # strength of the shade under who is off the ground
_SAME = 6  # of 255: poses that differ by less are dithered apart
_GRASS_PX = 5.0  # at 1080p: how much ground hides the feet


class Shade(NamedTuple):
    """A shadow on the ground: (h, w) coverage at reduced size, and where its top left lies from the feet, in px."""

    mask: U8
    x: float
    y: float


class Cycle(NamedTuple):
    """Painted poses in order, and their shadows (empty for what throws none).

    mirrors: what water shows of each pose, at half its size, top left from the feet; empty on land.
    steps: for cycles that blend, each pose's next one, shown only where it differs.
    stretch: canvas px of a sprite's px; above 1 for what was painted smaller than it is shown.
    """

    sprites: tuple[Sprite, ...]
    shades: tuple[Shade, ...]
    stretch: float = 1.0
    mirrors: tuple[Sprite, ...] = ()
    steps: tuple[Sprite, ...] = ()


class Cast(NamedTuple):
    """How a shadow falls: canvas px right and down for each px of height; blur in px; its strength, 0 to 1.

    is_water: it is a reflection, squash of its height; and what lies below the waterline is hidden.
    """

    right: float
    down: float
    blur: float
    strength: float
    is_water: bool = False
    squash: float = 0.62


def paint_cycle(
    figure: Figure,
    metre: float,
    face: int,
    lamp: Lamp,
    *,
    window: Box,
    reach: float = 1.0,
    cast: Cast | None = None,
    scale: float = 1.0,
    poses: int | None = None,
) -> Cycle:
    """Paint the poses of *figure* at *metre* px a metre.

    window: the part of the figure's plane that the canvas can show, metres from its feet.
    cast: None throws no shadow and hides no feet. scale: stage px of a px at 1080p.
    """
    wanted = poses or figure.poses
    last = 0.5 / max(1, wanted - 1) if figure.play == "sway" else 1 / wanted
    drawings = [figure.draw(i * last, reach) for i in range(wanted)]
    boxes = [_framed(bounds(parts, face), window, _MARGIN_PX / metre) for parts in drawings]
    box = united(boxes)
    if box.right - box.left <= 2 / metre or box.top - box.bottom <= 2 / metre:
        return Cycle((), ())
    count, shrink = _afford(boxes, metre, is_gait=figure.stride > 0 and figure.play == "loop")
    plot = Plot(box, metre * shrink, face)
    lamp = lamp._replace(rim_px=lamp.rim_px * shrink)
    sprites, shades, mirrors = [], [], []
    for index in range(count):
        picture = render(drawings[round(index * wanted / count)], plot, lamp)
        if cast is not None:
            soft = cast._replace(blur=cast.blur * shrink)
            (_wet if cast.is_water else hide_feet)(picture, plot, scale * shrink)
            shades.append(shade_of(picture[..., 3], plot, soft, scale * shrink))
            if cast.is_water:
                mirrors.append(_mirror(picture, plot, cast, seed=index + 1))
        sprites.append(sprite(picture, box.left * plot.metre, -box.top * plot.metre, seed=index + 1))
    return Cycle(tuple(sprites), tuple(shades), 1 / shrink, tuple(mirrors), _steps(sprites, figure.play))


def _steps(sprites: list[Sprite], play: Play) -> tuple[Sprite, ...]:
    """What is laid over each pose to blend it into the next: only the blocks that change."""
    if play == "loop" or len(sprites) < 2:
        return ()
    after = [*sprites[1:], sprites[-1] if play == "sway" else sprites[0]]
    return tuple(to._replace(opaque=False, cover=_changed(pose, to)) for pose, to in zip(sprites, after, strict=True))


def _changed(pose: Sprite, to: Sprite) -> U8:
    """The `cover` of *to* where it is not as *pose*."""
    height, width = to.pixels.shape[:2]
    under = np.zeros_like(to.pixels)
    dx, dy = round(pose.x - to.x), round(pose.y - to.y)
    top, bottom = max(0, dy), min(height, dy + pose.pixels.shape[0])
    left, right = max(0, dx), min(width, dx + pose.pixels.shape[1])
    if bottom > top and right > left:
        under[top:bottom, left:right] = pose.pixels[top - dy : bottom - dy, left - dx : right - dx]
    change = cv2.absdiff(to.pixels, under).max(-1) > _SAME
    marked = np.zeros((height, width, 4), np.uint8)
    marked[..., 3] = cv2.dilate(change.astype(np.uint8), np.ones((3, 3), np.uint8))
    return cover_of(marked)


def _framed(box: Box, window: Box, margin: float) -> Box:
    """*box* with a margin, cut to *window*; at least nothing."""
    left, bottom = max(box.left - margin, window.left), max(box.bottom - margin, window.bottom)
    return Box(
        left, bottom, max(left, min(box.right + margin, window.right)), max(bottom, min(box.top + margin, window.top))
    )


def _afford(boxes: list[Box], metre: float, *, is_gait: bool) -> tuple[int, float]:
    """How many of the poses fit in memory and time, and at which share of their size they are painted."""
    area = metre * metre * sum((box.right - box.left) * (box.top - box.bottom) for box in boxes) / len(boxes)
    shrink = 1.0 if len(boxes) == 1 else float(np.clip((_POSE_PX / max(area, 1.0)) ** 0.5, _SMALLEST, 1.0))
    fitting = max(4, int(_MEMORY / max(4 * area * shrink * shrink, 1.0)))
    wanted = min(_GAIT_POSES, len(boxes)) if is_gait else 1
    if fitting < wanted:
        shrink *= max(_SMALLEST, (fitting / wanted) ** 0.5)
        fitting = max(4, int(_MEMORY / max(4 * area * shrink * shrink, 1.0)))
    return min(len(boxes), fitting), shrink


def hide_feet(picture: F32, plot: Plot, scale: float) -> None:
    """Let uneven ground cover the lowest px of *picture*, so that nothing stands on its edge."""
    ground = plot.box.top * plot.metre
    rows = np.arange(picture.shape[0], dtype=np.float32)[:, None]
    columns = np.arange(picture.shape[1], dtype=np.float32) / max(scale, 0.2)
    blades = 0.5 + 0.25 * np.sin(columns * 0.9) + 0.25 * np.sin(columns * 2.3 + 1.0)
    hidden = np.clip((rows - (ground - _GRASS_PX * scale * blades)) / max(1.0, 1.5 * scale), 0, 1)
    picture *= (1 - hidden)[..., None]


def _wet(picture: F32, plot: Plot, scale: float) -> None:
    """Let waves wash over what lies below the waterline of *picture*."""
    line = plot.box.top * plot.metre
    rows = np.arange(picture.shape[0], dtype=np.float32)[:, None]
    columns = np.arange(picture.shape[1], dtype=np.float32) / max(scale, 0.2)
    waves = 2.2 * np.sin(columns * 0.06) + 1.4 * np.sin(columns * 0.13 + 2) + 0.8 * np.sin(columns * 0.31)
    hidden = np.clip((rows - line + waves * scale) / max(1.0, 3.0 * scale), 0, 1)
    # Wet just above the line: darker.
    damp = 1 - 0.35 * np.clip(1 - np.abs(rows - line + 5 * scale) / (7 * scale), 0, 1)
    picture[..., :3] *= damp[..., None]
    picture *= (1 - hidden)[..., None]


def _mirror(picture: F32, plot: Plot, cast: Cast, *, seed: int) -> Sprite:
    """What stands above the waterline, upside down, squat, fading downward, at half its size."""
    line = int(np.clip(round(plot.box.top * plot.metre), 2, picture.shape[0]))
    above = picture[:line][::-1]
    size = (max(2, above.shape[1] // MIRROR_REDUCTION), max(2, int(cast.squash * line / MIRROR_REDUCTION)))
    small = np.asarray(cv2.resize(np.ascontiguousarray(above), size, interpolation=cv2.INTER_AREA), np.float32)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8, sigmaY=1.6), np.float32)
    fade = _MIRRORED * (1 - 0.9 * np.linspace(0, 1, size[1], dtype=np.float32) ** 0.8)
    small *= fade[:, None, None]
    small[..., :3] *= np.float32(0.82)
    side = _MIRROR_SIDE
    padded = np.asarray(cv2.copyMakeBorder(small, 0, 2, side, side, cv2.BORDER_CONSTANT, value=0), np.float32)
    return sprite(padded, plot.box.left * plot.metre - MIRROR_REDUCTION * side, 0.0, seed=seed)


def shade_of(cover: F32, plot: Plot, cast: Cast, scale: float) -> Shade:
    """The silhouette laid on the ground away from the light, with a darker patch where it touches.

    scale: stage px of a px at 1080p.
    """
    lift = 0.7 * _GRASS_PX * scale  # the hidden feet begin above the ground
    small = 1 / _SHADOW_REDUCTION
    feet_x, feet_y = -plot.box.left * plot.metre, plot.box.top * plot.metre
    tall = max(feet_y, 1.0)
    reach_x, reach_y = cast.right * tall, cast.down * tall
    pad = 3 * cast.blur + 4
    left = min(0.0, reach_x) - feet_x - pad
    right = max(0.0, reach_x) + cover.shape[1] - feet_x + pad
    top, bottom = -pad - 0.06 * tall, reach_y + pad
    width, height = max(2, int((right - left) * small)), max(2, int((bottom - top) * small))
    # height above the feet is feet_y - row; it goes right and down by cast.
    lay = np.array(
        [[1, -cast.right, cast.right * feet_y - feet_x - left], [0, -cast.down, cast.down * feet_y - top]], np.float32
    )
    # Shrunk first: a warp of the whole picture to a quarter of its size would skip pixels.
    reduced = cv2.resize(cover, None, fx=small, fy=small, interpolation=cv2.INTER_AREA)
    lay[:, 2] *= small
    laid = cv2.warpAffine(reduced, lay, (width, height), flags=cv2.INTER_LINEAR)
    thrown = np.asarray(cv2.GaussianBlur(laid, (0, 0), max(0.6, cast.blur * small)), np.float32)
    if cast.is_water:
        return Shade(_rippled(thrown, cast), left, top - 2 * lift)
    fade = 1 - 0.65 * np.linspace(0, 1, height, dtype=np.float32)[:, None]
    touch = np.array([[1, 0, -feet_x - left], [0, 0.3, -0.3 * feet_y + 0.012 * tall - top]], np.float32)
    touch[:, 2] *= small
    low = reduced.copy()
    low[: int(max(0.0, feet_y - 0.07 * tall) * small)] = 0
    contact = cv2.GaussianBlur(cv2.warpAffine(low, touch, (width, height)), (0, 0), max(0.8, 0.018 * tall * small))
    mask = np.maximum(thrown * fade * cast.strength, np.minimum(contact * 1.3, 1) * 0.6)
    at = (round((-feet_x - left) * small), (0.02 * tall - top) * small)
    mask = np.maximum(mask, _pressed(np.asarray(reduced, np.float32), at, (height, width), 0.016 * tall * small))
    return Shade(np.clip(mask * 255, 0, 255).astype(np.uint8), left, top - lift)


def _pressed(cover: F32, at: tuple[int, float], size: tuple[int, int], deep: float) -> F32:
    """What darkens the ground under somebody even in the air: all of *cover* pressed flat -> *size*.

    at: column of its left edge and row of the ground; deep: rows that it fades over.
    """
    profile = np.minimum(1, 3 * cover.mean(0))
    columns = np.zeros(size[1], np.float32)
    end = min(size[1], at[0] + len(profile))
    columns[at[0] : end] = profile[: end - at[0]]
    soft = np.asarray(cv2.GaussianBlur(columns[None], (0, 0), max(1.0, 2 * deep)), np.float32)
    rows = np.exp(-0.5 * ((np.arange(size[0], dtype=np.float32) - at[1]) / max(deep, 0.7)) ** 2)
    return np.asarray(_AIRBORNE * rows[:, None] * soft, np.float32)


def _rippled(thrown: F32, cast: Cast) -> U8:
    """A reflection broken into bands, weaker the farther down."""
    rows = np.linspace(0, 1, thrown.shape[0], dtype=np.float32)[:, None]
    bands = 0.62 + 0.38 * np.sin(38 * rows**0.7)
    mask = thrown * (1 - 0.8 * rows) * bands * cast.strength
    return np.asarray(np.clip(mask * 255, 0, 255), np.uint8)
