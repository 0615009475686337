"""Text of a stranger made fit to be said and shown: no markup, addresses, emoji or control characters.

What a language model writes is text and nothing else; what only a machine would read is
taken out, and what is left is cut to its limit where a word or a sentence ends. Pure.
Start reading at `plain`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

READ_MORE: Final = 500  # characters past twice a field's limit that are still looked at: room for markup
_KEPT_SYMBOLS = frozenset("°№℃℉")  # symbols (Unicode So) that belong to what is said
_JOINERS = "\u200c\u200d"  # zero-width, and letters of Persian and of Indian scripts join by them
_DROPPED = ("Cf", "Co", "Cn", "Cs", "So", "Sk", "Me")  # format, private, unassigned, surrogates, emoji, modifiers
_SPACE = ("Cc", "Zs", "Zl", "Zp")
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_MARKUP = (
    (re.compile(r"```[a-zA-Z]*|~~~"), " "),
    (re.compile(r"<!--.{0,2000}?-->", re.DOTALL), " "),
    (re.compile(r"<(script|style)\b.{0,2000}?</\1\s*>", re.DOTALL | re.IGNORECASE), " "),
    (re.compile(r"</?[a-zA-Z!?][^<>]{0,500}>"), " "),
    (re.compile(r"!\[[^\[\]]{0,300}\]\([^()]{0,500}\)"), " "),  # a picture
    (re.compile(r"\[([^\[\]]{1,300})\]\([^()]{0,500}\)"), r"\1"),  # a link keeps its words
    (re.compile(r"\b(?:[a-z][a-z0-9+.\-]{1,20}://|www\.)\S+", re.IGNORECASE), " "),
    (re.compile(r"\b(?:javascript|data|file|mailto|vbscript):\S+", re.IGNORECASE), " "),
    (re.compile(r"(?<!\S)(?:[A-Za-z]:\\|\\\\|~/|\.{1,2}[\\/]|/(?=\w))\S*"), " "),  # a path
    (re.compile(r"(\*{1,3}|_{2,3})(?=\S)([^*_]{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)_(?=\S)([^_]{1,500}?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`]{1,500})`"), r"\1"),
    (re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+•]\s+)", re.MULTILINE), ""),
)
_DIRECTIONS = re.compile(r"\[[^\[\]]{0,200}\]|\*[^*]{1,80}\*")  # "[music swells]", "*whispers*"
_SPEAKER = re.compile(
    r"^\s*(?:narrator|narration|voice[\s\-]?over|v\.?o\.?)\s*(?:\([^)]{0,60}\))?\s*:\s*", re.IGNORECASE
)
_TITLE = re.compile(r"\b(?:mr|mrs|ms|dr|st|prof|vs|no|fig|gen|z\.b|d\.h|[a-z])\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？؟।]+[\"'”’»)]*(?=\s|$)|[。！？]")


def plain(value: object, most: int) -> str:
    """*value* as at most *most* characters of plain text on one row; "" when it is no text."""
    return shortened(_stripped(value, most), most)


def speech(value: object, most: int) -> str:
    """*value* as a line to be spoken: `plain`, without stage directions and the speaker's name, in whole sentences.

    Text without a letter or digit is no line.
    """
    text = _SPEAKER.sub("", _row(_DIRECTIONS.sub(" ", _stripped(value, most))))
    return whole_sentences(text, most) if any(letter.isalnum() for letter in text) else ""


def shortened(text: str, most: int) -> str:
    """*text* within *most* characters, cut at a space when there is one."""
    if len(text) <= most:
        return text
    return text[: most + 1].rpartition(" ")[0].rstrip(" ,;:-–—") or text[:most]


def whole_sentences(text: str, most: int) -> str:
    """The sentences of *text* that *most* characters hold; cut at a space when not one of them ends in time."""
    if len(text) <= most:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, most) if _is_end(text, match)]
    return text[: ends[-1]] if ends else shortened(text, most)


def sentences(text: str) -> list[str]:
    """*text* cut where sentences end, each with its marks; joined as they stand (`joined`) they are *text* again."""
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        if _is_end(text, match):
            found.append(text[start : match.end()].strip())
            start = match.end()
    return [one for one in (*found, text[start:].strip()) if one]


def joined(parts: Iterable[str]) -> str:
    """*parts* of a text as one: with a space between, none after a wide mark ("。")."""
    text = ""
    for part in parts:
        is_wide = text[-1:] != "" and unicodedata.east_asian_width(text[-1]) in "WF"
        text += part if is_wide or not text else f" {part}"
    return text


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence ends there: no title or initial before a full stop, no small letter after it."""
    if match[0] != ".":
        return True
    following = text[match.end() :].lstrip()[:1]
    return not following.islower() and not _TITLE.search(text, max(0, match.start() - 6), match.start())


def _stripped(value: object, most: int) -> str:
    if not isinstance(value, str):
        return ""
    text = html.unescape(value[: 2 * most + READ_MORE])
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    return _row(text)


def _row(text: str) -> str:
    """*text* on one row, without the characters that nobody says."""
    kept = "".join(_kept(character) for character in _VARIANTS.sub("", text))
    return " ".join(unicodedata.normalize("NFC", kept).split()).strip(_JOINERS)


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACE:
        return " "
    if category in _DROPPED and character not in _KEPT_SYMBOLS and character not in _JOINERS:
        return ""
    return character
