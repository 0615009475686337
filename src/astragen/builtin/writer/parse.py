"""What kind of text a prompt is, and its sentences.

A prompt is an idea (a line or two), a question, a list or a script. Markdown is
taken off; a script's sentences stay as they were written. Start at `parse`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

from astragen.builtin.writer.language import detect, spoken_words
from astragen.builtin.writer.sentences import sentences

SCRIPT_SENTENCES = 3  # a text with as many sentences, and
SCRIPT_WORDS = 18  # as many words, is narration rather than an idea
LONG_WORDS = 60  # a text of one or two sentences this long is narration, too


class Shape(Enum):
    """What a prompt is."""

    IDEA = "idea"
    QUESTION = "question"
    LIST = "list"
    SCRIPT = "script"


@dataclass(frozen=True)
class Unit:
    """A sentence or a list's item, under the heading that precedes it."""

    text: str
    heading: str = ""
    opens_section: bool = False
    is_item: bool = False


@dataclass(frozen=True)
class Parsed:
    """A prompt, read."""

    shape: Shape
    language: str
    """Detected from the text."""
    title: str
    """What the user wrote as a title; "" where there is none."""
    text: str
    """The idea, without "make a video about" and the title; of a script, all of it."""
    units: tuple[Unit, ...]
    kind: str = ""
    """What the user asked for by name: "promo", "explainer", "poem", ..."""


_KINDS = (
    r"(?:video|film|movie|clip|animation|short|story|tale|fable|documentary|doc|explainer|ad|advert|advertisement"
    r"|commercial|promo|trailer|teaser|reel|scene|montage|cartoon|vlog|tutorial|presentation|short film|music video"
    r"|poem|narrative|adventure|portrait)s?"
)
_CONNECTED = (
    r"s?,?\s+(?:about|on|of|for|showing|explaining|where|in which|that (?:shows?|explains?|tells?|highlights?|explores?)|telling"
    r"|featuring|focus(?:ing|ed) on|highlighting|following|introducing|exploring|around|set in)\s+"
)
_ASK = re.compile(
    r"^(?:please\s+|hey,?\s+)?(?:(?:can|could|would) you\s+(?:please\s+)?|i(?:'d| would)? (?:want|need|like)\s+(?:you to\s+)?)?"
    r"(?:make|create|generate|produce|write|render|film|shoot|give|tell|show|build|design|do)\s*(?:me|us)?\s*"
    r"(?:an?|the|my|our|some)?\s*(?:[\w\-]+[\s\-,]+){0,6}?(?P<kind>" + _KINDS + ")" + _CONNECTED,
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:an?|the|some)?\s*(?:(?:short|brief|little|quick|beautiful|simple|animated|cinematic|emotional|inspiring|bedtime|children's"
    r"|kids'|educational|funny|sad|dark|epic|poetic|\d+[\s-]?(?:s|sec|secs|seconds?|min|minutes?))[\s-]+){0,4}"
    r"(?P<kind>" + _KINDS + "|exploration|stories|journey|look|study|guide|introduction|celebration)" + _CONNECTED,
    re.IGNORECASE,
)
_ASK_BARE = re.compile(
    r"^(?:please\s+)?(?:tell (?:me|us) about|show (?:me|us)|visuali[sz]e|imagine|picture this:?|explain(?: to (?:me|us))?"
    r"|describe|introduce|teach (?:me|us) about)\s+",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*+•‣▪◦–—]|\(?\d{1,3}[.)、]|[①-⑳])\s*(?=\S)")
_BULLET_STRICT = re.compile(r"^\s*(?:[-*+•‣▪◦–—]\s+|\(?\d{1,3}[.)、]\s*|[①-⑳])(?=\S)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.+?)\s*#*$")
_SLUG = re.compile(r"^\s*(?:INT|EXT|INT\./EXT)[./]\s*(.+)$")
_SCENE = re.compile(r"^\s*\[?(?:scene|chapter|part|act)\s+(?:\d+|[ivxlc]+|one|two|three|four|five|six)\b[\s:.\-–—]*(.*?)\]?$", re.I)
_SPEAKER = re.compile(r"^\s*(?:\*\*)?(?:narrator|voice[\s-]?over|v\.?o\.?|host|[A-Z][A-Z0-9 .]{1,24})(?:\*\*)?\s*(?:\(.*?\)\s*)?:(?:\*\*)?\s+(?=\S)")
_TITLE = re.compile(r"^([^:：.!?\n]{2,70}?)\s*[:：]\s*(\S.+)$", re.DOTALL)
_DASHED = re.compile(r"^([A-Z][^:.!?\n]{1,40}?)\s+[–—-]\s+(\S.+)$", re.DOTALL)
_QUESTION = re.compile(
    r"^(?:how|why|what|when|where|who|which|is|are|do|does|did|can|could|will|would|should)\b", re.IGNORECASE
)
_DIRECTION = re.compile(
    r"^(?:use|make|keep|include|add|end|start|begin|style|tone|mood|duration|length|music|camera|aspect|set|it should"
    r"|the (?:video|film|style|tone|mood|music) (?:should|is|must)|no |please|avoid|format)\b",
    re.IGNORECASE,
)


def parse(prompt: str, is_script: bool | None) -> Parsed:
    """Read *prompt*; *is_script* overrides what its shape says."""
    text = _plain_lines(prompt)
    language = detect(prompt)
    units = _units(text, language)
    shape = _shape(text, units, is_script)
    if shape in (Shape.SCRIPT, Shape.LIST):
        title = _heading_title(text)
        return Parsed(shape, language, title, text, _without_title(units, title))
    return _idea(" ".join(unit.text for unit in units), shape, language)


def _idea(text: str, shape: Shape, language: str) -> Parsed:
    title, kind = "", ""
    if language == "en":
        text, kind = _without_request(text)
    match = _TITLE.match(text) or _DASHED.match(text)
    if match and len(match[1].split()) <= 9 and not match[1].strip().isdigit():
        title, text = match[1].strip(" *_#\"“”"), match[2].strip()
    if language == "en" and title:
        text, inner = _without_request(text)
        kind = kind or inner
    units = tuple(Unit(one) for one in sentences(text, language))
    if kind:
        kept = tuple(unit for unit in units if not _DIRECTION.match(unit.text))
        units = kept or units
    return Parsed(shape, language, title, text, units, kind)


def _without_request(text: str) -> tuple[str, str]:
    """*text* without "make a 30-second video about", and the kind of film it asked for."""
    match = _ASK.match(text) or _LABEL.match(text)
    if match:
        return text[match.end() :].strip(), match["kind"].lower()
    bare = _ASK_BARE.match(text)
    if bare:
        return text[bare.end() :].strip(), "explainer" if bare[0].lower().startswith(("explain", "teach")) else ""
    return text, ""


def _shape(text: str, units: tuple[Unit, ...], is_script: bool | None) -> Shape:
    if is_script:
        return Shape.SCRIPT
    items = sum(unit.is_item for unit in units)
    words = sum(spoken_words(unit.text) for unit in units)
    first = units[0].text if units else text
    if is_script is None and items < len(units) and _reads_as_script(text, units, words):
        return Shape.SCRIPT
    if items >= 2 and items >= len(units) - 2:
        return Shape.LIST
    asks = first.rstrip("\"'”»)").endswith(("?", "？", "؟")) or (_QUESTION.match(first) and len(units) == 1)
    return Shape.QUESTION if asks and len(units) <= 2 else Shape.IDEA


def _reads_as_script(text: str, units: tuple[Unit, ...], words: float) -> bool:
    if _ASK.match(text.lstrip()) and len(units) <= 8 and words < 150:
        return False
    if any(unit.heading for unit in units) and words >= SCRIPT_WORDS:
        return True
    return (len(units) >= SCRIPT_SENTENCES and words >= SCRIPT_WORDS) or words >= LONG_WORDS


def _plain_lines(prompt: str) -> str:
    """*prompt* without Markdown inside its lines; headings and bullets stay for `_units`."""
    text = prompt.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)  # front matter
    text = re.sub(r"^(```|~~~).*?^\1[^\n]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)
    text = re.sub(r"^\s*\[[^\]]+\]:\s+\S+.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"</?(?:[a-z][a-z0-9]*)(?:\s[^<>]*)?/?>", "", text, flags=re.IGNORECASE)
    text = re.sub(r"https?://(?:www\.)?([^\s/)]+)[^\s)]*", r"\1", text)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])", r"\1", text)
    text = re.sub(r"`([^`\n]+)`", r"\1", text)
    text = re.sub(r"^\s*>\s?", "", text, flags=re.MULTILINE)
    return re.sub(r"^\s*(?:[-*_]\s*){3,}$|^\s*\|?[\s:|-]*-{3}[\s:|-]*$", "", text, flags=re.MULTILINE)


def _units(text: str, language: str) -> tuple[Unit, ...]:
    """Sentences and items in order, each knowing the heading over it."""
    units: list[Unit] = []
    heading, opens = "", False
    lines = text.split("\n")
    bullets = sum(bool(_BULLET_STRICT.match(line)) for line in lines)
    rows = [line for line in lines if line.strip()]
    is_plain_list = bullets == 0 and len(rows) >= 3 and all(_is_row(line) for line in rows)
    for block in _blocks(lines, split_rows=is_plain_list):
        found = _heading_of(block)
        if found is not None:
            heading, opens = found, True
            continue
        item = bool(_BULLET_STRICT.match(block)) or is_plain_list
        body = _SPEAKER.sub("", _BULLET.sub("", block) if bullets else block)
        for one in sentences(body, language):
            units.append(Unit(one, heading, opens, item))
            opens = False
    return tuple(units) or tuple(Unit(one) for one in sentences(re.sub(r"[#>*|]", " ", text), language))


def _is_row(line: str) -> bool:
    return len(line.strip()) <= 60 and line.strip()[-1] not in ".!?。！？…؟।:" and _heading_of(line) is None


def _heading_of(block: str) -> str | None:
    match = _HEADING.match(block) or _SLUG.match(block) or _SCENE.match(block)
    if match is None or "\n" in block:
        return None
    return match[1].strip() or block.strip()


def _blocks(lines: list[str], *, split_rows: bool) -> list[str]:
    """Paragraphs, headings and items: hard-wrapped lines joined, everything else on its own."""
    blocks: list[str] = []
    running = False
    for line in lines:
        if not line.strip():
            running = False
            continue
        alone = _heading_of(line) is not None or _BULLET_STRICT.match(line) or _SPEAKER.match(line)
        cells = re.fullmatch(r"\s*\|(.+)\|\s*", line)
        text = ", ".join(cell.strip() for cell in cells[1].split("|") if cell.strip()) if cells else line.strip()
        if running and not alone and not split_rows and not cells:
            blocks[-1] += " " + text
        else:
            blocks.append(text)
        running = _heading_of(line) is None and (len(line.strip()) > 50 or bool(_BULLET_STRICT.match(line)))
    return blocks


def _heading_title(text: str) -> str:
    """The first heading, when it comes before anything else."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    match = _HEADING.match(first)
    if match:
        return match[1].strip()
    labelled = re.match(r"^\s*title\s*:\s*(.+)$", first, re.IGNORECASE)
    return labelled[1].strip() if labelled else ""


def _without_title(units: tuple[Unit, ...], title: str) -> tuple[Unit, ...]:
    """Units whose heading is the film's own title stand under none."""
    kept = [replace(unit, heading="") if title and unit.heading == title else unit for unit in units]
    return tuple(unit for unit in kept if not re.fullmatch(r"(?i)title\s*:.*", unit.text))
