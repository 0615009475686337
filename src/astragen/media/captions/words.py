"""A cue's words: where they stand in its rows, which is being said, which stand together on the screen.

Words come with the cue, as pieces of its text in order (`plan/captions.py`). Start
reading at `spans` and `chunks`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from astragen.model.timeline import CueWord

CHUNK_COLUMNS: Final = 16  # of a chunk, a wide character counting two: what is taken in at one look
CHUNK_WORDS: Final = 3


class Span(NamedTuple):
    """Characters *start* to *end* (exclusive) of row *row*."""

    row: int
    start: int
    end: int


class Chunk(NamedTuple):
    """Words that are shown together: *text*, and the cue's words from *first* to *last* (exclusive)."""

    text: str
    first: int
    last: int


def spans(rows: Sequence[str], words: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """Where each word stands in *rows*: nowhere when the text does not have it, in two rows when it was broken.

    White space does not count, for rows may have been broken anew.
    """
    ink = [(row, place, char) for row, text in enumerate(rows) for place, char in enumerate(text) if char.strip()]
    line = "".join(char for _, _, char in ink)
    found, at = [], 0
    for word in words:
        wanted = "".join(word.split())
        begin = line.find(wanted, at) if wanted else -1
        at = begin + len(wanted) if begin >= 0 else at
        found.append(_united([ink[place][:2] for place in range(begin, at)]) if begin >= 0 else ())
    return tuple(found)


def _united(places: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """(row, place) pairs as one span a row."""
    inside: dict[int, list[int]] = {}
    for row, place in places:
        inside.setdefault(row, []).append(place)
    return tuple(Span(row, places[0], places[-1] + 1) for row, places in inside.items())


def said(words: Sequence[CueWord], frame: int) -> int | None:
    """The last word that has begun at *frame*; None before the first."""
    begun = [number for number, word in enumerate(words) if word.start <= frame]
    return begun[-1] if begun else None


def chunks(rows: Sequence[str], words: Sequence[str]) -> tuple[Chunk, ...]:
    """*words* in groups that are read at one look: within a row, and not beyond the end of a clause.

    Words that the rows do not have, or have in two pieces, are passed over.
    """
    groups: list[list[tuple[int, Span]]] = []
    for number, where in enumerate(spans(rows, words)):
        if len(where) != 1:
            continue
        if groups and _fits(rows, groups[-1], where[0]):
            groups[-1].append((number, where[0]))
        else:
            groups.append([(number, where[0])])
    return tuple(
        Chunk(rows[group[0][1].row][group[0][1].start : group[-1][1].end], group[0][0], group[-1][0] + 1)
        for group in groups
    )


def _fits(rows: Sequence[str], group: Sequence[tuple[int, Span]], word: Span) -> bool:
    first, last = group[0][1], group[-1][1]
    if word.row != first.row:
        return False
    text = rows[word.row]
    joined = text[first.start : word.end]
    ends_clause = unicodedata.category(text[last.end - 1]) == "Po" and text[last.end - 1] not in "'’%&@#"
    return not ends_clause and len(joined.split()) <= CHUNK_WORDS and _columns(joined) <= CHUNK_COLUMNS


def _columns(text: str) -> int:
    widths = (0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1 for char in text)
    return sum(widths) + sum(unicodedata.east_asian_width(char) in "WF" for char in text)
