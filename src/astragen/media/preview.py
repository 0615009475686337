"""A film in a few seconds without sound, as an animated WebP or GIF: short stretches from all over it.

Stretches of STRETCH_S start at even steps, so that a long film is told by as many
moments as the length allows. Start reading at `preview`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
from PIL import Image

from astragen.errors import ProbeError, RenderError
from astragen.media.colour import rgb_of
from astragen.media.encoder import frame_planes
from astragen.media.probe import Picture, probe
from astragen.model.planes import U8

SUFFIXES = (".webp", ".gif")
STRETCH_S = 1.5  # long enough to see a move, short enough for four in the default length
FRAME_MS = 80  # 12.5 frames/s; GIF counts in 1/100 s, and players slow down frames under 20 ms
WEBP_QUALITY, WEBP_EFFORT = 70, 4  # of 100, of 6
GIF_COLOURS = 256


def preview(film: Path, out: Path, *, seconds: float = 6.0, width: int = 480) -> None:
    """Write the preview of *film* to *out*: a WebP or a GIF, by its name.

    Args:
        film: a video with a constant rate.
        out: replaced when the preview is complete.
        seconds: length of the preview; that of the film where it is shorter.
        width: px; no more than the film's. The height follows the film's shape.

    Raises:
        RenderError: *out* is of another kind or cannot be written, or *film* has no pictures.
        ProbeError: *film* is no video.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise RenderError(
            f"{out.name} is no {' or '.join(SUFFIXES)}.", hint=f"Name it {out.with_suffix('.webp').name}."
        )
    picture = probe(film).picture
    if picture is None:
        raise RenderError(f"{film.name} has no pictures for a preview.")
    wide = min(width, picture.width)
    size = (wide, max(1, round(wide * picture.height / picture.width)))
    pictures = [
        cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        for start_s, stop_s in stretches(float(picture.frames / picture.fps), seconds)
        for rgb in _frames(film, picture, start_s, stop_s)
    ]
    _save([Image.fromarray(rgb) for rgb in pictures], out)


def stretches(film_s: float, seconds: float) -> list[tuple[float, float]]:
    """From where to where in the film, in s: as many stretches as fit, each in the middle of its part of the film."""
    if seconds >= film_s:
        return [(0.0, film_s)]
    count = max(1, round(seconds / STRETCH_S))
    length, part = seconds / count, film_s / count
    return [(start, start + length) for start in (part * n + (part - length) / 2 for n in range(count))]


def _frames(film: Path, picture: Picture, start_s: float, stop_s: float) -> Iterator[U8]:
    """A frame every FRAME_MS from *start_s* to before *stop_s*, each (height, width, 3) uint8 sRGB."""
    wanted = [
        round((start_s + n * FRAME_MS / 1000) * picture.fps) for n in range(round((stop_s - start_s) * 1000 / FRAME_MS))
    ]
    wanted = [min(number, picture.frames - 1) for number in wanted]
    try:
        with av.open(film) as container:
            stream = container.streams.video[0]
            base = stream.time_base or Fraction(1)
            container.seek(round(wanted[0] / picture.fps / base), stream=stream, backward=True)
            for frame in container.decode(stream):
                number = round((frame.pts or 0) * base * picture.fps)
                while wanted and number >= wanted[0]:
                    yield rgb_of(frame_planes(frame.reformat(format="yuv420p")))
                    wanted.pop(0)
                if not wanted:
                    return
    except (av.FFmpegError, OSError) as error:
        raise ProbeError(f"{film.name} cannot be read as video: {error}.") from error


def _save(pictures: list[Image.Image], out: Path) -> None:
    """Write *pictures* as an endless loop, whole or not at all."""
    part = out.with_name(f".{out.name}.part")
    options: dict[str, Any] = {"save_all": True, "duration": FRAME_MS, "loop": 0}
    if out.suffix.lower() == ".gif":
        pictures = _in_one_palette(pictures)
        options |= {"format": "GIF", "optimize": False}
    else:
        options |= {"format": "WEBP", "quality": WEBP_QUALITY, "method": WEBP_EFFORT}
    try:
        pictures[0].save(part, append_images=pictures[1:], **options)
        os.replace(part, out)
    except OSError as error:
        raise RenderError(
            f"{out.name} could not be written: {error}.", hint="Check the disk and the folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _in_one_palette(pictures: list[Image.Image]) -> list[Image.Image]:
    """*pictures* in the same GIF_COLOURS colours, so that still areas do not shimmer."""
    width, height = pictures[0].size
    some = pictures[:: -(-len(pictures) // 8)]
    strip = Image.new("RGB", (width, height * len(some)))
    for place, picture in enumerate(some):
        strip.paste(picture, (0, place * height))
    palette = strip.quantize(GIF_COLOURS, method=Image.Quantize.MEDIANCUT)
    return [picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures]
