"""A user's own script over the shots that a language model staged.

The model may have changed, dropped or added words; here every shot gets back the part of
the script that stands where its line stood, cut only where a sentence or a clause ends.
Joined, the lines are the script, word for word. Pure. Start reading at `restored`.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

import numpy as np

from astragen.model.storyboard import Scene, Shot
from astragen.model.vocabulary import ShotSize
from astragen.plan.clean import joined, sentences
from astragen.plan.wire_reading import LINE_MAX, SHOTS_MAX
from astragen.plan.wording import spoken_words, words

LONG_SHOT: Final = 32.0  # spoken words, about 13 s; a longer part of the script takes several shots
PIECE_MAX = 300  # characters; a clause that is longer is cut at a word
CLAUSE_COST = 2  # words that a sentence's end may be farther away than a clause's, and still be the place to cut
AROUND = 12  # pieces to both sides among which the nearest end is looked for
FIRST_SIGN = 0x2E80  # where the scripts of East Asia begin in Unicode
_CLAUSE = re.compile(r"(?<=[,;:—–])\s+|(?<=[，、；：])")
_NEARER = {  # the size of a shot that goes on: another one, so that the picture does not jump
    ShotSize.EXTREME_WIDE: ShotSize.WIDE,
    ShotSize.WIDE: ShotSize.MEDIUM,
    ShotSize.FULL: ShotSize.MEDIUM,
    ShotSize.MEDIUM: ShotSize.CLOSE,
    ShotSize.CLOSE: ShotSize.MEDIUM,
    ShotSize.EXTREME_CLOSE: ShotSize.MEDIUM,
}


class _Piece(NamedTuple):
    """A clause of the script, and how many tokens it has."""

    text: str
    tokens: int
    ends_sentence: bool


def restored(scenes: Sequence[Scene], script: Sequence[str], language: str, mended: list[str]) -> list[Scene]:
    """*scenes* with the sentences of *script* as their lines, all of them, in order and unchanged but for white space.

    Shots that the model left without words stay so. A part that is too long for one shot
    takes several of the same picture, seen nearer and farther in turn.
    """
    said = [shot.line for scene in scenes for shot in scene.shots]
    pieces = [piece for sentence in script for piece in _pieces(" ".join(sentence.split()))]
    parts = _dealt(said, pieces)
    if [joined(part.text for part in shot) for shot in parts] != said:
        mended.append("scenes: lines that differ from the script are as the script has them")
    left = iter(parts)
    return [
        scene.model_copy(update={"shots": _spoken([(shot, next(left)) for shot in scene.shots], language)})
        for scene in scenes
    ]


def _pieces(sentence: str) -> list[_Piece]:
    """*sentence* at its clauses, long ones at a word."""
    found: list[_Piece] = []
    for one in sentences(sentence):
        for clause in filter(None, (part.strip() for part in _CLAUSE.split(one))):
            found += [_Piece(text, len(_tokens(text)), ends_sentence=False) for text in _chunks(clause)]
        found[-1:] = [found[-1]._replace(ends_sentence=True)]
    return found


def _chunks(text: str) -> list[str]:
    found: list[str] = []
    while len(text) > PIECE_MAX:
        cut = text.rfind(" ", 1, PIECE_MAX)
        cut = cut if cut > 0 else PIECE_MAX
        found.append(text[:cut])
        text = text[cut:].strip()
    return [*found, text] if text else found


def _dealt(said: Sequence[str], pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """For each of the lines *said*, the *pieces* of the script that stand in its place."""
    told = [_tokens(line) for line in said]
    if not any(told):
        told = [["-"] for _ in said]  # no line to go by: every shot gets its share
    ends = [0, *accumulate(piece.tokens for piece in pieces)]
    places = _places(
        [token for line in told for token in line], [one for piece in pieces for one in _tokens(piece.text)]
    )
    last = max(index for index, line in enumerate(told) if line)
    cuts = [0]
    for index, end in enumerate(accumulate(map(len, told))):
        cut = len(pieces) if index >= last else _nearest(places[end], ends, pieces)
        cuts.append(max(cuts[-1], cut if told[index] else cuts[-1]))
    return [list(pieces[start:end]) for start, end in pairwise(cuts)]


def _places(said: Sequence[str], script: Sequence[str]) -> Sequence[float]:
    """Where in *script* each of the len(said) + 1 gaps between words said stands, in words; between matches evenly."""
    blocks = difflib.SequenceMatcher(None, said, script).get_matching_blocks()
    known = [(0, 0)] + [
        (block.a + step, block.b + step) for block in blocks for step in (0, block.size) if block.a + step
    ]
    told, stands = zip(*known, strict=True)
    places: list[float] = np.interp(np.arange(len(said) + 1), told, stands).tolist()
    return places


def _nearest(place: float, ends: Sequence[int], pieces: Sequence[_Piece]) -> int:
    """How many of *pieces* come before *place*: to the end of the nearest sentence, or of a clause that is nearer."""

    def cost(count: int) -> float:
        ends_sentence = count == 0 or pieces[count - 1].ends_sentence
        return abs(ends[count] - place) + (0 if ends_sentence else CLAUSE_COST)

    around = bisect_left(ends, place)
    return min(range(max(0, around - AROUND), min(len(ends), around + AROUND)), key=cost)


def _spoken(shots: Sequence[tuple[Shot, Sequence[_Piece]]], language: str) -> tuple[Shot, ...]:
    """The shots of a scene with their parts of the script as lines; long parts take several."""
    found = [one for shot, part in shots for one in _with_part(shot, part, language)]
    while len(found) > SHOTS_MAX:  # too many for a scene: the two shortest neighbours are one
        index = min(range(len(found) - 1), key=lambda one: len(found[one].line) + len(found[one + 1].line))
        line = joined(filter(None, (found[index].line, found[index + 1].line)))
        found[index : index + 2] = [found[index].model_copy(update={"line": line})]
    return tuple(found)


def _with_part(shot: Shot, part: Sequence[_Piece], language: str) -> list[Shot]:
    lines: list[str] = [""]
    for piece in part:
        longer = joined(filter(None, (lines[-1], piece.text)))
        fits = spoken_words(longer, language) <= LONG_SHOT and len(longer) <= LINE_MAX
        lines[-1:] = [longer] if fits or not lines[-1] else [lines[-1], piece.text]
    sizes = (shot.size, _NEARER[shot.size])
    return [shot.model_copy(update={"line": line, "size": sizes[index % 2]}) for index, line in enumerate(lines)]


def _tokens(text: str) -> list[str]:
    """What two versions of a text are compared by: its words, each sign of the scripts without spaces."""
    return [token for word in words(text) for token in (word if ord(word[0]) >= FIRST_SIGN else [word])]
