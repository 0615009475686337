"""A worker of the service: an engine with the films' workflows, until somebody tells it to leave.

The engine's own event loop only waits; films are made in another, so that planning one delays nobody's
lease. Start reading at `work`.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

import anyio.to_thread
from anyio.from_thread import BlockingPortal, start_blocking_portal

from astragen.errors import JobError
from astragen.model.base import content_hash
from astragen.model.take import Artifact
from astragen.runtime.dbos import Counter, Engine
from astragen.runtime.inline import Pools
from astragen.runtime.served import rendered_for_others
from astragen.runtime.tasks import Json, Queue, Task, Workflow
from astragen.service.filming import Stage
from astragen.service.hooks import Messenger
from astragen.service.reconciler import Reconciler
from astragen.service.releasing import release
from astragen.settings import Settings, quieten
from astragen.store.gates import Gates
from astragen.store.ledger import opened_ledger
from astragen.store.memo_shared import SharedMemo
from astragen.store.office import Office
from astragen.store.shared import opened_artifacts

QUEUES: Final = ("films", "render", "hooks")
STOP_S: Final = 10.0  # for work that is stopped to let go of its processes
RESULT_POLL_S: Final = 0.2  # how often it is asked whether another worker has rendered something
HOOKS_AT_ONCE: Final = 16  # deliveries; they wait for others' servers

log = logging.getLogger(__name__)


def work(settings: Settings, *, queues: Sequence[str] = QUEUES, films_at_once: int = 0, drain_s: float = 60.0) -> int:
    """Make films until SIGTERM or SIGINT; the exit code.

    Args:
        settings: of the machine.
        queues: what this worker does, of `QUEUES`.
        films_at_once: films made at one time; 0: one for every four processors.
        drain_s: how long running films may go on once it is told to leave; another worker goes on with the rest.

    Raises:
        SettingsError: the database, the store or a queue cannot be used.
    """
    quieten()
    leave = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave.set())
    with start_blocking_portal() as portal:
        workshop = Workshop(settings, portal, frozenset(queues), films_at_once or max(1, settings.workers // 4))
        workshop.engine.start()
        log.info("a worker is ready", extra={"executor": workshop.engine.id, "queues": ",".join(queues)})
        leave.wait()
        is_drained = workshop.engine.stop(drain_s)
        portal.call(workshop.stage.pools.aclose)
    log.info("a worker leaves", extra={"executor": workshop.engine.id, "drained": is_drained})
    return 0


class Workshop:
    """What a worker has, and the workflows it runs."""

    def __init__(self, settings: Settings, portal: BlockingPortal, queues: frozenset[str], films_at_once: int) -> None:
        """Open database and store; nothing runs yet."""
        self._portal = portal
        office = Office(settings.database)
        office.migrate()
        artifacts = opened_artifacts(
            settings.store_url,
            settings.data_dir / "artifacts",
            variables=settings.store_variables,
            max_bytes=settings.cache_max_bytes,
        )
        counter = Counter(settings.database)
        self._messenger = Messenger(office, counter)
        workflows: dict[str, Workflow] = {"film.v1": self._film, "unit.v1": self._unit, "hook.v1": self._messenger.hook}
        at_once = {"films": films_at_once, "render": settings.workers, "hooks": HOOKS_AT_ONCE}
        self.engine = Engine(
            settings.database,
            settings.data_dir,
            workflows=workflows,
            queues=[Queue(name, at_once[name]) for name in QUEUES if name in queues],
            ttl_s=settings.lease_s,
        )
        self.stage = Stage(
            settings,
            office,
            artifacts,
            SharedMemo(office.database),
            opened_ledger(
                settings.database,
                settings.data_dir / "ledger.sqlite",
                owner=self.engine.id,
                is_alive=self.engine.is_alive,
            ),
            self._messenger,
            portal.call(_pools, settings.workers),
            lambda film: Others(film, self.engine, counter),
            gates=Gates(office.database) if settings.database_url else None,
            release=partial(release, office, counter),
        )
        self.engine.on_tick(Reconciler(self.stage, counter).tick)

    async def _film(self, task: Task, film_id: Json, attempt: Json) -> Json:
        """One attempt at a film: made, then its last word written."""
        came = await task.step("make", self._on_stage(self.stage.make), film_id, attempt)
        await task.step("end", self.stage.end, film_id, attempt, came)
        return None

    async def _unit(self, task: Task, name: Json, job: Json) -> Json:
        """A shot or a join of a film that another worker conducts."""
        return await task.step("render", self._on_stage(self._rendered), name, job)

    async def _rendered(self, name: str, job: str) -> list[Any]:
        stage = self.stage
        root = stage.settings.data_dir / "scratch"
        made = await rendered_for_others(name, job, stage.artifacts, stage.pools, root)
        return [one.model_dump(mode="json") if one else None for one in made]

    def _on_stage(self, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """*work*, done in the films' event loop; it is stopped when the step is."""

        async def elsewhere(*arguments: Json) -> Json:
            future: Future[Any] = self._portal.start_task_soon(partial(work, *arguments))
            try:
                return await asyncio.wrap_future(future)
            except asyncio.CancelledError:
                future.cancel()
                await asyncio.to_thread(_until_done, future)
                raise

        return elsewhere


def _until_done(future: Future[Any]) -> None:
    """Return when *future* has ended, however it did."""
    wait([future], STOP_S)


async def _pools(workers: int) -> Pools:
    """Processes of the films' event loop."""
    return Pools.of(workers)


@dataclass(frozen=True)
class Others:
    """Workers besides this one, as the film *film* sees them, which is made here."""

    film: str
    engine: Engine
    counter: Counter

    async def are_free(self) -> bool:
        """Whether any serves the queue of renderers; while the database does not answer, nobody is asked."""
        try:
            return await anyio.to_thread.run_sync(self.engine.others, "render") > 0
        except JobError:
            return False

    async def render(self, name: str, job: str) -> list[Artifact | None]:
        """See `Hands.render`. The same job of the same attempt is the same workflow: it is done once."""
        id = f"{self.film}.{content_hash(f'{name} {job}')[:32]}"
        await anyio.to_thread.run_sync(partial(self.counter.submit, "render", "unit.v1", name, job, id=id))
        try:
            made = await self.counter.result(id, poll_s=RESULT_POLL_S)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.counter.cancel, id)
            raise
        return [Artifact.model_validate(one) if one else None for one in cast("list[Any]", made)]
