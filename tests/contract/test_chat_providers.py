"""One suite over every provider of language models: whatever a server does, the outcome is defined."""

from __future__ import annotations

import logging
import pickle
import re
import threading
import traceback
from contextlib import aclosing
from dataclasses import fields, is_dataclass
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from astragen import providers
from astragen.errors import (
    BadOutput,
    ContentRefused,
    ProviderError,
    QuotaExceeded,
    RateLimited,
    SettingsError,
    Unavailable,
)
from astragen.providers import http
from astragen.providers.access import Access
from astragen.providers.chat import Answer, Question, Rung, RungRefused, Turn
from astragen.providers.registry import KEYED, NAMES, find
from emulators.chat_server import GOOD, SCENES, STREAM_SCENES, ChatServer, wire_of
from emulators.chat_streams import MANNERS

LONG = '{"a": "a fox in the first snow \U0001f98a"}'
CANARY = "canary-1234-5678-9abc"
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
QUESTION = Question("Answer in JSON.", (Turn("user", "A fox"),), SCHEMA, "S", Rung.STRICT, seed=2**40 + 7)

RUNGS = (Rung.STRICT, Rung.JSON, Rung.PROMPT)
ONCE, AGAIN, THRICE = 1, 2, 3
OUTCOMES: dict[str, tuple[str | type[Exception], int]] = {  # scene -> finish or error, and requests made
    **dict.fromkeys(("good", "good_as_text", "good_untyped", "good_zipped"), ("stop", ONCE)),
    **dict.fromkeys(("fenced", "thinking", "half_a_pair"), ("stop", ONCE)),
    **dict.fromkeys(("length", "length_without_words"), ("length", ONCE)),
    "filtered": ("filtered", ONCE),
    "refusal": ("refused", ONCE),
    **dict.fromkeys(("moderated", "flagged"), (ContentRefused, ONCE)),
    **dict.fromkeys(("html", "html_as_json", "events", "empty", "cut_json", "nan", "infinity"), (BadOutput, ONCE)),
    **dict.fromkeys(("deep", "not_zipped", "not_unicode", "huge", "error_in_200"), (BadOutput, ONCE)),
    **dict.fromkeys(("no_choices", "no_words", "wrong_types", "a_list", "a_number"), (BadOutput, ONCE)),
    "busy_in_200": (RateLimited, ONCE),
    **dict.fromkeys(("bad_key", "bad_key_google", "forbidden", "no_model", "string_error"), (ProviderError, ONCE)),
    **dict.fromkeys(("detail_list", "html_404", "unreadable_error", "not_implemented"), (ProviderError, ONCE)),
    "redirect": (ProviderError, ONCE),
    **dict.fromkeys(("unpaid", "no_quota"), (QuotaExceeded, ONCE)),
    **dict.fromkeys(("limited_for_an_hour", "limited_no_retry"), (RateLimited, ONCE)),
    **dict.fromkeys(("schema_refused", "grammar_failed", "no_schemas"), (RungRefused, ONCE)),
    **dict.fromkeys(("limited", "limited_ms", "limited_s", "limited_until", "limited_body"), ("stop", AGAIN)),
    **dict.fromkeys(("limited_google", "limited_x402", "conflict", "broken", "bad_gateway"), ("stop", AGAIN)),
    **dict.fromkeys(("loading", "overloaded", "tunnel_down", "hang_up", "cut_body"), ("stop", AGAIN)),
    **dict.fromkeys(("silent", "drip"), (Unavailable, ONCE)),
}
BY_WIRE: dict[tuple[str, str], tuple[str | type[Exception], int]] = {
    ("anthropic", "filtered"): ("refused", ONCE),  # its one word for both
    ("gemini", "refusal"): ("filtered", ONCE),
    ("ollama", "filtered"): ("stop", ONCE),  # local models refuse in prose, or not at all
    ("ollama", "refusal"): ("stop", ONCE),
    ("ollama", "moderated"): (ProviderError, ONCE),  # its errors are bare texts, without a code
    ("gemini", "moderated"): (ContentRefused, ONCE),
}
WIRES = ("openai", "anthropic", "gemini", "ollama")  # a provider each
STREAMED: dict[tuple[str, str], tuple[str | type[Exception], int]] = {  # where an answer in pieces ends otherwise
    **{(wire, "cut_body"): ("stop", ONCE) for wire in WIRES},  # nothing is missing but the end of the end
    ("gemini", "a_list"): ("stop", ONCE),  # as it comes where `alt=sse` is not obeyed
    ("openai", "detail_list"): ("stop", AGAIN),  # "Extra inputs": asked again without stream_options
}
PIECES: dict[str, str | type[Exception]] = {  # the manners that only streams have
    **dict.fromkeys(("error_event", "error_event_first", "ends_early", "breaks_off", "goes_silent"), Unavailable),
    **dict.fromkeys(("bytewise", "carriage_returns", "comments", "no_end"), "stop"),
    **dict.fromkeys(("bad_piece", "not_unicode_later", "endless", "long_line"), BadOutput),
    **dict.fromkeys(("ignores_stream", "ignores_stream_pretty", "options_refused", "stream_refused"), "stop"),
}
PIECES_BY_WIRE = {("ollama", "error_event_first"): BadOutput}  # before the first word: a request that it cannot do

LASTING = {scene for scene, (_, tries) in OUTCOMES.items() if tries == THRICE}
PASSING = {scene for scene, (_, tries) in OUTCOMES.items() if tries == AGAIN}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


def made(name: str, server: ChatServer, timeout_s: float = 10.0, key: str = CANARY):
    one = find(name)
    base = server.url if name in ("anthropic", "ollama") else f"{server.url}/v1"
    return one(Access(key=SecretStr(key), base_url=base, model="m"), {"timeout_s": timeout_s})


def outcome(provider, question: Question = QUESTION) -> Answer | Exception:
    try:
        return anyio.run(provider.ask, question)
    except Exception as error:
        return error


async def streamed(provider, question: Question = QUESTION) -> list[str | Answer]:
    async with aclosing(provider.stream(question)) as pieces:
        return [piece async for piece in pieces]


def heard(provider, question: Question = QUESTION) -> Answer | Exception:
    """The outcome of a question whose answer comes in pieces; they add up to the answer."""
    try:
        *pieces, answer = anyio.run(streamed, provider, question)
    except Exception as error:
        return error
    assert isinstance(answer, Answer)
    assert pieces
    assert answer.finish in ("refused", "filtered") or "".join(pieces) == answer.text
    return answer


def test_every_scene_has_an_outcome():
    """A new way to misbehave needs a decision."""
    assert set(OUTCOMES) == set(SCENES)
    assert set(PIECES) == {*MANNERS, *STREAM_SCENES}


@pytest.mark.parametrize("scene", OUTCOMES)
@pytest.mark.parametrize("name", NAMES)
def test_each_scene_ends_as_defined(name, scene):
    """The finish or the error, and how often the server was asked."""
    with ChatServer(scene) as server:
        provider = made(name, server, 0.3 if scene in ("silent", "drip") else 10.0)
        ended = outcome(provider)
        wire = wire_of(server.questions[0].path)
    expected, tries = BY_WIRE.get((wire, scene), OUTCOMES[scene])

    if isinstance(expected, str):
        assert isinstance(ended, Answer), ended
        assert ended.finish == expected
        ended.text.encode()  # no half surrogate pairs
    else:
        assert type(ended) is expected, ended
    assert len(server.questions) == tries
    assert len({asked.raw for asked in server.questions}) == 1  # byte-identical


@pytest.mark.parametrize("scene", OUTCOMES)
@pytest.mark.parametrize("name", WIRES)
def test_each_scene_ends_as_defined_in_pieces_too(name, scene):
    """As it ends in one piece, unless something came before it ended."""
    lasting = THRICE if scene in LASTING else ONCE
    with ChatServer(*[scene] * lasting) as server:
        ended = heard(made(name, server, 0.3 if scene in ("silent", "drip") else 10.0))
        wire = wire_of(server.questions[0].path)
    usual = BY_WIRE.get((wire, scene), OUTCOMES[scene])
    expected, tries = STREAMED.get((wire, scene), usual)

    if isinstance(expected, str):
        assert isinstance(ended, Answer), ended
        assert ended.finish == expected
        ended.text.encode()
    else:
        assert type(ended) is expected, ended
    assert len(server.questions) == tries


@pytest.mark.parametrize("scene", PIECES)
@pytest.mark.parametrize("name", WIRES)
def test_each_bad_day_of_a_stream_ends_as_defined(name, scene):
    """Nobody waits for ever, and half an answer is never taken for a whole one."""
    with ChatServer(scene, texts=(LONG, LONG)) as server:
        ended = heard(made(name, server, 0.5 if scene == "goes_silent" else 10.0))
        wire = wire_of(server.questions[0].path)
    expected = PIECES_BY_WIRE.get((wire, scene), PIECES[scene])

    if isinstance(expected, str):
        counts = (0, 0) if (wire, scene) == ("openai", "options_refused") else (12, 5)  # untold where not asked for
        assert ended == Answer(LONG, "stop", *counts)
    else:
        assert type(ended) is expected, ended


@pytest.mark.parametrize("name", WIRES)
@pytest.mark.parametrize(
    ("scene", "has_begun"),
    [("error_event_first", True), ("breaks_off", True), ("overloaded", False), ("hang_up", False), ("html", False)],
)
def test_whoever_asks_knows_whether_the_server_had_begun(name, scene, has_begun):
    """What had begun was tried once and is worth another question; what had not was tried three times."""
    pieces: list[object] = []

    async def collect(provider) -> None:
        async with aclosing(provider.stream(QUESTION)) as stream:
            async for piece in stream:
                pieces.append(piece)

    with ChatServer(*[scene] * THRICE) as server, pytest.raises(ProviderError):
        anyio.run(collect, made(name, server))

    assert bool(pieces) is has_begun


@pytest.mark.parametrize("name", NAMES)
def test_a_good_answer_comes_in_pieces(name):
    """With the words and tokens that it has in one piece, and from the server's own streaming path."""
    with ChatServer("good") as server:
        *pieces, answer = anyio.run(streamed, made(name, server))
        (question,) = server.questions

    assert answer == Answer(GOOD, "stop", 12, 5)
    assert len([piece for piece in pieces if piece]) > 1
    assert question.body.get("stream") is True or question.path.endswith(":streamGenerateContent?alt=sse")


@pytest.mark.parametrize("name", WIRES)
def test_a_rung_that_is_refused_is_told_apart_in_pieces_too(name):
    """On the plain rung it is an error."""
    with ChatServer("schema_refused", "schema_refused") as server:
        strict, prompt = (
            heard(made(name, server), QUESTION._replace(rung=rung)) for rung in (Rung.STRICT, Rung.PROMPT)
        )

    assert isinstance(strict, RungRefused)
    assert type(prompt) is ProviderError


def test_token_counts_that_are_refused_are_not_asked_for_again():
    """The server is asked without `stream_options` from then on."""

    async def twice(provider) -> None:
        await streamed(provider)
        await streamed(provider)

    with ChatServer("options_refused", "options_refused", "options_refused") as server:
        anyio.run(twice, made("openai", server))

    assert ["stream_options" in asked.body for asked in server.questions] == [True, False, False]


def test_a_model_that_cannot_stream_is_asked_in_one_piece():
    """On the same rung: what was refused is the stream and not the form."""
    with ChatServer("stream_refused", "stream_refused") as server:
        pieces = anyio.run(streamed, made("openai", server))

    assert pieces == [GOOD, Answer(GOOD, "stop", 12, 5)]
    assert [asked.body["stream"] for asked in server.questions] == [True, False]


def test_a_character_in_two_pieces_is_one():
    """As JavaScript cuts it, in the middle of a surrogate pair."""
    heard = find("openai")(Access(base_url="http://127.0.0.1:1/v1")).heard()

    said = [heard.add({"choices": [{"delta": {"content": half}}]}) for half in ("a\ud83e", "\udd8ab", "\ud83e")]

    assert said == ["a", "\U0001f98ab", ""]
    assert heard.text == "a\U0001f98ab\ufffd"


@pytest.mark.parametrize("scene", sorted(PASSING))
def test_what_does_not_pass_is_given_up_after_three_requests(scene):
    """Two retries, then the error that the status means."""
    with ChatServer(*[scene] * 5) as server:
        ended = outcome(made("openai", server))

    assert type(ended) is (RateLimited if scene.startswith("limited") else Unavailable)
    assert len(server.questions) == THRICE


@pytest.mark.parametrize("name", NAMES)
def test_a_good_answer_carries_its_words_and_tokens(name):
    """Thoughts are left out; the counts are the vendor's."""
    with ChatServer("good") as server:
        ended = outcome(made(name, server))

    assert ended == Answer(GOOD, "stop", 12, 5)


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_travels_on_the_strict_rung_only(name):
    """Lower rungs send less, or say beforehand that they cannot; llama.cpp's JSON mode takes it, too."""
    with ChatServer() as server:
        strict, json_mode, prompt = (outcome(made(name, server), QUESTION._replace(rung=rung)) for rung in RUNGS)
        bodies = [asked.raw.decode() for asked in server.questions]

    assert isinstance(strict, Answer)
    assert isinstance(json_mode, RungRefused if name in ("anthropic", "lmstudio") else Answer)
    assert isinstance(prompt, Answer)
    assert '"required":["a"]' in bodies[0]
    assert ['"required"' in body for body in bodies[1:]] == [name == "llamacpp", False][2 - len(bodies[1:]) :]
    assert not any(word in bodies[-1] for word in ("response_format", "output_config", "responseMimeType", '"format"'))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("forms", [("json_object",), ()], ids=["no_schemas", "no_json"])
def test_a_server_that_refuses_a_form_asks_for_a_lower_rung(name, forms):
    """LM Studio's and older servers' 400 is told from every other 400."""
    with ChatServer(forms=forms) as server:
        strict = outcome(made(name, server))
        prompt = outcome(made(name, server), QUESTION._replace(rung=Rung.PROMPT))
        wire = wire_of(server.questions[0].path)

    assert isinstance(strict, RungRefused if wire == "openai" else Answer)
    assert isinstance(prompt, Answer)


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_question_never_asks_for_a_lower_rung(name):
    """There is none."""
    with ChatServer("schema_refused") as server:
        ended = outcome(made(name, server), QUESTION._replace(rung=Rung.PROMPT))

    assert type(ended) is ProviderError


def told(value: object, depth: int = 0) -> str:
    """Everything that *value* and what hangs on it says of itself."""
    inner = vars(value) if hasattr(value, "__dict__") and not isinstance(value, type) else {}
    if is_dataclass(value):
        inner = {one.name: getattr(value, one.name) for one in fields(value)}
    said = [repr(value), str(value)]
    return " ".join(said + [told(one, depth + 1) for one in inner.values() if depth < 4])


@pytest.mark.parametrize("name", WIRES)
@pytest.mark.parametrize(("asks", "scene"), [*((outcome, one) for one in SCENES), *((heard, one) for one in PIECES)])
def test_the_key_is_nowhere_but_in_its_header(name, asks, scene, caplog):
    """Not in a URL, a body, an error, its cause, its traceback, a log at DEBUG, a repr or a pickle."""
    caplog.set_level(logging.DEBUG)
    with ChatServer(*[scene] * THRICE) as server:
        provider = made(name, server, 0.3 if scene in ("silent", "drip", "goes_silent") else 10.0)
        ended = asks(provider)

    said = [caplog.text, told(provider), told(ended)]
    if isinstance(ended, Exception):
        said += traceback.format_exception(ended)
        said += [told(one) for one in (ended.__cause__, ended.__context__) if one]
        said += [str(pickle.dumps(ended))] if isinstance(ended, ProviderError) else []
    assert CANARY not in " ".join(said)
    assert all(CANARY not in asked.path and CANARY not in asked.raw.decode() for asked in server.asked)
    carrying = {header for asked in server.asked for header, value in asked.headers.items() if CANARY in value}
    assert carrying == {"x-goog-api-key" if name == "gemini" else "authorization"}


def test_a_key_that_the_server_repeats_is_hidden(monkeypatch):
    """Whatever the JSON escapes of it."""
    escaped = "".join(f"\\u{ord(sign):04x}" for sign in CANARY)
    body = b'{"error": {"message": "no rights for %s or %s"}}' % (CANARY.encode(), escaped.encode())
    monkeypatch.setitem(SCENES, "repeats", lambda wire, text: SCENES["string_error"](wire, text).__class__(400, body))
    with ChatServer("repeats") as server:
        ended = outcome(made("openai", server))

    assert "no rights for [key] or [key]" in str(ended)


@pytest.mark.parametrize("name", KEYED[1:])
def test_a_key_in_the_open_is_refused(name):
    """Plain http is for this machine only."""
    with pytest.raises(SettingsError, match="unencrypted") as raised:
        find(name)(Access(key=SecretStr(CANARY), base_url="http://example.test/v1"))

    assert CANARY not in str(raised.value)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_options_are_errors(name):
    """A misspelt option must not be ignored."""
    with pytest.raises(SettingsError, match="timeout_s"):
        find(name)(Access(base_url="http://127.0.0.1:1/v1"), {"tempreature": 1})


HEADER = re.compile(
    r".+\n\n(?:.+\n.*\n\n)?kind: chat\nkey: (?P<key>.+)\ndocs: https://\S+\n"
    r"price: .+\nlimits: .+\nread: (?P<read>\S+)\n"
)


@pytest.mark.parametrize("name", NAMES)
def test_every_provider_has_its_header(name):
    """What it is, its key, its documents, what it costs and when that was read; the last line names the class."""
    module = import_module(f"astragen.providers.{name}")
    header = HEADER.fullmatch(module.__doc__)

    assert header is not None
    assert date(2026, 11, 1) <= date.fromisoformat(header["read"])
    one = module.PROVIDER
    assert one.usual_key() in header["key"]
    assert Path(module.__file__).read_text("utf-8").splitlines()[-1] == f"PROVIDER = {one.__name__}"
    assert one.capability.name == name
    assert one.capability.trade == "chat"
    assert one.default_model or not one.needs_key


def test_every_provider_is_registered():
    """A new file gets its name into the registry."""
    files = Path(providers.__file__).parent.glob("*.py")
    here = {file.stem for file in files if "\nPROVIDER = " in file.read_text("utf-8")}

    assert here == set(NAMES)


def test_a_stream_can_be_left():
    """In the middle, by a break, an error or a cancellation: the connection is closed and the server notices."""

    async def leave(provider, how: str) -> None:
        with anyio.move_on_after(5) as scope:
            async with aclosing(provider.stream(QUESTION)) as pieces:
                async for _ in pieces:
                    if how == "cancel":
                        scope.cancel()
                    elif how == "break":
                        break

    for how in ("break", "cancel"):
        with ChatServer(holds=threading.Event()) as server:
            anyio.run(leave, made("openai", server), how)
            assert len(server.asked) == ONCE
            assert server.left.wait(10), how


def test_asking_can_be_cancelled():
    """At once, with the connection closed and no retry."""

    async def ask_briefly(provider) -> bool:
        with anyio.move_on_after(0.2) as scope:
            await provider.ask(QUESTION)
        return scope.cancelled_caught

    with ChatServer("silent") as server:
        began = anyio.run(partial(ask_briefly, made("openai", server)))

    assert began
    assert len(server.asked) == ONCE
