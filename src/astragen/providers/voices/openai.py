"""OpenAI's speech, until OpenAI ends it on 6 January 2027: see `speech.py` for other servers of its form.

kind: voice
key: OPENAI_API_KEY
docs: https://developers.openai.com/api/docs/guides/text-to-speech
price: by characters (tts-1, tts-1-hd) or tokens (gpt-4o-mini-tts), see data/providers/voice_prices.json
limits: 4096 characters a request; /audio/speech shuts down on 2027-01-06, and nothing of its form follows
read: 2026-11-23
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from astragen.model.capability import Capability
from astragen.providers.speaking import ListedVoice
from astragen.providers.voices.speech import SpeechVoice

VOICES: Final = (  # facts 2.4
    *("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin", "cedar"),
)


class OpenAIVoice(SpeechVoice):
    """OpenAI's voices."""

    capability = Capability(name="openai", trade="voice", version="1")
    default_base_url = "https://api.openai.com/v1"
    key_variables = ("OPENAI_API_KEY",)
    base_url_variables = ("OPENAI_BASE_URL",)
    needs_key = True
    usual_model = "gpt-4o-mini-tts"
    instead = "choose another voice (OpenAI ends this service on 2027-01-06)"

    @classmethod
    def listed(cls) -> Iterable[ListedVoice]:
        """Its voices, which speak all its languages."""
        return (ListedVoice(f"openai:{name}", "OpenAI, paid; ends 2027-01-06") for name in VOICES)

    def _instruction(self, mood: str) -> str:
        """*mood*; tts-1 and tts-1-hd take none (facts 2.4)."""
        return "" if self.model.startswith("tts-1") else mood


VOICE = OpenAIVoice
