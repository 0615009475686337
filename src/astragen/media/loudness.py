"""How loud sound is: true peak, integrated loudness, loudness range, and the levels that a mix goes by.

Sound is float32 at 48 kHz, (n,) or (channels, n), full scale 1. Start reading at `measured`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32, F64, decibels, integrated_lufs
from astragen.model.film import Loudness
from astragen.model.time import SAMPLE_RATE
from astragen.plan.mix import LEVEL_STEP, LEVEL_WINDOW

__all__ = [
    "FRAME",
    "frame_peaks",
    "integrated_lufs",
    "levels_db",
    "loudness_range",
    "measured",
    "true_peak_db",
    "true_peak_of",
]

FRAME = 48  # samples: 1 ms, the step of peaks
PEAK_BLOCK, PEAK_OVERLAP = 1 << 16, 1 << 9  # samples; the overlap is 10 ms of ringing

SHORT_TERM = 3 * SAMPLE_RATE // dsp.LUFS_STEP  # steps (EBU Tech 3342)
RANGE_GATE_LU, RANGE_PERCENTS = 20.0, (10, 95)  # under the mean of what is above the absolute gate; of the rest


def measured(x: F32, true_peak: float) -> Loudness | None:
    """The loudness of *x*, whose *true_peak* (linear) is known; None for silence."""
    energies = dsp.k_energies(x, dsp.LUFS_STEP)
    lufs = dsp.gated_lufs(energies)
    if not np.isfinite(lufs):
        return None
    return Loudness(
        integrated_lufs=lufs, true_peak_dbtp=decibels(true_peak), range_lu=round(loudness_range(energies), 2)
    )


def loudness_range(energies: F64) -> float:
    """Loudness range in LU (EBU Tech 3342) from the K-weighted energies of consecutive LUFS_STEPs.

    0 where there is no stretch of 3 s that is heard.
    """
    if len(energies) < SHORT_TERM:
        return 0.0
    power = np.convolve(energies, np.ones(SHORT_TERM), "valid") / (SHORT_TERM * dsp.LUFS_STEP)
    heard = power[power > 10 ** ((dsp.SILENCE_LUFS + 0.691) / 10)]
    if not len(heard):
        return 0.0
    kept = 10 * np.log10(heard[heard >= heard.mean() / 10 ** (RANGE_GATE_LU / 10)])
    low, high = np.percentile(kept, RANGE_PERCENTS)
    return float(high - low)


def true_peak_db(x: F32) -> float:
    """The highest peak of *x* between its samples, in dBTP: 4x oversampled (BS.1770-5, annex 2)."""
    return decibels(float(frame_peaks(x).max(initial=0.0)))


def true_peak_of(pieces: Iterable[F32]) -> float:
    """`true_peak_db` of sound that comes in *pieces*, each (channels, n), without holding all of it."""
    return decibels(
        max((float(frame_peaks(block)[inside].max(initial=0.0)) for block, inside in _blocks(pieces)), default=0.0)
    )


def _blocks(pieces: Iterable[F32]) -> Iterator[tuple[F32, slice]]:
    """Blocks of sound, each with the frames of it that no cut distorts."""
    edge = -(-PEAK_OVERLAP // FRAME) * FRAME
    held: list[F32] = []
    first = 0  # frames of the block that were in the one before
    for piece in pieces:
        held.append(piece)
        if sum(one.shape[-1] for one in held) >= 10 * SAMPLE_RATE:
            block = np.concatenate(held, -1)
            whole = block.shape[-1] // FRAME * FRAME
            yield block, slice(first, (whole - edge) // FRAME)
            held, first = [block[..., whole - 2 * edge :]], edge // FRAME
    if held:
        yield np.concatenate(held, -1), slice(first, None)


def frame_peaks(x: F32) -> F64:
    """The true peak in each FRAME of *x* over all channels: (ceil(n / FRAME),), linear."""
    x = np.atleast_2d(x)
    frames = -(-x.shape[1] // FRAME)
    peaks = np.zeros(frames)
    hop = (PEAK_BLOCK - 2 * PEAK_OVERLAP) // FRAME
    for first in range(0, frames, hop):
        count = min(hop, frames - first)
        piece = dsp.excerpt(x, first * FRAME - PEAK_OVERLAP, PEAK_BLOCK)
        fine = np.abs(np.fft.irfft(np.fft.rfft(piece), 4 * PEAK_BLOCK)) * 4
        inside = fine[:, 4 * PEAK_OVERLAP : 4 * (PEAK_OVERLAP + count * FRAME)]
        peaks[first : first + count] = inside.reshape(len(x), count, 4 * FRAME).max((0, 2))
    return peaks


def levels_db(x: F32, response: dsp.Response | None = None) -> F64:
    """A-weighted levels of *x* over LEVEL_WINDOW from every LEVEL_STEP on, all channels summed; -inf for silence.

    *response*: a filter that *x* is to be heard through. Measured on spectra of overlapping Hann windows of
    two steps: within 0.5 dB of a filter, at a third of its cost.
    """
    x = np.atleast_2d(x)
    size, steps, per_window = 2 * LEVEL_STEP, -(-x.shape[1] // LEVEL_STEP), LEVEL_WINDOW // LEVEL_STEP
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float64)
    heard = dsp.chain(a_weighting, response)(hertz) if response else a_weighting(hertz)
    weights = (heard**2).astype(np.float32)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    energies = np.zeros(steps + per_window)
    for channel in x:
        padded = np.pad(channel, (LEVEL_STEP // 2, size))
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::LEVEL_STEP][:steps]
        for first in range(0, len(frames), 200):  # 10 s at a time
            spectra = np.fft.rfft(frames[first : first + 200] * window)
            energies[first : first + len(spectra)] += (spectra.real**2 + spectra.imag**2) @ weights
    scale = 2 / (size * float((window**2).sum()) * per_window)  # Parseval, on half of the spectrum
    with np.errstate(divide="ignore"):
        levels: F64 = 10 * np.log10(np.convolve(energies, np.ones(per_window), "valid")[:steps] * scale)
    return levels


def a_weighting(f: F64) -> F64:
    """The A-weighting of IEC 61672-1 at frequencies *f* in Hz, linear, 1 at 1 kHz."""
    squared = f**2
    poles = (squared + 20.6**2) * np.sqrt((squared + 107.7**2) * (squared + 737.9**2)) * (squared + 12194**2)
    gain: F64 = 10**0.1 * 12194**2 * squared**2 / poles
    return gain
