"""How calls go on a bad day, drawn by chance, and what they cost: by seed, request and time of asking.

What is charged is counted by canonical request, so that paying twice is seen. Start at `Luck`.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

SHARE = 0.3
ADVERTS = (0.2, 0.4)  # of the days some adverts are sent for pictures; so much of the works are adverts on such a day


@dataclass
class Account:
    """One canonical request: how often its work was begun, what that costs, and which works were no good."""

    provider: str
    what: str
    charges: int = 0
    usd: float = 0.0
    bad: set[str] = field(default_factory=set)

    @property
    def twice(self) -> int:
        """Charges that no bad answer explains."""
        return max(0, self.charges - 1 - len(self.bad))


class Luck:
    """How the calls of one film go, and what is charged for them.

    share: of the calls that go wrong. picture_s: what a picture takes, at most *at_once* at a time; None: drawn.
    """

    def __init__(self, seed: str, share: float = SHARE, picture_s: float | None = None, at_once: int = 0) -> None:
        self.seed, self.share, self.picture_s = seed, share, picture_s
        self.turns = threading.Semaphore(at_once or 1_000)
        self.has_adverts = random.Random(f"{seed} adverts").random() < ADVERTS[0] and share > 0
        self.advert_words: set[str] = set()
        self.calls = 0
        self.faults: Counter[str] = Counter()
        self.accounts: dict[str, Account] = {}
        self.last_picture_at = 0.0
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()

    def draw(self, manners: Mapping[str, float], what: str, part: float = 1.0) -> str:
        """How the call *what* is met this time: "good", or one of *manners* in *part* of the share of bad calls."""
        with self._lock:
            self._times[what] += 1
            chance = random.Random(f"{self.seed} {what} {self._times[what]}")
            self.calls += part == 1.0
            manner = "good"
            if chance.random() < self.share * part:
                manner = chance.choices(list(manners), list(manners.values()))[0]
                self.faults[manner] += 1
        return manner

    def is_advert(self, what: str) -> bool:
        """Whether the work *what* gives the placeholder."""
        return self.has_adverts and random.Random(f"{self.seed} advert {what}").random() < ADVERTS[1]

    def advertise(self, words: str) -> None:
        """Note that the placeholder is sent for *words*."""
        with self._lock:
            self.faults["placeholder"] += words not in self.advert_words
            self.advert_words.add(words)

    def takes_s(self, what: str) -> float:
        """How long the work *what* takes."""
        if self.picture_s is not None:
            return self.picture_s
        return random.Random(f"{self.seed} takes {what}").uniform(0.3, 2.5)

    def charge(self, provider: str, what: str, usd: float) -> None:
        """Note that the work *what* was begun, for *usd*."""
        with self._lock:
            account = self.accounts.setdefault(what, Account(provider, what[:12]))
            account.charges += 1
            account.usd += usd

    def spoil(self, what: str, job: str) -> None:
        """Note that what *job* gave for *what* was no good."""
        with self._lock:
            if what in self.accounts:
                self.accounts[what].bad.add(job)

    def told(self) -> dict[str, Any]:
        """What happened."""
        with self._lock:
            accounts = [
                {**asdict(one), "bad": len(one.bad), "twice": one.twice, "usd": round(one.usd, 6)}
                for one in self.accounts.values()
            ]
            return {
                "calls": self.calls,
                "faults": dict(self.faults),
                "accounts": accounts,
                "charges": sum(one["charges"] for one in accounts),
                "usd": round(sum(one["usd"] for one in accounts), 6),
                "double_charges": sum(one["twice"] for one in accounts),
                "adverts": len(self.advert_words),
                "last_picture_at": self.last_picture_at,
            }


def canonical(path: str, body: Any) -> str:
    """What is asked for, as a hash: the order's place and all of its fields."""
    return sha256(f"{path} {json.dumps(body, sort_keys=True)}".encode()).hexdigest()
