from __future__ import annotations

import subprocess
import sys
import threading
import time
import traceback
from contextlib import closing

import psycopg
import pytest

from astragen.errors import DatabaseDown, SettingsError
from astragen.model.base import content_hash
from astragen.store.ledger_postgres import PostgresLedger

A, B = content_hash("a"), content_hash("b")
SECRET = "test-canary-secret"


def opened(url, *, owner="mine", **options):
    return closing(PostgresLedger(url, owner=owner, is_alive=lambda name: name == "mine", **options))


def test_a_run_lives_as_long_as_its_executor(postgres_url):
    """Whoever makes the ledger says who lives; nobody is asked about a run that was closed."""
    asked = []

    def is_alive(owner: str) -> bool:
        asked.append(owner)
        return True

    with closing(PostgresLedger(postgres_url, owner="w1", is_alive=is_alive)) as ledger:
        first = ledger.purse("film", 1.0, now_s=lambda: 0.0)
        first.reserve(A, provider="fal", usd=0.4)
        second = ledger.purse("film", 1.0, now_s=lambda: 0.0)
        assert (second.spent_usd, asked) == (0.0, ["w1"])
        first.close()
        third = ledger.purse("film", 1.0, now_s=lambda: 0.0)
        assert (third.spent_usd, asked) == (0.4, ["w1", "w1"]), "once more, about the second"


def test_a_server_that_was_killed_and_comes_back_has_lost_nothing(postgres_url, postgres_server):
    """A run goes on over a new connection; what was promised is there, though this server is set to keep it late."""
    with opened(postgres_url, patience_s=20.0) as ledger, ledger.purse("film", 1.0, now_s=time.time) as purse:
        purse.reserve(A, provider="fal", usd=0.4)
        postgres_server.crash()
        buyer = threading.Thread(target=lambda: purse.reserve(B, provider="fal", usd=0.5))
        buyer.start()
        postgres_server.start()  # by the main thread: the server dies with the thread that starts it
        buyer.join()

        assert purse.spent_usd == pytest.approx(0.9)


def test_a_server_that_stays_away_is_told(postgres_url, postgres_server):
    """Before anything is ordered, and as something to be tried again."""
    with opened(postgres_url, patience_s=0.3) as ledger:
        purse = ledger.purse("film", 1.0, now_s=time.time)
        postgres_server.crash()

        with pytest.raises(DatabaseDown, match=r"ledger in .* does not answer") as told:
            purse.reserve(A, provider="fal", usd=0.4)
        assert told.value.retry


def test_a_database_that_is_not_there_is_told_without_the_password(postgres_url):
    """In no part of the error."""
    url = postgres_url.replace("astragen@", f"astragen:{SECRET}@").replace("/t", "/not-there-t", 1)

    with pytest.raises(SettingsError) as refused:
        PostgresLedger(url, owner="mine", is_alive=lambda _: True)

    assert "not-there-t" in refused.value.message
    assert "ASTRAGEN_DATABASE_URL" in refused.value.hint
    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_an_address_that_is_none_is_told_without_the_password():
    """The parser's own message would hold all of it."""
    with pytest.raises(SettingsError, match="malformed") as refused:
        PostgresLedger(f"postgresql://me:{SECRET}@[nowhere/x", owner="mine", is_alive=lambda _: True)

    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_the_address_of_sqlalchemy_will_do(postgres_url):
    """The service has one address for both."""
    with opened(postgres_url.replace("postgresql://", "postgresql+psycopg://")) as ledger:
        assert ledger.entries() == ()


def test_a_ledger_of_a_newer_version_is_left_alone(postgres_url):
    """Not read wrongly."""
    with opened(postgres_url):
        pass
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("UPDATE astragen_ledger.version SET number = 99")

    with pytest.raises(SettingsError, match="version 99"), opened(postgres_url):
        pass


def test_what_fails_in_the_middle_did_not_happen(postgres_url):
    """Neither an error of ours nor one of the database keeps half a change."""
    with opened(postgres_url) as ledger:
        purse = ledger.purse("film", 1.0, now_s=time.time)
        for wrong, error in (("SELECT 1", ZeroDivisionError), ("SELECT nothing", DatabaseDown)):

            def half(wrong: str = wrong) -> None:
                with ledger.transaction("film") as rows:
                    rows.execute("DELETE FROM runs")
                    rows.execute(wrong)
                    raise ZeroDivisionError

            with pytest.raises(error):
                half()

        purse.reserve(A, provider="fal", usd=0.4)
        assert purse.spent_usd == pytest.approx(0.4)


def test_films_do_not_wait_for_each_other(postgres_url):
    """Only the rows of one film are changed by one at a time."""
    with opened(postgres_url) as one, opened(postgres_url, patience_s=0.0) as other, one.transaction("film"):
        other.purse("another film", 1.0, now_s=time.time).reserve(A, provider="fal", usd=0.1)


BUY = """
import sys, time
from astragen.model.base import content_hash
from astragen.store.ledger_postgres import PostgresLedger

ledger = PostgresLedger(sys.argv[1], owner=f"worker {sys.argv[2]}", is_alive=lambda name: True)
purse = ledger.purse("film", 1e6, now_s=time.time)
for number in range(20):
    purse.reserve(content_hash(f"{sys.argv[2]} {number}"), provider="fal", usd=1.0)
print("bought", flush=True)
time.sleep(60)
"""


def test_killed_workers_lose_no_money(postgres_url):
    """Two on one film, killed for real: the heir counts all that each of them promised."""
    commands = [(sys.executable, "-c", BUY, postgres_url, str(number)) for number in range(2)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    for worker in workers:
        with worker:
            assert worker.stdout.readline() == "bought\n"
            worker.kill()

    with opened(postgres_url) as ledger:
        purse = ledger.purse("film", 1e6, now_s=time.time)
        assert purse.spent_usd == 40.0
        assert {entry.state for entry in ledger.entries()} == {"uncertain"}
