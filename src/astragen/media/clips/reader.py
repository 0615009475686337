"""A clip's pictures, decoded in showing order from any moment on.

Pictures that do not decode are left out and counted; interlaced ones are made whole. All
that a clip must be to be filmed is checked at the door. Start reading at `ClipReader`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import av
from av.stream import Disposition

from astragen.errors import ProbeError

SIDE_MAX: Final = 8_192  # px; 8K, and what most decoders end at
PIXELS_MAX: Final = 8_192 * 4_320  # of a picture; one with alpha in 16 bit takes 280 MB

_BEFORE = 4  # pictures decoded before the one asked for, so that the deinterlacer has seen its neighbours
_NEAR_S = 1.0  # seconds; to here it is as well to read on from the start as to seek
_LOCAL = {"protocol_whitelist": "file"}  # a playlist dressed as a clip reaches nothing on the network
_DEFAULT_RATE = Fraction(25)  # of a stream that states neither times nor a rate


class Timed(NamedTuple):
    """A picture and when it is first shown, in seconds from the clip's first."""

    start_s: float
    frame: av.VideoFrame


class ClipReader:
    """The first video stream of a file, checked."""

    def __init__(self, path: Path, *, shot: str) -> None:
        """Open *path* for shot *shot* (for messages) and decode its first picture.

        Raises:
            ProbeError: missing, empty, damaged from the start, without pictures, or too large.
        """
        self._path, self._shot = path, shot
        self.damaged = 0
        self._open()
        self._decoding = self._decoded()
        first = next(self._decoding, None)
        if first is None:
            raise self._refused("has no picture that decodes", "Export it again.")
        self._check_size(first.width, first.height)
        self.first = first
        self._unread: Iterator[av.VideoFrame] | None = chain([first], self._decoding)
        self._zero_s = self._time_of(first) or 0.0
        self.is_interlaced = first.interlaced_frame
        self.picture_s = float(1 / self._rate)

    @property
    def pixel_aspect(self) -> Fraction | None:
        """Width / height of a coded pixel; None when unstated."""
        return self._stream.sample_aspect_ratio or None

    @property
    def stated_s(self) -> float:
        """Seconds that the container says the stream lasts; 0 when it does not."""
        base = self._stream.time_base
        if self._stream.duration and base:
            return float(self._stream.duration * base)
        is_alone = len(self._container.streams) == 1  # else the whole may be as long as its sound
        return float((self._container.duration or 0) / av.time_base) if is_alone else 0.0

    def pictures(self, from_s: float = 0.0) -> Iterator[Timed]:
        """The pictures from the one shown at *from_s*, or an earlier one, on; the last call's iterator ends."""
        ahead_s = _BEFORE * self.picture_s if self.is_interlaced else 0.0
        frames = self._from(from_s - ahead_s)
        return self._timed(_deinterlaced(frames) if self.is_interlaced else frames)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def _open(self) -> None:
        try:
            self._container = av.open(self._path, options=_LOCAL, metadata_errors="ignore")
            streams = [one for one in self._container.streams.video if not one.disposition & Disposition.attached_pic]
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._refused(
                f"cannot be opened: {getattr(error, 'strerror', None) or error}", "Use an MP4, MOV, MKV, WebM or GIF."
            ) from error
        if not streams:
            raise self._refused("has no pictures", "Use a clip with a video stream, or leave `source` out.")
        self._stream = streams[0]
        if self._stream.codec_context is None:  # a playlist dressed as a clip names pictures, and has none
            raise self._refused("has pictures of no kind that can be read", "Use an MP4, MOV, MKV, WebM or GIF.")
        self._stream.thread_count = 1  # one process a core
        self._rate = self._stream.average_rate or self._stream.guessed_rate or _DEFAULT_RATE
        self._check_size(self._stream.codec_context.width, self._stream.codec_context.height)

    def _check_size(self, width: int, height: int) -> None:
        if not width or not height:
            raise self._refused(f"states a size of {width}x{height} px", "Export it again.")
        if max(width, height) > SIDE_MAX or width * height > PIXELS_MAX:
            raise self._refused(
                f"has pictures of {width}x{height} px; up to {SIDE_MAX} px a side and {PIXELS_MAX:,} px in all are"
                " possible",
                "Make it smaller; no film of ours shows more than 4K.",
            )

    def _from(self, from_s: float) -> Iterator[av.VideoFrame]:
        """The pictures from one at or before *from_s* on."""
        unread, self._unread = self._unread, None
        if unread is not None and from_s < _NEAR_S:
            return unread
        return self._sought(from_s) or self._restarted()

    def _sought(self, from_s: float) -> Iterator[av.VideoFrame] | None:
        """As `_from`; None where the file cannot be sought in."""
        if from_s <= 0 or not self._stream.time_base:
            return None
        self._decoding.close()
        try:
            place = int((from_s + self._zero_s) / self._stream.time_base)
            self._container.seek(place, stream=self._stream, backward=True)
        except (av.FFmpegError, OSError):
            return None
        self._decoding = self._decoded()
        landed = next(self._decoding, None)
        at_s = self._time_of(landed) if landed is not None else None
        if landed is None or at_s is None or at_s - self._zero_s > from_s:
            return None
        return chain([landed], self._decoding)

    def _restarted(self) -> Iterator[av.VideoFrame]:
        """All pictures from the first."""
        self._decoding.close()
        self._container.close()
        self._open()
        self._decoding = self._decoded()
        return self._decoding

    def _decoded(self) -> Generator[av.VideoFrame, None, None]:
        """Every picture that decodes; a file that is cut off ends where it is cut."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError):
                self.damaged += 1
                return
            if packet.is_corrupt:
                self.damaged += 1
                continue
            try:
                frames = packet.decode()
            except (av.FFmpegError, OSError):
                self.damaged += 1
                continue
            yield from (frame for frame in frames if isinstance(frame, av.VideoFrame) and not frame.is_corrupt)

    def _timed(self, frames: Iterator[av.VideoFrame]) -> Iterator[Timed]:
        """*frames* with their times, ever later; one without a time follows the one before at the stream's rate."""
        before_s: float | None = None
        for frame in frames:
            said = self._time_of(frame)
            follows = 0.0 if before_s is None else before_s + self.picture_s
            start_s = follows if said is None else said - self._zero_s
            if before_s is None or start_s > before_s:
                before_s = start_s
                yield Timed(start_s, frame)

    def _time_of(self, frame: av.VideoFrame) -> float | None:
        # AVI says when pictures are decoded only: these times, in the order of showing, are right but for their start.
        stamp = frame.dts if self._container.format.name == "avi" else frame.pts
        return None if stamp is None or frame.time_base is None else float(stamp * frame.time_base)

    def _refused(self, what: str, hint: str) -> ProbeError:
        return ProbeError(f"The clip of shot {self._shot} ({self._path.name}) {what}.", hint=hint)


def _deinterlaced(frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """*frames* with the fields of interlaced ones woven into whole pictures (FFmpeg's bwdif, one out for one in)."""
    graph: av.filter.Graph | None = None
    for frame in frames:
        if graph is None:
            graph = _bwdif(frame)
        graph.vpush(frame)
        yield from _pulled(graph)
    if graph is not None:
        graph.vpush(None)
        yield from _pulled(graph)


def _bwdif(frame: av.VideoFrame) -> av.filter.Graph:
    graph = av.filter.Graph()
    graph.threads = 1
    base = frame.time_base or Fraction(1, 1000)
    source = graph.add(
        "buffer",
        f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}"
        f":time_base={base.numerator}/{base.denominator}"
        f":colorspace={int(frame.colorspace)}:range={int(frame.color_range)}",
    )
    weave = graph.add("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
    graph.link_nodes(source, weave, graph.add("buffersink")).configure()
    return graph


def _pulled(graph: av.filter.Graph) -> Iterator[av.VideoFrame]:
    with suppress(av.BlockingIOError, av.EOFError):  # it wants the next frame first, or has given all
        while True:
            yield graph.vpull()
