"""Piper, Kokoro and Edge, with their own packages where those are installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import numpy as np
import pytest

from astragen.errors import BadOutput, SettingsError, Unavailable
from astragen.media.speech import decoded
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.model.time import SAMPLE_RATE
from astragen.providers.access import Access
from astragen.providers.local_voice import wav_of, words_by_phonemes
from astragen.providers.speaking import Spoken
from astragen.providers.voices import edge, kokoro, piper
from astragen.providers.voices.kokoro import language_tag
from emulators.voice_server import onsets
from tiny_voices import tiny_kokoro, tiny_piper

LINE = LineRequest(shot="s", text="The keeper lit the lamp, and a whale came.", language="en")

needs = {
    name: pytest.mark.skipif(
        any(find_spec(package) is None for package in packages), reason=f"opt-in: needs {' and '.join(packages)}"
    )
    for name, packages in {
        "piper": ("piper", "onnx"),
        "kokoro": ("kokoro_onnx", "onnx"),
        "edge": ("edge_tts",),
    }.items()
}

leaks = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the package's open voices


def said(voice: Any, line: LineRequest = LINE) -> Spoken:
    return anyio.run(voice.say, line)


def off_by(spoken: Spoken) -> np.ndarray:
    """How far the told words lie from the onsets of the sound, in seconds."""
    return np.asarray([one.start_s for one in spoken.alignment]) - onsets(decoded(spoken.data), SAMPLE_RATE)


@pytest.mark.parametrize(("one", "package"), [(piper, "piper"), (kokoro, "kokoro_onnx"), (edge, "edge_tts")])
def test_without_its_package_a_voice_says_what_to_install(one, package, tmp_path):
    """Before anything is loaded or asked."""
    if find_spec(package) is not None:
        pytest.skip(f"{package} is installed")
    options = {"voice": "x", "model_file": "a", "voices_file": "b"} if one is kokoro else {"voice": "x"}

    with pytest.raises(SettingsError, match=r"pip install 'astragen\[\w+\]'"):
        one.VOICE(Access(), options)


# Piper ---------------------------------------------------------------------------------------------------------------


def piper_voice(folder: Path) -> Any:
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    path = tiny_piper(folder, {sign: list(ids) for sign, ids in DEFAULT_PHONEME_ID_MAP.items()})
    return piper.VOICE(Access(), {"voice": str(path)})


@needs["piper"]
def test_piper_speaks_and_tells_its_words(tmp_path):
    """From a model with true durations: each word within 80 ms of its onset."""
    spoken = said(piper_voice(tmp_path))

    assert [one.text.strip() for one in spoken.alignment] == LINE.text.split()
    assert np.abs(off_by(spoken)).max() <= 0.08
    assert spoken.voice == "piper tiny"


@needs["piper"]
def test_piper_goes_faster_when_the_film_has_to(tmp_path):
    """The rate of the request is the length of its phonemes."""
    voice = piper_voice(tmp_path)

    slow, fast = (len(said(voice, LINE.model_copy(update={"rate": rate})).data) for rate in (1.0, 2.0))

    assert fast == pytest.approx(slow / 2, rel=0.02)


@needs["piper"]
def test_a_number_is_several_words_and_so_none_are_told(tmp_path):
    """The caller estimates them."""
    assert said(piper_voice(tmp_path), LINE.model_copy(update={"text": "All 142 ships."})).alignment == ()


@needs["piper"]
@pytest.mark.parametrize("broken", ["", "{}", "no json"])
def test_a_broken_voice_file_is_told(tmp_path, broken):
    """With the voice's name, and no traceback."""
    voice = piper_voice(tmp_path)
    (tmp_path / "tiny.onnx.json").write_text(broken)

    with pytest.raises(BadOutput, match="piper could not speak"):
        said(voice)


@needs["piper"]
def test_a_missing_voice_file_is_told_before_anything_is_done(tmp_path):
    """The model, or the configuration beside it."""
    with pytest.raises(SettingsError, match=r"nix\.onnx does not exist"):
        piper.VOICE(Access(), {"voice": str(tmp_path / "nix.onnx")})
    (tmp_path / "nix.onnx").touch()
    with pytest.raises(SettingsError, match=r"nix\.onnx\.json does not exist"):
        piper.VOICE(Access(), {"voice": str(tmp_path / "nix.onnx")})


@needs["piper"]
def test_another_file_of_the_same_name_is_another_voice(tmp_path):
    """What was kept of the first is not taken for the second's."""
    voice = piper_voice(tmp_path)
    first = voice.place
    (tmp_path / "tiny.onnx").write_bytes((tmp_path / "tiny.onnx").read_bytes() + b"\0")

    assert voice.place != first


# Kokoro --------------------------------------------------------------------------------------------------------------


def kokoro_voice(folder: Path, **options: str) -> Any:
    from kokoro_onnx.config import DEFAULT_VOCAB

    model, voices = tiny_kokoro(folder, DEFAULT_VOCAB[" "])
    return kokoro.VOICE(Access(), {"model_file": str(model), "voices_file": str(voices), **options})


@leaks
@needs["kokoro"]
def test_kokoro_speaks_and_tells_its_words(tmp_path):
    """From a model with durations: each word within 80 ms of its onset, where the text is as many words as it says."""
    line = LINE.model_copy(update={"text": "Keepers light lamps."})
    spoken = said(kokoro_voice(tmp_path), line)

    assert [one.text.strip() for one in spoken.alignment] == line.text.split()
    assert np.abs(off_by(spoken)).max() <= 0.08
    assert spoken.voice == "kokoro af_heart"


@leaks
@needs["kokoro"]
def test_a_voice_that_kokoro_does_not_have_is_told(tmp_path):
    """With what the package says."""
    with pytest.raises(BadOutput, match="zz_nobody"):
        said(kokoro_voice(tmp_path, voice="zz_nobody"))


def test_kokoro_needs_its_two_files():
    """It says which variables name them."""
    if find_spec("kokoro_onnx") is None:
        pytest.skip("opt-in: needs kokoro_onnx")
    with pytest.raises(SettingsError, match="two files"):
        kokoro.VOICE(Access())


@pytest.mark.parametrize(
    ("language", "voice", "tag"),
    [("en", "af_heart", "en-us"), ("en", "bf_emma", "en-gb"), ("en-GB", "af_heart", "en-gb"),
     ("pt-BR", "pf_dora", "pt-br"), ("zh", "zf_xiaoyi", "cmn"), ("es", "ef_dora", "es")],
)  # fmt: skip
def test_kokoro_is_told_the_language_as_it_calls_it(language, voice, tag):
    """By its phonemizer's names; British voices speak British."""
    assert language_tag(language, voice) == tag


# Edge ----------------------------------------------------------------------------------------------------------------


class Recorded:
    """The events of a line, as edge-tts yields them (facts 6.2)."""

    def __init__(self, *events: Any) -> None:
        self.events = events

    async def stream(self) -> Any:
        for event in self.events:
            if isinstance(event, Exception):
                raise event
            yield event


@leaks
@needs["edge"]
def test_edge_tells_words_in_ticks():
    """Of 100 ns."""
    voice = edge.VOICE(Access(), {"voice": "en-US-AriaNeural"})
    events = (
        {"type": "WordBoundary", "offset": 1_000_000, "duration": 2_500_000, "text": "Keepers"},
        {"type": "audio", "data": b"abc"},
        {"type": "audio", "data": b"def"},
    )

    spoken = anyio.run(voice._heard, Recorded(*events))

    assert spoken.data == b"abcdef"
    assert spoken.alignment == (TimedText("Keepers ", 0.1, 0.35),)
    assert "unofficial" in spoken.voice


@leaks
@needs["edge"]
def test_edge_says_that_it_is_unofficial_when_it_breaks(monkeypatch):
    """Nothing to wait for: choose another."""
    import edge_tts

    broken = edge_tts.exceptions.NoAudioReceived("No audio was received.")
    monkeypatch.setattr(edge_tts, "Communicate", lambda *_, **__: Recorded(broken))

    with pytest.raises(Unavailable, match="unofficial"):
        said(edge.VOICE(Access(), {"voice": "en-US-AriaNeural"}))


@leaks
@needs["edge"]
def test_edge_refuses_a_name_that_no_voice_has():
    """By the package's own check, before anything is sent."""
    with pytest.raises(BadOutput, match="nobody"):
        said(edge.VOICE(Access(), {"voice": "nobody"}))


# What they share -----------------------------------------------------------------------------------------------------


def test_phonemes_between_spaces_are_words():
    """Marks without a letter are none; a number that is three words leaves all of them untold."""
    phonemes = [TimedText(sign, n / 10, (n + 1) / 10) for n, sign in enumerate("ˈaʊ ʃɪp , gɒn.")]

    words = words_by_phonemes("Oh, ship — gone.", phonemes)

    assert [(one.text, round(one.start_s, 1)) for one in words] == [("Oh, ", 0.0), ("ship ", 0.4), ("gone. ", 1.0)]
    assert words_by_phonemes("142 ships gone now", phonemes) == ()


def test_sound_of_no_numbers_is_refused():
    """A model that overflowed."""
    with pytest.raises(ValueError, match="no numbers"):
        wav_of(np.asarray([0.0, np.nan], np.float32), 22_050)


def fake_edge(monkeypatch, stream):
    """edge-tts, of which only what is streamed matters."""
    monkeypatch.setattr(edge, "require_packages", lambda *_: None)
    made = SimpleNamespace(Communicate=lambda *_, **__: SimpleNamespace(stream=stream))
    monkeypatch.setitem(sys.modules, "edge_tts", made)
    return edge.VOICE(Access(), {"voice": "en-US-AriaNeural"})


def test_edge_speech_without_end_is_refused(monkeypatch):
    """Its package bounds nothing."""
    monkeypatch.setattr(edge, "SOUND_BYTES_MAX", 1_000)

    async def stream():
        while True:
            yield {"type": "audio", "data": bytes(100)}

    with pytest.raises(BadOutput, match="more than"):
        anyio.run(fake_edge(monkeypatch, stream).say, LINE)


def test_what_edge_says_of_a_broken_connection_has_no_token(monkeypatch):
    """Its addresses have one in their query."""

    async def stream():
        raise RuntimeError("403, url='wss://speech.test/edge/v1?TrustedClientToken=6A5AA1D4EAFF4E9F'")
        yield

    with pytest.raises(Unavailable, match=r"wss://speech\.test/edge/v1\?\[query\]") as failed:
        anyio.run(fake_edge(monkeypatch, stream).say, LINE)
    assert "6A5A" not in str(failed.value)
