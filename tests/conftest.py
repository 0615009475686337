import os
import signal

import pytest

os.environ["ASTRAGEN_WRITER"] = "builtin"  # no test asks the language models of the machine it runs on
os.environ["ASTRAGEN_ARTIST"] = "builtin"  # nor spends what a key in its environment is good for

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background of a shell without job control: the commands that tests start must hear Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write what is painted now as what is expected")


@pytest.fixture
def is_update(request):
    """Golden files are to be written, not compared with."""
    return request.config.getoption("--update-golden")


@pytest.fixture(scope="session")
def s3():
    """S3 on loopback, one server for all tests of this process."""
    from emulators.s3_server import s3_server

    with s3_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server():
    """A real PostgreSQL server, for each process that runs tests one; skips where none is installed."""
    from emulators.postgres import PostgresServer, missing

    if reason := missing():
        pytest.skip(reason)
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_url(postgres_server):
    """The URL of a new, empty database on a real PostgreSQL server."""
    if not postgres_server.is_running:  # the test before crashed it
        postgres_server.start()
    url = postgres_server.make_database()
    yield url
    if postgres_server.is_running:
        postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path):
    """The URL of a new, empty database: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'astragen.sqlite'}"
    return request.getfixturevalue("postgres_url")
