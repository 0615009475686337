"""Time as whole frames at one rational rate, and audio in samples.

Seconds exist only at the edges (a user's wish, a label); they become frames or
samples here and nowhere else. Pure.
"""

from __future__ import annotations

from fractions import Fraction

SAMPLE_RATE = 48_000  # Hz; every audio buffer of the house


def seconds_to_frames(seconds: float, fps: int) -> int:
    """The frame count nearest to *seconds* at *fps*."""
    return round(Fraction(seconds).limit_denominator(1_000_000) * fps)


def frames_to_seconds(frames: int, fps: int) -> float:
    """Seconds that *frames* last at *fps*."""
    return frames / fps


def frames_to_samples(frames: int, fps: int) -> int:
    """48 kHz samples up to the start of frame *frames* (exact for 24, 25, 30 and 60 fps)."""
    return frames * SAMPLE_RATE // fps


def samples_to_frames_up(samples: int, fps: int) -> int:
    """The least number of whole frames that hold *samples*."""
    return -(-samples * fps // SAMPLE_RATE)
