"""A service of AstraGen as the command line asks it: films, their events, files there and back.

Every call goes through the one HTTP client, and every no comes back as an error of our tree (`cli/refusals.py`).
A stream or a download that breaks off goes on where it stopped. Start reading at `Server`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote, urlencode, urljoin, urlsplit

import anyio
from pydantic import TypeAdapter, ValidationError

from astragen.cli.refusals import ours, refusal
from astragen.errors import BadOutput, JobError, ProviderError, RateLimited, SettingsError, Unavailable
from astragen.model.event import Ended, Event
from astragen.providers.http import Auth, HttpClient, Part, Stream, Timeouts, form_body, json_body
from astragen.providers.sse import lines_in, messages
from astragen.store.artifacts import file_hash

if TYPE_CHECKING:
    from pydantic import SecretStr

NAME: Final = "the server"  # in messages
QUIET_S: Final = 45.0  # a stream says at least ": ping" every 15 s
LOST_S: Final = 300.0  # without a word, before watching is given up; the film goes on all the same
UPLOAD_S: Final = 3_600.0
UPLOAD_MAX: Final = 2**30  # bytes that are read into memory at most; a server's own limit is below it
AGAIN_S: Final = 0.5  # before a stream or a download is taken up again, doubled up to AGAIN_MAX_S
AGAIN_MAX_S: Final = 10.0

_EVENT: Final[TypeAdapter[Event]] = TypeAdapter(Event)
_REDIRECTS: Final = range(300, 400)
_NOTHING_MORE: Final = 204


@dataclass(frozen=True)
class Told:
    """One event of a film, by its number in the film's history; *at* is when, in seconds since the epoch."""

    seq: int
    at: float
    event: Event


class Server:
    """The service at *url*, asked with *key* where it wants one."""

    def __init__(self, url: str, key: SecretStr | None = None) -> None:
        """Check the address and the key; nothing is asked yet.

        Raises:
            SettingsError: one of them cannot be used, or the key would travel in the open.
        """
        self.url = url.rstrip("/").removesuffix("/v1")
        self._key = key
        with self._worded():
            self._http = self._client(Timeouts())

    async def order(self, body: Mapping[str, Any], *, idempotency_key: str) -> dict[str, Any]:
        """The film that is made of *body*; the same key again is the same film."""
        return await self._json("POST", "/v1/films", body, headers={"idempotency-key": idempotency_key})

    async def estimate(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The forecast for the film of *body*; nothing is made."""
        said = await self._json("POST", "/v1/films", {**body, "dry_run": True})
        return _mapping(said.get("forecast"))

    async def film(self, film_id: str) -> dict[str, Any]:
        """The film as it is now."""
        return await self._json("GET", _path(film_id))

    async def films(self, **query: str | int) -> list[dict[str, Any]]:
        """A page of films, the newest first."""
        return cast("list[dict[str, Any]]", (await self._json("GET", f"/v1/films?{urlencode(query)}"))["data"])

    async def cancel(self, film_id: str) -> dict[str, Any]:
        """Ask that it be cancelled."""
        return await self._json("POST", _path(film_id, "cancel"))

    async def retry(self, film_id: str) -> dict[str, Any]:
        """Ask that it be tried again; what is done and paid is kept."""
        return await self._json("POST", _path(film_id, "retry"))

    async def upload(self, file: Part) -> str:
        """The id of *file*, see `file_part`, which the server has now."""
        with self._worded():
            client = self._client(Timeouts(read_s=UPLOAD_S, total_s=UPLOAD_S))
            reply = client.parsed(await client.send("POST", "/v1/files", form_body([file])))
        return str(_mapping(reply)["id"])

    async def events(self, film_id: str, *, after: int = 0, attempt: int = 1) -> AsyncGenerator[Told, None]:
        """Every event of the film after the number *after*, as it comes, up to the end of *attempt*.

        Use it in `aclosing`. A connection that breaks is opened again, from the event where it broke.

        Raises:
            Unavailable: the server was not heard for `LOST_S`.
            AstraGenError: it said no.
        """
        heard_s, wait_s = anyio.current_time(), AGAIN_S
        while True:
            failed: ProviderError | None = None
            try:
                async with aclosing(self._heard(film_id, after)) as heard:
                    async for told in heard:
                        heard_s, wait_s, after = anyio.current_time(), AGAIN_S, told.seq
                        yield told
                        if isinstance(told.event, Ended) and told.event.attempt >= attempt:
                            return
            except (Unavailable, RateLimited) as error:
                failed = error
            if anyio.current_time() - heard_s > LOST_S:
                raise failed or Unavailable(f"{NAME} at {self.url} tells nothing more of {film_id}.")
            await anyio.sleep(wait_s)
            wait_s = min(wait_s * 2, AGAIN_MAX_S)

    async def fetch(self, film_id: str, variant: str, path: Path) -> str:
        """Download a *variant* of the film to *path*; returns the SHA-256 of what was written, in hex.

        Raises:
            BadOutput: it is not what the server says that it is.
            AstraGenError: the server said no, or was not heard for `LOST_S`.
        """
        heard_s, wait_s, part = anyio.current_time(), AGAIN_S, _Download(path)
        while not part.is_whole:
            before = part.size
            failed: ProviderError | None = None
            try:
                await self._more(f"{_path(film_id, 'content')}?variant={quote(variant)}", part)
            except (Unavailable, RateLimited) as error:
                failed = error
            if part.size > before:
                heard_s, wait_s = anyio.current_time(), AGAIN_S
            if failed is not None:
                if anyio.current_time() - heard_s > LOST_S:
                    raise failed
                await anyio.sleep(wait_s)
                wait_s = min(wait_s * 2, AGAIN_MAX_S)
        return part.checked(f"{variant} of {film_id}")

    async def _heard(self, film_id: str, after: int) -> AsyncGenerator[Told, None]:
        """The events of one connection."""
        headers = {"accept": "text/event-stream", "last-event-id": str(after)}
        with self._worded():
            async with (
                self._listener.streamed(_path(film_id, "events"), headers=headers) as answer,
                aclosing(messages(lines_in(answer.pieces))) as found,
            ):
                if answer.status == _NOTHING_MORE:
                    raise JobError(f"{film_id} has ended, and nothing more is told of it.", hint="List it.")
                async for message in found:
                    told = _told(message.id, message.data)
                    if told is not None and told.seq > after:
                        yield told

    async def _more(self, path: str, part: _Download) -> None:
        """Append to *part* what one answer gives."""
        with self._worded():
            async with self._streamed(path, part.headers()) as answer:
                part.begin(answer)
                async for piece in answer.pieces:
                    part.add(piece)
                part.end()

    @asynccontextmanager
    async def _streamed(self, path: str, headers: Mapping[str, str]) -> AsyncIterator[Stream]:
        """The answer at *path*, or where it leads: a file store is asked without our key."""
        async with self._listener.streamed(path, headers=headers) as answer:
            if answer.status not in _REDIRECTS:
                yield answer
                return
            target = urljoin(f"{self.url}/", answer.headers.get("location", ""))
            named = answer.headers.get("etag", "")
        place = urlsplit(target)
        if place.scheme != "https" and self.url.startswith("https:"):
            raise BadOutput(f"{NAME} sends us to an address that is not https.", provider=NAME)
        origin = f"{place.scheme}://{place.netloc}"
        store = HttpClient(origin, provider="the server's file store", timeouts=self._patient)
        unconditional = {name: value for name, value in headers.items() if name != "if-range"}  # its ETags are its own
        async with store.streamed(target, headers=unconditional) as answer:
            yield answer._replace(headers={**answer.headers, "etag": named})

    async def _json(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        sent = json_body(body) if body is not None else None
        with self._worded():
            reply = await self._http.send(cast("Any", method), path, sent, headers=headers)
            return _mapping(self._http.parsed(reply))

    def _client(self, timeouts: Timeouts) -> HttpClient:
        auth = Auth(self._key) if self._key else None
        return HttpClient(self.url, provider=NAME, auth=auth, timeouts=timeouts, refusal=refusal)

    @cached_property
    def _listener(self) -> HttpClient:
        return self._client(self._patient)

    @property
    def _patient(self) -> Timeouts:
        return Timeouts(read_s=QUIET_S)

    @contextmanager
    def _worded(self) -> Iterator[None]:
        """What goes wrong inside, in terms of `--server` and `--key`."""
        try:
            yield
        except ProviderError as error:
            failed = ours(error, self.url)
        except SettingsError as error:
            hint = f"Correct --server (now {self.url}) or --key, or ASTRAGEN_SERVER and ASTRAGEN_SERVER_KEY."
            failed = SettingsError(error.message, hint=hint)
        else:
            return
        raise failed  # outside of the handler: it needs no history of ours


def file_part(path: Path) -> Part:
    """The file at *path* as a form has it.

    Raises:
        SettingsError: it cannot be read, or is larger than any server takes.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= UPLOAD_MAX else b""
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from error
    if size > UPLOAD_MAX:
        raise SettingsError(f"{path} has {size} bytes; at most {UPLOAD_MAX} can be sent.", hint="Make it smaller.")
    return Part("file", content, file_name=path.name)


class _Download:
    """A file that is being downloaded: what is there so far, and what the whole of it must be."""

    def __init__(self, path: Path) -> None:
        self.size = 0
        self.is_whole = False
        self._path, self._etag, self._length = path, "", -1

    def headers(self) -> dict[str, str]:
        """Of the next request: the rest of what is there, if it is still the same thing."""
        plain = {"accept": "*/*", "accept-encoding": "identity"}  # or the lengths would not be those of the file
        if not self.size:
            return plain
        return {**plain, "range": f"bytes={self.size}-", **({"if-range": self._etag} if self._etag else {})}

    def begin(self, answer: Stream) -> None:
        """See what *answer* is: the rest, or all of it anew."""
        etag = answer.headers.get("etag", "")
        is_rest = answer.status == 206 and self.size and etag == self._etag
        if not is_rest:
            self.size = 0
            self._path.write_bytes(b"")
        self._etag = etag
        said = answer.headers.get("content-length", "")
        self._length = self.size + int(said) if said.isdigit() else -1

    def add(self, piece: bytes) -> None:
        """Append *piece*."""
        with self._path.open("ab") as file:
            file.write(piece)
        self.size += len(piece)

    def end(self) -> None:
        """The answer came to its end."""
        self.is_whole = self._length in (-1, self.size)

    def checked(self, what: str) -> str:
        """Its SHA-256.

        Raises:
            BadOutput: the server's tag is another one.
        """
        digest = file_hash(self._path)
        tag = self._etag.removeprefix("W/").strip('"')
        if len(tag) == len(digest) and tag != digest:
            raise BadOutput(f"What came for {what} is not what {NAME} has.", hint="Run the same command again.")
        return digest


def _told(seq: str, data: str) -> Told | None:
    """The event of a message; None for one that this version does not know."""
    try:
        said = _mapping(json.loads(data))
        event = _EVENT.validate_python(said.get("event", said))
        return Told(int(seq or said["seq"]), float(said.get("at", 0.0)), event)
    except (ValidationError, ValueError, KeyError, TypeError, BadOutput):
        return None


def _path(film_id: str, *rest: str) -> str:
    return "/".join(("/v1/films", quote(film_id, safe=""), *rest))


def _mapping(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise BadOutput(f"{NAME} answered with JSON that is no object.", hint="See that it is a service of AstraGen.")
