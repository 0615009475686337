"""A film's history as its makers write it."""

from __future__ import annotations

import anyio
import pytest

from astragen.errors import DatabaseDown
from astragen.model.event import FellBack, ShotPlanned, StageDone, StageStarted, StepDone
from astragen.model.take import Fallback
from astragen.service import history
from astragen.service.history import written
from office_records import new_film


@pytest.fixture
def film(office):
    return office.films.add(new_film(state="in_progress"))


def fell(why):
    return FellBack(at_s=1.0, fallback=Fallback(stage="shoot", subject="a", reason=why, instead="it is painted"))


def rendering(*shots):
    yield StageStarted(at_s=0.0, stage="render", total=len(shots))
    for shot in shots:
        yield StepDone(at_s=1.0, stage="render", subject=shot, reused=False)
    yield StageDone(at_s=2.0, stage="render", wall_s=2.0)


def told(office, film):
    return [one.event for one in office.events.after(film.id, 0)]


def write(office, film, events, on_shot=lambda shot: None):
    async def telling():
        async with written(office, film.id, 1, on_shot) as tell:
            for event in events:
                tell(event)

    anyio.run(telling)


def test_another_run_of_the_same_attempt_adds_what_is_new_only(office, film):
    """The first worker died after shot a: its successor tells all of it again, and a shot more."""
    write(office, film, [ShotPlanned(shot="a", scene="one", action=""), *rendering("a")])
    before = told(office, film)

    write(office, film, [ShotPlanned(shot="a", scene="one", action=""), *rendering("a", "b")])

    new = told(office, film)[len(before) :]
    assert told(office, film)[: len(before)] == before
    assert [event.subject for event in new] == ["b"]


def test_a_stage_that_runs_twice_is_told_twice(office, film):
    """The second round is news."""
    write(office, film, [*rendering("a"), *rendering("a")])

    assert [event.kind for event in told(office, film)].count("step_done") == 2


def test_each_fallback_is_told_once_whatever_came_before_it(office, film):
    """Another run meets other failures."""
    write(office, film, [fell("it was slow")])
    write(office, film, [fell("it was down"), fell("it was slow")])

    assert [event.fallback.reason for event in told(office, film)[1:]] == ["it was slow", "it was down"][-2:]


def test_the_film_shows_how_far_it_is(office, film):
    """Shots, percent and stage are on its row."""
    write(office, film, [ShotPlanned(shot="a", scene="one", action=""), *rendering("a")])

    shown = office.films.get(film.id)
    assert (shown.shots_done, shown.shots_total, shown.stage) == (1, 1, "render")
    assert 0 < shown.progress < 100


def test_a_database_that_is_down_for_a_while_misses_nothing(office, film, monkeypatch):
    """The film goes on meanwhile, and its history is written afterwards."""
    monkeypatch.setattr(history, "OUTAGE_S", 0.01)
    tell, tries = office.events.tell, []

    def failing(*arguments):
        tries.append(arguments)
        if len(tries) < 4:
            raise DatabaseDown("It does not answer.")
        return tell(*arguments)

    monkeypatch.setattr(office.events, "tell", failing)
    write(office, film, rendering("a"))

    assert [event.kind for event in told(office, film)][-3:] == ["stage_started", "step_done", "stage_done"]


def test_every_rendered_shot_is_passed_on(office, film):
    """Webhooks hear of it."""
    shots = []

    write(office, film, rendering("a", "b"), shots.append)

    assert shots == ["a", "b"]


def test_a_film_that_was_deleted_has_no_history(office, film):
    """Its maker is stopped by others; nothing breaks here."""
    office.films.delete(film.id)

    write(office, film, rendering("a"))

    assert office.films.page().films == ()


def test_a_line_that_cannot_be_written_does_not_take_the_others_with_it(office, film, monkeypatch, caplog):
    """It is logged; what follows is told."""
    tell = office.events.tell

    def failing(film_id, key, event):
        if isinstance(event, StepDone):
            raise ValueError("no")
        return tell(film_id, key, event)

    monkeypatch.setattr(office.events, "tell", failing)
    write(office, film, rendering("a"))

    assert [event.kind for event in told(office, film)] == ["queued", "stage_started", "stage_done"]
    assert "a line of a film's history is lost" in caplog.text


def test_a_worker_that_leaves_does_not_wait_for_a_database_that_is_down(office, film, monkeypatch):
    """Whoever goes on with the film tells all of it; and other films of this worker go on meanwhile."""
    monkeypatch.setattr(history, "OUTAGE_S", 0.01)
    monkeypatch.setattr(history, "LEAVE_S", 0.2)

    def down(*_):
        raise DatabaseDown("It does not answer.")

    monkeypatch.setattr(office.events, "tell", down)
    monkeypatch.setattr(office.films, "get", down)

    async def leaving():
        with anyio.move_on_after(0.05):
            async with written(office, film.id, 1, print) as tell:
                tell(StageDone(at_s=2.0, stage="render", wall_s=2.0))
                await anyio.sleep_forever()

    async def main() -> int:
        turns = 0
        async with anyio.create_task_group() as group:

            async def left() -> None:
                await leaving()
                group.cancel_scope.cancel()

            group.start_soon(left)
            while True:
                await anyio.sleep(0.01)
                turns += 1
        return turns

    assert 2 < anyio.run(main) < 100
