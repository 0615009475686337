"""The history of one attempt at a film, written while it is made, in a thread of its own: a database may be slow.

Start reading at `written`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter as Tally
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Final

import anyio
import anyio.to_thread

from astragen.errors import DatabaseDown, JobNotFound
from astragen.model.base import canonical_json, content_hash
from astragen.model.event import Event, FellBack, StepDone
from astragen.model.job import FilmState
from astragen.plan.progress import Share
from astragen.store.office import Office

OUTAGE_S: Final = 1.0  # between two looks whether the database answers again
LEAVE_S: Final = 5.0  # that the history of a film that is left waits for a database that is down
PROGRESS_EVERY_S: Final = 1.0  # at most: what moves within a stage is on the film's row, not among its events
IN_PROGRESS: Final[tuple[FilmState, ...]] = ("in_progress",)

log = logging.getLogger(__name__)


@asynccontextmanager
async def written(
    office: Office, film_id: str, attempt: int, on_shot: Callable[[str], object]
) -> AsyncIterator[Callable[[Event], None]]:
    """What takes the events of *attempt*; all of them are written when the block is left.

    Unless it is left by being cancelled while the database is down: whoever goes on with the film tells them again.
    *on_shot*: called in that thread with each shot that is rendered; raises DatabaseDown to be called again.
    """
    history = History(office, film_id, attempt, on_shot)
    thread = Thread(target=history.write, name=f"history {film_id}", daemon=True)
    thread.start()
    try:
        yield history.queue.put
    except anyio.get_cancelled_exc_class():
        history.until_s = time.monotonic() + LEAVE_S
        raise
    finally:
        history.queue.put(None)
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(thread.join)


@dataclass
class History:
    """The events of one attempt on their way into the database."""

    office: Office
    film_id: str
    attempt: int
    on_shot: Callable[[str], object]
    queue: SimpleQueue[Event | None] = field(default_factory=SimpleQueue)
    until_s: float = float("inf")
    """When a database that is down is waited for no more, by the monotonic clock."""

    def write(self) -> None:
        """Write until None comes. An event's key is what it says and how often it was said: a new run repeats them."""
        share, told, shown_s = Share(), Tally[str](), 0.0
        while (event := self.queue.get()) is not None:
            what = _what(event)
            told[what] += 1
            is_news = share.take(event)
            key = f"{self.attempt}/{what}/{told[what]}"
            self._until_told(partial(self.office.events.tell, self.film_id, key, event))
            if isinstance(event, StepDone) and event.stage == "render":
                self._until_told(partial(self.on_shot, event.subject))
            if is_news and time.monotonic() - shown_s >= PROGRESS_EVERY_S:
                shown_s = time.monotonic()
                self._until_told(partial(self._show, share))
        self._until_told(partial(self._show, share))

    def _until_told(self, write: Callable[[], object]) -> None:
        """Call *write*, again and again while the database is down; a film that is gone has no history."""
        while True:
            try:
                write()
                return
            except JobNotFound:
                return
            except DatabaseDown:
                if time.monotonic() > self.until_s:
                    return
                time.sleep(OUTAGE_S)
            except Exception:  # one line that cannot be written must not take all that follow with it
                log.exception("a line of a film's history is lost", extra={"film": self.film_id})
                return

    def _show(self, share: Share) -> None:
        record = self.office.films.get(self.film_id)
        stage = record.stage if record.stage == "cancelling" else share.stage
        self.office.films.change(
            self.film_id,
            only_from=IN_PROGRESS,
            of_attempt=self.attempt,
            stage=stage,
            progress=max(share.percent, record.progress),
            shots_total=share.shots_total,
            shots_done=min(share.shots_done, share.shots_total),
        )


def _what(event: Event) -> str:
    """What *event* says, without its time."""
    if isinstance(event, FellBack):
        return f"{event.kind}/{content_hash(canonical_json(event.fallback))[:16]}"
    return "/".join(str(getattr(event, name, "")) for name in ("kind", "stage", "subject", "shot"))
