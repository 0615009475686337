import pytest

import little_house


@pytest.fixture
def rooms(tmp_path):
    """A house that serves this machine, without keys."""
    with little_house.house(tmp_path / "house") as opened:
        yield opened


@pytest.fixture
def asking(rooms):
    """Who asks it from here."""
    return little_house.client(rooms)
