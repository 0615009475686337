"""What the rules of reading share: parts, patterns, and a language's rows of `data/spoken.json`. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Part(NamedTuple):
    """Something said, and where in the match that stands which it is said for."""

    text: str
    offset: int


Match = re.Match[str]
Words = Callable[[Match], Sequence[Part] | None]
Rule = tuple[re.Pattern[str], Words]

NUMBER = r"\d+(?:[.,\u00a0\u202f'’]\d{3})*(?:[.,]\d+)?"
GROUPED = r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?!\d)"
ROMAN = r"(?=[IVXLC])(?:XC|XL|L?X{0,3}|C)(?:IX|IV|V?I{0,3})"
ALIASES = {"no": "nb", "nn": "nb", "cmn": "zh"}


class Tongue(NamedTuple):
    """A language as the tables know it, "nb", and as it was asked for, "no-NO"."""

    code: str
    tag: str

    def row(self, name: str) -> Any:  # noqa: ANN401  (rows differ in kind)
        """The language's row of a table; {} when it has none."""
        return table()[name].get(self.code, {})

    def word(self, name: str) -> str:
        """What is said for a sign; "" when the voice's own way is right."""
        return str(self.row("words").get(name, ""))


def around(word: str, offset: int) -> list[Part]:
    """A word that is said between two others, at an offset."""
    return [Part(f" {word} ", max(offset, 0))]


@cache
def table() -> dict[str, Any]:
    """The document data/spoken.json; callers must not change it."""
    found: dict[str, Any] = json.loads((files("astragen.data") / "spoken.json").read_text("utf-8"))
    return found
