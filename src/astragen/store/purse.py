"""The money of one run of a film: no crash loses a claim or pays twice.

A row is written before the provider is asked, so whoever dies in between leaves it behind. What a dead, unfinished
run of the same film left is taken over by the next one, which goes on with its claims and counts its money. Who was
taken for dead and is not (a machine that slept) pays nothing more: `LeaseLost`. Start reading at `Purse`.
"""

from __future__ import annotations

import math
import secrets
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from astragen.errors import BudgetExceeded, LeaseLost
from astragen.model.film import MoneyReport
from astragen.model.ledger import Entry
from astragen.model.ticket import Ticket
from astragen.plan.money import money_report

ROUNDING: Final = 1e-9  # dollars; sums of floats may be off by less


class Rows(Protocol):
    """The tables `runs` and `entries` within a transaction."""

    def execute(self, asked: str, given: Sequence[Any] = ..., /) -> Any:  # noqa: ANN401 - a cursor
        """What *asked* gives, with *given* for its question marks; rows are read by their columns' names."""
        ...


class AnyLedger(ABC):
    """Where purses keep their rows, and how they tell living runs from dead ones."""

    damage = ""
    """What is wrong with it, for the report."""

    def purse(self, film: str, limit_usd: float, *, now_s: Callable[[], float]) -> Purse:
        """The money for a run of *film*, with what dead runs of it left; *now_s*: seconds since the epoch.

        Raises:
            SettingsError: the ledger cannot be used.
            DatabaseDown: it does not answer.
        """
        return Purse(self, film, limit_usd, now_s=now_s)

    def entries(self, since_s: float = 0.0) -> tuple[Entry, ...]:
        """Every row since *since_s*, in seconds since the epoch; the oldest first."""
        with self.transaction() as rows:
            found = rows.execute("SELECT * FROM entries WHERE at_s >= ? ORDER BY id", (since_s,)).fetchall()
        return tuple(map(entry_of, found))

    def new_run(self) -> str:
        """A name that no run had before."""
        return secrets.token_hex(16)

    @abstractmethod
    def close(self) -> None:
        """Let go of the database; nothing may be asked afterwards."""

    @abstractmethod
    def transaction(self, film: str = "") -> AbstractContextManager[Rows]:
        """The rows of *film*, alone with them: all that is done in the block is done, or nothing."""

    @abstractmethod
    def hold(self, run: str) -> Callable[[], None]:
        """Have *run* seen to live, from before its row is there; return what ends that."""

    @abstractmethod
    def begin(self, rows: Rows, run: str, film: str, at_s: float) -> None:
        """Note *run*."""

    @abstractmethod
    def is_live(self, rows: Rows, run: str) -> bool:
        """Whether *run* goes on; a finished one does not."""

    @abstractmethod
    def part(self, rows: Rows, run: str) -> None:
        """Note that *run* is closed."""

    @abstractmethod
    def tidy(self, run: str) -> None:
        """Remove what was kept of *run* outside the rows: it is over, and nobody asks for it any more."""


class Purse:
    """The money of one run of a film; tasks and threads may share it. Close it, or use it as a context manager."""

    def __init__(self, ledger: AnyLedger, film: str, limit_usd: float, *, now_s: Callable[[], float]) -> None:
        """See `Ledger.purse`."""
        self.ledger, self.film, self.limit_usd = ledger, film, limit_usd
        self._now_s = now_s
        self._run = ledger.new_run()
        self._is_over = False
        # Held before anybody can read of the run: from its first row on it is seen to live.
        self._closing = weakref.finalize(self, ledger.hold(self._run))
        with ledger.transaction(film) as rows:
            ledger.begin(rows, self._run, film, now_s())
            self._adopt(rows)

    @property
    def spent_usd(self) -> float:
        """What this run paid, promised, or may have paid, with what it took over from dead ones."""
        with self.ledger.transaction(self.film) as rows:
            return self._spent(rows)

    def spent_since(self, at_s: float) -> float:
        """As `spent_usd`, without what was promised before *at_s*, in seconds since the epoch."""
        asked = "SELECT COALESCE(SUM(usd), 0.0) AS usd FROM entries WHERE run = ? AND state != 'refunded' AND at_s >= ?"
        with self.ledger.transaction(self.film) as rows:
            return float(rows.execute(asked, (self._run, at_s)).fetchone()["usd"])

    @property
    def left_usd(self) -> float:
        """What may still be spent: runs of this film beside this one spend of the same limit while they go on."""
        with self.ledger.transaction(self.film) as rows:
            return self.limit_usd - self._spent(rows) - self._spent_beside(rows)

    @property
    def report(self) -> MoneyReport:
        """Who was paid what."""
        with self.ledger.transaction(self.film) as rows:
            asked = "SELECT * FROM entries WHERE run = ? AND state != 'refunded' ORDER BY id"
            found = rows.execute(asked, (self._run,)).fetchall()
        return money_report([entry_of(row) for row in found], self.limit_usd)

    def find(self, key: str) -> Entry | None:
        """What an earlier run left of *key*; None when there is nothing, or this run asked for it itself.

        Its state says what to do. accepted: ask with the ticket, and pay nothing again. uncertain: it may have been
        done and charged, and there is no way to ask. settled: it was charged, and `result` is what it gave.

        Raises:
            LeaseLost: another run took this one over.
        """
        with self.ledger.transaction(self.film) as rows:
            self._check(rows)
            self._adopt(rows)
            row = self._newest(rows, key) or self._adopted_claim(rows, key)
        if row is None or not row["adopted"]:
            return None
        entry = entry_of(row)
        if entry.state in ("accepted", "uncertain") or (entry.state == "settled" and entry.result):
            return entry
        if entry.state == "settled" and entry.ticket:  # charged, and what came of it got lost with its run
            return entry.model_copy(update={"state": "accepted"})
        return None

    def reserve(self, key: str, *, provider: str, usd: float) -> None:
        """Set *usd* aside for *key*, before *provider* is asked.

        Raises:
            BudgetExceeded: it is more than what is left.
            LeaseLost: another run took this one over.
        """
        entry = Entry(key=key, film=self.film, provider=provider, state="reserved", usd=usd, at_s=self._now_s())
        with self.ledger.transaction(self.film) as rows:
            self._check(rows)
            beside = self._spent_beside(rows)
            spent = self._spent(rows) + beside
            if spent + usd > self.limit_usd + ROUNDING:
                others = f", ${beside:.4f} of it by another run that makes it now" if beside else ""
                raise BudgetExceeded(
                    f"Asking {provider} may cost ${usd:.4f}, and ${spent:.4f} of the film's limit of "
                    f"${self.limit_usd:.2f} are spent{others}.",
                    hint="Raise --max-cost, or choose somebody cheaper.",
                )
            rows.execute(
                "INSERT INTO entries (run, key, film, provider, state, usd, at_s) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self._run, entry.key, entry.film, entry.provider, entry.state, entry.usd, entry.at_s),
            )

    def accepted(self, key: str, ticket: Ticket) -> None:
        """Keep the claim on work that the provider took on; call it before anybody waits for the work.

        Raises:
            LeaseLost: another run took this one over; it counts what was reserved as uncertain.
        """
        states = ("reserved", "uncertain", "accepted")
        self._change(key, states, state="accepted", ticket=ticket.model_dump_json())

    def settle(self, key: str, usd: float, *, tokens_in: int = 0, tokens_out: int = 0, result: str = "") -> None:
        """Note that *usd* were charged; *result*, when given, is what `find` hands to the next run after a crash.

        Raises:
            LeaseLost: another run took this one over; it counts what was reserved at its bound.
        """
        if not 0 <= usd < math.inf:
            raise ValueError(f"{usd} is no price")
        states = ("reserved", "accepted", "uncertain", "settled")
        said = {"tokens_in": tokens_in, "tokens_out": tokens_out, "result": result}
        self._change(key, states, state="settled", usd=usd, **said)

    def refund(self, key: str) -> None:
        """Note that it certainly cost nothing."""
        self._change(key, ("reserved", "accepted", "uncertain"), state="refunded", usd=0.0)

    def uncertain(self, key: str) -> None:
        """Note that nobody knows whether it was charged: it counts at its bound."""
        self._change(key, ("reserved", "accepted", "uncertain"), state="uncertain")

    def finish(self) -> None:
        """Note that the film is there: its next making starts with a full purse. Claims on accepted work stay."""
        with self.ledger.transaction(self.film) as rows:
            rows.execute("UPDATE entries SET result = '' WHERE run = ?", (self._run,))
            rows.execute("DELETE FROM runs WHERE id = ?", (self._run,))
        self._is_over = True

    def close(self) -> None:
        """End the run; what is open and not finished is for the next one of this film."""
        if self._closing.alive:
            self._closing()  # first: where the database is down, this process still knows that the run is over
            with self.ledger.transaction(self.film) as rows:
                is_noted = self._is_noted(rows)
                self.ledger.part(rows, self._run)
            if not is_noted:
                self.ledger.tidy(self._run)

    def __enter__(self) -> Purse:
        """Nothing more."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _adopt(self, rows: Rows) -> None:
        """Take over all that dead, unfinished runs of this film left; what they had only reserved is uncertain."""
        others = rows.execute("SELECT id FROM runs WHERE film = ? AND id != ?", (self.film, self._run)).fetchall()
        for run in [row["id"] for row in others]:
            if self.ledger.is_live(rows, run):
                continue
            rows.execute("UPDATE entries SET state = 'uncertain' WHERE run = ? AND state = 'reserved'", (run,))
            rows.execute("UPDATE entries SET run = ?, adopted = 1 WHERE run = ?", (self._run, run))
            rows.execute("DELETE FROM runs WHERE id = ?", (run,))
            self.ledger.tidy(run)

    def _adopted_claim(self, rows: Rows, key: str) -> Any:  # noqa: ANN401 - a row or None
        """Take over the claim on *key* that a finished run of this film left open; a live run keeps its own."""
        found = rows.execute(
            "SELECT * FROM entries WHERE film = ? AND key = ? AND state = 'accepted' ORDER BY id DESC", (self.film, key)
        ).fetchall()
        for row in found:
            if not self.ledger.is_live(rows, row["run"]):
                rows.execute("UPDATE entries SET run = ?, adopted = 1 WHERE id = ?", (self._run, row["id"]))
                return rows.execute("SELECT * FROM entries WHERE id = ?", (row["id"],)).fetchone()
        return None

    def _newest(self, rows: Rows, key: str, states: tuple[str, ...] = ()) -> Any:  # noqa: ANN401
        """The newest row of *key* in this run, in the first of *states* that any has; None when there is none."""
        asked = "SELECT * FROM entries WHERE run = ? AND key = ? ORDER BY id DESC"
        found = rows.execute(asked, (self._run, key)).fetchall()
        if not states:
            return found[0] if found else None
        return next((row for state in states for row in found if row["state"] == state), None)

    def _change(self, key: str, states: tuple[str, ...], **fields: object) -> None:
        """Set *fields* of the row of *key* that is in the first of *states* that any of this run is in."""
        with self.ledger.transaction(self.film) as rows:
            self._check(rows)
            row = self._newest(rows, key, states)
            if row is None:
                raise ValueError(f"nothing of {key[:12]} is {' or '.join(states)} in this run")
            columns = ", ".join(f"{name} = ?" for name in fields)  # names of ours, never a value
            rows.execute(f"UPDATE entries SET {columns} WHERE id = ?", (*fields.values(), row["id"]))  # noqa: S608

    def _spent(self, rows: Rows) -> float:
        asked = "SELECT COALESCE(SUM(usd), 0.0) AS usd FROM entries WHERE run = ? AND state != 'refunded'"
        return float(rows.execute(asked, (self._run,)).fetchone()["usd"])

    def _spent_beside(self, rows: Rows) -> float:
        """What the other unfinished runs of this film paid, promised, or may have paid."""
        asked = (
            "SELECT COALESCE(SUM(usd), 0.0) AS usd FROM entries WHERE state != 'refunded' AND run != ? "
            "AND run IN (SELECT id FROM runs WHERE film = ?)"
        )
        return float(rows.execute(asked, (self._run, self.film)).fetchone()["usd"])

    def _check(self, rows: Rows) -> None:
        """See that nobody took this run over; one that is finished itself may still note what came late.

        Raises:
            LeaseLost: somebody did.
        """
        if not self._is_over and not self._is_noted(rows):
            raise LeaseLost(
                f"Another run of film {self.film[:32]} took over the money of this one, which pays nothing more.",
                hint="The film goes on there; this one was held up for too long.",
            )

    def _is_noted(self, rows: Rows) -> bool:
        return rows.execute("SELECT id FROM runs WHERE id = ?", (self._run,)).fetchone() is not None


def entry_of(row: Any) -> Entry:  # noqa: ANN401 - of either database
    """The entry in a row of `entries`."""
    values = {name: row[name] for name in Entry.model_fields}
    ticket = row["ticket"]
    return Entry.model_validate({**values, "ticket": Ticket.model_validate_json(ticket) if ticket else None})
