"""Bounds on what a client may send: how many bytes, of what kind, how slowly, and how often.

Bytes are counted as they come, whatever Content-Length says. The rate is a token bucket for each key, in the memory
of this process. Start at `Bodies` and `Rates`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from astragen.service.problems import Refusal, problem_of

JSON_MAX_BYTES: Final = 2**20
MULTIPART_BYTES: Final = 64 * 2**10  # what a form adds to its file
GRACE_S: Final = 20.0  # for the first bytes, and for a stall in between
SLOWEST: Final = 8 * 2**10  # bytes a second, on average; below it a connection is held open for its own sake
WINDOW_S: Final = 60
DEFAULT_PER_MINUTE: Final = 600

_JSON: Final = "application/json"


class Bodies:
    """ASGI: refuses bodies that are too large, too slow or no JSON; *larger* are the paths that take files."""

    def __init__(
        self, app: ASGIApp, *, larger: Mapping[str, int], grace_s: float = GRACE_S, slowest: float = SLOWEST
    ) -> None:
        self._app = app
        self._larger = larger
        self._grace_s = grace_s
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"], JSON_MAX_BYTES)
        headers = Headers(scope=scope)
        try:
            _check_length(headers, limit)
            if scope["path"] not in self._larger:
                _check_kind(headers)
        except Refusal as refusal:
            await problem_of(refusal, scope["path"])(scope, receive, send)
            return
        await self._app(scope, self._counted(receive, limit), send)

    def _counted(self, receive: Receive, limit: int) -> Receive:
        """*receive*, which raises 413 after *limit* bytes, and 408 when they come too slowly."""
        taken = 0
        started = time.monotonic()
        is_whole = False

        async def counted() -> Message:
            nonlocal taken, is_whole
            if is_whole:
                return await receive()  # waits for the client to go away: as long as the answer takes
            left_s = started + self._grace_s + taken / self._slowest - time.monotonic()
            with anyio.move_on_after(max(left_s, 0)) as patience:
                message = await receive()
            if patience.cancelled_caught:
                raise Refusal(408, "request.timeout", "The body came too slowly.", headers={"Connection": "close"})
            taken += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if taken > limit:
                raise _too_large(limit)
            return message

        return counted


def _check_length(headers: Headers, limit: int) -> None:
    """Refuse a body that says itself that it is too large, before any of it is read."""
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)


def _check_kind(headers: Headers) -> None:
    """Refuse a body that is no JSON: it is what a form of another site could send."""
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and kind != _JSON and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Refusal(415, "request.media_type", f"The body is to be {_JSON}; this one is {kind or 'of no type'}.")


def _too_large(limit: int) -> Refusal:
    # The rest of the body is not read, so nothing can follow it on this connection.
    said = f"The body is larger than {limit} bytes, the most that this path takes."
    return Refusal(413, "request.too_large", said, headers={"Connection": "close"})


@dataclass
class _Bucket:
    tokens: float
    at_s: float


@dataclass(frozen=True)
class Allowance:
    """What a key may still ask: *left* of *quota* requests, all of them again after *full_in_s*."""

    quota: int
    left: int
    full_in_s: int
    retry_in_s: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-11 writes it."""
        return {
            "RateLimit-Policy": f'"requests";q={self.quota};w={WINDOW_S}',
            "RateLimit": f'"requests";r={self.left};t={self.full_in_s}',
        }


class Rates:
    """A token bucket a key: a minute's requests at once, then evenly."""

    def __init__(self, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str, quota: int) -> Allowance:
        """Count one request of *key*, which may make *quota* a minute.

        Raises:
            Refusal: 429, none is left.
        """
        now_s = self._now_s()
        bucket = self._buckets.setdefault(key, _Bucket(quota, now_s))
        bucket.tokens = min(quota, bucket.tokens + (now_s - bucket.at_s) * quota / WINDOW_S)
        bucket.at_s = now_s
        is_taken = bucket.tokens >= 1
        bucket.tokens -= is_taken
        allowance = _allowance(bucket.tokens, quota)
        if not is_taken:
            said = f"This key may make {quota} requests a minute. Retry in {allowance.retry_in_s} s."
            raise Refusal(
                429, "limit.rate", said, headers={**allowance.headers, "Retry-After": str(allowance.retry_in_s)}
            )
        return allowance


def _allowance(tokens: float, quota: int) -> Allowance:
    per_s = quota / WINDOW_S
    return Allowance(
        quota=quota,
        left=math.floor(tokens),
        full_in_s=math.ceil((quota - tokens) / per_s),
        retry_in_s=max(1, math.ceil((1 - tokens) / per_s)),
    )


def with_headers(send: Send, more: Mapping[str, str]) -> Send:
    """*send*, with the headers *more* in the answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(more)
        await send(message)

    return sending
