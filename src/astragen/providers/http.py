"""The one HTTP client: JSON or a form to a provider, JSON or bytes back, or an error of our tree.

One `HttpClient` a provider. It takes its turn at the host, obeys a short "try later", sends an identical request
again where that is safe, and reads answers that come in pieces. What one exchange is, and what is believed of an
answer, says `exchange.py`. Start reading at `HttpClient.post_json`.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar
from urllib.parse import urlsplit

import anyio

from astragen.errors import BadOutput, ProviderError, Unavailable, Uncertain
from astragen.providers.addresses import Reach, checked_url, is_loopback, origin_of
from astragen.providers.auth import Auth
from astragen.providers.bodies import Body, Part, form_body, json_body
from astragen.providers.exchange import (
    JSON_TYPES,
    MAX_BYTES,
    PAID,
    Again,
    Exchange,
    Refusal,
    Reply,
    Stream,
    Timeouts,
    lower,
)
from astragen.providers.failures import not_json
from astragen.providers.limits import Limit, Limits, limit_of
from astragen.providers.sse import LINE_MAX_BYTES, LineSplitter

if TYPE_CHECKING:
    import httpx2

# What those who speak through this client need, too, though it is written elsewhere.
__all__ = [
    "Again",
    "Auth",
    "Body",
    "Part",
    "Reply",
    "Stream",
    "Timeouts",
    "checked_url",
    "form_body",
    "is_loopback",
    "json_body",
    "origin_of",
]

RETRIES: Final = 2
BACKOFF_S = 0.5  # doubled with every try; tests shorten it
WAIT_MAX_S: Final = 20.0  # a provider that asks for a longer wait is given up, and the caller decides

_GATEWAY: Final = frozenset({500, 502, 504, *range(520, 528)})  # the work behind it may go on
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LEAST_S: Final = 0.05  # a turn that comes so late before the end of all waiting is none
_STREAM_TYPES: Final = {"text/event-stream", "application/x-ndjson", "application/jsonl", "application/x-jsonlines"}
_STREAM_ACCEPT: Final = "text/event-stream, application/x-ndjson, application/json"

log = logging.getLogger(__name__)

Awaited = TypeVar("Awaited")


class HttpClient(Exchange):
    """Speaks JSON with one provider at one address.

    A connection lives for one exchange, so a client belongs to no event loop and needs no
    closing, and a cancelled call leaves nothing open.
    """

    def __init__(
        self,
        base_url: str,
        *,
        provider: str,
        auth: Auth | None = None,
        key_hint: str = "",
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts | None = None,
        max_bytes: int = MAX_BYTES,
        reach: Reach | None = None,
        limits: Limits | None = None,
        limit: Limit | None = None,
        refusal: Refusal | None = None,
    ) -> None:
        """Check the address and the key; nothing is sent yet. What is not said here, see `Exchange`.

        *limits*: shared with the other processes of this machine; None to ask without waiting for a turn. *limit*: how
        often this host may be asked; None for what `limits.limit_of` knows of it.

        Raises:
            SettingsError: the address or the key cannot be used, or the key would travel in the open.
        """
        super().__init__(
            base_url,
            provider=provider,
            auth=auth,
            key_hint=key_hint,
            headers=headers,
            timeouts=timeouts,
            max_bytes=max_bytes,
            reach=reach,
            refusal=refusal,
        )
        self._limits = limits
        self._limit = limit or limit_of(self._host)

    def share(self, limits: Limits) -> None:
        """From now on take the turns that *limits* keeps for all processes of this machine."""
        self._limits = limits

    async def post_json(self, path: str, body: Mapping[str, Any], *, again: Again = "always") -> object:
        """POST *body* to *path* below the base URL and return the parsed answer.

        A provider that is down, busy or asks for a wait of up to `WAIT_MAX_S` is asked again, up to
        `RETRIES` times, with byte-identical requests.

        Raises:
            ProviderError: see `failures.failure`; also BadOutput for an answer that is no JSON, too
                long, or holds NaN or Infinity, and Unavailable when nothing answers in time.
        """
        return self.parsed(await self.send("POST", path, json_body(body), again=again))

    async def get_json(self, path: str) -> object:
        """GET *path* below the base URL; see `post_json`."""
        return self.parsed(await self.send("GET", path))

    async def send(
        self,
        method: Literal["GET", "POST", "PUT", "DELETE"],
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        again: Again = "always",
    ) -> Reply:
        """Send a request and return its answer of status 2xx, as the bytes that came: nobody has looked at them.

        Args:
            method: of HTTP.
            path: below the base URL, with its query; or an address on the same origin that this provider gave.
            body: see `json_body` and `form_body`.
            headers: of this request; no secrets.
            again: "unpaid" for a request that costs money and that the provider does not recognise when it comes
                again: it is sent again only where it certainly was not begun. "joined" for one that it recognises.
                "never": one try, whatever comes of it.

        Raises:
            ProviderError: see `failures.failure`; Uncertain where work that costs money may have begun.
        """
        self._note()
        with anyio.move_on_after(self._timeouts.total_s):
            return await self._tried(method, path, body, headers or {}, again)
        # Raised from nothing: what was cancelled leads to frames of the HTTP library, which hold the key.
        raise self._silent(again, f"did not answer within {self._timeouts.total_s:g} s")

    async def lines(self, path: str, body: Mapping[str, Any], *, again: Again = "always") -> AsyncGenerator[str, None]:
        """POST *body* as JSON to *path* and yield the lines of the answer as they arrive, without their ends.

        Use it in `aclosing`: closing it closes the connection. It is tried again as in `post_json`, until
        the first line; the total time of the client goes on while whoever reads it is busy.

        Raises:
            ProviderError: see `post_json`; after the first line Unavailable where the connection breaks or
                pauses too long, and BadOutput for what is too long or no UTF-8.
        """
        import httpx2

        until = anyio.current_time() + self._timeouts.total_s
        for attempt in range(RETRIES + 1):
            failed: ProviderError
            begun = is_final = False
            try:
                async with self._opened(path, json_body(body), until) as response:
                    if 200 <= response.status_code < 300:
                        async with aclosing(self._split(response, until)) as lines:
                            async for line in lines:
                                begun = True
                                yield line
                        return
                    refused = await self._within(until, self._capped(response))
                    reply = Reply(response.status_code, lower(response.headers), refused)
                failed = self._failure(reply, path)
                self._hold(failed)
                is_final = reply.headers.get("x-should-retry") == "false"
                if again == "unpaid" and reply.status in _GATEWAY:
                    failed = self._silent(again, f"answered HTTP {reply.status}")
            except Unavailable as error:
                failed = error
            except (httpx2.RequestError, httpx2.InvalidURL, OSError) as error:
                failed = self._broken(error, "always" if begun else again)
            wait = None if is_final or begun else _wait_s(failed, attempt, again)
            if wait is None or wait >= until - anyio.current_time():
                raise failed  # outside of the handlers: what was caught leads to requests and frames with the key
            log.info("%s: HTTP status %s, asking again in %.1f s", self._provider, failed.status, wait)
            await self._within(until, anyio.sleep(wait))

    @asynccontextmanager
    async def streamed(self, path: str, *, headers: Mapping[str, str] | None = None) -> AsyncGenerator[Stream, None]:
        """GET *path* and yield the answer, of status 2xx or a redirect, whose body comes as fast as it is read.

        It is asked once, and neither the total time nor the size is bounded: whoever reads counts, and goes on where
        it broke off.

        Raises:
            ProviderError: see `failures.failure`; reading raises Unavailable where the connection breaks or pauses.
        """
        import httpx2

        failed: ProviderError
        try:
            async with (
                self._connection() as connection,
                connection.stream("GET", self._url(path), headers={**self._headers, **(headers or {})}) as response,
            ):
                if 200 <= response.status_code < 300 or response.status_code in _REDIRECTS:
                    async with aclosing(self._pieces(response)) as pieces:
                        yield Stream(response.status_code, lower(response.headers), pieces)
                    return
                refused = Reply(response.status_code, lower(response.headers), await self._capped(response))
            failed = self._failure(refused, path)
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            failed = self._broken(error, "always")
        raise failed  # outside of the handler, as everywhere here

    async def _pieces(self, response: httpx2.Response) -> AsyncGenerator[bytes, None]:
        import httpx2

        try:
            async for piece in response.aiter_bytes():
                yield piece
            return
        except (httpx2.RequestError, httpx2.InvalidURL, OSError) as error:
            failed = self._broken(error, "always")
        raise failed

    @asynccontextmanager
    async def _opened(self, path: str, body: Body, until: float) -> AsyncGenerator[httpx2.Response, None]:
        """The answer to a POST, of which nothing but the head was read."""
        headers = {**self._headers, "accept": _STREAM_ACCEPT, "content-type": body.media_type}
        async with self._turn(), self._connection() as connection, AsyncExitStack() as stack:
            opening = connection.stream("POST", self._url(path), content=body.content, headers=headers)
            yield await self._within(until, stack.enter_async_context(opening))

    async def _split(self, response: httpx2.Response, until: float) -> AsyncGenerator[str, None]:
        """The lines of *response*; the last need not end."""
        kind = Reply(response.status_code, lower(response.headers), b"").media_type
        if kind not in JSON_TYPES | _STREAM_TYPES and not kind.endswith("+json"):
            raise not_json(self._provider, "a web page" if kind.endswith("html") else self._named(kind))
        splitter, total = LineSplitter(), 0
        async with aclosing(response.aiter_bytes()) as pieces:
            while (piece := await self._within(until, anext(pieces, None))) is not None:
                total += len(piece)
                for line in splitter.feed(piece):
                    yield self._decoded(line)
                for size, most in ((total, self._max_bytes), (splitter.waiting, LINE_MAX_BYTES)):
                    if size > most:
                        message = f"{self._provider} answered with more than {most / 1e6:g} MB."
                        raise BadOutput(message, hint="Choose another provider.", provider=self._provider)
        if splitter.waiting:
            yield self._decoded(splitter.rest())

    def _decoded(self, line: bytes) -> str:
        with suppress(UnicodeDecodeError):
            return line.decode("utf-8-sig")
        raise not_json(self._provider, "broken or cut text")

    async def _within(self, until: float, awaited: Awaitable[Awaited]) -> Awaited:
        """What *awaited* gives before the time *until* of the event loop's clock."""
        with anyio.move_on_after(max(0.0, until - anyio.current_time())):
            return await awaited
        raise self._unavailable(f"did not answer within {self._timeouts.total_s:g} s")

    async def _tried(
        self, method: str, path: str, body: Body | None, headers: Mapping[str, str], again: Again
    ) -> Reply:
        unsure: Uncertain | None = None  # of a try before this one
        for attempt in range(RETRIES + 1):
            failed: ProviderError
            is_final = False
            try:
                async with self._turn():
                    reply = await self._sent(method, path, body, headers, again)
            except Unavailable as error:
                failed = error
            else:
                if 200 <= reply.status < 300 or (self._reach and reply.status in _REDIRECTS):
                    return reply
                failed = self._failure(reply, path)
                self._hold(failed)
                if again in PAID and reply.status in _GATEWAY:
                    failed = self._silent(again, f"answered HTTP {reply.status}")
                is_final = reply.headers.get("x-should-retry") == "false"  # OpenAI and Anthropic (facts 2.5)
            if isinstance(failed, Uncertain):
                unsure = failed
            wait = None if is_final else _wait_s(failed, attempt, again)
            if wait is None or wait >= _left_s():
                raise unsure or failed
            log.info("%s: HTTP status %s, asking again in %.1f s", self._provider, failed.status, wait)
            await anyio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """A turn at this host, where turns are kept.

        Raises:
            RateLimited: none comes before all waiting ends. Nothing was sent.
        """
        if self._limits is None:
            yield
            return
        async with self._limits.turn(self._host, self._limit, deadline_s=_left_s() - _LEAST_S):
            yield

    def _hold(self, failed: ProviderError) -> None:
        """Let nobody ask this host before the time that it named."""
        if self._limits and failed.retry_after_s and (failed.status in (402, 429, 503)):
            self._limits.hold(self._host, time.time() + failed.retry_after_s)


async def is_listening(base_url: str) -> bool:
    """Whether anything accepts connections at the host and port of *base_url*.

    Far cheaper than a request: the client is not even loaded when nothing does.
    """
    place = urlsplit(base_url)
    try:
        stream = await anyio.connect_tcp(place.hostname or "", place.port or (443 if place.scheme == "https" else 80))
    except OSError:
        return False
    await stream.aclose()
    return True


def load() -> None:
    """Import the client now, so that no deadline pays for it."""
    from astragen.providers import connection  # noqa: F401


def _wait_s(failed: ProviderError, attempt: int, again: Again) -> float | None:
    """How long to wait before asking again, in seconds; None to give up."""
    is_to_join = again == "joined" and isinstance(failed, Uncertain)
    if not (failed.retry or is_to_join) or attempt >= RETRIES or again == "never":
        return None
    asked = failed.retry_after_s
    if asked is not None and asked > WAIT_MAX_S:
        return None
    wait = BACKOFF_S * 2**attempt if asked is None else asked
    return wait * random.uniform(1.0, 1.25)  # noqa: S311 - spreads clients, guards nothing


def _left_s() -> float:
    """How long the caller still waits, in seconds."""
    return anyio.current_effective_deadline() - anyio.current_time()
