from __future__ import annotations

from functools import partial

import anyio
import pytest

from astragen.errors import RenderError
from astragen.pipeline.promise import Promise
from astragen.pipeline.together import beside, side_by_side, together


async def after(seconds: float, result: object) -> object:
    await anyio.sleep(seconds)
    if isinstance(result, Exception):
        raise result
    return result


def test_both_results_come_back_in_order():
    """Whichever ends first."""
    assert anyio.run(together, partial(after, 0.05, "first"), partial(after, 0, 2)) == ("first", 2)


@pytest.mark.parametrize("failing", [0, 1])
def test_a_failure_stops_the_other_and_is_raised_bare(failing):
    """Ten seconds of work do not hold up the news."""

    async def main():
        works = [partial(after, 10, "slow"), partial(after, 10, "slow")]
        works[failing] = partial(after, 0.01, RenderError("broken"))
        with anyio.fail_after(5):
            await together(*works)

    with pytest.raises(RenderError, match="broken"):
        anyio.run(main)


def test_any_number_of_works_run_side_by_side():
    """Fifty naps take as long as one."""
    done = []

    async def nap(number: int) -> None:
        await anyio.sleep(0.02)
        done.append(number)

    async def main():
        with anyio.fail_after(0.6):
            await side_by_side(partial(nap, number) for number in range(50))

    anyio.run(main)

    assert sorted(done) == list(range(50))


def test_what_runs_beside_a_block_ends_with_it():
    """A work that is done is done; one that nobody waits for any more is cancelled."""
    done = []

    async def work(seconds: float, name: str) -> None:
        try:
            await anyio.sleep(seconds)
            done.append(name)
        except anyio.get_cancelled_exc_class():
            done.append(f"{name} cancelled")
            raise

    async def main():
        async with beside() as start:
            start(partial(work, 0, "short"))
            start(partial(work, 10, "long"))
            await anyio.sleep(0.02)

    anyio.run(main)

    assert done == ["short", "long cancelled"]


@pytest.mark.parametrize("fails", ["work", "block"])
def test_a_failure_beside_a_block_ends_both_and_is_raised_bare(fails):
    """Whoever fails."""

    async def work() -> None:
        await after(0.01, RenderError("broken") if fails == "work" else None)
        await anyio.sleep(10)

    async def main():
        with anyio.fail_after(5):
            async with beside() as start:
                start(work)
                await after(0.01, RenderError("broken") if fails == "block" else None)
                await anyio.sleep(10)

    with pytest.raises(RenderError, match="broken"):
        anyio.run(main)


def test_a_promise_is_kept_once_and_awaited_by_many():
    """Those who came before and those who come after get the same."""
    got = []

    async def main():
        promise = Promise[int]()

        async def ask() -> None:
            got.append(await promise.kept())

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            group.start_soon(ask)
            await anyio.sleep(0.01)
            assert not promise.is_kept
            promise.keep(7)
        await ask()
        with pytest.raises(RuntimeError):
            promise.keep(8)

    anyio.run(main)

    assert got == [7, 7, 7]
