"""Segments and sound to the film file, without encoding a picture again.

Video packets are copied with shifted times. x264 decodes at most REORDER_DELAY
frames ahead of showing, so packet i of a segment that starts at frame s decodes at
s + i - REORDER_DELAY: strictly rising over all segments. The AAC encoder's priming
lies before time 0 and an edit list hides it. Start reading at `mux`.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from astragen.errors import RenderError
from astragen.media.encoder import REORDER_DELAY
from astragen.model.time import SAMPLE_RATE, frames_to_samples
from astragen.model.timeline import Timeline

AUDIO_BIT_RATE = 192_000  # bit/s; AAC-LC stereo is transparent for speech over music here
# FFmpeg's "fast" coder: its manual calls it better than the default at high rates; measured 2.6 times as fast.
AUDIO_OPTIONS = {"aac_coder": "fast"}
COMMENT = "This film is AI-generated: pictures, voice and music were made by AstraGen."

# The index before the pictures, so that playing starts while loading; edit lists in samples, not milliseconds.
_CONTAINER = {"movflags": "+faststart", "movie_timescale": str(SAMPLE_RATE)}
_AAC_FRAME = 1024  # samples (ISO/IEC 14496-3)


def mux(segments: Sequence[Path], audio: NDArray[np.float32] | None, timeline: Timeline, out: Path) -> None:
    """Write the film *out* from *segments* in film order.

    Args:
        segments: files of `media/encoder.py`, all of one profile; together `timeline.frames` frames.
        audio: (2, n) float32 at 48 kHz, cut or padded with silence to the film's length; None is silence.
        timeline: gives length, rate, title and chapters.
        out: replaced only when the new film is complete; on any error it is left as it was.

    Raises:
        RenderError: no segments, segments that do not fit together or the timeline, malformed
            audio, or a file that cannot be read or written.
    """
    if not segments:
        raise RenderError("A film needs at least one segment.")
    sound = _of_length(audio, frames_to_samples(timeline.frames, timeline.fps))
    part = out.with_name(f"{out.name}.part")
    try:
        _write(segments, sound, timeline, part)
        os.replace(part, out)
    except (av.FFmpegError, OSError) as error:
        raise RenderError(
            f"{out.name} could not be written: {error}.", hint="Check the disk and the folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _of_length(audio: NDArray[np.float32] | None, samples: int) -> NDArray[np.float32]:
    if audio is None:
        return np.zeros((2, samples), np.float32)
    if audio.ndim != 2 or audio.shape[0] != 2 or not np.isfinite(audio).all():
        raise RenderError(f"The mix is {audio.dtype} {audio.shape}; it must be finite float32 (2, samples).")
    missing = max(0, samples - audio.shape[1])
    return np.pad(audio[:, :samples].astype(np.float32), ((0, 0), (0, missing)))


def _write(segments: Sequence[Path], sound: NDArray[np.float32], timeline: Timeline, part: Path) -> None:
    with (
        av.open(segments[0]) as pattern,
        av.open(part, "w", format="mp4", options=_CONTAINER) as film,
    ):
        video = film.add_stream_from_template(pattern.streams.video[0])
        video.time_base = Fraction(1, timeline.fps)
        voice = film.add_stream(
            "aac", rate=SAMPLE_RATE, options=AUDIO_OPTIONS, layout="stereo", format="fltp", bit_rate=AUDIO_BIT_RATE
        )
        _describe(film, timeline)
        pictures = _pictures(segments, timeline, video)
        sounds = _sounds(sound, voice)
        packets: Iterator[av.Packet[av.VideoStream] | av.Packet[av.AudioStream]] = heapq.merge(
            pictures, sounds, key=_decoding_time
        )
        for packet in packets:
            film.mux(packet)


def _describe(film: av.container.OutputContainer, timeline: Timeline) -> None:
    film.metadata["title"] = timeline.title
    film.metadata["comment"] = COMMENT
    film.streams.video[0].metadata["handler_name"] = "AstraGen video"
    film.streams.audio[0].metadata["handler_name"] = "AstraGen sound"
    ends = [chapter.start for chapter in timeline.chapters[1:]] + [timeline.frames]
    film.set_chapters(
        [
            {
                "id": number,
                "start": chapter.start,
                "end": end,
                "time_base": Fraction(1, timeline.fps),
                "metadata": {"title": chapter.title},
            }
            for number, (chapter, end) in enumerate(zip(timeline.chapters, ends, strict=True))
        ]
        if timeline.chapters
        else []
    )


def _decoding_time(packet: av.Packet[av.VideoStream] | av.Packet[av.AudioStream]) -> Fraction:
    return Fraction(packet.dts or 0) * packet.time_base


def _pictures(
    segments: Sequence[Path], timeline: Timeline, stream: av.VideoStream
) -> Iterator[av.Packet[av.VideoStream]]:
    """The packets of all segments in decoding order, on the film's time."""
    start, header = 0, None
    for path in segments:
        with av.open(path) as container:
            source = container.streams.video[0]
            header = header or source.codec_context.extradata
            if source.codec_context.extradata != header:
                raise RenderError(f"Segment {path.name} was encoded with another profile than the first.")
            count = 0
            for packet in container.demux(source):
                if packet.pts is None:  # the empty packet at the end
                    continue
                yield _placed(packet, start, start + count - REORDER_DELAY, timeline.fps, stream)
                count += 1
        start += count
    if start != timeline.frames:
        raise RenderError(f"The segments have {start} frames together; the timeline has {timeline.frames}.")


def _placed(
    packet: av.Packet[av.VideoStream], start: int, dts: int, fps: int, stream: av.VideoStream
) -> av.Packet[av.VideoStream]:
    """*packet* moved to frame *start*; its own time counts frames of the segment."""
    number = Fraction(packet.pts or 0) * packet.time_base * fps
    if number.denominator != 1:
        raise RenderError(f"A segment's picture lies between frames, at {float(number):.3f}; it has another rate.")
    packet.pts, packet.dts, packet.duration = start + int(number), dts, 1
    packet.time_base = Fraction(1, fps)
    packet.stream = stream
    return packet


def _sounds(sound: NDArray[np.float32], stream: av.AudioStream) -> Iterator[av.Packet[av.AudioStream]]:
    """*sound* encoded, in order."""
    for first in range(0, sound.shape[1], _AAC_FRAME):
        block = np.ascontiguousarray(sound[:, first : first + _AAC_FRAME])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, first, Fraction(1, SAMPLE_RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)
