"""What a voice is given to say: a line's text with everything written put into words.

"Dr. Lee ran 5 km in 1969 🎉" becomes "Doctor Lee ran 5 kilometers in nineteen sixty-nine".
Markup, stage directions and emoji are not said. Every spoken character knows the character
of the line it stands for, so that captions show the line while the voice says the words.
Pure; any voice can use it. Start reading at `spoken_text`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from astragen.builtin.reading.rules import rules_of
from astragen.builtin.reading.tongue import Part, Words

_JOINERS = "\u200c\u200d"  # they shape Persian and Indic words, and glue emoji
_HELD = "\ue000"  # stands for an unspoken character until the end, so that no rule reaches across it
_DIRECTION_WORDS = 5  # "*sighs*", "(in a low voice)": a longer aside is part of what is told

_MARKUP = (  # a group, when there is one, is kept
    re.compile(r"```[^\n`]*\n?|~~~"),
    re.compile(r"<!--.{0,2000}?-->", re.DOTALL),
    re.compile(r"<(?:script|style)\b.{0,2000}?</(?:script|style)\s*>", re.DOTALL | re.IGNORECASE),
    re.compile(r"</?[a-zA-Z!?][^<>]{0,500}>"),
    re.compile(r"!\[[^\[\]]{0,300}\]\([^()]{0,500}\)"),
    re.compile(r"\[([^\[\]]{1,300})\]\([^()]{0,500}\)"),
    re.compile(r"\[[^\[\]]{0,200}\]"),
    re.compile(r"\{[^{}]{0,200}\}"),
    re.compile(r"(?<!\w)\*{2,3}(?=\S)([^*]{1,500}?)(?<=\S)\*{2,3}(?!\w)"),
    re.compile(r"(?<!\w)_{1,3}(?=\S)([^_]{1,500}?)(?<=\S)_{1,3}(?!\w)"),
    re.compile(r"~~([^~]{1,500})~~"),
    re.compile(r"`([^`]{1,500})`"),
    re.compile(r"^\s*(?:#{1,6}(?=\s)|>(?=\s)|[-*+•‣▪](?=\s)|-{3,}\s*$)", re.MULTILINE),
)
_ASIDE = re.compile(r"(?<![\w*])\*(?=\S)([^*]{1,80}?)(?<=\S)\*(?![\w*])")
_OPENING_ASIDE = re.compile(
    r"^\s*\(([^()]{1,60})\)\s*(?=[^\s.,;:!?)])"
)  # before a small letter it is part of the sentence


class Said(NamedTuple):
    """What is said. map: for each of its characters, the index of the line's character it stands for, ascending."""

    text: str
    map: tuple[int, ...]


def spoken_text(text: str, language: str) -> Said:
    """*text* in the words a voice says, in a BCP 47 *language*; empty when there is nothing to say.

    What the language has no rule for stays as it is written.
    """
    said = _without_emoji(_without_markup(Said(text, tuple(range(len(text))))))
    for pattern, words in rules_of(language):
        said = _rewritten(said, pattern, words)
    return _tidied(said)


def _rewritten(said: Said, pattern: re.Pattern[str], words: Words) -> Said:
    """*said* with every match of *pattern* replaced by the parts that *words* makes of it; None leaves it."""
    text: list[str] = []
    places: list[int] = []
    done = 0
    for match in pattern.finditer(said.text):
        parts = words(match)
        if parts is None:
            continue
        text.append(said.text[done : match.start()])
        places += said.map[done : match.start()]
        for part in parts:
            text.append(part.text)
            places += _places(said, match, part)
        done = match.end()
    if not done:
        return said
    return Said("".join(text) + said.text[done:], (*places, *said.map[done:]))


def _places(said: Said, match: re.Match[str], part: Part) -> Sequence[int]:
    """Where the part's characters stand in the line: each its own when it is copied, else all where it begins."""
    start = match.start() + part.offset
    if said.text.startswith(part.text, start) and start + len(part.text) <= match.end():
        return said.map[start : start + len(part.text)]
    if any(character.isalnum() for character in part.text):
        start = next((index for index in range(start, match.end()) if said.text[index].isalnum()), start)
    return [said.map[min(start, len(said.map) - 1)]] * len(part.text)


def _without_markup(said: Said) -> Said:
    text = said.text
    for pattern in _MARKUP:
        text = pattern.sub(_held, text)
    text = _ASIDE.sub(lambda match: _aside(match, text), text)
    opening = _OPENING_ASIDE.match(text)
    if opening and _is_direction(opening[1]) and not text[opening.end()].islower():
        text = _HELD * opening.end() + text[opening.end() :]
    return Said(text, said.map)


def _held(match: re.Match[str]) -> str:
    """The match with all but its group, if it has one, held back."""
    start, stop = match.span(1) if match.re.groups and match[1] is not None else (match.end(), match.end())
    return _HELD * (start - match.start()) + match.string[start:stop] + _HELD * (match.end() - stop)


def _aside(match: re.Match[str], text: str) -> str:
    """`*sighs*` is not said where a sentence could begin; inside one, asterisks mean stress."""
    before = text[: match.start()].rstrip(f" \n\t\"'“„«{_HELD}")
    after = text[match.end() :].lstrip(f" \n\t\"'“„«{_HELD}")
    opens = not before or before[-1] in ".!?…:—–"
    ends = not after or after[0].isupper() or after[0] in "*—–"
    if opens and ends and _is_direction(match[1]):
        return _HELD * len(match[0])
    return f"{_HELD}{match[1]}{_HELD}"


def _is_direction(aside: str) -> bool:
    return aside[:1].islower() and len(aside.split()) <= _DIRECTION_WORDS and aside[-1] not in ".!?"


def _without_emoji(said: Said) -> Said:
    text = said.text
    return Said("".join(_HELD if _is_unspoken(text, index) else text[index] for index in range(len(text))), said.map)


def _is_unspoken(text: str, index: int) -> bool:
    """Whether the character is a control, an emoji or a part of one; joiners inside words stay."""
    character = text[index]
    if character in _JOINERS:
        return not (_is_letter(text[index - 1 : index]) and _is_letter(text[index + 1 : index + 2]))
    if character in "\n\t\r":
        return False
    category = unicodedata.category(character)
    code = ord(character)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn") or 0xFE00 <= code <= 0xFE0F or code == 0x20E3:
        return True
    return category in ("So", "Sk", "Sm") and (code >= 0x1F000 or 0x2300 <= code <= 0x2BFF or character in "©®™")


def _is_letter(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] in "LM"


def _tidied(said: Said) -> Said:
    """Runs of spaces and held characters as one space, none before marks that close, none at the ends."""
    text: list[str] = []
    places: list[int] = []
    is_open = is_row_end = False
    for character, place in zip(said.text, said.map, strict=True):
        if character == _HELD or character.isspace():
            is_open = bool(text)
            is_row_end |= character == "\n" and is_open and text[-1].isalnum()
            continue
        if not text and character in ",.;:!?…)":
            continue
        if is_row_end:
            text.append(".")
            places.append(places[-1])
        if is_open and character not in ",.;:!?…)":
            text.append(" ")
            places.append(place)
        text.append(character)
        places.append(place)
        is_open = is_row_end = False
    if not any(character.isalnum() for character in text):
        return Said("", ())
    return Said("".join(text), tuple(places))
