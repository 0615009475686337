from __future__ import annotations

import socket
import time
import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from astragen.errors import DatabaseDown, SettingsError
from astragen.store.office import Office
from astragen.store.office.database import Database
from office_records import new_film

SECRET = "hunter2"


@pytest.fixture
def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]  # bound, and nobody listens


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://root:{SECRET}@host/db",
        f"postgresql://root:{SECRET}@host:port/db",
        f"postgresql://root:{SECRET}:5432/db:{SECRET}",
        f"//{SECRET}",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_a_url_that_is_none_is_refused_without_its_password(url):
    """The message says which forms there are; the traceback has no password either."""
    with pytest.raises(SettingsError) as refused:
        Office(url).migrate()

    assert SECRET not in str(refused.value)
    assert SECRET not in "".join(traceback.format_exception_only(refused.value))
    assert refused.value.__cause__ is None


def test_a_server_that_cannot_be_reached_is_a_matter_of_settings(free_port):
    """The message says where it was looked for, and not with which password."""
    office = Office(f"postgresql://me:{SECRET}@127.0.0.1:{free_port}/films?application_name={SECRET}")

    with pytest.raises(SettingsError, match=f'"postgresql://127.0.0.1:{free_port}/films" cannot be used') as refused:
        office.migrate()

    assert "refused" in str(refused.value)
    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_a_file_that_is_no_database_is_a_matter_of_settings(tmp_path):
    """It is not overwritten."""
    path = tmp_path / "notes.sqlite"
    path.write_text("These are my notes, and no database at all. " * 100)

    with pytest.raises(SettingsError, match=r"notes\.sqlite"):
        Office(f"sqlite:///{path}").migrate()

    assert path.read_text().startswith("These are my notes")


def test_a_folder_that_cannot_be_made_is_a_matter_of_settings(tmp_path):
    """A file is where it should be."""
    (tmp_path / "data").write_text("")

    with pytest.raises(SettingsError, match="cannot be used"):
        Office(f"sqlite:///{tmp_path / 'data' / 'a.sqlite'}").migrate()


def test_a_sqlite_file_is_set_up_for_many_processes(tmp_path):
    """In every connection; its folder is made."""
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'a.sqlite'}")
    database.check()

    with database.reading() as one, database.reading() as other:
        for connection in (one, other):
            said = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "busy_timeout", "synchronous")
            ]
            assert said == ["wal", 30_000, 1]
    database.close()


def test_nothing_is_kept_of_a_transaction_that_fails(office):
    """Neither on SQLite nor on PostgreSQL."""
    film = office.films.add(new_film())

    def fail():
        with office.database.writing() as connection:
            connection.execute(text("DELETE FROM films"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert office.films.get(film.id) == film


def test_an_error_of_the_database_tells_no_values(office):
    """A log of it has no prompt and no secret of a webhook."""

    def insert_twice():
        with office.database.writing() as connection:
            for _ in range(2):
                connection.execute(text("INSERT INTO memo (key, at, text) VALUES ('k', 1, :text)"), {"text": SECRET})

    with pytest.raises(IntegrityError) as failed:
        insert_twice()
    assert SECRET not in str(failed.value)


def test_a_server_that_went_away_is_said_to_be_down_and_found_again(postgres_server, postgres_url):
    """Every connection that was open is dead then; none is handed out."""
    office = Office(postgres_url)
    office.migrate()
    office.ping()

    postgres_server.crash()
    with pytest.raises(DatabaseDown) as down:
        office.films.counts()
    assert down.value.retry
    assert not down.value.is_full
    postgres_server.start()

    assert office.films.counts()["queued"] == 0
    office.close()


def test_a_full_database_says_so(tmp_path):
    """Whoever reads it can tell it from one that is down; what was there stays."""
    office = Office(f"sqlite:///{tmp_path / 'a.sqlite'}")
    office.migrate()
    film = office.films.add(new_film())

    def fill():
        with office.database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            for n in range(100):
                row = {"n": n, "text": "x" * 4096}
                connection.execute(text("INSERT INTO memo (key, at, text) VALUES (:n, 1, :text)"), row)

    with pytest.raises(DatabaseDown) as full:
        fill()
    assert full.value.is_full
    assert office.films.get(film.id) == film
    office.close()


def test_a_server_ends_a_session_that_stands_still_in_a_transaction(postgres_url):
    """A stopped process would hold its locks for as long as it is stopped."""
    database = Database(postgres_url)
    try:
        with database.reading() as connection:
            assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "10s"
    finally:
        database.close()


def test_a_session_that_the_server_ended_is_an_outage(postgres_url):
    """A process that was stopped goes on and finds its session ended: that is no mistake of ours, and passes."""
    database = Database(postgres_url)

    def stand_still():
        with database.writing() as connection:
            connection.execute(text("SET idle_in_transaction_session_timeout = 20"))
            time.sleep(0.1)
            connection.execute(text("SELECT 1"))

    try:
        with pytest.raises(DatabaseDown) as down:
            stand_still()
        assert down.value.retry
        with database.reading() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
    finally:
        database.close()


def test_a_server_that_vanished_is_noticed(postgres_url):
    """No connection waits for hours for a machine that was switched off."""
    database = Database(postgres_url)
    try:
        with database.reading() as connection:
            said = connection.connection.driver_connection.info.get_parameters()
        assert (said["tcp_user_timeout"], said["keepalives_idle"], said["keepalives_count"]) == ("30000", "10", "2")
    finally:
        database.close()
