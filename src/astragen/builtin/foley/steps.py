"""A step: the heel, the sole, and what the ground under them does."""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.grains import burst, coloured, edged, joined, ring, roomed, seconds_of
from astragen.builtin.foley.tables import Row
from astragen.model.time import SAMPLE_RATE


def step(row: Row, length: int, rng: np.random.Generator) -> F32:
    """One step at the first sample, in the middle: (2, length)."""
    parts = [(0.0, np.float32(row["thump"]) * ring(float(rng.uniform(*row["thump_hz"])), row["thump_s"], phase=0.0))]
    roll = row["roll_s"] * float(rng.uniform(0.8, 1.25))
    for at, share in ((0.0, 1.0), (roll, row["toe"])):
        puff = burst(rng, row["puff_s"] * float(rng.uniform(0.8, 1.3)), dsp.curve(row["shape"]), attack=row["attack"])
        parts.append((at, np.float32(share * rng.uniform(0.8, 1.1)) * puff))
    for hz, decay, gain in row.get("rings", ()):
        parts.append((0.0, np.float32(gain) * ring(hz * float(rng.uniform(0.95, 1.06)), decay)))
    if row["grit"]:
        parts.append((0.0, _grit(row, roll + 0.09, rng)))
    sound = np.zeros((2, length), np.float32)
    stepped = roomed(joined(parts), seconds=row["room"], brightness=4000.0, wet=row["wet"])[:, :length]
    sound[:, : stepped.shape[1]] = stepped
    dsp.fade(sound, 0, min(length // 2, SAMPLE_RATE // 20))
    return sound


def _grit(row: Row, seconds: float, rng: np.random.Generator) -> F32:
    """What gives way under the sole: tiny bursts of one noise, each with a decay of its own, within *seconds*: (n,)."""
    size = int((seconds + 0.04) * SAMPLE_RATE)
    t = seconds_of(size)
    swell = np.zeros(size)
    for at in rng.uniform(0, seconds, rng.poisson(row["grit"])):
        first = int(at * SAMPLE_RATE)
        after = t[: min(size - first, SAMPLE_RATE // 25)]
        puff = np.exp(-after / rng.uniform(0.0012, 0.006)) * (1 - np.exp(-after / 0.0004))
        swell[first : first + len(after)] += rng.uniform(0.2, 1) * puff
    noise = coloured(rng.standard_normal(size).astype(np.float32), dsp.curve(row["grit_shape"]))
    grit = noise * swell.astype(np.float32)
    return edged(grit * np.float32(row["grit_gain"] / max(float(np.abs(grit).max()), 1e-9)))
