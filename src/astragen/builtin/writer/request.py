"""Requests around an idea: "make a 30-second video about ...", "A tale of ...", "Explain ...".

Start at `without_request`.
"""

from __future__ import annotations

import re

_KINDS = (
    r"(?:video|film|movie|clip|animation|short|story|tale|fable|documentary|doc|explainer|ad|advert|advertisement"
    r"|commercial|promo|trailer|teaser|reel|scene|montage|cartoon|vlog|tutorial|presentation|short film|music video"
    r"|poem|narrative|adventure|portrait)s?"
)
_CONNECTED = (
    r"s?,?\s+(?:about|on|of|for|showing|explaining|where|in which|telling|featuring|focus(?:ing|ed) on|highlighting"
    r"|that (?:shows?|explains?|tells?|highlights?|explores?)|following|introducing|exploring|around|set in|from)\s+"
)
_ASK = re.compile(
    r"^(?:please\s+|hey,?\s+)?(?:(?:can|could|would) you\s+(?:please\s+)?"
    r"|i(?:'d| would)? (?:want|need|like)\s+(?:you to\s+)?)?"
    r"(?:make|create|generate|produce|write|render|film|shoot|give|tell|show|build|design|do)\s*(?:me|us)?\s*"
    r"(?:an?|the|my|our|some)?\s*(?:\w+(?:-\w+)*[\s,]+){0,6}?(?P<kind>" + _KINDS + ")" + _CONNECTED,
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:an?|the|some)?\s*(?:(?:short|brief|little|quick|beautiful|simple|animated|cinematic|emotional|inspiring"
    r"|bedtime|children's|kids'|educational|launch|product|promotional|marketing|teaser|brand|hype|funny|sad|dark|epic"
    r"|poetic|\d+[\s-]?(?:s|sec|secs|seconds?|min|minutes?))[\s-]+){0,4}"
    r"(?P<kind>" + _KINDS + "|exploration|stories|journey|look|study|guide|introduction|celebration)" + _CONNECTED,
    re.IGNORECASE,
)
_PROMO = re.compile(r"^(?:introducing|meet|presenting|announcing|launching|say hello to)[:\s]+(?=[A-Z])")
_BARE = re.compile(
    r"^(?:please\s+)?(?:tell (?:me|us) about|show (?:me|us)|visuali[sz]e|imagine|picture this:?"
    r"|explain(?: to (?:me|us))?|describe|introduce|teach (?:me|us) about)\s+",
    re.IGNORECASE,
)
_DIRECTION = re.compile(
    r"^(?:use|make|keep|include|add|end|start|begin|style|tone|mood|duration|length|music|camera|aspect|set|it should"
    r"|the (?:video|film|style|tone|mood|music) (?:should|is|must)|no |please|avoid|format)\b",
    re.IGNORECASE,
)


def without_request(text: str) -> tuple[str, str]:
    """*text* without its request, and the kind of film it asked for ("" for none)."""
    match = _ASK.match(text) or _LABEL.match(text)
    if match:
        is_promo = re.search(
            r"\b(?:promo\w*|ads?|advert\w*|commercial|product|launch|marketing|brand)\b", match[0], re.IGNORECASE
        )
        return text[match.end() :].strip(), "promo" if is_promo else match["kind"].lower()
    promo = _PROMO.match(text[:1].lower() + text[1:])
    if promo:
        return text[promo.end() :].strip(), "promo"
    bare = _BARE.match(text)
    if bare:
        return text[bare.end() :].strip(), "explainer" if bare[0].lower().startswith(("explain", "teach")) else ""
    return text, ""


def asks_for_film(text: str) -> bool:
    """Whether *text* begins by asking for a film."""
    return bool(_ASK.match(text.lstrip()))


def is_direction(sentence: str) -> bool:
    """Whether *sentence* tells how to make the film rather than what happens, such as "Use warm colours"."""
    return bool(_DIRECTION.match(sentence))
