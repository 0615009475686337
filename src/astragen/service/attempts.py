"""One attempt at a film, whatever goes down meanwhile: logged and traced as one, it outlasts outages and is charged.

What it paid is charged to it even where no film comes of it. Start reading at `outlasting` and `paying`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread

from astragen.errors import AstraGenError, DatabaseDown, StoreError
from astragen.model.job import FilmRecord
from astragen.service.history import IN_PROGRESS, OUTAGE_S
from astragen.service.logs import about_film
from astragen.service.telemetry import span
from astragen.store.office import Office
from astragen.store.purse import Purse

Given = TypeVar("Given")

log = logging.getLogger(__name__)


@contextmanager
def watched(film_id: str, attempt: int) -> Iterator[None]:
    """What is logged inside is about the film, and its time is a span."""
    with about_film(film_id), span("film", film=film_id, attempt=attempt):
        yield


async def outlasting(work: Callable[[], Awaitable[Given]]) -> Given:
    """What *work* gives, which is done again while the database or the store is down."""
    while True:
        try:
            return await work()
        except (DatabaseDown, StoreError) as error:  # nothing is wrong with the film: it goes on afterwards
            log.warning("a film waits for what is down: %s", error.message)
            await anyio.sleep(OUTAGE_S)


@dataclass
class Paid:
    """What an attempt has cost, in dollars."""

    usd: float = 0.0


@asynccontextmanager
async def paying(office: Office, record: FilmRecord, purse: Purse | None) -> AsyncIterator[Paid]:
    """What the attempt that *record* is at has paid from *purse*, once the block is left.

    Where it is left by an error, or cancelled, that is shown on the film's row, by which the attempt is charged.

    Raises:
        DatabaseDown: nobody can tell.
    """
    paid = Paid()
    try:
        yield paid
    except BaseException:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(_show, office, record, purse)
        raise
    paid.usd = await anyio.to_thread.run_sync(_spent, record, purse)


def _spent(record: FilmRecord, purse: Purse | None) -> float:
    """What this attempt paid: what earlier ones had paid for is in the purse, too, and they were charged with it."""
    return purse.spent_since(record.started_at or 0.0) if purse is not None else 0.0


def _show(office: Office, record: FilmRecord, purse: Purse | None) -> None:
    try:
        if spent_usd := _spent(record, purse):
            total_usd = office.usage.charged(record.id) + spent_usd
            office.films.change(record.id, only_from=IN_PROGRESS, of_attempt=record.attempt, spent_usd=total_usd)
    except AstraGenError as error:  # why the film is not made must not be hidden by it
        log.warning("what a film has cost is not shown: %s", error.message)
