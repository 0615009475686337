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
