"""What only rushes and hums: wind, leaves, rooms, a waterfall, a motor; layers of noise under one gust, and tones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from astragen.builtin.dsp import F32, F64
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import (
    BINS,
    HOP,
    REFERENCE,
    Layer,
    drift,
    even,
    frames_of,
    layers_of,
    woven,
)
from astragen.model.time import SAMPLE_RATE

WHISTLE_CENTS = 90.0  # deviation of a whistle's band: narrower it sings, wider it is only wind
GUSTS_UP = 0.35  # octaves that a whistle rises in a gust of 6 dB


def noise(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Layers that follow "gust", what whistles in it, and the row's `tones`: (2, length)."""
    frames = frames_of(length)
    gust = drift(rng, frames, *row.get("gust", (0.0, 1.0)))
    flutter = drift(rng, frames, *row.get("flutter", (0.0, 1.0)))
    layers = layers_of(row, frames, rng, {"gust": gust, "flutter": flutter})
    for whistle in row.get("whistles", ()):
        layers += _whistle(whistle, gust, rng)
    sound = woven(layers, length, rng, width=row.get("width", 0.85))
    add_tones(sound, row.get("tones", ()), rng)
    return sound


def _whistle(said: Row, gust: F64, rng: np.random.Generator) -> list[Layer]:
    """A band of noise whose pitch goes with the gusts, and which is only heard in them."""
    frames = len(gust)
    bend = GUSTS_UP / 6 * gust + drift(rng, frames, 0.10, 0.7)
    steps = np.round(bend * 1200 / 50).astype(int)  # in quarter tones, each a layer of its own
    pan = np.full(frames, rng.uniform(-0.5, 0.5), np.float32)
    gain = 10 ** ((said["db"] + 1.6 * gust + drift(rng, frames, 3.0, 1.1)) / 20)
    layers = []
    for number in np.unique(steps):
        centre = said["hz"] * 2 ** (number * 50 / 1200)
        distance = 1200 * np.log2(np.maximum(BINS, 1.0) / centre)
        shape = np.exp(-0.5 * (distance / WHISTLE_CENTS) ** 2)
        layers.append(Layer(even(shape), (gain * (steps == number)).astype(np.float32), pan))
    return layers


def add_tones(sound: F32, tones: Sequence[Sequence[float]], rng: np.random.Generator) -> None:
    """Add steady tones, (Hz, dB) each, to *sound*, (2, n), in place: a hum, a little apart in the two ears."""
    t = np.arange(sound.shape[1], dtype=np.float32) / np.float32(SAMPLE_RATE)
    moments = np.arange(frames_of(sound.shape[1])) * HOP
    for hz, db in tones:
        turns = np.float64(hz) * t
        phase = ((turns - np.floor(turns)) * (2 * np.pi)).astype(np.float32)
        for channel in sound:
            swell = REFERENCE * 10 ** ((db + drift(rng, len(moments), 1.2, 1.7)) / 20)
            gain = np.interp(np.arange(sound.shape[1]), moments, swell).astype(np.float32)
            channel += gain * np.sin(phase + np.float32(rng.uniform(0, 2 * np.pi)))
