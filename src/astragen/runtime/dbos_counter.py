"""The counter of the engine: where work is handed in and asked after, by processes that need run nothing.

DBOSClient talks to the database alone, and knows nothing of the workflow in whose step it is used, so a step may use a
counter too: what it submits there are no children of its workflow. Their ids say whose they are, `<id>.<piece>`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import anyio
import anyio.to_thread
import sqlalchemy as sa

from astragen.errors import AstraGenError, DatabaseDown, JobCancelled, JobError, JobNotFound
from astragen.runtime.database import failures_told, opened_database
from astragen.runtime.dbos_json import JsonText, refuse_pickle
from astragen.runtime.dbos_rows import APPLICATION, Rows
from astragen.runtime.dbos_task import lost_too_many
from astragen.runtime.lease import live_rows, make_table
from astragen.runtime.tasks import GRAPH_VERSION, Json, State, TaskFailed, WorkflowState, readable, text_of
from astragen.store.turns import turn_at

POOL: Final = 5
DOWN_S: Final = 2.0  # between two questions to a database that does not answer
_STATES: Final[dict[str, State]] = {
    "ENQUEUED": "enqueued",
    "DELAYED": "enqueued",
    "PENDING": "pending",
    "SUCCESS": "success",
    "ERROR": "error",
    "CANCELLED": "cancelled",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "dead",
}

log = logging.getLogger(__name__)


class Counter:
    """Submits workflows to *database* and asks after them. Sync, but for `result`; threads may share it."""

    def __init__(self, database: str) -> None:
        """Nothing is opened before the first call, or `open`: it imports DBOS, which takes two seconds."""
        self._url = database
        self._mutex = threading.Lock()
        self._opened: _Opened | None = None

    def open(self) -> None:
        """Open the database, and make or migrate the engine's tables; no worker need ever have run.

        Raises:
            SettingsError: the database cannot be used.
            DatabaseDown: it does not answer; so does every other call.
        """
        with self._desk():
            pass

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        with self._mutex:
            if self._opened is not None:
                self._opened.client.destroy()
                self._opened.database.dispose()
            self._opened = None

    def submit(self, queue: str, workflow: str, *arguments: Json, id: str) -> None:
        """Put *workflow* on *queue*; nothing happens when there is one with that id.

        It outlives every process; a power cut, too, after `Office.settle`. A piece of a cancelled workflow is
        cancelled as it arrives.

        Raises:
            TypeError: the arguments are no JSON.
            JobError: the id is that of another workflow.
        """
        from dbos._error import DBOSConflictingWorkflowError

        text_of(arguments)
        with self._desk() as (client, rows, _, turn):
            try:
                with turn:
                    client.enqueue({"workflow_name": workflow, "queue_name": queue, "workflow_id": id}, *arguments)
            except DBOSConflictingWorkflowError as error:
                raise JobError(f'"{id}" is already the id of another workflow than {workflow}.') from error
            if rows.is_any_cancelled(_whose(id)):
                client.cancel_workflow(id)

    def cancel(self, id: str) -> None:
        """Cancel it, its children and its pieces; what has ended stays as it is. Steps stop within about a second."""
        with self._desk() as (client, rows, *_):
            client.cancel_workflow(id, cancel_children=True)
            pieces = rows.pieces(id)
            if pieces:
                client.cancel_workflows(sorted(pieces), cancel_children=True)

    def state(self, id: str) -> WorkflowState | None:
        """How far it is; None: there is no such workflow."""
        return self.states([id]).get(id)

    def states(self, ids: Iterable[str]) -> dict[str, WorkflowState]:
        """How far those of *ids* are that there are, by id, asked in one go."""
        wanted = list(ids)
        with self._desk() as (client, *_):
            found = client.list_workflows(workflow_ids=wanted, load_input=False) if wanted else []
        return {one.workflow_id: _state(one) for one in found}

    async def result(self, id: str, poll_s: float = 0.2) -> Json:
        """What it gave, when it has ended; a database that does not answer is waited for.

        Raises:
            JobNotFound: there is no such workflow.
            JobCancelled: it was cancelled.
            AstraGenError: what it raised; `TaskFailed` for what is none of ours, or when it lost too many workers.
        """
        while True:
            try:
                state = await anyio.to_thread.run_sync(self.state, id)
                if state is None:
                    raise JobNotFound(f'There is no workflow "{id}".')
                if state.status == "success":
                    return await anyio.to_thread.run_sync(self._output, id)
            except DatabaseDown as error:
                log.warning("%s is waited for: %s", id, error)
                await anyio.sleep(DOWN_S)
                continue
            if state.status == "cancelled":
                raise JobCancelled(f"{id} was cancelled.")
            if state.is_ended:
                raise state.cause or TaskFailed(f"{id} failed.")
            await anyio.sleep(poll_s)

    def depth(self, queue: str) -> int:
        """How many workflows wait on *queue*."""
        with self._desk() as (_, rows, *_):
            return rows.depth(queue)

    def position(self, id: str) -> int | None:
        """The place of *id* in its queue, 1 being the next; None: it does not wait."""
        with self._desk() as (_, rows, *_):
            return rows.position(id)

    def orphans(self) -> dict[str, int]:
        """The open workflows that no live worker can run, by the graph version that they need."""
        with self._desk() as (_, rows, database, _):
            return rows.orphans({GRAPH_VERSION, *(row.version for row in live_rows(database))})

    def adopt(self, version: str) -> int:
        """Let the workers of this version run the open workflows of *version*; how many there are.

        Only whoever knows that the steps of both go together may ask for it.
        """
        with self._desk() as (_, rows, *_):
            return rows.adopt(version, GRAPH_VERSION)

    def forget(self, older_than: float) -> int:
        """Remove the workflows that ended before *older_than*, in seconds since the epoch; how many there were."""
        count = 0
        with self._desk() as (client, rows, *_):
            while ids := rows.ended_before(older_than):
                client.delete_workflows(list(ids))
                count += len(ids)
        return count

    def _output(self, id: str) -> Json:
        with self._desk() as (client, *_):
            found = client.list_workflows(workflow_ids=[id], load_input=False)
        return cast(Json, found[0].output) if found else None

    @contextmanager
    def _desk(self) -> Iterator[_Opened]:
        """What is open; it is opened when it is not.

        Raises:
            DatabaseDown: the database does not answer, or is full.
        """
        with failures_told():
            with self._mutex:
                if self._opened is None:
                    self._opened = self._open()
            yield self._opened

    def _open(self) -> _Opened:
        database = opened_database(self._url, pool=POOL, sync="NORMAL")
        client = opened_client(database)
        make_table(database)
        is_file = database.dialect.name == "sqlite"
        turn = turn_at(Path(database.url.database or "")) if is_file else nullcontext()
        return _Opened(client, Rows(database), database, turn)


class _Opened(NamedTuple):
    client: Any  # DBOSClient
    rows: Rows
    database: sa.Engine
    turn: AbstractContextManager[object]  # to write to it


def opened_client(database: sa.Engine) -> Any:  # noqa: ANN401 - a DBOSClient
    """A client over *database*, whose tables are there afterwards; it waits for nothing that is down."""
    from dbos import DBOS, DBOSClient

    refuse_pickle()
    DBOS.migrate(database.url.render_as_string(hide_password=False))
    return DBOSClient(
        system_database_engine=database,
        serializer=cast(Any, JsonText()),
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )


def _state(row: Any) -> WorkflowState:  # noqa: ANN401 - a WorkflowStatus of DBOS
    status = _STATES[row.status]
    if status == "dead":
        cause: AstraGenError | None = lost_too_many(row.workflow_id)
    elif row.error is None:
        cause = None
    else:
        cause = row.error if isinstance(row.error, AstraGenError) else TaskFailed(str(row.error))
    return WorkflowState(status, readable(cause) if cause else "", cause)


def _whose(id: str) -> list[str]:
    """The ids of the workflows of which *id* is a piece, or a piece of a piece."""
    return [id[:at] for at, mark in enumerate(id) if mark in "./" and at]
