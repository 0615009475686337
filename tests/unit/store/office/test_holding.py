"""Films that wait for others of their owner, on both kinds of database."""

from __future__ import annotations

import pytest

from astragen.model.job import HELD
from astragen.model.office import QueueLimits
from astragen.store.office import Office
from office_records import new_film
from together import run_together

TWO = QueueLimits(at_once=2)


@pytest.fixture
def owner(office):
    """A key that may have two films on their way."""
    return office.keys.create("shop", ["films:write"], films_at_once=2)[0].id


@pytest.fixture
def add(office, owner):
    """Adds a film of that key, as the service does."""
    return lambda **fields: office.films.add(new_film(**{"owner": owner} | fields), limits=TWO)


def stages(office, films):
    return [office.films.get(film.id).stage for film in films]


def test_a_film_that_is_one_too_many_is_held(office, add):
    """Queued, told as such, and not among those that are looked after; the films of others are not held for it."""
    films = [add() for _ in range(4)]
    other = office.films.add(new_film(owner="another"), limits=QueueLimits())

    assert stages(office, films) == ["", "", HELD, HELD]
    assert {office.films.get(film.id).state for film in films} == {"queued"}
    assert office.films.get(other.id).stage == ""
    assert [one.id for one in office.films.open_attempts()] == [films[0].id, films[1].id, other.id]
    assert [one.event.kind for one in office.events.after(films[3].id, 0)] == ["queued"]


def test_films_in_progress_count_as_those_that_are_queued(office, add):
    """They are on their way; a film that has ended, or is gone, is not."""
    films = [add() for _ in range(2)]
    office.films.change(films[0].id, state="in_progress", stage="render")
    held = add()
    office.films.end(films[0].id, 1, "failed")
    office.films.delete(films[1].id)

    assert held.stage == HELD
    assert add().stage == ""


def test_as_many_are_released_as_have_ended_the_oldest_first(office, owner, add):
    """And nobody is released twice."""
    films = [add() for _ in range(5)]
    assert office.films.release(owner) == []
    office.films.end(films[1].id, 1, "completed")

    first = office.films.release(owner)
    again = office.films.release(owner)
    office.films.end(films[0].id, 1, "cancelled")
    office.films.delete(films[2].id)
    rest = office.films.release(owner)

    assert [(one.id, one.attempt, one.owner, one.stage) for one in first] == [(films[2].id, 1, owner, "")]
    assert again == []
    assert [one.id for one in rest] == [films[3].id, films[4].id]
    assert office.films.owners_held() == []


def test_whose_films_are_held_is_known(office, owner, add):
    """So that whoever looks from time to time looks at those only."""
    assert office.films.owners_held() == []
    films = [add() for _ in range(4)]

    assert office.films.owners_held() == [owner]
    office.films.end(films[2].id, 1, "cancelled")
    office.films.end(films[3].id, 1, "cancelled")
    assert office.films.owners_held() == []


def test_a_retry_is_held_as_a_new_film_is(office, owner, add):
    """Whoever asks for it: without limits at hand those of the key are looked up."""
    films = [add() for _ in range(4)]
    for film in films[:2]:
        office.films.end(film.id, 1, "failed")
    assert len(office.films.release(owner)) == 2

    retried = [office.films.retry(films[0].id, limits=TWO), office.films.retry(films[1].id)]

    assert [(one.state, one.stage, one.attempt) for one in retried] == [("queued", HELD, 2)] * 2


def test_a_key_without_a_limit_has_none(office):
    """Nor has whoever needs no key."""
    free = office.keys.create("free", ["films:write"])[0]
    films = [office.films.add(new_film(owner=owner), limits=free.limits) for owner in (free.id, free.id, "")]
    office.films.end(films[0].id, 1, "failed")

    assert office.films.retry(films[0].id).stage == ""
    assert {film.stage for film in films} == {""}
    assert office.films.release(free.id) == []


def test_no_two_requests_get_one_place_together(office_url, office, owner):
    """Eight at one time, from two processes' worth of connections, and room for two."""
    offices = [Office(office_url), Office(office_url)]
    films = [new_film(owner=owner) for _ in range(8)]

    run_together([lambda n=n: offices[n % 2].films.add(films[n], limits=TWO) for n in range(8)])

    assert sorted(stages(office, films)) == ["", "", *[HELD] * 6]
    for one in offices:
        one.close()


def test_nobody_is_left_behind_or_let_go_too_early_by_those_who_end_films(office_url, office, owner, add):
    """Films are added and ended at one time; each end releases, and in the end all have had their turn."""
    offices = [Office(office_url) for _ in range(3)]
    going = [add(), add()]
    come = [new_film(owner=owner) for _ in range(4)]

    def end(number):
        offices[0].films.end(going[number].id, 1, "completed")
        return offices[0].films.release(owner)

    run_together(
        [lambda: end(0), lambda: end(1)]
        + [lambda n=n: offices[1 + n % 2].films.add(come[n], limits=TWO) for n in range(4)]
    )
    office.films.release(owner)

    assert sorted(stages(office, come)) == ["", "", HELD, HELD]
    for one in offices:
        one.close()
