from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import RateLimited, SettingsError
from astragen.providers import http, limits
from astragen.providers.auth import Auth
from astragen.providers.http import HttpClient, Timeouts
from astragen.providers.limits import HOLD_MAX_S, Limit, Limits, _begun, _held, limit_of
from emulators.loopback import Asked, LoopbackServer, Sent, sent

HOST = "gen.example.com"


async def _take(turns: Limits, limit: Limit, *, seconds: float = 0.0, deadline_s: float | None = None) -> float:
    async with turns.turn(HOST, limit, deadline_s=deadline_s):
        began = time.monotonic()
        await anyio.sleep(seconds)
    return began


def take(turns: Limits, limit: Limit = Limit(1), **options: float) -> float:  # noqa: B008 - a Limit never changes
    return anyio.run(partial(_take, turns, limit, **options))


async def _together(turns: list[Limits], limit: Limit, *, seconds: float) -> tuple[list[float], int]:
    """Take a turn for each of *turns* at once: when each began, and the most that ran at one time."""
    began: list[float] = []
    now_running = most = 0

    async def one(mine: Limits) -> None:
        nonlocal now_running, most
        async with mine.turn(HOST, limit):
            began.append(time.monotonic())
            now_running += 1
            most = max(most, now_running)
            await anyio.sleep(seconds)
            now_running -= 1

    async with anyio.create_task_group() as group:
        for mine in turns:
            group.start_soon(one, mine)
    return sorted(began), most


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_no_more_run_at_once_than_may(tmp_path, at_once):
    """Whether they share one object or only the folder."""
    shared = Limits(tmp_path)
    turns = [shared, shared, shared, *(Limits(tmp_path) for _ in range(3))]

    _, most = anyio.run(partial(_together, turns, Limit(at_once), seconds=0.03))

    assert most == at_once


def test_no_more_start_in_a_stretch_of_time_than_may(tmp_path):
    """Seven starts, three in any 0.15 s: never four closer together than that."""
    began, _ = anyio.run(partial(_together, [Limits(tmp_path) for _ in range(7)], Limit(9, (3, 0.15)), seconds=0))

    assert all(later - earlier >= 0.145 for earlier, later in zip(began, began[3:], strict=False))
    assert began[-1] - began[0] < 1.0


def test_hosts_do_not_wait_for_each_other(tmp_path):
    """Each has turns of its own."""

    async def both() -> None:
        turns = Limits(tmp_path)
        async with turns.turn("a.example", Limit(1), deadline_s=1), turns.turn("b.example", Limit(1), deadline_s=0.1):
            pass

    anyio.run(both)


def test_a_turn_that_does_not_come_in_time_is_an_error(tmp_path):
    """Nothing is sent, and where it is known, the error says when."""

    async def wait_behind() -> None:
        turns = Limits(tmp_path)
        async with turns.turn(HOST, Limit(1)):
            await _take(turns, Limit(1), deadline_s=0.05)

    with pytest.raises(RateLimited, match=rf"No turn to ask {HOST} came in time") as raised:
        anyio.run(wait_behind)
    assert raised.value.retry_after_s is None

    turns, limit = Limits(tmp_path), Limit(1, (1, 45.0))
    take(turns, limit)
    before = time.monotonic()
    with pytest.raises(RateLimited, match="The next one comes in 45 s") as raised:
        take(turns, limit, deadline_s=10)
    assert raised.value.retry_after_s == pytest.approx(45, abs=1)
    assert time.monotonic() - before < 1  # it did not wait to find out


def test_a_hold_stops_everybody_until_then(tmp_path):
    """Those who share the folder, too; and a shorter one does not end it."""
    Limits(tmp_path).hold(HOST, time.time() + 0.15)
    Limits(tmp_path).hold(HOST, time.time() + 0.01)
    before = time.monotonic()

    assert take(Limits(tmp_path)) - before >= 0.14
    assert take(Limits(tmp_path), deadline_s=0.05) > 0


def test_a_hold_is_capped(tmp_path):
    """A host that asks for a year is asked again after ten minutes."""
    now = 1_000.0
    turns = Limits(tmp_path, clock=lambda: now)
    turns.hold(HOST, now + 3e7)

    with pytest.raises(RateLimited) as raised:
        take(turns, deadline_s=1)
    assert raised.value.retry_after_s == HOLD_MAX_S

    now += HOLD_MAX_S
    assert take(turns, deadline_s=0.1) > 0


def test_a_turn_is_given_back_when_its_block_fails_or_is_cancelled(tmp_path):
    """The next one has it at once."""
    turns = Limits(tmp_path)

    async def fail() -> None:
        async with turns.turn(HOST, Limit(1)):
            raise KeyError

    async def be_cancelled() -> None:
        with anyio.move_on_after(0.02):
            await _take(turns, Limit(1), seconds=5)

    with pytest.raises(KeyError):
        anyio.run(fail)
    anyio.run(be_cancelled)

    assert take(turns, deadline_s=0.05) > 0


HOLDER = """
import sys, time, anyio
from pathlib import Path
from astragen.providers.limits import Limit, Limits

async def hold():
    async with Limits(Path(sys.argv[1])).turn("gen.example.com", Limit(1, (9, 60.0))):
        print("mine", flush=True)
        time.sleep(60)

anyio.run(hold)
"""


def test_a_process_that_is_killed_gives_its_turn_back(tmp_path):
    """With kill -9, at once; until then it is its own, and its start stays counted."""
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "mine\n"
        with pytest.raises(RateLimited):
            take(Limits(tmp_path), deadline_s=0.1)
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()

    assert take(Limits(tmp_path), Limit(1, (2, 60.0)), deadline_s=0.1) > 0
    with pytest.raises(RateLimited, match="The next one comes in 60 s"):
        take(Limits(tmp_path), Limit(1, (2, 60.0)), deadline_s=0.1)


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"starts": 7, "held_from": "x"}', '{"starts": ["a", null, 1e999]}'])
def test_a_broken_memory_is_a_new_one(tmp_path, broken):
    """A power cut may leave anything behind."""
    turns = Limits(tmp_path)
    take(turns, Limit(1, (1, 60.0)))
    (kept,) = tmp_path.glob("*/turns.json")
    kept.write_text(broken)

    assert take(turns, Limit(1, (1, 60.0)), deadline_s=0.1) > 0


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path, caplog):
    """It is logged; a folder that cannot even be made is the user's to correct."""
    turns = Limits(tmp_path / "turns")
    (tmp_path / "turns").rmdir()
    (tmp_path / "turns").write_text("a file")

    assert take(turns) > 0
    assert f"turns at {HOST} cannot be kept" in caplog.text
    with pytest.raises(SettingsError, match="cannot be made"):
        Limits(tmp_path / "turns" / "below")


@pytest.mark.parametrize(
    ("kept", "per", "wait", "starts"),
    [
        pytest.param({}, None, 0, [], id="nothing_asked"),
        pytest.param({}, (2, 10), 0, [100], id="first"),
        pytest.param({"starts": [95]}, (2, 10), 0, [95, 100], id="second"),
        pytest.param({"starts": [92, 95]}, (2, 10), 2, [92, 95], id="third_waits_for_the_first"),
        pytest.param({"starts": [90, 95]}, (2, 10), 0, [95, 100], id="the_first_is_over"),
        pytest.param({"starts": [4_000, 5_000]}, (2, 10), 10, [100, 100], id="clock_was_set_back"),
        pytest.param({"starts": [1, 2]}, (2, 10), 0, [100], id="clock_was_set_forth"),
        pytest.param({"held_from": 98, "held_s": 5}, None, 3, [], id="held"),
        pytest.param({"held_from": 4_000, "held_s": 5}, None, 5, [], id="held_before_the_clock_was_set_back"),
        pytest.param({"held_from": 98, "held_s": 1e9}, None, HOLD_MAX_S - 2, [], id="a_hold_that_nobody_could_make"),
        pytest.param({"held_from": 90, "held_s": 5}, (1, 10), 0, [100], id="hold_is_over"),
        pytest.param({"starts": [98], "held_from": 98, "held_s": 3}, (1, 10), 8, [98], id="the_longer_of_both"),
    ],
)
def test_who_must_wait_and_how_long(kept, per, wait, starts):
    """At 100; the wall clock may have been set meanwhile."""
    after, told = _begun(kept, 100.0, per=per)

    assert told == wait
    assert after["starts"] == starts
    assert _begun(after, 100.0 + wait, per=per)[1] == 0 or wait == 0


def test_a_hold_that_is_no_number_is_none():
    """Nor one in the past."""
    assert _held({}, 100.0, until=float("nan")) == ({}, None)
    assert _held({}, 100.0, until=99.0) == ({}, None)


def test_known_hosts_have_limits_with_a_source():
    """Pollinations' account without money has one picture at a time; its old hosts, one in 45 s."""
    assert limit_of("gen.pollinations.ai") == Limit(1, (80, 10.0))
    assert limit_of("gen.pollinations.ai", is_paid=True).at_once > 1
    assert limit_of("image.pollinations.ai") == Limit(1, (1, 45.0))
    assert limit_of("text.pollinations.ai", is_paid=True) == Limit(1, (1, 30.0))
    assert limit_of("nobody.example") == Limit()
    for row in limits._rows().values():
        assert row["at_once"] >= 1
        assert row["read"] >= "2026"
        assert "facts" in row["source"]


class Busy(LoopbackServer):
    """Answers after a while; the first with 429 where it is told to."""

    def __init__(self, *, wait: str = "") -> None:
        super().__init__()
        self.wait = wait

    def answer(self, asked: Asked) -> Sent:
        if self.wait and len(self.asked) == 1:
            return sent({"error": "slow down"}, 429, retry_after=self.wait)
        answer = sent({"ok": True})
        answer.delay_s = 0.03
        return answer


def client(server: LoopbackServer, turns: Limits, at_once: int = 1, total_s: float = 5.0) -> HttpClient:
    options = {"timeouts": Timeouts(total_s=total_s), "limits": turns, "limit": Limit(at_once)}
    return HttpClient(server.url, provider="acme", auth=Auth(SecretStr("k")), **options)


async def _ask_together(clients: list[HttpClient]) -> None:
    async with anyio.create_task_group() as group:
        for one in clients:
            group.start_soon(one.get_json, "x")


def test_the_client_takes_a_turn_for_each_request(tmp_path):
    """Several clients of one host share it."""
    with Busy() as server:
        anyio.run(_ask_together, [client(server, Limits(tmp_path), at_once=2) for _ in range(6)])

    assert len(server.asked) == 6
    assert server.most_at_once == 2


def test_a_wait_that_is_asked_for_stops_every_client_of_the_host(tmp_path, monkeypatch):
    """Not only the one that was told."""
    monkeypatch.setattr(http, "BACKOFF_S", 0.001)
    with Busy(wait="0.2") as server:
        anyio.run(_ask_together, [client(server, Limits(tmp_path)) for _ in range(3)])
        first, *others = [asked.at for asked in server.asked]

    assert len(others) == 3
    assert min(others) - first >= 0.2


def test_a_request_that_gets_no_turn_was_not_sent(tmp_path):
    """So a paid one is not in doubt: the error is RateLimited, not Uncertain."""
    turns = Limits(tmp_path)
    with Busy() as server:
        asking = client(server, turns, total_s=0.3)
        turns.hold(server.url.removeprefix("http://"), time.time() + 60)
        with pytest.raises(RateLimited, match="Nothing was sent"):
            anyio.run(partial(asking.send, "POST", "x", again="unpaid"))

    assert server.asked == []
