"""A piece before anybody plays it: form, key and chords, chosen by the seed.

Start at `plan`; `parts` writes the notes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.composer import theory
from astragen.builtin.composer.form import Bar, Form, Phrase, lay_out
from astragen.builtin.composer.tables import mood_table
from astragen.builtin.composer.theory import Chord
from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import ScoreRequest


class Measure(NamedTuple):
    """A bar with its harmony."""

    bar: Bar
    phrase: Phrase
    chord: Chord
    scale: tuple[int, ...]
    transposed: int


@dataclass(frozen=True)
class Piece:
    """What the parts share. seed: the request's, and one of the mood."""

    table: dict[str, Any]
    form: Form
    measures: tuple[Measure, ...]
    final: Measure
    turns: tuple[float, ...]
    seed: tuple[int, int]

    def chance(self, part: str) -> np.random.Generator:
        """The dice of one *part*: its own, so that no part's playing depends on another's."""
        return np.random.default_rng([*self.seed, zlib.crc32(part.encode())])

    def chosen(self, options: Sequence[Any], measure: Measure, *, offset: int = 0) -> Any:  # noqa: ANN401
        """One of a part's *options*: another one with every texture and chapter."""
        return options[(measure.phrase.texture + measure.phrase.chapter + offset) % len(options)]


def plan(request: ScoreRequest) -> Piece:
    """Choose key and chords by the seed and lay them over the form."""
    table = mood_table(request.mood)
    seed = (request.seed, zlib.crc32(request.mood.value.encode()))
    rng = np.random.default_rng(seed)
    end = request.samples / SAMPLE_RATE
    turns = tuple(turn / SAMPLE_RATE for turn in request.turns if 0 < turn < request.samples)
    form = lay_out(end, turns, beat=60 / table["bpm"], beats=table["beats"], arc=table["arc"])
    key = int(rng.choice(table["keys"]))
    progressions = {role: rng.permutation(options).tolist() for role, options in table["progressions"].items()}
    shuffled = {**table, "progressions": progressions, "order": int(rng.integers(1 << 16))}
    measures = tuple(
        _measure(shuffled, form, bar, key, _symbol(shuffled, form, index)) for index, bar in enumerate(form.bars)
    )
    last = Bar(form.close, table["beats"], form.bars[-1].beat if form.bars else 60 / table["bpm"], False)
    phrase = form.phrases[-1] if form.phrases else Phrase("A", 0.6, 0, 0)
    final = Measure(last, phrase, *_harmony(table, table["close"][1], key), 0)
    return Piece(shuffled, form, measures, final, turns, seed)


def _symbol(table: dict[str, Any], form: Form, index: int) -> str:
    """The chord of bar *index*: the progression of its phrase's role, another one each chapter."""
    bar = form.bars[index]
    phrase = form.phrases[bar.phrase]
    if index == len(form.bars) - 1 and index > 0:
        return str(table["close"][0])
    options = table["progressions"]["B" if phrase.role in "BC" else "A"]
    chords = options[(phrase.chapter + (phrase.role == "C")) % len(options)].split()
    return str(chords[bar.place % len(chords)])


def _measure(table: dict[str, Any], form: Form, bar: Bar, key: int, symbol: str) -> Measure:
    """*bar* with its chord; the first and the last chapter stand in the home key."""
    phrase = form.phrases[bar.phrase]
    is_home = phrase.chapter == form.phrases[-1].chapter
    lift = 0 if is_home else table["lifts"][phrase.chapter % len(table["lifts"])]
    return Measure(bar, phrase, *_harmony(table, symbol, key + lift), lift)


def _harmony(table: dict[str, Any], symbol: str, key: int) -> tuple[Chord, tuple[int, ...]]:
    scale = theory.SCALES[table["scale"]]
    chord = theory.chord(symbol, key, scale)
    return chord, theory.singable([(key + note) % 12 for note in scale], chord)
