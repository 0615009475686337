"""Free words of a storyboard, made harmless for a picture prompt.

Picture servers read more than words: weights "(x:1.5)", "<lora:...>", "[a|b]", "--ar 16:9",
BREAK, "embedding:...", addresses and paths; a language model in front of one reads orders.
All of that goes, letters and plain punctuation stay, so an ordinary description comes out as
it went in. Quotes go too: what is quoted gets lettered into the picture. Start at `plain`.
"""

from __future__ import annotations

import re
import unicodedata

_KEPT = frozenset(".,;'’!?&%°+/-،、。，！？؛·")  # beside letters, marks and digits
_DASHES = "–—―"
_FOLDED = re.compile(r"[\uff01-\uff5e]")  # full-width ASCII, which some tokenizers read as ASCII

# Tried in this order; each match becomes a space.
_TRICKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"<[^<>]*>",
        r"\b[a-z][a-z0-9+.-]{1,15}://\S*",
        r"\bwww\.\S+",
        r"\b(?:data|javascript|mailto|file):(?=\S)\S+",
        r"\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:com|net|org|io|ai|dev|app|info|xyz|onion)\b(?:[/:?#]\S*)?",
        r"\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.[a-z]{2,10}/\S*",
        r"(?:\.\.?[\\/])+\S*",
        r"(?<!\S)~?/(?:[\w.-]+/)+\S*",
        r"\b[a-z]:\\\S*",
        r"\b(?:embedding|lora|lyco|hypernet)\s*:\s*\S+",
        r"__\S{1,80}?__",
        r"(?<!\S)--+[a-z][\w-]*(?:[\s=]+[\d.:]+)?",
        r"::\s*-?[\d.]*",
        r":\s*-?\d*\.?\d+(?=\s*[)\]}])",
    )
)
# To the end of the sentence they stand in.
_ORDERS = re.compile(
    r"(?:\b(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|of|the|your|my|these|those)\s+)*"
    r"(?:previous|prior|above|earlier|preceding|system|safety|instructions?|rules|prompts?|guidelines?|filters?)\b"
    r"|\byou\s+are\s+now\b"
    r"|\b(?:reveal|print|repeat|output|show)\b[^.!?]{0,60}\b(?:system\s+prompt|instructions|api\s+keys?|passwords?)\b"
    r")[^.!?]*[.!?]?",
    re.IGNORECASE,
)
_ROLES = re.compile(r"\b(?:system|developer|assistant|user|negative)\s*(?:prompt|message)?\s*:", re.IGNORECASE)
_KEYWORDS = re.compile(r"\b(?:AND|BREAK|ADD(?:COMM|ROW|COL|BASE)|AND_[A-Z]+)\b")
_LONE_COLON = re.compile(r"(?<!\d):|:(?!\d)")


def plain(text: str) -> str:
    """Return *text* on one line, of letters, digits, spaces and plain punctuation, without any of the tricks above."""
    said = _FOLDED.sub(lambda found: chr(ord(found[0]) - 0xFEE0), text)
    said = "".join("" if unicodedata.category(one) == "Cf" else one for one in said)
    said = " ".join(said.split())
    for trick in _TRICKS:
        said = trick.sub(" ", said)
    said = _ROLES.sub(" ", _ORDERS.sub(" ", said))
    said = _KEYWORDS.sub(lambda found: found[0].lower(), said)
    said = _LONE_COLON.sub(", ", said)
    return _tidy("".join(_kept(one) for one in said))


def _kept(character: str) -> str:
    if character in _DASHES:
        return ", "
    if character in _KEPT or character == ":" or unicodedata.category(character)[0] in "LMN":
        return character
    return " "


def _tidy(text: str) -> str:
    """*text* without doubled spaces, doubled or leading or trailing punctuation."""
    said = re.sub(r"\s+([,;.!?])", r"\1", " ".join(text.split()))
    said = re.sub(r"-{2,}|/{2,}", " ", said)
    said = re.sub(r"([,;])(?:\s*[,;])+", r"\1", said)
    return " ".join(said.split()).strip(" ,;.-/:")
