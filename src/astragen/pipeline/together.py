"""Two things at the same time, and one plain error when either fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import anyio

First = TypeVar("First")
Second = TypeVar("Second")


async def together(
    first: Callable[[], Awaitable[First]], second: Callable[[], Awaitable[Second]]
) -> tuple[First, Second]:
    """Return the results of both, run side by side; the first failure stops the other and is raised bare."""
    results: dict[int, object] = {}
    failures: list[Exception] = []

    async def one(index: int, work: Callable[[], Awaitable[object]]) -> None:
        try:
            results[index] = await work()
        except Exception as error:
            failures.append(error)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(one, 0, first)
        group.start_soon(one, 1, second)
    if failures:
        raise failures[0]
    return cast("First", results[0]), cast("Second", results[1])
