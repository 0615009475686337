"""What a provider's "no" means: one table from HTTP statuses and bodies to our error tree.

Pure: no network and no clock but the *now* that is given. Every vendor words its errors
in its own JSON, or in HTML; `failure` reads them all. Start there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Final

from astragen.errors import BadOutput, ContentRefused, ProviderError, QuotaExceeded, RateLimited, Unavailable
from astragen.providers.redaction import without_queries

SAID_MAX: Final = 400  # characters of a vendor's own words that a message repeats

_OUT_OF_CREDIT = {  # `code` or `type` of a body, whatever its status (facts 1.3, 2.5, 6.2)
    *("insufficient_quota", "quota_exceeded", "billing_hard_limit_reached", "billing_not_active", "payment_required"),
    *("insufficient_credits", "billing_error"),
}
_BROKE: Final = "exhausted balance"  # in the words of fal's 403, which has no code (github.com/fal-ai/fal/issues/1147)
_REFUSED = {  # `code` or `type` of a body that moderation wrote (facts 1.3, 2.3)
    *("moderation_blocked", "content_policy_violation", "content_filter", "safety_error", "prohibited_content"),
    *("responsibleaipolicyviolation", "content_moderation"),
}
_KEY_REFUSED = {"api_key_invalid"}  # Google says so with status 400
_FORM = ("response_format", "json_schema", "grammar")  # llama-cpp-python says with status 500 that it has no schemas
_BUSY = frozenset({408, 409, 425, 500, *range(502, 505), *range(506, 600)})  # 501 and 505 never get better

_IS_FULL = re.compile("(torch.*)?OutOfMemoryError")  # of Stable Diffusion servers (facts 4.1); asking again fails again


def failure(
    status: int, headers: Mapping[str, str], body: bytes, *, provider: str, key_hint: str, now: datetime
) -> ProviderError:
    """The error that an HTTP answer is: of *status* outside 2xx, or of 200 with an error in its body.

    The names in *headers* are in lower case; *provider* is its name as users know it,
    *key_hint* what to do about a key that is refused, and an HTTP date in Retry-After is
    counted from *now*, which is aware of its time zone.
    """
    reply = _json(body)
    said, codes = words_of(reply) or _plain(body), codes_of(reply)
    wait = retry_after_s(headers, reply, now=now)
    about = f"{provider} answered HTTP {status}{f': {said}' if said else ''}"
    if 300 <= status < 400:
        return _redirected(provider, status)
    is_broke = status == 403 and _BROKE in said.lower()
    if is_broke or codes & _OUT_OF_CREDIT or (status == 402 and not _is_queue(reply)):
        hint = f"Top up the account or choose another provider; {provider} will not answer before."
        return QuotaExceeded(f"{about}.", hint=hint, provider=provider, status=status)
    if status in (200, 400, 403, 422, 451) and (codes & _REFUSED or _was_flagged(reply)):
        return ContentRefused(f"{about}.", hint="Word the prompt differently.", provider=provider, status=status)
    if status in (401, 403, 407) or codes & _KEY_REFUSED:
        # The vendor's words are left out: some repeat a part of the key.
        return ProviderError(
            f"{provider} refused the key or its rights (HTTP {status}).",
            hint=key_hint,
            provider=provider,
            status=status,
        )
    if status in (402, 429):
        hint = f"Retry in {wait:.0f} s." if wait else "Retry later."
        return RateLimited(f"{about}.", hint=hint, provider=provider, status=status, retry_after_s=wait)
    if status == 500 and _IS_FULL.match(said):
        hint = "Ask for a smaller size, or free memory there."
        return ProviderError(f"{about}.", hint=hint, provider=provider, status=status)
    if status in _BUSY and not (status == 500 and any(word in said for word in _FORM)):
        return Unavailable(f"{about}.", hint="Try again later.", provider=provider, status=status, retry_after_s=wait)
    if status < 300:
        return BadOutput(f"{about}.", hint="Choose another model or provider.", provider=provider, status=status)
    return ProviderError(f"{about}.", hint=_HINTS.get(status, ""), provider=provider, status=status)


_HINTS: Final = {
    404: "Check the model's name and the base URL.",
    413: "Ask for a shorter film or a shorter article.",
    415: "Check the base URL.",
}


def _redirected(provider: str, status: int) -> ProviderError:
    message = f"{provider} answered with a redirect (HTTP {status}), and redirects are not followed."
    hint = f"Set the final address in {variable(provider, 'BASE_URL')}."
    return ProviderError(message, hint=hint, provider=provider, status=status)


def variable(provider: str, what: str) -> str:
    """Our own environment variable for *what* of *provider*: its API_KEY, BASE_URL or MODEL."""
    return f"ASTRAGEN_{re.sub('[^A-Z0-9]', '_', provider.upper())}_{what}"


def not_json(provider: str, what: str) -> BadOutput:
    """The error of an answer of status 200 that is *what* instead of JSON."""
    hint = f"Check {variable(provider, 'BASE_URL')}, or choose another provider."
    return BadOutput(f"{provider} answered with {what} instead of JSON.", hint=hint, provider=provider, status=200)


def retry_after_s(headers: Mapping[str, str], reply: object, *, now: datetime) -> float | None:
    """The wait that a provider asks for, in seconds; None when it names none that can be read.

    Read in this order: `retry-after-ms`; `retry-after` as seconds, a length ("1m30s") or an HTTP date, which
    counts from the server's own `date` where it sends one; `retryAfterSeconds` and its like in the body,
    Google's `retryDelay` ("17s"); the `x-ratelimit-reset-*` of a budget of which nothing remains; and words:
    "Retry after 12s", "resets in ~30s", "try again in 1m30s".
    """
    forms: tuple[Callable[[], float | None], ...] = (
        lambda: _scaled(_seconds(headers.get("retry-after-ms", "")), 0.001),
        lambda: length_s(headers.get("retry-after", "")),
        lambda: _until(headers, now),
        lambda: _first(length_s(value) for key, value in pairs_in(reply) if key.lower() in _WAITS),
        lambda: _reset_s(headers),
        lambda: _said_s(words_of(reply)),
    )
    return _first(form() for form in forms)


_WAITS: Final = {
    *("retryafterseconds", "retry_after_seconds", "retryafter", "retry_after", "retrydelay"),
    "estimated_time",  # Hugging Face, while a model loads
}
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_LENGTH: Final = (
    r"(?:\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])\s*)+"
)
_SAID: Final = re.compile(
    rf"(?:retry|again|resets?|wait)(?:\s+(?:after|in|for|your|request|another|about|at|least))*\s*[~≈]?\s*({_LENGTH})",
    re.IGNORECASE,
)
_PIECE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|milli|s|m|h|d)", re.IGNORECASE)


def length_s(said: object) -> float | None:
    """A length of time in seconds: a number, or a text like "12", "17.5s", "12ms", "6m0s", "1h 2 min"; else None."""
    plain = _seconds(said)
    if plain is not None or not isinstance(said, str):
        return plain
    if not re.fullmatch(_LENGTH, said.strip(), re.IGNORECASE):
        return None
    pieces = _PIECE.findall(said)
    return sum(float(number) * _UNITS["ms" if unit.lower() == "milli" else unit.lower()] for number, unit in pieces)


def _said_s(words: str) -> float | None:
    found = _SAID.search(words[:SAID_MAX])
    return length_s(found[1].strip()) if found else None


def _reset_s(headers: Mapping[str, str]) -> float | None:
    """OpenAI's way, and Groq's: when the budgets that are used up are full again."""
    kinds = [
        name.rpartition("-")[2] for name, left in headers.items() if _REMAINING.match(name) and left.strip() == "0"
    ]
    waits = [length_s(headers.get(f"x-ratelimit-reset-{kind}", "")) for kind in kinds]
    return max((wait for wait in waits if wait is not None), default=None)


_REMAINING: Final = re.compile(r"x-ratelimit-remaining-[a-z]+$")


def _until(headers: Mapping[str, str], now: datetime) -> float | None:
    until = _date(headers.get("retry-after", ""))
    if until is None:
        return None
    return max(0.0, (until - (_date(headers.get("date", "")) or now)).total_seconds())


def _first(waits: Iterable[float | None]) -> float | None:
    return next((wait for wait in waits if wait is not None), None)


def _scaled(number: float | None, by: float) -> float | None:
    return None if number is None else number * by


def _seconds(said: object) -> float | None:
    try:
        wait = float(said)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, wait) if math.isfinite(wait) else None


def _date(said: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)


def words_of(reply: object) -> str:
    """What an error body says to people, from any vendor's shape, on one line, at most `SAID_MAX` characters."""
    if isinstance(reply, list) and reply:
        return words_of(reply[0])
    if isinstance(reply, str):
        return _line(reply)
    if isinstance(reply, dict):
        for name in ("error", "message", "detail", "msg"):
            said = words_of(reply.get(name))
            if said:
                return _line("; ".join((said, *_of_nodes(reply))))
    return ""


def _of_nodes(reply: Mapping[str, object]) -> Iterator[str]:
    """What ComfyUI says of the nodes of a workflow that it refuses (facts 4.2)."""
    error, nodes = reply.get("error"), reply.get("node_errors")
    if not isinstance(nodes, dict):
        return
    if not nodes and isinstance(error, dict):
        yield from filter(None, [words_of(error.get("details"))])
    for number, node in nodes.items():
        if isinstance(node, dict) and isinstance(node.get("errors"), list):
            for one in node["errors"]:
                details = words_of(one.get("details")) if isinstance(one, dict) else ""
                yield f"node {number} ({node.get('class_type')}): {words_of(one)}{f' ({details})' if details else ''}"


def codes_of(reply: object) -> set[str]:
    """Every `code`, `type`, `status` and `reason` that is a text, anywhere in an error body, in lower case."""
    named = ("code", "type", "status", "reason")
    return {value.lower() for key, value in pairs_in(reply) if key in named and isinstance(value, str)}


def pairs_in(reply: object) -> Iterator[tuple[str, Any]]:
    """Every key of every object in *reply* with its value, level by level, at most 1,000 of them."""
    waiting, seen = [reply], 0
    while waiting and seen < 1_000:
        node = waiting.pop(0)
        children = list(node.items()) if isinstance(node, dict) else []
        for key, value in children:
            seen += 1
            yield key, value
        waiting += [value for _, value in children] if children else node if isinstance(node, list) else []


def _is_queue(reply: object) -> bool:
    """Whether a 402 is Pollinations' payment offer for a full queue (facts 1.2a): waiting is free."""
    return isinstance(reply, dict) and "x402Version" in reply and "queue full" in words_of(reply).lower()


def _was_flagged(reply: object) -> bool:
    """Whether OpenRouter says why its moderation refused."""
    return any(key in ("reasons", "flagged_input") and value for key, value in pairs_in(reply))


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _plain(body: bytes) -> str:
    text = body[:4_000].decode("utf-8", "replace")
    title = re.search(r"<title[^>]*>(.*?)</title", text, re.DOTALL | re.IGNORECASE)
    if title:
        return _line(f'a web page, "{title[1].strip()}"')
    return "a web page" if text.lstrip()[:1] == "<" else _line(text)


def _line(text: str) -> str:
    """*text* on one line, printable, cut, without its full stop."""
    text = without_queries(text)  # which may be signed
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return (line if len(line) <= SAID_MAX else f"{line[: SAID_MAX - 1]}…").removesuffix(".")
