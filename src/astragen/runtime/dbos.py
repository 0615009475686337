"""The engine: workflows of `runtime/tasks.py`, run by DBOS's MIT part, with what that part leaves to its user.

With its neighbours `dbos_task`, `dbos_counter` and `dbos_json` the only place that imports dbos, and that inside
functions, since it takes two seconds. What is ours: ids that nobody shares, leases, the recovery of what the dead
held, JSON, one step at a time, limits of one worker, an end that loses nothing. Start reading at `Engine.start`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import sqlalchemy as sa

from astragen.errors import JobError
from astragen.runtime.database import failures_told, opened_database
from astragen.runtime.dbos_counter import Counter, opened_client
from astragen.runtime.dbos_json import JsonText
from astragen.runtime.dbos_rows import APPLICATION, Rows
from astragen.runtime.dbos_task import Desk
from astragen.runtime.lease import Lease, live_rows, new_executor_id
from astragen.runtime.tasks import GRAPH_VERSION, Json, Queue, Workflow, most_attempts
from astragen.runtime.watch import Watch

__all__ = ["Counter", "Engine"]

EXIT_FULL: Final = 74  # EX_IOERR: the disk of the database is full, and a supervisor should start this again
EXIT_FENCED: Final = 75  # EX_TEMPFAIL: others took this worker for dead, and its work over
POOL: Final = 20  # connections of DBOS
OWN_POOL: Final = 4  # connections of the lease and of the counts, which must not wait for DBOS's
LOOK_S: Final = 0.05  # how often an ending engine looks whether its steps are done
OUTCOME_S: Final = 2.0  # that DBOS may take to write down what a finished workflow gave
RECOVERY: Final = "_recover_pending_workflows"  # of DBOS: private, but what Conductor, its paid part, calls as well

log = logging.getLogger(__name__)
_ONE: Final = threading.Lock()  # DBOS is one a process
_get_queue: Callable[..., Any] | None = None


class Engine:
    """Runs workflows in this process, from `start` to `stop`; one engine a process, whose main thread only waits."""

    def __init__(
        self,
        database: str,
        data_dir: Path,
        *,
        workflows: Mapping[str, Workflow],
        queues: Sequence[Queue],
        ttl_s: float = 30.0,
        poll_s: float = 0.2,
        attempts: Mapping[str, int] | None = None,
        on_exit: Callable[[int], None] | None = None,
    ) -> None:
        """Nothing runs before `start`.

        Args:
            database: sqlite:///FILE or postgresql://...; the same for all workers.
            data_dir: the folder of the locks; one for all workers of a machine.
            workflows: bodies by name, such as "film.v1".
            queues: those that this worker serves. What is said of all workers holds as the last of them said it.
            ttl_s: after which a silent worker is dead.
            poll_s: how often a queue is looked at.
            attempts: see `tasks.MOST_ATTEMPTS`; by the whole name.
            on_exit: ends the process with a code, at once; by default `os._exit`.
        """
        self.id = new_executor_id()
        self._url, self._data_dir, self._ttl_s, self._poll_s = database, data_dir, ttl_s, poll_s
        self._workflows, self._queues = dict(workflows), {queue.name: queue for queue in queues}
        self._attempts = dict(attempts or {})
        self._exit = on_exit or os._exit
        self._desk = Desk(poll_s)
        self._ticks: list[Callable[[], None]] = []
        self._running: _Running | None = None
        self._dropped: dict[str, float] = {}  # what is held and not in hand, and since when

    def start(self) -> None:
        """Take a lease, then work: first what dead workers left.

        Raises:
            SettingsError: the database cannot be used.
            JobError: this process has an engine already, or this thread a running event loop; this one was stopped.
        """
        if _is_looping():
            raise JobError("An engine must be started where no event loop runs, or DBOS would run workflows in it.")
        if self._desk.is_closing:
            raise JobError("An engine that was stopped is not started again; make a new one.")
        if not _ONE.acquire(blocking=False):
            raise JobError("This process has an engine already.")
        try:
            self._running = self._opened()
        except BaseException:
            _ONE.release()
            raise
        try:
            self._running.lease.acquire()
            self._launch(self._running)
        except BaseException:
            self._close(self._running)
            raise
        self._running.watch.start()

    def stop(self, drain_s: float) -> bool:
        """Begin no more steps, wait up to *drain_s* for those that run, put the rest back for others, and end.

        Returns whether every step that ran came to its end. A workflow that sleeps, or waits for a child, is put back.
        """
        running = self._running
        if running is None:
            return True
        until_s = time.monotonic() + drain_s
        for event in getattr(_instance(), "background_thread_stop_events", []):
            event.set()  # takes nothing from the queues any more
        self._desk.is_closing = True
        while self._desk.busy and time.monotonic() < until_s:
            time.sleep(LOOK_S)
        is_done = not self._desk.busy
        try:
            self._await_outcomes(running.rows)
            # As long as they may go on, nobody else may begin what runs here: nothing slow between the next two.
            running.watch.stop()
            # Before anything is cancelled: what breaks now is recorded no more.
            running.rows.requeue(self.id, GRAPH_VERSION)
        except sa.exc.SQLAlchemyError:
            log.warning("the database does not answer; others go on with what is left here once it does")
        finally:
            self._close(running)
        return is_done

    def others(self, queue: str) -> int:
        """How many other live workers serve *queue*.

        Raises:
            JobError: the engine does not run.
            DatabaseDown: nobody can tell.
        """
        if self._running is None:
            raise JobError("The engine does not run.")
        with failures_told():
            return self._running.lease.others(queue)

    def is_alive(self, executor: str) -> bool:
        """Whether *executor*, this one or another, has a lease that nobody has ended.

        Raises:
            DatabaseDown: nobody can tell.
        """
        if self._running is None:
            return False
        with failures_told():
            return any(row.id == executor for row in live_rows(self._running.own))

    def on_tick(self, call: Callable[[], None]) -> None:
        """Call *call* after every sweep, six times in a time to live, in the thread of the sweeps."""
        self._ticks.append(call)

    def _opened(self) -> _Running:
        own = opened_database(self._url, pool=OWN_POOL, on_full=self._full)
        rows = Rows(own)
        lease = Lease(
            own,
            self._data_dir / "executors",
            id=self.id,
            queues=self._queues,
            version=GRAPH_VERSION,
            ttl_s=self._ttl_s,
            on_fenced=self._fenced,
        )
        ticks = [self._crown, self._reclaim]
        watch = Watch(lease, lambda: rows.owners(GRAPH_VERSION), self._recover, lambda: [*ticks, *self._ticks])
        pool = opened_database(self._url, pool=POOL, on_full=self._full)
        return _Running(own, pool, rows, lease, watch, opened_client(own))

    def _launch(self, running: _Running) -> None:
        """DBOS with our workflows and queues; these are written first, for it looks but once a second for new ones."""
        from dbos import DBOS

        for queue in self._queues.values():
            _write_queue(running.client, queue, self._poll_s)
        logging.getLogger("dbos").addHandler(logging.NullHandler())  # ours decide what is shown, not one of its own
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_engine": running.pool,
                "executor_id": self.id,
                "application_version": GRAPH_VERSION,
                "serializer": cast(Any, JsonText()),
                "notification_listener_polling_interval_sec": self._poll_s,
                "log_level": "WARNING",
            }
        )
        for name, body in self._workflows.items():
            self._register(name, body)
        DBOS.listen_queues(list(self._queues))
        _limit_this_worker({queue.name: queue.at_once for queue in self._queues.values()})
        DBOS.launch()

    def _register(self, name: str, body: Workflow) -> None:
        from dbos import DBOS

        async def run(*arguments: Json) -> Json:
            with self._desk.working(str(DBOS.workflow_id)) as task:
                return await body(task, *arguments)

        run.__name__ = run.__qualname__ = name.replace(".", "_")
        again = self._attempts.get(name, most_attempts(name)) - 1  # DBOS counts what comes after the first
        DBOS.workflow(name=name, max_recovery_attempts=again)(run)

    def _await_outcomes(self, rows: Rows) -> None:
        """Give DBOS the time to write down what finished workflows gave."""
        until_s = time.monotonic() + OUTCOME_S
        while rows.held_by(self.id) - {task.id for task in tuple(self._desk.tasks)} and time.monotonic() < until_s:
            time.sleep(LOOK_S)

    def _close(self, running: _Running) -> None:
        from dbos import DBOS

        running.watch.stop()
        self._running = None
        with ExitStack() as closing:  # the last one first
            closing.callback(_ONE.release)
            closing.callback(running.own.dispose)
            closing.callback(running.pool.dispose)
            closing.callback(running.client.destroy)
            closing.callback(_released, running.lease)
            closing.callback(_limit_this_worker, {})
            DBOS.destroy(destroy_registry=True)

    def _recover(self, executor: str) -> int:
        """Put back what the dead *executor* held, of this graph version; how much that was."""
        from dbos import DBOS

        assert self._running is not None
        recovery = getattr(DBOS, RECOVERY, None)
        if recovery is None:
            return self._running.rows.requeue(executor, GRAPH_VERSION)
        return len(recovery([executor]))

    def _crown(self) -> None:
        """Be the newest version where nobody of the newest lives: only such workers take what was just submitted."""
        assert self._running is not None
        newest = self._running.client.get_latest_application_version()["version_name"]
        if newest != GRAPH_VERSION and newest not in self._running.lease.versions():
            self._running.client.set_latest_application_version(GRAPH_VERSION)

    def _reclaim(self) -> None:
        """Put back what this worker holds by the record, and has not had in hand for a time to live.

        DBOS claims a workflow before it begins it. Whatever comes between, such as a connection that breaks, leaves a
        row that a live worker seems to hold: nobody would ever take it.
        """
        assert self._running is not None
        now_s = time.monotonic()
        idle = self._running.rows.held_by(self.id) - {task.id for task in tuple(self._desk.tasks)}
        self._dropped = {id: self._dropped.get(id, now_s) for id in idle}
        old = [id for id, since_s in self._dropped.items() if now_s - since_s > self._ttl_s]
        if old:
            log.warning("put back %d workflows that were claimed and never begun", len(old))
            self._running.rows.requeue(self.id, GRAPH_VERSION, old)

    def _fenced(self) -> None:
        """Others took over what this worker held."""
        self._exit(EXIT_FENCED)

    def _full(self) -> None:
        """Outcomes cannot be written, and their workflows would hang in a live process."""
        log.critical("the disk of the database is full, or broken; exiting with %d", EXIT_FULL)
        self._exit(EXIT_FULL)


class _Running(NamedTuple):
    """What a started engine holds."""

    own: sa.Engine
    pool: sa.Engine
    rows: Rows
    lease: Lease
    watch: Watch
    client: Any


def _released(lease: Lease) -> None:
    try:
        lease.release()
    except sa.exc.SQLAlchemyError:
        log.warning("the database does not answer; the lease of %s ends by itself", lease.id)


def _instance() -> Any:  # noqa: ANN401 - DBOS's own instance, for which it has no public name
    from dbos import _dbos

    return getattr(_dbos, "_dbos_global_instance", None)


def _is_looping() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _write_queue(client: Any, queue: Queue, poll_s: float) -> None:  # noqa: ANN401 - a client of DBOS
    most = queue.at_once_everywhere
    client.register_queue(
        queue.name,
        worker_concurrency=queue.at_once if most is None or queue.at_once is None else min(queue.at_once, most),
        global_concurrency=most,
        limiter=None if queue.limit is None else {"limit": queue.limit, "period": queue.period_s},
        polling_interval_sec=poll_s,
        on_conflict="always_update",
    )


def _limit_this_worker(at_once: Mapping[str, int | None]) -> None:
    """Make this worker's own limits hold here: DBOS keeps one for all workers, large and small, in the queue's row."""
    from dbos._sys_db import SystemDatabase

    global _get_queue
    if _get_queue is None:
        _get_queue = SystemDatabase.get_queue
    original = _get_queue

    def get_queue(self: Any, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        queue = original(self, name, *arguments, **named)
        if queue is not None and name in at_once:
            queue._worker_concurrency = at_once[name]
        return queue

    SystemDatabase.get_queue = get_queue if at_once else original  # type: ignore[method-assign]
