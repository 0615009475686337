"""Insects: crickets that chirp each at its own pace, cicadas whose rasp swells and sinks."""

from __future__ import annotations

import numpy as np

from astragen.builtin.dsp import F32
from astragen.builtin.foley.grains import edged, joined, seconds_of, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import frames_of, layers_of, woven
from astragen.model.time import SAMPLE_RATE

PULSE_S = 0.016  # a stroke of the wing
STROKES_S = 0.032  # from one stroke to the next


def insects(row: Row, length: int, rng: np.random.Generator) -> F32:
    """`crickets` about the hearer over the row's layers, which are torn `rasp` times a second: (2, length)."""
    sound = woven(layers_of(row, frames_of(length), rng, {}), length, rng, width=0.95)
    if row.get("rasp"):
        _tear(sound, float(row["rasp"]), rng)
    for _ in range(int(row["crickets"])):
        _cricket(sound, row, rng)
    return sound


def _cricket(sound: F32, row: Row, rng: np.random.Generator) -> None:
    """Add one cricket to *sound* in place; it rests now and then."""
    length = sound.shape[1]
    hz, away = float(rng.uniform(*row["hz"])), float(rng.uniform(0, 1))
    chirps = [_chirp(hz * float(rng.uniform(0.995, 1.005)), strokes) for strokes in (2, 3, 3, 4)]
    pace = float(rng.uniform(*row["pace"])) * SAMPLE_RATE
    at: list[int] = []
    moment = float(rng.uniform(0, pace)) - SAMPLE_RATE
    while moment < length:
        at.append(int(moment))
        moment += pace * rng.uniform(0.94, 1.07) + (rng.random() < 0.04) * SAMPLE_RATE * rng.uniform(1, 3)
    gains = row["gain"] * 10 ** ((-16 * away + rng.normal(0, 1, len(at))) / 20)
    sow(sound, chirps, at, gains, np.full(len(at), rng.uniform(-1, 1)), rng.integers(0, len(chirps), len(at)))


def _chirp(hz: float, strokes: int) -> F32:
    t = seconds_of(int(PULSE_S * SAMPLE_RATE))
    tone = np.sin(2 * np.pi * hz * t) + 0.15 * np.sin(4 * np.pi * hz * t)
    pulse = edged(tone * np.sin(np.pi * t / PULSE_S))
    return joined([(number * STROKES_S, pulse * np.float32(0.7 + 0.15 * number)) for number in range(strokes)])


def _tear(sound: F32, rasp: float, rng: np.random.Generator) -> None:
    """Tear *sound* into pulses, *rasp* a second, not quite even, in place."""
    for channel in sound:
        hz = rasp * float(rng.uniform(0.97, 1.03))
        wander = 1 + 0.02 * np.sin(2 * np.pi * 0.31 * seconds_of(len(channel)) + rng.uniform(0, 6.28))
        phase = np.cumsum((hz / SAMPLE_RATE) * wander)
        channel *= (0.25 + 0.75 * np.maximum(0, np.sin(2 * np.pi * phase)) ** 1.5).astype(np.float32)
