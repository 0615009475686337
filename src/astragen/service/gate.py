"""The gate: under which name the service is spoken to, by a page of which site, with which key, how often.

It stands before the routes, so that the body of a stranger is never read. What is open to everybody is listed;
everything else, also what does not exist, needs a caller.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from astragen.service.access import Caller
from astragen.service.bounds import DEFAULT_PER_MINUTE, Rates, with_headers
from astragen.service.house import House
from astragen.service.problems import Refusal, problem_of

OPEN: Final = frozenset({"/", "/docs", "/healthz", "/readyz", "/openapi.json", "/favicon.ico"})
OPEN_BELOW: Final = ("/static/", "/studio/", "/shared/")
_OF_PROXIES: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Gate:
    """ASGI: lets callers in, and notes who they are in `request.state.caller`."""

    def __init__(self, app: ASGIApp, *, house: House, rates: Rates | None = None) -> None:
        self._app = app
        self._house = house
        self._rates = rates or Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; web sockets are none of ours."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            self._check_host(request)
            _check_site(request)
            headers = await self._let_in(request)
        except Refusal as refusal:
            await problem_of(refusal, scope["path"])(scope, receive, send)
            return
        await self._app(scope, receive, with_headers(send, headers) if headers else send)

    def _check_host(self, request: Request) -> None:
        given = request.headers.getlist("host")
        if len(given) != 1 or not self._house.access.hosts.takes(given[0]):
            raise Refusal(
                421,
                "request.host",
                "The service does not answer under the name in the header Host. "
                "Add it to ASTRAGEN_ALLOWED_HOSTS where it is one of yours.",
            )

    async def _let_in(self, request: Request) -> dict[str, str]:
        """Note the caller; the headers that tell what its key may still ask."""
        if is_open(request.scope["path"]):
            return {}
        given = request.headers.getlist("authorization")
        client = request.client.host if request.client and not _is_forwarded(request) else None
        if len(given) > 1:
            raise Refusal(400, "request.malformed", "There is more than one header Authorization.")
        who = await self._house.run(self._house.access.caller, given[0] if given else None, client)
        request.state.caller = who
        return self._counted(who)

    def _counted(self, who: Caller) -> dict[str, str]:
        if not who.owner:
            return {}
        return self._rates.take(who.owner, who.requests_per_minute or DEFAULT_PER_MINUTE).headers


def is_open(path: str) -> bool:
    """Whether everybody may ask for *path*."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def _is_forwarded(request: Request) -> bool:
    """Whether a proxy says that somebody else asks: it may be on this machine, and they not."""
    return any(name in request.headers for name in _OF_PROXIES)


def _check_site(request: Request) -> None:
    """Refuse what a page of another site asks: there is no cookie to abuse, but a service without keys to reach."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "none")
    is_visit = request.headers.get("sec-fetch-mode") == "navigate" and request.method == "GET"
    is_ours = origin is None or origin.partition("://")[2].lower() == request.headers["host"].lower()
    if is_ours and (site in ("none", "same-origin") or (is_visit and is_open(request.scope["path"]))):
        return
    raise Refusal(403, "access.origin", "Pages of other sites may not use this service.")
