"""Chords and how they follow each other.

A chord is written as a degree of the scale with optional marks: `6`, `b2M`, `5s4`,
`1/3`, `4+7`. Marks: b and # before the degree lower and raise its root; M and m
force the third; s2 and s4 replace it; +7 and +9 add the scale's own; /3, /5 and /7
put that note of the chord in the bass. Pure. Start at `chord`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, product
from typing import NamedTuple

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}
VOICES = 4  # of a voicing
CLOSEST = 2  # semitones between neighbouring voices; 3 below MUDDY
MUDDY = 52  # MIDI pitch (E3): close seconds below it only rumble

_SYMBOL = re.compile(r"(?P<bend>[b#]?)(?P<degree>[1-7])(?P<third>M|m|s2|s4)?(?P<added>\+[79])?(/(?P<bass>[357]))?")


class Chord(NamedTuple):
    """Pitch classes (0-11): `notes` from the root up, and the one in the bass."""

    notes: tuple[int, ...]
    bass: int


def chord(symbol: str, key: int, scale: Sequence[int]) -> Chord:
    """The chord that *symbol* names in the *scale* on pitch class *key*.

    Raises:
        ValueError: *symbol* is none.
    """
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        raise ValueError(f"{symbol!r} is no chord symbol")
    degree = int(match["degree"]) - 1

    def step(up: int) -> int:
        return scale[(degree + up) % 7] + 12 * ((degree + up) // 7)

    bend = {"": 0, "b": -1, "#": 1}[match["bend"]]
    root, fifth = step(0) + bend, step(4) + bend
    third = {None: step(2) + bend, "M": root + 4, "m": root + 3, "s2": root + 2, "s4": root + 5}[match["third"]]
    if match["third"] in ("M", "m") or match["bend"]:
        fifth = root + 7
    added = {None: (), "+7": (step(6),), "+9": (root + 14,)}[match["added"]]
    bass = {None: root, "3": third, "5": fifth, "7": step(6)}[match["bass"]]
    return Chord(tuple((key + note) % 12 for note in (root, third, fifth, *added)), (key + bass) % 12)


def voicing(notes: Sequence[int], previous: Sequence[int], low: int, high: int) -> tuple[int, ...]:
    """VOICES pitches in [low, high) that sound all *notes* and move least from *previous*, ascending.

    With no *previous* the voicing nearest to the middle of the range is taken. Every note sounds
    at least once; the root is doubled first.
    """
    wanted = [*notes, *notes][:VOICES]
    places = [[pitch for pitch in range(low, high) if pitch % 12 == note] for note in wanted]
    candidates = {tuple(sorted(pitches)) for pitches in product(*places)}
    spread = [pitches for pitches in candidates if _is_open(pitches)] or list(candidates)

    def cost(pitches: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        middle = (low + high) / 2
        moved = sum(abs(a - b) for a, b in zip(pitches, previous, strict=True)) if previous else 0
        return moved + 0.25 * abs(sum(pitches) / VOICES - middle) + 0.1 * (pitches[-1] - pitches[0]), pitches

    return min(spread, key=cost)


def _is_open(pitches: Sequence[int]) -> bool:
    """Whether neighbours keep their distance, low ones more."""
    return all(upper - lower >= (3 if lower < MUDDY else CLOSEST) for lower, upper in pairwise(pitches))


def related(key: int, scale: Sequence[int], other: Sequence[int], shared: int) -> list[int]:
    """The keys in which the scale *other* shares at least so many notes with *scale* on *key*, the nearest first."""
    notes = {(key + note) % 12 for note in scale}
    common = {tonic: len(notes & {(tonic + note) % 12 for note in other}) for tonic in range(12)}
    return sorted((tonic for tonic in range(12) if common[tonic] >= shared), key=lambda tonic: -common[tonic])


def nearest(pitch: float, classes: Sequence[int]) -> int:
    """The pitch nearest to *pitch* whose class is among *classes*; the lower of two equally near."""
    around = range(int(pitch) - 12, int(pitch) + 13)
    return min((one for one in around if one % 12 in classes), key=lambda one: (abs(one - pitch), one))


def singable(scale_notes: Sequence[int], sounding: Chord) -> tuple[int, ...]:
    """Pitch classes a melody may use over *sounding*: the scale, its notes beside altered chord notes left out."""
    altered = [note for note in sounding.notes if note not in scale_notes]
    clean = [note for note in scale_notes if all((note - one) % 12 not in (1, 11) for one in altered)]
    return tuple(sorted({*clean, *sounding.notes}))
