"""WAV files, loudness, true peak, the limiter, the mix."""

from __future__ import annotations

import struct

import anyio
import numpy as np
import pyloudnorm
import pytest

from astragen.builtin import dsp
from astragen.builtin.composer.compose import compose
from astragen.builtin.voice import BuiltinVoice
from astragen.errors import ProbeError
from astragen.media.audio import (
    integrated_lufs,
    limit,
    mix_film,
    read_wav,
    samples_of,
    true_peak_db,
    wav_bytes,
    wav_pieces,
    write_wav,
)
from astragen.model.requests import LineRequest
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood
from astragen.plan.mix import GainPoint

RATE = 48_000
FULL = (GainPoint(0, 0.0),)


@pytest.fixture(scope="module")
def music():
    """Ten seconds of the built-in composer's."""
    return compose(ScoreRequest(mood=Mood.EPIC, samples=10 * RATE, seed=1))


@pytest.fixture(scope="module")
def line():
    """About two seconds of the built-in voice."""
    request = LineRequest(shot="s1", text="The sea was breathing like an animal.", language="en")
    return anyio.run(BuiltinVoice().speak, request).samples


def pcm16(samples, rate=RATE, channels=1):
    body = (np.asarray(samples) * 32767).astype("<i2").tobytes()
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16)
    chunks = struct.pack("<4sI4s", b"LIST", 4, b"INFO") + head + struct.pack("<4sI", b"data", len(body)) + body
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks


@pytest.mark.parametrize("shape", [(1000,), (2, 1000)], ids=["mono", "stereo"])
def test_a_wav_comes_back_as_it_went(tmp_path, shape):
    """Float samples, shape and all, also beyond full scale."""
    samples = (np.random.default_rng(3).standard_normal(shape)).astype(np.float32)

    write_wav(tmp_path / "a.wav", samples)

    assert np.array_equal(read_wav(tmp_path / "a.wav"), samples)
    assert np.array_equal(samples_of(wav_bytes(samples)), samples)


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


def test_a_peak_between_samples_is_seen():
    """A 12 kHz sine sampled at 45 degrees peaks at full scale, 3 dB over any sample."""
    x = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4).astype(np.float32)
    dsp.fade(x, 2000, 2000)

    assert dsp.decibels(np.abs(x).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak_db(x) == pytest.approx(0.0, abs=0.05)


def test_the_limiter_holds_the_true_peak():
    """Noise 6 dB over the ceiling comes out under it, and not far under."""
    x = np.random.default_rng(5).standard_normal((2, 2 * RATE)).astype(np.float32) * 0.5

    limited = limit(x, -1.5)

    assert -2.0 < true_peak_db(limited) <= -1.5


def test_the_limiter_leaves_quiet_sound_alone():
    """Nothing near the ceiling: not a bit of difference."""
    x = np.random.default_rng(6).standard_normal((2, RATE)).astype(np.float32) * 0.05

    assert np.array_equal(limit(x, -1.5), x)


def test_the_limiter_moves_without_clicks():
    """A steady tone beside a loud burst changes by its own slope, never by a jump."""
    x = (0.3 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)).astype(np.float32)
    x[RATE // 2 : RATE // 2 + 480] *= 8

    y = limit(x, -6.0)

    calm = np.abs(np.diff(y[: RATE // 2 - 10])).max()
    assert calm <= np.abs(np.diff(x[: RATE // 2 - 10])).max() * 1.01
    assert true_peak_db(y) <= -6.0


@pytest.mark.parametrize("heard", ["both", "music", "speech", "one word"])
def test_the_mix_meets_its_loudness_and_peak(music, line, heard):
    """-14 LUFS within 0.5 by another meter, true peak at most -1.5 dBTP, whatever is in it."""
    spoken = {"both": [(RATE, line), (5 * RATE, line)], "speech": [(2 * RATE, line)], "music": []}
    narration = spoken.get(heard, [(8 * RATE, line[: RATE // 2])])

    film, loudness = mix_film(narration, music if heard in ("both", "music") else None, 10 * RATE, FULL)

    assert film.shape == (2, 10 * RATE)
    assert film.dtype == np.float32
    assert loudness is not None
    assert pyloudnorm.Meter(RATE).integrated_loudness(film.T.astype(float)) == pytest.approx(-14, abs=0.5)
    assert loudness.integrated_lufs == pytest.approx(-14, abs=0.1)
    assert loudness.true_peak_dbtp == true_peak_db(film) <= -1.5


@pytest.mark.parametrize("score", [None, np.zeros((2, 5 * RATE), np.float32)], ids=["none", "silent"])
def test_a_film_without_sound_is_digital_silence(score):
    """Zeros, and no loudness to report."""
    film, loudness = mix_film([], score, 5 * RATE, FULL)

    assert not film.any()
    assert loudness is None


def test_the_film_begins_and_ends_at_nothing(music):
    """No click on the first or the last sample."""
    film, _ = mix_film([], music + 0.1, 10 * RATE, FULL)

    assert film[:, [0, -1]] == pytest.approx(0, abs=1e-6)


def test_speech_is_in_the_centre(line):
    """Both channels alike."""
    film, _ = mix_film([(RATE, line)], None, 4 * RATE, FULL)

    assert np.array_equal(film[0], film[1])


def test_the_score_follows_its_automation():
    """16 dB down in the second half is 16 dB down in the film."""
    hum = (0.1 * np.sin(2 * np.pi * 300 * np.arange(10 * RATE) / RATE)).astype(np.float32)
    points = (GainPoint(0, 0.0), GainPoint(5 * RATE - 1, 0.0), GainPoint(5 * RATE, -16.0))

    film, _ = mix_film([], np.stack([hum, hum]), 10 * RATE, points)

    loud, quiet = integrated_lufs(film[:, RATE : 4 * RATE]), integrated_lufs(film[:, 6 * RATE : 9 * RATE])
    assert loud - quiet == pytest.approx(16, abs=0.1)


def test_voices_of_any_level_are_equally_loud(music, line):
    """A vendor's line that comes 20 dB too soft stands over the score like any other."""
    soft, _ = mix_film([(RATE, line * np.float32(0.1))], music, 10 * RATE, FULL)
    loud, _ = mix_film([(RATE, line)], music, 10 * RATE, FULL)

    assert np.abs(soft - loud).max() < 1e-3


def test_sound_past_the_end_is_cut(music, line):
    """A line that starts near or beyond the end does no harm."""
    film, _ = mix_film([(9 * RATE, line), (11 * RATE, line)], music, 10 * RATE, FULL)

    assert film.shape == (2, 10 * RATE)


def test_a_single_click_is_not_crushed_up_to_speech_level():
    """A film of one click stays quiet rather than distorted: the limiter takes 14 dB at most."""
    click = np.zeros((2, 5 * RATE), np.float32)
    click[:, 2 * RATE : 2 * RATE + 2] = [0.5, -0.5]

    film, loudness = mix_film([], click, 5 * RATE, FULL)

    assert loudness is not None
    assert loudness.integrated_lufs < -14.5
    assert loudness.true_peak_dbtp <= -1.5
    assert np.isfinite(film).all()


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
