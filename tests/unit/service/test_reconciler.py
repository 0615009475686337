"""Films and workflows brought together."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pytest

from astragen.model.office import Try
from astragen.runtime.tasks import WorkflowState
from astragen.service.reconciler import BROKE, FELL, FORGET_S, SETTLING_S, Reconciler
from astragen.store.artifacts import ArtifactStore
from astragen.store.memo_shared import SharedMemo
from astragen.store.office.films import Films
from office_records import new_film


class Workflows:
    """What a counter knows, and what it is told."""

    def __init__(self):
        self.known, self.submitted, self.forgot = {}, [], []

    def states(self, ids):
        return {id: self.known[id] for id in ids if id in self.known}

    def submit(self, queue, workflow, *arguments, id):
        self.submitted.append((queue, workflow, arguments, id))

    def forget(self, older_than):
        self.forgot.append(older_than)


class Told:
    """What webhooks are told."""

    def __init__(self):
        self.sent = 0

    def send_due(self):
        self.sent += 1


@pytest.fixture
def workflows():
    return Workflows()


@pytest.fixture
def tick(office, workflows, tmp_path):
    stage = SimpleNamespace(
        office=office,
        messenger=Told(),
        artifacts=ArtifactStore(tmp_path / "artifacts"),
        memo=SharedMemo(office.database),
        now_s=lambda: 2_000_000_000.0,
        tell=lambda film_id: None,
    )
    return Reconciler(stage, workflows).tick


@pytest.mark.parametrize(("age_s", "is_submitted"), [(SETTLING_S + 1, True), (SETTLING_S - 1, False)])
def test_a_film_that_nobody_enqueued_is_enqueued(office, workflows, tick, age_s, is_submitted):
    """A crash between row and queue; a film of this moment is left to its own request."""
    film = office.films.add(new_film(created_at=2_000_000_000.0 - age_s))

    tick()

    wanted = [("films", "film.v1", (film.id, 1), f"{film.id}.1")] if is_submitted else []
    assert workflows.submitted == wanted


def test_a_held_film_is_enqueued_once_its_owner_may_have_it_on_its_way(office, workflows, tick):
    """Whoever ended the one before died before it let go; until then it is in no queue, however long it waits."""
    key, _ = office.keys.create("shop", ["films:write"], films_at_once=1)
    films = [office.films.add(new_film(owner=key.id), limits=key.limits) for _ in range(3)]
    workflows.known[f"{films[0].id}.1"] = WorkflowState("pending")

    tick()
    before = list(workflows.submitted)
    office.films.end(films[0].id, 1, "completed")
    tick()

    assert before == []
    assert workflows.submitted == [("films", "film.v1", (films[1].id, 1), f"{films[1].id}.1")]


def test_a_film_whose_workflow_died_lets_the_next_one_go(office, workflows, tick):
    """In the same look."""
    key, _ = office.keys.create("shop", ["films:write"], films_at_once=1)
    films = [office.films.add(new_film(owner=key.id), limits=key.limits) for _ in range(2)]
    workflows.known[f"{films[0].id}.1"] = WorkflowState("dead", "lost too many workers")

    tick()

    assert [one[2] for one in workflows.submitted] == [(films[1].id, 1)]


@pytest.mark.parametrize("state", [None, WorkflowState("success")], ids=["held", "begun"])
def test_a_film_whose_canceller_died_is_cancelled(office, workflows, tick, state):
    """Its workflow never was, or found it cancelling and left it; nobody else would end it."""
    film = office.films.add(new_film())
    office.films.change(film.id, stage="cancelling")
    workflows.known |= {f"{film.id}.1": state} if state else {}

    tick()

    assert office.films.get(film.id).state == "cancelled"
    assert workflows.submitted == []


@pytest.mark.parametrize("status", ["enqueued", "pending"])
def test_a_film_on_its_way_is_let_be(office, workflows, tick, status):
    """Its workflow writes the last word."""
    film = office.films.add(new_film())
    workflows.known[f"{film.id}.1"] = WorkflowState(status)

    tick()

    assert office.films.get(film.id).state == "queued"
    assert workflows.submitted == []


@pytest.mark.parametrize(
    ("state", "ended", "fault"),
    [
        (WorkflowState("cancelled"), "cancelled", None),
        (WorkflowState("error", "ValueError: no"), "failed", BROKE),
        (WorkflowState("dead", "lost too many workers"), "failed", FELL),
    ],
    ids=["cancelled", "broken", "dead"],
)
def test_what_a_workflow_could_not_say_is_said_for_it(office, workflows, tick, state, ended, fault):
    """Once: a film that has ended is not looked at again."""
    film = office.films.add(new_film())
    workflows.known[f"{film.id}.1"] = state

    tick()
    tick()

    found = office.films.get(film.id)
    assert (found.state, found.fault) == (ended, fault)
    assert [one.event.kind for one in office.events.after(film.id, 0)] == ["queued", "ended"]


def test_old_films_are_removed_with_what_nobody_names(office, workflows, tick):
    """At the first look, and then once in an hour."""
    film = office.films.add(new_film(expires_at=1_900_000_000.0))
    office.films.end(film.id, 1, "cancelled")

    tick()
    tick()

    assert office.films.page().films == ()
    assert len(workflows.forgot) == 1


def test_workflows_are_forgotten_by_the_time_at_which_they_ended(workflows, tick):
    """That is asked for as a date, not as an age."""
    tick()

    assert workflows.forgot == [2_000_000_000.0 - FORGET_S]


def test_a_film_in_progress_is_ended_by_its_worker_if_that_lives(office, workflows, tick):
    """It knows what the film has cost; only where nobody did, the next look does it."""
    film = office.films.add(new_film(state="in_progress"))
    workflows.known[f"{film.id}.1"] = WorkflowState("cancelled")

    tick()
    seen = office.films.get(film.id).state
    tick()

    assert (seen, office.films.get(film.id).state) == ("in_progress", "cancelled")


def test_every_open_film_is_looked_at_however_many_there_are(office, workflows, tick, monkeypatch):
    """They are read in pages."""
    films = [office.films.add(new_film(created_at=1_000.0)) for _ in range(3)]
    monkeypatch.setattr(office.films, "open_attempts", partial(office.films.open_attempts, 1))

    tick()

    assert {one[-1] for one in workflows.submitted} == {f"{film.id}.1" for film in films}


def test_all_that_is_old_goes_though_another_worker_takes_some_of_it_away(office, tick, monkeypatch):
    """Films, pages of them; replies and messages that nobody asks for any more."""
    for _ in range(3):
        office.films.end(office.films.add(new_film(expires_at=1_900_000_000.0)).id, 1, "cancelled")
    monkeypatch.setattr(office.films, "expired", lambda now_s: Films.expired(office.films, now_s, 2))
    delete = office.films.delete

    def second(film_id):
        delete(film_id)
        delete(film_id)  # as when another worker was first

    monkeypatch.setattr(office.films, "delete", second)
    office.repeats._now_s = office.hooks.deliveries._now_s = lambda: 1_900_000_000.0
    office.repeats.begin("", "/v1/films", "k", "hash")
    sent = office.hooks.deliveries.add("k", owner="", event="film.completed", url="https://a.example", body="{}")
    office.hooks.deliveries.note_try(sent.id, Try(at=1_900_000_000.0, status=204))
    office.repeats._now_s = office.hooks.deliveries._now_s = lambda: 2_000_000_000.0

    tick()

    assert office.films.page().films == ()
    assert office.repeats.begin("", "/v1/films", "k", "another") == "new"
    assert office.hooks.deliveries.page().deliveries == ()
