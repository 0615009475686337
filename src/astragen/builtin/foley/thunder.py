"""Thunder: a crack when it is near, then claps of the bolt's farther parts, rolling away ever darker."""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.grains import burst, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import frames_of, in_db, layers_of, moments_of, woven
from astragen.model.time import SAMPLE_RATE

CLAPS = 11


def thunder(row: Row, length: int, rng: np.random.Generator) -> F32:
    """One thunder from the first sample on, over by the last: (2, length). The row's `near`: share of the crack."""
    frames = frames_of(length)
    moments = moments_of(frames)
    rolls = row["rolls"]
    times = np.concatenate([[0.04], np.sort(rng.uniform(0.1, rolls, CLAPS))])
    powers = np.concatenate([[1.0], rng.uniform(0.25, 0.9, CLAPS) * np.exp(-times[1:] / (0.6 * rolls))])
    low, high = np.zeros(frames), np.zeros(frames)
    for at, power in zip(times, powers, strict=True):
        since = np.maximum(moments - at, 0) * (moments >= at)
        clap = power * (1 - np.exp(-since / 0.05)) * (moments >= at)
        low += clap * np.exp(-since / (0.45 + 0.5 * at))
        high += clap * np.exp(-since / 0.16) * np.exp(-at / 0.9)
    dying = np.exp(-np.maximum(moments - 0.7 * length / SAMPLE_RATE, 0) / 0.5)
    curves = {"low": in_db(low * dying, -60), "high": in_db(high * dying, -60)}
    sound = woven(layers_of(row, frames, rng, curves), length, rng, width=row.get("width", 0.7))
    if row["near"] > 0:
        _crack(sound, float(row["near"]), rng)
    return sound


def _crack(sound: F32, near: float, rng: np.random.Generator) -> None:
    """Add the tearing of the near bolt in place: a dozen snaps within a fifth of a second."""
    count = 16
    bank = [burst(rng, float(rng.uniform(0.008, 0.05)), dsp.chain(dsp.high_pass(180), dsp.low_pass(3800, 1)))
            for _ in range(count)]  # fmt: skip
    at = (np.sort(rng.exponential(0.07, count)) * SAMPLE_RATE).astype(int)
    level = near * float(np.abs(sound[:, :SAMPLE_RATE]).max())
    gains = level * rng.uniform(0.25, 0.7, count) * np.exp(-at / (0.25 * SAMPLE_RATE))
    sow(sound, bank, at, gains, rng.uniform(-0.4, 0.4, count), range(count))
