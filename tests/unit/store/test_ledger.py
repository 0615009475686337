from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from astragen.errors import SettingsError
from astragen.model.base import content_hash
from astragen.model.ticket import Ticket
from astragen.store.ledger import Ledger, Purse

TICKET = Ticket(provider="fal", id="job-1")
A, B = content_hash("a"), content_hash("b")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


def purse(path: Path, *, limit_usd: float = 1.0, film: str = "film") -> Purse:
    return Ledger(path).purse(film, limit_usd, now_s=lambda: 100.0)


@pytest.mark.parametrize(
    "content",
    [b"This is no database at all. " * 50, None],
    ids=["another file", "a page overwritten"],
)
def test_a_damaged_ledger_is_set_aside_and_told(path, content, caplog):
    """Whoever wants its rows still has them; films are made all the same."""
    mine = purse(path)
    for number in range(200):
        mine.reserve(content_hash(str(number)), provider="fal", usd=0.001)
    mine.close()
    mine.ledger.close()
    whole = path.read_bytes()
    damaged = content or whole[:4096] + b"\xff" * 4096 + whole[8192:]
    path.write_bytes(damaged)

    with caplog.at_level(logging.WARNING):
        ledger = Ledger(path)

    assert "ledger.damaged-1.sqlite" in ledger.damage
    assert ledger.damage in caplog.text
    assert (path.parent / "ledger.damaged-1.sqlite").read_bytes() == damaged
    ledger.purse("film", 1.0, now_s=lambda: 0.0).reserve(A, provider="fal", usd=0.1)
    assert Ledger(path).damage == ""


def test_a_ledger_that_cannot_be_written_is_told_without_a_traceback(tmp_path):
    """A folder in its place."""
    (tmp_path / "ledger.sqlite").mkdir()

    with pytest.raises(SettingsError, match=r"ledger.*cannot be used"):
        Ledger(tmp_path / "ledger.sqlite")


def test_a_ledger_of_a_newer_version_is_left_alone(path):
    """Neither read wrongly nor set aside."""
    Ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()

    with pytest.raises(SettingsError, match="version 99"):
        Ledger(path)


BUY = """
import sys, time
from pathlib import Path
from astragen.model.ticket import Ticket
from astragen.store.ledger import Ledger

folder, stop = Path(sys.argv[1]), sys.argv[2]
shop = folder / "shop.txt"  # what the provider charged, one line a job

def reach(place, key):
    print(place, key, flush=True)
    if place == stop:
        time.sleep(60)

with Ledger(folder / "ledger.sqlite").purse("film", 1e6, now_s=time.time) as purse:
    for number in range(int(sys.argv[3])):
        key = f"{number:064x}"
        found = purse.find(key)
        if found is not None and found.state in ("uncertain", "settled"):
            reach(found.state, key)  # this buyer does not risk to pay twice
            continue
        if found is None:
            purse.reserve(key, provider="shop", usd=1)
            reach("reserved", key)
            with shop.open("a") as file:
                file.write(f"{key}\\n")
            reach("bought", key)
            purse.accepted(key, Ticket(provider="shop", id=key))
            reach("accepted", key)
        purse.settle(key, 1, result="picture")
        reach("settled now", key)
    purse.finish()
print("done", flush=True)
"""


def buying(folder: Path, stop: str, count: int = 1) -> subprocess.Popen:
    command = (sys.executable, "-c", BUY, str(folder), stop, str(count))
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("place", "state", "charges"),
    [
        ("reserved", "uncertain", 0),
        ("bought", "uncertain", 1),
        ("accepted", "accepted", 1),
        ("settled now", "settled", 1),
    ],
)
def test_a_run_that_is_killed_leaves_what_the_next_one_needs(tmp_path, place, state, charges):
    """A real kill -9 between any two lines: the next run knows what is certain, and buys nothing again."""
    with buying(tmp_path, place) as child:
        assert any(line.startswith(place) for line in child.stdout)
        assert purse(tmp_path / "ledger.sqlite").find("0" * 64) is None, "it lives, so it is not robbed"
        child.kill()

    mine = purse(tmp_path / "ledger.sqlite", limit_usd=2.0)
    found = mine.find("0" * 64)

    assert found is not None
    assert found.state == state
    assert mine.spent_usd == 1.0
    mine.close()
    with buying(tmp_path, "") as again:
        assert again.stdout.read().endswith("done\n")
    shop = tmp_path / "shop.txt"
    assert (shop.read_text().split() if shop.exists() else []) == ["0" * 64] * charges


def test_kills_at_any_moment_never_pay_twice(tmp_path):
    """Four kills while forty jobs are bought: every charge is in the ledger, and none is there twice."""
    for at in range(4):
        with buying(tmp_path, "never", 40) as child:
            for number, _ in enumerate(child.stdout):
                if number == 7 + 9 * at:
                    break
            child.kill()
    with buying(tmp_path, "never", 40) as child:
        assert child.stdout.read().endswith("done\n")

    charges = Counter((tmp_path / "shop.txt").read_text().split())
    rows = Counter(row.key for row in Ledger(tmp_path / "ledger.sqlite").entries())
    assert set(charges.values()) == {1}
    assert set(charges) <= set(rows)
    assert len(rows) == 40
    assert set(rows.values()) == {1}


def test_many_processes_open_a_new_ledger_at_once(tmp_path):
    """Whoever comes first makes it; nobody is told that it is locked."""
    children = [buying(tmp_path, "never", 3) for _ in range(4)]

    for child in children:
        with child:
            assert child.stdout.read().endswith("done\n")
    assert len(Ledger(tmp_path / "ledger.sqlite").entries()) == 12


def test_a_finished_run_leaves_no_lock_behind(path):
    """Only those that go on have one."""
    done = purse(path)
    done.finish()
    done.close()

    mine = purse(path)

    assert [lock for lock in (path.parent / "ledger.runs").iterdir() if "lock" in lock.name] == [
        mine.ledger.lock_of(mine._run)
    ]
