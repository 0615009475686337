"""Links that show one film to people without a key: made and withdrawn by its owner, opened by whoever has one.

They exist only where strangers can be told from owners and can come at all: with keys, and with an outside address.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from astragen.errors import JobNotFound, StateConflict
from astragen.model.job import FilmRecord
from astragen.service.access import Reader, Writer
from astragen.service.answers import JSON, FilmId
from astragen.service.house import House, TheHouse
from astragen.service.problems import Refusal, errors
from astragen.service.routes.content import served
from astragen.service.shapes.shares import MadeShare, NewShare, ShareList, made_share_shape, share_shape

router = APIRouter(tags=["films"])

ShareId = Annotated[str, Path(pattern=r"^share_[0-9a-hjkmnp-tv-z]{26}$", description="Id of the link, not its token.")]
Shown = Annotated[Literal["film", "poster", "captions.vtt"], Query(description="Which of its files.")]

_FILES: Final = files("astragen.service") / "static"
_DAY_S: Final = 86_400
_UNLISTED: Final = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"}


@router.post(
    "/v1/films/{film_id}/shares",
    status_code=201,
    response_model=MadeShare,
    summary="Make a link that shows a film",
    responses=errors(404, 409, 422),
)
async def make(film_id: FilmId, body: NewShare, house: TheHouse, caller: Writer) -> Response:
    """Make a link to a completed film that needs no key; it is in this answer and never again. 409: there are none."""
    film = await house.run(house.office.films.get, film_id, owner=caller.owner)
    await _check_shareable(house, film)
    until = house.now_s() + body.days * _DAY_S
    record, token = await house.run(house.office.shares.create, film_id, owner=caller.owner, expires_at=until)
    shape = made_share_shape(record, f"{house.settings.public_url}/shared/{token}")
    return Response(shape.model_dump_json(), status_code=201, media_type=JSON)


@router.get("/v1/films/{film_id}/shares", summary="List the links to a film", responses=errors(404, 422))
async def listed(film_id: FilmId, house: TheHouse, caller: Reader) -> ShareList:
    """The links that still open it, without what they end in."""
    await house.run(house.office.films.get, film_id, owner=caller.owner)
    found = await house.run(house.office.shares.of_film, film_id, owner=caller.owner)
    return ShareList(data=[share_shape(one) for one in found])


@router.delete(
    "/v1/films/{film_id}/shares/{share_id}",
    status_code=204,
    summary="Withdraw a link to a film",
    responses=errors(404, 422),
)
async def withdraw(film_id: FilmId, share_id: ShareId, house: TheHouse, caller: Writer) -> Response:
    """Make a link open nothing from now on."""
    await house.run(house.office.shares.withdraw, share_id, film_id=film_id, owner=caller.owner)
    return Response(status_code=204)


@router.get("/shared/page.css", include_in_schema=False)
def style() -> Response:
    """How the page of a link looks."""
    return Response((_FILES / "shared.css").read_bytes(), media_type="text/css; charset=utf-8")


@router.get("/shared/{token}", include_in_schema=False)
async def page(token: str, house: TheHouse) -> Response:
    """The film of a link, to be watched."""
    film = await _shared(house, token)
    written = (_FILES / "shared.html").read_text("utf-8").replace("{token}", token)
    written = written.replace("{title}", escape(film.title))
    return Response(written, media_type="text/html; charset=utf-8", headers=_UNLISTED)


@router.get("/shared/{token}/content", include_in_schema=False)
async def content(token: str, request: Request, house: TheHouse, variant: Shown = "film") -> Response:
    """What the page of a link shows."""
    return await served(await _shared(house, token), request, house, variant)


async def _check_shareable(house: House, film: FilmRecord) -> None:
    """Pass when *film* is completed, and the service is one that others can be let into.

    Raises:
        StateConflict: it is not.
        Refusal: 409, there is no outside address, or everybody here needs no key.
    """
    if not house.settings.public_url or not await house.run(house.access.has_keys):
        raise Refusal(
            409,
            "share.unavailable",
            "Links need an outside address, ASTRAGEN_PUBLIC_URL, and API keys; this service does not have both.",
        )
    if film.state != "completed":
        said = f"The film is {film.state}; only a completed one is shown."
        raise StateConflict(said, hint="Wait until it has ended.")


async def _shared(house: House, token: str) -> FilmRecord:
    """The film that *token* opens.

    Raises:
        Refusal: 404, none: whether the token is wrong, late or withdrawn is not said.
    """
    share = await house.run(house.office.shares.find, token)
    if share is not None:
        try:
            return await house.run(house.office.films.get, share.film)
        except JobNotFound:
            pass  # deleted this very moment
    raise Refusal(404, "share.not_found", "This link shows nothing; it may have expired or been withdrawn.")
