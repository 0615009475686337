"""The history of a film, as a stream that goes on or as pages, and the files that it tells of."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from astragen.errors import JobNotFound, MediaError
from astragen.model.event import ShotRendered, TakeMade
from astragen.model.job import FilmEvent
from astragen.model.take import Artifact
from astragen.service import sse
from astragen.service.access import Reader
from astragen.service.answers import JSON, FilmId
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.sending import sent
from astragen.service.shapes.event import EXAMPLE, FilmEventPage, event_shape

router = APIRouter(prefix="/v1/films", tags=["films"])

IDLE_LOOKS: Final = 4  # pings after which it is seen whether the film is still there

_ENDINGS: Final = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "video/mp4": ".mp4"}
_FILES: Final = {
    kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/png", "image/jpeg", "video/mp4")
}

Number = Annotated[int, Path(ge=1, le=sse.SEQ_MAX, description="The event's number: its `seq`.")]

_STREAM: Final[dict[str, Any]] = {
    "description": "Events as they come, or a page of them as JSON.",
    "content": {
        sse.MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "description": "Its number: `seq`."},
                    "event": {"type": "string", "description": "Its kind."},
                    "data": {"type": "string", "description": "It as JSON: an entry of the page."},
                },
            },
            "example": f"retry: {sse.RETRY_MS}\n\nid: 7\nevent: stage_done\ndata: {json.dumps(EXAMPLE)}\n\n",
        }
    },
}


@router.get(
    "/{film_id}/events",
    response_model=FilmEventPage,
    summary="Follow a film",
    responses={
        200: _STREAM,
        204: {"description": "It has ended, and you have seen it all: do not come back."},
        **errors(404, 406, 422),
    },
)
async def events(
    film_id: FilmId,
    house: TheHouse,
    caller: Reader,
    after: Annotated[int, Query(ge=0, le=sse.SEQ_MAX, description="Only events after this number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="The most entries of a page of JSON.")] = 100,
    accept: Annotated[str | None, Header(description="text/event-stream, which is usual, or application/json.")] = None,
    last_event_id: Annotated[str | None, Header(description="Resume after it; browsers send it themselves.")] = None,
) -> Response:
    """All that happened to a film and that happens, until it ends, numbered without a gap; resume where you were."""
    seq = sse.resumes_after(last_event_id, after)
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)
    if not _wants_stream(accept):
        return await _page(house, film_id, seq, limit)
    if film.is_ended and not await house.hub.history(film_id, seq, 1):
        return Response(status_code=204)
    told = _while_there(house, film_id, seq)
    return StreamingResponse(sse.stream(told), media_type=sse.MEDIA_TYPE, headers=sse.HEADERS)


@router.get(
    "/{film_id}/events/{seq}/content",
    response_class=Response,
    summary="Fetch what an event tells of",
    responses={
        200: {"description": "The picture of a take, or a shot as it was rendered.", "content": _FILES},
        206: {"description": "The part that Range asks for.", "content": _FILES},
        304: {"description": "It is what If-None-Match names."},
        307: {"description": "It is in the bucket, at an address that works for some minutes."},
        **errors(404, 412, 416, 422),
    },
)
async def event_content(film_id: FilmId, seq: Number, request: Request, house: TheHouse, caller: Reader) -> Response:
    """The picture that a take was made with, or the clip of a shot, while the film is still made; not for ever."""
    await house.run(house.office.films.get, film_id, owner=caller.owner)
    artifact = next((_file(one) for one in await house.hub.history(film_id, seq - 1, 1) if one.seq == seq), None)
    if artifact is None:
        raise Refusal(404, "film.no_content", f"Event {seq} of this film tells of no file.")
    try:
        answer = await sent(request, house, artifact, f"{film_id}-{seq}{_ENDINGS.get(artifact.media_type, '')}")
    except MediaError as error:
        raise Refusal(404, "film.no_content", "The file was needed no more, and is gone.") from error
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable" if answer.status_code == 200 else "no-store"
    return answer


def _file(told: FilmEvent) -> Artifact | None:
    """The file that *told* tells of."""
    if isinstance(told.event, TakeMade):
        return told.event.picture
    return told.event.clip if isinstance(told.event, ShotRendered) else None


async def _page(house: House, film_id: str, seq: int, limit: int) -> Response:
    found = await house.hub.history(film_id, seq, limit + 1)
    page = found[:limit]
    body = FilmEventPage(
        data=[event_shape(one) for one in page],
        last_seq=page[-1].seq if page else seq,
        has_more=len(found) > limit,
    )
    return Response(body.model_dump_json(), media_type=JSON)


def _wants_stream(accept: str | None) -> bool:
    """Whether *accept* takes a stream; JSON when that alone is named.

    Raises:
        Refusal: 406, it takes neither.
    """
    kinds = {one.partition(";")[0].strip().lower() for one in (accept or "*/*").split(",")}
    if kinds & {sse.MEDIA_TYPE, "text/*"}:
        return True
    if kinds & {JSON, "application/*"}:
        return False
    if "*/*" in kinds:
        return True
    raise Refusal(406, "request.not_acceptable", f"Events come as {sse.MEDIA_TYPE} or as {JSON}.")


async def _while_there(house: House, film_id: str, seq: int) -> AsyncIterator[FilmEvent | None]:
    """The events after *seq*, and None for each while without one; ends when the film ends, or is no more."""
    idle = 0
    async for one in house.hub.follow(film_id, seq, idle_s=sse.PING_S):
        yield one
        idle = idle + 1 if one is None else 0
        if idle == IDLE_LOOKS:
            idle = 0
            if not await _is_on_its_way(house, film_id):
                return


async def _is_on_its_way(house: House, film_id: str) -> bool:
    try:
        return not (await house.run(house.office.films.get, film_id)).is_ended
    except JobNotFound:
        return False
