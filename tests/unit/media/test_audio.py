"""WAV files in and out."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from astragen.errors import ProbeError
from astragen.media.audio import conformed, read_wav, samples_of, wav_bytes, wav_pieces, write_wav, write_wav_of

RATE = 48_000


def pcm16(samples, rate=RATE, channels=1):
    body = (np.asarray(samples) * 32767).astype("<i2").tobytes()
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    chunks = struct.pack("<4sI4s", b"LIST", 4, b"INFO") + head + struct.pack("<4sI", b"data", len(body)) + body
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks


def wav(body, *, code=1, bits=16, rate=RATE, channels=1, size=None):
    step = bits // 8 * channels
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, code, channels, rate, rate * step, step, bits)
    said = len(body) if size is None else size
    return b"RIFF\xff\xff\xff\xffWAVE" + head + struct.pack("<4sI", b"data", said) + body


@pytest.mark.parametrize("shape", [(1000,), (2, 1000)], ids=["mono", "stereo"])
def test_a_wav_comes_back_as_it_went(tmp_path, shape):
    """Float samples, shape and all, also beyond full scale."""
    samples = (np.random.default_rng(3).standard_normal(shape)).astype(np.float32)

    write_wav(tmp_path / "a.wav", samples)

    assert np.array_equal(read_wav(tmp_path / "a.wav"), samples)
    assert np.array_equal(samples_of(wav_bytes(samples)), samples)


def test_pieces_make_the_same_file_as_the_whole(tmp_path):
    """Byte for byte."""
    samples = np.random.default_rng(4).standard_normal((2, 100_000)).astype(np.float32)

    pieces = (samples[:, start : start + 30_000] for start in range(0, 100_000, 30_000))
    write_wav_of(tmp_path / "a.wav", pieces, channels=2, samples=100_000)

    assert (tmp_path / "a.wav").read_bytes() == wav_bytes(samples)


def test_a_16_bit_wav_with_other_chunks_is_read():
    """PCM from elsewhere, a LIST chunk before the format."""
    assert samples_of(pcm16([0, 0.5, -0.5])) == pytest.approx([0, 0.5, -0.5], abs=1e-4)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no WAV"),
        (b"ID3\x04 an mp3", "no WAV"),
        (wav_bytes(np.zeros(9, np.float32))[:40], "without sound"),
        (b"RIFF\x04\x00\x00\x00WAVE", "without a format"),
        (pcm16([0.1], rate=44_100), "44100 Hz"),
        (pcm16([0.1] * 6, channels=6), "6 channels"),
        (wav_bytes(np.array([0.0, np.nan], np.float32)), "no numbers"),
        (pcm16([0.1]).replace(b"\x10\x00data", b"\x18\x00data"), "24 bits"),
    ],
    ids=["empty", "mp3", "cut", "bare", "rate", "channels", "nan", "depth"],
)
def test_what_is_no_sound_of_ours_is_refused(content, says):
    """The message says what is wrong."""
    with pytest.raises(ProbeError, match=says):
        samples_of(content)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.0, 2.7])
@pytest.mark.parametrize("channels", [1, 2])
def test_pieces_of_a_file_are_the_whole_of_it(tmp_path, seconds, channels):
    """In order, none longer than a second; a file without sound has one empty piece."""
    shape = (channels, round(48_000 * seconds)) if channels == 2 else round(48_000 * seconds)
    samples = np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)
    write_wav(tmp_path / "a.wav", samples)

    pieces = list(wav_pieces(tmp_path / "a.wav"))

    assert max(piece.shape[-1] for piece in pieces) <= 48_000
    np.testing.assert_array_equal(np.concatenate(pieces, -1), samples)
    np.testing.assert_array_equal(read_wav(tmp_path / "a.wav"), samples)


TONE = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE) / 2


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(wav(np.rint(TONE * 127 + 128).astype(np.uint8).tobytes(), bits=8), id="8 bits"),
        pytest.param(wav((TONE * 2**15).astype("<i2").tobytes()), id="16 bits"),
        pytest.param(
            wav((TONE * 2**31).astype("<i4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes(), bits=24), id="24 bits"
        ),
        pytest.param(wav((TONE * 2**31).astype("<i4").tobytes(), bits=32), id="32 bits"),
        pytest.param(wav(TONE.astype("<f8").tobytes(), code=3, bits=64), id="64-bit floats"),
        pytest.param(wav((TONE * 2**15).astype("<i2").tobytes(), size=0xFFFFFFFF), id="size unknown"),
        pytest.param(wav((TONE * 2**15).astype("<i2").tobytes(), size=0), id="size not filled in"),
    ],
)
def test_a_file_of_any_depth_is_conformed(tmp_path, content):
    """The tone it holds, within what the depth can say."""
    (tmp_path / "a.wav").write_bytes(content)

    heard = conformed(tmp_path / "a.wav", 1, name="a line")

    assert heard.dtype == np.float32
    assert heard == pytest.approx(TONE, abs=0.01)


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 96_000])
def test_a_file_of_another_rate_is_conformed(tmp_path, rate):
    """A second at any rate is a second at 48 kHz, and the same tone."""
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate) / 2
    (tmp_path / "a.wav").write_bytes(pcm16(tone, rate=rate))

    heard = conformed(tmp_path / "a.wav", 1, name="a line")

    assert len(heard) == RATE
    assert heard[2_000:-2_000] == pytest.approx(TONE[2_000:-2_000], abs=2e-3)


@pytest.mark.parametrize(
    ("place", "left", "right"),
    [
        pytest.param(0, 1.0, 0.0, id="front left"),
        pytest.param(1, 0.0, 1.0, id="front right"),
        pytest.param(2, 0.7071, 0.7071, id="centre"),
        pytest.param(3, 0.0, 0.0, id="deep effects"),
        pytest.param(4, 0.7071, 0.0, id="back left"),
        pytest.param(5, 0.0, 0.7071, id="back right"),
    ],
)
def test_surround_is_laid_on_two_channels(tmp_path, place, left, right):
    """Each of the six where it stands, by the weights of BS.775."""
    six = np.zeros((6, 100), np.float32)
    six[place] = 1.0
    write_wav(tmp_path / "a.wav", six)

    stereo = conformed(tmp_path / "a.wav", 2, name="the score")

    assert stereo.shape == (2, 100)
    assert stereo.mean(1) == pytest.approx([left, right], abs=1e-4)
    assert conformed(tmp_path / "a.wav", 1, name="a line").mean() == pytest.approx((left + right) / 2, abs=1e-4)


def test_mono_is_heard_on_both_sides(tmp_path):
    """One channel where two are wanted."""
    write_wav(tmp_path / "a.wav", np.ones(10, np.float32))

    assert np.array_equal(conformed(tmp_path / "a.wav", 2, name="the score"), np.ones((2, 10)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "a line: is no WAV", id="no bytes"),
        pytest.param(wav(b""), "a line: holds no sound", id="no sound"),
        pytest.param(b"ID3\x04 an mp3", "a line: is no WAV", id="mp3"),
        pytest.param(wav(b"\0" * 64, channels=16), "16 channels", id="channels"),
        pytest.param(wav(b"\0" * 64, rate=0), "at 0 Hz", id="rate"),
        pytest.param(wav(b"\0" * 64, bits=0), "holds no sound", id="bits"),
        pytest.param(wav(b"\0" * 64, code=85), "format 85", id="mp3 inside"),
        pytest.param(wav(np.array([np.inf], "<f4").tobytes(), code=3, bits=32), "no numbers", id="infinite"),
    ],
)
def test_what_cannot_be_conformed_is_told(tmp_path, content, says):
    """By the name that the caller gives it."""
    (tmp_path / "a.wav").write_bytes(content)

    with pytest.raises(ProbeError, match=says):
        conformed(tmp_path / "a.wav", 1, name="a line")
