"""An attempt at a film: its beginning, its last word, and what it has cost."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

import anyio
import pytest

from astragen.errors import DatabaseDown, RenderError
from astragen.model.base import content_hash
from astragen.pipeline.crew import builtin_crew
from astragen.runtime.inline import Pools
from astragen.service import attempts, filming, logs
from astragen.service.filming import Stage
from astragen.service.workshop import Others, Workshop
from astragen.settings import Settings
from astragen.store.artifacts import ArtifactStore
from astragen.store.ledger import Ledger
from astragen.store.memo_shared import SharedMemo
from astragen.wiring import purse_of
from office_records import new_film

FAULT = {"fault": {"code": "media.render", "message": "No."}}


class Nobody:
    """No webhook is told of anything."""

    def deliveries_for(self, *arguments, **named):
        return []


class Task:
    """A task whose steps are done at once."""

    async def step(self, name, work, *arguments):
        return await work(*arguments)


@pytest.fixture
def stage(office, tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    yield Stage(
        Settings(data_dir=tmp_path, cache_dir=tmp_path / "cache", config_dir=tmp_path),
        office,
        ArtifactStore(tmp_path / "artifacts"),
        SharedMemo(office.database),
        ledger,
        Nobody(),
        Pools.of(1),
    )
    ledger.close()


def test_a_film_whose_last_word_meets_an_outage_does_not_fail_for_it(office, stage, monkeypatch):
    """It was made and paid for: its workflow waits until the database answers."""
    monkeypatch.setattr(attempts, "OUTAGE_S", 0.01)
    film = office.films.add(new_film(state="in_progress"))
    end, tries = office.films.end, []

    def failing(*arguments, **named):
        tries.append(arguments)
        if len(tries) < 3:
            raise DatabaseDown("It does not answer.")
        return end(*arguments, **named)

    monkeypatch.setattr(office.films, "end", failing)

    async def came(film_id, attempt):
        return FAULT

    workshop = SimpleNamespace(stage=stage, _on_stage=lambda work: came)
    anyio.run(Workshop._film, workshop, Task(), film.id, 1)

    assert len(tries) == 3
    assert office.films.get(film.id).fault.message == "No."


def test_a_film_that_has_just_ended_is_not_begun(office, stage, monkeypatch):
    """Somebody cancelled it after it was looked at: its history ends with that."""
    film = office.films.add(new_film())
    office.films.end(film.id, 1, "cancelled")
    monkeypatch.setattr(office.films, "get", lambda film_id, **_: film)

    came = anyio.run(stage.make, film.id, 1)

    monkeypatch.undo()
    assert came == {"gone": True}
    assert office.films.get(film.id).state == "cancelled"
    assert [one.event.kind for one in office.events.after(film.id, 0)] == ["queued", "ended"]


@pytest.fixture
def paying(stage, monkeypatch):
    """A crew that pays for everything from a real purse, and what is done with it instead of a film."""

    @asynccontextmanager
    async def hired(settings, brief, cast, *, film, ledger, gates):
        with purse_of(settings, brief, film, ledger) as purse:
            yield replace(builtin_crew(), purse=purse)

    paid = SimpleNamespace(films=[], first=None)

    async def make_film(brief, crew, run, out, **_):
        paid.films.append(logs.film_id.get())
        key, usd = content_hash(f"picture {len(paid.films)}"), 0.05 * len(paid.films)
        crew.purse.reserve(key, provider="fal", usd=usd)
        crew.purse.settle(key, usd)
        if len(paid.films) == 1:
            paid.first.set()
            await anyio.sleep_forever()
        raise RenderError("No.")

    monkeypatch.setattr(filming, "crew_of", hired)
    monkeypatch.setattr(filming.pipeline, "make_film", make_film)
    return paid


def test_what_was_paid_is_charged_though_no_film_came_of_it(office, stage, paying):
    """To the attempt that paid it: a limit of spending holds for films that are cancelled, or fail, as well."""
    film = office.films.add(new_film())

    async def cancelled():
        paying.first = anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(stage.make, film.id, 1)
            await paying.first.wait()
            office.films.change(film.id, stage="cancelling")
            group.cancel_scope.cancel()

    anyio.run(cancelled)
    office.films.retry(film.id)
    came = anyio.run(stage.make, film.id, 2)
    stage.ended(film.id, 2, came)

    assert paying.films == [film.id, film.id]
    assert office.films.get(film.id).state == "failed"
    assert office.films.get(film.id).spent_usd == pytest.approx(0.15)
    used = office.usage.of(film.owner, 0, time.time() + 1)
    assert (used.attempts, used.usd) == (2, pytest.approx(0.15))


def test_nobody_else_is_asked_to_render_while_nobody_can_tell_who_lives():
    """The film goes on here: it must not fail for a database that it does not need now."""

    class Engine:
        def others(self, queue):
            raise DatabaseDown("It does not answer.")

    assert anyio.run(Others("film_1.1", Engine(), None).are_free) is False
