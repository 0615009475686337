import shutil

import pytest

from astragen.store.office import Office
from astragen.store.office.database import Database
from astragen.store.office.tables import METADATA


class Clock:
    """A time that tests set."""

    def __init__(self):
        self.now_s = 1_800_000_000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("office") / "office.sqlite"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_office_url(postgres_server):
    return migrated(postgres_server.make_database())


@pytest.fixture(params=["sqlite", "postgres"])
def office_url(request, tmp_path):
    """A database with the office's tables, empty; on both kinds of database.

    On PostgreSQL one that is emptied, which takes a thirtieth of the time of a new one.
    """
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "office.sqlite")
        return f"sqlite:///{path}"
    server = request.getfixturevalue("postgres_server")
    if not server.is_running:
        server.start()
    url = request.getfixturevalue("postgres_office_url")
    database = Database(url)
    with database.writing() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(table.delete())
    database.close()
    return url


@pytest.fixture
def office(office_url, clock):
    made = Office(office_url, now_s=clock)
    yield made
    made.close()


def migrated(url):
    office = Office(url)
    office.migrate()
    office.close()
    return url
