"""Fire: a low flutter, the hiss of sap, and crackles that come in clusters."""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.grains import burst, ring, scatter, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import drift, frames_of, layers_of, woven
from astragen.model.time import SAMPLE_RATE

VARIANTS = 60
CLUSTER_S = 0.09  # how far a cluster's crackles lie from its first, on the average


def fire(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Layers that follow "flutter", crackles and, more seldom, pops: (2, length)."""
    frames = frames_of(length)
    curves = {"flutter": drift(rng, frames, *row["flutter"])}
    sound = woven(layers_of(row, frames, rng, curves), length, rng, width=row.get("width", 0.6))
    bank = [_crackle(rng) for _ in range(VARIANTS)]
    firsts = scatter(rng, length, row["clusters"])
    sizes = rng.geometric(1 / row["cluster"], len(firsts))
    at = np.repeat(firsts, sizes) + (rng.exponential(CLUSTER_S, int(sizes.sum())) * SAMPLE_RATE).astype(int)
    gains = row["crackle"] * 10 ** (rng.normal(-8, 6, len(at)).clip(-24, 4) / 20)
    spread = np.repeat(rng.uniform(-0.5, 0.5, len(firsts)), sizes) + rng.normal(0, 0.1, len(at))
    sow(sound, bank, at, gains, spread, rng.integers(0, VARIANTS, len(at)))
    pops = scatter(rng, length, row["pops"])
    thuds = [_pop(rng) for _ in range(12)]
    sow(sound, thuds, pops, row["pop"] * rng.uniform(0.4, 1, len(pops)), rng.uniform(-0.3, 0.3, len(pops)),
        rng.integers(0, len(thuds), len(pops)))  # fmt: skip
    return sound


def _crackle(rng: np.random.Generator) -> F32:
    """A fibre that snaps: a millisecond or two of bright noise."""
    low = float(np.exp(rng.uniform(np.log(700), np.log(4500))))
    shape = dsp.chain(dsp.high_pass(low, 2), dsp.low_pass(low * 4, 1))
    return burst(rng, float(rng.uniform(0.0006, 0.005)), shape, attack=0.0002)


def _pop(rng: np.random.Generator) -> F32:
    """A log that bursts: a snap and a short knock of wood."""
    snap = burst(rng, 0.006, dsp.chain(dsp.high_pass(350), dsp.low_pass(3200)), attack=0.0003)
    knock = ring(float(rng.uniform(130, 260)), 0.02)
    whole = np.zeros(max(len(snap), len(knock)), np.float32)
    whole[: len(snap)] += snap
    whole[: len(knock)] += 0.6 * knock
    return whole
