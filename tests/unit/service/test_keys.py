import pytest

from astragen.service.access import SCOPES
from little_house import client

PATH = "/v1/api_keys"
WANTED = {"name": "web shop", "scopes": ["films:read", "films:write"]}


def test_a_key_is_made_shown_once_and_works(rooms):
    """Made from this machine without a key, it lets others in; its secret is never shown again."""
    app_client = client(rooms)
    made = app_client.post(PATH, json=WANTED | {"scopes": list(SCOPES), "rate_per_minute": 30, "queue_depth": 4})
    secret = made.json()["secret"]

    assert made.status_code == 201
    assert made.headers["location"] == f"{PATH}/{made.json()['id']}"
    assert secret.startswith(made.json()["prefix"])
    listed = client(rooms, key=secret, app=app_client.app).get(PATH)
    assert "secret" not in listed.json()["data"][0]
    assert secret not in listed.text
    assert {"rate_per_minute": 30, "queue_depth": 4, "revoked_at": None}.items() <= listed.json()["data"][0].items()
    assert isinstance(listed.json()["data"][0]["created_at"], int)


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(rooms):
    """Twice is as once; an id that is none is 404."""
    _, secret = rooms.office.keys.create("admin", ["keys:admin"])
    other, opens = rooms.office.keys.create("other", list(SCOPES))
    asking = client(rooms, key=secret)

    assert asking.delete(f"{PATH}/{other.id}").status_code == 204
    assert asking.delete(f"{PATH}/{other.id}").status_code == 204
    assert client(rooms, key=opens).get(PATH).status_code == 401
    (shown,) = [one for one in asking.get(PATH).json()["data"] if one["id"] == other.id]
    assert shown["revoked_at"] is not None
    missing = asking.delete(f"{PATH}/key_{'0' * 26}")
    assert (missing.status_code, missing.json()["code"]) == (404, "resource.not_found")


def test_a_key_gives_no_scope_that_it_lacks(rooms):
    """keys:admin alone makes no key that reads films."""
    _, secret = rooms.office.keys.create("admin", ["keys:admin"])
    refused = client(rooms, key=secret).post(PATH, json=WANTED)

    assert (refused.status_code, refused.json()["code"]) == (403, "access.forbidden")
    assert "films:read" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "#/name"),
        ({"name": "x" * 101}, "#/name"),
        ({"name": "a\nb"}, "#/name"),
        ({"scopes": []}, "#/scopes"),
        ({"scopes": ["films:raed"]}, "#/scopes/0"),
        ({"scopes": ["films:read"] * 2}, "#/scopes"),
        ({"expires_at": 1}, "#/expires_at"),
        ({"expires_at": 2**70}, "#/expires_at"),
        ({"rate_per_minute": 0}, "#/rate_per_minute"),
        ({"spend_limit_usd": -1}, "#/spend_limit_usd"),
        ({"spend_limit_usd": 1e300}, "#/spend_limit_usd"),
        ({"admin": True}, "#/admin"),
    ],
)
def test_keys_are_checked(asking, change, pointer):
    """Each field by its limits; the answer points at it."""
    refused = asking.post(PATH, json=WANTED | change)

    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize("key", ["x", "key_", "..%2F", f"key_{'I' * 26}", "key_" + "0" * 27])
def test_ids_that_are_none_are_not_looked_for(asking, key):
    """The form is checked first: no path and no SQL ever sees another."""
    assert asking.delete(f"{PATH}/{key}").status_code in (404, 405, 422)
