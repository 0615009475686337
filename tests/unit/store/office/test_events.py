from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from astragen.errors import JobNotFound
from astragen.model.event import Started, StepDone, TakeMade
from astragen.store.office import Office
from office_records import artifact, new_film
from together import run_together

TELLERS, EACH = 8, 20

# What another process runs: half of the tellers, by the same code.
TELL = """
import sys
from astragen.model.event import StepDone
from astragen.store.office import Office
from together import run_together
url, film, first, last, each = *sys.argv[1:3], *map(int, sys.argv[3:])
office = Office(url)
def tell(teller):
    for n in range(each):
        step = StepDone(at_s=0, stage="takes", subject=f"{teller}/{n}", reused=False)
        office.events.tell(film, f"{teller}/{n}", step)
run_together([lambda teller=teller: tell(teller) for teller in range(first, last)])
"""


def step(subject):
    return StepDone(at_s=1.0, stage="takes", subject=subject, reused=False)


def test_an_event_is_read_as_it_was_told(office, clock):
    """With its number, its time and all of its parts."""
    film = office.films.add(new_film())
    made = TakeMade(at_s=2.0, shot="s1-1", made_by="fal", picture=artifact("still", "image/jpeg"))
    clock.now_s += 7

    assert office.events.tell(film.id, "take/s1-1", made) == 2

    told = office.events.after(film.id, 1)
    assert [(one.film, one.seq, one.at, one.event) for one in told] == [(film.id, 2, clock.now_s, made)]


def test_what_was_told_is_not_told_again(office):
    """Work that is done again after a crash tells it with the same key; the numbers have no gap for it."""
    film = office.films.add(new_film())

    assert office.events.tell(film.id, "a", step("a")) == 2
    assert office.events.tell(film.id, "a", step("again")) is None
    assert office.events.tell(film.id, "b", step("b")) == 3
    assert [one.event.subject for one in office.events.after(film.id, 1)] == ["a", "b"]


def test_keys_are_a_films_own(office):
    """Another film may be told the same."""
    one, other = office.films.add(new_film()), office.films.add(new_film())

    assert office.events.tell(one.id, "a", step("a")) == 2
    assert office.events.tell(other.id, "a", step("a")) == 2


def test_a_missing_film_is_told_nothing(office):
    """A worker whose film was removed learns it."""
    with pytest.raises(JobNotFound):
        office.events.tell(new_film().id, "a", Started())


def test_many_who_tell_the_same_tell_it_once(office):
    """Of eight at one time, one gets a number."""
    film = office.films.add(new_film())
    numbers = []

    run_together([lambda: numbers.append(office.events.tell(film.id, "a", step("a")))] * 8)

    assert sorted(numbers, key=str) == [2] + [None] * 7
    assert len(office.events.after(film.id, 0)) == 2


def test_a_reader_never_skips_what_two_processes_tell(office_url):
    """Eight tellers in two processes and one reader that goes on from the last number it saw: it sees all, in order."""
    office = Office(office_url)
    film = office.films.add(new_film())
    half = [sys.executable, "-c", TELL, office_url, film.id, str(TELLERS // 2), str(TELLERS), str(EACH)]
    done, seen = threading.Event(), []

    def read():
        while True:
            is_last = done.is_set()
            seen.extend(one.seq for one in office.events.after_many({film.id: seen[-1] if seen else 0}, limit=7))
            if is_last and len(seen) == 1 + TELLERS * EACH:
                return
            assert not is_last or office.events.after(film.id, seen[-1]), "nothing more comes"

    def tell(teller):
        for n in range(EACH):
            office.events.tell(film.id, f"{teller}/{n}", step(f"{teller}/{n}"))

    reader = threading.Thread(target=read)
    reader.start()
    paths = os.pathsep.join(path for path in sys.path if path)
    with subprocess.Popen(half, env={**os.environ, "PYTHONPATH": paths}) as other:
        run_together([lambda teller=teller: tell(teller) for teller in range(TELLERS // 2)])
    done.set()
    reader.join()

    assert other.returncode == 0
    assert seen == list(range(1, 2 + TELLERS * EACH))
    subjects = {one.event.subject for one in office.events.after(film.id, 1)}
    assert subjects == {f"{teller}/{n}" for teller in range(TELLERS) for n in range(EACH)}
    office.close()


def test_many_films_are_read_at_one_time(office):
    """Of each what is above its own number; of a film that is not asked for, or is not there, nothing."""
    films = [office.films.add(new_film()) for _ in range(3)]
    for film in films:
        for n in range(4):
            office.events.tell(film.id, f"{n}", step(f"{n}"))

    told = office.events.after_many({films[0].id: 3, films[1].id: 0, new_film().id: 0, "a\"'b": 1})

    assert [(one.film, one.seq) for one in told] == [
        *[(films[0].id, seq) for seq in (4, 5)],
        *[(films[1].id, seq) for seq in (1, 2, 3, 4, 5)],
    ]
    assert office.events.after_many({}) == []


def test_a_limit_cuts_histories_without_a_gap(office):
    """What was cut off comes the next time."""
    films = [office.films.add(new_film()) for _ in range(2)]
    for film in films:
        for n in range(4):
            office.events.tell(film.id, f"{n}", step(f"{n}"))
    positions = {film.id: 0 for film in films}
    seen = {film.id: [] for film in films}

    while told := office.events.after_many(positions, limit=3):
        assert len(told) <= 3
        for one in told:
            seen[one.film].append(one.seq)
            positions[one.film] = one.seq

    assert list(seen.values()) == [[1, 2, 3, 4, 5]] * 2
    assert [one.seq for one in office.events.after(films[0].id, 1, limit=2)] == [2, 3]
