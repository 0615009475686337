"""What a media file is, and how its pictures move.

`probe` reads the container and counts packets without decoding a picture; it
refuses files that are cut short. `frozen_stretch_s` and `black_frames` decode:
they are measures for tests and benchmarks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
from pydantic import Field

from astragen.errors import ProbeError
from astragen.media.stills import frames_of
from astragen.model.base import Model
from astragen.model.planes import U8

STILL_DIFFERENCE = 0.1  # mean absolute luma codes; grain alone is above it, two equal coded frames are below
BLACK_LUMA = 24  # codes; limited-range black is 16, and nothing below this is made out on a screen in a lit room
_BLACK_CELL = 8  # px; a lone brighter pixel, such as grain, does not light a frame

_CODE_NAMES = {1: "bt709"}  # ITU-T H.273; other codes are shown as numbers
_RANGE_NAMES = {1: "limited", 2: "full"}
_BOX_HEADER = 8  # bytes of size and type (ISO/IEC 14496-12, 4.2)


class Picture(Model):
    """A video stream."""

    codec: str
    profile: str
    pix_fmt: str
    width: int
    height: int
    fps: Fraction = Field(description="Mean rate.")
    nominal_fps: Fraction = Field(description="The container's base rate; equal to fps when the rate is constant.")
    frames: int
    start_s: float
    primaries: str
    transfer: str
    matrix: str
    color_range: str


class Sound(Model):
    """An audio stream."""

    codec: str
    profile: str
    sample_rate: int
    channels: int
    samples: int = Field(description="As played: without priming.")
    start_s: float


class ChapterMark(Model):
    """Where a chapter begins."""

    title: str
    start_s: float


class Probe(Model):
    """What a file holds; `picture` or `sound` is None when there is none."""

    container: str
    bytes: int
    seconds: float
    picture: Picture | None
    sound: Sound | None
    chapters: tuple[ChapterMark, ...]
    title: str
    comment: str
    is_faststart: bool = Field(description="The index comes before the pictures (MP4 and MOV only).")


def probe(path: Path) -> Probe:
    """What *path* holds.

    Raises:
        ProbeError: missing, empty, no media, damaged, or cut short.
    """
    boxes = _boxes(path)
    try:
        with av.open(path) as container:
            return _probed(container, path, boxes)
    except (av.FFmpegError, OSError) as error:
        raise ProbeError(f"{path.name} is no media file, or is damaged: {error.strerror}.") from error


def frozen_stretch_s(path: Path) -> float:
    """Seconds of the longest run of frames that hardly differ from the frame before.

    Raises:
        ProbeError: *path* is no yuv420p video.
    """
    longest = run = 0
    before: U8 | None = None
    for luma in _lumas(path):
        if before is not None:
            run = run + 1 if _mean_difference(luma, before) < STILL_DIFFERENCE else 0
            longest = max(longest, run)
        before = luma.copy()
    return float(longest / _rate(path))


def black_frames(path: Path) -> tuple[int, ...]:
    """The numbers of all frames without a spot brighter than BLACK_LUMA.

    Raises:
        ProbeError: *path* is no yuv420p video.
    """
    return tuple(number for number, luma in enumerate(_lumas(path)) if _is_black(luma))


def _boxes(path: Path) -> list[str]:
    """The types of the top-level boxes of an MP4 or MOV in order; empty for other containers.

    Raises:
        ProbeError: the file is missing or empty, or a box reaches past its end.
    """
    types: list[str] = []
    try:
        with path.open("rb") as file:
            length, place = file.seek(0, os.SEEK_END), 0
            if not length:
                raise ProbeError(f"{path.name} is empty.", hint="Make it again.")
            while place < length:
                file.seek(place)
                head = file.read(16)
                if not types and head[4:8] != b"ftyp":
                    return []
                place += _box_size(head, length - place)
                types.append(head[4:8].decode("latin-1"))
    except OSError as error:
        raise ProbeError(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from error
    if place > length:
        raise ProbeError(f"{path.name} is cut short: {length} bytes of {place}.", hint="Make or fetch it again.")
    return types


def _box_size(head: bytes, rest: int) -> int:
    """Bytes of the box that begins with *head*: 0 means to the end, 1 that 64 bits follow (ISO/IEC 14496-12, 4.2)."""
    size = int.from_bytes(head[:4], "big")
    if size == 0:
        return rest
    if size == 1:
        size = int.from_bytes(head[8:16], "big")
    return max(size, _BOX_HEADER)


def _probed(container: av.container.InputContainer, path: Path, boxes: list[str]) -> Probe:
    videos, audios = container.streams.video, container.streams.audio
    frames, samples = _counts(container, path)
    if not frames and not samples:
        raise ProbeError(f"{path.name} holds no picture and no sound.")
    metadata = container.metadata
    picture = _picture(videos[0], frames) if frames else None
    return Probe(
        container=container.format.name,
        bytes=path.stat().st_size,
        seconds=_seconds(container, picture),
        picture=picture,
        sound=_sound(audios[0], samples) if samples else None,
        chapters=_chapters(container),
        title=metadata.get("title", ""),
        comment=metadata.get("comment", ""),
        is_faststart="moov" in boxes and "mdat" in boxes and boxes.index("moov") < boxes.index("mdat"),
    )


def _counts(container: av.container.InputContainer, path: Path) -> tuple[int, int]:
    """(packets of the first video stream, samples of the packets of the first audio stream)."""
    frames, samples = 0, Fraction(0)
    streams = [*container.streams.video[:1], *container.streams.audio[:1]]
    for packet in container.demux(streams) if streams else ():
        if packet.is_corrupt:
            raise ProbeError(f"{path.name} is damaged at byte {packet.pos}.", hint="Make or fetch it again.")
        if packet.size and packet.stream.type == "video":
            frames += 1
        elif packet.size and isinstance(packet.stream, av.AudioStream):
            samples += (packet.duration or 0) * packet.time_base * packet.stream.codec_context.sample_rate
    return frames, int(samples)


def _picture(stream: av.VideoStream, frames: int) -> Picture:
    context = stream.codec_context
    return Picture(
        codec=context.name,
        profile=context.profile or "",
        pix_fmt=context.pix_fmt or "",
        width=context.width,
        height=context.height,
        fps=stream.average_rate or Fraction(0),
        nominal_fps=stream.base_rate or Fraction(0),
        frames=frames,
        start_s=_start_s(stream),
        primaries=_code_name(context.color_primaries),
        transfer=_code_name(context.color_trc),
        matrix=_code_name(context.colorspace),
        color_range=_RANGE_NAMES.get(context.color_range, "unstated"),
    )


def _sound(stream: av.AudioStream, samples: int) -> Sound:
    context = stream.codec_context
    played = (
        stream.duration * stream.time_base * context.sample_rate if stream.duration and stream.time_base else samples
    )
    return Sound(
        codec=context.name,
        profile=context.profile or "",
        sample_rate=context.sample_rate,
        channels=context.channels,
        samples=int(played),
        start_s=_start_s(stream),
    )


def _chapters(container: av.container.InputContainer) -> tuple[ChapterMark, ...]:
    return tuple(
        ChapterMark(
            title=chapter["metadata"].get("title", ""),
            start_s=float(chapter["start"] * (chapter["time_base"] or Fraction(1))),
        )
        for chapter in container.chapters()
    )


def _seconds(container: av.container.InputContainer, picture: Picture | None) -> float:
    if picture is not None and picture.fps:
        return float(picture.frames / picture.fps)
    return (container.duration or 0) / av.time_base


def _start_s(stream: av.stream.Stream) -> float:
    return float((stream.start_time or 0) * (stream.time_base or Fraction(0)))


def _code_name(code: int) -> str:
    return _CODE_NAMES.get(code, str(code))


def _lumas(path: Path) -> Iterator[U8]:
    for planes in frames_of(path):
        yield planes.y


def _mean_difference(a: U8, b: U8) -> float:
    return float(cv2.norm(a, b, cv2.NORM_L1)) / a.size


def _is_black(luma: U8) -> bool:
    cells = (max(1, luma.shape[1] // _BLACK_CELL), max(1, luma.shape[0] // _BLACK_CELL))
    return bool(cv2.resize(luma, cells, interpolation=cv2.INTER_AREA).max() < BLACK_LUMA)


def _rate(path: Path) -> Fraction:
    picture = probe(path).picture
    if picture is None or not picture.fps:
        raise ProbeError(f"{path.name} states no frame rate.")
    return picture.fps
