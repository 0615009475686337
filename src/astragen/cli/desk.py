"""Where films are asked about: at a server, or in the service's database on this machine. Start reading at `Desk`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import anyio

from astragen.cli.output import film_path
from astragen.cli.refusals import error_of
from astragen.errors import JobCancelled, JobError, SettingsError
from astragen.model.event import Ended, Event
from astragen.model.job import HELD, FilmRecord, FilmState

if TYPE_CHECKING:
    from astragen.cli.server import Server
    from astragen.runtime.dbos import Counter
    from astragen.settings import Settings
    from astragen.store.office import Office

POLL_S: Final = 0.25
FILMS_QUEUE: Final = "films"
FILM_WORKFLOW: Final = "film.v1"


class Job(NamedTuple):
    """A film as it is listed."""

    id: str
    status: FilmState
    stage: str
    progress: int
    attempt: int
    title: str
    created_at: int
    error: str


class Desk(Protocol):
    """What can be asked of the films of a service; every method raises AstraGenError where it cannot."""

    def films(self, state: FilmState | None, limit: int) -> list[Job]:
        """The newest of them; None: in any state."""

    def film(self, film_id: str) -> Job:
        """One of them."""

    def watch(self, job: Job, on_event: Callable[[Event], None]) -> None:
        """Pass on its events until it ends; raises why it failed."""

    def target(self, job: Job, out: str | None) -> Path | None:
        """Where it is to be written; None: nowhere."""

    def fetch(self, job: Job, path: Path) -> None:
        """Write its files to *path* and beside it."""

    def cancel(self, film_id: str) -> Job:
        """Have it cancelled."""

    def retry(self, film_id: str) -> Job:
        """Have it tried again."""


class ServerDesk:
    """The films of the key's owner at *server*."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def films(self, state: FilmState | None, limit: int) -> list[Job]:
        """See `Desk`."""
        query: dict[str, str | int] = {"limit": limit, **({"status": state} if state else {})}

        async def asked() -> list[dict[str, Any]]:
            return await self._server.films(**query)

        return [_of_json(one) for one in anyio.run(asked)]

    def film(self, film_id: str) -> Job:
        """See `Desk`."""
        return _of_json(anyio.run(self._server.film, film_id))

    def watch(self, job: Job, on_event: Callable[[Event], None]) -> None:
        """See `Desk`."""
        from astragen.cli.remote import attend

        attend(self._server, job.id, job.attempt, on_event)

    def target(self, job: Job, out: str | None) -> Path | None:
        """See `Desk`."""
        from astragen.model.profile import row

        if out is None:
            return None
        profile = anyio.run(self._server.film, job.id)["input"]["profile"]
        return film_path(out, job.title, row(profile).encoding.suffix)

    def fetch(self, job: Job, path: Path) -> None:
        """See `Desk`."""
        from astragen.cli.fetching import fetched

        anyio.run(fetched, self._server, job.id, path, {})

    def cancel(self, film_id: str) -> Job:
        """See `Desk`."""
        return _of_json(anyio.run(self._server.cancel, film_id))

    def retry(self, film_id: str) -> Job:
        """See `Desk`."""
        return _of_json(anyio.run(self._server.retry, film_id))


class LocalDesk:
    """All films in the database of *settings*, which its workers share."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _office(self) -> Office:
        from astragen.cli.service_options import opened_office

        return opened_office(self._settings)

    @cached_property
    def _counter(self) -> Counter:
        from astragen.runtime.dbos import Counter

        return Counter(self._settings.database)

    def films(self, state: FilmState | None, limit: int) -> list[Job]:
        """See `Desk`."""
        return [_of_record(film) for film in self._office.films.page(limit=limit, state=state).films]

    def film(self, film_id: str) -> Job:
        """See `Desk`."""
        return _of_record(self._office.films.get(film_id))

    def watch(self, job: Job, on_event: Callable[[Event], None]) -> None:
        """See `Desk`."""
        seq = 0
        while True:
            self._office.films.get(job.id)  # raises when it is no more: then nothing will end it
            for told in self._office.events.after(job.id, seq):
                seq = told.seq
                on_event(told.event)
                if isinstance(told.event, Ended) and told.event.attempt >= job.attempt:
                    self._check(told.event, job.id)
                    return
            time.sleep(POLL_S)

    def target(self, job: Job, out: str | None) -> Path | None:
        """Nowhere: a film of this machine's service is fetched through the service."""
        if out is not None:
            raise SettingsError("--out needs --server.", hint="Name the service, as --server http://127.0.0.1:8000.")
        return None

    def fetch(self, job: Job, path: Path) -> None:
        """Never asked: see `target`."""
        raise NotImplementedError

    def cancel(self, film_id: str) -> Job:
        """See `Desk`."""
        film = self._office.films.get(film_id)
        if film.is_ended:
            raise JobError(f"{film_id} has ended: it is {film.state}.", hint="There is nothing to cancel.")
        self._office.films.change(film_id, only_from=("queued", "in_progress"), stage="cancelling")
        self._counter.cancel(_workflow(film))
        if film.state == "queued":
            self._office.films.end(film_id, film.attempt, "cancelled")
            self._release(film.owner)
        return self.film(film_id)

    def retry(self, film_id: str) -> Job:
        """See `Desk`."""
        film = self._office.films.retry(film_id)
        if film.stage != HELD:
            self._counter.submit(FILMS_QUEUE, FILM_WORKFLOW, film.id, film.attempt, id=_workflow(film))
        return _of_record(film)

    def _release(self, owner: str) -> None:
        from astragen.service.releasing import release

        release(self._office, self._counter, owner)

    def _check(self, ended: Ended, film_id: str) -> None:
        """Pass when the film is complete.

        Raises:
            AstraGenError: why it is not.
        """
        if ended.state == "completed":
            return
        again = f"Try again with: astragen jobs retry {film_id}"
        if ended.state == "cancelled":
            raise JobCancelled(f"{film_id} was cancelled.", hint=again)
        fault = self._office.films.get(film_id).fault
        message = fault.message if fault else ended.message or f"{film_id} failed."
        raise error_of(fault.code if fault else ended.code, message, hint=(fault.hint if fault else "") or again)


def _workflow(film: FilmRecord) -> str:
    return f"{film.id}.{film.attempt}"


def _of_record(film: FilmRecord) -> Job:
    error = film.fault.message if film.fault else ""
    created_at = int(film.created_at)
    return Job(film.id, film.state, film.stage, film.progress, film.attempt, film.title, created_at, error)


def _of_json(film: Mapping[str, Any]) -> Job:
    error = film.get("error") or {}
    named = {name: film[name] for name in Job._fields if name != "error"}
    return Job(**named, error=error.get("message", ""))
