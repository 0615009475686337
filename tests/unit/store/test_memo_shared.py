from __future__ import annotations

import pytest

from astragen.model.base import content_hash
from astragen.store.memo_shared import SharedMemo
from astragen.store.office import Office
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
