"""One exchange with a provider: a request out, its answer back, or an error of our tree.

It trusts nothing that comes back: size, content type and JSON are checked here, and a redirect is refused. The key
travels in one header to the base URL's own host and stands in no message, log or repr. Whether a request is sent
again, and when, is for `http.py`; what an error status means is in `failures.py`. Start reading at `Exchange._sent`.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from astragen.errors import BadOutput, ProviderError, SettingsError, Unavailable, Uncertain
from astragen.providers.addresses import Reach, checked_url, is_loopback, origin_of
from astragen.providers.auth import Auth, check_key
from astragen.providers.bodies import Body, NotANumber, strict_json
from astragen.providers.failures import failure, not_json, variable
from astragen.providers.redaction import hidden, secrets_of_url

if TYPE_CHECKING:
    import httpx2

MAX_BYTES: Final = 8_000_000  # the longest storyboard is below 1 MB, the longest model list below 3 MB
JSON_TYPES: Final = {"", "application/json", "text/json", "text/plain"}  # "" and plain text: careless local servers

_ERROR_MAX: Final = 200_000  # bytes of an error's body that are read; real ones have hundreds

Refusal = Callable[["Reply"], ProviderError | None]
"""Reads a no in a server's own words; None where `failures.failure` is to read it."""


class Departures:
    """What is known of the requests of a task: whether any was given to a client, and whether any may have left it."""

    def __init__(self) -> None:
        self.has_any = self.has_left = False

    @property
    def is_certainly_unsent(self) -> bool:
        """Whether there is one, and it never left: it waited for its turn."""
        return self.has_any and not self.has_left


_departures: ContextVar[Departures | None] = ContextVar("_departures", default=None)


@contextmanager
def departures() -> Iterator[Departures]:
    """Watch the requests that are sent in the block."""
    watched = Departures()
    before = _departures.set(watched)
    try:
        yield watched
    finally:
        _departures.reset(before)


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

PAID: Final = frozenset({"joined", "unpaid"})  # of which a lost answer leaves nobody knowing what it cost


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


class Exchange:
    """Exchanges with one provider at one address, each by a connection of its own: a cancelled one leaves none open."""

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
            refusal: asked first what an answer outside of 2xx means.

        Raises:
            SettingsError: the address or the key cannot be used, or the key would travel in the open.
        """
        place = checked_url(base_url, provider)
        if auth is not None:
            check_key(auth.key, provider)
            if place.scheme == "http" and not is_loopback(place.hostname or ""):
                raise SettingsError(
                    f"The key of {provider} would travel unencrypted to {place.hostname}.",
                    hint=f"Use https in {variable(provider, 'BASE_URL')}, or unset the key.",
                )
        self.base_url = base_url.rstrip("/")
        self._provider, self._key_hint, self._auth = provider, key_hint, auth
        self._headers = {"accept": "application/json", "user-agent": "astragen", **(headers or {})}
        self._timeouts = timeouts or Timeouts()
        self._max_bytes = max_bytes
        self._reach, self._refusal = reach, refusal
        self._host = place.netloc

    def _note(self) -> None:
        """Let whoever watches know that there is a request."""
        if watched := _departures.get():
            watched.has_any = True

    async def _sent(self, method: str, path: str, body: Body | None, headers: Mapping[str, str], again: Again) -> Reply:
        import httpx2  # here, so that films without a network do not pay for it

        url = self._url(path)
        content = body.content if body else None
        sent = {**self._headers, **({"content-type": body.media_type} if body else {}), **headers}
        if watched := _departures.get():
            watched.has_left = True
        try:
            async with (
                self._connection() as connection,
                connection.stream(method, url, content=content, headers=sent) as response,
            ):
                return Reply(response.status_code, lower(response.headers), await self._capped(response))
        except (httpx2.RequestError, httpx2.InvalidURL, OSError) as error:
            failed = self._broken(error, again)
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

    def _broken(self, error: Exception, again: Again) -> ProviderError:
        """The error of an exchange that gave no whole answer: *error* is of the HTTP library, or of TLS."""
        import httpx2

        if isinstance(error, httpx2.InvalidURL):
            message = f"{self._provider} named an address that cannot be read."
            return BadOutput(message, hint="Choose another provider.", provider=self._provider)
        if isinstance(error, httpx2.DecodingError):
            failed: ProviderError = not_json(self._provider, "bytes that cannot be unpacked")
        else:
            what = next((what for kind, what in self._breaks() if isinstance(error, kind)), "broke the connection off")
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                what = "has a certificate that is not believed"
            # What ends before there is a connection to the provider itself was certainly not begun there.
            begun = not isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError))
            failed = self._silent(again, what) if begun else self._unavailable(what)
        failed.__cause__ = type(error)(self._hidden(str(error)))
        return failed

    @staticmethod
    def _breaks() -> tuple[tuple[type[Exception], str], ...]:
        """How exchanges break, the first that fits counts."""
        import httpx2

        return (
            (httpx2.ConnectTimeout, "did not open a connection in time"),
            (httpx2.TimeoutException, "stopped answering"),
            (httpx2.ConnectError, "could not be reached"),
            (httpx2.ProxyError, "could not be reached through the proxy"),
        )

    def _silent(self, again: Again, what: str) -> Unavailable:
        """The error of a request that left and was not answered as one."""
        failed = self._unavailable(what)
        if again not in PAID:
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

    def _signed(self, request: httpx2.Request) -> httpx2.Request:
        """*request* with the key: set last, so that no frame of ours holds it in plain."""
        if self._auth:
            request.headers[self._auth.header] = self._auth.prefix + self._auth.key.get_secret_value()
        return request

    async def _capped(self, response: httpx2.Response) -> bytes:
        """The body of *response*; of a refusal no more than its beginning, which says all that it says."""
        is_refused = response.status_code >= 400
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if is_refused and len(body) >= _ERROR_MAX:
                break
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
        if kind not in JSON_TYPES and not kind.endswith("+json"):
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


def _plain_json(body: bytes) -> str:
    """The beginning of *body* as text; JSON with as few escapes as there can be."""
    try:
        return json.dumps(json.loads(body[:_ERROR_MAX]), ensure_ascii=False)
    except (ValueError, RecursionError):
        return body[:_ERROR_MAX].decode("utf-8", "replace")


def lower(headers: httpx2.Headers) -> dict[str, str]:
    """*headers* by their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}
