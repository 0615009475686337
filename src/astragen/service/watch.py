"""Each request under watch: it gets an id, a line in the log, a span, its place in the metrics, and a net.

What no handler foresaw ends here: the log has the traceback, the client the id to ask about.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from astragen.service import telemetry
from astragen.service.logs import request_id
from astragen.service.metrics import Metrics
from astragen.service.problems import problem_of

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HEADER: Final = "X-Request-Id"

log = logging.getLogger(__name__)


class Watch:
    """ASGI: watches over each request; the client may give its id."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        mark = request_id.set(_id_of(scope))
        try:
            with telemetry.request_span(scope) as span:
                status = await self._watched(scope, receive, send)
                span.end(route_of(scope), status)
        finally:
            request_id.reset(mark)

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Serve it, whatever happens; its status, or 499 when the client went away first."""
        status = 0
        started = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id.get()
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            log.error("request failed", exc_info=error)
            if not status:
                await problem_of(error, scope["path"])(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - started
            self._told(scope, status or 499, seconds)
        return status or 499

    def _told(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = route_of(scope), method_of(scope)
        self._metrics.served(method, route, status, seconds)
        who = scope.get("state", {}).get("caller")
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        fields |= {"key": who.owner} if who is not None and who.owner else {}
        fields |= {"film": film} if (film := scope.get("path_params", {}).get("film_id")) else {}
        log.info("request", extra=fields)


def _id_of(scope: Scope) -> str:
    given = Headers(scope=scope).get(HEADER, "")
    return given if _ID.fullmatch(given) else f"req_{secrets.token_hex(8)}"


def method_of(scope: Scope) -> str:
    """The method, of those that exist: names that clients invent would be without number."""
    return scope["method"] if scope["method"] in _METHODS else "other"


def route_of(scope: Scope) -> str:
    """The template of the route that served it, as "/v1/films/{film_id}"; of none: "none"."""
    return str(getattr(scope.get("route"), "path", "none"))
