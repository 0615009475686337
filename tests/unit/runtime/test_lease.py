from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from astragen.runtime.database import opened_database
from astragen.runtime.lease import EXECUTORS, Lease, new_executor_id
from astragen.store.locks import is_locked


class Clock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(engine_url):
    opened = opened_database(engine_url, pool=2)
    yield opened
    opened.dispose()


@pytest.fixture
def lease(database, tmp_path, clock):
    """Make leases; every one that is still held is released at the end."""
    made = []

    def make(id, *, host="here", folder="locks", queues=(), version="1"):
        fenced = []
        one = Lease(
            database,
            tmp_path / folder,
            id=id,
            queues=queues,
            version=version,
            ttl_s=30.0,
            on_fenced=lambda: fenced.append(id),
            clock_s=clock,
            host=host,
        )
        one.fenced = fenced
        one.acquire()
        made.append(one)
        return one

    yield make
    for one in made:
        if one._handle is not None:
            one.release()


def dies(lease):
    """What the system does with the locks of a process that ends."""
    import os

    os.close(lease._handle)
    lease._handle = None


def states(database):
    with database.connect() as db:
        return {row.id: row.state for row in db.execute(sa.select(EXECUTORS))}


def sweep(lease, *held):
    """Whom *lease* recovers, when *held* have work in hand."""
    recovered = []
    lease.sweep(lambda: held, lambda who: recovered.append(who) or 1)
    return recovered


def pass_s(clock, seconds, *leases, step_s=5.0):
    """Let time pass while *leases* beat."""
    until_s = clock.now_s + seconds
    while clock.now_s < until_s:
        clock.now_s += step_s
        for one in leases:
            one.beat()


def test_ids_are_never_used_twice():
    """Neither a machine nor a process number tells two workers apart, since both come again."""
    assert len({new_executor_id() for _ in range(100)}) == 100


def test_a_lease_is_locked_before_anybody_reads_of_it(lease, tmp_path, database):
    """Whoever sees the row finds the lock held."""
    lease("a", queues=["films"])

    assert is_locked(tmp_path / "locks" / "a.lock")
    with database.connect() as db:
        row = db.execute(sa.select(EXECUTORS)).one()
    assert (row.state, row.beat, json.loads(row.queues), row.version) == ("live", 0, ["films"], "1")


def test_the_dead_of_this_machine_are_found_at_once(lease, database):
    """The system drops a lock at any death; nobody waits for a time to live."""
    a, b = lease("a"), lease("b")
    dies(b)

    assert sweep(a, "a", "b") == ["b"]
    assert states(database) == {"a": "live", "b": "dead"}


def test_the_living_are_left_alone(lease, clock):
    """However long it takes, as long as they beat."""
    a, b = lease("a"), lease("b", host="there", folder="other")
    pass_s(clock, 100, a, b)

    assert sweep(a, "a", "b") == []


def test_a_beat_that_stands_still_for_a_time_to_live_is_death(lease, clock):
    """On another machine, where no lock can be tried; not a moment earlier."""
    a = lease("a")
    lease("b", host="there", folder="other")
    a.beat()
    pass_s(clock, 30, a)
    assert sweep(a, "b") == []

    pass_s(clock, 5, a)
    assert sweep(a, "b") == ["b"]


def test_a_stopped_process_is_dead_though_it_holds_its_lock(lease, clock):
    """A zombie on this machine: its lock is held, its beat stands still."""
    a = lease("a")
    lease("b")
    a.beat()
    pass_s(clock, 35, a)

    assert sweep(a, "b") == ["b"]


def test_the_undead_must_go(lease, clock):
    """Whoever comes back after its death is told at its next beat, before it does anything else."""
    a, b = lease("a"), lease("b")
    a.beat()
    pass_s(clock, 35, a)
    sweep(a, "b")

    b.beat()

    assert b.fenced == ["b"]
    assert a.fenced == []


def test_the_undead_must_go_though_its_row_is_forgotten(lease, clock, database):
    """Once what it held is recovered, nothing of it is left, and that is an answer as well."""
    a, b = lease("a"), lease("b")
    a.beat()
    pass_s(clock, 35, a)
    sweep(a, "b")
    sweep(a)
    assert states(database) == {"a": "live"}

    b.beat()

    assert b.fenced == ["b"]


def test_a_beat_between_look_and_verdict_saves(lease, clock, database):
    """Fencing compares the beat that was seen: who beat meanwhile lives."""
    a = lease("a")
    b = lease("b", host="there", folder="other")
    a.beat()
    pass_s(clock, 35, a)
    read = a._buried

    def late(row):
        b.beat()
        return read(row)

    a._buried = late

    assert sweep(a, "b") == []
    assert states(database)["b"] == "live"


def test_an_outage_of_the_database_kills_nobody(lease, clock, database):
    """Who could not read cannot tell: the time to live begins anew."""
    a = lease("a")
    lease("b", host="there", folder="other")
    a.beat()
    pass_s(clock, 25, a)
    with database.begin() as db:
        db.execute(sa.text("ALTER TABLE astragen_executors RENAME TO away"))
    clock.now_s += 5
    with pytest.raises(sa.exc.DBAPIError):
        a.beat()
    with database.begin() as db:
        db.execute(sa.text("ALTER TABLE away RENAME TO astragen_executors"))

    pass_s(clock, 30, a)
    assert sweep(a, "b") == []
    pass_s(clock, 10, a)
    assert sweep(a, "b") == ["b"]


def test_who_slept_saw_nothing(lease, clock):
    """A machine that was suspended finds every beat where it was, and must not take that for death."""
    a = lease("a")
    lease("b", host="there", folder="other")
    a.beat()
    clock.now_s += 1000
    a.beat()

    assert sweep(a, "b") == []


def test_a_stranger_is_given_a_time_to_live(lease, clock):
    """Work in the hands of somebody without a lease: a foreign tool, or the past."""
    a = lease("a")
    assert sweep(a, "stranger") == []

    clock.now_s += 31
    assert sweep(a, "stranger") == ["stranger"]


def test_what_one_sweeper_left_the_next_one_does(lease, database):
    """The dead stay in the table until nothing is held by them: a recovery that failed is tried again, by anybody."""
    a, b, c = lease("a"), lease("b"), lease("c")
    dies(b)

    def broken(who):
        raise OSError("the database went away")

    with pytest.raises(OSError, match="away"):
        a.sweep(lambda: ["b"], broken)

    assert sweep(c, "b") == ["b"]
    assert sweep(c) == []
    assert states(database) == {"a": "live", "c": "live"}


def test_goodbye_hands_over_at_once(lease, clock):
    """A worker that ended in good order is waited for by nobody."""
    a, b = lease("a"), lease("b")
    b.release()

    assert sweep(a, "b") == ["b"]


def test_others_are_those_that_live_and_serve_the_queue(lease):
    """Not oneself, not the dead, not those of other queues."""
    a, b = lease("a", queues=["films", "render"]), lease("b", queues=["render"])
    c = lease("c", queues=["render"])
    c.release()

    assert (a.others("render"), a.others("films"), b.others("films")) == (1, 0, 1)
    assert a.versions() == {"1"}


def test_a_worker_that_leaves_while_the_database_is_down_is_seen_to_be_dead(lease, database):
    """By its lock, which is free: others need not wait for its beat to stand still."""
    one, other = lease("one"), lease("other")
    with database.begin() as db:
        db.execute(sa.text("ALTER TABLE astragen_executors RENAME TO away"))
    with pytest.raises(sa.exc.SQLAlchemyError):
        one.release()
    with database.begin() as db:
        db.execute(sa.text("ALTER TABLE away RENAME TO astragen_executors"))

    recovered = []
    other.sweep(lambda: ["one"], lambda executor: recovered.append(executor) or 1)

    assert recovered == ["one"]
