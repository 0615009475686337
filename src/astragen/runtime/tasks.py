"""What a durable workflow may do, whatever engine runs it.

A workflow is an async function of a task and JSON; what must not be done twice is a step, whose result is recorded.
After a crash the workflow runs again from its beginning, and every recorded step gives its result at once: so between
its steps a workflow must decide by its arguments and their results alone. Media are named, never carried.
Start reading at `Task`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias

from astragen import errors
from astragen.errors import AstraGenError, JobError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Workflow = Callable[..., Awaitable[Json]]
"""`async def film(task: Task, *arguments: Json) -> Json`."""

GRAPH_VERSION: Final = "1"
"""Raised only when the steps of a registered workflow change incompatibly; better, register a `film.v2` beside it."""

MOST_ATTEMPTS: Final = {"film": 100, "unit": 4}
"""How often a workflow may lose its worker before it is dead, by its name before `.v`; a piece that kills each worker
must not kill them all."""
MOST_ATTEMPTS_ELSE: Final = 20

State = Literal["enqueued", "pending", "success", "error", "cancelled", "dead"]
ENDED: Final[frozenset[State]] = frozenset({"success", "error", "cancelled", "dead"})


class TaskFailed(JobError):
    """A workflow or a step failed with an error that is none of ours: `kind` is the name of its class."""

    def __init__(self, message: str, *, hint: str = "", kind: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kind = kind


class StepMismatch(JobError):
    """A step was recorded with other inputs, or two steps of one task were asked for at one time."""


class Queue(NamedTuple):
    """Where workflows wait for workers.

    at_once: the most that one worker runs at one time; None: any number.
    at_once_everywhere: the most that all workers together run. A dead worker's count until they are recovered.
    limit: the most that are started in *period_s* seconds, over all workers.
    """

    name: str
    at_once: int | None
    at_once_everywhere: int | None = None
    limit: int | None = None
    period_s: float = 0.0


class WorkflowState(NamedTuple):
    """How far a workflow is; *error* reads "class name: message", and *cause* is the error itself."""

    status: State
    error: str = ""
    cause: AstraGenError | None = None

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED


class Child(Protocol):
    """A workflow that another one began."""

    id: str

    async def result(self) -> Json:
        """What it gave, when it has ended.

        Raises:
            JobCancelled: it was cancelled.
            AstraGenError: what it raised; `TaskFailed` for what is none of ours, or when it lost too many workers.
        """
        ...


class Task(Protocol):
    """What the body of a workflow may do. One thing at a time: to fan out, spawn children."""

    id: str

    async def step(
        self,
        name: str,
        work: Callable[..., Awaitable[Json]],
        *arguments: Json,
        retries: int = 0,
        timeout_s: float | None = None,
    ) -> Json:
        """`await work(*arguments)`, once as recorded, at least once where a crash came before the record.

        Args:
            name: what it is called in the record; replay checks it, and the arguments.
            work: is cancelled within about a second when the workflow is.
            arguments: all that its result depends on.
            retries: how often it is tried again after an error that says so (`AstraGenError.retry`).
            timeout_s: how long a try may take.

        Raises:
            AstraGenError: what *work* raised; `TaskFailed` for what is none of ours.
            StepMismatch: another step of this task is not done yet, or the recorded one had other inputs.
        """
        ...

    async def spawn(self, queue: str, workflow: str, *arguments: Json, key: str) -> Child:
        """Begin a child with the id `<id>/<key>` on *queue*; at replay it is the one that was begun then."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait until *seconds* after this was first reached, whoever is alive meanwhile."""
        ...


def text_of(value: Json) -> str:
    """*value* as JSON.

    Raises:
        TypeError: it holds something that JSON does not know.
        ValueError: it holds a number that is none.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def fingerprint(name: str, arguments: Sequence[Json]) -> str:
    """What a step is recognised by at replay."""
    return hashlib.sha256(f"{name}|{text_of(arguments)}".encode()).hexdigest()[:16]


def error_to_json(error: BaseException) -> dict[str, Json]:
    """*error* as it is recorded: its class, message and hint, and what else it knows that is plain."""
    if not isinstance(error, AstraGenError):
        return {"kind": type(error).__name__, "message": str(error) or repr(error), "hint": "", "more": {}}
    more = {
        name: value
        for name, value in error.__dict__.items()
        if name not in ("message", "hint") and isinstance(value, (str, int, float, bool, type(None)))
    }
    return {"kind": type(error).__name__, "message": error.message, "hint": error.hint, "more": more}


def error_of(said: Mapping[str, Json]) -> AstraGenError:
    """The error that `error_to_json` wrote down; one that is none of ours comes back as `TaskFailed`."""
    kind, message, hint = str(said["kind"]), str(said["message"]), str(said["hint"])
    known = {"TaskFailed": TaskFailed, "StepMismatch": StepMismatch}.get(kind) or getattr(errors, kind, None)
    if not (isinstance(known, type) and issubclass(known, AstraGenError)):
        return TaskFailed(message, hint=hint, kind=kind)
    error = known(message, hint=hint)
    more = said["more"]
    if isinstance(more, Mapping):
        error.__dict__.update(more)
    return error


def readable(error: AstraGenError) -> str:
    """*error* in one line for people: the name of its class, then what it says."""
    kind = error.kind if isinstance(error, TaskFailed) and error.kind else type(error).__name__
    return f"{kind}: {error}"


def most_attempts(workflow: str) -> int:
    """How often *workflow* may lose its worker before it is dead."""
    return MOST_ATTEMPTS.get(workflow.partition(".v")[0], MOST_ATTEMPTS_ELSE)
