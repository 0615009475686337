"""What machines share of a provider's turns and failures, in either database."""

from __future__ import annotations

import threading

import anyio
import pytest

from astragen.errors import DatabaseDown, RateLimited, Unavailable
from astragen.providers.breaker import FAILURES_MAX, Breaker
from astragen.providers.limits import Limit, Limits
from astragen.store.gates import Gates
from astragen.store.office.database import Database


@pytest.fixture
def opened(database_url):
    """Opens the gates again and again, as other machines would."""
    databases = []

    def opened() -> Gates:
        databases.append(Database(database_url))
        return Gates(databases[-1])

    yield opened
    for one in databases:
        one.close()


def test_what_one_machine_keeps_the_others_see(opened):
    """By name; what nobody kept is empty."""
    here, there = opened(), opened()

    assert here.change("a", lambda kept: ({"n": 1}, kept)) == {}
    assert there.change("a", lambda kept: (kept, kept)) == {"n": 1}
    assert there.change("b", lambda kept: (kept, kept)) == {}


def test_no_change_is_lost(opened):
    """Six machines count to ten each."""

    def count(gates: Gates) -> None:
        for _ in range(10):
            gates.change("count", lambda kept: ({"n": kept.get("n", 0) + 1}, None))

    threads = [threading.Thread(target=count, args=(opened(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert opened().change("count", lambda kept: (kept, kept["n"])) == 60


def test_a_step_that_fails_changes_nothing(opened):
    """And lets the next one go on."""
    gates = opened()
    gates.change("a", lambda kept: ({"n": 1}, None))

    with pytest.raises(ZeroDivisionError):
        gates.change("a", lambda kept: ({"n": 1 // 0}, None))

    assert opened().change("a", lambda kept: (kept, kept)) == {"n": 1}


async def ask(limits: Limits, limit: Limit = Limit(), host: str = "api.example.com") -> bool:  # noqa: B008
    """Whether a turn comes at once."""
    try:
        async with limits.turn(host, limit, deadline_s=0.05):
            return True
    except RateLimited:
        return False


def test_a_host_that_wants_to_be_left_alone_is_left_alone_by_all(opened, tmp_path):
    """One machine was told "too often": no other asks before the time is over."""
    now = [1000.0]
    here, there = (Limits(tmp_path / name, clock=lambda: now[0], everywhere=opened()) for name in ("here", "there"))
    here.hold("api.example.com", 1060.0)

    assert not anyio.run(ask, there, Limit(), "API.example.com")
    assert anyio.run(ask, there, Limit(), "api.example.org")
    now[0] = 1061.0
    assert anyio.run(ask, there)


def test_all_machines_together_keep_the_rate(opened, tmp_path):
    """Two in any minute, whoever asks."""
    machines = [Limits(tmp_path / f"{number}", clock=lambda: 1000.0, everywhere=opened()) for number in range(3)]

    turns = [anyio.run(ask, limits, Limit(per=(2, 60.0))) for limits in (*machines, *machines)]

    assert turns == [True, True, False, False, False, False]


def test_a_provider_that_fails_is_passed_over_by_all(opened):
    """It failed on one machine three times running."""
    here, there = Breaker(everywhere=opened()), Breaker(everywhere=opened())
    for _ in range(FAILURES_MAX):
        assert there.may_ask("fal")
        here.note("fal", Unavailable("down", provider="fal"))

    assert not there.may_ask("fal")
    assert "passed over for" in there.why_not("fal")


def test_a_database_that_is_down_stops_nobody(postgres_url, postgres_server, tmp_path, caplog):
    """Turns are taken without it, and logged; new gates cannot be opened."""
    database = Database(postgres_url)
    gates = Gates(database)
    postgres_server.crash()

    with pytest.raises(OSError, match="does not answer"):
        gates.change("a", lambda kept: (kept, None))
    assert anyio.run(ask, Limits(tmp_path, everywhere=gates))
    assert "does not answer" in caplog.text
    assert Breaker(everywhere=gates).may_ask("fal")
    with pytest.raises(DatabaseDown):
        Gates(database)
    database.close()
