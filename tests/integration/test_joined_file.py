"""A film joined from segments is as valid as one encoded whole: for every codec that is here, by four readers.

Besides FFmpeg (PyAV): MediaInfo (pymediainfo), mutagen, and where they are installed ffprobe and another FFmpeg.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import av
import mutagen.mp4
import numpy as np
import pytest
from pymediainfo import MediaInfo

from astragen.media.encoder import encode, frame_planes
from astragen.media.mux import mux
from astragen.media.profiles import has_encoder
from astragen.model.planes import Planes
from astragen.model.profile import row
from astragen.model.segment import Profile
from astragen.model.timeline import Gap, Timeline

WIDTH, HEIGHT, FPS = 256, 144, 24  # DNxHR takes nothing smaller
LENGTHS = (30, 1, 2, 120, 3, 7, 1)  # frames; shorter than any reordering, and longer than a group of pictures
FRAMES = sum(LENGTHS)
STARTS = [sum(LENGTHS[:place]) for place in range(len(LENGTHS))]
SAMPLES = FRAMES * 2000
CLICK = 2 * 24_000 + 777  # sample, far from any AAC frame's edge
BITS, CELL = 8, 32  # a row of cells along the top, white for 1

CODECS = {  # profile: what MediaInfo and ffprobe call its codec
    "web": ("AVC", "h264"),
    "draft": ("AVC", "h264"),
    "youtube": ("AVC", "h264"),
    "hevc": ("HEVC", "hevc"),
    "av1": ("AV1", "av1"),
    "prores": ("ProRes", "prores"),
    "dnxhr": ("VC-3", "dnxhd"),
}


class Films(NamedTuple):
    """The same frames and sound, joined from segments and encoded whole."""

    name: str
    joined: Path
    whole: Path
    segments: list[Path]


def frame(number: int) -> Planes:
    """The frame that shows its *number*, over a slope that moves."""
    across, down = np.arange(WIDTH)[None], np.arange(HEIGHT)[:, None]
    y = (60 + (across + 2 * down + 3 * number) % 80).astype(np.uint8)
    for bit in range(BITS):
        y[:CELL, bit * CELL : (bit + 1) * CELL] = 235 if number >> bit & 1 else 16
    half = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return Planes(y, half, half)


def number_of(shown: av.VideoFrame) -> int:
    luma = frame_planes(shown.reformat(format="yuv420p")).y
    cells = [luma[4 : CELL - 4, bit * CELL + 4 : (bit + 1) * CELL - 4].mean() for bit in range(BITS)]
    return sum(int(cell > 125) << bit for bit, cell in enumerate(cells))


def sound() -> np.ndarray:
    """A click in silence, and a tone in the last second."""
    audio = np.zeros((2, SAMPLES), np.float32)
    audio[:, CLICK : CLICK + 8] = 0.9
    audio[:, -48_000:] = 0.3 * np.sin(np.arange(48_000) / 20)
    return audio


def make(folder: Path, name: str) -> Films:
    profile = Profile(width=WIDTH, height=HEIGHT, fps=FPS, encoding=row(name).encoding)
    timeline = Timeline(
        title="Joined", fps=FPS, width=WIDTH, height=HEIGHT, language="en", profile=name, video=(Gap(frames=FRAMES),)
    )
    segments = []
    for start, length in zip(STARTS, LENGTHS, strict=True):
        segments.append(folder / f"segment{start}{profile.encoding.suffix}")
        encode((frame(n) for n in range(start, start + length)), length, profile, segments[-1])
    one = folder / f"one{profile.encoding.suffix}"
    encode((frame(n) for n in range(FRAMES)), FRAMES, profile, one)
    joined, whole = (folder / f"{kind}{profile.encoding.suffix}" for kind in ("joined", "whole"))
    mux(segments, sound(), timeline, joined)
    mux([one], sound(), timeline, whole)
    return Films(name, joined, whole, segments)


@pytest.fixture(scope="module", params=CODECS)
def films(request, tmp_path_factory) -> Films:
    """The films of one codec."""
    if not has_encoder(row(request.param).encoding.encoder):
        pytest.skip(f"this build of PyAV has no {row(request.param).encoding.encoder}")
    return make(tmp_path_factory.mktemp(request.param), request.param)


def test_every_frame_is_decoded_without_an_error_and_in_order(films):
    """Nothing is lost, doubled or damaged at any seam."""
    with av.open(films.joined) as container:
        container.streams.video[0].codec_context.options = {"err_detect": "explode"}
        frames = list(container.decode(video=0))

    assert [number_of(shown) for shown in frames] == list(range(FRAMES))
    assert not any(shown.is_corrupt for shown in frames)
    assert [shown.pts * shown.time_base * FPS for shown in frames] == list(range(FRAMES))


def test_decoding_times_rise_by_one_frame_and_showing_times_have_no_gap(films):
    """No packet is shown before it is decoded; pictures begin at 0."""
    with av.open(films.joined) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        begins = stream.start_time * stream.time_base

    decoded = [packet.dts * packet.time_base * FPS for packet in packets]
    shown = [packet.pts * packet.time_base * FPS for packet in packets]
    assert begins == 0
    assert {after - before for before, after in pairwise(decoded)} == {1}
    assert sorted(shown) == list(range(FRAMES))
    assert all(at >= by for at, by in zip(shown, decoded, strict=True))
    assert all(packet.duration * packet.time_base * FPS == 1 for packet in packets)


def test_a_player_can_begin_at_every_segment(films):
    """The first packet of each is a key frame, and seeking there shows its first frame."""
    with av.open(films.joined) as container:
        stream = container.streams.video[0]
        keys = {
            packet.pts * packet.time_base * FPS
            for packet in container.demux(stream)
            if packet.size and packet.is_keyframe
        }
    assert set(STARTS) <= keys

    for start in STARTS:
        with av.open(films.joined) as container:
            stream = container.streams.video[0]
            container.seek(round(Fraction(start, FPS) / stream.time_base), stream=stream, backward=True)
            assert number_of(next(container.decode(stream))) == start


def test_joining_costs_nothing_but_key_frames(films):
    """The joined film has the codec, headers, rate, length and sound of the whole one, and as many packets."""

    def known(path: Path) -> tuple[object, ...]:
        with av.open(path) as container:
            video, audio = container.streams.video[0], container.streams.audio[0]
            context = video.codec_context
            counts = [0, 0]
            for packet in container.demux():
                counts[packet.stream.index] += packet.size > 0
            return (
                *(context.name, context.profile, context.codec_tag, context.extradata, context.pix_fmt),
                *(video.average_rate, video.base_rate, video.duration * video.time_base),
                *(audio.duration * audio.time_base, audio.start_time, tuple(counts), container.duration),
            )

    assert known(films.joined) == known(films.whole)


def test_the_first_sample_is_where_it_belongs(films):
    """AAC's priming is not heard: the click is in its place to 1 ms, and the sound as long as the pictures."""
    with av.open(films.joined) as container:
        heard = list(container.decode(audio=0))
    first = heard[0].pts * heard[0].time_base * 48_000
    samples = np.concatenate([_floats(block) for block in heard], axis=1)

    assert first == 0
    assert abs(int(np.abs(samples[0, : CLICK + 10_000]).argmax()) - CLICK) < 48
    assert 0 <= samples.shape[1] - SAMPLES < 1024
    tone = samples[0, SAMPLES - 24_000 : SAMPLES - 2_000]
    assert 0.25 < np.abs(tone).max() < 0.35


def _floats(block: av.AudioFrame) -> np.ndarray:
    """(2, n) in -1 to 1."""
    values = block.to_ndarray()
    if values.dtype == np.float32:
        return values
    return values.reshape(-1, 2).T / 2**31


def test_mediainfo_reads_what_was_meant(films):
    """A demuxer that shares no code with FFmpeg agrees on codec, size, rate, frames, lengths and colours."""
    tracks = {track.track_type: track for track in MediaInfo.parse(films.joined).tracks}
    video, audio = tracks["Video"], tracks["Audio"]

    assert video.format == CODECS[films.name][0]
    assert (video.width, video.height, Fraction(video.frame_rate).limit_denominator(100)) == (WIDTH, HEIGHT, FPS)
    assert video.frame_rate_mode == "CFR"
    assert int(video.frame_count) == FRAMES
    assert abs(int(float(video.duration)) - FRAMES * 1000 // FPS) <= 1
    assert abs(int(float(audio.duration)) - FRAMES * 1000 // FPS) <= (
        22 if not row(films.name).encoding.edit_lists else 1
    )
    assert (video.matrix_coefficients, video.color_range or "Limited") == ("BT.709", "Limited")
    assert int(audio.sampling_rate) == 48_000
    assert not [name for name in video.to_data() if "conformance" in name.lower()]


def test_mutagen_reads_the_boxes(films):
    """A second one, in Python: the index in front, one sample a frame, and edit lists that begin at the first frame."""
    with films.joined.open("rb") as file:
        atoms = mutagen.mp4.Atoms(file)
        tracks = {_kind(file, track): track for track in atoms[b"moov"].findall(b"trak")}
        sizes = _payload(file, tracks["vide"][b"mdia", b"minf", b"stbl", b"stsz"])
        edits = [edit for atom in tracks["vide"].findall(b"edts") for edit in _edits(_payload(file, atom)[8:])]

    names = [atom.name for atom in atoms.atoms]
    assert names.index(b"moov") < names.index(b"mdat")
    assert struct.unpack(">I", sizes[8:12])[0] == FRAMES
    if row(films.name).encoding.edit_lists:
        ((length, media_time),) = edits
        assert length == SAMPLES
        assert media_time == row(films.name).encoding.reorder * _timescale(films.joined) // FPS
    else:
        assert edits == []
    if films.joined.suffix == ".mp4":
        assert mutagen.mp4.MP4(films.joined).info.length == pytest.approx(FRAMES / FPS, abs=0.025)


def _payload(file, atom: mutagen.mp4.Atom) -> bytes:
    file.seek(atom.offset + 8)
    return file.read(atom.length - 8)


def _kind(file, track: mutagen.mp4.Atom) -> str:
    return _payload(file, track[b"mdia", b"hdlr"])[8:12].decode()


def _edits(elst: bytes) -> Iterator[tuple[int, int]]:
    """(length in the film's units, start in the track's) of each edit (ISO/IEC 14496-12, 8.6.6)."""
    version, count = elst[0], struct.unpack(">I", elst[4:8])[0]
    form = ">Qq" if version else ">Ii"
    for place in range(count):
        yield struct.unpack_from(form, elst, 8 + place * (struct.calcsize(form) + 4))


def _timescale(path: Path) -> int:
    with av.open(path) as container:
        return container.streams.video[0].time_base.denominator


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
def test_ffprobe_finds_no_fault(films):
    """It decodes everything, warns of nothing, and counts every frame."""
    command = ["ffprobe", "-v", "warning", "-count_frames", "-show_streams", "-of", "json", str(films.joined)]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    streams = {stream["codec_type"]: stream for stream in json.loads(done.stdout)["streams"]}
    assert done.stderr == ""
    assert streams["video"]["codec_name"] == CODECS[films.name][1]
    assert int(streams["video"]["nb_read_frames"]) == FRAMES


def test_another_build_of_ffmpeg_decodes_it_without_a_word(films):
    """The one that comes with MoviePy stops at the first error and prints every warning; there is none."""
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="no second FFmpeg is installed").get_ffmpeg_exe()

    done = subprocess.run(
        [ffmpeg, "-v", "warning", "-xerror", "-i", str(films.joined), "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_each_segment_plays_by_itself(films):
    """What is finished can be shown while the rest is made: a whole file of its own that begins at 0."""
    for path, start, length in zip(films.segments, STARTS, LENGTHS, strict=True):
        with av.open(path) as container:
            frames = list(container.decode(video=0))
        assert [number_of(shown) for shown in frames] == list(range(start, start + length))
        assert [shown.pts * shown.time_base * FPS for shown in frames] == list(range(length))


def test_the_same_frames_give_the_same_file(films, tmp_path):
    """Segments and film, made a second time, have the same SHA-256."""
    again = make(tmp_path, films.name)

    for before, after in zip((*films.segments, films.joined), (*again.segments, again.joined), strict=True):
        assert hashlib.sha256(before.read_bytes()).digest() == hashlib.sha256(after.read_bytes()).digest()
