"""The studio: the pages in which films are made, watched and directed, at / and below /studio/.

Static files of the package. They hold no data, so everybody may fetch them (`gate.OPEN`), and every fetch is
asked about, so that a new version of the service is a new studio at once. Start at `served`.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from astragen.service.conditions import is_match, tag_of

if TYPE_CHECKING:
    from importlib.abc import Traversable

router = APIRouter(include_in_schema=False)

KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z]+)?")  # no "..", nothing hidden
_ROOT: Final = files("astragen") / "studio"


@router.api_route("/", methods=["GET", "HEAD"])
def page(request: Request) -> Response:
    """The one page of the studio; its router is in app/main.js."""
    return served("index.html", request.headers.get("if-none-match"))


@router.api_route("/studio/{path:path}", methods=["GET", "HEAD"])
def asset(path: str, request: Request) -> Response:
    """What the page is made with."""
    return served(path, request.headers.get("if-none-match"))


def served(path: str, known: str | None) -> Response:
    """The file *path* of the studio with its tag; 304 when *known*, the header If-None-Match, names it.

    Raises:
        HTTPException: 404, the studio has no such file.
    """
    found = _file(path)
    if found is None:
        raise HTTPException(404)
    content = found.read_bytes()
    headers = {"ETag": tag_of(content), "Cache-Control": "no-cache"}
    if known is not None and is_match(known, headers["ETag"], is_weak=True):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=KINDS[path.rpartition(".")[2]])


def _file(path: str) -> Traversable | None:
    """The file at *path*; None for what is no name of ours, or of no kind that is served."""
    names = path.split("/")
    if path.rpartition(".")[2] not in KINDS or not all(_NAME.fullmatch(name) for name in names):
        return None
    found = _ROOT.joinpath(*names)
    return found if found.is_file() else None
