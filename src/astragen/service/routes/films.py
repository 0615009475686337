"""Films: ordered, listed, looked at, stopped, tried again, removed."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from astragen.errors import JobNotFound
from astragen.model.base import canonical_json
from astragen.model.job import METADATA_MAX, FilmRecord, FilmState
from astragen.service.access import Caller, Reader, Writer
from astragen.service.answers import (
    ETAG,
    JSON,
    MADE,
    Cursor,
    FilmId,
    IdempotencyKey,
    Prefer,
    Wait,
    answered,
    film_answer,
    made,
    told,
    told_of,
)
from astragen.service.conditions import is_match, tag_of
from astragen.service.house import House, TheHouse
from astragen.service.ordering import estimated, ordered
from astragen.service.problems import Place, Refusal, errors
from astragen.service.repeating import Reply, key_of, once
from astragen.service.repeating import Request as Repeated
from astragen.service.shapes.common import Limit, Order, Words, without_controls
from astragen.service.shapes.film import Estimate, Film, FilmOrder, FilmPage
from astragen.service.submitting import add, cancel, check_webhook, remove, retry
from astragen.service.telling import NOT_LISTED, page_shape, path_of
from astragen.service.uploads import finder
from astragen.service.waiting import until, until_ended, wait_of
from astragen.store.office.ids import new_id

router = APIRouter(prefix="/v1/films", tags=["films"])

_METADATA: Final[dict[str, Any]] = {
    "name": "metadata",
    "in": "query",
    "style": "deepObject",
    "explode": True,
    "description": "Only films with these entries, as metadata[ticket]=42.",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": METADATA_MAX},
}


@router.post(
    "",
    status_code=202,
    response_model=Film,
    summary="Order a film",
    responses={
        202: {"description": "Accepted; it will be finished, whatever dies.", "headers": MADE},
        200: {"model": Estimate, "description": "With dry_run: what it would take."},
        **errors(409, 422, 429, 507),
    },
)
async def order(
    body: FilmOrder,
    request: Request,
    house: TheHouse,
    caller: Writer,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> Response:
    """Order a film of a prompt, a script, a screenplay or a storyboard. The answer has its id at once."""
    find = finder(house.office.files, caller.owner)
    await check_webhook(body.webhook_url, caller.owner)
    if body.dry_run:
        forecast = await house.run(estimated, body, house.settings, find)
        return Response(Estimate(forecast=forecast).model_dump_json(), media_type=JSON)

    def accepted(film_id: str) -> Reply:
        known = _known(house, film_id, caller) if key else None
        if known is None:
            found = ordered(body, house.settings, find)
            known = add(house, film_id, found, caller, metadata=body.metadata, webhook_url=body.webhook_url)
        return made(house, known)

    async def work(film_id: str) -> Reply:
        return await house.run(accepted, film_id)

    key, film_id = key_of(idempotency_key), new_id("film", house.now_s())
    if key is None:
        reply = await work(film_id)
    else:
        reply = await once(house, Repeated(caller, request.url.path, key, canonical_json(body)), film_id, work)
    return await _awaited(house, reply, caller, wait_of(prefer))


@router.get(
    "",
    response_model=FilmPage,
    summary="List films",
    responses={
        200: {"headers": {"Link": {"description": 'The next page, as rel="next".', "schema": {"type": "string"}}}},
        **errors(422),
    },
    openapi_extra={"parameters": [_METADATA]},
)
async def listed(
    request: Request,
    house: TheHouse,
    caller: Reader,
    limit: Limit = 20,
    after: Cursor = "",
    before: Cursor = "",
    order: Order = "desc",
    status: FilmState | None = None,
    q: Annotated[Words, Query(max_length=200, description="Only films whose title or prompt has these words.")] = "",
) -> Response:
    """Films, the newest first unless `order` says otherwise; `after` and `before` are ids at the ends of pages."""
    metadata = _metadata_of(request)

    def found() -> tuple[bytes, str | None]:
        page = house.office.films.page(
            owner=caller.owner,
            limit=limit,
            after=after,
            before=before,
            newest_first=order == "desc",
            state=status,
            metadata=metadata,
            words=q,
            without=NOT_LISTED,
        )
        shape = page_shape(page.films, has_more=page.has_more)
        return shape.model_dump_json().encode(), shape.last_id if page.has_more else None

    body, goes_on_after = await house.run(found)
    headers = {"Link": _next(request, goes_on_after)} if goes_on_after else {}
    return Response(body, media_type=JSON, headers=headers)


@router.get(
    "/{film_id}",
    response_model=Film,
    summary="Look at a film",
    responses={200: {"headers": ETAG}, 304: {"description": "It is as If-None-Match has it."}, **errors(404, 422)},
)
async def one(
    film_id: FilmId,
    house: TheHouse,
    caller: Reader,
    wait: Wait = 0,
    if_none_match: Annotated[str | None, Header(description="Tag of the film as you know it.")] = None,
) -> Response:
    """A film as it is; with `wait`, as soon as it is another than If-None-Match names, or than it is now."""
    film, body = await house.run(told_of, house, film_id, owner=caller.owner)
    known = if_none_match or tag_of(body)
    if wait and not film.is_ended and is_match(known, tag_of(body), is_weak=True):

        async def has_changed(film: FilmRecord) -> bool:
            return not is_match(known, tag_of(await house.run(told, house, film)), is_weak=True)

        body = await house.run(told, house, await until(house, film_id, has_changed, wait_s=wait))
    return answered(body, if_none_match)


@router.delete("/{film_id}", status_code=204, summary="Delete a film", responses=errors(404, 422))
async def delete(film_id: FilmId, house: TheHouse, caller: Writer) -> Response:
    """Remove a film with its history and what came of it; one that is being made is cancelled first."""
    await remove(house, film_id, owner=caller.owner)
    return Response(status_code=204)


@router.post(
    "/{film_id}/cancel", status_code=202, response_model=Film, summary="Cancel a film", responses=errors(404, 409, 422)
)
async def stop(film_id: FilmId, house: TheHouse, caller: Writer) -> Response:
    """Stop making a film; asking again changes nothing. 409: it is completed, or has failed."""
    film = await house.run(cancel, house, film_id, owner=caller.owner)
    return film_answer(await house.run(told, house, film), 202)


@router.post(
    "/{film_id}/retry",
    status_code=202,
    response_model=Film,
    summary="Try a film again",
    responses=errors(404, 409, 422, 429),
)
async def again(film_id: FilmId, house: TheHouse, caller: Writer) -> Response:
    """Make a film that failed or was cancelled after all; what was made and paid for is used again."""
    film = await house.run(retry, house, film_id, owner=caller.owner, limits=caller.limits)
    return film_answer(await house.run(told, house, film), 202, {"Location": path_of(film_id)})


@router.get(
    "/{film_id}/versions", response_model=FilmPage, summary="List the versions of a film", responses=errors(404, 422)
)
async def versions(film_id: FilmId, house: TheHouse, caller: Reader) -> Response:
    """The film and all that were made of it by changing it, the first one first."""
    found = await house.run(house.office.films.versions, film_id, owner=caller.owner)
    return Response(page_shape(found, has_more=False).model_dump_json(), media_type=JSON)


def _known(house: House, film_id: str, caller: Caller) -> FilmRecord | None:
    """The film that a request whose process died has made, if it got so far."""
    try:
        return house.office.films.get(film_id, owner=caller.owner)
    except JobNotFound:
        return None


async def _awaited(house: House, reply: Reply, caller: Caller, wait_s: int | None) -> Response:
    """*reply*, or the film that it tells of once that has ended, or *wait_s* are over."""
    if wait_s is None:
        return film_answer(reply.body, reply.status, reply.headers)
    film_id = reply.headers["Location"].rpartition("/")[2]
    film = await until_ended(house, film_id, wait_s=wait_s)
    headers = {**reply.headers, "Preference-Applied": f"wait={wait_s}"}
    return film_answer(await house.run(told, house, film), reply.status, headers)


def _metadata_of(request: Request) -> dict[str, str]:
    """The entries that the query asks for, as metadata[name]=value.

    Raises:
        Refusal: 422, more than a film can have, or with control characters.
    """
    asked = {
        name[len("metadata[") : -1]: value
        for name, value in request.query_params.multi_items()
        if name.startswith("metadata[") and name.endswith("]")
    }
    try:
        if len(asked) > METADATA_MAX:
            raise ValueError(f"has {len(asked)} entries; a film has {METADATA_MAX} at most")
        for text in (*asked, *asked.values()):
            without_controls(text)
    except ValueError as error:
        place = Place(parameter="query.metadata", detail=str(error))
        raise Refusal(422, "input.invalid", f"metadata {error}.", errors=[place]) from error
    return asked


def _next(request: Request, last_id: str) -> str:
    """The header Link to the page after *last_id*, with all else that was asked."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("after", "before")]
    return f'<{request.url.path}?{urlencode([*kept, ("after", last_id)])}>; rel="next"'
