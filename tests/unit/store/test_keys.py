from __future__ import annotations

import json

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from astragen.errors import SettingsError
from astragen.store.keys import Keys


class InMemory(KeyringBackend):
    """A keyring of this process."""

    priority = 1.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service, username):
        if self.is_locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def backend():
    before = keyring.get_keyring()
    ours = InMemory()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def test_a_key_that_is_kept_is_handed_out(tmp_path, backend):
    """By the next process, too, and only in the keyring."""
    Keys(tmp_path / "config" / "keys.json").keep("openai", "sk-canary")

    keys = Keys(tmp_path / "config" / "keys.json")
    assert (keys.of("openai"), keys.of("fal"), keys.names()) == ("sk-canary", "", ("openai",))
    assert backend.kept == {("astragen", "openai"): "sk-canary"}
    assert all("canary" not in path.read_text() for path in tmp_path.rglob("*.json"))


def test_a_key_that_is_forgotten_is_gone(tmp_path, backend):
    """And cannot be forgotten twice."""
    keys = Keys(tmp_path / "keys.json")
    keys.keep("openai", "sk-canary")

    keys.forget("openai")

    assert (keys.of("openai"), keys.names(), backend.kept) == ("", (), {})
    with pytest.raises(SettingsError, match='No key of "openai" is kept'):
        keys.forget("openai")


def test_the_keyring_is_not_asked_for_what_is_not_there(tmp_path, backend):
    """A locked one holds up no film that needs none of its keys."""
    backend.is_locked = True

    assert Keys(tmp_path / "keys.json").of("openai") == ""


def test_a_locked_keyring_is_told(tmp_path, backend):
    """With the next act, and without the key."""
    keys = Keys(tmp_path / "keys.json")
    keys.keep("openai", "sk-canary")
    backend.is_locked = True

    with pytest.raises(SettingsError, match=r"openai cannot be read .*KeyringLocked.*Unlock it") as caught:
        keys.of("openai")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", '{"openai": 1}', "7"])
def test_a_damaged_list_is_an_empty_one(tmp_path, backend, text):
    """Keeping a key mends it."""
    (tmp_path / "keys.json").write_text(text)
    keys = Keys(tmp_path / "keys.json")

    assert keys.names() == ()
    keys.keep("fal", "k")
    assert json.loads((tmp_path / "keys.json").read_text()) == ["fal"]
