from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from astragen.errors import SettingsError
from astragen.providers.access import Access
from astragen.providers.registry import NAMES, find
from astragen.settings import Settings, read_settings, usable_cpus
from astragen.store.bucket import AWS_NAMES


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


def test_names_of_the_service_are_given_with_commas(monkeypatch):
    """ASTRAGEN_ALLOWED_HOSTS is for people to write, and no JSON."""
    monkeypatch.setenv("ASTRAGEN_ALLOWED_HOSTS", "films.example, *.films.example,")

    assert read_settings().allowed_hosts == ("films.example", "*.films.example")


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


KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "POLLINATIONS_API_KEY")
KEYS += ("OPENROUTER_API_KEY", "GROQ_API_KEY", "MISTRAL_API_KEY")


@pytest.fixture
def keyless(monkeypatch):
    """An environment with no provider's variables."""
    for name in (*KEYS, "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("variable", [*KEYS, "ASTRAGEN_VLLM_API_KEY", "ASTRAGEN_OPENAI_API_KEY"])
def test_a_key_goes_to_one_provider_only(keyless, variable):
    """The one whose variable it is."""
    keyless.setenv(variable, " canary-1\n")
    settings = read_settings()
    holding = {name: settings.access_to(find(name)).key for name in NAMES}
    owner = "gemini" if variable == "GOOGLE_API_KEY" else variable.removeprefix("ASTRAGEN_").split("_")[0].lower()

    assert [name for name, key in holding.items() if key] == [owner]
    assert holding[owner].get_secret_value() == "canary-1"
    assert "canary" not in repr(settings) + repr(settings.access_to(find(owner)))


def test_our_own_variables_come_before_the_usual_ones(keyless):
    """So that astragen can be sent elsewhere than other programs."""
    keyless.setenv("OPENAI_BASE_URL", "https://usual.example.test/v1")
    keyless.setenv("OLLAMA_HOST", "0.0.0.0")
    keyless.setenv("ASTRAGEN_OPENAI_BASE_URL", "https://own.example.test/v1")
    keyless.setenv("ASTRAGEN_OPENAI_MODEL", "gpt-x")
    settings = read_settings()

    assert settings.access_to(find("openai")) == Access(base_url="https://own.example.test/v1", model="gpt-x")
    assert settings.access_to(find("ollama")) == Access(base_url="0.0.0.0")
    assert settings.access_to(find("groq")) == Access()


def test_every_provider_can_be_moved(keyless):
    """A proxy or a test server stands in for any of them."""
    for name in NAMES:
        keyless.setenv(f"ASTRAGEN_{name.upper()}_BASE_URL", f"http://127.0.0.1/{name}")

    assert {name: read_settings().access_to(find(name)).base_url for name in NAMES} == {
        name: f"http://127.0.0.1/{name}" for name in NAMES
    }


def test_access_that_is_given_replaces_the_environments(keyless):
    """All of it: a key of the environment must not go to an address that a program gave."""
    keyless.setenv("OPENAI_API_KEY", "canary-1")
    given = Access(base_url="http://127.0.0.1:1/v1")

    assert Settings(providers={"openai": given}).access_to(find("openai")) == given


def test_the_variables_of_s3_are_read_for_the_store(keyless):
    """Those that are set, by their usual names; no representation shows them."""
    keyless.setenv("AWS_ACCESS_KEY_ID", "canary-1")
    keyless.setenv("AWS_SECRET_ACCESS_KEY", "canary-2")
    keyless.setenv("AWS_SESSION_TOKEN", " ")
    keyless.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9000")
    settings = read_settings()

    assert {name: settings.store_variables.get(name) for name in AWS_NAMES[:3]} == {
        "AWS_ACCESS_KEY_ID": "canary-1",
        "AWS_SECRET_ACCESS_KEY": "canary-2",
        "AWS_SESSION_TOKEN": None,
    }
    assert settings.store_variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9000"
    assert "canary" not in f"{settings!r} {settings}"


def test_the_outside_address_is_one_of_a_site():
    """Links begin with it, and the service answers under its name."""
    assert Settings(public_url="https://films.example:8443").public_names == ("films.example",)
    assert Settings().public_names == ()
    for wrong in ("films.example", "https://films.example/", "ftp://films.example", "https://me:word@films.example"):
        with pytest.raises(ValidationError):
            Settings(public_url=wrong)
