"""Single pictures out of a film, and the JPEG of one (the poster)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2

from astragen.errors import ProbeError, RenderError
from astragen.media.colour import rgb_of
from astragen.media.encoder import frame_planes, open_piece
from astragen.model.planes import U8, Planes

JPEG_QUALITY = 90  # of 100; above it files double for no visible gain
JPEG_SIDE_MAX = 65_500  # px; the format's own limit is 65,535, libjpeg's is this


def frames_of(path: Path) -> Iterator[Planes]:
    """Every frame of the yuv420p video *path* in showing order.

    The arrays are the caller's until the next frame is asked for.

    Raises:
        ProbeError: *path* is no video, is damaged, or is not yuv420p.
    """
    try:
        with open_piece(path) as container:
            for frame in container.decode(video=0):
                yield _checked_planes(frame, path)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise ProbeError(f"{path.name} cannot be read as video: {error}.") from error


def grab(path: Path, numbers: Sequence[int]) -> list[U8]:
    """The frames *numbers* of the constant-rate film *path*, each (height, width, 3) uint8 sRGB.

    Raises:
        ProbeError: *path* is no video, is damaged, or has no such frame.
    """
    try:
        with av.open(path) as container:
            return [_frame_at(container, number, path) for number in numbers]
    except (av.FFmpegError, OSError, IndexError) as error:
        raise ProbeError(f"{path.name} cannot be read as video: {error}.") from error


def save_jpeg(rgb: U8, path: Path, *, quality: int = JPEG_QUALITY) -> None:
    """Write (height, width, 3) uint8 sRGB as a JPEG with full-resolution chroma.

    Raises:
        RenderError: a side is too long for JPEG, or the file cannot be written.
    """
    if max(rgb.shape) > JPEG_SIDE_MAX:
        raise RenderError(f"{path.name} would be {rgb.shape[1]}x{rgb.shape[0]}; JPEG ends at {JPEG_SIDE_MAX} px.")
    flags = [
        *(cv2.IMWRITE_JPEG_QUALITY, quality),
        *(cv2.IMWRITE_JPEG_OPTIMIZE, 1),
        *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    ]
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), flags)
    try:
        path.write_bytes(coded.tobytes())
    except OSError as error:
        raise RenderError(f"{path} could not be written: {error.strerror}.", hint="Check the folder.") from error


def _frame_at(container: av.container.InputContainer, number: int, path: Path) -> U8:
    stream = container.streams.video[0]
    rate, base = stream.average_rate, stream.time_base
    if rate is None or base is None:
        raise ProbeError(f"{path.name} states no frame rate; its frames cannot be counted.")
    wanted = round(Fraction(number) / rate / base)
    container.seek(wanted, stream=stream, backward=True)
    for frame in container.decode(stream):
        if frame.pts is not None and frame.pts >= wanted:
            return rgb_of(frame_planes(frame.reformat(format="yuv420p")))  # editors' codecs have more chroma
    raise ProbeError(f"{path.name} has no frame {number}.")


def _checked_planes(frame: av.VideoFrame, path: Path) -> Planes:
    if frame.format.name != "yuv420p":
        raise ProbeError(f"{path.name} has {frame.format.name} pictures; yuv420p was expected.")
    return frame_planes(frame)
