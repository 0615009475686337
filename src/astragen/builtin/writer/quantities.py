"""Numbers that a text says, and what they count; years apart from them.

Nothing is reckoned that the text does not say: a value is the number as written, times
its scale word. Start at `quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from astragen.builtin.writer.tables import table, words
from astragen.builtin.writer.tagging import tag

_DIGITS = {  # by the mark of decimals
    ".": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
    ",": r"\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:,\d+)?",
}
_DECIMAL_COMMA = frozenset(words("diagrams", "decimal_comma"))
_SCALES = "|".join(table("diagrams")["scales"])
_AFTER = rf"(?:\s?(?P<scale>{_SCALES})s?\b)?(?:\s?(?P<sign>%|percent\b|per cent\b|°\s?[CF]\b|°))?"
_YEARS = range(1000, 2101)
_YEAR_BEFORE = re.compile(r"\b(?:in|by|since|until|around|about|year|of|from|to|after|before)\s*$", re.IGNORECASE)
_MONEY = frozenset("$€£¥₹")
_NOT_UNITS = frozenset(("more", "less", "times", "each", "every", "fewer", "other", "people's"))


@dataclass(frozen=True)
class Quantity:
    """A number of a text, without and with its scale word, and where it stands."""

    value: float
    """With its scale word: 2.5 million is 2,500,000."""
    unit: str
    """What it counts: "%", "people"; "" where the text does not say."""
    scale: str
    """The scale word: "million", or ""."""
    start: int
    end: int
    is_year: bool = False


def quantities(text: str, language: str = "en") -> tuple[Quantity, ...]:
    """The numbers of *text* in order, in figures; ordinals, times of day and list marks are none."""
    mark = "," if language.partition("-")[0] in _DECIMAL_COMMA else "."
    pattern = re.compile(
        rf"(?<![\w.,:])(?P<minus>[-−])?(?P<money>[$€£¥₹])?(?P<digits>{_DIGITS[mark]})(?![\d:]|[.)]\s+[A-Z]|st\b|nd\b|rd\b|th\b)"
        + _AFTER,
        re.IGNORECASE,
    )
    return tuple(_quantity(text, match, mark, language) for match in pattern.finditer(text))


def _quantity(text: str, match: re.Match[str], mark: str, language: str) -> Quantity:
    digits = match["digits"]
    number = digits.replace(".", "").replace("\u00a0", "").replace("\u202f", "").replace(",", ".")
    value = float(number if mark == "," else digits.replace(",", ""))
    scale = (match["scale"] or "").lower()
    value *= table("diagrams")["scales"].get(scale, 1) * (-1 if match["minus"] else 1)
    sign = "%" if (match["sign"] or "").lower().startswith("per") else (match["sign"] or "").replace(" ", "")
    unit = match["money"] or sign or (_counted(text, match.end()) if language == "en" else "")
    is_bare = digits.isdigit() and len(digits) == 4 and not (scale or sign or match["money"] or match["minus"])
    is_year = is_bare and int(digits) in _YEARS and (not unit or bool(_YEAR_BEFORE.search(text[: match.start()])))
    end = match.end() if not unit or unit in (match["money"], sign) else match.end() + _gap(text, match.end(), unit)
    return Quantity(value, "" if is_year else unit, scale, match.start(), match.end() if is_year else end, is_year)


def _gap(text: str, start: int, unit: str) -> int:
    found = text.find(unit, start)
    return found - start + len(unit) if found >= 0 else 0


def _counted(text: str, start: int) -> str:
    """The noun right after a number: "people", "square kilometres"."""
    rest = text[start:]
    if not rest[:1].isspace():
        return ""
    kept: list[str] = []
    for token in tag(rest.strip())[:2]:
        if (
            token.tag != "W"
            or token.low in _NOT_UNITS
            or (kept and kept[0].lower() not in words("diagrams", "measures"))
        ):
            break
        kept.append(token.text)
    return " ".join(kept)


def one_unit(found: Sequence[Quantity]) -> tuple[tuple[float, ...], str] | None:
    """The values of *found* and the unit they share; None when they count different things.

    A scale word that all have stays in the unit ("million people"); else it is in the values.
    """
    units = {one.unit.lower().rstrip("s"): one.unit for one in found if one.unit}
    if len(units) > 1:
        return None
    unit = next(iter(units.values()), "")
    scales = {one.scale for one in found}
    if len(scales) == 1 and (scale := next(iter(scales))):
        size = table("diagrams")["scales"][scale]
        counted = f"{unit} {scale}" if unit in _MONEY else f"{scale} {unit}"
        return tuple(one.value / size for one in found), counted.strip()
    return tuple(one.value for one in found), unit
