from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import anyio
import pytest

from astragen.errors import BadOutput, Unavailable
from astragen.providers import http
from astragen.providers.http import HttpClient, Timeouts
from astragen.providers.sse import LineSplitter, Message, messages
from emulators.chat_server import ChatServer
from emulators.chat_streams import Streamed


def lines(*pieces: bytes) -> list[str]:
    splitter = LineSplitter()
    found = [line for piece in pieces for line in splitter.feed(piece)]
    return [line.decode() for line in (*found, *([splitter.rest()] if splitter.waiting else []))]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_lines_are_the_same_however_they_are_cut(end, size):
    """A character of four bytes and an end of two among them; an empty line is one."""
    said = ["data: a 🦊", "", "ü", "rest\u2028of it"]
    sent = end.join(said).encode()

    assert lines(*(sent[start : start + size] for start in range(0, len(sent), size))) == said


def read(*said: str) -> list[Message]:
    async def given() -> AsyncGenerator[str, None]:
        for line in said:
            yield line

    async def main() -> list[Message]:
        return [one async for one in messages(given())]

    return anyio.run(main)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param(["data: a", "", "data:b", ""], [Message("", "a"), Message("", "b")], id="events"),
        pytest.param(["", ": ping", "", "data: a", ""], [Message("", "a")], id="comments"),
        pytest.param(["data: a", "data: b", "data", ""], [Message("", "a\nb\n")], id="many lines"),
        pytest.param(
            ["event: error", "id: 7", "retry: 9", "data: a", "", "data: b", ""],
            [Message("error", "a", "7"), Message("", "b")],
            id="names",
        ),
        pytest.param(["event: ping", "", "data: [DONE]"], [Message("", "[DONE]")], id="without its last line"),
        pytest.param(['{"a": 1}', "", '{"b": 2}'], [Message("", '{"a": 1}'), Message("", '{"b": 2}')], id="ndjson"),
        pytest.param(["{", '"a": 1', "}"], [Message("", '{\n"a": 1\n}')], id="one value"),
        pytest.param(["[{", '"a": 1}', "]"], [Message("", '[{\n"a": 1}\n]')], id="one list"),
        pytest.param(["<html>", "data: x"], [Message("", "<html>\ndata: x")], id="a page"),
        pytest.param(["", " "], [], id="nothing"),
    ],
)
def test_lines_become_messages(said, found):
    """What the first line begins with says which form it is."""
    assert read(*said) == found


class Lines(ChatServer):
    """Sends *pieces*, whatever is asked."""

    def __init__(self, *pieces: bytes, kind: str = "text/event-stream", breaks_off: bool = False, pause_s: float = 0.0):
        super().__init__()
        self._said = Streamed(200, b"", {"content-type": kind}, pause_s=pause_s, pieces=[*pieces])
        self._said.breaks_off = breaks_off

    def answer(self, asked: object) -> Streamed:
        return self._said


def fetched(server: ChatServer, timeouts: Timeouts | None = None, **options: int) -> Sequence[str | Exception]:
    """The lines that came, and the error that ended them."""
    found: list[str | Exception] = []

    async def main() -> None:
        client = HttpClient(server.url, provider="acme", timeouts=timeouts, **options)
        async with aclosing(client.lines("chat/completions", {"a": 1})) as lines:
            async for line in lines:
                found.append(line)

    try:
        anyio.run(main)
    except Exception as error:
        found.append(error)
    return found


def test_lines_come_over_http():
    """As JSON that asks for a stream; a character may be cut by a chunk."""
    fox = "🦊".encode()
    with Lines(b"a\r\n\r", b"\n" + fox[:2], fox[2:] + b"\nend") as server:
        assert fetched(server) == ["a", "", "🦊", "end"]

    (asked,) = server.asked
    assert asked.body == {"a": 1}
    assert asked.headers["accept"].startswith("text/event-stream")


@pytest.mark.parametrize(
    ("pieces", "options", "what"),
    [
        ([b"a\n", b"x" * 300], {"max_bytes": 200}, r"more than 0\.0002 MB"),
        ([b"a\n", b"\xff\n"], {}, "broken or cut text"),
    ],
)
def test_what_is_too_much_or_no_text_ends_the_lines(pieces, options, what):
    """Those before it were read."""
    with Lines(*pieces) as server:
        first, error = fetched(server, **options)

    assert first == "a"
    assert isinstance(error, BadOutput)
    assert len(server.asked) == 1
    with pytest.raises(BadOutput, match=what):
        raise error


def test_a_line_has_a_limit_of_its_own(monkeypatch):
    """One that never ends is not waited for."""
    monkeypatch.setattr(http, "LINE_MAX_BYTES", 100)
    with Lines(b"a\n", *[b"x" * 60] * 2) as server:
        _, error = fetched(server)

    assert isinstance(error, BadOutput)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "image/png"])
def test_another_kind_of_answer_is_refused(kind):
    """Before its first line."""
    with Lines(b"a\n", kind=kind) as server:
        (error,) = fetched(server)

    assert isinstance(error, BadOutput)


def test_a_stream_that_breaks_is_tried_again_until_its_first_line(monkeypatch):
    """And never after it: what was read would come twice."""
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)
    with Lines(b"not a line", breaks_off=True) as server:
        (error,) = fetched(server)
        tries = len(server.asked)
    with Lines(b"a line\n", b"and", breaks_off=True) as later:
        line, broken = fetched(later)

    assert isinstance(error, Unavailable)
    assert tries == 3
    assert line == "a line"
    assert isinstance(broken, Unavailable)
    assert "broke the connection off" in broken.message
    assert len(later.asked) == 1


@pytest.mark.parametrize(
    ("timeouts", "what"),
    [(Timeouts(read_s=0.1), "stopped answering"), (Timeouts(total_s=0.1), "did not answer within 0.1 s")],
)
def test_a_silence_has_a_limit(timeouts, what):
    """Between two pieces, and in all."""
    with Lines(b"a\n", b"b\n", pause_s=0.07 if timeouts.total_s < 1 else 0.0) as server:
        server.answer(None).pieces.insert(1, server.all_sent)  # nobody sets it before the end
        line, error = fetched(server, timeouts)

    assert line == "a"
    assert isinstance(error, Unavailable)
    assert what in error.message
