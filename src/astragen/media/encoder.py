"""Frames to a segment, encoded as the profile says.

All segments of a profile share every setting that reaches the stream's headers, start
with a key frame that nothing before it is needed for, and close their last group, so
that `media/mux.py` joins them by copying packets. One producer thread pulls frames
into a few reused buffers while this one encodes: painting and the encoders release
the GIL, and memory stays bounded. Start reading at `encode`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np

from astragen.errors import RenderError
from astragen.model.planes import Planes
from astragen.model.segment import Profile

BT709, LIMITED = 1, 1  # codes of ITU-T H.273 (primaries, transfer and matrix) and of FFmpeg's AVCOL_RANGE_MPEG

_MACROBLOCK = 16  # px
_AVX512_SKX = 256  # of OpenCV's CpuFeatures: the set that x264 calls AVX512
_BUFFERS = 4  # frames in flight between painter and encoder
_VBV_S = 2  # s of the highest rate that a player may have to hold: usual for files that are loaded while they play


Drawing = Callable[[Planes], None]
"""A frame that is not drawn yet: draws all of itself on the encoder's own planes, which spares a copy."""

Finish = Callable[[int, Planes], None]
"""Draws what lies over frame number n (from 0) on the encoder's own copy of it."""


def encode(
    frames: Iterable[Planes | Drawing],
    count: int,
    profile: Profile,
    path: Path,
    *,
    threads: int = 1,
    finish: Finish | None = None,
) -> None:
    """Encode the next *count* of *frames*, each after *finish*, as the segment *path*, tagged BT.709 limited.

    The same frames give the same bytes. Packet i decodes `profile.encoding.reorder` frames
    before frame i is shown. Measured: MP4 and MOV give back exact whole frames and negative
    decoding times; Matroska rounds to milliseconds.

    *threads*: of encoders that heed it (x264, ProRes, DNxHR); x265 and SVT-AV1 are told in
    their rows. The default of one is for one process a core.

    Raises:
        RenderError: *frames* ended early, a frame has another size, or the file cannot be written.
    """
    if count < 1:
        raise RenderError(f"A segment of {count} frames was asked for; it must have at least 1.")
    encoding = profile.encoding
    try:
        with av.open(path, "w", format=encoding.container) as container:
            stream = container.add_stream(encoding.encoder, rate=profile.fps, options=options_of(profile))
            stream.width, stream.height, stream.pix_fmt = profile.width, profile.height, encoding.pix_fmt
            _tag(stream.codec_context, profile.fps)
            if encoding.tag:
                stream.codec_context.codec_tag = encoding.tag
            stream.codec_context.thread_count = threads
            with closing(_filled(frames, count, profile, finish)) as filled:
                for place, packet in enumerate(_packets(stream, filled, encoding.pix_fmt)):
                    container.mux(_timed(packet, place - encoding.reorder))
    except (av.FFmpegError, OSError) as error:
        raise RenderError(f"{path.name} could not be encoded: {error}.", hint="Check the free disk space.") from error


def options_of(profile: Profile) -> dict[str, str]:
    """What the encoder is told, in FFmpeg's words."""
    encoding = profile.encoding
    options = dict(encoding.options)
    if encoding.keyframe_s:
        options["g"] = str(round(encoding.keyframe_s * profile.fps))
    if encoding.encoder == "libx264" and _x264_needs_avx2(profile.width):
        options["x264-params"] = ":".join(filter(None, [options.get("x264-params"), "asm=avx2"]))
    highest = encoding.highest_kbps(profile.width, profile.height, profile.fps)
    if highest is not None:
        options |= {"maxrate": f"{highest}k", "bufsize": f"{_VBV_S * highest}k"}
    return options


def _x264_needs_avx2(width: int) -> bool:
    """Whether x264's own choice of instructions gives other bytes for the same frames.

    Its AVX-512 code for the macroblock tree reads memory that nobody wrote unless the macroblocks of a row
    are a multiple of 8. Measured with 20 encodings of the same 12 frames, 144, 224, 240 and 288 px wide: 17,
    11, 2 and 3 different files; with AVX2 one, with the same bytes as AVX-512 where that is sound.
    """
    return -(-width // _MACROBLOCK) % 8 != 0 and cv2.checkHardwareSupport(_AVX512_SKX)


def _packets(
    stream: av.VideoStream, frames: Iterable[av.VideoFrame], pix_fmt: str
) -> Iterator[av.Packet[av.VideoStream]]:
    """*frames* encoded, in decoding order."""
    for number, frame in enumerate(frames):
        frame.pts = number
        yield from stream.encode(frame if pix_fmt == frame.format.name else _converted(frame, pix_fmt))
    yield from stream.encode(None)


def _converted(frame: av.VideoFrame, pix_fmt: str) -> av.VideoFrame:
    """*frame* with more bits or chroma rows, of the same colours."""
    other = frame.reformat(format=pix_fmt)
    other.pts, other.time_base = frame.pts, frame.time_base
    other.colorspace, other.color_range = BT709, LIMITED
    other.color_primaries = other.color_trc = BT709  # ProRes has them in every frame's header
    return other


def _timed(packet: av.Packet[av.VideoStream], dts: int) -> av.Packet[av.VideoStream]:
    """*packet*, decoded at frame *dts*: x265 leaves rubbish there in segments shorter than its reordering."""
    if packet.pts is None or packet.pts < dts:
        raise RenderError(f"The encoder shows frame {packet.pts} before it is decoded, at {dts}: its profile is wrong.")
    packet.dts = dts
    return packet


def open_piece(path: Path) -> av.container.InputContainer:
    """Open a file that `encode` wrote, without decoding pictures only to learn what it holds: 2 ms, not 40 at 1080p."""
    return av.open(path, stream_options=[{"skip_frame": "all"}])  # type: ignore[list-item]  # the stub errs


def _tag(context: av.VideoCodecContext, fps: int) -> None:
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED
    context.time_base = Fraction(1, fps)
    context.framerate = Fraction(fps, 1)


class _Buffer(NamedTuple):
    """An encoder frame and its planes as arrays over the same memory."""

    frame: av.VideoFrame
    planes: Planes


def _filled(
    frames: Iterable[Planes | Drawing], count: int, profile: Profile, finish: Finish | None
) -> Generator[av.VideoFrame, None, None]:
    """The next *count* of *frames*, brought into reused buffers and finished by one thread ahead of the caller."""
    source = enumerate(islice(frames, count))
    done = 0
    painter = ThreadPoolExecutor(1, thread_name_prefix="frames")
    try:
        buffers = [_new_buffer(profile) for _ in range(min(_BUFFERS, count))]
        ahead = deque((buffer, painter.submit(_fill, buffer, source, finish)) for buffer in buffers)
        while ahead:
            buffer, filling = ahead.popleft()
            if not filling.result():
                break
            yield buffer.frame
            done += 1
            ahead.append((buffer, painter.submit(_fill, buffer, source, finish)))
    finally:
        painter.shutdown(cancel_futures=True)
    if done < count:
        raise RenderError(f"A segment needs {count} frames; its source ended after {done}.")


def _fill(buffer: _Buffer, source: Iterator[tuple[int, Planes | Drawing]], finish: Finish | None) -> bool:
    """Bring the next frame into *buffer* and finish it; False when there is none."""
    number, frame = next(source, (0, None))
    if frame is None:
        return False
    if callable(frame):
        frame(buffer.planes)
    else:
        _copy(frame, buffer)
    if finish is not None:
        finish(number, buffer.planes)
    return True


def _copy(frame: Planes, buffer: _Buffer) -> None:
    for name, mine, theirs in zip(Planes._fields, buffer.planes, frame, strict=True):
        if mine.shape != theirs.shape or theirs.dtype != np.uint8:
            raise RenderError(
                f"Plane {name} of a frame is {theirs.dtype} {theirs.shape}; it must be uint8 {mine.shape}."
            )
        np.copyto(mine, theirs)


def _new_buffer(profile: Profile) -> _Buffer:
    if profile.width % 2 or profile.height % 2:
        raise RenderError(f"A profile of {profile.width}x{profile.height} has an odd side; 4:2:0 needs even ones.")
    frame = av.VideoFrame(profile.width, profile.height, "yuv420p")
    frame.colorspace, frame.color_range = BT709, LIMITED
    frame.time_base = Fraction(1, profile.fps)
    return _Buffer(frame, frame_planes(frame))


def frame_planes(frame: av.VideoFrame) -> Planes:
    """The three planes of a yuv420p *frame* as arrays over its memory, without the row padding."""
    y, u, v = (
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]  # type: ignore[call-overload]
        for plane in frame.planes
    )
    return Planes(y, u, v)
