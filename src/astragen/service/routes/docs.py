"""The API's description for people, at /docs: a page of our own that loads nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

_KINDS: Final = {"docs.js": "text/javascript", "docs.css": "text/css"}
_FILES: Final = files("astragen.service") / "static"
_KEPT: Final = {"Cache-Control": "no-cache"}


@router.get("/docs")
def docs() -> Response:
    """The page, which reads /openapi.json."""
    return Response(_read("docs.html"), media_type="text/html; charset=utf-8", headers=_KEPT)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """What the page is made with."""
    if name not in _KINDS:
        raise HTTPException(404)
    return Response(_read(name), media_type=f"{_KINDS[name]}; charset=utf-8", headers=_KEPT)


def _read(name: str) -> bytes:
    return (_FILES / name).read_bytes()
