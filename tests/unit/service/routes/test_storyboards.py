"""Storyboards over HTTP."""

from __future__ import annotations

import json

import little_house
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
