"""Webhooks of a service as a user starts it: engine, database and workers are real, and the receiver is on loopback."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

import studio_service
from emulators.loopback import Asked, Sent
from emulators.webhook_receiver import WELL, WebhookReceiver, status

SHOT = {"id": "s1-1", "frames": 24}
ORDER = {
    "storyboard": {"title": "Waves", "scenes": [{"id": "s1", "setting": "ocean", "shots": [SHOT]}]},
    "seconds": 5,
    "height": 360,
    "profile": "draft",
    **dict.fromkeys(("narration", "music", "ambience", "captions"), False),
}
LIFE = {"film.queued", "film.started", "film.shot_completed", "film.completed"}
PATIENCE_S = 60.0


class Moody(WebhookReceiver):
    """Kills the worker that brings it the news of a queue; once another brings it, it answers other news with 500."""

    def __init__(self) -> None:
        super().__init__()
        self.service = 0
        self.killed = 0
        self.is_back = False
        self.cross_at = ""

    def answer(self, asked: Asked) -> Sent:
        if asked.body["type"] == "film.queued":
            if self.killed:
                self.is_back = True
                return WELL
            [self.killed] = children_of(self.service)
            os.kill(self.killed, signal.SIGKILL)
            return Sent(is_reset=True)
        if self.is_back and not self.cross_at:
            self.cross_at = asked.headers["webhook-id"]
            return status(500)
        return WELL


def children_of(pid: int) -> list[int]:
    return [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]


def asked(url: str, body: object = None) -> dict[str, Any]:
    """What *url* answers, to *body* when there is one."""
    content = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, content, {"Content-Type": "application/json"})) as answer:
        return json.load(answer)


def until(claim, why) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < ends, why()
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the worker is found in /proc")
def test_a_film_of_the_real_engine_is_told_whatever_fails_or_dies(tmp_path):
    """All of its life is verified by the library of Standard Webhooks; a 500 and a killed worker delay a message."""
    with Moody() as receiver:
        url, process = studio_service.start(tmp_path, ASTRAGEN_LEASE_S="2")
        receiver.service = process.pid
        try:
            hook = asked(f"{url}/v1/webhook_endpoints", {"url": f"{receiver.url}/films"})
            log = f"{url}/v1/webhook_endpoints/{hook['id']}/deliveries"
            until(lambda: children_of(process.pid), lambda: "no worker")
            film = asked(f"{url}/v1/films", ORDER)
            until(
                lambda: {one["event"] for one in asked(log)["data"] if one["status"] == "delivered"} == LIFE,
                lambda: f"{asked(log)} {(tmp_path / 'log').read_text()[-2000:]}",
            )
            deliveries = {one["event"]: one for one in asked(log)["data"]}
            made = asked(f"{url}/v1/films/{film['id']}")
        finally:
            studio_service.stop(process)

    assert made["status"] == "completed"
    told = [Webhook(hook["secret"]).verify(one.raw, dict(one.headers)) for one in receiver.asked]  # raises if not ours
    assert {one["data"]["id"] for one in told} == {film["id"]}
    assert told[-1]["data"]["film"]["status"] in ("in_progress", "completed")

    came = Counter(one.headers["webhook-id"] for one in receiver.asked)
    assert receiver.killed
    assert receiver.cross_at
    assert came[deliveries["film.queued"]["id"]] == 2
    for one in deliveries.values():
        is_cross = one["id"] == receiver.cross_at
        assert [each["http_status"] for each in one["tries"]] == (
            [500, 204] if is_cross else [204]
        )  # who died noted none
        assert came[one["id"]] >= len(one["tries"])
