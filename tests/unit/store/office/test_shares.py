from __future__ import annotations

import pytest
from sqlalchemy import select

from astragen.errors import JobNotFound
from astragen.store.office import tables
from office_records import new_film

LATER_S = 1_800_000_060.0


@pytest.fixture
def film(office):
    return office.films.add(new_film(owner="key_1"))


def test_a_token_opens_its_film_until_its_time_is_over(office, film, clock):
    """Whoever has it; wrong ones open nothing."""
    record, token = office.shares.create(film.id, owner="key_1", expires_at=LATER_S)

    assert office.shares.find(token) == record
    assert (record.film, record.expires_at) == (film.id, LATER_S)
    assert [office.shares.find(one) for one in (token[:-1], token.lower(), "", "\0", record.id)] == [None] * 5
    assert office.shares.of_film(film.id, owner="key_1") == [record]
    clock.now_s = LATER_S
    assert office.shares.find(token) is None
    assert office.shares.of_film(film.id, owner="key_1") == []


def test_no_token_is_kept(office, film):
    """Neither in the table nor in the record."""
    record, token = office.shares.create(film.id, owner="key_1", expires_at=LATER_S)

    with office.database.reading() as connection:
        rows = connection.execute(select(tables.shares)).all()
    assert token not in repr(rows) + repr(record)
    assert len(token) == 43


def test_only_its_owner_makes_sees_and_withdraws_a_link(office, film):
    """To another neither the film nor the link is there."""
    record, token = office.shares.create(film.id, owner="key_1", expires_at=LATER_S)

    with pytest.raises(JobNotFound):
        office.shares.create(film.id, owner="key_2", expires_at=LATER_S)
    with pytest.raises(JobNotFound):
        office.shares.withdraw(record.id, film_id=film.id, owner="key_2")
    assert office.shares.of_film(film.id, owner="key_2") == []
    assert office.shares.find(token) is not None
    office.shares.withdraw(record.id, film_id=film.id, owner="key_1")
    assert office.shares.find(token) is None


def test_a_deleted_film_takes_its_links_along(office, film):
    """Nothing is left that would open a film of the same id."""
    _, token = office.shares.create(film.id, owner="key_1", expires_at=LATER_S)

    office.films.delete(film.id)

    assert office.shares.find(token) is None
