"""Piper: neural voices on this machine, from a voice file of the user's.

Needs the extra `piper` and a voice, NAME.onnx with NAME.onnx.json beside it; nothing is downloaded. With the
package `onnx` it tells the times of phonemes, and so of words, where the voice can.

kind: voice
key: none
docs: https://github.com/OHF-Voice/piper1-gpl
price: none
limits: the machine's speed; the package is under GPL-3.0 or later
read: 2026-11-30 (piper-tts 1.8.0)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from astragen.errors import BadOutput
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.providers.access import Access
from astragen.providers.local_voice import LocalVoice, wav_of, words_by_phonemes
from astragen.providers.speaking import Spoken, VoiceOptions

_MARKS = {"^", "$"}  # of the beginning and end of a sentence


class PiperOptions(VoiceOptions):
    """What a user may set of Piper; what is left out is as the voice has it."""

    speaker: int | None = Field(None, ge=0, description="Of a voice file with several.")
    noise_scale: float | None = Field(None, ge=0, le=2)
    noise_w_scale: float | None = Field(None, ge=0, le=2)


class PiperVoice(LocalVoice):
    """A voice file of Piper's."""

    capability = Capability(name="piper", trade="voice", version="1")
    packages = ("piper",)
    extra = "piper"
    Options = PiperOptions
    voice_hint = "Name the voice's file, with its .onnx.json beside it: --voice piper:./voice.onnx."

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready; nothing is loaded. See `LocalVoice`."""
        super().__init__(access, options)
        self._loaded: Any = None

    def files(self) -> Sequence[Path]:
        """The model and its configuration."""
        return (Path(self.voice).expanduser(), Path(f"{self.voice}.json").expanduser())

    @property
    def called(self) -> str:
        """The file's name alone: reports travel."""
        return f"piper {Path(self.voice).stem}"

    def spoken(self, request: LineRequest) -> Spoken:
        """The line, sentence after sentence."""
        piper = import_module("piper")
        if self._loaded is None:
            is_timed = find_spec("onnx") is not None
            self._loaded = piper.PiperVoice.load(self.files()[0], include_alignments=is_timed)
        set_ = self.options.model_dump(include={"noise_scale", "noise_w_scale"}, exclude_none=True)
        manner = piper.SynthesisConfig(
            speaker_id=self.options.speaker,
            length_scale=self._loaded.config.length_scale / self.manner(request).speed,
            **set_,
        )
        chunks = list(self._loaded.synthesize(request.text, manner, include_alignments=True))
        if not chunks:
            raise BadOutput("piper found nothing to say in the line.", provider="piper")
        sound = np.concatenate([chunk.audio_float_array for chunk in chunks])
        timed = words_by_phonemes(request.text, _phonemes(chunks))
        return Spoken(wav_of(sound, chunks[0].sample_rate), "audio/wav", timed, self.called)


def _phonemes(chunks: Sequence[Any]) -> Iterator[TimedText]:
    """Every phoneme with its times, a space between sentences; nothing of a voice that tells none."""
    begun = 0
    for chunk in chunks:
        at = begun
        for one in chunk.phoneme_alignments or ():
            if one.phoneme not in _MARKS:
                yield TimedText(one.phoneme, at / chunk.sample_rate, (at + one.num_samples) / chunk.sample_rate)
            at += one.num_samples
        begun += len(chunk.audio_float_array)
        yield TimedText(" ", begun / chunk.sample_rate, begun / chunk.sample_rate)


VOICE = PiperVoice
