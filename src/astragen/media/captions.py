"""Captions as files (SubRip, WebVTT) and burnt into the picture.

A burnt-in caption is drawn once: white letters with a soft shadow on a translucent
dark plate, which read on snow and on night. It is kept premultiplied in the film's
own colours, so that burning it into a frame is one multiplication and one addition
inside its box. Start reading at `overlay`, `srt` and `vtt`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from astragen.builtin.lettering import Lettering, letter, measure, wrap
from astragen.errors import RenderError
from astragen.model.planes import U8, Planes
from astragen.model.timeline import Cue

SIZE: Final = 0.046  # em, of the frame's height
SIZE_WIDTHS: Final = 1.2  # a tall frame counts as no higher than this many widths
SIZE_MIN: Final = 8.0  # px; below it no letter can be told from another
SHRINK: Final = 0.75  # rows a little too wide are set smaller, down to this; wider ones are broken again
SAFE_WIDTH: Final = 0.9  # of the frame's width (title-safe area, SMPTE ST 2046-1)
HEIGHT_MAX: Final = 0.5  # of the frame's height
BOTTOM: Final = 0.07  # margin below the caption, of the height
BOTTOM_TALL: Final = 0.16  # on 9:16, where players put their controls
WEIGHT: Final = 600  # semi-bold

# All in em:
LEADING: Final = 1.28
ROW_GAP: Final = 0.08  # at least, between the ink of two rows: tall scripts are set wider
ASCENT, DESCENT = 0.95, 0.28  # of a row on the plate; the last baseline is always at the same height
PAD_X, PAD_Y = 0.5, 0.16
CORNER: Final = 0.3
SHADOW_BLUR, SHADOW_DROP = 0.11, 0.04

SHADOW: Final = 0.85  # opacity where it is densest
SHADOW_GAIN: Final = 1.8  # makes up for what the blur thins
PLATE: Final = 0.46  # opacity

WHITE_Y, BLACK_Y, GREY_C = 235.0, 16.0, 128.0  # limited range (ITU-R BT.709-6, item 4.6)

F32 = NDArray[np.float32]


# --- burnt in ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CaptionOverlay:
    """A drawn caption for frames of one size; its box has even sides at an even place.

    luma, chroma: what is added, premultiplied, (h, w) and (h / 2, w / 2) uint8; u and v are alike, for it is grey.
    luma_left, chroma_left: what is left of the frame, 255 for all of it, of the same shapes.
    """

    frame: tuple[int, int]  # width, height
    x: int
    y: int
    luma: U8
    luma_left: U8
    chroma: U8
    chroma_left: U8

    def blend(self, planes: Planes) -> None:
        """Burn the caption into *planes*, in place.

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
        _burn(planes.u, self.x // 2, self.y // 2, self.chroma, self.chroma_left)
        _burn(planes.v, self.x // 2, self.y // 2, self.chroma, self.chroma_left)


def _burn(plane: U8, x: int, y: int, added: U8, left: U8) -> None:
    height, width = added.shape
    box = plane[y : y + height, x : x + width]
    box[:] = cv2.add(cv2.multiply(box, left, scale=1 / 255), added)


class _Plate(NamedTuple):
    """The rectangle behind the rows, px."""

    x: float
    y: float
    width: float
    height: float


@lru_cache(maxsize=64)
def overlay(cue_text: str, width: int, height: int, language: str) -> CaptionOverlay:
    """Draw a cue's text, rows parted by newlines, for frames of *width* by *height* pixels.

    Rows that are too wide for the title-safe area are set smaller or broken again.
    """
    size, rows = _set(cue_text, width, height, language)
    drawn = [letter(row, size, weight=WEIGHT, language=language) for row in rows]
    if not any(row.coverage.size for row in drawn):
        return _empty(width, height)
    baselines = _baselines(drawn, size, width, height)
    plate = _plate_around(drawn, baselines, size, width)
    x, y, w, h = _box(plate, size, width, height)
    text = np.zeros((h, w), np.float32)
    for row, baseline in zip(drawn, baselines, strict=True):
        _paste(text, row, _centred(row, width) - x, baseline - y)
    dark = _dark(text, _Plate(plate.x - x, plate.y - y, plate.width, plate.height), size)
    return _premultiplied(text, dark, (width, height), x, y)


def _set(cue_text: str, width: int, height: int, language: str) -> tuple[float, list[str]]:
    """Size in px and rows of a caption, so that it fits the frame."""
    asked = [row for row in cue_text.split("\n") if row.strip()]
    size = max(SIZE_MIN, SIZE * min(height, SIZE_WIDTHS * width))
    while True:
        room = SAFE_WIDTH * width - 2 * PAD_X * size
        widest = max((measure(row, size, weight=WEIGHT, language=language)[0] for row in asked), default=0.0)
        if room < widest <= room / SHRINK:
            return size * room / widest, asked
        rows = [part for row in asked for part in wrap(row, size, room, weight=WEIGHT, language=language)]
        if len(rows) * LEADING * size <= HEIGHT_MAX * height or size <= SIZE_MIN:
            return size, rows[: max(1, int(height / (LEADING * size)) - 1)]
        size = max(SIZE_MIN, size * 0.85)


def _baselines(drawn: list[Lettering], size: float, width: int, height: int) -> list[int]:
    """Of each row, in the frame; that of the last is the same for all captions of a film."""
    margin = float(np.interp(width / height, (9 / 16, 1), (BOTTOM_TALL, BOTTOM)))
    baselines = [height * (1 - margin) - (DESCENT + PAD_Y) * size]
    for lower, upper in pairwise(reversed(drawn)):
        baselines.append(baselines[-1] - max(LEADING * size, _depth(upper) + lower.top + ROW_GAP * size))
    return [round(baseline) for baseline in reversed(baselines)]


def _plate_around(drawn: list[Lettering], baselines: list[int], size: float, width: int) -> _Plate:
    top = baselines[0] - max(ASCENT * size, drawn[0].top) - PAD_Y * size
    bottom = baselines[-1] + max(DESCENT * size, _depth(drawn[-1])) + PAD_Y * size
    across = max(row.coverage.shape[1] for row in drawn) + 2 * PAD_X * size
    return _Plate((width - across) / 2, top, across, bottom - top)


def _centred(row: Lettering, width: int) -> int:
    """Where the pen starts so that the ink is centred: Chinese and Japanese marks end in empty space."""
    return (width - int(row.coverage.shape[1])) // 2 - row.left


def _depth(row: Lettering) -> int:
    """How far the ink reaches below the baseline, px."""
    return int(row.coverage.shape[0]) - row.top


def _box(plate: _Plate, size: float, width: int, height: int) -> tuple[int, int, int, int]:
    """The even box around plate and shadow, inside the frame: x, y, width, height."""
    reach = 3 * SHADOW_BLUR * size
    left, right = _even(plate.x - reach, plate.x + plate.width + reach, width)
    top, bottom = _even(plate.y - reach, plate.y + plate.height + reach, height)
    return left, top, right - left, bottom - top


def _even(low: float, high: float, limit: int) -> tuple[int, int]:
    """Low and high moved outwards to even numbers, from 0 to *limit*."""
    return max(0, 2 * math.floor(low / 2)), min(limit, 2 * math.ceil(high / 2))


def _paste(canvas: F32, row: Lettering, x: int, y: int) -> None:
    """Put a row's coverage on *canvas* with its pen at (x, y), cut at the edges."""
    x, y = x + row.left, y - row.top
    height, width = row.coverage.shape
    left, top = max(0, -x), max(0, -y)
    right, bottom = min(width, canvas.shape[1] - x), min(height, canvas.shape[0] - y)
    if right > left and bottom > top:
        part = canvas[y + top : y + bottom, x + left : x + right]
        np.maximum(part, row.coverage[top:bottom, left:right], out=part)


def _dark(text: F32, plate: _Plate, size: float) -> F32:
    """Opacity of what is black behind the letters: plate and shadow together."""
    blurred = cv2.GaussianBlur(text, (0, 0), SHADOW_BLUR * size)
    dropped = cv2.warpAffine(blurred, np.array([[1, 0, 0], [0, 1, SHADOW_DROP * size]]), text.shape[::-1])
    shadow = np.clip(dropped * SHADOW_GAIN, 0, 1) * SHADOW
    return np.asarray(1 - (1 - shadow) * (1 - PLATE * _rounded(text.shape, plate, CORNER * size)), np.float32)


def _rounded(shape: tuple[int, ...], plate: _Plate, corner: float) -> F32:
    """Coverage of the plate with rounded corners, from the distance to its edge."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32) + np.float32(0.5)
    across = np.abs(columns - (plate.x + plate.width / 2)) - (plate.width / 2 - corner)
    down = np.abs(rows - (plate.y + plate.height / 2)) - (plate.height / 2 - corner)
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    distance = outside + np.minimum(np.maximum(across, down), 0) - corner
    return np.asarray(np.clip(0.5 - distance, 0, 1), np.float32)


def _premultiplied(text: F32, dark: F32, frame: tuple[int, int], x: int, y: int) -> CaptionOverlay:
    alpha = 1 - (1 - text) * (1 - dark)
    luma = WHITE_Y * text + BLACK_Y * (alpha - text)
    chroma_alpha = _halved(alpha)
    return CaptionOverlay(
        frame=frame,
        x=x,
        y=y,
        luma=_to_bytes(luma),
        luma_left=_to_bytes(255 * (1 - alpha)),
        chroma=_to_bytes(GREY_C * chroma_alpha),
        chroma_left=_to_bytes(255 * (1 - chroma_alpha)),
    )


def _halved(alpha: F32) -> F32:
    """(h, w) to (h / 2, w / 2), sited left as the film's chroma is: [1 2 1] / 4 on the even columns, rows in pairs."""
    smooth = cv2.sepFilter2D(
        alpha,
        cv2.CV_32F,
        np.array([0.25, 0.5, 0.25], np.float32),
        np.ones(1, np.float32),
        borderType=cv2.BORDER_REPLICATE,
    )[:, ::2]
    return np.asarray((smooth[0::2] + smooth[1::2]) / 2, np.float32)


def _to_bytes(values: F32) -> U8:
    rounded = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    rounded.setflags(write=False)
    return rounded


def _empty(width: int, height: int) -> CaptionOverlay:
    nothing = np.zeros((0, 0), np.uint8)
    return CaptionOverlay((width, height), 0, 0, nothing, nothing, nothing, nothing)


# --- files ------------------------------------------------------------------


def srt(cues: Iterable[Cue], fps: int) -> str:
    """The cues as a SubRip file: numbered, times in milliseconds; text as it is, for the format has no escapes."""
    blocks = (
        f"{number}\n{_stamp(cue.start, fps, ',')} --> {_stamp(cue.end, fps, ',')}\n{_rows(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def vtt(cues: Iterable[Cue], fps: int) -> str:
    """The cues as a WebVTT file, with &, < and > escaped (W3C WebVTT, section 4.2)."""
    blocks = (
        f"{_stamp(cue.start, fps, '.')} --> {_stamp(cue.end, fps, '.')}\n{_escaped(_rows(cue.text))}\n" for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _stamp(frame: int, fps: int, point: str) -> str:
    """Hours:minutes:seconds and milliseconds of a frame's start, to the nearest."""
    milliseconds = (2000 * frame + fps) // (2 * fps)
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def _rows(text: str) -> str:
    """The text without empty rows: in both formats these end a cue."""
    return "\n".join(row for row in text.splitlines() if row.strip())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
