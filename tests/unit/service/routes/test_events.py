"""The stream of a film's events, and its pages."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
import anyio.lowlevel
import pytest

import little_house
from astragen.model.event import ShotRendered, StepDone, TakeMade
from astragen.service.app import create_app

SEA = {"prompt": "The sea at night", "seconds": 12}


@pytest.fixture
def film(asking):
    return asking.post("/v1/films", json=SEA).json()


def tell(rooms, film_id: str, count: int) -> None:
    for number in range(count):
        step = StepDone(at_s=number / 10, stage="render", subject=f"s{number}", reused=False)
        rooms.office.events.tell(film_id, f"step/{number}", step)


def parsed(text: str) -> list[dict]:
    """The events of a stream as dicts of their fields, `retry` and comments left out."""
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [block for block in blocks if "data" in block]


def test_an_ended_film_streams_all_of_its_history_and_ends(rooms, asking, film):
    """Each event has its number, its kind and its data; the client is told when to come back."""
    tell(rooms, film["id"], 2)
    rooms.office.films.end(film["id"], 1, "cancelled")
    answer = asking.get(film["links"]["events"])
    told = parsed(answer.text)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("retry: 3000\n\n")
    assert [(one["id"], one["event"]) for one in told] == [
        ("1", "queued"), ("2", "step_done"), ("3", "step_done"), ("4", "ended")
    ]  # fmt: skip
    data = json.loads(told[1]["data"])
    assert (data["film"], data["seq"], data["event"]["kind"], data["event"]["subject"]) == (
        film["id"],
        2,
        "step_done",
        "s0",
    )
    assert isinstance(data["at"], int)


def test_clients_that_resume_while_events_come_miss_nothing_and_see_nothing_twice(rooms, asking, film):
    """One from the start, one by Last-Event-ID, one by ?after=."""

    def append() -> None:
        tell(rooms, film["id"], 60)
        rooms.office.films.end(film["id"], 1, "cancelled")

    asked = [("", {}), ("", {"Last-Event-ID": "1"}), ("?after=7", {}), ("?after=2", {"Last-Event-ID": "30"})]
    with asking, ThreadPoolExecutor(4) as pool:
        streams = [pool.submit(asking.get, film["links"]["events"] + query, headers=head) for query, head in asked]
        thread = threading.Thread(target=append)
        thread.start()
        seen = [[int(one["id"]) for one in parsed(stream.result(20).text)] for stream in streams]
        thread.join()

    whole = list(range(1, 63))
    assert seen == [whole, whole[1:], whole[7:], whole[30:]]


def test_whoever_has_seen_all_of_an_ended_film_is_told_not_to_come_back(rooms, asking, film):
    """204, after which a browser's EventSource stays away."""
    rooms.office.films.end(film["id"], 1, "cancelled")

    assert asking.get(film["links"]["events"], headers={"Last-Event-ID": "2"}).status_code == 204
    assert asking.get(f"{film['links']['events']}?after=1").status_code == 200


def test_pages_of_json_are_there_for_who_asks_for_them(rooms, asking, film):
    """By Accept; the next page begins after last_seq, also where the film still goes on."""
    tell(rooms, film["id"], 4)
    headers = {"Accept": "application/json"}
    first = asking.get(f"{film['links']['events']}?limit=3", headers=headers).json()
    rest = asking.get(f"{film['links']['events']}?after={first['last_seq']}", headers=headers).json()
    none = asking.get(f"{film['links']['events']}?after=5", headers=headers).json()

    assert ([one["seq"] for one in first["data"]], first["last_seq"], first["has_more"]) == ([1, 2, 3], 3, True)
    assert ([one["seq"] for one in rest["data"]], rest["has_more"]) == ([4, 5], False)
    assert (none["data"], none["last_seq"]) == ([], 5)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Accept": "image/png"}, 406),
        ({"Accept": "text/event-stream", "Last-Event-ID": "seven"}, 400),
        ({"Accept": "application/json", "Last-Event-ID": "-1"}, 400),
        ({"Accept": "application/json", "Last-Event-ID": "9" * 30}, 400),
        ({"Accept": "application/json;q=0.9", "Last-Event-ID": ""}, 200),
    ],
)
def test_what_cannot_be_told_is_refused(asking, film, headers, status):
    """A form that nobody has, an id that is none."""
    assert asking.get(film["links"]["events"], headers=headers).status_code == status


def test_a_client_that_goes_away_is_watched_for_no_longer(rooms, film):
    """Else a hub would fill with the dead."""
    app = create_app(rooms)
    scope = {
        "type": "http", "method": "GET", "path": film["links"]["events"], "query_string": b"", "root_path": "",
        "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80), "client": little_house.HERE,
        "headers": [(b"host", b"127.0.0.1")], "state": {},
    }  # fmt: skip

    async def main() -> tuple[int, int]:
        sent, gone, told = [], anyio.Event(), anyio.Event()

        async def receive() -> dict:
            if not sent:
                sent.append("body")
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict) -> None:
            if b"queued" in message.get("body", b""):
                told.set()

        async with rooms.hub:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(app, scope, receive, send)
                await told.wait()
                await anyio.sleep(0.1)  # it has read what came meanwhile, and waits
                during = rooms.hub.watchers
                gone.set()
            await anyio.lowlevel.checkpoint()
            return during, rooms.hub.watchers

    assert anyio.run(main) == (1, 0)


@pytest.mark.parametrize(
    ("kind", "media_type", "name"), [(TakeMade, "image/png", "picture"), (ShotRendered, "video/mp4", "clip")]
)
def test_what_an_event_tells_of_can_be_fetched(rooms, asking, film, kind, media_type, name):
    """By the event's number, whole or in part, while the film is made; browsers keep it."""
    artifact = rooms.artifacts.put_bytes(b"0123456789", media_type)
    made_by = {"made_by": "somebody"} if kind is TakeMade else {}
    seq = rooms.office.events.tell(film["id"], "made", kind(shot="s1", **{name: artifact}, **made_by))
    where = f"{film['links']['events']}/{seq}/content"

    whole, part = asking.get(where), asking.get(where, headers={"Range": "bytes=2-4"})

    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, b"0123456789", media_type)
    assert "immutable" in whole.headers["cache-control"]
    assert (part.status_code, part.content) == (206, b"234")


def test_an_event_without_a_file_has_no_content(rooms, asking, film):
    """Nor one that never was, nor one whose file was needed no more."""
    gone = rooms.artifacts.put_bytes(b"gone", "video/mp4")
    seq = rooms.office.events.tell(film["id"], "made", ShotRendered(shot="s1", clip=gone))
    rooms.artifacts.path(gone).unlink()

    for number in (1, seq, seq + 1):
        answer = asking.get(f"{film['links']['events']}/{number}/content")
        assert (answer.status_code, answer.json()["code"]) == (404, "film.no_content")
