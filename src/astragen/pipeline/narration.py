"""The narration: every line spoken and stored, in a second, brisker pass when the film would be too long.

Voices of providers are asked in order, as long as the deadline allows, and behind them stands the built-in voice;
a line that nobody can speak stays silent and is reported, and the film goes on. Voices that charge speak every line
once: how brisk they have to be is foreseen from what reading takes. Start reading at `narrate`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

import anyio
import anyio.to_thread

from astragen.errors import (
    AstraGenError,
    BadOutput,
    BudgetExceeded,
    InputError,
    JobError,
    ProviderError,
    RateLimited,
    StoreError,
)
from astragen.media.audio import wav_bytes
from astragen.media.speech import phrases
from astragen.model.base import content_hash
from astragen.model.brief import Brief
from astragen.model.requests import LineRequest
from astragen.model.speech import Speech
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback, SpokenLine, SpokenWord, WordTimes, united
from astragen.pipeline.crew import Crew
from astragen.pipeline.fingerprint import version_of
from astragen.pipeline.hurry import pace_now
from astragen.pipeline.run import Run
from astragen.pipeline.speaking import Booth, Recording
from astragen.plan.alignment import native_words, spread_words, warped_words
from astragen.plan.clean import plain
from astragen.plan.deadline import VOICE_LINE_S, lines_in, speaking_s
from astragen.plan.fallback import WAIT_MAX_S, verdict
from astragen.plan.pacing import hurried_rate, reading_samples
from astragen.plan.requests import plan_lines
from astragen.providers.base import Voice
from astragen.providers.speaking import VoiceProvider
from astragen.providers.voice_registry import BUILTIN

WAV = "audio/wav"
STAGE: Final = "narrate"
TRIES_MAX: Final = 4  # of one voice for one line, whatever the verdicts
AT_ONCE: Final = 4  # lines that are asked for at one time; a provider's own limits may be lower


class Narration(NamedTuple):
    """Lines in film order, none when narration is off or nobody says anything, and how fast they are spoken."""

    lines: list[SpokenLine]
    rate: float


async def narrate(storyboard: Storyboard, brief: Brief, crew: Crew, run: Run) -> Narration:
    """Return the spoken lines, as fast as *storyboard* has it, or as the asked length needs."""
    limit_s = speaking_s(
        brief, storyboard, left_s=brief.due_s - run.report.wall_s, workers=run.workers, pace=pace_now(run)
    )
    speaking = Speaking(crew, run, wishes_of(storyboard), until_s=run.report.wall_s + limit_s)
    plan = partial(plan_lines, storyboard, brief, variant=crew.voices.variant)
    hurry = partial(hurried_rate, storyboard, fps=brief.fps, seconds=brief.seconds)
    requests, rate = plan(), storyboard.speech_rate
    if rate is not None:
        lines = await speaking.lines(plan(rate=rate))
    elif speaking.charges(requests):
        rate = hurry({request.shot: reading_samples(request.text) for request in requests})
        lines = await speaking.lines(plan(rate=rate))
    else:
        lines = await speaking.lines(requests)
        rate = hurry(line_lengths(lines))
        if rate > 1.0:
            lines = await speaking.lines(plan(rate=rate))
    for fallback in united(fallback for line in lines for fallback in line.fallbacks):
        run.fall_back(fallback)
    return Narration(lines, rate)


def wishes_of(storyboard: Storyboard) -> dict[str, str]:
    """The voice that each character wishes for, by id, of those who do."""
    return {one.id: one.voice for one in storyboard.characters if one.voice}


def voices_s(storyboard: Storyboard, brief: Brief, crew: Crew) -> float:
    """About how long providers' voices take for the lines of *storyboard*; 0 where none is asked."""
    is_asked = brief.narration and (crew.voices.providers or wishes_of(storyboard))
    return VOICE_LINE_S * lines_in(storyboard) / AT_ONCE if is_asked else 0.0


def line_lengths(lines: list[SpokenLine]) -> dict[str, int]:
    """Length of each line in samples, by shot id, as pacing wants it."""
    return {line.shot: line.samples for line in lines}


@dataclass
class Speaking:
    """A film's lines on their way to being spoken.

    wishes: the voice of each character who has one of its own.
    until_s: when providers' voices are waited for no longer, in the run's time.
    """

    crew: Crew
    run: Run
    wishes: Mapping[str, str] = field(default_factory=dict)
    until_s: float = math.inf
    _own: dict[str, tuple[VoiceProvider, ...]] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)
    _out: dict[VoiceProvider, str] = field(default_factory=dict)
    _turns: dict[str, anyio.CapacityLimiter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._booth = Booth(self.run, self.crew.purse)

    def charges(self, requests: Sequence[LineRequest]) -> bool:
        """Whether somebody who charges may speak one of *requests*."""
        return any(not voice.is_free for request in requests for voice in self.chain(request))

    async def lines(self, requests: Sequence[LineRequest]) -> list[SpokenLine]:
        """Return *requests* spoken, in their order."""
        if not requests:
            return []
        return await self.run.each(
            STAGE,
            self._line,
            requests,
            returns=SpokenLine,
            version=self._version(requests),
            subjects=[request.shot for request in requests],
            limit=max(AT_ONCE, self.run.workers) if any(map(self.chain, requests)) else None,
        )

    def chain(self, request: LineRequest) -> tuple[VoiceProvider, ...]:
        """Who is asked for *request*, in order: the speaker's own voice, then the film's.

        A speaker whose wish ends with the built-in voice has it, whoever narrates.
        """
        own = self._voices_of(request.speaker)
        last = self.wishes.get(request.speaker, "").rpartition(",")[2].strip().partition(":")[0]
        return own if last == BUILTIN else (*own, *self.crew.voices.providers)

    def _voices_of(self, speaker: str) -> tuple[VoiceProvider, ...]:
        wish = self.wishes.get(speaker, "")
        if not wish:
            return ()
        if speaker not in self._own:
            try:
                self._own[speaker] = self.crew.voices_for(wish).providers
            except (InputError, BudgetExceeded) as error:
                self._own[speaker], self._refused[speaker] = (), str(error)
        return self._own[speaker]

    def _version(self, requests: Sequence[LineRequest]) -> str:
        """All that a line depends on beside its request."""
        voices = {voice: None for request in requests for voice in self.chain(request)}
        named = [
            (one.capability.name, one.capability.version, one.place, one.model, one.voice, one.set_fields)
            for one in voices
        ]
        mark = f" {content_hash(repr((named, sorted(self.wishes.items()))))[:16]}" if named else ""
        return f"{version_of(self.crew.voice.capability)}{mark}"

    async def _line(self, request: LineRequest) -> SpokenLine:
        """The line by the first who speaks it in time."""
        told: list[str] = []
        chain = self.chain(request) if any(letter.isalnum() for letter in request.text) else ()
        if refused := self._refused.get(request.speaker, ""):
            told.append(f"the voice of {request.speaker} cannot be used: {refused}")
        if chain:
            left_s = max(0.0, self.until_s - self.run.report.wall_s)
            with anyio.move_on_after(None if math.isinf(left_s) else left_s) as patience:
                line = await self._by_providers(chain, request, told)
                if line is not None:
                    return line.model_copy(update={"fallbacks": _fallbacks(request, told, f"{line.voice} speaks it")})
            if patience.cancelled_caught:
                told.append(f"{', '.join(voice.called for voice in chain)}: the deadline came first")
        line = await _builtin_line(request, self.crew.voice, self.run)
        instead = "the built-in voice speaks it" if line.artifact else "the line is silent"
        return line.model_copy(update={"fallbacks": (*_fallbacks(request, told, instead), *line.fallbacks)})

    async def _by_providers(
        self, chain: Sequence[VoiceProvider], request: LineRequest, told: list[str]
    ) -> SpokenLine | None:
        """The line by the first of *chain* who speaks it; why others do not is *told*."""
        sent = request.model_copy(update={"text": plain(request.text, len(request.text)) or request.text})
        for voice in chain:
            try:
                return await self._recorded(await self._asked(voice, sent), request, sent)
            except (StoreError, JobError):  # no fault of the voice: another one would be paid for nothing
                raise
            except AstraGenError as error:
                told.append(_named(voice, error))
        return None

    async def _asked(self, voice: VoiceProvider, request: LineRequest) -> Recording:
        """What *voice* makes of *request*, however often it has to be asked.

        Raises:
            AstraGenError: it does not; why.
        """
        tries = rounds = 0
        while True:
            if voice in self._out:
                raise ProviderError(self._out[voice], provider=voice.capability.name)
            tries += 1
            turn = self._turns.setdefault(voice.capability.name, anyio.CapacityLimiter(AT_ONCE))
            try:
                async with turn:
                    return await self._booth.ask(voice, request, round_=rounds)
            except (ProviderError, BudgetExceeded) as error:
                if isinstance(error, RateLimited):
                    turn.total_tokens = max(1, turn.total_tokens // 2)
                then = verdict(error, tries=tries, wording="short", recognises_repeats=voice.recognises_repeats)
                if then == "out":
                    self._out[voice] = str(error)
                if then not in ("wait", "again") or tries >= TRIES_MAX:
                    raise
                if then == "wait":
                    await anyio.sleep(getattr(error, "retry_after_s", None) or WAIT_MAX_S)
                elif isinstance(error, BadOutput):
                    rounds += 1  # the same words under another key: what came before is not taken for an answer

    async def _recorded(self, recording: Recording, request: LineRequest, sent: LineRequest) -> SpokenLine:
        """The line of a *recording*, with word times: the voice's own where they can be used, else estimated."""
        heard, path = await self._booth.heard(recording, sent.text)
        words = native_words(request.text, recording.told, shift=heard.shift, spans=heard.spans)
        times: WordTimes = "native"
        if words is None:
            words, times = await self._estimated(request, heard.spans), "estimated"
        return SpokenLine(
            shot=request.shot,
            text=request.text,
            artifact=self.run.store.put_file(path, WAV),
            samples=heard.samples,
            words=words,
            times=times,
            voice=recording.voice,
        )

    async def _estimated(self, request: LineRequest, spans: Sequence[tuple[int, int]]) -> tuple[SpokenWord, ...]:
        """Word times by what the built-in voice makes of the same line; by letters where it cannot speak it."""
        try:
            speech = await self.crew.voice.speak(request.model_copy(update={"rate": 1.0}))
        except ProviderError:
            return spread_words(request.text, spans)
        spoken = await anyio.to_thread.run_sync(phrases, speech.samples)
        return warped_words(speech.words, spoken, spans) or spread_words(request.text, spans)


def _named(voice: VoiceProvider, error: AstraGenError) -> str:
    """*error* with who it is of."""
    said = str(error)
    return said if voice.capability.name in said else f"{voice.capability.name}: {said}"


def _fallbacks(request: LineRequest, told: Sequence[str], instead: str) -> tuple[Fallback, ...]:
    return tuple(Fallback(stage=STAGE, subject=request.shot, reason=reason, instead=instead) for reason in told)


async def _builtin_line(request: LineRequest, voice: Voice, run: Run) -> SpokenLine:
    """The line as stored sound, or silent when the voice fails for good."""
    try:
        speech = await _speech(request, voice)
    except ProviderError as error:
        silent = Fallback(stage=STAGE, subject=request.shot, reason=str(error), instead="the line is silent")
        return SpokenLine(
            shot=request.shot, text=request.text, samples=reading_samples(request.text), fallbacks=(silent,)
        )
    return SpokenLine(
        shot=request.shot,
        text=request.text,
        artifact=run.store.put_bytes(wav_bytes(speech.samples), WAV),
        samples=len(speech.samples),
        words=speech.words,
        times=speech.times,
        voice=speech.voice,
    )


async def _speech(request: LineRequest, voice: Voice) -> Speech:
    """The voice's answer; asked a second time when the first failure may pass."""
    try:
        return await voice.speak(request)
    except ProviderError as error:
        if not error.retry:
            raise
    return await voice.speak(request)
