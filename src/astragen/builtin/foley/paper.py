"""A page that is turned: lifted, swung, laid down."""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.grains import burst, coloured, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import smooth
from astragen.model.time import SAMPLE_RATE


def page(row: Row, length: int, rng: np.random.Generator) -> F32:
    """One page, from the first sample on, over within `seconds`: (2, length)."""
    seconds = min(float(row["seconds"]) * float(rng.uniform(0.85, 1.15)), length / SAMPLE_RATE)
    size = max(480, int(seconds * SAMPLE_RATE))
    t = np.linspace(0, 1, size)
    swing = smooth(t, np.array([0, 0.12, 0.3, 0.52, 0.72, 0.8, 1.0]), np.array([0, 0.35, 0.12, 1.0, 0.2, 0.55, 0.0]))
    flutter = 0.55 + 0.45 * np.abs(np.sin(np.pi * np.cumsum(rng.uniform(14, 34) * (0.4 + t)) / SAMPLE_RATE))
    rush = coloured(rng.standard_normal((2, size)).astype(np.float32), dsp.curve(row["shape"]))
    rush *= (swing * flutter).astype(np.float32)
    sound = np.zeros((2, max(length, size)), np.float32)
    sound[:, :size] += rush
    crinkles = np.sort(rng.beta(2, 2, rng.poisson(row["crinkles"])))
    bank = [burst(rng, float(rng.uniform(0.0008, 0.003)), dsp.curve(row["crinkle_shape"])) for _ in range(16)]
    gains = row["crinkle"] * rng.uniform(0.1, 1, len(crinkles)) * np.interp(crinkles, t, 0.2 + swing)
    picks = rng.integers(0, 16, len(crinkles))
    sow(sound, bank, (crinkles * size * 0.97).astype(int), gains, rng.uniform(-0.3, 0.3, len(crinkles)), picks)
    return np.ascontiguousarray(sound[:, :length])
