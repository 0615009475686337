"""Captions as a track of the MP4 that players show on request: 3GPP timed text (tx3g).

A sample is its text's length in two bytes and the text in UTF-8 (3GPP TS 26.245, 5.17);
FFmpeg's muxer writes the empty samples between. Start reading at `add_track`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, cast

import av

from astragen.media.captions.ass import ass
from astragen.media.captions.files import bare_rows
from astragen.model.timeline import Cue, Timeline

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.subtitles.stream import SubtitleStream

TEXT_MAX = 0xFFFF  # bytes of a sample's text


def add_track(film: OutputContainer, timeline: Timeline) -> SubtitleStream:
    """Add the track of *timeline*'s captions to *film*, which has not begun to write."""
    track = film.add_stream("mov_text")
    head = ass(timeline.model_copy(update={"cues": (), "caption_style": "clean"}))
    track.codec_context.subtitle_header = head.encode()  # mov_text makes the track's font and colour of it
    track.time_base = Fraction(1, timeline.fps)
    track.metadata["language"] = track_language(timeline.language)
    track.metadata["handler_name"] = "AstraGen captions"
    return track


def track_packets(cues: Sequence[Cue], fps: int, track: SubtitleStream) -> Iterator[av.Packet[SubtitleStream]]:
    """The cues as packets, in order; what is longer than a sample holds is cut."""
    for cue in cues:
        text = bare_rows(cue.text).encode()[:TEXT_MAX].decode(errors="ignore").encode()
        packet = cast("av.Packet[SubtitleStream]", av.Packet(len(text).to_bytes(2, "big") + text))
        packet.pts = packet.dts = cue.start
        packet.duration = cue.end - cue.start
        packet.time_base = Fraction(1, fps)
        packet.stream = track
        yield packet


@lru_cache(maxsize=16)
def track_language(tag: str) -> str:
    """The three letters that MP4 wants (ISO 639-2/T) for a BCP 47 *tag*; "und" where it has no such code."""
    first = tag.lower().partition("-")[0]
    table: dict[str, str] = json.loads((resources.files("astragen.data") / "iso639.json").read_text("utf-8"))["codes"]
    return first if len(first) == 3 else table.get(first, "und")
