"""`astragen keys`: shown once, listed without the secret, revoked at once."""

from __future__ import annotations

import json

import pytest

from astragen.cli.keys import USUAL, scopes_of
from astragen.cli.main import run
from astragen.errors import SettingsError
from astragen.model.office import SCOPES
from astragen.store.office import Office

pytestmark = pytest.mark.usefixtures("folders")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("ASTRAGEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASTRAGEN_CACHE_DIR", str(tmp_path / "cache"))


def office_in(folder) -> Office:
    return Office(f"sqlite:///{folder / 'data' / 'astragen.sqlite'}")


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(tmp_path, capsys):
    """What is printed first is the only thing that opens; the list knows it by its beginning."""
    assert run(["keys", "create", "shop", "--rate", "9", "--spend", "2.5", "--expires", "1"]) == 0
    secret = capsys.readouterr().out.strip()
    record = office_in(tmp_path).keys.find(secret)
    assert record is not None
    assert (record.name, record.rate_per_minute, record.spend_limit_usd) == ("shop", 9, 2.5)
    assert record.expires_at == pytest.approx(record.created_at + 86_400, abs=60)

    assert run(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert record.id in listed
    assert record.prefix in listed
    assert secret not in listed

    assert run(["keys", "revoke", record.id]) == 0
    assert office_in(tmp_path).keys.find(secret) is None
    capsys.readouterr()
    assert run(["keys", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["revoked_at"] is not None


def test_revoking_what_is_not_there_is_an_error(capsys):
    """It names the command that shows what is."""
    assert run(["keys", "revoke", "key_00000000000000000000000000"]) == 5
    assert "astragen keys list" in capsys.readouterr().err


def test_scopes_are_those_that_there_are():
    """In their own order, each once; all of them by one word."""
    assert scopes_of("films:write, films:read,films:read") == ("films:read", "films:write")
    assert scopes_of("all") == SCOPES
    assert set(scopes_of(USUAL)) < set(SCOPES)
    for words in ("films", "films:read,root", ""):
        with pytest.raises(SettingsError, match="--scopes"):
            scopes_of(words)
