"""Things done at the same time, and one plain error when any of them fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar, cast

import anyio
from anyio.abc import TaskGroup

Work = Callable[[], Awaitable[None]]
Start = Callable[[Work], None]
"""Starts a work that runs beside what started it."""

First = TypeVar("First")
Second = TypeVar("Second")


async def together(
    first: Callable[[], Awaitable[First]], second: Callable[[], Awaitable[Second]]
) -> tuple[First, Second]:
    """Return the results of both, run side by side; the first failure stops the other and is raised bare."""
    results: dict[int, object] = {}

    async def one(index: int, work: Callable[[], Awaitable[object]]) -> None:
        results[index] = await work()

    await side_by_side([partial(one, 0, first), partial(one, 1, second)])
    return cast("First", results[0]), cast("Second", results[1])


async def side_by_side(works: Iterable[Work]) -> None:
    """Do all *works* at the same time; the first failure stops the others and is raised bare."""
    failures: list[Exception] = []
    async with anyio.create_task_group() as group:
        for work in works:
            group.start_soon(_watched, work, group, failures)
    if failures:
        raise failures[0]


@asynccontextmanager
async def beside() -> AsyncIterator[Start]:
    """Yield what starts works that run beside the block; those that still run at its end are cancelled.

    The first failure, of a work or of the block, stops all others and is raised bare.
    """
    failures: list[Exception] = []
    async with anyio.create_task_group() as group:

        def start(work: Work) -> None:
            group.start_soon(_watched, work, group, failures)

        try:
            yield start
        except Exception as error:
            failures.append(error)
        group.cancel_scope.cancel()
    if failures:
        raise failures[0]


async def _watched(work: Work, group: TaskGroup, failures: list[Exception]) -> None:
    """Do *work*; when it fails, note it and stop all of *group*."""
    try:
        await work()
    except Exception as error:
        failures.append(error)
        group.cancel_scope.cancel()
