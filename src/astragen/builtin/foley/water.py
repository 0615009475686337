"""Water: waves that come in and break, running water with its bubbles, drops in a cave, the deep."""

from __future__ import annotations

import numpy as np

from astragen.builtin.dsp import F32, F64
from astragen.builtin.foley.grains import bubble, roomed, scatter, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import HOP, drift, frames_of, in_db, layers_of, moments_of, woven
from astragen.model.time import SAMPLE_RATE


def waves(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Waves every `period` seconds or so: they rise ("swell"), break ("crash") and run out ("wash"): (2, length)."""
    frames = frames_of(length)
    moments = moments_of(frames)
    swell, crash, wash = (np.zeros(frames) for _ in range(3))
    for at, power, side in _wave_times(row["period"], moments[-1], rng):
        since = moments - at
        swell += power * np.exp(-((since / (0.28 * row["period"])) ** 2))
        crash += power * side * _pulse(since, row["attack"], row["fall"])
        wash += power * _pulse(since - 0.35 * row["attack"], 2.2 * row["attack"], row["run"])
    curves = {"swell": in_db(swell, -30), "crash": in_db(crash, -36), "wash": in_db(wash, -30)}
    sound = woven(layers_of(row, frames, rng, curves), length, rng, width=row.get("width", 0.8))
    _add_bubbles(sound, row.get("bubbles"), rng, wash)
    return sound


def _wave_times(period: float, until: float, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """(second, power, how hard it breaks) of each wave; they come unevenly, a large one now and then."""
    found, at = [], -period * rng.uniform(0.2, 1.2)
    while at < until + period:
        found.append((at, float(rng.uniform(0.45, 1.0)), float(rng.uniform(0.5, 1.0))))
        at += period * rng.uniform(0.65, 1.4)
    return found


def _pulse(since: F64, attack: float, fall: float) -> F64:
    """0 before 0, up in about *attack* seconds, down by 1/e in *fall*."""
    after = np.maximum(since, 0)
    return np.asarray((1 - np.exp(-((after / attack) ** 2))) * np.exp(-after / fall))


def stream(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Running water: layers of rushing, and `bubbles` by the hundred: (2, length)."""
    frames = frames_of(length)
    sound = woven(layers_of(row, frames, rng, {}), length, rng, width=row.get("width", 0.9))
    _add_bubbles(sound, row.get("bubbles"), rng, np.ones(frames))
    return sound


def drips(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Drops that fall into still water under a vault, each from a place of its own, over a cave's air: (2, length)."""
    sound = woven(layers_of(row, frames_of(length), rng, {}), length, rng, width=0.9)
    places = [
        roomed(
            bubble(float(rng.uniform(*row["hz"])), float(rng.uniform(0.012, 0.035)), float(rng.uniform(1.15, 1.9))),
            seconds=row["room"],
            brightness=4200.0,
            wet=row["wet"],
        )
        for _ in range(int(row["places"]))
    ]
    at: list[int] = []
    picks: list[int] = []
    for place in range(len(places)):
        # A place drips nearly as a clock does, each at a pace of its own.
        pace = float(rng.uniform(*row["pace"])) * SAMPLE_RATE
        moment = rng.uniform(0, pace)
        while moment < length:
            at.append(int(moment))
            picks.append(place)
            moment += pace * rng.uniform(0.8, 1.25)
    gains = row["gain"] * 10 ** (rng.normal(-3, 4, len(at)) / 20)
    pans = rng.uniform(-0.8, 0.8, len(places))
    sow(sound, places, at, gains, pans[picks] if picks else [], picks)
    return sound


def _add_bubbles(sound: F32, said: Row | None, rng: np.random.Generator, busy: F64) -> None:
    """Add `bubbles` to *sound* in place, more where *busy*, (frames,), is high."""
    if said is None:
        return
    length = sound.shape[1]
    low, high = np.log(said["hz"][0]), np.log(said["hz"][1])
    pitches = np.exp(rng.uniform(low, high, int(said.get("variants", 40))))
    bank = [bubble(hz, said["decay"] * (600 / hz) ** 0.5 * rng.uniform(0.6, 1.5), rng.uniform(1.02, said["rise"]))
            for hz in pitches]  # fmt: skip
    at = scatter(rng, length, said["rate"])
    share = np.interp(at / HOP, np.arange(len(busy)), busy / max(float(busy.max()), 1e-9))
    at = at[rng.random(len(at)) < share]
    picks = rng.integers(0, len(bank), len(at))
    softer = (pitches[picks] / pitches.min()) ** -0.35  # large bubbles are loud
    level = 10 ** (drift(rng, len(busy), 2.5, 0.5) / 20)
    gains = (
        said["gain"]
        * softer
        * 10 ** (rng.normal(0, 5, len(at)) / 20)
        * np.interp(at / HOP, np.arange(len(busy)), level)
    )
    sow(sound, bank, at, gains, rng.uniform(-0.9, 0.9, len(at)), picks)
