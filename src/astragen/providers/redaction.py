"""Secrets stay out of messages and logs: a key in any spelling, and the signed query of an address.

Servers repeat what they were sent, plain, escaped or packed; `hidden` finds it in all these forms. The
HTTP library logs whole addresses and headers; `quiet` keeps it still while it works for us, and for
nobody else. Start at `hidden`.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final
from urllib.parse import unquote, urlsplit

_SHORT: Final = 8  # characters; what is shorter is searched for as it is, or ordinary words would be hidden
_LONG_VALUE: Final = 12  # characters; a value of a query that is as long may be a signature
_QUERY: Final = re.compile(r"((?:http|ws)s?://[^\s\"'<>?#]*)\?[^\s\"'<>]*", re.IGNORECASE)
_LOGGERS: Final = ("httpx2", *(f"httpcore2.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))

_NAMES: Final = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}  # of HTML

_is_ours: ContextVar[bool] = ContextVar("_is_ours", default=False)


def hidden(text: str, secrets: Iterable[str]) -> str:
    """*text* with "[key]" in place of each of *secrets*, however it is spelled.

    Plain, with any of its characters escaped as JSON, URLs and HTML do, in base64 at any offset, or in hex.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = re.sub(_spellings(secret), "[key]", text)
    return text


def hider(secrets: Iterable[str]) -> Callable[[str], str]:
    """`hidden` with *secrets* prepared once, for many texts."""
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    if not longest_first:
        return lambda text: text
    pattern = re.compile("|".join(map(_spellings, longest_first)))
    return lambda text: pattern.sub("[key]", text)


def without_queries(text: str) -> str:
    """*text* with "?[query]" in place of what stands after the "?" of its addresses, which may be signed."""
    return _QUERY.sub(r"\1?[query]", text)


def secrets_of_key(key: str, prefix: str) -> list[str]:
    """What must not be repeated of *key*, which is sent after *prefix*: "Basic" packs a password into it."""
    secrets = [key]
    if prefix.strip().lower() == "basic":
        with suppress(ValueError):
            pair = base64.b64decode(key, validate=True).decode()
            secrets += [pair, pair.partition(":")[2]]
    return secrets


def secrets_of_url(url: str) -> list[str]:
    """What must not be repeated of *url*: its query, and each long value of it."""
    query = urlsplit(url).query
    values = [pair.partition("=")[2] for pair in query.split("&")]
    long = [value for value in values if len(value) >= _LONG_VALUE]
    return [*filter(None, [query]), *long, *(unquote(value) for value in long)]


def _spellings(secret: str) -> str:
    if len(secret) < _SHORT:
        return re.escape(secret)
    packed = (
        "[A-Za-z0-9+/_-]{0,4}(?:"
        + "|".join(_packed(secret.encode(), offset) for offset in range(3))
        + r")[A-Za-z0-9+/_=-]{0,4}"
    )
    hexed = secret.encode().hex()
    return f"(?:{''.join(map(_escaped, secret))}|{packed}|{hexed}|{hexed.upper()})"


def _escaped(sign: str) -> str:
    """A pattern of *sign* as it is, or as JSON, a URL or HTML may write it, once or twice."""
    number = ord(sign)
    digits = "".join(f"[{one}{one.upper()}]" if one.isalpha() else one for one in f"{number:02x}")
    named = f"|&{_NAMES[sign]};" if sign in _NAMES else ""
    by_number = rf"\\{{1,3}}[uU]00{digits}|%(?:25)?{digits}|&\#0*{number};|&\#[xX]0*{digits};"
    return rf"(?:\\{{0,3}}{re.escape(sign)}|{by_number}{named})"


def _packed(secret: bytes, offset: int) -> str:
    """A pattern of the middle of *secret* in base64, when *offset* bytes stand before it; either alphabet."""
    whole = base64.b64encode(b"\0" * offset + secret).decode().rstrip("=")
    middle = whole[(0, 2, 3)[offset] : -1]
    return "".join({"+": "[+-]", "/": r"(?:\\?/|_)"}.get(sign, sign) for sign in middle)


@contextmanager
def quiet() -> Iterator[None]:
    """Let the HTTP library log nothing of what is done inside: it would log addresses with their queries, and headers.

    What others in this process do with it at the same time is logged as before.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_not_ours)  # once: a filter that is there is not added again
    before = _is_ours.get()
    _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.set(before)


def _not_ours(_: logging.LogRecord) -> bool:
    return not _is_ours.get()
