"""Letters and what is dark behind them, as planes to lay over a frame.

Everything is premultiplied, so that a frame costs one multiplication and one addition
inside the caption's box. Start reading at `Ink` and `CaptionOverlay`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.lettering import Lettering
from astragen.errors import RenderError
from astragen.media.colour import planes_of
from astragen.model.planes import U8, Planes

# All in em:
CORNER: Final = 0.3
SHADOW_BLUR, SHADOW_DROP = 0.11, 0.04
OUTLINE: Final = 0.07
REACH: Final = 3 * SHADOW_BLUR  # beyond the letters, of shadow and outline

SHADOW: Final = 0.85  # opacity where it is densest
SHADOW_GAIN: Final = 1.8  # makes up for what the blur thins

BLACK_Y, GREY_C = 16.0, 128.0  # limited range (ITU-R BT.709-6, item 4.6)

F32 = NDArray[np.float32]


class Colour(NamedTuple):
    """A colour of letters: BT.709, limited range."""

    y: float
    u: float
    v: float


def colour_of(red: int, green: int, blue: int) -> Colour:
    """The planes' values of an sRGB colour."""
    planes = planes_of(np.full((2, 2, 3), (red, green, blue), np.uint8))
    return Colour(*(float(plane[0, 0]) for plane in planes))


WHITE: Final = Colour(235.0, GREY_C, GREY_C)
ACCENT: Final = colour_of(255, 209, 61)  # a warm yellow


@dataclass(frozen=True, eq=False)
class CaptionOverlay:
    """Drawn letters for frames of one size; their box has even sides at an even place.

    luma, u, v: what is added, premultiplied, (h, w) and twice (h / 2, w / 2) uint8.
    luma_left, chroma_left: what is left of the frame, 255 for all of it, of the same shapes.
    """

    frame: tuple[int, int]  # width, height
    x: int
    y: int
    luma: U8
    luma_left: U8
    u: U8
    v: U8
    chroma_left: U8

    def blend(self, planes: Planes) -> None:
        """Burn the letters into *planes*, in place.

        Raises:
            RenderError: the frame is of another size than the caption was drawn for.
        """
        if planes.y.shape != self.frame[::-1]:
            height, width = planes.y.shape
            raise RenderError(
                f"A caption drawn for {self.frame[0]}x{self.frame[1]} cannot go on a frame of {width}x{height}."
            )
        if not self.luma.size:
            return
        _burn(planes.y, self.x, self.y, self.luma, self.luma_left)
        _burn(planes.u, self.x // 2, self.y // 2, self.u, self.chroma_left)
        _burn(planes.v, self.x // 2, self.y // 2, self.v, self.chroma_left)


def _burn(plane: U8, x: int, y: int, added: U8, left: U8) -> None:
    height, width = added.shape
    box = plane[y : y + height, x : x + width]
    box[:] = cv2.add(cv2.multiply(box, left, scale=1 / 255), added)


def nothing(frame: tuple[int, int]) -> CaptionOverlay:
    """An overlay that changes nothing."""
    empty = np.zeros((0, 0), np.uint8)
    return CaptionOverlay(frame, 0, 0, empty, empty, empty, empty, empty)


class Box(NamedTuple):
    """A rectangle of the frame with even sides at an even place, px."""

    x: int
    y: int
    width: int
    height: int


def even_box(left: float, top: float, right: float, bottom: float, frame: tuple[int, int]) -> Box:
    """The smallest such box around the edges, inside a *frame* of (width, height)."""
    (x, end), (y, floor) = _even(left, right, frame[0]), _even(top, bottom, frame[1])
    return Box(x, y, end - x, floor - y)


def _even(low: float, high: float, limit: int) -> tuple[int, int]:
    """Low and high moved outwards to even numbers, from 0 to *limit*."""
    start = min(limit, max(0, 2 * math.floor(low / 2)))
    return start, max(start, min(limit, 2 * math.ceil(high / 2)))


class Ink(NamedTuple):
    """Letters in a box: *text* and *dark* (what is black behind them), (box.height, box.width) float32 in [0, 1]."""

    box: Box
    text: F32
    dark: F32

    def overlay(self, colour: Colour, frame: tuple[int, int]) -> CaptionOverlay:
        """The letters in *colour*, for frames of *frame* (width, height)."""
        if not self.text.size:
            return nothing(frame)
        alpha = 1 - (1 - self.text) * (1 - self.dark)
        chroma_text, chroma_alpha = halved(self.text), halved(alpha)
        dark = chroma_alpha - chroma_text
        return CaptionOverlay(
            frame=frame,
            x=self.box.x,
            y=self.box.y,
            luma=to_bytes(colour.y * self.text + BLACK_Y * (alpha - self.text)),
            luma_left=to_bytes(255 * (1 - alpha)),
            u=to_bytes(colour.u * chroma_text + GREY_C * dark),
            v=to_bytes(colour.v * chroma_text + GREY_C * dark),
            chroma_left=to_bytes(255 * (1 - chroma_alpha)),
        )


def paste(canvas: F32, row: Lettering, x: int, y: int) -> None:
    """Put a row's coverage on *canvas* with its pen at (x, y), cut at the edges."""
    x, y = x + row.left, y - row.top
    height, width = row.coverage.shape
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(width, canvas.shape[1] - x), min(height, canvas.shape[0] - y)
    if right > left and bottom > top:
        part = canvas[y + top : y + bottom, x + left : x + right]
        np.maximum(part, row.coverage[top:bottom, left:right], out=part)


def shadow(text: F32, size: float) -> F32:
    """Opacity of a soft shadow of *text*, letters of *size* px to an em."""
    blurred = cv2.GaussianBlur(text, (0, 0), SHADOW_BLUR * size)
    dropped = cv2.warpAffine(blurred, np.array([[1, 0, 0], [0, 1, SHADOW_DROP * size]]), text.shape[::-1])
    return np.asarray(np.clip(dropped * SHADOW_GAIN, 0, 1) * SHADOW, np.float32)


def outline(text: F32, size: float) -> F32:
    """Opacity of a black edge around *text*."""
    reach = max(1, round(OUTLINE * size))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.blur(cv2.dilate(text, disc), (3, 3)), np.float32)


def plate(box: Box, edges: tuple[float, float, float, float], size: float) -> F32:
    """Coverage of a plate with rounded corners; *edges*: its left, top, right and bottom in frame px."""
    left, top, right, bottom = edges
    corner = CORNER * size
    rows, columns = np.mgrid[: box.height, : box.width].astype(np.float32) + np.float32(0.5)
    across = np.abs(columns - ((left + right) / 2 - box.x)) - ((right - left) / 2 - corner)
    down = np.abs(rows - ((top + bottom) / 2 - box.y)) - ((bottom - top) / 2 - corner)
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    distance = outside + np.minimum(np.maximum(across, down), 0) - corner
    return np.asarray(np.clip(0.5 - distance, 0, 1), np.float32)


def together(one: F32, other: F32) -> F32:
    """Opacity of one thing over another."""
    return np.asarray(1 - (1 - one) * (1 - other), np.float32)


def halved(alpha: F32) -> F32:
    """(h, w) to (h / 2, w / 2), sited left as the film's chroma is: [1 2 1] / 4 on the even columns, rows in pairs."""
    smooth = cv2.sepFilter2D(
        alpha,
        cv2.CV_32F,
        np.array([0.25, 0.5, 0.25], np.float32),
        np.ones(1, np.float32),
        borderType=cv2.BORDER_REPLICATE,
    )[:, ::2]
    return np.asarray((smooth[0::2] + smooth[1::2]) / 2, np.float32)


def to_bytes(values: F32) -> U8:
    """*values* rounded to bytes that nobody can change."""
    rounded = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    rounded.setflags(write=False)
    return rounded
