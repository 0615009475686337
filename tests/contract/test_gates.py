"""What machines share of a provider's turns and failures, in either database."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from astragen.errors import DatabaseDown, RateLimited, Unavailable
from astragen.providers.breaker import FAILURES_MAX, Breaker
from astragen.providers.limits import Limit, Limits
from astragen.store.gates import Gates
from astragen.store.office.database import Database
from emulators.loopback import Asked, LoopbackServer, Sent, sent


@pytest.fixture
def opened(database_url):
    """Opens the gates again and again, as other machines would."""
    databases, gates = [], []

    def opened() -> Gates:
        databases.append(Database(database_url))
        gates.append(Gates(databases[-1]))
        return gates[-1]

    yield opened
    for one in (*gates, *databases):
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


@pytest.fixture
def machines(postgres_url):
    """Opens the gates of a PostgreSQL database as another machine would."""
    opened = []

    def machine() -> Gates:
        opened.append((Gates(database := Database(postgres_url)), database))
        return opened[-1][0]

    yield machine
    for gates, database in opened:
        gates.close()
        database.close()


def test_a_slot_is_held_by_one_machine_at_a_time(machines):
    """Two of a name, whoever takes them; another name has slots of its own; what is given back is taken again."""
    here, there = machines(), machines()

    first, second = here.take("fal", 2), there.take("fal", 2)
    others = [here.take("fal", 2), there.take("fal", 2)]
    another = there.take("runway jobs", 2)
    first()
    again = there.take("fal", 2)

    assert None not in (first, second, another, again)
    assert others == [None, None]
    assert here.take("fal", 2) is None


def test_slots_of_a_session_that_broke_are_free_and_new_ones_can_be_had(machines, postgres_server):
    """Whoever held one gives back nothing then, and takes nobody's away."""
    here, there = machines(), machines()
    lost = here.take("fal", 1)
    postgres_server.crash()
    with pytest.raises(OSError, match="does not answer"):
        here.take("fal", 1)
    postgres_server.start()

    assert there.take("fal", 1) is not None
    lost()
    assert here.take("fal", 1) is None


MACHINE = """
import sys, anyio
from pathlib import Path
from astragen.providers.http import HttpClient
from astragen.providers.limits import Limit, Limits
from astragen.store.gates import Gates
from astragen.store.office.database import Database

database, folder, url, count = sys.argv[1:]
limits = Limits(Path(folder), everywhere=Gates(Database(database)) if database else None)
client = HttpClient(url, provider="fal", limits=limits, limit=Limit(2))

async def main():
    async with anyio.create_task_group() as group:
        for _ in range(int(count)):
            group.start_soon(client.get_json, "/")

print("ready", flush=True)
sys.stdin.readline()
anyio.run(main)
"""


class Provider(LoopbackServer):
    """Takes its time."""

    patience_s = 0.1

    def answer(self, asked: Asked) -> Sent:
        self.closing.wait(self.patience_s)
        return sent({})


@contextmanager
def machine_asking(provider: Provider, database: str, folder: Path, count: int) -> Iterator[subprocess.Popen[str]]:
    """A process that asks *provider* for *count* things at one time, as soon as a line is written to it."""
    command = [sys.executable, "-c", MACHINE, database, str(folder), provider.url, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("kind", ["machines", "processes"])
def test_a_provider_is_asked_no_more_at_one_time_than_it_may_by_all_together(kind, postgres_url, tmp_path):
    """Two processes of one machine share its folder; two machines share the database only. Each asks for four."""
    folders = (tmp_path / "here", tmp_path / "there") if kind == "machines" else (tmp_path, tmp_path)
    database = postgres_url if kind == "machines" else ""
    with (
        Provider() as provider,
        machine_asking(provider, database, folders[0], 4) as here,
        machine_asking(provider, database, folders[1], 4) as there,
    ):
        begin(here, there)
        codes = [process.wait(20) for process in (here, there)]

    assert codes == [0, 0]
    assert (len(provider.asked), provider.most_at_once) == (8, 2)


def test_a_machine_that_dies_gives_its_slots_back(postgres_url, machines, tmp_path):
    """Killed while it waits for an answer: the server of the database sees its session end."""
    gates = machines()
    with Provider() as provider:
        provider.patience_s = 30.0
        with machine_asking(provider, postgres_url, tmp_path, 2) as process:
            begin(process)
            host = provider.url.removeprefix("http://")
            assert until(lambda: len(provider.asked) == 2)
            assert gates.take(host, 2) is None
            process.kill()
            assert until(lambda: gates.take(host, 2) is not None)


def begin(*processes: subprocess.Popen[str]) -> None:
    """Let *processes* ask, once all are ready to."""
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


def until(claim, patience_s: float = 10.0) -> bool:
    """Whether *claim* comes true in time."""
    ends = time.monotonic() + patience_s
    while not (is_true := claim()) and time.monotonic() < ends:
        time.sleep(0.02)
    return is_true
