"""Microsoft Edge's read-aloud voices, by the package edge-tts: unofficial.

There are no terms of service for it: the package speaks as the browser does, and that breaks several times a year.
So it is never asked unless it is named, and needs the extra `edge`.

kind: voice
key: none
docs: https://github.com/rany2/edge-tts
price: none asked
limits: unofficial; text over 4096 bytes is sent in parts; refused from many data centres
read: 2026-11-23 (edge-tts 7.3.1)
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import anyio

from astragen.errors import BadOutput, ProviderError, Unavailable
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.providers.access import Access
from astragen.providers.local_voice import require_packages
from astragen.providers.redaction import without_queries
from astragen.providers.speaking import SOUND_BYTES_MAX, Spoken, VoiceProvider

TICKS: Final = 10_000_000  # a second has so many
_UNOFFICIAL: Final = "This way to Microsoft's voices is unofficial and may stop at any time: choose another voice."


class EdgeVoice(VoiceProvider):
    """A voice of Microsoft Edge's."""

    capability = Capability(name="edge", trade="voice", version="1")
    default_base_url = "https://speech.platform.bing.com"  # the package knows it by itself
    needs_key = False
    charges = False
    voice_hint = "Name one, as --voice edge:de-DE-KatjaNeural; edge-tts --list-voices lists them. They are unofficial."

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent.

        Raises:
            SettingsError: see `VoiceProvider`; also without the extra's package.
        """
        super().__init__(access, options)
        require_packages("edge", ("edge_tts",), "edge")

    @property
    def called(self) -> str:
        """With the word that belongs to it."""
        return f"edge {self.voice} (unofficial)"

    async def say(self, request: LineRequest) -> Spoken:
        """Ask for the line; see `VoiceProvider.say`."""
        edge_tts = import_module("edge_tts")
        try:
            with anyio.fail_after(self.options.timeout_s):
                rate = f"{round((self.manner(request).speed - 1) * 100):+d}%"
                asked = edge_tts.Communicate(request.text, self.voice, rate=rate, boundary="WordBoundary")
                return await self._heard(asked)
        except TimeoutError as error:
            raise self._failed(f"took longer than {self.options.timeout_s:g} s") from error
        except ValueError as error:  # a voice whose name no voice has
            message = f"edge cannot speak with {self.voice}: {error}."
            raise BadOutput(message, hint=self.voice_hint, provider="edge") from error
        except ProviderError:
            raise
        except Exception as error:  # of edge_tts or of its HTTP library, whichever broke
            said = " ".join(without_queries(str(error)).split())[:200]
            raise self._failed(f"failed ({said or type(error).__name__})") from error

    async def _heard(self, asked: object) -> Spoken:
        sound, words = bytearray(), []
        async for event in asked.stream():  # type: ignore[attr-defined]  # of a package without types
            if event["type"] == "audio":
                sound += event["data"]
                if len(sound) > SOUND_BYTES_MAX:
                    raise self.bad(f"more than {SOUND_BYTES_MAX / 1e6:g} MB of sound")
            elif event["type"] == "WordBoundary":
                start, length = event["offset"] / TICKS, event["duration"] / TICKS
                words.append(TimedText(f"{event['text']} ", start, start + length))
        if not sound:
            raise self._failed("sent no sound")
        return Spoken(bytes(sound), "audio/mpeg", tuple(words), self.called)

    def _failed(self, what: str) -> Unavailable:
        return Unavailable(f"edge {what}.", hint=_UNOFFICIAL, provider="edge")


VOICE = EdgeVoice
