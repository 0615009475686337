from __future__ import annotations

from functools import partial
from importlib.metadata import EntryPoint

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import BudgetExceeded, MissingKey, ProviderError, SettingsError, Unavailable, UnknownProvider
from astragen.providers import registry, third_party
from astragen.providers.access import Access
from astragen.providers.chat import Question, Rung, Turn
from astragen.providers.registry import KEYED, NAMES, chosen_chat, find, known
from emulators.chat_server import ChatServer
from emulators.loopback import Sent

NOWHERE = "http://127.0.0.1:9"  # discard: nobody listens
KEY = SecretStr("canary-1")
QUESTION = Question("s", (Turn("user", "u"),), {}, "S", Rung.PROMPT)


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(registry, "PROBE_S", 3.0)  # a loaded machine is not what is tested


def chosen(name: str, configured: dict[str, Access], **more):
    """What is chosen; local servers that are not configured are where nobody listens."""
    local = {one: Access(base_url=NOWHERE) for one in ("ollama", "lmstudio", "llamacpp", "vllm")}
    access = {**local, **configured}
    return anyio.run(partial(chosen_chat, name, lambda one: access.get(one.capability.name, Access()), **more))


def test_a_provider_is_found_by_its_name():
    """Each of ours."""
    assert [find(name).capability.name for name in NAMES] == list(NAMES)


@pytest.mark.parametrize("name", ["opnai", "", "wire", "../http", "registry"])
def test_an_unknown_provider_is_told_with_the_known_ones(name):
    """A module that is no provider is none."""
    with pytest.raises(UnknownProvider, match="openai, anthropic, gemini"):
        find(name)


def test_builtin_is_no_language_model():
    """The caller's own writer."""
    assert chosen("builtin", {"openai": Access(key=KEY)}) is None


@pytest.mark.parametrize("name", KEYED[1:])
def test_a_missing_key_says_which_variable(name):
    """And that there are other writers."""
    with pytest.raises(MissingKey, match=f"Set {find(name).usual_key()}, or choose another writer with --writer"):
        chosen(name, {})


def test_another_address_needs_no_key():
    """A proxy or a test server holds its own."""
    assert chosen("openai", {"openai": Access(base_url="http://127.0.0.1:1/v1")}).base_url == "http://127.0.0.1:1/v1"


def test_a_server_of_ones_own_needs_its_address():
    """There is no default."""
    with pytest.raises(SettingsError, match="ASTRAGEN_COMPATIBLE_BASE_URL"):
        chosen("compatible", {})


@pytest.mark.parametrize("number", range(len(KEYED)))
def test_auto_takes_the_first_that_is_configured(number):
    """In the stated order; the others' keys are not looked at."""
    keyed = {name: Access(key=KEY, base_url="http://127.0.0.1:1", model="m") for name in KEYED[number:]}

    assert chosen("auto", keyed).capability.name == KEYED[number]


def test_auto_without_anything_is_the_builtin_writer():
    """No key, no server."""
    assert chosen("auto", {}) is None


def test_auto_finds_a_server_on_this_machine():
    """And talks to its first model that can talk."""
    with ChatServer() as server:
        server.is_ollama = True
        found = chosen("auto", {"ollama": Access(base_url=server.url)})

    assert (found.capability.name, found.model, found.base_url) == ("ollama", "m", server.url)


def test_auto_takes_local_servers_in_order():
    """LM Studio before llama.cpp before vLLM."""
    with ChatServer(models=(("q", "vllm"),)) as vllm, ChatServer(models=(("g", "llamacpp"),)) as llama:
        both = {"vllm": Access(base_url=vllm.url + "/v1"), "llamacpp": Access(base_url=llama.url + "/v1")}
        assert chosen("auto", both).model == "g"
        with ChatServer() as studio:
            assert chosen("auto", {**both, "lmstudio": Access(base_url=studio.url + "/v1")}).model == "m"
        assert chosen("auto", {"vllm": both["vllm"]}).capability.name == "vllm"


def test_a_stranger_at_a_known_port_gets_no_key():
    """It speaks the wire, but is not who was expected there."""
    with ChatServer(models=(("x", "stranger"),)) as server:
        access = {"vllm": Access(base_url=server.url + "/v1", key=KEY), "compatible": Access()}
        found = chosen("auto", access)
        anyio.run(found.ask, QUESTION)
        said = [dict(asked.headers) for asked in server.asked]

    assert (found.capability.name, found.model) == ("compatible", "x")
    assert "authorization" not in str(said)


def test_a_key_for_a_local_server_is_sent_once_it_is_known():
    """Never with the knock."""
    with ChatServer(models=(("x", "vllm"),)) as server:
        found = chosen("auto", {"vllm": Access(base_url=server.url + "/v1", key=KEY)})
        anyio.run(found.ask, QUESTION)
        knock, question = server.asked

    assert "authorization" not in knock.headers
    assert question.headers["authorization"] == "Bearer canary-1"


@pytest.mark.parametrize("scene", ["html", "loading", "silent", "hang_up", "bad_key", "no_choices", "wrong_types"])
def test_auto_passes_by_what_does_not_answer_as_a_model_would(scene, monkeypatch):
    """Within the 300 ms."""
    monkeypatch.setattr(registry, "PROBE_S", 0.3)
    with ChatServer(*[scene] * 3) as server:
        assert chosen("auto", {"vllm": Access(base_url=server.url + "/v1")}) is None


def test_auto_looks_on_this_machine_only(monkeypatch):
    """A server elsewhere is asked when it is named."""
    knocked = []

    async def knock(address: str) -> bool:
        knocked.append(address)
        return False

    monkeypatch.setattr(registry, "is_listening", knock)
    chosen("auto", {"ollama": Access(base_url="http://192.0.2.1:11434"), "llamacpp": Access()})

    assert set(knocked) == {NOWHERE, "http://127.0.0.1:8080/v1", "http://127.0.0.1:9931/v1"}


def test_a_named_server_without_a_model_is_told():
    """It runs, and has nothing to talk to."""
    with ChatServer(models=(("nomic-embed", "x"),)) as server, pytest.raises(Unavailable, match="has no model"):
        chosen("lmstudio", {"lmstudio": Access(base_url=server.url + "/v1")})


def test_a_named_server_that_is_down_is_told():
    """With its address."""
    with pytest.raises(ProviderError, match=r"ollama at 127\.0\.0\.1:9 could not be reached"):
        chosen("ollama", {})


@pytest.mark.parametrize(("configured", "asked", "model"), [("", "", "gpt-6-luna"), ("a", "", "a"), ("a", "b", "b")])
def test_the_model_asked_for_comes_before_the_configured_one(configured, asked, model):
    """And that before the provider's default."""
    assert chosen("openai", {"openai": Access(key=KEY, model=configured)}, model=asked).model == model


def test_options_reach_the_provider():
    """By name."""
    made = chosen("openai", {"openai": Access(key=KEY)}, options={"reasoning_effort": "low", "timeout_s": 5})

    assert made.body(QUESTION)["reasoning_effort"] == "low"
    assert "timeout_s" not in made.body(QUESTION)


def installed(monkeypatch, name: str, value: str) -> None:
    entry = EntryPoint(name=name, value=value, group=registry.GROUP)
    monkeypatch.setattr(third_party, "entry_points", lambda group, name="": [entry] if name in ("", entry.name) else [])


def test_a_third_party_is_found_by_its_entry_point(monkeypatch):
    """It is known by the entry's name."""
    installed(monkeypatch, "acme", "astragen.providers.groq:PROVIDER")

    assert find("acme") is find("groq")
    assert known()[-1] == "acme"


def test_a_third_party_cannot_take_a_name_of_ours(monkeypatch):
    """Nor a key with it."""
    installed(monkeypatch, "openai", "astragen.providers.groq:PROVIDER")

    assert find("openai").capability.name == "openai"
    assert known().count("openai") == 1


@pytest.mark.parametrize("value", ["no.such.module:X", "json:dumps", "astragen.model.base:Model"])
def test_a_third_party_that_is_no_provider_is_told(monkeypatch, value):
    """By its name."""
    installed(monkeypatch, "acme", value)

    with pytest.raises(UnknownProvider, match='"acme"'):
        find("acme")


FAR = Access(key=KEY, base_url="https://llm.example/v1")


@pytest.mark.parametrize("name", ["openai", "compatible"])
def test_a_paid_provider_is_refused_by_name_where_nothing_may_be_spent(name):
    """Before anything is sent: its list of models is not even asked for."""
    with pytest.raises(BudgetExceeded, match=rf"{name} charges .* may cost \$0.*--max-cost"):
        chosen(name, {name: FAR}, limit_usd=0.0)


def test_auto_passes_over_what_charges_where_nothing_may_be_spent():
    """A key alone spends nothing; a server on this machine writes, one that is configured before one that is found."""
    with ChatServer() as server:
        address = Access(base_url=f"{server.url}/v1")
        found = chosen("auto", {"openai": FAR, "lmstudio": address}, limit_usd=0.0)
        configured = chosen("auto", {"openai": FAR, "compatible": address}, limit_usd=0.0)

    assert (found.capability.name, configured.capability.name) == ("lmstudio", "compatible")
    assert chosen("auto", {"openai": FAR}, limit_usd=0.0) is None
    assert chosen("auto", {"openai": FAR}, limit_usd=0.25).capability.name == "openai"


def test_what_is_foreseen_is_what_is_chosen():
    """Without a word to anybody; where only this machine's servers are left it is open who writes."""

    def foreseen(name: str, limit_usd: float = 0.25):
        return registry.foreseen(
            name, lambda one: {"anthropic": FAR}.get(one.capability.name, Access()), limit_usd=limit_usd
        )

    assert foreseen("auto").model == foreseen("anthropic").model == "claude-sonnet-5-5"
    assert foreseen("builtin") is foreseen("auto", 0.0) is None
    with pytest.raises(MissingKey):
        foreseen("openai")
    with pytest.raises(BudgetExceeded):
        foreseen("anthropic", 0.0)


def test_a_named_server_that_does_not_list_its_models_holds_up_nobody(monkeypatch):
    """A film's deadline runs while it is asked."""
    monkeypatch.setattr(registry, "LIST_S", 0.1)

    class Silent(ChatServer):
        def answer(self, asked):
            return Sent(is_silent=True, pause_s=5.0)

    with Silent() as server, pytest.raises(Unavailable, match=r"did not say within 0\.1 s which models it has"):
        chosen("vllm", {"vllm": Access(base_url=f"{server.url}/v1")})
