from __future__ import annotations

from pydantic import TypeAdapter

from astragen.model.job import FilmId
from astragen.store.office.ids import new_id


def test_ids_are_sorted_by_their_time():
    """To the millisecond, over all times that there will be."""
    times = [0.0, 0.001, 1.7e9, 1.7e9 + 0.001, 1.8e9, 2.8e11]

    ids = [new_id("film", now_s) for now_s in times]

    assert ids == sorted(ids)
    for one in ids:
        TypeAdapter(FilmId).validate_python(one)


def test_ids_of_one_moment_differ():
    """80 bits of chance are not met twice."""
    assert len({new_id("file", 5.0) for _ in range(1000)}) == 1000
