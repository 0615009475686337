import logging

import pytest

from astragen.errors import SettingsError
from astragen.service.access import SCOPES, check_bind, needs
from little_house import ELSEWHERE, client, house

PRIVATE = "/v1/api_keys"
ALL = list(SCOPES)


def made(rooms, *scopes, **limits):
    """A key and its secret."""
    return rooms.office.keys.create("one", scopes or ALL, **limits)


def status(asked):
    return (asked.status_code, asked.json().get("code"))


def test_this_machine_needs_no_key_while_there_is_none(asking):
    """`astragen serve` alone is the whole product."""
    assert asking.get(PRIVATE).status_code == 200


def test_other_machines_need_a_key_even_while_there_is_none(rooms):
    """Who serves the app beyond loopback without asking `check_bind` first lets nobody in."""
    assert status(client(rooms, client=ELSEWHERE).get(PRIVATE)) == (401, "access.unauthorized")


@pytest.mark.parametrize("header", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
def test_what_a_proxy_passes_on_is_not_from_this_machine(rooms, header):
    """It is on this machine itself, so its own address says nothing; a loopback address in its header neither."""
    assert client(rooms).get(PRIVATE, headers={header: "127.0.0.1"}).status_code == 401


def test_a_service_bound_beyond_loopback_needs_a_key_from_this_machine_too(tmp_path):
    """A proxy on the same machine comes from 127.0.0.1, whoever asks it."""
    with house(tmp_path, host="0.0.0.0") as rooms:
        assert client(rooms).get(PRIVATE).status_code == 401


def test_the_first_key_closes_the_service_and_revoking_it_opens_nothing(rooms):
    """Revoking the last key must not let everybody in."""
    record, secret = made(rooms)
    assert client(rooms).get(PRIVATE).status_code == 401
    assert client(rooms, key=secret).get(PRIVATE).status_code == 200

    rooms.office.keys.revoke(record.id)

    assert client(rooms).get(PRIVATE).status_code == 401


def test_serving_other_machines_is_refused_without_a_key(tmp_path):
    """The message says how to make one."""
    with house(tmp_path, host="0.0.0.0") as rooms:
        with pytest.raises(SettingsError, match="astragen keys create"):
            check_bind("0.0.0.0", rooms)
        check_bind("127.0.0.1", rooms)
        check_bind("::1", rooms)
        made(rooms)
        check_bind("0.0.0.0", rooms)


def test_a_revoked_key_opens_nothing_at_once(rooms):
    """No cache stands between the database and the door."""
    record, secret = made(rooms)
    asking = client(rooms, key=secret)
    assert asking.get(PRIVATE).status_code == 200

    rooms.office.keys.revoke(record.id)

    assert status(asking.get(PRIVATE)) == (401, "access.unauthorized")


def test_a_key_expires(tmp_path):
    """At the second that it says."""
    clock = [1_000_000.0]
    with house(tmp_path, now_s=lambda: clock[0]) as rooms:
        _, secret = made(rooms, expires_at=1_000_010.0)
        asking = client(rooms, key=secret)
        assert asking.get(PRIVATE).status_code == 200
        clock[0] += 10
        assert asking.get(PRIVATE).status_code == 401


@pytest.mark.parametrize("scope", [scope for scope in ALL if scope != "keys:admin"])
def test_a_scope_opens_nothing_but_its_own(rooms, scope):
    """A key without keys:admin neither sees nor makes keys; the answer names the scope that is missing."""
    _, secret = made(rooms, scope)

    refused = client(rooms, key=secret).get(PRIVATE)

    assert status(refused) == (403, "access.forbidden")
    assert "keys:admin" in refused.json()["detail"]


def test_wrong_expired_and_unknown_keys_get_the_same_answer(rooms):
    """Nobody learns which of a key's faults it has."""
    record, revoked = made(rooms)
    rooms.office.keys.revoke(record.id)
    _, good = made(rooms)
    wrong = [revoked, good[:-1] + ("a" if good[-1] != "a" else "b"), "ag_live_x", "", "é".encode(), "x" * 4000]

    answers = []
    for secret in wrong:
        header = secret if isinstance(secret, bytes) else secret.encode()
        reply = client(rooms).get(PRIVATE, headers={"Authorization": b"Bearer " + header})
        answers.append({name: value for name, value in reply.json().items() if name != "request_id"})

    assert all(one == answers[0] for one in answers)
    assert answers[0]["status"] == 401


@pytest.mark.parametrize("scheme", ["Basic {}", "{}", "Token {}", "bearer:{}"])
def test_only_bearer_tokens_are_read(rooms, scheme):
    """The answer says how a key is sent."""
    _, secret = made(rooms)

    refused = client(rooms).get(PRIVATE, headers={"Authorization": scheme.format(secret)})

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_in_the_address_or_a_cookie_is_not_read(rooms):
    """Addresses are logged and cookies are sent unasked."""
    _, secret = made(rooms)

    asking = client(rooms, Cookie=f"key={secret}; Authorization=Bearer {secret}")
    assert asking.get(f"{PRIVATE}?key={secret}&access_token={secret}").status_code == 401


def test_no_key_is_in_the_log_or_the_database(rooms, caplog):
    """Not even of requests that fail with it in every place."""
    _, secret = made(rooms)
    with caplog.at_level(logging.DEBUG):
        client(rooms, key=secret).get(f"{PRIVATE}/{secret}?key={secret}")
        client(rooms, key=secret).post(PRIVATE, json={"name": secret, "scopes": [secret]})

    body = secret.removeprefix("ag_live_")[8:]
    ours = [record for record in caplog.records if record.name != "httpx2"]  # which is who asks, in this very process
    assert len([record for record in ours if record.name == "astragen.service.watch"]) == 2
    assert body not in str([vars(record) for record in ours])
    for path in rooms.settings.data_dir.rglob("*"):
        assert path.is_dir() or body.encode() not in path.read_bytes()


def test_a_route_cannot_need_a_scope_that_is_none():
    """A slip of the pen fails when the route is made, not when it lets nobody in."""
    with pytest.raises(ValueError, match="films:raed"):
        needs("films:raed")
