"""The piece before anybody plays it: form, keys and chords, chosen by the seed.

A piece is a row of passages, one a mood. They share the film's pulse (a slow mood goes at
half of it, a fast one at twice), their keys are related, and the bar before another
passage leads into its key. Start at `plan`; `parts` and `marks` write the notes.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Any, NamedTuple

import numpy as np

from astragen.builtin.composer import theory
from astragen.builtin.composer.fitting import Manner
from astragen.builtin.composer.form import Bar, Form, Phrase, lay_out
from astragen.builtin.composer.tables import mood_table
from astragen.builtin.composer.theory import Chord
from astragen.model.tempo import tempo_of
from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import ScoreRequest
from astragen.model.vocabulary import Mood

SHORTEST_SECTION_S = 4.0  # a mood that holds for less is passed over: music needs two bars to say anything
PULSES = (0.5, 1.0, 2.0)  # of the film's tempo: a section's, whichever is nearest to its mood's own
RELATED = 6  # notes of seven that the scales of neighbouring sections share: one sharp or flat between them
HOLLOW = Phrase("A", 0.6, 0, 0)  # where a film is too short for any


class Measure(NamedTuple):
    """A bar with its harmony."""

    bar: Bar
    phrase: Phrase
    chord: Chord
    scale: tuple[int, ...]
    transposed: int


@dataclass(frozen=True)
class Passage:
    """What the parts of one section share.

    table: of its mood, options in an order of its own. seed: the request's, and one of the mood.
    final: the closing chord; None but for the last passage. climax: second when the film turns, if it does.
    """

    number: int
    mood: Mood
    table: dict[str, Any]
    measures: tuple[Measure, ...]
    final: Measure | None
    seed: tuple[int, int]
    climax: float | None = None

    @property
    def chords(self) -> tuple[Measure, ...]:
        """All measures, the closing one with them."""
        return self.measures if self.final is None else (*self.measures, self.final)

    def chance(self, part: str) -> np.random.Generator:
        """The dice of one *part*: its own, so that no part's playing depends on another's."""
        return np.random.default_rng([*self.seed, zlib.crc32(part.encode())])

    def chosen(self, options: Sequence[Any], measure: Measure, *, offset: int = 0) -> Any:  # noqa: ANN401
        """One of a part's *options*: another one with every texture and chapter."""
        return options[(measure.phrase.texture + measure.phrase.chapter + offset) % len(options)]


@dataclass(frozen=True)
class Piece:
    """The whole score. turns, cuts: seconds."""

    form: Form
    passages: tuple[Passage, ...]
    turns: tuple[float, ...]
    cuts: tuple[float, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Of all passages, without the closing chord."""
        return tuple(measure for passage in self.passages for measure in passage.measures)

    @property
    def final(self) -> Measure:
        """The closing chord."""
        final = self.passages[-1].final
        assert final is not None
        return final

    def at(self, moment: float) -> tuple[Passage, Measure]:
        """The passage and the measure that hold second *moment*."""
        pairs = [(passage, measure) for passage in self.passages for measure in passage.chords]
        return next((pair for pair in pairs if pair[1].bar.end > moment + 0.02), pairs[-1])


class _Section(NamedTuple):
    """A stretch of one mood from second *start* on."""

    start: float
    mood: Mood


def plan(request: ScoreRequest) -> Piece:
    """Choose keys and chords by the seed and lay them over the form."""
    end = request.samples / SAMPLE_RATE
    sections = _sections(request, end)
    form = lay_out(
        end,
        _inside(request.turns, request.samples),
        _manners(request, sections),
        cuts=_inside(request.cuts, request.samples),
        climax=None if request.climax is None else request.climax / SAMPLE_RATE,
    )
    played = sorted({bar.section for bar in form.bars}) or [0]
    moods = [sections[number].mood for number in played]
    tables = [_shuffled(mood, request.seed) for mood in moods]
    keys = _keys(moods, tables, request.seed)
    passages = [
        Passage(
            number,
            moods[place],
            tables[place],
            tuple(_measures(form, number, tables[place : place + 2], keys[place : place + 2])),
            _final(form, tables[place], keys[place]) if place == len(played) - 1 else None,
            (request.seed, zlib.crc32(moods[place].value.encode())),
            form.climax,
        )
        for place, number in enumerate(played)
    ]
    return Piece(form, tuple(passages), _inside(request.turns, request.samples), _inside(request.cuts, request.samples))


def _inside(samples: Sequence[int], end: int) -> tuple[float, ...]:
    """Those of *samples* within the film, in seconds."""
    return tuple(sample / SAMPLE_RATE for sample in samples if 0 < sample < end)


def _sections(request: ScoreRequest, end: float) -> list[_Section]:
    """The request's sections that are long enough, neighbours of one mood as one; the film's mood where it has none."""
    asked = [_Section(section.start / SAMPLE_RATE, section.mood) for section in request.sections]
    asked = sorted(section for section in asked if section.start < end) or [_Section(0.0, request.mood)]
    kept: list[_Section] = []
    for section, stop in zip(asked, [*(one.start for one in asked[1:]), end], strict=True):
        if kept and (section.mood is kept[-1].mood or stop - section.start < SHORTEST_SECTION_S):
            continue
        kept.append(section)
    return [kept[0]._replace(start=0.0), *kept[1:]]


def _manners(request: ScoreRequest, sections: Sequence[_Section]) -> list[Manner]:
    """How each section is played: its mood's metre and arc, in step with the film's pulse."""
    beat = tempo_of(request.mood, request.seed).beat_s
    manners = []
    for section in sections:
        own = tempo_of(section.mood, request.seed)
        pulse = min(PULSES, key=lambda pulse: abs(log2(own.beat_s / (beat / pulse))))
        arc = mood_table(section.mood)["arc"]
        manners.append(Manner(section.start, beat / pulse, own.beats, arc, step=min(pulse, 1.0)))
    return manners


def _shuffled(mood: Mood, seed: int) -> dict[str, Any]:
    """The table of *mood*, its options in the order that *seed* deals them."""
    table = mood_table(mood)
    rng = np.random.default_rng((seed, zlib.crc32(mood.value.encode())))
    key = int(rng.choice(table["keys"]))
    progressions = {role: rng.permutation(options).tolist() for role, options in table["progressions"].items()}
    return {**table, "key": key, "progressions": progressions, "order": int(rng.integers(1 << 16))}


def _keys(moods: Sequence[Mood], tables: Sequence[dict[str, Any]], seed: int) -> list[int]:
    """The tonic of each passage: the first's own, then related ones; a mood that returns brings its key again."""
    rng = np.random.default_rng((seed, zlib.crc32(b"keys")))
    keys = [tables[0]["key"]]
    for place, (before, after) in enumerate(pairwise(tables), start=1):
        if moods[place] in moods[:place]:
            keys.append(keys[moods.index(moods[place])])
            continue
        near = theory.related(keys[-1], theory.SCALES[before["scale"]], theory.SCALES[after["scale"]], RELATED)
        keys.append(int(rng.choice(near)))
    return keys


def _measures(form: Form, number: int, tables: Sequence[dict[str, Any]], keys: Sequence[int]) -> list[Measure]:
    """The measures of section *number*; *tables* and *keys*: its own, and the next passage's if there is one."""
    bars = [(index, bar) for index, bar in enumerate(form.bars) if bar.section == number]
    measures = [_measure(tables[0], form, bar, keys[0], _symbol(tables[0], form, index)) for index, bar in bars]
    if len(tables) > 1 and len(measures) > 1:  # the last bar leads into the next key
        measures[-1] = _measure(tables[1], form, bars[-1][1], keys[1], tables[1]["close"][0])
    return measures


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


def _final(form: Form, table: dict[str, Any], key: int) -> Measure:
    """The closing chord, as a measure of its own."""
    beat = form.bars[-1].beat if form.bars else 60 / table["bpm"]
    section = form.bars[-1].section if form.bars else 0
    bar = Bar(form.close, table["beats"], beat, False, section=section)
    return Measure(bar, form.phrases[-1] if form.phrases else HOLLOW, *_harmony(table, table["close"][1], key), 0)


def _harmony(table: dict[str, Any], symbol: str, key: int) -> tuple[Chord, tuple[int, ...]]:
    scale = theory.SCALES[table["scale"]]
    chord = theory.chord(symbol, key, scale)
    return chord, theory.singable([(key + note) % 12 for note in scale], chord)
