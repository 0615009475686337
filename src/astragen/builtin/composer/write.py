"""A request becomes notes: every part of every passage, and the marks of the picture. Start at `write`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from astragen.builtin.composer import marks, parts
from astragen.builtin.composer.form import Form
from astragen.builtin.composer.instruments import Note
from astragen.builtin.composer.parts import Event
from astragen.builtin.composer.piece import Passage, Piece, plan
from astragen.model.time import SAMPLE_RATE
from astragen.model.timeline import ScoreRequest

PARTS: tuple[Callable[[Passage], Iterator[tuple[str, Event]]], ...] = (
    parts.pads,
    parts.arps,
    parts.melody,
    parts.bass,
    parts.drums,
)
MARKS: tuple[Callable[[Piece], Iterator[tuple[str, Event]]], ...] = (marks.turns, marks.cuts, marks.climax)
LEANING = 1.25  # gain of whoever plays on a marked cut
TOGETHER_S = 0.04  # nearer than this to a cut is on it


def write(request: ScoreRequest) -> tuple[Form, tuple[Note, ...]]:
    """The form and every note of the score, notes by their start."""
    piece = plan(request)
    marked = [moment for moment, _, _ in marks.marked_cuts(piece)]
    events = [
        (name, _leaning(event, marked)) for passage in piece.passages for part in PARTS for name, event in part(passage)
    ]
    events += [found for mark in MARKS for found in mark(piece)]
    events += parts.closing(piece.passages[-1], piece.form.end)
    notes = [_note(name, event, request.samples) for name, event in events]
    return piece.form, tuple(sorted(note for note in notes if note.start < request.samples))


def _leaning(event: Event, marked: list[float]) -> Event:
    """*event*, louder when it falls on a marked cut."""
    is_marked = any(abs(event.start - moment) < TOGETHER_S for moment in marked)
    return event._replace(gain=event.gain * LEANING) if is_marked else event


def _note(instrument: str, event: Event, samples: int) -> Note:
    """*event* in samples, inside the film."""
    start = max(0, round(event.start * SAMPLE_RATE))
    length = max(1, min(round(event.length * SAMPLE_RATE), samples - start))
    bright = min(max(event.bright, 0.0), 1.0)
    return Note(start, length, event.pitch, instrument, event.gain, event.pan, bright)
