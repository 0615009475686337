"""Tests of media/mux.py."""

from __future__ import annotations

import itertools
import signal
from pathlib import Path

import av
import numpy as np
import pytest

from astragen.errors import RenderError
from astragen.media.encoder import encode
from astragen.media.mux import COMMENT, CodedSound, code_sound, dithered, mux
from astragen.media.probe import probe
from astragen.media.stills import frames_of
from astragen.model.profile import row
from astragen.model.timeline import Chapter, Cue, Gap, Timeline


@pytest.fixture
def timeline():
    """Makes a timeline of so many frames at 24 frames a second."""

    def make(frames: int, **fields: object) -> Timeline:
        return Timeline(
            title="Étude", fps=24, width=128, height=72, language="en", video=(Gap(frames=frames),), **fields
        )

    return make


@pytest.fixture
def segments(tmp_path, profile, numbered):
    """Encodes consecutive numbered frames as segments of the given lengths."""

    def make(*lengths: int) -> list[Path]:
        paths, start = [], 0
        for place, length in enumerate(lengths):
            paths.append(tmp_path / f"segment{place}.mp4")
            encode((numbered(n) for n in range(start, start + length)), length, profile, paths[-1])
            start += length
        return paths

    return make


def _sound(path: Path) -> np.ndarray:
    """The film's sound as players hear it: (2, n) from time 0."""
    with av.open(path) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].pts == 0
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def test_every_frame_arrives_once_and_in_order(tmp_path, segments, timeline, number):
    """Segments of 1 to 100 frames, some shorter than the reordering delay, join without a seam."""
    paths = segments(30, 1, 2, 12, 3, 100, 1, 1)

    mux(paths, None, timeline(150), tmp_path / "film.mp4")

    assert [number(frame) for frame in frames_of(tmp_path / "film.mp4")] == list(range(150))
    with av.open(tmp_path / "film.mp4") as film:
        packets = [packet for packet in film.demux(video=0) if packet.pts is not None]
    base = packets[0].time_base * 24
    assert [packet.dts * base for packet in packets] == list(range(-2, 148))
    assert sorted(packet.pts * base for packet in packets) == list(range(150))


def test_pictures_are_copied_not_encoded_again(tmp_path, segments, timeline):
    """The pixels of the film are those of its segments, bit for bit."""
    paths = segments(20, 15)

    mux(paths, None, timeline(35), tmp_path / "film.mp4")

    before = [plane.copy() for path in paths for frame in frames_of(path) for plane in frame]
    after = [plane.copy() for frame in frames_of(tmp_path / "film.mp4") for plane in frame]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_sound_and_picture_are_in_sync(tmp_path, profile, numbered, timeline):
    """A click on a white frame is heard within 1 ms of where the frame is shown."""
    flash, frames = 37, [numbered(n) for n in range(60)]
    frames[flash].y[:] = 235
    for part in (0, 1):
        encode(frames[part * 30 : part * 30 + 30], 30, profile, tmp_path / f"{part}.mp4")
    audio = np.zeros((2, 60 * 2000), np.float32)
    audio[:, flash * 2000 : flash * 2000 + 8] = 0.9

    mux([tmp_path / "0.mp4", tmp_path / "1.mp4"], audio, timeline(60), tmp_path / "film.mp4")

    heard = int(np.abs(_sound(tmp_path / "film.mp4")[0]).argmax())
    seen = int(np.argmax([frame.y.mean() for frame in frames_of(tmp_path / "film.mp4")]))
    assert seen == flash
    assert abs(heard - flash * 2000) < 48


def test_sound_and_picture_start_and_end_together(tmp_path, segments, timeline):
    """Both start at 0 and last 50 frames to the sample, without the encoder's priming."""
    mux(segments(50), np.zeros((2, 90_000), np.float32), timeline(50), tmp_path / "film.mp4")

    found = probe(tmp_path / "film.mp4")

    assert found.picture is not None
    assert found.sound is not None
    assert (found.picture.frames, found.sound.samples) == (50, 100_000)
    assert (found.picture.start_s, found.sound.start_s) == (0, 0)


def test_a_longer_mix_is_cut_to_the_film(tmp_path, segments, timeline):
    """Five seconds of mix on 24 frames leave one second."""
    mux(segments(24), np.zeros((2, 240_000), np.float32), timeline(24), tmp_path / "film.mp4")

    sound = probe(tmp_path / "film.mp4").sound

    assert sound is not None
    assert sound.samples == 48_000


def test_a_silent_film_has_a_silent_track(tmp_path, segments, timeline):
    """Without a mix the film still has AAC stereo at 48 kHz, of zeros."""
    mux(segments(24), None, timeline(24), tmp_path / "film.mp4")

    sound = probe(tmp_path / "film.mp4").sound

    assert sound is not None
    assert (sound.codec, sound.profile, sound.sample_rate, sound.channels) == ("aac", "LC", 48_000, 2)
    assert np.abs(_sound(tmp_path / "film.mp4")).max() < 1e-4


def test_the_film_says_what_it_is(tmp_path, segments, timeline):
    """Title, the note on AI, chapters, rate, colour and the index in front are in the file."""
    chapters = (Chapter(title="One", start=0), Chapter(title="Zwei · 三", start=31))

    mux(segments(48), None, timeline(48, chapters=chapters), tmp_path / "film.mp4")

    found = probe(tmp_path / "film.mp4")
    assert (found.title, found.comment) == ("Étude", COMMENT)
    assert [(mark.title, round(mark.start_s * 24)) for mark in found.chapters] == [("One", 0), ("Zwei · 三", 31)]
    assert found.is_faststart
    assert found.picture is not None
    assert found.picture.fps == found.picture.nominal_fps == 24
    assert (found.picture.matrix, found.picture.color_range) == ("bt709", "limited")


def test_the_same_input_gives_the_same_file(tmp_path, segments, timeline):
    """No clock and no chance goes into a film."""
    paths = segments(24, 24)
    for name in ("a.mp4", "b.mp4"):
        mux(paths, None, timeline(48), tmp_path / name)

    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize(
    ("audio", "message"),
    [
        pytest.param(np.zeros((2000, 2), np.float32), "it must be finite float32", id="turned"),
        pytest.param(np.full((2, 2000), np.nan, np.float32), "it must be finite float32", id="not a number"),
    ],
)
def test_a_malformed_mix_is_refused(tmp_path, segments, timeline, audio, message):
    """A mix of another shape, or with a NaN, never reaches the encoder."""
    with pytest.raises(RenderError, match=message):
        mux(segments(24), audio, timeline(24), tmp_path / "film.mp4")


def test_an_error_leaves_the_old_film_and_no_part(tmp_path, segments, timeline):
    """Segments that are too short for the timeline change nothing in the folder."""
    paths = segments(24)
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"the film of yesterday")

    with pytest.raises(RenderError, match="have 24 frames together; the timeline has 25"):
        mux(paths, None, timeline(25), folder / "film.mp4")

    assert [path.name for path in folder.iterdir()] == ["film.mp4"]
    assert (folder / "film.mp4").read_bytes() == b"the film of yesterday"


def test_segments_of_two_profiles_are_refused(tmp_path, profile, numbered, timeline):
    """A segment whose headers differ would not decode; it is named."""
    encode((numbered(n) for n in range(5)), 5, profile, tmp_path / "a.mp4")
    other = profile.model_copy(update={"encoding": row("archive").encoding})
    encode((numbered(n) for n in range(5)), 5, other, tmp_path / "b.mp4")

    with pytest.raises(RenderError, match=r"b\.mp4 was encoded with another profile"):
        mux([tmp_path / "a.mp4", tmp_path / "b.mp4"], None, timeline(10), tmp_path / "film.mp4")


def test_a_segment_that_is_no_video_is_a_render_error(tmp_path, timeline):
    """Garbage instead of a segment names the film that could not be written."""
    (tmp_path / "a.mp4").write_bytes(b"not a video at all" * 9)

    with pytest.raises(RenderError, match=r"film\.mp4 could not be written"):
        mux([tmp_path / "a.mp4"], None, timeline(10), tmp_path / "film.mp4")


def test_no_segments_are_no_film(tmp_path, timeline):
    """An empty list is an error of the caller."""
    with pytest.raises(RenderError, match="at least one segment"):
        mux([], None, timeline(10), tmp_path / "film.mp4")


def test_a_full_disk_leaves_no_part(tmp_path, segments, timeline):
    """When the file cannot grow, the error names the film and nothing is left of it."""
    resource = pytest.importorskip("resource")
    paths = segments(24, 24)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, before[1]))
    try:
        with pytest.raises(RenderError, match=r"film\.mp4 could not be written: .*File too large.* Check the disk"):
            mux(paths, None, timeline(48), tmp_path / "film.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)

    assert not list(tmp_path.glob("film*"))


@pytest.mark.parametrize("wanted", [True, False])
def test_captions_are_a_track_when_asked_for(tmp_path, segments, timeline, wanted):
    """The pictures stay as many; players find the text with its language, or no such track."""
    cues = (Cue(start=3, end=12, text="Storm"), Cue(start=14, end=30, text="Calm"))

    mux(segments(20, 12), None, timeline(32, cues=cues, soft_captions=wanted), tmp_path / "film.mp4")

    with av.open(tmp_path / "film.mp4") as container:
        tracks = container.streams.subtitles
        assert len(tracks) == wanted
        assert [track.metadata["language"] for track in tracks] == ["eng"] * wanted
        texts = [bytes(packet)[2:].decode() for packet in container.demux(*tracks) if packet.size > 2] if wanted else []
        assert texts == ["Storm", "Calm"][: 2 * wanted]
    assert sum(1 for _ in frames_of(tmp_path / "film.mp4")) == 32


@pytest.mark.parametrize("name", ["web", "youtube"])
def test_sound_that_was_encoded_ahead_gives_the_same_file(tmp_path, segments, timeline, name):
    """With an edit list and without, and where the mix is shorter than the film or ends within a block of samples."""
    sound = 0.3 * np.sin(np.arange(2 * 70_001, dtype=np.float32) / 30).reshape(2, -1)
    film = timeline(48).model_copy(update={"profile": name})
    paths = segments(48)

    code_sound(sound, tmp_path / "sound.m4a", frames=48, fps=film.fps, encoding=row(name).encoding)
    mux(paths, sound, film, tmp_path / "at-once.mp4")
    mux(paths, CodedSound(tmp_path / "sound.m4a"), film, tmp_path / "ahead.mp4")

    assert (tmp_path / "ahead.mp4").read_bytes() == (tmp_path / "at-once.mp4").read_bytes()


def test_sound_in_pieces_gives_the_same_file_as_whole(tmp_path, segments, timeline):
    """However it is cut: read as it is needed, a long film's sound takes no more memory than a short one's."""
    sound = np.random.default_rng(2).uniform(-0.3, 0.3, (2, 90_000)).astype(np.float32)
    cuts = [0, 1, 700, 48_000, 48_001, 90_000]
    pieces = (sound[:, start:end] for start, end in itertools.pairwise(cuts))

    mux(segments(48), sound, timeline(48), tmp_path / "whole.mp4")
    mux(segments(48), pieces, timeline(48), tmp_path / "pieces.mp4")

    assert (tmp_path / "whole.mp4").read_bytes() == (tmp_path / "pieces.mp4").read_bytes()


def test_rounding_to_24_bits_leaves_noise_and_no_distortion():
    """A sine of half a step survives dithering; rounded without it would be nothing at all."""
    steps = 0.4 * np.sin(2 * np.pi * 100 * np.arange(48_000) / 4800)
    block = (np.stack([steps, steps]) / 2**23).astype(np.float32)

    heard = dithered(block, np.random.default_rng(1))

    assert np.array_equal(heard, np.rint(heard))
    assert heard.mean() == pytest.approx(0, abs=0.02)
    wave = np.exp(-2j * np.pi * 100 * np.arange(48_000) / 4800)
    assert abs(heard[0] @ wave) / 24_000 == pytest.approx(0.4, abs=0.05)


def test_dithered_sound_stays_within_24_bits():
    """Also at full scale."""
    heard = dithered(np.float32([[1.0, -1.0, 2.0]] * 2), np.random.default_rng(1))

    assert heard.max() == 2**23 - 1
    assert heard.min() >= -(2**23)
