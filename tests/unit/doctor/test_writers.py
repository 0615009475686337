from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from astragen.doctor.writers import Seen, seen
from astragen.providers import paying
from astragen.providers.access import Access
from astragen.providers.registry import KEYED, NAMES
from astragen.settings import Settings
from emulators.chat_server import ChatServer
from emulators.loopback import sent

NOWHERE = "http://127.0.0.1:9/v1"


def rows(**access: Access) -> list[Seen]:
    """What is seen with *access* configured and nothing else, whatever runs on this machine."""
    empty = {name: Access() if name in KEYED else Access(base_url=NOWHERE) for name in NAMES}
    return anyio.run(seen, Settings(cache_dir=Path("unused"), providers={**empty, **access}))


class Listing(ChatServer):
    """Lists models, two of which go soon: the one in OpenAI's words, the other in OpenRouter's."""

    def _list(self, path):
        return sent(
            {
                "data": [
                    {"id": "m", "shutdown_date": "2027-01-14"},
                    {"id": "n", "shutdown_date": None},
                    {"id": "o", "expiration_date": "2026-12-24"},
                    {"id": "p", "expiration_date": 7},
                ]
            }
        )


def test_without_keys_and_servers_the_builtin_writer_writes():
    """That is ready, too."""
    assert rows() == [Seen("none", "no key and no local server: the built-in writer writes")]


@pytest.mark.parametrize(
    ("model", "found", "act"),
    [
        ("n", "n", ""),
        ("m", "m until 2027-01-14", "ASTRAGEN_OPENAI_MODEL"),
        ("o", "o until 2026-12-24", "ASTRAGEN_OPENAI_MODEL"),
        ("p", "p", ""),
        ("gone", "gone is not among its 4 models", "ASTRAGEN_OPENAI_MODEL"),
    ],
)
def test_a_model_that_goes_is_told_with_its_day(model, found, act):
    """From the provider's own list, asked with its own key."""
    with Listing() as server:
        (row,) = rows(openai=Access(key=SecretStr("k-1"), base_url=f"{server.url}/v1", model=model))

    assert (row.name, row.found) == ("openai", found)
    assert act in row.act
    assert bool(row.act) == bool(act)
    assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer k-1"}


def test_a_key_that_is_refused_is_told():
    """With what to do, and without the key."""
    with ChatServer("bad_key") as server:
        (row,) = rows(openai=Access(key=SecretStr("canary"), base_url=f"{server.url}/v1"))

    assert "refused the key" in row.found
    assert row.act
    assert "canary" not in f"{row}"


def test_a_local_server_is_found():
    """By who answers there, with its first model that can talk."""
    with ChatServer(models=(("embed-1", "x"), ("tiny", "x"))) as server:
        (row,) = rows(lmstudio=Access(base_url=f"{server.url}/v1"))

    assert (row.name, row.found, row.act) == ("lmstudio", f"tiny at {server.url}/v1", "")


@pytest.fixture
def far(monkeypatch):
    """The address of an emulator as if it were a vendor's: it charges."""
    monkeypatch.setattr(paying, "is_loopback", lambda host: False)


def test_what_a_key_implies_is_said(far, monkeypatch):
    """Who is asked without a flag, for about how much, and the limit; nothing where the built-in writer is set."""
    configured = {name: Access() if name in KEYED else Access(base_url=NOWHERE) for name in NAMES}
    with ChatServer(models=(("gpt-6-luna", "x"),)) as server:
        configured["openai"] = Access(key=SecretStr("k-1"), base_url=f"{server.url}/v1")
        machine = Settings(cache_dir=Path("unused"), providers=configured, writer="auto")
        model, money = anyio.run(seen, machine)
        quiet = anyio.run(seen, machine.model_copy(update={"writer": "builtin"}))

    assert (model.found, money.name, money.act) == ("gpt-6-luna", "money", "")
    assert "without --writer, openai gpt-6-luna writes 30 s of film for about $0.0" in money.found
    assert "never for more than $0.25 a film (--max-cost" in money.found
    assert [one.name for one in quiet] == ["openai"]
