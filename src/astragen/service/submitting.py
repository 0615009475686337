"""Films put on the way and taken off it: the office first, then the engine's queue.

A film whose row is there and whose workflow is not (a crash between the two, an engine that does not answer) is
submitted by the reconciler. All but `check_webhook` and `remove` blocks: a request does what it has to do in one
call of a thread. Start reading at `add`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from astragen.errors import StateConflict
from astragen.model.job import HELD, FilmRecord
from astragen.model.office import QueueLimits
from astragen.service.access import Caller
from astragen.service.hooks import FilmNews, Messenger, check_url
from astragen.service.house import House
from astragen.service.ordering import Ordered, at
from astragen.service.releasing import QUEUE, WORKFLOW, release
from astragen.service.room import check_order

OPEN: Final = ("queued", "in_progress")
CANCELLING: Final = "cancelling"
DAY_S: Final = 86_400.0

_log = logging.getLogger(__name__)


def workflow_id(film: FilmRecord) -> str:
    """The engine's id of the attempt that *film* is at."""
    return f"{film.id}.{film.attempt}"


async def check_webhook(url: str, owner: str) -> None:
    """Pass when a film's webhook may be at *url*; "" is none.

    Raises:
        Refusal: 422, it may not.
    """
    if url:
        with at("/webhook_url"):
            await check_url(url, owner)


def add(
    house: House,
    film_id: str,
    ordered: Ordered,
    caller: Caller,
    *,
    metadata: Mapping[str, str],
    webhook_url: str = "",
    version_of: str | None = None,
) -> FilmRecord:
    """Keep a new film of *ordered* and put it on the way; *version_of*: the first of the versions that it is one of.

    Raises:
        QuotaReached: the caller has as many films as it may, or would spend more.
        NoRoom: the disk has too little free for it.
    """
    record = FilmRecord(
        id=film_id,
        owner=caller.owner,
        title=ordered.title,
        shots_total=len(ordered.order.storyboard.shots) if ordered.order.storyboard else 0,
        created_at=(now_s := house.now_s()),
        expires_at=now_s + house.settings.keep_days * DAY_S if house.settings.keep_days else None,
        version_of=version_of,
        order=ordered.order,
        metadata=dict(metadata),
        estimated_usd=ordered.estimated_usd,
        webhook_url=webhook_url,
    )
    check_order(record.order, house.settings)
    film = house.office.films.add(record, limits=caller.limits)
    _submit(house, film)
    return film


def retry(house: House, film_id: str, *, owner: str, limits: QueueLimits | None) -> FilmRecord:
    """Put a film that failed or was cancelled on the way again; what was paid for is used again.

    Raises:
        JobNotFound, StateConflict, QuotaReached: see `Films.retry`.
    """
    film = house.office.films.retry(film_id, owner=owner, limits=limits)
    _submit(house, film)
    return film


def cancel(house: House, film_id: str, *, owner: str) -> FilmRecord:
    """Stop a film; again, for one that is being stopped or was, it changes nothing.

    Raises:
        JobNotFound: there is no such film.
        StateConflict: it is completed, or failed.
    """
    film = house.office.films.get(film_id, owner=owner)
    changed = None if film.is_ended else house.office.films.change(film_id, only_from=OPEN, stage=CANCELLING)
    if changed is not None:
        house.counter.cancel(workflow_id(changed))
        is_idle = changed.state == "queued"  # nobody works on it who could say that it ended
        if is_idle and house.office.films.end(film_id, changed.attempt, "cancelled"):
            _tell(house, house.office.films.get(film_id), "film.cancelled")
            release(house.office, house.counter, changed.owner)
        house.office.settle()
    film = house.office.films.get(film_id, owner=owner)
    if film.state in ("completed", "failed"):
        raise StateConflict(f"The film is {film.state} already; there is nothing to cancel.", hint="Delete it instead.")
    return film


async def remove(house: House, film_id: str, *, owner: str) -> None:
    """Cancel a film if it is on the way, and remove it with its history; its bytes go with the next collection.

    Raises:
        JobNotFound: there is no such film.
    """

    def removed() -> None:
        film = house.office.films.get(film_id, owner=owner)
        if not film.is_ended:
            house.counter.cancel(workflow_id(film))
            house.office.films.end(film_id, film.attempt, "cancelled")
        house.office.films.delete(film_id, owner=owner)
        if not film.is_ended:
            release(house.office, house.counter, film.owner)
        house.office.settle()

    await house.run(removed)
    house.hub.close(film_id)


def position(house: House, film: FilmRecord) -> int | None:
    """The place of *film* among those that wait, 1 being the next; None when it does not wait."""
    return house.counter.position(workflow_id(film)) if film.state == "queued" else None


def _submit(house: House, film: FilmRecord) -> None:
    """Put *film* into the engine's queue unless it is held; should that fail, the reconciler submits it.

    Afterwards film and workflow are on the disk: whoever is told so is promised a film.
    """
    try:
        if film.stage != HELD:
            house.counter.submit(QUEUE, WORKFLOW, film.id, film.attempt, id=workflow_id(film))
    except Exception as error:  # whatever an engine raises: the film is accepted, and must not be ordered twice
        _log.warning("film %s is left to the reconciler: %s", film.id, type(error).__name__)
    house.office.settle()
    _tell(house, film, "film.queued")


def _tell(house: House, film: FilmRecord, news: FilmNews) -> None:
    """Have the webhooks told; where that fails nothing else does: their receivers can ask for the film."""
    try:
        Messenger(house.office, house.counter).deliveries_for(film, news)
    except Exception as error:  # as above
        _log.warning("the webhooks of film %s are not told of %s: %s", film.id, news, type(error).__name__)
