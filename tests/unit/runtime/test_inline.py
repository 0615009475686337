from __future__ import annotations

from functools import partial

import anyio
import pytest

from astragen.errors import RenderError, Unavailable
from astragen.model.base import Model
from astragen.model.event import FellBack, StageDone, StageStarted, StepDone
from astragen.model.take import Artifact, Fallback
from astragen.runtime.inline import InlineRun, artifacts_in, step_key
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo import Memo


class Asked(Model):
    number: int


class Made(Model):
    number: int
    artifact: Artifact | None = None
    fallbacks: tuple[Fallback, ...] = ()


FALLBACK = Fallback(stage="s", subject="x", reason="r", instead="i")


async def double(request: Asked) -> Made:
    return Made(number=2 * request.number)


async def fail(request: Asked) -> Made:
    raise Unavailable(f"no {request.number}")


def run(tmp_path, work, *, remember=True):
    """Run `work(run)` in a fresh run over the cache in *tmp_path*; return its result and the events."""
    events = []

    async def main():
        async with InlineRun(
            tmp_path / "scratch",
            store=ArtifactStore(tmp_path / "artifacts") if remember else None,
            memo=Memo(tmp_path / "steps") if remember else None,
            workers=2,
            on_event=events.append,
        ) as inline:
            return await work(inline)

    return anyio.run(main), events


def test_what_is_done_before_a_run_is_entered_counts(tmp_path):
    """The deadline began when the film was asked for: asking providers what they have is part of it."""

    async def main():
        inline = InlineRun(tmp_path, store=None, memo=None, workers=1)
        await anyio.sleep(0.05)
        async with inline:
            return inline.report.wall_s

    assert anyio.run(main) >= 0.05


def steps(events) -> list[tuple[str, bool]]:
    return [(event.subject, event.reused) for event in events if isinstance(event, StepDone)]


def each(work, numbers=(1, 2, 3), **options):
    async def go(inline):
        return await inline.each(
            "double",
            work,
            [Asked(number=number) for number in numbers],
            returns=Made,
            version="1",
            subjects=[f"n{number}" for number in numbers],
            **options,
        )

    return go


def step(work, *, version="1", number=21):
    async def go(inline):
        return await inline.step("double", work, Asked(number=number), returns=Made, version=version)

    return go


def test_a_step_is_done_once(tmp_path):
    """The second run takes the result from the cache and says so."""
    first, events = run(tmp_path, step(double))
    second, later = run(tmp_path, step(fail))

    assert first == second == Made(number=42)
    assert steps(events) == [("", False)]
    assert steps(later) == [("", True)]


@pytest.mark.parametrize("change", [{"version": "2"}, {"number": 22}], ids=str)
def test_another_version_or_request_is_another_step(tmp_path, change):
    """Nothing old is reused for it."""
    run(tmp_path, step(double))

    with pytest.raises(Unavailable):
        run(tmp_path, step(fail, **change))


def test_a_key_depends_on_name_version_and_request():
    """Three parts, none of which can be mistaken for another."""
    keys = {
        step_key(name, version, Asked(number=number))
        for name in ("a", "a1")
        for version in ("1", "11")
        for number in (1, 2)
    }

    assert len(keys) == 8
    assert all(len(key) == 64 for key in keys)


def test_each_keeps_the_order_of_its_requests(tmp_path):
    """However long each takes."""

    async def late_first(request: Asked) -> Made:
        await anyio.sleep(0.05 * (3 - request.number))
        return await double(request)

    made, events = run(tmp_path, each(late_first, limit=3))

    assert [one.number for one in made] == [2, 4, 6]
    assert [subject for subject, _ in steps(events)] == ["n3", "n2", "n1"]


def test_each_has_no_more_at_work_than_its_limit(tmp_path):
    """Eight units, at most three at one time."""
    at_work, most = 0, 0

    async def counted(request: Asked) -> Made:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await anyio.sleep(0.01)
        at_work -= 1
        return await double(request)

    run(tmp_path, each(counted, range(8), limit=3))

    assert most == 3


def test_the_first_failure_of_many_stops_the_others_and_is_raised_bare(tmp_path):
    """No exception group reaches the caller; what was done before stays done."""
    done = []

    async def second_fails(request: Asked) -> Made:
        if request.number == 2:
            return await fail(request)
        if request.number == 3:
            await anyio.sleep(10)
        done.append(request.number)
        return await double(request)

    with pytest.raises(Unavailable, match="no 2"):
        run(tmp_path, each(second_fails, limit=3))
    _, events = run(tmp_path, each(double))

    assert done == [1]
    assert dict(steps(events)) == {"n1": True, "n2": False, "n3": False}


def test_a_result_whose_artifact_is_gone_is_made_again(tmp_path):
    """A pruned file must not make a film fail."""

    async def stored(inline):
        async def put(request: Asked) -> Made:
            return Made(number=1, artifact=inline.store.put_bytes(b"waves", "audio/wav"))

        made = await inline.step("put", put, Asked(number=1), returns=Made, version="1")
        return made, inline.store.path(made.artifact)

    (_, path), _ = run(tmp_path, stored)
    path.unlink()
    (_, path), events = run(tmp_path, stored)

    assert steps(events) == [("", False)]
    assert path.read_bytes() == b"waves"


def test_a_result_that_fell_back_is_tried_again(tmp_path):
    """A silent line of today may be spoken tomorrow."""

    async def silent(request: Asked) -> Made:
        return Made(number=0, fallbacks=(FALLBACK,))

    run(tmp_path, step(silent))
    made, events = run(tmp_path, step(double))

    assert made.number == 42
    assert steps(events) == [("", False)]


def test_without_a_cache_nothing_is_kept(tmp_path):
    """Artifacts live in the scratch folder and go with it."""

    async def put(inline):
        return inline.store.put_bytes(b"waves", "audio/wav")

    run(tmp_path, put, remember=False)
    run(tmp_path, step(double), remember=False)

    with pytest.raises(Unavailable):
        run(tmp_path, step(fail), remember=False)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_events_tell_every_stage_in_order_and_the_report_counts(tmp_path):
    """Started, done step by step, done; times rise; reused steps are counted."""
    run(tmp_path, each(double, (1, 2)))

    async def go(inline):
        await each(double)(inline)
        inline.fall_back(FALLBACK)
        return inline.report

    report, events = run(tmp_path, go)

    assert [type(event) for event in events] == [StageStarted, StepDone, StepDone, StepDone, StageDone, FellBack]
    assert events[0].total == 3
    assert [event.at_s for event in events] == sorted(event.at_s for event in events)
    (stage,) = report.stages
    assert (stage.name, stage.steps, stage.reused) == ("double", 3, 2)
    assert report.wall_s >= stage.wall_s > 0
    assert report.fallbacks == (FALLBACK,)


def test_a_stage_that_runs_twice_is_one_in_the_report(tmp_path):
    """A second, brisker narration adds to the first."""

    async def go(inline):
        await each(double)(inline)
        await each(double, (7,))(inline)
        return inline.report

    report, _ = run(tmp_path, go)

    assert [(stage.name, stage.steps) for stage in report.stages] == [("double", 4)]


def test_a_failed_worker_s_error_passes_through(tmp_path):
    """What a worker raises is what the caller sees."""

    async def go(inline):
        return await inline.compute(exec, "from astragen.errors import *\nraise RenderError('broken')")

    with pytest.raises(RenderError, match="broken"):
        run(tmp_path, go)


def test_artifacts_are_found_at_any_depth():
    """In tuples of models inside models."""

    class Outer(Model):
        parts: tuple[Made, ...]

    one = Artifact(hash="0" * 64, media_type="a/b", bytes=1)

    assert list(artifacts_in(Outer(parts=(Made(number=1, artifact=one), Made(number=2))))) == [one]


def test_a_request_that_comes_later_holds_up_nobody(tmp_path):
    """Two that wait for the third do not take its place, though only one may work at a time."""
    order = []

    async def work(inline):
        third = anyio.Event()

        async def wait_for_third(number: int) -> Asked:
            await third.wait()
            return Asked(number=number)

        def tell(index: int, made: Made) -> None:
            order.append((index, made.number))
            if index == 2:
                third.set()

        return await inline.each(
            "double",
            double,
            [partial(wait_for_third, 1), partial(wait_for_third, 2), Asked(number=3)],
            returns=Made,
            version="1",
            subjects=["a", "b", "c"],
            limit=1,
            on_made=tell,
        )

    made, _ = run(tmp_path, work)

    assert [one.number for one in made] == [2, 4, 6]
    assert order[0] == (2, 6)


def test_a_part_is_remembered_without_an_event(tmp_path):
    """Done once in two runs, and told to nobody."""
    done = []

    async def count(request: Asked) -> Made:
        done.append(request.number)
        return await double(request)

    async def work(inline):
        return await inline.once("part", count, Asked(number=4), returns=Made, version="1")

    for _ in range(2):
        made, events = run(tmp_path, work)
        assert (made.number, events) == (8, [])

    assert done == [4]


def test_what_a_unit_remembers_in_its_parts_is_done_again(tmp_path):
    """The unit itself is not remembered."""
    for _ in range(2):
        _, events = run(tmp_path, each(double, is_remembered=False))

    assert steps(events) == [("n1", False), ("n2", False), ("n3", False)]


def test_what_a_stranger_sent_gets_little_memory(tmp_path):
    """Six gigabytes are refused there; the next call finds a process that works."""

    async def work(inline):
        with pytest.raises(MemoryError):
            await inline.examine(bytearray, 6 * 2**30)
        return await inline.examine(divmod, 7, 3)

    result, _ = run(tmp_path, work)

    assert result == (2, 1)
