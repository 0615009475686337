"""The mix: speech, score and ambience, each a bus, brought to one loudness under a ceiling.

Buses are heard second by second, so that a film of ten minutes needs no copy of them; what is
heard of each is its stem. Score and ambience go down under speech, by `plan/mix.py`, and the
score more so where a voice is understood: what is left of it can be louder. The mix's own gain
is solved on 1 ms frames. Sound is float32 at 48 kHz. Start reading at `mix_film`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.builtin import dsp
from astragen.builtin.dsp import F32, F64, decibels, integrated_lufs, linear
from astragen.media.limiter import limit_in_place, limiter_gain
from astragen.media.loudness import FRAME, frame_peaks, levels_db, measured
from astragen.model.film import Loudness
from astragen.model.time import SAMPLE_RATE
from astragen.plan.mix import AMBIENCE_BED, SCORE_BED, Bed, GainPoint, Span, Stretch, duck_points, stretches_of

TARGET_LUFS = -14.0  # what the large video sites play at
CEILING_DB = -1.8  # dBTP before AAC, which adds up to 0.5 dB (measured); `pipeline/jobs.py` sees to it that -1 holds
SPEECH_LUFS = -15.0  # of each voice in both channels, before the film's own gain
SCORE_LUFS = -16.0  # of the score where it is not ducked, likewise
AMBIENCE_LUFS = -24.0  # of the ambience, likewise, at most: what is meant softer stays so
HEAD_FADE, TAIL_FADE = SAMPLE_RATE // 100, SAMPLE_RATE // 20  # of the film and of each bus: 10 ms in, 50 ms out
JOINT = SAMPLE_RATE // 100  # samples; each line fades in and out over 10 ms
MOST_REDUCTION_DB = 14.0  # by the limiter; rather quieter than crushed

# What a score leaves to a voice: where its formants lie and its consonants are told apart, and some of its body. The
# bass, in which nobody speaks, goes less far down than the rest.
CLEARING: Final = dsp.curve([(80, 4), (160, 0), (300, -3), (700, -4), (1000, -6), (4000, -6), (6500, -1.5), (8500, 0)])
CLEARING_DB = -6.0  # its depth: it comes and goes with the slopes of a gain that goes so far
CLEARING_PIECE, CLEARING_EDGE = 1 << 16, 1 << 13  # samples an FFT; before each piece: it has rung out by then

_OPEN = (GainPoint(0, 0.0),)


class Spoken(NamedTuple):
    """A line as it is heard: mono *sound*, (n,), from the film's sample *start* on, in a *voice*."""

    start: int
    sound: F32
    voice: str = ""


class Bus(NamedTuple):
    """One of the film's sounds before they are mixed.

    sound: (n,), heard in the centre, or (2, n); less its constant part *offset*, (1,) or (2, 1).
    level: linear. gain: the automation over it. clearing: likewise of CLEARING, all of which is there at CLEARING_DB.
    """

    sound: F32
    offset: F32
    level: float
    gain: tuple[GainPoint, ...]
    clearing: tuple[GainPoint, ...] = _OPEN

    def pieces(self, samples: int) -> Iterator[F32]:
        """What is heard of it, (2, up to a second) each, *samples* in all."""
        for start in range(0, samples, SAMPLE_RATE):
            yield self._piece(start, min(SAMPLE_RATE, samples - start), samples)

    def _piece(self, start: int, length: int, samples: int) -> F32:
        out = np.zeros((2, length), np.float32)
        end = min(self.sound.shape[-1], samples)
        heard = self.sound[..., start : min(start + length, end)]
        count = heard.shape[-1]
        if count:
            out[:, :count] = self._cleared(start, count)
            out[:, :count] *= _between(start, count, lambda nodes: self.level * 10 ** (_at(nodes, self.gain) / 20))
            _fade(out[:, :count], start, end)
        return out

    def _cleared(self, start: int, count: int) -> F32:
        """*count* samples of the sound without its offset, cleared as far as it is to be."""
        heard: F32 = self.sound[..., start : start + count] - self.offset
        share = _between(start, count, lambda nodes: _at(nodes, self.clearing) / CLEARING_DB)
        if not share.any():
            return heard
        before = min(start, CLEARING_EDGE)
        around = self.sound[..., start - before : start + CLEARING_PIECE - CLEARING_EDGE] - self.offset
        spectrum = np.fft.rfft(dsp.excerpt(around, before - CLEARING_EDGE, CLEARING_PIECE)) * _clearing()
        cleared = np.fft.irfft(spectrum, CLEARING_PIECE)[..., CLEARING_EDGE : CLEARING_EDGE + count]
        heard += share * (cleared - heard)
        return heard


@cache
def _clearing() -> F32:
    """CLEARING at the frequencies of an FFT of CLEARING_PIECE."""
    return CLEARING(np.fft.rfftfreq(CLEARING_PIECE, 1 / SAMPLE_RATE).astype(np.float64)).astype(np.float32)


def _at(nodes: NDArray[np.intp], points: Sequence[GainPoint]) -> F64:
    """The curve of *points* at the samples *nodes*, in dB."""
    return np.interp(nodes, [point.sample for point in points], [point.gain_db for point in points])


def _between(start: int, count: int, curve: Callable[[NDArray[np.intp]], F64]) -> F32:
    """*curve* at *count* samples from *start* on, straight between milliseconds; (1,) where it is level."""
    nodes = np.arange(start, start + count + FRAME, FRAME)
    values = curve(nodes)
    if np.ptp(values) == 0:
        return values[:1].astype(np.float32)
    return np.interp(np.arange(start, start + count), nodes, values).astype(np.float32)


def _fade(piece: F32, start: int, end: int) -> None:
    """Fade, in place, what lies near either end of a bus of *end* samples; *piece* of it begins at sample *start*."""
    stop = start + piece.shape[1]
    if start < HEAD_FADE:
        piece *= np.sin(np.pi / 2 * np.minimum(np.arange(start, stop) / HEAD_FADE, 1)).astype(np.float32)
    if stop > end - TAIL_FADE:
        left = np.arange(end - 1 - start, end - 1 - stop, -1)
        piece *= np.sin(np.pi / 2 * np.minimum(left / TAIL_FADE, 1)).astype(np.float32)


class Mix(NamedTuple):
    """The film's sound, (2, samples), its loudness (silence has none), and what it was mixed from."""

    sound: F32
    loudness: Loudness | None
    buses: Mapping[str, Bus]
    gain: float

    def stem(self, name: str) -> Iterator[F32]:
        """What is heard of a bus, in pieces, as loud as in the film; together they are the mix before its limiter."""
        bus = self.buses.get(name, Bus(np.zeros(0, np.float32), np.zeros(1, np.float32), 0.0, _OPEN))
        for piece in bus.pieces(self.sound.shape[1]):
            yield piece * np.float32(self.gain)


def mix_film(
    narration: Sequence[Spoken],
    score: F32 | None,
    ambience: F32 | None,
    samples: int,
    *,
    spans: Sequence[Span] = (),
    target_lufs: float = TARGET_LUFS,
) -> Mix:
    """Mix a film of *samples*.

    *narration*: what passes the film's end is cut. *score*, *ambience*: (2, n). *spans*: where somebody speaks; see
    `plan.mix.spoken_spans`. Integrated loudness meets *target_lufs* unless the limiter would have to take more than
    MOST_REDUCTION_DB; the true peak is under CEILING_DB.
    """
    buses = _buses(narration, score, ambience, samples, spans)
    mix = np.zeros((2, samples), np.float32)
    for bus in buses.values():
        for number, piece in enumerate(bus.pieces(samples)):
            mix[:, number * SAMPLE_RATE : number * SAMPLE_RATE + piece.shape[1]] += piece
    peaks, energies = frame_peaks(mix), dsp.k_energies(mix, FRAME)
    if not np.isfinite(_lufs_under(energies, 1.0)):
        return Mix(np.zeros_like(mix), None, {}, 1.0)
    gain = _solve_gain(peaks, energies, target_lufs)
    mix *= np.float32(gain)
    peak = limit_in_place(mix, peaks * gain, CEILING_DB)
    return Mix(mix, measured(mix, peak), buses, gain)


def _buses(
    narration: Sequence[Spoken], score: F32 | None, ambience: F32 | None, samples: int, spans: Sequence[Span]
) -> dict[str, Bus]:
    """The buses that hold sound, by the names of their stems."""
    buses, speech = {}, _speech(narration, samples)
    speech_db: list[float] = []
    if speech is not None:
        buses["speech"] = Bus(speech, np.zeros(1, np.float32), 1.0, _OPEN)
        speech_db = (levels_db(speech) + decibels(2**0.5)).tolist()  # it is heard in two channels
    ducked = partial(_beneath, speech_db=speech_db, samples=samples, spans=spans)
    if score is not None:
        buses["music"] = ducked(score, _level(score, SCORE_LUFS), SCORE_BED, makes_way=True)
    if ambience is not None:
        buses["ambience"] = ducked(ambience, min(1.0, _level(ambience, AMBIENCE_LUFS)), AMBIENCE_BED)
    return buses


def _beneath(
    sound: F32,
    level: float,
    bed: Bed,
    *,
    speech_db: Sequence[float],
    samples: int,
    spans: Sequence[Span],
    makes_way: bool = False,
) -> Bus:
    """*sound* at *level*, as a bus that makes room for speech of the levels *speech_db*."""
    gain: tuple[GainPoint, ...] = _OPEN
    clearing: tuple[GainPoint, ...] = _OPEN
    if speech_db and spans:
        other_db = levels_db(sound[:, :samples], CLEARING if makes_way else None) + decibels(level)
        gain = duck_points(stretches_of(spans, speech_db, other_db.tolist(), bed), samples)
        if makes_way:
            clearing = duck_points([Stretch(start, end, CLEARING_DB) for start, end in spans], samples)
    return Bus(sound, sound.mean(1, keepdims=True), level, gain, clearing)


def _level(sound: F32, lufs: float) -> float:
    """The gain that brings *sound* to *lufs*; 0 for silence."""
    return linear(lufs - loudness) if np.isfinite(loudness := integrated_lufs(sound)) else 0.0


def _speech(narration: Sequence[Spoken], samples: int) -> F32 | None:
    """The lines in one channel, (samples,), those of each voice together at SPEECH_LUFS; None without any."""
    heard = [line for line in narration if line.start < samples and len(line.sound)]
    if not heard:
        return None
    speech = np.zeros(samples, np.float32)
    for _, lines in groupby(sorted(heard, key=_voice), key=_voice):
        spoken = [line._replace(sound=_centred(line.sound)) for line in lines]
        level = np.float32(_level(np.concatenate([line.sound for line in spoken]), SPEECH_LUFS - decibels(2**0.5)))
        for line in spoken:
            speech[line.start : line.start + len(line.sound)] += level * line.sound[: samples - line.start]
    return speech


def _voice(line: Spoken) -> str:
    return line.voice


def _centred(line: F32) -> F32:
    """*line* without its constant part, faded at both ends."""
    centred: F32 = line - line.mean(dtype=np.float64).astype(np.float32)
    dsp.fade(centred, JOINT, JOINT)
    return centred


def _solve_gain(peaks: F64, energies: F64, target_lufs: float) -> float:
    """The gain before the limiter that gives *target_lufs* after it, by bisection on the frames."""
    most = CEILING_DB - decibels(float(peaks.max())) + MOST_REDUCTION_DB
    lowest = min(target_lufs - _lufs_under(energies, 1.0), most)  # the limiter only takes away
    highest = min(lowest + MOST_REDUCTION_DB, most)
    for _ in range(12):  # 14 dB / 2^12: 0.003 dB
        middle = (lowest + highest) / 2
        gain = linear(middle) * limiter_gain(peaks * linear(middle), CEILING_DB)[: len(energies)]
        lowest, highest = (middle, highest) if _lufs_under(energies, gain) < target_lufs else (lowest, middle)
    return linear(lowest)


def _lufs_under(energies: F64, gain: F64 | float) -> float:
    """Integrated loudness of frames with K-weighted *energies* under a *gain* each."""
    per_step = dsp.LUFS_STEP // FRAME
    under = (energies * gain**2)[: len(energies) // per_step * per_step]
    return dsp.gated_lufs(under.reshape(-1, per_step).sum(1))
