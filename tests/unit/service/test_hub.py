"""The hub, over a real office on SQLite."""

from __future__ import annotations

import logging

import anyio
import anyio.to_thread

from astragen.model.brief import Brief
from astragen.model.event import StepDone
from astragen.model.job import FilmRecord, Order
from astragen.service.hub import Hub
from astragen.store.office import Office
from astragen.store.office.ids import new_id

POLL_S = 0.01


def film(office: Office) -> str:
    record = FilmRecord(id=new_id("film", 1.0), created_at=1.0, order=Order(brief=Brief(prompt="sea")))
    return office.films.add(record).id


def tell(office: Office, film_id: str, numbers) -> None:
    for number in numbers:
        step = StepDone(at_s=0.0, stage="render", subject=f"s{number}", reused=False)
        office.events.tell(film_id, f"step/{number}", step)


def end(office: Office, film_id: str) -> None:
    office.films.change(film_id, state="in_progress")
    office.films.end(film_id, 1, "cancelled")


async def seqs(hub: Hub, film_id: str, after: int = 0) -> list[int]:
    return [one.seq async for one in hub.follow(film_id, after, idle_s=1.0) if one is not None]


class Counting:
    """An office whose queries for events are counted."""

    def __init__(self, office: Office):
        self.events, self._events, self.asked = self, office.events, []

    def after(self, *arguments):
        return self._events.after(*arguments)

    def after_many(self, positions, limit=2000):
        self.asked.append(dict(positions))
        return self._events.after_many(positions, limit)


def test_followers_who_come_at_any_time_see_every_event_once_and_in_order(office):
    """While events are appended by another thread: two that began at 0, one that resumes after 40, one that is late."""
    one = film(office)
    seen = {}

    async def follow(name: str, after: int, late_s: float = 0.0) -> None:
        await anyio.sleep(late_s)
        seen[name] = await seqs(hub, one, after)

    def append() -> None:
        tell(office, one, range(120))
        end(office, one)

    async def main() -> None:
        nonlocal hub
        async with Hub(office, poll_s=POLL_S) as hub, anyio.create_task_group() as tasks:
            for name, after, late_s in (("a", 0, 0.0), ("b", 0, 0.0), ("resumed", 40, 0.05), ("late", 0, 0.12)):
                tasks.start_soon(follow, name, after, late_s)
            await anyio.to_thread.run_sync(append)

    hub = Hub(office)
    anyio.run(main)

    whole = list(range(1, 123))  # queued, 120 steps, ended
    assert seen == {"a": whole, "b": whole, "resumed": whole[40:], "late": whole}


def test_an_ended_film_is_told_from_its_history_and_the_stream_ends(office):
    """Nobody waits for what will not come."""
    one = film(office)
    tell(office, one, range(3))
    end(office, one)

    async def main() -> list[int]:
        async with Hub(office, poll_s=POLL_S) as hub:
            with anyio.fail_after(2):
                return await seqs(hub, one)

    assert anyio.run(main) == [1, 2, 3, 4, 5]


def test_a_retry_goes_on_after_the_end_of_the_attempt_before(office):
    """The history has an end within; the stream ends with the last one."""
    one = film(office)
    end(office, one)
    office.films.retry(one)

    async def main() -> list[str]:
        async with Hub(office, poll_s=POLL_S) as hub:
            kinds = []
            async for event in hub.follow(one, 0, idle_s=0.05):
                if event is None:
                    return kinds
                kinds.append(event.event.kind)
            return [*kinds, "over"]

    assert anyio.run(main) == ["queued", "ended", "queued"]


def test_one_query_serves_all_and_none_is_made_when_nobody_watches(office):
    """However many watch; and the hub forgets films that nobody watches any more."""
    counting, films = Counting(office), [film(office) for _ in range(3)]

    async def main() -> tuple[int, int]:
        async with Hub(counting, poll_s=POLL_S) as hub:
            await anyio.sleep(3 * POLL_S)
            before = len(counting.asked)
            with hub.watching(films[0], 1), hub.watching(films[0], 1), hub.watching(films[1], 1):
                await anyio.sleep(5 * POLL_S)
            asked = len(counting.asked)
            await anyio.sleep(5 * POLL_S)
            return before, len(counting.asked) - asked

    before, after = anyio.run(main)

    assert before == 0
    assert after <= 1  # the one that was on its way
    assert {films[0]: 1, films[1]: 1} in counting.asked
    assert all(set(asked) <= set(films[:2]) for asked in counting.asked)


def test_a_slow_watcher_is_dropped_and_the_others_are_not(office):
    """It has what fitted, and comes back after it."""
    one = film(office)

    async def main() -> tuple[list[int], list[int], bool]:
        async with Hub(office, poll_s=POLL_S, room=5) as hub:
            with hub.watching(one, 1) as slow:
                fast: list[int] = []
                async with anyio.create_task_group() as tasks:

                    async def follow() -> None:
                        fast.extend(await seqs(hub, one))

                    tasks.start_soon(follow)
                    for number in range(8):
                        await anyio.to_thread.run_sync(tell, office, one, [number])
                        await anyio.sleep(2 * POLL_S)
                    await anyio.to_thread.run_sync(end, office, one)
                got = []
                while (event := await slow.next(0.1)) is not None:
                    got.append(event.seq)
                return fast, got, slow.is_dropped

    fast, got, is_dropped = anyio.run(main)

    assert fast == list(range(1, 11))
    assert got == [2, 3, 4, 5, 6]
    assert is_dropped


def test_a_quiet_film_tells_nothing_now_and_then(office):
    """For pings; and closing it ends the stream."""
    one = film(office)

    async def main() -> list:
        async with Hub(office, poll_s=POLL_S) as hub:
            told = []
            async for event in hub.follow(one, 1, idle_s=0.02):
                told.append(event)
                if len(told) == 3:
                    hub.close(one)
            return told

    assert anyio.run(main) == [None, None, None]


def test_a_database_that_does_not_answer_is_asked_again(office, caplog):
    """Watchers are told once it does."""
    one = film(office)

    class Flaky(Counting):
        def after_many(self, positions, limit=2000):
            if len(self.asked) < 2:
                self.asked.append({})
                raise OSError("no route to the database")
            return super().after_many(positions, limit)

    async def main() -> int:
        async with Hub(Flaky(office), poll_s=POLL_S) as hub:
            with hub.watching(one, 0) as watch:
                event = await watch.next(2.0)
                return event.seq

    with caplog.at_level(logging.WARNING):
        assert anyio.run(main) == 1
    assert "OSError" in caplog.text
    assert "route" not in caplog.text


def test_the_end_of_the_hub_lets_go_of_whoever_watches(office):
    """A server that stops does not wait for its clients."""
    one = film(office)

    async def main() -> list[int]:
        found: list[int] = []
        async with anyio.create_task_group() as tasks, Hub(office, poll_s=POLL_S) as hub:

            async def follow() -> None:
                found.extend(await seqs(hub, one))

            tasks.start_soon(follow)
            await anyio.sleep(0.1)
        return found

    assert anyio.run(main) == [1]


def test_who_resumes_after_what_is_still_to_come_keeps_nobody_from_hearing(office):
    """A client of a database that was restored, or one that lies, comes first; all others are told as ever."""
    one = film(office)

    async def main() -> list[int]:
        async with Hub(office, poll_s=POLL_S) as hub:
            with hub.watching(one, 10_000), hub.watching(one, 1) as honest:
                await anyio.to_thread.run_sync(tell, office, one, range(2))
                return [event.seq for _ in range(2) if (event := await honest.next(1.0)) is not None]

    assert anyio.run(main) == [2, 3]
