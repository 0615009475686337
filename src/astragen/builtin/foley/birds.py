"""Birds that sing, each its own song from its own tree, and animals that call: gulls, an owl, frogs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from astragen.builtin import dsp
from astragen.builtin.dsp import F32, F64
from astragen.builtin.foley.grains import coloured, edged, glide, joined, roomed, seconds_of, sow
from astragen.builtin.foley.tables import Row
from astragen.builtin.foley.weave import frames_of, layers_of, woven
from astragen.model.time import SAMPLE_RATE

SONGS = 4  # of each, unless the row says more; none is sung twice as loud
FIRST_S = 1.2  # by when the first bird has begun


def birds(row: Row, length: int, rng: np.random.Generator) -> F32:
    """`count` birds about the hearer, singing every `pause` seconds or so: (2, length)."""
    sound = _air(row, length, rng)
    for number in range(int(row["count"])):
        away = float(rng.uniform(*row["away"]))  # 0 near, 1 far: duller, softer, more of the wood about it
        base = float(np.exp(rng.uniform(*np.log(row["hz"]))))
        sing = _SONGS[number % len(_SONGS)]
        _sing(sound, row, partial(sing, base), rng, away=away, gain_db=-14 * away, is_first=number == 0)
    return sound


def calls(row: Row, length: int, rng: np.random.Generator) -> F32:
    """Animals that call, the row's `voice` each in a pitch of its own: (2, length)."""
    sound = _air(row, length, rng)
    for number in range(int(row["count"])):
        away = float(rng.uniform(*row["away"]))
        call = partial(_VOICES[row["voice"]], float(rng.uniform(0.85, 1.18)))
        _sing(sound, row, call, rng, away=away, gain_db=-12 * away, is_first=number == 0)
    return sound


def _air(row: Row, length: int, rng: np.random.Generator) -> F32:
    """What they sing into: the row's layers, if it has any."""
    if not row.get("layers"):
        return np.zeros((2, length), np.float32)
    return woven(layers_of(row, frames_of(length), rng, {}), length, rng, width=0.9)


def _sing(
    sound: F32,
    row: Row,
    sing: Callable[[np.random.Generator], F32],
    rng: np.random.Generator,
    *,
    away: float,
    gain_db: float,
    is_first: bool,
) -> None:
    """Let one animal be heard over the whole of *sound*, in place, with pauses; the first begins soon.

    It has a few songs, which it sings in an order of its own; none is made before it is sung.
    """
    seeds = rng.integers(0, 1 << 31, int(row.get("songs", SONGS)))
    known: dict[int, F32] = {}
    at: list[int] = []
    picks: list[int] = []
    moment = float(rng.uniform(0.1, FIRST_S) if is_first else rng.uniform(0, row["pause"][1]))
    while moment * SAMPLE_RATE < sound.shape[1]:
        pick = len(picks) % len(seeds)
        if pick not in known:
            known[pick] = _placed(sing(np.random.Generator(np.random.SFC64(int(seeds[pick])))), away)
        at.append(int(moment * SAMPLE_RATE))
        picks.append(pick)
        moment += known[pick].shape[1] / SAMPLE_RATE * 0.6 + float(rng.uniform(*row["pause"]))
    gains = 10 ** ((gain_db + rng.uniform(-4, 0, len(at))) / 20)
    pans = np.full(len(at), rng.uniform(-0.85, 0.85)) + rng.normal(0, 0.05, len(at))
    sow(sound, [known[pick] for pick in sorted(known)], at, gains, pans, picks)


def _placed(song: F32, away: float) -> F32:
    dull = coloured(song, dsp.low_pass(9000 - 5000 * away, 1))
    return roomed(dull, seconds=0.8, brightness=5200.0, wet=0.25 + 0.75 * away)


def _whistles(base: float, rng: np.random.Generator) -> F32:
    """Two to four clear notes, each bent a little."""
    at, parts = 0.0, []
    for _ in range(int(rng.integers(2, 5))):
        seconds = float(rng.uniform(0.12, 0.30))
        bend = rng.uniform(0.86, 1.16)
        parts.append((at, _note(base * float(rng.choice([1, 1.125, 0.9, 1.25])), bend, seconds)))
        at += seconds + float(rng.uniform(0.04, 0.12))
    return joined(parts)


def _trill(base: float, rng: np.random.Generator) -> F32:
    """The same short note ten to twenty times, a little faster or slower towards its end."""
    count, gap = int(rng.integers(9, 20)), float(rng.uniform(0.055, 0.085))
    note = _note(base * 1.25, float(rng.uniform(0.7, 0.85)), gap * 0.75)
    drawn = float(rng.uniform(-0.2, 0.25)) * gap / count
    times = np.cumsum(gap + drawn * np.arange(count)) - gap
    loud = np.sin(np.pi * (np.arange(count) + 1.5) / (count + 2)) ** 0.7
    return joined([(float(time), note * np.float32(level)) for time, level in zip(times, loud, strict=True)])


def _chirps(base: float, rng: np.random.Generator) -> F32:
    """Two to five quick falling chirps, as of sparrows."""
    at, parts = 0.0, []
    for _ in range(int(rng.integers(2, 6))):
        parts.append((at, _note(base * float(rng.uniform(1.1, 1.5)), float(rng.uniform(0.55, 0.75)), 0.06)))
        at += float(rng.uniform(0.11, 0.24))
    return joined(parts)


def _warble(base: float, rng: np.random.Generator) -> F32:
    """A second of notes that run up and down without a rest."""
    at, parts = 0.0, []
    for _ in range(int(rng.integers(7, 13))):
        seconds = float(rng.uniform(0.05, 0.13))
        parts.append((at, _note(base * float(rng.uniform(0.8, 1.4)), float(rng.uniform(0.75, 1.35)), seconds)))
        at += seconds * float(rng.uniform(0.9, 1.15))
    return joined(parts)


def _note(hz: float, bend: float, seconds: float) -> F32:
    """A note that goes from *hz* to *bend* times it: nearly a sine, soft at both ends."""
    t = np.linspace(0, 1, max(240, int(seconds * SAMPLE_RATE)))
    phase = glide(np.minimum(hz * bend**t, 8500.0))
    return np.asarray(np.sin(np.pi * t) ** 0.8 * (np.sin(phase) + 0.12 * np.sin(2 * phase)), np.float32)


def _gull(pitch: float, rng: np.random.Generator) -> F32:
    """A gull's laugh: three to six cries, each up and down, harsh with overtones."""
    at, parts = 0.0, []
    count = int(rng.integers(3, 7))
    for number in range(count):
        seconds = 0.55 if number == 0 else float(rng.uniform(0.22, 0.34))
        t = np.linspace(0, 1, int(seconds * SAMPLE_RATE))
        hz = pitch * (780 + 480 * np.sin(np.pi * t**0.7) ** 1.2) * (1 - 0.05 * number / count)
        hz *= 1 + 0.012 * np.sin(2 * np.pi * 38 * seconds * t)
        cry = np.sin(np.pi * t) ** 0.5 * _voiced(hz, ((1150, 0), (2300, -3), (3600, -8)))
        parts.append((at, edged(cry, 480, 480)))
        at += seconds + float(rng.uniform(0.05, 0.12))
    return joined(parts)


def _owl(pitch: float, rng: np.random.Generator) -> F32:
    """A tawny owl: a long hoot, a rest, a short one and a long one that wavers."""
    parts, at = [], 0.0
    pitch *= float(rng.uniform(0.96, 1.04))
    for usual, rest, waver in ((0.75, 1.5, 0.0), (0.16, 0.22, 0.0), (1.15, 0.0, 0.03)):
        seconds = usual * float(rng.uniform(0.85, 1.2))
        t = np.linspace(0, 1, int(seconds * SAMPLE_RATE))
        hz = pitch * 370 * (1 + 0.07 * np.sin(np.pi * t)) * (1 + waver * np.sin(2 * np.pi * 8.5 * seconds * t))
        phase = glide(hz)
        hoot = np.sin(np.pi * t) ** 0.6 * (np.sin(phase) + 0.16 * np.sin(2 * phase) + 0.05 * np.sin(3 * phase))
        parts.append((at, edged(hoot * (1 - 8 * waver * (1 + np.sin(2 * np.pi * 8.5 * seconds * t))), 960, 960)))
        at += seconds + rest
    return joined(parts)


def _frog(pitch: float, rng: np.random.Generator) -> F32:
    """A frog: one to four croaks, each a row of pulses of a low, hollow tone."""
    at, parts = 0.0, []
    for _ in range(int(rng.integers(1, 5))):
        seconds = float(rng.uniform(0.18, 0.3))
        t = seconds_of(int(seconds * SAMPLE_RATE))
        pulses = np.maximum(0, np.sin(2 * np.pi * (46 * pitch) * t)) ** 3
        body = np.sin(2 * np.pi * 620 * pitch * t) + 0.6 * np.sin(2 * np.pi * 1290 * pitch * t + 0.4)
        parts.append((at, edged(body * pulses * np.sin(np.pi * t / seconds) ** 0.5, 240, 240)))
        at += seconds + float(rng.uniform(0.15, 0.35))
    return joined(parts)


def _voiced(hz: F64, body: tuple[tuple[float, float], ...]) -> F32:
    """A reed at the pitch *hz*, overtones shaped by peaks of *body* (Hz, dB)."""
    turns = np.cumsum(hz / SAMPLE_RATE)
    reed = np.tanh(3 * np.sin(2 * np.pi * turns)) + 0.4 * np.sin(4 * np.pi * turns)
    points = [(300.0, -10.0), *body, (7000.0, -26.0)]
    return coloured(reed.astype(np.float32), dsp.curve(points))


_SONGS = (_whistles, _trill, _chirps, _warble)  # birds take turns
_VOICES = {"gull": _gull, "owl": _owl, "frog": _frog}
