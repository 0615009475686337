"""A crowd: voices without words, each with a place and a pitch, over the murmur of those farther away.

A voice is a row of syllables: a buzzing source under two formants that move, consonants between.
Start reading at `crowd`.
"""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32
from astragen.builtin.foley.grains import coloured, edged, roomed, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import drift, frames_of, layers_of, woven
from astragen.model.time import SAMPLE_RATE

VOWELS = ((730, 1090), (530, 1840), (390, 1990), (570, 840), (440, 1020), (490, 1350), (640, 1190), (660, 1720))
"""First and second formants in Hz, of men (G. Peterson and H. Barney, 1952, table II)."""

SYLLABLES = 7  # of each voice; with phrases of chance and a dozen voices none is heard to come back


def crowd(row: Row, length: int, rng: np.random.Generator) -> F32:
    """`voices` that talk in turns of phrases, over the row's layers, which follow "stir": (2, length)."""
    frames = frames_of(length)
    layers = layers_of(row, frames, rng, {"stir": drift(rng, frames, *row["stir"])})
    sound = woven(layers, length, rng, width=0.9)
    for _ in range(int(row["voices"])):
        _talk(sound, row, rng)
    return sound


def _talk(sound: F32, row: Row, rng: np.random.Generator) -> None:
    """Add one voice to *sound* in place."""
    pitch, away = float(np.exp(rng.uniform(*np.log(row["hz"])))), float(rng.uniform(*row["away"]))
    bank = [_syllable(pitch * float(rng.uniform(0.85, 1.25)), row, away, rng) for _ in range(SYLLABLES)]
    at: list[int] = []
    moment = float(rng.uniform(-2.0, 2.5))
    while moment * SAMPLE_RATE < sound.shape[1]:
        pace = float(rng.uniform(0.17, 0.25))
        for _ in range(int(rng.integers(3, 13))):
            at.append(int(moment * SAMPLE_RATE))
            moment += pace * float(rng.uniform(0.75, 1.4))
        moment += float(rng.exponential(1.1)) + 0.25
    gains = row["gain"] * 10 ** ((-10 * away + rng.normal(0, 2.5, len(at))) / 20)
    pan = float(rng.uniform(-0.85, 0.85))
    sow(sound, bank, at, gains, np.full(len(at), pan), rng.integers(0, len(bank), len(at)))


def _syllable(hz: float, row: Row, away: float, rng: np.random.Generator) -> F32:
    seconds = float(rng.uniform(0.13, 0.26))
    t = np.linspace(0, 1, int(seconds * SAMPLE_RATE))
    turns = np.cumsum(hz * (1 + 0.12 * rng.uniform(-1, 1) * (t - 0.5)) * (1 + 0.01 * np.sin(40 * t)) / SAMPLE_RATE)
    # A voice's source falls by 12 dB an octave: a pulse with a soft edge, not a saw.
    source = (1 - 2 * (turns % 1.0)) * np.sin(np.pi * (turns % 1.0)) ** 0.5
    source += 0.05 * rng.standard_normal(len(t))
    first, second = np.array(VOWELS[int(rng.integers(0, len(VOWELS)))]) * row["throat"]
    body = dsp.curve([
        (90, -14), (0.45 * first, -4), (first, 6), (1.4 * first, -7), (0.85 * second, -8), (second, 1),
        (1.2 * second, -12), (2600 * row["throat"], -11), (3500 * row["throat"], -17), (7000, -34),
    ])  # fmt: skip
    shape = np.sin(np.pi * np.minimum(t * 1.0, 1)) ** 0.6 * (1 - 0.35 * t)
    voiced = coloured((source * shape).astype(np.float32), dsp.chain(body, dsp.low_pass(5200 - 3000 * away, 1)))
    voiced = edged(voiced / np.float32(max(float(np.sqrt((voiced**2).mean())), 1e-9)), 960, 1440)
    return roomed(voiced, seconds=row["room"], brightness=3000.0, wet=0.35 + 0.5 * away)
