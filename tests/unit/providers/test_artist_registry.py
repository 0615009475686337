from __future__ import annotations

from importlib.metadata import EntryPoint

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import BudgetExceeded, MissingKey, SettingsError, UnknownProvider
from astragen.providers import artist_registry, third_party
from astragen.providers.access import Access
from astragen.providers.artist_registry import AUTO, KEYED, NAMES, chosen, find, known, learned
from astragen.providers.registry import find as find_chat
from emulators.loopback import picture_bytes
from scripted_artist import ScriptedArtist

KEY = SecretStr("canary-1")


def who(wish, configured=None, *, trade="artist", limit_usd=1.0):
    """(name, model) of those whom *wish* names, in order."""
    access = configured or {}
    found = chosen(trade, wish, lambda one: access.get(one.capability.name, Access()), limit_usd=limit_usd)
    return [(one.card.name, one.card.model) for one in found]


@pytest.mark.parametrize(("trade", "name"), [(trade, name) for trade in NAMES for name in NAMES[trade]])
def test_a_provider_is_found_by_its_name(trade, name):
    """Each of ours, in each of its trades."""
    found = find(trade, name)

    assert (found.capability.name, found.capability.trade) == (name, trade)


@pytest.mark.parametrize("name", ["polinations", "wire", "../http", "anthropic", "pollinations_legacy"])
def test_an_unknown_provider_is_told_with_the_known_ones(name):
    """A module that is no artist is none, nor is one that only writes."""
    with pytest.raises(UnknownProvider, match="pollinations, fal, replicate"):
        who(name)


@pytest.mark.parametrize("name", ["openai", "huggingface"])
def test_who_makes_stills_only_is_no_camera(name):
    """The choices are those of the trade."""
    with pytest.raises(UnknownProvider, match="runway, luma"):
        who(name, {name: Access(key=KEY)}, trade="camera")


@pytest.mark.parametrize("wish", ["", "builtin"])
def test_builtin_asks_nobody(wish):
    """Though keys are configured."""
    assert who(wish, {"pollinations": Access(key=KEY)}) == []


def test_names_are_asked_in_their_order_each_with_its_other_models():
    """Spaces do not matter, and a colon chooses one model alone."""
    keys = {name: Access(key=KEY) for name in ("fal", "pollinations")}

    found = who("fal , pollinations:flux", keys)

    usual = (find("artist", "fal").capability.model, *find("artist", "fal").other_models)
    assert found == [*(("fal", model) for model in usual), ("pollinations", "flux")]


def test_a_configured_model_is_asked_alone():
    """The user chose it."""
    assert who("fal", {"fal": Access(key=KEY, model="fal-ai/x")}) == [("fal", "fal-ai/x")]


def test_a_path_stands_behind_the_colon_of_a_folder(tmp_path):
    """Colons in it, too; it costs nothing, so no money need be allowed."""
    mine = tmp_path / "a:b"
    mine.mkdir()
    (mine / "1.png").write_bytes(picture_bytes("fox"))

    assert who(f"folder:{mine}", limit_usd=0) == [("folder", "")]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        pytest.param("fal,fal", 'names "fal" twice', id="twice"),
        pytest.param("fal, ,openai", "has an empty name", id="empty"),
        pytest.param("fal,", "has an empty name", id="a comma too many"),
        pytest.param("fal,builtin", "names builtin beside others", id="builtin beside others"),
        pytest.param("auto,openai", "names auto beside others", id="auto beside others"),
        pytest.param("folder:/nowhere/at/all", "does not exist", id="no folder"),
        pytest.param("folder", "needs a path", id="no path"),
    ],
)
def test_a_wish_that_cannot_be_read_says_why(wish, said):
    """Before anything is written or paid."""
    with pytest.raises(SettingsError, match=said):
        who(wish, {"fal": Access(key=KEY)})


@pytest.mark.parametrize("name", KEYED)
def test_a_missing_key_says_which_variable(name):
    """And that there are others."""
    with pytest.raises(MissingKey, match=f"Set {find('artist', name).usual_key()}, or choose another with --artist"):
        who(name)


def test_another_address_needs_no_key():
    """A proxy or a test server holds its own."""
    assert who("openai:m", {"openai": Access(base_url="http://127.0.0.1:1/v1")}) == [("openai", "m")]


def test_who_charges_is_refused_when_the_film_may_cost_nothing():
    """Who is named is meant; auto passes over him."""
    keys = {"pollinations": Access(key=KEY)}

    with pytest.raises(BudgetExceeded, match="--max-cost"):
        who("pollinations", keys, limit_usd=0)
    assert who("auto", keys, limit_usd=0) == []


def test_auto_asks_those_that_are_configured_in_its_order():
    """Not OpenAI, whose pictures are dear, and no camera."""
    keys = {name: Access(key=KEY, model="m") for name in ("replicate", "openai", "pollinations")}

    assert who("auto", keys) == [("pollinations", "m"), ("replicate", "m")]
    assert who("auto") == []
    assert who("auto", keys, trade="camera") == []
    assert AUTO[0] == "pollinations"


def test_everybody_gets_his_own_key_only():
    """Access is asked for by class."""
    heard = []

    def access_of(one):
        heard.append(one.capability.name)
        return Access(key=SecretStr(f"key-of-{one.capability.name}"))

    found = chosen("artist", "fal:a,openai:b", access_of, limit_usd=1)

    assert heard == ["fal", "openai"]
    assert [one.http._auth.key.get_secret_value() for one in found] == ["key-of-fal", "key-of-openai"]


class _Theirs(ScriptedArtist):
    """An artist of a third party."""


def test_a_third_party_adds_one_by_an_entry_point(monkeypatch):
    """It is known and found; what is no artist, and what cannot be loaded, is refused."""
    entries = [
        EntryPoint("theirs", "test_artist_registry:_Theirs", "astragen.artists"),
        EntryPoint("chat", "astragen.providers.openai:OpenAI", "astragen.artists"),
        EntryPoint("broken", "nowhere.at.all:X", "astragen.artists"),
        EntryPoint("fal", "test_artist_registry:_Theirs", "astragen.artists"),
    ]

    def entry_points(group, name=None):
        return [one for one in entries if one.group == group and name in (None, one.name)]

    monkeypatch.setattr(third_party, "entry_points", entry_points)
    monkeypatch.setattr(EntryPoint, "load", lambda self: _loaded(self.value))

    assert known("artist")[-3:] == ("broken", "chat", "theirs")
    assert find("artist", "theirs") is _Theirs
    assert find("artist", "fal") is not _Theirs
    with pytest.raises(UnknownProvider, match='"chat" is no artist'):
        find("artist", "chat")
    with pytest.raises(UnknownProvider, match='"broken" cannot be loaded'):
        find("artist", "broken")


def _loaded(value):
    if value.startswith("nowhere"):
        raise ModuleNotFoundError("No module named 'nowhere'")
    return _Theirs if "_Theirs" in value else find_chat("openai")


def test_lists_are_read_side_by_side_and_not_for_long(monkeypatch):
    """One that does not answer holds up nobody: the film goes on with what is known."""
    monkeypatch.setattr(artist_registry, "LEARN_S", 0.1)
    heard = []

    class Silent(ScriptedArtist):
        async def learn(self):
            await anyio.Event().wait()

    class Quick(ScriptedArtist):
        async def learn(self):
            heard.append(self.card.name)

    async def main():
        with anyio.fail_after(5):
            await learned([Silent(), Quick(name="a"), Quick(name="b")])

    anyio.run(main)

    assert heard == ["a", "b"]


def test_what_cannot_be_learned_of_a_provider_changes_nothing():
    """Whatever a third party's code, or a setting of this machine, raises over it."""

    class Broken(ScriptedArtist):
        async def learn(self):
            raise KeyError("models")

    anyio.run(learned, [Broken(), ScriptedArtist()])
