"""Where the score makes room for the voice.

The score sinks to a bed under speech, a moment before it begins, and comes back in
pauses as far as the pause is long: a short one keeps it down, so that it never pumps.
Pure: samples at 48 kHz in, points of a gain curve out. Start at `duck_points`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import SoundClip

# Measured on our own voice and scores: leaves speech 15 dB and more above the score; -11 only 9.
BED_DB = -16.0
ATTACK = SAMPLE_RATE * 12 // 100  # samples; down before the first sound of a word
RELEASE = SAMPLE_RATE * 6 // 10  # samples; up after the last
SHORTEST_PAUSE = SAMPLE_RATE * 9 // 10  # samples; a shorter pause stays at the bed
FULL_PAUSE = 3 * SAMPLE_RATE  # samples; from here the score comes back whole


class GainPoint(NamedTuple):
    """A point of a gain curve: *gain_db* at *sample*; straight in dB between points, level outside."""

    sample: int
    gain_db: float


def duck_points(narration: Sequence[SoundClip], samples: int) -> tuple[GainPoint, ...]:
    """The score's gain over a film of *samples*, as points in ascending order, all within the film.

    Lines without sound do not count. Without any speech the gain is 0 dB throughout.
    """
    spans = spoken_spans(narration, samples)
    if not spans:
        return (GainPoint(0, 0.0),)
    points = [*_before(spans[0][0])]
    for (start, end), (following, _) in pairwise(spans):
        rest = _relief(following - end)
        points += [GainPoint(start, BED_DB), GainPoint(end, BED_DB)]
        points += [GainPoint(end + RELEASE, rest), GainPoint(following - ATTACK, rest)]
    start, end = spans[-1]
    points += [GainPoint(start, BED_DB), GainPoint(end, BED_DB)]
    if samples - end >= SHORTEST_PAUSE:
        points.append(GainPoint(end + RELEASE, 0.0))
    return tuple(points)


def spoken_spans(narration: Sequence[SoundClip], samples: int) -> tuple[tuple[int, int], ...]:
    """(start, end) of every stretch of speech in the film, in order, pauses under SHORTEST_PAUSE filled."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(span for clip in narration for span in _sounding(clip)):
        if start >= min(end, samples):
            continue
        if spans and start - spans[-1][1] < SHORTEST_PAUSE:
            spans[-1] = (spans[-1][0], max(spans[-1][1], min(end, samples)))
        else:
            spans.append((start, min(end, samples)))
    return tuple(spans)


def _sounding(clip: SoundClip) -> Iterator[tuple[int, int]]:
    """The film's samples in which *clip* speaks: its words, or the whole of it when no voice gave any."""
    if clip.line.artifact is None:
        return
    if not clip.line.words:
        yield clip.start, clip.start + clip.line.samples
    for word in clip.line.words:
        yield clip.start + word.start, clip.start + word.end


def _before(start: int) -> Iterator[GainPoint]:
    """The way down to the first word at sample *start*; a short lead-in begins at the bed."""
    rest = _relief(start)
    yield GainPoint(0, rest)
    if rest > BED_DB:
        yield GainPoint(start - ATTACK, rest)


def _relief(pause: int) -> float:
    """The gain in dB that the score comes back to in a pause of so many samples."""
    share = (pause - SHORTEST_PAUSE) / (FULL_PAUSE - SHORTEST_PAUSE)
    return BED_DB * (1 - min(max(share, 0.0), 1.0))
