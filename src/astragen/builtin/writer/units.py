"""A prompt's lines as sentences: headings, items, paragraphs; Markdown taken off.

Start at `plain` and `units_of`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from astragen.builtin.writer.sentences import sentences

ROW_MAX = 60  # characters; lines without an end mark that are no longer are rows of a list
WRAPPED_MIN = 50  # characters; a line this long without a blank one after it goes on in the next

_RULE_MARKS = frozenset("-*_=|: \t")
_BULLET = re.compile(r"^[ \t]*(?:[-*+•‣▪◦–—]\s+|\(?\d{1,3}[.)、]\s*|[①-⑳]\s*)(?=\S)")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(\S.*)$")
_SLUG = re.compile(r"^[ \t]*(?:INT|EXT|INT\./EXT)[./]\s*(\S.*)$")  # a screenplay's "INT. KITCHEN - NIGHT"
_SCENE = re.compile(
    r"^[ \t]*\[?(?:scene|chapter|part|act)\s+(?:\d+|[ivxlc]+|one|two|three|four|five|six)\b[\s:.\-–—]*(.*?)\]?$",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"^[ \t]*(?:\*\*)?(?:narrator|voice[ \-]?over|v\.?o\.?|host|[A-Z][A-Z0-9 .]{1,24})(?:\*\*)?"
    r"\s*(?:\([^)]*\)\s*)?:(?:\*\*)?\s+(?=\S)"
)
_INLINE = (
    (re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)"), ""),  # picture
    (re.compile(r"\[([^\[\]\n]+)\](?:\([^()\n]*\)|\[[^\[\]\n]*\])"), r"\1"),  # link
    (re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>\n]*)?/?>"), ""),  # HTML
    (re.compile(r"https?://(?:www\.)?([^\s/)]+)[^\s)]*"), r"\1"),  # an address is read as its host
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ \t]*>[ \t]?"), ""),  # quotation
)


@dataclass(frozen=True)
class Unit:
    """A sentence or a list's item, under the heading that precedes it."""

    text: str
    heading: str = ""
    opens_section: bool = False
    is_item: bool = False


def plain(prompt: str) -> str:
    """*prompt* without the Markdown inside its lines, code, rules and front matter; headings and bullets stay."""
    lines = prompt.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    if lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:]):
        lines = lines[[line.strip() for line in lines].index("---", 1) + 1 :]
    kept: list[str] = []
    in_code = False
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            in_code = not in_code
        elif not in_code:
            kept.append("" if _is_rule(line) else _plain_line(line))
    return "\n".join(kept) if any(line.strip() for line in kept) else prompt


def _is_rule(line: str) -> bool:
    marks = line.strip()
    return len(marks) >= 3 and set(marks) <= _RULE_MARKS and any(mark * 3 in marks.replace(" ", "") for mark in "-*_=")


def _plain_line(line: str) -> str:
    for pattern, kept in _INLINE:
        line = pattern.sub(kept, line)
    return line


def units_of(text: str, language: str) -> tuple[Unit, ...]:
    """Sentences and items of *text* in order, each knowing the heading over it."""
    lines = text.split("\n")
    rows = [line for line in lines if line.strip()]
    has_bullets = any(_BULLET.match(line) for line in rows)
    is_plain_list = not has_bullets and len(rows) >= 3 and all(_is_row(line) for line in rows)
    units: list[Unit] = []
    heading, opens = "", False
    for block in _blocks(lines, split_rows=is_plain_list):
        found = heading_of(block)
        if found is not None:
            heading, opens = found, True
            continue
        is_item = bool(_BULLET.match(block)) or is_plain_list
        for one in sentences(_SPEAKER.sub("", _BULLET.sub("", block)), language):
            units.append(Unit(one, heading, opens, is_item))
            opens = False
    return tuple(units) or tuple(Unit(one) for one in sentences(re.sub(r"[#>*|]", " ", text), language))


def _is_row(line: str) -> bool:
    return len(line.strip()) <= ROW_MAX and line.strip()[-1] not in ".!?。！？…؟।:" and heading_of(line) is None


def heading_of(line: str) -> str | None:
    """The text of a heading; None for any other line."""
    match = _HEADING.match(line) or _SLUG.match(line) or _SCENE.match(line)
    return (match[1].strip().rstrip("#").strip() or line.strip()) if match else None


def _blocks(lines: list[str], *, split_rows: bool) -> list[str]:
    """Paragraphs, headings and items: hard-wrapped lines joined, everything else on its own."""
    blocks: list[str] = []
    goes_on = False
    for line in lines:
        if not line.strip():
            goes_on = False
            continue
        starts = heading_of(line) is not None or bool(_BULLET.match(line)) or bool(_SPEAKER.match(line))
        cells = re.fullmatch(r"[ \t]*\|(.+)\|[ \t]*", line)
        text = ", ".join(cell.strip() for cell in cells[1].split("|") if cell.strip()) if cells else line.strip()
        if goes_on and not starts and not split_rows and not cells:
            blocks[-1] += " " + text
        else:
            blocks.append(text)
        goes_on = heading_of(line) is None and (len(line.strip()) > WRAPPED_MIN or bool(_BULLET.match(line)))
    return blocks
