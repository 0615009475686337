"""Looking at what a provider sent before it is kept: whether it is a picture, as asked for, and whole.

Everything here decodes a stranger's bytes: run it where a crash costs nothing. The picture's
file is not changed; how it differs from what was asked for is noted. Start reading at
`inspect_picture` and `inspect_clip`.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np

from astragen.errors import ProbeError, RenderError
from astragen.media.clips.facts import measure, picture_at
from astragen.media.pictures import picture_of
from astragen.model.planes import U8
from astragen.model.take import Footage

SMALLEST: Final = 0.45  # of the size asked for, in length; half the lines look soft, fewer do not do
ASPECT_OFF: Final = 1.9  # a picture more than so many times wider or taller loses half of it when it is cropped
FLAT: Final = 2.5  # deviation of 8-bit luma below which there is nothing to see; grain on grey has less
ALIKE_SIDE: Final = 16  # a hash of 16x16 differences: two pictures of one scene differ, a picture sent twice does not
ALIKE_OFF: Final = 16  # of its 256 signs that may differ; half of 600 copies, scaled or coded anew, differed by 2 or
# fewer, and two different pictures, whose colours differ too, by 20 or more
SHORTEST: Final = 0.4  # of the length asked for: below it even half speed does not fill the shot
SHORTEST_S: Final = 0.5
LONGEST_S: Final = 130.0  # more than any camera's longest clip; no more of it is decoded

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)


class InspectedPicture(NamedTuple):
    """A picture that will do; *look* is a hash of how it looks."""

    media_type: str
    width: int
    height: int
    look: str
    notes: tuple[str, ...]


class InspectedClip(NamedTuple):
    """A clip that will do; *look* is a hash of how its middle looks."""

    media_type: str
    footage: Footage
    look: str
    notes: tuple[str, ...]


def inspect_picture(path: Path, width: int, height: int) -> InspectedPicture:
    """Return what the picture at *path* is, which was asked for as *width* by *height*.

    Raises:
        ProbeError: it is no picture, is damaged, much too small, of another shape, blank, or a known placeholder.
    """
    coded = path.read_bytes()
    known = _placeholders().get(hashlib.md5(coded, usedforsecurity=False).hexdigest())
    if known:
        raise ProbeError(f"The picture is a placeholder: {known}.")
    try:
        picture = picture_of(coded, "The picture that came")
    except RenderError as error:
        raise ProbeError(error.message) from error
    notes = tuple(_misfits("picture", picture.shape[1], picture.shape[0], width, height))
    _check_not_blank(picture, "picture")
    return InspectedPicture(media_type_of(coded), picture.shape[1], picture.shape[0], look_of(picture), notes)


def inspect_clip(path: Path, width: int, height: int, seconds: float | None, *, shot: str) -> InspectedClip:
    """Return what the clip at *path* is, which was asked for as *width* by *height* for *seconds*.

    *shot*: for messages.

    Raises:
        ProbeError: it cannot be filmed, is cut, much too short or small, of another shape, or blank.
    """
    measured = measure(path, shot=shot, need_s=LONGEST_S)
    shown_s = measured.footage.shown_s
    least_s = max(SHORTEST_S, SHORTEST * (seconds or 0.0))
    if shown_s < least_s:
        raise ProbeError(f"The clip lasts {shown_s:.2f} s; at least {least_s:.2f} s are of use.")
    if measured.damage:
        raise ProbeError(f"The clip is damaged: {measured.damage}.")
    middle = picture_at(path, shot, shown_s / 2)
    notes = list(_misfits("clip", middle.shape[1], middle.shape[0], width, height))
    _check_not_blank(middle, "clip")
    if seconds is not None and abs(shown_s - seconds) > max(0.25, 0.05 * seconds):
        notes.append(f"it lasts {shown_s:.1f} s; {seconds:.1f} s were asked for")
    return InspectedClip(media_type_of(path.read_bytes()[:64]), measured.footage, look_of(middle), tuple(notes))


def media_type_of(coded: bytes) -> str:
    """What the first bytes say, whatever anybody claims."""
    for magic, media_type in _MAGIC:
        if coded.startswith(magic):
            return media_type
    if coded[:4] == b"RIFF" and coded[8:12] == b"WEBP":
        return "image/webp"
    if coded[4:8] == b"ftyp":
        return "image/avif" if coded[8:12] in (b"avif", b"avis", b"heic", b"mif1") else "video/mp4"
    if coded.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    return "application/octet-stream"


def look_of(picture: U8) -> str:
    """A hash of how *picture* looks, as hex digits: of the same picture, scaled or coded anew, nearly the same.

    Signs of differences between neighbours of a small grey version (the "dHash" of N. Krawetz, 2013), and its colours.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (ALIKE_SIDE + 1, ALIKE_SIDE), interpolation=cv2.INTER_AREA).astype(np.int16)
    signs = np.packbits(np.diff(small, axis=1) > 0).tobytes()
    colours = np.asarray(cv2.resize(picture, (2, 2), interpolation=cv2.INTER_AREA), np.uint8) // 16
    return (signs + colours.tobytes()).hex()


def looks_alike(look: str, other: str) -> bool:
    """Whether two hashes by `look_of` are of the same picture, scaled or coded anew though it may be."""
    if not look or len(look) != len(other):
        return False
    (signs, colours), (other_signs, other_colours) = _parts(look), _parts(other)
    off = int(np.unpackbits(signs ^ other_signs).sum())
    return off <= ALIKE_OFF and int(np.abs(colours.astype(int) - other_colours).max()) <= 1


def _parts(look: str) -> tuple[U8, U8]:
    """The signs and the colours of *look*."""
    read = np.frombuffer(bytes.fromhex(look), np.uint8)
    return read[: ALIKE_SIDE**2 // 8], read[ALIKE_SIDE**2 // 8 :]


def _misfits(what: str, width: int, height: int, asked_width: int, asked_height: int) -> list[str]:
    """How far the size is from what was asked for.

    Raises:
        ProbeError: too far.
    """
    asked, came = f"{asked_width}x{asked_height}", f"{width}x{height}"
    if max(width / asked_width, height / asked_height) < SMALLEST:
        raise ProbeError(f"The {what} is {came}; {asked} were asked for.")
    off = (width / height) / (asked_width / asked_height)
    if max(off, 1 / off) > ASPECT_OFF:
        raise ProbeError(f"The {what} is {came}, of quite another shape than the {asked} that were asked for.")
    return [f"it is {came}; {asked} were asked for"] if max(off, 1 / off) > 1.02 or width < asked_width else []


def _check_not_blank(picture: U8, what: str) -> None:
    """Pass when there is something to see.

    Raises:
        ProbeError: *picture* is one colour, or as good as.
    """
    small = cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    if float(small.std(axis=(0, 1)).max()) < FLAT:
        shade = ", ".join(f"{value:.0f}" for value in small.mean(axis=(0, 1)))
        raise ProbeError(f"The {what} shows nothing: it is all of one colour (red, green, blue {shade}).")


@cache
def _placeholders() -> dict[str, str]:
    """Pictures that mean no, by the MD5 of their bytes."""
    text = (resources.files("astragen") / "data" / "media" / "placeholders.json").read_text(encoding="utf-8")
    known: dict[str, str] = json.loads(text)["md5"]
    return known
