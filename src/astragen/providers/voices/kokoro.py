"""Kokoro: neural voices on this machine, from the two files of its ONNX export.

Needs the extra `kokoro`, and the user's kokoro-v1.0.onnx and voices-v1.0.bin; nothing is downloaded. Exports that
tell durations (v1.1 files) give the times of words.

kind: voice
key: none; ASTRAGEN_KOKORO_MODEL_FILE and ASTRAGEN_KOKORO_VOICES_FILE name the files
docs: https://github.com/thewh1teagle/kokoro-onnx
price: none
limits: the machine's speed; its package phonemizer is under GPL-3.0 or later
read: 2026-11-30 (kokoro-onnx 0.6.1)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import Field

from astragen.errors import SettingsError
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.providers.access import Access
from astragen.providers.local_voice import LocalVoice, wav_of, words_by_phonemes
from astragen.providers.speaking import Spoken, VoiceOptions

SPEEDS: Final = (0.5, 2.0)
_TAGS: Final = {"en": "en-us", "fr": "fr-fr", "pt": "pt-br", "zh": "cmn"}  # as its phonemizer calls them


class KokoroOptions(VoiceOptions):
    """What a user may set of Kokoro."""

    model_file: str = Field("", max_length=4_096, description="kokoro-v1.0.onnx.")
    voices_file: str = Field("", max_length=4_096, description="voices-v1.0.bin.")


class KokoroVoice(LocalVoice):
    """A voice of Kokoro's."""

    capability = Capability(name="kokoro", trade="voice", version="1")
    packages = ("kokoro_onnx",)
    extra = "kokoro"
    Options = KokoroOptions
    usual_voice = "af_heart"
    voice_hint = "Set ASTRAGEN_KOKORO_MODEL_FILE and ASTRAGEN_KOKORO_VOICES_FILE to its two files."

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready; nothing is loaded.

        Raises:
            SettingsError: see `LocalVoice`; also when a file is not named.
        """
        super().__init__(access, options)
        self._loaded: Any = None

    def files(self) -> Sequence[Path]:
        """The model and the voices."""
        named = (self.options.model_file, self.options.voices_file)
        if not all(named):
            raise SettingsError("kokoro needs two files of yours.", hint=self.voice_hint)
        return tuple(Path(name).expanduser() for name in named)

    def spoken(self, request: LineRequest) -> Spoken:
        """The line."""
        if self._loaded is None:
            model, voices = map(str, self.files())
            self._loaded = import_module("kokoro_onnx").Kokoro(model, voices)
        speed = min(max(self.manner(request).speed, SPEEDS[0]), SPEEDS[1])
        tag = language_tag(request.language, self.voice)
        sound, rate, timings = self._loaded.create_timed(request.text, self.voice, speed, tag)
        phonemes = (TimedText(one.phoneme, one.start, one.end) for one in timings)
        timed = words_by_phonemes(request.text, phonemes) if timings else ()
        return Spoken(wav_of(np.asarray(sound, np.float32), rate), "audio/wav", timed, self.called)


def language_tag(language: str, voice: str) -> str:
    """How Kokoro's phonemizer calls *language*; British where the voice is ("bf_emma")."""
    primary = language.lower().partition("-")[0]
    if primary == "en" and (voice.startswith("b") or language.lower() == "en-gb"):
        return "en-gb"
    return _TAGS.get(primary, primary)


VOICE = KokoroVoice
