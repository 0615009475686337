"""The hub: who watches which film, told of its events as they come.

One task and one query every `POLL_S` for all watchers of a process; none while nobody watches. A watcher that
does not keep up is dropped and comes back after what it saw last. Start reading at `Hub.follow`.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Protocol

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from anyio.abc import TaskGroup

from astragen.model.job import FilmEvent
from astragen.service.sse import is_last

POLL_S: Final = 0.25
BACK_OFF_S: Final = 5.0  # at most, while the database does not answer
ROOM: Final = 256  # events that wait for a slow watcher; a film has about as many
PAGE: Final = 500  # events of history read at once

_log = logging.getLogger(__name__)


class Told(Protocol):
    """Where events are kept (`store/office`); its calls block."""

    def after(self, film_id: str, seq: int, limit: int = 500) -> list[FilmEvent]:
        """Events of a film after *seq*, oldest first."""
        ...

    def after_many(self, positions: Mapping[str, int], limit: int = 2_000) -> list[FilmEvent]:
        """Events of many films, each after its own position."""
        ...


class Keeps(Protocol):
    """What the hub needs of an office."""

    @property
    def events(self) -> Told:
        """Where events are kept."""
        ...


class Watch:
    """What one watcher has still to be told."""

    def __init__(self, film: str, room: int) -> None:
        self.film = film
        self.is_dropped = False
        self._room = room
        self._waiting: deque[FilmEvent] = deque()
        self._news = anyio.Event()

    def tell(self, event: FilmEvent) -> None:
        """Put *event* last; a watcher without room is dropped."""
        if len(self._waiting) >= self._room:
            self.drop()
        else:
            self._waiting.append(event)
            self._news.set()

    def drop(self) -> None:
        """Tell nothing more after what waits already."""
        self.is_dropped = True
        self._news.set()

    async def next(self, wait_s: float) -> FilmEvent | None:
        """The next event; None when none comes within *wait_s*, or the watch was dropped."""
        if not self._waiting and not self.is_dropped:
            self._news = anyio.Event()
            with anyio.move_on_after(wait_s):
                await self._news.wait()
        return self._waiting.popleft() if self._waiting else None


class Hub:
    """Watches films for the clients of one process; `async with` it while the service runs."""

    def __init__(self, office: Keeps, *, poll_s: float = POLL_S, room: int = ROOM) -> None:
        self._office = office
        self._poll_s = poll_s
        self._room = room
        self._watches: defaultdict[str, set[Watch]] = defaultdict(set)
        self._positions: dict[str, int] = {}
        self._is_wanted = anyio.Event()
        self._thread = CapacityLimiter(1)
        self._tasks: TaskGroup | None = None

    async def __aenter__(self) -> Hub:
        self._is_wanted = anyio.Event()
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        self._tasks.start_soon(self._poll)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._tasks is not None
        for watch in [one for watches in self._watches.values() for one in watches]:
            watch.drop()
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    @property
    def watchers(self) -> int:
        """How many watch."""
        return sum(map(len, self._watches.values()))

    def close(self, film: str) -> None:
        """Let go of whoever watches *film*, which is no more."""
        for watch in tuple(self._watches.get(film, ())):
            watch.drop()

    @contextmanager
    def watching(self, film: str, after: int) -> Iterator[Watch]:
        """Be told of events of *film*: those after *after*, or, when others watch it, after what they know.

        So read on from *after* once the watch is there; what is told twice has the same `seq`. Who names an *after*
        that is still to come hears nothing, and keeps nobody else from hearing.
        """
        watch = Watch(film, self._room)
        self._watches[film].add(watch)
        self._positions[film] = min(after, self._positions.get(film, after))
        self._is_wanted.set()
        try:
            yield watch
        finally:
            self._watches[film].discard(watch)
            if not self._watches[film]:
                del self._watches[film], self._positions[film]

    async def history(self, film: str, after: int, limit: int = PAGE) -> list[FilmEvent]:
        """What is known of *film* after *after*, oldest first."""
        return await anyio.to_thread.run_sync(self._office.events.after, film, after, limit)

    async def follow(self, film: str, after: int, *, idle_s: float) -> AsyncIterator[FilmEvent | None]:
        """Every event of *film* after *after*, without a gap, until an attempt ends; None when none came in *idle_s*.

        Ends early when the watcher was too slow, or the film is no more.
        """
        last: FilmEvent | None = None
        async for last in self._past(film, after):
            yield last
        if last is not None and is_last(last):
            return
        seq = last.seq if last else after
        with self.watching(film, seq) as watch:
            while True:
                async for last in self._past(film, seq):  # what came meanwhile, or while others watched
                    yield last
                    seq = last.seq
                if last is not None and is_last(last):
                    return
                async for last in _live(watch, seq, idle_s):
                    yield last
                    seq = last.seq if last else seq
                if watch.is_dropped or (last is not None and is_last(last)):
                    return

    async def _past(self, film: str, after: int) -> AsyncIterator[FilmEvent]:
        """The history of *film* after *after*, page by page."""
        while page := await self.history(film, after):
            for event in page:
                yield event
            after = page[-1].seq
            if len(page) < PAGE:
                return

    async def _poll(self) -> None:
        """Read, tell and rest, for ever; a database that does not answer is asked less and less often."""
        rest_s = self._poll_s
        while True:
            if not self._positions:
                self._is_wanted = anyio.Event()
                await self._is_wanted.wait()
            try:
                await self._read()
            except Exception as error:  # whatever a database raises: watchers wait, and are told once it answers
                rest_s = min(BACK_OFF_S, 2 * rest_s)
                _log.warning("events cannot be read: %s", type(error).__name__)
            else:
                rest_s = self._poll_s
            await anyio.sleep(rest_s)

    async def _read(self) -> None:
        """Tell the watchers of every film what is new of it."""
        asked = dict(self._positions)
        for event in await anyio.to_thread.run_sync(self._office.events.after_many, asked, limiter=self._thread):
            if self._positions.get(event.film) == event.seq - 1:  # nobody is told out of order
                self._positions[event.film] = event.seq
                for watch in tuple(self._watches[event.film]):
                    watch.tell(event)


async def _live(watch: Watch, seq: int, idle_s: float) -> AsyncIterator[FilmEvent | None]:
    """What *watch* is told after *seq*, until an attempt ends or something between is missing."""
    while True:
        event = await watch.next(idle_s)
        if event is None and watch.is_dropped:
            return
        if event is None:
            yield None
        elif event.seq > seq + 1:
            return
        elif event.seq == seq + 1:
            seq = event.seq
            yield event
            if is_last(event):
                return
