"""Answers that the routes of films share: a film with its tag, and what the API's description says of headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Header, Path, Query
from starlette.responses import Response

from astragen.model.job import FilmRecord
from astragen.service.conditions import is_match, tag_of
from astragen.service.house import House
from astragen.service.repeating import KEY_MAX, Reply
from astragen.service.shapes.film import FILM_ID
from astragen.service.submitting import position
from astragen.service.telling import film_shape, path_of
from astragen.service.waiting import WAIT_MAX_S

JSON: Final = "application/json"

FilmId = Annotated[
    str, Path(pattern=r"^film_[0-9a-hjkmnp-tv-z]{26}$", description="Id of the film.", examples=[FILM_ID])
]
Cursor = Annotated[str, Query(pattern=r"^(film_[0-9a-hjkmnp-tv-z]{26})?$")]
Wait = Annotated[int, Query(ge=0, le=WAIT_MAX_S, description="Seconds to wait for a change.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        description=f"Yours, of up to {KEY_MAX} characters: the same request again, within a day, is answered as "
        "the first one was, and nothing is made twice."
    ),
]
Prefer = Annotated[
    str | None,
    Header(description=f"`wait=N`: answer once the film has ended, or after N seconds, {WAIT_MAX_S} at most."),
]

_TEXT: Final = {"schema": {"type": "string"}}
ETAG: Final[dict[str, Any]] = {"ETag": {"description": "Tag of this very answer.", **_TEXT}}
MADE: Final[dict[str, Any]] = {
    "Location": {"description": "The film.", **_TEXT},
    "Idempotent-Replayed": {"description": "true: the answer to an earlier request with the same key.", **_TEXT},
    "Preference-Applied": {"description": "wait=N, when it was asked for.", **_TEXT},
    **ETAG,
}


def told(house: House, film: FilmRecord) -> bytes:
    """*film* as JSON. It blocks: where a film waits in the queue is asked of the engine."""
    return film_shape(film, position=position(house, film)).model_dump_json().encode()


def told_of(house: House, film_id: str, *, owner: str) -> tuple[FilmRecord, bytes]:
    """The film, and it as JSON. It blocks.

    Raises:
        JobNotFound: there is none, or it is another owner's.
    """
    film = house.office.films.get(film_id, owner=owner)
    return film, told(house, film)


def answered(body: bytes, known: str | None) -> Response:
    """*body* with its tag; 304 when *known*, the header If-None-Match, names it."""
    tag = tag_of(body)
    if known is not None and is_match(known, tag, is_weak=True):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type=JSON, headers={"ETag": tag, "Cache-Control": "private, no-cache"})


def film_answer(body: bytes, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """A film in answer to a request that changed it."""
    return Response(body, status_code=status, media_type=JSON, headers={"ETag": tag_of(body), **(headers or {})})


def made(house: House, film: FilmRecord) -> Reply:
    """The answer to a request that made *film*. It blocks."""
    return Reply(202, {"Location": path_of(film.id)}, told(house, film))
