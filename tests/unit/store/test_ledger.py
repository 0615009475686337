from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astragen.errors import BudgetExceeded, SettingsError
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


def test_what_is_reserved_counts_until_its_price_is_known(path):
    """Then the price does; what cost nothing does not."""
    mine = purse(path)

    mine.reserve(A, provider="fal", usd=0.4)
    mine.reserve(B, provider="fal", usd=0.5)
    assert mine.spent_usd == pytest.approx(0.9)

    mine.settle(A, 0.1)
    mine.refund(B)
    assert mine.spent_usd == pytest.approx(0.1)


def test_more_than_the_limit_is_refused_before_it_is_spent(path):
    """The message has who, the price, what is spent, the limit and the flag; the last cent may be spent."""
    mine = purse(path)
    mine.reserve(A, provider="fal", usd=0.9)

    with pytest.raises(BudgetExceeded) as refused:
        mine.reserve(B, provider="runway", usd=0.2)
    assert str(refused.value) == (
        "Asking runway may cost $0.2000, and $0.9000 of the film's limit of $1.00 are spent. "
        "Raise --max-cost, or choose somebody cheaper."
    )
    mine.reserve(B, provider="runway", usd=0.1)


@pytest.mark.parametrize("usd", [-0.01, float("nan"), float("inf")])
def test_what_is_no_price_is_refused(path, usd):
    """A limit means nothing beside it."""
    mine = purse(path)
    with pytest.raises(ValueError, match="usd"):
        mine.reserve(A, provider="fal", usd=usd)
    mine.reserve(A, provider="fal", usd=0.1)
    with pytest.raises(ValueError, match="no price"):
        mine.settle(A, usd)


def test_what_was_never_reserved_cannot_be_settled(path):
    """That would be paid without having been allowed."""
    with pytest.raises(ValueError, match="in this run"):
        purse(path).settle(A, 0.1)


def test_many_tasks_together_keep_the_limit(path):
    """Forty threads want a tenth each; ten of them get it."""
    mine, refused = purse(path), []

    def want(number: int) -> None:
        try:
            mine.reserve(content_hash(str(number)), provider="fal", usd=0.1)
        except BudgetExceeded:
            refused.append(number)

    threads = [threading.Thread(target=want, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 30
    assert mine.spent_usd == pytest.approx(1.0)


def test_a_live_run_keeps_what_is_its_own(path):
    """Another run of the same film, at the same time, neither takes over its claims nor pays from its money."""
    first = purse(path)
    first.reserve(A, provider="fal", usd=0.4)
    first.accepted(A, TICKET)
    second = purse(path)

    assert (second.find(A), second.spent_usd) == (None, 0.0)
    assert first.find(A) is None, "what a run asked for itself is no news to it"


def test_the_next_run_goes_on_with_the_claims_of_a_dead_one(path):
    """With the ticket nothing is paid again; its money is counted once, also after it is settled."""
    dead = purse(path)
    dead.reserve(A, provider="fal", usd=0.4)
    dead.accepted(A, TICKET)
    dead.close()

    mine = purse(path)
    found = mine.find(A)

    assert found is not None
    assert (found.state, found.ticket, found.usd, found.at_s) == ("accepted", TICKET, 0.4, 100.0)
    assert mine.spent_usd == pytest.approx(0.4)
    mine.settle(A, 0.3)
    assert mine.spent_usd == pytest.approx(0.3)


def test_what_a_dead_run_had_only_reserved_is_uncertain(path):
    """It may have been asked for and charged, so it counts at its bound, and whoever asks again pays for it again."""
    dead = purse(path)
    dead.reserve(A, provider="fal", usd=0.4)
    dead.close()

    mine = purse(path)
    found = mine.find(A)

    assert found is not None
    assert (found.state, found.ticket) == ("uncertain", None)
    mine.reserve(A, provider="fal", usd=0.4)
    assert mine.find(A) is None, "this run has asked for it itself now"
    mine.settle(A, 0.3)
    assert mine.spent_usd == pytest.approx(0.7)
    with pytest.raises(BudgetExceeded):
        mine.reserve(A, provider="fal", usd=0.4)


def test_what_a_dead_run_paid_for_is_handed_on_with_what_it_gave(path):
    """As long as the film is not finished; a ticket will do, too, for the result may be asked for again."""
    dead = purse(path)
    for key, ticket in ((A, False), (B, True)):
        dead.reserve(key, provider="fal", usd=0.1)
        if ticket:
            dead.accepted(key, TICKET)
    dead.settle(A, 0.1, result="the picture")
    dead.settle(B, 0.1)
    dead.close()

    mine = purse(path)
    first, second = mine.find(A), mine.find(B)

    assert first is not None
    assert second is not None
    assert (first.state, first.result) == ("settled", "the picture")
    assert (second.state, second.ticket) == ("accepted", TICKET)
    mine.settle(B, 0.1)
    assert mine.spent_usd == pytest.approx(0.2)


def test_a_finished_film_starts_anew_with_a_full_purse(path):
    """Nothing of what it paid counts against its next making; rows are kept for later counting, results are not."""
    done = purse(path)
    done.reserve(A, provider="fal", usd=0.4)
    done.settle(A, 0.3, tokens_in=10, tokens_out=2, result="a secret story")
    done.finish()
    done.close()

    mine = purse(path)

    assert (mine.spent_usd, mine.find(A)) == (0.0, None)
    (row,) = Ledger(path).entries()
    assert (row.provider, row.usd, row.at_s, row.tokens_in, row.result) == ("fal", 0.3, 100.0, 10, "")
    assert Ledger(path).entries(since_s=101.0) == ()
    assert [lock for lock in (path.parent / "ledger.runs").iterdir() if "lock" in lock.name] == [
        mine.ledger.lock_of(mine._run)
    ]


def test_a_finished_film_leaves_its_open_claims(path):
    """A job that came too late for a film is there, paid, for its next making."""
    done = purse(path)
    done.reserve(A, provider="fal", usd=0.4)
    done.accepted(A, TICKET)
    done.finish()
    done.close()

    mine = purse(path)
    assert mine.spent_usd == 0.0
    found = mine.find(A)

    assert found is not None
    assert found.ticket == TICKET
    assert mine.spent_usd == pytest.approx(0.4), "from now on it counts here"
    assert purse(path).find(A) is None, "and is claimed once"


def test_another_film_is_none_of_its_business(path):
    """Neither claims nor money."""
    dead = purse(path)
    dead.reserve(A, provider="fal", usd=0.4)
    dead.close()

    other = purse(path, film="another")

    assert (other.find(A), other.spent_usd) == (None, 0.0)


def test_the_report_says_who_was_paid(path):
    """With tokens, and with what is not certain."""
    mine = purse(path)
    mine.reserve(A, provider="openai", usd=0.4)
    mine.settle(A, 0.25, tokens_in=900, tokens_out=80)
    mine.reserve(B, provider="fal", usd=0.25)
    mine.uncertain(B)
    report = mine.report

    assert (report.limit_usd, report.spent_usd, report.uncertain_usd) == (1.0, 0.5, 0.25)
    assert (report.tokens_in, report.tokens_out) == (900, 80)
    assert [(one.provider, one.asked, one.usd) for one in report.by_provider] == [("openai", 1, 0.25), ("fal", 1, 0.25)]


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


class Spending(RuleBasedStateMachine):
    """One film, made over and over: run, die, go on, finish; beside it a plain list of what should be in the ledger."""

    keys = st.sampled_from([content_hash(name) for name in "abc"])
    prices = st.integers(0, 6).map(lambda tenths: tenths / 10)

    @initialize()
    def begin(self) -> None:
        """A new folder for each life."""
        self.folder = Path(os.environ["LEDGER_TEST_FOLDER"]) / content_hash(os.urandom(8))
        self.folder.mkdir()
        self.rows: list[list] = []  # key, state, usd, is of an earlier run
        self.mine = purse(self.folder / "ledger.sqlite")

    def row(self, key: str, states: tuple[str, ...]) -> list | None:
        found = [row for row in reversed(self.rows) if row[0] == key]
        return next((row for state in states for row in found if row[1] == state), None)

    @property
    def spent(self) -> float:
        return sum(row[2] for row in self.rows if row[1] != "refunded")

    @rule(key=keys, usd=prices)
    def reserve(self, key: str, usd: float) -> None:
        """Only within the limit."""
        if self.spent + usd > 1.0 + 1e-9:
            with pytest.raises(BudgetExceeded):
                self.mine.reserve(key, provider="fal", usd=usd)
        else:
            self.mine.reserve(key, provider="fal", usd=usd)
            self.rows.append([key, "reserved", usd, False])

    @rule(key=keys, what=st.sampled_from(["accepted", "settled", "refunded", "uncertain"]), usd=prices)
    def go_on(self, key: str, what: str, usd: float) -> None:
        """What becomes of a row; nothing becomes of one that is not there."""
        states = {
            "accepted": ("reserved", "uncertain", "accepted"),
            "settled": ("reserved", "accepted", "uncertain", "settled"),
            "refunded": ("reserved", "accepted", "uncertain"),
            "uncertain": ("reserved", "accepted", "uncertain"),
        }[what]
        act = {
            "accepted": lambda: self.mine.accepted(key, TICKET),
            "settled": lambda: self.mine.settle(key, usd),
            "refunded": lambda: self.mine.refund(key),
            "uncertain": lambda: self.mine.uncertain(key),
        }[what]
        row = self.row(key, states)
        if row is None:
            with pytest.raises(ValueError, match="in this run"):
                act()
            return
        act()
        row[1] = what
        row[2] = {"settled": usd, "refunded": 0.0}.get(what, row[2])

    @rule()
    def die(self) -> None:
        """The lock is gone, as after any death; the next run finds what was left."""
        self.mine.close()
        self.mine.ledger.close()
        for row in self.rows:
            row[1] = "uncertain" if row[1] == "reserved" else row[1]
            row[3] = True
        self.mine = purse(self.folder / "ledger.sqlite")

    @rule(key=keys)
    def find(self, key: str) -> None:
        """Open work of an earlier run, and nothing else."""
        found = self.mine.find(key)
        newest = next((row for row in reversed(self.rows) if row[0] == key), None)
        if newest is None or not newest[3] or newest[1] == "refunded":
            assert found is None
        elif newest[1] != "settled":  # whether a settled one is found depends on its ticket
            assert found is not None
            assert (found.state, found.usd) == (newest[1], newest[2])

    @rule()
    def finish(self) -> None:
        """The film is there: the next one starts with a full purse (its claims are tested elsewhere)."""
        for row in list(self.rows):
            if row[1] == "accepted":
                self.mine.refund(row[0])
        self.mine.finish()
        self.mine.close()
        self.mine.ledger.close()
        self.rows = []
        self.mine = purse(self.folder / "ledger.sqlite")

    @invariant()
    def the_money_is_right(self) -> None:
        """To the cent, and what was promised is never over the limit."""
        if hasattr(self, "mine"):
            assert self.mine.spent_usd == pytest.approx(self.spent)
            assert self.mine.report.spent_usd == pytest.approx(self.spent)

    def teardown(self) -> None:
        """Let go of the files."""
        if hasattr(self, "mine"):
            self.mine.close()
            self.mine.ledger.close()


def test_any_order_of_spending_dying_and_going_on_adds_up(tmp_path, monkeypatch):
    """Against a list in plain Python."""
    monkeypatch.setenv("LEDGER_TEST_FOLDER", str(tmp_path))
    machine = Spending.TestCase
    machine.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
    machine("runTest").runTest()


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
