from __future__ import annotations

import json
import logging
import re
import threading
import tracemalloc
from functools import partial
from http.server import BaseHTTPRequestHandler

import anyio
import pytest
from pydantic import SecretStr

from astragen.errors import BadOutput, ProviderError, RateLimited, SettingsError, Unavailable, Uncertain
from astragen.providers import connection, http
from astragen.providers.http import (
    Auth,
    HttpClient,
    Part,
    Timeouts,
    form_body,
    is_listening,
    is_loopback,
    json_body,
)
from emulators.chat_server import SCENES, ChatServer
from emulators.loopback import Asked, LoopbackServer, Sent

PATH = "v1/chat/completions"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(http, "BACKOFF_S", 0.01)


def post(client: HttpClient, body: object = None):
    return anyio.run(partial(client.post_json, PATH, body or {}))


def test_json_goes_out_and_comes_back():
    """Below the base URL, whatever slashes stand between, as UTF-8 without spaces."""
    with ChatServer() as server:
        client = HttpClient(server.url + "/v1/", provider="acme", headers={"x-acme": "1"})
        reply = anyio.run(client.post_json, "/chat/completions", {"said": "Füchse \ud83e", "n": 1})
        (asked,) = server.asked

    assert reply["choices"][0]["finish_reason"] == "stop"
    assert asked.path == "/v1/chat/completions"
    assert asked.raw == '{"said":"Füchse ?","n":1}'.encode()
    assert asked.headers["x-acme"] == "1"
    assert asked.headers["content-type"] == "application/json"
    assert "authorization" not in asked.headers


def test_a_list_is_fetched():
    """GET sends no body."""
    with ChatServer() as server:
        reply = anyio.run(HttpClient(server.url, provider="acme").get_json, "v1/models")
        (asked,) = server.asked

    assert [row["id"] for row in reply["data"]] == ["text-embed-1", "m"]
    assert asked.raw == b""


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "must be an http or https address"),
        ("127.0.0.1:11434", "must be an http or https address"),
        ("file:///etc/passwd", "must be an http or https address"),
        ("ftp://example.test", "must be an http or https address"),
        ("http://", "must be an http or https address"),
        ("http://x:99999", "must be an http or https address"),
        ("http://[::1", "must be an http or https address"),
        ("http://999.1.1.1/v1", "must be an http or https address"),
        ("https://me:hunter2@example.test/v1", "must not hold a user name"),
        ("https://example.test/v1?key=hunter2", "must end with its path"),
        ("https://example.test/v1#x", "must end with its path"),
        ("https://example.test/a b", "must end with its path"),
        ("https://example.test/\r\nx: y", "must"),
    ],
)
def test_a_wrong_address_is_refused_and_not_repeated(url, says):
    """It may hold a password."""
    with pytest.raises(SettingsError, match=says) as raised:
        HttpClient(url, provider="acme")

    assert "ASTRAGEN_ACME_BASE_URL" in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("key", ["", " ", "two words", "line\nbreak", 'quo"ted', "schlüssel", "back\\slash"])
def test_a_key_that_no_header_carries_is_refused(key):
    """Before the client can put it into an error of its own."""
    with pytest.raises(SettingsError, match="The key of acme") as raised:
        HttpClient("https://example.test", provider="acme", auth=Auth(SecretStr(key)))

    assert not key.strip() or key not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("localhost.example.test", False),
        ("127.0.0.1.example.test", False),
        ("", False),
    ],
)
def test_this_machine_is_known_by_name(host, is_here):
    """Nothing is looked up."""
    assert is_loopback(host) is is_here


def test_a_server_in_the_local_network_needs_no_https_without_a_key():
    """The key is what must not travel in the open."""
    assert HttpClient("http://192.168.1.5:8080/v1/", provider="acme").base_url == "http://192.168.1.5:8080/v1"


def test_a_redirect_is_refused_and_its_target_never_asked():
    """It could lead the key, or the machine's own services, to a stranger."""
    with ChatServer() as other, ChatServer("elsewhere") as server:
        SCENES["elsewhere"] = lambda wire, text: Sent(308, b"{}", {"location": f"{other.url}/{PATH}"})
        try:
            with pytest.raises(ProviderError, match=r"redirect \(HTTP 308\), and redirects are not followed"):
                post(HttpClient(server.url, provider="acme", auth=Auth(SecretStr("k"))))
        finally:
            del SCENES["elsewhere"]

    assert other.asked == []


@pytest.mark.parametrize("scene", ["limited_ms", "limited_s", "limited_body", "limited_google"])
def test_a_wait_that_is_asked_for_is_kept(scene):
    """60 ms at least, in whatever form it is told."""
    with ChatServer(scene) as server:
        post(HttpClient(server.url, provider="acme"))
        first, second = server.asked

    assert second.at - first.at >= 0.06
    assert second.raw == first.raw


@pytest.mark.parametrize(
    "path",
    [
        *("https://evil.example/x", "http://127.0.0.1.evil.example/x", "{url}@evil.example/x", "http://127.0.0.1:1/x"),
        *("HTTP://evil.example/x", "file://127.0.0.1/x", "http://127.0.0.1:99999/x", "http://[::1/x"),
        "http://me:hunter2@{place}/x",
    ],
)
def test_the_key_goes_to_no_other_place(path):
    """Whatever address the provider names for its next answer."""
    with ChatServer() as server:
        named = path.format(url=server.url, place=server.url.removeprefix("http://"))
        client = HttpClient(server.url, provider="acme", auth=Auth(SecretStr("k")))
        with pytest.raises(BadOutput, match="named an address that is not its own") as raised:
            anyio.run(client.get_json, named)

    assert server.asked == []
    assert "hunter2" not in str(raised.value)


def test_an_address_of_its_own_is_asked():
    """As the provider named it; and an address inside a path is none."""
    with ChatServer() as server:
        client = HttpClient(f"{server.url}/v1", provider="acme")
        anyio.run(client.get_json, f"{server.url}/other/models")
        anyio.run(client.get_json, "models/https://evil.example/models")
        paths = [asked.path for asked in server.asked]

    assert paths == ["/other/models", "/v1/models/https://evil.example/models"]


def test_a_cancelled_call_leaves_no_connection_open():
    """The server sees the end of it at once, though it has not answered."""
    came, gone = threading.Event(), threading.Event()

    class Slow(LoopbackServer):
        def answer(self, asked: Asked) -> Sent:
            came.set()
            return Sent()

        def deliver(self, answer: Sent, handler: BaseHTTPRequestHandler) -> None:
            handler.connection.settimeout(2)
            if handler.connection.recv(1) == b"":
                gone.set()
            handler.close_connection = True

    async def ask_and_cancel() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(HttpClient(server.url, provider="acme").get_json, "x")
            assert await anyio.to_thread.run_sync(came.wait, 2)
            group.cancel_scope.cancel()

    with Slow() as server:
        anyio.run(ask_and_cancel)
        assert gone.wait(1)


def test_a_wait_that_outlasts_all_patience_is_not_begun():
    """So a paid request that was surely not begun is not called uncertain."""
    with ChatServer("limited_ms") as server:
        client = HttpClient(server.url, provider="acme", timeouts=Timeouts(total_s=0.05))
        with pytest.raises(RateLimited) as raised:
            anyio.run(partial(client.send, "POST", PATH, json_body({}), again="unpaid"))

    assert raised.value.retry_after_s == 0.06


def test_a_request_that_joins_is_sent_again_and_its_first_loss_is_not_forgotten():
    """A "busy" to the third try says nothing of the first, whose work may be charged."""
    with ChatServer("bad_gateway", "hang_up", "loading") as server:
        client = HttpClient(server.url, provider="acme")
        with pytest.raises(Uncertain, match="charged") as raised:
            anyio.run(partial(client.send, "POST", PATH, json_body({}), again="joined"))
        asked = len(server.asked)

    assert asked == 3
    assert "broke the connection off" in str(raised.value)


def test_a_request_that_joins_and_was_never_begun_is_not_called_uncertain():
    """Nothing was done, so nothing was charged."""
    with ChatServer("loading", "loading", "loading") as server:
        send = partial(HttpClient(server.url, provider="acme").send, again="joined")
        with pytest.raises(Unavailable) as raised:
            anyio.run(send, "POST", PATH, json_body({}))

    assert type(raised.value) is Unavailable


def test_equal_forms_are_equal_bytes():
    """Files and fields, as browsers write them."""
    parts = [Part("prompt", "Füchse".encode()), Part('im"age', b"\0\r\n", "a.png", "image/png")]
    body = form_body(parts)
    boundary = body.media_type.removeprefix("multipart/form-data; boundary=")

    assert body == form_body(parts)
    assert body.content.decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nFüchse\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="im%22age"; filename="a.png"\r\n'
        f"Content-Type: image/png\r\n\r\n\0\r\n\r\n--{boundary}--\r\n"
    )


def test_a_long_wait_is_left_to_the_caller():
    """Above `WAIT_MAX_S` nothing is asked again, and the error says how long."""
    with ChatServer("limited_for_an_hour") as server:
        with pytest.raises(RateLimited, match="Retry in 3600 s") as raised:
            post(HttpClient(server.url, provider="acme"))
        assert len(server.asked) == 1

    assert raised.value.retry_after_s == 3600


@pytest.mark.parametrize(
    ("scene", "says"),
    [
        ("silent", "did not answer within 0.2 s"),
        ("drip", "did not answer within 0.2 s"),
        ("hang_up", "broke the connection off"),
        ("cut_body", "broke the connection off"),
    ],
)
def test_what_ends_without_an_answer_is_unavailable(scene, says):
    """A server that drips a byte at a time included."""
    with ChatServer(*[scene] * 3) as server:
        with pytest.raises(Unavailable, match=says) as raised:
            post(HttpClient(server.url, provider="acme", timeouts=Timeouts(total_s=0.2)))
        assert server.url.removeprefix("http://") in str(raised.value)


def test_a_pause_between_bytes_is_limited():
    """`read_s` is shorter than the whole."""
    with ChatServer(*["silent"] * 3) as server, pytest.raises(Unavailable, match="stopped answering"):
        post(HttpClient(server.url, provider="acme", timeouts=Timeouts(read_s=0.1)))


def test_nobody_at_the_address_is_told():
    """With the address and the variable that moves it."""
    with ChatServer() as server:
        url = server.url

    with pytest.raises(Unavailable, match=f"acme at {url[7:]} could not be reached") as raised:
        post(HttpClient(url, provider="acme"))
    assert "ASTRAGEN_ACME_BASE_URL" in raised.value.hint


def test_an_answer_is_capped_while_it_arrives():
    """Unpacked: a small zipped answer can be large."""
    with ChatServer("good_zipped") as server, pytest.raises(BadOutput, match=r"more than 0\.0001 MB"):
        post(HttpClient(server.url, provider="acme", max_bytes=100))


@pytest.mark.parametrize(
    ("scene", "what"),
    [
        ("html", "a web page"),
        ("html_as_json", "a web page"),
        ("empty", "an empty body"),
        ("events", "text/event-stream"),
        ("nan", "NaN"),
        ("infinity", "out of range"),
        ("cut_json", "broken or cut text"),
        ("deep", "broken or cut text"),
        ("not_unicode", "broken or cut text"),
        ("not_zipped", "cannot be unpacked"),
    ],
)
def test_what_is_no_json_is_named(scene, what):
    """So that a wrong address is told from a broken model."""
    with ChatServer(scene) as server, pytest.raises(BadOutput, match=f"acme answered with .*{re.escape(what)}"):
        post(HttpClient(server.url, provider="acme"))


def test_not_a_number_is_never_sent():
    """It is no JSON."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        post(HttpClient("http://127.0.0.1:1", provider="acme"), {"temperature": float("nan")})


def test_a_proxy_of_the_environment_never_stands_before_this_machine(monkeypatch):
    """Nor gets to see what is asked of it."""
    with ChatServer() as server, ChatServer() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        post(HttpClient(server.url, provider="acme"))

    assert len(server.asked) == 1
    assert proxy.asked == []


def test_a_proxy_that_cannot_be_used_is_told_without_its_password(monkeypatch):
    """httpx would repeat the address."""
    monkeypatch.setenv("ALL_PROXY", "gopher://me:hunter2@127.0.0.1:1")

    with pytest.raises(SettingsError, match="proxy") as raised:
        post(HttpClient("https://example.test", provider="acme"))
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("proxy", ["http://me:hunter2/x@127.0.0.1:1", "http://me:hun/ter2@proxy:3128"])
def test_a_proxy_whose_address_cannot_be_read_is_told_without_its_password(monkeypatch, proxy):
    """A slash in a password makes a part of it the port."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    with pytest.raises(SettingsError, match="proxy") as raised:
        post(HttpClient("https://example.test", provider="acme"))
    assert "hun" not in str(raised.value)


def test_certificates_that_cannot_be_read_are_told(monkeypatch):
    """By the variables that name them."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/authorities.pem")
    connection.trust.cache_clear()
    try:
        with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
            post(HttpClient("https://example.test", provider="acme"))
    finally:
        connection.trust.cache_clear()


def test_a_proxy_that_opens_no_connection_leaves_nothing_unsure(monkeypatch):
    """The provider never heard of the request."""

    class Refusing(LoopbackServer):
        def answer(self, asked: Asked) -> Sent:
            raise AssertionError("CONNECT is no method that it answers")

    with Refusing() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        send = partial(HttpClient("https://example.test", provider="acme").send, again="unpaid")
        with pytest.raises(Unavailable, match="could not be reached through the proxy") as raised:
            anyio.run(send, "POST", PATH, json_body({}))

    assert type(raised.value) is Unavailable


def test_of_a_refusal_only_the_beginning_is_read():
    """However large an answer this client may get."""

    class Refusing(LoopbackServer):
        def answer(self, asked: Asked) -> Sent:
            return Sent(400, b'{"error": "no"}' + b" " * 3_000_000)

    with Refusing() as server:
        client = HttpClient(server.url, provider="acme", max_bytes=1_000_000)
        with pytest.raises(ProviderError, match="HTTP 400: no") as raised:
            post(client)

    assert raised.value.status == 400


def test_a_large_file_in_a_form_is_not_written_out_first():
    """Of 8 MB of zeros nothing is made but the form itself."""
    part = Part("file", bytes(8_000_000), "film.mp4")
    tracemalloc.start()
    try:
        body = form_body([part])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert len(body.content) > 8_000_000
    assert peak < 12_000_000


def test_forms_of_other_parts_have_another_boundary():
    """Also where only what stands in which part differs."""
    forms = [[Part("a", b"bc")], [Part("a", b"b"), Part("c", b"")], [Part("ab", b"c")], [Part("a", b"bc", "f.png")]]

    assert len({form_body(parts).media_type for parts in forms}) == 4


def test_another_try_is_logged_without_the_prompt(caplog):
    """Who, what status, and when."""
    caplog.set_level(logging.INFO, logger="astragen")
    with ChatServer("broken") as server:
        post(HttpClient(server.url, provider="acme"), {"prompt": "a secret fox"})

    (record,) = [record for record in caplog.records if record.name.startswith("astragen")]
    assert "acme: HTTP status 500, asking again in" in record.getMessage()
    assert "fox" not in record.getMessage()


def test_a_listener_is_heard():
    """And nobody is not."""
    with ChatServer() as server:
        heard = anyio.run(is_listening, server.url)
        url = server.url

    assert heard
    assert not anyio.run(is_listening, url)


def test_an_error_in_a_good_answer_has_its_codes_meaning():
    """OpenRouter's way: status 200, and the real one inside."""
    client = HttpClient("https://example.test", provider="acme")

    assert type(client.failure_in({"code": 429, "message": "slow"})) is RateLimited
    assert type(client.failure_in({"code": "x", "message": "down"})) is BadOutput
    assert type(client.failure_in("down")) is BadOutput
    assert client.failure_in(None) is None


def test_the_client_is_loaded_only_when_used():
    """Importing every provider leaves httpx2 out: films without a network do not pay for it."""
    import subprocess
    import sys

    code = (
        "import sys; from astragen.providers.registry import NAMES, find; [find(name) for name in NAMES]; "
        "import json; print(json.dumps(sorted(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "astragen.providers.http" in json.loads(ran.stdout)
    assert not {"httpx2", "httpcore2", "h11", "ssl"} & set(json.loads(ran.stdout))


@pytest.mark.parametrize("answer", [Sent(503), Sent(429, headers={"retry-after": "0"}), Sent(500), Sent(is_reset=True)])
def test_what_is_to_be_sent_once_is_sent_once(answer):
    """Whatever comes of it, for its sender keeps count of the tries; a status stays one that can be read."""

    class Failing(LoopbackServer):
        def answer(self, asked: Asked) -> Sent:
            return answer

    with Failing() as server:
        client = HttpClient(server.url, provider="acme")
        with pytest.raises(ProviderError) as failed:
            anyio.run(partial(client.send, "POST", "x", json_body({}), again="never"))

    assert len(server.asked) == 1
    assert failed.value.status == (None if answer.is_reset else answer.status)
    assert not isinstance(failed.value, Uncertain)
