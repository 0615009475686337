"""The parts of a score: who plays what, note by note.

Each part writes its notes over the bars of a passage, where the phrase's intensity
reaches its `from`. Pure and deterministic. Start at `pads`, the plainest of them;
what marks the picture is in `marks`, and `write` puts all together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from astragen.builtin.composer import theory
from astragen.builtin.composer.piece import Measure, Passage

LONGEST_TIE_S = 7.0  # a held pad note is bowed anew after so long
JITTER_S = 0.005  # standard deviation of a player's timing
LOUDNESS_JITTER = 0.06  # likewise of his stroke
ROLL_S = 0.045  # between the notes of the closing chord's roll


class Event(NamedTuple):
    """A note as a part thinks of it: seconds."""

    start: float
    length: float
    pitch: float
    gain: float
    pan: float
    bright: float


def voicings(passage: Passage, low: int, high: int) -> list[tuple[int, ...]]:
    """The voicing of every measure of *passage*, with the closing chord, each led from the one before."""
    found: list[tuple[int, ...]] = []
    for measure in passage.chords:
        found.append(theory.voicing(measure.chord.notes, found[-1] if found else (), low, high))
    return found


def pads(passage: Passage) -> Iterator[tuple[str, Event]]:
    """Held chords; a voice that stays on its note is tied over the bar line."""
    for pad in passage.table["pads"]:
        chords = voicings(passage, pad["low"], pad["high"])
        playing = [measure for measure in passage.measures if measure.phrase.intensity >= pad["from"]]
        for voice in range(theory.VOICES):
            held: Event | None = None
            for measure, voicing in zip(passage.measures, chords, strict=False):
                if measure not in playing:
                    continue
                event = _held(measure, voicing[voice], pad["gain"], -0.7 + 1.4 * voice / (theory.VOICES - 1))
                if held is not None and _ties(held, event):
                    held = held._replace(length=held.length + event.length)
                    continue
                if held is not None:
                    yield pad["instrument"], held
                held = event
            if held is not None:
                yield pad["instrument"], held


def _held(measure: Measure, pitch: int, gain: float, pan: float) -> Event:
    length = measure.bar.end - measure.bar.start
    intensity = measure.phrase.intensity
    return Event(measure.bar.start, length, pitch, gain * (0.65 + 0.35 * intensity), pan, intensity)


def _ties(held: Event, event: Event) -> bool:
    """Whether *event* continues *held*: same pitch, no gap, not bowed too long."""
    touches = abs(held.start + held.length - event.start) < 1e-6
    return held.pitch == event.pitch and touches and held.length + event.length <= LONGEST_TIE_S


def arps(passage: Passage) -> Iterator[tuple[str, Event]]:
    """Broken chords: the texture that moves, another figure and player with every turn."""
    arp, rng = passage.table["arps"], passage.chance("arps")
    chords = voicings(passage, 48, 70)
    order = passage.table["order"]
    for measure, voicing in zip(passage.measures, chords, strict=False):
        if measure.phrase.intensity < arp["from"]:
            continue
        figure = passage.chosen(arp["figures"], measure, offset=order).split()
        instrument = passage.chosen(arp["instruments"], measure, offset=order // 7)
        step = passage.table["beats"] / len(figure)
        for place, mark in enumerate(figure):
            if mark == "." or place * step >= measure.bar.beats:
                continue
            octave, voice = divmod(int(mark), theory.VOICES)
            stroke = 1.0 if place == 0 else 0.82 if (place * step) % 1 == 0 else 0.68
            pitch = voicing[voice] + 12 * octave + arp["octave"]
            pan = -0.45 + 0.9 * (voice / (theory.VOICES - 1))
            yield (
                instrument,
                _played(
                    passage,
                    measure,
                    rng,
                    beat=place * step,
                    beats=step,
                    gain=arp["gain"],
                    pitch=pitch,
                    stroke=stroke,
                    pan=pan,
                ),
            )


def _played(
    passage: Passage,
    measure: Measure,
    rng: np.random.Generator,
    *,
    beat: float,
    beats: float,
    gain: float,
    pitch: float = 0,
    stroke: float = 1.0,
    pan: float = 0.0,
) -> Event:
    """A note of a human player: swung, a little early or late, a little louder or softer."""
    swing = passage.table["swing"] * 0.5 if beat % 1 == 0.5 else 0.0
    late, louder = np.clip(rng.normal(0, 1, 2), -2, 2).tolist()
    intensity = measure.phrase.intensity
    return Event(
        measure.bar.start + (beat + swing) * measure.bar.beat + JITTER_S * late,
        beats * measure.bar.beat,
        pitch,
        gain * stroke * (0.55 + 0.45 * intensity) * (1 + LOUDNESS_JITTER * louder),
        pan,
        0.2 + 0.75 * intensity * stroke,
    )


class Motif(NamedTuple):
    """Two bars of melody: (beat, beats held, steps of the scale from the phrase's first note)."""

    bars: tuple[tuple[tuple[float, float, int], ...], ...]


def _motif(cells: Sequence[Sequence[Sequence[float]]], rng: np.random.Generator, contour: Iterator[int]) -> Motif:
    """A new motif: two rhythms of *cells* on the steps of *contour*."""
    chosen = rng.choice(len(cells), 2, replace=False)
    return Motif(
        tuple(tuple((float(beat), float(beats), next(contour)) for beat, beats in cells[cell]) for cell in chosen)
    )


def _contour(rng: np.random.Generator) -> Iterator[int]:
    """Small steps of the scale that turn back when they stray."""
    step = 0
    while True:
        yield step
        move = int(rng.choice([-2, -1, -1, 1, 1, 2, 3]))
        step += move if abs(step + move) <= 4 else -move


def melody(passage: Passage) -> Iterator[tuple[str, Event]]:
    """A motif in the form A A' B A: answered, turned upside down, come home.

    Its steps are the film's, its rhythm the mood's: passages tell of one theme.
    """
    tune, rng = passage.table["melody"], passage.chance("melody")
    contours = [_contour(np.random.default_rng([passage.seed[0], number])) for number in range(3)]
    motifs = [_motif(tune["cells"], rng, contour) for contour in contours]
    rests = [tune["rests"][index] for index in rng.integers(len(tune["rests"]), size=8)]
    anchor = tune["centre"]
    for measure in passage.measures:
        phrase, bar = measure.phrase, measure.bar
        if phrase.intensity < tune["from"] or phrase.role == "C":
            continue
        if bar.place == 0:
            anchor = theory.nearest(tune["centre"] + (3 if phrase.role == "B" else 0), measure.chord.notes)
        motif = motifs[phrase.chapter % len(motifs)]
        steps = _line(motif, rests[bar.phrase % len(rests)], phrase.role, bar.place)
        instrument = passage.chosen(tune["instruments"], measure, offset=passage.table["order"] // 3)
        for beat, beats, step in steps:
            if beat < bar.beats:
                held = min(beats, bar.beats - beat)
                pitch = _sung(anchor, step, beat, held, measure)
                yield (
                    instrument,
                    _played(
                        passage, measure, rng, beat=beat, beats=held * 0.97, gain=tune["gain"], pitch=pitch, pan=0.08
                    ),
                )


def _line(motif: Motif, rest: Sequence[Sequence[float]], role: str, place: int) -> list[tuple[float, float, int]]:
    """The motif's bar at *place* of a phrase: as it is, answered a step higher, or inverted; the last bar rests."""
    if place >= 3:
        return [(beat, beats, 1 - index) for index, (beat, beats) in enumerate(rest)]
    lift = {"A": 0, "A2": 1, "B": 0}[role] if place == 2 else 0
    turned = -1 if role == "B" else 1
    return [(beat, beats, turned * step + lift) for beat, beats, step in motif.bars[place % 2]]


def _sung(anchor: int, step: int, beat: float, beats: float, measure: Measure) -> int:
    """The pitch *step* scale steps from *anchor*; long and strong notes belong to the chord."""
    pitch = anchor
    for _ in range(abs(step)):
        direction = 1 if step > 0 else -1
        pitch += direction
        while pitch % 12 not in measure.scale:
            pitch += direction
    is_strong = beats >= 1.5 or beat == 0
    return theory.nearest(pitch, measure.chord.notes if is_strong else measure.scale)


def bass(passage: Passage) -> Iterator[tuple[str, Event]]:
    """Roots and fifths under the chords."""
    part, rng = passage.table["bass"], passage.chance("bass")
    for measure in passage.measures:
        if measure.phrase.intensity < part["from"]:
            continue
        line = passage.chosen(part["lines"], measure)
        if measure.phrase.role == "C":
            line = "R" + "-" * (len(line) - 1)
        root = part["low"] + (measure.chord.bass - part["low"]) % 12
        fifth = root + (7 if (measure.chord.bass + 7) % 12 in measure.scale else 12)
        step = passage.table["beats"] / len(line)
        for place, mark in enumerate(line):
            if mark in "-." or place * step >= measure.bar.beats:
                continue
            held = 1 + len(line[place + 1 :]) - len(line[place + 1 :].lstrip("-"))
            beats = min(held * step, measure.bar.beats - place * step)
            pitch = {"R": root, "5": fifth, "8": root + 12}[mark]
            yield (
                part["instrument"],
                _played(passage, measure, rng, beat=place * step, beats=beats, gain=part["gain"], pitch=pitch),
            )


def drums(passage: Passage) -> Iterator[tuple[str, Event]]:
    """Rhythm; silent in quiet phrases, and where it holds its breath for the climax."""
    for part in passage.table["drums"]:
        rng = passage.chance(part["drum"])
        for measure in passage.measures:
            if measure.phrase.intensity < part["from"] or measure.phrase.role == "C" or _holds_breath(passage, measure):
                continue
            hits = passage.chosen(part["hits"], measure)
            step = passage.table["beats"] / len(hits)
            for place, hit in enumerate(hits):
                if hit != "." and place * step < measure.bar.beats:
                    beat, stroke = place * step, int(hit) / 9
                    yield (
                        part["drum"],
                        _played(
                            passage,
                            measure,
                            rng,
                            beat=beat,
                            beats=step,
                            gain=part["gain"],
                            stroke=stroke,
                            pan=part["pan"],
                        ),
                    )


def _holds_breath(passage: Passage, measure: Measure) -> bool:
    """Whether the climax follows *measure*, and a roll or a riser leads up to it."""
    return passage.climax is not None and abs(measure.bar.end - passage.climax) < 0.02


def closing(passage: Passage, end: float) -> Iterator[tuple[str, Event]]:
    """The last chord, on the tonic: everybody who plays, rolled upward, ringing to the film's *end* (seconds)."""
    if passage.final is None:
        return
    measure, table = passage.final, passage.table
    start, left = measure.bar.start, end - measure.bar.start
    intensity = measure.phrase.intensity
    for pad in table["pads"]:
        if intensity >= pad["from"]:
            for voice, pitch in enumerate(voicings(passage, pad["low"], pad["high"])[-1]):
                pan = -0.7 + 1.4 * voice / (theory.VOICES - 1)
                yield pad["instrument"], Event(start, left, pitch, pad["gain"] * 0.9, pan, intensity)
    low = table["bass"]["low"]
    root = low + (measure.chord.bass - low) % 12
    yield table["bass"]["instrument"], Event(start, left, root, table["bass"]["gain"] * 0.9, 0.0, 0.4)
    arp = table["arps"]
    instrument = passage.chosen(arp["instruments"], measure, offset=table["order"] // 7)
    for index, pitch in enumerate(voicings(passage, 48, 70)[-1]):
        gain = arp["gain"] * 0.6
        yield instrument, Event(start + index * ROLL_S, left, pitch + arp["octave"], gain, -0.4 + 0.25 * index, 0.4)
    tonic = theory.nearest(table["melody"]["centre"], measure.chord.notes[:1])
    tune = passage.chosen(table["melody"]["instruments"], measure, offset=table["order"] // 3)
    yield tune, Event(start + 4 * ROLL_S, left, tonic, table["melody"]["gain"] * 0.7, 0.08, 0.4)
