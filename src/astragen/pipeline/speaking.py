"""One voice asked for one line: money reserved, the answer listened to, and kept as it came.

A crash between any two lines pays nothing twice, as in `pipeline/asking.py`. What is kept is the
voice's own sound: how it becomes a line of the film may change, and nobody pays again for that.
Start reading at `Booth.ask`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio
from pydantic import ConfigDict

from astragen.errors import BadOutput, MediaError, ProviderError, RenderError, Uncertain
from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.requests import LineRequest
from astragen.model.speech import TimedText
from astragen.model.take import Artifact
from astragen.pipeline.elsewhere import Elsewhere
from astragen.pipeline.run import Run
from astragen.plan.pacing import reading_samples
from astragen.providers.speaking import Spoken, VoiceProvider
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


class Booth:
    """Where voices are asked for a film; *purse* is None when none of them charges."""

    def __init__(self, run: Run, purse: Purse | None) -> None:
        self._run, self._purse = run, purse

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

        async def work(asked: AskedLine) -> Recording:
            if voice.is_free or self._purse is None:
                return await self._kept(voice, asked, await voice.say(asked.request), 0.0)
            return await self._paid(voice, asked, self._purse)

        return await self._run.once("voice", work, asked, returns=Recording, version=asked.version)

    async def heard(self, recording: Recording, text: str) -> tuple[Heard, Path]:
        """Return what is heard in *recording*, and the file of the line made of it."""
        return await self._listened(self._run.store.path(recording.artifact), text)

    async def _paid(self, voice: VoiceProvider, asked: AskedLine, purse: Purse) -> Recording:
        """What *voice* makes of *asked*; every step is in the ledger before the next is taken."""
        key = content_hash(canonical_json(asked))
        entry = purse.find(key)
        if entry is not None and entry.state == "settled":
            recording = Recording.model_validate_json(entry.result)
            if self._run.store.has(recording.artifact):
                return recording  # paid for by a run that died before it could remember it
            entry = None
        bound = bound_usd(voice, asked.request.text)
        if entry is None:
            purse.reserve(key, provider=voice.capability.name, usd=bound)
        elif not voice.recognises_repeats:
            raise _unsure(voice)
        try:
            spoken = await voice.say(asked.request)
        except (Uncertain, anyio.get_cancelled_exc_class()):
            purse.uncertain(key)
            raise
        except BadOutput:
            purse.settle(key, bound)  # an answer came: it is charged, whatever it is worth
            raise
        except ProviderError:
            purse.refund(key)
            raise
        usd = bound if spoken.cost_usd is None else spoken.cost_usd
        purse.settle(key, usd)
        recording = await self._kept(voice, asked, spoken, usd)
        purse.settle(key, usd, result=recording.model_dump_json())
        return recording

    async def _kept(self, voice: VoiceProvider, asked: AskedLine, spoken: Spoken, cost_usd: float) -> Recording:
        """*spoken* in the store.

        Raises:
            BadOutput: it is no speech of the line.
        """
        came = Path(tempfile.mkdtemp(dir=self._run.scratch)) / "came"
        came.write_bytes(spoken.data)
        name = voice.capability.name
        try:
            await self._listened(came, asked.request.text)
        except RenderError as error:
            message = f"{name} sent something that nobody could listen to: {error.message}"
            raise BadOutput(message, hint="Choose another voice.", provider=name) from error
        except MediaError as error:
            raise BadOutput(f"{name}: {error.message}", hint="Choose another voice.", provider=name) from error
        return Recording(
            artifact=self._run.store.put_file(came, spoken.media_type or "application/octet-stream"),
            told=spoken.alignment,
            voice=spoken.voice or voice.called,
            cost_usd=cost_usd,
        )

    async def _listened(self, source: Path, text: str) -> tuple[Heard, Path]:
        out = Path(tempfile.mkdtemp(dir=self._run.scratch)) / "line.wav"
        return await self._run.examine(hear, source, out, reading_samples(text)), out


def bound_usd(voice: VoiceProvider, text: str) -> float:
    """The most that *text* costs; where nobody knows, a cautious price."""
    price = voice.price_usd(text)
    return len(text) * UNKNOWN_USD_PER_MILLION / 1_000_000 if price is None else price


def _unsure(voice: VoiceProvider) -> Uncertain:
    name = voice.capability.name
    message = f"{name} was asked before, and no answer came: the line may be charged."
    return Uncertain(message, hint="It is not asked again for this.", provider=name)
