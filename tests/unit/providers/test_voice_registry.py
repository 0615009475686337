"""Who speaks, by name."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from astragen.errors import BudgetExceeded, MissingKey, SettingsError, UnknownProvider
from astragen.providers.access import Access
from astragen.providers.voice_registry import NAMES, Voices, chosen_voices, find_voice, known_voices


def keyed(provider) -> Access:
    """A key for everybody, and an address for the one that has none."""
    url = "http://127.0.0.1:9/v1" if provider.capability.name == "speech" else ""
    return Access(key=SecretStr("k"), base_url=url)


def chosen(wish: str, access_of=keyed, limit_usd: float = 1.0) -> Voices:
    return chosen_voices(wish, access_of, limit_usd=limit_usd)


@pytest.mark.parametrize("wish", ["", "auto", "builtin"])
def test_nobody_is_asked_unless_named(wish):
    """Not even where there is a key: a voice that charges is a choice."""
    assert chosen(wish) == Voices()


def test_a_chain_is_asked_in_its_order():
    """Each with what stands behind its colon."""
    found = chosen("elevenlabs:v1, openai:nova,speech,builtin:f3")

    assert [one.called for one in found.providers] == ["elevenlabs v1", "openai nova", "speech alloy"]
    assert found.variant == "f3"


def test_a_colon_in_a_voice_belongs_to_it():
    """Paths of Windows, names of servers."""
    assert chosen("speech:C:voice").providers[0].voice == "C:voice"


@pytest.mark.parametrize(
    ("wish", "error", "match"),
    [
        ("nobody", UnknownProvider, "Choose builtin, or any of elevenlabs"),
        ("openai,openai", SettingsError, "twice"),
        ("openai,,speech", SettingsError, "empty name"),
        ("builtin,openai", SettingsError, "name it last"),
        ("elevenlabs", SettingsError, "elevenlabs:VOICE_ID"),
    ],
)
def test_a_wish_that_cannot_be_had_is_told(wish, error, match):
    """With what can."""
    with pytest.raises(error, match=match):
        chosen(wish)


def test_a_voice_without_its_key_says_which_variable():
    """As the artists do."""
    with pytest.raises(MissingKey, match="ELEVENLABS_API_KEY"):
        chosen("elevenlabs:v1", lambda _: Access())


def test_a_film_that_may_cost_nothing_takes_nobody_who_charges():
    """But a server on this machine is free."""
    with pytest.raises(BudgetExceeded, match="elevenlabs charges"):
        chosen("elevenlabs:v1", limit_usd=0)
    assert chosen("speech", limit_usd=0).providers


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_a_voice(name):
    """And is listed."""
    assert find_voice(name).capability.trade == "voice"
    assert name in known_voices()


def test_openais_key_goes_to_nobody_else():
    """The generic voice has a key of its own: OPENAI_API_KEY is not among its variables."""
    assert find_voice("speech").key_names() == ("ASTRAGEN_SPEECH_API_KEY",)
    assert "OPENAI_API_KEY" in find_voice("openai").key_names()
