"""Grains: short sounds made once in a few variants and sown over a stretch, no two alike in place and level.

Start reading at `sow`; the others make grains. All float32, 48 kHz.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from astragen.builtin import dsp
from astragen.builtin.dsp import F32, F64
from astragen.model.time import SAMPLE_RATE

EDGE = 48  # samples: a grain begins and ends within 1 ms of nothing


def sow(out: F32, bank: Sequence[F32], at: ArrayLike, gains: ArrayLike, pans: ArrayLike, picks: ArrayLike) -> None:
    """Add grains to *out*, (2, n), in place.

    *bank*: grains, (m,) or (2, m). *at*: first samples, which may lie before or behind *out*.
    *gains* linear, *pans* -1 to 1, *picks* which of the bank; one of each a grain.
    """
    angles = (np.clip(np.asarray(pans, float), -1, 1) + 1) * np.pi / 4
    lefts, rights = np.cos(angles) * gains * 2**0.5, np.sin(angles) * gains * 2**0.5
    length = out.shape[1]
    for start, left, right, pick in zip(np.asarray(at).tolist(), lefts, rights, np.asarray(picks), strict=True):
        grain = bank[pick]
        first, stop = max(start, 0), min(start + grain.shape[-1], length)
        if first >= stop:
            continue
        piece = grain[..., first - start : stop - start]
        sides = (piece, piece) if grain.ndim == 1 else (piece[0], piece[1])
        out[0, first:stop] += sides[0] * np.float32(left)
        out[1, first:stop] += sides[1] * np.float32(right)


def scatter(rng: np.random.Generator, length: int, rate: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """First samples of grains that come by chance, *rate* a second on the average, in order."""
    return np.sort(rng.integers(0, max(1, length), rng.poisson(rate * length / SAMPLE_RATE)))


def seconds_of(length: int) -> F64:
    """Seconds of each of *length* samples."""
    return np.arange(length) / SAMPLE_RATE


def edged(grain: ArrayLike, head: int = EDGE, tail: int = EDGE) -> F32:
    """*grain* as float32, faded at both ends."""
    found = np.array(grain, np.float32)
    dsp.fade(found, head, tail)
    return found


def ring(hz: float, decay: float, *, phase: float = 0.0) -> F32:
    """A tone that dies away by 1/e in *decay* seconds; as long as it is heard."""
    t = seconds_of(max(4 * EDGE, int(6 * decay * SAMPLE_RATE)))
    return edged(np.sin(2 * np.pi * hz * t + phase) * np.exp(-t / decay))


def bubble(hz: float, decay: float, rise: float) -> F32:
    """A bubble's plink: a tone from *hz* that rises by the factor *rise* while it dies away (M. Minnaert, 1933)."""
    t = seconds_of(max(4 * EDGE, int(6 * decay * SAMPLE_RATE)))
    pitch = hz * (1 + (rise - 1) * (1 - np.exp(-t / decay)))
    return edged(np.sin(glide(pitch)) * np.exp(-t / decay) * (1 - np.exp(-t / 0.0012)))


def burst(rng: np.random.Generator, decay: float, shape: dsp.Response, *, attack: float = 0.0006) -> F32:
    """A puff of noise in the colour of *shape*, largest sample 1; it dies away in *decay* seconds."""
    t = seconds_of(max(4 * EDGE, int(6 * decay * SAMPLE_RATE)))
    noise = coloured(rng.standard_normal(len(t)).astype(np.float32), shape)
    puff = edged(noise * np.exp(-t / decay) * (1 - np.exp(-t / attack)))
    return np.asarray(puff / np.float32(max(float(np.abs(puff).max()), 1e-9)), np.float32)


def coloured(x: F32, shape: dsp.Response) -> F32:
    """A short *x*, (..., n), through *shape* in one transform."""
    size = dsp.fast_size(x.shape[-1] + 2048)
    gain = shape(np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float64)).astype(np.float32)
    return np.asarray(np.fft.irfft(np.fft.rfft(x, size) * gain, size)[..., : x.shape[-1]], np.float32)


def glide(hz: F64) -> F64:
    """The phase of a tone whose pitch is *hz* at every sample."""
    return np.cumsum(2 * np.pi * hz / SAMPLE_RATE)


@cache
def _hall(seconds: float, brightness: float) -> F32:
    return dsp.room(seconds, brightness=brightness, predelay=0.008, seed=5)


@cache
def _hall_spectrum(seconds: float, brightness: float, size: int) -> NDArray[np.complex64]:
    return np.fft.rfft(_hall(seconds, brightness), size).astype(np.complex64)


def roomed(grain: F32, *, seconds: float, brightness: float, wet: float) -> F32:
    """*grain*, (n,), in a room: (2, m). *wet*: energy of the room against the sound's own."""
    length = len(grain) + _hall(seconds, brightness).shape[1] - 1
    size = dsp.fast_size(length)
    spectrum = np.fft.rfft(grain, size) * np.float32(wet)
    sound = np.fft.irfft(spectrum * _hall_spectrum(seconds, brightness, size), size)[:, :length]
    sound[:, : len(grain)] += grain
    return edged(sound, EDGE, SAMPLE_RATE // 20)


def joined(parts: Sequence[tuple[float, F32]]) -> F32:
    """Grains laid at their *seconds* into one: (n,)."""
    starts = [int(seconds * SAMPLE_RATE) for seconds, _ in parts]
    whole = np.zeros(max(start + len(part) for start, (_, part) in zip(starts, parts, strict=True)), np.float32)
    for start, (_, part) in zip(starts, parts, strict=True):
        whole[start : start + len(part)] += part
    return whole
