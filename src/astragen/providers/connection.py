"""How a connection is opened: for one exchange, trusting the system's certificates, telling no log.

A download connects to checked addresses only: the name is looked up once, and what was checked is
connected to, so a name that answers differently the second time (rebinding) gains nothing. The name itself
still goes into the Host header and the TLS handshake, and the certificate must be of that name. Imported
with the first exchange, for it brings the HTTP library. Start at `opened`.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from urllib.request import getproxies, proxy_bypass

import httpx2

from astragen.errors import SettingsError
from astragen.providers.addresses import Origin, Reach, is_loopback, origin_of
from astragen.providers.redaction import quiet


@asynccontextmanager
async def opened(
    base_url: str,
    *,
    connect_s: float,
    read_s: float,
    signed: Callable[[httpx2.Request], httpx2.Request] | None,
    reach: Reach | None,
) -> AsyncIterator[httpx2.AsyncClient]:
    """Yield a client of the HTTP library for one exchange with *base_url*; whatever happens, it is closed.

    signed: puts the key into a request.
    reach: where it may connect; None for wherever the address leads, for a user set it.

    Raises:
        SettingsError: the environment's proxy or certificates cannot be used.
    """
    client = _client(base_url, httpx2.Timeout(read_s, connect=connect_s, pool=connect_s), signed, reach)
    if client is None:  # raised from nothing: the library's words may hold the proxy's password
        raise SettingsError(
            "The proxy that the environment names cannot be used.",
            hint="Correct HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; SOCKS needs: pip install httpx2[socks]",
        )
    with quiet():
        async with client:
            yield client


def _client(
    base_url: str,
    timeout: httpx2.Timeout,
    signed: Callable[[httpx2.Request], httpx2.Request] | None,
    reach: Reach | None,
) -> httpx2.AsyncClient | None:
    """The client; None when the proxy of the environment is none."""
    origin = origin_of(base_url)
    believed = trust(origin.scheme)
    try:
        return httpx2.AsyncClient(
            timeout=timeout,
            auth=signed,
            follow_redirects=False,
            verify=believed,
            transport=_pinned(origin, reach) if reach else None,
            trust_env=not is_loopback(origin.host),  # proxies of the environment; none stands before loopback
        )
    except (ImportError, ValueError, httpx2.InvalidURL):
        return None


@cache
def trust(scheme: str) -> ssl.SSLContext:
    """Which certificates are believed: the system's; none at all for plain http, whose context costs nothing.

    Raises:
        SettingsError: those that the environment names cannot be read.
    """
    if scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        raise SettingsError(
            f"The certificates of certificate authorities cannot be read: {error.strerror or error}.",
            hint="Correct SSL_CERT_FILE and SSL_CERT_DIR, or unset them.",
        ) from error


def _pinned(origin: Origin, reach: Reach) -> Pinned:
    proxy = _proxy_before(origin)
    transport = httpx2.AsyncHTTPTransport(verify=trust(origin.scheme), proxy=proxy)
    return Pinned(transport, reach, has_proxy=proxy is not None)


class Pinned(httpx2.AsyncBaseTransport):
    """A transport of httpx2 that asks where *reach* allows, and nowhere else.

    Where the environment names a proxy, that one looks the name up, perhaps otherwise than here: an address in
    numbers, and a name that is known here, are checked before it hears of them.
    """

    def __init__(self, transport: httpx2.AsyncBaseTransport, reach: Reach, *, has_proxy: bool) -> None:
        self._transport, self._reach, self._has_proxy = transport, reach, has_proxy

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send *request* to the first of its addresses that accepts a connection.

        Raises:
            BadOutput: it must not be asked.
            httpx2.ConnectError: no such name, or nobody accepts.
        """
        origin = self._reach.place(str(request.url))
        try:
            addresses = await self._reach.addresses(origin)
        except OSError as error:
            if self._has_proxy and not _is_numbers(origin.host):
                return await self._transport.handle_async_request(request)
            raise httpx2.ConnectError(f"{origin.host} is not known: {error.strerror}") from None
        if self._has_proxy:
            return await self._transport.handle_async_request(request)
        return await self._first_that_accepts(request, origin, addresses)

    async def _first_that_accepts(
        self, request: httpx2.Request, origin: Origin, addresses: list[str]
    ) -> httpx2.Response:
        failed: httpx2.RequestError = httpx2.ConnectError(f"{origin.host} has no address")
        for address in addresses:
            try:
                return await self._transport.handle_async_request(_to(address, request, origin))
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failed = error
        raise failed

    async def aclose(self) -> None:
        """Close what is open."""
        await self._transport.aclose()


def _to(address: str, request: httpx2.Request, origin: Origin) -> httpx2.Request:
    """*request* as it goes to *address*: its Host header is set already, and stays."""
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": origin.host},
    )


def _proxy_before(origin: Origin) -> str | None:
    """The proxy that the environment or the system sets before *origin*; none ever stands before this machine."""
    if is_loopback(origin.host) or proxy_bypass(f"{origin.host}:{origin.port}"):
        return None
    proxies = getproxies()
    return proxies.get(origin.scheme) or proxies.get("all")


def _is_numbers(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
