"""Headers that every answer has: what a browser may do with it, and that nobody keeps a private one.

What a route sets itself stays: content that users made is served with a stricter policy of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(elsewhere: str = "") -> str:
    """What our pages may load and do; *elsewhere*: the one other origin of pictures and films, empty for none."""
    seen = " ".join(["'self' blob:", elsewhere]).strip()
    return "; ".join(
        [
            "default-src 'self'",  # no inline script or style, nothing of another site
            f"img-src {seen}",
            f"media-src {seen}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


POLICY: Final = policy()
SANDBOX: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""The policy of content that users or providers made: it is shown, and may do nothing."""

EVERYWHERE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class Headers:
    """ASGI: adds `EVERYWHERE` to each answer, but for what it has already."""

    def __init__(self, app: ASGIApp, elsewhere: str = "") -> None:
        """*elsewhere*: see `policy`."""
        self._app = app
        self._headers: Mapping[str, str] = {**EVERYWHERE, "Content-Security-Policy": policy(elsewhere)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)
