"""How the app is served by uvicorn, and what its clients may not do to it before a request has begun.

uvicorn waits for the head of a request as long as it takes: clients that send a byte a minute (slow loris) would hold
all connections there are. Here a head has seconds and kilobytes; bodies have theirs in `bounds.py`. Start reading at
`config_of`.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from astragen.errors import SettingsError
from astragen.service.bounds import SLOWEST

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

HEAD_S: Final = 10.0  # for the head of a request, and for a connection on which nothing was asked yet
HEAD_MAX: Final = 64 * 2**10  # bytes; httptools takes any number, h11 16 KiB
GOODBYE_S: Final = 5  # for answers that are on their way; streams of events never end by themselves
BACKLOG: Final = 2_048
FILES_MAX: Final = 65_536  # open at one time, connections among them
OTHER_FILES: Final = 256  # that the process has open besides connections: databases, what is sent, libraries

_LATE: Final = ("408 Request Timeout", "The head of the request came too slowly.")
_LARGE: Final = ("431 Request Header Fields Too Large", "The head of the request is too large.")


def config_of(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, head_s: float = HEAD_S, connections: int | None = None
) -> uvicorn.Config:
    """How *app* is served at *host* and *port*.

    *head_s*: how long a head may take. *connections*: beyond which requests are answered 503; None: as many as this
    process may have files open.
    """
    import uvicorn

    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_bounded_heads(head_s),
        ws="none",
        backlog=BACKLOG,
        limit_concurrency=connections or _connections_max(),
        log_config=None,
        access_log=False,  # the service has lines of its own, with the ids of requests
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_S,
    )


def bound(config: uvicorn.Config) -> socket.socket:
    """The socket that *config* describes, whose connections send each piece of an answer at once.

    asyncio asks for that where a socket names its protocol, and uvicorn's does not: without it the body of an answer
    waits until the client acknowledges its head, 40 ms as a rule.

    Raises:
        SettingsError: the address cannot be served.
    """
    try:
        place = config.bind_socket()
    except SystemExit:  # how uvicorn says it
        name = f"[{config.host}]" if ":" in config.host else config.host
        raise SettingsError(
            f"Port {config.port} of {name} cannot be served: it is taken, or not ours to take.",
            hint="Choose another with --port, or see what runs there.",
        ) from None
    place.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # its connections inherit it
    return place


def _bounded_heads(head_s: float) -> type[asyncio.Protocol]:
    """The protocol of uvicorn, by httptools or h11, which lets a head take *head_s* seconds and `HEAD_MAX` bytes."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    usual: Any = AutoHTTPProtocol

    class Heads(usual):  # type: ignore[misc]  # which of two classes is known when it runs
        _timer: asyncio.TimerHandle | None = None
        _came = 0  # bytes of a head that is not whole

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            is_between = before is None or before.response_complete
            super().data_received(data)
            if self.cycle is not before or self.transport.is_closing():
                self._begun()
            elif is_between:
                self._came += len(data)
                self._wait()
                if self._came > HEAD_MAX and not self._is_rest():
                    self._refuse(*_LARGE)

        def connection_lost(self, exc: Exception | None) -> None:
            self._begun()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self._timer is None:
                self._timer = self.loop.call_later(head_s, self._too_late)

        def _begun(self) -> None:
            """A request has begun, or the connection ends."""
            self._came = 0
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _is_rest(self) -> bool:
            """Whether what comes is, or was, the rest of a body that was answered before it was whole."""
            return self.cycle is not None and bool(self.cycle.more_body)

        def _too_late(self) -> None:
            self._timer = None
            if self._is_rest() and self._came >= head_s * SLOWEST:
                self._came = 0
                self._wait()
            elif self._came and not self._is_rest():
                self._refuse(*_LATE)
            else:
                self.transport.close()  # nothing was asked that is not answered

        def _refuse(self, status: str, said: str) -> None:
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(said)}"
            self.transport.write(f"{head}\r\nConnection: close\r\n\r\n{said}".encode())
            self.transport.close()

    return Heads


def _connections_max() -> int | None:
    """As many as leave files for the rest of the process, which may have all from now on that the system grants it.

    None where the system does not say.
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):  # macOS grants less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    files = FILES_MAX if files == resource.RLIM_INFINITY else min(files, FILES_MAX)
    return max(files - OTHER_FILES, files // 2, 1)
