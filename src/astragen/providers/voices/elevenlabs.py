"""ElevenLabs: speech with the time of every character.

A request that is not answered may have been charged: it is not sent again. How many run at one time
depends on the plan; `data/providers/limits.json` keeps to the smallest.

kind: voice
key: ELEVENLABS_API_KEY
docs: https://elevenlabs.io/docs/api-reference/text-to-speech/convert-with-timestamps
price: by characters, see data/providers/voice_prices.json
limits: requests at one time: Free 2, Starter 3, Creator 5, Pro 10
read: 2026-11-23 (voice_settings.speed: the package elevenlabs 2.78.0, 2026-11-30)
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pydantic import Field

from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.providers.access import Access
from astragen.providers.auth import Auth
from astragen.providers.http import json_body
from astragen.providers.speaking import Spoken, VoiceOptions, VoiceProvider
from astragen.providers.speech_answers import BASE64_BYTES_MAX, timed_in

FORMAT = "mp3_44100_128"
SPEEDS = (0.7, 1.2)  # beyond, it does not sound well; our choice


class ElevenLabsOptions(VoiceOptions):
    """What a user may set of ElevenLabs."""

    stability: float | None = Field(None, ge=0, le=1)
    similarity_boost: float | None = Field(None, ge=0, le=1)
    style: float | None = Field(None, ge=0, le=1)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    language_code: str | None = Field(None, pattern="^[a-z]{2}$", description="Not every model takes it.")


class ElevenLabsVoice(VoiceProvider):
    """A voice of ElevenLabs, by its id."""

    capability = Capability(name="elevenlabs", trade="voice", version="1")
    default_base_url = "https://api.elevenlabs.io"
    key_variables = ("ELEVENLABS_API_KEY",)
    Options = ElevenLabsOptions
    max_bytes = BASE64_BYTES_MAX
    usual_model = "eleven_v3"
    voice_hint = "Name its id, which the website shows beside the voice: --voice elevenlabs:VOICE_ID."

    def auth(self, access: Access) -> Auth | None:
        """The key, in a header of its own."""
        return Auth(access.key, "xi-api-key", "") if access.key else None

    @classmethod
    def address(cls, base_url: str) -> str:
        """*base_url* without the /v1, which is in every path."""
        return base_url.rstrip("/").removesuffix("/v1")

    def body(self, request: LineRequest) -> dict[str, Any]:
        """The request as JSON."""
        speed = self.manner(request).within(*SPEEDS)
        said = self.options.model_dump(include={"stability", "similarity_boost", "style"}, exclude_none=True)
        settings = {**said, **({} if speed is None else {"speed": speed})}
        return {
            "text": request.text,
            "model_id": self.model,
            **({"voice_settings": settings} if settings else {}),
            **self.options.model_dump(include={"seed", "language_code"}, exclude_none=True),
        }

    async def say(self, request: LineRequest) -> Spoken:
        """Ask for the line; see `VoiceProvider.say`."""
        path = f"v1/text-to-speech/{quote(self.voice, safe='')}/with-timestamps?output_format={FORMAT}"
        reply = await self.http.send("POST", path, json_body(self.body(request)), again="unpaid")
        return timed_in(self, reply, "audio/mpeg")


VOICE = ElevenLabsVoice
