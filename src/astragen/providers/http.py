"""The one HTTP client: JSON or a form to a provider, JSON or bytes back, or an error of our tree.

One `HttpClient` a provider. It trusts nothing that comes back: size, content type and
JSON are checked here, a redirect is refused, and a short "try later" is obeyed. The key
travels in one header to the base URL's own host and stands in no message, log or repr.
What an error status means is in `failures.py`. Start reading at `HttpClient.post_json`.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager, suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import anyio

from astragen.errors import BadOutput, ProviderError, SettingsError, Unavailable, Uncertain
from astragen.providers.addresses import Reach, checked_url, is_loopback, origin_of
from astragen.providers.auth import Auth, check_key
from astragen.providers.bodies import Body, NotANumber, Part, form_body, json_body, strict_json
from astragen.providers.failures import failure, not_json, variable
from astragen.providers.limits import Limit, Limits, limit_of
from astragen.providers.redaction import hidden, secrets_of_url
from astragen.providers.sse import LINE_MAX_BYTES, LineSplitter

if TYPE_CHECKING:
    import httpx2

# What those who speak through this client need, too, though it is written elsewhere.
__all__ = ["Auth", "Body", "Part", "checked_url", "form_body", "is_loopback", "json_body", "origin_of"]

RETRIES: Final = 2
BACKOFF_S = 0.5  # doubled with every try; tests shorten it
WAIT_MAX_S: Final = 20.0  # a provider that asks for a longer wait is given up, and the caller decides
MAX_BYTES: Final = 8_000_000  # the longest storyboard is below 1 MB, the longest model list below 3 MB

_GATEWAY: Final = frozenset({500, 502, 504, *range(520, 528)})  # the work behind it may go on
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LEAST_S: Final = 0.05  # a turn that comes so late before the end of all waiting is none
_ERROR_MAX: Final = 200_000  # bytes of an error's body that are read; real ones have hundreds
_JSON_TYPES = {"", "application/json", "text/json", "text/plain"}  # "" and plain text: careless local servers
_STREAM_TYPES: Final = {"text/event-stream", "application/x-ndjson", "application/jsonl", "application/x-jsonlines"}
_STREAM_ACCEPT: Final = "text/event-stream, application/x-ndjson, application/json"

log = logging.getLogger(__name__)

Awaited = TypeVar("Awaited")
Refusal = Callable[["Reply"], ProviderError | None]
"""Reads a no in a server's own words; None where `failures.failure` is to read it."""


class Timeouts(NamedTuple):
    """How long to wait, in seconds; *total_s* spans all tries and the waits between them."""

    connect_s: float = 10.0
    read_s: float = 60.0
    total_s: float = 120.0


Again = Literal["always", "joined", "unpaid", "never"]
"""When a request is sent again: whenever it failed for now, or only where it certainly was not begun.

"joined": whenever it failed for now, for it costs money, and its provider recognises it when it comes again.
"never": it costs nothing, and its sender keeps count of the tries.
"""

_PAID: Final = frozenset({"joined", "unpaid"})  # of which a lost answer leaves nobody knowing what it cost


class Reply(NamedTuple):
    """An HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """As the server says, in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Stream(NamedTuple):
    """An HTTP answer whose body comes in *pieces*; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    pieces: AsyncGenerator[bytes, None]


class HttpClient:
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
        """Check the address and the key; nothing is sent yet.

        Args:
            base_url: http or https; paths are appended to it.
            provider: as users name it, for messages.
            auth: what is sent with every request, if anything.
            key_hint: the next act when the key is refused.
            headers: sent with every request; no secrets.
            timeouts: None for the usual ones.
            max_bytes: longer answers are refused while they arrive.
            reach: for an address that a provider named: connect only where this allows, and return a
                redirect as an answer, for whoever follows it to check. None for an address that a user set.
            limits: shared with the other processes of this machine; None to ask without waiting for a turn.
            limit: how often this host may be asked; None for what `limits.limit_of` knows of it.
            refusal: asked first what an answer outside of 2xx means.

        Raises:
            SettingsError: the address or the key cannot be used, or the key would travel in the open.
        """
        place = checked_url(base_url, provider)
        self._is_loopback = is_loopback(place.hostname or "")
        if auth is not None:
            check_key(auth.key, provider)
            if place.scheme == "http" and not self._is_loopback:
                raise SettingsError(
                    f"The key of {provider} would travel unencrypted to {place.hostname}.",
                    hint=f"Use https in {variable(provider, 'BASE_URL')}, or unset the key.",
                )
        self.base_url = base_url.rstrip("/")
        self._provider, self._key_hint, self._auth = provider, key_hint, auth
        self._headers = {"accept": "application/json", "user-agent": "astragen", **(headers or {})}
        self._timeouts = timeouts or Timeouts()
        self._max_bytes = max_bytes
        self._reach, self._limits, self._refusal = reach, limits, refusal
        self._host = place.netloc
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
                    reply = Reply(response.status_code, _lower(response.headers), refused)
                failed = self._failure(reply, path)
                self._hold(failed)
                is_final = reply.headers.get("x-should-retry") == "false"
                if again == "unpaid" and reply.status in _GATEWAY:
                    failed = self._silent(again, f"answered HTTP {reply.status}")
            except Unavailable as error:
                failed = error
            except httpx2.RequestError as error:
                failed = self._broken(error, "always" if begun else again)
                failed.__cause__ = type(error)(self._hidden(str(error)))
            wait = None if is_final or begun else _wait_s(failed, attempt, again)
            if wait is None:
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
                        yield Stream(response.status_code, _lower(response.headers), pieces)
                    return
                refused = Reply(response.status_code, _lower(response.headers), await self._capped(response))
            failed = self._failure(refused, path)
        except httpx2.RequestError as error:
            failed = self._broken(error, "always")
            failed.__cause__ = type(error)(self._hidden(str(error)))
        raise failed  # outside of the handler, as everywhere here

    async def _pieces(self, response: httpx2.Response) -> AsyncGenerator[bytes, None]:
        import httpx2

        try:
            async for piece in response.aiter_bytes():
                yield piece
            return
        except httpx2.RequestError as error:
            failed = self._broken(error, "always")
            failed.__cause__ = type(error)(self._hidden(str(error)))
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
        kind = Reply(response.status_code, _lower(response.headers), b"").media_type
        if kind not in _JSON_TYPES | _STREAM_TYPES and not kind.endswith("+json"):
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
                if again in _PAID and reply.status in _GATEWAY:
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

    async def _sent(self, method: str, path: str, body: Body | None, headers: Mapping[str, str], again: Again) -> Reply:
        import httpx2  # here, so that films without a network do not pay for it

        url = self._url(path)
        content = body.content if body else None
        sent = {**self._headers, **({"content-type": body.media_type} if body else {}), **headers}
        try:
            async with (
                self._connection() as connection,
                connection.stream(method, url, content=content, headers=sent) as response,
            ):
                return Reply(response.status_code, _lower(response.headers), await self._capped(response))
        except httpx2.RequestError as error:
            failed = self._broken(error, again)
            failed.__cause__ = type(error)(self._hidden(str(error)))
        raise failed  # outside of the handler: the error that was caught leads to requests and frames with the key

    def _url(self, path: str) -> str:
        """The address of *path*; BadOutput for one of another origin, to which the key must not go."""
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path):
            return f"{self.base_url}/{path.lstrip('/')}"
        try:
            is_ours = origin_of(path) == origin_of(self.base_url) and "@" not in urlsplit(path).netloc
        except ValueError:
            is_ours = False
        if is_ours:
            return path
        message = f"{self._provider} named an address that is not its own."
        raise BadOutput(message, hint="The key is not sent there.", provider=self._provider)

    def _broken(self, error: httpx2.RequestError, again: Again) -> ProviderError:
        """The error of an exchange that gave no whole answer."""
        import httpx2

        kinds: tuple[tuple[type[httpx2.RequestError], str], ...] = (
            (httpx2.ConnectTimeout, "did not open a connection in time"),
            (httpx2.TimeoutException, "stopped answering"),
            (httpx2.ConnectError, "could not be reached"),
            (httpx2.RequestError, "broke the connection off"),
        )
        if isinstance(error, httpx2.DecodingError):
            return not_json(self._provider, "bytes that cannot be unpacked")
        what = next(what for kind, what in kinds if isinstance(error, kind))
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            what = "has a certificate that is not believed"
        begun = not isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout))
        return self._silent(again, what) if begun else self._unavailable(what)

    def _silent(self, again: Again, what: str) -> Unavailable:
        """The error of a request that left and was not answered as one."""
        failed = self._unavailable(what)
        if again not in _PAID:
            return failed
        return Uncertain(
            f"{failed.message.removesuffix('.')}, and may have done and charged the work all the same.",
            hint="It is not asked again for this.",
            provider=self._provider,
        )

    def _connection(self) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
        """A client for one exchange, of which the HTTP library logs nothing."""
        from astragen.providers.connection import opened

        connect_s, read_s, _ = self._timeouts
        signed = self._signed if self._auth else None
        return opened(self.base_url, connect_s=connect_s, read_s=read_s, signed=signed, reach=self._reach)

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

    def _signed(self, request: httpx2.Request) -> httpx2.Request:
        """*request* with the key: set last, so that no frame of ours holds it in plain."""
        if self._auth:
            request.headers[self._auth.header] = self._auth.prefix + self._auth.key.get_secret_value()
        return request

    async def _capped(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self._max_bytes:
                message = f"{self._provider} answered with more than {self._max_bytes / 1e6:g} MB."
                raise BadOutput(message, hint="Choose another provider.", provider=self._provider)
        return bytes(body)

    def parsed(self, reply: Reply) -> object:
        """The JSON of *reply*.

        Raises:
            BadOutput: it is no JSON, or holds NaN or Infinity.
        """
        kind = reply.media_type
        if not reply.body.strip():
            raise not_json(self._provider, "an empty body")
        if reply.body.lstrip()[:1] == b"<":
            raise not_json(self._provider, "a web page")
        if kind not in _JSON_TYPES and not kind.endswith("+json"):
            raise not_json(self._provider, self._named(kind))
        try:
            return strict_json(reply.body)
        except NotANumber as error:
            wrong = str(error)
        except (ValueError, RecursionError):
            wrong = "broken or cut text"
        raise not_json(self._provider, wrong)  # outside of the handler: the parser's error holds the whole text

    def _named(self, kind: str) -> str:
        return self._hidden(kind)[:60] if kind.isprintable() else "an unknown type"

    def failure_in(self, wrong: object) -> ProviderError | None:
        """The error that an answer of status 200 holds, as if its code had been the status; None for no error."""
        if not wrong:
            return None
        code = wrong.get("code") if isinstance(wrong, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 200
        return self._failure(Reply(status, {}, json.dumps({"error": wrong}).encode()))

    def _hidden(self, text: str, path: str = "") -> str:
        """*text* without the key, and without what is signed in *path* when that is an address to download from."""
        signed = secrets_of_url(path) if self._reach else []
        return hidden(text, [*(self._auth.secrets() if self._auth else ()), *signed])

    def _failure(self, reply: Reply, path: str = "") -> ProviderError:
        own = self._refusal(reply) if self._refusal else None
        if own is not None:
            return own
        return failure(
            reply.status,
            reply.headers,
            self._hidden(_plain_json(reply.body), path).encode("utf-8", "replace"),
            provider=self._provider,
            key_hint=self._key_hint,
            now=datetime.now(timezone.utc),
        )

    def _unavailable(self, what: str) -> Unavailable:
        place = urlsplit(self.base_url)
        place_of = "" if self._reach else f" and {variable(self._provider, 'BASE_URL')}"
        hint = f"Check the network{place_of}, or choose another provider."
        return Unavailable(f"{self._provider} at {place.netloc} {what}.", hint=hint, provider=self._provider)


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


def _plain_json(body: bytes) -> str:
    """The beginning of *body* as text; JSON with as few escapes as there can be."""
    try:
        return json.dumps(json.loads(body[:_ERROR_MAX]), ensure_ascii=False)
    except (ValueError, RecursionError):
        return body[:_ERROR_MAX].decode("utf-8", "replace")


def _lower(headers: httpx2.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
