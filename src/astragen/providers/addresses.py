"""Which addresses may be asked: what a user set is believed, what a provider names is checked.

A user's base URL is taken as it stands, if it is one. An address that a provider names for a download
is asked only over https at a public place, and the check is of the numbers that are connected to, not
of the name: see `Reach`, which `connection.py` obeys. No connection is opened here; only `looked_up` asks
the resolver. Start at `Reach`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

import anyio

from astragen.errors import BadOutput, SettingsError
from astragen.providers.failures import variable

PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9_.])?|[0-9a-f:.]+")  # a name in ASCII, or numbers

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What `is_global` of Python 3.10 to 3.14 lets through, or not alike.
_NEVER_4: Final = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4")))
_UNICAST_6: Final = ipaddress.IPv6Network("2000::/3")  # all that IANA gives out (RFC 4291, 2.4)
_NEVER_6: Final = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052; usual in networks without IPv4
_HOME: Final = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7"),
    )
)
_METADATA: Final = frozenset(  # a machine's own secrets, in clouds; 169.254.169.254 is link-local anyhow
    map(ipaddress.ip_address, ("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)


class Origin(NamedTuple):
    """Where a URL leads."""

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """It as an address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS.get(self.scheme) else f":{self.port}")


class Reach(NamedTuple):
    """How far a download may go: to public addresses, and to *home*.

    home: where a provider on the user's machine or network is asked. That origin, and no other, may be
    private, speak plain http and have a port of its own.
    """

    provider: str
    home: Origin | None = None

    def place(self, url: str) -> Origin:
        """Where *url* leads.

        Raises:
            BadOutput: not there; the message names the host at most, for the rest may hold a password.
        """
        try:
            parts = urlsplit(url)
            origin = origin_of(url)
        except ValueError:
            raise self.refused("an address that cannot be read") from None
        if not _HOST.fullmatch(origin.host) or _is_half_an_address(origin.host):
            raise self.refused("an address without a readable host")
        if "@" in parts.netloc:
            raise self.refused(f"an address with a user name or a password at {origin.host}")
        if any(ord(sign) < 0x20 or sign == "\x7f" for sign in url):
            raise self.refused(f"an address with a control character at {origin.host}")
        if origin == self.home:
            return origin
        if origin.scheme != "https":
            raise self.refused(f"an address that is not https at {origin.host}")
        if origin.port not in PORTS.values():
            raise self.refused(f"port {origin.port} at {origin.host}")
        return origin

    async def addresses(self, origin: Origin) -> list[str]:
        """The addresses to connect to for *origin*, in the resolver's order; it is asked once.

        One forbidden address among them is enough to refuse all, but for *home*, of which those that
        may be asked are left.

        Raises:
            BadOutput: none may be asked.
            OSError: the name is not known.
        """
        found = list(dict.fromkeys(await looked_up(origin.host, origin.port)))
        if origin == self.home:
            found = [one for one in found if not fault(one, is_home=True)] or found[:1]
        for one in found:
            wrong = fault(one, is_home=origin == self.home)
            if wrong:
                raise self.refused(f"{origin.host}, which is {wrong}")
        return found

    def refused(self, what: str) -> BadOutput:
        """The error of an address that is *what*."""
        hint = "Nothing was fetched from there. Choose another provider."
        return BadOutput(f"{self.provider} named {what}.", hint=hint, provider=self.provider)


async def looked_up(host: str, port: int) -> Sequence[str]:
    """What the resolver says of *host*, which is ASCII: addresses as text.

    Raises:
        OSError: it knows none.
    """
    answers = await anyio.getaddrinfo(host.encode("ascii"), port, type=1)  # 1: SOCK_STREAM, so each comes once
    return [str(sockaddr[0]) for *_, sockaddr in answers]


def fault(address: str, *, is_home: bool = False) -> str:
    """What forbids to ask *address*, in words; "" when nothing does.

    An IPv4 address inside an IPv6 one counts as itself. *is_home*: the user's own machine and network
    are allowed; link-local addresses and the metadata services of clouds never are.
    """
    try:
        inner = _unwrapped(ipaddress.ip_address(address))
    except ValueError:
        return "no address"
    wrongs = [_fault(one, is_home=is_home) for one in inner]
    return next(filter(None, wrongs), "")


def _fault(address: Address, *, is_home: bool) -> str:
    if address in _METADATA:
        return "the metadata service of a cloud"
    if is_home and any(address in network for network in _HOME):
        return ""
    kinds = {
        "an unspecified address": address.is_unspecified,
        "this machine": address.is_loopback,
        "a link-local address": address.is_link_local,
        "a multicast address": address.is_multicast,
        "a private address": address.is_private,
        "a reserved address": address.is_reserved or not address.is_global or _is_special(address),
    }
    return next((kind for kind, holds in kinds.items() if holds), "")


def _is_special(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return any(address in network for network in _NEVER_4)
    return address not in _UNICAST_6 or any(address in network for network in _NEVER_6)


def _unwrapped(address: Address) -> list[Address]:
    """*address*, or the IPv4 ones that it stands for: mapped, compatible, 6to4, Teredo's two, NAT64, ISATAP."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    number = int(address)
    last = ipaddress.IPv4Address(number & 0xFFFFFFFF)
    if address.ipv4_mapped or address in _NAT64:
        return [last]
    if address.sixtofour:
        return [address.sixtofour]
    if address.teredo:
        return [address, *address.teredo]
    is_compatible = number >> 32 == 0 and number > 1  # ::a.b.c.d; :: and ::1 are themselves
    is_isatap = number >> 32 & 0xFDFFFFFF == 0x5EFE  # RFC 5214, 6.1
    return [address, last] if is_compatible or is_isatap else [address]


def origin_of(url: str) -> Origin:
    """Scheme, host and port of *url*.

    Raises:
        ValueError: it cannot be read.
    """
    place = urlsplit(url)
    port = PORTS.get(place.scheme, 0) if place.port is None else place.port
    return Origin(place.scheme, (place.hostname or "").lower(), port)


def checked_url(base_url: str, provider: str) -> SplitResult:
    """The parts of *base_url*.

    Raises:
        SettingsError: not http or https, no host, or a password, a query or a fragment in it.
    """
    try:
        place = urlsplit(base_url)
        is_whole = (place.port is None or place.port > 0) and not _is_half_an_address(place.hostname or "")
    except ValueError:
        place, is_whole = urlsplit(""), False
    if place.scheme not in ("http", "https") or not place.hostname or not is_whole:
        wrong = "must be an http or https address"
    elif place.username is not None or place.password is not None:
        wrong = "must not hold a user name or a password"
    elif place.query or place.fragment or not re.fullmatch(r"[!-~]+", base_url):
        wrong = "must end with its path and hold no spaces"
    else:
        return place
    hint = f"Correct {variable(provider, 'BASE_URL')}, for example http://127.0.0.1:8000/v1."
    raise SettingsError(f"The base URL of {provider} {wrong}.", hint=hint)  # which may hold a password itself


def _is_half_an_address(host: str) -> bool:
    """Whether *host* is four numbers, as an IPv4 address is, and yet none: the HTTP library would not have it."""
    if not re.fullmatch(r"\d+\.\d+\.\d+\.\d+", host):
        return False
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return True
    return False


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine by its name or address; nothing is looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
