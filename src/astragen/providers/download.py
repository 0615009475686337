"""Fetching what a provider made, from the address that it named: no key goes there, and no address of this network.

Start at `download`.
"""

from __future__ import annotations

from urllib.parse import urljoin

import anyio

from astragen.errors import BadOutput, ProviderError, Unavailable
from astragen.providers.addresses import Origin, Reach, origin_of
from astragen.providers.http import HttpClient, Reply, Timeouts

REDIRECTS_MAX = 3
_GONE = frozenset({401, 403, 404, 410})  # how stores of files say that a signed address is over
_HEADERS = {"accept": "*/*", "accept-encoding": "identity"}  # pictures are packed already


async def download(
    url: str, *, provider: str, max_bytes: int, is_local: bool = False, total_s: float = 120.0, base_url: str = ""
) -> Reply:
    """GET *url*, which *provider* named, and return the answer: the bytes as they came.

    Up to `REDIRECTS_MAX` redirects are followed, each checked as *url* is. What is checked and how, says
    `addresses.Reach`.

    Args:
        url: https; http only where *is_local*.
        provider: as users name it, for messages.
        max_bytes: longer answers are refused while they arrive.
        is_local: the provider runs on this machine or network, and so may name that one address.
        total_s: the longest wait, tries included.
        base_url: where the provider is asked, for one that is local: its origin alone may be private. Without it,
            that of *url* may.

    Raises:
        BadOutput: an address that must not be asked, too long an answer, or an address that is no longer served;
            `status` is that of the last answer.
        Unavailable: it did not answer in time.
        ProviderError: see `failures.failure`.
    """
    reach = Reach(provider, _home(base_url or url) if is_local else None)
    with anyio.move_on_after(total_s):
        for _ in range(REDIRECTS_MAX + 1):
            reply = await _fetched(url, reach, max_bytes, total_s)
            if reply.status < 300:
                return reply
            url = _target(url, reply, reach)
        raise BadOutput(
            f"{provider} named an address that leads on more than {REDIRECTS_MAX} times.",
            hint="Choose another provider.",
            provider=provider,
        )
    raise Unavailable(f"What {provider} made did not arrive within {total_s:g} s.", provider=provider)


async def _fetched(url: str, reach: Reach, max_bytes: int, total_s: float) -> Reply:
    origin = reach.place(url)
    client = HttpClient(
        origin.url,
        provider=reach.provider,
        headers=_HEADERS,
        timeouts=Timeouts(total_s=total_s),
        max_bytes=max_bytes,
        reach=reach,
    )
    try:
        return await client.send("GET", url.partition("#")[0])
    except ProviderError as error:
        if error.status not in _GONE:
            raise
        status = error.status
    raise BadOutput(
        f"{reach.provider} no longer serves what it made at the address that it named (HTTP {status}).",
        hint="Ask for it again, or choose another provider.",
        provider=reach.provider,
        status=status,
    )


def _target(url: str, reply: Reply, reach: Reach) -> str:
    """Where a redirect leads; not checked yet."""
    try:
        return urljoin(url, reply.headers["location"])
    except (KeyError, ValueError):
        raise reach.refused("an address that leads nowhere") from None


def _home(url: str) -> Origin | None:
    try:
        return origin_of(url)
    except ValueError:  # said where *url* is checked
        return None
