from __future__ import annotations

import base64
import html
import json
import logging
import traceback
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

import anyio
import httpx2
import pytest
from pydantic import SecretStr

from astragen.providers import http
from astragen.providers.auth import Auth
from astragen.providers.download import download
from astragen.providers.http import HttpClient, Timeouts
from astragen.providers.redaction import hidden, quiet, secrets_of_key, secrets_of_url, without_queries
from emulators.loopback import Asked, LoopbackServer, Sent

KEY = "sk-Canary/7+do~not=sing?&<1>"
SIGNED = "X-Amz-Signature=5igned5ecret5eal&X-Amz-Expires=60&sig=another%2Flong%2Fseal"
SEALS = ("5igned5ecret5eal", "another%2Flong%2Fseal", "another/long/seal")


def spellings() -> dict[str, str]:
    """The ways in which servers have been seen to repeat what they were sent, and some more."""
    escaped = "".join(f"\\u{ord(sign):04x}" for sign in KEY)
    packed = {
        f"base64_{len(before)}": base64.b64encode(f"{before}{KEY}{after}".encode()).decode()
        for before, after in (("", ""), ("x", "yz"), ("Bearer ", ""), ("me:", ":you"))
    }
    return {
        "plain": KEY,
        "json": json.dumps(KEY)[1:-1],
        "slashes": KEY.replace("/", "\\/"),
        "unicode": escaped,
        "unicode_capitals": escaped.upper().replace("\\U", "\\u"),
        "url": quote(KEY, safe=""),
        "url_small": quote(KEY, safe="").lower().replace("sk-canary", "sk-Canary"),
        "url_twice": quote(quote(KEY, safe=""), safe=""),
        "html": html.escape(KEY),
        "html_numbers": "".join(f"&#{ord(sign)};" for sign in KEY),
        "hex": KEY.encode().hex(),
        "url_base64": base64.urlsafe_b64encode(f"a{KEY}".encode()).decode(),
        **packed,
    }


def traces() -> Iterator[str]:
    """What must stand nowhere: every spelling, and the middle of every packed one, which any neighbours leave alone."""
    for name, spelled in spellings().items():
        yield spelled[4:-4] if "base64" in name else spelled


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.001)


@pytest.mark.parametrize(("name", "spelled"), spellings().items())
def test_a_key_is_found_in_any_spelling(name, spelled):
    """Between other words, or inside other packed ones."""
    said = hidden(f'the key "{spelled}" is wrong', [KEY])

    assert "[key]" in said
    assert said.startswith('the key "')
    assert said.endswith('" is wrong')
    assert not [trace for trace in traces() if trace in said]
    assert "Canary" not in said


def test_ordinary_words_are_left_alone():
    """A short key, as tests and local servers have, is looked for as it is."""
    assert hidden("kind of 6b", ["k"]) == "[key]ind of 6b"
    assert hidden("nothing here", [KEY, ""]) == "nothing here"


def test_a_packed_password_is_a_secret_as_well():
    """Of HTTP Basic, where the key is user and password in base64."""
    key = base64.b64encode(b"me:hunter2hunter2").decode()

    assert hidden("me:hunter2hunter2 / hunter2hunter2", secrets_of_key(key, "Basic ")) == "[key] / [key]"
    assert secrets_of_key(KEY, "Bearer ") == [KEY]


def test_queries_of_addresses_are_hidden():
    """Wherever they stand, with the signs that follow them closely."""
    said = without_queries(f"GET HTTPS://a.example/x?{SIGNED}: no (http://b.example/y?z) or https://c.example/?")

    assert said == "GET HTTPS://a.example/x?[query] no (http://b.example/y?[query] or https://c.example/?[query]"
    assert set(SEALS) <= set(secrets_of_url(f"https://a.example/x?{SIGNED}"))
    assert secrets_of_url("https://a.example/x") == []


def test_a_long_answer_is_searched_quickly():
    """Eight megabytes of base64 hold no key, and cost no minute."""
    import time

    before = time.monotonic()
    hidden("QUJD" * 2_000_000, [KEY])

    assert time.monotonic() - before < 30


# The canary ---------------------------------------------------------------------------------------------------------


class Parrot(LoopbackServer):
    """Answers *body*, whatever it is asked, with *status* and *headers*."""

    def __init__(self, body: str, status: int, **headers: str) -> None:
        super().__init__()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.sent = Sent(status, body.encode(), {"content-type": "application/json", **named})

    def answer(self, asked: Asked) -> Sent:
        return self.sent


def everything_of(error: BaseException, *, with_locals: bool = False) -> str:
    """The error as anybody might print it: with causes and contexts, and, if so, the local variables of every frame."""
    told: list[str] = []
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
        told += [str(one), repr(one), repr(one.args), repr(vars(one))]
        told += traceback.TracebackException.from_exception(one, capture_locals=with_locals).format()
    return "\n".join(told)


def ask(client: HttpClient, *, with_locals: bool = False) -> str:
    """What can be seen of a request: the error with all that it leads to, or what came."""
    try:
        return repr(client.parsed(anyio.run(partial(client.send, "POST", "v1/x"))))
    except Exception as error:
        return everything_of(error, with_locals=with_locals)


def client_of(server: LoopbackServer, header: str, **options: object) -> HttpClient:
    auth = Auth(SecretStr(KEY), header, "Bearer " if header == "Authorization" else "")
    return HttpClient(server.url, provider="acme", auth=auth, timeouts=Timeouts(total_s=1.0), **options)


ANSWERS = {
    **{
        f"{status}_{name}": ({"error": {"message": "@"}}, status, {})
        for status in (400, 429, 500)
        for name in spellings()
    },
    **{f"text_{name}": ("Bad key @ here", 404, {}) for name in spellings()},
    "page": ("<title>No @</title>", 502, {}),
    "nested": ({"detail": [{"msg": "@", "code": "@"}]}, 422, {}),
    "unpaid": ({"error": "@"}, 402, {}),
    "refused": ({"error": "@"}, 401, {}),
    "moderated": ({"error": {"type": "safety_error", "message": "@"}}, 400, {}),
    "broken_json": ('{"x": "@"', 200, {}),
    "kind": ("{}", 200, {"content_type": "@"}),
    "location": ("", 302, {"location": "https://evil.example/@"}),
    "wait": ("{}", 429, {"retry_after": "@"}),
}


@pytest.mark.parametrize("header", ["Authorization", "x-goog-api-key"])
@pytest.mark.parametrize("name", ANSWERS)
def test_a_key_stands_in_no_error_and_no_log(name, header, caplog):
    """Whatever the server repeats, at whatever level, with every cause and context."""
    body, status, headers = ANSWERS[name]
    spelled = spellings().get(name.partition("_")[2], KEY)
    text = body if isinstance(body, str) else json.dumps(body)
    if isinstance(body, dict) and "unicode" not in name and name != "400_slashes":
        spelled = json.dumps(spelled)[1:-1]
    caplog.set_level(logging.DEBUG)
    with Parrot(text.replace("@", spelled), status, **{k: v.replace("@", KEY) for k, v in headers.items()}) as server:
        client = client_of(server, header)
        seen = ask(client)
        assert server.asked[0].headers[header.lower()].endswith(KEY)

    said = "\n".join([seen, caplog.text, repr(client), repr(vars(client))])
    assert "acme" in said
    assert not [trace for trace in traces() if trace in said]
    assert "Canary" not in said


class Quiet(LoopbackServer):
    """Fails in one of several ways and repeats nothing."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.sent = {
            "silent": Sent(pause_s=3, is_silent=True),
            "hang_up": Sent(is_silent=True),
            "busy": Sent(503, b"{}"),
            "cut": Sent(200, b"12345", cut=3),
            "too_long": Sent(200, b"x" * 9_999),
            "refused": Sent(401, b"{}"),
            "page": Sent(200, b"<p>"),
        }[how]

    def answer(self, asked: Asked) -> Sent:
        return self.sent


@pytest.mark.parametrize("header", ["Authorization", "x-goog-api-key"])
@pytest.mark.parametrize("how", ["silent", "hang_up", "busy", "cut", "too_long", "refused", "page"])
def test_a_key_that_is_sent_stands_in_no_local_variable_either(how, header):
    """Of any frame that the error, its causes or its contexts lead to: some crash reports print those."""
    with Quiet(how) as server:
        client = client_of(server, header, max_bytes=1_000)
        client._timeouts = Timeouts(total_s=0.2)
        seen = ask(client, with_locals=True)
        assert server.asked[0].headers[header.lower()].endswith(KEY)

    assert "Traceback" in seen
    assert "self = <astragen.providers.http.HttpClient" in seen
    assert "Canary" not in seen


class Rude(LoopbackServer):
    """Breaks off in one of several ways, the key on its lips."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    def answer(self, asked: Asked) -> Sent:
        return Sent(pause_s=3, is_silent=True) if self.how == "silent" else Sent()

    def deliver(self, answer: Sent, handler) -> None:  # type: ignore[no-untyped-def]
        said = {
            "no_http": f"{KEY}\r\n\r\n",
            "bad_heading": f"HTTP/1.1 200 OK\r\n{KEY} {KEY}\r\n\r\n",
            "bad_length": f"HTTP/1.1 200 OK\r\ncontent-length: {KEY}\r\n\r\n",
            "bad_chunk": f"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{KEY}\r\n",
            "cut": f"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{KEY}",
            "not_packed": f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(KEY)}\r\n\r\n{KEY}",
            "too_long": f"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{KEY * 300}",
        }
        if self.how in said:
            handler.wfile.write(said[self.how].encode())
            handler.close_connection = True
        else:
            super().deliver(answer, handler)


@pytest.mark.parametrize("header", ["Authorization", "x-goog-api-key"])
@pytest.mark.parametrize(
    "how", ["no_http", "bad_heading", "bad_length", "bad_chunk", "cut", "not_packed", "too_long", "silent"]
)
def test_a_key_stands_in_no_error_of_a_broken_exchange(how, header, caplog):
    """The HTTP library puts what it cannot read into its own errors, and a cancelled call holds its request."""
    caplog.set_level(logging.DEBUG)
    with Rude(how) as server:
        client = client_of(server, header, max_bytes=1_000)
        client._timeouts = Timeouts(total_s=0.2)
        seen = ask(client)

    assert "acme" in seen
    assert "Canary" not in seen
    assert "Canary" not in caplog.text


def test_nobody_at_the_address_hears_no_key(caplog):
    """Nor does whoever reads that nobody was there."""
    caplog.set_level(logging.DEBUG)
    with Parrot("", 200) as server:
        client = client_of(server, "Authorization")
    seen = ask(client)

    assert "could not be reached" in seen
    assert "Canary" not in seen + caplog.text


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        ("fine", 200, {}),
        ('{"error": "no https://a.example/x?@"}', 403, {}),
        ('{"error": "no @"}', 500, {}),
        ("another/long/seal is over", 418, {}),
        ("", 302, {"location": "/next?@"}),
        ("", 302, {"location": "https://127.0.0.1/?@"}),
        ("", 302, {"location": "https://me:5igned5ecret5eal@cdn.example.com/"}),
    ],
)
def test_a_signed_address_stands_in_no_error_and_no_log(body, status, headers, caplog):
    """Whoever holds it holds the file."""
    caplog.set_level(logging.DEBUG)
    seen = ""
    with Parrot(body.replace("@", SIGNED), status, **{k: v.replace("@", SIGNED) for k, v in headers.items()}) as server:
        try:
            url = f"{server.url}/fox.png?{SIGNED}"
            anyio.run(partial(download, url, provider="acme", max_bytes=100, is_local=True))
        except Exception as error:
            seen = "".join(traceback.format_exception(error))
            print(seen)
        assert server.asked[0].path.endswith(SIGNED)

    assert bool(seen) is (status != 200)
    assert not [seal for seal in SEALS if seal in seen + caplog.text]


def test_what_others_do_with_the_http_library_is_logged_as_before(caplog):
    """Before, after and beside ours."""
    caplog.set_level(logging.DEBUG, logger="httpx2")
    caplog.set_level(logging.DEBUG, logger="httpcore2")
    with Parrot("{}", 200) as server:
        with quiet():
            httpx2.get(f"{server.url}/ours", trust_env=False)
        assert caplog.records == []
        httpx2.get(f"{server.url}/theirs", trust_env=False)

    assert f"{server.url}/theirs" in caplog.text
    assert "httpcore2.connection" in {record.name for record in caplog.records}
