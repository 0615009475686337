from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from astragen.errors import SettingsError
from astragen.store.office import Office, migrations, tables
from astragen.store.office.migrate import HEAD, VERSION_TABLE
from office_records import film_report, new_film
from together import run_together


def test_migrations_make_the_tables_that_the_code_knows(office):
    """Columns, types and indexes alike; and the newest one is the one that the code asks for."""
    with office.database.writing() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []
    assert ScriptDirectory(migrations.__path__[0]).get_heads() == [HEAD]


def test_many_processes_may_migrate_at_one_time(database_url):
    """One does, the others wait; the next time there is nothing to do."""
    offices = [Office(database_url) for _ in range(4)]

    run_together([office.migrate for office in offices])
    offices[0].migrate()

    with offices[0].database.reading() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all() == [HEAD]
    for office in offices:
        assert office.films.counts()["queued"] == 0
        office.close()


def test_a_database_of_a_newer_version_is_refused(database_url):
    """And left as it is; the message has both versions and where it is."""
    office = Office(database_url)
    office.migrate()
    with office.database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))

    with pytest.raises(SettingsError) as refused:
        office.migrate()

    assert refused.value.message == (
        f'The database "{office.database.place}" is of version 9999, newer than this program\'s {HEAD}.'
    )
    assert refused.value.hint.startswith("Update astragen")
    office.close()


def test_other_tables_in_the_database_are_let_be(database_url):
    """The engine keeps its own there."""
    office = Office(database_url)
    with office.database.writing() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))

    office.migrate()

    with office.database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "theirs"
    office.close()


def test_films_from_before_there_was_a_search_are_found(office):
    """Their words are made of what was kept."""
    film = office.films.add(new_film(title="The river"))
    with office.database.writing() as connection:
        for later in (tables.words, tables.shares):
            later.drop(connection)
        connection.execute(text("ALTER TABLE films DROP COLUMN seconds"))
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))

    office.migrate()

    assert office.films.page(words="RIVER fox").films == (film,)


def test_films_from_before_lists_had_lengths_get_them_of_their_reports(office):
    """Those that have ended; those that have not have none."""
    ended, going = office.films.add(new_film()), office.films.add(new_film())
    office.films.end(ended.id, 1, "completed", report=film_report())
    with office.database.writing() as connection:
        connection.execute(text("ALTER TABLE films DROP COLUMN seconds"))
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0003'"))

    office.migrate()

    assert office.films.get(ended.id).seconds == film_report().seconds
    assert office.films.get(going.id).seconds is None
