"""A task of DBOS: what workflow bodies are given, with the rules that DBOS leaves to its user.

Found in DBOS 3.4's source:

- A queued async workflow is a task of asyncio on DBOS's one background loop, a thread of its own, whatever queue it
  came from; so a body must never block. What blocks goes to a thread, what computes to a process.
- A preemptible step runs in an asyncio task of its own. Once a second one query asks which workflows with such a step
  were cancelled; theirs is cancelled like any asyncio task, its clean-up awaited, and nothing recorded.
- The number of a step is counted in the order in which things are asked for, and only its name is checked at replay:
  with two at one time another's result comes back. Hence one at a time, and a fingerprint of the arguments.
- A child's result is asked of the child's own row, at replay again.
- What says that a workflow was cancelled, or taken by another worker, is a BaseException: no `except Exception` has it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast

import anyio
import sqlalchemy as sa

from astragen.errors import AstraGenError, JobCancelled
from astragen.runtime.tasks import (
    Json,
    StepMismatch,
    TaskFailed,
    error_of,
    error_to_json,
    fingerprint,
    text_of,
)

FIRST_DELAY_S: Final = 0.5  # before the first retry; each next one waits twice as long
MOST_DELAY_S: Final = 60.0


class Desk:
    """The tasks of this process, and whether new steps may begin."""

    def __init__(self, poll_s: float) -> None:
        """*poll_s*: how often a child that is waited for is asked after."""
        self.poll_s = poll_s
        self.is_closing = False
        self.tasks: set[DurableTask] = set()

    @property
    def busy(self) -> list[str]:
        """The ids of the workflows that are in a step, or between two."""
        return [task.id for task in tuple(self.tasks) if not task.is_idle]

    @contextmanager
    def working(self, id: str) -> Iterator[DurableTask]:
        """A task of the workflow *id*, as long as its body runs."""
        task = DurableTask(self, id)
        self.tasks.add(task)
        try:
            yield task
        finally:
            self.tasks.discard(task)


class Unrecorded(BaseException):
    """The database went away in the middle of DBOS's own work: this run of the workflow ends, and leaves no record.

    As what DBOS raises for lost ownership, it is no Exception: neither a body nor DBOS takes it for the workflow's
    failure. The workflow is put back by `Engine`, and goes on from its last record.
    """


class DurableTask:
    """See `astragen.runtime.tasks.Task`."""

    def __init__(self, desk: Desk, id: str) -> None:
        """One for each run of a workflow's body."""
        self.id = id
        self.is_idle = False  # waits for something that another worker may as well wait for
        self._desk = desk
        self._doing = ""

    async def step(
        self,
        name: str,
        work: Callable[..., Awaitable[Json]],
        *arguments: Json,
        retries: int = 0,
        timeout_s: float | None = None,
    ) -> Json:
        """See `Task.step`."""
        from dbos import DBOS
        from dbos._error import DBOSUnexpectedStepError

        with self._alone(name):
            await self._admitted()
            want = fingerprint(name, arguments)

            async def body() -> dict[str, Any]:
                try:
                    return {"in": want, "out": await _tried(name, work, arguments, retries, timeout_s)}
                except Exception as error:  # recorded, so that replay goes the way that was gone
                    return {"in": want, "error": error_to_json(error)}

            try:
                said = await DBOS.run_step_async({"name": name, "preemptible": True}, body)
            except DBOSUnexpectedStepError as error:
                raise StepMismatch(f"{self.id} asked for {name}, where its record has another step.") from error
            if said["in"] != want:
                raise StepMismatch(f"{self.id}: {name} is recorded for other inputs.")
        if "error" in said:
            raise error_of(cast(Mapping[str, Json], said["error"]))
        return cast(Json, said["out"])

    async def spawn(self, queue: str, workflow: str, *arguments: Json, key: str) -> SpawnedChild:
        """See `Task.spawn`."""
        from dbos import DBOS

        text_of(arguments)
        with self._alone(key):
            await self._admitted()
            id = f"{self.id}/{key}"
            asked = {"workflow_name": workflow, "queue_name": queue, "workflow_id": id}
            handle = await DBOS.enqueue_workflow_with_options_async(cast(Any, asked), *arguments)
        return SpawnedChild(self, id, handle)

    async def sleep(self, seconds: float) -> None:
        """See `Task.sleep`."""
        from dbos import DBOS

        with self._alone("sleep"):
            await self._admitted()
            with self._idling():
                await DBOS.sleep_async(seconds)

    async def result_of(self, handle: Any) -> Json:  # noqa: ANN401 - a handle of DBOS
        """What the child behind *handle* gave."""
        from dbos._error import DBOSAwaitedWorkflowCancelledError, DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded

        with self._alone("result"):
            await self._admitted()
            with self._idling():
                try:
                    return cast(Json, await handle.get_result(polling_interval_sec=self._desk.poll_s))
                except DBOSAwaitedWorkflowCancelledError as error:
                    raise JobCancelled(f"{handle.workflow_id} was cancelled.") from error
                except DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded as error:
                    raise lost_too_many(handle.workflow_id) from error

    async def _admitted(self) -> None:
        """Wait for ever when this process is about to end: another worker goes on from here."""
        if self._desk.is_closing:
            with self._idling():
                await asyncio.Event().wait()

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        if self._doing:
            raise StepMismatch(
                f'{self.id} asked for "{name}" while its "{self._doing}" is not done: a replay could confuse them.',
                hint="Spawn a child workflow for what is to run at the same time.",
            )
        self._doing = name
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            raise Unrecorded(f"{self.id}: {name}") from error
        finally:
            self._doing = ""

    @contextmanager
    def _idling(self) -> Iterator[None]:
        self.is_idle = True
        try:
            yield
        finally:
            self.is_idle = False


class SpawnedChild:
    """See `astragen.runtime.tasks.Child`."""

    def __init__(self, task: DurableTask, id: str, handle: Any) -> None:  # noqa: ANN401 - a handle of DBOS
        """A child of *task*."""
        self.id = id
        self._task, self._handle = task, handle

    async def result(self) -> Json:
        """See `Child.result`."""
        return await self._task.result_of(self._handle)


def lost_too_many(id: str) -> TaskFailed:
    """Why a dead workflow has no result."""
    return TaskFailed(
        f"{id} lost its worker too often and is not tried again.",
        hint="See the logs of the workers for what ends them, such as too little memory.",
        kind="Dead",
    )


async def _tried(
    name: str, work: Callable[..., Awaitable[Json]], arguments: tuple[Json, ...], retries: int, timeout_s: float | None
) -> Json:
    """What *work* gives, as a replay would read it."""
    for number in range(retries + 1):
        try:
            return await _timed(name, work, arguments, timeout_s)
        except AstraGenError as error:
            if number == retries or not error.retry:
                raise
            wished_s = getattr(error, "retry_after_s", None) or 0.0
            await anyio.sleep(max(wished_s, min(MOST_DELAY_S, FIRST_DELAY_S * 2**number)))
    raise AssertionError("unreachable")


async def _timed(
    name: str, work: Callable[..., Awaitable[Json]], arguments: tuple[Json, ...], timeout_s: float | None
) -> Json:
    with anyio.move_on_after(timeout_s) as scope:
        return cast(Json, json.loads(text_of(await work(*arguments))))
    assert scope.cancelled_caught
    raise TaskFailed(f"{name} took longer than its limit of {timeout_s:g} s.", kind="TimeoutError")
