"""The soft track of the MP4."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from astragen.media.captions.track import add_track, track_language, track_packets
from astragen.model.timeline import Cue, Gap, Timeline

CUES = (
    Cue(start=12, end=30, text="Der Wärter\nsteigt."),
    Cue(start=32, end=48, text="灯台 🐋"),
)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two seconds of black with a track of captions."""
    path = tmp_path / "film.mp4"
    timeline = Timeline(
        title="T", fps=24, width=160, height=90, language="de-AT", video=(Gap(frames=48),), cues=CUES
    )  # fmt: skip
    with av.open(path, "w") as out:
        video = out.add_stream("libx264", rate=24, width=160, height=90)
        video.codec_context.time_base = Fraction(1, 24)
        track = add_track(out, timeline)
        captions = list(track_packets(CUES, 24, track))
        for number in range(48):
            frame = av.VideoFrame(160, 90, "yuv420p")
            frame.pts = number
            out.mux(video.encode(frame))
        for packet in captions:
            out.mux(packet)
        out.mux(video.encode(None))
    return path


def test_the_track_has_the_films_language_and_words(film: Path):
    """Players see a German track; each sample is shown as long as its cue."""
    with av.open(film) as container:
        track = container.streams.subtitles[0]
        found = [
            (packet.pts * packet.time_base, packet.duration * packet.time_base, bytes(packet)[2:].decode())
            for packet in container.demux(track)
            if packet.size > 2
        ]

        assert track.codec_context.name == "mov_text"
        assert track.metadata["language"] == "deu"
    assert found == [
        (Fraction(12, 24), Fraction(18, 24), "Der Wärter\nsteigt."),
        (Fraction(32, 24), Fraction(16, 24), "灯台 🐋"),
    ]


def test_a_decoder_reads_the_text(film: Path):
    """FFmpeg's own decoder gives the text back."""
    with av.open(film) as container:
        texts = [
            part.dialogue.decode() for packet in container.demux(subtitles=0) for part in packet.decode() if packet.size
        ]
    assert texts == ["Der Wärter\nsteigt.", "灯台 🐋"]


@pytest.mark.parametrize(
    ("tag", "code"), [("de", "deu"), ("pt-BR", "por"), ("zh-Hant", "zho"), ("yue", "yue"), ("xx", "und")]
)
def test_a_tag_becomes_three_letters(tag: str, code: str):
    """Regions and scripts are left out; what has no code is undetermined."""
    assert track_language(tag) == code
