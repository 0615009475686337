"""Somebody who promises money and is killed: a process of its own."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

from astragen.model.base import content_hash
from astragen.store.ledger_postgres import PostgresLedger


def buy(url: str, number: int, kept: Any) -> None:
    """Promise a dollar for each of twenty things, say so on the queue *kept*, and wait to be killed."""
    ledger = PostgresLedger(url, owner=f"worker {number}", is_alive=lambda _: True)
    with closing(ledger):
        purse = ledger.purse("film", 1e6, now_s=time.time)
        for key in range(20):
            purse.reserve(content_hash(f"{number} {key}"), provider="fal", usd=1.0)
        kept.put(number)
        time.sleep(60)
