"""The words of a line with the samples they sound from and to, from the marks that an engine set.

Words are those of the line as it is written: "1969" is one, however many are said for it.
Pure. Start reading at `word_times`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np

from astragen.model.take import SpokenWord

SPACELESS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")  # by their names in Unicode


def word_times(
    text: str, marks: Sequence[tuple[int, int]], *, end: int, voiced: frozenset[int] | None = None
) -> tuple[SpokenWord, ...]:
    """The words of *text* with the samples they sound from and to.

    *marks*: (character, sample) where the engine began a word, ascending or repeated;
    *end*: one past the line's last sounding sample; *voiced*: the characters that are said, None for all.

    A word keeps the punctuation and emoji around it, so that the words, without spaces, spell the
    text. A word ends where the next begins. Where the engine marked none (it joins short words),
    the time lies between its neighbours' in proportion to the characters. What is not said ("[sighs]")
    belongs to a neighbour.
    """
    starts = _word_starts(text, {position for position, _ in marks}, voiced)
    if not marks or not starts:
        return ()
    first_heard: dict[int, int] = {}
    for position, sample in marks:
        first_heard.setdefault(position, sample)
    known = sorted(first_heard.items())
    positions = [position for position, _ in known] + [max(len(text), known[-1][0] + 1)]
    samples = np.maximum.accumulate([sample for _, sample in known] + [end])
    spoken = [_first_letter(text, start, voiced) for start in starts]
    begins = np.clip(np.interp(spoken, positions, samples), 0, end).astype(int).tolist()
    ends = [*begins[1:], end]
    stops = [*starts[1:], len(text)]
    return tuple(
        SpokenWord(text=text[start:stop].strip(), start=begin, end=last)
        for start, stop, begin, last in zip(starts, stops, begins, ends, strict=True)
    )


def _word_starts(text: str, marked: set[int], voiced: frozenset[int] | None) -> list[int]:
    """Where words begin: after spaces, and at marks inside scripts that write none.

    A piece without a letter or digit that is said belongs to the word before it, or after it at the front.
    """
    starts: list[int] = []
    for start, stop in _pieces(text, marked):
        if any(text[index].isalnum() and _is_said(index, voiced) for index in range(start, stop)):
            starts.append(start if starts else 0)
    return starts


def _pieces(text: str, marked: set[int]) -> list[tuple[int, int]]:
    """(start, stop) of the runs between spaces, cut again at marks in spaceless scripts."""
    cuts = [
        index
        for index, character in enumerate(text)
        if not character.isspace()
        and (index == 0 or text[index - 1].isspace() or (index in marked and _is_spaceless(character)))
    ]
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _first_letter(text: str, start: int, voiced: frozenset[int] | None) -> int:
    """The first letter or digit that is said at or after *start*: opening quotes make no sound."""
    places = range(start, len(text))
    return next((index for index in places if text[index].isalnum() and _is_said(index, voiced)), start)


def _is_said(index: int, voiced: frozenset[int] | None) -> bool:
    return voiced is None or index in voiced


@cache
def _is_spaceless(character: str) -> bool:
    """Whether the character's script writes words without spaces between them."""
    return unicodedata.name(character, "").startswith(SPACELESS)
