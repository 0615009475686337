"""Any server that speaks OpenAI's /audio/speech: Kokoro-FastAPI, LocalAI and others, by their address.

It has a key of its own: OPENAI_API_KEY never goes to another host. For OpenAI itself see `openai.py`.
A request that is not answered may have been charged: it is not sent again.

kind: voice
key: ASTRAGEN_SPEECH_API_KEY, where the server wants one; ASTRAGEN_SPEECH_BASE_URL is its address, up to /v1
docs: https://developers.openai.com/api/docs/guides/text-to-speech (the form that they follow)
price: by server; none on this machine
limits: 4096 characters a request
read: 2026-11-23
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from astragen.errors import SettingsError
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.providers.access import Access
from astragen.providers.http import is_loopback, json_body
from astragen.providers.speaking import Spoken, VoiceOptions, VoiceProvider
from astragen.providers.speech_answers import sound_in

SPEEDS = (0.25, 4.0)  # facts 2.4


class SpeechOptions(VoiceOptions):
    """What a user may set of /audio/speech."""

    response_format: Literal["wav", "mp3", "opus", "aac", "flac"] = Field(
        "wav", description="What is sent; raw pcm does not say what it is."
    )
    instructions: str | None = Field(None, max_length=1_000, description="How to speak, instead of the shot's mood.")


class SpeechVoice(VoiceProvider):
    """A voice of a server of the user's."""

    capability = Capability(name="speech", trade="voice", version="1")
    default_base_url = "http://localhost:8880/v1"  # Kokoro-FastAPI's
    needs_key = False
    Options = SpeechOptions
    usual_model = "tts-1"  # by which such servers know their usual model
    usual_voice = "alloy"

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent.

        Raises:
            SettingsError: see `VoiceProvider`; also without an address.
        """
        if not access.base_url and type(self) is SpeechVoice:
            raise SettingsError(
                "speech needs the address of a server.",
                hint="Set ASTRAGEN_SPEECH_BASE_URL, as http://localhost:8880/v1.",
            )
        super().__init__(access, options)

    @property
    def is_free(self) -> bool:
        """Whether the server is on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    def body(self, request: LineRequest) -> dict[str, Any]:
        """The request as JSON."""
        manner = self.manner(request)
        said = {"model": self.model, "input": request.text, "voice": self.voice}
        told = self.options.instructions or self._instruction(manner.instruction)
        speed = manner.within(*SPEEDS)
        return {
            **said,
            "response_format": self.options.response_format,
            **({} if speed is None else {"speed": speed}),
            **({"instructions": told} if told else {}),
        }

    async def say(self, request: LineRequest) -> Spoken:
        """Ask for the line; see `VoiceProvider.say`."""
        reply = await self.http.send(
            "POST", "audio/speech", json_body(self.body(request)), headers={"accept": "audio/*"}, again="unpaid"
        )
        return sound_in(self, reply)

    def _instruction(self, mood: str) -> str:
        """*mood*, for models that take instructions; servers of other makes are not told what they may not know."""
        return ""


VOICE = SpeechVoice
