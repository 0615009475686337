"""Asking for speech: what is asked, what comes back, and what every such provider offers.

A provider turns a line into its own wire form and answers with `Spoken`: bytes that nobody
has listened to. It decides nothing: whom to ask, what it may cost, whether the bytes are
speech at all, and how they become 48 kHz sound is for the pipeline. Start at `VoiceProvider`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from pydantic import Field

from astragen.errors import SettingsError
from astragen.model.capability import Capability
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.providers.access import Access
from astragen.providers.failures import variable
from astragen.providers.manner import Manner, manner_of
from astragen.providers.vendor import Options, Vendor
from astragen.providers.voice_prices import price_of

SOUND_BYTES_MAX: Final = 60_000_000  # five minutes of 48 kHz stereo in 16 bits
LINE_MAX_S: Final = 120.0


class VoiceOptions(Options):
    """What a user may set of any voice."""

    timeout_s: float = Field(LINE_MAX_S, ge=0.1, le=3_600, description="The longest wait for one line, tries included.")
    voice: str = Field("", max_length=4_096, description="Which voice; what stands behind the colon of --voice.")

    def fields(self) -> dict[str, Any]:
        """The options that go into a request as they are: those that are set, but for the voice."""
        return self.model_dump(exclude={"timeout_s", "voice"}, exclude_none=True)


class Spoken(NamedTuple):
    """What came back. Nobody has listened to it: *media_type* is the provider's word.

    alignment: characters or words of the text with their times; empty where the voice gives none.
    voice: who spoke, as the report names it.
    cost_usd: what it charged, where it says so.
    """

    data: bytes
    media_type: str
    alignment: tuple[TimedText, ...] = ()
    voice: str = ""
    cost_usd: float | None = None


class ListedVoice(NamedTuple):
    """A voice that can be chosen: its wish for --voice, and what it is."""

    wish: str
    about: str = ""
    languages: tuple[str, ...] = ()


class VoiceProvider(Vendor):
    """One voice at one address; a subclass is one provider and says how it is asked."""

    capability: Capability
    options: Any
    instead = "choose another voice"
    recognises_repeats: ClassVar[bool] = False  # the same request again joins the running work and is charged once
    charges: ClassVar[bool] = True
    is_local: ClassVar[bool] = False  # on the user's machine, at no price
    usual_model: ClassVar[str] = ""
    usual_voice: ClassVar[str] = ""  # "": the user has to name one
    voice_hint: ClassVar[str] = ""  # how to name one
    Options = VoiceOptions
    max_bytes = SOUND_BYTES_MAX

    def __init__(self, access: Access, options: Mapping[str, object] | None = None) -> None:
        """Make ready to ask; nothing is sent.

        Raises:
            SettingsError: see `Vendor`; also without a voice, where there is no usual one.
        """
        super().__init__(access, options)
        self.model = access.model or self.usual_model
        self.voice = self.options.voice or self.usual_voice
        if not self.voice:
            name = self.capability.name
            raise SettingsError(f"{name} needs a voice.", hint=self.voice_hint or f"Name it: --voice {name}:VOICE.")

    @classmethod
    def model_names(cls) -> tuple[str, ...]:
        """The environment variables that may hold its model: its chat models are others."""
        return (variable(cls.capability.name, "VOICE_MODEL"),)

    @property
    def is_free(self) -> bool:
        """Whether it never charges: it runs on this machine, or asks nobody for money."""
        return self.is_local or not self.charges

    @property
    def place(self) -> str:
        """Where it is asked, when that is not the provider's own address; part of what its lines are kept under."""
        own = self.address(self.default_base_url).rstrip("/")
        return "" if self.http.base_url == own else self.http.base_url

    @property
    def called(self) -> str:
        """What the report calls it: "elevenlabs VOICE_ID"."""
        return f"{self.capability.name} {self.voice}".strip()

    @property
    def set_fields(self) -> str:
        """The options that change what is said, as text; part of what its lines are kept under."""
        return str(self.options.model_dump_json(exclude={"timeout_s", "voice"}, exclude_none=True))

    def price_usd(self, text: str) -> float | None:
        """The most that *text* will be charged; None when nobody knows."""
        if self.is_free:
            return 0.0
        row = price_of(self.capability.name, self.model)
        return None if row is None else row.usd_of(text)

    def manner(self, request: LineRequest) -> Manner:
        """How *request* is to be said: its mood and its rate."""
        return manner_of(request)

    async def say(self, request: LineRequest) -> Spoken:
        """Return the line as the provider's own sound.

        Raises:
            Uncertain: no answer came; the work may be done and charged all the same.
            ContentRefused: moderation.
            QuotaExceeded: the account is empty.
            RateLimited: asked too often.
            Unavailable: down or busy, and nothing was begun.
            BadOutput: it answered, and not with sound.
            ProviderError: anything else that is final, such as a refused key or a voice that it does not know.
        """
        raise NotImplementedError

    @classmethod
    def listed(cls) -> Iterable[ListedVoice]:
        """The voices that are known without asking anybody; none where only the user knows them."""
        return ()
