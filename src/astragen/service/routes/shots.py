"""The shots of a film, and new versions of it: one shot changed, or as many as somebody says."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from astragen.errors import JobNotFound
from astragen.model.base import canonical_json
from astragen.model.job import FilmRecord
from astragen.model.storyboard import Storyboard
from astragen.service.access import Caller, Reader, Writer
from astragen.service.answers import JSON, MADE, FilmId, IdempotencyKey, film_answer, made
from astragen.service.house import House, TheHouse
from astragen.service.ordering import checked
from astragen.service.problems import Refusal, errors
from astragen.service.repeating import Reply, Work, key_of, once
from astragen.service.repeating import Request as Repeated
from astragen.service.revising import filmed_storyboard, in_shot, next_order, revised, storyboard_of, with_shot
from astragen.service.shapes.film import Film
from astragen.service.shapes.storyboard import Revision, ShotChange, ShotList
from astragen.service.submitting import add, check_webhook
from astragen.service.telling import shot_views
from astragen.service.uploads import finder
from astragen.store.office.ids import new_id

router = APIRouter(prefix="/v1/films", tags=["films"])

Number = Annotated[int, Path(ge=1, le=3_200, description="The shot's place in the film, from 1.")]

_VERSION: Final[dict[int | str, dict[str, Any]]] = {
    202: {"description": "A new film, the next version; what did not change is not made again.", "headers": MADE},
    **errors(404, 409, 422, 429, 507),
}


@router.get("/{film_id}/shots", response_model=ShotList, summary="List the shots of a film", responses=errors(404, 422))
async def shots(film_id: FilmId, house: TheHouse, caller: Reader) -> Response:
    """The shots of a film in its order, with who made them once it is completed; none while nobody wrote them."""
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)
    storyboard = await storyboard_of(house, film)
    fps = film.report.fps if film.report else film.order.brief.fps
    views = shot_views(storyboard, film.report, fps=fps) if storyboard else []
    return Response(ShotList(data=views).model_dump_json(), media_type=JSON)


@router.patch(
    "/{film_id}/shots/{n}", status_code=202, response_model=Film, summary="Change one shot", responses=_VERSION
)
async def change(
    film_id: FilmId,
    n: Number,
    body: ShotChange,
    request: Request,
    house: TheHouse,
    caller: Writer,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Make a new version of a completed film in which one shot is another; only what changes is rendered again."""
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)

    async def work(next_id: str) -> Reply:
        storyboard = with_shot(await filmed_storyboard(house, film), n, body)
        try:
            return await _version(house, film, storyboard, next_id, caller)
        except Refusal as refusal:
            raise in_shot(refusal, storyboard, n) from refusal

    content = body.model_dump_json(exclude_unset=True)
    return await _once(house, request, caller, idempotency_key, content, work)


@router.post(
    "/{film_id}/revise",
    status_code=202,
    response_model=Film,
    summary="Change a film",
    responses={**_VERSION, **errors(502)},
)
async def revise(
    film_id: FilmId,
    body: Revision,
    request: Request,
    house: TheHouse,
    caller: Writer,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Make a new version of a completed film, changed in words by a language model, or of a storyboard of yours."""
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)
    await check_webhook(body.webhook_url, caller.owner)

    async def work(next_id: str) -> Reply:
        storyboard = await revised(house, film, await filmed_storyboard(house, film), body, caller)
        return await _version(house, film, storyboard, next_id, caller, said=body)

    return await _once(house, request, caller, idempotency_key, canonical_json(body), work)


async def _version(
    house: House,
    film: FilmRecord,
    storyboard: Storyboard,
    next_id: str,
    caller: Caller,
    *,
    said: Revision | None = None,
) -> Reply:
    """Order the next version of *film*, of *storyboard*."""
    find = finder(house.office.files, caller.owner)

    def accepted() -> Reply:
        new = add(
            house,
            next_id,
            checked(next_order(film, storyboard), house.settings, find, known=film.order.files),
            caller,
            metadata=film.metadata if said is None or said.metadata is None else said.metadata,
            webhook_url=said.webhook_url if said else film.webhook_url,
            version_of=film.version_of or film.id,
        )
        return made(house, new)

    return await house.run(accepted)


async def _once(
    house: House, request: Request, caller: Caller, header: str | None, content: str, work: Work
) -> Response:
    """The answer of *work*, or that of the first request like this one."""

    async def unless_made(film_id: str) -> Reply:
        with suppress(JobNotFound):  # else a request of before, whose process died, had got so far
            return await house.run(lambda: made(house, house.office.films.get(film_id, owner=caller.owner)))
        return await work(film_id)

    key, next_id = key_of(header), new_id("film", house.now_s())
    if key is None:
        reply = await work(next_id)
    else:
        reply = await once(house, Repeated(caller, request.url.path, key, content), next_id, unless_made)
    return film_answer(reply.body, reply.status, reply.headers)
