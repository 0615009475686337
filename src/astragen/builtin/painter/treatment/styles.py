"""Which style a user means, how its picture is developed, and how it is treated.

`data/painter/styles.json` has a row a style: "grade" (fields of `Grade`), "treatment"
("kind" and the parameters of that kind's class; none for a plain picture), and "words",
other names people use. A new look is a new row; a new kind is a class and a line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from astragen.builtin.painter.finish import Grade, Treatment
from astragen.builtin.painter.tables import read_table
from astragen.builtin.painter.treatment.comic import Comic
from astragen.builtin.painter.treatment.draft import Blueprint
from astragen.builtin.painter.treatment.film import Film
from astragen.builtin.painter.treatment.glow import Neon
from astragen.builtin.painter.treatment.ink import Ink
from astragen.builtin.painter.treatment.noir import Noir
from astragen.builtin.painter.treatment.painted import Painted, Pastel
from astragen.builtin.painter.treatment.pencil import Chalk, Pencil
from astragen.builtin.painter.treatment.sheet import Sheet
from astragen.builtin.painter.treatment.toning import Toned
from astragen.builtin.painter.treatment.wash import Watercolour

KINDS: Mapping[str, Callable[..., Treatment]] = {
    "watercolour": Watercolour,
    "painted": Painted,
    "pastel": Pastel,
    "ink": Ink,
    "pencil": Pencil,
    "chalk": Chalk,
    "comic": Comic,
    "blueprint": Blueprint,
    "neon": Neon,
    "noir": Noir,
    "film": Film,
    "toned": Toned,
}
PLAIN = "cinematic"

_CLOSE = 0.8  # difflib's ratio: "watercolr" is close to "watercolour", "noise" is not to "noir"


def style_for(words: str) -> tuple[str, bool]:
    """The known style nearest to *words*, and whether *words* are a known name of it.

    Exact name or synonym; else the longest name inside the words ("soft watercolour
    painting"); else the closest spelling; else the plain style.
    """
    names, said = _names(), _normal(words)
    if said in names:
        return names[said], True
    tokens = said.split()
    for length in range(min(4, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            phrase = " ".join(tokens[start : start + length])
            if phrase in names:
                return names[phrase], False
    for candidate in (said, *(token for token in tokens if len(token) > 3)):
        close = get_close_matches(candidate, names, n=1, cutoff=_CLOSE)
        if close:
            return names[close[0]], False
    return PLAIN, False


def grade_for(style: str) -> Grade:
    """How pictures of *style* (any words) are developed."""
    return Grade(**_row(style).get("grade", {}))


def treatment_for(style: str, width: int, height: int, seed: int) -> Treatment | None:
    """The treatment of *style* (any words) for frames of *width* x *height* px, or None for a plain picture.

    Slow (up to 0.5 s at 1080p): paper, strokes and tables are made here.
    """
    parameters = dict(_row(style).get("treatment", {}))
    if not parameters:
        return None
    return KINDS[parameters.pop("kind")](Sheet(width, height, seed), **parameters)


def _row(style: str) -> dict[str, Any]:
    row: dict[str, Any] = read_table("styles.json")[style_for(style)[0]]
    return row


def _normal(words: str) -> str:
    return " ".join(words.casefold().replace("-", " ").replace("_", " ").split())


@cache
def _names() -> dict[str, str]:
    """Every name and synonym -> its style."""
    table = read_table("styles.json")
    return {_normal(name): style for style, row in table.items() for name in (style, *row.get("words", ()))}
