"""The studio: the pages in which films are made, watched and directed, at / and below /studio/.

Static files of the package. They hold no data, so everybody may fetch them (`gate.OPEN`), and every fetch is
asked about, so that a new version of the service is a new studio at once. Start at `served`.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from astragen.service.conditions import is_match, tag_of

router = APIRouter(include_in_schema=False)

KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
_PACKED_ALREADY: Final = {"webp"}
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z]+)?")  # no "..", nothing hidden
_GZIP: Final = re.compile(r"gzip(\s?;\s?q=(1(\.0{0,3})?|0\.(?=\d{0,2}[1-9])\d{1,3}))?", re.IGNORECASE)  # not q=0
_ROOT: Final = files("astragen") / "studio"


@router.api_route("/", methods=["GET", "HEAD"])
def page(request: Request) -> Response:
    """The one page of the studio; its router is in app/main.js."""
    return served("index.html", request.headers)


@router.api_route("/studio/{path:path}", methods=["GET", "HEAD"])
def asset(path: str, request: Request) -> Response:
    """What the page is made with."""
    return served(path, request.headers)


def served(path: str, asked: Mapping[str, str]) -> Response:
    """The file *path* of the studio with its tag, packed for who takes gzip; 304 for who has it already.

    *asked*: the headers of the request.

    Raises:
        HTTPException: 404, the studio has no such file.
    """
    found = _file(path)
    if found is None:
        raise HTTPException(404)
    content, kind = found.read_bytes(), path.rpartition(".")[2]
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if kind not in _PACKED_ALREADY and _takes_gzip(asked.get("accept-encoding", "")):
        content = _packed(content)
        headers["Content-Encoding"] = "gzip"
    headers["ETag"] = tag_of(content)
    known = asked.get("if-none-match")
    if known is not None and is_match(known, headers["ETag"], is_weak=True):
        headers.pop("Content-Encoding", None)
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=KINDS[kind])


def _file(path: str) -> Any:  # noqa: ANN401 - its type has another home in every Python
    """The file at *path*; None for what is no name of ours, or of no kind that is served."""
    names = path.split("/")
    if path.rpartition(".")[2] not in KINDS or not all(_NAME.fullmatch(name) for name in names):
        return None
    found = _ROOT.joinpath(*names)
    return found if found.is_file() else None


def _takes_gzip(accepted: str) -> bool:
    """Whether the header Accept-Encoding names gzip, and not as the one that it does not want."""
    return any(_GZIP.fullmatch(one.strip()) for one in accepted.split(","))


@lru_cache(maxsize=256)
def _packed(content: bytes) -> bytes:
    """*content*, always packed into the same bytes."""
    return gzip.compress(content, mtime=0)
