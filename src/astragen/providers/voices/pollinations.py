"""Pollinations: voices of several makers behind one key; ElevenLabs' with the time of every character.

The same request again joins the running work and is charged once, so a lost answer is asked for again.

kind: voice
key: POLLINATIONS_API_KEY
docs: https://gen.pollinations.ai/docs
price: by characters, in pollen (1 is about 1 USD), see data/providers/voice_prices.json
limits: 10000 characters a request; one call at a time without paid balance
read: 2026-11-23 (models and voices: shared/registry/audio.ts of its repository, 2026-11-30)
"""

from __future__ import annotations

import zlib
from typing import Any, Final, Literal

from pydantic import Field

from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.providers.http import json_body
from astragen.providers.picture_answers import note
from astragen.providers.pollinations_host import PollinationsHost
from astragen.providers.speaking import Spoken, VoiceOptions, VoiceProvider
from astragen.providers.speech_answers import BASE64_BYTES_MAX, sound_in, timed_in

TIMED: Final = ("eleven-v3", "eleven-v4", "eleven-flash-v2.5", "eleven-multilingual-v2", "elevenlabs", "elevenflash")
_TYPES: Final = {"mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "wav": "audio/wav", "flac": "audio/flac"}


class PollinationsVoiceOptions(VoiceOptions):
    """What a user may set of Pollinations' voices."""

    response_format: Literal["mp3", "opus", "aac", "wav", "flac"] = Field(
        "mp3", description="flac only from models that give no times."
    )
    instructions: str | None = Field(None, max_length=1_000)
    safe: str | None = Field(None, pattern="^[a-z]+(,[a-z]+)*$", description="What it filters.")


class PollinationsVoice(PollinationsHost, VoiceProvider):
    """A voice of Pollinations."""

    capability = Capability(name="pollinations", trade="voice", version="1")
    recognises_repeats = True
    Options = PollinationsVoiceOptions
    max_bytes = BASE64_BYTES_MAX
    usual_model = "elevenlabs/eleven-v3"
    usual_voice = "george"  # warm, British, as its own list says

    @property
    def is_timed(self) -> bool:
        """Whether the model tells the times of characters."""
        return self.model.rpartition("/")[2] in TIMED and self.options.response_format != "flac"

    def body(self, request: LineRequest) -> dict[str, Any]:
        """The request as JSON; there is always a seed, without which a repeat would be another work."""
        return {
            "model": self.model,
            "input": request.text,
            "voice": self.voice,
            "response_format": self.options.response_format,
            "seed": zlib.crc32(request.text.encode()) & 0x7FFF_FFFF,
            **({"instructions": self.options.instructions} if self.options.instructions else {}),
        }

    async def say(self, request: LineRequest) -> Spoken:
        """Ask for the line; see `VoiceProvider.say`."""
        path = "v1/audio/speech/with-timestamps" if self.is_timed else "v1/audio/speech"
        accept = {} if self.is_timed else {"accept": "audio/*"}
        reply = await self.http.send("POST", path, json_body(self.body(request)), headers=accept, again="joined")
        kind = _TYPES[self.options.response_format]
        spoken = timed_in(self, reply, kind) if self.is_timed else sound_in(self, reply)
        served = note(reply.headers.get("x-model-used", ""))
        return spoken._replace(voice=f"{self.called} ({served})") if served else spoken


VOICE = PollinationsVoice
