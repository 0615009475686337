"""Where score and ambience make room for the voice.

Under a stretch of speech each of them lies on a bed that holds still: as deep as its own
loudest moment against the voice's softest asks for, measured ahead. It is there before the
first word, and comes back in pauses as far as the pause is long: a short one keeps it down.
So it never pumps, and no gain moves faster than FALL or RISE. Pure: samples at 48 kHz and
levels in, points of a gain curve out. Start at `duck_points`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import SoundClip

FALL = 60.0  # dB a second, before speech
RISE = 20.0  # dB a second, after it
SHORTEST_PAUSE = SAMPLE_RATE * 9 // 10  # samples; a shorter pause stays at the bed
FULL_PAUSE = 3 * SAMPLE_RATE  # samples; from here all of it comes back

LEVEL_STEP = SAMPLE_RATE // 20  # samples from one level to the next
LEVEL_WINDOW = 8 * LEVEL_STEP  # samples that each is measured over
SPEAKING_DB = 12.0  # under the loudest level of a stretch; what is softer is a breath or a pause


class Bed(NamedTuple):
    """How far a bus goes down under speech: until this lies *under_db* below it, within the limits."""

    under_db: float
    shallowest_db: float
    deepest_db: float


# Both together leave the voice 12 dB and more over all else, in every 400 ms in which it speaks.
SCORE_BED = Bed(under_db=13.5, shallowest_db=-4.0, deepest_db=-24.0)
AMBIENCE_BED = Bed(under_db=18.5, shallowest_db=-3.0, deepest_db=-14.0)


class GainPoint(NamedTuple):
    """A point of a gain curve: *gain_db* at *sample*; straight in dB between points, level outside."""

    sample: int
    gain_db: float


class Stretch(NamedTuple):
    """A part of the film in which somebody speaks, *end* exclusive, and the gain that another bus has there."""

    start: int
    end: int
    bed_db: float


Span = tuple[int, int]
"""First sample of a stretch of speech, and one past its last."""


def duck_points(stretches: Sequence[Stretch], samples: int) -> tuple[GainPoint, ...]:
    """The gain of a bus over a film of *samples*, as points in ascending order, all within the film.

    *stretches*: in order, at least SHORTEST_PAUSE apart. Without any the gain is 0 dB throughout.
    """
    if not stretches:
        return (GainPoint(0, 0.0),)
    points = [*_before(stretches[0])]
    for one, following in pairwise(stretches):
        rest = _relief(following.start - one.end, max(one.bed_db, following.bed_db))
        points += [*_level(one), GainPoint(one.end + _samples(rest - one.bed_db, RISE), rest)]
        points.append(GainPoint(following.start - _samples(rest - following.bed_db, FALL), rest))
    last = stretches[-1]
    points += _level(last)
    if samples - last.end >= SHORTEST_PAUSE:
        points += _after(last, samples)
    return tuple(points)


def stretches_of(
    spans: Sequence[Span], speech_db: Sequence[float], other_db: Sequence[float], bed: Bed
) -> tuple[Stretch, ...]:
    """*spans* of speech with the bed that the other bus needs in each.

    *speech_db*, *other_db*: the levels of both from every LEVEL_STEP on, over LEVEL_WINDOW each, -inf for silence.
    """
    return tuple(Stretch(start, end, _bed_db(_windows(start, end), speech_db, other_db, bed)) for start, end in spans)


def spoken_spans(narration: Iterable[SoundClip], samples: int) -> tuple[Span, ...]:
    """Every stretch of speech in the film, in order, pauses under SHORTEST_PAUSE filled."""
    spans: list[Span] = []
    for start, end in sorted(span for clip in narration for span in _sounding(clip)):
        if start >= min(end, samples):
            continue
        if spans and start - spans[-1][1] < SHORTEST_PAUSE:
            spans[-1] = (spans[-1][0], max(spans[-1][1], min(end, samples)))
        else:
            spans.append((start, min(end, samples)))
    return tuple(spans)


def speaking(levels_db: Sequence[float], windows: range) -> list[int]:
    """Those of *windows* in which somebody speaks, going by the *levels_db* of speech."""
    inside = range(windows.start, min(windows.stop, len(levels_db)))
    floor = max((levels_db[index] for index in inside), default=0.0) - SPEAKING_DB
    return [index for index in inside if levels_db[index] >= floor]


def _windows(start: int, end: int) -> range:
    """The levels whose windows lie in the stretch by half of their length or more."""
    half = LEVEL_WINDOW // 2
    return range(max(0, -(-(start - half) // LEVEL_STEP)), max(0, (end - half) // LEVEL_STEP) + 1)


def _bed_db(windows: range, speech_db: Sequence[float], other_db: Sequence[float], bed: Bed) -> float:
    heard = [index for index in speaking(speech_db, windows) if index < len(other_db)]
    needed = min((speech_db[index] - other_db[index] for index in heard), default=float("inf")) - bed.under_db
    return min(max(needed, bed.deepest_db), bed.shallowest_db)


def _sounding(clip: SoundClip) -> Iterator[Span]:
    """The film's samples in which *clip* speaks: its words, or the whole of it when no voice gave any."""
    if clip.line.artifact is None:
        return
    if not clip.line.words:
        yield clip.start, clip.start + clip.line.samples
    for word in clip.line.words:
        yield clip.start + word.start, clip.start + word.end


def _before(first: Stretch) -> Iterator[GainPoint]:
    """The way down to the first word; a short lead-in begins at the bed."""
    rest = _relief(first.start, first.bed_db)
    yield GainPoint(0, rest)
    if rest > first.bed_db:
        yield GainPoint(first.start - _samples(rest - first.bed_db, FALL), rest)


def _level(stretch: Stretch) -> tuple[GainPoint, GainPoint]:
    return GainPoint(stretch.start, stretch.bed_db), GainPoint(stretch.end, stretch.bed_db)


def _after(last: Stretch, samples: int) -> Iterator[GainPoint]:
    """The way up after the last word, as far as the film's end lets it come."""
    top = min(0.0, last.bed_db + RISE * (samples - last.end) / SAMPLE_RATE)
    yield GainPoint(min(last.end + _samples(top - last.bed_db, RISE), samples), top)


def _samples(change_db: float, slope: float) -> int:
    """How long a change takes."""
    return round(change_db / slope * SAMPLE_RATE)


def _relief(pause: int, bed_db: float) -> float:
    """The gain in dB that a bus comes back to from *bed_db* in a pause of so many samples."""
    share = (pause - SHORTEST_PAUSE) / (FULL_PAUSE - SHORTEST_PAUSE)
    return bed_db * (1 - min(max(share, 0.0), 1.0))
