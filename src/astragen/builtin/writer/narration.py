"""Whether a text is narration to be spoken as it stands, or an idea, a wish or an article to write a film from.

One rule for every writer. What the user said (`--script`, `--idea`) counts before it. Start at `reads_as_narration`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from astragen.builtin.writer.language import spoken_words
from astragen.builtin.writer.request import asks_for_film
from astragen.builtin.writer.units import Unit

SCRIPT_SENTENCES: Final = 3  # a text with as many sentences, and
SCRIPT_WORDS: Final = 18  # as many words, is narration rather than an idea
LONG_WORDS: Final = 60  # a text of one or two sentences this long is narration, too
REQUEST_WORDS: Final = 150  # a request for a film may be this long and still be no script
DIRECTED_SHARE: Final = 0.3  # of the sentences; with as many about the making, the text is a wish

_WISH = re.compile(  # at the beginning of a text: somebody wants something made
    r"^(?:hi|hello|hey)?[,!\s]*(?:please\b|(?:can|could|would) you\b|(?:i|we)(?:'d| would)? (?:want|need|like)\b"
    r"(?! you to (?!make|create|film|write|produce|show))"
    r"|i am looking for\b|i'm looking for\b|my (?:idea|film|video) (?:is|should)\b|the idea is\b|idea\s*[:\-]"
    r"|an? (?:[\w\-]+[\s,]+){0,5}(?:video|film|movie|clip|animation|ad|advert|commercial|promo|trailer|teaser|reel"
    r"|explainer|documentary|story|tale|fable|cartoon|music video)s?\s+(?:about|of|for|on|where|in which|that|showing)"
    r"\b)",
    re.IGNORECASE,
)
_MAKING = re.compile(  # a sentence about the film rather than of it
    r"^(?:style|tone|mood|music|duration|length|format|aspect(?: ratio)?|voice|audience|setting|characters?)\s*[:=]"
    r"|^(?:cut|fade|zoom|pan|dissolve|open|close|end|start|begin|finish) (?:to|in|out|on|with|up|from)\b.{0,60}"
    r"|\b(?:the camera|camera (?:pans|glides|moves|follows|angle)|voice[\- ]?over|b-roll|background music|soundtrack"
    r"|slow[\- ]motion|close[\- ]ups?|drone shots?|wide shots?|call to action)\b"
    r"|\b(?:the|this) (?:video|film|clip|ad|trailer) (?:should|must|is|ends|starts|shows)\b"
    r"|^(?:it|everything) should\b|^(?:use|include|add|keep|avoid|make) .{0,40}"
    r"\b(?:colou?rs?|music|captions?|subtitles?|logo|footage|transitions?|style|tone|narrat\w+|shots?|seconds)\b",
    re.IGNORECASE,
)


def reads_as_narration(text: str, units: Sequence[Unit]) -> bool:
    """Whether *text*, whose sentences are *units*, reads as finished narration, whatever film it is for."""
    words = sum(spoken_words(unit.text) for unit in units)
    if words < REQUEST_WORDS and is_wish(text, units):
        return False
    if any(unit.heading for unit in units) and words >= SCRIPT_WORDS:
        return True
    return (len(units) >= SCRIPT_SENTENCES and words >= SCRIPT_WORDS) or words >= LONG_WORDS


def is_wish(text: str, units: Sequence[Unit]) -> bool:
    """Whether *text* asks for a film, or a good part of its sentences is about the making of one."""
    if asks_for_film(text) or _WISH.match(text.lstrip()):
        return True
    about = sum(bool(_MAKING.search(unit.text)) for unit in units)
    return about >= max(1, DIRECTED_SHARE * len(units))
