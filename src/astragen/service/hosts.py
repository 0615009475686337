"""Names under which the service answers: a page of another site cannot reach it by a name of its own.

A web page may let its own name point to 127.0.0.1 (DNS rebinding) and then speak to a service on its visitor's
machine as if it were its own; only the header Host gives it away. Where other machines are served, addresses
written as numbers are taken too: no name was resolved, so none was bent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Hosts:
    """Which values of the header Host are taken; "*" among *allowed*: any, and "*.films.example": names below."""

    def __init__(self, allowed: Iterable[str], *, served: str) -> None:
        self._names = {*_LOOPBACK, _bare(served), *map(_bare, allowed)}
        self._takes_numbers = not is_loopback(served)

    def takes(self, header: str | None) -> bool:
        """Whether *header*, a name with or without a port, is one of ours."""
        name = name_of(header or "")
        if not name:
            return False
        if "*" in self._names or name in self._names or (self._takes_numbers and _is_number(name)):
            return True
        return any(one.startswith("*.") and name.endswith(one[1:]) for one in self._names)


def name_of(header: str) -> str:
    """The name in the header Host, in lower case, without port and brackets; empty when it is malformed."""
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # raises when it is no number
    except ValueError:
        return ""
    is_plain = parts.netloc == header and "@" not in header and not any(one.isspace() for one in header)
    return (parts.hostname or "").rstrip(".") if is_plain else ""


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine alone."""
    name = _bare(host)
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _bare(name: str) -> str:
    return name.strip().lower().removeprefix("[").removesuffix("]").rstrip(".")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
