from __future__ import annotations

import pytest
from sqlalchemy import select

from astragen.model.base import content_hash
from astragen.store import memo_shared
from astragen.store.memo_shared import SharedMemo
from astragen.store.office import Office, tables
from together import run_together

A, B = content_hash("a"), content_hash("b")


class Clock:
    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def memo(database_url, clock):
    office = Office(database_url)
    office.migrate()
    yield SharedMemo(office.database, now_s=clock)
    office.close()


def test_what_is_put_is_got(memo):
    """By any characters; under no other key; and the last one put counts."""
    assert memo.get(A) is None

    memo.put(A, '{"said": "狐 \\u0000"}')
    memo.put(A, '{"said": "ü"}')

    assert memo.get(A) == '{"said": "ü"}'
    assert memo.get(B) is None


def test_many_may_put_the_same_at_one_time(memo):
    """Two workers that did the same step."""
    run_together([lambda: memo.put(A, "{}")] * 8)

    assert memo.get(A) == "{}"


def test_what_nobody_used_for_long_is_forgotten(memo, clock):
    """What is asked for stays young."""
    memo.put(A, "{}")
    memo.put(B, "{}")
    clock.now_s += 7200
    memo.get(A)
    clock.now_s += 100

    assert memo.forget(3600) == 1
    assert (memo.get(A), memo.get(B)) == ("{}", None)


def test_what_is_made_again_although_it_was_there_is_counted(memo, clock):
    """By whoever looked after it was put; two who began before that did nothing again."""
    twin = SharedMemo(memo._database, now_s=clock)
    for one in (memo, twin):
        one.get(A)
        clock.now_s += 1
    memo.put(A, "{}")
    clock.now_s += 1
    twin.put(A, "{}")
    assert writes(memo) == 1

    clock.now_s += 1
    memo.put(A, "{}")

    assert writes(memo) == 2


def writes(memo):
    with memo._database.reading() as connection:
        return connection.execute(select(tables.memo.c.writes)).scalar_one()


def test_what_was_missed_and_never_made_is_not_remembered_for_ever(memo, monkeypatch):
    """A worker runs for months, and steps fail; what was missed long ago is of no use."""
    monkeypatch.setattr(memo_shared, "MISSED_MAX", 3)

    for number in range(10):
        memo.get(content_hash(str(number)))

    assert len(memo._missed) <= 3
