"""How distinct the moods of the score sound: each composed with some seeds, and measured by ear's measures.

Nothing is read from the composer's tables: tempo is what the beat tracker hears, mode what the pitches that
sound fit best (C. Krumhansl and E. Kessler, 1982), onsets are counted in the envelope. `told_apart` is the share
of scores whose nearest other score, by these measures scaled to their spread, is of the same mood; by chance about
one in ten would be. The last line is one JSON object.

    python bench/moods.py --seeds 3
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astragen.builtin.composer.compose import compose
from astragen.media.beats import FPS, RATE, band_levels, onset_envelope, pulse_of
from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood

Sound = NDArray[np.float32]
Numbers = NDArray[np.float64]

# How well each degree fits a key, heard by listeners: Krumhansl and Kessler 1982, major and minor.
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
SUNG = (110.0, 1760.0)  # Hz: where harmony and melody lie
ONSET = 0.8  # deviations of the envelope; what rises higher is heard to begin
MEASURES = ("bpm", "centroid_hz", "onsets_s", "minor", "percussive", "range_db", "width")


def main() -> None:
    """Compose and measure, print a line for each mood, and end with one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="scores a mood [3]")
    parser.add_argument("--seconds", type=float, default=30.0)
    asked = parser.parse_args()
    scores = [
        {"mood": mood.value, **measured(mood, seed, asked.seconds)} for mood in Mood for seed in range(asked.seeds)
    ]
    rows = {mood.value: means([score for score in scores if score["mood"] == mood.value]) for mood in Mood}
    for mood, row in rows.items():
        print(f"{mood:<11}", "  ".join(f"{name} {value:g}" for name, value in row.items()), file=sys.stderr)
    print(json.dumps({"bench": "moods", "seeds": asked.seeds, "told_apart": told_apart(scores), "moods": rows}))


def measured(mood: Mood, seed: int, seconds: float) -> dict[str, float]:
    """What a score of *mood* measures, and the CPU seconds that it took."""
    samples = int(seconds * SAMPLE_RATE)
    request = ScoreRequest(mood=mood, samples=samples, seed=seed, turns=(samples // 3, 2 * samples // 3))
    before = time.process_time()
    score = compose(request)
    spent = time.process_time() - before
    mono = score.mean(0)[:: SAMPLE_RATE // RATE]  # what folds over lies above 12 kHz, 30 dB down
    onsets = onset_envelope(band_levels(np.ascontiguousarray(mono)))
    return {
        "bpm": pulse_of(mono).tempo_bpm,
        "centroid_hz": round(centroid(score)),
        "onsets_s": round(onset_count(onsets) / seconds, 2),
        "minor": round(minor_over_major(mono), 2),
        "percussive": round(percussive(mono), 3),
        "range_db": round(level_range(score), 1),
        "width": round(1 - float(np.corrcoef(*score)[0, 1]), 2),
        "cpu_s": round(spent, 2),
    }


def centroid(score: Sound) -> float:
    """The middle of the spectrum's magnitudes in Hz."""
    magnitude = np.abs(np.fft.rfft(score)).sum(0)
    return float((magnitude * np.fft.rfftfreq(score.shape[1], 1 / SAMPLE_RATE)).sum() / magnitude.sum())


def onset_count(onsets: Numbers) -> int:
    """How many onsets are heard: peaks that stand over ONSET, 60 ms apart."""
    reach = 6 * FPS // 100
    around = np.lib.stride_tricks.sliding_window_view(np.pad(onsets, reach), 2 * reach + 1).max(1)
    return int(((onsets >= around) & (onsets > ONSET)).sum())


def minor_over_major(mono: Sound) -> float:
    """By how much a minor key fits better than a major one, of the best of each: correlation."""
    magnitude = np.abs(np.fft.rfft(mono))
    hertz = np.fft.rfftfreq(len(mono), 1 / RATE)
    inside = (hertz > SUNG[0]) & (hertz < SUNG[1])
    pitch = 12 * np.log2(hertz[inside] / 440) + 69
    near = np.abs(pitch - np.rint(pitch)) < 0.3
    chroma = np.bincount((np.rint(pitch[near]) % 12).astype(int), magnitude[inside][near] ** 2, 12) ** 0.5
    best = [max(np.corrcoef(np.roll(profile, key), chroma)[0, 1] for key in range(12)) for profile in (MAJOR, MINOR)]
    return float(best[1] - best[0])


def percussive(mono: Sound) -> float:
    """The share of frames' rises in their levels' movement: 0 for held sound, higher for what is struck."""
    bands = band_levels(mono)
    rises = np.maximum(np.diff(bands, axis=0), 0).mean()
    return float(rises / (1 + bands.std()))


def level_range(score: Sound) -> float:
    """Between the 10th and the 95th percentile of its levels of a second, in dB."""
    seconds = score[:, : score.shape[1] // SAMPLE_RATE * SAMPLE_RATE].reshape(2, -1, SAMPLE_RATE).astype(float)
    low, high = np.percentile(10 * np.log10((seconds**2).mean((0, 2)) + 1e-9), (10, 95))
    return float(high - low)


def means(scores: list[dict[str, Any]]) -> dict[str, float]:
    """The mean of each measure; the median tempo, as a tracker may hear half of it once."""
    return {
        name: round((statistics.median if name == "bpm" else statistics.mean)(score[name] for score in scores), 3)
        for name in (*MEASURES, "cpu_s")
    }


def told_apart(scores: list[dict[str, Any]]) -> float:
    """The share of *scores* whose nearest other is of their own mood."""
    table = np.array([[np.log(max(score[name], 1)) if name in ("bpm", "centroid_hz") else score[name]
                       for name in MEASURES] for score in scores])  # fmt: skip
    scaled = (table - table.mean(0)) / np.maximum(table.std(0), 1e-9)
    apart = np.linalg.norm(scaled[:, None] - scaled[None], axis=2) + np.diag(np.full(len(scores), np.inf))
    right = [scores[place]["mood"] == scores[int(row.argmin())]["mood"] for place, row in enumerate(apart)]
    return round(float(np.mean(right)), 2)


if __name__ == "__main__":
    main()
