from __future__ import annotations

import keyring
import pytest
from keyring.backend import KeyringBackend

from little_house import client

CANARY = "sk-canary-0123456789"


class InMemory(KeyringBackend):
    """A keyring of this test."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def ring(monkeypatch):
    """The keyring of the machine; the environment has no key."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    before, ring = keyring.get_keyring(), InMemory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def standing(asking, name):
    return {one["trade"]: one for one in asking.get("/v1/providers").json()["data"] if one["name"] == name}


def test_a_key_is_kept_used_and_never_sent_back(asking, ring, caplog):
    """The provider is ready with it, and no answer and no log holds it."""
    assert standing(asking, "openai")["writer"]["state"] == "unconfigured"

    kept = asking.put("/v1/providers/openai/key", json={"key": f" {CANARY}\n"})

    assert (kept.status_code, kept.content) == (204, b"")
    assert ring.kept == {("astragen", "openai"): CANARY}
    listed = asking.get("/v1/providers")
    openai = standing(asking, "openai")["writer"]
    assert (openai["state"], openai["takes_key"], openai["has_kept_key"]) == ("ready", True, True)
    assert CANARY not in listed.text + caplog.text


def test_a_key_that_is_forgotten_is_gone(asking, ring):
    """Forgetting it again finds none."""
    asking.put("/v1/providers/openai/key", json={"key": CANARY})

    assert asking.delete("/v1/providers/openai/key").status_code == 204
    assert ring.kept == {}
    assert standing(asking, "openai")["writer"]["has_kept_key"] is False
    again = asking.delete("/v1/providers/openai/key")
    assert (again.status_code, again.json()["code"]) == (404, "resource.not_found")


@pytest.mark.parametrize("key", ["", "  ", "two words", "schlüssel", "x" * 5_000, 7, None])
def test_what_is_no_key_is_refused(asking, ring, key):
    """Without saying what was sent."""
    refused = asking.put("/v1/providers/openai/key", json={"key": key})

    assert refused.status_code == 422
    assert ring.kept == {}
    assert "schlüssel" not in refused.text


@pytest.mark.parametrize("name", ["opneai", "builtin", "ollama"])
def test_only_who_takes_a_key_has_one(asking, ring, name):
    """A key under a misspelt name would never be found."""
    refused = asking.put(f"/v1/providers/{name}/key", json={"key": CANARY})

    assert (refused.status_code, refused.json()["code"]) == (404, "provider.unknown")
    assert "openai" in refused.json()["detail"]


def test_keys_of_providers_are_for_admins(rooms, ring):
    """Who may order films may not change who is paid for them."""
    _, secret = rooms.office.keys.create("shop", ["films:read", "films:write", "usage:read"])
    shop = client(rooms, key=secret)

    assert shop.put("/v1/providers/openai/key", json={"key": CANARY}).status_code == 403
    assert shop.delete("/v1/providers/openai/key").status_code == 403
    assert shop.get("/v1/doctor").status_code == 403


def test_a_machine_without_a_keyring_says_so(asking, ring):
    """And what to do instead; the key is in no word of it."""

    class Locked(InMemory):
        def set_password(self, service, username, password):
            raise RuntimeError("locked")

    keyring.set_keyring(Locked())
    refused = asking.put("/v1/providers/openai/key", json={"key": CANARY})

    assert refused.status_code == 422
    assert "environment variable" in refused.json()["detail"]
    assert CANARY not in refused.text


def test_a_locked_keyring_makes_one_provider_unusable(asking, ring):
    """The others are told of as before."""

    class Locked(InMemory):
        def get_password(self, service, username):
            raise RuntimeError("locked")

    asking.put("/v1/providers/openai/key", json={"key": CANARY})
    keyring.set_keyring(Locked())

    openai = standing(asking, "openai")["writer"]
    assert (openai["state"], openai["has_kept_key"]) == ("unusable", True)
    assert "Unlock" in openai["act"]
    assert standing(asking, "builtin")["writer"]["state"] == "ready"
