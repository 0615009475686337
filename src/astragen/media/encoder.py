"""Frames to an H.264 segment.

All segments of a profile share every setting that reaches the stream's headers
(`stitchable`), start with an IDR picture and close their last group, so that
`media/mux.py` joins them by copying packets. One producer thread pulls frames
into a few reused buffers while this one encodes: painting and x264 both release
the GIL, and memory stays bounded. Start reading at `encode`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from astragen.errors import RenderError
from astragen.model.planes import Planes
from astragen.model.segment import Profile

BT709, LIMITED = 1, 1  # codes of ITU-T H.273 (primaries, transfer and matrix) and of FFmpeg's AVCOL_RANGE_MPEG
SEGMENT_FORMAT = "mp4"  # measured: exact integer pts and negative dts come back; Matroska rounds to milliseconds
REORDER_DELAY = 2  # frames that x264's B-pyramid puts decoding ahead of showing; no preset needs more

# Partitions, quarter-pixel refinement, wider searches and chosen B-frames find next to nothing under grain, and
# a shot has no cut inside: without them 1080p frames of the painter cost 30 instead of 65 ms, with 0.2 dB less
# PSNR at 0-6 % less rate.
_SEARCH = "subme=1:partitions=none:me=dia:b-adapt=0:scenecut=0"

_BUFFERS = 4  # frames in flight between painter and encoder
_KEYFRAME_S = 4  # a player seeks at least this finely

Options = Mapping[str, str]


def encode(frames: Iterable[Planes], count: int, profile: Profile, path: Path, *, threads: int = 1) -> None:
    """Encode the next *count* of *frames* as the segment *path*.

    H.264 High, yuv420p, tagged BT.709 limited; the same frames give the same bytes.
    The default of one thread is for one process a core.

    Raises:
        RenderError: *frames* ended early, a frame has another size, or the file cannot be written.
    """
    write(frames, count, profile, path, options=_options(profile), threads=threads)


def write(
    frames: Iterable[Planes], count: int, profile: Profile, path: Path, *, options: Options, threads: int = 1
) -> None:
    """Encode with libx264 under *options* (x264's own names); see `encode` for the rest."""
    if count < 1:
        raise RenderError(f"A segment of {count} frames was asked for; it must have at least 1.")
    try:
        with av.open(path, "w", format=SEGMENT_FORMAT) as container:
            stream = container.add_stream("libx264", rate=profile.fps, options=dict(options))
            stream.width, stream.height, stream.pix_fmt = profile.width, profile.height, "yuv420p"
            _tag(stream.codec_context, profile.fps)
            stream.codec_context.thread_count = threads
            with closing(_filled(frames, count, profile)) as filled:
                for number, frame in enumerate(filled):
                    frame.pts = number
                    container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (av.FFmpegError, OSError) as error:
        raise RenderError(f"{path.name} could not be encoded: {error}.", hint="Check the free disk space.") from error


def _options(profile: Profile) -> dict[str, str]:
    keyframe = _KEYFRAME_S * profile.fps
    return {
        "preset": profile.preset,
        "crf": str(profile.crf),
        "profile": "high",
        "aq-mode": "3",  # favours dark areas, where painted skies band
        "g": str(keyframe),
        "x264-params": f"stitchable=1:open-gop=0:{_SEARCH}",
    }


def _tag(context: av.VideoCodecContext, fps: int) -> None:
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED
    context.time_base = Fraction(1, fps)
    context.framerate = Fraction(fps, 1)


class _Buffer(NamedTuple):
    """An encoder frame and its planes as arrays over the same memory."""

    frame: av.VideoFrame
    planes: Planes


def _filled(frames: Iterable[Planes], count: int, profile: Profile) -> Generator[av.VideoFrame, None, None]:
    """The next *count* of *frames*, copied into reused buffers by one thread ahead of the caller."""
    source = islice(frames, count)
    done = 0
    painter = ThreadPoolExecutor(1, thread_name_prefix="frames")
    try:
        buffers = [_new_buffer(profile) for _ in range(min(_BUFFERS, count))]
        ahead = deque((buffer, painter.submit(_fill, buffer, source)) for buffer in buffers)
        while ahead:
            buffer, filling = ahead.popleft()
            if not filling.result():
                break
            yield buffer.frame
            done += 1
            ahead.append((buffer, painter.submit(_fill, buffer, source)))
    finally:
        painter.shutdown(cancel_futures=True)
    if done < count:
        raise RenderError(f"A segment needs {count} frames; its source ended after {done}.")


def _fill(buffer: _Buffer, source: Iterator[Planes]) -> bool:
    """Copy the next frame into *buffer*; False when there is none."""
    planes = next(source, None)
    if planes is None:
        return False
    for name, mine, theirs in zip(Planes._fields, buffer.planes, planes, strict=True):
        if mine.shape != theirs.shape or theirs.dtype != np.uint8:
            raise RenderError(
                f"Plane {name} of a frame is {theirs.dtype} {theirs.shape}; it must be uint8 {mine.shape}."
            )
        np.copyto(mine, theirs)
    return True


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
