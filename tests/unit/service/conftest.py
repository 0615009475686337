import pytest

import little_house
from astragen.store.office import Office


@pytest.fixture
def rooms(tmp_path):
    """A house that serves this machine, without keys."""
    with little_house.house(tmp_path / "house") as opened:
        yield opened


@pytest.fixture
def asking(rooms):
    """Who asks it from here."""
    return little_house.client(rooms)


@pytest.fixture
def office(tmp_path):
    """Films without a house around them."""
    opened = Office(f"sqlite:///{tmp_path}/office.sqlite")
    opened.migrate()
    yield opened
    opened.close()
