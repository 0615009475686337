"""The engine's sound made a line of the film: breathing, gentle, in a small room, levelled.

Pauses are lengthened where clauses and sentences end; the spectrum is brought toward that of
human speech; what is harsh or loud is held back; a light room and an even loudness follow.
Sound is float32, mono, 48 kHz, unless a rate is given. Pure. Start reading at `polished`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.model.time import SAMPLE_RATE

HEAD, TAIL = SAMPLE_RATE * 60 // 1000, SAMPLE_RATE * 180 // 1000  # silence around a line: 60 ms, 180 ms
SPEECH_LUFS = -18.0  # of a line in mono; in both channels of a film it reads 3 LU more
QUIET_DB = -50.0  # below the line's peak by so much counts as silence at its ends
CEILING = 0.95  # of full scale
LIMITER = 6  # steps before and after a peak in which the gain moves
ROOM_DB = -21.0  # the room against the voice; at -17 a recogniser missed more words of the breathier variants
HARSH_HZ = 2_300  # the band above it is compressed by itself: rasping consonants and s
STEP = SAMPLE_RATE // 1000  # levels are measured every millisecond
PAUSE_SEARCH_S = 0.12  # before a clause's end lies the engine's own pause; it is lengthened where it is quietest


class Pause(NamedTuple):
    """A pause to add. sample: where the clause's sound has ended, at the engine's rate; seconds: how much longer."""

    sample: int
    seconds: float


def breathed(sound: F32, rate: int, pauses: Sequence[Pause], marks: Sequence[int]) -> tuple[F32, list[int]]:
    """*sound*, (n,) at *rate* Hz, with *pauses* lengthened, and *marks* (samples) moved with it."""
    pieces: list[F32] = []
    done = 0
    cuts: list[tuple[int, int]] = []
    for pause in sorted(pauses):
        cut = _quietest(sound, pause.sample, rate)
        length = round(pause.seconds * rate)
        if cut <= done or cut >= len(sound) or length <= 0:
            continue
        pieces += [sound[done:cut], np.zeros(length, np.float32)]
        cuts.append((cut, length))
        done = cut
    pieces.append(sound[done:])
    moved = [mark + sum(length for cut, length in cuts if cut <= mark) for mark in marks]
    return np.concatenate(pieces), moved


def _quietest(sound: F32, end: int, rate: int) -> int:
    """The middle of the quietest 10 ms in the PAUSE_SEARCH_S before *end*."""
    width = rate // 100
    start = max(0, end - round(PAUSE_SEARCH_S * rate))
    piece = sound[start:end]
    if len(piece) <= width:
        return end
    energy = np.convolve(piece.astype(np.float64) ** 2, np.ones(width), "valid")
    return start + int(energy.argmin()) + width // 2


def wide(sound: F32, rate: int, eq: Sequence[Sequence[float]]) -> F32:
    """*sound*, (n,) at *rate* Hz, at 48 kHz, its spectrum brought toward human speech by *eq* (Hz, dB)."""
    tone = dsp.chain(dsp.high_pass(75, 3), dsp.curve(eq), dsp.low_pass(10_500, 4))
    return dsp.resampled(sound, rate, tone)


def audible(x: F32) -> tuple[int, int]:
    """First and one past the last sample of *x* above QUIET_DB under its peak; (0, 0) for silence."""
    peak = float(np.abs(x).max(initial=0.0))
    loud = np.flatnonzero(np.abs(x) > max(peak * dsp.linear(QUIET_DB), 1e-4))
    return (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)


def polished(x: F32, *, room_db: float = ROOM_DB) -> F32:
    """*x*, (n,) with HEAD and TAIL around it, compressed, in a small room, at SPEECH_LUFS, faded at both ends.

    *room_db*: the room against the voice.
    """
    harsh = dsp.shaped(x, dsp.high_pass(HARSH_HZ, 2))
    dry = _compressed(x - harsh, ratio=1.7) + _compressed(harsh, ratio=2.5)
    mixed = dsp.shaped(dry, lambda f: _room_gain(2 * (len(f) - 1), room_db))
    mixed = _limited(mixed * np.float32(_gain_to(mixed, SPEECH_LUFS)))
    dsp.fade(mixed, HEAD // 2, TAIL // 2)
    return mixed


def _compressed(x: F32, *, ratio: float) -> F32:
    """*x* with what is over its 70th percentile of level brought nearer to it."""
    steps = -(-len(x) // STEP)
    power = (np.pad(x, (0, steps * STEP - len(x))).reshape(steps, STEP) ** 2).mean(1)
    level = np.sqrt(dsp.sliding_mean(power, 15) + 1e-9)
    usual = float(np.percentile(level[level > 0.02 * level.max()], 70))
    gain = dsp.sliding_mean(np.minimum(1, (usual / level) ** (1 - 1 / ratio)).astype(np.float32), 15)
    centres = np.arange(steps) * STEP + STEP / 2
    return x * np.interp(np.arange(len(x)), centres, gain).astype(np.float32)


def _limited(x: F32) -> F32:
    """*x* with its peaks held under CEILING; the gain falls and rises over LIMITER steps of a millisecond."""
    steps = -(-len(x) // STEP)
    peaks = np.abs(np.pad(x, (0, steps * STEP - len(x)))).reshape(steps, STEP).max(1)
    needed = np.minimum(1, CEILING / np.maximum(peaks, 1e-9)).astype(np.float32)
    if needed.min() == 1:
        return x
    held = np.lib.stride_tricks.sliding_window_view(np.pad(needed, LIMITER, mode="edge"), 2 * LIMITER + 1).min(1)
    gain = dsp.sliding_mean(held.astype(np.float32), 2 * LIMITER - 1)
    centres = np.arange(steps) * STEP + STEP / 2
    return x * np.interp(np.arange(len(x)), centres, gain).astype(np.float32)


def _gain_to(x: F32, lufs: float) -> float:
    """The gain that brings *x* to *lufs*; a short line is measured as if repeated, for whole blocks."""
    whole = np.pad(x, (0, -len(x) % dsp.LUFS_STEP))
    energies = dsp.k_energies(whole, dsp.LUFS_STEP)
    return dsp.linear(lufs - dsp.gated_lufs(np.tile(energies, max(1, -(-30 // len(energies))))))


@cache
def _room_gain(size: int, room_db: float) -> NDArray[np.complex128]:
    """The voice and a light room around it, as a filter at the frequencies of an FFT of *size*."""
    return np.asarray(1 + dsp.linear(room_db) * np.fft.rfft(_small_room(), size), np.complex128)


@cache
def _small_room() -> F32:
    """A quarter second of a furnished room, mono: (m,) float32, unit energy."""
    impulse: NDArray[np.float32] = dsp.room(0.28, brightness=5_000, predelay=0.008, seed=3)[0]
    return impulse
