"""`astragen jobs` on the database of this machine."""

from __future__ import annotations

import json

import pytest

from astragen.cli.desk import LocalDesk
from astragen.cli.jobs import line
from astragen.cli.main import run
from astragen.errors import JobCancelled, JobNotFound, ProviderError
from astragen.model.brief import Brief
from astragen.model.event import Started
from astragen.model.job import Fault, FilmRecord, Order
from astragen.settings import Settings
from astragen.store.office import Office
from astragen.store.office.ids import new_id


@pytest.fixture
def office(tmp_path) -> Office:
    office = Office(f"sqlite:///{tmp_path / 'astragen.sqlite'}")
    office.migrate()
    return office


@pytest.fixture
def desk(tmp_path, office) -> LocalDesk:
    return LocalDesk(Settings(data_dir=tmp_path))


def queued(office: Office, title: str = "Dusk", owner: str = "") -> FilmRecord:
    order = Order(brief=Brief(prompt=title))
    film = FilmRecord(id=new_id("film", 1.0), owner=owner, title=title, created_at=1.0, order=order)
    office.films.add(film)
    return film


def test_films_are_listed_by_state(tmp_path, office, capsys):
    """The newest first; for programs as JSON."""
    first, second = queued(office, "Dusk"), queued(office, "Dawn")
    office.films.change(second.id, state="in_progress", stage="render", progress=40)

    assert run(["jobs", "list", "--data", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert run(["jobs", "list", "--data", str(tmp_path), "--state", "queued", "--json"]) == 0
    [only] = json.loads(capsys.readouterr().out)

    assert {text.split()[0] for text in lines} == {first.id, second.id}
    assert any("in_progress 40% render" in text and "Dawn" in text for text in lines)
    assert (only["id"], only["status"]) == (first.id, "queued")


def test_a_held_film_says_so_and_is_let_go_by_the_end_of_another(tmp_path, office, desk, capsys):
    """Its key may have one film on its way; whoever cancels that one here enqueues the next."""
    key, _ = office.keys.create("shop", ["films:write"], films_at_once=1)
    films = [queued(office, title, owner=key.id) for title in ("Dusk", "Dawn")]

    assert run(["jobs", "list", "--data", str(tmp_path)]) == 0
    held = [text for text in capsys.readouterr().out.splitlines() if "queued held" in text]
    desk.cancel(films[0].id)

    assert [text.split()[0] for text in held] == [films[1].id]
    assert desk.film(films[1].id).stage == ""
    assert desk._counter.state(f"{films[1].id}.1").status == "enqueued"
    assert desk.retry(films[0].id).stage == "held"
    assert desk._counter.state(f"{films[0].id}.2") is None


def test_a_queued_film_is_cancelled_at_once_and_taken_up_again(office, desk):
    """No worker has to live for it; the next attempt waits in the queue."""
    film = queued(office)

    assert desk.cancel(film.id).status == "cancelled"
    again = desk.retry(film.id)

    assert (again.status, again.attempt) == ("queued", 2)
    state = desk._counter.state(f"{film.id}.2")
    assert state is not None
    assert state.status == "enqueued"


def test_watching_tells_all_and_raises_why_it_failed(office, desk):
    """The exit code is that of a film made here."""
    film = queued(office)
    office.events.tell(film.id, "1/started", Started())
    fault = Fault(code="provider.rate_limited", message="fal was asked too often.", hint="Wait.")
    office.films.change(film.id, state="in_progress")
    office.films.end(film.id, 1, "failed", fault=fault)
    told = []

    with pytest.raises(ProviderError, match=r"fal was asked too often\. Wait\."):
        desk.watch(desk.film(film.id), lambda event: told.append(event.kind))

    assert told == ["queued", "started", "ended"]
    assert line(desk.film(film.id)).endswith("Dusk (fal was asked too often.)")


def test_watching_a_cancelled_film_names_the_way_back(office, desk):
    """It is an error: what was waited for is not there."""
    film = queued(office)
    desk.cancel(film.id)

    with pytest.raises(JobCancelled, match="astragen jobs retry"):
        desk.watch(desk.film(film.id), lambda _: None)


def test_a_film_of_this_machine_is_not_written(tmp_path, office, capsys):
    """The service hands films out, and the error says how."""
    film = queued(office)

    assert run(["jobs", "watch", film.id, "--data", str(tmp_path), "-o", "film.mp4"]) == 2
    assert "--server" in capsys.readouterr().err


def test_watching_a_film_that_is_deleted_ends(office, desk):
    """Nothing would end it any more."""
    film = queued(office)
    job = desk.film(film.id)

    with pytest.raises(JobNotFound):
        desk.watch(job, lambda _: office.films.delete(film.id))
