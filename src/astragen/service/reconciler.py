"""What no workflow can do for itself: films that were accepted and never enqueued, and last words of those that died.

Every worker does it after each look at the others' leases; all of it may be done twice. Start reading at
`Reconciler.tick`.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal

from astragen.errors import JobNotFound
from astragen.model.job import Fault
from astragen.model.office import OpenAttempt
from astragen.runtime.dbos import Counter
from astragen.runtime.tasks import WorkflowState
from astragen.service.filming import Stage
from astragen.service.releasing import release
from astragen.store.collect import collect

SETTLING_S: Final = 5.0  # a younger film's request may be about to enqueue it
ASKED_AT_ONCE: Final = 1_000  # workflows in one question; databases take some ten thousand
TIDY_EVERY_S: Final = 3_600.0  # between two rounds of removing what is old
CANCELLING: Final = "cancelling"
FORGET_S: Final = 30 * 86_400.0  # workflows that ended longer ago

log = logging.getLogger(__name__)


@dataclass
class Reconciler:
    """Brings films and workflows together; called from one thread."""

    stage: Stage
    counter: Counter
    _tidied_s: float = field(default=float("-inf"))
    _stopping: set[str] = field(default_factory=set)
    """Workflows that were seen cancelled, and whose films had not ended."""

    def tick(self) -> None:
        """Do what is due."""
        films = self._open_attempts()
        states = self._states_of(films)
        for film in films:
            self._settle(film, states.get(workflow_of(film)))
        for owner in self.stage.office.films.owners_held():
            release(self.stage.office, self.counter, owner)
        self.stage.messenger.send_due()
        if time.monotonic() - self._tidied_s >= TIDY_EVERY_S:
            self._tidied_s = time.monotonic()
            self._tidy()

    def _open_attempts(self) -> list[OpenAttempt]:
        """All of them, however many."""
        films: list[OpenAttempt] = []
        while more := self.stage.office.films.open_attempts(after=films[-1].id if films else ""):
            films += more
        self._stopping &= set(map(workflow_of, films))
        return films

    def _states_of(self, films: list[OpenAttempt]) -> dict[str, WorkflowState]:
        """How far their workflows are, by id."""
        ids, found = [workflow_of(film) for film in films], dict[str, WorkflowState]()
        for start in range(0, len(ids), ASKED_AT_ONCE):
            found |= self.counter.states(ids[start : start + ASKED_AT_ONCE])
        return found

    def _settle(self, film: OpenAttempt, state: WorkflowState | None) -> None:
        status = state.status if state else None
        if status in (None, "success") and film.stage == CANCELLING:  # who cancelled it died before it could say so
            self._end(film, "cancelled", None)
        elif status is None:
            if self.stage.now_s() - film.created_at > SETTLING_S:
                self.counter.submit("films", "film.v1", film.id, film.attempt, id=workflow_of(film))
                log.info("a film is enqueued that was not", extra={"film": film.id})
        elif status == "cancelled":
            self._end_cancelled(film)
        elif state and status in ("error", "dead"):
            log.error("a film's workflow failed: %s", state.error, extra={"film": film.id})
            self._end(film, "failed", FELL if status == "dead" else BROKE)

    def _end_cancelled(self, film: OpenAttempt) -> None:
        """End *film* at the second look: its worker ends it itself, and knows what it has cost, once it has stopped."""
        workflow = workflow_of(film)
        if film.state == "queued" or workflow in self._stopping:
            self._end(film, "cancelled", None)
        else:
            self._stopping.add(workflow)

    def _end(self, film: OpenAttempt, state: Literal["cancelled", "failed"], fault: Fault | None) -> None:
        if self.stage.office.films.end(film.id, film.attempt, state, fault=fault):
            self.stage.tell(film.id)
            release(self.stage.office, self.counter, film.owner)

    def _tidy(self) -> None:
        office, now_s = self.stage.office, self.stage.now_s()
        while films := office.films.expired(now_s):
            for film in films:
                with suppress(JobNotFound):  # another worker was first
                    office.films.delete(film.id)
        office.repeats.forget()
        office.hooks.deliveries.forget(FORGET_S)
        self.counter.forget(now_s - FORGET_S)
        self.stage.memo.forget(FORGET_S)
        collect(self.stage.artifacts, set(office.referenced()), now_s=now_s)


FELL: Final = Fault(
    code="worker.died",
    message="The workers that made this film died, one after the other.",
    hint="Most often memory ran out: order a lower height, or fewer films at one time; then retry.",
)
BROKE: Final = Fault(code="internal", message="A fault of the service stopped this film.", hint="Retry it.")


def workflow_of(film: OpenAttempt) -> str:
    """The id of the workflow that makes *film*."""
    return f"{film.id}.{film.attempt}"
