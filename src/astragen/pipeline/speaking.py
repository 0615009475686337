"""One voice asked for one line: bought (`buying.py`), stored as it came, and listened to.

What is kept is the voice's own sound: how it becomes a line of the film may change, and nobody pays again for that.
Start reading at `Booth.ask`.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
from pydantic import ConfigDict

from astragen.errors import BadOutput, MediaError, RenderError
from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.model.take import Artifact
from astragen.pipeline.buying import Buyer, Came, Claim, Goods, Offer, faults_of
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.run import Run
from astragen.plan.pacing import reading_samples
from astragen.providers.speaking import VoiceProvider
from astragen.store.ledger import Purse

if TYPE_CHECKING:
    from astragen.media.speech import Heard, hear
else:
    hear = Elsewhere("astragen.media.speech", "hear")

UNKNOWN_USD_PER_MILLION: Final = 300.0  # characters of a voice without a price: above every one in the table


class AskedLine(Model):
    """All that a voice's answer depends on; its hash is what is paid for."""

    provider: str
    version: str
    place: str = ""
    """Host of another address than the provider's own, or the files that it speaks from."""
    model: str = ""
    voice: str
    options: str = ""
    request: LineRequest
    round: int = 0
    """Rises when the same is asked for anew, because what came was no good."""


class Recording(Model):
    """What a voice sent, listened to and kept."""

    model_config = ConfigDict(str_strip_whitespace=False)  # a space between characters ends a word

    artifact: Artifact
    told: tuple[TimedText, ...] = ()
    voice: str
    cost_usd: float = 0.0


class _Sent(Came):
    """Speech as it came; *told* and *voice*: see `Spoken`."""

    model_config = ConfigDict(str_strip_whitespace=False)

    told: tuple[TimedText, ...]
    voice: str


class Booth:
    """Where voices are asked for a film; *purse* is None when none of them charges."""

    def __init__(self, run: Run, purse: Purse | None) -> None:
        self._run = run
        self._buyer = Buyer(purse) if purse else None
        self._goods = Goods(_Sent, Recording, lambda one: run.store.has(one.artifact))
        self._turns: dict[AskedLine, anyio.Lock] = {}
        self._recorded: dict[AskedLine, Recording] = {}

    async def ask(self, voice: VoiceProvider, request: LineRequest, *, round_: int = 0) -> Recording:
        """Return what *voice* makes of *request*; from the memory of earlier runs, where it is there.

        Raises:
            BudgetExceeded: it would cost more than is left.
            Uncertain: it may have been charged already, and nobody knows what became of it.
            ProviderError: see `VoiceProvider.say`; BadOutput also for what is no speech of this line.
        """
        asked = AskedLine(
            provider=voice.capability.name,
            version=voice.capability.version,
            place=voice.place,
            model=voice.model,
            voice=voice.voice,
            options=voice.set_fields,
            request=request.model_copy(update={"shot": "line", "speaker": "", "voice": ""}),
            round=round_,
        )

        async with self._turns.setdefault(asked, anyio.Lock()):  # shots may share a line, which is paid for once
            if asked not in self._recorded:
                work = partial(self._bought, voice)
                self._recorded[asked] = await self._run.once(
                    "voice", work, asked, returns=Recording, version=asked.version
                )
        return self._recorded[asked]

    async def heard(self, recording: Recording, text: str) -> tuple[Heard, Path]:
        """Return what is heard in *recording*, and the file of the line made of it."""
        return await self._listened(self._run.store.path(recording.artifact), text)

    async def _bought(self, voice: VoiceProvider, asked: AskedLine) -> Recording:
        """What *voice* makes of *asked*."""

        async def sent(claim: Claim) -> _Sent:
            with faults_of(voice.capability.name, is_order=claim.is_paid):
                spoken = await voice.say(asked.request)
            stored = self._run.store.put_bytes(spoken.data, spoken.media_type or "application/octet-stream")
            said_by = spoken.voice or voice.called
            with faults_of(voice.capability.name, is_order=claim.is_paid):  # which may say anything of it
                return _Sent(artifact=stored, cost_usd=spoken.cost_usd, told=spoken.alignment, voice=said_by)

        async def kept(came: _Sent, usd: float) -> Recording:
            await self._checked(voice, came.artifact, asked.request.text)
            return Recording(artifact=came.artifact, told=came.told, voice=came.voice, cost_usd=usd)

        if voice.is_free or self._buyer is None:
            return await kept(await sent(Claim()), 0.0)
        return await self._buyer.buy(_offer(voice, asked), self._goods, ask=sent, keep=kept)

    async def _checked(self, voice: VoiceProvider, stored: Artifact, text: str) -> None:
        """Pass when *stored* is speech.

        Raises:
            BadOutput: it is none of *text*.
        """
        name = voice.capability.name
        try:
            await self._listened(self._run.store.path(stored), text)
        except MediaError as error:
            how = " sent something that nobody could listen to" if isinstance(error, RenderError) else ""
            said = error.message.replace(stored.hash, "the file")
            raise BadOutput(f"{name}{how}: {said}", hint="Choose another voice.", provider=name) from error

    async def _listened(self, source: Path, text: str) -> tuple[Heard, Path]:
        out = Path(tempfile.mkdtemp(dir=self._run.scratch)) / "line.wav"
        return await self._run.examine(hear, source, out, reading_samples(text)), out


def bound_usd(voice: VoiceProvider, text: str) -> float:
    """The most that *text* costs; where nobody knows, a cautious price."""
    price = voice.price_usd(text)
    return len(text) * UNKNOWN_USD_PER_MILLION / 1_000_000 if price is None else price


def _offer(voice: VoiceProvider, asked: AskedLine) -> Offer:
    key = content_hash(canonical_json(asked))
    bound = bound_usd(voice, asked.request.text)
    return Offer(key, voice.capability.name, "the line", bound, voice.recognises_repeats)
