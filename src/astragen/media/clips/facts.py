"""What a file of the user's is, a picture or a clip, and how much of a clip can be shown.

The bytes decide, never the name. Whatever cannot be filmed is refused here, before a film
is begun; a clip that is damaged further on is used as far as it decodes. Start reading at
`kind_of` and `measure`.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final, Literal, NamedTuple

import cv2
from PIL import Image

from astragen.errors import RenderError
from astragen.media.clips.conform import Conformer, upright_of
from astragen.media.clips.reader import SIDE_MAX, ClipReader
from astragen.media.colour import rgb_of
from astragen.media.pictures import picture_of
from astragen.model.planes import U8
from astragen.model.take import Footage

_ANIMATED: Final = ("GIF", "PNG")  # pictures that move, and that FFmpeg plays
_SHORT_S = 0.5  # a clip may end this much before its file says: tracks of sound outlast pictures


class Measured(NamedTuple):
    """How long a clip is, and what is wrong with it; "" when nothing is."""

    footage: Footage
    damage: str


def kind_of(path: Path, *, shot: str) -> Literal["still", "clip"]:
    """What the bytes at *path* are; a picture is decoded whole, a clip to its first picture.

    Raises:
        RenderError: a picture that cannot be used.
        ProbeError: no picture, and no clip that can be filmed.
    """
    if is_still(path):
        picture_of(path.read_bytes(), f"The still of shot {shot}")
        return "still"
    ClipReader(path, shot=shot).close()
    return "clip"


def measure(path: Path, *, shot: str, need_s: float) -> Measured:
    """How much of the clip *path* decodes, looking no further than *need_s* seconds.

    Raises:
        ProbeError: it cannot be filmed.
    """
    reader = ClipReader(path, shot=shot)
    last_s = shown_s = 0.0
    for last_s, frame in reader.pictures():
        own_s = float(frame.duration * frame.time_base) if frame.duration and frame.time_base else 0.0
        shown_s = last_s + (own_s or reader.picture_s)
        if last_s > need_s:
            return Measured(Footage(shown_s=shown_s, last_s=last_s), _damage(reader, shown_s, is_whole=False))
    return Measured(Footage(shown_s=shown_s, last_s=last_s), _damage(reader, shown_s, is_whole=True))


def write_first_picture(path: Path, shot: str, out: Path) -> None:
    """Write the first picture of the clip *path* as the PNG *out*, upright, its pixels square.

    Raises:
        ProbeError: it cannot be filmed.
        RenderError: *out* cannot be written.
    """
    picture = picture_at(path, shot, 0.0)
    coded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    try:
        out.write_bytes(coded.tobytes())
    except OSError as error:
        raise RenderError(
            f"{out} could not be written: {error.strerror}.", hint="Check the free disk space."
        ) from error


def picture_at(path: Path, shot: str, seconds: float) -> U8:
    """The picture of the clip *path* at *seconds*, (height, width, 3) uint8 sRGB, upright, its pixels square.

    Raises:
        ProbeError: it cannot be filmed.
    """
    reader = ClipReader(path, shot=shot)
    frame = next((timed.frame for timed in reader.pictures(seconds)), reader.first)
    upright, shape = upright_of(frame), reader.pixel_aspect or 1
    across, down = float(frame.width * shape), float(frame.height)
    if upright.is_swapped:
        across, down = down, across
    scale = min(1.0, SIDE_MAX / max(across, down))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (across, down))
    return rgb_of(Conformer(width, height, pixel_aspect=reader.pixel_aspect).planes(frame))


def is_still(path: Path) -> bool:
    """Whether Pillow knows *path*, and shows it as one picture."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path) as picture:
                return not (picture.format in _ANIMATED and getattr(picture, "is_animated", False))
        except Image.DecompressionBombError:  # a picture, and too large; whoever reads it says so
            return True
        except (OSError, SyntaxError, ValueError):  # not one of its formats
            return False


def _damage(reader: ClipReader, shown_s: float, *, is_whole: bool) -> str:
    if is_whole and reader.stated_s > shown_s + _SHORT_S:
        return f"it is cut short: {reader.stated_s:.1f} s are stated, {shown_s:.1f} s decode"
    if reader.damaged:
        return f"it is damaged: {reader.damaged} of its packets do not decode"
    return ""
