"""Signal processing that the voice, the composer and the mix share.

Filters are frequency responses (Hz -> gain) applied by FFT in overlapping blocks,
so that ten minutes of sound need no more scratch memory than ten seconds. Sound is
float32 at 48 kHz, shape (n,) or (channels, n). Pure. Start reading at `shaped`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astragen.model.time import SAMPLE_RATE

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Response = Callable[[F64], F64]
Filter = Callable[[F64], "F64 | NDArray[np.complex128]"]  # one that may shift phases

BLOCK = 1 << 18  # samples a transform; larger is no faster here
OVERLAP = 1 << 14  # samples either side; the 30 Hz high-pass has rung out below -100 dB by then
GRID_HZ = 5.0  # a response is worked out that often, and drawn straight between: millions of powers take seconds
LUFS_STEP = SAMPLE_RATE // 10  # 400 ms blocks overlap by 75 % (BS.1770-5, annex 1)
SILENCE_LUFS = -70.0  # the absolute gate of BS.1770-5

# BS.1770-5, annex 1, tables 1 and 2: the head's shelf and the high-pass, at 48 kHz.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def decibels(gain: float) -> float:
    """20 log10 of a linear *gain*, -200 dB for nothing."""
    return float(20 * np.log10(max(abs(gain), 1e-10)))


def linear(gain_db: float) -> float:
    """The linear gain of *gain_db*."""
    return float(10 ** (gain_db / 20))


def low_pass(cutoff: float, order: int = 2) -> Response:
    """Zero-phase Butterworth magnitude, -3 dB at *cutoff* Hz."""
    return lambda f: 1 / np.sqrt(1 + (f / cutoff) ** (2 * order))


def high_pass(cutoff: float, order: int = 2) -> Response:
    """Zero-phase Butterworth magnitude, -3 dB at *cutoff* Hz, nothing at 0 Hz."""
    return lambda f: 1 / np.sqrt(1 + (cutoff / np.maximum(f, 1e-3)) ** (2 * order))


def curve(points: Sequence[Sequence[float]]) -> Response:
    """Gain through (Hz, dB) *points*, straight lines over log frequency, level outside them."""
    octaves = np.log2([point[0] for point in points])
    gains = [point[1] for point in points]
    return lambda f: 10 ** (np.interp(np.log2(np.maximum(f, 1e-3)), octaves, gains) / 20)


def chain(*responses: Response) -> Response:
    """All *responses*, one after the other."""
    return lambda f: math.prod((response(f) for response in responses), start=np.ones_like(f))


def k_weighting(f: F64) -> NDArray[np.complex128]:
    """The K-weighting of BS.1770-5 at frequencies *f* in Hz: complex, as the filters are causal."""
    z: NDArray[np.complex128] = np.exp(-2j * np.pi * f / SAMPLE_RATE)
    gain = np.ones_like(z)
    for over, under in (_SHELF, _HIGH_PASS):
        gain *= (over[0] + over[1] * z + over[2] * z * z) / (under[0] + under[1] * z + under[2] * z * z)
    return gain


def shaped(x: F32, response: Filter) -> F32:
    """*x*, (n,) or (channels, n), through *response*, which may be complex; same shape, float32.

    Silence is assumed before the first and after the last sample.
    """
    out = np.empty(x.shape, np.float32)
    size = min(BLOCK, fast_size(x.shape[-1] + 2 * OVERLAP))
    gain = _single(response(_bins(size)))
    hop = size - 2 * OVERLAP
    for start in range(0, x.shape[-1], hop):
        piece = np.fft.irfft(np.fft.rfft(excerpt(x, start - OVERLAP, size)) * gain, size)
        stop = min(hop, x.shape[-1] - start)
        out[..., start : start + stop] = piece[..., OVERLAP : OVERLAP + stop]
    return out


def excerpt(x: F32, start: int, length: int) -> F32:
    """*length* samples of *x* from *start*, which may lie outside it: silence there."""
    inside = x[..., max(start, 0) : max(start + length, 0)]
    before = max(-start, 0)
    after = length - before - inside.shape[-1]
    return np.pad(inside, [(0, 0)] * (x.ndim - 1) + [(before, after)])


def fast_size(least: int) -> int:
    """The smallest 2^a or 3 * 2^a that is not below *least*: a quick FFT."""
    power = 1 << max(1, (least - 1).bit_length())
    return 3 * power // 4 if 3 * power // 4 >= least else power


def convolved(x: F32, impulse: F32) -> F32:
    """*x* with *impulse* (same number of dimensions): (..., n + m - 1) float32, in one transform."""
    length = x.shape[-1] + impulse.shape[-1] - 1
    size = fast_size(length)
    product = np.fft.rfft(x, size) * np.fft.rfft(impulse, size)
    return np.fft.irfft(product, size)[..., :length].astype(np.float32)


def resampled(x: F32, rate: int, response: Response | None = None) -> F32:
    """*x*, (n,) at *rate* Hz, at 48 kHz: (n * 48000 // rate,) float32, band-limited (ideal low-pass).

    The ratio is kept exact by padding to a whole number of periods of both rates. *response*: a filter to
    put it through on the way, for nothing more than the product.
    """
    divisor = int(np.gcd(rate, SAMPLE_RATE))
    step_in, step_out = rate // divisor, SAMPLE_RATE // divisor
    periods = fast_size(-(-(x.shape[-1] + rate // 10) // step_in))
    spectrum = np.fft.rfft(x, periods * step_in)
    kept = min(len(spectrum), periods * step_out // 2 + 1)
    wide = np.zeros(periods * step_out // 2 + 1, spectrum.dtype)
    wide[:kept] = spectrum[:kept]
    if response:
        grid = np.arange(0.0, SAMPLE_RATE / 2 + 1, GRID_HZ)
        f = np.linspace(0.0, (kept - 1) * SAMPLE_RATE / (periods * step_out), kept)
        wide[:kept] *= np.interp(f, grid, response(grid)).astype(np.float32)
    y = np.fft.irfft(wide, periods * step_out) * (step_out / step_in)
    return y[: x.shape[-1] * SAMPLE_RATE // rate].astype(np.float32)


def rise(length: int) -> F32:
    """An equal-power fade-in: sine from 0 to 1, (length,) float32; its mirror is the fade-out."""
    return np.sin(np.linspace(0, np.pi / 2, length)).astype(np.float32)


def fade(x: F32, head: int, tail: int) -> None:
    """Fade the first *head* and the last *tail* samples of *x* in place, first and last to nothing."""
    head, tail = min(head, x.shape[-1]), min(tail, x.shape[-1])
    if head:
        x[..., :head] *= rise(head)
    if tail:
        x[..., -tail:] *= rise(tail)[::-1]


def sliding_mean(x: F32, width: int) -> F32:
    """Mean of *x*, (n,), over *width* samples centred on each; the ends repeat the edge values."""
    half = width // 2
    padded = np.pad(x, (half + 1, width - half - 1), mode="edge")
    total = np.cumsum(padded, dtype=np.float64)
    return ((total[width:] - total[:-width]) / width).astype(np.float32)


def room(seconds: float, *, brightness: float, predelay: float, seed: int) -> F32:
    """A stereo impulse response: (2, m) float32, unit energy in each channel.

    Shaped noise whose highs die in 45 % of *seconds* (time to -60 dB), after a few early
    reflections. *brightness*: low-pass in Hz. *predelay* in seconds.
    """
    rng = np.random.default_rng(seed)
    length = int(seconds * 1.15 * SAMPLE_RATE)
    t = np.arange(length) / SAMPLE_RATE
    noise = rng.standard_normal((2, length)).astype(np.float32)
    decay = np.log(1000) / seconds
    lows = shaped(noise, chain(high_pass(180, 1), low_pass(2200, 1))) * np.exp(-t * decay)
    highs = shaped(noise, chain(high_pass(2200, 1), low_pass(brightness, 1))) * np.exp(-t * decay / 0.45)
    tail = (lows + 0.7 * highs) * (1 - np.exp(-t / 0.02))
    echoes = ((0.011 + 0.012 * np.arange(9) + 0.006 * rng.random(9)) * SAMPLE_RATE * min(1.0, seconds)).astype(int)
    tail[np.arange(9) % 2, echoes] += 0.9 * 0.8 ** np.arange(9) * np.abs(tail).max()
    tail /= np.sqrt((tail**2).sum(1, keepdims=True))
    return np.pad(tail, ((0, 0), (int(predelay * SAMPLE_RATE), 0))).astype(np.float32)


def integrated_lufs(x: F32) -> float:
    """Integrated loudness of *x*, (n,) or (channels, n), in LUFS after BS.1770-5; see `gated_lufs`."""
    return gated_lufs(k_energies(x, LUFS_STEP))


def gated_lufs(energies: F64) -> float:
    """Integrated loudness from the K-weighted energies of consecutive LUFS_STEPs.

    Blocks of 400 ms, 75 % overlap; gates at -70 LUFS and 10 LU under what passes that.
    -inf when nothing passes, or there are less than 400 ms.
    """
    if len(energies) < 4:
        return float("-inf")
    power = np.convolve(energies, np.ones(4), "valid") / (4 * LUFS_STEP)
    audible = power[power > 10 ** ((SILENCE_LUFS + 0.691) / 10)]
    if not len(audible):
        return float("-inf")
    gated = audible[audible > audible.mean() / 10]
    return float(10 * np.log10(gated.mean()) - 0.691)


def k_energies(x: F32, step: int) -> F64:
    """K-weighted sums of squares of *x*, (n,) or (channels, n), over each whole *step* and all channels.

    Shape (n // step,). *step* divides LUFS_STEP.
    """
    x = np.atleast_2d(x)
    steps = x.shape[1] // step
    energies = np.zeros(steps)
    warm_up = 8192  # the filters' slowest pole, 0.995, has died to 1e-17 by then
    size = min(BLOCK, fast_size(max(x.shape[1], step) + warm_up))
    gain = _k_gain(size)
    hop = (size - warm_up) // step
    for first in range(0, steps, hop):
        count = min(hop, steps - first)
        piece = excerpt(x, first * step - warm_up, size)
        weighted = np.fft.irfft(np.fft.rfft(piece) * gain, size)[:, warm_up : warm_up + count * step]
        energies[first : first + count] = (weighted.reshape(len(x), count, step) ** 2).sum((0, 2), dtype=np.float64)
    return energies


@cache
def _k_gain(size: int) -> NDArray[np.complex64]:
    """The K-weighting of the bins of a real FFT of *size*."""
    return k_weighting(_bins(size)).astype(np.complex64)


def _single(gain: NDArray[np.floating[Any]] | NDArray[np.complex128]) -> NDArray[np.float32] | NDArray[np.complex64]:
    return gain.astype(np.complex64) if np.iscomplexobj(gain) else gain.astype(np.float32)


def _bins(size: int) -> F64:
    """Frequencies in Hz of the bins of a real FFT of *size*."""
    return np.fft.rfftfreq(size, 1 / SAMPLE_RATE).astype(np.float64)
