"""What came of a film: the file itself, whole or in parts, from here or from the bucket."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from astragen.errors import StateConflict
from astragen.model.job import FilmRecord
from astragen.model.take import Artifact
from astragen.service.access import Reader
from astragen.service.answers import FilmId
from astragen.service.conditions import is_match, tag_of
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.sending import headers_of, sent
from astragen.service.shapes.film import Variant
from astragen.service.zipping import zipped

router = APIRouter(prefix="/v1/films", tags=["films"])

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
    "zip": ".zip",
}
_MOVIES: Final = {"video/quicktime": ".mov", "video/mp4": ".mp4"}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
ZIP: Final = "application/zip"
_KINDS: Final = (
    "video/mp4",
    "video/quicktime",
    "image/jpeg",
    "text/vtt",
    "application/x-subrip",
    "application/json",
    ZIP,
)
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
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)
    return await served(film, request, house, variant)


@router.head("/{film_id}/content", response_class=Response, summary="Ask about what came of a film", responses=_HEAD)
async def content_head(
    film_id: FilmId, request: Request, house: TheHouse, caller: Reader, variant: WhichFile = "film"
) -> Response:
    """The headers of GET without the bytes; no range counts here."""
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)
    return await served(film, request, house, variant)


async def served(film: FilmRecord, request: Request, house: House, variant: str) -> Response:
    """The *variant* of *film*, as *request* wants it: whole, a part, or only its headers."""
    if variant == "zip":
        return await _bundled(film, request, house)
    artifact = _artifact(film, variant)
    return await sent(request, house, artifact, _name(film, variant))


async def _bundled(film: FilmRecord, request: Request, house: House) -> Response:
    """All files of *film* as one zip, written while it is sent: without ranges, and of a length nobody knows yet."""
    _artifact(film, "film")  # there is none, or not yet
    parts = [(_name(film, one), film.outputs[one]) for one in _SUFFIXES if one in film.outputs]
    tag = tag_of("\n".join(f"{one.hash} {name}" for name, one in parts).encode())
    headers = headers_of(tag, f"{_stem(film.title)}.zip", ZIP) | {"Accept-Ranges": "none"}
    if is_match(request.headers.get("if-none-match", ""), tag, is_weak=True):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return Response(status_code=200, headers=headers)
    paths = [(name, await house.run(house.artifacts.path, one)) for name, one in parts]
    made = int(film.ended_at or film.created_at)
    return StreamingResponse(zipped(paths, at=made), headers=headers)


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


def _stem(title: str) -> str:
    """*title* as a name that every file system takes."""
    plain = "".join(one if one.isprintable() and one not in '\\/:*?"<>|' else " " for one in title)
    return " ".join(plain.split())[:STEM_MAX].strip(". ") or "film"


def _name(film: FilmRecord, variant: str) -> str:
    """What the file *variant* of *film* is called; two of its files are never called the same."""
    suffix = _SUFFIXES[variant]
    if variant == "film":
        suffix = _MOVIES.get(film.outputs[variant].media_type, suffix)
    return f"{_stem(film.title)}{suffix}"
