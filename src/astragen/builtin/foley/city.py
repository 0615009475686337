"""What goes by and what ticks: traffic, a train over its joints, a clock, machines."""

from __future__ import annotations

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32, F64
from astragen.builtin.foley.grains import burst, joined, ring, roomed, sow
from astragen.builtin.foley.noise import add_tones
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import Layer, drift, frames_of, in_db, layers_of, moments_of, shape_of, woven
from astragen.model.time import SAMPLE_RATE

LANES = 3  # vehicles that can be heard to pass at the same time


def passing(row: Row, length: int, rng: np.random.Generator) -> F32:
    """The roar of a road far off, the row's layers, and vehicles that pass from side to side: (2, length)."""
    frames = frames_of(length)
    layers = layers_of(row, frames, rng, {})
    said = row["passes"]
    for lane in range(LANES):
        gain_db, pan = _lane(said, frames, rng, way=1 if lane % 2 else -1)
        for part in said["layers"]:
            gain = 10 ** ((part["db"] + part.get("sharp", 1.0) * gain_db) / 20)
            layers.append(Layer(shape_of(part["shape"]), gain.astype(np.float32), pan.astype(np.float32)))
    return woven(layers, length, rng, width=row.get("width", 0.85))


def _lane(said: Row, frames: int, rng: np.random.Generator, *, way: int) -> tuple[F64, F64]:
    """(dB, pan) of what passes in one lane: one vehicle after the other, all going the same *way*."""
    moments = moments_of(frames)
    gain, pan = np.zeros(frames), np.zeros(frames)
    at = float(rng.uniform(-1, said["pause"][1]))
    while at < moments[-1] + 3:
        speed = float(rng.uniform(0.7, 1.5))
        far = (moments - at) * speed / said["near_s"]
        here = float(rng.uniform(0.4, 1)) / (1 + far * far)  # a point source's level as it passes
        pan = np.where(here > gain, way * far / np.sqrt(1 + far * far), pan)
        gain = np.maximum(gain, here)
        at += float(rng.uniform(*said["pause"]))
    return in_db(gain, -40), 0.8 * pan


def train(row: Row, length: int, rng: np.random.Generator) -> F32:
    """In a train, or beside it: its rolling, and the joints under both of a coach's bogies: (2, length)."""
    frames = frames_of(length)
    sound = woven(layers_of(row, frames, rng, {}), length, rng, width=row.get("width", 0.7))
    bank = [_joint(row, rng) for _ in range(10)]
    at: list[int] = []
    gains: list[float] = []
    moment = float(rng.uniform(0, row["rail_s"]))
    while moment * SAMPLE_RATE < length:
        for place, loud in ((0.0, 1.0), (0.11, 0.85), (0.52, 0.6), (0.63, 0.5)):  # of the way from joint to joint
            at.append(int((moment + row["rail_s"] * place * float(rng.uniform(0.985, 1.015))) * SAMPLE_RATE))
            gains.append(row["gain"] * loud * float(rng.uniform(0.75, 1.1)))
        moment += row["rail_s"] * float(rng.uniform(0.985, 1.015))
    sow(sound, bank, at, gains, rng.uniform(-0.15, 0.15, len(at)), rng.integers(0, len(bank), len(at)))
    return sound


def _joint(row: Row, rng: np.random.Generator) -> F32:
    """A wheel over a joint: a thud in the floor and a clank of steel."""
    low, high = row["joint"]
    thud = burst(rng, 0.035, dsp.chain(dsp.high_pass(low), dsp.low_pass(high)), attack=0.002)
    clank = ring(float(rng.uniform(620, 760)), 0.02) + ring(float(rng.uniform(1330, 1480)), 0.02)
    whole = np.zeros(max(len(thud), len(clank)), np.float32)
    whole[: len(thud)] += thud
    whole[: len(clank)] += np.float32(row["steel"]) * clank
    return whole


def tick(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Something that goes by the clock, `beat` seconds a stroke, in its room; tones hum under it: (2, length)."""
    frames = frames_of(length)
    sound = woven(layers_of(row, frames, rng, {"beat": drift(rng, frames, 0.5, 2.0)}), length, rng, width=0.8)
    strokes = [_stroke(said, row, rng) for said in row["strokes"] for _ in range(3)]
    count = int(length / SAMPLE_RATE / row["beat"]) + 2
    times = (np.arange(count) + rng.uniform(0, 1)) * row["beat"]
    at = ((times + rng.normal(0, row["uneven"], count)) * SAMPLE_RATE).astype(int)
    turn = np.arange(count) % len(row["strokes"])
    picks = 3 * turn + rng.integers(0, 3, count)
    sow(sound, strokes, at, row["gain"] * rng.uniform(0.85, 1, count), np.full(count, rng.uniform(-0.3, 0.3)), picks)
    add_tones(sound, row.get("tones", ()), rng)
    return sound


def _stroke(said: Row, row: Row, rng: np.random.Generator) -> F32:
    """A stroke: a click and what rings of it (`rings`: Hz, decay, gain), in the row's room."""
    click = burst(rng, said["click_s"], dsp.chain(dsp.high_pass(said["band"][0]), dsp.low_pass(said["band"][1])))
    parts = [(0.0, click)]
    for hz, decay, gain in said["rings"]:
        parts.append((0.0, np.float32(gain) * ring(hz * float(rng.uniform(0.99, 1.01)), decay)))
    return roomed(joined(parts), seconds=row["room"], brightness=4500.0, wet=row["wet"])
