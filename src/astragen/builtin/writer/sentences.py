"""Text into sentences and clauses, in any script; nothing is lost but white space.

Joining the pieces with one space (none in scripts without spaces) gives the text
back. Start at `sentences`.
"""

from __future__ import annotations

import re

from astragen.builtin.writer.language import is_unspaced, primary

LINE_MAX = 600  # characters; longer sentences are split at clauses, then at words
_CLOSERS = "\"'”’»›)\\]」』）】》"
_SPACED_END = re.compile(rf"([.!?…؟۔।॥։።][{_CLOSERS}]*)(\s+)")
_UNSPACED_END = re.compile(rf"([。！？；｡][{_CLOSERS}]*)(?![。！？；｡])\s*")
_GREEK_END = re.compile(rf"([;·][{_CLOSERS}]*)(\s+)")
_TAIL = 12  # characters before a full stop that tell an abbreviation
_TITLE = re.compile(  # never ends a sentence
    r"(?:\b(?:mr|mrs|ms|dr|prof|mt|vs|e\.g|i\.e|cf|approx|gen|col|lt|sgt|z\.b|d\.h|bzw|sra|dott|p\.ej|mme|mlle|m\.in|т\.е)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
_SHORTENED = re.compile(  # may end one
    r"\b(?:st|etc|no|vol|fig|inc|ltd|co|jr|sr|dept|est|a\.m|p\.m|u\.s|u\.k|usw|ca|nr|str|hr|tel|uds?|av|núm|sig|ul|im|tzn"
    r"|np|т\.д|т\.п|г|ул)\.$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=[,;:，、；：،؛–—])\s+|(?<=[，、；：])")


def sentences(text: str, language: str) -> list[str]:
    """The sentences of *text*, each with its own punctuation, white space collapsed."""
    text = " ".join(text.split())
    pieces = _UNSPACED_END.sub("\\1\n", text).split("\n")
    found: list[str] = []
    for piece in pieces:
        found += _spaced(piece, language)
    if primary(language) == "th":
        found = [part for one in found for part in _thai(one)]
    return _rejoin([one.strip() for one in found if one.strip()], language)


def _spaced(text: str, language: str) -> list[str]:
    ends = [*_SPACED_END.finditer(text)]
    if primary(language) == "el":
        ends = sorted([*ends, *_GREEK_END.finditer(text)], key=lambda match: match.start())
    found, start = [], 0
    for match in ends:
        tail = text[max(start, match.end(1) - _TAIL) : match.end(1)]
        if _goes_on(tail, text[match.end() : match.end() + 1], match[1]):
            continue
        found.append(text[start : match.end(1)])
        start = match.end()
    return [*found, text[start:]]


def _goes_on(tail: str, following: str, end: str) -> bool:
    """Whether the sentence continues after a full stop: an abbreviation, an initial, a small letter."""
    if end == "." and _TITLE.search(tail) and (len(tail.split()[-1]) > 2 or tail[-2].isupper()):
        return True
    if end == "." and _SHORTENED.search(tail) and following.isdigit():
        return True
    return end[0] in ".…" and following.islower()


def _thai(text: str) -> list[str]:
    """Thai marks the end of a sentence by a space; pieces under 12 letters belong to the next."""
    found: list[str] = []
    for piece in text.split():
        if found and len(found[-1]) < 12:
            found[-1] += " " + piece
        else:
            found.append(piece)
    return found


def _rejoin(pieces: list[str], language: str) -> list[str]:
    """Pieces without a letter go to the sentence before them; over-long ones are split."""
    found: list[str] = []
    for piece in pieces:
        if found and not any(character.isalnum() for character in piece):
            found[-1] += piece if is_unspaced(language) else " " + piece
        else:
            found.append(piece)
    return [part for one in found for part in split_long(one, LINE_MAX)]


def clauses(text: str) -> list[str]:
    """*text* cut after commas, semicolons, colons and dashes."""
    return [part.strip() for part in _CLAUSE.split(text) if part and part.strip()]


def split_long(text: str, limit: int) -> list[str]:
    """*text* in pieces of at most *limit* characters: at clauses, else at words, else anywhere."""
    if len(text) <= limit:
        return [text]
    parts = clauses(text)
    if len(parts) < 2:
        parts = text.split(" ")
    if len(parts) < 2:
        return [text[start : start + limit] for start in range(0, len(text), limit)]
    glue = " " if " " in text else ""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) + len(part) < limit:
            found[-1] += glue + part
        else:
            found.append(part)
    return [piece for one in found for piece in (split_long(one, limit) if len(one) > limit else [one])]
