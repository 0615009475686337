"""A figure's cycle as sprites: every pose painted once, with the shadow it throws.

Sprites are anchored at the feet: a sprite's x, y is where its top left lies from there.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from astragen.builtin.painter.colour import F32, U8
from astragen.builtin.painter.figures.figure import Figure
from astragen.builtin.painter.figures.ink import Box, Lamp, Plot, bounds, render, united
from astragen.builtin.painter.sprite import Sprite, sprite

_MEMORY = 52e6  # bytes of poses a figure may hold
_GAIT_POSES = 20  # below this a walk judders: a large walker is painted smaller rather than in fewer poses
_SMALLEST = 0.6
_MARGIN_PX = 6
_SHADOW_REDUCTION = 4  # shadows are soft: kept at a quarter of the size
_GRASS_PX = 5.0  # at 1080p: how much ground hides the feet


class Shade(NamedTuple):
    """A shadow on the ground: (h, w) coverage at reduced size, and where its top left lies from the feet, in px."""

    mask: U8
    x: float
    y: float


class Cycle(NamedTuple):
    """Painted poses in order, and their shadows (empty for what throws none).

    stretch: canvas px of a sprite's px; above 1 for what was painted smaller than it is shown.
    """

    sprites: tuple[Sprite, ...]
    shades: tuple[Shade, ...]
    stretch: float = 1.0


class Cast(NamedTuple):
    """How a shadow falls: canvas px right and down for each px of height; blur in px; its strength, 0 to 1.

    is_water: it is a reflection, and what lies below the waterline is hidden.
    """

    right: float
    down: float
    blur: float
    strength: float
    is_water: bool = False


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
    sprites, shades = [], []
    for index in range(count):
        picture = render(drawings[round(index * wanted / count)], plot, lamp)
        if cast is not None:
            soft = cast._replace(blur=cast.blur * shrink)
            (_wet if cast.is_water else _hide_feet)(picture, plot, scale * shrink)
            shades.append(_shade(picture[..., 3], plot, soft, lift=0.7 * _GRASS_PX * scale * shrink))
        sprites.append(sprite(picture, box.left * plot.metre, -box.top * plot.metre, seed=index + 1))
    return Cycle(tuple(sprites), tuple(shades), 1 / shrink)


def _framed(box: Box, window: Box, margin: float) -> Box:
    """*box* with a margin, cut to *window*; at least nothing."""
    left, bottom = max(box.left - margin, window.left), max(box.bottom - margin, window.bottom)
    return Box(
        left, bottom, max(left, min(box.right + margin, window.right)), max(bottom, min(box.top + margin, window.top))
    )


def _afford(boxes: list[Box], metre: float, *, is_gait: bool) -> tuple[int, float]:
    """How many of the poses fit in memory, and at which share of their size."""
    areas = [(box.right - box.left) * (box.top - box.bottom) for box in boxes]
    one = 4 * metre * metre * sum(areas) / len(areas)
    count = min(len(boxes), max(4, int(_MEMORY / max(one, 1.0))))
    if not is_gait or count >= min(_GAIT_POSES, len(boxes)):
        return count, 1.0
    wanted = min(_GAIT_POSES, len(boxes))
    shrink = max(_SMALLEST, (count / wanted) ** 0.5)
    return min(wanted, max(4, int(_MEMORY / (one * shrink * shrink)))), shrink


def _hide_feet(picture: F32, plot: Plot, scale: float) -> None:
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


def _shade(cover: F32, plot: Plot, cast: Cast, *, lift: float) -> Shade:
    """The silhouette laid on the ground away from the light, with a darker patch where it touches.

    lift: px that the hidden feet begin above the ground.
    """
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
    return Shade(np.clip(mask * 255, 0, 255).astype(np.uint8), left, top - lift)


def _rippled(thrown: F32, cast: Cast) -> U8:
    """A reflection broken into bands, weaker the farther down."""
    rows = np.linspace(0, 1, thrown.shape[0], dtype=np.float32)[:, None]
    bands = 0.62 + 0.38 * np.sin(38 * rows**0.7)
    mask = thrown * (1 - 0.8 * rows) * bands * cast.strength
    return np.asarray(np.clip(mask * 255, 0, 255), np.uint8)
