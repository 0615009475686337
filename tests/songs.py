"""Little pieces of music of a known beat, and files of them in any codec, rate and layout.

Start reading at `song` and `write_music`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

RATE = 48_000
CHORDS = ((220.0, 277.2, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7), (261.6, 329.6, 392.0))


class Song(NamedTuple):
    """sound: (n,) float32 at 48 kHz; beats: seconds."""

    sound: np.ndarray
    beats: np.ndarray


def song(
    bpm: float, bars: int, *, beats: int = 4, opening_s: float = 0.3, ending_s: float = 2.0, has_drums: bool = True
) -> Song:
    """Four chords over and over with drums and a tune, then a chord that dies away for *ending_s*."""
    rng, period = np.random.default_rng(1), 60 / bpm
    length = round((opening_s + bars * beats * period + ending_s) * RATE)
    sound = np.zeros(length + RATE)
    for bar in range(bars):
        start, chord = opening_s + bar * beats * period, CHORDS[bar % 4]
        for pitch in chord:
            _put(sound, start, _tone(pitch, beats * period, beats * period / 2))
        for beat in range(beats):
            at = start + beat * period
            _put(sound, at, 0.6 * _tone(2 * chord[beat % 3], 1.5 * period, 0.25))
            if has_drums:
                _put(sound, at, _kick() if beat % 2 == 0 else _noise(rng, 0.15, 0.05))
                _put(sound, at + period / 2, 0.4 * _noise(rng, 0.05, 0.012))
    if ending_s:
        for pitch in CHORDS[0]:
            _put(sound, opening_s + bars * beats * period, _tone(pitch, ending_s, 0.5))
    return Song((0.3 * sound[:length]).astype(np.float32), opening_s + period * np.arange(bars * beats))


def write_music(
    path: Path,
    sound: np.ndarray,
    *,
    codec: str = "pcm_s16le",
    rate: int = RATE,
    layout: str = "mono",
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write *sound*, (n,) or (channels, n) at *rate*, to *path*, and return it."""
    sound = np.atleast_2d(sound).astype(np.float32)
    with av.open(path, "w", container_options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        convert = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        for start in range(0, sound.shape[1], 1_024):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[:, start : start + 1_024]), format="fltp", layout=layout
            )
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            for ready in convert.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return path


def _put(sound: np.ndarray, at_s: float, one: np.ndarray) -> None:
    start = round(at_s * RATE)
    count = max(0, min(len(one), len(sound) - start))
    sound[start : start + count] += one[:count]


def _tone(pitch: float, seconds: float, decay_s: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    waves = sum(np.sin(2 * np.pi * pitch * part * t) / part for part in (1, 2, 3))
    return 0.15 * waves * np.exp(-t / decay_s) * np.minimum(1, t / 0.005)


def _kick() -> np.ndarray:
    t = np.arange(9_600) / RATE
    return np.sin(2 * np.pi * (50 * t + 1.8 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.09)


def _noise(rng: np.random.Generator, seconds: float, decay_s: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return 0.5 * rng.standard_normal(len(t)) * np.exp(-t / decay_s)
