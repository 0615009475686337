"""A whole deployment, small: PostgreSQL, an S3 server, one process that answers and one that works, with API keys."""

from __future__ import annotations

import hashlib
import http.client
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import studio_service
from astragen.store.collect import UNUSED_S, collect
from astragen.store.office import Office
from astragen.store.shared import opened_artifacts

PATIENCE_S = 90.0
SHOT = {"id": "s1-1", "frames": 24}


def order_of(title: str) -> dict[str, Any]:
    """The smallest film there is, another one for another *title*."""
    return {
        "storyboard": {"title": title, "scenes": [{"id": "s1", "setting": "ocean", "shots": [SHOT]}]},
        "seconds": 5,
        "height": 360,
        "profile": "draft",
        **dict.fromkeys(("narration", "music", "ambience", "captions"), False),
    }


class Client:
    """Asks the service at *url* with *key*, and follows nothing."""

    def __init__(self, url: str, key: str) -> None:
        self.place, self.headers = urlsplit(url).netloc, {"Authorization": f"Bearer {key}"}

    def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, Any, http.client.HTTPMessage]:
        """Status, content and headers; content is parsed where it is JSON."""
        connection = http.client.HTTPConnection(self.place, timeout=PATIENCE_S)
        try:
            kind = {"Content-Type": "application/json"} if body is not None else {}
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {**self.headers, **kind, **headers})
            answer = connection.getresponse()
            raw = answer.read()
            return answer.status, json.loads(raw) if b"{" in raw[:1] else raw, answer.headers
        finally:
            connection.close()

    def film(self, title: str) -> dict[str, Any]:
        """Order a film."""
        code, film, _ = self.ask("POST", "/v1/films", order_of(title))
        assert code == 202, film
        return film

    def state(self, film: dict[str, Any]) -> tuple[str, str]:
        """Its state and stage."""
        _, now, _ = self.ask("GET", film["links"]["self"])
        return now["status"], now["stage"]

    def until(self, film: dict[str, Any], *states: str) -> None:
        """Return when *film* is in one of *states*, which it must get into."""
        ends = time.monotonic() + PATIENCE_S
        while (now := self.state(film)[0]) not in states:
            assert time.monotonic() < ends, now
            time.sleep(0.05)


@contextmanager
def working(folder: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of another machine: it shares nothing but what *variables* name."""
    folder.mkdir(exist_ok=True)
    flags = ["worker", "--films-at-once", "2", "--drain", "1", "--data", str(folder / "data")]
    environment = studio_service.environment_at(folder) | {"ASTRAGEN_CONFIG_DIR": str(folder)} | variables
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*studio_service.COMMAND, *flags, "--cache", str(folder / "cache")], env=environment, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@pytest.fixture
def deployment(s3, postgres_url, tmp_path):
    """What all processes are told of the database and the bucket; the database has its tables."""
    office = Office(postgres_url)
    office.migrate()
    shared = {
        **s3.variables,
        "ASTRAGEN_DATABASE_URL": postgres_url,
        "ASTRAGEN_STORE_URL": f"s3://{s3.new_bucket()}/films",
        "ASTRAGEN_LEASE_S": "2",
    }
    yield office, shared
    office.close()


def test_a_film_is_made_fetched_told_deleted_and_collected(deployment, s3, tmp_path):
    """While the worker is killed; a key that may have one film on its way waits for it, and another key passes it."""
    office, shared = deployment
    scopes = ("films:read", "films:write")
    shop, other = (office.keys.create(name, scopes, films_at_once=many)[1] for name, many in (("a", 1), ("b", None)))
    api = tmp_path / "api"
    api.mkdir()
    url, server = studio_service.start(api, "--workers", "0", **shared)
    mine, theirs = Client(url, shop), Client(url, other)
    try:
        first, second = mine.film("First"), mine.film("Second")
        third = theirs.film("Third")
        assert [mine.state(first), mine.state(second)] == [("queued", ""), ("queued", "held")]
        with working(tmp_path / "one", **shared) as worker:
            mine.until(first, "in_progress", "completed")
            worker.send_signal(signal.SIGKILL)
        if mine.state(first)[0] == "in_progress":  # else the worker was quicker than this test
            assert mine.state(second) == ("queued", "held")
        with working(tmp_path / "two", **shared):
            for client, film in ((theirs, third), (mine, first), (mine, second)):
                client.until(film, "completed")

        for client, film in ((mine, first), (mine, second), (theirs, third)):
            check_history(client, film)
        times = [times_of(office, film) for film in (first, second, third)]
        assert times[1]["started"] >= times[0]["ended"]
        assert times[2]["started"] < times[1]["started"]
        content = fetched(mine, first, s3)
        assert content[4:8] == b"ftyp"
        assert theirs.ask("GET", first["links"]["self"])[0] == 404
        for client, film in ((mine, first), (mine, second), (theirs, third)):
            assert client.ask("DELETE", film["links"]["self"])[0] == 204
        assert mine.ask("GET", first["links"]["self"])[0] == 404
    finally:
        studio_service.stop(server)

    store = opened_artifacts(shared["ASTRAGEN_STORE_URL"], tmp_path / "cache", variables=s3.variables)
    assert len(list(store.listing())) > 3
    collect(store, set(office.referenced()), now_s=time.time() + UNUSED_S + 60)
    assert list(store.listing()) == []
    logs = "".join(path.read_text() for path in tmp_path.glob("*/log"))
    for secret in (shop, other, s3.variables["AWS_SECRET_ACCESS_KEY"]):
        assert secret not in logs


def times_of(office: Office, film: dict[str, Any]) -> dict[str, float]:
    """When what of *film* was told last, by kind, to more than the second that the API tells."""
    return {one.event.kind: one.at for one in office.events.after(film["id"], 0)}


def check_history(client: Client, film: dict[str, Any]) -> None:
    """Pass when the history of *film* has no gap, one beginning and one end."""
    code, page, _ = client.ask("GET", f"{film['links']['events']}?limit=500", Accept="application/json")
    assert code == 200
    assert [one["seq"] for one in page["data"]] == list(range(1, len(page["data"]) + 1))
    kinds = [one["event"]["kind"] for one in page["data"]]
    assert (kinds[0], kinds[-1], kinds.count("ended"), kinds.count("started")) == ("queued", "ended", 1, 1)


def fetched(client: Client, film: dict[str, Any], s3: Any) -> bytes:
    """The film's bytes, from the bucket itself, by an address that needs no key and holds no secret."""
    code, _, headers = client.ask("GET", f"{film['links']['self']}/content")
    place = urlsplit(headers["Location"])
    assert (code, place.netloc) == (307, f"127.0.0.1:{s3.port}")
    assert s3.variables["AWS_SECRET_ACCESS_KEY"] not in headers["Location"]
    code, content, _ = s3.ask("GET", f"{place.path}?{place.query}")
    _, made, _ = client.ask("GET", film["links"]["self"])
    assert (code, hashlib.sha256(content).hexdigest()) == (200, made["output"]["sha256"])
    return content
