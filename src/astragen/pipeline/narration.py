"""The narration: every line spoken and stored, in a second, brisker pass when the film would be too long.

A line that cannot be spoken stays silent and is reported; the film goes on.
"""

from __future__ import annotations

from astragen.errors import ProviderError
from astragen.media.audio import wav_bytes
from astragen.model.brief import Brief
from astragen.model.requests import LineRequest
from astragen.model.speech import Speech
from astragen.model.storyboard import Storyboard
from astragen.model.take import Fallback, SpokenLine
from astragen.pipeline.crew import Crew
from astragen.pipeline.fingerprint import version_of
from astragen.pipeline.run import Run
from astragen.plan.pacing import hurried_rate, reading_samples
from astragen.plan.requests import plan_lines
from astragen.providers.base import Voice

WAV = "audio/wav"


async def narrate(storyboard: Storyboard, brief: Brief, crew: Crew, run: Run) -> list[SpokenLine]:
    """Return the spoken lines in film order; none when narration is off or nobody says anything."""
    lines = await _spoken(plan_lines(storyboard, brief), crew.voice, run)
    rate = hurried_rate(storyboard, line_lengths(lines), fps=brief.fps, seconds=brief.seconds)
    if rate > 1.0:
        lines = await _spoken(plan_lines(storyboard, brief, rate=rate), crew.voice, run)
    for line in lines:
        for fallback in line.fallbacks:
            run.fall_back(fallback)
    return lines


def line_lengths(lines: list[SpokenLine]) -> dict[str, int]:
    """Length of each line in samples, by shot id, as pacing wants it."""
    return {line.shot: line.samples for line in lines}


async def _spoken(requests: tuple[LineRequest, ...], voice: Voice, run: Run) -> list[SpokenLine]:
    async def speak(request: LineRequest) -> SpokenLine:
        return await _line(request, voice, run)

    if not requests:
        return []
    return await run.each(
        "narrate",
        speak,
        requests,
        returns=SpokenLine,
        version=version_of(voice.capability),
        subjects=[request.shot for request in requests],
    )


async def _line(request: LineRequest, voice: Voice, run: Run) -> SpokenLine:
    """The line as stored sound, or silent when the voice fails for good."""
    try:
        speech = await _speech(request, voice)
    except ProviderError as error:
        return SpokenLine(
            shot=request.shot,
            text=request.text,
            samples=reading_samples(request.text),
            fallbacks=(
                Fallback(stage="narrate", subject=request.shot, reason=str(error), instead="the line is silent"),
            ),
        )
    return SpokenLine(
        shot=request.shot,
        text=request.text,
        artifact=run.store.put_bytes(wav_bytes(speech.samples), WAV),
        samples=len(speech.samples),
        words=speech.words,
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
