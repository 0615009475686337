"""Screenplay text as elements: headings, what happens, what is said, transitions.

Reads Fountain (fountain.io/syntax, version 1.1) and the plain text that people type and other
programs print: indented, with scene numbers, with no blank line after a heading. Every text has
a reading, in time linear in its length. Pure. Start reading at `read`.

Our own, because the best kept parser on PyPI (screenplain 0.12) takes only Fountain with every
blank line in its place, and installs a PDF library with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from astragen.plan.wording import table

NAME_MAX = 40  # characters; a longer line in capitals is no name

_NUMBER = r"(?:\d{1,4}[A-Z]?[.)]?\s+)?"  # of a scene, before its heading
_HEADING = re.compile(_NUMBER + r"((?:INT|EXT|EST)\.?(?:\s?/\s?(?:INT|EXT)\.?)?|I/E\.?)[ .]\s*(\S.*)")
_SURE = re.compile(_NUMBER + r"(?:(?:INT|EXT)\.|INT\.?/EXT\.?|EXT\.?/INT\.?|I/E\.)\s*\S")  # no prose begins so
_NUMBERS = re.compile(r"\s*(?:#[\w\-.]{1,12}#|\s\d{1,4}[A-Z]?)$")
_TITLE_KEY = re.compile(r"([A-Za-z][A-Za-z ]{0,30}):(.*)")
_ASIDE = re.compile(r"\([^()]{0,400}\)")
_MARKS = re.compile(r"(?<!\\)(?:\*{1,3}|(?<!\w)_|_(?!\w))")
_ENDS = (
    "TO:",
    "FADE OUT.",
    "FADE OUT",
    "FADE IN:",
    "FADE IN",
    "FADE TO BLACK.",
    "CUT TO BLACK.",
    "THE END",
    "THE END.",
)


class Kind(Enum):
    """What an element is."""

    HEADING = "heading"
    ACTION = "action"
    DIALOGUE = "dialogue"
    TRANSITION = "transition"


class Element(NamedTuple):
    """A piece of a screenplay, on one row; *name* is who speaks, or whether a heading is INT or EXT."""

    kind: Kind
    text: str
    name: str = ""


class Script(NamedTuple):
    """A screenplay: the title of its title page, or "", and its elements in order."""

    title: str
    elements: tuple[Element, ...]


def is_screenplay(text: str) -> bool:
    """Whether *text* has a heading as only screenplays do: "INT. KITCHEN - NIGHT"."""
    return any(_SURE.match(line.strip()) for line in text.splitlines())


def read(text: str) -> Script:
    """*text* as a screenplay; notes, sections, synopses and what is commented out are left behind."""
    text = _without(_without(text.replace("\ufeff", ""), "/*", "*/"), "[[", "]]")
    rows = [row.expandtabs(4).rstrip() for row in text.splitlines()]
    title, start = _title_page(rows)
    return Script(title, tuple(_elements(rows[start:])))


def bare(text: str) -> str:
    """*text* without marks of emphasis, on one row."""
    return " ".join(_MARKS.sub("", text).replace("\\*", "*").replace("\\_", "_").split())


def _without(text: str, opening: str, closing: str) -> str:
    """*text* without all from each *opening* to the next *closing*; an opening that nothing closes stays."""
    kept: list[str] = []
    start = 0
    while (opens := text.find(opening, start)) >= 0 and (closes := text.find(closing, opens + 2)) >= 0:
        kept.append(text[start:opens])
        start = closes + len(closing)
    return "".join([*kept, text[start:]])


def _title_page(rows: Sequence[str]) -> tuple[str, int]:
    """(title, row that the script begins on): the keys and values before the first blank row."""
    start = next((index for index, row in enumerate(rows) if row.strip()), 0)
    first = _TITLE_KEY.match(rows[start]) if start < len(rows) else None
    if first is None or first[1].strip().lower().replace(" ", "_") not in table("screenplay")["title_keys"].split():
        return "", 0
    stop = next((index for index in range(start, len(rows)) if not rows[index].strip()), len(rows))
    values: dict[str, list[str]] = {}
    key = ""
    for row in rows[start:stop]:
        match = None if row[:1].isspace() else _TITLE_KEY.match(row)
        key = match[1].strip().lower() if match else key
        values.setdefault(key, []).append(match[2] if match else row)
    return bare(" ".join(values.get("title", []))), stop


def _elements(rows: Sequence[str]) -> Iterator[Element]:
    index = 0
    while index < len(rows):
        row = rows[index].strip()
        index += 1
        if not row or _is_aside(row):
            continue
        heading = _heading(row)
        if heading is not None:
            yield heading
        elif _is_transition(row):
            yield Element(Kind.TRANSITION, bare(row.strip("> <")))
        elif _is_cue(row, rows, index):
            said, index = _block(rows, index)
            yield Element(Kind.DIALOGUE, _spoken(said), _name(row))
        else:
            more, index = _block(rows, index)
            yield Element(Kind.ACTION, bare(" ".join(_plain(one) for one in (row, *more))))


def _is_aside(row: str) -> bool:
    """Sections, synopses and page breaks: for the writer, not for the film."""
    return row.startswith(("#", "=")) or set(row) <= set("-*_=")


def _heading(row: str) -> Element | None:
    if row.startswith(".") and row[1:2].isalnum():
        return Element(Kind.HEADING, _NUMBERS.sub("", bare(row[1:])))
    match = _HEADING.match(row.upper())
    if match is None or not (_SURE.match(row.upper()) or row.isupper()):
        return None
    where = "INT" if match[1].startswith("I") else "EXT"
    return Element(Kind.HEADING, _NUMBERS.sub("", bare(row[match.start(2) :])), where)


def _is_transition(row: str) -> bool:
    if row.startswith(">") and not row.endswith("<"):
        return True
    plain = row.strip("> <")
    return plain.isupper() and (plain.endswith(_ENDS) or bool(re.fullmatch(r"[A-Z ]* TO [A-Z ]*:", plain)))


def _is_cue(row: str, rows: Sequence[str], following: int) -> bool:
    """Whether *row* is the name of who says the next rows."""
    if following >= len(rows) or not rows[following].strip():
        return False
    if row.startswith("@"):
        return len(row) > 1
    name = _ASIDE.sub("", row).strip(" ^")
    is_name = 0 < len(name) <= NAME_MAX and name.isupper() and name[-1] not in ".!?:,;"
    return is_name and not row.startswith("!") and _heading(rows[following].strip()) is None


def _block(rows: Sequence[str], start: int) -> tuple[list[str], int]:
    """The rows from *start* that are not blank and begin nothing new, and the row after them."""
    stop = start
    while stop < len(rows) and rows[stop].strip():
        row = rows[stop].strip()
        if stop > start and (_heading(row) is not None or _is_transition(row)):
            break
        stop += 1
    return [row.strip() for row in rows[start:stop]], stop


def _plain(row: str) -> str:
    """A row of action without the marks that force it, or centre it."""
    return row.removeprefix("!").strip("><~ ").strip()


def _spoken(rows: Sequence[str]) -> str:
    return bare(_ASIDE.sub(" ", " ".join(row.removeprefix("~") for row in rows)))


def _name(row: str) -> str:
    return bare(_ASIDE.sub("", row).strip(" ^@"))
