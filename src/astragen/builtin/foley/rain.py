"""Rain: the rush of all of it, and the drops that fall near by."""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.grains import burst, ring, scatter, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import drift, frames_of, layers_of, woven

VARIANTS = 72


def rain(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Layers that follow one "shower", and the row's `drops` before them: (2, length)."""
    frames = frames_of(length)
    shower = drift(rng, frames, *row["shower"])
    sound = woven(layers_of(row, frames, rng, {"shower": shower}), length, rng, width=row.get("width", 0.95))
    for said in row["drops"]:
        bank = [_drop(said, rng) for _ in range(VARIANTS)]
        at = scatter(rng, length, said["rate"])
        gains = said["gain"] * 10 ** (rng.normal(-4, 5, len(at)).clip(-14, 6) / 20)
        sow(sound, bank, at, gains, rng.uniform(-1, 1, len(at)), rng.integers(0, VARIANTS, len(at)))
    return sound


def _drop(said: Row, rng: np.random.Generator) -> F32:
    """One drop: a tick of noise, and the ring of what it hits."""
    hz = float(np.exp(rng.uniform(*np.log(said["hz"]))))
    tick = burst(rng, said["tick"] * rng.uniform(0.5, 1.6), dsp.chain(dsp.high_pass(hz * 0.6), dsp.low_pass(hz * 3)))
    body = ring(hz, said["decay"] * rng.uniform(0.5, 1.6), phase=float(rng.uniform(0, 6.28)))
    whole = np.zeros(max(len(tick), len(body)), np.float32)
    whole[: len(tick)] += tick
    whole[: len(body)] += np.float32(said["ring"]) * body
    return whole
