"""Marks of the picture in the score: its turns, its cuts, its turning point, its end.

A new scene is led in by a swell and marked by a low stroke and a shimmer. A cut that falls
on a beat or half a beat has a light accent there. Before the turning point players and
noise rise for a bar or two, rhythm holds its breath, and it breaks in with a stroke.
Pure. Start at `climax`.
"""

from __future__ import annotations

from collections.abc import Iterator

from astragen.builtin.composer import theory
from astragen.builtin.composer.instruments import is_drum
from astragen.builtin.composer.parts import Event, voicings
from astragen.builtin.composer.piece import Measure, Passage, Piece

SWELL_S = 1.75  # from a swell's start to its top (its recipe's `noise_attack`)
RISER_S = 3.6  # likewise of a riser
LONGEST_RISE_S = 5.0  # of the players before the climax: longer, and it is a state
# An accent of strength 1 stands about 8 dB (stroke), 13 dB (swell), 9 dB (shimmer) under the score.
BOOM_GAIN, SWELL_GAIN, SHIMMER_GAIN = 1.7, 0.88, 0.75
RISER_GAIN, RISING_GAIN, CYMBAL_GAIN, ROLL_GAIN = 2.6, 2.2, 1.6, 1.7
ON_BEAT_S = 0.125  # a cut so near to a beat is on it: 3 frames of a film at 24 a second
APART_S = 1.2  # between a cut's accent and the mark before it: more would be a rhythm of its own
ROLL_BEATS, ROLL_STEP = 2.0, 0.25  # a roll before the climax, in beats


def turns(piece: Piece) -> Iterator[tuple[str, Event]]:
    """New scenes, each on the beat nearest to it: a swell into it, a low stroke, a shimmer."""
    for turn in piece.turns:
        passage, measure = piece.at(turn)
        moment = _nearest(measure, turn, 1.0)
        if piece.form.climax is None or abs(moment - piece.form.climax) > APART_S:
            yield from _turn(passage, measure, moment)


def _turn(passage: Passage, measure: Measure, moment: float) -> Iterator[tuple[str, Event]]:
    levels = passage.table["accents"]
    if levels["swell"] and moment > 0.5:
        yield "swell", Event(moment - SWELL_S, 2.0, 0, levels["swell"] * SWELL_GAIN, 0.0, 1.0)
    if levels["boom"]:
        yield "boom", Event(moment, 2.0, 0, levels["boom"] * BOOM_GAIN, 0.0, 1.0)
    yield from _shimmer(measure, moment, levels["shimmer"])


def _shimmer(measure: Measure, moment: float, level: float) -> Iterator[tuple[str, Event]]:
    """The chord's notes high up, one after the other."""
    for index, note in enumerate(measure.chord.notes[:3] if level else ()):
        pitch = 84 + (note - 84) % 12
        yield "celesta", Event(moment + 0.06 * index, 1.0, pitch, level * SHIMMER_GAIN, 0.5 - 0.5 * index, 0.4)


def marked_cuts(piece: Piece) -> list[tuple[float, Passage, Measure]]:
    """The beats or half beats on which a cut falls that is marked: no scene begins there, and no mark is near."""
    marks = [*piece.turns, *(() if piece.form.climax is None else (piece.form.climax,))]
    found: list[tuple[float, Passage, Measure]] = []
    for cut in sorted(set(piece.cuts)):
        passage, measure = piece.at(cut)
        moment = _nearest(measure, cut, 0.5)
        is_free = all(abs(moment - mark) >= APART_S for mark in (*marks, piece.form.close))
        if is_free and abs(moment - cut) <= ON_BEAT_S and moment < piece.form.close:
            found.append((moment, passage, measure))
            marks.append(moment)
    return found


def cuts(piece: Piece) -> Iterator[tuple[str, Event]]:
    """A light accent on every marked cut: two notes of the chord, or a stroke."""
    for moment, passage, measure in marked_cuts(piece):
        accent = passage.table["accents"]["cut"]
        gain = accent["gain"] * (0.6 + 0.4 * measure.phrase.intensity)
        pitches = [0] if is_drum(accent["instrument"]) else _pair(measure, accent["low"])
        for pitch, pan in zip(pitches, (-0.25, 0.25), strict=False):
            yield accent["instrument"], Event(moment, measure.bar.beat, pitch, gain, pan, 0.9)


def _pair(measure: Measure, low: int) -> list[int]:
    """The chord's bass from pitch *low* up, and another note of the chord an octave higher."""
    bass = low + (measure.chord.bass - low) % 12
    return [bass, theory.nearest(bass + 16, measure.chord.notes)]


def climax(piece: Piece) -> Iterator[tuple[str, Event]]:
    """The film's turning point: players, noise and a roll that rise to it, and the stroke itself."""
    moment = piece.form.climax
    if moment is None:
        return
    before, leading = piece.at(moment - 0.1)
    yield from _rise(before, leading, moment)
    passage, measure = piece.at(moment)
    levels = passage.table["climax"]
    yield "boom", Event(moment, 2.0, 0, levels["boom"] * BOOM_GAIN, 0.0, 1.0)
    yield "cymbal", Event(moment, 2.0, 0, levels["cymbal"] * CYMBAL_GAIN, 0.15, 1.0)
    yield from _shimmer(measure, moment, passage.table["accents"]["shimmer"])


def _rise(passage: Passage, leading: Measure, moment: float) -> Iterator[tuple[str, Event]]:
    """What rises to *moment*: strings on the chord before it, noise, and a roll where the mood has one."""
    levels = passage.table["climax"]
    if moment > RISER_S:
        yield "riser", Event(moment - RISER_S, RISER_S, 0, levels["riser"] * RISER_GAIN, 0.0, 1.0)
    first = next((one for one in passage.measures if moment - one.bar.start <= LONGEST_RISE_S), leading)
    start = max(first.bar.start, leading.bar.start - leading.bar.beats * leading.bar.beat)
    chord = voicings(passage, 55, 79)[passage.measures.index(leading)]
    for voice, pitch in enumerate(chord):
        pan = -0.8 + 1.6 * voice / (len(chord) - 1)
        yield "rising", Event(start, moment - start, pitch, levels["rising"] * RISING_GAIN, pan, 0.8)
    if levels["roll"]:
        strokes = round(ROLL_BEATS / ROLL_STEP)
        for index in range(strokes):
            stroke = 0.2 + 0.8 * ((index + 1) / strokes) ** 1.5
            start = moment - (strokes - index) * ROLL_STEP * leading.bar.beat
            yield levels["roll"], Event(start, 0.3, 0, ROLL_GAIN * stroke, -0.2 + 0.4 * (index % 2), 0.8)


def _nearest(measure: Measure, moment: float, step: float) -> float:
    """The second of the beat of *measure* nearest to *moment*, in steps of so many beats."""
    beat = measure.bar.beat * step
    return measure.bar.start + max(0, round((moment - measure.bar.start) / beat)) * beat
