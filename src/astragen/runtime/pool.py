"""Worker processes for work that keeps a core busy.

A worker is started when it is first needed (or ahead of need, by `warm`), serves one
call at a time, and is killed at once when the call it serves is cancelled.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar, cast

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream

from astragen.errors import RenderError
from astragen.runtime.worker import HEADER

Result = TypeVar("Result")

_GOODBYE_S = 2.0  # for a worker to leave by itself before it is killed


class WorkerPool:
    """At most *workers* processes; close it with `aclose`. Guarded ones get little memory and time for each call."""

    def __init__(self, workers: int, *, is_guarded: bool = False) -> None:
        self.workers = workers
        self._entry = "guarded" if is_guarded else "main"
        self._limiter = anyio.CapacityLimiter(workers)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a call would have to wait for a worker."""
        return self._limiter.available_tokens < 1

    async def compute(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return `function(*arguments)`, computed by a worker as soon as one is free.

        Function, arguments and result must pickle. An error of the function is raised
        here, with its causes.

        Raises:
            RenderError: the worker died, which most often means that memory ran out.
        """
        call = pickle.dumps((function, arguments))
        async with self._limiter:
            worker = await self._waiting() or await self._start()
            try:
                reply = await worker.ask(call)
            except BaseException as error:
                await self._kill(worker)
                if isinstance(error, (anyio.EndOfStream, anyio.BrokenResourceError, anyio.IncompleteRead)):
                    raise _death(worker) from error
                raise
            self._idle.append(worker)
        succeeded, outcome = pickle.loads(reply)  # noqa: S301  (from our own worker, over its pipe)
        if succeeded:
            return cast("Result", outcome)
        raise _chained(outcome)

    async def aclose(self) -> None:
        """End all workers: idle ones leave by themselves, busy ones are killed."""
        with anyio.CancelScope(shield=True):
            for worker in self._idle:
                await worker.dismiss()
            for worker in list(self._all):
                await self._kill(worker)
            self._idle.clear()

    async def _waiting(self) -> _Worker | None:
        """A worker that waits for a call; one that died meanwhile is no reason for the next call to fail."""
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            await self._kill(worker)
        return None

    async def _start(self) -> _Worker:
        # Our own sys.path: the worker must find the same packages as this process. A thread of OpenBLAS's own would
        # spin for work on a core that another worker needs.
        program = (
            f"import os, sys; os.environ.setdefault('OPENBLAS_NUM_THREADS', '1'); sys.path[:] = {sys.path!r}; "
            f"from astragen.runtime.worker import {self._entry} as main; main()"
        )
        process = await anyio.open_process(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            start_new_session=True,  # Ctrl-C on a terminal reaches this process only, which then kills its workers
        )
        worker = _Worker(process)
        self._all.add(worker)
        return worker

    async def _kill(self, worker: _Worker) -> None:
        self._all.discard(worker)
        with anyio.CancelScope(shield=True):
            await worker.kill()


class _Worker:
    """One worker process and the two ends of its pipe."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._calls = cast("ByteSendStream", process.stdin)
        self._replies = BufferedByteReceiveStream(cast("ByteReceiveStream", process.stdout))

    async def ask(self, call: bytes) -> bytes:
        """Send *call* and return the reply to it."""
        await self._calls.send(HEADER.pack(len(call)) + call)
        (length,) = HEADER.unpack(await self._replies.receive_exactly(HEADER.size))
        return await self._replies.receive_exactly(length)

    async def dismiss(self) -> None:
        """Close the pipe, on which the worker leaves, and give it a moment."""
        await self._calls.aclose()
        with anyio.move_on_after(_GOODBYE_S):
            await self.process.wait()

    async def kill(self) -> None:
        """End the process now, and release its pipe."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.aclose()


def _death(worker: _Worker) -> RenderError:
    code = worker.process.returncode
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    return RenderError(
        f"A worker process died ({how}).",
        hint="Most often memory ran out: lower --height, or set ASTRAGEN_WORKERS=1.",
    )


def _chained(chain: list[BaseException]) -> BaseException:
    """The first error of *chain*, with each next one as its cause."""
    for error, cause in pairwise(chain):
        error.__cause__ = cause
    return chain[0]
