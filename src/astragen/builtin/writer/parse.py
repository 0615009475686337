"""What kind of text a prompt is.

A prompt is an idea (a line or two), a question, a list or a script. Start at `parse`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from astragen.builtin.writer.language import detect, spoken_words
from astragen.builtin.writer.narration import reads_as_narration
from astragen.builtin.writer.request import is_direction, without_request
from astragen.builtin.writer.sentences import sentences
from astragen.builtin.writer.units import ROW_MAX, Unit, heading_of, plain, units_of

LIST_WORDS = 12  # items of a list are at most this long; longer ones are prose with bullets
LIST_SHARE = 0.6  # of the units, at least, are items

_TITLE = re.compile(r"^([^:：.!?\n]{2,70}?)\s*[:：]\s*(\S.*)$", re.DOTALL)
_DASHED = re.compile(r"^([A-Z][^:.!?\n]{1,40}?)\s+[–—-]\s+(\S.*)$", re.DOTALL)
_QUESTION = re.compile(
    r"^(?:how|why|what|when|where|who|which|is|are|do|does|did|can|could|will|would|should)\b", re.IGNORECASE
)
_EMOJI = re.compile("[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]")


class Shape(Enum):
    """What a prompt is."""

    IDEA = "idea"
    QUESTION = "question"
    LIST = "list"
    SCRIPT = "script"


@dataclass(frozen=True)
class Parsed:
    """A prompt, read."""

    shape: Shape
    language: str
    """Detected from the text."""
    title: str
    """What the user wrote as a title; "" where there is none."""
    text: str
    """The idea, without its request and its title; of a script, all of it."""
    units: tuple[Unit, ...]
    kind: str = ""
    """What the user asked for by name: "promo", "explainer", "poem", ..."""


def parse(prompt: str, is_script: bool | None) -> Parsed:
    """Read *prompt*; *is_script* overrides what its shape says."""
    text = plain(prompt)
    language = detect(prompt)
    units = units_of(text, language)
    shape = _shape(text, units, is_script)
    if shape in (Shape.SCRIPT, Shape.LIST):
        title = _title_above(text)
        return Parsed(shape, language, title, text, _without_title(units, title))
    return _idea(" ".join(unit.text for unit in units), shape, language)


def _idea(text: str, shape: Shape, language: str) -> Parsed:
    text = " ".join(_EMOJI.sub(" ", text).split())
    title, kind = "", ""
    if language == "en":
        text, kind = without_request(text)
    match = _TITLE.match(text) or _DASHED.match(text)
    if match and len(match[1].split()) <= 9 and not match[1].strip().isdigit():
        title, text = match[1].strip(' *_#"“”'), match[2].strip()
    if language == "en" and title:
        text, inner = without_request(text)
        kind = kind or inner
    units = tuple(Unit(one) for one in sentences(text, language))
    if kind:
        units = tuple(unit for unit in units if not is_direction(unit.text)) or units
    return Parsed(shape, language, title, text, units, kind)


def _shape(text: str, units: Sequence[Unit], is_script: bool | None) -> Shape:
    if is_script:
        return Shape.SCRIPT
    items = [unit for unit in units if unit.is_item]
    is_listed = len(items) >= 2 and len(items) >= LIST_SHARE * len(units)
    if is_listed and all(spoken_words(unit.text) <= LIST_WORDS for unit in items):
        return Shape.LIST
    if is_script is None and reads_as_narration(text, units):
        return Shape.SCRIPT
    if is_listed:
        return Shape.LIST
    first = units[0].text if units else text
    asks = first.rstrip("\"'”»)").endswith(("?", "？", "؟")) or (_QUESTION.match(first) and len(units) == 1)
    return Shape.QUESTION if asks and len(units) <= 2 else Shape.IDEA


def _title_above(text: str) -> str:
    """A Markdown heading, "Title: ..." or "Morning routine:" before anything else."""
    first = next((line for line in text.split("\n") if line.strip()), "").strip()
    if first.startswith("#"):
        return heading_of(first) or ""
    if first.endswith((":", "：")) and len(first) <= ROW_MAX and text.strip() != first:
        return first.rstrip(":：").strip()
    labelled = re.match(r"^title\s*:\s*(\S.*)$", first, re.IGNORECASE)
    return labelled[1].strip() if labelled else ""


def _without_title(units: Sequence[Unit], title: str) -> tuple[Unit, ...]:
    """Units whose heading is the film's own title stand under none; "Title: ..." is not spoken."""
    kept = [replace(unit, heading="") if title and unit.heading == title else unit for unit in units]
    return tuple(unit for unit in kept if not re.match(r"title\s*:", unit.text, re.IGNORECASE)) or tuple(units)
