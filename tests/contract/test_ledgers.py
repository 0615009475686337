"""What every ledger does: in a file for the processes of a machine, in PostgreSQL for many machines."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astragen.errors import BudgetExceeded, LeaseLost
from astragen.model.base import content_hash
from astragen.model.ticket import Ticket
from astragen.store.ledger import opened_ledger
from astragen.store.ledger_postgres import PostgresLedger
from astragen.store.purse import AnyLedger, Purse

TICKET = Ticket(provider="fal", id="job-1")
A, B = content_hash("a"), content_hash("b")


class Books:
    """One ledger, opened again and again as another process would; each is an executor of its own."""

    def __init__(self, database: str, folder: Path) -> None:
        self._database, self._file = database, folder / "ledger.sqlite"
        self.is_file = not database.startswith("postgresql")
        self._alive: set[str] = set()
        self._opened: list[AnyLedger] = []

    def ledger(self) -> AnyLedger:
        """The ledger, opened by a new executor."""
        owner = f"executor {len(self._opened)}"
        self._alive.add(owner)
        self._opened.append(opened_ledger(self._database, self._file, owner=owner, is_alive=self._alive.__contains__))
        return self._opened[-1]

    def purse(self, *, limit_usd: float = 1.0, film: str = "film") -> Purse:
        """A run of *film* by a new executor."""
        return self.ledger().purse(film, limit_usd, now_s=lambda: 100.0)

    def kill(self, purse: Purse) -> None:
        """End the executor of *purse* as the others see it; what is done with *purse* afterwards, a zombie does."""
        if isinstance(purse.ledger, PostgresLedger):
            self._alive.discard(purse.ledger._owner)
        else:
            purse._closing()  # the system lets go its lock

    def stop(self, purse: Purse) -> None:
        """Have the executor of *purse* taken for dead, though it only stands still and holds what it held."""
        self._alive.discard(purse.ledger._owner)

    def close(self) -> None:
        """Let go of all connections."""
        for ledger in self._opened:
            ledger.close()


@pytest.fixture
def books(database_url, tmp_path):
    made = Books(database_url, tmp_path)
    yield made
    made.close()


def test_what_is_reserved_counts_until_its_price_is_known(books):
    """Then the price does; what cost nothing does not."""
    mine = books.purse()

    mine.reserve(A, provider="fal", usd=0.4)
    mine.reserve(B, provider="fal", usd=0.5)
    assert mine.spent_usd == pytest.approx(0.9)

    mine.settle(A, 0.1)
    mine.refund(B)
    assert mine.spent_usd == pytest.approx(0.1)


def test_more_than_the_limit_is_refused_before_it_is_spent(books):
    """The message has who, the price, what is spent, the limit and the flag; the last cent may be spent."""
    mine = books.purse()
    mine.reserve(A, provider="fal", usd=0.9)

    with pytest.raises(BudgetExceeded) as refused:
        mine.reserve(B, provider="runway", usd=0.2)
    assert str(refused.value) == (
        "Asking runway may cost $0.2000, and $0.9000 of the film's limit of $1.00 are spent. "
        "Raise --max-cost, or choose somebody cheaper."
    )
    mine.reserve(B, provider="runway", usd=0.1)


@pytest.mark.parametrize("usd", [-0.01, float("nan"), float("inf")])
def test_what_is_no_price_is_refused(books, usd):
    """A limit means nothing beside it."""
    mine = books.purse()
    with pytest.raises(ValueError, match="usd"):
        mine.reserve(A, provider="fal", usd=usd)
    mine.reserve(A, provider="fal", usd=0.1)
    with pytest.raises(ValueError, match="no price"):
        mine.settle(A, usd)


def test_what_was_never_reserved_cannot_be_settled(books):
    """That would be paid without having been allowed."""
    with pytest.raises(ValueError, match="in this run"):
        books.purse().settle(A, 0.1)


def test_a_run_that_stood_still_for_too_long_is_taken_over(books):
    """The process lives, and its locks with it; when it goes on it pays nothing more."""
    first = books.purse()
    first.reserve(A, provider="fal", usd=0.4)
    first.accepted(A, TICKET)
    books.stop(first)

    second = books.purse()

    found = second.find(A)
    assert found is not None
    assert (found.state, found.ticket) == ("accepted", TICKET)
    with pytest.raises(LeaseLost):
        first.reserve(B, provider="fal", usd=0.1)


def test_runs_of_a_film_at_one_time_share_its_limit(books):
    """Two processes that make the same film may not spend twice what it may cost; another film has its own."""
    first, second, other = books.purse(), books.purse(), books.purse(film="another")
    first.reserve(A, provider="fal", usd=0.7)

    with pytest.raises(BudgetExceeded, match=r"\$0\.7000 of the film's .* are spent, \$0\.7000 of it by another run"):
        second.reserve(B, provider="runway", usd=0.4)
    second.reserve(B, provider="runway", usd=0.3)
    other.reserve(B, provider="runway", usd=1.0)

    assert (first.left_usd, second.left_usd) == (pytest.approx(0.0), pytest.approx(0.0))
    assert (first.spent_usd, second.report.spent_usd) == (0.7, 0.3), "each counts its own"
    first.finish()
    assert second.left_usd == pytest.approx(0.7), "a film that is there holds up none"


def test_many_tasks_together_keep_the_limit(books):
    """Forty threads want a tenth each; ten of them get it."""
    mine, refused = books.purse(), []

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


def test_a_live_run_keeps_what_is_its_own(books):
    """Another run of the same film, at the same time, neither takes over its claims nor pays from its money."""
    first = books.purse()
    first.reserve(A, provider="fal", usd=0.4)
    first.accepted(A, TICKET)
    second = books.purse()

    assert (second.find(A), second.spent_usd) == (None, 0.0)
    assert first.find(A) is None, "what a run asked for itself is no news to it"


def test_the_next_run_goes_on_with_the_claims_of_a_dead_one(books):
    """With the ticket nothing is paid again; its money is counted once, also after it is settled."""
    dead = books.purse()
    dead.reserve(A, provider="fal", usd=0.4)
    dead.accepted(A, TICKET)
    books.kill(dead)

    mine = books.purse()
    found = mine.find(A)

    assert found is not None
    assert (found.state, found.ticket, found.usd, found.at_s) == ("accepted", TICKET, 0.4, 100.0)
    assert mine.spent_usd == pytest.approx(0.4)
    mine.settle(A, 0.3)
    assert mine.spent_usd == pytest.approx(0.3)


def test_what_a_dead_run_had_only_reserved_is_uncertain(books):
    """It may have been asked for and charged, so it counts at its bound, and whoever asks again pays for it again."""
    dead = books.purse()
    dead.reserve(A, provider="fal", usd=0.4)
    books.kill(dead)

    mine = books.purse()
    found = mine.find(A)

    assert found is not None
    assert (found.state, found.ticket) == ("uncertain", None)
    mine.reserve(A, provider="fal", usd=0.4)
    assert mine.find(A) is None, "this run has asked for it itself now"
    mine.settle(A, 0.3)
    assert mine.spent_usd == pytest.approx(0.7)
    with pytest.raises(BudgetExceeded):
        mine.reserve(A, provider="fal", usd=0.4)


def test_what_a_dead_run_paid_for_is_handed_on_with_what_it_gave(books):
    """As long as the film is not finished; a ticket will do, too, for the result may be asked for again."""
    dead = books.purse()
    for key, ticket in ((A, False), (B, True)):
        dead.reserve(key, provider="fal", usd=0.1)
        if ticket:
            dead.accepted(key, TICKET)
    dead.settle(A, 0.1, result="the picture")
    dead.settle(B, 0.1)
    books.kill(dead)

    mine = books.purse()
    first, second = mine.find(A), mine.find(B)

    assert first is not None
    assert second is not None
    assert (first.state, first.result) == ("settled", "the picture")
    assert (second.state, second.ticket) == ("accepted", TICKET)
    mine.settle(B, 0.1)
    assert mine.spent_usd == pytest.approx(0.2)


def test_a_finished_film_starts_anew_with_a_full_purse(books):
    """Nothing of what it paid counts against its next making; rows are kept for later counting, results are not."""
    done = books.purse()
    done.reserve(A, provider="fal", usd=0.4)
    done.settle(A, 0.3, tokens_in=10, tokens_out=2, result="a secret story")
    done.finish()
    done.close()

    mine = books.purse()

    assert (mine.spent_usd, mine.find(A)) == (0.0, None)
    (row,) = books.ledger().entries()
    assert (row.provider, row.usd, row.at_s, row.tokens_in, row.result) == ("fal", 0.3, 100.0, 10, "")
    assert books.ledger().entries(since_s=101.0) == ()


def test_a_finished_film_leaves_its_open_claims(books):
    """A job that came too late for a film is there, paid, for its next making."""
    done = books.purse()
    done.reserve(A, provider="fal", usd=0.4)
    done.accepted(A, TICKET)
    done.finish()
    done.close()

    mine = books.purse()
    assert mine.spent_usd == 0.0
    found = mine.find(A)

    assert found is not None
    assert found.ticket == TICKET
    assert mine.spent_usd == pytest.approx(0.4), "from now on it counts here"
    assert books.purse().find(A) is None, "and is claimed once"


def test_another_film_is_none_of_its_business(books):
    """Neither claims nor money."""
    dead = books.purse()
    dead.reserve(A, provider="fal", usd=0.4)
    books.kill(dead)

    other = books.purse(film="another")

    assert (other.find(A), other.spent_usd) == (None, 0.0)


def test_the_report_says_who_was_paid(books):
    """With tokens, and with what is not certain."""
    mine = books.purse()
    mine.reserve(A, provider="openai", usd=0.4)
    mine.settle(A, 0.25, tokens_in=900, tokens_out=80)
    mine.reserve(B, provider="fal", usd=0.25)
    mine.uncertain(B)
    report = mine.report

    assert (report.limit_usd, report.spent_usd, report.uncertain_usd) == (1.0, 0.5, 0.25)
    assert (report.tokens_in, report.tokens_out) == (900, 80)
    assert [(one.provider, one.asked, one.usd) for one in report.by_provider] == [("openai", 1, 0.25), ("fal", 1, 0.25)]


def test_a_run_that_was_closed_unfinished_goes_on_in_the_next(books):
    """By the same executor, too: a film that failed is tried again where it was."""
    ledger = books.ledger()
    first = ledger.purse("film", 1.0, now_s=lambda: 100.0)
    first.reserve(A, provider="fal", usd=0.4)
    first.accepted(A, TICKET)
    first.close()

    second = ledger.purse("film", 1.0, now_s=lambda: 200.0)

    found = second.find(A)
    assert found is not None
    assert (found.state, found.ticket) == ("accepted", TICKET)


@pytest.mark.parametrize(
    "ask",
    [
        lambda purse: purse.find(A),
        lambda purse: purse.reserve(B, provider="fal", usd=0.1),
        lambda purse: purse.accepted(A, TICKET),
        lambda purse: purse.settle(A, 0.1),
        lambda purse: purse.refund(A),
        lambda purse: purse.uncertain(A),
    ],
    ids=["find", "reserve", "accepted", "settle", "refund", "uncertain"],
)
def test_a_zombie_pays_nothing_more(books, ask):
    """A machine that slept and was taken for dead: its money is another run's, which counts what it may have spent."""
    zombie = books.purse()
    zombie.reserve(A, provider="fal", usd=0.4)
    books.kill(zombie)
    heir = books.purse()

    with pytest.raises(LeaseLost, match="film film took over the money"):
        ask(zombie)

    found = heir.find(A)
    assert found is not None
    assert (found.state, heir.spent_usd) == ("uncertain", pytest.approx(0.4))
    assert [entry.key for entry in books.ledger().entries()] == [A]


def test_the_end_of_a_zombie_changes_nothing(books):
    """Neither finishing nor closing: the heir goes on."""
    zombie = books.purse()
    zombie.reserve(A, provider="fal", usd=0.4)
    books.kill(zombie)
    heir = books.purse()

    zombie.finish()
    zombie.close()

    assert heir.spent_usd == pytest.approx(0.4)
    heir.reserve(B, provider="fal", usd=0.1)


def test_a_zombie_takes_no_claims_of_finished_runs(books):
    """They wait for whoever goes on with the film."""
    done = books.purse()
    done.reserve(A, provider="fal", usd=0.4)
    done.accepted(A, TICKET)
    done.finish()
    done.close()
    zombie = books.purse()
    books.kill(zombie)
    heir = books.purse()

    with pytest.raises(LeaseLost):
        zombie.find(A)
    assert heir.find(A) is not None


def test_what_comes_late_to_a_finished_run_is_still_noted(books):
    """It finished itself, and nobody took anything over."""
    mine = books.purse()
    mine.reserve(A, provider="fal", usd=0.4)
    mine.finish()

    mine.settle(A, 0.3)

    assert [(entry.state, entry.usd) for entry in books.ledger().entries()] == [("settled", 0.3)]


def test_one_of_many_heirs_takes_over(books):
    """Eight executors see the death at once; the claim and its money are in one purse only."""
    dead = books.purse()
    dead.reserve(A, provider="fal", usd=0.4)
    dead.accepted(A, TICKET)
    books.kill(dead)
    ledgers = [books.ledger() for _ in range(8)]
    heirs: list[Purse] = []

    def inherit(ledger: AnyLedger) -> None:
        heirs.append(ledger.purse("film", 1.0, now_s=lambda: 100.0))

    threads = [threading.Thread(target=inherit, args=(ledger,)) for ledger in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(heir.spent_usd for heir in heirs) == [0.0] * 7 + [0.4]
    assert sum(heir.find(A) is not None for heir in heirs) == 1


class Spending(RuleBasedStateMachine):
    """One film, made over and over: run, die, go on, finish; beside it a plain list of what should be in the ledger."""

    books: Books
    keys = st.sampled_from([content_hash(name) for name in "abc"])
    prices = st.integers(0, 6).map(lambda tenths: tenths / 10)

    @initialize()
    def begin(self) -> None:
        """A new film for each life."""
        self.film = content_hash(os.urandom(8))
        self.rows: list[list] = []  # key, state, usd, is of an earlier run
        self.mine = self.books.purse(film=self.film)

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

    @rule(how=st.sampled_from(["kill", "close"]))
    def die(self, how: str) -> None:
        """By a kill or by an error; the next run finds what was left."""
        if how == "kill":
            self.books.kill(self.mine)
        else:
            self.mine.close()
        self.mine.ledger.close()
        for row in self.rows:
            row[1] = "uncertain" if row[1] == "reserved" else row[1]
            row[3] = True
        self.mine = self.books.purse(film=self.film)

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
        self.mine = self.books.purse(film=self.film)

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


def test_any_order_of_spending_dying_and_going_on_adds_up(books):
    """Against a list in plain Python."""

    class OnTheseBooks(Spending):
        pass

    OnTheseBooks.books = books
    machine = OnTheseBooks.TestCase
    machine.settings = settings(max_examples=10 if books.is_file else 4, stateful_step_count=20, deadline=None)
    machine("runTest").runTest()
