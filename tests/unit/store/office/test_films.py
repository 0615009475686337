from __future__ import annotations

import pytest
from pydantic import ValidationError
from sqlalchemy import event

from astragen.errors import JobNotFound, QuotaReached, StateConflict
from astragen.model.job import Fault, Order
from astragen.model.office import QueueLimits
from astragen.store.office import Office
from office_records import BRIEF, artifact, film_report, new_film
from together import run_together

FAULT = Fault(code="provider.unavailable", message="fal did not answer", hint="Try again.")


def told(office, film):
    """What the history of *film* says, as number and event."""
    return [(one.seq, one.event.kind) for one in office.events.after(film.id, 0)]


def test_a_film_is_read_as_it_was_added(office):
    """Every field, of any characters; and its history begins."""
    film = new_film(
        owner="key_1",
        title="Fox – 狐 \"'%",
        metadata={"ticket": "4'2", 'a "quoted" name': "ü"},
        order=Order(brief=BRIEF, files={"file_1": artifact("picture")}),
        estimated_usd=0.5,
        expires_at=1_900_000_000.0,
        webhook_url="https://example.org/told",
    )

    office.films.add(film)

    assert office.films.get(film.id) == film
    assert told(office, film) == [(1, "queued")]


def test_a_film_is_added_once(office):
    """A second one of the same id changes nothing."""
    film = new_film(title="first")
    office.films.add(film)

    with pytest.raises(StateConflict, match=film.id):
        office.films.add(film.model_copy(update={"title": "second"}))

    assert office.films.get(film.id).title == "first"
    assert told(office, film) == [(1, "queued")]


def test_a_foreign_film_is_not_found(office):
    """Nobody but its owner learns that there is one: not by reading, retrying, removing nor listing."""
    film = new_film(owner="key_1", metadata={"ticket": "42"})
    office.films.add(film)

    for asked in (office.films.get, office.films.retry, office.films.delete, office.films.versions):
        with pytest.raises(JobNotFound, match=film.id) as foreign:
            asked(film.id, owner="key_2")
        with pytest.raises(JobNotFound) as missing:
            asked(film.id[:-4] + "0000", owner="key_2")
        assert str(foreign.value).replace(film.id, "") == str(missing.value).replace(film.id[:-4] + "0000", "")
    assert office.films.page(owner="key_2").films == ()
    assert office.films.page(owner="key_2", metadata={"ticket": "42"}).films == ()
    assert office.films.counts("key_2")["queued"] == 0
    assert office.films.get(film.id, owner="key_1") == film


def test_text_that_a_database_cannot_keep_is_kept_without_its_nul(office):
    """PostgreSQL refuses NUL anywhere in a text."""
    film = new_film(title="a\0b", metadata={"n\0": "v\0"})
    office.films.add(film)

    assert office.films.get(film.id).title == "a\N{REPLACEMENT CHARACTER}b"
    assert len(office.films.page(metadata={"n\0": "v\0"}).films) == 1
    assert office.films.page(after="\0", newest_first=False).films == ()
    with pytest.raises(JobNotFound):
        office.films.get("film\0")


def test_pages_go_both_ways_and_do_not_move_when_films_are_added(office):
    """A cursor is a place in the order, not a number of rows, and may be a film that is gone."""
    films = [office.films.add(new_film()) for _ in range(7)]
    ids = [film.id for film in films]

    first = office.films.page(limit=3)
    assert [film.id for film in first.films] == ids[:3:-1]
    assert first.has_more
    newer = office.films.add(new_film())
    office.films.delete(ids[4])
    second = office.films.page(limit=3, after=ids[4])
    assert [film.id for film in second.films] == [ids[3], ids[2], ids[1]]
    back = office.films.page(limit=3, before=ids[3])
    assert [film.id for film in back.films] == [newer.id, ids[6], ids[5]]
    assert not back.has_more
    last = office.films.page(limit=3, after=ids[1])
    assert ([film.id for film in last.films], last.has_more) == ([ids[0]], False)


def test_pages_with_the_oldest_first(office):
    """What comes right before a cursor is the end of what is before it."""
    ids = [office.films.add(new_film()).id for _ in range(5)]

    def page(**asked):
        found = office.films.page(newest_first=False, **asked)
        return [film.id for film in found.films], found.has_more

    assert page(limit=2) == (ids[:2], True)
    assert page(limit=2, after=ids[2]) == (ids[3:], False)
    assert page(limit=2, before=ids[3]) == (ids[1:3], True)


def test_pages_are_chosen_by_state_owner_and_metadata(office):
    """All of what is asked for must hold."""
    wanted = office.films.add(new_film(owner="a", metadata={"x": "1", "y": "2"}))
    office.films.add(new_film(owner="a", metadata={"x": "1", "y": "3"}))
    office.films.add(new_film(owner="b", metadata={"x": "1", "y": "2"}))
    office.films.change(wanted.id, state="in_progress")

    def found(**asked):
        return [film.id for film in office.films.page(**asked).films]

    assert found(owner="a", metadata={"x": "1", "y": "2"}) == [wanted.id]
    assert found(state="in_progress") == [wanted.id]
    assert len(found(metadata={"x": "1"})) == 3
    assert found(metadata={"x": "2"}) == []
    office.films.change(wanted.id, metadata={"x": "2"})
    assert found(metadata={"x": "2"}) == [wanted.id]
    assert wanted.id not in found(metadata={"x": "1"})


def test_a_page_reads_no_more_than_it_is_asked_for(office):
    """All of a film, or all but its report, which is most of its weight."""
    film = office.films.add(new_film())
    office.films.end(film.id, 1, "completed", report=film_report())

    whole = office.films.get(film.id)
    assert whole.report == film_report()
    assert whole.seconds == film_report().seconds
    assert office.films.page().films == (whole,)
    assert office.films.page(without=("report",)).films == (whole.model_copy(update={"report": None}),)


@pytest.mark.parametrize("asked", [{}, {"state": "queued"}, {"after": "film_z"}, {"newest_first": False}], ids=str)
def test_a_page_is_read_from_an_index_in_its_order(office, asked):
    """However many films there are: the index has them in the order of the page, so nothing is sorted."""
    database = office.database
    for _ in range(3):
        office.films.add(new_film(owner="key_1"))
    seen = []
    event.listen(database._engine, "before_cursor_execute", lambda *one: seen.append((one[2], one[3])))

    assert office.films.page(owner="key_1", limit=1, **asked).films

    (statement, values) = next(one for one in seen if one[0].startswith("SELECT"))
    with database.reading() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # it prefers that while there are few
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = " ".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{explain} {statement}", values))
    assert "films_of_owner" in plan or "films_in_state" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_film_changes_only_from_the_states_that_are_named(office):
    """Else nothing happens, and the caller is told by None."""
    film = office.films.add(new_film())

    started = office.films.change(film.id, only_from=("queued",), state="in_progress", started_at=5.0)
    again = office.films.change(film.id, only_from=("queued",), state="in_progress", started_at=9.0)

    assert (started.state, started.started_at) == ("in_progress", 5.0)
    assert again is None
    assert office.films.get(film.id) == started


def test_of_many_who_start_a_film_one_does(office):
    """The row is locked while its state is looked at."""
    film = office.films.add(new_film())
    began = []

    def start():
        began.append(office.films.change(film.id, only_from=("queued",), state="in_progress") is not None)

    run_together([start] * 8)

    assert sorted(began) == [False] * 7 + [True]


def test_a_worker_of_an_earlier_attempt_changes_nothing(office):
    """It may have slept while its film was cancelled and retried."""
    film = office.films.add(new_film())
    office.films.end(film.id, 1, "failed", fault=FAULT)
    office.films.retry(film.id)

    assert office.films.change(film.id, of_attempt=1, progress=50) is None
    assert office.films.change(film.id, of_attempt=2, progress=10).progress == 10


@pytest.mark.parametrize("fields", [{"owner": "b"}, {"attempt": 2}, {"nothing": 1}, {"state": "completed"}, {}])
def test_some_fields_do_not_change(office, fields):
    """A film changes its owner or its attempt never, and ends by `end` only."""
    film = office.films.add(new_film())

    with pytest.raises(ValueError, match="film"):
        office.films.change(film.id, **fields)


def test_a_value_that_is_none_is_not_kept(office):
    """The film stays as it was."""
    film = office.films.add(new_film())

    with pytest.raises(ValidationError):
        office.films.change(film.id, progress=101)

    assert office.films.get(film.id) == film


def test_changing_a_missing_film_is_an_error(office):
    """It is not the same as being in another state."""
    with pytest.raises(JobNotFound):
        office.films.change(new_film().id, progress=1)


def test_a_film_ends_once(office, clock):
    """Of the worker and the reconciler, which both may say the last word, one does; then nothing follows."""
    film = office.films.add(new_film(stage="cut", spent_usd=0.25))
    ended = []
    outputs = {"film": artifact("film")}

    run_together(
        [lambda: ended.append(office.films.end(film.id, 1, "completed", outputs=outputs, report=film_report()))] * 4
        + [lambda: ended.append(office.films.end(film.id, 1, "completed", outputs=outputs, report=film_report()))] * 4
    )

    assert sorted(ended) == [False] * 7 + [True]
    assert told(office, film) == [(1, "queued"), (2, "ended")]
    kept = office.films.get(film.id)
    assert (kept.state, kept.stage, kept.progress, kept.ended_at) == ("completed", "", 100, clock.now_s)
    assert (kept.outputs, kept.report) == (outputs, film_report())
    assert office.films.change(film.id, only_from=("queued", "in_progress"), progress=3) is None


def test_an_end_says_why(office):
    """In the film and in its last event."""
    film = office.films.add(new_film())

    office.films.end(film.id, 1, "failed", fault=FAULT)

    last = office.events.after(film.id, 1)[0].event
    assert (last.state, last.attempt, last.code, last.message) == ("failed", 1, FAULT.code, FAULT.message)
    assert office.films.get(film.id).fault == FAULT


def test_another_attempt_does_not_end_a_film(office):
    """Nor does one that is gone."""
    film = office.films.add(new_film())

    assert not office.films.end(film.id, 2, "failed", fault=FAULT)
    assert not office.films.end(new_film().id, 1, "failed", fault=FAULT)
    assert office.films.get(film.id).state == "queued"


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_failed_or_cancelled_film_is_retried_as_its_next_attempt(office, state):
    """It begins anew, its history goes on, and what it made and cost stays."""
    film = office.films.add(new_film())
    office.films.change(film.id, state="in_progress", started_at=2.0, shots_done=3, progress=40)
    office.films.end(film.id, 1, state, fault=FAULT, spent_usd=0.5, outputs={"poster": artifact("poster")})

    again = office.films.retry(film.id)

    assert (again.state, again.attempt, again.progress, again.shots_done) == ("queued", 2, 0, 0)
    assert (again.fault, again.started_at, again.ended_at) == (None, None, None)
    assert (again.spent_usd, again.outputs) == (0.5, {"poster": artifact("poster")})
    assert told(office, film) == [(1, "queued"), (2, "ended"), (3, "queued")]
    assert office.events.after(film.id, 2)[0].event.attempt == 2


@pytest.mark.parametrize("state", ["queued", "in_progress", "completed"])
def test_other_films_are_not_retried(office, state):
    """The message says which state it is in."""
    film = office.films.add(new_film())
    if state == "completed":
        office.films.end(film.id, 1, "completed")
    elif state == "in_progress":
        office.films.change(film.id, state="in_progress")

    with pytest.raises(StateConflict, match=state):
        office.films.retry(film.id)

    assert office.films.get(film.id).attempt == 1


def test_of_many_who_retry_one_does(office):
    """Two retries at one time are one attempt more, not two."""
    film = office.films.add(new_film())
    office.films.end(film.id, 1, "failed")
    refused = []

    def retry():
        try:
            office.films.retry(film.id)
        except StateConflict:
            refused.append(1)

    run_together([retry] * 6)

    assert (len(refused), office.films.get(film.id).attempt) == (5, 2)


def test_a_retry_counts_against_the_limits(office):
    """A film that had ended was not in the queue."""
    film = office.films.add(new_film(owner="a"))
    office.films.end(film.id, 1, "failed")
    office.films.add(new_film(owner="a"))

    with pytest.raises(QuotaReached):
        office.films.retry(film.id, limits=QueueLimits(depth=1))

    assert office.films.get(film.id).state == "failed"


def test_no_two_requests_slip_past_the_depth_of_a_queue_together(office_url):
    """Eight at one time, from two processes' worth of connections, and room for three."""
    offices = [Office(office_url), Office(office_url)]
    refused = []

    def add(office):
        try:
            office.films.add(new_film(owner="a"), limits=QueueLimits(depth=3))
        except QuotaReached as error:
            refused.append(error.quota)

    run_together([lambda office=offices[n % 2]: add(office) for n in range(8)])

    assert offices[0].films.counts("a")["queued"] == 3
    assert refused == ["queue"] * 5
    for office in offices:
        office.close()


def test_a_full_queue_says_how_full(office):
    """What is counted, the limit and what to do; ended films and others' do not count."""
    limits = QueueLimits(depth=1)
    done = office.films.add(new_film(owner="a"), limits=limits)
    office.films.end(done.id, 1, "completed")
    office.films.add(new_film(owner="b"))
    office.films.add(new_film(owner="a"), limits=limits)

    with pytest.raises(QuotaReached) as refused:
        office.films.add(new_film(owner="a"), limits=limits)

    assert str(refused.value) == (
        "1 films are queued or in progress, and this key may have 1. Wait until one has ended, or cancel one."
    )


def test_what_was_charged_and_what_is_coming_counts_against_the_limit_of_spending(office, clock):
    """Charges within the period, and the estimates of films that have not ended; what is older is forgiven."""
    limits = QueueLimits(spend_usd=1.0)
    done = office.films.add(new_film(owner="a", estimated_usd=0.9), limits=limits)
    office.films.end(done.id, 1, "completed", spent_usd=0.4)
    office.films.add(new_film(owner="a", estimated_usd=0.3), limits=limits)

    with pytest.raises(QuotaReached) as refused:
        office.films.add(new_film(owner="a", estimated_usd=0.4), limits=limits)
    assert refused.value.quota == "spend"
    for part in ("$0.40 were charged in the last 30 days", "$0.30 may be for films on their way", "of $1.00"):
        assert part in refused.value.message
    office.films.add(new_film(owner="a", estimated_usd=0.3), limits=limits)  # the last cent may be spent
    office.films.add(new_film(owner="b", estimated_usd=0.9), limits=limits)
    clock.now_s += limits.period_s + 1
    office.films.add(new_film(owner="a", estimated_usd=0.4), limits=limits)


def test_a_removed_film_leaves_nothing_but_what_it_cost(office):
    """Its history and its labels go with it."""
    film = office.films.add(new_film(owner="a", metadata={"x": "1"}))
    office.films.end(film.id, 1, "completed", report=film_report(fal=0.2))

    office.films.delete(film.id)

    with pytest.raises(JobNotFound):
        office.films.get(film.id)
    assert office.events.after(film.id, 0) == []
    assert office.films.page(metadata={"x": "1"}).films == ()
    assert office.usage.of("a", 0, 2e9).usd_by_provider == {"fal": 0.2}


def test_versions_are_numbered_and_found_from_any_of_them(office):
    """A version of a version is one of the first film's; each gets the next number, even of two at one time."""
    first = office.films.add(new_film(owner="a"))
    second = office.films.add(new_film(owner="a", version_of=first.id))
    run_together([lambda: office.films.add(new_film(owner="a", version_of=second.id))] * 4)

    found = office.films.versions(second.id, owner="a")

    assert [film.version for film in found] == [1, 2, 3, 4, 5, 6]
    assert [film.id for film in found[:2]] == [first.id, second.id]
    assert [film.id for film in office.films.versions(first.id)] == [film.id for film in found]


def test_unfinished_films_are_those_that_have_not_ended(office):
    """The oldest first; the light list says the same."""
    films = [office.films.add(new_film(owner="a")) for _ in range(4)]
    office.films.end(films[0].id, 1, "cancelled")
    office.films.change(films[2].id, state="in_progress", stage="cut")

    assert [film.id for film in office.films.unfinished()] == [film.id for film in films[1:]]
    assert [film.id for film in office.films.unfinished(limit=1)] == [films[1].id]
    light = office.films.open_attempts(after=films[1].id)
    assert [(one.id, one.attempt, one.owner, one.state, one.stage) for one in light] == [
        (films[2].id, 1, "a", "in_progress", "cut"),
        (films[3].id, 1, "a", "queued", ""),
    ]


def test_only_ended_films_expire(office):
    """One that is still made is removed later."""
    old = office.films.add(new_film(expires_at=10.0))
    office.films.add(new_film(expires_at=10.0))
    later = office.films.add(new_film(expires_at=20.0))
    for film in (old, later):
        office.films.end(film.id, 1, "completed")

    assert [film.id for film in office.films.expired(15.0)] == [old.id]


def test_a_film_may_be_kept_from_its_end_on(office, clock):
    """However long it waited and was made."""
    film = office.films.add(new_film(expires_at=10.0))

    office.films.end(film.id, 1, "completed", keep_s=60.0)

    assert office.films.expired(clock.now_s + 59) == []
    assert [one.id for one in office.films.expired(clock.now_s + 60)] == [film.id]


def test_films_are_counted_by_state(office):
    """States that no film is in count nothing."""
    office.films.add(new_film(owner="a"))
    office.films.end(office.films.add(new_film(owner="b")).id, 1, "failed")

    none = {"queued": 0, "in_progress": 0, "completed": 0, "failed": 0, "cancelled": 0}
    assert office.films.counts() == none | {"queued": 1, "failed": 1}
    assert office.films.counts("a") == none | {"queued": 1}
