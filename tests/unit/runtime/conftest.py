from __future__ import annotations

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_url(request, tmp_path):
    """The URL of a fresh, empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/engine.sqlite"
    return request.getfixturevalue("postgres_url")
