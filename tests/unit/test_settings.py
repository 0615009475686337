from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from astragen.errors import SettingsError
from astragen.settings import Settings, read_settings, usable_cpus


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("ASTRAGEN_")]:
        monkeypatch.delenv(name)


def test_the_defaults_fit_the_machine():
    """A cache in the user's own folder, one worker a usable processor, 5 GB."""
    settings = read_settings()

    assert settings.cache_dir.name == "astragen"
    assert settings.workers == usable_cpus() == len(os.sched_getaffinity(0))
    assert settings.cache_max_bytes == 5_000_000_000


def test_the_environment_gives_settings(monkeypatch):
    """Each has a variable of its name."""
    monkeypatch.setenv("ASTRAGEN_CACHE_DIR", "/somewhere")
    monkeypatch.setenv("ASTRAGEN_WORKERS", "3")
    monkeypatch.setenv("ASTRAGEN_CACHE_MAX_BYTES", "0")

    assert read_settings() == Settings(cache_dir=Path("/somewhere"), workers=3, cache_max_bytes=0)


def test_an_empty_variable_is_none(monkeypatch):
    """`ASTRAGEN_WORKERS= astragen make ...` means the default."""
    monkeypatch.setenv("ASTRAGEN_WORKERS", "")

    assert read_settings().workers == usable_cpus()


@pytest.mark.parametrize(
    ("value", "says"), [("0", "greater than or equal to 1"), ("many", "valid integer")], ids=["low", "word"]
)
def test_a_wrong_variable_is_named_with_its_value(monkeypatch, value, says):
    """The error says which variable, what it holds and what it may hold."""
    monkeypatch.setenv("ASTRAGEN_WORKERS", value)

    with pytest.raises(SettingsError) as raised:
        read_settings()

    assert "ASTRAGEN_WORKERS" in str(raised.value)
    assert value in str(raised.value)
    assert says in str(raised.value)


def test_settings_do_not_change():
    """They are built once and passed down."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings(workers=1).workers = 2
