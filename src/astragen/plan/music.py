"""How a music file of the user's is laid under a film: from where, with which joints, how it ends.

Best is the music's own beginning and its own end, with one stretch left out, or played again,
between two marks about which it sounds alike. Where no such pair brings the right length, it begins
at a bar, goes on for as long as the film, and is faded out. Joints keep the bar. Pure. Start
reading at `fitted`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from statistics import median
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.model.music import Music, MusicPiece, OwnMusic
from astragen.model.tempo import Tempo
from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import Timeline

F64 = NDArray[np.float64]

EARLY, LATE = SAMPLE_RATE * 13 // 10, SAMPLE_RATE  # the music may end so much before the film, or after it
ALIKE_DB: Final = 5.0  # mean difference about a joint, from which on one hears that something else follows
CONTEXT: Final = 4  # marks before and after a joint that are compared
EDGE: Final = 4 * SAMPLE_RATE  # at least so much is heard before the first joint and after the last
LOOPS_MAX: Final = 64
BEAT_FADE, HELD_FADE = SAMPLE_RATE * 8 // 100, SAMPLE_RATE * 3 // 2  # crossfades at beats, and of music without
WHOLE_FADE: Final = SAMPLE_RATE // 500  # of a file that is a loop already: 2 ms, that it loses each time
WHOLE_NEAR: Final = SAMPLE_RATE * 6 // 100  # how near to whole bars such a file is
DYING_DB: Final = 12.0  # below its usual level, the last beat of a file dies away
OPENING: Final = SAMPLE_RATE // 100  # fades in that take no click into the film
PHRASE_BARS: Final = 4
PHRASE_NEAR: Final = SAMPLE_RATE * 2 // 5  # a phrase that ends so near to the film's end ends with it
FADE_OUT, PHRASE_OUT = 3 * SAMPLE_RATE, SAMPLE_RATE

_LOOP_PRICE = 0.1  # dB a repetition: rather one long loop than many short ones
_DRIFT_PRICE = 1.0  # dB a second between the ends of music and film
_NEVER = float("inf")


class Pulse(NamedTuple):
    """The beat of a film's music: a beat falls on sample *offset*, and then on every minute / *tempo_bpm*."""

    tempo_bpm: float
    offset: int


class _Jump(NamedTuple):
    """Leave the music at mark *leaves* and go on at mark *enters*, *times* over; *price* in dB."""

    leaves: int
    enters: int
    times: int
    price: float


def fitted(music: Music, samples: int) -> OwnMusic:
    """*music* under a film of *samples*."""
    span = music.last - music.first
    if not music.is_whole:
        return _cut_off(music, samples)
    if -EARLY <= span - samples <= LATE:
        return _laid(music, samples, [(music.first, music.last)], "own", BEAT_FADE)
    jump = _best_jump(music, samples)
    if jump is not None:
        return _laid(music, samples, _with_jump(music, jump), "own", _crossfade(music))
    return _cut_off(music, samples) if span > samples else _looped(music, samples)


def beats_in(music: Music, own: OwnMusic, samples: int) -> tuple[int, ...]:
    """The samples of the film, below *samples*, on which a beat of *music* falls; none where it has no beat."""
    if not music.tempo_bpm:
        return ()
    starts = accumulate((piece.end - piece.start for piece in own.pieces), initial=0)
    found = {
        at + mark - piece.start
        for at, piece in zip(starts, own.pieces, strict=False)
        for mark in music.marks
        if piece.start <= mark < piece.end
    }
    return tuple(sorted(beat for beat in found if beat < samples))


def pulse_in(music: Music, own: OwnMusic, samples: int) -> Pulse | None:
    """The even beat that lies nearest to `beats_in`; None where there is none, or it is too uneven for one.

    For cuts on beats: half of the beats are within 50 ms of it, or it is none.
    """
    beats = np.array(beats_in(music, own, samples), float)
    if len(beats) < 4:
        return None
    period = 60 * SAMPLE_RATE / music.tempo_bpm
    turns = np.exp(2j * np.pi * beats / period)
    offset = float(np.angle(turns.mean())) / (2 * np.pi) * period % period
    away = np.abs((beats - offset + period / 2) % period - period / 2)
    if float(np.median(away)) > 0.05 * SAMPLE_RATE:
        return None
    return Pulse(music.tempo_bpm, round(offset))


def own_tempo(music: Music, samples: int) -> Tempo | None:
    """The tempo of *music* under a film of *samples*, for cuts on its beats; which beat begins a bar, nobody knows."""
    pulse = pulse_in(music, fitted(music, samples), samples)
    return Tempo(pulse.tempo_bpm, 1, pulse.offset / SAMPLE_RATE) if pulse else None


def with_music(timeline: Timeline, music: Music | None) -> Timeline:
    """*timeline* with *music* in the place of its composed score; as it is where it has no score."""
    if music is None or timeline.score is None:
        return timeline
    own = fitted(music, timeline.score.samples)
    return timeline.model_copy(update={"score": timeline.score.model_copy(update={"music": own})})


def _laid(
    music: Music,
    samples: int,
    spans: list[tuple[int, int]],
    ending: Literal["own", "phrase", "fade"],
    crossfade: int,
) -> OwnMusic:
    """The pieces of *spans* that the film hears."""
    pieces, at = list[MusicPiece](), 0
    for start, end in spans:
        if at < samples:
            pieces.append(MusicPiece(start=start, end=end))
            at += end - start
    over = sum(piece.end - piece.start for piece in pieces) - samples
    out = {"own": max(0, over) + OPENING, "phrase": PHRASE_OUT, "fade": FADE_OUT}[ending]
    return OwnMusic(
        name=music.name,
        artifact=music.artifact,
        pieces=tuple(pieces),
        crossfade=crossfade if len(pieces) > 1 else 0,
        fade_in=OPENING,
        fade_out=min(out, samples // 3),
        ending=ending,
        tempo_bpm=music.tempo_bpm,
    )


# --- joints -----------------------------------------------------------------


def _best_jump(music: Music, samples: int) -> _Jump | None:
    """The jump that brings the music's own end to the film's, where one is hardly heard."""
    jumps = _jumps_over(music, samples) if music.last - music.first > samples else _jumps_back(music, samples)
    best = min(jumps, key=lambda jump: jump.price, default=None)
    return best if best is not None and best.price <= ALIKE_DB else None


def _jumps_over(music: Music, samples: int) -> Iterator[_Jump]:
    """The best jump ahead from each mark, that leaves out what is too much."""
    marks, unlike = np.array(music.marks), _unlikeness(music)
    edge = min(EDGE, samples // 3)
    for leaves in range(len(marks)):
        ends = marks[leaves] - music.first + music.last - marks
        drift = ends - samples
        is_apt = (drift >= -EARLY) & (drift <= LATE) & (marks > marks[leaves]) & (music.last - marks >= edge)
        if marks[leaves] - music.first < edge or not is_apt.any():
            continue
        prices = np.where(is_apt, unlike[leaves] + _DRIFT_PRICE * np.abs(drift) / SAMPLE_RATE, _NEVER)
        enters = int(prices.argmin())
        yield _Jump(leaves, enters, 1, float(prices[enters]))


def _jumps_back(music: Music, samples: int) -> Iterator[_Jump]:
    """The best jump back from each mark, that plays again what is too little, as often as it takes."""
    marks, unlike = np.array(music.marks), _unlikeness(music)
    missing = samples - (music.last - music.first)
    for leaves in range(len(marks)):
        lengths = marks[leaves] - marks
        is_loop = lengths >= min(EDGE, (music.last - music.first) // 2)
        times = np.where(is_loop, np.rint(missing / np.maximum(lengths, 1)), 0).astype(int)
        drift = times * lengths - missing
        is_apt = is_loop & (times >= 1) & (times <= LOOPS_MAX) & (drift >= -EARLY) & (drift <= LATE)
        if not is_apt.any():
            continue
        price = unlike[leaves] + _DRIFT_PRICE * np.abs(drift) / SAMPLE_RATE + _LOOP_PRICE * times
        prices = np.where(is_apt, price, _NEVER)
        enters = int(prices.argmin())
        yield _Jump(leaves, enters, int(times[enters]), float(prices[enters]))


def _with_jump(music: Music, jump: _Jump) -> list[tuple[int, int]]:
    leaves, enters = music.marks[jump.leaves], music.marks[jump.enters]
    return [(music.first, leaves), *[(enters, leaves)] * (jump.times - 1), (enters, music.last)]


def _unlikeness(music: Music) -> F64:
    """How differently the music sounds about each two marks, (marks, marks) in dB; infinite off the bar."""
    timbres = np.array(music.timbres, float)
    count = len(timbres)
    squares = (timbres**2).sum(1)
    apart = np.maximum(squares[:, None] + squares - 2 * timbres @ timbres.T, 0) / timbres.shape[1]
    total, seen = np.zeros((count, count)), np.zeros((count, count))
    for step in range(max(-CONTEXT, 1 - count), min(CONTEXT, count)):
        low, high = max(0, -step), min(count, count - step)
        total[low:high, low:high] += apart[low + step : high + step, low + step : high + step]
        seen[low:high, low:high] += 1
    unlike = np.sqrt(total / seen)
    places = np.arange(count)
    off_bar = (places[:, None] - places) % music.bar != 0
    return np.where(off_bar, _NEVER, unlike)


# --- what has no end of its own ----------------------------------------------


def _cut_off(music: Music, samples: int) -> OwnMusic:
    """The music from a bar on, for as long as the film; from that bar with which a phrase ends where the film does."""
    starts = [mark for mark in _bars(music, 1) if mark + samples <= music.last] or [music.first]
    early = [mark for mark in starts if mark - music.first <= (music.last - music.first) // 4] or starts[:1]
    phrases = _bars(music, PHRASE_BARS)

    def miss(start: int) -> int:
        return min((abs(start + samples - phrase) for phrase in phrases), default=samples)

    start = min(early, key=lambda mark: (miss(mark) > PHRASE_NEAR, mark))
    ending: Literal["phrase", "fade"] = "phrase" if music.tempo_bpm and miss(start) <= PHRASE_NEAR else "fade"
    return _laid(music, samples, [(start, start + samples)], ending, 0)


def _bars(music: Music, every: int) -> list[int]:
    """The marks on which every so many bars begin."""
    return list(music.marks[music.downbeat :: music.bar * every])


def _looped(music: Music, samples: int) -> OwnMusic:
    """The music again and again: the whole of it where it is a loop, else what sounds most alike at both ends."""
    if _is_loop(music):
        return _repeated(music, samples, 0, music.samples)
    if len(music.marks) < 2 * CONTEXT:
        return _repeated(music, samples, music.first, music.last)
    jump = _best_loop(music)
    leaves, enters = music.marks[jump.leaves], music.marks[jump.enters]
    times = -(-(samples - (leaves - music.first)) // (leaves - enters))
    crossfade = _crossfade(music) if jump.price <= ALIKE_DB else min(HELD_FADE, (leaves - enters) // 3)
    return _laid(music, samples, [(music.first, leaves), *[(enters, leaves)] * max(0, times)], "fade", crossfade)


def _repeated(music: Music, samples: int, first: int, last: int) -> OwnMusic:
    """The whole from *first* to *last*, its end running into its beginning."""
    again = (first + WHOLE_FADE, last)
    times = -(-(samples - (last - first)) // (last - first - WHOLE_FADE))
    return _laid(music, samples, [(first, last), *[again] * max(0, times)], "fade", WHOLE_FADE)


def _is_loop(music: Music) -> bool:
    """Whether the file is whole bars from end to end and sounds to its end, as loops are sold."""
    if not music.tempo_bpm or music.marks[0] > WHOLE_NEAR:
        return False
    bar = 60 * SAMPLE_RATE / music.tempo_bpm * music.bar
    bars = max(1, round(music.samples / bar))
    levels = [sum(timbre) for timbre in music.timbres]
    is_alive = levels[-1] > median(levels) - DYING_DB * len(music.timbres[0])
    return is_alive and abs(music.samples - bars * bar) <= WHOLE_NEAR


def _best_loop(music: Music) -> _Jump:
    """The jump back over half of the music at least that is heard least."""
    marks, unlike = np.array(music.marks), _unlikeness(music)
    lengths = marks[:, None] - marks
    prices = np.where(lengths >= (music.last - music.first) // 2, unlike, _NEVER)
    if not np.isfinite(prices).any():
        prices = np.where(lengths > 0, unlike - lengths / SAMPLE_RATE, _NEVER)
    leaves, enters = np.unravel_index(int(prices.argmin()), prices.shape)
    return _Jump(int(leaves), int(enters), 1, float(prices[leaves, enters]))


def _crossfade(music: Music) -> int:
    return BEAT_FADE if music.tempo_bpm else HELD_FADE
