"""The pulse of a piece of music: its tempo, its beats, a guess at its bars, and what sounds on each.

After D. P. W. Ellis, "Beat Tracking by Dynamic Programming" (2007): an envelope of onsets, its
autocorrelation for the tempo, and the chain of beats that best keeps both. numpy alone. Sound is
mono float32 at RATE; times are samples at 48 kHz. Start reading at `pulse_of`.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from astragen.builtin.dsp import F32, F64
from astragen.model.time import SAMPLE_RATE

RATE: Final = 24_000  # Hz; half of ours, and onsets need no more
HOP: Final = 240  # samples at RATE: 10 ms
WINDOW: Final = 1_024
FPS: Final = RATE // HOP

BANDS: Final = 24  # mel bands of the timbre
TEMPI: Final = (50.0, 210.0)  # beats a minute that are looked for
USUAL_BPM, SPREAD_OCTAVES = 115.0, 0.9  # how people tap: Ellis has 120 and 0.9
TIGHTNESS: Final = 100.0  # how dear an uneven beat is, against the onsets' strength
BEAT_LEAST: Final = 0.12  # of the envelope's autocorrelation; noise and held chords stay below
MARK_S: Final = 0.5  # where there is no beat
THREES: Final = 1.3  # how much more must speak for three beats in a bar: four are far more usual
STEADY: Final = 4  # beats to both sides that a beat's place is smoothed over: hops are 10 ms

_BLOCK: Final = 4_096  # frames at a time
_SPAN: Final = 7  # beats from one to another, for the tempo; there are eight at least
_LOW: Final = 4  # bands of bass drum and bass


class Pulse(NamedTuple):
    """See `model.music.Music`."""

    tempo_bpm: float
    marks: tuple[int, ...]
    bar: int
    downbeat: int
    timbres: tuple[tuple[int, ...], ...]


def pulse_of(mono: F32) -> Pulse:
    """The pulse of *mono*, (n,) at RATE; without a beat, a mark every half second and a tempo of 0."""
    bands = band_levels(mono)
    onsets = onset_envelope(bands)
    tempo = tempo_of(onsets)
    frames = beat_frames(onsets, tempo) if tempo else np.zeros(0)
    if len(frames) < 8:
        tempo, frames = 0.0, np.arange(0.0, len(bands), MARK_S * FPS)
    else:
        frames = _smoothed(frames)
        tempo = 60 * FPS * _SPAN / float(np.median(frames[_SPAN:] - frames[:-_SPAN]))
    timbres = _timbres(bands, frames)
    bar, downbeat = _bars(bands, frames) if tempo else (1, 0)
    marks = np.maximum(0, np.rint(frames * HOP * (SAMPLE_RATE // RATE))).astype(int)
    return Pulse(round(float(tempo), 2), tuple(marks.tolist()), bar, downbeat, timbres)


def band_levels(mono: F32) -> F32:
    """Levels in dB of BANDS mel bands, (frames, BANDS) float32, 70 dB down from the loudest; frame t is at t * HOP."""
    padded = np.pad(mono, (WINDOW // 2, WINDOW))
    count = len(mono) // HOP + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    window = np.hanning(WINDOW).astype(np.float32)
    powers = [
        (np.abs(np.fft.rfft(windows[start : start + _BLOCK] * window)) ** 2).astype(np.float32) @ _mel()
        for start in range(0, count, _BLOCK)
    ]
    power = np.concatenate(powers)
    floor = max(float(power.max(initial=0.0)) * 1e-7, 1e-12)
    return (10 * np.log10(np.maximum(power, floor))).astype(np.float32)


def onset_envelope(bands: F32) -> F64:
    """How much rises in each frame, the bass for as much as the whole: (frames,), deviation 1; zeros for nothing.

    Cymbals between the beats are wider, and beats are what the bass falls on.
    """
    silence = np.full((2, bands.shape[1]), bands.min(initial=0.0), np.float32)  # what begins with the file has an onset
    rises = np.maximum(bands - np.concatenate([silence, bands[:-2]]), 0).astype(float)
    return _scaled(_scaled(_sudden(rises.sum(1))) + _scaled(_sudden(rises[:, :_LOW].sum(1))))


def _sudden(rise: F64) -> F64:
    """*rise* above its own mean of a second."""
    return np.maximum(rise - np.convolve(rise, np.ones(FPS) / FPS, "same")[: len(rise)], 0)


def _scaled(x: F64) -> F64:
    """*x* with a deviation of 1; zeros where it has none."""
    deviation = float(x.std())
    return x / deviation if deviation > 1e-6 else np.zeros(len(x))


def tempo_of(onsets: F64) -> float:
    """Beats a minute; 0 when nothing comes back regularly."""
    if len(onsets) < 4 * FPS or not onsets.any():
        return 0.0
    centred = onsets - onsets.mean()
    size = 1 << (2 * len(centred) - 1).bit_length()
    whole = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2)[: len(centred)]
    likeness = whole / whole[0] * len(centred) / np.arange(len(centred), 0, -1)
    grid = np.arange(TEMPI[0], TEMPI[1], 0.1)
    lags = 60 * FPS / grid
    places = np.arange(min(len(likeness), 7 * int(lags.max())))
    combs = [sum(np.interp(lags * times, places, likeness[: len(places)]) for times in comb) for comb in _COMBS]
    comb = np.max(combs, axis=0)
    usual = np.exp(-0.5 * (np.log2(grid / USUAL_BPM) / SPREAD_OCTAVES) ** 2)
    best = int(np.argmax(comb * usual))
    strength = float(np.interp(lags[best], places, likeness[: len(places)]))
    return float(grid[best]) if strength >= BEAT_LEAST else 0.0


def beat_frames(onsets: F64, tempo: float) -> F64:
    """The frames of the beats at about *tempo*: (beats,), ascending."""
    period = 60 * FPS / tempo
    width = max(1, round(period / 32))
    bell = np.exp(-0.5 * (np.arange(-3 * width, 3 * width + 1) / width) ** 2)
    local = np.convolve(onsets, bell, "same")
    reach = np.arange(-round(2 * period), -round(period / 2) + 1)
    price = -TIGHTNESS * np.log(-reach / period) ** 2
    score, before = np.empty(len(local)), np.full(len(local), -1)
    padded = np.concatenate([np.zeros(-reach[0]), score])
    for frame in range(len(local)):
        paths = padded[frame : frame + len(reach)] + price
        best = int(paths.argmax())
        padded[frame - reach[0]] = score[frame] = local[frame] + paths[best]
        before[frame] = frame + reach[best]
    return _trimmed(_chain(score, before, period), local)


def _chain(score: F64, before: F64, period: float) -> F64:
    """The beats of the best path: it ends at the best place of the last period."""
    place = len(score) - round(period) + int(score[-round(period) :].argmax())
    found = []
    while place >= 0:
        found.append(place)
        place = int(before[place])
    return np.array(found[::-1], float)


def _trimmed(beats: F64, local: F64) -> F64:
    """*beats* without those at both ends where nothing sounds."""
    strength = local[beats.astype(int)]
    heard = np.flatnonzero(strength >= 0.25 * np.sqrt(np.mean(strength**2)))
    return beats[heard[0] : heard[-1] + 1] if len(heard) else beats[:0]


def _smoothed(beats: F64) -> F64:
    """*beats* on the straight line through their neighbours: finer than a frame, and tempo may still drift."""
    smooth = np.empty(len(beats))
    for index in range(len(beats)):
        low, high = max(0, index - STEADY), min(len(beats), index + STEADY + 1)
        places = np.arange(low, high) - index
        slope = np.polyfit(places, beats[low:high], 1)
        smooth[index] = slope[1]
    return smooth


def _timbres(bands: F32, frames: F64) -> tuple[tuple[int, ...], ...]:
    """Mean level of each band from each of *frames* to the next, in whole dB."""
    edges = np.clip(np.rint(frames).astype(int), 0, len(bands) - 1)
    means = np.add.reduceat(bands, edges, axis=0) / np.maximum(np.diff([*edges, len(bands)]), 1)[:, None]
    return tuple(tuple(row) for row in np.rint(means).astype(int).tolist())


def _bars(bands: F32, frames: F64) -> tuple[int, int]:
    """(beats in a bar, the first beat that begins one): where the bass comes in, and harmony and timbre change."""
    at = np.clip(np.rint(frames).astype(int), 4, len(bands) - 5)
    bass = np.maximum(bands[at + 3, :_LOW] - bands[at - 4, :_LOW], 0).sum(1)
    means = np.add.reduceat(bands, at, axis=0) / np.maximum(np.diff([*at, len(bands)]), 1)[:, None]
    change = np.concatenate([[0.0], np.abs(np.diff(means, axis=0)).mean(1)])
    accent = _standard(bass) + _standard(change)
    contrast = {
        bar: [float(accent[phase::bar].mean()) if len(accent) > phase else -9.0 for phase in range(bar)]
        for bar in (4, 3)
    }
    bar = 3 if max(contrast[3]) > THREES * max(contrast[4]) else 4
    return bar, int(np.argmax(contrast[bar]))


def _standard(x: F64) -> F64:
    deviation = float(x.std())
    return (x - x.mean()) / deviation if deviation > 1e-9 else np.zeros(len(x))


@cache
def _mel() -> F32:
    """Triangles of equal width in mel from 30 Hz to 11 kHz: (WINDOW // 2 + 1, BANDS) float32."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (30.0, 11_000.0))
    centres = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    below, peak, above = centres[:-2], centres[1:-1], centres[2:]
    return np.maximum(0, np.minimum((bins - below) / (peak - below), (above - bins) / (above - peak))).astype(
        np.float32
    )


_COMBS: Final = ((1, 2, 4), (1, 3, 6))  # a beat comes back after one, and after bars of four or of three
