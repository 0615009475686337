"""Who may do what: keys and their scopes, and the rule that without keys only this machine is served.

While nobody ever made a key, requests from the machine itself need none; from the first key on every request
needs one, revoked keys included in the count, so that revoking the last key closes the service, not opens it.
Start at `Access.caller`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, cast

from fastapi import Depends, Request

from astragen.errors import SettingsError
from astragen.service.hosts import Hosts, is_loopback
from astragen.service.problems import Refusal

if TYPE_CHECKING:
    from astragen.model.office import KeyRecord, QueueLimits
    from astragen.service.house import House
    from astragen.store.office.keys import ApiKeys

SCOPES: Final = {
    "films:read": "See films, their events and what came of them.",
    "films:write": "Order, change, cancel and delete films.",
    "files:write": "Upload and delete files.",
    "keys:admin": "Make and revoke keys, keep keys of providers, see how the service's machine is.",
    "usage:read": "See what was used and what it cost.",
    "metrics:read": "See the metrics of the whole service.",
}


@dataclass(frozen=True)
class Caller:
    """Who asks: *owner* is the id of the key, or empty where no keys are needed."""

    owner: str
    scopes: frozenset[str]
    limits: QueueLimits | None = None
    requests_per_minute: int | None = None

    def may(self, scope: str) -> bool:
        """Whether *scope* is among the caller's."""
        return scope in self.scopes


ANYONE_HERE: Final = Caller(owner="", scopes=frozenset(SCOPES))
"""Whoever asks from this machine while there are no keys."""


class Access:
    """Reads keys; *host* is the address that is served, *allowed_hosts* further names of it."""

    def __init__(self, keys: ApiKeys, *, allowed_hosts: Iterable[str] = (), host: str = "127.0.0.1") -> None:
        self._keys = keys
        self._host = host
        self.hosts = Hosts(allowed_hosts, served=host)
        self._has_keys = False

    def has_keys(self) -> bool:
        """Whether a key was ever made; it blocks, as `caller` does, so call it in a thread."""
        self._has_keys = self._has_keys or self._keys.were_made()
        return self._has_keys

    def caller(self, authorization: str | None, client: str | None) -> Caller:
        """Who asks with the header *authorization* from the address *client*.

        Raises:
            Refusal: 401, there is no key, or it is wrong, expired or revoked: the answer is the same for all four.
        """
        if authorization is None:
            if is_loopback(self._host) and client is not None and is_loopback(client) and not self.has_keys():
                return ANYONE_HERE
            raise _unauthorized("This service needs an API key.", 'Send it as "Authorization: Bearer ag_live_...".')
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise _unauthorized("Only bearer tokens are read.", 'Send the key as "Authorization: Bearer ag_live_...".')
        record = self._keys.find(secret.strip())
        if record is None:
            raise _unauthorized("This key is not valid.", "It is wrong, has expired or was revoked.")
        return _caller_of(record)


def _caller_of(record: KeyRecord) -> Caller:
    return Caller(
        owner=record.id,
        scopes=frozenset(record.scopes),
        limits=record.limits,
        requests_per_minute=record.rate_per_minute,
    )


def _unauthorized(said: str, hint: str) -> Refusal:
    return Refusal(401, "access.unauthorized", f"{said} {hint}", headers={"WWW-Authenticate": "Bearer"})


def caller(request: Request) -> Caller:
    """Who asks, as the middleware found out before the body was read (`service/gate.py`)."""
    return cast(Caller, request.state.caller)


def needs(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency: the caller, who has *scope*; `Annotated[Caller, Depends(needs("films:read"))]`.

    Raises:
        Refusal: 403, the key does not have it.
    """
    if scope not in SCOPES:
        raise ValueError(f"No scope is called {scope!r}; there are {', '.join(SCOPES)}.")

    async def allowed(request: Request) -> Caller:  # async: FastAPI calls all others in a thread
        who = caller(request)
        if not who.may(scope):
            raise Refusal(403, "access.forbidden", f'This key lacks the scope "{scope}". Make one that has it.')
        return who

    return allowed


Reader = Annotated[Caller, Depends(needs("films:read"))]
Writer = Annotated[Caller, Depends(needs("films:write"))]
Uploader = Annotated[Caller, Depends(needs("files:write"))]
KeyAdmin = Annotated[Caller, Depends(needs("keys:admin"))]
UsageReader = Annotated[Caller, Depends(needs("usage:read"))]
MetricsReader = Annotated[Caller, Depends(needs("metrics:read"))]


def check_bind(host: str, house: House) -> None:
    """Let *host* be served only when it is this machine alone, or keys are needed.

    Raises:
        SettingsError: other machines would be let in without a key.
    """
    if is_loopback(host) or house.access.has_keys():
        return
    raise SettingsError(
        f"Serving {host} would let every machine that reaches it in, as there are no API keys.",
        hint="Make one with `astragen keys create NAME`, or serve 127.0.0.1.",
    )
