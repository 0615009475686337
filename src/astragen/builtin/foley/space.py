"""Space, where nothing sounds: a drone of slow beating tones over a dark, wide breath."""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import HOP, REFERENCE, drift, frames_of, layers_of, woven
from astragen.model.time import SAMPLE_RATE

LOW_RATE = 4_800  # Hz: what the tones are made at; all of them are far below half of it
DETUNE_CENTS = 4.0


def drone(row: Row, length: int, rng: np.random.Generator) -> F32:
    """The row's `tones` (ratio to a root of `hz`, dB), each twice and a little apart, over its layers: (2, length)."""
    frames = frames_of(length)
    sound = woven(layers_of(row, frames, rng, {}), length, rng, width=1.0)
    few = -(-length * LOW_RATE // SAMPLE_RATE) + 2
    t = np.arange(few) / LOW_RATE
    moments = np.arange(frames) * HOP / SAMPLE_RATE
    root = float(rng.uniform(*row["hz"]))
    for channel in sound:
        tones = np.zeros(few)
        for ratio, db in row["tones"]:
            for _ in range(2):
                hz = root * ratio * 2 ** (rng.normal(0, DETUNE_CENTS) / 1200)
                gain = REFERENCE * 10 ** ((db + drift(rng, frames, 4.0, 5.0)) / 20)
                tones += np.interp(t, moments, gain) * np.sin(2 * np.pi * hz * t + rng.uniform(0, 2 * np.pi))
        channel += dsp.resampled(tones.astype(np.float32), LOW_RATE)[:length]
    return sound
