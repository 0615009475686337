"""Fetching what a provider made, from the address that it named: no key goes there.

Start at `download`.
"""

from __future__ import annotations

from astragen.providers.http import HttpClient, Reply, Timeouts

REDIRECTS_MAX = 3


async def download(url: str, *, provider: str, max_bytes: int, is_local: bool = False, total_s: float = 120.0) -> Reply:
    """GET *url*, which *provider* named, and return the answer: the bytes as they came.

    Args:
        url: https; http only where *is_local*.
        provider: as users name it, for messages.
        max_bytes: longer answers are refused while they arrive.
        is_local: the provider runs on this machine or network, and so may name such addresses.
        total_s: the longest wait, tries included.

    Raises:
        BadOutput: an address that must not be asked, or too long an answer.
        Unavailable: it did not answer in time.
        ProviderError: see `failures.failure`.
    """
    client = HttpClient(
        url.partition("?")[0], provider=provider, timeouts=Timeouts(total_s=total_s), max_bytes=max_bytes
    )
    return await client.send("GET", url)
