"""A run inside the caller's own event loop: steps remembered on disk, work in worker processes.

Start reading at `InlineRun`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import anyio
from pydantic import ValidationError

from astragen.errors import RenderError
from astragen.model.base import Model, canonical_json, content_hash
from astragen.model.event import Event, FellBack, StageDone, StageStarted, StepDone
from astragen.model.film import StageReport
from astragen.model.take import Artifact, Fallback
from astragen.pipeline.run import Asked, Later, Made, Result, RunReport
from astragen.runtime.pool import WorkerPool
from astragen.runtime.scratch import scratch_folder
from astragen.store.artifacts import ArtifactStore
from astragen.store.experience import Experience
from astragen.store.memo import Memo

EXAMINE_MAX_S = 60.0  # of waiting for one look, at a machine that renders meanwhile

Listener = Callable[[Event], None]


def step_key(name: str, version: str, request: Model) -> str:
    """The key of a step: 64 hex digits that change with its name, its version and its request."""
    return content_hash(json.dumps([name, version, canonical_json(request)], separators=(",", ":")))


class Pools(NamedTuple):
    """The processes that runs compute in, and the one in which they look at what strangers sent."""

    workers: WorkerPool
    guarded: WorkerPool

    @classmethod
    def of(cls, workers: int) -> Pools:
        """At most *workers* processes, and a guarded one."""
        return cls(WorkerPool(workers), WorkerPool(1, is_guarded=True))

    async def aclose(self) -> None:
        """End all of them."""
        await self.workers.aclose()
        await self.guarded.aclose()


@dataclass
class _Tally:
    """What is known of a stage; a stage that runs twice is one."""

    wall_s: float = 0.0
    steps: int = 0
    reused: int = 0


class InlineRun:
    """Implements `pipeline.run.Run`; use it as an async context manager."""

    def __init__(
        self,
        scratch_root: Path,
        *,
        store: ArtifactStore | None,
        memo: Memo | None,
        workers: int,
        experience: Experience | None = None,
        on_event: Listener | None = None,
        pools: Pools | None = None,
    ) -> None:
        """Prepare a run; nothing happens before it is entered, but its time runs from now on.

        Args:
            scratch_root: holds the run's scratch folder; on the store's file system.
            store: None keeps artifacts in the scratch folder: they go with the run.
            memo: None remembers nothing, and reuses nothing.
            workers: the most worker processes.
            experience: what earlier runs measured; None starts without any.
            on_event: called with every event, in this event loop; must return soon.
            pools: of processes that other runs use, too, and that stay; None starts processes of its own.
        """
        self._scratch_root = scratch_root
        self._store = store
        self._memo = memo
        self.experience = experience or Experience(None)
        self._owns_pools = pools is None
        self._pool, self._guarded = pools or Pools.of(workers)
        self._on_event = on_event
        self._began_s = time.monotonic()
        self._stages: dict[str, _Tally] = {}
        self._fallbacks: list[Fallback] = []
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> InlineRun:
        """Make the scratch folder."""
        self._scratch = self._closing.enter_context(scratch_folder(self._scratch_root))
        if self._owns_pools:
            self._closing.push_async_callback(self._pool.aclose)
            self._closing.push_async_callback(self._guarded.aclose)
        self._closing.callback(self.experience.save)
        if self._store is None:
            self._store = ArtifactStore(self._scratch / "artifacts")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers, then remove the scratch folder, whatever happened."""
        await self._closing.aclose()

    @property
    def store(self) -> ArtifactStore:
        """Where this run keeps artifacts."""
        if self._store is None:
            raise RuntimeError("the run was not entered")
        return self._store

    @property
    def workers(self) -> int:
        """How many processes compute side by side."""
        return self._pool.workers

    @property
    def scratch(self) -> Path:
        """The run's own folder; gone with the run."""
        return self._scratch

    @property
    def report(self) -> RunReport:
        """What was done so far."""
        stages = tuple(
            StageReport(name=name, wall_s=tally.wall_s, steps=tally.steps, reused=tally.reused)
            for name, tally in self._stages.items()
        )
        return RunReport(self._elapsed_s(), stages, tuple(self._fallbacks))

    async def step(
        self,
        name: str,
        work: Callable[[Asked], Awaitable[Made]],
        request: Asked,
        *,
        returns: type[Made],
        version: str,
        subject: str = "",
    ) -> Made:
        """Return `work(request)`, remembered; a stage of one unit."""
        with self._stage(name, 1):
            return await self._unit(name, work, request, returns, version, subject)

    async def each(
        self,
        name: str,
        work: Callable[[Asked], Awaitable[Made]],
        requests: Sequence[Asked | Later[Asked]],
        *,
        returns: type[Made],
        version: str,
        subjects: Sequence[str],
        limit: int | None = None,
        on_made: Callable[[int, Made], None] | None = None,
        is_remembered: bool = True,
    ) -> list[Made]:
        """Return `work(request)` for each request, in their order; the first failure stops the others."""
        limiter = anyio.CapacityLimiter(limit or self._pool.workers)
        made: dict[int, Made] = {}
        failures: list[Exception] = []

        async def one(index: int) -> None:
            try:
                wanted = requests[index]
                request = wanted if isinstance(wanted, Model) else await wanted()
                async with limiter:
                    made[index] = await self._unit(
                        name, work, request, returns, version, subjects[index], is_remembered=is_remembered
                    )
                if on_made is not None:
                    on_made(index, made[index])
            except Exception as error:
                failures.append(error)
                group.cancel_scope.cancel()

        with self._stage(name, len(requests)):
            async with anyio.create_task_group() as group:
                for index in range(len(requests)):
                    group.start_soon(one, index)
            if failures:
                raise failures[0]
        return [made[index] for index in range(len(requests))]

    async def compute(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return `function(*arguments)`, computed in a worker process that dies when this is cancelled."""
        return await self._pool.compute(function, *arguments)

    async def examine(self, function: Callable[..., Result], *arguments: object) -> Result:
        """As `compute`, for what a stranger sent: in a process with little memory and time."""
        try:
            with anyio.fail_after(EXAMINE_MAX_S):
                return await self._guarded.compute(function, *arguments)
        except TimeoutError as error:
            raise RenderError(f"Looking at what came took more than {EXAMINE_MAX_S:g} s.") from error

    def fall_back(self, fallback: Fallback) -> None:
        """Tell, and report, that something did not go as asked."""
        self._fallbacks.append(fallback)
        self._emit(FellBack(at_s=self._elapsed_s(), fallback=fallback))

    def tell(self, event: Event) -> None:
        """Tell *event*, as of now."""
        self._emit(event.model_copy(update={"at_s": self._elapsed_s()}))

    async def _unit(
        self,
        name: str,
        work: Callable[[Asked], Awaitable[Made]],
        request: Asked,
        returns: type[Made],
        version: str,
        subject: str,
        *,
        is_remembered: bool = True,
    ) -> Made:
        if is_remembered:
            result, is_reused = await self._done(name, work, request, returns, version)
        else:
            result, is_reused = await work(request), False
        self._stages[name].steps += 1
        self._stages[name].reused += is_reused
        self._emit(StepDone(at_s=self._elapsed_s(), stage=name, subject=subject, reused=is_reused))
        return result

    async def once(
        self, name: str, work: Callable[[Asked], Awaitable[Made]], request: Asked, *, returns: type[Made], version: str
    ) -> Made:
        """Return `work(request)`, remembered; no event tells of it."""
        return (await self._done(name, work, request, returns, version))[0]

    async def _done(
        self, name: str, work: Callable[[Asked], Awaitable[Made]], request: Asked, returns: type[Made], version: str
    ) -> tuple[Made, bool]:
        """`work(request)`, and whether it was remembered."""
        key = step_key(name, version, request)
        kept = await self._quickly(self._remembered, key, returns)
        if kept is not None:
            return kept, True
        made = await work(request)
        if self._memo is not None and not getattr(made, "fallbacks", ()):
            await self._quickly(self._memo.put, key, canonical_json(made))
        return made, False

    async def _quickly(self, call: Callable[..., Result], *arguments: object) -> Result:
        """What *call*, of the memo or the store, gives: at once, for both are on this machine's disk."""
        return call(*arguments)

    def _remembered(self, key: str, returns: type[Made]) -> Made | None:
        """The result kept under *key*, when all its artifacts are still here."""
        text = self._memo.get(key) if self._memo is not None else None
        if text is None:
            return None
        try:
            result = returns.model_validate_json(text)
        except ValidationError:  # of another version, or damaged: do it again
            return None
        return result if all(self.store.has(artifact) for artifact in artifacts_in(result)) else None

    @contextmanager
    def _stage(self, name: str, total: int) -> Iterator[None]:
        tally = self._stages.setdefault(name, _Tally())
        start_s = self._elapsed_s()
        self._emit(StageStarted(at_s=start_s, stage=name, total=total))
        yield
        end_s = self._elapsed_s()
        tally.wall_s += end_s - start_s
        self._emit(StageDone(at_s=end_s, stage=name, wall_s=end_s - start_s))

    def _emit(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._began_s


def artifacts_in(value: object) -> Iterator[Artifact]:
    """Every artifact that a model holds, at any depth."""
    if isinstance(value, Artifact):
        yield value
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from artifacts_in(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from artifacts_in(item)
