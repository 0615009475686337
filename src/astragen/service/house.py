"""The house: all that a route works with, opened once a process and passed by dependency.

Nothing in it blocks the event loop: calls of the office and of the artifacts go through `House.run`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, ParamSpec, TypeVar, cast

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import Depends
from starlette.requests import HTTPConnection

from astragen.service.access import Access
from astragen.settings import Settings

if TYPE_CHECKING:
    from astragen.runtime.dbos import Counter
    from astragen.service.hub import Hub
    from astragen.store.artifacts import ArtifactStore
    from astragen.store.office import Office

CALLS_AT_ONCE: Final = 32  # threads that wait for the database or the store; the default pool serves FastAPI itself
LONG_AT_ONCE: Final = 8  # threads that wait for a language model

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class House:
    """What the routes share: where things are kept, who may do what, what time it is."""

    settings: Settings
    office: Office
    artifacts: ArtifactStore
    counter: Counter
    access: Access
    hub: Hub
    now_s: Callable[[], float] = time.time
    _threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(CALLS_AT_ONCE), repr=False)
    _long: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(LONG_AT_ONCE), repr=False)

    async def run(self, call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The outcome of *call*, made in a thread; when the client goes away it is made to its end all the same."""
        return await anyio.to_thread.run_sync(partial(call, *arguments, **named), limiter=self._threads)

    async def run_long(self, call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """As `run`, for what may take a minute: whoever waits for the database must not wait for that."""
        return await anyio.to_thread.run_sync(partial(call, *arguments, **named), limiter=self._long)

    @asynccontextmanager
    async def lived_in(self) -> AsyncIterator[None]:
        """Let the hub tell of films for as long as the context lasts; then let go of the database."""
        try:
            async with self.hub:
                yield
        finally:
            await self.run(self.counter.close)
            await self.run(self.office.close)


def opened(settings: Settings, *, host: str = "127.0.0.1") -> House:
    """The house that *settings* describe, to be served at the address *host*; its database is brought up to date.

    Raises:
        SettingsError: the database or the store cannot be used.
    """
    from astragen.runtime.dbos import Counter
    from astragen.service.hub import Hub
    from astragen.store.office import Office
    from astragen.store.shared import opened_artifacts

    office = Office(settings.database)
    office.migrate()
    counter = Counter(settings.database)
    counter.open()
    folder = settings.data_dir / "artifacts"
    return House(
        settings=settings,
        office=office,
        artifacts=opened_artifacts(
            settings.store_url, folder, variables=settings.store_variables, max_bytes=settings.cache_max_bytes
        ),
        counter=counter,
        access=Access(office.keys, allowed_hosts=[*settings.allowed_hosts, *settings.public_names], host=host),
        hub=Hub(office),
    )


async def house_of(connection: HTTPConnection) -> House:
    """The house that the app was made with; async, for FastAPI calls all others in a thread, which takes longer."""
    return cast(House, connection.app.state.house)


TheHouse = Annotated[House, Depends(house_of)]
"""The type of a route's argument that is the house."""
