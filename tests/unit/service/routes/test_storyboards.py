"""Storyboards over HTTP."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from anyio import CapacityLimiter
from pydantic import SecretStr

import filmed
import little_house
from astragen.providers import paying
from astragen.providers.access import Access
from emulators.chat_server import ChatServer
from scripted_chat import board


def test_a_storyboard_is_written_judged_and_foretold(asking):
    """By the built-in writer; it can be ordered as it is, and carries the brief's seed and style."""
    body = {"prompt": "A fox crosses a frozen river", "seconds": 12, "style": "oil", "seed": 5, "writer": "builtin"}
    plan = asking.post("/v1/storyboards", json=body).json()
    film = asking.post("/v1/films", json={"storyboard": plan["storyboard"], "dry_run": True})

    assert (plan["object"], plan["made_by"], plan["cost_usd"]) == ("storyboard", "builtin", 0.0)
    assert plan["storyboard"]["bible"]["style"] == "oil"
    assert all(shot["seed"] for scene in plan["storyboard"]["scenes"] for shot in scene["shots"])
    assert 0 < plan["critique"]["overall"] <= 1
    assert plan["forecast"]["shots"] == sum(len(scene["shots"]) for scene in plan["storyboard"]["scenes"])
    assert film.status_code == 200


def test_a_writer_that_is_not_there_is_refused(asking):
    """With where in the body, and in the API's words."""
    answer = asking.post("/v1/storyboards", json={"prompt": "The sea", "writer": "openai"})

    assert (answer.status_code, answer.json()["code"]) == (422, "provider.key_missing")
    assert answer.json()["errors"][0]["pointer"] == "#/writer"
    assert "--" not in answer.json()["detail"]


def test_a_language_model_writes_and_is_named(tmp_path):
    """On a server of one's own, at no cost."""
    with ChatServer(texts=(json.dumps(board(scenes=1, shots=2)),)) as server:
        model = {"compatible": Access(base_url=f"{server.url}/v1", model="m")}
        with little_house.house(tmp_path / "house", providers=model) as rooms:
            body = {"prompt": "A fox in the snow", "seconds": 8, "writer": "compatible"}
            plan = little_house.client(rooms).post("/v1/storyboards", json=body).json()

    assert (plan["made_by"], plan["warnings"]) == ("compatible m", [])
    assert len(plan["storyboard"]["scenes"][0]["shots"]) == 2


@pytest.fixture
def vendor(tmp_path, monkeypatch):
    """A house whose language model costs money, a key that may spend ten cents, and who asks with it."""
    monkeypatch.setattr(paying, "is_loopback", lambda host: False)
    texts = (json.dumps(board(scenes=1, shots=2)),) * 3
    with ChatServer(texts=texts) as server:
        access = {"openai": Access(key=SecretStr("k-1"), base_url=f"{server.url}/v1")}
        with little_house.house(tmp_path / "house", providers=access) as rooms:
            scopes = ("films:read", "films:write", "usage:read")
            record, secret = rooms.office.keys.create("shop", scopes, spend_limit_usd=0.1)
            yield SimpleNamespace(rooms=rooms, owner=record.id, asking=little_house.client(rooms, key=secret))


def test_what_a_language_model_writes_is_charged_to_the_key(vendor):
    """Once: what was written before, and kept, costs nothing. It is among what was used."""
    body = {"prompt": "A fox in the snow", "seconds": 8, "writer": "openai", "max_cost_usd": 0.25}
    plans = [vendor.asking.post("/v1/storyboards", json=body).json() for _ in range(2)]
    used = vendor.asking.get("/v1/usage").json()

    assert plans[0]["cost_usd"] == pytest.approx(3.7e-6)
    assert plans[1]["cost_usd"] == 0
    assert used["total"]["usd"] == pytest.approx(3.7e-6)
    assert (used["total"]["attempts"], len(used["days"])) == (0, 1)


def test_a_key_that_has_spent_its_limit_has_nothing_written_for_money(vendor):
    """The built-in writer writes; a model that is named is refused, and one that changes a film as well."""
    film = vendor.asking.post("/v1/films", json={"prompt": "The sea", "writer": "builtin"}).json()
    filmed.complete(vendor.rooms, film["id"])
    vendor.rooms.office.usage.note_writing(vendor.owner, "openai", 1.0, at=time.time())
    body = {"prompt": "A fox in the snow", "seconds": 8, "writer": "openai"}
    refused = vendor.asking.post("/v1/storyboards", json=body)
    written = vendor.asking.post("/v1/storyboards", json={**body, "writer": "builtin"})
    revised = vendor.asking.post(f"{film['links']['self']}/revise", json={"instruction": "Rain", "writer": "openai"})

    assert (refused.status_code, refused.json()["code"]) == (422, "budget.exceeded")
    assert (written.status_code, written.json()["made_by"]) == (200, "builtin")
    assert (revised.status_code, revised.json()["code"]) == (422, "budget.exceeded")


def test_a_slow_language_model_keeps_nobody_else_waiting(tmp_path):
    """However many wait for it: whoever asks for something else is answered."""
    release, in_time = threading.Event(), []

    class Slow(ChatServer):
        def answer(self, asked):
            in_time.append(release.wait(3))
            return super().answer(asked)

    with Slow(texts=(json.dumps(board(scenes=1, shots=2)),)) as server:
        model = {"compatible": Access(base_url=f"{server.url}/v1", model="m")}
        with little_house.house(tmp_path / "house", providers=model) as opened:
            rooms = replace(opened, _threads=CapacityLimiter(1))
            asking = little_house.client(rooms)
            body = {"prompt": "A fox in the snow", "seconds": 8, "writer": "compatible"}
            plans = []
            with asking:
                waiting = threading.Thread(target=lambda: plans.append(asking.post("/v1/storyboards", json=body)))
                waiting.start()
                while not server.asked:
                    time.sleep(0.01)
                film = asking.get("/v1/films")
                release.set()
                waiting.join()

    assert film.status_code == 200
    assert all(in_time)
    assert [one.status_code for one in plans] == [200]
