import pytest


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write what is painted now as what is expected")


@pytest.fixture
def is_update(request):
    """Golden files are to be written, not compared with."""
    return request.config.getoption("--update-golden")
