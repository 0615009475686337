"""Workers that are killed, stopped and filled up: what is recorded is never done again, and all work ends."""

from __future__ import annotations

import json
import os
import random
import signal
import time

import pytest
import sqlalchemy as sa

from astragen.errors import DatabaseDown
from astragen.runtime.database import opened_database
from astragen.runtime.dbos import Counter
from emulators.postgres import PostgresServer, missing
from engine_worker import Nursery

if not hasattr(os, "fork"):
    pytest.skip("workers are forked", allow_module_level=True)

END_S = 30.0
FILMS, PIECES = 4, 3


@pytest.fixture(scope="module")
def nursery():
    with Nursery() as one:
        yield one


@pytest.fixture(autouse=True)
def _nobody_is_left(nursery):
    yield
    nursery.end_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/engine.sqlite"
    return request.getfixturevalue("postgres_url")


file_only = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""Where the kind of the database makes no difference."""


@pytest.fixture
def counter(url):
    one = Counter(url)
    yield one
    one.close()


def until(true):
    """What *true* gives, once that is something."""
    until_s = time.monotonic() + END_S
    while not (value := true()):
        assert time.monotonic() < until_s
        time.sleep(0.05)
    return value


def history(folder):
    """What all workers noted, in order."""
    path = folder / "history"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def noted(folder, event, step):
    return [line for line in history(folder) if (line["event"], line["step"]) == (event, step)]


def recorded(url):
    """When each step was recorded, in seconds since the epoch, by workflow and step."""
    database = opened_database(url, pool=1)
    schema = "" if url.startswith("sqlite") else "dbos."
    asked = f"SELECT workflow_uuid, function_name, completed_at_epoch_ms FROM {schema}operation_outputs"
    with database.connect() as db:
        rows = db.execute(sa.text(asked)).all()
    database.dispose()
    return {(id, name): at_ms / 1000 for id, name, at_ms in rows}


def holders(url):
    """The pids of the workers that have work in hand."""
    database = opened_database(url, pool=1)
    schema = "" if url.startswith("sqlite") else "dbos."
    with database.connect() as db:
        rows = db.execute(
            sa.text(f"SELECT DISTINCT executor_id FROM {schema}workflow_status WHERE status = 'PENDING'")
        ).all()
    database.dispose()
    return {int(id.rsplit("-", 2)[1]) for (id,) in rows}


def test_killed_workers_lose_nothing_and_do_nothing_again(nursery, url, counter, tmp_path):
    """Two workers, killed while they hold work, each replaced: every film ends whole, no recorded step begins again."""
    chance = random.Random(7)
    ids = [f"f{number}" for number in range(FILMS)]
    for id in ids:
        counter.submit("films", "film.v1", PIECES, id=id)
    workers = [nursery.worker(url, tmp_path) for _ in range(2)]
    for _ in range(3):
        time.sleep(chance.uniform(0.05, 0.2))
        victim = chance.choice(until(lambda: sorted(holders(url) & set(workers))))
        nursery.kill(victim)
        assert nursery.code(victim) == -signal.SIGKILL
        workers[workers.index(victim)] = nursery.worker(url, tmp_path)

    until(lambda: all(state.is_ended for state in counter.states(ids).values()))

    whole = "".join(f"[{number}]" for number in range(PIECES))
    assert {state.status for state in counter.states(ids).values()} == {"success"}
    assert {counter._output(id) for id in ids} == {whole}
    records = recorded(url)
    began = [line for line in history(tmp_path) if line["event"] == "began"]
    again = [line for line in began if line["at"] > records[line["id"], line["step"]] + 0.002]
    assert again == []
    steps = {key for key in records if key[1] in ("plan", "mux", "draw", "encode")}
    assert len(steps) == FILMS * (2 + 2 * PIECES)
    assert {(line["id"], line["step"]) for line in began} == steps


def test_two_workers_share_the_work_and_do_each_step_once(nursery, url, counter, tmp_path):
    """Undisturbed, every step begins exactly once, and both have their share."""
    workers = {nursery.worker(url, tmp_path), nursery.worker(url, tmp_path)}
    ids = [f"f{number}" for number in range(FILMS)]
    for id in ids:
        counter.submit("films", "film.v1", PIECES, id=id)

    until(lambda: all(state.is_ended for state in counter.states(ids).values()))

    began = [line for line in history(tmp_path) if line["event"] == "began"]
    assert len({(line["id"], line["step"]) for line in began}) == len(began) == FILMS * (2 + 2 * PIECES)
    assert {line["pid"] for line in began} == workers


def test_an_outage_of_the_database_pauses_everything_and_kills_nobody(nursery, tmp_path):
    """Longer than the time to live of two workers: each goes on, nobody took the other for dead."""
    if reason := missing():
        pytest.skip(reason)
    server = PostgresServer()
    try:
        server.start()
        url = server.make_database()
        name = url.partition("@/")[2].partition("?")[0]
        with sa.create_engine(url.replace(":", "+psycopg:", 1), poolclass=sa.NullPool).begin() as db:
            db.execute(sa.text(f'ALTER DATABASE "{name}" SET synchronous_commit = on'))  # what is told to be kept, is
        counter = Counter(url)
        workers = [nursery.worker(url, tmp_path, ttl_s=0.9) for _ in range(2)]
        ids = ["a", "b"]
        for id in ids:
            counter.submit("films", "film.v1", 6, id=id)
        until(lambda: noted(tmp_path, "began", "draw"))
        server.crash()
        with pytest.raises(DatabaseDown):
            counter.state("a")
        time.sleep(1.2)
        server.start()

        until(lambda: all(state.is_ended for state in counter.states(ids).values()))

        assert {state.status for state in counter.states(ids).values()} == {"success"}
        assert set(workers) <= nursery.alive
        began = [(line["id"], line["step"]) for line in history(tmp_path) if line["event"] == "began"]
        assert len(set(began)) == len(began)
        counter.close()
        nursery.end_all()
    finally:
        server.remove()


def test_a_zombie_records_nothing_and_goes(nursery, url, counter, tmp_path):
    """Stopped for longer than its time to live, it is taken over; when it comes back it exits with 75."""
    zombie = nursery.worker(url, tmp_path, ttl_s=1.2)
    counter.submit("films", "slow.v1", id="z")
    until(lambda: noted(tmp_path, "began", "slow"))
    nursery.kill(zombie, signal.SIGSTOP)
    heir = nursery.worker(url, tmp_path, ttl_s=1.2)

    until(lambda: counter.state("z").is_ended)
    nursery.kill(zombie, signal.SIGCONT)

    assert nursery.code(zombie) == 75
    assert [line["pid"] for line in noted(tmp_path, "ended", "slow")] == [heir]
    assert [line["pid"] for line in noted(tmp_path, "ended", "quick")] == [zombie]
    assert counter._output("z") == "slow"


def test_a_machine_that_is_gone_is_found_by_its_silence(nursery, url, counter, tmp_path):
    """Another machine's locks cannot be tried: its beat stands still for a time to live."""
    lost = nursery.worker(url, tmp_path, ttl_s=1.2, machine="far away")
    counter.submit("films", "slow.v1", id="m")
    until(lambda: noted(tmp_path, "began", "slow"))
    heir = nursery.worker(url, tmp_path, ttl_s=1.2)
    nursery.kill(lost)

    until(lambda: counter.state("m").is_ended)

    assert [line["pid"] for line in noted(tmp_path, "ended", "slow")] == [heir]


@file_only
def test_work_that_kills_its_workers_is_given_up(nursery, url, counter, tmp_path):
    """As often as its kind may, and no more: the last worker lives."""
    counter.submit("films", "fatal.v1", id="poison")
    dead = [nursery.worker(url, tmp_path), nursery.worker(url, tmp_path)]
    assert [nursery.code(pid) for pid in dead] == [-signal.SIGKILL] * 2
    last = nursery.worker(url, tmp_path)

    assert until(lambda: counter.state("poison").is_ended and counter.state("poison").status) == "dead"
    assert len(noted(tmp_path, "began", "die")) == 2
    assert last in nursery.alive


@file_only
def test_an_asked_for_end_lets_steps_end(nursery, url, counter, tmp_path):
    """SIGTERM: the step that runs is recorded, and the process ends with 0; nothing waits for a time to live."""
    worker = nursery.worker(url, tmp_path, ttl_s=60.0, drain_s=10.0)
    counter.submit("films", "lasting.v1", 0.6, id="last")
    until(lambda: noted(tmp_path, "began", "last"))

    nursery.kill(worker, signal.SIGTERM)

    assert nursery.code(worker) == 0
    assert counter.state("last").status == "success"


@file_only
def test_an_asked_for_end_begins_no_more_steps(nursery, url, counter, tmp_path):
    """A long workflow stops between two of its steps, and another worker goes on; each step runs once."""
    worker = nursery.worker(url, tmp_path, ttl_s=60.0, drain_s=10.0)
    counter.submit("films", "stairs.v1", 12, id="s")
    until(lambda: noted(tmp_path, "began", "stair 1"))

    nursery.kill(worker, signal.SIGTERM)

    assert nursery.code(worker) == 0
    assert counter.state("s").status == "enqueued"
    assert noted(tmp_path, "began", "stair 11") == []
    nursery.worker(url, tmp_path, ttl_s=60.0)
    until(lambda: counter.state("s").is_ended)
    began = [line["step"] for line in history(tmp_path) if line["event"] == "began"]
    assert began == [f"stair {number}" for number in range(12)]


@file_only
def test_an_asked_for_end_puts_back_what_takes_too_long(nursery, url, counter, tmp_path):
    """Neither failed nor lost: it waits for the next worker, which begins at once."""
    worker = nursery.worker(url, tmp_path, ttl_s=60.0, drain_s=0.2)
    counter.submit("films", "slow.v1", id="long")
    until(lambda: noted(tmp_path, "began", "slow"))

    nursery.kill(worker, signal.SIGTERM)

    assert nursery.code(worker) == 3
    assert counter.state("long").status == "enqueued"
    nursery.worker(url, tmp_path, ttl_s=60.0)
    until(lambda: counter.state("long").is_ended)
    assert len(noted(tmp_path, "ended", "quick")) == 1


def test_an_asked_for_end_does_not_wait_for_a_database_that_is_down(nursery, postgres_server, postgres_url, tmp_path):
    """Both are often stopped at one time; what the worker held is taken over when its lease is found free."""
    worker = nursery.worker(postgres_url, tmp_path, drain_s=0.0)
    counter = Counter(postgres_url)
    counter.submit("films", "lasting.v1", 60.0, id="l")
    until(lambda: noted(tmp_path, "began", "last"))
    counter.close()
    postgres_server.crash()

    nursery.kill(worker, signal.SIGTERM)

    assert nursery.code(worker) == 3


@file_only
def test_a_full_disk_ends_the_process_and_not_the_work(nursery, counter, url, tmp_path):
    """What cannot be written down would hang in a live process: it exits with 74, and the next one does it."""
    counter.open()
    worker = nursery.worker(url, tmp_path, file_bytes=1_000_000)
    counter.submit("films", "heavy.v1", 3_000_000, id="h")

    assert nursery.code(worker) == 74
    nursery.worker(url, tmp_path)
    until(lambda: counter.state("h").is_ended)
    assert counter._output("h") == 3_000_000
