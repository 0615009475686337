"""Endpoints made and read over the API; `unit/service/test_hooks.py` sends to them."""

from __future__ import annotations

import re

import pytest

import little_house

URL = "https://93.184.215.14/films"


@pytest.fixture
def rooms(tmp_path):
    with little_house.house(tmp_path / "house") as opened:
        yield opened


@pytest.fixture
def asking(rooms):
    return little_house.client(rooms)


def made(client, **fields):
    answer = client.post("/v1/webhook_endpoints", json={"url": URL, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_secret_is_shown_once(asking):
    """When it is made, and when it is made anew; in no list, and not beside what was sent."""
    hook = made(asking, events=["film.completed"], description="shop")
    here = f"/v1/webhook_endpoints/{hook['id']}"
    turned = asking.post(f"{here}/rotate_secret").json()
    asking.post(f"{here}/test")
    later = [asking.get(one).text for one in (here, "/v1/webhook_endpoints", f"{here}/deliveries")]

    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", hook["secret"])
    assert turned["secret"] != hook["secret"]
    assert turned["secrets"] == 2
    assert not any(secret in text for secret in (hook["secret"], turned["secret"]) for text in later)


def test_what_is_said_is_changed_and_the_rest_stays(asking):
    """Events may be emptied, which means all of them."""
    hook = made(asking, events=["film.completed"], description="shop")
    here = f"/v1/webhook_endpoints/{hook['id']}"

    off = asking.patch(here, json={"is_disabled": True}).json()
    every = asking.patch(here, json={"events": [], "is_disabled": False}).json()

    assert (off["is_disabled"], off["events"], off["description"]) == (True, ["film.completed"], "shop")
    assert (every["is_disabled"], every["events"], every["url"]) == (False, [], URL)


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "http://93.184.215.14/", "https://[::ffff:169.254.169.254]/"])
def test_an_address_inside_is_refused_when_made_and_when_changed(asking, url):
    """With the reason; nothing is kept."""
    hook = made(asking)

    answers = [
        asking.post("/v1/webhook_endpoints", json={"url": url}),
        asking.patch(f"/v1/webhook_endpoints/{hook['id']}", json={"url": url}),
    ]

    assert [one.status_code for one in answers] == [422, 422]
    assert [one["url"] for one in asking.get("/v1/webhook_endpoints").json()["data"]] == [URL]


def test_a_test_message_is_written_and_submitted(rooms, asking):
    """It is in the log at once, and sent again on request, under the next id."""
    hook = made(asking)
    here = f"/v1/webhook_endpoints/{hook['id']}"

    first = asking.post(f"{here}/test")
    again = asking.post(f"{here}/deliveries/{first.json()['id']}/redeliver")
    log = asking.get(f"{here}/deliveries?status=pending").json()

    assert (first.status_code, again.status_code) == (202, 202)
    assert [one["event"] for one in log["data"]] == ["webhook.test"]
    assert asking.get(f"{here}/deliveries?status=failed").json()["data"] == []
    assert {one[:3] for one in rooms.counter.submitted} == {("hooks", "hook.v1", first.json()["id"])}


def test_a_disabled_endpoint_is_not_tried(asking):
    """409: enable it first; one that stands for the films' own URLs has none to try."""
    off, standing = made(asking), made(asking, url="")
    asking.patch(f"/v1/webhook_endpoints/{off['id']}", json={"is_disabled": True})

    tries = [asking.post(f"/v1/webhook_endpoints/{one['id']}/test") for one in (off, standing)]

    assert [one.json()["code"] for one in tries] == ["webhook.off", "webhook.off"]


def test_an_endpoint_is_its_owners(rooms):
    """Another key finds neither it nor what was sent to it."""
    scopes = ["films:read", "films:write"]
    mine, other = (little_house.client(rooms, key=rooms.office.keys.create(name, scopes)[1]) for name in ("a", "b"))
    here = f"/v1/webhook_endpoints/{made(mine)['id']}"
    sent = mine.post(f"{here}/test").json()

    answers = [
        other.get(here),
        other.patch(here, json={"description": "mine"}),
        other.post(f"{here}/rotate_secret"),
        other.post(f"{here}/test"),
        other.get(f"{here}/deliveries"),
        other.post(f"{here}/deliveries/{sent['id']}/redeliver"),
        other.delete(here),
    ]

    assert [one.status_code for one in answers] == [404] * 7
    assert other.get("/v1/webhook_endpoints").json()["data"] == []
    assert mine.delete(here).status_code == 204
    assert mine.get(here).status_code == 404


def test_unknown_events_and_fields_are_refused(asking):
    """422, with the place."""
    answer = asking.post("/v1/webhook_endpoints", json={"url": URL, "events": ["film.sold"], "color": 1})

    assert {one["pointer"] for one in answer.json()["errors"]} == {"#/events/0", "#/color"}
