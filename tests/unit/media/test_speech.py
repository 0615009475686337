"""A stranger's speech: what is heard in it, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from astragen.builtin import dsp
from astragen.errors import ProbeError
from astragen.media.audio import read_wav
from astragen.media.speech import HEAD, LINE_LUFS, TAIL, decoded, hear, phrases
from astragen.model.time import SAMPLE_RATE
from astragen.plan.pacing import reading_samples
from emulators.voice_server import BAD_SOUND, LEAD_S, ODD_SOUND, RATE, Order, VoiceServer, coded, onsets, toned

TEXT = "The tide turns slowly, and nobody in the harbour sleeps."


def sent_by(scene: str, text: str = TEXT) -> bytes:
    """The bytes that the emulator sends in *scene*."""
    order = Order(None, "openai", text, "wav", is_timed=False)  # type: ignore[arg-type]
    with VoiceServer() as server:
        return {**BAD_SOUND, **ODD_SOUND}[scene](server, order).body


def heard(tmp_path, data: bytes, text: str = TEXT):
    """What is heard in *data*, and the line made of it."""
    (tmp_path / "came").write_bytes(data)
    return hear(tmp_path / "came", tmp_path / "line.wav", reading_samples(text)), read_wav(tmp_path / "line.wav")


def speech_begins(said) -> np.ndarray:
    """Where the words of *said* begin, in seconds."""
    letters = zip(said.starts, said.characters, [" ", *said.characters], strict=False)
    return np.asarray([start for start, one, before in letters if before == " " and one != " "])


@pytest.mark.parametrize("scene", BAD_SOUND)
def test_what_is_no_speech_is_refused(tmp_path, scene):
    """Pages, noise, cut files, silence, NaN, a click and a lecture: each with a reason."""
    with pytest.raises(ProbeError, match=r"speech|came"):
        heard(tmp_path, sent_by(scene))


def test_no_bytes_are_told_as_such(tmp_path):
    """A provider that sends nothing."""
    with pytest.raises(ProbeError, match="0 bytes"):
        heard(tmp_path, b"")


@pytest.mark.parametrize("scene", ODD_SOUND)
def test_what_is_only_odd_becomes_a_line(tmp_path, scene):
    """Any rate, channels, type, level and silence around: mono, 48 kHz, trimmed, at the level of all lines."""
    told, line = heard(tmp_path, sent_by(scene))

    assert line.ndim == 1
    assert len(line) == told.samples
    assert dsp.integrated_lufs(np.tile(line, 2)) == pytest.approx(LINE_LUFS, abs=1.0)
    assert abs(told.spans[0][0] - HEAD) <= SAMPLE_RATE // 50
    assert abs(len(line) - told.spans[-1][1] - TAIL) <= SAMPLE_RATE // 50
    assert abs(float(line.mean())) < 1e-3
    np.testing.assert_allclose(
        np.asarray(onsets(line, SAMPLE_RATE)) + told.shift / SAMPLE_RATE - (2.0 if scene == "much_silence" else 0.0),
        speech_begins(toned(TEXT)),
        atol=0.012,
    )


@pytest.mark.parametrize("kind", ["wav", "mp3", "opus", "flac", "aac"])
def test_every_kind_of_file_is_decoded_in_time(kind):
    """Onsets stay where they were: coders' own delays are taken off; only bare AAC does not tell its own, of 43 ms."""
    said = toned(TEXT)

    sound = decoded(coded(said.sound, kind))

    assert sound.dtype == np.float32
    np.testing.assert_allclose(onsets(sound, SAMPLE_RATE), speech_begins(said), atol=0.05 if kind == "aac" else 0.012)


def test_pauses_are_found_and_short_silences_are_not():
    """Two sentences are two stretches; the 60 ms between words are none."""
    said = toned("One two three. Four five.")

    spans = phrases(dsp.resampled(said.sound, RATE))

    assert len(spans) == 2
    assert spans[0][0] / SAMPLE_RATE == pytest.approx(LEAD_S, abs=0.02)
    assert phrases(np.zeros(SAMPLE_RATE, np.float32)) == ()
    assert phrases(np.zeros(10, np.float32)) == ()


def test_noise_under_the_speech_does_not_fill_its_pauses():
    """A microphone's hiss, 45 dB below."""
    line = dsp.resampled(toned("One two three. Four five.").sound, RATE)
    hiss = np.random.default_rng(1).normal(0, 0.2 * 10 ** (-45 / 20), len(line)).astype(np.float32)

    assert len(phrases(line + hiss)) == 2
