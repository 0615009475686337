"""Noise woven frame by frame: every frame is fresh noise under a spectrum of its own.

Frames overlap by half under a sine window, so their powers add up to one: layers may grow, sink,
change colour and wander between the ears without a seam, and nothing ever returns. Start reading
at `woven`. Gains are linear amplitudes; curves have one value a frame (HOP samples).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from astragen.builtin import dsp
from astragen.builtin.dsp import F32, F64
from astragen.builtin.foley.tables import Row
from astragen.model.time import SAMPLE_RATE

C64 = NDArray[np.complex64]

FRAME, HOP = 4096, 2048  # samples: 85 ms, fine enough for a gust and a wave, and 12 Hz a bin
BLOCK = 256  # frames woven at a time: memory is the sound itself and a few megabytes
BINS: F64 = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE).astype(np.float64)
RUMBLE_HZ = 28.0  # below it nobody hears, and loudspeakers only suffer
REFERENCE = 0.1  # a layer at 0 dB has this deviation, so that grains of a gain near 1 stand out of it
NARROW_HZ = 140.0  # below it both ears hear the same: bass has no side


class Layer(NamedTuple):
    """Noise of one colour.

    shape: (bins,) gain at BINS. gain: (frames,). pan: (frames,), -1 left, 1 right.
    """

    shape: F32
    gain: F32
    pan: F32


def frames_of(length: int) -> int:
    """Frames that *length* samples are woven of."""
    return -(-length // HOP) + 1


def woven(layers: Sequence[Layer], length: int, rng: np.random.Generator, *, width: float) -> F32:
    """The sum of *layers*: (2, length) float32.

    *width*: 0 the same noise in both ears, 1 another in each (above NARROW_HZ).
    """
    shapes = np.stack([layer.shape for layer in layers]) ** 2
    angles = [(np.clip(layer.pan, -1, 1) + 1) * np.pi / 4 for layer in layers]
    sides = [
        np.stack([2 * (layer.gain * turn(angle)) ** 2 for layer, angle in zip(layers, angles, strict=True)], 1)
        for turn in (np.cos, np.sin)
    ]
    same = (1 - width * BINS / (BINS + NARROW_HZ)).astype(np.float32)
    frames = frames_of(length)
    out = np.empty((2, (frames - 1) * HOP), np.float32)
    last = np.zeros((2, 1, HOP), np.float32)
    for start in range(0, frames, BLOCK):
        count = min(BLOCK, frames - start)
        # einsum: a product this small costs less than waking the threads of a matrix library
        powers = [np.einsum("fl,lb->fb", side[start : start + count], shapes) for side in sides]
        pieces = _frames(powers, same, rng)
        heads, tails = pieces[..., :HOP], np.concatenate([last, pieces[:, :-1, HOP:]], 1)
        last = pieces[:, -1:, HOP:]
        whole = (heads + tails).reshape(2, -1)
        skipped = HOP if start == 0 else 0  # the first frame has nothing before it
        at = max(0, start * HOP - HOP)
        out[:, at : at + whole.shape[1] - skipped] = whole[:, skipped:]
    return np.ascontiguousarray(out[:, :length])


def _frames(powers: Sequence[F32], same: F32, rng: np.random.Generator) -> F32:
    """Windowed frames of fresh noise with *powers*, (frames, bins) for each ear: (2, frames, FRAME) float32."""
    shape = powers[0].shape
    first, second = (_noise(rng, shape) for _ in range(2))
    second = same * first + np.sqrt(1 - same * same) * second
    spectra = np.stack([np.sqrt(powers[0]) * first, np.sqrt(powers[1]) * second])
    window = np.sin(np.pi * (np.arange(FRAME, dtype=np.float32) + 0.5) / FRAME).astype(np.float32)
    return np.asarray(np.fft.irfft(spectra, FRAME), np.float32) * window


def _noise(rng: np.random.Generator, shape: tuple[int, int]) -> C64:
    """Complex normal noise, drawn from a large table: a third of the cost of making every number anew."""
    count = shape[0] * shape[1]
    return _normals()[np.frombuffer(rng.bytes(2 * count), np.uint16)].reshape(shape)


@cache
def _normals() -> C64:
    """65,536 complex normal numbers, shared, so do not change them."""
    parts = np.random.Generator(np.random.SFC64(1)).standard_normal((1 << 16, 2), np.float32)
    return parts.view(np.complex64)[:, 0]


def layers_of(row: Row, frames: int, rng: np.random.Generator, curves: Row) -> list[Layer]:
    """The layers that a row's `layers` describe.

    Each has a `shape` of (Hz, dB), a level in `db`, `drift` (dB, seconds) of its own, and
    `follow`: how much of which of *curves*, (frames,) in dB, it goes along with.
    """
    found = []
    for said in row["layers"]:
        gain_db = np.full(frames, float(said.get("db", 0.0)))
        gain_db += drift(rng, frames, *said.get("drift", (0.0, 1.0)))
        for name, share in said.get("follow", {}).items():
            gain_db += share * curves[name]
        sway = drift(rng, frames, *said.get("sway", (0.0, 1.0)))
        gain = (10 ** (gain_db / 20)).astype(np.float32)
        found.append(Layer(shape_of(said["shape"]), gain, sway.astype(np.float32)))
    return found


def shape_of(points: Sequence[Sequence[float]]) -> F32:
    """Gains at BINS through (Hz, dB) *points*, 24 dB an octave down outside them, of REFERENCE deviation in all."""
    low, high = points[0][0], points[-1][0]
    edges = dsp.chain(
        dsp.curve(points), dsp.high_pass(low * 0.7, 4), dsp.low_pass(high * 1.4, 4), dsp.high_pass(RUMBLE_HZ, 3)
    )
    return even(edges(BINS))


def even(shape: F64) -> F32:
    """*shape*, gains at BINS, scaled so that noise under it has REFERENCE deviation."""
    return np.asarray(shape * (REFERENCE * FRAME / (2 * np.sqrt((shape**2).sum()))), np.float32)


def drift(rng: np.random.Generator, frames: int, depth: float, seconds: float) -> F64:
    """A curve that wanders about 0 by *depth* (deviation), turning about every *seconds*: (frames,)."""
    if depth == 0:
        return np.zeros(frames)
    total = frames * HOP / SAMPLE_RATE
    gaps = seconds * rng.uniform(0.6, 1.4, int(total / seconds * 1.5) + 4)
    times = np.cumsum(gaps) - gaps[0]
    return smooth(np.arange(frames) * HOP / SAMPLE_RATE, times, depth * np.clip(rng.standard_normal(len(times)), -2, 2))


def smooth(moments: F64, times: F64, values: F64) -> F64:
    """*values* at *times* joined by cosines, read at *moments*; level outside."""
    index = np.clip(np.searchsorted(times, moments, side="right") - 1, 0, len(times) - 2)
    part = np.clip((moments - times[index]) / (times[index + 1] - times[index]), 0, 1)
    return np.asarray(values[index] + np.diff(values)[index] * (1 - np.cos(np.pi * part)) / 2, np.float64)


def moments_of(frames: int) -> F64:
    """Seconds of the event at each frame's middle: (frames,)."""
    return np.arange(frames, dtype=np.float64) * (HOP / SAMPLE_RATE)


def in_db(amplitude: F64, floor_db: float = -50.0) -> F64:
    """Decibels of *amplitude*, at least *floor_db*."""
    return np.asarray(20 * np.log10(np.maximum(amplitude, 10 ** (floor_db / 20))))
