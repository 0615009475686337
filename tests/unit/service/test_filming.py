"""What a worker does with a film before it makes it."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import anyio
import pytest

from astragen.model.job import NO_ROOM
from astragen.service import filming
from astragen.service.filming import Stage
from astragen.settings import Settings
from astragen.store.office import Office
from office_records import new_film


class Disk:
    """A disk with *free* bytes, as the system tells of it."""

    def __init__(self):
        self.free = 10_000_000

    def usage(self, folder):
        return SimpleNamespace(free=self.free)


class Idle(Stage):
    """Makes nothing."""

    async def _filmed(self, record, listener):
        return {"outputs": {}}


@pytest.fixture
def disk(monkeypatch):
    made = Disk()
    monkeypatch.setattr(shutil, "disk_usage", made.usage)
    monkeypatch.setattr(filming, "ROOM_S", 0.02)
    return made


@pytest.fixture
def stage(tmp_path):
    office = Office(f"sqlite:///{tmp_path}/office.sqlite")
    office.migrate()
    quiet = SimpleNamespace(deliveries_for=lambda *_, **__: [])
    settings = Settings(data_dir=tmp_path, cache_dir=tmp_path, config_dir=tmp_path)
    yield Idle(settings, office, None, None, None, quiet, None)
    office.close()


async def meanwhile(stage, film, act):
    """What comes of making *film* where *act* is called while it waits for room."""
    found = []

    async def make():
        found.append(await stage.make(film.id, 1))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(make)
        with anyio.fail_after(5):
            while stage.office.films.get(film.id).stage != NO_ROOM:  # noqa: ASYNC110 - it is told in a database
                await anyio.sleep(0.01)
        assert stage.office.films.get(film.id).state == "queued"
        act()
    return found


def test_a_film_waits_for_room_on_the_disk_and_is_made_then(stage, disk, caplog):
    """Queued, with the reason; it is logged once, with what is missing."""
    film = stage.office.films.add(new_film())

    made = anyio.run(meanwhile, stage, film, lambda: setattr(disk, "free", 10**12))

    assert made == [{"outputs": {}}]
    begun = stage.office.films.get(film.id)
    assert (begun.state, begun.stage) == ("in_progress", "")
    assert caplog.text.count("a film waits for room") == 1
    assert "10 MB are free" in caplog.text


def test_a_film_that_is_cancelled_while_it_waits_for_room_is_let_be(stage, disk):
    """Nobody makes it later."""
    film = stage.office.films.add(new_film())

    made = anyio.run(meanwhile, stage, film, lambda: stage.office.films.end(film.id, 1, "cancelled"))

    assert made == [{"gone": True}]


def test_a_film_that_was_begun_goes_on_whatever_the_disk_has(stage, disk):
    """Most of it is there; it would hold its place for nothing."""
    film = stage.office.films.add(new_film())
    stage.office.films.change(film.id, state="in_progress")

    assert anyio.run(stage.make, film.id, 1) == {"outputs": {}}


def test_who_ends_a_film_lets_the_next_one_of_its_owner_go(stage):
    """Whatever came of it."""
    released = []
    stage = Idle(stage.settings, stage.office, None, None, None, stage.messenger, None, release=released.append)
    for owner in ("key_1", "key_2"):
        film = stage.office.films.add(new_film(owner=owner))
        stage.ended(film.id, 1, {"fault": {"code": "internal", "message": "No."}})

    assert released == ["key_1", "key_2"]
