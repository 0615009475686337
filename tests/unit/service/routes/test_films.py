"""Ordering films, listing them, stopping them, trying them again."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import event

import filmed
import little_house
from astragen.errors import DatabaseDown
from astragen.model.base import canonical_json, content_hash
from astragen.model.job import Fault
from astragen.service.shapes.film import FilmOrder
from astragen.store.syncing import Syncing

SEA = {"prompt": "The sea at night", "seconds": 12}


@pytest.fixture
def key(rooms):
    """A secret for films, made first; its record beside it."""
    record, secret = rooms.office.keys.create(name="shop", scopes=("films:read", "films:write"))
    return record, secret


def ordered(asking, **fields) -> dict:
    answer = asking.post("/v1/films", json=SEA | fields)
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_an_ordered_film_is_kept_submitted_and_told(rooms, asking):
    """202 at once, with where it is; the engine has its id and attempt."""
    answer = asking.post("/v1/films", json=SEA | {"metadata": {"ticket": "42"}})
    film = answer.json()

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/films/{film['id']}" == film["links"]["self"]
    assert (film["object"], film["status"], film["version"], film["attempt"]) == ("film", "queued", 1, 1)
    assert (film["queue_position"], film["metadata"], film["error"]) == (1, {"ticket": "42"}, None)
    assert isinstance(film["created_at"], int)
    assert film["input"]["prompt"] == SEA["prompt"]
    assert film["cost"] == {"estimated_usd": 0.0, "actual_usd": 0.0, "limit_usd": 0.25}
    assert rooms.counter.submitted == [("films", "film.v1", film["id"], 1, f"{film['id']}.1")]
    assert rooms.office.films.get(film["id"]).order.brief.seconds == 12


def test_an_accepted_film_is_on_the_disk_with_its_workflow(rooms, asking):
    """A power cut right after the answer takes neither; one write is enough for both."""
    there = []

    def noted(_: int) -> None:
        there.append((len(rooms.office.films.unfinished()), len(rooms.counter.submitted)))

    rooms.office.database._syncing = Syncing(rooms.settings.data_dir / "astragen.sqlite", to_disk=noted)
    ordered(asking)

    assert there == [(1, 1)]


def test_a_storyboard_is_ordered_as_it_is_with_what_is_said_beside_it(rooms, asking):
    """A style that is said is the storyboard's now, a length lets its shots be paced anew."""
    document = filmed.board().model_dump(mode="json")
    answer = asking.post("/v1/films", json={"storyboard": document, "style": "oil", "seconds": 9, "height": 720})
    order = rooms.office.films.get(answer.json()["id"]).order

    assert answer.status_code == 202
    assert (order.storyboard.bible.style, order.brief.seconds, order.brief.height) == ("oil", 9, 720)
    assert {shot.frames for shot in order.storyboard.shots} == {None}
    assert answer.json()["title"] == "Die Brücke / 橋"
    assert answer.json()["shots"] == {"total": 3, "done": 0}


def test_a_screenplay_is_read_as_one(rooms, asking):
    """As on the command line."""
    text = "INT. LIGHTHOUSE - NIGHT\n\nA keeper climbs the stairs.\n\nKEEPER\nWho is there?\n"
    film = ordered(asking, prompt=text, seconds=20)

    order = rooms.office.films.get(film["id"]).order
    assert order.storyboard is not None
    assert any("Who is there?" in shot.line for shot in order.storyboard.shots)


def test_a_dry_run_tells_what_a_film_would_take_and_makes_none(rooms, asking):
    """Time, money, shots; nothing is kept."""
    answer = asking.post("/v1/films", json=SEA | {"dry_run": True, "height": 720})
    forecast = answer.json()["forecast"]

    assert (answer.status_code, answer.json()["object"]) == (200, "estimate")
    assert (forecast["width"], forecast["height"], forecast["cost_usd"]) == (1280, 720, 0.0)
    assert forecast["shots"] >= 2
    assert forecast["wall_s"] > 1
    assert asking.get("/v1/films").json()["data"] == []


def test_the_same_request_with_the_same_key_is_answered_once(rooms, asking):
    """Byte for byte, whatever the order of its fields, and told so; another key makes another film."""
    headers = {"Idempotency-Key": "order-1"}
    first = asking.post("/v1/films", json=SEA, headers=headers)
    again = asking.post(
        "/v1/films",
        content=json.dumps(dict(reversed(SEA.items()))),
        headers={**headers, "content-type": "application/json"},
    )
    other = asking.post("/v1/films", json=SEA, headers={"Idempotency-Key": "order-2"})

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert other.json()["id"] != first.json()["id"]
    assert len(rooms.counter.submitted) == 2


def test_a_key_of_another_request_is_refused(asking):
    """422; an empty or endless key is 400."""
    asking.post("/v1/films", json=SEA, headers={"Idempotency-Key": "k"})
    other = asking.post("/v1/films", json=SEA | {"seconds": 13}, headers={"Idempotency-Key": "k"})
    long = asking.post("/v1/films", json=SEA, headers={"Idempotency-Key": "k" * 256})
    empty = asking.post("/v1/films", json=SEA, headers={"Idempotency-Key": " "})

    assert (other.status_code, other.json()["code"]) == (422, "request.key_reused")
    assert (long.status_code, empty.status_code) == (400, 400)
    assert long.json()["errors"][0]["parameter"] == "header.idempotency-key"


def test_a_request_whose_first_is_still_running_is_told_to_wait(rooms, asking):
    """409 with Retry-After, and no second film."""
    content = content_hash(canonical_json(FilmOrder(**SEA)))
    assert rooms.office.repeats.begin("", "/v1/films", "k", content, subject="film_x") == "new"
    answer = asking.post("/v1/films", json=SEA, headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (409, "request.running")
    assert answer.headers["retry-after"] == "1"
    assert rooms.counter.submitted == []


def test_a_refused_order_gives_its_key_back(rooms, asking):
    """Mended, it may be sent under the same key."""
    wrong = asking.post("/v1/films", json=SEA | {"writer": "nobody"}, headers={"Idempotency-Key": "k"})
    right = asking.post("/v1/films", json=SEA, headers={"Idempotency-Key": "k"})

    assert (wrong.status_code, wrong.json()["code"]) == (422, "provider.unknown")
    assert right.status_code == 202


def test_waiting_is_answered_when_the_film_ends(rooms, asking):
    """Long before the time is up, and told so."""

    def finish() -> None:
        while not (films := rooms.office.films.unfinished(1)):
            time.sleep(0.01)
        filmed.complete(rooms, films[0].id)

    with asking:
        thread = threading.Thread(target=finish)
        thread.start()
        answer = asking.post("/v1/films", json=SEA, headers={"Prefer": "respond-async, wait=30"})
        thread.join()

    assert answer.headers["preference-applied"] == "wait=30"
    assert (answer.status_code, answer.json()["status"]) == (202, "completed")


def test_waiting_ends_with_its_time(asking):
    """With the film as it is then."""
    with asking:
        answer = asking.post("/v1/films", json=SEA, headers={"Prefer": "wait=0"})

    assert (answer.headers["preference-applied"], answer.json()["status"]) == ("wait=0", "queued")


def test_a_known_film_is_not_sent_again(rooms, asking):
    """304 while its tag holds; another tag once it has changed."""
    film = ordered(asking)
    first = asking.get(film["links"]["self"])
    same = asking.get(film["links"]["self"], headers={"If-None-Match": first.headers["etag"]})
    rooms.office.films.change(film["id"], state="in_progress", stage="render", progress=40)
    changed = asking.get(film["links"]["self"], headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, same.status_code, changed.status_code) == (200, 304, 200)
    assert same.content == b""
    assert same.headers["etag"] == first.headers["etag"] != changed.headers["etag"]
    assert (changed.json()["status"], changed.json()["progress"], changed.json()["stage"]) == (
        "in_progress",
        40,
        "render",
    )


def test_a_long_poll_is_answered_when_the_film_changes(rooms, asking):
    """Not at once, and long before the time is up."""
    film = ordered(asking)
    tag = asking.get(film["links"]["self"]).headers["etag"]

    def fail() -> None:
        time.sleep(0.1)
        rooms.office.films.end(film["id"], 1, "failed", fault=Fault(code="media.render", message="No room."))

    with asking:
        thread = threading.Thread(target=fail)
        began = time.monotonic()
        thread.start()
        answer = asking.get(f"{film['links']['self']}?wait=30", headers={"If-None-Match": tag})
        took_s = time.monotonic() - began
        thread.join()

    assert 0.1 <= took_s < 10
    assert answer.status_code == 200
    assert answer.json()["error"] == {"code": "media.render", "message": "No room.", "hint": ""}


def test_a_completed_film_has_its_output_warnings_cost_and_links(rooms, asking):
    """All of facts that a client shows."""
    film = ordered(asking)
    filmed.complete(rooms, film["id"])
    done = asking.get(film["links"]["self"]).json()

    assert (done["status"], done["progress"], done["queue_position"]) == ("completed", 100, None)
    assert done["completed_at"] >= done["created_at"]
    assert done["output"]["bytes"] == len(filmed.MOVIE)
    assert (done["output"]["seconds"], done["output"]["width"]) == (6.0, 1280)
    assert done["output"]["variants"] == ["film", "captions.vtt", "storyboard", "zip"]
    assert done["warnings"] == [
        {"code": "shoot.fallback", "subject": "s2", "reason": "no answer", "instead": "it is painted"}
    ]
    assert done["cost"]["actual_usd"] == 0.02
    assert done["links"]["content"] == f"/v1/films/{film['id']}/content"
    assert (done["links"]["cancel"], done["links"]["retry"]) == (None, None)


def test_films_are_listed_page_by_page(rooms, asking):
    """The newest first, with the next page in Link and by last_id; back with before; oldest first when asked."""
    ids = [ordered(asking)["id"] for _ in range(5)][::-1]
    first = asking.get("/v1/films?limit=2")
    second = asking.get(first.headers["link"].split(">")[0].removeprefix("<"))
    back = asking.get(f"/v1/films?limit=2&before={ids[2]}").json()
    rising = asking.get("/v1/films?order=asc&limit=3").json()

    assert [one["id"] for one in first.json()["data"]] == ids[:2]
    assert (first.json()["first_id"], first.json()["last_id"], first.json()["has_more"]) == (ids[0], ids[1], True)
    assert first.headers["link"].endswith('; rel="next"')
    assert [one["id"] for one in second.json()["data"]] == ids[2:4]
    assert [one["id"] for one in back["data"]] == ids[:2]
    assert [one["id"] for one in rising["data"]] == ids[::-1][:3]


def test_a_list_has_of_a_completed_film_what_needs_no_report(rooms, asking):
    """Its length, size and hash; frame and warnings are in the film itself, as the document says."""
    film = ordered(asking)
    filmed.complete(rooms, film["id"])
    (listed,) = asking.get("/v1/films").json()["data"]

    assert (listed["output"]["bytes"], listed["cost"]["actual_usd"]) == (len(filmed.MOVIE), 0.02)
    assert [listed["output"][name] for name in ("seconds", "width", "height", "fps")] == [6.0, None, None, None]
    assert listed["warnings"] == []


def test_films_are_listed_by_state_and_by_metadata(rooms, asking):
    """All of what is asked for must hold."""
    red = ordered(asking, metadata={"team": "red", "n": "1"})
    ordered(asking, metadata={"team": "red", "n": "2"})
    blue = ordered(asking, metadata={"team": "blue"})
    rooms.office.films.end(blue["id"], 1, "cancelled")

    def found(query: str) -> list[str]:
        return [one["id"] for one in asking.get(f"/v1/films?{query}").json()["data"]]

    assert found("status=cancelled") == [blue["id"]]
    assert found("metadata[team]=red&metadata[n]=1") == [red["id"]]
    assert found("metadata[team]=green") == []
    assert asking.get("/v1/films?metadata[a]=%00").status_code == 422


def test_films_are_searched_by_title_and_prompt(rooms, asking):
    """The next page is of the same search."""
    foxes = [ordered(asking, prompt=f"A fox crosses river {number}") for number in range(2)]
    ordered(asking)
    answer = asking.get("/v1/films?q=FOX&limit=1")

    assert [one["id"] for one in answer.json()["data"]] == [foxes[1]["id"]]
    assert "q=FOX" in answer.headers["link"]
    assert [one["id"] for one in asking.get("/v1/films?q=river+1").json()["data"]] == [foxes[1]["id"]]
    assert asking.get("/v1/films?q=owl").json()["data"] == []
    assert asking.get(f"/v1/films?q={'x' * 201}").status_code == 422
    assert asking.get("/v1/films?q=%00").status_code == 422


def test_a_queued_film_is_cancelled_at_once(rooms, asking):
    """And the engine is told; again, nothing changes."""
    film = ordered(asking)
    first, again = (asking.post(film["links"]["cancel"]) for _ in range(2))

    assert (first.status_code, first.json()["status"]) == (202, "cancelled")
    assert (again.status_code, again.json()["status"]) == (202, "cancelled")
    assert rooms.counter.cancelled == [f"{film['id']}.1"]
    assert [one.event.kind for one in rooms.office.events.after(film["id"], 0)] == ["queued", "ended"]


def test_a_film_in_progress_is_cancelled_by_its_worker(rooms, asking):
    """Until it says so, the film is cancelling."""
    film = ordered(asking)
    rooms.office.films.change(film["id"], state="in_progress", stage="render")
    answer = asking.post(film["links"]["cancel"])

    assert (answer.status_code, answer.json()["status"], answer.json()["stage"]) == (202, "in_progress", "cancelling")
    assert rooms.counter.cancelled == [f"{film['id']}.1"]


def test_a_completed_film_is_neither_cancelled_nor_tried_again(rooms, asking):
    """409, with the reason."""
    film = ordered(asking)
    filmed.complete(rooms, film["id"])

    for act in ("cancel", "retry"):
        answer = asking.post(f"/v1/films/{film['id']}/{act}")
        assert answer.status_code == 409
        assert "completed" in answer.json()["detail"]


def test_a_failed_film_is_tried_again_as_its_next_attempt(rooms, asking):
    """Under its own id, so that its steps are found."""
    film = ordered(asking)
    rooms.office.films.end(film["id"], 1, "failed", fault=Fault(code="provider.unavailable", message="Down."))
    answer = asking.post(f"/v1/films/{film['id']}/retry")

    assert (answer.status_code, answer.json()["id"], answer.json()["attempt"]) == (202, film["id"], 2)
    assert (answer.json()["status"], answer.json()["error"]) == ("queued", None)
    assert rooms.counter.submitted[-1] == ("films", "film.v1", film["id"], 2, f"{film['id']}.2")


def test_a_deleted_film_is_stopped_first_and_then_not_found(rooms, asking):
    """204, then 404 everywhere."""
    film = ordered(asking)
    gone = asking.delete(film["links"]["self"])

    assert (gone.status_code, gone.content) == (204, b"")
    assert rooms.counter.cancelled == [f"{film['id']}.1"]
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events"), ("POST", "/retry"), ("GET", "/versions")):
        assert asking.request(method, film["links"]["self"] + path).status_code == 404


@pytest.fixture
def shop(rooms):
    """A client whose key may have one film on its way."""
    _, secret = rooms.office.keys.create("shop", ("films:read", "films:write"), films_at_once=1)
    return little_house.client(rooms, key=secret)


def submitted(rooms):
    return [one[2] for one in rooms.counter.submitted]


def test_a_key_with_enough_films_on_their_way_waits_and_others_pass_it(rooms, shop):
    """Its film is queued in no queue, and says why; the film of another key is submitted at once."""
    _, other = rooms.office.keys.create("other", ("films:read", "films:write"))
    first, second = ordered(shop), ordered(shop)
    passing = ordered(little_house.client(rooms, key=other))

    assert (first["status"], first["stage"], first["queue_position"]) == ("queued", "", 1)
    assert (second["status"], second["stage"], second["queue_position"]) == ("queued", "held", None)
    assert submitted(rooms) == [first["id"], passing["id"]]


@pytest.mark.parametrize("act", ["cancel", "delete"])
def test_a_film_that_is_stopped_lets_the_next_one_go(rooms, shop, act):
    """At once, and one at a time."""
    films = [ordered(shop) for _ in range(3)]
    where = films[0]["links"]["self"]

    shop.post(f"{where}/cancel") if act == "cancel" else shop.delete(where)

    assert submitted(rooms) == [films[0]["id"], films[1]["id"]]
    assert [shop.get(one["links"]["self"]).json()["stage"] for one in films[1:]] == ["", "held"]


def test_a_held_film_is_cancelled_without_anybody_being_let_go(rooms, shop):
    """It was in nobody's way."""
    films = [ordered(shop) for _ in range(3)]
    answer = shop.post(films[1]["links"]["cancel"])

    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
    assert submitted(rooms) == [films[0]["id"]]


def test_a_retried_film_waits_as_a_new_one(rooms, shop):
    """It had left the queue."""
    first = ordered(shop)
    rooms.office.films.end(first["id"], 1, "failed")
    second = ordered(shop)
    answer = shop.post(f"{first['links']['self']}/retry")

    assert (answer.status_code, answer.json()["attempt"], answer.json()["stage"]) == (202, 2, "held")
    assert submitted(rooms) == [first["id"], second["id"]]


def test_a_film_that_the_disk_has_no_room_for_is_refused(rooms, asking, monkeypatch):
    """507, with the folder, what is needed and what is free, and what to do; nothing is kept. A dry run still tells."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10_000_000))
    answer = asking.post("/v1/films", json=SEA)
    dry = asking.post("/v1/films", json=SEA | {"dry_run": True})

    assert (answer.status_code, answer.json()["code"]) == (507, "storage.full")
    assert answer.headers["content-type"] == "application/problem+json"
    assert re.search(
        rf"may need [\d,]+ MB on the disk of {rooms.settings.data_dir}, and 10 MB are free\. Free some there",
        answer.json()["detail"],
    )
    assert asking.get("/v1/films").json()["data"] == []
    assert dry.status_code == 200


def test_a_database_without_room_is_told(rooms, asking):
    """507, and nothing of where it is; the film was not accepted."""
    engine = rooms.office.database._engine
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 1"))  # as many as there are
    answers = [asking.post("/v1/films", json=SEA | {"prompt": "sea " * 4_000}) for _ in range(8)]

    full = [one for one in answers if one.status_code != 202]
    assert full
    assert {(one.status_code, one.json()["code"]) for one in full} == {(507, "storage.full")}
    assert str(rooms.settings.data_dir) not in full[0].text
    assert len(asking.get("/v1/films").json()["data"]) == len(answers) - len(full)


def test_a_key_sees_its_own_films_only(rooms, key):
    """To another they are not there; and a key without the scope is refused."""
    record, secret = key
    _, other = rooms.office.keys.create(name="other", scopes=("films:read",))
    mine, theirs = little_house.client(rooms, key=secret), little_house.client(rooms, key=other)
    film = ordered(mine)

    assert rooms.office.films.get(film["id"]).owner == record.id
    assert mine.get(film["links"]["self"]).status_code == 200
    for path in ("", "/events", "/shots", "/content", "/versions"):
        assert theirs.get(film["links"]["self"] + path).status_code == 404
    assert theirs.get("/v1/films").json()["data"] == []
    assert theirs.post("/v1/films", json=SEA).status_code == 403


def test_a_key_orders_no_more_films_than_it_may_have(rooms):
    """429, with when to ask again."""
    _, secret = rooms.office.keys.create(name="small", scopes=("films:write", "films:read"), queue_depth=1)
    mine = little_house.client(rooms, key=secret)
    ordered(mine)
    answer = mine.post("/v1/films", json=SEA)

    assert answer.status_code == 429
    assert "retry-after" in answer.headers


def test_a_film_whose_submission_fails_is_left_to_the_reconciler(rooms, asking, caplog):
    """It was accepted: ordering it again would make it twice."""

    def broken(*_, **__):
        raise OSError("engine down")

    rooms.counter.submit = broken
    film = ordered(asking)

    assert [one.id for one in rooms.office.films.unfinished(10)] == [film["id"]]
    assert "reconciler" in caplog.text


def test_an_order_whose_answer_got_lost_makes_one_film(rooms, asking, monkeypatch):
    """The film was kept, and the database went away: the same request again is answered with it, and pays nothing."""
    position = rooms.counter.position

    def down(id):
        monkeypatch.setattr(rooms.counter, "position", position)
        raise DatabaseDown("It does not answer.")

    monkeypatch.setattr(rooms.counter, "position", down)
    lost, again = (asking.post("/v1/films", json=SEA, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert (lost.status_code, again.status_code) == (503, 202)
    assert [one["id"] for one in asking.get("/v1/films").json()["data"]] == [again.json()["id"]]
