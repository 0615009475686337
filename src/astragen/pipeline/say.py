"""A text of any length spoken into one sound file: in parts of whole sentences, each a line.

Start reading at `say_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from astragen.errors import BriefError, Unavailable
from astragen.media.audio import read_wav, write_wav
from astragen.model.requests import LineRequest
from astragen.model.take import Fallback, SpokenLine, united
from astragen.model.time import SAMPLE_RATE
from astragen.model.vocabulary import Mood
from astragen.pipeline.crew import Crew
from astragen.pipeline.deliver import temporary_folder
from astragen.pipeline.narration import Speaking
from astragen.pipeline.run import Run
from astragen.plan.clean import joined, sentences, shortened

PART_MAX: Final = 600  # characters; about 40 s of speech, so that a failure costs little
TEXT_MAX: Final = 200_000  # characters; about four hours


class Said(NamedTuple):
    """What was said: *words* as they were timed, *seconds* of sound, by whom, and what did not go as asked."""

    words: int
    seconds: float
    voices: tuple[str, ...]
    fallbacks: tuple[Fallback, ...]


async def say_text(
    text: str, out: Path, crew: Crew, run: Run, *, language: str, mood: Mood = Mood.HOPEFUL, rate: float = 1.0
) -> Said:
    """Speak *text* and write it to *out*, whole or not at all.

    Raises:
        BriefError: there is nothing to say, or too much.
        Unavailable: nobody speaks a single part of it.
    """
    if not any(letter.isalnum() for letter in text):
        raise BriefError("There is nothing to say: the text has no letter.", hint='As in: astragen say "Good evening."')
    if len(text) > TEXT_MAX:
        raise BriefError(f"The text has {len(text)} characters; {TEXT_MAX} can be said at one time.")
    requests = [
        LineRequest(
            shot=f"part-{number}", text=part, language=language, mood=mood, rate=rate, voice=crew.voices.variant
        )
        for number, part in enumerate(parts(text), 1)
    ]
    lines = await Speaking(crew, run).lines(requests)
    fallbacks = united(fallback for line in lines for fallback in line.fallbacks)
    heard = [line for line in lines if line.artifact is not None]
    if not heard:
        reason = fallbacks[0].reason if fallbacks else "it gives no sound"
        raise Unavailable(f"Nobody can say this: {reason}", hint="Choose another --voice or --language.")
    _write(out, heard, run)
    return Said(
        words=sum(len(line.words) for line in heard),
        seconds=sum(line.samples for line in heard) / SAMPLE_RATE,
        voices=tuple(dict.fromkeys(line.voice for line in heard)),
        fallbacks=fallbacks,
    )


def parts(text: str) -> list[str]:
    """*text* in parts of whole sentences, each of at most PART_MAX characters; paragraphs are never joined."""
    found: list[str] = []
    for paragraph in filter(None, (" ".join(one.split()) for one in text.split("\n\n"))):
        group: list[str] = []
        for piece in (piece for sentence in sentences(paragraph) for piece in _within(sentence)):
            if group and len(joined([*group, piece])) > PART_MAX:
                found.append(joined(group))
                group = []
            group.append(piece)
        found.append(joined(group))
    return [one for one in found if any(letter.isalnum() for letter in one)]


def _within(sentence: str) -> list[str]:
    """*sentence* in pieces that a part can hold, cut at spaces where there are any."""
    pieces = []
    while len(sentence) > PART_MAX:
        piece = shortened(sentence, PART_MAX)
        pieces.append(piece)
        sentence = sentence[len(piece) :].lstrip(" ,;:-–—")
    return [*pieces, sentence] if sentence else pieces


def _write(out: Path, lines: Sequence[SpokenLine], run: Run) -> None:
    """The sound of *lines* in a row; each brings the silence at its ends."""
    sounds = [read_wav(run.store.path(line.artifact)) for line in lines if line.artifact is not None]
    with temporary_folder(out) as folder:
        whole = folder / "whole.wav"
        write_wav(whole, np.concatenate(sounds))
        whole.replace(out)
