"""A value that is on its way: made by one task, awaited by others."""

from __future__ import annotations

from typing import Generic, TypeVar

import anyio

Value = TypeVar("Value")


class Promise(Generic[Value]):
    """Kept once, awaited any number of times.

    Whoever makes the value and whoever awaits it belong to one task group, so that a failure of the
    one ends the other.
    """

    def __init__(self) -> None:
        self._values: list[Value] = []
        self._event = anyio.Event()

    @property
    def is_kept(self) -> bool:
        """Whether the value is here."""
        return bool(self._values)

    def keep(self, value: Value) -> None:
        """Hand *value* to everybody who awaits it.

        Raises:
            RuntimeError: it was kept before.
        """
        if self._values:
            raise RuntimeError("the promise was kept before")
        self._values.append(value)
        self._event.set()

    async def kept(self) -> Value:
        """Return the value as soon as it is here."""
        await self._event.wait()
        return self._values[0]
