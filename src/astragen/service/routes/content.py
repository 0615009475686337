"""What came of a film: the file itself, whole or in parts, from here or from the bucket."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from astragen.errors import StateConflict
from astragen.model.job import FilmRecord
from astragen.model.take import Artifact
from astragen.service.access import Caller, Reader
from astragen.service.answers import FilmId
from astragen.service.conditions import Span, decided, is_of_our_page, quoted
from astragen.service.headers import SANDBOX
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.shapes.film import Variant

router = APIRouter(prefix="/v1/films", tags=["films"])

BLOCK: Final = 256 * 2**10  # bytes read at once
LINK_S: Final = 300  # that a signed address works
STEM_MAX: Final = 80  # characters of a file's name

_SUFFIXES: Final = {
    "film": ".mp4",
    "poster": ".jpg",
    "sheet": ".sheet.jpg",
    "captions.srt": ".srt",
    "captions.vtt": ".vtt",
    "captions.ass": ".ass",
    "storyboard": ".storyboard.json",
    "report": ".report.json",
}
_MOVIES: Final = {"video/quicktime": ".mov", "video/mp4": ".mp4"}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_KINDS: Final = ("video/mp4", "video/quicktime", "image/jpeg", "text/vtt", "application/x-subrip", "application/json")
_WHOLE: Final[dict[str, Any]] = {
    "description": "The whole of it.",
    "content": dict.fromkeys(_KINDS, _BYTES),
    "headers": {
        "ETag": {"description": "The SHA-256 of the bytes.", "schema": {"type": "string"}},
        "Accept-Ranges": {"description": "bytes", "schema": {"type": "string"}},
    },
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: _WHOLE,
    206: {"description": "The part that Range asks for.", "content": dict.fromkeys(_KINDS, _BYTES)},
    304: {"description": "It is what If-None-Match names."},
    307: {"description": "It is in the bucket, at an address that works for minutes; our pages get it here."},
    **errors(404, 409, 412, 416, 422),
}
_HEAD: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "It is there."},
    304: {"description": "It is what If-None-Match names."},
    **errors(404, 409, 412, 422),
}

WhichFile = Annotated[Variant, Query(description="Which of its files.")]


@router.get("/{film_id}/content", response_class=Response, summary="Fetch what came of a film", responses=_ANSWERS)
async def content(
    film_id: FilmId, request: Request, house: TheHouse, caller: Reader, variant: WhichFile = "film"
) -> Response:
    """The film, or what belongs to it. Its bytes never change under its tag; of several ranges the whole is sent."""
    return await _served(film_id, request, house, caller, variant)


@router.head("/{film_id}/content", response_class=Response, summary="Ask about what came of a film", responses=_HEAD)
async def content_head(
    film_id: FilmId, request: Request, house: TheHouse, caller: Reader, variant: WhichFile = "film"
) -> Response:
    """The headers of GET without the bytes; no range counts here."""
    return await _served(film_id, request, house, caller, variant)


async def _served(film_id: str, request: Request, house: House, caller: Caller, variant: str) -> Response:
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)
    artifact = _artifact(film, variant)
    name = f"{_stem(film.title)}{_suffix(variant, artifact)}"
    decision = decided(request.method, request.headers, tag=quoted(artifact.hash), length=artifact.bytes)
    headers = _headers(artifact, name) | decision.headers(artifact.bytes)
    if decision.status == 304:
        return Response(status_code=304, headers=headers)
    if decision.status in _REFUSED:
        code, said = _REFUSED[decision.status]
        raise Refusal(decision.status, code, said, headers=decision.headers(artifact.bytes))
    headers["Content-Length"] = str(decision.span.stop - decision.span.start)
    if request.method == "HEAD":
        return Response(status_code=200, headers=headers, media_type=artifact.media_type)
    is_ours = is_of_our_page(request.headers)
    url = None if is_ours else await house.run(house.artifacts.url, artifact, name, seconds=LINK_S)
    if url is not None:
        return RedirectResponse(url, status_code=307, headers={"Cache-Control": "no-store", "ETag": headers["ETag"]})
    path = await house.run(house.artifacts.path, artifact)
    file = await anyio.open_file(path, "rb")  # here, so that one that was just removed is a problem, not half a file
    body = _blocks(file, decision.span)
    return StreamingResponse(body, status_code=decision.status, headers=headers, media_type=artifact.media_type)


_REFUSED: Final = {
    412: ("request.precondition_failed", "It is another file than If-Match names."),
    416: ("request.range", "No part of the file lies in the range."),
}


async def _blocks(file: anyio.AsyncFile[bytes], span: Span) -> AsyncIterator[bytes]:
    """The bytes of *span* of *file*, which is closed afterwards."""
    async with file:
        await file.seek(span.start)
        left = span.stop - span.start
        while left > 0 and (block := await file.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _artifact(film: FilmRecord, variant: str) -> Artifact:
    """The bytes of *variant*.

    Raises:
        StateConflict: they are not there yet.
        Refusal: 404, there are none.
    """
    found = film.outputs.get(variant)
    if found is not None:
        return found
    if not film.is_ended:
        raise StateConflict(f"The film is {film.state}: its {variant} is not there yet.", hint="Follow its events.")
    raise Refusal(404, "film.no_content", f"This film, which is {film.state}, has no {variant}.")


def _headers(artifact: Artifact, name: str) -> dict[str, str]:
    return {
        "ETag": quoted(artifact.hash),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(name),
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "private, no-cache",
    }


def disposition(name: str) -> str:
    """The header that calls a file *name*: in ASCII for all, and in full for whoever reads RFC 8187."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", plain).strip() or "film"
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _stem(title: str) -> str:
    """*title* as a name that every file system takes."""
    plain = "".join(one if one.isprintable() and one not in '\\/:*?"<>|' else " " for one in title)
    return " ".join(plain.split())[:STEM_MAX].strip(". ") or "film"


def _suffix(variant: str, artifact: Artifact) -> str:
    return _MOVIES.get(artifact.media_type, ".mp4") if variant == "film" else _SUFFIXES[variant]
