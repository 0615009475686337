"""Waiting for a film: the header Prefer (RFC 7240), and requests that stay until something happens."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import Final

from astragen.model.job import FilmRecord
from astragen.service.house import House

WAIT_MAX_S: Final = 60
LOOK_S: Final = 5.0  # what is no event, as a percent of progress, is seen by then

_WAIT: Final = re.compile(r'(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)', re.IGNORECASE | re.ASCII)


def wait_of(prefer: str | None) -> int | None:
    """The seconds that the header *prefer* asks to wait, at most `WAIT_MAX_S`; None when it asks for none."""
    found = _WAIT.search(prefer or "")
    return min(int(found[1]), WAIT_MAX_S) if found else None


async def until(
    house: House, film_id: str, is_enough: Callable[[FilmRecord], Awaitable[bool]], *, wait_s: float
) -> FilmRecord:
    """The film once *is_enough* says so, or as it is after *wait_s*.

    Raises:
        JobNotFound: there is no such film, or not any more.
    """
    ends_at = time.monotonic() + wait_s
    with house.hub.watching(film_id, await house.run(house.office.events.last, film_id)) as watch:
        while True:
            film = await house.run(house.office.films.get, film_id)
            left_s = ends_at - time.monotonic()
            if left_s <= 0 or await is_enough(film):
                return film
            await watch.next(min(left_s, LOOK_S))
            if watch.is_dropped:  # the service stops, or the film is no more
                return await house.run(house.office.films.get, film_id)


async def until_ended(house: House, film_id: str, *, wait_s: float) -> FilmRecord:
    """The film once it has ended, or as it is after *wait_s*."""

    async def has_ended(film: FilmRecord) -> bool:
        return film.is_ended

    return await until(house, film_id, has_ended, wait_s=wait_s)
