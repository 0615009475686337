from __future__ import annotations

import keyring
import pytest
from click.testing import CliRunner
from keyring.backends.null import Keyring as Null

from astragen.cli.key import key
from astragen.errors import SettingsError


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("ASTRAGEN_CONFIG_DIR", str(tmp_path))
    before = keyring.get_keyring()
    keyring.set_keyring(Null())
    yield lambda *words, said="": CliRunner().invoke(key, words, input=said, catch_exceptions=False)
    keyring.set_keyring(before)


def test_a_key_is_read_from_standard_input_and_never_shown(run):
    """Whose keys are kept is shown."""
    done = run("set", "openai", said="sk-canary\n")

    assert "canary" not in done.output
    assert run("list").output == "openai\n"
    run("forget", "openai")
    assert run("list").output == ""


@pytest.mark.parametrize("said", ["", "\n", "two words\n", "schlüssel\n"])
def test_what_is_no_key_is_refused(run, said):
    """Nothing is kept."""
    with pytest.raises(SettingsError, match="no key"):
        run("set", "openai", said=said)
    assert run("list").output == ""


def test_a_misspelt_provider_is_refused(run):
    """Its key would never be found."""
    with pytest.raises(SettingsError, match=r'no provider "opneai".*openai'):
        run("set", "opneai", said="k\n")


@pytest.mark.parametrize("name", ["elevenlabs", "runway", "gemini"])
def test_a_key_of_any_trade_is_kept(run, name):
    """Of voices, too, which have names of their own."""
    run("set", name, said="sk-canary\n")

    assert run("list").output == f"{name}\n"
