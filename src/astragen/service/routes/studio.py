"""The studio: static files of this package, open to everybody, since they hold nothing of anybody."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
_FILES: Final = files("astragen") / "studio"


@router.get("/")
def front(request: Request) -> Response:
    """The page."""
    return _sent("index.html", request)


@router.get("/studio/{path:path}")
def part(path: str, request: Request) -> Response:
    """What the page is made with."""
    return _sent(path, request)


def _sent(path: str, request: Request) -> Response:
    """A file of the studio; nothing when the browser has it as it is."""
    content, tag, kind = _read(path)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


@lru_cache(maxsize=512)
def _read(path: str) -> tuple[bytes, str, str]:
    """Bytes, tag and media type of the file at *path*.

    Raises:
        HTTPException: 404, there is none, or nothing that is served.
    """
    steps = path.split("/")
    kind = KINDS.get(path[path.rfind(".") :])
    if kind is None or any(step in ("", ".", "..") or "\\" in step for step in steps):
        raise HTTPException(404)
    file = _FILES.joinpath(*steps)
    if not file.is_file():
        raise HTTPException(404)
    content = file.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', kind
